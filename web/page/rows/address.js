/** What the page calls the target of a link: a URL on the web, or the path of a file in a dropped folder. */

/** @import {Result} from "../../client/protocol.js" */

import { hostOf } from "../format.js";

/** A URL with a host name that a parser leaves as it is: parsing thousands of URLs takes long. */
const SIMPLE = /^https?:\/\/((?:[a-z0-9_-]+\.)*[a-z][a-z0-9_-]*)(?:[/?#]|$)/i;

/** The target as it is shown and copied. A link to a file is relative: its URL does not say where it leads. @param {Result} result */
export function addressOf({ path, url }) {
  return path ?? url;
}

/**
 * What identifies the row of a result. All links to a URL are one row. A file may be a finding for a website and none for a repository.
 * @param {Result} result
 */
export function keyOf({ path, url, rule }) {
  return path === undefined ? url : `${rule} ${path}`;
}

/** The target's website: its host and its port, if that is not the scheme's default. Empty for a file and for other schemes. @param {Result} result */
export function siteOf({ path, url }) {
  if (path !== undefined) return "";
  return SIMPLE.exec(url)?.[1].toLowerCase() ?? hostOf(url);
}
