/** Match patterns: how browsers name the websites that an extension may read. */

/** All websites. */
export const EVERYWHERE = ["*://*/*"];

const DOMAIN = /^[^.]+(\.[^.]+)*\.[a-z][^.]*$/;

/** The host name of a page's website, which can be permitted; empty for other addresses. @param {string} page its URL */
export function websiteOf(page) {
  const { protocol, hostname } = URL.canParse(page) ? new URL(page) : { protocol: "", hostname: "" };
  return /^https?:$/.test(protocol) && !/[%*]/.test(hostname) ? hostname : "";
}

/** The patterns of a website, with and without `www.`, since many redirect from one to the other. @param {string} hostname */
export function patternsOf(hostname) {
  const other = hostname.startsWith("www.") ? hostname.slice(4) : `www.${hostname}`;
  return [hostname, ...(DOMAIN.test(hostname) ? [other] : [])].map((host) => `*://${host}/*`);
}

/** The host of a pattern, for people; null if it stands for all websites. @param {string} pattern */
export function hostOfPattern(pattern) {
  const host = pattern === "<all_urls>" ? "*" : pattern.replace(/^[^:]+:\/\//, "").replace(/\/.*$/, "");
  return host === "*" ? null : host.replace(/^\*\./, "");
}
