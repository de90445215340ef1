/** Keeps what a person may be about to click where it is on the screen when something appears above it. */

/** The parts of the results, from the top. None moves while it stays in its place among them. */
const PARTS = [".summary", ".tab-row", "#toolbar", "#grid"];

/** Draw, and scroll by as far as the part in use has moved. @param {() => void} draw */
export function holding(draw) {
  const part = partInUse();
  const before = part && topOf(part);
  draw();
  const by = part?.checkVisibility() ? topOf(part) - /** @type {number} */ (before) : 0;
  if (by) scrollBy({ top: by, behavior: "instant" });
}

/** The part under the pointer, or else the first in sight of a page that was scrolled. */
function partInUse() {
  const parts = PARTS.flatMap((selector) => document.querySelector(`#results ${selector}`) ?? []).filter((part) => part.checkVisibility());
  const isInSight = (/** @type {Element} */ part) => scrollY > 0 && part.getBoundingClientRect().bottom > 0;
  return parts.find((part) => part.matches(":hover")) ?? parts.find(isInSight) ?? null;
}

/** Its distance from the top of the page, which scrolling does not change. @param {Element} part */
function topOf(part) {
  return part.getBoundingClientRect().top + scrollY;
}
