/**
 * What the address says. The query names what is checked, as json-head's always did: `?url=` (repeatable), `?page=`,
 * `&format=json`; and `&relay=`, which is asked only when a person wants it. The fragment keeps how it is looked at: `#v=broken,timeout&q=text&sort=-time&row=key`.
 */

/** @import {Verdict} from "../client/protocol.js" */
/** @import {Sort, SortKey} from "./results/rows.js" */

import { VERDICTS } from "../client/protocol.js";

/**
 * @typedef {object} View
 * @property {Set<Verdict>} verdicts none means all
 * @property {string} text
 * @property {Sort | null} sort null leaves it to the kind of source
 * @property {string | null} row key of the row whose details are open
 */

/** @typedef {{urls: string[], page: string | null}} Asked */

/** More than this is not put into the address: other programs cut longer ones. */
const MAX_CHARACTERS = 2000;
/** More URLs than this are longer than that in any case, and putting thousands in order takes time. */
export const MAX_ASKED = MAX_CHARACTERS / "http://a".length;

/** @type {SortKey[]} */
const SORT_KEYS = ["found", "verdict", "status", "url", "size", "type", "modified", "time", "places"];

/** @returns {Asked & {json: boolean, relay: string}} `relay` is empty where there is none */
export function readQuery() {
  const query = new URLSearchParams(location.search);
  return {
    urls: query.getAll("url").filter((url) => url.trim()),
    page: query.get("page")?.trim() || null,
    json: query.get("format") === "json",
    relay: query.get("relay")?.trim() ?? "",
  };
}

/** The query as far as it says what is checked: by this, two addresses ask for the same. */
export function askedQuery() {
  const query = new URLSearchParams(location.search);
  query.delete("relay");
  return String(query);
}

/**
 * The address that asks for this again; without what is asked when it would be too long.
 * @param {Asked} asked
 * @param {string} relay empty for none
 */
export function addressOf({ urls, page }, relay) {
  const query = new URLSearchParams();
  const characters = (page ?? "").length + urls.reduce((sum, url) => sum + url.length, 0);
  if (characters <= MAX_CHARACTERS) {
    if (page !== null) query.append("page", page);
    for (const url of urls) query.append("url", url);
  }
  if (relay && relay.length <= MAX_CHARACTERS) query.append("relay", relay);
  return query.size ? `${location.pathname}?${query}` : location.pathname;
}

/** The address as it is, but with another relay. @param {string} relay empty for none */
export function addressWith(relay) {
  const query = new URLSearchParams(location.search);
  if (relay && relay.length <= MAX_CHARACTERS) query.set("relay", relay);
  else query.delete("relay");
  return location.pathname + (query.size ? `?${query}` : "") + location.hash;
}

/** @returns {View} */
export function readView() {
  const said = new URLSearchParams(location.hash.slice(1));
  const wanted = (said.get("v") ?? "").split(",");
  const [, down, by] = /^(-?)(\w+)$/.exec(said.get("sort") ?? "") ?? [];
  const key = SORT_KEYS.find((key) => key === by);
  return {
    verdicts: new Set(VERDICTS.filter((verdict) => wanted.includes(verdict))),
    text: said.get("q") ?? "",
    sort: key ? { by: key, down: down === "-" } : null,
    row: said.get("row"),
  };
}

/** @param {View} view */
export function fragmentOf({ verdicts, text, sort, row }) {
  const said = new URLSearchParams();
  if (verdicts.size) said.set("v", VERDICTS.filter((verdict) => verdicts.has(verdict)).join(","));
  if (text) said.set("q", text);
  if (sort) said.set("sort", (sort.down ? "-" : "") + sort.by);
  if (row !== null) said.set("row", row);
  return said.size ? `#${said}` : "";
}

/**
 * Change the address in place. Safari refuses more than 100 changes in 30 seconds, which quick typing comes near; the
 * address then catches up with the next change.
 * @param {string} address
 */
export function replaceAddress(address) {
  try {
    history.replaceState(history.state, "", address);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
