"""The URLs of a style sheet, found with the tokens of tinycss2 and our own rules for links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2


def urls_of(nodes: Iterable[Any], image_set: bool = False) -> Iterator[str]:
    """The URLs in tinycss2's tokens, by our rules for links."""
    import_ = skipped = False
    for node in nodes:
        match node.type:
            case "at-keyword":
                import_ = node.lower_value == "import"
                skipped = node.lower_value in ("namespace", "document", "-moz-document", "charset")
                continue
            case "whitespace" | "comment":
                continue
            case "literal" if node.value == ";":
                skipped = False
            case "string" if (import_ or image_set) and not skipped:
                yield node.value
            case "url" if not skipped:
                yield node.value
            case "function":
                arguments = [argument for argument in node.arguments if argument.type not in ("whitespace", "comment")]
                if node.lower_name in ("url", "src") and arguments and arguments[0].type == "string":
                    if not skipped:
                        yield arguments[0].value
                    arguments = arguments[1:]
                yield from urls_of(arguments, node.lower_name.endswith("image-set")) if not skipped else ()
            case "() block" | "[] block":
                yield from urls_of(node.content) if not skipped else ()
            case "{} block":
                skipped = False
                yield from urls_of(node.content)
        import_ = False


def oracle(css: str) -> list[str]:
    nodes = tinycss2.parse_component_value_list(css)
    return [url for url in urls_of(nodes) if url.strip() and not url.strip().lower().startswith(("#", "data:"))]


def is_closed(css: str) -> bool:
    """Whether the style sheet leaves nothing open. We end a parenthesis at the end of a declaration; browsers do not.

    Style sheets with an escaped backslash are excluded. At the end of a bad URL tinycss2 lets it escape the parenthesis
    too, whereas the URL ends there by CSS Syntax 4.3.14.
    """
    if "\\\\" in css:
        return False
    *_, last = tinycss2.parse_component_value_list(f"{css};{{closed}}")
    return last.serialize() == "{closed}"
