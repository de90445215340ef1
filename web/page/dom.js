/**
 * Making and finding elements. Text only ever becomes text: nothing here, or anywhere on the page, parses HTML, except that
 * web/page/input/markup.js has the browser resolve a character reference.
 */

/**
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`);
  return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean | null>} [attributes] `null` and `false` leave one out, `true` sets it empty
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/**
 * @param {string} label
 * @param {() => void} action
 * @param {Record<string, string | boolean | null>} [attributes]
 */
export function button(label, action, attributes = {}) {
  const made = el("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", action);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * A 16 by 16 shape in the colour of the text around it; a word always stands beside it.
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

/** @param {Element} svg one that `icon` made @param {string} path */
export function setIcon(svg, path) {
  svg.firstElementChild?.setAttribute("d", path);
}
