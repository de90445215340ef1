/** Which redirects a person wants to be replaced: the safe ones, until the person says otherwise. */

/** @import {Redirect} from "./list.js" */

export class Choices {
  /** @type {Redirect[]} */
  rows = [];
  /** Number of rows that are chosen. */
  number = 0;
  /** Number of links that the chosen rows stand for. */
  links = 0;
  /** What a person has chosen, by redirect. It outlasts changes of the rows. @type {Map<string, boolean>} */
  #byPerson = new Map();

  /** @param {Redirect[]} rows */
  set(rows) {
    this.rows = rows;
    this.#count();
  }

  /** @param {Redirect} row */
  has(row) {
    return (this.#byPerson.size ? this.#byPerson.get(keyOf(row)) : undefined) ?? row.safe;
  }

  /** The chosen rows, in their order. */
  get chosen() {
    return this.rows.filter((row) => this.has(row));
  }

  /** @param {Redirect} row @param {boolean} isChosen */
  choose(row, isChosen) {
    if (this.has(row) === isChosen) return;
    this.#byPerson.set(keyOf(row), isChosen);
    this.number += isChosen ? 1 : -1;
    this.links += isChosen ? row.links : -row.links;
  }

  /** @param {boolean} areChosen */
  chooseAll(areChosen) {
    for (const row of this.rows) this.choose(row, areChosen);
  }

  /** The chosen rows as lines: the old address, a tab, and the new one. */
  get text() {
    return this.chosen.map(({ old, goal }) => `${onLine(old)}\t${onLine(goal)}\n`).join("");
  }

  #count() {
    const { chosen } = this;
    this.number = chosen.length;
    this.links = chosen.reduce((sum, { links }) => sum + links, 0);
  }
}

/** An address without the characters that would end its cell or line. Browsers ignore them. @param {string} address */
function onLine(address) {
  return address.replace(/[\t\n\r]/g, "");
}

/** @param {Redirect} row */
function keyOf({ old, goal }) {
  return JSON.stringify([old, goal]);
}
