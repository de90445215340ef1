"""Links of mail and MHTML. Each part is decoded, and each link has its place in the file."""

from __future__ import annotations

import email.policy
from email.message import EmailMessage, Message
from email.parser import BytesParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from json_head.extract import Format, Source, links, read
from json_head.extract.html.links import written_links
from json_head.extract.text.bare import bare_urls
from json_head.model import Link

from tests.unit.extract.text.mail import found_links, multipart, part

MHTML = """\
From: <Saved by Blink>
Snapshot-Content-Location: https://e.test/dir/page.html
Subject: =?utf-8?Q?A=20page?=
Date: Sat, 28 Nov 2026 06:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="----MultipartBoundary--abc----"


------MultipartBoundary--abc----
Content-Type: text/html
Content-ID: <frame-1@mhtml.blink>
Content-Transfer-Encoding: quoted-printable
Content-Location: https://e.test/dir/page.html

<!DOCTYPE html><html><head><meta http-equiv=3D"Content-Type" content=3D"tex=
t/html; charset=3DUTF-8"></head><body><p>=C3=A9 <a href=3D"other.html?a=3D1=
&amp;b=3D2">two
words</a><a href=3D"https://x.test/very/long/path/that/is/broken/by/the/en=
coder.html">x</a></p><iframe src=3D"cid:frame-2@mhtml.blink"></iframe></bod=
y></html>
------MultipartBoundary--abc----
Content-Type: text/css
Content-Transfer-Encoding: quoted-printable
Content-Location: https://e.test/css/style.css

a { background: url("https://e.test/bg.png?a=3D1"); }
------MultipartBoundary--abc----
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable
Content-Location: cid:frame-2@mhtml.blink

<a href=3D"in-frame.html">y</a>
------MultipartBoundary--abc----
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: https://e.test/image.png

aHR0cHM6Ly9uby50ZXN0Lw==
------MultipartBoundary--abc------
https://epilogue.test/
"""


