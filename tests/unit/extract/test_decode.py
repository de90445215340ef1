"""Decoding bytes to text; binary data is refused."""

from __future__ import annotations

import gzip
import zlib
from functools import partial

import pytest
from json_head.extract import BinaryError, EmptyError, GzipError, Source, TooLargeError, decode, links
from json_head.extract import decode as decode_source
from json_head.extract.source import MAX_BYTES

from tests.growth import assert_linear, repeated

#: The output does not depend on the time. pytest-xdist requires that, because parameters are part of a test's name.
gzipped = partial(gzip.compress, mtime=0)


@pytest.mark.parametrize(
    ("content", "media_type", "text"),
    [
        (b"\xef\xbb\xbf\xc3\xa9", "text/html; charset=latin1", "é"),
        ("é".encode("utf-16"), None, "é"),
        (b"\xfe\xff\x00\xe9", None, "é"),
        (b"\xe9", 'text/html; charset="ISO-8859-1"', "é"),
        (b"\x80", "text/plain; charset=us-ascii", "€"),
        (b"\xc3\xa9", "text/plain; charset=rot13", "é"),
        (b"\xc3\xa9", "text/plain; charset=nonsense", "é"),
        (b"\x93\xfa", "text/plain; charset=Shift_JIS", "日"),
        (b"\xc3\xa9", "text/plain", "é"),
        (b"\xe9\x80", None, "é€"),
        (b'<meta charset="iso-8859-2">\xb1', None, '<meta charset="iso-8859-2">ą'),
        (b'<meta charset="utf-16">\xc3\xa9', None, '<meta charset="utf-16">é'),
        (b"<?xml version='1.0' encoding='windows-1251'?>\xc6", None, "<?xml version='1.0' encoding='windows-1251'?>Ж"),
        (b"\xc3", "text/plain; charset=utf-8", "\ufffd"),
        ("\ufeffx", None, "x"),
        (gzipped(b"a") + gzipped(b"b") + b"\0\0", None, "ab"),
        (b"x" * 8000 + b"\0", None, "x" * 8000 + "\0"),
    ],
)
def test_bytes_are_decoded_by_mark_media_type_or_declaration(
    content: str | bytes, media_type: str | None, text: str
) -> None:
    assert decode(Source(content, media_type=media_type))[0] == text


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7", "a PDF file"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml", "an Office document"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/epub+zipPK", "an e-book"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.textPK", "an OpenDocument file"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"RIFF\x10\x27\x00\x00WEBPVP8 ", "a WebP image"),
        (b"\x00\x00\x00\x20ftypisom", "an MP4"),
        (b"a.txt".ljust(257, b"\0") + b"ustar\x0000", "a tar archive"),
        (b"BZh91AY&SY", "bzip2 data"),
        (b"bplist00\xd1", "a binary property list"),
        (gzipped(gzipped(b"x")), "gzip data within gzip data"),
        (b"some\0thing", "zero bytes"),
    ],
)
def test_binary_data_is_refused_by_kind(content: bytes, kind: str) -> None:
    with pytest.raises(BinaryError, match=kind) as caught:
        decode(Source(content))
    assert caught.value.code == "binary"


@pytest.mark.parametrize(
    "text", ["see ftyp boxes", "RIFF and WEBP", "BZhang wrote", "MZ", "ID3 tags", "x" * 257 + "ustar"]
)
def test_text_that_resembles_a_signature_is_accepted(text: str) -> None:
    assert decode(Source(text.encode()))[0] == text


@pytest.mark.parametrize("content", ["", b"", " \n", b"\xef\xbb\xbf", gzipped(b"")])
def test_an_empty_source_is_an_error(content: str | bytes) -> None:
    with pytest.raises(EmptyError):
        decode(Source(content))


@pytest.mark.parametrize("content", [b"x" * (MAX_BYTES + 1), "x" * (MAX_BYTES + 1)])
def test_a_source_over_the_limit_is_refused(content: str | bytes) -> None:
    with pytest.raises(TooLargeError, match="20 MB"):
        decode_source(Source(content))


