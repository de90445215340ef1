/**
 * Request slots per host, shared among all tabs of this origin. Browsers open at most six connections to a host (HTTP/1.1) for all
 * tabs together and queue further requests, whose time limits keep running meanwhile. A request with a slot never waits in that queue.
 *
 * A slot is a Web Lock. Acquiring one takes 0.1 ms or more (measured), a tenth of the time of a check. A tab therefore leases a slot
 * for a while and uses it for one request after another. Locks are granted in the order of their requests, so no tab starves. When a
 * tab is closed, its locks are released at once.
 */

/** Slots per host; the same as PER_HOST in py/json_head/transports/browser/transport.py, the limit within one tab. */
const PER_HOST = 6;
/** How long a lease lasts, in milliseconds. A request under way when it expires is completed. */
const LEASE_MS = 500;

/** `isOver`: whether the lease has expired. `free`: releases the lock. @typedef {{host: string, isBusy: boolean, isOver: boolean, free: () => void}} Slot */
/**
 * This tab's slots of one host by number (null while its lock is requested), and the requests that wait for a slot.
 * @typedef {{slots: Map<number, Slot | null>, waiting: Set<(slot: Slot) => void>}} Share
 */

export class Slots {
  /** Undefined on http (except localhost) and in some frames. @type {LockManager | undefined} */
  #locks = navigator.locks;
  /** @type {Map<string, Share>} */
  #shares = new Map();

  /**
   * Wait for a slot.
   * @param {string} host
   * @param {number} patienceMs the longest wait, after which the request is sent without a slot: a suspended tab may hold them all
   * @param {AbortSignal} signal ends the wait
   * @returns {Promise<Slot | null>} a slot, to be returned with `give`; null if locks are unavailable, after `patienceMs`, or after an abort
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
      this.#locks = undefined; // locks are forbidden in this context
      return null;
    }
  }

  /** Return a slot. @param {Slot} slot */
  give(slot) {
    slot.isBusy = false;
    if (slot.isOver) return slot.free();
    const [take] = this.#share(slot.host).waiting;
    if (!take) return;
    slot.isBusy = true;
    take(slot);
  }

  /** Lease a slot that no tab holds, or return null. @param {string} host @param {Share} share */
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
   * Request the locks of all slots of a host and take the first that is granted or given back.
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
        this.#lease(host, number, { signal: queues.signal }).then(take, () => {}); // rejected when the wait has ended
      }
    });
  }

  /** @param {string} host @param {number} number @param {LockOptions} options @returns {Promise<Slot | null>} null if it is not available */
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
