"""The proxies of the environment, by curl's rules (``http_proxy``, ``https_proxy``, ``all_proxy`` and ``no_proxy``), or of an option."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

from json_head.transports.sockets.resolver import Name

#: curl's default ports for proxy URLs. Every SOCKS proxy looks up the names, so that curl's two schemes mean the same.
_PORTS = {"http": 1080, "https": 443, "socks5": 1080, "socks5h": 1080}
#: An address or network, or a name, with a port.
_ENTRY = re.compile(
    r"(?:([0-9.]+(?:/[0-9]+)?|\[[0-9a-fA-F:.]+\])|(\.?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?))(?::([0-9]{1,5}))?"
)


@dataclass(frozen=True, slots=True)
class Proxy:
    """``url`` may contain a user and password. ``name`` is the host, without brackets, and the port."""

    url: str
    name: Name


class Proxies:
    """Chooses the proxy for a request.

    Args:
        http: the proxy for http URLs.
        https: the proxy for https URLs.
        bypassed: the value of ``no_proxy``: hosts, domains, addresses and networks separated by commas, or ``*``.
    """

    def __init__(self, http: Proxy | None, https: Proxy | None, bypassed: str = "") -> None:
        self._by_scheme = {"http": http, "https": https}
        self._bypassed = bypassed.replace(",", " ").lower().split()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Proxies | None:
        """The proxies of a process's environment; ``None`` if there are none.

        A variable in lower case takes precedence over one in upper case. An empty value means no proxy.

        Raises:
            ValueError: a variable has a proxy that cannot be used; the message names the variable.
        """
        chosen: dict[str, Proxy | None] = {}
        for scheme in ("http", "https"):
            names = [f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY"]
            # In CGI a client's header `Proxy` becomes HTTP_PROXY.
            ignored = {"HTTP_PROXY"} if "REQUEST_METHOD" in environment else set()
            name = next((name for name in names if name in environment and name not in ignored), None)
            chosen[scheme] = proxy_of(name, environment[name]) if name else None
        if not any(chosen.values()):
            return None
        return cls(chosen["http"], chosen["https"], _bypassed(environment))

    @classmethod
    def of_option(cls, proxy: str, environment: Mapping[str, str]) -> Proxies | None:
        """The proxy of ``--proxy`` for all URLs but those that the environment excepts; ``None`` if it is empty.

        Raises:
            ValueError: it cannot be used.
        """
        chosen = proxy_of("--proxy", proxy)
        return cls(chosen, chosen, _bypassed(environment)) if chosen else None

    def of(self, url: str) -> Proxy | None:
        """The proxy for a normalised URL; ``None`` for a direct request."""
        parts = urlsplit(url)
        proxy = self._by_scheme[parts.scheme]
        return None if proxy is None or self._is_bypassed((parts.hostname or "").rstrip("."), parts.port) else proxy

    def _is_bypassed(self, host: str, port: int | None) -> bool:
        address = _address(host)
        for entry in self._bypassed:
            if entry == "*":
                return True
            name, _, port_text = entry.rpartition(":")
            if name and port_text.isdigit() and (":" not in name or name.endswith("]")):
                if int(port_text[:6]) != port:
                    continue
                entry = name
            entry = entry.strip("[]").strip(".")
            if address is None:
                if entry and (host == entry or host.endswith(f".{entry}")):
                    return True
            elif (network := _network(entry)) and network.version == address.version and address in network:
                return True
        return False


def unusable_exceptions(bypassed: str) -> list[str]:
    """The entries of a value of ``no_proxy`` that match no URL. Those of the environment are ignored, as by other programs."""
    return [entry for entry in bypassed.replace(",", " ").split() if entry != "*" and not _can_match(entry)]


def _can_match(entry: str) -> bool:
    if _network(entry.strip("[]")):
        return True
    match = _ENTRY.fullmatch(entry)
    if not match or int(match[3] or 0) > 65_535:
        return False
    if match[1]:
        return _network(match[1].strip("[]")) is not None
    # A name whose last label is a number can only be an IPv4 address (URL Standard, "ends in a number").
    return not match[2].rstrip(".").rpartition(".")[2].isdigit()


def _bypassed(environment: Mapping[str, str]) -> str:
    return environment.get("no_proxy", environment.get("NO_PROXY", ""))


def proxy_of(name: str, value: str) -> Proxy | None:
    """Parse the value of a variable or option.

    Raises:
        ValueError: the proxy cannot be used. The message has the name of the variable or option.
    """
    value = value.strip()
    if not value:
        return None
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    else:
        if parts.scheme not in _PORTS:
            raise ValueError(
                f"{name} names a proxy with the scheme {parts.scheme[:20]}:, but only http:, https: and socks5: can be used."
            )
        if parts.scheme.startswith("socks") and not find_spec("aiohttp_socks"):
            raise ValueError(f"{name} names a SOCKS proxy. Install what it needs with: pip install 'json-head[socks]'.")
    if not host:
        raise ValueError(f"{name} is not the URL of a proxy, such as http://proxy.example:3128.")
    port = port or _PORTS[parts.scheme]
    userinfo, at, _ = parts.netloc.rpartition("@")
    bracketed = f"[{host}]" if ":" in host else host
    return Proxy(f"{parts.scheme.removesuffix('h')}://{userinfo}{at}{bracketed}:{port}", (host, port))


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
