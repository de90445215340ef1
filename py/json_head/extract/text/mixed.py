"""Tells Markdown and other text with HTML tags in it from HTML."""

from __future__ import annotations

import re

_TAG_WITH_LINK = re.compile(r"<[a-z][a-z0-9]{0,10}\s[^<>]{0,300}?\b(?:href|src|srcset|action)\s*=", re.IGNORECASE)
#: Fenced code, code spans and comments, which have no tags. A fence that is not closed reaches to the end.
_CODE = re.compile(
    r"""^[ ]{0,3}(?P<fence>```|~~~)(?:.|\n)*?(?:^[ ]{0,3}(?P=fence)|\Z)
      | `[^`\n]*+`
      | <!--(?:.|\n)*?(?:-->|\Z)
    """,
    re.VERBOSE | re.MULTILINE,
)
#: Elements whose text is not Markdown.
_RAW = re.compile(r"<(script|style|pre|code|textarea|template)\b(?:.|\n)*?(?:</\1\s*+>|\Z)", re.IGNORECASE)
_FRONT_MATTER = re.compile(
    r"\s*+(?:---[ \t]*\n[\w.\"'-]+[ \t]*:|\+\+\+[ \t]*\n)(?:.|\n)*?^(?:---|\+\+\+)[ \t]*$", re.MULTILINE
)
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
#: The beginning of a block of HTML in Markdown: a tag that is alone on its line, or that of an element that is not inline.
_HTML_BLOCK = re.compile(
    r"""[ ]{0,3}<(?:[!?]
      | /?[a-z][\w-]*+(?:\s[^<>\n]*+)?/?>[ \t]*(?:\n|\Z)
      | /?(?!(?:a|abbr|b|br|code|del|em|i|img|ins|kbd|mark|q|s|small|span|strong|sub|sup|u)[\s/>])[a-z][\w-]*+(?:[\s/>]|\Z))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_INDENTED = re.compile(r"[ ]{4}|[ ]{0,3}\t")
_TAG = re.compile(r"\s*+</?[a-z][\w-]*+(?:[\s/>]|\Z)", re.IGNORECASE)
#: A URL that is not a part of a tag.
_BARE_URL = re.compile(r"(?<![\"'=])https?://[^\s/]", re.IGNORECASE)
#: A directive, a hyperlink target or a link of reStructuredText.
_RST = re.compile(
    r"^\s{0,3}\.\.[ ](?:[\w-]{1,40}::(?:\s|\Z)|_[^:\n]{1,200}:\s)|`[^`<\n]{0,200}<https?://[^>`\n]{1,1000}>`_",
    re.MULTILINE,
)


class Mixed:
    """The beginning of a text that may be HTML, or that may have HTML tags in it."""

    def __init__(self, head: str) -> None:
        front_matter = _FRONT_MATTER.match(head)
        self.has_front_matter = front_matter is not None
        content = head[front_matter.end() :] if front_matter else head
        without_code = _CODE.sub(_fence, content)
        self.has_tag = bool(_TAG_WITH_LINK.search(without_code))
        """Whether there is a tag with a link."""
        self.begins_with_tag = bool(_TAG.match(without_code))
        self.is_rst = not self.begins_with_tag and bool(_RST.search(content))
        self.prose = _without_html(without_code) if self.has_tag else content
        """The text without front matter, and without blocks of HTML and code if there is a tag with a link."""

    @property
    def is_html(self) -> bool:
        """Whether it is HTML if its prose is not Markdown.

        URLs outside tags are links of Markdown, but not of HTML.
        """
        return self.has_tag and (self.begins_with_tag or not _BARE_URL.search(self.prose))


def _fence(code: re.Match[str]) -> str:
    return f"\n{code['fence']}\n" if code["fence"] else " "


def _without_html(text: str) -> str:
    """Return the blocks that Markdown does not take for HTML or code. Blank lines separate blocks."""
    blocks = _BLANK_LINES.split(_RAW.sub(" ", text))
    return "\n\n".join(
        block
        for block in blocks
        if not _HTML_BLOCK.match(block.lstrip("\n")) and not _INDENTED.match(block.lstrip("\n"))
    )
