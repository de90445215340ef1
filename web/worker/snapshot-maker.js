/** A worker that boots Python, stores a snapshot of it, and reports that with one message. See snapshot.js. */

import { boot, make } from "./boot.js";

const { pyodide } = await boot(() => {}, { refresh: false, snapshot: false, controlled: false, history: false }, true);
await make(pyodide);
self.postMessage("kept");
