/**
 * The page's one JsonHead, for the page's own modules and, as `window.jsonHead`, for whoever scripts the page. It is what the page
 * begins with: Python starts while the rest is put together, and is there even when something is wrong with that.
 */

import { JsonHead } from "./client.js";
import { byId } from "./dom.js";

// The page says where the worker is: this module lies in the page itself once that is built, and its own address tells nothing.
export const client = new JsonHead(new URL(byId("worker", HTMLLinkElement).href));

Object.assign(window, { jsonHead: client });
