"""The command ``json-head annotate``. It needs the extra ``json-head[annotate]``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from json_head.cli import network
from json_head.cli.annotations import FILE_URL, MAX_DEAD_TEXT, annotate, pages_of, read_page, rows_by_place, size_text
from json_head.cli.errors import OutputError, SourceError
from json_head.cli.options import requests as options
from json_head.cli.printing import output
from json_head.cli.progress.lines import watcher
from json_head.cli.running import FINE, UNUSABLE, run_check
from json_head.cli.signals import INTERRUPTED
from json_head.cli.sources import files as sources
from json_head.cli.sources.places import Hosting
from json_head.cli.wanted import Wanted
from json_head.export.row import showable
from json_head.extract import EmptyError


@click.command("annotate", context_settings=options.CONTEXT)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--dead", is_flag=True, help="Mark broken links too. All links are then checked, not only those to files."
)
@click.option("--dead-text", default="dead link", show_default=True, metavar="TEXT", help="The text of a mark.")
@options.exclude
@click.option("--dry-run", is_flag=True, help="Change no file, and only say what would be written.")
@options.asking
@click.option("-q", "--quiet", is_flag=True, help="Print no progress and no summary.")
def annotate_command(folder: Path, dead: bool, dead_text: str, dry_run: bool, quiet: bool, **values: Any) -> int:
    """Write the size of each linked file into the built pages (.html, .htm) of FOLDER, behind the text of the link. Relative links are
    looked up in FOLDER, others are requested. A second run replaces what the first has written.

    \b
    Exit codes:
      0    every page was read
      2    wrong usage, or a page could not be read or written
      130  interrupted (143 after SIGTERM, 129 after SIGHUP). Each page is either annotated as a whole or unchanged
    """  # fmt: skip
    if len(dead_text) > MAX_DEAD_TEXT or not dead_text.isprintable():
        raise click.BadParameter(f"must be one line of at most {MAX_DEAD_TEXT} characters.", param_hint="--dead-text")
    size_text(1, "", "", "")  # fails before any request if the extra is missing
    policy, network_options = options.policy_of(values), options.network_of(values)
    network.allow_files(policy.total)
    expanded = sources.expand([str(folder)])
    pages = pages_of(expanded.found)
    include = [] if dead else [FILE_URL]
    wanted = Wanted(pages, hosting=Hosting(folder), include=include, exclude=values["exclude"], policy=policy)
    found = run_check(wanted, network_options, watcher(quiet, lambda row: False))
    if found.interrupted:
        return INTERRUPTED
    errors = [*expanded.errors, *found.errors]
    by_source = rows_by_place(found.rows)
    sizes = marks = changed = 0
    for page in pages:
        try:
            text, encoding = read_page(page)
            written = annotate(text, by_source.get(page.name, {}), dead_text if dead else None)
            if written.text != text:
                if page.path and not page.path.resolve().is_relative_to(folder.resolve()):
                    raise SourceError(f"{page.name} was left as it is: it is a link to a file outside of the folder.")
                if page.path and not dry_run:
                    output.replace(page.path, written.text.encode(encoding, "xmlcharrefreplace"))
                changed += 1
        except EmptyError:
            continue
        except (SourceError, OutputError) as error:
            errors.append(str(error))
            continue
        sizes += written.sizes
        marks += written.marks
    for message in dict.fromkeys(errors):
        click.echo(f"Error: {showable(message)}", err=True)
    if not quiet:
        counts = f"{sizes} {'size' if sizes == 1 else 'sizes'} and {marks} {'mark' if marks == 1 else 'marks'}"
        pages_changed = f"{changed} of {len(pages)} {'page' if len(pages) == 1 else 'pages'} {'would be' if dry_run else 'were'} changed"
        click.echo(f"{counts}; {pages_changed}.", err=True)
    return UNUSABLE if errors else FINE
