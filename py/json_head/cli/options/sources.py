"""The options of commands that read sources, and what they mean together."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import click

from json_head.cli.errors import OptionError
from json_head.cli.options import requests as options
from json_head.cli.printing.moments import here
from json_head.cli.sources import files as sources
from json_head.cli.sources import lychee
from json_head.cli.sources.places import Hosting
from json_head.cli.sources.walk import Walk
from json_head.cli.wanted import Wanted
from json_head.export.about import About, Kind
from json_head.extract.folder import EXTENSIONS
from json_head.model import timestamp
from json_head.transports.files.serving import INDEX, ServeLike
from json_head.urls.secrets import text_without_userinfo
from json_head.urls.syntax import SCHEME, SCHEME_AND_SLASHES


def extensions(value: str) -> frozenset[str]:
    """Parse extensions of files, separated by commas: ``md,html``."""
    return frozenset(part.strip().lstrip(".").lower() for part in value.split(",") if part.strip())


def names(value: str) -> tuple[str, ...]:
    """Parse names or extensions in an order, separated by commas: ``index.html,index.htm``."""
    parts = tuple(part.strip().lstrip(".") for part in value.split(",") if part.strip())
    if any("/" in part or "\\" in part or "\0" in part for part in parts):
        raise click.BadParameter(f"{value!r} has a slash in a name.")
    return parts


def scheme(value: str) -> str:
    """Parse a scheme, with or without its colon."""
    match = SCHEME.fullmatch(f"{value.removesuffix(':')}:")
    if not match:
        raise click.BadParameter(f"{value!r} is not a scheme, such as https.")
    return match[1].lower()


def readable(value: str) -> frozenset[str]:
    """Parse the extensions of files that are read.

    Raises:
        click.BadParameter: files of one of them cannot be read.
    """
    parsed = extensions(value)
    if unknown := sorted(parsed - EXTENSIONS):
        raise click.BadParameter(
            f"Files with the extension {unknown[0]!r} are not read. Known are {', '.join(sorted(EXTENSIONS))}."
        )
    return parsed


def source_options(command: options.Command) -> options.Command:
    """Decorator that adds SOURCEs and the options on how they are read. :func:`wanted_of` reads them."""
    pattern: dict[str, Any] = {"type": options.pattern, "metavar": "REGEX", "multiple": True}
    added = [
        click.argument("sources", metavar="[SOURCE]...", nargs=-1),
        click.option("--page", "pages", type=options.address, metavar="URL", multiple=True, help="Check the links of the page at this address."),
        click.option("--sitemap", "sitemaps", type=options.address, metavar="URL", multiple=True, help="Check the pages of the sitemap at this address."),
        click.option("--files-from", type=click.Path(allow_dash=True, dir_okay=False), metavar="FILE", multiple=True, help="Read the SOURCEs that this file lists, one on each line; - for standard input."),
        click.option("--base", type=options.address, metavar="URL", help="The web address that relative links in files are relative to. Without it, they are looked up on the disk."),
        click.option("--root", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The folder that links such as /x are looked up in. With --base, it is the folder that has that address."),
        click.option("--serve-like", type=click.Choice(get_args(ServeLike)), help="How the files will be served: as github.com shows a repository, by a web server for static files, or just as files."),
        click.option("--index", type=names, metavar="NAME,...", default=",".join(INDEX), show_default=True, help="The index files of a web server for static files."),
        click.option("--fallback-extensions", type=names, metavar="EXT,...", default="", help="Extensions that a web server for static files adds to links: html."),
        click.option("--fragments", is_flag=True, help="Check also whether web pages have the places that fragments point to. Each such page is read once."),
        click.option("--offline", is_flag=True, help="Check only links to files, and send no request."),
        click.option("--extensions", type=readable, metavar="EXT,...", help="Read only files with these extensions in folders: md,html."),
        click.option("--hidden", is_flag=True, help="Read hidden files and folders, too."),
        click.option("--exclude-path", **pattern, help="Skip files and folders whose path matches this regular expression anywhere (repeatable)."),
        click.option("--include", **pattern, help="Check only URLs that match this regular expression anywhere (repeatable)."),
        options.exclude,
        click.option("--scheme", "schemes", type=scheme, metavar="SCHEME", multiple=True, help="Check only URLs with this scheme, such as https, or file for links to files (repeatable)."),
    ]  # fmt: skip
    for option in reversed(added):
        command = option(command)
    return command


def source_of(values: dict[str, Any]) -> str:
    """The SOURCEs of a check as on a command line, by which its runs are compared."""
    named = [("--page", "pages"), ("--sitemap", "sitemaps"), ("--files-from", "files_from")]
    parts = [
        *values["sources"],
        *(part for option, name in named for value in values[name] for part in (option, value)),
    ]
    return text_without_userinfo(shlex.join(parts))


def named_by(values: dict[str, Any]) -> list[str]:
    """The web addresses that the command line names, among other texts."""
    return [*values["sources"], *values["pages"], *values["sitemaps"], values["base"] or ""]


def about_of(values: dict[str, Any]) -> About:
    """What exports tell about a check that begins now. A SOURCE that is a URL is checked itself, so it is not where links are."""
    places = [source for source in (*values["sources"], *values["files_from"]) if not SCHEME_AND_SLASHES.match(source)]
    pages = [*values["pages"], *values["sitemaps"]]
    kind: Kind = "page" if len(pages) == 1 and pages == list(values["pages"]) and not places else "links"
    title = ", ".join("standard input" if place == "-" else place for place in (*places, *pages))
    return About(title, kind, here(timestamp()))


def wanted_of(values: dict[str, Any], own_files: Iterable[Path] = ()) -> tuple[Wanted, sources.Expanded]:
    """Expand the SOURCEs, and return the input of a check.

    Args:
        values: The values of all options. Those of :func:`source_options` are removed.
        own_files: The reports that the command writes or reads. They are left out of the sources.

    Raises:
        click.UsageError: there is no source, or options exclude each other.
    """
    taken = {name: values.pop(name) for name in ("extensions", "hidden", "exclude_path")}
    walk = Walk(taken["extensions"] or EXTENSIONS, taken["hidden"], tuple(taken["exclude_path"]))
    given, lists = values.pop("sources"), values.pop("files_from")
    if not (given or lists or values["pages"] or values["sitemaps"]):
        raise click.UsageError("Give at least one SOURCE, --page or --sitemap.")
    if values["offline"] and (values["pages"] or values["sitemaps"]):
        raise click.UsageError("Choose one of --offline and --page or --sitemap.")
    if values["base"] and values["serve_like"]:
        raise click.UsageError("Choose one of --base and --serve-like: with --base, links lead to the web.")
    if [*given, *lists].count("-") > 1:
        raise OptionError("Standard input can be read only once.")
    values["exclude"] = (*values["exclude"], *lychee.excluded(Path.cwd()))
    expanded = sources.expand(given, walk, lists, own_files)
    hosting = Hosting(*(values.pop(name) for name in ("root", "serve_like", "index", "fallback_extensions")))
    fields = ("pages", "sitemaps", "base", "fragments", "offline", "include", "exclude", "schemes")
    return Wanted(expanded.found, hosting=hosting, **{name: values.pop(name) for name in fields}), expanded
