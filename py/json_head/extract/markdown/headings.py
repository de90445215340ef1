"""The ids of the headings of a Markdown document, of those that are written in HTML, too."""

from __future__ import annotations

from json_head.extract.slugs import Slugs, slug
from json_head.fragments import Anchors

#: The maximum length of the text of a heading in HTML, in characters. More of it makes no id that a link would have.
_MAX_TEXT = 2_000


class Headings:
    """Collects the ids of headings in their order. A heading in HTML may extend over several blocks."""

    def __init__(self, anchors: Anchors) -> None:
        self._anchors = anchors
        self._slugs = Slugs()
        self._open: list[str] | None = None

    def add(self, text: str) -> None:
        """Add a heading by its text without marks."""
        self._anchors.ids.add(self._slugs.slug(text))

    @property
    def is_open(self) -> bool:
        """Whether a heading in HTML has begun."""
        return self._open is not None

    def begin(self) -> None:
        """A heading in HTML begins."""
        self._open = []

    def add_text(self, text: str) -> None:
        """Add text, which belongs to the heading in HTML if one has begun."""
        if self._open is not None and len(self._open) < _MAX_TEXT:
            self._open.append(text[:_MAX_TEXT])

    def end(self) -> None:
        """The heading in HTML ends."""
        if self._open is not None:
            text = "".join(self._open)[:_MAX_TEXT]
            self._open = None
            # GitHub keeps spaces at both ends as hyphens, and other programs do not.
            self._anchors.ids.add(slug(text))
            self.add(" ".join(text.split()))
