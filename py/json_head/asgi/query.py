"""The parameters of a request."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from json_head.asgi.replies import DeniedError, is_callback

#: The maximum size of the query in bytes, and the number of its parameters: enough for ten URLs of maximum length, unless
#: most of their characters are percent-encoded.
MAX_QUERY = 32_768
MAX_PARAMETERS = 200

_TYPES = {"json": b"application/json", "ndjson": b"application/x-ndjson"}


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of a request: ``urls`` in order; of other parameters, the last of a name."""

    urls: list[str]
    format: str = "json"
    callback: str | None = None

    @classmethod
    def read(cls, text: bytes) -> Query:
        """Parse a query string.

        Raises:
            DeniedError: it is too large.
        """
        if len(text) > MAX_QUERY:
            raise DeniedError(414, "query-too-long", f"The query may have at most {MAX_QUERY:,} bytes.")
        try:
            pairs = parse_qsl(
                text.decode("latin-1"), keep_blank_values=True, errors="replace", max_num_fields=MAX_PARAMETERS
            )
        except ValueError:
            raise DeniedError(
                400, "too-many-urls", f"The query may have at most {MAX_PARAMETERS} parameters."
            ) from None
        parameters = dict(pairs)
        return cls(
            [value for name, value in pairs if name == "url"],
            parameters.get("format", "json"),
            parameters.get("callback"),
        )

    def check(self) -> None:
        """Check the format and the callback.

        Raises:
            DeniedError: the format or the callback is invalid.
        """
        if self.format not in _TYPES:
            raise DeniedError(400, "invalid-format", "The format must be json or ndjson.")
        if self.callback is not None and (self.format != "json" or not is_callback(self.callback)):
            raise DeniedError(400, "invalid-callback", "This is not a valid callback for JSON-P.")

    @property
    def media_type(self) -> bytes:
        """The media type of the response."""
        return _TYPES[self.format] if self.callback is None else b"application/javascript; charset=utf-8"
