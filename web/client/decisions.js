/** A person's decisions on links, which are kept beside the checks: makes, undoes, lists, exports and imports them. */

/** @import {Question} from "./pending.js" */
/** @import {Deciding, DecisionsFormat, DecisionsReply, ExportedReply, Reply} from "./protocol.js" */

import { onlyReply } from "./history.js";

export class Decisions {
  #send;

  /** @param {(request: Question) => AsyncGenerator<Reply, void, void>} send */
  constructor(send) {
    this.#send = send;
  }

  /** All decisions that were not replaced, the last one first. */
  list() {
    return this.#listed({ type: "decisions" });
  }

  /**
   * Make a decision. It replaces an earlier one on the same address, prefix or host.
   * @param {Deciding} deciding
   * @throws {JsonHeadError} with the code `bad-decision` if a part of it is not valid
   */
  decide(deciding) {
    return this.#listed({ type: "decide", ...deciding });
  }

  /** Delete a decision. One that it replaced applies again. @param {number} decision its id */
  undo(decision) {
    return this.#listed({ type: "undecide", decision });
  }

  /** @param {DecisionsFormat} format */
  async export(format) {
    return /** @type {ExportedReply} */ (await onlyReply(this.#send({ type: "export-decisions", format })));
  }

  /**
   * Add the decisions of a JSON export. Of two on the same thing, the one that was made later stays.
   * @param {File} file
   * @throws {JsonHeadError} with the code `bad-decision` for other files
   */
  import(file) {
    return this.#listed({ type: "import-decisions", file });
  }

  /** @param {Question} request @returns {Promise<DecisionsReply>} */
  async #listed(request) {
    return /** @type {DecisionsReply} */ (await onlyReply(this.#send(request)));
  }
}
