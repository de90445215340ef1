"""Opens the transport that the options select. No other module of the command knows which transport is used."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from json_head.cli.errors import OptionError
from json_head.gather.https import HttpsCheck
from json_head.model import Method, Observation, Request
from json_head.policy import Policy
from json_head.transports.base import TOKEN, BodyFilter, Transport, any_body
from json_head.transports.redirects import MAX_REDIRECTS
from json_head.urls.target import Target

if TYPE_CHECKING:
    import ssl

    from json_head.export.about import About
    from json_head.relay.client import Relay
    from json_head.transports.sockets.proxies import Proxies

#: The environment variable with the token for ``--relay``. Other users of a machine can read options.
RELAY_TOKEN = "JSON_HEAD_RELAY_TOKEN"
_PROXY_NAMES = frozenset(("http_proxy", "https_proxy", "all_proxy"))


class Headers(NamedTuple):
    """Header fields for every request, and those for hosts, as :class:`~json_head.transports.sockets.native.NativeTransport` takes them.

    ``unnamed``: the hosts of ``by_host`` that the command line does not name otherwise.
    """

    for_all: Mapping[str, str]
    by_host: Mapping[str, Mapping[str, str]]
    unnamed: frozenset[str] = frozenset()


_NO_HEADERS = Headers({}, {})


@dataclass(frozen=True, slots=True)
class Network:
    """How requests are sent.

    Args:
        method: The method of the first request for each link.
        headers: Headers for every request, and for hosts.
        user_agent: The ``User-Agent`` header.
        guard: Whether to refuse connections to addresses that are not public.
        relay: The URL of a relay that checks undecided links.
        proxy: The proxy for every request, in place of those of the environment; empty for none.
        no_proxy: The hosts that are requested without a proxy, in place of those of the environment.
        ca_file: Certificates that are trusted beside those of this machine.
        client_certificate: The certificate for servers that ask for one.
        client_key: Its private key, if that is in a file of its own.
        insecure: Whether certificates are not verified.
        max_redirects: How many redirects of a link are followed.
        require_https: Whether working links with http are requested with https, too.
    """

    method: Method = "HEAD"
    headers: Headers = _NO_HEADERS
    user_agent: str | None = None
    guard: bool = False
    relay: str | None = None
    proxy: str | None = None
    no_proxy: str | None = None
    ca_file: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None
    insecure: bool = False
    max_redirects: int = MAX_REDIRECTS
    require_https: bool = False

    def noted(self, about: About) -> About:
        """What an export tells about a check, with a note if its connections were not safe."""
        note = "Certificates were not verified, because of --insecure. Any machine on the way could reply in the place of a website."
        return replace(about, notes=[*about.notes, note]) if self.insecure else about


def allow_files(connections: int) -> None:
    """Raise the limit on open files to what the given number of concurrent connections may need.

    Besides the active connections, files are needed for idle connections, for parallel attempts on the addresses of one
    host, and for DNS look-ups. The default limit on many systems is 256 or 1,024. The hard limit is not exceeded.
    """
    try:
        import resource
    except ModuleNotFoundError:  # Windows, which has no such limit
        return
    needed = 8 * connections + 256
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        needed = min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < needed:
        with suppress(OSError, ValueError):  # with a lower limit, connections wait for free files
            resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


@asynccontextmanager
async def open_transport(network: Network) -> AsyncIterator[Transport]:
    """Open a transport on sockets for the duration of the block. It uses the proxies that the environment names.

    Raises:
        OptionError: A proxy or a file of certificates is invalid, or a proxy is combined with ``--guard``.
    """
    from json_head.transports.sockets.native import NativeTransport

    guard, proxies = None, _proxies(network)
    if network.guard:
        from json_head.guard import Guard

        if proxies:
            raise OptionError(
                "--guard cannot check the addresses that a proxy connects to. Leave --guard out, or use no proxy: --proxy ''."
            )
        guard = Guard()
    async with NativeTransport(
        user_agent=network.user_agent,
        headers=network.headers.for_all,
        host_headers=network.headers.by_host,
        guard=guard,
        tls=_tls(network),
        proxies=proxies,
        max_redirects=network.max_redirects,
    ) as native:
        yield WithGet(native) if network.method == "GET" else native


def https_check(network: Network, policy: Policy, transport: Transport) -> HttpsCheck | None:
    """What finds links with http that work with https, too; ``None`` without ``--require-https``."""
    return HttpsCheck(policy, transport) if network.require_https else None


@asynccontextmanager
async def open_relay(network: Network) -> AsyncIterator[Relay | None]:
    """Open the relay for the duration of the block, or yield ``None`` if no relay is configured.

    Requests to the relay do not carry the headers that are meant for the links, but the token of the environment. They bypass the guard, because the user
    named the relay. A redirect of the relay is not followed, since the links would go to somebody else.

    Raises:
        RelayError: ``relay-invalid``.
        OptionError: A proxy or the token is invalid.
    """
    if network.relay is None:
        yield None
        return
    from json_head.relay.client import Relay
    from json_head.transports.sockets.native import NativeTransport

    async with NativeTransport(
        headers=_authorization(), tls=_tls(network), proxies=_proxies(network), max_redirects=0
    ) as native:
        yield Relay(network.relay, native)


def _authorization() -> dict[str, str]:
    token = os.environ.get(RELAY_TOKEN, "").strip()
    if not token:
        return {}
    if not TOKEN.fullmatch(token):
        raise OptionError(f"The environment variable {RELAY_TOKEN} is not a token: it has other characters.")
    return {"Authorization": f"Bearer {token}"}


def _proxies(network: Network) -> Proxies | None:
    if network.proxy is None and not any(name.lower() in _PROXY_NAMES for name in os.environ):
        return None  # the common case: the module need not be loaded
    from json_head.transports.sockets.proxies import Proxies

    environment: dict[str, str] = dict(os.environ)
    if network.no_proxy is not None:
        environment["no_proxy"] = network.no_proxy
    try:
        if network.proxy is None:
            return Proxies.from_environment(environment)
        return Proxies.of_option(network.proxy, environment)
    except ValueError as error:
        raise OptionError(str(error)) from error


def _tls(network: Network) -> ssl.SSLContext | None:
    if not (network.ca_file or network.client_certificate or network.insecure):
        return None
    from json_head.transports.sockets.tls import context

    try:
        return context(
            authorities=network.ca_file,
            certificate=network.client_certificate,
            key=network.client_key,
            verify=not network.insecure,
        )
    except ValueError as error:
        raise OptionError(str(error)) from error


class WithGet:
    """A transport that sends GET where the engine would send HEAD first."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def refuse(self, target: Target) -> None:
        self._transport.refuse(target)

    async def observe(self, request: Request) -> Observation:
        return await self._transport.observe(request._replace(method="GET"))

    async def read(
        self, url: str, *, limit: int, timeout_s: float, wanted: BodyFilter = any_body
    ) -> tuple[Observation, bytes]:
        return await self._transport.read(url, limit=limit, timeout_s=timeout_s, wanted=wanted)

    async def is_online(self) -> bool:
        return await self._transport.is_online()

    async def close(self) -> None:
        await self._transport.close()
