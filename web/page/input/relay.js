/** The helper server (relay): its address and token, and the dialog that asks for them. */

import { byId } from "../dom.js";
import { hostOf, openable } from "../format.js";

const STORAGE_KEY = "json-head-lite relay token";
/** The syntax of a token, as TOKEN in py/json_head/transports/base.py has it. */
export const TOKEN = /^[\w.~+/-]+=*$/;

export class RelayField {
  /** The token, and the address that it is for. */
  #saved = RelayField.#kept();
  #token = byId("relay-token", HTMLInputElement);
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
    this.field.addEventListener("input", () => {
      this.field.setCustomValidity("");
      this.#token.value = this.token; // a token is never sent to another address
    });
    this.#token.addEventListener("input", () => this.#token.setCustomValidity(""));
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

  /** The token for the relay's URL; empty for none. */
  get token() {
    return this.url === this.#saved.relay ? this.#saved.token : "";
  }

  /** Ask for the relay in the dialog, which explains relays. @returns {Promise<string>} its URL; empty for none */
  ask() {
    this.#before = this.field.value;
    this.#token.value = this.token;
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
    const token = this.#token.value.trim();
    if (token && !TOKEN.test(token)) {
      this.#token.setCustomValidity("This is no token: it has spaces or other characters.");
      this.#token.reportValidity();
      return;
    }
    this.#save({ relay: this.url, token });
    this.#dialog.close("used");
    this.show();
    this.#changed();
  }

  /** Keep a token until the tab is closed. @param {{relay: string, token: string}} saved */
  #save(saved) {
    this.#saved = saved;
    try {
      if (saved.token) sessionStorage.setItem(STORAGE_KEY, JSON.stringify(saved));
      else sessionStorage.removeItem(STORAGE_KEY);
    } catch {
      // without storage, the token is kept until a reload
    }
  }

  /** The token that was kept before a reload. */
  static #kept() {
    try {
      const { relay, token } = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "{}");
      if (typeof relay === "string" && typeof token === "string") return { relay, token };
    } catch {
      // no storage, or damaged
    }
    return { relay: "", token: "" };
  }

  /** Name it in the options. */
  show() {
    byId("relay-name", HTMLElement).textContent = hostOf(this.url) || "None";
  }
}
