/** What was tried to check a link, in plain words. technical.js has the terms. */

/** @import {Attempt, Result} from "../../client/protocol.js" */

import { el } from "../dom.js";
import { duration } from "../format.js";
import { wordOf } from "../results/status.js";

/** @type {Record<Exclude<Attempt["outcome"], "response">, string>} */
const OUTCOMES = {
  opaque: "a reply that the browser hides",
  timeout: "no reply in time",
  failed: "no reply",
  blocked: "not sent",
};

/** The requests of this browser, and those of a helper server. Of files there are none. @param {Result} result */
export function triesOf({ attempts, path }) {
  if (path !== undefined) return [];
  const relayed = attempts.filter(({ via }) => via === "relay");
  const direct = attempts.filter(({ via }) => via !== "relay");
  const tries = direct.length ? listOf(direct) : el("p", {}, "No request was sent.");
  const parts = [section("What was tried", "inspector-tries", tries)];
  if (relayed.length) parts.push(section("What the helper server tried", "inspector-relayed", listOf(relayed)));
  return parts;
}

/** @param {string} title @param {string} id @param {Node} content */
function section(title, id, content) {
  return el("section", { "aria-labelledby": id }, el("h3", { id }, title), content);
}

/** @param {Attempt[]} attempts */
function listOf(attempts) {
  return el("ol", { class: "tries" }, ...attempts.map(itemOf));
}

/** @param {Attempt} attempt */
function itemOf({ method, outcome, status, elapsed_ms }) {
  const request = method === "HEAD" ? "Request for the headers only: " : "Request for the page itself: ";
  const reply = outcome === "response" ? wordOf(status ?? 0) : OUTCOMES[outcome];
  return el(
    "li",
    {},
    el("span", {}, request, el("b", {}, reply)),
    el("span", { class: "took" }, outcome === "blocked" ? "" : duration(elapsed_ms)),
  );
}
