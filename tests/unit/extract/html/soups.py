"""Malformed HTML made of pieces that decide how a tokenizer reads on, and the links in it by two tokenizers."""

from __future__ import annotations

from typing import NamedTuple
from unittest.mock import patch

from json_head.extract import Page
from json_head.extract.html import link_tokens
from json_head.extract.html import tokens as html_tokens
from json_head.extract.html.links import html_links
from json_head.fragments import Anchors
from json_head.model import Link

_NAMES = (
    "a", "A", "b", "area", "form", "fORM", "img", "image", "lin\u212a", "link", "meta", "p", "br", "font", "svg", "math", "mi", "title",
    "desc", "foreignObject", "noscript", "script", "SCRIPT", "style", "textarea", "iframe", "template", "TEMPLATE", "plaintext", "my-card",
    "base", "i\u0130", "body", "td", "button", "a1", "span", "abbr", "svg:a",
)  # fmt: skip
_ATTRIBUTES = (
    "href=x", "href='y#z'", 'href="https://h.example/?q=1&amp;r=2"', "HREF=w", "href", "href=", "href=''", "href=' '", "href = v ", "href=\tu",
    "href={{ a > b }}", "href=a{%b", "href=<%= c %>", "src=s", "id=i", "ID=j", "id='k&amp;'", "name=n", "rel=nofollow", "REL=nofollow",
    "rel='a NoFollow'", "rel=canonical", "title=t", "title='a > b'", 'title="&lt;"', "aria-label=l", "alt=m", "style=a:url(b)",
    "style='color:rgb(1,2,3)'", "style='a:rgb(1);b:url(c)'", 'style="x:rgb(\'"', "style=rgb(1)&#40;", "style='@import \"d\"'", "style", "content=c",
    "content='0;url=e'", "http-equiv=refresh", "name=robots", "method=post", "action=f", "color=red", "xlink:href=g", "shadowrootmode=open",
    "data-x='", 'data-y="', "=", "==x", "'", '"', "/", "k\u212a=1", "background=h", "srcset='o 1x, p 2x'", "formaction=q", "lang=en",
    "data-json-head-off", "href='a\nb'", "href=\x01", "x={", "y=<b", "onclick='a(\">\")'", "cite=r", "data=s",
)  # fmt: skip
_ENDS = (">", "/>", " >", "\n/ >", "", "<", " ")
_TEXTS = (
    "text", " ", "\n", "&amp;", "&am", "p;", "&copy", "<", "</", "< ", "<3", "<!", "<!-- ", " -->", "-->", "<!-->", "<![CDATA[", "]]>", "<?", ">",
    "'", '"', "=", "\u212a", "</a", "</a >", "</A>", "</a\n>", "</a x>", "</\u212a>", "word " * 9, "&lt;" * 9, "<!--json-head-ignore-->", "{{", "}}",
    "a{b:url(c)}", "é", "<a href=x>text</a>", "<a href='y'>a <b>b</b></a>", "<a href=z title=t></a>", "<a rel=nofollow href=x>n</a>",
    "<a href=x><img src=y alt=z></a>", "<a id=i></a>", "</fORM>", "</form>", "</noscript>", "</template>", "</svg>", "</p>", "</title>",
    "<base href=/d/>", "<link rel=canonical href=c>", "<meta name=robots content=none>",
)  # fmt: skip

#: Whole pieces, and the parts of tags.
PIECES = (
    *_TEXTS,
    *(f"<{name}" for name in _NAMES),
    *(f"</{name}" for name in _NAMES),
    *(f" {a}" for a in _ATTRIBUTES),
    *_ENDS,
    *_ENDS,
)


class Outcome(NamedTuple):
    links: list[Link]
    anchors: Anchors
    page: Page


def read(text: str, *, source: str | None = None, distinct: bool = False) -> Outcome:
    outcome = Outcome([], Anchors(), Page())
    links = html_links(
        text, source, "https://h.example/f/p.html", anchors=outcome.anchors, page=outcome.page, distinct=distinct
    )
    outcome.links.extend(link for link in links if link)
    return outcome


def read_every_token(text: str, *, source: str | None = None) -> Outcome:
    """Read with the tokenizer that passes over nothing."""
    with patch.object(link_tokens, "tokens", lambda text, *, anchors=False: html_tokens.tokens(text)):
        return read(text, source=source)
