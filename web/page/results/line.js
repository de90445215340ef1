/** The elements of a row of the list, which are reused for other rows. */

/** @import {Result} from "../../client/protocol.js" */
/** @import {Head, RowItem} from "../rows/groups.js" */
/** @import {Row} from "../rows/row.js" */

import { el, icon, setIcon } from "../dom.js";
import { count, counted, shortDay, hostOf, NONE } from "../format.js";
import { partsOf, segmentsOf } from "../rows/shown.js";
import { isolatedAddress, isolatedText, markSegments } from "./marks.js";
import { statusOf } from "./status.js";
import { DECISION_WORDS } from "../triage/asking.js";
import { LOOKS } from "./verdict.js";

/**
 * @typedef {object} Line
 * @property {HTMLElement} element
 * @property {number} index
 * @property {Row["values"] | Head | null} drawn what it showed when it was last drawn
 * @property {Result | null} place of the link that it showed
 * @property {boolean} isOnPage whether it stood under the page of that place
 * @property {Element} shape
 * @property {HTMLElement} word
 * @property {HTMLElement} status
 * @property {HTMLElement} address
 * @property {HTMLElement} context
 * @property {HTMLElement} used
 * @property {HTMLElement} since
 * @property {HTMLElement} label of a group
 * @property {HTMLElement} number of rows in a group
 * @property {HTMLElement[]} cells of a row
 * @property {HTMLElement[]} headCells of a group
 */

/** A longer address may not fit. It is then cut before its last TAIL characters, so that the end stays legible. */
const LONG = 48;
const TAIL = 14;

/** @returns {Line} */
export function createLine() {
  const shape = icon();
  const [word, status, address, context] = [el("b"), el("small"), el("span", { class: "address" }), el("span", { class: "context" })];
  const cell = (
    /** @type {number} */ index,
    /** @type {string} */ column,
    /** @type {string} */ name,
    /** @type {(Node | string)[]} */ ...children
  ) => el("div", { role: "gridcell", "aria-colindex": String(index), "data-column": column, class: name }, ...children);
  const used = cell(3, "places", "c-used");
  const since = cell(4, "since", "c-since");
  const cells = [
    cell(1, "verdict", "c-verdict", shape, el("span", {}, word, " ", status)),
    cell(2, "url", "c-link", address, context),
    used,
    since,
  ];
  const label = el("div", { role: "rowheader", class: "label" });
  const number = el("div", { role: "gridcell", class: "number" });
  const element = el("div", { role: "row", class: "row" });
  return {
    element,
    index: -1,
    drawn: null,
    place: null,
    isOnPage: false,
    shape,
    word,
    status,
    address,
    context,
    used,
    since,
    label,
    number,
    cells,
    headCells: [label, number],
  };
}

/** @param {Line} line @param {Row | RowItem} item */
export function drawRow(line, { row, place, group }) {
  const isOnPage = group?.startsWith("\npage") ?? false;
  if (line.drawn === row.values && line.place === place && line.isOnPage === isOnPage) return;
  if (line.element.firstChild !== line.cells[0]) line.element.replaceChildren(...line.cells);
  line.drawn = row.values;
  line.place = place;
  line.isOnPage = isOnPage;
  const { result, values } = row;
  const { tone, path, label } = LOOKS[result.verdict];
  const { dataset } = line.element;
  line.element.className = "row";
  line.element.removeAttribute("aria-expanded");
  Object.assign(dataset, { verdict: result.verdict, url: row.address, tone, status: String(result.status ?? NONE) });
  setIcon(line.shape, path);
  line.word.textContent = label;
  line.status.textContent = row.decision
    ? `${statusOf(result) && `${statusOf(result)}, `}you: ${DECISION_WORDS[row.decision]}`
    : statusOf(result);
  drawAddress(line.address, row);
  line.context.replaceChildren(...contextOf(row, place, isOnPage));
  line.used.textContent = usedOn(row, place, isOnPage);
  const since = /** @type {number | null} */ (values.since);
  line.since.replaceChildren(row.isNew ? el("mark", { class: "new" }, "New") : since === null ? "" : shortDay(since));
}

