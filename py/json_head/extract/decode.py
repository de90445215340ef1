"""Decodes bytes to text: unpacks gzip, rejects binary files, and finds the character encoding.

The encoding is found in the order of HTML 13.2.3.2 (encoding sniffing): a byte order mark, the charset of the Content-Type,
a declaration in the first 1,024 bytes, and finally a guess. The guess is UTF-8 if the content decodes, else windows-1252.
"""

from __future__ import annotations

import codecs
import re
import zlib

from json_head.extract.errors import BinaryError, EmptyError, GzipError, TooLargeError
from json_head.extract.position import normalise_newlines
from json_head.extract.source import MAX_BYTES, Source

_GZIP = b"\x1f\x8b\x08"

#: File signatures (MIME Sniffing 6, and Wikipedia's list of file signatures), the more specific ones first.
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

#: The encodings of the Encoding Standard that Python supports, by Python's names. The list is closed, so that a label cannot
#: select a codec such as rot13 or idna.
_ENCODINGS = frozenset(
    (
        "utf-8", "utf-16-le", "utf-16-be", "cp866", "cp874", "cp932", "cp949", "cp1250", "cp1251", "cp1252", "cp1253",
        "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5",
        "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-10", "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16",
        "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "gb18030", "euc_jp", "iso2022_jp", "big5hkscs",
    )
)  # fmt: skip

#: Labels that browsers map to a larger encoding (Encoding Standard 4.2).
_SUPERSETS = {
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

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# Two adjacent repetitions of white space take quadratic time unless the first is possessive.
_CHARSET = re.compile(rb"charset\s*+=\s*+[\"']?+\s*+([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[\s/][^>]{0,500}?charset\s*+=\s*+[\"']?+\s*+([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*+=\s*+[\"']([A-Za-z0-9_.:-]{1,40})")

#: The number of characters of a Content-Type that are read. RFC 6838 4.2 limits type and subtype to 127 characters each.
MAX_MEDIA_TYPE = 1_000

#: Compressed bytes that are unpacked in one step. After each gzip member, zlib copies the unused rest of its input. Passing
#: the whole content at once would take quadratic time for a file of many small members.
_GZIP_STEP = 16_384


def decode(source: Source, *, newlines: bool = False) -> tuple[str, str]:
    """Return the text of a source without its byte order mark, and its encoding by Python's name.

    For a ``str``, the encoding is the charset of its media type, in which the queries of its links are sent.

    With ``newlines``, line ends are normalised as `normalise_newlines` does.

    Raises:
        TooLargeError, GzipError, BinaryError, EmptyError: see errors.py.
    """
    if isinstance(source.content, str):
        text, encoding = source.content.removeprefix("\ufeff"), _charset_of(source.media_type) or "utf-8"
        text = normalise_newlines(text) if newlines else text
    else:
        text, encoding = _decode_bytes(source.content, source.media_type, newlines)
    if len(text) > MAX_BYTES:
        raise too_large(MAX_BYTES)
    if not text or text.isspace():
        raise EmptyError("It is empty, or contains only white space. Paste some text or URLs, or choose another file.")
    # Queries are never encoded in UTF-16 (Encoding Standard, "get an output encoding").
    return text, "utf-8" if encoding.startswith("utf-16") else encoding


def lossless(source: Source) -> tuple[str, str | None]:
    """Return the text of a source, and the codec that encodes it back to the same bytes. Line ends are normalised.

    The codec is UTF-8 if the content decodes, else Latin-1, so that lines and columns agree with those of `decode`. It is
    ``None`` if the content of the source is a ``str``.

    Raises:
        TooLargeError, GzipError: as in `decode`.
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
    """Normalise the line ends of bytes, as `normalise_newlines` does for text.

    In the encoding of the bytes, the bytes of CR and LF must not occur within other characters.
    """
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _decode_bytes(content: bytes, media_type: str | None, newlines: bool) -> tuple[str, str]:
    if len(content) > MAX_BYTES:
        raise too_large(MAX_BYTES)
    if content.startswith(_GZIP):
        content = _gunzip(content)
    for signature, kind in _SIGNATURES:
        if signature.match(content):
            raise _binary(f"seems to be {kind}")
    encoding = _declared_encoding(content, media_type)
    # git inspects the first 8,000 bytes, too. A zero byte after these does not make a text binary.
    if b"\x00" in content[:8000] and not encoding.startswith("utf-16"):
        raise _binary("contains zero bytes, as binary files do")
    # A text of 20 MB with one emoji takes 80 MB of memory, and an edited copy takes another 80 MB. So bytes are edited instead.
    content = content.removeprefix(next((mark for mark, _ in _BYTE_ORDER_MARKS if content.startswith(mark)), b""))
    codec = encoding
    if newlines and b"\r" in content:
        if encoding not in ("", "utf-8"):  # the byte may be part of another character
            content, codec = content.decode(encoding, "replace").encode("utf-8", "replace"), "utf-8"
        content = _normalised(content)
    if encoding:
        return content.decode(codec, "replace"), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "cp1252"


def _gunzip(content: bytes) -> bytes:
    """Unpack all members (RFC 1952 2.2), up to MAX_BYTES in total: 20 KB of gzip can hold 20 MB."""
    unpacked: list[bytes] = []
    room = MAX_BYTES
    position = 0
    while content.startswith(_GZIP, position):
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while not member.eof:
            packed = content[position : position + _GZIP_STEP]
            if not packed:
                raise GzipError("The gzip data is incomplete. Try to download it again, or unpack it first.")
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


def _declared_encoding(content: bytes, media_type: str | None) -> str:
    """Return the declared encoding by Python's name, or an empty string if none is declared."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return encoding
    if encoding := _charset_of(media_type):
        return encoding
    start = content[:1024]
    for pattern in (_XML_ENCODING, _META_CHARSET):
        if (match := pattern.search(start)) and (encoding := _encoding_of_label(match[1])):
            # A declaration that is readable as ASCII is not in UTF-16 (13.2.3.2, prescan).
            return "utf-8" if encoding.startswith("utf-16") else encoding
    return ""


def _charset_of(media_type: str | None) -> str:
    """Return the encoding that a Content-Type declares, by Python's name, or an empty string."""
    match = _CHARSET.search((media_type or "")[:MAX_MEDIA_TYPE].encode("ascii", "replace"))
    return _encoding_of_label(match[1]) if match else ""


def _encoding_of_label(label: bytes) -> str:
    try:
        name = codecs.lookup(label.decode("ascii")).name
    except LookupError:
        return ""
    name = _SUPERSETS.get(name, name)
    return name if name in _ENCODINGS else ""


def too_large(limit: int, what: str = "It") -> TooLargeError:
    return TooLargeError(f"{what} is larger than {limit // 1_000_000} MB, unpacked. Split it and check the parts.")


def _binary(why: str) -> BinaryError:
    return BinaryError(f"This is not text: it {why}. Choose an HTML, Markdown, text or sitemap file.")
