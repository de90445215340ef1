"""Attributes and tokens of HTML by html5lib, html5lib-tests and our tokenizer, in one form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import html5lib
from json_head.extract.html.references import decode_attribute, decode_text
from json_head.extract.html.tokens import EndTag, StartTag, Text, tokens

#: An element's name, an attribute's name and its value. U+0000, which no URL contains, is replaced by U+FFFD.
Triple = tuple[str, str, str]
#: ``("<", name, attributes)``, ``(">", name)`` or ``("text", text)``.
Token = tuple[Any, ...]

#: Tokenizer states, and the elements whose start tags switch the parser to them.
_STATES = {
    "Data state": (None,),
    "PLAINTEXT state": ("plaintext",),
    "RCDATA state": ("textarea", "title"),
    "RAWTEXT state": ("iframe", "noembed", "noframes", "style", "xmp"),
    "Script data state": ("script",),
}
_FOREIGN_OR_RAW = re.compile(
    r"<(?:iframe|math|noembed|noframes|plaintext|script|style|svg|textarea|title|xmp)", re.IGNORECASE
)


def triples(text: str) -> set[Triple]:
    """All attributes of all start tags, as our tokenizer reads them."""
    return {
        (_shown("img" if token.name == "image" else token.name), _shown(name), _shown(decode_attribute(value.raw)))
        for token in tokens(text)
        if isinstance(token, StartTag)
        for name, value in token.attributes.items()
    }


def html5lib_triples(text: str) -> set[Triple]:
    """All attributes of all elements in html5lib's tree, with their names in the markup."""
    found = set()
    for element in html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False).iter():
        if isinstance(element.tag, str):
            for name, value in element.attrib.items():
                found.add((element.tag.rpartition("}")[2].lower(), _written(name), value))
    return found


def _written(name: str) -> str:
    """The name in the markup. The tree changes the case and the namespace of some SVG and MathML attributes (HTML
    13.2.6.1)."""
    namespace, _, local = name.rpartition("}")
    prefix = {"{http://www.w3.org/1999/xlink": "xlink:", "{http://www.w3.org/XML/1998/namespace": "xml:"}.get(
        namespace, ""
    )
    if namespace == "{http://www.w3.org/2000/xmlns/" and local != "xmlns":
        prefix = "xmlns:"
    return prefix + local.lower()


class TokenizerCase(NamedTuple):
    text: str
    opener: str
    """The start tag that switches a parser to the initial state of the case, if any."""
    expected: list[Token]


def tokenizer_cases(folder: Path) -> Iterator[TokenizerCase | None]:
    """The tokenizer cases of html5lib-tests, or ``None`` for cases whose initial state no markup leads to."""
    for file in sorted(folder.glob("*.test")):
        tests = json.loads(file.read_text("utf-8"))
        for case in tests.get("tests", tests.get("xmlViolationTests", ())):
            text, output = case["input"], case["output"]
            if case.get("doubleEscaped"):
                text, output = _unescaped(text), json.loads(json.dumps(output).replace("\\\\u", "\\u"))
            for state in case.get("initialStates", ["Data state"]):
                for element in _STATES.get(state, ()):
                    if element in (None, "plaintext", case.get("lastStartTag")):
                        opener = f"<{element}>" if element else ""
                        # In the data state, a parser would switch to another state at these tags.
                        comparable = not _FOREIGN_OR_RAW.search(text) or element
                        yield TokenizerCase(_normalised(text), opener, list(_expected(output))) if comparable else None
                        break
                else:
                    yield None


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9A-Fa-f]{4})", lambda match: chr(int(match[1], 16)), text)


def _normalised(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _expected(output: list[Any]) -> Iterator[Token]:
    for kind, *rest in output:
        if kind == "StartTag":
            yield "<", rest[0], {_shown(name): _shown(value) for name, value in rest[1].items()}
        elif kind == "EndTag":
            yield ">", rest[0]
        elif kind == "Character":
            yield "text", rest[0]


def our_tokens(case: TokenizerCase) -> Iterator[Token]:
    for token in list(tokens(case.opener + case.text))[bool(case.opener) :]:
        if isinstance(token, StartTag):
            values = {_shown(name): _shown(decode_attribute(value.raw)) for name, value in token.attributes.items()}
            yield "<", _shown(token.name), values
        elif isinstance(token, EndTag):
            yield ">", _shown(token.name)
        elif isinstance(token, Text):
            yield "text", decode_text(token.raw)


def merged(found: Iterator[Token] | list[Token], *, text: bool) -> list[Token]:
    """The tokens with adjacent texts joined, or without texts: our tokenizer yields none for raw text elements."""
    joined: list[Token] = []
    for token in found:
        if token[0] != "text":
            joined.append(token)
        elif text and joined and joined[-1][0] == "text":
            joined[-1] = ("text", joined[-1][1] + _shown(token[1]))
        elif text:
            joined.append(("text", _shown(token[1])))
    return joined


def _shown(text: str) -> str:
    return text.replace("\0", "\ufffd")


class TreeCase(NamedTuple):
    text: str
    expected: set[Triple]


def tree_cases(folder: Path) -> Iterator[TreeCase]:
    """The cases of html5lib-tests on tree construction, for whole documents without scripts, and their attributes."""
    for file in sorted(folder.glob("*.dat")):
        for block in re.split(r"\n\n(?=#data\n)", _read(file)):
            names = re.split(
                r"^#(data|errors|new-errors|document-fragment|script-on|script-off|document)\n",
                block,
                flags=re.MULTILINE,
            )
            parts = dict(zip(names[1::2], names[2::2], strict=True))
            if "document-fragment" not in parts and "script-on" not in parts:
                yield TreeCase(_normalised(parts["data"].removesuffix("\n")), set(_tree_triples(parts["document"])))


def _read(file: Path) -> str:
    with file.open(encoding="utf-8", newline="") as opened:
        return opened.read().rstrip("\n") + "\n"


def _tree_triples(tree: str) -> Iterator[Triple]:
    """A line is an element such as ``| <svg a>`` or an attribute such as ``|   xlink href="b"``. A value may have several
    lines."""
    element = ""
    for line in re.split(r"\n(?=\| )", tree.rstrip("\n")):
        if match := re.fullmatch(r"\| +<(?:(?:svg|math) )?([^!? ][^\n]*)>", line):
            element = match[1].lower()
        elif match := re.fullmatch(r'\| +([^\s"][^\n]*?)="(.*)"', line, re.DOTALL):
            name = re.sub(r"^(xlink|xml|xmlns) ", r"\1:", match[1]).lower()
            yield element, name, match[2]
