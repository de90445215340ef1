/** What any Pyodide user does: load Pyodide, install the wheel by its URL, check the URLs that the query names. */

import { loadPyodide } from "./pyodide/pyodide.mjs";

/** Settles with what json_head says. */
window.result = main();

async function main() {
  const stage = await (await fetch("stage.json")).json();
  const pyodide = await loadPyodide();
  await pyodide.loadPackage(new URL(stage.micropip, location.href).href);
  const locals = pyodide.toPy({
    index: new URL("simple/", location.href).href,
    wheel: new URL(stage["json-head"], location.href).href,
    urls: new URLSearchParams(location.search).getAll("url"),
  });
  const said = await pyodide.runPythonAsync(
    `
import json, micropip
micropip.set_index_urls([index + "{package_name}/"])
await micropip.install(wheel)
import json_head
results = await json_head.head(urls, policy=json_head.Policy(timeout_s=2, backoff_s=0.05))
json.dumps({
    "installed": sorted(micropip.list()),
    "head": [result.to_json() for result in results],
})
`,
    { globals: locals },
  );
  return JSON.parse(said);
}
