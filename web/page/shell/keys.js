/** Keys of one character, and the switch for them: speech input may type such keys by accident (WCAG 2.2, 2.1.4). */

import { byId } from "../dom.js";
import { Help } from "./help.js";

/** Whether keys of one character work, which is kept for later visits. */
const STORAGE_KEY = "json-head-lite keys";

/** Elements that take characters themselves. */
const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select";

/** Keys that repeat while they are held. */
const REPEATING = "jks";

/** Whether keys of one character are switched on. */
export function hasLetters() {
  return byId("letters", HTMLInputElement).checked;
}

/** The character of a key, in lower case; empty if it is typed into a field or part of a shortcut. @param {KeyboardEvent} event */
function characterOf({ key, target, ctrlKey, metaKey, altKey, isComposing, defaultPrevented }) {
  const isTaken = isComposing || defaultPrevented || ctrlKey || metaKey || altKey || (target instanceof Element && target.matches(FIELDS));
  return !isTaken && key.length === 1 && hasLetters() ? key.toLowerCase() : "";
}

/**
 * Run actions on keys while the focus is in an element.
 * @param {HTMLElement} element @param {() => Record<string, (() => void) | undefined>} actionsNow by letter
 */
export function onLetters(element, actionsNow) {
  element.addEventListener("keydown", (event) => {
    const letter = characterOf(event);
    const action = letter && (!event.repeat || REPEATING.includes(letter)) ? actionsNow()[letter] : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** Handle the keys that work anywhere. Called once. */
export function prepareKeys() {
  const letters = byId("letters", HTMLInputElement);
  try {
    letters.checked = localStorage.getItem(STORAGE_KEY) !== "off";
  } catch {
    // Without storage they are switched on.
  }
  letters.addEventListener("change", () => {
    try {
      localStorage.setItem(STORAGE_KEY, letters.checked ? "on" : "off");
    } catch {
      // Likewise.
    }
  });
  const help = new Help();
  const search = byId("filter", HTMLInputElement);
  addEventListener("keydown", (event) => {
    const character = characterOf(event);
    const canSearch = character === "/" && search.checkVisibility() && !search.closest("[inert]");
    if (character !== "?" && !canSearch) return;
    event.preventDefault();
    if (canSearch) search.focus();
    else help.open();
  });
}
