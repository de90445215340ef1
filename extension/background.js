/** The background script: opens the page beside a tab, whose page it may then read (`activeTab`). The address is read by web/page/extension/opened.js. */

const api = globalThis.browser ?? globalThis.chrome;

/** The id of the item in the context menu. */
const CHECK = "check";

/** Open the page. @param {{id: number, index: number, url?: string}} tab @param {boolean} check whether to check the tab's page at once */
function open(tab, check) {
  const query = new URLSearchParams({ tab: String(tab.id), ...(tab.url && { address: tab.url }), ...(check && { check: "1" }) });
  void api.tabs.create({ url: api.runtime.getURL(`index.html?${query}`), index: tab.index + 1 });
}

api.action.onClicked.addListener((tab) => open(tab, false));
api.runtime.onInstalled.addListener(() => api.contextMenus.create({ id: CHECK, title: "Check this page’s links", contexts: ["page"] }));
api.contextMenus.onClicked.addListener((_, tab) => open(tab, true));
