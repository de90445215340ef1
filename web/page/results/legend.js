/** The list of verdicts and their meanings, below the table. */

import { byId, el, icon } from "../dom.js";
import { VERDICTS } from "../../client/verdicts.js";
import { LOOKS } from "./verdict.js";

export function showLegend() {
  for (const verdict of VERDICTS) {
    const { label, tone, path, meaning } = LOOKS[verdict];
    const item = el("li", { "data-tone": tone }, icon(path), el("span", {}, el("b", {}, label), el("span", {}, meaning)));
    byId("legend", HTMLElement).append(item);
  }
}
