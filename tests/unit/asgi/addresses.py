"""Paths of requests to the API."""

from urllib.parse import quote


def path_for(*urls, **parameters):
    return "/?" + "&".join([f"url={quote(url, safe='')}" for url in urls] + [f"{n}={v}" for n, v in parameters.items()])
