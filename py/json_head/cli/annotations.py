"""Writes sizes of files, and marks of broken links, into built HTML, by the offsets of the extractor."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from html import escape
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from json_head.cli.errors import OptionError, SourceError
from json_head.cli.sources.files import File
from json_head.export import Row
from json_head.extract import EmptyError, ExtractError
from json_head.extract.decode import decode
from json_head.extract.html.anchors import Anchor, anchors
from json_head.extract.position import Positions, normalise_newlines
from json_head.model import Verdict

#: Files that are downloaded or shown by themselves, by the end of their path. The same as EXTENSION in web/embed/annotation.js.
FILE = re.compile(
    r"\.(7z|apk|avif?|bz2|csv|deb|dmg|docx?|epub|exe|flac|gif|gz|iso|jar|jpe?g|m4[auv]|mkv|mobi|mov|mp[34]|msi|od[pst]|og[gv]|pdf|png|"
    r"pptx?|ps|rar|rpm|rtf|svg|swf|tar|tgz|tiff?|txt|wav|web[mp]|xlsx?|xz|zip)$",
    re.IGNORECASE,
)
#: The same for a whole URL, to choose links.
FILE_URL = re.compile(r"^[^?#]*" + FILE.pattern[:-1] + r"(?:[?#]|$)", re.IGNORECASE)
PAGES = (".html", ".htm")

#: The maximum length of the text of a mark.
MAX_DEAD_TEXT = 100
_CLASSES = frozenset(("json-head-size", "json-head-dead"))
#: What an earlier run has written before an end tag. A minifier may have removed the quotes.
_WRITTEN = re.compile(r"""<span\s+class=["']?json-head-(?:size|dead)["']?\s*>[^<>]*</span\s*>""")
_LINE_END = re.compile(r"\r\n|\r|\n")
#: Languages that write a comma of their own. The same as in web/embed/annotation.js.
ARABIC_COMMA = re.compile(r"(?:ar|ckb|fa|ks|ps|sd|ug|ur)\b", re.IGNORECASE)
_UNITS = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")

Place = tuple[int, int]


class Edit(NamedTuple):
    """Replaces the ``old`` characters before an offset."""

    end: int
    old: int
    addition: str


class Annotated(NamedTuple):
    """A page with what has been written into it."""

    text: str
    sizes: int
    marks: int


def annotate(text: str, rows: Mapping[Place, Row], dead_text: str | None) -> Annotated:
    """Write what these results say into a page, in place of what an earlier run has written.

    Args:
        rows: the results, by the line and column of their links.
        dead_text: the text of a mark, or ``None`` for no marks.
    """
    plain = normalise_newlines(text)
    positions = Positions(plain)
    sizes = marks = 0
    edits: list[Edit] = []
    for anchor in anchors(plain, _CLASSES):
        old = _written_before(plain, anchor)
        row = None if anchor.is_off else rows.get(positions.at(anchor.url))
        size = _size_of(row) if row else None
        addition = ""
        if row and dead_text is not None and row["verdict"] == Verdict.BROKEN:
            addition = f' <span class="json-head-dead">({escape(dead_text)})</span>'
            marks += 1
        elif row and size:
            words = size_text(size, _extension(row["url"]), anchor.text, anchor.language)
            addition = f' <span class="json-head-size">{escape(words)}</span>'
            sizes += 1
        if old or addition:
            edits.append(Edit(anchor.end, old, addition))
    return Annotated(_edited(text, plain, edits), sizes, marks)


def _written_before(text: str, anchor: Anchor) -> int:
    """The length of what an earlier run has written before the end tag."""
    start = text.rfind("<span", anchor.url, anchor.end)
    if start < 0 or not _WRITTEN.fullmatch(text, start, anchor.end):
        return 0
    return anchor.end - start + text[start - 1].isspace()


def _edited(text: str, plain: str, edits: Iterable[Edit]) -> str:
    r"""The text after these edits of ``plain``, which is the text with ``\n`` as the only line end. The text keeps its own line ends."""
    line_ends = iter(_LINE_END.findall(text))

    def restored(part: str) -> str:
        return re.sub("\n", lambda _: next(line_ends), part)

    pieces: list[str] = []
    done = 0
    for end, old, addition in edits:
        pieces += (restored(plain[done : end - old]), addition)
        restored(plain[end - old : end])
        done = end
    return "".join(pieces) + restored(plain[done:])


def size_text(size: int, extension: str, text: str, language: str) -> str:
    """The words behind a link: ``(PDF, 1.3 MB)``, in a language that is given by its BCP 47 tag. The extension is left out if the text
    has it.

    Raises:
        OptionError: Babel is not installed.
    """
    try:
        from babel import Locale, UnknownLocaleError
        from babel.units import format_unit
    except ImportError:
        raise OptionError("This command needs Babel: pip install 'json-head[annotate]'.") from None
    try:
        locale = Locale.parse(language.strip().replace("_", "-").partition("-u-")[0] or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    amount, step = float(size), 0
    while amount >= 999.95 and step < len(_UNITS) - 1:
        amount, step = amount / 1000, step + 1
    length: Literal["short", "long"] = "short" if step else "long"
    shown = format_unit(amount, _UNITS[step], length, format="#,##0.#", locale=locale, numbering_system="latn")
    if not extension or extension.lower() in re.findall(r"\w+", text.lower()):
        return f"({shown})"
    return f"({extension.upper()}{'، ' if ARABIC_COMMA.match(language) else ', '}{shown})"


def read_page(file: File) -> tuple[str, str]:
    """The text of a page and its encoding, by Python's name.

    Raises:
        EmptyError: nothing but white space is in it.
        SourceError: it cannot be read, or not be written again as it was.
    """
    try:
        source = file.read(None)
        text, encoding = decode(source)
    except EmptyError:
        raise
    except ExtractError as error:
        raise SourceError(f"{file.name}: {error}") from error
    content = source.content
    if encoding == "utf-8" and isinstance(content, bytes) and content.startswith(BOM_UTF8):
        encoding = "utf-8-sig"
    if text.encode(encoding, "replace") != content:
        raise SourceError(
            f"{file.name} was left as it is: its text, as {encoding}, does not give the same bytes again."
        )
    return text, encoding


def rows_by_place(rows: Iterable[Row]) -> dict[str | None, dict[Place, Row]]:
    """The results of hyperlinks by their source, and by line and column."""
    by_source: dict[str | None, dict[Place, Row]] = {}
    for row in rows:
        if row["found"] == "a href":
            by_source.setdefault(row["source"], {})[row["line"], row["column"]] = row
    return by_source


def pages_of(found: Iterable[str | File]) -> list[File]:
    """The files among these sources that are pages of a site."""
    return [file for file in found if isinstance(file, File) and file.path and file.path.suffix.lower() in PAGES]


def _size_of(row: Row) -> int | None:
    """The size of a file, if the response of a success gives it. A page is no download, and a compressed length is not the file's."""
    headers = row.get("headers") or {}
    length = headers.get("content-length", "")
    is_file = FILE.search(urlsplit(row["url"]).path) and not headers.get("content-encoding")
    is_page = headers.get("content-type", "").lower().startswith("text/html")
    if row["verdict"] != Verdict.OK or row["redirected"] or not is_file or is_page:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,14}", length):
        return None
    return int(length)


def _extension(url: str) -> str:
    match = FILE.search(urlsplit(url).path)
    return match[1] if match else ""
