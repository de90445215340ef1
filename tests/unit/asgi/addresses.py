"""Addresses of requests to the API."""

from urllib.parse import quote


def query(*urls, **more):
    return "/?" + "&".join([f"url={quote(url, safe='')}" for url in urls] + [f"{n}={v}" for n, v in more.items()])
