"""The page that explains the API. It has no scripts, and loads nothing from other servers."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from json_head.asgi.access import Fields

POLICY = b"default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


def page(scope: Mapping[str, Any], fields: Fields, urls: int) -> bytes:
    """The page as HTML.

    Args:
        scope: the request's ASGI scope.
        urls: the maximum number of URLs in a request.
    """
    (host,) = fields.get(b"host", [""])
    origin = f"{scope.get('scheme', 'http')}://{host}" if host else ""
    base_url = escape(origin + scope.get("root_path", ""))
    return f"""\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>json-head</title>
<h1>json-head</h1>
<p>The responses to HTTP HEAD requests, as JSON.</p>
<form action="./"><p><label>URL <input name="url" type="url" size="60" required></label> <button>Check</button></form>
<dl>
<dt><code>{base_url}/?url=…&amp;url=…</code>
<dd>A list of <code>{{ok, status, headers, url}}</code> with a verdict for each URL, in the order of the URLs; at most {urls} URLs.
<dt><code>&amp;format=ndjson</code>
<dd>One line per URL, as they complete.
<dt><code>&amp;callback=name</code>
<dd>JSON-P, if pages of every site are allowed.
<dt><code>{base_url}/links?url=…</code>
<dd>The links of a page.
</dl>
</html>
""".encode()
