/** The tab from which the extension's button opened the page: its address is filled in, and its page can be checked as it is shown. */

import { button, byId, el } from "../dom.js";
import { replaceAddress } from "../urlstate.js";

/** `check`: whether to check it at once. @typedef {{id: number, address: string | null, check: boolean}} Opener */

/** Read what extension/background.js put into the address, and remove the request to check at once, so that a reload does not repeat it. @returns {Opener | null} */
export function openerOf() {
  const query = new URLSearchParams(location.search);
  const id = Number(query.get("tab"));
  if (!query.get("tab") || !Number.isSafeInteger(id)) return null;
  const check = query.has("check");
  query.delete("check");
  if (check) replaceAddress(`${location.pathname}?${query}${location.hash}`);
  const address = query.get("address");
  return { id, address: /^https?:/.test(address ?? "") ? address : null, check };
}

/** Offer to check the page in the tab. @param {() => void} check */
export function offerTab(check) {
  const why =
    "Reads the page as you see it, with what scripts have added and what is shown because you are signed in. Your browser allows this until you leave that " +
    `${location.protocol === "moz-extension:" ? "page, or load it again" : "website"}.`;
  byId("page-form", HTMLElement).after(
    el(
      "section",
      { id: "opened", "aria-label": "The page you came from" },
      button("Check the page you came from", check, { "aria-describedby": "opened-why" }),
      el("p", { id: "opened-why", class: "hint" }, why),
    ),
  );
}
