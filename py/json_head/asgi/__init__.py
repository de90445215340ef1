"""json-head's HTTP API, as one plain ASGI app: ``App(Settings())``. It needs the extra ``json-head[relay]``.

::

    settings.py     what can be set, by options and environment variables
    limits.py       how often a client may ask, and a host be asked
    access.py       which Host and Origin are answered, and the header fields of CORS
    replies.py      answers: JSON, JSON-P, a stream of NDJSON
    turn.py         a transport, as one request may use it
    page.py         the page that explains it
    app.py          paths and methods
    serve.py        under uvicorn
"""

from json_head.asgi.app import App
from json_head.asgi.settings import Settings

__all__ = ["App", "Settings"]
