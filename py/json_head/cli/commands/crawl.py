"""The command ``json-head crawl``."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from json_head.cli import network
from json_head.cli.crawling import Site, StoredRows, crawl, open_rows, summary_of
from json_head.cli.errors import OptionError
from json_head.cli.history.recording import about, difference
from json_head.cli.history.runs import earlier
from json_head.cli.options import config
from json_head.cli.options import requests as options
from json_head.cli.options.results import printer_of, result_options, verbosity
from json_head.cli.options.run_names import baseline
from json_head.cli.options.unused import unused_headers
from json_head.cli.printing.report import COUNTED
from json_head.cli.progress.lines import watcher
from json_head.cli.running import FAILING, FINE, UNUSABLE, run, signals
from json_head.cli.signals import INTERRUPTED
from json_head.cli.wanted import Found
from json_head.crawl.crawl import Options
from json_head.crawl.scope import MAX_PAGES, Limits
from json_head.store import Store

_PATTERN: dict[str, Any] = {"type": options.pattern, "metavar": "REGEX", "multiple": True}


@click.command("crawl", context_settings=options.CONTEXT)
@click.argument("starts", metavar="[URL]...", nargs=-1, type=options.address)
@click.option(
    "--include", **_PATTERN, help="Check and read only URLs that match this regular expression anywhere (repeatable)."
)
@options.exclude
@click.option(
    "--depth", type=click.IntRange(0, 1000), help="Read no page that is more clicks away from a start than this."
)
@click.option(
    "--max-pages",
    type=click.IntRange(1, 1_000_000),
    default=MAX_PAGES,
    show_default=True,
    help="Read no more pages than this.",
)
@click.option("--subdomains", is_flag=True, help="Read pages on hosts below that of a start, too.")
@click.option(
    "--external/--no-external",
    default=True,
    show_default=True,
    help="Check links to other sites, too. Their pages are never read.",
)
@click.option(
    "--sitemaps/--no-sitemaps", default=True, show_default=True, help="Read the sitemaps that robots.txt names."
)
@click.option(
    "--robots/--no-robots", default=True, show_default=True, help="Request only what robots.txt allows, and no faster."
)
@click.option(
    "--nofollow", is_flag=True, help="Do not follow links that their page marks with nofollow. They are checked."
)
@click.option("--noindex", is_flag=True, help="Leave out the links of pages that ask not to be indexed.")
@click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Store the crawl in this SQLite file, next to earlier ones.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Continue the last crawl in --db that has not ended. What belongs to the site is stored there; give other options again.",
)
@baseline
@result_options
@options.asking
@options.require_https
@config.option
@verbosity
def crawl_command(**values: Any) -> int:
    """Check a site: read the page at each URL and the pages in its folder that it leads to, page after page, and check each link on them
    once.

    \b
    Exit codes:
      0    nothing failed
      1    a link has a verdict or rule of --fail-on, and no status of --accept
      2    wrong usage, or the page at a URL or the relay could not be read
      130  interrupted; the results so far are printed (143 after SIGTERM, 129 after SIGHUP)
    """  # fmt: skip
    printer, is_failing = printer_of(values)
    printer = replace(printer, has_rows_early=False)
    policy = options.policy_of(values)
    network.allow_files(policy.total)
    progress = watcher(printer.quiet or (printer.streams and sys.stdout.isatty()), is_failing)
    new_site = None if values["resume"] else _site(values)
    if values["resume"] and not values["db"]:
        raise click.UsageError("--resume needs --db, the file that has the crawl.")
    with Store.open(values["db"] or "", creates=not values["resume"]) as store:
        site, run_id = (new_site, None) if new_site else _resumed(store, values)
        network_options = options.network_of(values, site.starts)
        # Before the new run begins, which would be the last one.
        name = values["baseline"]
        baseline = earlier(name, store if values["db"] else None, "crawl", site.name) if name else None
        if run_id is not None and store.run(run_id).state == "failed" and not printer.quiet:
            click.echo("No page of this crawl could be read, so it begins again.", err=True)
        recorder = store.begin("crawl", site.name, site.to_json()) if run_id is None else store.resume(run_id)

        async def work() -> Found:
            async with (
                network.open_transport(network_options) as transport,
                network.open_relay(network_options) as relay,
            ):
                https = network.https_check(network_options, policy, transport)
                found = await crawl(site, policy, transport, recorder, progress, values["accept"], relay, https)
                signals.hold()
                return found

        with progress:
            found = run(work())
        found.rows = StoredRows(store, recorder.run, baseline)
        found.open_rows = StoredRows(store, recorder.run, baseline, open_rows(COUNTED))
        if not found.interrupted:
            found.warnings += unused_headers(network_options.headers, found.rows)
        ended = store.run(recorder.run)
        found.about = network_options.noted(about(ended))
        summary = summary_of(store, ended, difference(ended))
        printer.print(found, summary, is_failing, is_list=False)
        if found.interrupted:
            if values["db"] and not printer.quiet:
                click.echo(f"To continue: json-head crawl --resume --db {shlex.quote(str(values['db']))}", err=True)
            return INTERRUPTED
        if found.errors:
            return UNUSABLE
        return FAILING if any(map(is_failing, found.open_rows)) else FINE


def _site(values: dict[str, Any]) -> Site:
    """The site that the options describe.

    Raises:
        click.UsageError: there is no start.
    """
    if not values["starts"]:
        raise click.UsageError("Give at least one URL.")
    limits = {name: values[name] for name in Limits.__slots__}
    return Site(values["starts"], Limits(**limits), Options(**{name: values[name] for name in Options.__slots__}))


def _resumed(store: Store, values: dict[str, Any]) -> tuple[Site, int]:
    """The site and the run of the last crawl that has not ended. URLs on the command line select among several.

    Raises:
        OptionError: the store has no such crawl.
    """
    for stored in store.runs():
        if stored.kind == "crawl" and stored.state != "finished":
            site = Site.of_json(stored.options)
            if not values["starts"] or sorted(values["starts"]) == sorted(site.starts):
                return site, stored.id
    raise OptionError(f"{values['db']} has no crawl{' of these URLs' if values['starts'] else ''} that can be resumed.")
