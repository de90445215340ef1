/** Decides which check is shown after loading: the one that the history entry or the address names. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {RunInfo} from "../../client/protocol.js" */
/** @import {Asked} from "../urlstate.js" */
/** @import {Past} from "./past.js" */

import { Run } from "../check.js";
import { Runs } from "./runs.js";

/**
 * What the page does for this module.
 * @typedef {object} Ports
 * @property {JsonHead} client
 * @property {Past} past
 * @property {Runs} runs
 * @property {() => Run | null} current the check that is shown
 * @property {(run: Run | null) => void} show
 * @property {(asked: Asked) => void} start check what the address names
 * @property {() => string} address the address without input
 */

export class Opening {
  #ports;

  /** @param {Ports} ports */
  constructor(ports) {
    this.#ports = ports;
  }

  /** Show a check, which Back returns to. @param {Run} run @param {string} id in its history entry */
  enter(run, id) {
    const { runs, past, show } = this.#ports;
    runs.add(id, run);
    past.watch(run, id);
    show(run);
  }

  /** Show no check. */
  leave() {
    history.pushState({ run: null }, "", this.#ports.address());
    this.#ports.show(null);
  }

  /** Show a check that was kept, or is under way. @param {RunInfo} info @param {boolean} [fromAddress] whether its history entry is there */
  async reopen(info, fromAddress = false) {
    const { runs, address, show } = this.#ports;
    const running = runs.running(info.id);
    if (running) {
      history.pushState({ run: runs.idOf(running), kept: info.id }, "", address());
      return show(running);
    }
    const id = Runs.newId();
    history[fromAddress ? "replaceState" : "pushState"]({ run: id, kept: info.id }, "", fromAddress ? location.href : address());
    const run = await Run.restore(this.#ports.client, info, (run) => this.enter(run, id));
    if (info.state !== "unfinished" || !this.#ports.past.isCopy) return;
    run.notes = [...run.notes, "Another tab may be checking this now. This is what it had when this tab was opened."];
    run.dispatchEvent(new Event("change"));
  }

  /** Show what the address and its history entry name. @param {Asked} asked */
  async begin(asked) {
    const { past, current, show, start } = this.#ports;
    const { state } = history;
    const before = current();
    const names = asked.urls.length > 0 || asked.page !== null;
    if (state?.kept !== undefined) {
      const info = await past.find(state.kept);
      if (current() !== before || history.state?.run !== state?.run) return; // a check was started meanwhile
      if (info) return this.reopen(info, true);
    } else {
      void past.list();
    }
    if (names) return start(asked);
    // Mark the empty page's history entry, to distinguish it from one that a hand-edited fragment creates later.
    history.replaceState({ run: null }, "");
    show(null);
  }
}
