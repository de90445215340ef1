/** What a workflow needs to know beside the check: where json-head is on GitHub, and whether GitHub reaches the address that is checked. */

/** The account is unknown where the page is not hosted by GitHub. */
export const UNKNOWN = "NAME/json-head-lite";

/** The repository of this page, if GitHub hosts it: `name.github.io/repository/`. @param {string} href of the page */
export function projectOf(href) {
  const { hostname, pathname } = new URL(href);
  const [, name] = /^([\w-]+)\.github\.io$/.exec(hostname) ?? [];
  const [, repository] = /^\/([\w.-]+)\//.exec(pathname) ?? [];
  return name && repository ? `${name}/${repository}` : UNKNOWN;
}

/** Hosts of this computer and of private networks, as browsers write them (RFC 1918, 3927, 4193, 4291, 6761, 6762, 6598). */
const PRIVATE = [
  /^(?:.+\.)?(?:localhost|local|internal|home\.arpa)\.?$/,
  /^[^.:[\]]+\.?$/, // a name without a dot
  /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.[\d.]+$/,
  /^\[(?:::1?|::ffff:.*|f[cd][\da-f]{2}:.*|fe[89ab][\da-f]:.*)\]$/,
];

/** Whether only this computer or its network reaches an address. @param {string} url */
export function isPrivate(url) {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return PRIVATE.some((hosts) => hosts.test(hostname));
}
