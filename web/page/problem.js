/** What went wrong, for people and for programs. */

/** @param {unknown} error @returns {{code: string, message: string}} the code is one of the protocol's; `internal` for what is a bug */
export function problemOf(error) {
  const { code } = /** @type {{code?: unknown}} */ (error ?? {});
  return { code: typeof code === "string" ? code : "internal", message: error instanceof Error ? error.message : String(error) };
}
