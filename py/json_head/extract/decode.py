"""Bytes to text: gzip, binary files, and character encodings as far as a page's author may have declared them.

The order is that of HTML 13.2.3.2 (encoding sniffing): a byte order mark, the Content-Type's charset, what the first
1,024 bytes declare, and then a guess: UTF-8 if it decodes, else windows-1252.
"""

from __future__ import annotations

import codecs
import re
import zlib

from json_head.extract.errors import BinaryError, EmptyError, GzipError, TooLargeError
from json_head.extract.position import normalise_newlines
from json_head.extract.source import MAX_BYTES, Source

_GZIP = b"\x1f\x8b\x08"

#: File signatures (MIME Sniffing 6, and Wikipedia's list of file signatures), the more telling ones first.
_SIGNATURES = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"%PDF-", "a PDF file"),
        (rb"\x89PNG\r\n\x1a\n", "a PNG image"),
        (rb"GIF8[79]a", "a GIF image"),
        (rb"\xff\xd8\xff", "a JPEG image"),
        (rb"RIFF.{4}WEBP", "a WebP image"),
        (rb"II\*\x00|MM\x00\*", "a TIFF image"),
        (rb"\x00\x00\x00.ftypavi[fs]", "an AVIF image"),
        (rb"\x00\x00\x00.ftyp(?:hei|mif)", "a HEIF image"),
        (rb"\x00\x00\x00.ftyp", "an MP4 or QuickTime file"),
        (rb"\x1aE\xdf\xa3", "a Matroska or WebM file"),
        (rb"RIFF.{4}WAVE", "a WAV file"),
        (rb"fLaC", "a FLAC file"),
        (rb"OggS", "an Ogg file"),
        (rb"ID3[\x02-\x04]", "an MP3 file"),
        (rb"PK\x03\x04.{26}mimetypeapplication/epub\+zip", "an e-book (EPUB)"),
        (rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis", "an OpenDocument file"),
        (rb"PK\x03\x04.{26}\[Content_Types\]\.xml", "an Office document (Word, Excel or PowerPoint)"),
        (rb"PK\x03\x04", "a ZIP archive (or an Office document or e-book, which are ZIP archives)"),
        (rb"PK\x05\x06", "an empty ZIP archive"),
        (rb".{257}ustar(?:\x00|  \x00)", "a tar archive"),
        (rb"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (rb"Rar!\x1a\x07", "a RAR archive"),
        (rb"BZh[1-9]1AY&SY", "bzip2 data"),
        (rb"\xfd7zXZ\x00", "xz data"),
        (rb"\x28\xb5\x2f\xfd", "Zstandard data"),
        (rb"\x1f\x8b", "gzip data within gzip data"),
        (rb"bplist0", "a binary property list"),
        (rb"SQLite format 3\x00", "an SQLite database"),
        (rb"\x7fELF|MZ.{58}[\x40-\xff]\x00\x00\x00", "a program"),
        (rb"\x00asm", "a WebAssembly module"),
        (rb"wOF[F2]|\x00\x01\x00\x00|OTTO\x00", "a font"),
        (rb"\x00\x00\x01\x00", "an icon"),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    )
)

#: The encodings of the Encoding Standard that Python has, by Python's names. Closed: a label must not choose rot13 or idna.
_ENCODINGS = frozenset(
    (
        "utf-8", "utf-16-le", "utf-16-be", "cp866", "cp874", "cp932", "cp949", "cp1250", "cp1251", "cp1252", "cp1253",
        "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5",
        "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-10", "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16",
        "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "gb18030", "euc_jp", "iso2022_jp", "big5hkscs",
    )
)  # fmt: skip

#: Labels that browsers take to mean more than they say (Encoding Standard 4.2).
_MEANS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-16-le",
    "utf-8-sig": "utf-8",
}

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# Two repetitions of white space beside each other are quadratic unless the first is possessive.
_CHARSET = re.compile(rb"charset\s*+=\s*+[\"']?+\s*+([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[\s/][^>]{0,500}?charset\s*+=\s*+[\"']?+\s*+([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*+=\s*+[\"']([A-Za-z0-9_.:-]{1,40})")

#: Characters of a Content-Type that are looked at. RFC 6838 4.2 limits both names to 127 characters each.
MAX_MEDIA_TYPE = 1_000

#: Packed bytes that are unpacked in one step. After each gzip member zlib copies what it was given and did not need, so
#: the whole content at once would make a file of many small members quadratic.
_GZIP_STEP = 16_384


