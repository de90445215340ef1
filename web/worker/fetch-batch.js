/**
 * Python's requests, sent by `fetch`, each in a slot of its host; their responses wait until Python takes all there are.
 * `py/json_head/transports/browser/batched.py` is the other end.
 *
 * Python can call `fetch` itself, and does where this is not (`fetching.py` there). But Chromium takes note of where in the code each
 * call was made, which takes long below Python's stack; and each promise, and each property or object that Python hands over or reads,
 * is a way into it and out again, at a time when other things have had the processor. In all, that was as much as all else that Python
 * does for a URL.
 */

import { fetchHead, PageFetch } from "../client/page-fetch.js";
import { Slots } from "./slots.js";

/** @import {Head} from "../client/page-fetch.js" */
/** @import {Slot} from "./slots.js" */

/** The time limit, in milliseconds, counts from when `fetch` is called. @typedef {[id: number, url: string, kind: number, timeout: number]} Request */
/** The end of one. `error` is a network error, of which a browser tells no more. @typedef {[id: number, ...Head | ["error" | "timeout", elapsed_ms: number]]} Answer */

/** How many time limits long a request waits for a slot. Tabs share them fairly, so it takes some twenty busy tabs to wait so long. */
const PATIENCE = 12;
/**
 * The end of an aborted request and the start of the next one go separate ways through the browser: for so long the slot is
 * not free, or the host would have more under way than there are slots. In milliseconds.
 */
const ABORTED_MS = 50;

export class Requests {
  /** Called with the first answer; those that follow wait with it for `take`. */
  onanswer = () => {};
  /** For a request that Python sends itself. @type {(url: string, options: RequestInit) => Promise<unknown>} */
  fetch = (url, options) => fetch(url, options);
  #fetchHead = fetchHead;
  #slots = new Slots();
  /** @type {RequestInit[]} */
  #kinds = [];
  /** @type {Map<number, AbortController>} */
  #underWay = new Map();
  /** The slots of Python's own requests. @type {Map<number, Slot>} */
  #lent = new Map();
  /** @type {Answer[]} */
  #answers = [];

  /** Remember the options of a kind of request. @param {RequestInit} options @returns its number */
  kind(options) {
    return this.#kinds.push(options) - 1;
  }

  /** From now on the page sends the requests. @param {MessagePort} port to `sendFor` of page-fetch.js */
  lend(port) {
    const page = new PageFetch(port);
    this.fetch = (url, options) => page.fetch(url, options);
    this.#fetchHead = (url, options, controller) => page.fetchHead(url, options, controller);
  }

  /** Send requests, once Python has come to the end of its tick. @param {string} requests each a `Request`, as JSON */
  send(requests) {
    /** @type {Request[]} */
    const parsed = JSON.parse(requests);
    for (const [id] of parsed) this.#underWay.set(id, new AbortController());
    queueMicrotask(() => {
      for (const request of parsed) void this.#answer(request).then((answer) => this.#keep(answer));
    });
  }

  /** Abort a request, or its wait for a slot. @param {number} id */
  abort(id) {
    this.#underWay.get(id)?.abort();
  }

  /** The answers that there are, each an `Answer`, as JSON; they are not kept any longer. */
  take() {
    return JSON.stringify(this.#answers.splice(0));
  }

  /**
   * Wait for a slot, for a request that Python sends itself. `leave` gives it back, or ends the wait.
   * @param {number} id @param {string} url @param {number} timeout its time limit, in milliseconds
   */
  async enter(id, url, timeout) {
    const controller = new AbortController();
    this.#underWay.set(id, controller);
    const slot = await this.#slots.take(hostOf(url), PATIENCE * timeout, controller.signal);
    if (slot && controller.signal.aborted) this.#slots.give(slot);
    else if (slot) this.#lent.set(id, slot);
  }

  /** @param {number} id */
  leave(id) {
    this.abort(id);
    this.#underWay.delete(id);
    const slot = this.#lent.get(id);
    this.#lent.delete(id);
    if (slot) this.#slots.give(slot);
  }

  /** @param {Answer} answer */
  #keep(answer) {
    if (this.#answers.push(answer) === 1) this.onanswer();
  }

  /** @param {Request} request @returns {Promise<Answer>} */
  async #answer([id, url, kind, timeout]) {
    const controller = /** @type {AbortController} */ (this.#underWay.get(id));
    const { signal } = controller;
    const slot = await this.#slots.take(hostOf(url), PATIENCE * timeout, signal);
    const started = performance.now();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      controller.abort();
    }, timeout);
    try {
      return [id, ...(await this.#fetchHead(url, this.#kinds[kind], controller))];
    } catch {
      return [id, isLate ? "timeout" : "error", performance.now() - started];
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(id);
      if (slot && signal.aborted) setTimeout(() => this.#slots.give(slot), ABORTED_MS);
      else if (slot) this.#slots.give(slot);
    }
  }
}

/** Host and port of a normalised URL, by which browsers count connections. @param {string} url */
function hostOf(url) {
  return url.split("/", 3)[2];
}
