/** The order of web/'s rooms: imports run from the entry points down to the client, and never in a circle. */

const room = (name) => `^web/${name}/`;

export default {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    { name: "client-imports-no-other-room", severity: "error", from: { path: room("client") }, to: { path: "^web/", pathNot: room("client") } },
    { name: "worker-imports-only-client", severity: "error", from: { path: room("worker") }, to: { path: "^web/", pathNot: [room("worker"), room("client")] } },
    { name: "page-imports-no-worker", severity: "error", from: { path: room("page") }, to: { path: [room("worker"), room("sw")] } },
    { name: "not-to-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true, pathNot: "^pyodide$" } },
  ],
  options: { baseDir: new URL("..", import.meta.url).pathname, tsPreCompilationDeps: false },
};
