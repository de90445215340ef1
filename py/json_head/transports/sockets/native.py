"""Requests over sockets. Unlike a browser, this shows every response, the causes of failures, and redirects.

TLS is always verified. No data of the user is sent: no cookies and no netrc. Cookies that a server sets with a redirect
are sent back within that chain of redirects, and deleted at its end. A proxy is used only if one is configured.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from json_head._version import __version__
from json_head.errors import EXHAUSTED
from json_head.model import Hop, Observation, Outcome, Request
from json_head.reasons import NOT_YET
from json_head.transports import failures
from json_head.transports.base import GET_ACCEPT, ONE_BYTE, BodyFilter, any_body
from json_head.transports.redirects import MAX_REDIRECTS, goal
from json_head.transports.sockets.clock import Clock
from json_head.transports.sockets.cookies import Cookies
from json_head.transports.sockets.heads import Heads, name_of
from json_head.transports.sockets.http1 import Head, NotHttpError
from json_head.transports.sockets.resolver import Resolver
from json_head.urls.secrets import url_without_userinfo
from json_head.urls.target import Target, UrlError, parse

if TYPE_CHECKING:
    from json_head.guard import Guard
    from json_head.transports.sockets.pages import Pages
    from json_head.transports.sockets.proxies import Proxies, Proxy

#: Without a free file descriptor a request closes idle connections, waits and tries again, and for a while no
#: connection is kept. The shortage is ours and not the target's fault. After the limit the error is raised.
EXHAUSTED_POLL_S = 0.25
EXHAUSTED_LIMIT_S = 30.0

#: Fetch standard, HTTP-network-or-cache fetch: a Range refers to bytes of the file itself. For HEAD, ``identity`` makes
#: Content-Length the size of the decoded file.
_IDENTITY = {"Accept": "*/*", "Accept-Encoding": "identity"}
#: The only fields that are sent on to another origin. Any other can be a secret, or be meant for one origin only.
_PUBLIC = frozenset(("accept", "accept-encoding", "accept-language", "cache-control", "pragma", "range", "user-agent"))
#: The spelling of names that are read or replaced for a single request, whatever spelling the caller used.
_SPELT = {name.lower(): name for name in ("Accept-Encoding", "Cookie", "Host", "Range")}
_BREAKS_OUT = re.compile(r"[\0\r\n\ud800-\udfff]")


class NativeTransport:
    """Requests from this machine, for one event loop. ``async with`` closes it.

    Args:
        user_agent: the User-Agent field; ``json-head/VERSION`` if omitted.
        headers: further request header fields. When a redirect leads to another origin, only those are sent on that can
            be no secret, such as Accept-Language.
        host_headers: further request header fields for hosts, in lower case, with the port if it is not the default one.
            They are not sent on to another origin.
        guard: restricts the URLs that are requested and the addresses that are dialled; none if omitted.
        tls: how certificates are verified, for a certificate authority that this machine does not know.
        proxies: the proxies for requests, which then also look up the names; none if omitted. Each hop of a redirect
            selects its own.
        max_redirects: how many redirects of a link are followed.

    Raises:
        ValueError: a header field contains a line break; or both a guard and proxies are given, because a guard does
            not see the addresses that a proxy dials.
    """

    def __init__(
        self,
        *,
        user_agent: str | None = None,
        headers: Mapping[str, str] | None = None,
        host_headers: Mapping[str, Mapping[str, str]] | None = None,
        guard: Guard | None = None,
        tls: ssl.SSLContext | None = None,
        proxies: Proxies | None = None,
        max_redirects: int = MAX_REDIRECTS,
    ) -> None:
        if guard and proxies:
            raise ValueError("A guard cannot check the addresses that a proxy connects to.")
        if user_agent is None:
            user_agent = f"json-head/{__version__}"
        self._headers = _merged({"User-Agent": user_agent, **_IDENTITY}, headers or {})
        self._cross_origin_headers = {name: value for name, value in self._headers.items() if name.lower() in _PUBLIC}
        self._headers_of_hosts = {host: _merged(self._headers, own) for host, own in (host_headers or {}).items()}
        given = [headers or {}, *(host_headers or {}).values()]
        own_accept = any(name.lower() == "accept" for part in given for name in part)
        self._accept = {} if own_accept else {"Accept": GET_ACCEPT}
        self._guard = guard
        self._tls = tls
        self._is_unverified = tls is not None and tls.verify_mode is ssl.CERT_NONE
        self._proxies = proxies
        self._max_redirects = max_redirects
        self._resolver = Resolver()
        self._heads = Heads(self._resolver, tls, self._guarded_socket if guard else None, guard)
        self._pages: Pages | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    async def close(self) -> None:
        self._heads.close()
        if self._pages is not None:
            await self._pages.close()

    def refuse(self, target: Target) -> None:
        if self._guard:
            self._guard.check_url(target)

    async def observe(self, request: Request) -> Observation:
        headers: Mapping[str, str] = {}
        if request.method == "GET":
            headers = self._accept if request.whole else {**self._accept, **ONE_BYTE}
        return (await self._send(request, headers))[0]

    async def read(
        self, url: str, *, limit: int, timeout_s: float, wanted: BodyFilter = any_body
    ) -> tuple[Observation, bytes]:
        request = Request(url, "GET", timeout_s=timeout_s, whole=True)
        return await self._send(request, {**self._accept, "Accept-Encoding": "gzip, deflate"}, limit, wanted)

    async def is_online(self) -> bool:
        """Always true: no server here is known to answer, and failures already tell which side caused them."""
        return True

    async def _send(
        self, request: Request, headers: Mapping[str, str], limit: int | None = None, wanted: BodyFilter = any_body
    ) -> tuple[Observation, bytes]:
        """The observation, and up to ``limit`` + 1 bytes of the body; with ``None`` the body is not read."""
        waited = 0.0
        while True:
            chain = _Chain(request.url, wanted, self._max_redirects)
            clock = Clock(request.timeout_s)
            outcome: Outcome = Outcome.RESPONSE
            code: str | None = None
            try:
                await self._follow(chain, request.method, headers, limit, clock)
            except UrlError as error:
                is_limited = error.code in NOT_YET
                outcome, code = (Outcome.BLOCKED, error.code) if is_limited else (Outcome.FAILED, "redirects")
            except (OSError, ValueError) as error:
                if not EXHAUSTED.isdisjoint(failures.error_numbers(error)):
                    if waited >= EXHAUSTED_LIMIT_S:
                        raise
                    self._heads.keep_none()
                    waited += EXHAUSTED_POLL_S
                    await asyncio.sleep(EXHAUSTED_POLL_S)
                    continue
                outcome, code = self._failure(error)
            observation = chain.observation(request, outcome, code, clock.elapsed_ms)
            if self._is_unverified and chain.is_secure:
                observation = observation._replace(unverified=True)
            return observation, chain.body

    async def _follow(
        self, chain: _Chain, method: str, headers: Mapping[str, str], limit: int | None, clock: Clock
    ) -> None:
        """Send a request, and follow its redirects.

        Raises:
            UrlError: a redirect does not lead to a valid URL.
        """
        first_origin = chain.url.split("/", 3)[:3]
        own_headers = {**self._headers_of_hosts.get(first_origin[2], self._headers), **headers}
        while True:
            fields = (
                own_headers
                if chain.cookies is None
                else _with_cookies(own_headers, chain.cookies.header_for(chain.url))
            )
            proxy = self._proxies.of(chain.url) if self._proxies else None
            if limit is None and proxy is None:
                location = chain.record(await self._heads.ask(method, chain.url, fields, clock))
            else:
                location = await self._send_by_aiohttp(chain, method, fields, limit, clock, proxy)
            if location is None:
                return
            chain.record_hop(location)
            target = self._guard.parse(location) if self._guard else parse(location)
            chain.url = target.url
            if target.url.split("/", 3)[:3] != first_origin:
                own_headers = {**self._cross_origin_headers, **headers}

    async def _send_by_aiohttp(
        self,
        chain: _Chain,
        method: str,
        headers: Mapping[str, str],
        limit: int | None,
        clock: Clock,
        proxy: Proxy | None,
    ) -> str | None:
        from json_head.transports.sockets.pages import Pages, Way

        if self._pages is None:
            self._pages = Pages(self._resolver, self._tls, self._guarded_socket if self._guard else None, self._guard)
        # The look-up starts before aiohttp would start it, because aiohttp does not know our clock.
        look_up = await self._resolver.begin(proxy.name if proxy else name_of(chain.url), clock)
        way = Way()
        try:
            async with asyncio.timeout_at(clock.ends):
                if proxy:
                    await failures.of_proxy(asyncio.shield(look_up))
                page = await self._pages.ask(method, chain.url, headers, proxy.url if proxy else None, way)
                try:
                    location = chain.record(page.head)
                    if location is None and limit is not None and chain.wanted(chain.status, chain.headers):
                        chain.body = await page.read(limit)
                    return location
                finally:
                    page.close()
        except TimeoutError as error:
            if proxy and not way.is_connected:
                raise failures.ProxyError("no connection in time", "proxy-timeout") from error
            raise

    def _failure(self, error: OSError | ValueError) -> tuple[Outcome, str | None]:
        if isinstance(error, TimeoutError) and error.errno is None:  # our own time limit, and not the kernel's
            return Outcome.TIMEOUT, None
        if isinstance(error, NotHttpError):
            return Outcome.FAILED, "protocol"
        if self._guard and not isinstance(error, (ssl.SSLError, ssl.CertificateError)):
            from json_head.guard import ForbiddenAddressError  # already loaded by the creator of the guard

            # If several addresses were tried, their errors are folded into the text of one.
            for code in ("forbidden-address", "host-limit"):
                if str(ForbiddenAddressError(code)) in str(error):
                    return Outcome.BLOCKED, code
        return Outcome.FAILED, failures.code_of(error)

    def _guarded_socket(self, address: tuple[Any, ...]) -> socket.socket:
        """Create a socket for an address that is about to be dialled, if the guard allows it."""
        family, socktype, protocol, _, peer = address
        assert self._guard
        self._guard.check_address(peer[0], peer[1])
        return socket.socket(family, socktype, protocol)


@dataclass(slots=True)
class _Chain:
    """A request and the redirects that it followed."""

    url: str
    wanted: BodyFilter
    max_redirects: int
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    hops: list[Hop] = field(default_factory=list)
    body: bytes = b""
    cookies: Cookies | None = None

    def record(self, head: Head) -> str | None:
        """Record a response, and return the URL that it redirects to.

        Raises:
            UrlError: it redirects to two URLs at once.
        """
        self.status = head.status
        self.headers = head.joined()
        if "location" in self.headers:
            self.headers["location"] = url_without_userinfo(self.headers["location"])
        location = goal(self.url, head.status, head.values("location")) if "location" in self.headers else None
        if location is not None and "set-cookie" in self.headers:
            self.cookies = self.cookies or Cookies()
            self.cookies.take(self.url, head.values("set-cookie"))
        return location

    def record_hop(self, location: str) -> None:
        """Record a redirect.

        Raises:
            UrlError: there were too many redirects.
        """
        self.hops.append(Hop(self.status, self.url, self.headers["location"]))
        if len(self.hops) > self.max_redirects:
            raise UrlError("redirects", f"More than {self.max_redirects} redirects.")

    @property
    def is_secure(self) -> bool:
        """Whether any of its requests was sent over TLS."""
        return any(url.startswith("https:") for url in (self.url, *(hop.url for hop in self.hops)))

    def observation(self, request: Request, outcome: Outcome, code: str | None, elapsed_ms: float) -> Observation:
        has_response = outcome is Outcome.RESPONSE
        return Observation(
            outcome,
            request.method,
            via="native",
            status=self.status if has_response else None,
            headers=self.headers if has_response else None,
            url=self.url if has_response else None,
            redirected=bool(self.hops) and has_response,
            elapsed_ms=elapsed_ms,
            error=code,
            hops=tuple(self.hops),
        )


def _with_cookies(headers: Mapping[str, str], cookies: str) -> Mapping[str, str]:
    """Header fields with the cookies of a chain appended to those that they may have."""
    existing = headers.get("Cookie")
    return {**headers, "Cookie": f"{existing}; {cookies}" if existing else cookies} if cookies else headers


def _merged(*parts: Mapping[str, str]) -> dict[str, str]:
    """Header fields of several mappings. The last of a name counts, in any spelling.

    Raises:
        ValueError: a name or value contains a line break.
    """
    fields: dict[str, tuple[str, str]] = {}
    for part in parts:
        for name, value in part.items():
            if _BREAKS_OUT.search(name + value):
                raise ValueError(f"The header {name[:100]!r} contains a line break.")
            key = name.lower()
            fields[key] = (_SPELT.get(key, name), value)
    return dict(fields.values())
