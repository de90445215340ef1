"""The command ``json-head fix``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import click

from json_head.cli import network
from json_head.cli.archive import copies_of
from json_head.cli.errors import OutputError
from json_head.cli.fixing import Plan, Repair, plan_repairs
from json_head.cli.options import config
from json_head.cli.options import requests as options
from json_head.cli.options.sources import named_by, source_options, wanted_of
from json_head.cli.printing import output
from json_head.cli.progress.lines import watcher
from json_head.cli.running import FAILING, FINE, UNUSABLE, run, run_check, signals
from json_head.cli.signals import INTERRUPTED
from json_head.cli.sources.files import File
from json_head.cli.wanted import Found, Wanted
from json_head.export.row import counted, showable
from json_head.fixes.rules import RULES
from json_head.gather.documents import WebDocuments
from json_head.gather.links import READING_S
from json_head.gather.thread import ExtractionThread
from json_head.model import Verdict


@click.command("fix", context_settings=options.CONTEXT)
@source_options
@click.option(
    "--archive", is_flag=True, help="Replace broken links by the copies of the Wayback Machine, if it has any."
)
@click.option("--dry-run", is_flag=True, help="Change no file, and only print what would be changed.")
@click.option("-y", "--yes", is_flag=True, help="Change the files without a question.")
@options.asking
@options.require_https
@config.option
@click.option("-q", "--quiet", is_flag=True, help="Print no progress and no summary.")
@click.option("-v", "--verbose", is_flag=True, help="List the links that were left as they are, and why.")
def fix_command(archive: bool, dry_run: bool, yes: bool, quiet: bool, verbose: bool, **values: Any) -> int:
    """Check the links of each SOURCE, a file, folder or glob, and write new addresses in place of old ones: where a server says that a page
    has moved for good, and where an anchor or a file name differs only in spelling. What will be changed is printed first, as a unified
    diff. A terminal is asked for a confirmation; elsewhere files are changed only with --yes.

    \b
    Exit codes:
      0    everything that could be repaired has been, or there was nothing to repair
      1    there is something to repair, and no file was changed
      2    wrong usage, or a source or the relay could not be read, or a file not be written
      130  interrupted (143 after SIGTERM, 129 after SIGHUP). Each file is either repaired or unchanged
    """  # fmt: skip
    policy, network_options = options.policy_of(values), options.network_of(values, named_by(values))
    network.allow_files(policy.total)
    wanted, expanded = wanted_of(values)
    files = [source for source in wanted.sources if isinstance(source, File) and source.path]
    if not (files or expanded.errors):
        raise click.UsageError("Only files can be repaired, and not an address or standard input.")
    others = len(wanted.sources) - len(files) + len(wanted.pages) + len(wanted.sitemaps)
    wanted = replace(wanted, sources=files, pages=(), sitemaps=(), policy=policy)
    found = run_check(wanted, network_options, watcher(quiet, lambda row: False))
    if found.interrupted:
        return INTERRUPTED
    signals.release()  # nothing is printed yet, and no file is changed after a signal
    plan = run(_plan(found, wanted, files, network_options, archive=archive))
    plan.notes[:0] = found.warnings
    if others:  # a configuration that is meant for check may name them
        plan.notes.insert(0, f"Only files are repaired. {counted(others, 'other source')} left out.")
    errors = [*expanded.errors, *found.errors, *plan.errors]
    _print_diffs(plan.repairs)
    applied = bool(plan.repairs) and not dry_run and (yes or _confirms(len(plan.repairs)))
    if applied:
        errors += _apply(plan.repairs)
    for message in dict.fromkeys(errors):
        click.echo(f"Error: {showable(message)}", err=True)
    if not quiet:
        _print_summary(plan, [*(found.notes if verbose else []), *plan.notes], applied=applied, verbose=verbose)
    if errors:
        return UNUSABLE
    return FAILING if plan.repairs and not applied else FINE


async def _plan(
    found: Found, wanted: Wanted, files: list[File], network_options: network.Network, *, archive: bool
) -> Plan:
    if not (archive or wanted.fragments) or wanted.offline:
        return await plan_repairs(files, found, wanted, {}, None)
    copies: dict[str, str] = {}
    notes: list[str] = []
    async with network.open_transport(network_options) as transport:
        if archive:
            broken = [row["url"] for row in found.rows if row["verdict"] == Verdict.BROKEN and row["via"] != "file"]
            copies = await copies_of(broken, transport, notes)
        web_documents = WebDocuments(transport, reads=wanted.fragments, run=ExtractionThread().run, reading_s=READING_S)
        plan = await plan_repairs(files, found, wanted, copies, web_documents)
    plan.notes += notes
    return plan


def _print_diffs(repairs: Iterable[Repair]) -> None:
    """Write the diffs to standard output: exact for a pipe, and without control characters for a terminal."""
    for repair in repairs:
        if sys.stdout.isatty():
            output.write_lines(
                f"{showable(line)}\n" for line in repair.patch.decode("utf-8", "replace").split("\n")[:-1]
            )
        else:
            output.write_bytes(repair.patch)


def _confirms(number: int) -> bool:
    """Ask on a terminal. Elsewhere nobody has seen the diff, so the answer is no."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return click.confirm(f"Change {counted(number, 'file')}?", default=False, err=True)


def _apply(repairs: Iterable[Repair]) -> list[str]:
    """Replace the files, each as a whole. Return sentences about those that were not replaced."""
    errors = []
    for repair in repairs:
        try:
            output.replace(repair.path, repair.new, expected=repair.old)
        except OutputError as error:
            errors.append(str(error))
    return errors


def _print_summary(plan: Plan, notes: Iterable[str], *, applied: bool, verbose: bool) -> None:
    for note in notes:
        click.echo(showable(note), err=True)
    if verbose:
        for link in plan.tally.left:
            click.echo(showable(f"not changed: {link.place} {link.url}: {link.reason}"), err=True)
    total = plan.tally.rules.total()
    if total:
        done = (
            f"{counted(total, 'link')} in {counted(len(plan.repairs), 'file')} {'repaired' if applied else 'to repair'}"
        )
        parts = [f"{done}: {_listed({rule: plan.tally.rules[rule] for rule in RULES})}."]
    else:
        parts = ["Nothing to repair."]
    if plan.tally.left:
        counts = Counter(link.rule for link in plan.tally.left)
        parts.append(f"{counted(len(plan.tally.left), 'link')} left as written: {_listed(dict(counts.most_common()))}.")
    if total and not applied:
        parts.append("No file was changed.")
    click.echo(" ".join(parts), err=True)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
