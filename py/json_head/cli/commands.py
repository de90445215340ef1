"""The commands ``json-head check`` and ``json-head head``: their options, output and exit codes."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click

from json_head._version import __version__
from json_head.cli import network, options, output, report
from json_head.cli.errors import CacheError, OptionError, OutputError
from json_head.cli.progress.lines import watcher
from json_head.cli.run import run_audit
from json_head.cli.running import FAILING, FINE, UNUSABLE, run, run_check, signals
from json_head.cli.signals import INTERRUPTED
from json_head.cli.sources import files as sources
from json_head.cli.wanted import Found, Wanted
from json_head.export import FORMATS, Row, export
from json_head.export.row import showable
from json_head.extract.folder import skipped_files
from json_head.model import Link
from json_head.relay.client import RelayError


def main() -> NoReturn:
    """Run the command line and exit. Every error is printed as one sentence on standard error."""
    output.speak_utf8()
    with signals.heard():
        code = _exit_code()
    sys.exit(code)


def _exit_code() -> int:
    try:
        code: int = cli.main(prog_name="json-head", standalone_mode=False)
        return signals.exit_code if code == INTERRUPTED else code
    except click.Abort:  # click raises this in place of KeyboardInterrupt
        click.echo("Interrupted.", err=True)
        return signals.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (CacheError, OptionError, OutputError, RelayError) as error:
        click.echo(f"Error: {error}", err=True)
    except Exception as error:  # noqa: BLE001 (a bug in json-head: a traceback does not help the user)
        click.echo(f"Error: internal error in json-head: {type(error).__name__}: {error}", err=True)
    return UNUSABLE


class _Commands(click.Group):
    """The command group. ``annotate`` and ``serve`` are imported only when they are run or listed."""

    def list_commands(self, context: click.Context) -> list[str]:
        return ["annotate", *super().list_commands(context), "serve"]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name == "annotate":
            from json_head.cli.annotate import annotate_command

            return annotate_command
        if name == "serve":
            from json_head.cli.serve import serve_command

            return serve_command
        return super().get_command(context, name)


@click.group(cls=_Commands, context_settings=options.CONTEXT)
@click.version_option(__version__, prog_name="json-head", message="%(prog)s %(version)s")
def cli() -> None:
    """Check links with HEAD requests, and never claim more than was observed."""


@cli.command("check")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option(
    "--page",
    "pages",
    type=options.address,
    metavar="URL",
    multiple=True,
    help="Check the links of the page at this address.",
)
@click.option(
    "--sitemap",
    "sitemaps",
    type=options.address,
    metavar="URL",
    multiple=True,
    help="Check the pages of the sitemap at this address.",
)
@click.option(
    "--base",
    type=options.address,
    metavar="URL",
    help="The web address that relative links in files are relative to. Without it, they are looked up on the disk.",
)
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of a site. Links such as /x are looked up in it. With --base, it is the folder that has that address.",
)
@click.option(
    "--include",
    type=options.pattern,
    metavar="REGEX",
    multiple=True,
    help="Check only URLs that match this regular expression anywhere (repeatable).",
)
@options.exclude
@click.option(
    "--accept",
    type=options.statuses,
    metavar="STATUS,...",
    multiple=True,
    help="Never fail on responses with these statuses (repeatable): 403, or 200..299. The verdict stays the same.",
)
@click.option(
    "--fail-on",
    type=options.verdicts,
    metavar="VERDICT,...",
    default="broken,server-error,timeout,no-answer-seen",
    show_default=True,
    help="The verdicts or rules that give exit code 1; none to never fail.",
)
@click.option(
    "--format",
    type=click.Choice(["table", *FORMATS]),
    default="table",
    show_default=True,
    help="The format of the results.",
)
@click.option(
    "--output", "saved", type=click.Path(dir_okay=False, path_type=Path), help="Write the results to this file."
)
@click.option(
    "--cache",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Store ok results in this file, and do not request these links again.",
)
@click.option(
    "--max-cache-age",
    type=options.duration,
    metavar="AGE",
    default="1d",
    show_default=True,
    help="The maximum age of a stored result: 90s, 15m, 12h, 2d.",
)
@options.asking
@click.option("-q", "--quiet", is_flag=True, help="Print no progress, notes or summary.")
@click.option(
    "-v", "--verbose", is_flag=True, help="List all links with all their places, and notes on how sources were read."
)
def check_command(**values: Any) -> int:
    """Check the links of each SOURCE. A SOURCE is a URL (which is checked itself); a file of HTML, Markdown, text, a
    sitemap or a feed; a folder (its files of these kinds, except in hidden and vendored folders); a glob; or - for
    standard input.

    \b
    Exit codes:
      0    nothing failed
      1    a link has a verdict or rule of --fail-on, and no status of --accept
      2    wrong usage, or a source or the relay could not be read
      130  interrupted; the results so far are printed (143 after SIGTERM, 129 after SIGHUP)
    """  # fmt: skip
    policy, network_options = options.policy_of(values), options.network_of(values)
    network.allow_files(policy.total)
    format, saved, quiet, verbose = (values.pop(name) for name in ("format", "saved", "quiet", "verbose"))
    fail_on, cache, max_age_s = (values.pop(name) for name in ("fail_on", "cache", "max_cache_age"))
    if quiet and verbose:
        raise click.UsageError("Choose one of --quiet and --verbose.")
    values["accept"] = frozenset().union(*values["accept"])
    if not (values["sources"] or values["pages"] or values["sitemaps"]):
        raise click.UsageError("Give at least one SOURCE, --page or --sitemap.")
    if saved:
        output.refuse_unwritable(saved)
    expanded = sources.expand(values["sources"], written=saved)
    values["sources"] = expanded.found
    wanted = Wanted(**values, policy=policy)
    if cache:
        from json_head.cli.cache import Cache  # imports SQLite only when it is needed

        wanted = replace(wanted, cache=Cache(cache, max_age_s, network_options))

    streams = format == "ndjson" and not saved
    is_failing = partial(_is_failing, fail_on)
    progress = watcher(quiet or (streams and sys.stdout.isatty()), is_failing)

    def stream_row(row: Row) -> None:
        if streams:
            output.write(export([row], "ndjson"))

    found = run_check(wanted, network_options, progress, stream_row)
    found.errors[:0] = expanded.errors
    summary = "" if quiet or (found.errors and not found.rows) else _summary(found, expanded.skipped)
    if format == "table" and not saved:
        _print_table(found, summary, everything=verbose)
        summary = ""
    elif not streams:
        _write_results(found, format, saved, everything=verbose)
    _print_messages(found, summary, quiet=quiet, verbose=verbose)
    if found.interrupted:
        return INTERRUPTED
    if found.errors:
        return UNUSABLE
    return FAILING if any(map(is_failing, found.rows)) else FINE


@cli.command("head")
@click.argument("urls", metavar="URL...", nargs=-1, required=True)
@options.asking
def head_command(urls: tuple[str, ...], **values: Any) -> int:
    """Print the result for each URL as json-head's JSON: a list, in the order of the URLs."""
    policy, network_options = options.policy_of(values), options.network_of(values)
    network.allow_files(policy.total)
    rows: dict[int, dict[str, Any]] = {}

    async def work() -> tuple[bool, list[str]]:
        links = [Link(sources.decoded(url)) for url in urls]
        async with network.open_transport(network_options) as transport, network.open_relay(network_options) as relay:
            return await run_audit(links, policy, transport, rows.__setitem__, relay=relay)

    interrupted, errors = run(work())
    output.write(export([rows[index] for index in range(len(urls))], "json"))
    for error in errors:
        click.echo(f"Error: {showable(error)}", err=True)
    if interrupted:
        return INTERRUPTED
    return UNUSABLE if errors else FINE


