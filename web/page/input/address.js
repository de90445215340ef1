/**
 * Addresses that were typed without a scheme. Python has nearly the same rules for lists and the command (py/json_head/urls/schemeless.py), where a
 * word may also be something else: an IP address needs a port or a path there.
 */

/** The beginning of a URL, not followed by the digits of a port: `localhost:8000` has no scheme. */
const SCHEME = /^[a-z][a-z0-9+.-]*:(?![0-9]{1,5}(?:[/?#]|$))/i;
const LOCAL = /^(?:(?:[\w-]+\.)*localhost|(?:[0-9]{1,3}\.){3}[0-9]{1,3}|\[[0-9a-f:.]+\])(?:[:/?#]|$)/i;
const NAMED = /^[^\s/?#:@[\]]+\.(?:xn--[a-z0-9-]+|[^\s/?#:@[\].\d]{2,})\.?(?:[:/?#]|$)/i;

/** Whether a URL holds a user name or password. @param {string} url */
export function hasUserinfo(url) {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return Boolean(username || password);
}

/**
 * The URL of an address as people type it: `https://` before names, `http://` before `localhost` and IP addresses, which rarely have a
 * certificate. Text that has a scheme is returned unchanged.
 * @param {string} text
 * @returns {string | null} null if it can't be an address
 */
export function withScheme(text) {
  const typed = text.trim();
  if (SCHEME.test(typed)) return typed;
  const scheme = LOCAL.test(typed) ? "http" : NAMED.test(typed) ? "https" : "";
  const url = `${scheme}://${typed}`;
  return scheme && URL.canParse(url) ? url : null;
}
