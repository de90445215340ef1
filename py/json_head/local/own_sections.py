"""Links of a typed or pasted text to its own sections. The text may be a part of a page, so a section that it lacks tells nothing."""

from __future__ import annotations

from collections.abc import Iterator

from json_head.fragments import FOUND, judge_by_document
from json_head.gather.documents import document_of
from json_head.gather.links import Gathered
from json_head.model import Judgement, Result, Verdict

_FOUND = Judgement(Verdict.OK, "file-found", "The text itself has this section.")


def own_sections(gathered: Gathered) -> Iterator[Result]:
    """Yield the results of the links to sections that the text has. The others are relative to an unknown page."""
    document = document_of(gathered)
    for index, link in enumerate(gathered.links):
        if (
            link.url.startswith("#")
            and index not in gathered.ignored
            and judge_by_document(link.url[1:], document) == FOUND
        ):
            yield Result.of(link, _FOUND, link_index=index)._replace(fragment=FOUND)
