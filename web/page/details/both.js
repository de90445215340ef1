/** The verdict of another link checker's report, and beside it that of this check. */

/** @import {Row} from "../rows/row.js" */

import { el } from "../dom.js";
import { isolatedText } from "../results/marks.js";
import { LOOKS } from "../results/verdict.js";

/** @param {Row} row @param {string} [program] the one that wrote the report */
export function bothOf({ places, result: { verdict, via } }, program = "The report") {
  const reported = new Set(places.map((place) => place.reported ?? ""));
  return el(
    "dl",
    { class: "both" },
    el("dt", {}, program),
    ...[...reported].filter(Boolean).map((words) => el("dd", {}, isolatedText(words))),
    el("dt", {}, via === "relay" ? "Helper server" : "This browser"),
    el("dd", {}, LOOKS[verdict].label),
  );
}
