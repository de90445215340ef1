/** What an export tells about its check, and the names of the files. */

/** @import {Run} from "../check.js" */
/** @import {About} from "../../client/protocol.js" */
/** @import {Row} from "../rows/row.js" */

import { UNCOUNTED_RULE } from "../../client/verdicts.js";
import { hostOf } from "../format.js";
import { askedOf, titleOf } from "../past/stored.js";

/** The most characters of a source in the name of a file. */
const MAX_SOURCE = 40;

/** The parts of a check that are told. @typedef {Pick<Run, "order" | "isSite" | "pages" | "notes" | "started" | "rows"> & {record: Pick<Run["record"], "info">}} Told */

/**
 * What an export tells about a check. What is not among its rows is counted.
 * @param {Told} run @param {Row[] | null} rows null for all
 * @returns {About}
 */
export function aboutOf(run, rows) {
  return {
    title: sourceName(run),
    kind: run.isSite ? "site" : askedOf(run.order).page ? "page" : "links",
    started_at: localTime(startOf(run)),
    pages: run.isSite ? run.pages : 0,
    notes: run.notes,
    unlisted: rows ? unlistedOf(run, rows) : {},
  };
}

/** Without e-mail, phone and script links, which are in no total. @param {Told} run @param {Row[]} rows */
function unlistedOf(run, rows) {
  const listed = new Set(rows);
  const numbers = /** @type {About["unlisted"] & {}} */ ({});
  for (const row of run.rows) {
    const { kind, result } = row;
    if (listed.has(row) || (kind === "unchecked" && result.rule === UNCOUNTED_RULE)) continue;
    const key = kind === "decided" ? "decided" : row.decision === "broken" ? "broken" : result.verdict;
    numbers[key] = (numbers[key] ?? 0) + 1;
  }
  return numbers;
}

/** The source of a check for other people: its page, or the name of a file or folder. A text and a list have none. @param {Told} run */
export function sourceName({ order, record: { info } }) {
  const title = order.typed ? "" : info ? titleOf(info) : order.title;
  return info?.name || (askedOf(order).page ?? (/\s/.test(title) ? "" : title));
}

/** When a check began, in milliseconds since 1970. @param {Told} run */
export function startOf({ started, record: { info } }) {
  return info ? Date.parse(info.started_at) : Date.now() - (performance.now() - started);
}

/**
 * The name of a file with the links of a source: `links-docs.example.org-2026-11-28-1042.csv`. It has only characters that each system allows.
 * @param {string} source an address or a name, which may be empty
 * @param {number} time in milliseconds since 1970
 * @param {string} extension
 * @param {string} [part] what the file has of the check, if that is not its links
 */
export function fileName(source, time, extension, part = "") {
  const safe = (hostOf(source) || source)
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "") // accents
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .slice(0, MAX_SOURCE)
    .replace(/^[.-]+|[.-]+$/g, "");
  const [day, hour] = localTime(time).split("T");
  return `${["links", safe, day, hour.slice(0, 5).replace(":", ""), part].filter(Boolean).join("-")}.${extension}`;
}

/** The name of a file that is not that of one check: `link-checks-2026-11-28.db`. @param {string} name @param {string} extension */
export function datedName(name, extension) {
  return `${name}-${localTime(Date.now()).slice(0, 10)}.${extension}`;
}

/** A time as RFC 3339, with the offset of this time zone: `2026-11-28T10:42:00+01:00`. @param {number} time in milliseconds since 1970 */
export function localTime(time) {
  const offset = -new Date(time).getTimezoneOffset();
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) => String(part).padStart(2, "0"));
  return `${new Date(time + offset * 60_000).toISOString().slice(0, 19)}${offset < 0 ? "-" : "+"}${hours}:${minutes}`;
}
