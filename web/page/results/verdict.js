/** The icon and colour of each verdict, with its label and meaning. Python decides verdicts; this module only presents them. */

/** @import {Verdict} from "../../client/verdicts.js" */

import { VERDICTS, WORDING } from "../../client/verdicts.js";
import { api } from "../extension/api.js";

/**
 * @typedef {object} Shape
 * @property {"bad" | "fault" | "quiet" | "veil" | "gate" | "mute" | "good"} tone a colour of the style sheet
 * @property {string} path the icon's shape, different for each verdict, so that colour is not needed to distinguish them
 * @property {string} [more] what to do about it, for the inspector
 */

const RING = "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zm0 1.6a4.9 4.9 0 1 0 0 9.8a4.9 4.9 0 0 0 0-9.8z";

/** @type {Record<Verdict, Shape>} */
const SHAPES = {
  "broken": {
    tone: "bad",
    path: "M5 1h6l4 4v6l-4 4H5l-4-4V5zm.4 3.3L4.3 5.4 6.9 8l-2.6 2.6 1.1 1.1L8 9.1l2.6 2.6 1.1-1.1L9.1 8l2.6-2.6-1.1-1.1L8 6.9z",
  },
  "fragment-missing": {
    tone: "bad",
    path: "M5.4 1.5 4.9 5H1.8v1.7h2.9l-.4 2.6H1.2V11h2.9l-.5 3.5h1.7l.5-3.5h2.9V9.3H6l.4-2.6h2.3V5H6.6l.5-3.5zM10 6.2l1-1 1.6 1.6 1.6-1.6 1 1-1.6 1.6 1.6 1.6-1 1-1.6-1.6L11 11l-1-1 1.6-1.6z",
    more:
      "The part of a link after the # is the name of a section. The section may have another name now, or may have been removed. " +
      "Or a script of the page adds it later.",
  },
  "server-error": {
    tone: "fault",
    path: "M8 1.2 15.4 14.6H.6zM7.2 6v4.4h1.6V6zm0 5.4V13h1.6v-1.6z",
  },
  "no-answer-seen": {
    tone: "quiet",
    path: `${RING}M4.9 7.2h6.2v1.6H4.9z`,
    more:
      "A browser reports a wrong name, a refused connection, a bad certificate and some redirects all alike. " +
      "Open the link to see which it is, or use a helper server, which can tell.",
  },
  "timeout": {
    tone: "quiet",
    path: `${RING}M7.2 4.4h1.6v3.3l2.5 1.5-.8 1.4-3.3-2z`,
  },
  "answered-unreadable": {
    tone: "veil",
    path: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zm0 1.6a4.9 4.9 0 0 0 0 9.8z",
    more:
      "A page that works and one that is gone look the same from here. Open the link to see which it is. To check many such links, " +
      `${api ? "permit all websites" : "use the extension"}, use a helper server (json-head serve), copy the folder of this checker to the website that the links lead to, ` +
      "or check them without a browser (json-head check).",
  },
  "other-status": {
    tone: "veil",
    path: "M8 .8 15.2 8 8 15.2.8 8zm0 2.4L3.2 8 8 12.8 12.8 8z",
  },
  "head-unsupported": {
    tone: "veil",
    path: "M2 2h12v12H2zm1.6 1.6v8.8h8.8V3.6zM5 5h1.6v2.2h2.8V5H11v6H9.4V8.8H6.6V11H5z",
  },
  "restricted": {
    tone: "gate",
    path: "M4 7V5a4 4 0 0 1 8 0v2h1.5v8h-11V7zm1.6 0h4.8V5a2.4 2.4 0 0 0-4.8 0z",
  },
  "rate-limited": {
    tone: "gate",
    path: "M3 2h3.6v12H3zm6.4 0H13v12H9.4z",
  },
  "not-checked": {
    tone: "mute",
    path: "M2 7h3v2H2zm4.5 0h3v2h-3zM11 7h3v2h-3z",
  },
  "ok": {
    tone: "good",
    path: "M13.4 2.9 14.9 4.3 6.3 13.2 1.2 8.2 2.6 6.8 6.2 10.4z",
  },
};

/** @type {Record<Verdict, Shape & {label: string, meaning: string}>} */
export const LOOKS = /** @type {any} */ (
  Object.fromEntries(VERDICTS.map((verdict) => [verdict, { ...SHAPES[verdict], ...WORDING[verdict] }]))
);
