/** The dialog that lists the keys. */

import { button, byId, el } from "../dom.js";

/** @type {[string, [string, string][]][]} */
const KEYS = [
  [
    "Anywhere",
    [
      ["Ctrl Enter", "Start the check"],
      ["/", "Search the results"],
      ["?", "Show these keys"],
      ["Esc", "Close what is open. A check goes on"],
    ],
  ],
  [
    "In the list",
    [
      ["↑ ↓ PgUp PgDn Home End", "Go through the links"],
      ["J K", "Next, previous link, also in the details"],
      ["Enter", "Open the details"],
    ],
  ],
  [
    "In the list, in the details, and one by one",
    [
      ["O", "Open the link in a tab"],
      ["G", "It works"],
      ["X", "It’s broken"],
      ["I", "Ignore it"],
      ["S", "Skip it"],
      ["U", "Undo"],
      ["C", "Copy the address"],
      ["R", "Check again"],
    ],
  ],
];

export class Help {
  #dialog = el("dialog", { id: "keys", "aria-labelledby": "keys-title" });

  constructor() {
    byId("show-keys", HTMLButtonElement).addEventListener("click", () => this.open());
    // Keys in the dialog have no effect behind it.
    this.#dialog.addEventListener("keydown", (event) => event.stopPropagation());
  }

  open() {
    if (!this.#dialog.isConnected) {
      const groups = KEYS.flatMap(([title, keys]) => [el("h3", {}, title), el("dl", {}, ...keys.flatMap(entryOf))]);
      const close = button("Close", () => this.#dialog.close());
      this.#dialog.append(
        el("h2", { id: "keys-title" }, "Keys"),
        ...groups,
        el("p", { class: "hint" }, "Keys of one character can be switched off in the options."),
        close,
      );
      document.body.append(this.#dialog);
    }
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}

/** @param {[string, string]} entry */
function entryOf([keys, action]) {
  return [el("dt", {}, ...keys.split(" ").flatMap((key) => [el("kbd", {}, key), " "])), el("dd", {}, action)];
}
