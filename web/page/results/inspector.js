/** The details of one row: verdict and reason, requests, response headers, and the places of its links. */

/** @import {Attempt, Result} from "../../client/protocol.js" */
/** @import {Row} from "../rows/row.js" */

import { button, byId, el, icon } from "../dom.js";
import { count, counted, duration, moment, NONE, openable } from "../format.js";
import { UNDECIDED } from "../../client/verdicts.js";
import { LOOKS } from "./verdict.js";

/** Maximum number of places listed. A link in every page's footer may have thousands. */
const MAX_PLACES = 50;

/** The elements behind the inspector on narrow screens, where it covers the page. */
const COVERED = ".top, #input, .summary, #toolbar, #grid";

/** @type {Record<Attempt["outcome"], string>} */
const OUTCOMES = {
  response: "answered",
  opaque: "answered, hidden by the browser",
  timeout: "no answer in time",
  failed: "no answer seen",
  blocked: "not sent",
};

/** Why it is unknown whether a page has what the URL's fragment points to, by rule. @type {Record<string, string>} */
const UNTOLD = {
  route: "scripts of the page read what is after #",
  lines: "what is after # names lines of a file, which scripts draw",
  format: "it is not known where links can lead to in this kind of file",
  unreadable: "the page could not be read",
};

/** @typedef {{close: () => void, again: (row: Row) => void, relay: (row: Row) => void, copy: (text: Promise<string> | string, what: string) => void, json: (row: Row) => Promise<string>}} Actions */

export class Inspector {
  #panel = byId("inspector", HTMLElement);
  #content = byId("inspector-content", HTMLElement);
  #title = byId("inspector-title", HTMLElement);
  #narrow = matchMedia("(max-width: 56rem)");
  /** @type {Row | null} */
  #row = null;
  /** @type {Row["values"] | null} the row's values when it was last drawn */
  #values = null;
  /** The host of the relay, or empty. */
  #relay = "";
  #actions;

  /** @param {Actions} actions */
  constructor(actions) {
    this.#actions = actions;
    byId("inspector-close", HTMLButtonElement).addEventListener("click", actions.close);
    this.#narrow.addEventListener("change", () => this.#updateInert());
  }

  /** Whether it covers the rest of the page. */
  get isCovering() {
    return this.#narrow.matches && this.#row !== null;
  }

  get row() {
    return this.#row;
  }

  /** Show a row, or hide the inspector. Cheap if nothing has changed. @param {Row | null} row @param {string} [relay] the host of the relay */
  show(row, relay = "") {
    if (row === this.#row && row?.values === this.#values && relay === this.#relay) return;
    const isOtherRow = row !== this.#row;
    this.#row = row;
    this.#relay = relay;
    this.#values = row?.values ?? null;
    this.#panel.hidden = !row;
    this.#updateInert();
    if (!row) return this.#content.replaceChildren();
    const look = LOOKS[row.result.verdict];
    this.#panel.dataset.tone = look.tone;
    this.#panel.dataset.verdict = row.result.verdict;
    this.#title.replaceChildren(icon(look.path), look.label);
    const hadFocus = this.#content.contains(document.activeElement);
    const action = document.activeElement?.getAttribute("data-action");
    this.#content.replaceChildren(...this.#parts(row));
    if (hadFocus)
      /** @type {HTMLElement} */ (this.#content.querySelector(`[data-action="${action}"]`) ?? this.#panel).focus({ preventScroll: true });
    if (isOtherRow) this.#panel.scrollTop = 0;
  }

  /** Make the elements behind the inspector inert while it covers the page. */
  #updateInert() {
    const covered = this.isCovering;
    if (covered === document.body.hasAttribute("data-covered")) return;
    document.body.toggleAttribute("data-covered", covered);
    for (const part of document.querySelectorAll(COVERED)) part.toggleAttribute("inert", covered);
  }

  get focused() {
    return this.#panel.contains(document.activeElement);
  }

  focus() {
    this.#panel.focus({ preventScroll: true });
  }

  /** @param {Row} row */
  *#parts(row) {
    const { result } = row;
    const { more } = LOOKS[result.verdict];
    yield el("p", { class: "reason" }, result.reason);
    if (more) yield el("p", { class: "more-said" }, more);
    yield el("p", { class: "address" }, row.address);
    if (result.final_url && result.redirected) {
      yield el("p", { class: "address" }, el("span", { class: "label" }, "Redirected to"), result.final_url);
    }
    yield this.#buttons(row);
    if (Object.keys(result.headers ?? {}).length) yield headersOf(result);
    yield* attemptsOf(result);
    yield placesOf(row);
    yield el(
      "p",
      { class: "rule" },
      "Rule: ",
      el("code", {}, result.rule),
      result.via === "relay" ? " via relay" : "",
      result.checked_at ? ` · ${moment(Date.parse(result.checked_at))}` : "",
      ...fragmentOf(result),
    );
  }

