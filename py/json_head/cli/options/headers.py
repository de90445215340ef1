"""The options for request headers. A header may be a secret, so that it is sent only to the websites that it is meant for."""

from __future__ import annotations

import base64
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

import click

from json_head.cli.network import Headers
from json_head.cli.sources.files import decoded
from json_head.urls.schemeless import is_local_address
from json_head.urls.target import UrlError, parse

Command = TypeVar("Command", bound=Callable[..., Any])

#: The environment variable with the password for ``--basic-auth``. Other users of a machine can read options.
PASSWORD = "JSON_HEAD_PASSWORD"

#: RFC 9110, 5.1 and 5.5.
_FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]++):[ \t]*+([^\x00-\x08\x0a-\x1f\x7f]*)")
_IS_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
#: Names of fields that are secrets, or are hardly anything else than names of fields.
_FIELDS = r"(?:proxy-)?authorization|cookie|referer|user-agent|accept|(?:x|accept|cf)-[a-z0-9-]+"
_KNOWN = rf"(?:{_FIELDS}|[a-z0-9-]*(?:key|token|auth|secret)):"
_NAME = r"[a-z!#$%&'*+.^_`|~-][a-z0-9!#$%&'*+.^_`|~-]*:(?!//)"
#: A host that no name of a field looks like: with a dot, a port or brackets.
_PLAIN_HOST = r"(?:[^\s:/\[\].]+\.[^\s:/\[\]]*|localhost|\[[0-9a-f:.]+\]|[^\s:/\[\]]+(?=:[0-9]{1,5}:))(?::[0-9]{1,5})?"
#: A host before a field. A name without a dot is a host if what follows has a name and a space, as in ``intranet: X-Token: a``, but not
#: ``X-Api-Key: me:secret``.
_HOST = re.compile(
    rf"({_PLAIN_HOST}):[ \t]+({_NAME}.*)|(?!{_KNOWN})([^\s:/\[\]]+):[ \t]+({_NAME}[ \t].*)", re.DOTALL | re.IGNORECASE
)
#: What may be meant as a host before a field, but is not written as one. Sent as a field, it could give a secret to another website.
#: ``X-Note: see: this`` is only a field: no host has such a name, and what follows is no field that gives a secret.
_LIKE_HOST = re.compile(
    rf"(?!(?:{_FIELDS}):[ \t]*+(?!{_KNOWN}|[0-9]+:))"
    rf"(?:{_PLAIN_HOST}:[ \t:]*{_NAME}|[^\s:]+:[0-9]+:(?:[ \t]|{_NAME})|.*?:[ \t]*(?:{_KNOWN}|{_NAME}(?:[ \t]|$)))",
    re.DOTALL | re.IGNORECASE,
)
_IS_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.IGNORECASE)


class Header(NamedTuple):
    """A header field. ``host`` is as in a normalised URL, with the port if it is not the default one; empty if it was not given."""

    host: str
    name: str
    value: str


def header(value: str) -> Header:
    """Parse ``NAME: VALUE`` or ``HOST: NAME: VALUE``. A text that could be either is refused."""
    value = decoded(value)
    if match := _HOST.fullmatch(value):
        return Header(_authority(match[1] or match[3]), *_field(match[2] or match[4]))
    _refuse_host(value, "If it is a host, write it with its port, and a space after it: 'HOST:443: NAME: VALUE'.")
    return Header("", *_field(value))


def header_for_all(value: str) -> Header:
    """Parse ``NAME: VALUE``."""
    value = decoded(value)
    _refuse_host(value, "For a header for one host, write --header 'HOST: NAME: VALUE'.")
    return Header("", *_field(value))


def basic_auth(value: str) -> tuple[str, str]:
    """Parse ``HOST=USER``."""
    value = decoded(value)
    host, equals, user = value.partition("=")
    if not (equals and host and user) or ":" in user:  # RFC 7617, 2
        raise click.BadParameter(f"{value!r} is not a host and a user, such as example.com=me.")
    return _authority(host), user


