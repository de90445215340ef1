"""Components in Markdown, and what MDX adds to it."""

from __future__ import annotations

import pytest
from json_head.extract import Source, links
from json_head.extract.markdown_jsx import Braces


def read(text: str, name: str = "a.mdx") -> list[tuple[str, str]]:
    """URL and kind of each link; its place is checked on the way."""
    lines = text.split("\n")
    found = []
    for link in links(Source(text, name)):
        assert link.line and link.column
        assert lines[link.line - 1].startswith(link.url, link.column - 1), link
        found.append((link.url, link.found))
    return found


CARD = [("u", "Card href")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<Card href="https://e.test/card">x</Card>\n\n[md](https://e.test/md)',
         [("https://e.test/card", "Card href"), ("https://e.test/md", "markdown link")]),
        ("<Card href='u' />", CARD),
        ("a <Card href='u'>b</Card> [c](v)", [*CARD, ("v", "markdown link")]),
        ("<Card\n  title='x > y'\n  href='u'\n>\n\nb\n\n</Card>", CARD),
        ("<Card\n  icon={<Icon src='no' />}\n  href=\"u\"\n/>\n[c](v)", [*CARD, ("v", "markdown link")]),
        ("<Card items={[\n  'a',\n\n  '}'\n]} href='u'>", CARD),
        ("- <Card\n    href='u'\n  />\n- b", CARD),
        ("> <Card href='u'\n> to='v'>b</Card>", [*CARD, ("v", "Card to")]),
        ("<Nav.Link to='u'/> <Image src=\"v\"/> <Script src='w'/> <Title/> [a](x)",
         [("u", "Nav.Link to"), ("v", "Image src"), ("w", "Script src"), ("x", "markdown link")]),
        ("<Card href={u} src={`${v}`} to={a ? 'b' : 'c'} {...props}/>", []),
        ("<Card href={\"u\"}/> <Card href={'u'}/> <Card href={ `u` }/>", CARD * 3),
        ("<Card url='no' title='https://no' :href='no' data-src='no'/>", []),
        ("<div>\n<Card href='u'/>\n<a href={x}>b</a> <a href={'v'}>c</a>\n</div>", [*CARD, ("v", "a href")]),
        ("<my-card href='u' to='v'></my-card>", [("u", "my-card href"), ("v", "my-card to")]),
        ("<A href='u'>b</A> <IMG src='v'>", [("u", "a href"), ("v", "img src")]),
        ("{/* [x](no) <Card href='no'/> https://no */} [a](u)", [("u", "markdown link")]),
        ("{/*\n\n[x](no)\n\n*/}\n\n[a](u)", [("u", "markdown link")]),
        ("`<Card href='no'/>`\n\n```jsx\n<Card\n  href='no'\n/>\n```\n\n<!-- <Card href='no'/> -->", []),
        ("a < B href='no'", []),
        ("[^1]: <Card href='u'/>", CARD),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.md", "https://e.test/a.mdx?raw"])
def test_components(text: str, found: list[tuple[str, str]], name: str) -> None:
    assert read(text, name) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<Card href='u'>\n[a](v)\n</Card>", [*CARD, ("v", "markdown link")]),
        ("<Tabs>\n    <Card href='u'>\n      [a](v)\n    </Card>\n\n    ```\n    [b](no)\n    ```\n</Tabs>",
         [*CARD, ("v", "markdown link")]),
        ("<div>\n[a](u)\n</div>", [("u", "markdown link")]),
        ("<a\n  href='u'\n>\nb\n</a>", [("u", "a href")]),
        ("import A from './no'\nimport {\n  B\n} from 'no'\n\n[a](u)", [("u", "markdown link")]),
        ("export const a = {\n  b: 'https://e.test/x',\n\n  c: d[0](no),\n}\n[e](no)\n\n[f](u)",
         [("https://e.test/x", "bare url"), ("u", "markdown link")]),
        ("{list.map(x => <a href='u'>{y[0](no)}</a>)} {y[0](no)} {'https://e.test/x'}",
         [("u", "a href"), ("https://e.test/x", "bare url")]),
        ("{\n  list.map(x =>\n\n    <Card href='u'/>)\n}\n\n[a](v)", [*CARD, ("v", "markdown link")]),
        ("<!-- [a](no)\n\n[b](no) -->\n\n[c](u)", [("u", "markdown link")]),
        ("an unclosed { is text [a](u)\n\n{ [b](v)", [("u", "markdown link"), ("v", "markdown link")]),
        ("\\{[a](u)}", [("u", "markdown link")]),
        ("text\nimport [a](u)", [("u", "markdown link")]),
    ],
)  # fmt: skip
def test_mdx(text: str, found: list[tuple[str, str]]) -> None:
    assert read(text) == found


def test_braces_and_blocks_are_markdown_elsewhere() -> None:
    assert read("{a [b](u)}\n\n    [c](no)\n\n<Card href='v'>\n[d](no)\n</Card>", "a.md") == [
        ("u", "markdown link"),
        ("v", "Card href"),
    ]


def test_text_of_a_component() -> None:
    text = "<Card href='u' title='T'/>\n\n<Card href='v' title='T'>some *text*</Card>"
    assert [(link.url, link.text) for link in links(Source(text, "a.md"))] == [("u", "T"), ("v", "some *text*")]


def test_relative_links_of_components_are_resolved() -> None:
    [link] = links(Source("<Card href='../b?c&amp;d'/>", "a.mdx", base="https://e.test/x/y"))
    assert link.url == "https://e.test/b?c&d"


def test_braces_in_strings_and_comments_close_nothing() -> None:
    text = "{ '}' /* } */ `}` \"}\" { } } }"
    assert Braces(text).end(0) == text.rindex("} }") + 1
    assert Braces(text).end(text.index("{ }")) == text.index("{ }") + 3
    assert Braces("{ {").end(0) == 0
