"""The command ``json-head check``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from json_head.cli import network
from json_head.cli.history.baseline import Baseline
from json_head.cli.history.changes import Changes
from json_head.cli.options import config
from json_head.cli.options import requests as options
from json_head.cli.options.sources import source_options, wanted_of
from json_head.cli.printing import output, reports
from json_head.cli.printing import results as printing
from json_head.cli.printing.printer import Printer
from json_head.cli.progress.lines import watcher
from json_head.cli.running import FAILING, FINE, UNUSABLE, run_check
from json_head.cli.signals import INTERRUPTED
from json_head.cli.sources.files import Expanded
from json_head.cli.wanted import Wanted
from json_head.export import FORMATS, Row
from json_head.export.row import tolerance


@click.command("check", context_settings=options.CONTEXT)
@source_options
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
    default="broken,fragment-missing,server-error,timeout,no-answer-seen",
    show_default=True,
    help="The verdicts or rules that give exit code 1; none to never fail.",
)
@click.option(
    "--format",
    type=click.Choice(["table", *FORMATS, "github"]),
    default="table",
    show_default=True,
    help="The format of the results.",
)
@click.option(
    "--output", "saved", type=click.Path(dir_okay=False, path_type=Path), help="Write the results to this file."
)
@reports.option
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
@click.option(
    "--baseline",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Never fail on what this report has found already: JSON of json-head, lychee or linkinator.",
)
@click.option(
    "--after",
    type=click.IntRange(1, 1000),
    metavar="RUNS",
    default=1,
    show_default=True,
    help="Fail only on web links that have failed in this many runs in a row. The runs are counted in the file of --cache.",
)
@click.option("--changed-since", metavar="COMMIT", help="Fail only on links on lines that differ from this commit.")
@click.option("--dump", is_flag=True, help="List the links, one on each line, and check nothing.")
@options.asking
@config.option
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
    printer = Printer(*(values.pop(name) for name in ("format", "saved", "reports", "quiet", "verbose")))
    if printer.quiet and printer.verbose:
        raise click.UsageError("Choose one of --quiet and --verbose.")
    for path in printer.files:
        output.refuse_unwritable(path)
    is_failing = partial(_is_failing, values.pop("fail_on"))
    wanted, expanded, network_options = _wanted(values, printer.files)
    progress = watcher(printer.quiet or (printer.streams and sys.stdout.isatty()), is_failing)
    found = run_check(wanted, network_options, progress, printer.stream)
    found.errors[:0] = expanded.errors
    summary = printing.summary_of(found, expanded.skipped)
    printer.print(found, summary, is_failing, is_list=wanted.dump)
    if found.interrupted:
        return INTERRUPTED
    if found.errors:
        return UNUSABLE
    return FAILING if any(map(is_failing, found.rows)) else FINE


def _wanted(values: dict[str, Any], written: Sequence[Path]) -> tuple[Wanted, Expanded, network.Network]:
    """Return the input of the check, its expanded SOURCEs, and the network."""
    policy, network_options = options.policy_of(values), options.network_of(values)
    network.allow_files(policy.total)
    cache, max_age_s = values.pop("cache"), values.pop("max_cache_age")
    if values["after"] > 1 and not cache:
        raise click.UsageError("--after needs --cache, which counts the runs.")
    values["accept"] = frozenset().union(*values["accept"])
    baseline, revision = values.pop("baseline"), values.pop("changed_since")
    wanted, expanded = wanted_of(values, own_files=[*written, *([baseline] if baseline else [])])
    wanted = replace(
        wanted,
        **values,
        policy=policy,
        baseline=Baseline(baseline) if baseline else None,
        changes=None if revision is None else Changes(revision),
    )
    if cache:
        from json_head.cli.history.cache import Cache  # imports SQLite only when it is needed

        wanted = replace(wanted, cache=Cache(cache, max_age_s, network_options))
    return wanted, expanded, network_options


def _is_failing(fail_on: frozenset[str], row: Row) -> bool:
    return not tolerance(row) and not fail_on.isdisjoint((row["verdict"], row["rule"]))
