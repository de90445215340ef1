"""The errors of json-head.

::

    JsonHeadError
    ├── UrlError                  a URL that cannot be requested; its code is a rule of not-checked       json_head.urls
    ├── ForbiddenAddressError     an address that may not be connected to                                 json_head.guard
    ├── ExtractError              a source of which links cannot be read; its tree is drawn there         json_head.extract
    ├── GatherError               a page, a file or a folder that gave no links                           json_head.gather
    ├── RelayError                a relay that did not help                                               json_head.relay
    │   └── EvidenceError         a Result's JSON that is malformed
    ├── NotHttpError              a response that is no HTTP/1.x                                          json_head.transports.sockets
    ├── MessageError              a message that does not follow web/client/protocol.js                   json_head.pyodide
    ├── PolicyError               a policy with an unknown or impossible part
    ├── DeniedError               a request that the HTTP API refuses                                     json_head.asgi
    └── CommandError              what ends the command, or leaves a source out                           json_head.cli
        ├── SourceError           a SOURCE that cannot be read
        ├── CacheError            a cache that cannot be used
        ├── OutputError           a file that cannot be written
        └── OptionError           options that exclude each other

Each is defined in the package that raises it, and has a ``code`` where programs need one. ``str()`` of it is a sentence for people.
"""

from __future__ import annotations


class JsonHeadError(Exception):
    """The base of every error that json-head raises on purpose."""
