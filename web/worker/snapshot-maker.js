/** A worker that boots Python for its snapshot, keeps that, says so and is ended. See snapshot.js. */

import { boot, make } from "./boot.js";

const { pyodide } = await boot(() => {}, true);
await make(pyodide);
self.postMessage("kept");
