/** Describes errors for people and programs. */

/** @import {AuditSource} from "../client/source.js" */
/** @import {Problem} from "./input/order.js" */

export const RELATIVE =
  "Some links are relative to an unknown address. Give it as “The page this text came from”, under “Options”, and check again.";

/** @param {unknown} error @returns {Problem} `code` is one of the protocol's, or `internal` for a bug */
export function problemOf(error) {
  const { code, relayable } = /** @type {{code?: unknown, relayable?: unknown}} */ (error ?? {});
  return {
    code: typeof code === "string" ? code : "internal",
    message: error instanceof Error ? error.message : String(error),
    relayable: relayable === true,
  };
}

/** @param {Problem} problem @param {AuditSource} source @returns {Problem} with the name of the file that it is about */
export function withFileName(problem, source) {
  const file = typeof source === "object" && "file" in source ? source.file : null;
  return file instanceof File ? { ...problem, message: `${file.name}: ${problem.message}` } : problem;
}
