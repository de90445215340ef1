/** What is stored with a check, and a check's input from what was stored. */

/** @import {Keep, RunInfo} from "../../client/protocol.js" */
/** @import {Order} from "../input/order.js" */
/** @import {Asked} from "../urlstate.js" */

import { restoredOf, storedOf } from "../input/report.js";
import { orderOf } from "../urlstate.js";

/** More URLs of a list are not stored in their order. */
const MAX_URLS = 1000;
const MAX_TITLE = 200;

/** Where the results of a new check are stored. Checks of the same `source` are compared. @param {Order} order @returns {Keep} */
export function keepOf({ sources, title, policy, fragments, relay, listed, report }) {
  const { page, ...site } = pageOf(sources);
  const name = listed?.join(" ") ?? title;
  const urls = listed && listed.length <= MAX_URLS ? listed : undefined;
  const options = { title: (page ?? name).slice(0, MAX_TITLE), page, ...site, urls, policy, fragments, relay, report: storedOf(report) };
  return { source: page ?? (listed ? `addresses: ${name}` : name), options }; // a list of one address is not its page
}

/**
 * The page or site of a check that has no other source.
 * @param {Order["sources"]} sources
 * @returns {{page?: string, site?: boolean, maxPages?: number, external?: boolean}}
 */
export function pageOf([source, ...others]) {
  if (others.length || typeof source !== "object") return {};
  if ("site" in source && source.site) {
    return { page: String(source.site), site: true, maxPages: source.maxPages, external: source.external };
  }
  return "page" in source && source.page ? { page: String(source.page) } : {};
}

/** The input of a check that was stored, as far as it is known. Texts and files are not stored. @param {RunInfo} run @returns {Order} */
export function orderOfRun({ options }) {
  const { title, page, site = false, maxPages, external, urls, policy = {}, fragments = false, relay } = options;
  const order = orderOf({ urls: urls ?? [], page: page ?? null, site, fragments }, policy);
  return {
    ...order,
    sources: order.sources.map((source) => (site ? { ...Object(source), maxPages, external } : source)),
    title,
    relay,
    report: restoredOf(options.report),
  };
}

/** What a check asks for in an address: its page or site. @param {Order} order @returns {Asked} */
export function askedOf({ sources, fragments = false }) {
  const { page = null, site = false } = pageOf(sources);
  return { urls: [], page, site, fragments };
}

/** @param {RunInfo} run */
export function titleOf({ name, options, source }) {
  return name || options.title || source;
}
