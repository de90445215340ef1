/** An address of the same website that works and resembles a broken one: a tip, found among the results of the check. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Run} from "../check.js" */
/** @import {Row} from "../rows/row.js" */
/** @import {Ports} from "./details.js" */

import { button, el } from "../dom.js";
import { openable } from "../format.js";
import { markSegments } from "../results/marks.js";
import { segmentsOf } from "../rows/shown.js";

/**
 * The element is empty until Python has replied, and stays so if nothing is similar.
 * @param {JsonHead} client @param {Run} run @param {Row} row @param {Ports["copy"]} copy
 */
export function similarOf(client, { record }, row, copy) {
  const box = el("div", { class: "similar" });
  if (row.isFile || row.result.verdict !== "broken" || record.id === null) return box;
  void client.history.similar(record.id, row.result.url).then(
    (url) => {
      const href = openable(url);
      if (!url || !href) return;
      box.append(
        el("p", { class: "label" }, "A similar address of this website works"),
        el("p", {}, el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...markSegments(segmentsOf(url)))),
        button("Copy it", () => copy(url, "Address"), { "data-action": "copy-similar" }),
      );
    },
    () => {}, // it is only a tip
  );
  return box;
}
