"""The cost of reading links from ordinary and from malformed input, with our tokenizer and with others.

    python tests/bench/extract.py [limit of seconds for an input, default 10]

At the end it lists, for each format, the fuzz tests' tokens that take longest, without input that is refused for its many
lines or that ends at 100,000 links, as a check does. The other tokenizers are measured where they are installed: html5lib,
tinyhtml5, justhtml. All inputs have 1 MB. The seconds are CPU time.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "py"), str(ROOT)]

from json_head.extract import ExtractError, Source, links
from json_head.extract.html.tokens import tokens
from json_head.gather.links import MAX_LINKS

from tests.unit.fuzz.samples import TOKENS

SIZE = 1_000_000

PAGE = (
    "<p class='x'>Some words, <a href=\"page.html?a=1&amp;b=2\" title='t'>a <b>link</b></a> &amp; more of them.\n" * 20
)
README = "# Title [a](https://a.org/x)\n\nwords *em* `code` https://b.org/. And [more][r] words,\nlines.\n\n- item\n- ![b](c)\n\n"

HTML = (
    "<",
    "<!--",
    "<a ",
    '<a b="',
    "<a x=",
    "</",
    "<!",
    "<?",
    "<![CDATA[",
    "<div>",
    "<a href=x>",
    "<script><!--",
    "&#1",
    PAGE,
)
OURS = {
    "html": HTML,
    "markdown": ("[", "![", "[a](", "*a_ ", "`", "<", "> ", "a\n", "[a\n", "<b>", "![[]()", README),
    "text": ("https://", "https://a/(", "http://a,", "'https://a'", "words and https://a.org/. "),
    "urls": ("https://a ", "a.", ",", "a\n", "https://a.org/\n"),
    "xhtml": ("<b/>", "<a href='x'/>", "<script>", "<![CDATA[", "<svg>", PAGE),
    "css": ("url(", "a{b:url(c)}", "@import 'a';", "u\\72l(a)", "image-set(", "'a", "\\", "/**/", ";"),
    "xml": ("<a/>", "<a href='x'/>", "<a b='", "<url>https://a.org/</url>", "<!--"),
    "sitemap": ("<a>", "<urlset>", "<urlset><!--", "https://a.org/\n"),
}


def html_parser(text: str) -> Iterable[Any]:
    parser = HTMLParser()
    parser.feed(text)
    parser.close()
    return ()


def html5lib(text: str) -> Iterable[Any]:
    from html5lib._tokenizer import HTMLTokenizer

    return HTMLTokenizer(text)


def tinyhtml5(text: str) -> Iterable[Any]:
    from tinyhtml5.tokenizer import HTMLTokenizer

    return HTMLTokenizer(text)


def justhtml(text: str) -> Iterable[Any]:
    from justhtml import stream

    return stream(text)


def extract(format_: Any) -> Callable[[str], Iterable[Any]]:
    return lambda text: islice(links(Source(text, format=format_, base="https://example.com/")), MAX_LINKS)


def measure(read: Callable[[str], Iterable[Any]], piece: str, pipe: Any) -> None:
    text = (piece * (SIZE // len(piece) + 1))[:SIZE]
    start = time.process_time()
    try:
        for _ in read(text):
            pass
    except ExtractError:
        pass
    except ImportError:
        pipe.send("absent")
        return
    pipe.send(f"{time.process_time() - start:.2f}")


def timed(read: Callable[[str], Iterable[Any]], piece: str, limit_s: float) -> str:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=measure, args=(read, piece, theirs))
    process.start()
    outcome = ours.recv() if ours.poll(limit_s) else f">{limit_s:g}"
    process.kill()
    process.join()
    return str(outcome)


def main(limit_s: float) -> None:
    readers = [tokens, html_parser, html5lib, tinyhtml5, justhtml]
    print(f"Python {sys.version.split()[0]}, seconds for 1 MB")
    print("tokenizers", *(reader.__name__ for reader in readers), sep="\t")
    for piece in HTML:
        print(repr(piece)[:20], *(timed(reader, piece, limit_s) for reader in readers), sep="\t", flush=True)
    for format_, pieces in OURS.items():
        for piece in pieces:
            print(f"links {format_}", repr(piece)[:20], timed(extract(format_), piece, limit_s), sep="\t", flush=True)
    for format_, pieces in TOKENS.items():
        costs = sorted(((timed(extract(format_), piece, limit_s), piece) for piece in pieces), reverse=True)
        worst = ", ".join(f"{piece!r} {cost}" for cost, piece in costs[:5])
        print(f"worst {format_}", worst, sep="\t", flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10)
