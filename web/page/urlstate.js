/**
 * The page's state in its URL. The query has the input of the check: `?url=` (repeatable), `?page=`, `?site=` for a whole site, `&fragments=1`, `&format=json` as in
 * json-head's API, and `&relay=`, a relay that is used only after a click. The fragment has the view of the results,
 * `#tab=fix&group=page&q=text&sort=-time&row=key`, or the name of another scene.
 */

/** @import {Policy} from "../client/protocol.js" */
/** @import {Order} from "./input/order.js" */
/** @import {Grouping} from "./rows/groups.js" */
/** @import {Sort, SortKey} from "./rows/row.js" */
/** @import {Tab} from "./rows/tabs.js" */

import { framedParameters, isFramed } from "./framed.js";
import { withScheme } from "./input/address.js";
import { TABS } from "./rows/tabs.js";

/**
 * @typedef {object} ViewState
 * @property {Tab | null} tab null for the one with what there is to do
 * @property {Grouping} group
 * @property {string} text of the filter
 * @property {Sort | null} sort null for the default of the source's format
 * @property {string | null} row key of the row whose details are open
 */

/** `site`: whether the whole site of the page is checked. `fragments`: whether sections of pages are. @typedef {{urls: string[], page: string | null, site: boolean, fragments: boolean}} Asked */

/** No input. @type {Asked} */
export const NOTHING = { urls: [], page: null, site: false, fragments: false };

/** Maximum length of the input in the URL: other programs truncate longer URLs. */
const MAX_CHARACTERS = 2000;
/** Maximum length of an unknown value that is shown. */
const MAX_SHOWN = 40;
/** Maximum number of URLs worth trying: more of them always exceed MAX_CHARACTERS, and sorting thousands takes time. */
export const MAX_ASKED = MAX_CHARACTERS / "http://a".length;

/** @type {SortKey[]} */
const SORT_KEYS = ["found", "verdict", "status", "url", "size", "type", "modified", "time", "places", "since"];

/** @returns {Asked & {json: boolean, relay: string}} `relay` is empty for none */
export function readQuery() {
  const query = new URLSearchParams(location.search);
  const page = query.get("site")?.trim() || query.get("page")?.trim() || null;
  return {
    urls: query
      .getAll("url")
      .filter((url) => url.trim())
      .map((url) => withScheme(url) ?? url),
    page: page && (withScheme(page) ?? page),
    site: Boolean(query.get("site")?.trim()),
    fragments: query.get("fragments") === "1",
    json: query.get("format") === "json",
    relay: isFramed() ? "" : (query.get("relay")?.trim() ?? ""),
  };
}

/** The check that a URL asks for. @param {Asked} asked @param {Policy} policy @returns {Order} */
export function orderOf({ urls, page, site, fragments }, policy) {
  const sources = [...(urls.length ? [{ urls }] : []), ...(page === null ? [] : [site ? { site: page } : { page }])];
  return { sources, title: page ?? "the addresses", policy, fragments, listed: page === null ? urls : undefined };
}

/** The part of the query that identifies the check, to compare two URLs. */
export function askedQuery() {
  const query = new URLSearchParams(location.search);
  query.delete("relay");
  return String(query);
}

/**
 * The page's URL with this input; without it if the URL would be too long.
 * @param {Asked} asked
 * @param {string} relay empty for none
 */
export function addressOf({ urls, page, site, fragments }, relay) {
  const query = new URLSearchParams(framedParameters());
  const characters = (page ?? "").length + urls.reduce((sum, url) => sum + url.length, 0);
  if (characters <= MAX_CHARACTERS) {
    if (page !== null) query.append(site ? "site" : "page", page);
    for (const url of urls) query.append("url", url);
    if (fragments && (page !== null || urls.length)) query.append("fragments", "1");
  }
  if (relay && relay.length <= MAX_CHARACTERS) query.append("relay", relay);
  return query.size ? `${location.pathname}?${query}` : location.pathname;
}

/** The current URL with another relay. @param {string} relay empty for none */
export function addressWith(relay) {
  const query = new URLSearchParams(location.search);
  if (relay && relay.length <= MAX_CHARACTERS) query.set("relay", relay);
  else query.delete("relay");
  return location.pathname + (query.size ? `?${query}` : "") + location.hash;
}

/** The parts of the view that are one of a list. @type {Record<string, readonly string[]>} */
const CHOICES = { tab: TABS, group: ["link", "page", "site"], sort: SORT_KEYS.flatMap((key) => [key, `-${key}`]) };

/** Parts of the view in the URL that have no meaning. @returns {string[]} a sentence for each */
export function unknownParts() {
  const params = new URLSearchParams(location.hash.slice(1));
  return Object.entries(CHOICES).flatMap(([name, choices]) => {
    const value = params.get(name);
    if (value === null || choices.includes(value)) return [];
    const known = choices.filter((choice) => !choice.startsWith("-")).join(", ");
    return `“${name}=${value.slice(0, MAX_SHOWN)}” in the address is unknown. It can be: ${known}.`;
  });
}

/** @returns {ViewState} */
export function readView() {
  const params = new URLSearchParams(location.hash.slice(1));
  const [, down, by] = /^(-?)(\w+)$/.exec(params.get("sort") ?? "") ?? [];
  const key = SORT_KEYS.find((key) => key === by);
  const group = params.get("group");
  return {
    tab: TABS.find((tab) => tab === params.get("tab")) ?? null,
    group: group === "page" || group === "site" ? group : "link",
    text: params.get("q") ?? "",
    sort: key ? { by: key, down: down === "-" } : null,
    row: params.get("row"),
  };
}

/** @param {ViewState} view */
export function fragmentOf({ tab, group, text, sort, row }) {
  const params = new URLSearchParams();
  if (tab) params.set("tab", tab);
  if (group !== "link") params.set("group", group);
  if (text) params.set("q", text);
  if (sort) params.set("sort", (sort.down ? "-" : "") + sort.by);
  if (row !== null) params.set("row", row);
  return params.size ? `#${params}` : "";
}

/**
 * Replace the current URL. Safari throws after 100 changes in 30 seconds, which fast typing can reach. The URL is then corrected by the
 * next change.
 * @param {string} address
 */
export function replaceAddress(address) {
  try {
    history.replaceState(history.state, "", address);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
