/**
 * The slots of each host, shared among all tabs of this origin. Browsers open six connections to a host (HTTP/1.1), whichever tab
 * wants them, and let further requests wait in a queue of their own, where their time limits run on. A request with a slot does not
 * have to wait there.
 *
 * A slot is a Web Lock. Acquiring one takes 0.1 ms or more (measured), a tenth of the time of a check, so a tab leases it for a
 * while, and sends one request after another in it. Locks are granted in the order of their requests, so no tab starves. When a
 * tab is closed, its locks are free at once.
 */

/** As PER_HOST in py/json_head/transports/browser/transport.py, the limit within one tab. */
const PER_HOST = 6;
/** How long a lease lasts, in milliseconds. A request under way at its end is not disturbed. */
const LEASE_MS = 500;

/** `isOver`: whether its lease has ended. @typedef {{host: string, isBusy: boolean, isOver: boolean, free: () => void}} Slot */
/**
 * What this tab has of a host: slots by number, null while one is requested, and the requests that wait for one.
 * @typedef {{slots: Map<number, Slot | null>, waiting: Set<(slot: Slot) => void>}} Share
 */

export class Slots {
  /** Missing on http except for this machine, and in some frames. @type {LockManager | undefined} */
  #locks = navigator.locks;
  /** @type {Map<string, Share>} */
  #shares = new Map();

  /**
   * Wait for a slot.
   * @param {string} host
   * @param {number} patienceMs after which the request goes without: another tab may be suspended with all slots
   * @param {AbortSignal} signal ends the wait
   * @returns {Promise<Slot | null>} to be given back; null where there are none, and after the wait was ended
   */
  async take(host, patienceMs, signal) {
    if (!this.#locks || signal.aborted) return null;
    const share = this.#share(host);
    for (const slot of share.slots.values()) {
      if (slot && !slot.isBusy) return Object.assign(slot, { isBusy: true });
    }
    try {
      return (await this.#tryOne(host, share)) ?? (await this.#queueForAll(host, share, patienceMs, signal));
    } catch {
      this.#locks = undefined; // this page may not have them
      return null;
    }
  }

  /** @param {Slot} slot */
  give(slot) {
    slot.isBusy = false;
    if (slot.isOver) return slot.free();
    const [take] = this.#share(slot.host).waiting;
    if (!take) return;
    slot.isBusy = true;
    take(slot);
  }

  /** A slot that no tab has, if there is one. @param {string} host @param {Share} share */
  async #tryOne(host, share) {
    const number = [...Array(PER_HOST).keys()].find((number) => !share.slots.has(number));
    if (number === undefined) return null;
    share.slots.set(number, null);
    try {
      return await this.#lease(host, number, { ifAvailable: true });
    } finally {
      if (share.slots.get(number) === null) share.slots.delete(number);
    }
  }

  /**
   * Wait for every slot of a host, and take the first.
   * @param {string} host @param {Share} share @param {number} patienceMs @param {AbortSignal} signal
   * @returns {Promise<Slot | null>}
   */
  #queueForAll(host, share, patienceMs, signal) {
    return new Promise((resolve) => {
      const queues = new AbortController();
      const end = (/** @type {Slot | null} */ slot) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", leave);
        share.waiting.delete(end);
        queues.abort();
        resolve(slot);
      };
      const leave = () => end(null);
      const timer = setTimeout(leave, patienceMs);
      signal.addEventListener("abort", leave);
      share.waiting.add(end);
      for (let number = 0; number < PER_HOST; number++) {
        const take = (/** @type {Slot | null} */ slot) => (queues.signal.aborted ? slot?.free() : end(slot));
        this.#lease(host, number, { signal: queues.signal }).then(take, () => {}); // rejected when another was granted
      }
    });
  }

  /** @param {string} host @param {number} number @param {LockOptions} options @returns {Promise<Slot | null>} null where it is not available */
  #lease(host, number, options) {
    return new Promise((resolve, reject) => {
      const keep = (/** @type {Lock | null} */ lock) => {
        if (!lock) return resolve(null);
        return new Promise((/** @type {(value: void) => void} */ unlock) => resolve(this.#slot(host, number, unlock)));
      };
      /** @type {LockManager} */ (this.#locks).request(`json-head slot ${number} of ${host}`, options, keep).catch(reject);
    });
  }

  /** @param {string} host @param {number} number @param {() => void} unlock @returns {Slot} */
  #slot(host, number, unlock) {
    const { slots, waiting } = this.#share(host);
    const free = () => {
      slots.delete(number);
      if (!slots.size && !waiting.size) this.#shares.delete(host);
      unlock();
    };
    const slot = { host, isBusy: true, isOver: false, free };
    slots.set(number, slot);
    setTimeout(() => {
      slot.isOver = true;
      if (!slot.isBusy) free();
    }, LEASE_MS);
    return slot;
  }

  /** @param {string} host @returns {Share} */
  #share(host) {
    const share = this.#shares.get(host) ?? { slots: new Map(), waiting: new Set() };
    this.#shares.set(host, share);
    return share;
  }
}
