/** Lets a relay check rows that this browser could not decide, or read a page that it could not read. Only ever after a click. */

/** @import {Form} from "./input/form.js" */
/** @import {Row} from "./rows/row.js" */
/** @import {Notice} from "./shell/notice.js" */
/** @import {Run} from "./check.js" */
/** @import {Problem} from "./input/order.js" */

import { button } from "./dom.js";
import { count, counted, hostOf } from "./format.js";
import { say } from "./shell/live.js";

/**
 * What the page does for this module.
 * @typedef {object} Ports
 * @property {() => Run | null} run the check that is shown
 * @property {() => void} draw
 * @property {(run: Run, relay: string) => void} restart repeat a check, whose page the relay reads
 * @property {() => void} reveal make the form visible
 */

export class Relaying {
  #form;
  #notice;
  #ports;

  /** @param {{form: Form, notice: Notice} & Ports} parts */
  constructor({ form, notice, ...ports }) {
    this.#form = form;
    this.#notice = notice;
    this.#ports = ports;
  }

  /** Let the relay check rows, if one is set. The relay learns their URLs. @param {Row[]} rows */
  async ask(rows) {
    const run = this.#ports.run();
    if (!run) return;
    if (run.running) return this.#notice.toast("A helper server can be used when the check is over");
    const relay = this.#form.relay || (await this.#form.askForRelay());
    if (!relay) return;
    this.#notice.clear();
    const asking = run.askRelay(rows, relay);
    say(`Asking ${hostOf(relay)} about ${counted(run.progress.total, "link")}`);
    this.#ports.draw(); // the button goes away at once
    const { answered, decided } = await asking;
    this.#ports.draw();
    if (answered) this.#notice.toast(`${hostOf(relay)} could tell ${count(decided)} of ${counted(answered, "link")}`);
  }

  /** Buttons for what helps with a problem. @param {Problem} problem */
  waysOut({ code, relayable }) {
    if (code.startsWith("relay-")) return [button("Change the helper server", () => void this.#form.askForRelay())];
    if (!relayable) return [];
    return [button(this.label, () => void this.readPage(), { id: "read-through" })];
  }

  /** Show the box for text. */
  pasteText() {
    this.#ports.reveal();
    this.#form.focusText();
  }

  /** Name the relay of the form on the button, if that is shown. */
  updateLabel() {
    const through = document.getElementById("read-through");
    if (through) through.textContent = this.label;
  }

  /** Check again, and let the relay read the page that this browser could not read. */
  async readPage() {
    const run = this.#ports.run();
    const relay = this.#form.relay || (await this.#form.askForRelay());
    if (run && relay) this.#ports.restart(run, relay);
  }

  /** The label of the button for that. */
  get label() {
    const relay = hostOf(this.#form.relay);
    return relay ? `Read it through ${relay}` : "Use a helper server…";
  }
}
