"""The command ``json-head check``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from json_head.cli import network
from json_head.cli.history.baseline import Baseline, is_database
from json_head.cli.history.changes import Changes
from json_head.cli.options import config
from json_head.cli.options import requests as options
from json_head.cli.options.results import printer_of, result_options, verbosity
from json_head.cli.options.run_names import baseline
from json_head.cli.options.sources import about_of, named_by, source_of, source_options, wanted_of
from json_head.cli.printing import results as printing
from json_head.cli.progress.lines import watcher
from json_head.cli.running import FAILING, FINE, UNUSABLE, run_check
from json_head.cli.signals import INTERRUPTED
from json_head.cli.sources.files import Expanded
from json_head.cli.wanted import Wanted
from json_head.export import About

if TYPE_CHECKING:
    from json_head.cli.history.recording import Recording
    from json_head.store.changes import Failures


@click.command("check", context_settings=options.CONTEXT)
@source_options
@result_options
@click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Record the run in this file, an SQLite database, and say what is new since the last run of the same SOURCEs.",
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
@baseline
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
@options.require_https
@config.option
@verbosity
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
      141  nobody read the results of --format ndjson any longer, and no file was to be written
    """  # fmt: skip
    printer, is_failing = printer_of(values)
    about = about_of(values)
    wanted, expanded, network_options = _wanted(values, printer.files, about)
    progress = watcher(printer.quiet or (printer.streams and sys.stdout.isatty()), is_failing)
    is_kept = bool(printer.files or wanted.recording or wanted.cache)
    found = run_check(wanted, network_options, progress, lambda row: printer.stream(row) or is_kept)
    if not wanted.recording:
        found.about = replace(about, notes=found.notes)
    found.about = network_options.noted(found.about)
    found.errors[:0] = expanded.errors
    summary = printing.summary_of(found, expanded.skipped)
    printer.print(found, summary, is_failing, is_list=wanted.dump)
    if found.interrupted:
        return INTERRUPTED
    if found.errors:
        return UNUSABLE
    return FAILING if any(map(is_failing, found.rows)) else FINE


def _wanted(values: dict[str, Any], written: Sequence[Path], about: About) -> tuple[Wanted, Expanded, network.Network]:
    """Return the input of the check, its expanded SOURCEs, and the network."""
    policy, network_options = options.policy_of(values), options.network_of(values, named_by(values))
    network.allow_files(policy.total)
    cache, max_age_s = values.pop("cache"), values.pop("max_cache_age")
    if values["after"] > 1 and not cache:
        raise click.UsageError("--after needs --cache, which counts the runs.")
    if network_options.insecure and cache:
        raise click.UsageError(
            "--insecure excludes --cache: later checks would take over results that are not verified."
        )
    baseline, revision, db = values.pop("baseline"), values.pop("changed_since"), values.pop("db")
    source = source_of(values)
    own_files = [path for path in (*written, baseline) if isinstance(path, Path)]
    wanted, expanded = wanted_of(values, own_files=own_files)
    recording = None
    if db and not values["dump"]:
        from json_head.cli.history.recording import Recording  # imports SQLite only when it is needed

        recording = Recording(db, source, about)
    wanted = replace(
        wanted,
        **values,
        policy=policy,
        recording=recording,
        baseline=_earlier(baseline, recording, source) if baseline else None,
        changes=None if revision is None else Changes(revision),
    )
    if cache:
        from json_head.cli.history.cache import Cache  # imports SQLite only when it is needed

        wanted = replace(wanted, cache=Cache(cache, max_age_s, network_options))
    return wanted, expanded, network_options


def _earlier(name: str | Path, recording: Recording | None, source: str) -> Baseline | Failures | None:
    """What the run or file has found that ``--baseline`` names."""
    if isinstance(name, Path) and not is_database(name):
        return Baseline(name)
    from json_head.cli.history import runs  # imports SQLite only when it is needed

    return runs.earlier(name, recording.store if recording else None, "check", source)
