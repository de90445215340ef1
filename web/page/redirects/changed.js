/** Finds the parts in which two addresses differ: the scheme, the host, and names of the path or parts of the query. */

/** @typedef {{text: string, changed: boolean}} Segment */

/** The scheme, the slashes, the host, and the rest of an address. */
const ADDRESS = /^([a-z][a-z0-9+.-]*)(:\/\/)([^/?#]*)/i;
const HOST = /^(www\.)?(.*?)(:\d*)?$/is;
const PIECES = /[/?#&;]|[^/?#&;]+/g;

/**
 * Both addresses in segments, which have their whole text. Neighbouring segments differ in `changed`.
 * @param {string} before
 * @param {string} after
 * @returns {{before: Segment[], after: Segment[]}}
 */
export function changes(before, after) {
  const [old, next] = [partsOf(before), partsOf(after)];
  /** @type {Segment[]} */
  const left = [];
  /** @type {Segment[]} */
  const right = [];
  old.forEach((pieces, at) => {
    const { start, end } = common(pieces, next[at]);
    add(left, pieces, start, end);
    add(right, next[at], start, end);
  });
  return { before: left, after: right };
}

/** The scheme, the host, and the rest of an address, each as pieces that are compared. @param {string} address @returns {string[][]} */
function partsOf(address) {
  const match = ADDRESS.exec(address);
  if (!match) return [[], [], piecesOf(address)];
  const [whole, scheme, slashes, host] = match;
  const labels = HOST.exec(host)?.slice(1) ?? [host];
  return [[scheme, slashes], labels.filter(Boolean), piecesOf(address.slice(whole.length))];
}

/** @param {string} text @returns {string[]} */
function piecesOf(text) {
  return text.match(PIECES) ?? [];
}

/** The numbers of equal pieces at the start and at the end. @param {string[]} before @param {string[]} after */
function common(before, after) {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { start, end };
}

/** @param {Segment[]} segments @param {string[]} pieces @param {number} start @param {number} end */
function add(segments, pieces, start, end) {
  const last = pieces.length - end;
  append(segments, pieces.slice(0, start).join(""), false);
  append(segments, pieces.slice(start, last).join(""), true);
  append(segments, pieces.slice(last).join(""), false);
}

/** @param {Segment[]} segments @param {string} text @param {boolean} changed */
function append(segments, text, changed) {
  const previous = segments.at(-1);
  if (!text) return;
  if (previous?.changed === changed) previous.text += text;
  else segments.push({ text, changed });
}
