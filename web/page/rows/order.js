/** The order of rows. Values that are unknown are last in both directions, and equal ones are in document order. */

/** @import {Column, Row, Sort} from "./row.js" */

/**
 * Sorts values instead of rows, because comparing rows takes ten times as long.
 * @param {Row[]} rows @param {Sort} sort
 */
export function sorted(rows, { by, down }) {
  const found = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index++) found[index] = foundOf(rows[index]);
  const ordered = placed(rows, found);
  if (by === "found") return down ? ordered.reverse() : ordered;
  const values = rows.map((row) => row.values[by]);
  const places = values.some((value) => typeof value === "string") ? placesOf(values) : null;
  const sign = down ? -1 : 1;
  const ranks = new Float64Array(rows.length).fill(Infinity);
  for (let index = 0; index < rows.length; index++) {
    const value = ordered[index].values[by];
    if (value !== null) ranks[index] = sign * Number(places ? places.get(value) : value);
  }
  return placed(ordered, ranks);
}

/**
 * The rows in ascending order of their numbers. Equal ones keep their order.
 * @param {Row[]} rows @param {Float64Array} numbers one for each row
 */
function placed(rows, numbers) {
  const ascending = numbers.slice().sort();
  const taken = new Uint32Array(rows.length);
  /** @type {Row[]} */
  const result = rows.slice();
  for (let index = 0; index < rows.length; index++) {
    const first = firstAtLeast(ascending, numbers[index]);
    result[first + taken[first]++] = rows[index];
  }
  return result;
}

/** @param {Float64Array} ascending @param {number} number one of them */
function firstAtLeast(ascending, number) {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place of each string among the sorted ones. @param {(number | string | null)[]} values */
function placesOf(values) {
  /** @type {Map<number | string, number>} */
  const places = new Map();
  const ascending = values.filter((value) => value !== null).sort();
  for (const [place, value] of ascending.entries()) places.set(value, place);
  return places;
}

/**
 * Both in one list. Most rows are copied without a comparison if `other` is short.
 * @param {Row[]} one sorted @param {Row[]} other sorted @param {Sort} sort
 */
export function merge(one, other, sort) {
  if (!other.length) return one;
  /** @type {Row[]} */
  const merged = [];
  let copied = 0;
  for (const row of other) {
    let [low, high] = [copied, one.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(one[middle], row, sort) <= 0) low = middle + 1;
      else high = middle;
    }
    for (; copied < low; copied++) merged.push(one[copied]);
    merged.push(row);
  }
  for (; copied < one.length; copied++) merged.push(one[copied]);
  return merged;
}

/** @param {Row} a @param {Row} b @param {Sort} sort */
export function compare(a, b, { by, down }) {
  const one = a.values[by];
  const other = b.values[by];
  if (one === other) return foundOf(a) - foundOf(b);
  if (one === null) return 1;
  if (other === null) return -1;
  return one < other === down ? 1 : -1;
}

/** The order after a click on a column: ascending, then descending, then that of the document. Places begin with the most. @param {Sort} before @param {Column} column @returns {Sort} */
export function nextSort({ by, down }, column) {
  const isFirstDown = column === "places";
  if (by !== column) return { by: column, down: isFirstDown };
  return down === isFirstDown ? { by, down: !down } : { by: "found", down: false };
}

/** @param {Row} row */
function foundOf(row) {
  return /** @type {number} */ (row.values.found);
}
