/**
 * The page's single JsonHead, for the page's modules and, as `window.jsonHead`, for scripts of others. It is a separate script without
 * dependencies on the page: Python starts while the page is still being built, and works even if building the page fails.
 */

import { JsonHead } from "../client/client.js";

export const client = new JsonHead();

Object.assign(window, { jsonHead: client });
