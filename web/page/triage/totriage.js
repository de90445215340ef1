/** The way from the list of links to look at to looking at them one by one. */

/** @import {Run} from "../check.js" */
/** @import {Tab} from "../rows/tabs.js" */
/** @import {Judging} from "./judging.js" */

import { TO_LOOK_AT } from "../../client/verdicts.js";
import { byId, el } from "../dom.js";
import { count, counted } from "../format.js";

export class ToTriage {
  #box = byId("to-triage", HTMLElement);
  #judging;

  /** @param {Judging} judging */
  constructor(judging) {
    this.#judging = judging;
  }

  /** @param {Run} run @param {Tab} tab */
  show({ rows, running }, tab) {
    const isOffered = tab === "look" && !running;
    const looked = isOffered ? [...rows].filter(({ result }) => TO_LOOK_AT.includes(result.verdict)) : [];
    this.#box.hidden = !looked.length;
    if (!looked.length) return;
    const left = looked.filter((row) => !this.#judging.of(row)).length;
    const done = looked.length - left;
    const [words, link] = this.#box.children;
    const progress = done
      ? `You have looked at ${count(done)} of ${count(looked.length)}; your word is kept beside the verdict.`
      : "Your word is kept beside the verdict.";
    words.replaceChildren(el("b", {}, "Only a person can tell. "), progress);
    link.textContent = done ? `Go through the other ${count(left)}` : `Go through ${counted(left, "link")}`;
    link.toggleAttribute("hidden", !left);
  }
}
