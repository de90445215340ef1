/** The terms of the filter that the bars of charts stand for, such as `host:a.example`. */

/** The part of a term before its colon; empty if it is a word. @param {string} term */
function fieldOf(term) {
  return term.slice(0, Math.max(0, term.indexOf(":")));
}

/** Whether a filter has all terms of a bar. @param {string[]} terms of the filter @param {string} term of the bar: one or several, with spaces between */
export function includesTerm(terms, term) {
  return term.split(" ").every((part) => terms.includes(part));
}

/**
 * The terms of a filter after a press on a bar. A bar that is pressed already is released. Otherwise its terms take the place of those of the
 * same field, because no link is on two websites.
 * @param {string[]} terms
 * @param {string} term of the bar
 */
export function toggledTerm(terms, term) {
  const field = fieldOf(term);
  const others = terms.filter((other) => fieldOf(other) !== field);
  return includesTerm(terms, term) ? others : [...others, ...term.split(" ")];
}
