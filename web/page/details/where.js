/** The source of a link: its line with the link marked, and a URL that opens the page at the link. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {ExcerptLine, Result} from "../../client/protocol.js" */
/** @import {AuditSource} from "../../client/source.js" */
/** @import {Run} from "../check.js" */

import { el } from "../dom.js";
import { count, openable } from "../format.js";
import { isolatedAddress, isolatedText, markSegments } from "../results/marks.js";
import { segmentsOf } from "../rows/shown.js";
import { textFragment } from "./textfragment.js";

/** Time between opening the details and asking for the source, in milliseconds: whoever steps through the list asks for none. */
const LATER_MS = 200;

/**
 * The lines around a link. The element is empty until they have been read, and stays so if they can't be.
 * @param {JsonHead} client @param {Run} run @param {Result} place
 */
export function whereOf(client, run, place) {
  const box = el("div", { class: "where" });
  const source = sourceOf(run, place);
  box.append(...waysTo(place, []));
  if (source === null || place.line === null) return box;
  setTimeout(async () => {
    if (!box.isConnected) return;
    try {
      const { lines } = await client.excerpt(source, place);
      box.replaceChildren(linesOf(lines), ...waysTo(place, lines));
    } catch {
      // The place is told in words.
    }
  }, LATER_MS);
  return box;
}

/** What has the link: the contents of the check, or else its page. @param {Run} run @param {Result} place @returns {AuditSource | null} */
function sourceOf(run, { source }) {
  for (const contents of run.contents) {
    if (typeof contents === "object" && "files" in contents && contents.files) {
      const file = contents.files.find(({ name }) => name === source)?.file;
      if (file) return { file, name: source ?? undefined };
    } else if (source === null || (typeof contents === "object" && "file" in contents)) {
      return contents;
    }
  }
  return openable(source) ? { page: source ?? "" } : null;
}

/** @param {ExcerptLine[]} lines */
function linesOf(lines) {
  const first = lines[0]?.number ?? 0;
  const label = `Lines ${count(first)} to ${count(first + lines.length - 1)} of the source`;
  return el("div", { class: "source", role: "group", "aria-label": label }, el("code", {}, ...lines.map(lineOf)));
}

/** @param {ExcerptLine} line */
function lineOf({ number, text, mark, cutBefore, cutAfter }) {
  const shown = (/** @type {string} */ part) => markSegments(segmentsOf(part));
  const [from, to] = mark ?? [text.length, text.length];
  const code = el("span", { class: "code" }, cutBefore ? "…" : "", ...shown(text.slice(0, from)));
  if (mark) code.append(el("mark", {}, ...shown(text.slice(from, to))), ...shown(text.slice(to)));
  if (cutAfter) code.append("…");
  return el("span", { class: mark ? "line at" : "line" }, el("span", { class: "number" }, String(number)), code);
}

/** @param {Result} place @param {ExcerptLine[]} lines */
function waysTo(place, lines) {
  const href = textFragment(place, lines);
  if (!href) return [];
  return [el("p", {}, el("a", { href, target: "_blank", rel: "noopener noreferrer" }, "Open page at this link"))];
}

/** A place in words. @param {Result} place @returns {(Node | string)[]} */
export function placeWords({ source, line, text }) {
  const href = openable(source);
  const name =
    source === null
      ? []
      : [
          href
            ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, el("code", {}, isolatedAddress(source)))
            : el("code", {}, isolatedAddress(source)),
        ];
  const where = line === null ? "" : `${name.length ? " " : ""}line ${count(line)}`;
  const comma = name.length || where ? ", " : "";
  return [...name, where, ...(text ? [el("span", { class: "text" }, `${comma}“`, isolatedText(text), "”")] : [])];
}
