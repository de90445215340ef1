/** Import rules for the folders of web/: imports go from the entry points down to the client, without cycles. */

const folder = (name) => `^web/${name}/`;

export default {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    { name: "client-imports-no-other-room", severity: "error", from: { path: folder("client") }, to: { path: "^web/", pathNot: folder("client") } },
    { name: "worker-imports-only-client", severity: "error", from: { path: folder("worker") }, to: { path: "^web/", pathNot: [folder("worker"), folder("client")] } },
    { name: "embed-imports-only-client", severity: "error", from: { path: folder("embed") }, to: { path: "^web/", pathNot: [folder("embed"), folder("client")] } },
    { name: "page-imports-no-worker", severity: "error", from: { path: folder("page") }, to: { path: [folder("worker"), folder("sw"), folder("embed")] } },
    { name: "not-to-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true, pathNot: "^pyodide$" } },
  ],
  options: { baseDir: new URL("..", import.meta.url).pathname, tsPreCompilationDeps: false },
};
