"""Targets of each kind under a service worker of the whole site, on a page that has no worker of its own.

The site's worker follows the ``?worker=`` of a URL, so that one page serves for all cases.
"""

from __future__ import annotations

from .case import BROKEN, NOTHING, OK, UNREADABLE, Case, Decision, Differs, Group, not_checked

#: The site's worker, at its root. It takes control of its pages at once, as many sites' workers do.
SCRIPT = """
const OFFLINE = "/offline.html";
const kept = async () => (await caches.open("site")).match(OFFLINE);
const made = () => new Response("You are offline.", { headers: { "Content-Type": "text/html" } });
const wrapped = (response) => (response.status === 0 ? response : new Response(response.body, response));
const WAYS = {
  "fails-to-kept": (request) => fetch(request).catch(kept),
  "fails-to-made": (request) => fetch(request).catch(made),
  "fails-to-redirect": (request) => fetch(request).catch(() => Response.redirect(OFFLINE)),
  kept,
  made,
  elsewhere: (request) => fetch(new URL(request.url).searchParams.get("from")),
  wraps: (request) => fetch(request).then(wrapped),
  passes: (request) => fetch(request),
};
self.addEventListener("install", (event) => event.waitUntil(caches.open("site").then((cache) => cache.add(OFFLINE))));
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));
self.addEventListener("fetch", (event) => {
  const way = new URL(event.request.url).searchParams.get("worker");
  if (Object.hasOwn(WAYS, way)) event.respondWith(WAYS[way](event.request));
});
"""

INTERCEPTED = not_checked("service-worker")
_REDIRECTED = Differs(UNREADABLE, "It follows the worker's redirect as a server's, and hides where that ends.")

_TARGETS = {
    "dead": ("where nothing listens", "{refused}/"),
    "hidden-200": ("200 without CORS", "{plain}/status/200"),
    "hidden-404": ("404 without CORS", "{plain}/status/404"),
    "cors-200": ("200", "{cors}/status/200"),
    "cors-404": ("404", "{cors}/status/404"),
    "own-200": ("200 of the page's own site", "{site}"),
    "own-404": ("404 of the page's own site", "{site}missing"),
}
#: The verdicts without the site's worker.
_NETWORK = {
    "dead": NOTHING,
    "hidden-200": UNREADABLE,
    "hidden-404": UNREADABLE,
    "cors-200": OK,
    "cors-404": BROKEN,
    "own-200": OK,
    "own-404": BROKEN,
}


def worker(way: str, does: str, intercepted: str, passed: str = "", **differs: Differs) -> dict[str, tuple[Case, ...]]:
    """A behaviour of the site's worker, with the targets to which it responds itself, and those to which the network responds."""

    def cases(names: str, decision: Decision | None) -> tuple[Case, ...]:
        return tuple(
            Case(
                f"worker-{way}-{name}",
                f"{_TARGETS[name][0]}; the worker {does}",
                f"{_TARGETS[name][1]}?worker={way}&from={{cors}}/ok/elsewhere",
                decision or _NETWORK[name],
                page="controlled",
                differs=differs if decision else {},
            )
            for name in names.split()
        )

    return {"intercepted": cases(intercepted, INTERCEPTED), "passed": cases(passed, None)}


_CROSS = "dead hidden-200 hidden-404 cors-200 cors-404"
_FAIL, _ANSWER = "dead hidden-200 hidden-404", "cors-200 cors-404 own-200 own-404"
_WAYS = (
    worker("fails-to-kept", "answers what fails with its offline page", _FAIL, _ANSWER),
    worker("fails-to-made", "answers what fails with a page that it makes up", _FAIL, _ANSWER),
    worker(
        "fails-to-redirect",
        "redirects what fails to its offline page",
        _FAIL,
        _ANSWER,
        webkit=_REDIRECTED,
    ),
    worker("kept", "answers all with its offline page", f"{_CROSS} own-200 own-404"),
    # A page that it generates for the site's own addresses looks like the server's. The check has a note on those.
    worker("made", "answers all with a page that it makes up", _CROSS),
    worker("elsewhere", "answers all with what another server says", f"{_CROSS} own-200 own-404"),
    worker("wraps", "makes a new response of each that it can read", "cors-200 cors-404", f"{_FAIL} own-200 own-404"),
    worker("passes", "passes on what the network says", "", f"{_FAIL} {_ANSWER}"),
    worker("leaves", "leaves it to the browser", "", f"{_FAIL} {_ANSWER}"),
)

INTERCEPTION: tuple[Group, ...] = (
    Group(
        "another service worker of the page's site responds in the server's place",
        tuple(case for way in _WAYS for case in way["intercepted"]),
    ),
    Group(
        "another service worker of the page's site passes on the server's response: the response decides",
        tuple(case for way in _WAYS for case in way["passed"]),
    ),
)
