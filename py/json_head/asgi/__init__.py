"""json-head's HTTP API, as one plain ASGI app: ``App(Settings())``. On sockets it needs the extra ``json-head[relay]``.

::

    settings.py     what can be set, by options and environment variables
    limits.py       how often a client may ask, and a host be asked
    access.py       which Host and Origin are answered, and the header fields of CORS
    replies.py      answers: JSON, JSON-P, a stream of NDJSON, and refusals
    query.py        the parameters of a request
    page.py         the page that explains it
    heads.py        what is said of URLs: the path /
    links.py        the links of a page: the path /links
    app.py          paths and methods, and a limit to everything
    serve.py        under uvicorn
"""

from json_head.asgi.app import App
from json_head.asgi.settings import WITHIN_A_BROWSER, Settings

__all__ = ["WITHIN_A_BROWSER", "App", "Settings"]
