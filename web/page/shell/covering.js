/** A panel that covers the page on narrow windows. There it is a modal dialog, and what is behind it is inert. */

/** The elements behind it. A notice is in front of it. */
const BEHIND = ".skip, .top, .summary, .sheet, .foot";

export class Covering {
  #panel;
  #narrow = matchMedia("(max-width: 60rem)");
  /** Whether it covers the page. */
  isOn = false;

  /** @param {HTMLElement} panel */
  constructor(panel) {
    this.#panel = panel;
    this.#narrow.addEventListener("change", () => this.update());
  }

  /** Called after the panel, or the scene that has it, was shown or hidden. */
  update() {
    const isOn = this.#narrow.matches && this.#panel.checkVisibility();
    if (isOn === this.isOn) return;
    this.isOn = isOn;
    document.body.toggleAttribute("data-covered", isOn);
    if (isOn) this.#panel.setAttribute("role", "dialog");
    else this.#panel.removeAttribute("role");
    if (isOn) this.#panel.setAttribute("aria-modal", "true");
    else this.#panel.removeAttribute("aria-modal");
    for (const part of document.querySelectorAll(BEHIND)) part.toggleAttribute("inert", isOn);
  }
}
