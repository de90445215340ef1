/** Writes what is known of a file into its link. */

import { formatSize } from "../client/size.js";

/** Languages that write a comma of their own. */
const ARABIC_COMMA = /^(ar|ckb|fa|ks|ps|sd|ug|ur)\b/i;
/** Extensions of files that are downloaded or shown by themselves. Pages and scripts are not among them. */
const EXTENSION =
  /\.(7z|apk|avif?|bz2|csv|deb|dmg|docx?|epub|exe|flac|gif|gz|iso|jar|jpe?g|m4[auv]|mkv|mobi|mov|mp[34]|msi|od[pst]|og[gv]|pdf|png|pptx?|ps|rar|rpm|rtf|svg|swf|tar|tgz|tiff?|txt|wav|web[mp]|xlsx?|xz|zip)$/i;

/** The extension of a file; empty if it is not a known one. @param {string} path */
export function extensionOf(path) {
  return EXTENSION.exec(path)?.[1] ?? "";
}

/**
 * What is written behind a link's text: `(PDF, 1.3 MB)`. The extension is left out if the text has it already.
 * @param {number} bytes
 * @param {string} extension
 * @param {string} text of the link
 * @param {string} [language] a BCP 47 tag
 */
export function sizeText(bytes, extension, text, language) {
  const size = formatSize(bytes, language);
  if (!extension || new RegExp(`\\b${extension}\\b`, "i").test(text)) return `(${size})`;
  return `(${extension.toUpperCase()}${ARABIC_COMMA.test(language ?? "") ? "، " : ", "}${size})`;
}

/**
 * Write a text into a link, or behind it.
 * @param {HTMLAnchorElement} link
 * @param {string} text
 * @param {boolean} isBroken
 * @param {boolean} isBehind
 */
export function annotate(link, text, isBroken, isBehind) {
  clear(link);
  const element = document.createElement("span");
  element.className = isBroken ? "json-head-dead" : "json-head-size";
  element.textContent = text;
  // By the CSSOM, which a content security policy does not forbid. Isolated, the words around it keep their order.
  element.style.whiteSpace = "nowrap";
  element.style.unicodeBidi = "isolate";
  link[isBehind ? "after" : "append"](" ", element);
  link.dataset.jsonHead = isBroken ? "broken" : "size";
}

/** Remove what was written into a link or behind it, by this script, by `json-head annotate`, or before the link was copied. @param {HTMLElement} link */
export function clear(link) {
  for (const element of [link.lastElementChild, link.nextElementSibling])
    if (element?.matches(".json-head-size,.json-head-dead")) element.remove();
  delete link.dataset.jsonHead;
}
