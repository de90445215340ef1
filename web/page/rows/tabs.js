/** The tabs of the list: which rows each has, and the numbers of links that work, need a repair or need a look. */

/** @import {Kind} from "./kind.js" */
/** @import {Row} from "./row.js" */
/** @import {Rows} from "./rows.js" */

/** @typedef {"fix" | "look" | "redirects" | "all"} Tab */
/** @typedef {"links" | "urls"} Unit */

/**
 * The counted links, each in one part. `decided`: a person said that they work or are to be ignored. `unchecked`: not checked because of a
 * cancel. `others`: not checked for another reason.
 * @typedef {Record<"works" | "fix" | "look" | "decided" | "unchecked" | "others", number>} Shares
 */

/** @type {Tab[]} */
export const TABS = ["fix", "look", "redirects", "all"];

/** The tab "all" also has links that are in no total, such as e-mail links. @param {Tab} tab @returns {(row: Row) => boolean} */
export function testOf(tab) {
  if (tab === "all") return () => true;
  if (tab === "redirects") return (row) => row.isRedirect;
  return (row) => row.kind === tab;
}

/** The number at each tab. @param {Rows} rows @param {Unit} unit @returns {Record<Tab, number>} */
export function tabCounts(rows, unit) {
  const { works, fix, look, decided, unchecked, others } = sharesOf(rows, unit);
  return { fix, look, redirects: rows.redirects[unit], all: works + fix + look + decided + unchecked + others };
}

/** @param {Rows} rows @param {Unit} unit @returns {Shares} */
export function sharesOf(rows, unit) {
  const of = (/** @type {Kind} */ kind) => rows.kinds[kind][unit];
  const unchecked = rows.unfinished[unit];
  return {
    works: of("works"),
    fix: of("fix"),
    look: of("look"),
    decided: of("decided"),
    unchecked,
    others: of("unchecked") - unchecked - rows.uncounted[unit],
  };
}

/**
 * The shares in words such as "92%", "under 1%" and "more than 99%". 0% and 100% are exact. Equal numbers have equal words. As all are
 * rounded, their sum may be less than 100; it is never more.
 * @param {Shares} shares
 * @returns {Record<keyof Shares, string>}
 */
export function percentages(shares) {
  const total = Object.values(shares).reduce((sum, number) => sum + number, 0);
  const exact = Object.values(shares).map((number) => (total ? (number * 100) / total : 0));
  let least = 0.5; // fractions from here on are rounded up
  const rounded = (/** @type {number} */ percent) => Math.floor(percent) + (percent % 1 >= least ? 1 : 0);
  /** Whether the words could be true together. A share under 1% is more than nothing. */
  const isPossible = () => {
    const whole = exact.filter((percent) => percent >= 1 && percent <= 99).reduce((sum, percent) => sum + rounded(percent), 0);
    return whole + (exact.some((percent) => percent > 0 && percent < 1) ? 1 : 0) <= 100;
  };
  while (least < 1 && !isPossible()) {
    least = Math.min(1, ...exact.map((percent) => percent % 1).filter((fraction) => fraction > least));
  }
  const words = exact.map((percent) => {
    if (percent > 0 && percent < 1) return "under 1%";
    if (percent > 99 && percent < 100) return "more than 99%";
    return `${rounded(percent)}%`;
  });
  return /** @type {Record<keyof Shares, string>} */ (Object.fromEntries(Object.keys(shares).map((key, index) => [key, words[index]])));
}
