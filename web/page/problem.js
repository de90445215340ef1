/** Describes errors for people and programs. */

/** @import {Problem} from "./check.js" */

/** @param {unknown} error @returns {Problem} `code` is one of the protocol's, or `internal` for a bug */
export function problemOf(error) {
  const { code, relayable } = /** @type {{code?: unknown, relayable?: unknown}} */ (error ?? {});
  return {
    code: typeof code === "string" ? code : "internal",
    message: error instanceof Error ? error.message : String(error),
    relayable: relayable === true,
  };
}
