/** The helper server (relay): its address, and the dialog that asks for it. */

import { byId } from "../dom.js";
import { hostOf, openable } from "../format.js";

export class RelayField {
  field = byId("relay", HTMLInputElement);
  #dialog = byId("relay-dialog", HTMLDialogElement);
  #changed;
  /** The address before the dialog was opened. */
  #before = "";

  /** @param {() => void} changed called when the relay has changed */
  constructor(changed) {
    this.#changed = changed;
    byId("relay-command", HTMLElement).textContent = `json-head serve --origin ${location.origin}`;
    byId("choose-relay", HTMLButtonElement).addEventListener("click", () => void this.ask());
    byId("leave-relay", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    byId("relay-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#use();
    });
    this.field.addEventListener("input", () => this.field.setCustomValidity(""));
    this.#dialog.addEventListener("close", () => {
      if (!this.#dialog.returnValue) this.field.value = this.#before;
      this.field.setCustomValidity("");
    });
  }

  /** The relay's URL if it is valid, else empty. */
  get url() {
    const url = this.field.value.trim();
    return openable(url) ? url : "";
  }

  /** Ask for the relay in the dialog, which explains relays. @returns {Promise<string>} its URL; empty for none */
  ask() {
    this.#before = this.field.value;
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    this.field.select();
    return new Promise((resolve) => {
      this.#dialog.addEventListener("close", () => resolve(this.#dialog.returnValue && this.url), { once: true });
    });
  }

  #use() {
    const text = this.field.value.trim();
    if (text && !openable(text)) {
      this.field.setCustomValidity("This is no address of a helper server: it does not start with https:// or http://.");
      this.field.reportValidity();
      return;
    }
    this.#dialog.close("used");
    this.show();
    this.#changed();
  }

  /** Name it in the options. */
  show() {
    byId("relay-name", HTMLElement).textContent = hostOf(this.url) || "None";
  }
}
