/** Which decision applies to a link. `py/json_head/store/decisions/` has the same rules. */

/** @import {DecisionInfo} from "../../client/protocol.js" */

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
const AUTHORITY = /^https?:\/\/[^/?#\\]*/i;

/**
 * A lookup of decisions. Those that have run out do not apply. A decision on the address of a link comes before those on its prefixes, of
 * which the longest counts, and these before the one on its host.
 */
export class Decided {
  /** @type {Map<string, DecisionInfo>} */
  #ofAddress = new Map();
  /** @type {Map<string, DecisionInfo>} */
  #ofPrefix = new Map();
  /** @type {Map<string, DecisionInfo>} */
  #ofHost = new Map();
  /** The lengths of the prefixes, the longest first. */
  #lengths;
  /** The hosts of origins that were looked up. @type {Map<string, string>} */
  #hosts = new Map();

  /** @param {DecisionInfo[]} decisions as a `decisions` reply lists them */
  constructor(decisions) {
    for (const decision of decisions) {
      if (!decision.active) continue;
      if (decision.scope === "address") this.#ofAddress.set(key(decision.url, decision.source), decision);
      else (decision.scope === "prefix" ? this.#ofPrefix : this.#ofHost).set(decision.url, decision);
    }
    this.#lengths = [...new Set([...this.#ofPrefix.keys()].map((prefix) => prefix.length))].sort((a, b) => b - a);
  }

  /**
   * The decision that applies to a link.
   * @param {string} url
   * @param {string | null} [source] the page or file that has the link; it matters only for a relative URL
   * @returns {DecisionInfo | null}
   */
  of(url, source = null) {
    return this.#ofAddress.get(key(url, source)) ?? this.#byPrefix(url) ?? this.#byHost(url) ?? null;
  }

  /** @param {string} url */
  #byPrefix(url) {
    for (const length of this.#lengths) {
      const decision = length <= url.length && this.#ofPrefix.get(url.slice(0, length));
      if (decision) return decision;
    }
  }

  /** @param {string} url */
  #byHost(url) {
    const origin = this.#ofHost.size ? AUTHORITY.exec(url)?.[0] : undefined;
    if (origin === undefined) return;
    let host = this.#hosts.get(origin);
    if (host === undefined) this.#hosts.set(origin, (host = hostOf(origin)));
    return this.#ofHost.get(host);
  }
}

/** What a decision on an address is found by. A relative address belongs to its source. @param {string} url @param {string | null} source */
function key(url, source) {
  return SCHEME.test(url) ? url : `${source}\n${url}`;
}

/** The host of an origin, with a port unless it is that of the scheme; empty if it is not valid. @param {string} origin */
function hostOf(origin) {
  if (!URL.canParse(origin)) return "";
  const { host, username, password } = new URL(origin);
  return username || password ? "" : host;
}
