/** Registers the service worker. */

import { trustedTypesPolicy } from "../../client/boot/trusted-types.js";

const policy = trustedTypesPolicy("json-head-offline", { createScriptURL: (path) => new URL(path, document.baseURI).href });

/**
 * @param {ServiceWorkerContainer} serviceWorker
 * @param {"sw.js" | "../sw.js"} path of the script, relative to the page
 */
export const register = (serviceWorker, path) => serviceWorker.register(policy.createScriptURL(path));
