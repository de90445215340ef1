/** The answer to a query as a table. */

/** @import {AnswerReply, Value} from "../../client/protocol.js" */

import { el } from "../dom.js";
import { count, counted, level, NONE, openable } from "../format.js";

/** @param {AnswerReply} answer */
export function tableOfAnswer({ columns, rows }) {
  const classes = columns.map((_, at) => (isNumeric(rows, at) ? "number" : null));
  const head = columns.map((name, at) => el("th", { scope: "col", class: classes[at] }, level(name)));
  const body = rows.map((row) => el("tr", {}, ...row.map((value, at) => el("td", { class: classes[at] }, cellOf(value)))));
  return el(
    "table",
    { class: "figures answer" },
    el("caption", { class: "unseen" }, "Answer to the query"),
    el("thead", {}, el("tr", {}, ...head)),
    el("tbody", {}, ...body),
  );
}

/** How many rows an answer has. @param {AnswerReply} answer */
export function sizeOfAnswer({ rows, truncated, ms }) {
  const number = truncated ? `The first ${counted(rows.length, "row")}` : rows.length ? counted(rows.length, "row") : "No rows";
  return `${number} in ${count(ms)} ms. Queries only read; they can’t change your results.`;
}

/** Whether all values of a column that are known are numbers. @param {Value[][]} rows @param {number} at */
function isNumeric(rows, at) {
  return rows.every((row) => row[at] === null || typeof row[at] === "number") && rows.some((row) => row[at] !== null);
}

/** @param {Value} value */
function cellOf(value) {
  if (value === null) return el("span", { class: "soft" }, NONE);
  if (typeof value === "number") return Number.isInteger(value) ? count(value) : String(value);
  const text = el("code", {}, level(value));
  // A URL that was cut off leads elsewhere.
  const href = /\s|…$/.test(value) ? null : openable(value);
  return href ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, text) : text;
}
