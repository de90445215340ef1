/** Elements and style of the checker. The style is a constructed sheet, which no `style-src` policy forbids. */

const CSS = `
:host { display: block; container-type: inline-size; font: inherit; color: inherit; }
:host([hidden]), [hidden] { display: none !important; }
form { display: flex; flex-wrap: wrap; gap: .5em; }
input { flex: 1 1 12em; min-width: 0; }
input, button { font: inherit; padding: .4em .7em; box-sizing: border-box; min-height: 2.5em; color: inherit; background: transparent;
  border: 1px solid var(--json-head-border, currentColor); border-radius: var(--json-head-radius, .4em); }
button { cursor: pointer; font-weight: 600; }
:focus-visible { outline: 2px solid var(--json-head-focus, currentColor); outline-offset: 2px; }
progress { width: 100%; margin-block: .5em 0; }
p { margin: .5em 0; }
ol { list-style: none; margin: 0; padding: 0; }
li { padding-block: .5em; border-top: 1px solid var(--json-head-border, currentColor); overflow-wrap: anywhere; }
li p { margin: .1em 0 0; font-size: .9em; }
[data-verdict=broken] { color: var(--json-head-bad, inherit); }
a { color: inherit; }
`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** The style sheet, shared by all checkers of a page. */
export function styleSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Partial<Omit<HTMLElementTagNameMap[K], "part">> & {part?: string}} properties
 * @returns {HTMLElementTagNameMap[K]}
 */
export function createElement(name, { part, ...properties }) {
  const element = document.createElement(name);
  Object.assign(element, properties);
  if (part) element.part = part;
  return element;
}
