"""The command ``json-head recheck``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from json_head.cli import network
from json_head.cli.errors import SourceError
from json_head.cli.options import requests as options
from json_head.cli.options.runs import format_of
from json_head.cli.options.unused import unused_headers
from json_head.cli.printing import output, records
from json_head.cli.printing.report import verdict_counts
from json_head.cli.run import run_audit
from json_head.cli.running import FAILING, FINE, UNUSABLE, run, signals
from json_head.cli.signals import INTERRUPTED
from json_head.cli.streams import read_input
from json_head.export import Row
from json_head.export.row import counted, finding_of, is_failure, place_of, showable, worst_first
from json_head.gather.documents import WebDocuments
from json_head.gather.links import READING_S
from json_head.gather.thread import ExtractionThread
from json_head.model import REPORTED, Link
from json_head.reports import Report, read_report

#: The days until an accepted URL is to be checked again; the same as ``DAYS`` in ``web/page/triage/judging.js``.
ACCEPTED_DAYS = 90
#: The columns for people, and those for programs.
_TABLE = ("verdict", "message", "url", "place")
_COLUMNS = ("url", "message", "verdict", "rule", "reason", "status", "final_url", "source", "line", "column", "text")


@click.command("recheck", context_settings=options.CONTEXT)
@click.argument("report", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--accept-list",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"Write the URLs that work to this file, in the format of .lycheeignore, as accepted for {ACCEPTED_DAYS} days.",
)
@format_of(*records.FORMATS)
@options.asking
@options.require_https
def recheck_command(report: Path, accept_list: Path | None, format: str, **values: Any) -> int:
    """Check the findings of another link checker's REPORT, and show its message beside each verdict.

    REPORT is a file of lychee (JSON), linkinator (JSON, CSV), LinkChecker (CSV) or json-head, SARIF, JUnit, or - for standard input. Only
    links that it calls broken are checked.

    \b
    Exit codes:
      0    no link fails
      1    a link still fails, or its status says neither that it works nor that it is broken
      2    wrong usage, or the report or the relay could not be read
      130  interrupted; the results so far are printed (143 after SIGTERM, 129 after SIGHUP)
    """  # fmt: skip
    policy, network_options = options.policy_of(values), options.network_of(values)
    network.allow_files(policy.total)
    given = read_report(_content(report))
    links = [
        Link(finding.url, finding.source or None, finding.line, finding.column, finding.text, REPORTED)
        for finding in given.findings
    ]
    rows: dict[int, dict[str, Any]] = {}

    async def work() -> tuple[bool, list[str]]:
        async with network.open_transport(network_options) as transport, network.open_relay(network_options) as relay:
            documents = WebDocuments(transport, reads=True, run=ExtractionThread().run, reading_s=READING_S)
            https = network.https_check(network_options, policy, transport)
            ended = await run_audit(
                links, policy, transport, rows.__setitem__, relay=relay, documents=documents, https=https
            )
            signals.hold()
            return ended

    interrupted, errors = run(work())
    found = [
        {**rows[index], "message": finding.message} for index, finding in enumerate(given.findings) if index in rows
    ]
    if accept_list:
        output.save(accept_list, _accept_list(given.program, found))
    _print(found, format)
    for error in errors:
        click.echo(f"Error: {showable(error)}", err=True)
    click.echo(_summary(given, found), err=True)
    if interrupted:
        return INTERRUPTED
    for warning in unused_headers(network_options.headers, rows.values()):
        click.echo(f"Warning: {showable(warning)}", err=True)
    if errors:
        return UNUSABLE
    return FAILING if any(map(is_failure, found)) else FINE


def _content(report: Path) -> str:
    try:
        content = read_input() if str(report) == "-" else report.read_bytes()
    except OSError as error:
        raise SourceError(f"{report} cannot be read: {error.strerror or error}.") from error
    return content.decode("utf-8-sig", "replace")


def _print(found: Sequence[Row], format: str) -> None:
    if format == "table":
        table = ((row["verdict"], row["message"], row["url"], place_of(row)) for row in worst_first(found))
        records.write(_TABLE, table, format)
    else:
        records.write(_COLUMNS, ([row.get(column) for column in _COLUMNS] for row in found), format)


def _summary(report: Report, found: Sequence[Row]) -> str:
    counts = Counter((row["verdict"], row["rule"]) for row in found)
    verdicts = f": {verdict_counts(counts)}" if found else ""
    without = report.without_address
    left_out = (
        f" {counted(without, 'finding')} without an address {'was' if without == 1 else 'were'} left out."
        if without
        else ""
    )
    return f"{counted(len(found), 'finding')} of {showable(report.program)}{verdicts}.{left_out}"


def _accept_list(program: str, found: Sequence[Row]) -> Iterator[str]:
    """The URLs that work, with the day until which they are accepted. One request has shown that they work, and no person."""
    from json_head.store.decisions import files, rules  # import SQLite only when it is needed

    until = (datetime.now(UTC) + timedelta(days=ACCEPTED_DAYS)).date().isoformat()
    messages: dict[str, str] = {}
    for row in found:
        if not finding_of(row):
            messages.setdefault(row["url"], row["message"])
    for url, message in messages.items():
        reason = f"{program}: {message}" if message else program
        decision = rules.Decision(url, None, "works", "address", reason[: rules.MAX_REASON], until, "", active=True)
        yield files.export([decision], "lycheeignore")
