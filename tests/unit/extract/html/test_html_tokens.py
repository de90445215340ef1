"""Tokens of HTML by the states of the HTML Standard. tests/conformance compares them with html5lib."""

from __future__ import annotations

import pytest
from json_head.extract.html.tokens import EndTag, StartTag, Text, tokens


def outline(text: str) -> list[str]:
    """The tokens as text: start tags with their attributes, end tags, and text in quotes."""
    outlined: list[str] = []
    for token in tokens(text):
        if isinstance(token, StartTag):
            values = "".join(f" {name}={value.raw}" for name, value in token.attributes.items())
            outlined.append(f"{'svg ' if token.foreign else ''}{token.name}{values}")
            for value in token.attributes.values():
                assert text.startswith(value.raw, value.offset)
        elif isinstance(token, EndTag):
            outlined.append(f"/{token.name}")
        elif isinstance(token, Text):
            outlined.append(repr(token.raw))
    return outlined


@pytest.mark.parametrize(
    ("text", "outlined"),
    [
        ("a<B c>d</B e>f", ["'a'", "b c=", "'d'", "/b", "'f'"]),
        ("<a b=c d='e' f=\"g\" h=\ni j = k>", ["a b=c d=e f=g h=i j=k"]),
        ("<a b=c/>", ["a b=c/"]),
        ("<a/b/c='d'/>", ["a b= c=d"]),
        ("<a b='c'd=e>", ["a b=c d=e"]),
        ("<a B=1 b=2>", ["a b=1"]),
        ("<a =b c=>", ["a =b= c="]),
        ("<a b=\"<c>'\" \"d>", ["a b=<c>' \"d="]),
        ("<a b='c>", []),
        ("<a b", []),
        ("<a", []),
        ("<", ["'<'"]),
        ("a < b <3 </", ["'a < b <3 '", "'</'"]),
        ("<!-- <a> --><b>", ["b"]),
        ("<!--><b>--><c>", ["b", "'-->'", "c"]),
        ("<!---><b>", ["b"]),
        ("<!-- --!><b>", ["b"]),
        ("<!-- -> <b>", []),
        ("<!doctype a><!b><?c><//d></><e>", ["e"]),
        ("<![CDATA[<a>]]>", ["']]>'"]),
        ("<title><a></title ><b>", ["title", "/title", "b"]),
        ("<textarea><a></textareas></TEXTAREA/><b>", ["textarea", "/textarea", "b"]),
        ("<style><a></style", ["style"]),
        ("<xmp><a></xmp><iframe><a></iframe>", ["xmp", "/xmp", "iframe", "/iframe"]),
        ("<noscript><a></noscript>", ["noscript", "a", "/noscript"]),
        ("<plaintext><a>", ["plaintext"]),
        ("<script><a></script><b>", ["script", "/script", "b"]),
        ("<script><!-- <a></script><b>", ["script", "/script", "b"]),
        ("<script><!-- <script> </script> <a></script><b>", ["script", "/script", "b"]),
        ("<script><!-- <script> --> </script><b>", ["script", "/script", "b"]),
        ("<script><!--><script></script><b>", ["script", "/script", "b"]),
        ("<script><!-- <script> </script> -->", ["script"]),
        ("<svg><style><a></style><![CDATA[<b>]]></svg><style><a></style>",
         ["svg svg", "svg style", "svg a", "/style", "/svg", "style", "/style"]),
        ("<svg><title><style><a></style></title><style><a>",
         ["svg svg", "svg title", "style", "/style", "/title", "svg style", "svg a"]),
        ("<svg/><style><a></style>", ["svg svg", "style", "/style"]),
        ("<svg><svg></svg><style><p><style><a>", ["svg svg", "svg svg", "/svg", "svg style", "p", "style"]),
        ("<svg><font><font size=1><title><a>", ["svg svg", "svg font", "font size=1", "title"]),
        ("<math><mi><title></title></math></mi></math><title><a>",
         ["svg math", "svg mi", "title", "/title", "/math", "/mi", "/math", "title"]),
        ("<svg></p><title><a>", ["svg svg", "/p", "title"]),
        ("<svg><foreignObject><svg></foreignObject></svg><title><a>",
         ["svg svg", "svg foreignobject", "svg svg", "/foreignobject", "/svg", "title"]),
    ],
)  # fmt: skip
def test_html_is_tokenized_as_the_standard_requires(text: str, outlined: list[str]) -> None:
    assert outline(text) == outlined
