/** Numbers, sizes, times and dates as people write them, in the reader's own locale. */

/** What stands where nothing is known. */
export const NONE = "—";

/** Decimal ones, as file managers and download pages have them. */
const SIZES = /** @type {const} */ (["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"]);

/** @type {ReturnType<typeof make> | undefined} */
let made;

/** Made when first needed: the first of them takes a browser 24 ms, and a page can be used without. */
export function formats() {
  return (made ??= make());
}

function make() {
  return {
    number: new Intl.NumberFormat(),
    rate: new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 }),
    milliseconds: unit("millisecond", 0),
    seconds: unit("second", 1, "narrow"),
    minutes: unit("minute", 0, "narrow"),
    wholeSeconds: unit("second", 0, "narrow"),
    date: new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" }),
    exact: new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" }),
    sizes: SIZES.map((name) => (name === "byte" ? unit(name, 0, "long") : unit(name, 1))),
  };
}

/** @param {string} name @param {number} digits @param {"short" | "narrow" | "long"} unitDisplay */
function unit(name, digits, unitDisplay = "short") {
  return new Intl.NumberFormat(undefined, { style: "unit", unit: name, unitDisplay, maximumFractionDigits: digits });
}

/** @param {number} value */
export function count(value) {
  return formats().number.format(value);
}

/**
 * @param {number} value
 * @param {string} one the noun for one of them
 */
export function counted(value, one) {
  return `${formats().number.format(value)} ${value === 1 ? one : `${one}s`}`;
}

/** @param {number | null} bytes */
export function size(bytes) {
  if (bytes === null) return NONE;
  const { sizes } = formats();
  let step = 0;
  // 999.95 and more would be rounded to "1,000 kB".
  for (; bytes >= 999.95 && step < sizes.length - 1; bytes /= 1000) step++;
  return sizes[step].format(bytes);
}

/** @param {number} loaded bytes @param {number} total bytes */
export function megabytesOf(loaded, total) {
  const whole = /** @param {number} bytes */ (bytes) => (bytes / 1e6).toFixed(1);
  return total ? `${whole(Math.min(loaded, total))} of ${whole(total)} MB` : "";
}

/** @param {number} ms */
export function duration(ms) {
  if (ms < 999.5) return formats().milliseconds.format(ms);
  return formats().seconds.format(ms / 1000);
}

/** How long something has been going on, in whole seconds. @param {number} ms */
export function elapsed(ms) {
  const whole = Math.floor(ms / 1000);
  if (whole < 60) return formats().wholeSeconds.format(whole);
  return `${formats().minutes.format(Math.floor(whole / 60))} ${formats().wholeSeconds.format(whole % 60)}`;
}

/** @param {number} perSecond */
export function perSecond(perSecond) {
  return `${formats().rate.format(perSecond)}/s`;
}

/** @param {number | null} time milliseconds since 1970 */
export function day(time) {
  return time === null ? NONE : formats().date.format(time);
}

/** @param {number} time milliseconds since 1970 */
export function moment(time) {
  return formats().exact.format(time);
}

/**
 * A URL in the parts that a reader looks for. What is no http or https URL has a `path` only.
 * @param {string} url
 * @returns {{scheme: string, host: string, path: string}}
 */
export function urlParts(url) {
  const match = /^(https?:\/\/)([^/?#]+)(.*)$/is.exec(url);
  return match ? { scheme: match[1], host: match[2], path: match[3] } : { scheme: "", host: "", path: url };
}

/** The host of an address, with a port that is not the scheme's own; empty when it is no http or https address. @param {string} address */
export function hostOf(address) {
  const href = openable(address);
  return href ? new URL(href).host : "";
}

/**
 * A text of ours with names of others in it: what would turn our own words round (UAX #9, explicit directional formatting)
 * is shown as a mark.
 * @param {string} text
 */
export function level(text) {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/**
 * The address to link to: http and https only, since anything else from a checked page may be `javascript:`.
 * @param {string | null} url
 */
export function openable(url) {
  try {
    const { protocol, href } = new URL(url ?? "");
    return protocol === "http:" || protocol === "https:" ? href : null;
  } catch {
    return null;
  }
}
