"""The command ``json-head head``."""

from __future__ import annotations

from typing import Any

import click

from json_head.cli import network
from json_head.cli.options import requests as options
from json_head.cli.options.unused import unused_headers
from json_head.cli.printing import output
from json_head.cli.run import run_audit
from json_head.cli.running import FINE, UNUSABLE, run, signals
from json_head.cli.signals import INTERRUPTED
from json_head.cli.sources import files as sources
from json_head.export import export
from json_head.export.row import showable
from json_head.model import Link
from json_head.urls.secrets import url_without_userinfo


@click.command("head", context_settings=options.CONTEXT)
@click.argument("urls", metavar="URL...", nargs=-1, required=True)
@options.asking
@options.require_https
def head_command(urls: tuple[str, ...], **values: Any) -> int:
    """Print the result for each URL as json-head's JSON: a list, in the order of the URLs."""
    policy, network_options = options.policy_of(values), options.network_of(values, urls)
    network.allow_files(policy.total)
    rows: dict[int, dict[str, Any]] = {}

    async def work() -> tuple[bool, list[str]]:
        links = [Link(url_without_userinfo(sources.decoded(url))) for url in urls]
        async with network.open_transport(network_options) as transport, network.open_relay(network_options) as relay:
            https = network.https_check(network_options, policy, transport)
            ended = await run_audit(links, policy, transport, rows.__setitem__, relay=relay, https=https)
            signals.hold()
            return ended

    interrupted, errors = run(work())
    output.write(export([rows[index] for index in range(len(urls))], "json"))
    for error in errors:
        click.echo(f"Error: {showable(error)}", err=True)
    if interrupted:
        return INTERRUPTED
    for warning in unused_headers(network_options.headers, rows.values()):
        click.echo(f"Warning: {showable(warning)}", err=True)
    return UNUSABLE if errors else FINE
