/** What a page's content security policy (CSP) has to allow, and the error for a page whose policy does not. */

/** @import {Cause} from "./supervisor.js" */

import { causeOf } from "./boot/causes.js";
import { canImport, isLocal, TRUSTED_TYPES_POLICY } from "./worker-script.js";

/** This site: the folder above the release. Other sites' pages have to name its origin in their policies. */
const SITE = new URL("../../../", import.meta.url);

/** A small module of this site that does nothing when it is imported. */
const MODULE = new URL("../client/size.js", import.meta.url);
/** How long after a failure the event of the violation may come, in milliseconds. */
const VIOLATION_MS = 100;
/** Time limit of a worker that only imports the module, in milliseconds. */
const IMPORT_MS = 5_000;

/** The directive that allows WebAssembly. */
export const WASM = "script-src 'wasm-unsafe-eval'";
const WORKER = isLocal(SITE) ? "worker-src 'self'" : `worker-src ${self.origin === "null" ? "data:" : "blob:"} ${SITE.origin}`;

/**
 * What has to be added to a policy, after a violation of this directive; empty if the violation does not concern this site.
 * @param {string} directive the violated directive, as `effectiveDirective` has it
 * @param {string} blocked the blocked URI, or a keyword such as `inline` or `trusted-types-sink`
 */
function missingDirective(directive, blocked) {
  if (directive === "require-trusted-types-for" || directive === "trusted-types") return `trusted-types ${TRUSTED_TYPES_POLICY}`;
  if (blocked.startsWith("wasm")) return WASM;
  if (![SITE.origin, "blob", "data"].some((start) => blocked.startsWith(start))) return "";
  if (directive === "connect-src") return `connect-src ${SITE.origin}`;
  return WORKER;
}

/** @param {string} missing the directive that the policy lacks @returns {Cause} */
export function forbidden(missing) {
  return causeOf("page-policy", missing, "PolicyError");
}

/** Watches what the policy of this page forbids while a worker starts. */
export class PolicyWatch {
  #life = new AbortController();
  #missing = "";

  constructor() {
    const note = (/** @type {SecurityPolicyViolationEvent} */ { effectiveDirective, blockedURI, disposition }) => {
      if (disposition === "enforce") this.#missing ||= missingDirective(effectiveDirective, blockedURI);
    };
    document.addEventListener("securitypolicyviolation", note, { signal: this.#life.signal });
  }

  stop() {
    this.#life.abort();
  }

  /**
   * Find out, after the start has failed, whether the policy is the cause. No browser tells the page of every violation in its workers
   * (measured in Chromium, Firefox and WebKitGTK), so the page does itself what the worker had to do: request a file of this site, and
   * have a worker import a module of it.
   * @param {URL} script of the worker
   * @param {boolean} hasRun whether the worker's own code has run
   * @returns {Promise<string>} the directive that the policy lacks; empty if the failure has another cause
   */
  async lacking(script, hasRun) {
    const request = { method: "HEAD", cache: /** @type {const} */ ("no-store"), credentials: /** @type {const} */ ("omit") };
    const mayImport = hasRun || isLocal(script) || (await canImport(MODULE.href, IMPORT_MS).catch(() => true));
    const isReachable = await fetch(MODULE, request).then(
      ({ ok }) => ok,
      () => false,
    );
    await new Promise((later) => setTimeout(later, VIOLATION_MS));
    this.stop();
    return this.#missing || (isReachable && !mayImport ? WORKER : "");
  }
}
