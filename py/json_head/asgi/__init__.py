"""json-head's HTTP API, as one plain ASGI app: ``App(Settings())``. For use on sockets install ``json-head[relay]``.

::

    settings.py     the settings, as options and environment variables
    values.py       checks single values of settings
    limits.py       rate limits per client, host and address
    access.py       which Host and Origin are accepted, and the CORS header fields
    replies.py      responses: JSON, JSON-P, a stream of NDJSON, and refusals
    query.py        the parameters of a request
    page.py         the page that explains the API
    heads.py        checks URLs: the path /
    links.py        reads the links of a page: the path /links
    app.py          paths and methods, and limits on concurrency
    serve.py        runs the app under uvicorn
"""

from json_head.asgi.app import App
from json_head.asgi.settings import WITHIN_A_BROWSER, Settings

__all__ = ["WITHIN_A_BROWSER", "App", "Settings"]
