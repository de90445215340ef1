/** What a check found, in a sentence. */

/** @import {Result} from "../client/protocol.js" */

import { UNCOUNTED_RULE, VERDICTS, WORDING } from "../client/verdicts.js";

/** The results that count: all but those of e-mail, phone and script links. @param {Result[]} results */
export function countedOf(results) {
  return results.filter(({ rule }) => rule !== UNCOUNTED_RULE);
}

/** @param {Result[]} results */
export function summary(results) {
  const counted = countedOf(results);
  const checked = counted.filter(isChecked).length;
  const counts = VERDICTS.map((verdict) => /** @type {const} */ ([verdict, counted.filter((result) => result.verdict === verdict).length]));
  const parts = counts.filter(([, count]) => count > 0).map(([verdict, count]) => `${WORDING[verdict].label}: ${count}`);
  const others = results.length - counted.length;
  const apart = others ? `${others} e-mail, phone or script ${others === 1 ? "link" : "links"} in no total` : "";
  return [`${checked} checked`, parts.join(", "), apart].filter(Boolean).join(". ");
}

/** @param {Result} result */
export function isChecked({ verdict }) {
  return verdict !== "not-checked";
}
