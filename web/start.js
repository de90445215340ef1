/**
 * The page's one JsonHead, for the page's own modules and, as `window.jsonHead`, for whoever scripts the page. It is a
 * module of its own and loaded first, so that it is there even when the rest of the page is not.
 */

import { JsonHead } from "./client.js";

export const client = new JsonHead();

Object.assign(window, { jsonHead: client });
