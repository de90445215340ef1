"""Messages for the tests of mail and MHTML."""

from __future__ import annotations

from json_head.extract import Source, links


def found_links(text: str | bytes, name: str = "x.eml") -> list[tuple[str, int | None, int | None]]:
    return [(link.url, link.line, link.column) for link in links(Source(text, name))]


def part(content: str, content_type: str = "text/plain", encoding: str = "7bit") -> str:
    return f"Content-Type: {content_type}\nContent-Transfer-Encoding: {encoding}\n\n{content}"


def multipart(*parts: str, kind: str = "mixed") -> str:
    return f"MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary=b\n\n" + "".join(
        f"--b\n{one}\n" for one in parts
    ) + "--b--\n"  # fmt: skip
