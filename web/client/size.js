/** Writes a number of bytes for people, in decimal units, as file managers and download pages do. */

const UNITS = /** @type {const} */ (["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"]);

/** By language and unit. Created on first use, since a formatter takes a browser 24 ms. @type {Record<string, Intl.NumberFormat>} */
const formatters = {};

/**
 * @param {number} bytes
 * @param {string} [language] a BCP 47 tag; the browser's own language without it, or if it is no such tag
 */
export function formatSize(bytes, language) {
  let step = 0;
  // 999.95 and more would be rounded to "1,000 kB".
  for (; bytes >= 999.95 && step < UNITS.length - 1; bytes /= 1000) step++;
  return (formatters[`${language} ${step}`] ??= formatter(step, language)).format(bytes);
}

/** @param {number} step @param {string} [language] @returns {Intl.NumberFormat} */
function formatter(step, language) {
  try {
    const unitDisplay = step ? "short" : "long";
    return new Intl.NumberFormat(language, { style: "unit", unit: UNITS[step], unitDisplay, maximumFractionDigits: Math.min(step, 1) });
  } catch {
    return formatter(step);
  }
}
