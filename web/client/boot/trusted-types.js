/** Trusted Types: where a page's policy requires them, only a policy that it names can turn a text into a script's URL or into HTML. */

/**
 * Functions by the kinds of text that they allow. The browser's policy returns objects in place of the texts, which are used alike.
 * @typedef {{createScriptURL?: (url: string) => string, createHTML?: (html: string) => string}} Rules
 */

/**
 * The policy of this name, or the rules themselves where the browser has no Trusted Types, or where the page forbids this policy: such a page may
 * not require them.
 * @template {Rules} R
 * @param {string} name
 * @param {R} rules
 * @returns {R}
 */
export function trustedTypesPolicy(name, rules) {
  try {
    return /** @type {any} */ (globalThis).trustedTypes?.createPolicy(name, rules) ?? rules;
  } catch {
    return rules;
  }
}
