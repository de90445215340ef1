/**
 * Firefox for firefox.py: `node firefox.mjs SETTINGS`. Commands and replies are lines of JSON, one at a time. It
 * ends when standard input closes. SETTINGS is JSON: `executable`, `authority` (base64 of DER, or null), `width`, `height`, and
 * `extension` (`folder`, `id` and `uuid` of one to install, or null).
 */

import { createInterface } from "node:readline";
import puppeteer from "../../scripts/node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js";

const { executable, authority, width, height, extension } = JSON.parse(process.argv[2]);

/** Switches off Firefox's own requests, in addition to those that Puppeteer's profile switches off. */
const QUIET = {
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  "browser.contentblocking.features.standard": "",
  "browser.newtabpage.activity-stream.feeds.topsites": false,
  "browser.region.network.url": "",
  "browser.region.update.enabled": false,
  "browser.safebrowsing.downloads.remote.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.search.update": false,
  "browser.topsites.contile.enabled": false,
  "browser.urlbar.suggest.searches": false,
  "captivedetect.canonicalURL": "",
  "datareporting.healthreport.uploadEnabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "dom.push.connection.enabled": false,
  "extensions.blocklist.enabled": false,
  "extensions.getAddons.cache.enabled": false,
  "extensions.systemAddon.update.enabled": false,
  "extensions.update.enabled": false,
  "media.gmp-manager.updateEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.dns.disablePrefetch": true,
  "network.http.speculative-parallel-limit": 0,
  "network.predictor.enabled": false,
  "network.prefetch-next": false,
  "network.trr.mode": 5,
  "privacy.trackingprotection.enabled": false,
  "services.settings.server": "data:,#remote-settings-dummy/v1",
  "toolkit.telemetry.enabled": false,
  "toolkit.telemetry.server": "data:,",
};

/** As in Firefox itself: Puppeteer lets pages that are files load other files. */
const USUAL = { "security.fileuri.strict_origin_policy": true };

/** The extension's pages have addresses that are known, and permissions are granted without a question. */
const EXTENSION_PREFERENCES = extension && {
  "extensions.webextensions.uuids": JSON.stringify({ [extension.id]: extension.uuid }),
  "extensions.webextOptionalPermissionPrompts": false,
};

const answer = (/** @type {unknown} */ reply) => process.stdout.write(JSON.stringify(reply) + "\n");

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: executable,
  args: authority || extension ? ["-remote-allow-system-access"] : [],
  extraPrefsFirefox: { ...QUIET, ...USUAL, ...EXTENSION_PREFERENCES },
  // Without it a release build ignores a `services.settings.server` other than Mozilla's.
  env: { ...process.env, MOZ_REMOTE_SETTINGS_DEVTOOLS: "1" },
  protocolTimeout: 0, // the caller has a deadline
  handleSIGTERM: false, // Puppeteer would close Firefox and stay
});

let ending = false;
const end = async () => {
  if (ending) return;
  ending = true;
  setTimeout(() => process.exit(1), 5000); // at the exit Puppeteer kills Firefox and removes its profile
  await browser.close();
  process.exit();
};
process.on("SIGTERM", end);
process.stdout.on("error", end);

/** Evaluate an expression in a tab, or in Firefox's own window. @param {string} context @param {string} expression */
async function evaluate(context, expression) {
  const { result } = await browser.connection.send("script.evaluate", { expression, target: { context }, awaitPromise: true });
  if (result.type !== "success") throw new Error(result.exceptionDetails.text);
  return result.result.value;
}

/** Evaluate an expression in Firefox's own window, where its own scripts run. @param {string} expression */
async function evaluateInside(expression) {
  const { result: tree } = await browser.connection.send("browsingContext.getTree", { "moz:scope": "chrome" });
  return evaluate(tree.contexts[0].context, expression);
}

/** Trust an authority in this profile. No preference or file can do that. */
const trust = (/** @type {string} */ authority) =>
  evaluateInside(`void Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB)
    .addCertFromBase64(${JSON.stringify(authority)}, "C,,")`);

