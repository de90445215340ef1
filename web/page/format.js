/** Formats numbers, sizes, times and dates for people, in the language of the page's sentences, in which they stand. */

import { formatSize } from "../client/size.js";

/** Shown in place of an unknown value. */
export const NONE = "—";

/** English with the day before the month and hours from 0 to 23. */
const LANGUAGE = "en-GB";

/** @type {ReturnType<typeof createFormats> | undefined} */
let cached;

/** Created on first use: the first formatter takes a browser 24 ms, and the page is usable without it. */
export function formats() {
  return (cached ??= createFormats());
}

function createFormats() {
  return {
    number: new Intl.NumberFormat(LANGUAGE),
    whole: new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 0 }),
    tenths: new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 }),
    dayOfYear: new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "short" }),
    date: new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "short", year: "numeric" }),
    longDate: new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "long", year: "numeric" }),
    minute: new Intl.DateTimeFormat(LANGUAGE, { timeStyle: "short" }),
    second: new Intl.DateTimeFormat(LANGUAGE, { timeStyle: "medium" }),
  };
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
  return bytes === null ? NONE : formatSize(bytes, LANGUAGE);
}

/** @param {number} loaded bytes @param {number} total bytes */
export function megabytesOf(loaded, total) {
  const whole = /** @param {number} bytes */ (bytes) => (bytes / 1e6).toFixed(1);
  return total ? `${whole(Math.min(loaded, total))} of ${whole(total)} MB` : "";
}

/** @param {number} ms */
export function duration(ms) {
  return ms < 999.5 ? `${formats().whole.format(ms)} ms` : `${formats().tenths.format(ms / 1000)} s`;
}

/** A running time, in whole seconds. @param {number} ms */
export function elapsed(ms) {
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${count(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}

/** @param {number} perSecond */
export function perSecond(perSecond) {
  return `${formats().whole.format(perSecond)}/s`;
}

/** "14 Nov 2026". @param {number | null} time milliseconds since 1970 */
export function day(time) {
  return time === null || Number.isNaN(time) ? NONE : formats().date.format(time);
}

/** "14 Nov", with the year unless it is the current one. @param {number | null} time milliseconds since 1970 @param {number} [now] */
export function shortDay(time, now = Date.now()) {
  if (time === null || new Date(time).getFullYear() !== new Date(now).getFullYear()) return day(time);
  return formats().dayOfYear.format(time);
}

/** "28 November 2026". @param {number} time milliseconds since 1970 */
export function longDay(time) {
  return Number.isNaN(time) ? NONE : formats().longDate.format(time);
}

/** "10:42". @param {number} time milliseconds since 1970 */
export function timeOfDay(time) {
  return formats().minute.format(time);
}

/** "28 Nov 2026, 10:42". @param {number} time milliseconds since 1970 */
export function dayAndTime(time) {
  // Browsers disagree on the words between a date and a time.
  return Number.isNaN(time) ? NONE : `${day(time)}, ${timeOfDay(time)}`;
}

/** "28 November 2026, 10:42:51". @param {number} time milliseconds since 1970 */
export function moment(time) {
  return Number.isNaN(time) ? NONE : `${longDay(time)}, ${formats().second.format(time)}`;
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
