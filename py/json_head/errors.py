"""The exception hierarchy of json-head.

::

    JsonHeadError
    ├── UrlError                  a URL that cannot be requested; its code is a rule of not-checked       json_head.urls
    ├── ForbiddenAddressError     an address that may not be connected to                                 json_head.guard
    ├── ExtractError              a source whose links cannot be read; see its own hierarchy              json_head.extract
    ├── GatherError               a page, a file or a folder that gave no links                           json_head.gather
    ├── ArchiveError              an archive, or a file in it, that cannot be read                        json_head.gather
    ├── RelayError                a relay that did not help                                               json_head.relay
    ├── EvidenceError             the JSON of a Result is malformed
    ├── NotHttpError              a response that is not HTTP/1.x                                         json_head.transports.sockets
    ├── ReportError               a report of a link checker that cannot be read                          json_head.reports
    ├── BulkError                 a list, folder, plan or cluster of a bulk run that cannot be used         json_head.bulk
    ├── StoreError                a file of runs that cannot be used, or has no such run                  json_head.store
    ├── DecisionError             a person's decision that is not valid, or does not exist                json_head.store
    │   └── NoDecisionsError      a file without decisions
    ├── MessageError              a message that does not follow web/client/protocol.js                   json_head.pyodide
    ├── PolicyError               a policy with an unknown or impossible part
    ├── DeniedError               a request that the HTTP API refuses                                     json_head.asgi
    └── CommandError              ends the command, or skips a source                                     json_head.cli
        ├── SourceError           a SOURCE that cannot be read
        ├── CacheError            a cache that cannot be used
        ├── OutputError           a file that cannot be written
        └── OptionError           options that exclude each other

Each exception is defined in the package that raises it. Those that programs distinguish have a ``code``. ``str()``
gives a sentence for people.
"""

from __future__ import annotations

import errno

#: The numbers of an OSError that says that this process is out of files or memory, which is the fault of no target.
EXHAUSTED = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))


class JsonHeadError(Exception):
    """The base class of all errors that json-head raises on purpose."""

    relayable = False
    """Whether a relay may succeed where this failed."""