let trusts = false;
if (authority) {
  await trust(authority);
  trusts = true;
}
if (extension) await browser.installExtension(extension.folder);
const page = (await browser.pages())[0] ?? (await browser.newPage());
await page.setViewport({ width, height }); // Puppeteer sizes only the tabs that it opens
/** @type {string[]} */
let problems = [];
page.on("console", (message) => {
  if (message.type() === "error" || message.type() === "assert") problems.push(`${message.text()} (${message.location().url ?? ""})`);
});
page.on("pageerror", (error) => problems.push(error.message));

/** The contexts of all tabs, in order. */
async function contexts() {
  const { result } = await browser.connection.send("browsingContext.getTree", {});
  return result.contexts;
}

/** The number of the tab that commands are for. */
let current = 0;
const contextOf = async (/** @type {number} */ number) => (await contexts())[number]?.context;

/** Wait until an expression is true in the current tab. @param {string} expression */
async function until(expression) {
  const isTrue = async () => evaluate(await contextOf(current), expression).catch(() => false);
  while (!(await isTrue())) await new Promise((later) => setTimeout(later, 20));
}

/** Firefox's own script for a press of the extension's button in the tab that is shown. */
const PRESS = `(async () => {
  const { ExtensionParent } = ChromeUtils.importESModule("resource://gre/modules/ExtensionParent.sys.mjs");
  const { extension } = WebExtensionPolicy.getByID(${JSON.stringify(extension?.id)});
  await ExtensionParent.apiManager.global.browserActionFor(extension).triggerAction(window);
})()`;

/**
 * The commands for an extension's pages. Puppeteer loses a tab that goes to one, because that is in another process.
 * @type {Record<string, (argument: string) => Promise<unknown>>}
 */
const TAB_COMMANDS = {
  open: async (url) => {
    await browser.connection.send("browsingContext.navigate", { context: await contextOf(current), url, wait: "none" });
    await until(`document.readyState === "complete" && location.href === ${JSON.stringify(url)}`);
  },
  evaluate: async (expression) => evaluate(await contextOf(current), expression),
  tab: async (number) => {
    current = Number(number);
    if (!(await contextOf(current))) await browser.connection.send("browsingContext.create", { type: "tab" });
    await browser.connection.send("browsingContext.activate", { context: await contextOf(current) });
  },
  click: async (selector) => {
    const context = await contextOf(current);
    const place = await evaluate(
      context,
      `(() => {
        const element = document.querySelector(${JSON.stringify(selector)});
        element.scrollIntoView({ block: "center" });
        const { x, y, width, height } = element.getBoundingClientRect();
        return JSON.stringify({ x: Math.round(x + width / 2), y: Math.round(y + height / 2) });
      })()`,
    );
    const actions = [{ type: "pointerMove", ...JSON.parse(place) }, ...["pointerDown", "pointerUp"].map((type) => ({ type, button: 0 }))];
    await browser.connection.send("input.performActions", { context, actions: [{ type: "pointer", id: "mouse", actions }] });
  },
  action: async () => {
    const known = new Set((await contexts()).map(({ context }) => context));
    await evaluateInside(PRESS);
    const find = async () => (await contexts()).findIndex(({ context }) => !known.has(context));
    while ((current = await find()) < 0) await new Promise((later) => setTimeout(later, 20));
    await until(`document.readyState === "complete" && location.protocol === "moz-extension:"`);
  },
};

/** @type {Record<string, (argument: string) => Promise<unknown>>} */
const commands = {
  open: (address) => page.goto(address, { timeout: 0 }),
  evaluate: (expression) => page.evaluate(expression),
  resize: (size) => page.setViewport(JSON.parse(size)),
  screenshot: (path) => page.screenshot({ path }),
  ...(extension && TAB_COMMANDS),
};

const lines = createInterface({ input: process.stdin });
lines.on("close", end);
answer({ value: { version: (await browser.version()).replace(/^.*\//, ""), trusts } });
lines.on("line", async (line) => {
  const { command, argument } = JSON.parse(line);
  try {
    const value = await commands[command](argument);
    answer({ value: command === "evaluate" ? value : null, problems });
  } catch (error) {
    answer({ error: String(error), problems });
  }
  problems = [];
});
