/** Drops the second click of a double click where it meets another control, which has come in the place of the first. */

/** What can be clicked. */
const CONTROLS = "button, a, summary, label, [role=row]";

/** Called once. */
export function guardClicks() {
  /** @type {Element | null} */
  let clicked = null;
  const guard = (/** @type {MouseEvent} */ event) => {
    const control = event.target instanceof Element ? event.target.closest(CONTROLS) : null;
    if (event.detail > 1 && control !== clicked) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else {
      clicked = control;
    }
  };
  addEventListener("click", guard, true);
}