def test_links_of_a_page_saved_by_chrome_are_read() -> None:
    assert [
        message_part
        for message_part in links(Source(MHTML.replace("\n", "\r\n").encode(), "page.mhtml"))
        if message_part.found == "a href"
    ] == [
        Link("https://e.test/dir/other.html?a=1&b=2", "page.mhtml", 18, 60, "two words", "a href"),
        Link("https://x.test/very/long/path/that/is/broken/by/the/encoder.html", "page.mhtml", 20, 21, "x", "a href"),
        Link("https://e.test/dir/in-frame.html", "page.mhtml", 34, 12, "y", "a href"),
    ]
    assert [url for url, _, _ in found_links(MHTML, "page.mht")] == [
        "https://e.test/dir/other.html?a=1&b=2",
        "https://x.test/very/long/path/that/is/broken/by/the/encoder.html",
        "https://e.test/bg.png?a=1",
        "https://e.test/dir/in-frame.html",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Transfer encodings and charsets
        (part("See https://e.test/a=3Db=\nc, =C3=A9 https://e.test/d", encoding="quoted-printable"),
         [("https://e.test/a=bc", 4, 5), ("https://e.test/d", 5, 11)]),
        (part("=E9 https://e.test/=E9", "text/plain; charset=iso-8859-1", "Quoted-Printable"), [("https://e.test/é", 4, 5)]),
        (part("=93=FA https://e.test/", "text/plain; charset=Shift_JIS", "quoted-printable"), [("https://e.test/", 4, 8)]),
        (part("a=0D=0Ahttps://e.test/=0D=\n=0Ab", encoding="quoted-printable"), [("https://e.test/", 4, 8)]),
        (part("a =  \nhttps://e.test/=", encoding="quoted-printable"), [("https://e.test/", 5, 1)]),
        (part("=EF=BB=BFhttps://e.test/", encoding="quoted-printable"), [("https://e.test/", 4, 10)]),
        (part("https://e.test/a=3", encoding="quoted-printable"), [("https://e.test/a=3", 4, 1)]),
        (part("PGEgaHJlZj0iaHR0cHM6Ly9lLnRlc3QvYjY0Ij54PC9hPg==", "text/html", "base64"), [("https://e.test/b64", 4, 1)]),
        (part("aHR0cHM6Ly9lLnRlc3Qv\nYQ", encoding="base64"), [("https://e.test/a", 4, 1)]),
        (part("é https://e.test/é", "text/plain; charset=utf-8", "8bit"), [("https://e.test/é", 4, 3)]),
        # Media types
        (part('<a href="https://e.test/a&amp;b">x</a>', "text/html"), [("https://e.test/a&b", 4, 10)]),
        (part("BEGIN:VCALENDAR\nURL:https://e.test/\n", "text/calendar"), [("https://e.test/", 5, 5)]),
        (part("n,u\n1,https://e.test/a,b", "text/csv"), [("https://e.test/a", 5, 3)]),
        (part("n,u\n1,https://e.test/a,b", 'application/octet-stream; name="a.csv"'), [("https://e.test/a", 5, 3)]),
        (part("https://no.test/", "application/octet-stream"), []),
        (part("https://no.test/", "image/svg; name=a.txt"), []),
        ("Subject: x\n\nhttps://e.test/", [("https://e.test/", 3, 1)]),
        # Structure
        (multipart(part("https://e.test/1"), part("https://e.test/2")), [("https://e.test/1", 8, 1), ("https://e.test/2", 13, 1)]),
        (multipart("\nhttps://e.test/1"), [("https://e.test/1", 6, 1)]),
        (multipart("\nhttps://e.test/1\n--bc\n--b c"), [("https://e.test/1", 6, 1)]),
        (multipart(multipart("\nhttps://e.test/1").replace("=b", "=bb").replace("--b", "--bb"), "\nhttps://e.test/2"),
         [("https://e.test/1", 10, 1), ("https://e.test/2", 15, 1)]),
        (multipart("Content-Type: message/rfc822\n\nList-Archive: <https://e.test/l>\n\nhttps://e.test/1"),
         [("https://e.test/l", 7, 16), ("https://e.test/1", 9, 1)]),
        (multipart("\nSubject: x\n\nhttps://e.test/1", kind="digest"), [("https://e.test/1", 8, 1)]),
        ("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhttps://e.test/1", [("https://e.test/1", 5, 1)]),
        ("Content-Type: multipart/mixed\n\n--x\n\nhttps://e.test/1\n--x--\nhttps://no.test", [("https://e.test/1", 5, 1)]),
        ("Content-Type: multipart/mixed; boundary=b\n\nhttps://e.test/1", []),
        ("From x\nSubject: a\n\nhttps://e.test/1\n\nFrom y\nMIME-Version: 1.0\nContent-Type: text/html\n\n<a href=https://e.test/2>", [("https://e.test/1", 4, 1), ("https://e.test/2", 10, 9)]),
        # Fields
        ("From: a@e.test\nList-Unsubscribe: <mailto:u@e.test>,\n <https://e.test/u?a=1>\nX: https://no.test/\n\n", [("https://e.test/u?a=1", 3, 3)]),
        ("From x Sat Nov 28\nList-Help: https://e.test/h\nSubject: https://no.test\n\nx", [("https://e.test/h", 2, 12)]),
    ],
)  # fmt: skip
def test_links_of_parts_and_header_fields_are_read(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert found_links(text) == expected
    assert found_links(text.encode()) == expected
    assert found_links(text.replace("\n", "\r\n").encode()) == expected


@pytest.mark.parametrize(
    ("content", "charset", "url", "column"),
    [
        ("é https://e.test/é".encode("latin-1"), "iso-8859-1", "https://e.test/é", 3),
        ("日本 https://e.test/日".encode("shift_jis"), "shift_jis", "https://e.test/日", 6),
        ("日本 https://e.test/日".encode("iso2022_jp"), "iso-2022-jp", "https://e.test/日", 12),
        ("“a” https://e.test/".encode("cp1252"), "windows-1252", "https://e.test/", 5),
        ("é https://e.test/é".encode(), "iso-8859-1", "https://e.test/Ã©", 3),
    ],
)
def test_columns_count_characters_of_the_file_for_any_charset(
    content: bytes, charset: str, url: str, column: int
) -> None:
    message = f"MIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\n\nx\n".encode() + content
    assert found_links(message) == [(url, 5, column)]


def test_relative_links_are_resolved_against_the_location_of_the_part() -> None:
    page = '<a href="x">y</a>'
    related = multipart(
        f"Content-Type: text/html\nContent-Location: sub/page\n\n{page}",
        f"Content-Type: text/html\nContent-Location: https://other.test/\n\n{page}",
        f"Content-Type: text/html\n\n{page}",
        kind="related",
    ).replace("MIME-Version", "Content-Location: https://e.test/dir/\nMIME-Version")
    assert [url for url, _, _ in found_links(related)] == [
        "https://e.test/dir/sub/x",
        "https://other.test/x",
        "https://e.test/dir/x",
    ]
    alone = part(page, "text/html")
    assert [url for url, _, _ in found_links(alone)] == ["x"]
    assert [link.url for link in links(Source(alone, "a.eml", base="https://site.test/a.eml"))] == [
        "https://site.test/x"
    ]


@pytest.mark.parametrize(
    ("text", "name", "media_type", "format_"),
    [
        ("x", "a.eml", None, "mime"),
        ("x", "a.MHT", None, "mime"),
        ("x", None, "multipart/related; boundary=x", "mime"),
        (MHTML, None, None, "mime"),
        ("Received: by x\nFrom: a\nContent-Type: text/plain\n\nhttps://e.test", None, None, "mime"),
        ("From a@b Sat\nMIME-Version: 1.0\n\nhttps://e.test", None, None, "mime"),
        ("Title: words\nDate: 2026\n\nSome words", None, None, "text"),
        ("To: all\nSubject: Content-Type: words\n\nSome words", None, None, "text"),
    ],
)
def test_messages_are_detected_by_name_media_type_or_content(
    text: str, name: str | None, media_type: str | None, format_: Format
) -> None:
    assert read(Source(text, name, media_type))[0] == format_


words = st.lists(
    st.sampled_from(("é ", "words ", "https://e.test/a=b&c=d ", "\n", "日本 ", "= ", "x" * 90 + " ", "https://e.test/" + "long/" * 30 + " ")),
    max_size=30,
).map("".join)  # fmt: skip


@settings(max_examples=150)
@given(
    plain=words,
    html=words,
    encoding=st.sampled_from(("quoted-printable", "base64", "8bit")),
    charset=st.sampled_from(("utf-8", "utf-8", "shift_jis")),
    nested=st.booleans(),
    line_end=st.sampled_from((email.policy.SMTP, email.policy.default)),
)
def test_links_are_those_of_the_email_module(
    plain: str, html: str, encoding: str, charset: str, nested: bool, line_end: email.policy.EmailPolicy
) -> None:
    plain, html = (text.encode(charset, "ignore").decode(charset) for text in (plain, html))
    message = EmailMessage()
    message["Subject"] = "a"
    message.set_content(plain, cte=encoding, charset=charset)
    message.add_alternative(
        html.replace("https://", "<a href=https://").replace("long ", "long>"), "html", cte=encoding, charset=charset
    )
    if nested:
        outer = EmailMessage()
        outer["Subject"] = "b"
        outer.set_content("https://e.test/outer")
        outer.add_attachment(message)
        message = outer
    data = message.as_bytes(policy=line_end)

    assert [link.url for link in links(Source(data, "x.eml"))] == list(
        urls_by_email(BytesParser(policy=line_end).parsebytes(data))
    )
    text = data.decode() if charset == "utf-8" else data.decode("latin-1")
    lines = text.replace("\r\n", "\n").split("\n")
    for link in links(Source(data, "x.eml")):
        assert link.line and link.column
        if encoding != "base64":
            assert lines[link.line - 1][link.column - 1 :].startswith("h")


def urls_by_email(message: Message) -> list[str]:
    urls: list[str] = []
    for message_part in message.walk():
        if message_part.get_content_maintype() == "text" and isinstance(message_part, EmailMessage):
            content = message_part.get_content().replace("\r\n", "\n")
            is_html = message_part.get_content_subtype() == "html"
            urls += [link.url for link in (written_links if is_html else bare_urls)(content)]
    return urls
