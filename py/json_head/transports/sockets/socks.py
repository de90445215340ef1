"""Connections through SOCKS proxies, by aiohttp-socks, which the extra ``json-head[socks]`` installs."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import python_socks
from aiohttp.client_proto import ResponseHandler
from aiohttp_socks import ProxyConnector

from json_head.errors import EXHAUSTED
from json_head.transports.failures import ProxyError, error_numbers


class SocksConnector(ProxyConnector):
    """A connector whose connections have the protocol of `_factory`, as those of aiohttp's own connectors."""

    async def _connect_via_proxy(
        self, host: str, port: int, ssl: ssl.SSLContext | None = None, timeout: float | None = None
    ) -> tuple[asyncio.Transport, ResponseHandler]:
        try:
            transport, first = await super()._connect_via_proxy(host, port, ssl, timeout)
        except (python_socks.ProxyError, python_socks.ProxyConnectionError, python_socks.ProxyTimeoutError) as error:
            cause = error.__cause__ or error
            raise (
                cause if not EXHAUSTED.isdisjoint(error_numbers(cause)) else ProxyError(str(error), _code_of(error))
            ) from error
        protocol: Any = self._factory()
        protocol.first = first  # it has the only reference to the writer, which would close the connection at its end
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        return transport, protocol


def _code_of(error: Exception) -> str:
    """The code of `json_head.reasons.FAILURE_REASONS`. `python_socks` numbers only the replies of RFC 1928, 6."""
    if not isinstance(error, python_socks.ProxyError):
        return "proxy"
    if "authentication" in str(error).lower():
        return "proxy-password"
    return "proxy-server" if error.error_code in (1, 3, 4, 5, 6) else "proxy-refused"
