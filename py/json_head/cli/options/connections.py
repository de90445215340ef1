"""The options for connections: proxies, certificates and redirects."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from json_head.export.row import showable
from json_head.transports.redirects import MAX_REDIRECTS

Command = TypeVar("Command", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path, dir_okay=False)


def exceptions(value: str) -> str:
    """Check the value of ``--no-proxy``."""
    from json_head.transports.sockets.proxies import unusable_exceptions  # rarely needed

    if unusable := unusable_exceptions(value):
        raise click.BadParameter(
            f"{unusable[0]!r} matches no host. Write names (a.example, .a.example), addresses, networks (10.0.0.0/8) or *, each but * with or without a port, "
            "separated by commas. A name also stands for all names below it, and is written as xn--... if it has other letters than a to z."
        )
    return value


def connecting(command: Command) -> Command:
    """Decorator that adds the options. The command reads them with :func:`connections_of`."""
    options = [
        click.option(
            "--proxy", metavar="URL",
            help="Send all requests through this proxy, which also looks up the names. Without it http_proxy, https_proxy and all_proxy count, as for curl; '' for no proxy.",
        ),
        click.option("--no-proxy", type=exceptions, metavar="HOST,...", help="Hosts, domains and networks that are requested without a proxy; * for all. Replaces no_proxy."),
        click.option("--ca-file", type=_FILE, metavar="FILE", help="Trust also the certificates in this file (PEM): of a company's own authority, for example."),
        click.option("--client-cert", type=_FILE, metavar="FILE", help="The certificate for servers that ask for one (PEM)."),
        click.option("--client-key", type=_FILE, metavar="FILE", help="Its private key, if that is in a file of its own."),
        click.option("--insecure", is_flag=True, help="Do not verify certificates. Every result that this concerns says so."),
        click.option("--max-redirects", type=click.IntRange(0, MAX_REDIRECTS), default=MAX_REDIRECTS, show_default=True, help="Maximum number of redirects that are followed."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def connections_of(options: dict[str, Any]) -> dict[str, Any]:
    """The arguments of :class:`~json_head.cli.network.Network` from the options.

    Raises:
        click.UsageError: there is a key without a certificate.
    """
    if options["insecure"]:
        click.echo("Warning: with --insecure, any machine on the way can reply in the place of a website.", err=True)
    elif (path := os.environ.get("SSL_CERT_FILE")) is not None and not _has_certificates(Path(path)):
        click.echo(
            f"Warning: the environment variable SSL_CERT_FILE names {showable(path)!r}, which has no certificates in PEM that can be read.",
            err=True,
        )
    certificate, key = options.pop("client_cert"), options.pop("client_key")
    if key and not certificate:
        raise click.UsageError("--client-key needs --client-cert.")
    names = ("proxy", "no_proxy", "ca_file", "insecure", "max_redirects")
    return {"client_certificate": certificate, "client_key": key, **{name: options.pop(name) for name in names}}


def _has_certificates(file: Path) -> bool:
    try:
        return file.is_file() and b"-----BEGIN " in file.read_bytes()
    except OSError:
        return False
