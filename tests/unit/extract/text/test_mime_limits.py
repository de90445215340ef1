"""Limits of mail and MHTML: parts, depth, size and time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.extract import Source, links, read
from json_head.extract.mime import links as mime
from json_head.extract.mime.parts import MAX_DEPTH, MAX_PARTS

from tests.growth import assert_linear, consume, repeated
from tests.unit.extract.text.mail import found_links, multipart, part


def test_parts_are_limited_in_number_and_depth() -> None:
    notes: list[str] = []
    many = multipart(*["\nhttps://e.test/"] * (MAX_PARTS + 10))
    assert sum(1 for link in read(Source(many), notes)[1] if link) == MAX_PARTS - 1
    assert notes == [f"The message has more than {MAX_PARTS:,} parts. The links of the others were not read."]
    notes = []
    deep = "Content-Type: message/rfc822\n\n" * (MAX_DEPTH + 1) + "List-Help: https://e.test/"
    assert list(filter(None, read(Source("MIME-Version: 1.0\n" + deep), notes)[1])) == []
    assert notes == [f"Parts that are nested more than {MAX_DEPTH} levels deep were not read."]
    assert len(found_links("MIME-Version: 1.0\n" + deep.replace("Content-Type: message/rfc822\n\n", "", 1))) == 1


def test_a_header_block_of_any_length_is_read() -> None:
    padding = "X-Padding: " + "x" * 60 + "\n"
    assert found_links(
        "List-Help: https://e.test/h\n" + padding * 5_000 + "List-Post: https://no.test\n\nhttps://e.test/"
    ) == [
        ("https://e.test/h", 1, 12),
        ("https://e.test/", 5_004, 1),
    ]


def test_parts_after_an_unreadable_part_are_read() -> None:
    notes: list[str] = []
    text = multipart(
        part("<rss><channel><link>https://e.test/1</link><", "application/rss+xml"),
        part("\0", "text/html"),
        part("https://e.test/2"),
    )
    assert [link.url for link in read(Source(text), notes)[1] if link] == ["https://e.test/1", "https://e.test/2"]
    assert len(notes) == 1 and notes[0].startswith("A part of the message was not read completely: ")


@given(
    st.lists(st.sampled_from(("=", "=\n", "=C3=A9", "é", "=3D", "=0D", "=0A", "<a href=3D\"x\">", "\0=00", "\n", "=FF=FE", "a" * 20_000))),
    st.sampled_from(("utf-8", "utf-16", "shift_jis", "iso-2022-jp", "gb18030", "unicode")),
    st.sampled_from(("quoted-printable", "base64", "8bit")),
)  # fmt: skip
def test_any_content_in_any_charset_is_read(pieces: list[str], charset: str, encoding: str) -> None:
    text = "MIME-Version: 1.0\n" + part("".join(pieces), f"text/html; charset={charset}", encoding)
    lines = text.split("\n")
    for source in (Source(text, "x.eml"), Source(text.encode(), "x.eml")):
        if "\0" in text[:8000] and isinstance(source.content, bytes):
            continue
        for link in links(source):
            assert link.line and link.column and link.column <= len(lines[link.line - 1]) + 1


HEADER = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
QUOTED = part("", "text/html", "quoted-printable")


BASE64 = part("", "text/html", "base64")


@pytest.mark.parametrize(
    "make",
    [
        repeated("--b\n", HEADER),
        repeated("--b\n\nx\n", HEADER),
        repeated("--bc\n", HEADER),
        repeated("--b--\n", HEADER),
        repeated("\n\nFrom x\n", "From x\n"),
        repeated("a: b\n", "MIME-Version: 1.0\n"),
        lambda size: "".join(f"h{number}: b\n" for number in range(size // 10)),
        repeated(" a=b;\n", "Content-Type: text/plain;\n"),
        repeated(';a="', "Content-Type: text/plain"),
        repeated("b", "Content-Type: multipart/mixed; boundary=", "\n\n--b"),
        repeated("<https://e.test/>\n ", "List-Help: "),
        lambda size: "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(size // 50)),
        repeated("Content-Type: message/rfc822\n\n"),
        repeated("--b\nContent-Type: multipart/mixed; boundary=b\n\n", HEADER),
        repeated("=\n", QUOTED),
        repeated("=", QUOTED),
        repeated("=0D=\n", QUOTED),
        repeated("= ", QUOTED),
        repeated(" ", QUOTED + "="),
        repeated("<a href=3Dx>=C3=A9", QUOTED),
        repeated("<a href=3Dx>=C3=A9=\n", QUOTED),
        repeated("<a id=3Dé href=3Dx>\n", QUOTED),
        repeated("YQ==\n", BASE64),
        repeated("=", BASE64),
    ],
    ids=range(24),
)
def test_messages_are_read_in_linear_time(make: Callable[[int], str]) -> None:
    assert_linear(lambda text: consume(links(Source(text, "x.eml"))), make, 250_000)
    assert_linear(lambda text: consume(links(Source(text.encode(), "x.eml"))), make, 250_000)


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_texts_of_a_message_are_limited_in_size(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    monkeypatch.setattr(mime, "MAX_PART", 1_000)
    fields = f"Content-Type: text/plain\nContent-Transfer-Encoding: {encoding}\n\n"
    notes: list[str] = []
    message = multipart(fields + "x" * 1_001, "\nhttps://e.test/")
    assert [link.url for link in read(Source(message), notes)[1] if link] == ["https://e.test/"]
    assert len(notes) == 1 and notes[0].startswith(
        "A part of the message was not read completely: Its text is larger than "
    )
