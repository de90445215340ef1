/** The checks that Back returns to without new requests. */

/** @import {Run} from "../check.js" */

/** Number of checks that are kept in memory. */
const KEPT_RUNS = 8;

export class Runs {
  /** @type {Map<string, Run>} by the id in their history entries */
  #runs = new Map();

  /** An id for a history entry. */
  static newId() {
    return `${performance.timeOrigin + performance.now()}`;
  }

  /** @param {string} id @param {Run} run */
  add(id, run) {
    this.#runs.set(id, run);
    for (const old of [...this.#runs.keys()].slice(0, -KEPT_RUNS)) this.#runs.delete(old);
  }

  /** @param {string} id */
  get(id) {
    return this.#runs.get(id);
  }

  /** The check under way that records into a stored run. @param {number} id of the stored run */
  running(id) {
    return [...this.#runs.values()].find(({ running, record }) => running && record.id === id);
  }

  /** @param {Run} run */
  idOf(run) {
    return [...this.#runs].find(([, other]) => other === run)?.[0];
  }
}
