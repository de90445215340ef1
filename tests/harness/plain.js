/** The steps of any Pyodide user: load Pyodide, install the wheel by its URL, check the URLs of the query, and those of
 * `sync` through urllib and pyodide-http. */

import { loadPyodide } from "./pyodide/pyodide.mjs";

/** Settles with the results of json_head. */
window.result = main();

async function main() {
  const stage = await (await fetch("stage.json")).json();
  const pyodide = await loadPyodide();
  await pyodide.loadPackage(new URL(stage.micropip, location.href).href);
  const query = new URLSearchParams(location.search);
  const locals = pyodide.toPy({
    index: new URL("simple/", location.href).href,
    wheel: new URL(stage["json-head"], location.href).href,
    urls: query.getAll("url"),
    sync_urls: query.getAll("sync"),
  });
  const output = await pyodide.runPythonAsync(
    `
import json, micropip
micropip.set_index_urls([index + "{package_name}/"])
await micropip.install(wheel)
import json_head
results = await json_head.head(urls, policy=json_head.Policy(timeout_s=2, backoff_s=0.05))
installed = sorted(micropip.list())
from json_head import sync
try:
    without = sync.head(sync_urls)
except RuntimeError as error:
    without = str(error)
await micropip.install("pyodide-http")
import pyodide_http
pyodide_http.patch_all()
json.dumps({
    "installed": installed,
    "head": [result.to_json() for result in results],
    "without pyodide-http": without,
    "sync": [result.to_json() for result in sync.head(sync_urls, policy=json_head.Policy(backoff_s=0.05, retries=1))],
})
`,
    { globals: locals },
  );
  return JSON.parse(output);
}
