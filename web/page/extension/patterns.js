/** Match patterns: how browsers name the websites that an extension may read. */

/** All websites. */
export const EVERYWHERE = ["*://*/*"];

const DOMAIN = /^[^.]+(\.[^.]+)*\.[a-z][^.]*$/;

/** The patterns of a page's website, with and without `www.`, since many redirect from one to the other. @param {string} page its URL */
export function patternsOf(page) {
  const { hostname } = new URL(page);
  const other = hostname.startsWith("www.") ? hostname.slice(4) : `www.${hostname}`;
  return [hostname, ...(DOMAIN.test(hostname) ? [other] : [])].map((host) => `*://${host}/*`);
}

/** The host of a pattern, for people; null if it stands for all websites. @param {string} pattern */
export function hostOfPattern(pattern) {
  const host = pattern === "<all_urls>" ? "*" : pattern.replace(/^[^:]+:\/\//, "").replace(/\/.*$/, "");
  return host === "*" ? null : host.replace(/^\*\./, "");
}
