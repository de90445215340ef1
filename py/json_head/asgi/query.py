"""The parameters of a request."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from json_head.asgi.replies import DeniedError, is_callback

#: Of the query, in bytes, and of the parameters in it: room for ten URLs that are as long as can be, and more.
MAX_QUERY = 32_768
MAX_PARAMETERS = 200

_TYPES = {"json": b"application/json", "ndjson": b"application/x-ndjson"}


@dataclass(frozen=True, slots=True)
class Query:
    """``urls`` in their order; of other parameters, the last of a name."""

    urls: list[str]
    format: str = "json"
    callback: str | None = None

    @classmethod
    def read(cls, text: bytes) -> Query:
        """Raises:
        DeniedError: there is too much of it.
        """
        if len(text) > MAX_QUERY:
            raise DeniedError(414, "query-too-long", f"The query may have {MAX_QUERY:,} bytes.")
        try:
            pairs = parse_qsl(
                text.decode("latin-1"), keep_blank_values=True, errors="replace", max_num_fields=MAX_PARAMETERS
            )
        except ValueError:
            raise DeniedError(400, "too-many-urls", f"The query may have {MAX_PARAMETERS} parameters.") from None
        given = dict(pairs)
        return cls(
            [value for name, value in pairs if name == "url"], given.get("format", "json"), given.get("callback")
        )

    def check(self) -> None:
        """Raises:
        DeniedError: there is no such format, or no such callback.
        """
        if self.format not in _TYPES:
            raise DeniedError(400, "invalid-format", "There are the formats json and ndjson.")
        if self.callback is not None and (self.format != "json" or not is_callback(self.callback)):
            raise DeniedError(400, "invalid-callback", "This can't be the callback of JSON-P.")

    @property
    def media_type(self) -> bytes:
        """Of the answer."""
        return _TYPES[self.format] if self.callback is None else b"application/javascript; charset=utf-8"
