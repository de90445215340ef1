/**
 * The page's single JsonHead, for the page's modules and, as `window.jsonHead`, for scripts of others. It is a separate script without
 * dependencies on the page: Python starts while the page is still being built, and works even if building the page fails.
 */

import { JsonHead } from "../client/client.js";

/** Not in a frame, where the storage belongs to two sites. */
export const client = new JsonHead(undefined, { history: window.top === window.self });

Object.assign(window, { jsonHead: client });
