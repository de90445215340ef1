/** The bookmark “Check links here”, which adds the checker of a page to the page that it is used on. See docs/embedding.md. */

/** The address of the bookmark. @param {string} script the address of embed.js */
export function bookmarklet(script) {
  return `javascript:${encodeURIComponent(`(${addChecker})(${JSON.stringify(script)})`)}`;
}

/**
 * Add a panel with the checker, in place of an earlier one. The bookmark has the text of this function, so it uses nothing from outside.
 * A shadow root keeps the style of the page out, and the panel out of the page's HTML, in which the checker looks for links.
 * @param {string} script
 */
function addChecker(script) {
  const id = "json-head-panel";
  document.getElementById(id)?.remove();
  const host = document.createElement("div");
  host.id = id;
  host.style.cssText = ["all: initial", "display: block", "position: fixed", "inset: 1em 1em auto auto", "z-index: 2147483647"]
    .concat("width: min(26em, 100vw - 2em)", "font: 16px/1.4 sans-serif")
    .map((rule) => `${rule} !important`)
    .join(";");
  const panel = document.createElement("div");
  panel.style.cssText =
    "box-sizing: border-box; max-height: calc(100vh - 2em); overflow: auto; padding: 1em; background: #fff; color: #111; color-scheme: light; border: 2px solid; border-radius: .5em";
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", "Check links here");
  const close = document.createElement("button");
  close.textContent = "Close";
  close.style.cssText =
    "display: block; margin: 0 0 .75em auto; padding: .4em .7em; font: inherit; color: inherit; background: none; border: 1px solid; border-radius: .4em; cursor: pointer";
  close.addEventListener("click", () => host.remove());
  const checker = document.createElement("json-head-check");
  checker.setAttribute("this-page", "");
  const fail = () => checker.replaceWith("The checker could not be loaded. This website may not allow scripts of other websites.");
  // Later errors are told by the checker itself, which has a shadow root then.
  checker.addEventListener("json-head-error", () => checker.shadowRoot || fail());
  panel.append(close, checker);
  const root = host.attachShadow({ mode: "open" });
  root.append(panel);
  document.documentElement.append(host);
  try {
    const element = document.createElement("script");
    element.type = "module";
    element.addEventListener("error", fail);
    element.src = script; // throws where the page wants Trusted Types
    root.append(element);
  } catch {
    fail();
  }
}
