/**
 * Sends Python's requests with `fetch`, each in a slot of its host, and hands the responses to Python in batches.
 * `py/json_head/transports/browser/batched.py` is the other end.
 *
 * Python could call `fetch` itself, and does where this module is missing (`fetching.py` there). But Chromium records the call stack
 * of each `fetch`, which is slow below Python's deep stack. Each promise, property and object that crosses between JavaScript and
 * Python costs another switch, with cold CPU caches. Together these took as long as all of Python's other work for a URL.
 */

import { fetchHead, PageFetch } from "../client/page-fetch.js";
import { Slots } from "./slots.js";

/** @import {Head} from "../client/page-fetch.js" */
/** @import {Slot} from "./slots.js" */

/** `kind`: number of the request options, from `Requests.kind`. `timeout`: milliseconds from the call of `fetch`. @typedef {[id: number, url: string, kind: number, timeout: number]} Request */
/** The outcome of a request: a response, a timeout or a network error, for which browsers give no details. @typedef {[id: number, ...Head | ["error" | "timeout", elapsed_ms: number]]} Outcome */

/** How long a request waits for a slot, as a multiple of its time limit. Tabs share slots fairly: only about twenty busy tabs make one wait this long. */
const PATIENCE = 12;
/**
 * Delay before the slot of an aborted request is free again, in milliseconds. The browser processes the abort and the next request
 * independently, so without the delay more requests than slots could be under way to the host.
 */
const ABORTED_MS = 50;

export class Requests {
  /** Called when the first response of a batch arrives. Later ones are added to the batch until `take` is called. */
  onanswer = () => {};
  /** `fetch` for a request that Python sends itself. @type {(url: string, options: RequestInit) => Promise<unknown>} */
  fetch = (url, options) => fetch(url, options);
  #fetchHead = fetchHead;
  #slots = new Slots();
  /** @type {RequestInit[]} */
  #options = [];
  /** @type {Map<number, AbortController>} */
  #underWay = new Map();
  /** The slots of Python's own requests. @type {Map<number, Slot>} */
  #pythonSlots = new Map();
  /** @type {Outcome[]} */
  #outcomes = [];

  /** Register request options. @param {RequestInit} options @returns their number, for `send` */
  kind(options) {
    return this.#options.push(options) - 1;
  }

  /** Let the page send all further requests. @param {MessagePort} port to `sendFor` of page-fetch.js */
  lend(port) {
    const page = new PageFetch(port);
    this.fetch = (url, options) => page.fetch(url, options);
    this.#fetchHead = (url, options, controller) => page.fetchHead(url, options, controller);
  }

  /** Send requests at the end of Python's current tick. @param {string} requests a JSON array of `Request`s */
  send(requests) {
    /** @type {Request[]} */
    const parsed = JSON.parse(requests);
    for (const [id] of parsed) this.#underWay.set(id, new AbortController());
    queueMicrotask(() => {
      for (const request of parsed) void this.#run(request).then((outcome) => this.#addOutcome(outcome));
    });
  }

  /** Abort a request, or its wait for a slot. @param {number} id */
  abort(id) {
    this.#underWay.get(id)?.abort();
  }

  /** Remove and return all outcomes so far, as a JSON array of `Outcome`s. */
  take() {
    return JSON.stringify(this.#outcomes.splice(0));
  }

  /**
   * Wait for a slot for a request that Python sends itself. `leave` returns the slot, or ends the wait.
   * @param {number} id @param {string} url @param {number} timeout its time limit, in milliseconds
   */
  async enter(id, url, timeout) {
    const controller = new AbortController();
    this.#underWay.set(id, controller);
    const slot = await this.#slots.take(hostOf(url), PATIENCE * timeout, controller.signal);
    if (slot && controller.signal.aborted) this.#slots.give(slot);
    else if (slot) this.#pythonSlots.set(id, slot);
  }

  /** @param {number} id */
  leave(id) {
    this.abort(id);
    this.#underWay.delete(id);
    const slot = this.#pythonSlots.get(id);
    this.#pythonSlots.delete(id);
    if (slot) this.#slots.give(slot);
  }

  /** @param {Outcome} outcome */
  #addOutcome(outcome) {
    if (this.#outcomes.push(outcome) === 1) this.onanswer();
  }

  /** @param {Request} request @returns {Promise<Outcome>} */
  async #run([id, url, kind, timeout]) {
    const controller = /** @type {AbortController} */ (this.#underWay.get(id));
    const { signal } = controller;
    const slot = await this.#slots.take(hostOf(url), PATIENCE * timeout, signal);
    const started = performance.now();
    let isTimedOut = false;
    const timer = setTimeout(() => {
      isTimedOut = true;
      controller.abort();
    }, timeout);
    try {
      return [id, ...(await this.#fetchHead(url, this.#options[kind], controller))];
    } catch {
      return [id, isTimedOut ? "timeout" : "error", performance.now() - started];
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
