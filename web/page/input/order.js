/** The input of a check, and what prevents one. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Finding, Policy} from "../../client/protocol.js" */
/** @import {AuditSource} from "../../client/source.js" */

/**
 * The input of a check.
 * @typedef {object} Order
 * @property {(AuditSource | Opening)[]} sources checked one after the other into the same rows
 * @property {string} title name of the sources for people
 * @property {boolean} [typed] whether the source is a text that was typed or pasted
 * @property {Policy} policy
 * @property {boolean} [fragments] whether pages are read to find what the fragments of links point to
 * @property {string[]} [listed] URLs that get one row each, in this order
 * @property {Report} [report] another link checker's, whose findings are checked
 * @property {string} [relay] URL of a relay that reads the pages that this browser can't
 * @property {number} [tab] id of the tab whose page is checked as it is rendered, in an extension
 * @property {string[]} [notes] messages about the sources, shown with the results
 */

/**
 * The program that wrote a report, its findings by their URLs, and the number of those that name no URL.
 * @typedef {{program: string, findings: Map<string, Finding[]>, withoutAddress?: number}} Report
 */

/**
 * A function that loads a source, such as the files of a folder. `progress` is called with the number of files found so far.
 * @typedef {(client: JsonHead, options: {signal: AbortSignal, progress: (files: number) => void}) => Promise<AuditSource>} Opening
 */

/** `relayable`: whether a relay may succeed where this failed. @typedef {{code: string, message: string, relayable?: boolean}} Problem */

/** Whether a source is a text, a file or files, instead of addresses. @param {AuditSource} source */
export function hasContents(source) {
  return typeof source === "string" || source instanceof Blob || ["text", "file", "files"].some((kind) => kind in source);
}