def test_a_gzip_bomb_is_refused() -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(MAX_BYTES // 1_000_000 + 1)) + packer.flush()
    assert len(bomb) < 30_000
    with pytest.raises(TooLargeError):
        decode(Source(bomb))


@pytest.mark.parametrize("content", [gzipped(b"x" * 100)[:-9], b"\x1f\x8b\x08\xff\xff\xff"])
def test_damaged_gzip_is_an_error(content: bytes) -> None:
    with pytest.raises(GzipError):
        decode(Source(content))


@pytest.mark.parametrize(
    ("prefix", "piece"),
    [
        ("text/html; charset=", " "),
        ("text/html; charset", " "),
        ("text/html; ", "charset = "),
        ("text/html; charset='", " "),
    ],
)
def test_content_types_are_parsed_in_linear_time(prefix: str, piece: str) -> None:
    assert_linear(lambda text: decode(Source(b"x", media_type=text)), repeated(piece, prefix, "!"), 1_000_000)


@pytest.mark.parametrize(
    "prefix", [b"<meta charset=", b"<meta " * 100 + b"charset=", b"<?xml encoding=", b"<?xml " * 100 + b"encoding ="]
)
def test_declarations_of_the_encoding_are_parsed_in_linear_time(prefix: bytes) -> None:
    assert_linear(lambda content: decode(Source(content)), repeated(b" ", prefix, b"!"), 1_000_000)


def test_a_charset_past_a_thousand_characters_of_content_type_is_ignored() -> None:
    padding = "; a=" + "b" * 980
    assert decode(Source(b"\xc6", media_type="text/plain; charset=cp1251" + padding))[0] == "Ж"
    assert decode(Source(b"\xc6", media_type="text/plain" + padding + "; charset=cp1251"))[0] == "Æ"


def test_gzip_members_are_unpacked_in_linear_time() -> None:
    def run(content: bytes) -> None:
        with pytest.raises(EmptyError):
            decode(Source(content))

    assert_linear(run, repeated(gzipped(b"")), 1_000_000)


def test_the_size_limit_applies_to_all_gzip_members_together() -> None:
    member = gzipped(bytes(1_000_000))
    with pytest.raises(TooLargeError):
        decode(Source(member * (MAX_BYTES // 1_000_000 + 1)))


def test_bytes_after_the_last_gzip_member_are_ignored() -> None:
    assert decode(Source(gzipped(b"a" * 100_000) + b"trailing" * 10_000))[0] == "a" * 100_000


@pytest.mark.parametrize(
    ("content", "media_type", "text"),
    [
        (b"a\r\nb\rc\n\rd\r", None, "a\nb\nc\n\nd\n"),
        ("\u010a\r\n\u0d0a\ud83d\ude00\r".encode("utf-16-le", "surrogatepass"), "text/plain; charset=utf-16", "\u010a\n\u0d0a😀\n"),
        ("😀\r\né\r".encode("gb18030"), "text/plain; charset=gb18030", "😀\né\n"),
        ("日\r\n本\r".encode("iso2022_jp"), "text/plain; charset=iso-2022-jp", "日\n本\n"),
        (b"\xef\xbb\xbf\xf0\x9f\x98\x80\r\n\xff\r", None, "😀\n\ufffd\n"),
        (b"\xe9\r\n\r", None, "é\n\n"),
        ("\ufeffa\r\nb\r", None, "a\nb\n"),
    ],
)  # fmt: skip
def test_line_ends_are_normalised_in_any_encoding(content: str | bytes, media_type: str | None, text: str) -> None:
    assert decode(Source(content, media_type=media_type), newlines=True)[0] == text


@pytest.mark.parametrize(
    ("media_type", "url"),
    [
        ("text/html;charset=windows-1252", "https://a.example/?q=%FC"),
        ("text/html;charset=UTF-8", "https://a.example/?q=ü"),
        ("text/html;charset=UTF-16LE", "https://a.example/?q=ü"),
        ("text/html;charset=rot13", "https://a.example/?q=ü"),
        (None, "https://a.example/?q=ü"),
    ],
)
def test_queries_of_a_text_are_in_the_charset_of_its_media_type(media_type: str | None, url: str) -> None:
    source = Source('<a href="?q=ü">', media_type=media_type, base="https://a.example/", format="html")
    assert [link.url for link in links(source)] == [url]


def test_only_the_first_byte_order_mark_is_removed() -> None:
    assert decode(Source(b"\xef\xbb\xbf\xef\xbb\xbfx"))[0] == "\ufeffx"
