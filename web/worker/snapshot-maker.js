/** A worker that boots Python, stores a snapshot of it, and reports that with one message. See snapshot.js. */

import { boot, make } from "./boot.js";

const { pyodide } = await boot(() => {}, true);
await make(pyodide);
self.postMessage("kept");