def user_agent(value: str) -> str:
    """Parse the value of the ``User-Agent`` header."""
    return _field(f"User-Agent: {decoded(value)}")[1]


def with_headers(command: Command) -> Command:
    """Decorator that adds the options. The command reads them with :func:`headers_of`."""
    options = [
        click.option(
            "--header", "headers", type=header, metavar="'[HOST: ]NAME: VALUE'", multiple=True,
            help="A header for requests to HOST, or to the websites that the command line names (repeatable). Any such header is dropped when a redirect leaves the website, and not sent to a HOST that a redirect leads to.",
        ),
        click.option("--header-all", "headers_for_all", type=header_for_all, metavar="'NAME: VALUE'", multiple=True, help="A header for every website (repeatable). After a redirect to another website it is sent only if it can be no secret, such as Accept-Language."),
        click.option("--basic-auth", type=basic_auth, metavar="HOST=USER", multiple=True, help=f"Sign in to HOST as USER, with the password in the environment variable {PASSWORD} (repeatable)."),
        click.option("--user-agent", type=user_agent, metavar="TEXT", help="The User-Agent of every request."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def headers_of(options: dict[str, Any], named: Iterable[str]) -> Headers:
    """The headers of the options, which are removed.

    Args:
        named: the URLs that the command line names.

    Raises:
        click.UsageError: a header is for no website, or there is no password.
    """
    hosts = {host for url in named if (host := host_of(url))}
    by_host: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for host, user in options.pop("basic_auth"):
        token = base64.b64encode(f"{user}:{_password()}".encode()).decode()
        by_host[host]["Authorization"] = f"Basic {token}"
    for given in options.pop("headers"):
        if not (given.host or hosts):
            raise click.UsageError(
                f"The header {given.name} is sent to the websites that the command line names, and it names none. "
                f"Write --header 'HOST: {given.name}: ...', or --header-all to send it to every website."
            )
        for host in [given.host] if given.host else hosts:
            by_host[host][given.name] = given.value
    return Headers(
        {given.name: given.value for given in options.pop("headers_for_all")}, dict(by_host), frozenset(by_host) - hosts
    )


def _password() -> str:
    # A file that was read into the variable ends with a line end.
    password = os.environ.get(PASSWORD, "").removesuffix("\n").removesuffix("\r")
    if not password:
        raise click.UsageError(f"--basic-auth needs a password in the environment variable {PASSWORD}.")
    return password


def _refuse_host(value: str, advice: str) -> None:
    if _IS_URL.match(value):
        raise click.BadParameter(
            "a HOST is written without http:// and without a path, such as example.com or localhost:8000."
        )
    if _LIKE_HOST.match(value):
        raise click.BadParameter(
            f"the part before the first colon, {_begin(value)!r}, may be a host or the name of a header. {advice}"
        )


def _begin(value: str) -> str:
    """What may be printed of a header: not its value."""
    return value.partition(":")[0][:100]


def _field(field: str) -> tuple[str, str]:
    match = _FIELD.fullmatch(field)
    if not match:
        begin = f"what begins with {_begin(field)!r}" if ":" in field else repr(field)
        raise click.BadParameter(f"{begin} is not a header, such as 'Accept-Language: en'.")
    return match[1], match[2].rstrip()


def _authority(host: str) -> str:
    authority = host_of(f"https://{host}/") if _IS_HOST.fullmatch(host) else ""
    if not authority:
        raise click.BadParameter(
            f"{host!r} is not a host, such as example.com or localhost:8000. It is written without http://, a path and *."
        )
    return authority.removesuffix(":80")


def host_of(url: str) -> str:
    """The host of a web address with its port, unless that is the default one; empty for other texts."""
    try:
        target = parse(f"http://{url}" if is_local_address(url) else url)
    except UrlError:
        return ""
    return target.url.split("/", 3)[2] if target.scheme in ("http", "https") else ""
