"""Links of components in Markdown, and of MDX."""

from __future__ import annotations

import pytest
from json_head.extract import Source, links
from json_head.extract.markdown.jsx import Braces


def read(text: str, name: str = "a.mdx") -> list[tuple[str, str]]:
    """URL and kind of each link. Asserts its place."""
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
def test_attributes_of_components_are_links(text: str, found: list[tuple[str, str]], name: str) -> None:
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
         [("u", "markdown link")]),
        ("{list.map(x => <a href='u'>{y[0](no)}</a>)} {y[0](no)} {'https://e.test/x'}",
         [("u", "a href"), ("https://e.test/x", "bare url")]),
        ("{\n  list.map(x =>\n\n    <Card href='u'/>)\n}\n\n[a](v)", [*CARD, ("v", "markdown link")]),
        ("<!-- [a](no)\n\n[b](no) -->\n\n[c](u)", [("u", "markdown link")]),
        ("an unclosed { is text [a](u)\n\n{ [b](v)", [("u", "markdown link"), ("v", "markdown link")]),
        ("\\{[a](u)}", [("u", "markdown link")]),
        ("text\nimport [a](u)", [("u", "markdown link")]),
    ],
)  # fmt: skip
def test_expressions_and_modules_of_mdx_are_read(text: str, found: list[tuple[str, str]]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    "code",
    [
        'export const u = "https://e.test/no"',
        'import A from "https://e.test/no.js"',
        "export const a = [`https://e.test/no/${b}`, 'https://e.test/no']",
        "export const html = `<a href='no'>b</a>` + '<a href=\"no\">c</a>'",
        "{`https://e.test/no`}",
        "a {f(`https://e.test/${b}`)} c {g`<Card href='no'/>`}",
        "{/* it's */ `\n\nhttps://e.test/no\n\n`}",
    ],
)
def test_strings_of_modules_and_template_literals_are_code(code: str) -> None:
    assert read(f"{code}\n\nhttps://e.test/u") == [("https://e.test/u", "bare url")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("export const C = () => <a href=\"u\">don't https://e.test/no</a>", [("u", "a href")]),
        ("export const C = () => (\n  <Card to={`no/${x}`} href={`u`} src='v'>it's</Card>\n)",
         [("u", "Card href"), ("v", "Card src")]),
        ("{`<i>` + list.map(x => <img src='u' alt=\"`\"/>) + `https://e.test/no`}", [("u", "img src")]),
        ("export const a = 'x', C = () => <p>the dogs' <a href='u'>cats'</a></p>", [("u", "a href")]),
    ],
)  # fmt: skip
def test_elements_in_code_are_links(text: str, found: list[tuple[str, str]]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<A to="https://e.test/a">x</A>', [("https://e.test/a", "A to")]),
        ('b <A src="https://e.test/b"/> c', [("https://e.test/b", "A src")]),
        ("<A href='u' to={'v'}>x</A>", [("u", "a href"), ("v", "A to")]),
        ("<a to='no' src='no'>x</a> <IMG src='u'>", [("u", "img src")]),
        ('<Image srcSet="/c.png 1x">', [("/c.png", "Image srcSet")]),
        ("a <Image src='/a.png' srcSet={'/b.png 1x, /c.png 2x'}/>",
         [("/a.png", "Image src"), ("/b.png", "Image srcSet"), ("/c.png", "Image srcSet")]),
        ("<Source srcset='/c.png'/> <img srcSet='/d.png 1x'>", [("/c.png", "Source srcset"), ("/d.png", "img srcset")]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.md", "a.mdx"])
def test_names_and_srcsets_of_components_are_read(text: str, found: list[tuple[str, str]], name: str) -> None:
    assert read(text, name) == found


def test_hostile_strings_in_code_are_read_in_linear_time() -> None:
    for code in ("'\\\\'" * 50_000, "`\\\\`" * 50_000, "<a '" * 50_000, '"<a {' * 50_000, "' `" * 50_000):
        assert read(f"export const a = {code}") == []


def test_braces_are_plain_text_outside_mdx() -> None:
    assert read("{a [b](u)}\n\n    [c](no)\n\n<Card href='v'>\n[d](no)\n</Card>", "a.md") == [
        ("u", "markdown link"),
        ("v", "Card href"),
    ]


def test_the_text_of_a_link_is_that_of_its_component() -> None:
    text = "<Card href='u' title='T'/>\n\n<Card href='v' title='T'>some *text*</Card>"
    assert [(link.url, link.text) for link in links(Source(text, "a.md"))] == [("u", "T"), ("v", "some *text*")]


def test_relative_links_of_components_are_resolved() -> None:
    [link] = links(Source("<Card href='../b?c&amp;d'/>", "a.mdx", base="https://e.test/x/y"))
    assert link.url == "https://e.test/b?c&d"


def test_braces_in_strings_and_comments_do_not_end_an_expression() -> None:
    text = "{ '}' /* } */ `}` \"}\" { } } }"
    assert Braces(text).end(0) == text.rindex("} }") + 1
    assert Braces(text).end(text.index("{ }")) == text.index("{ }") + 3
    assert Braces("{ {").end(0) == 0
