/**
 * The background script: opens the page beside a tab, whose page it may then read (`activeTab`). web/page/extension/opened.js reads the address.
 */

/** @typedef {{id: number, index: number, url?: string}} Tab */

const host = /** @type {any} */ (globalThis);
const api = host.browser ?? host.chrome;

/** @param {Tab} tab @param {boolean} check whether to check the tab's page at once */
function open({ id, index, url }, check) {
  const page = api.runtime.getURL("index.html");
  const query = new URLSearchParams({ tab: String(id), ...(url && { address: url }), ...(check && { check: "1" }) });
  void api.tabs.create({ url: url?.startsWith(page) ? page : `${page}?${query}`, index: index + 1 });
}

api.action.onClicked.addListener((/** @type {Tab} */ tab) => open(tab, false));
api.contextMenus.onClicked.addListener((/** @type {unknown} */ _, /** @type {Tab} */ tab) => open(tab, true));
api.runtime.onInstalled.addListener(() => api.contextMenus.create({ id: "check", title: "Check this page’s links", contexts: ["page"] }));
