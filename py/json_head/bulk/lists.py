"""Reads a list of URLs in pieces: text with a URL on each line, or a column of a CSV or Parquet file, compressed or not."""

from __future__ import annotations

import csv
import hashlib
import lzma
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from typing import IO, Any

import pyarrow
import pyarrow.csv
import pyarrow.parquet
from pyarrow import compute

from json_head.bulk.errors import BulkError
from json_head.bulk.folder import errors_of, file_system

#: The size of a piece of a text, in bytes.
_PIECE = 8_000_000
#: Rows of a piece of a Parquet file.
_ROWS = 100_000
#: A longer line is no URL, and the file hardly a list.
_MAX_LINE = 8 * _PIECE
_COMPRESSED = (".gz", ".bz2", ".xz")
#: What pyarrow and the standard library raise on a damaged file, or on one of another kind.
_DAMAGE = (
    pyarrow.ArrowInvalid,
    pyarrow.ArrowTypeError,
    EOFError,
    UnicodeDecodeError,
    csv.Error,
    lzma.LZMAError,
    zlib.error,
)
#: A line end that is not followed by the one of Windows or Unix.
_CR = re.compile(rb"\r(?=[^\r\n])")
#: A piece: lines in UTF-8, or an array of pyarrow with texts.
Piece = bytes | Any


def digest(address: str) -> str:
    """The SHA-256 of a list, in hexadecimal.

    Raises:
        BulkError: the list cannot be read.
    """
    if address in ("", "-", "/dev/stdin"):
        raise BulkError("The list is read twice, so it has to be a file or an address, not standard input.")
    system, path = file_system(address)
    with errors_of(address):
        if system.isdir(path):
            raise BulkError(f"{address} is a folder. Give a file: text, CSV or Parquet.")
        with system.open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def pieces(address: str, column: str | None) -> Iterator[Piece]:
    """The pieces of a list, in order.

    Args:
        column: the column of a CSV or Parquet file. By default ``url``, or the only one.

    Raises:
        BulkError: the list cannot be read, or it is unclear which column has the URLs.
    """
    kind = _kind(address)
    if kind == "text" and column:
        raise BulkError(f"--column is for CSV and Parquet, and {address} is read as text.")
    system, path = file_system(address)
    compression = "infer" if address.lower().endswith(_COMPRESSED) else None
    with errors_of(address), system.open(path, "rb", compression=compression) as file:
        try:
            match kind:
                case "text":
                    yield from _lines(file, address)
                case "parquet":
                    yield from _of_parquet(file, address, column)
                case _:
                    yield from _of_csv(file, address, column)
        except _DAMAGE as error:
            raise BulkError(f"{address} cannot be read as {kind}: {str(error).rstrip('.')}.") from error


def _kind(address: str) -> str:
    name = address.lower()
    for ending in _COMPRESSED:
        name = name.removesuffix(ending)
    ending = name.rpartition(".")[2]
    return {"csv": "csv", "tsv": "csv", "parquet": "parquet", "pq": "parquet"}.get(ending, "text")


def _lines(file: IO[bytes], address: str) -> Iterator[bytes]:
    rest = file.read(len(BOM_UTF8)).removeprefix(BOM_UTF8)
    while block := file.read(_PIECE):
        rest += block
        if b"\0" in rest:
            raise BulkError(f"{address} is no text in UTF-8.")
        if b"\r" in rest and _CR.search(rest):
            raise BulkError(f"The lines of {address} end in CR alone. Save it with the line ends of Windows or Unix.")
        cut = rest.rfind(b"\n") + 1
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > _MAX_LINE:
            raise BulkError(f"{address} has a line of more than {_MAX_LINE:,} bytes.")
    if rest:
        yield rest


def _of_parquet(file: IO[bytes], address: str, column: str | None) -> Iterator[Any]:
    table = pyarrow.parquet.ParquetFile(file)
    name = _column(address, table.schema_arrow.names, column)
    kind = table.schema_arrow.field(name).type
    if pyarrow.types.is_dictionary(kind):
        kind = kind.value_type
    if not (pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind) or pyarrow.types.is_string_view(kind)):
        raise BulkError(f"The column {name} of {address} has no texts, but {kind}.")
    for batch in table.iter_batches(_ROWS, columns=[name]):
        yield batch.column(0).cast(pyarrow.string())


def _of_csv(file: IO[bytes], address: str, column: str | None) -> Iterator[Any]:
    heading = file.readline(_PIECE).decode("utf-8-sig")
    # Spreadsheets save CSV with semicolons in countries with a decimal comma.
    delimiter = max(",;\t", key=heading.count)
    names = next(csv.reader([heading], delimiter=delimiter), [])
    if any("://" in name for name in names):
        raise BulkError(f"{address} has no row of headings. Add one, or save the URLs as text, one on each line.")
    name = _column(address, names, column)
    for batch in pyarrow.csv.open_csv(
        file,
        read_options=pyarrow.csv.ReadOptions(block_size=_PIECE, column_names=names, use_threads=False),
        parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(include_columns=[name], column_types={name: pyarrow.string()}),
    ):
        texts = batch.column(0)
        if compute.any(compute.match_substring_regex(texts, r"[\r\n]")).as_py():
            raise BulkError(
                f"The column {name} of {address} has a URL of several lines. Is a quotation mark not closed?"
            )
        yield texts


def _column(address: str, names: Sequence[str], wanted: str | None) -> str:
    """The column with the URLs."""
    if not any(names):
        raise BulkError(f"{address} has no row of headings.")
    listed = ", ".join(names[:20])
    if wanted is None:
        named = {name for name in names if name.strip().lower() == "url"} or set(names)
        if len(named) > 1:
            raise BulkError(f"{address} has the columns {listed}. Name the one with the URLs: --column NAME.")
        (wanted,) = named
    if wanted not in names:
        raise BulkError(f"{address} has no column {wanted}. It has {listed}.")
    if names.count(wanted) > 1:
        raise BulkError(f"{address} has {names.count(wanted)} columns {wanted}. Rename all but one.")
    return wanted
