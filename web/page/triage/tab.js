/** The tab in which links are opened, one after the other. The pages in it get no access to this page. */

/**
 * Whether the browser lets a page navigate another tab only as its opener or as a parent of its opener. Chromium and WebKit do, and they are
 * told by this value (HTML, 8.10.1.1). There the opener is an empty frame, through which a page in the tab can't navigate this page. Firefox
 * lets both pages navigate. There the tab has no opener.
 */
const CHECKS_OPENER = ["Google Inc.", "Apple Computer, Inc."].includes(navigator.vendor);

export class LinkTab {
  /** @type {Window | null} */
  #tab = null;
  /** The opener of the tab. @type {HTMLIFrameElement | null} */
  #frame = null;

  /** Whether a link has been opened in it. It may be closed now. */
  get wasOpened() {
    return this.#tab !== null;
  }

  /** Open a link in the tab, or in a new one if it was closed. @param {string} href @returns {boolean} false if the browser blocked it */
  open(href) {
    const tab = this.#tab && !this.#tab.closed ? this.#tab : this.#newTab();
    if (!tab) return false;
    this.#tab = tab;
    tab.location.replace(href);
    tab.focus();
    return true;
  }

  #newTab() {
    if (!CHECKS_OPENER) {
      const tab = window.open("about:blank");
      if (tab) tab.opener = null;
      return tab;
    }
    this.#frame?.remove();
    this.#frame = document.createElement("iframe");
    this.#frame.hidden = true;
    this.#frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox");
    document.body.append(this.#frame);
    return this.#frame.contentWindow?.open("about:blank") ?? null;
  }
}