/** @param {Line} line @param {Head} head */
export function drawHead(line, head) {
  if (line.drawn === head) return;
  line.drawn = head;
  line.element.className = "row group-head";
  for (const name of ["verdict", "url", "tone", "status"]) delete line.element.dataset[name];
  const name = head.kind === "page" && head.name ? pageName(head.name) : head.label;
  line.label.replaceChildren(...markSegments(segmentsOf(name)));
  if (head.kind === "silent") line.element.setAttribute("aria-expanded", String(!head.folded));
  else line.element.removeAttribute("aria-expanded");
  line.number.textContent = count(head.rows);
  line.element.replaceChildren(...line.headCells);
}

/**
 * An address in one line. What tells links apart is cut last: of links within a website its host first, and what is after # never.
 * @param {HTMLElement} element @param {Row} row
 */
function drawAddress(element, { address, result, isFile }) {
  const { scheme, host, hostAscii, path, query, fragment } = partsOf(address);
  const isOwn = !isFile && hostOf(result.source ?? "") === hostOf(address);
  const rest = [...path, ...query];
  const marked = markSegments(rest);
  const whole = typeof marked[0] === "string" && marked.length === 1 ? marked[0] : null;
  const isCut = whole !== null && address.length > LONG && whole.length > 2 * TAIL;
  const cut = isCut ? whole.length - TAIL : (whole?.length ?? 0);
  element.replaceChildren(
    ...(/^https:/i.test(textOf(scheme)) ? [] : [el("span", { class: "scheme" }, ...markSegments(scheme))]),
    el(isOwn ? "span" : "b", { class: isOwn ? "own" : null }, ...markSegments(host), ...(hostAscii ? [` (${hostAscii})`] : [])),
    el(isOwn || isFile ? "b" : "span", {}, ...(whole === null ? marked : [whole.slice(0, cut)])),
    ...(whole !== null && cut < whole.length ? [el(isOwn || isFile ? "b" : "span", { class: "tail" }, whole.slice(cut))] : []),
    ...(fragment.length ? [el("em", {}, ...markSegments(fragment))] : []),
  );
  element.title = address.length > LONG ? address.slice(0, 2000) : "";
}

/** @param {{text: string}[]} segments */
function textOf(segments) {
  return segments.map(({ text }) => text).join("");
}

/**
 * The link's text, and the page that it is on.
 * @param {Row} row @param {Result} place @param {boolean} isOnPage whether the row stands under that page
 * @returns {(Node | string)[]}
 */
function contextOf({ values, result }, { text, source, reported }, isOnPage) {
  const more = /** @type {number} */ (values.places) - 1;
  /** @type {(Node | string)[]} */
  const parts = [...(reported ? ["Report: ", isolatedText(reported), " "] : []), ...(text ? ["“", isolatedText(text), "” "] : [])];
  /** @type {(Node | string)[]} */
  const where = source && !isOnPage ? ["on ", el("i", {}, isolatedAddress(pageName(source)))] : [];
  if ((parts.length || where.length) && more > 0 && !isOnPage) where.push(` and in ${counted(more, "more place")}`);
  if (parts.length || where.length) return [...parts, ...where];
  return result.redirected && result.final_url ? ["leads to ", isolatedAddress(result.final_url)] : [];
}

/** A page's name in a list of links: its path. @param {string} source */
function pageName(source) {
  if (!hostOf(source)) return source;
  const { pathname, search } = new URL(source);
  return pathname + search;
}

/** @param {Row} row @param {Result} place @param {boolean} isOnPage */
function usedOn({ values: { places } }, { line }, isOnPage) {
  if (places !== 1 && !isOnPage) return `${count(/** @type {number} */ (places))} places`;
  return line === null ? "" : `line ${count(line)}`;
}
