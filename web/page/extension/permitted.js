/** The websites that the extension may read, on the start page, with buttons to take that back. */

/** @import {Access} from "./access.js" */

import { button, byId, el } from "../dom.js";

export class Permitted {
  #section = el("section", { id: "access", "aria-labelledby": "access-heading" });
  #access;

  /** @param {Access} access */
  constructor(access) {
    this.#access = access;
    byId("start", HTMLElement).querySelector(".sure")?.before(this.#section);
    access.addEventListener("change", () => this.#draw());
  }

  #draw() {
    const access = this.#access;
    const items = [...access.sites].map(([host, patterns]) => item(host, host, () => access.remove(patterns)));
    const all = access.isEverywhere ? [item("All websites", "all websites", () => access.removeEverywhere())] : [];
    const none = "None yet. You are asked when a check needs one, and can take it back here.";
    const heading = el("h2", { id: "access-heading", tabindex: "-1" }, "Websites that the extension may read");
    const hadFocus = this.#section.contains(document.activeElement); // on a button that goes away
    this.#section.replaceChildren(heading, items.length || all.length ? el("ul", {}, ...all, ...items) : el("p", { class: "hint" }, none));
    if (hadFocus) heading.focus({ preventScroll: true });
  }
}

/** @param {string} label @param {string} name in the button's accessible name @param {() => Promise<void>} remove */
function item(label, name, remove) {
  return el(
    "li",
    {},
    el("b", {}, label),
    " ",
    button("Take back", () => void remove(), { class: "small", "aria-label": `Take back: ${name}` }),
  );
}
