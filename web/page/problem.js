/** Describes errors for people and programs. */

/** @param {unknown} error @returns {{code: string, message: string}} `code` is one of the protocol's, or `internal` for a bug */
export function problemOf(error) {
  const { code } = /** @type {{code?: unknown}} */ (error ?? {});
  return { code: typeof code === "string" ? code : "internal", message: error instanceof Error ? error.message : String(error) };
}
