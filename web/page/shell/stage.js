/** The scenes of the page, of which one is shown: the start, the results of a check or why there are none, the past checks, and what the verdicts mean. */

import { byId } from "../dom.js";

/** @typedef {"start" | "results" | "triage" | "blocked" | "past" | "about"} Scene */

const NAME = "json-head lite";

/** The scenes with an address of their own, which is a fragment. @type {Scene[]} */
const NAMED = ["triage", "past", "about"];

/** The beginning of the document's title in each scene but the results. @type {Record<Exclude<Scene, "results">, string>} */
const TITLES = {
  start: "Find broken links",
  triage: "Look at them one by one",
  blocked: "This website can’t be read from here",
  past: "Past checks",
  about: "What the verdicts mean",
};

/** The scene that the page's address names, or null. @returns {Scene | null} */
export function namedScene() {
  return NAMED.find((name) => location.hash === `#${name}`) ?? null;
}

/** The heading of a scene that gets the focus. */
const HEADING = ".triage-card h2, :not(.triage-top) > h1";

export class Stage {
  /** @type {Scene} */
  scene = "start";

  #scenes = /** @type {Record<Scene, HTMLElement>} */ (
    Object.fromEntries(["start", "results", "triage", "blocked", "past", "about"].map((name) => [name, byId(name, HTMLElement)]))
  );
  #links = {
    start: byId("new-check", HTMLAnchorElement),
    past: byId("to-past", HTMLAnchorElement),
    about: byId("to-about", HTMLAnchorElement),
  };

  constructor() {
    // A browser that goes to a fragment takes away the focus, after it has told so by popstate.
    addEventListener("hashchange", () => namedScene() === this.scene && document.activeElement === document.body && this.#focus());
  }

  /** Show a scene. Another scene begins at its top, and its heading gets the focus. @param {Scene} scene */
  show(scene) {
    for (const [name, link] of Object.entries(this.#links)) {
      if (name === scene) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (scene !== "results") document.title = `${TITLES[scene]} · ${NAME}`;
    if (scene === this.scene) return;
    this.scene = scene;
    const { dataset } = document.documentElement;
    for (const [name, element] of Object.entries(this.#scenes))
      element.hidden = name !== scene && !("embed" in dataset && name === "start");
    scrollTo(0, 0);
    const { activeElement } = document;
    if (activeElement !== document.body && activeElement?.checkVisibility()) return; // the focus is outside of the scenes, or was moved already
    this.#focus();
  }

  #focus() {
    /** @type {HTMLElement | null} */ (this.#scenes[this.scene].querySelector(HEADING))?.focus({ preventScroll: true });
  }

  /** Set the document's title while results are shown. @param {string} words its beginning */
  title(words) {
    if (this.scene === "results") document.title = `${words} · ${NAME}`;
  }
}
