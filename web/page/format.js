/** Formats numbers, sizes, times and dates for people, in the reader's locale. */

import { formatSize } from "../client/size.js";

/** Shown in place of an unknown value. */
export const NONE = "—";

/** @type {ReturnType<typeof createFormats> | undefined} */
let cached;

/** Created on first use: the first formatter takes a browser 24 ms, and the page is usable without it. */
export function formats() {
  return (cached ??= createFormats());
}

function createFormats() {
  return {
    number: new Intl.NumberFormat(),
    rate: new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 }),
    milliseconds: unit("millisecond", 0),
    seconds: unit("second", 1, "narrow"),
    minutes: unit("minute", 0, "narrow"),
    wholeSeconds: unit("second", 0, "narrow"),
    date: new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" }),
    hour: new Intl.DateTimeFormat(undefined, { timeStyle: "short" }),
    minute: new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }),
    exact: new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" }),
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
 * @param {string} one the noun in the singular
 */
export function counted(value, one) {
  return `${formats().number.format(value)} ${value === 1 ? one : `${one}s`}`;
}

/** @param {number | null} bytes */
export function size(bytes) {
  return bytes === null ? NONE : formatSize(bytes);
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

/** A running time, in whole seconds. @param {number} ms */
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
  return time === null || Number.isNaN(time) ? NONE : formats().date.format(time);
}

/** @param {number} time milliseconds since 1970 */
export function timeOfDay(time) {
  return formats().hour.format(time);
}

/** @param {number} time milliseconds since 1970 */
export function dayAndTime(time) {
  return Number.isNaN(time) ? NONE : formats().minute.format(time);
}

/** @param {number} time milliseconds since 1970 */
export function moment(time) {
  return formats().exact.format(time);
}

/**
 * Split a URL into the parts that readers look for. Anything but an http or https URL is all `path`.
 * @param {string} url
 * @returns {{scheme: string, host: string, path: string}}
 */
export function urlParts(url) {
  const match = /^(https?:\/\/)([^/?#]+)(.*)$/is.exec(url);
  return match ? { scheme: match[1], host: match[2], path: match[3] } : { scheme: "", host: "", path: url };
}

/** The host of a URL, with a port that is not the scheme's default; empty if it is no http or https URL. @param {string} address */
export function hostOf(address) {
  const href = openable(address);
  return href ? new URL(href).host : "";
}

/**
 * Make a message safe that contains foreign names: characters that could reverse the text around them (UAX #9, explicit directional
 * formatting) are replaced by U+FFFD.
 * @param {string} text
 */
export function level(text) {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/**
 * The URL to link to, or null unless it is http or https: other URLs from a checked page may be `javascript:`.
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
