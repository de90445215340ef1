/**
 * The page's one JsonHead, for the page's own modules and, as `window.jsonHead`, for whoever scripts the page. A script of its own,
 * which waits for nothing: Python starts while the page is put together, and is there even when something is wrong with that.
 */

import { JsonHead } from "../client/client.js";

export const client = new JsonHead();

Object.assign(window, { jsonHead: client });
