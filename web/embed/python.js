/** The part of the embed that needs Python, which is loaded when it is first used: the one client that a document has. */

/** @import {Policy, Result} from "../client/protocol.js" */

import { JsonHead } from "../client/client.js";
import { withResolvers } from "../client/resolvers.js";

/** Python ends after this time without a user, in milliseconds: it takes 40 MB of memory. */
const IDLE_MS = 30_000;
/** Time in milliseconds in which links come together for one check, once the page is idle. */
const GATHER_MS = 200;
/** Other sites than the page's own did not ask for its visitors. */
const POLITE = { per_host: 2 };

/** @type {JsonHead | null} */
let client = null;
let users = 0;
let timer = 0;

/** The document's client, which from then on stays until the page is left. */
export function jsonHead() {
  users++;
  return obtain();
}

/**
 * Use the document's client. It ends some time after its last use.
 * @template T
 * @param {(client: JsonHead) => Promise<T>} use
 */
export async function withClient(use) {
  users++;
  try {
    return await use(obtain());
  } finally {
    if (--users === 0) timer = setTimeout(end, IDLE_MS);
  }
}

/** The links of the next check, by URL. @type {Map<string, {promise: Promise<Result>, resolve: (result: Result) => void, reject: (error: unknown) => void}>} */
let gathered = new Map();

/**
 * Check a URL, together with others that are wanted at about the same time.
 * @param {string} url
 * @returns {Promise<Result>}
 */
export function check(url) {
  let wanted = gathered.get(url);
  if (!wanted) {
    if (!gathered.size) setTimeout(() => (self.requestIdleCallback ?? setTimeout)(() => void checkGathered()), GATHER_MS);
    gathered.set(url, (wanted = withResolvers()));
  }
  return wanted.promise;
}

async function checkGathered() {
  const wanted = gathered;
  gathered = new Map();
  const urls = [...wanted.keys()];
  /** @type {Policy} */
  const policy = urls.every((url) => new URL(url).origin === self.origin) ? {} : POLITE;
  try {
    await withClient(async (client) => {
      for await (const result of client.audit({ urls }, { policy })) wanted.get(result.url)?.resolve(result);
    });
  } catch (error) {
    for (const { reject } of wanted.values()) reject(error);
  }
}

function obtain() {
  clearTimeout(timer);
  if (client?.boot.stage === "failed") end();
  client ??= new JsonHead();
  return client;
}

function end() {
  client?.close();
  client = null;
}
