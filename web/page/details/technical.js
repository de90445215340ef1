/** What developers need to know of a result: codes, requests, headers. Folded at first. */

/** @import {Attempt, Result} from "../../client/protocol.js" */

import { el } from "../dom.js";
import { counted, moment } from "../format.js";
import { whyUntold } from "./section.js";

/** @param {Result} result @param {HTMLElement} copy a button */
export function technicalOf(result, copy) {
  const { verdict, rule, via, attempts, headers = {}, final_url, checked_at, found, column, fragment } = result;
  /** @type {[string, string][]} */
  const facts = [
    ["Verdict, rule", `${verdict}, ${rule}`],
    ...attempts.map((attempt) => /** @type {[string, string]} */ (["Request", requestOf(attempt)])),
    ...(final_url ? [/** @type {[string, string]} */ (["Final URL", final_url])] : []),
    ...(fragment === undefined ? [] : [/** @type {[string, string]} */ (["Section after #", fragmentOf(result)])]),
    ...(via ? [/** @type {[string, string]} */ (["Checked via", via])] : []),
    ...(found ? [/** @type {[string, string]} */ (["Found in", column === null ? found : `${found}, column ${column}`])] : []),
    ...(checked_at ? [/** @type {[string, string]} */ (["Checked at", moment(Date.parse(checked_at))])] : []),
    ...Object.entries(headers),
  ];
  const list = el("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  return el("details", { class: "fold", id: "inspector-technical" }, el("summary", {}, "Technical details"), list, copy);
}

/** @param {Attempt} attempt */
function requestOf({ method, mode, via, outcome, status, error, hops = [] }) {
  // Request modes exist only in browsers, not in relays.
  const parts = [method, ...(via === "relay" ? ["by relay"] : [mode]), status === undefined ? outcome : String(status)];
  return parts.join(" ") + (error ? ` (${error})` : "") + (hops.length ? `, after ${counted(hops.length, "redirect")}` : "");
}

/** What is known of the place that the URL's fragment points to. @param {Result} result */
function fragmentOf({ fragment, fragment_rule }) {
  return fragment === "not-told" ? `unknown, because ${whyUntold(fragment_rule)}` : String(fragment);
}
