"""Links of a typed or pasted text to its own sections. The text may be a part of a page, so a section that it lacks tells nothing."""

from __future__ import annotations

from collections.abc import Iterator

from json_head.fragments import FOUND, judge_by_document
from json_head.gather.documents import document_of
from json_head.gather.links import Gathered
from json_head.model import Judgement, Result, Verdict

_FOUND = Judgement(Verdict.OK, "file-found", "The text itself has this section.")


def own_sections(gathered: Gathered, base: str = "") -> Iterator[Result]:
    """Yield the results of the links to sections that the text has. The others may be in other parts of its page.

    Args:
        base: the address of the page, if it is known.
    """
    document = document_of(gathered)
    page = base.partition("#")[0]
    for index, link in enumerate(gathered.links):
        address, _, fragment = link.url.partition("#")
        is_own = bool(fragment) and address in ("", page) and index not in gathered.ignored
        if is_own and judge_by_document(fragment, document) == FOUND:
            yield Result.of(link, _FOUND, link_index=index)._replace(fragment=FOUND)


def is_relative(result: Result) -> bool:
    """Whether the address of the text's page is unknown."""
    return result.link.url.startswith("#")