def _is_failing(fail_on: frozenset[str], row: Row) -> bool:
    return not row.get("accepted") and not fail_on.isdisjoint((row["verdict"], row["rule"]))


def _summary(found: Found, skipped: Counter[str]) -> str:
    summary = report.summary(found.rows, found.cached)
    return f"{summary} {showable(skipped_files(skipped))}" if skipped else summary


def _print_table(found: Found, summary: str, *, everything: bool) -> None:
    parts = [*report.table(found.rows, everything=everything), *([(summary + "\n", "")] if summary else [])]
    # rich makes the final decision about colour: it also reads NO_COLOR and similar variables.
    if sys.stdout.isatty() or not {"FORCE_COLOR", "TTY_COMPATIBLE"}.isdisjoint(os.environ):
        from rich.console import Console

        output.write(report.coloured(parts, Console(highlight=False)))
    else:
        output.write(_plain(parts))


def _plain(parts: Iterable[report.Part]) -> str:
    return "".join(text for text, _ in parts)


def _write_results(found: Found, format: str, saved: Path | None, *, everything: bool) -> None:
    if format == "table":
        pieces: Iterable[str] = (text for text, _ in report.table(found.rows, everything=everything))
    else:
        pieces = FORMATS[format].pieces(found.rows)
    if saved:
        output.save(saved, pieces)
    else:
        output.write_lines(pieces)


def _print_messages(found: Found, summary: str, *, quiet: bool, verbose: bool) -> None:
    """Write everything except results to standard error, so that standard output can be piped."""
    messages = [f"Error: {error}" for error in found.errors]
    if not quiet:
        if verbose:
            messages += found.notes
        if found.interrupted:
            messages.append("Interrupted. These are the results so far.")
        if summary:
            messages.append(summary)
        if any(row["rule"] == "relative" for row in found.rows):
            messages.append(
                "Some links are relative to an unknown address. Give the folder of the site with --root, or its web address with --base."
            )
    for message in messages:
        click.echo(showable(message), err=True)
