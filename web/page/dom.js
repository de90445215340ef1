/**
 * Creates and finds elements. Strings only become text nodes: the page never parses HTML, except that web/page/input/markup.js
 * lets the browser resolve a character reference.
 */

/**
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`);
  return element;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean | null>} [attributes] `null` and `false` omit an attribute, `true` sets it to the empty string
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/**
 * @param {string} label
 * @param {(event: MouseEvent) => void} action
 * @param {Record<string, string | boolean | null>} [attributes]
 */
export function button(label, action, attributes = {}) {
  const element = el("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", action);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * A 16 by 16 icon in the colour of the surrounding text. It is hidden from screen readers, so it always needs a word next to it.
 * @param {string} path
 */
export function icon(path = "") {
  const svg = document.createElementNS(SVG, "svg");
  const shape = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  shape.setAttribute("fill-rule", "evenodd");
  svg.append(shape);
  setIcon(svg, path);
  return svg;
}

/** @param {Element} svg created by `icon` @param {string} path */
export function setIcon(svg, path) {
  svg.firstElementChild?.setAttribute("d", path);
}
