"""All sites on their addresses. 127.0.0.1 has the traps and the honest sites, each in a folder, and a page with links to them all."""

from __future__ import annotations

from tests.servers.sites import difficult, honest, robots, traps
from tests.servers.sites.site import NOT_FOUND, Answer, Request, Site, page

FOLDERS: dict[str, Site] = {
    **{name: traps.site_of(trap, name) for name, trap in traps.FOREVER.items()},
    **{name: honest.site_of(name) for name in honest.HONEST},
    "difficult": difficult.answer,
    "silent": difficult.silent,
    "library": honest.of_library,
}
HOSTS = robots.CHAIN + 10


def answer(request: Request) -> Answer:
    number = int(request.host.rpartition(".")[2])
    if number == 1:
        return _of_folders(request)
    if number < robots.SITEMAPS:
        return robots.of_robots(request)
    if number < robots.CHAIN:
        return robots.of_sitemaps(request) if number == robots.SITEMAPS else robots.of_meta(request)
    if request.path == "/robots.txt":
        return NOT_FOUND
    # Each host links to the next one: a crawl that left its site would read them all.
    return page(f"http://127.0.0.{number + 1}:{request.port}/", f"http://127.0.0.{number + 1}:{request.port}/more")


def _of_folders(request: Request) -> Answer:
    if request.path == "/":
        return page(*(f"/{name}/" for name in FOLDERS if name not in ("difficult", "library", "silent")))
    name = request.path.removeprefix("/").partition("/")[0]
    return FOLDERS[name](request) if name in FOLDERS and "/" in request.path[1:] else NOT_FOUND