  /** @param {Row} row */
  #buttons(row) {
    const { url, verdict } = row.result;
    const { again, relay, copy, json } = this.#actions;
    const href = openable(url);
    const bar = el("div", { class: "buttons" });
    if (href) bar.append(el("a", { href, target: "_blank", rel: "noopener noreferrer", class: "button" }, "Open"));
    bar.append(
      ...(row.isFile ? [] : [button("Check again", () => again(row), { "data-action": "check-again" })]),
      ...(UNDECIDED.has(verdict) ? [button(`Ask ${this.#relay || "a relay"}`, () => relay(row), { "data-action": "ask-relay" })] : []),
      row.isFile
        ? button("Copy path", () => copy(row.address, "Path"), { "data-action": "copy-url" })
        : button("Copy URL", () => copy(url, "URL"), { "data-action": "copy-url" }),
      button("Copy JSON", () => copy(json(row), "JSON"), { "data-action": "copy-json" }),
    );
    return bar;
  }
}

/** @param {string} title @param {string} id @param {...Node} content */
function section(title, id, ...content) {
  return el("section", { "aria-labelledby": id }, el("h3", { id }, title), ...content);
}

/** @param {Result} result */
function headersOf({ headers = {} }) {
  const body = el("tbody");
  for (const [name, value] of Object.entries(headers)) {
    body.append(el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value)));
  }
  return section("Headers", "inspector-headers", el("table", { class: "headers" }, body));
}

/** What is known of the place that the URL's fragment points to. @param {Result} result */
function fragmentOf({ fragment, fragment_rule = "" }) {
  if (fragment === undefined) return [];
  const state = fragment === "not-told" ? `unknown, because ${UNTOLD[fragment_rule] ?? "the page does not show it"}` : fragment;
  return [el("span", { class: "section" }, "Section after #: ", state)];
}

/** The requests of this browser, and those of a relay. Of files there are none. @param {Result} result */
function attemptsOf({ attempts, path }) {
  if (path !== undefined) return [];
  const relayed = attempts.filter(({ via }) => via === "relay");
  const direct = attempts.filter(({ via }) => via !== "relay");
  const requests = direct.length ? listOf(direct) : el("p", {}, "Nothing was sent.");
  if (!relayed.length) return [section("Requests", "inspector-asked", requests)];
  return [
    section("Requests by this browser", "inspector-asked", requests),
    section("Requests by the relay", "inspector-relay", listOf(relayed)),
  ];
}

/** @param {Attempt[]} attempts */
function listOf(attempts) {
  const list = el("ol", { class: "attempts" });
  for (const { method, mode, via, outcome, status, error, hops = [], elapsed_ms } of attempts) {
    const description = status === undefined ? OUTCOMES[outcome] : `${OUTCOMES[outcome]} ${status}`;
    list.append(
      el(
        "li",
        {},
        el("code", {}, method),
        " ",
        // Request modes exist only in browsers, not in relays.
        ...(via === "relay" ? [] : [el("code", { class: "soft" }, mode), " "]),
        el("span", { class: "said" }, error ? `${description} (${error})` : description),
        hops.length ? ` after ${counted(hops.length, "redirect")}` : "",
        el("span", { class: "took" }, outcome === "blocked" ? "" : duration(elapsed_ms)),
      ),
    );
  }
  return list;
}

/** @param {Row} row */
function placesOf({ places, isFile }) {
  const list = el("ul", { class: "places" });
  for (const { source, line, column, text, found, url } of places.slice(0, MAX_PLACES)) {
    const position = line === null ? "" : `:${line}${column === null ? "" : `:${column}`}`;
    const item = el("li", {}, el("code", {}, `${source ?? "typed text"}${position}`));
    if (found) item.append(" ", el("span", { class: "found" }, found));
    if (isFile) item.append(" ", el("code", { class: "found" }, url)); // as written
    item.append(el("span", { class: "link-text" }, text || NONE));
    list.append(item);
  }
  if (places.length > MAX_PLACES) list.append(el("li", {}, `and ${count(places.length - MAX_PLACES)} more, all of them in the JSON`));
  return section(
    places.length === 1 ? "Where it stands" : `Where it stands (${counted(places.length, "place")})`,
    "inspector-places",
    list,
  );
}
