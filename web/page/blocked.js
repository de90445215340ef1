/** What is shown when a page can't be read from here: why, and the ways to check it all the same. */

/** @import {Run} from "./check.js" */

import { bookmarklet } from "./bookmark.js";
import { button, byId, el } from "./dom.js";
import { api } from "./extension/api.js";
import { hostOf } from "./format.js";
import { askedOf } from "./past/stored.js";

/**
 * What the page does for this module.
 * @typedef {object} Ports
 * @property {() => void} chooseFiles
 * @property {() => void} pasteText
 * @property {() => void} useRelay let a helper server read the page
 * @property {() => string} relayLabel of the button for that
 * @property {(text: string, what: string) => void} copy
 * @property {(page: string) => (() => void) | null} allow permits the extension to read the page; null where that would not help
 */

/** Whether the page of a check, or the first page of a site, could not be read because its website does not allow it. @param {Run | null} run */
export function isBlocked(run) {
  if (run === null || run.running || run.problems[0]?.code !== "page-unreadable") return false;
  return run.isSite ? !run.pages : !run.rows.size; // the first page of a site has a row
}

export class Blocked {
  #section = byId("blocked", HTMLElement);
  #ports;

  /** @param {Ports} ports */
  constructor(ports) {
    this.#ports = ports;
  }

  /** @param {Run} run a blocked one */
  show(run) {
    const { page, site } = askedOf(run.order);
    const host = hostOf(page ?? "") || run.title;
    this.#section.replaceChildren(
      el("h1", { id: "blocked-title", tabindex: "-1" }, `${host} can’t be read from here`),
      el(
        "p",
        { class: "lead", role: "alert" },
        "It doesn’t let pages of other websites read it. Most websites are like that; nothing is wrong with yours. There are other ways to check it:",
      ),
      el("ol", { class: "other-ways" }, ...this.#ways(page ?? "", site)),
      el("details", { class: "fold" }, el("summary", {}, "Technical details"), el("p", {}, run.problems[0].message)),
    );
  }

  /** @param {string} page @param {boolean} site */
  *#ways(page, site) {
    const { chooseFiles, pasteText, useRelay, relayLabel, copy, allow } = this.#ports;
    const allowed = allow(page);
    if (allowed)
      yield way("Let the extension read it", "Your browser asks whether you permit it.", button("Allow it…", allowed, { id: "allow" }));
    if (!api) {
      yield checkThere(copy);
      yield way(
        "Use the extension",
        "This page as an extension of your browser can read every website that you permit, and the page that you are looking at.",
        showHow("extension"),
      );
    }
    yield way(
      "Put the checker on your website",
      "Copy one folder next to your pages. From then on everybody who works on the website can check all of it.",
      showHow("hosting"),
    );
    yield way(
      "Check a saved page",
      "Save the page in your browser and drop the file here, or paste its source. Good for one page.",
      button("Choose files", chooseFiles),
      button("Paste its source", pasteText),
    );
    yield way(
      "Use a helper server",
      "A server of your own can read what a browser can’t. Start one with json-head serve.",
      button(relayLabel(), useRelay, { id: "read-through" }),
    );
    const command = commandFor(page, site);
    yield way(
      "Use the command",
      "Without a browser nothing is hidden. For developers, and for checks that run by themselves.",
      el("code", {}, command),
      button("Copy", () => copy(command, "Command")),
    );
  }
}

/** A link to a page of the documentation. @param {string} name */
function showHow(name) {
  const { href } = new URL(`docs/${name}.html`, document.baseURI);
  return el("a", { class: "button", href, target: "_blank", rel: "noopener" }, "Show how");
}

/** The bookmark. Without a pointer that drags, it can only be copied. @param {Ports["copy"]} copy */
function checkThere(copy) {
  const title = "Check it from the website itself";
  const also = "It also works where you have to sign in, and for previews.";
  const href = bookmarklet(new URL("embed.js", document.baseURI).href);
  if (matchMedia("(pointer: coarse)").matches) {
    return way(
      title,
      "Copy the bookmark, add any page to your bookmarks, and put what you copied in place of its address. Then open a page of your " +
        `website and choose the bookmark, or type its name into the address bar. ${also}`,
      button("Copy the bookmark", () => copy(href, "Bookmark"), { id: "bookmarklet" }),
    );
  }
  const mark = el("a", { class: "button mark", href, id: "bookmarklet" }, "Check links here");
  // The policy of this page forbids the script of the link, which is meant for other pages.
  mark.addEventListener("click", (event) => {
    event.preventDefault();
    copy(href, "Bookmark");
  });
  return way(
    title,
    "Drag this button to your bookmarks bar, or press it to copy it as the address of a new bookmark. Then open a page of your " +
      `website and use the bookmark. ${also}`,
    mark,
  );
}

/** The command for a shell, in which an address may have characters with a meaning. @param {string} page @param {boolean} site */
export function commandFor(page, site) {
  const address = URL.canParse(page) ? new URL(page).href.replaceAll("'", "%27") : "";
  return `json-head ${site ? "crawl" : "check --page"} ${/^[\w:/.~%+,@-]*$/.test(address) ? address : `'${address}'`}`;
}

/** @param {string} title @param {string} text @param {...Node} actions */
function way(title, text, ...actions) {
  return el("li", {}, el("h2", {}, title), el("p", {}, text), el("p", { class: "buttons" }, ...actions));
}
