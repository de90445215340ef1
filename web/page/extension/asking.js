/** A dialog that says why a permission is wanted, before the browser asks for it. */

import { withResolvers } from "../../client/resolvers.js";
import { button, el } from "../dom.js";

/** `act` is called by the click itself, as browsers require of a request for permissions. @typedef {{label: string, why: string, act: () => Promise<boolean>}} Choice */

/**
 * @param {string} title
 * @param {Choice[]} choices the first is the primary one
 * @param {string} [without] label of the button that goes on without a permission
 * @returns {Promise<boolean>} whether to go on; false if the dialog was closed
 */
export function ask(title, choices, without) {
  const { promise, resolve } = withResolvers();
  const heading = el("h2", { id: "access-title" }, title);
  const dialog = el("dialog", { id: "access-dialog", "aria-labelledby": heading.id }, heading);
  const end = (/** @type {boolean} */ goesOn) => {
    resolve(goesOn);
    dialog.close();
  };
  choices.forEach(({ label, why, act }, at) => {
    const id = `access-why-${at}`;
    // Where the browser's own question is declined, this one stays open.
    const choose = button(label, () => void act().then((isPermitted) => isPermitted && end(true)), {
      class: at ? null : "primary",
      "aria-describedby": id,
    });
    dialog.append(el("div", { class: "choice" }, choose, el("p", { id, class: "hint" }, why)));
  });
  dialog.append(
    el(
      "div",
      { class: "buttons" },
      ...(without ? [button(without, () => end(true))] : []),
      button("Cancel", () => end(false), { class: "plain" }),
    ),
  );
  dialog.addEventListener("close", () => {
    resolve(false);
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  return promise;
}
