/** Trusted Types: texts become script URLs and HTML by policies, and as before where there are none. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { trustedTypesPolicy } from "../../web/client/boot/trusted-types.js";

const rules = { createScriptURL: (/** @type {string} */ url) => `${url}!` };
const scope = /** @type {{trustedTypes?: object}} */ (globalThis);

afterEach(() => delete scope.trustedTypes);

test("the browser's policy is used", () => {
  /** @type {string[]} */
  const names = [];
  scope.trustedTypes = {
    createPolicy(/** @type {string} */ name, /** @type {typeof rules} */ given) {
      names.push(name);
      return { createScriptURL: (/** @type {string} */ url) => ({ trusted: given.createScriptURL(url) }) };
    },
  };
  assert.deepEqual(trustedTypesPolicy("a-name", rules).createScriptURL("a.js"), { trusted: "a.js!" });
  assert.deepEqual(names, ["a-name"]);
});

test("without Trusted Types the rules are used themselves", () => {
  assert.equal(trustedTypesPolicy("a-name", rules).createScriptURL("a.js"), "a.js!");
});

test("where a page forbids the policy, the rules are used themselves", () => {
  scope.trustedTypes = {
    createPolicy() {
      throw new TypeError("not allowed");
    },
  };
  assert.equal(trustedTypesPolicy("a-name", rules).createScriptURL("a.js"), "a.js!");
});
