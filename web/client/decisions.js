/** A person's decisions on links, which are kept beside the checks: makes, undoes, lists, deletes, exports and imports them. */

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

  deleteAll() {
    return this.#listed({ type: "delete-decisions" });
  }

  /** @param {DecisionsFormat} format @param {Deciding[]} [items] exported in place of the decisions that were made */
  async export(format, items) {
    return /** @type {ExportedReply} */ (await onlyReply(this.#send({ type: "export-decisions", format, items })));
  }

  /**
   * Add the decisions of a JSON export. Of two on the same thing, the one that was made later stays.
   * @param {File} file
   * @throws {JsonHeadError} with the code `no-decisions` for other files, and `bad-decision` if a decision is not valid
   */
  import(file) {
    return this.#listed({ type: "import-decisions", file });
  }

  /** @param {Question} request @returns {Promise<DecisionsReply>} */
  async #listed(request) {
    return /** @type {DecisionsReply} */ (await onlyReply(this.#send(request)));
  }
}