def decode(source: Source, *, newlines: bool = False) -> tuple[str, str]:
    """The source's text, without a byte order mark, and the encoding that it had, by Python's name.

    With ``newlines`` the line ends are as `normalise_newlines` leaves them.

    Raises:
        TooLargeError, GzipError, BinaryError, EmptyError: see errors.py.
    """
    if isinstance(source.content, str):
        text, encoding = source.content.removeprefix("\ufeff"), "utf-8"
        text = normalise_newlines(text) if newlines else text
    else:
        text, encoding = _decode_bytes(source.content, source.media_type, newlines)
    if len(text) > MAX_BYTES:
        raise too_large(MAX_BYTES)
    if not text or text.isspace():
        raise EmptyError("There is nothing in it but white space. Paste some text or URLs, or choose another file.")
    # Nobody submits forms or queries in UTF-16 (Encoding Standard, "get an output encoding").
    return text, "utf-8" if encoding.startswith("utf-16") else encoding


def lossless(source: Source) -> tuple[str, str | None]:
    """The source's text for readers that need its bytes, and the codec that gives those back; line ends are normalised.

    The codec is UTF-8 or else Latin-1, so that lines and columns are those of `decode`; ``None`` where the source came as
    text.

    Raises:
        TooLargeError, GzipError: as `decode` does.
    """
    if isinstance(source.content, str):
        return normalise_newlines(source.content.removeprefix("\ufeff")), None
    content = source.content.removeprefix(codecs.BOM_UTF8)
    if content.startswith(_GZIP):
        content = _gunzip(content)
    content = _normalised(content)
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"


def _normalised(content: bytes) -> bytes:
    """What `normalise_newlines` does, for bytes of an encoding in which no other character has such bytes."""
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _decode_bytes(content: bytes, media_type: str | None, newlines: bool) -> tuple[str, str]:
    if len(content) > MAX_BYTES:
        raise too_large(MAX_BYTES)
    if content.startswith(_GZIP):
        content = _gunzip(content)
    for signature, kind in _SIGNATURES:
        if signature.match(content):
            raise _binary(f"seems to be {kind}")
    encoding = _declared(content, media_type)
    # git looks at as much: a zero byte further on is a blemish of a text.
    if b"\x00" in content[:8000] and not encoding.startswith("utf-16"):
        raise _binary("has zero bytes in it, as binary files do")
    # A text of 20 MB with one emoji takes 80 MB of memory. A copy of it would take as much again, so bytes are edited instead.
    content = content.removeprefix(next((mark for mark, _ in _MARKS if content.startswith(mark)), b""))
    codec = encoding
    if newlines and b"\r" in content:
        if encoding not in ("", "utf-8"):  # the byte may be a part of another character
            content, codec = content.decode(encoding, "replace").encode("utf-8", "replace"), "utf-8"
        content = _normalised(content)
    if encoding:
        return content.decode(codec, "replace"), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "cp1252"


def _gunzip(content: bytes) -> bytes:
    """Unpack every member (RFC 1952 2.2), but never more than MAX_BYTES of all together: 20 KB of gzip can hold 20 MB."""
    unpacked: list[bytes] = []
    room = MAX_BYTES
    position = 0
    while content.startswith(_GZIP, position):
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while not member.eof:
            packed = content[position : position + _GZIP_STEP]
            if not packed:
                raise GzipError(
                    "The gzip data breaks off before its end. Try to download it again, or unpack it first."
                )
            position += len(packed)
            try:
                unpacked.append(member.decompress(packed, room + 1))
            except zlib.error:
                raise GzipError("The gzip data is damaged. Try to download it again, or unpack it first.") from None
            room -= len(unpacked[-1])
            if room < 0:
                raise too_large(MAX_BYTES)
        position -= len(member.unused_data)
    return b"".join(unpacked)


def _declared(content: bytes, media_type: str | None) -> str:
    """The codec to use, or nothing when no one says."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    match = _CHARSET.search((media_type or "")[:MAX_MEDIA_TYPE].encode("ascii", "replace"))
    if match and (encoding := _encoding(match[1])):
        return encoding
    start = content[:1024]
    for pattern in (_XML_ENCODING, _META_CHARSET):
        if (match := pattern.search(start)) and (encoding := _encoding(match[1])):
            # What could be read as ASCII is not UTF-16 (13.2.3.2, prescan).
            return "utf-8" if encoding.startswith("utf-16") else encoding
    return ""


def _encoding(label: bytes) -> str:
    try:
        name = codecs.lookup(label.decode("ascii")).name
    except LookupError:
        return ""
    name = _MEANS.get(name, name)
    return name if name in _ENCODINGS else ""


def too_large(limit: int, what: str = "It") -> TooLargeError:
    return TooLargeError(f"{what} is larger than {limit // 1_000_000} MB, unpacked. Split it and check the parts.")


def _binary(why: str) -> BinaryError:
    return BinaryError(f"This is not text: it {why}. Choose an HTML, Markdown, text or sitemap file.")
