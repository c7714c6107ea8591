"""Tables as Stata files, written row by row in the documented format 118, which Stata 14 and newer read.

The layout is that of StataCorp's help page ``dta``. It is implemented here because existing libraries hold a whole
table in memory as a data frame and need numpy and pandas, while the format is simple: rows of equal width, followed by
a section with long texts.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from sqlalchemy import TextClause

from stancedb.database import Reading, streamed
from stancedb.export.account import Account
from stancedb.sql import Queries, verbatim

SQL = Queries(__file__)

# Texts up to this number of bytes are stored in the rows, which are as wide as the longest; others by reference.
_WIDEST = 244
_LONG_TEXT, _DOUBLE, _LONG, _BYTE = 32768, 65526, 65528, 65530
_LABEL = 80
# The codes for missing values.
_NO_BYTE, _NO_LONG, _NO_DOUBLE = 101, 2_147_483_621, 2.0**1023
_FIRST_DAY = date(1960, 1, 1)
_FIRST_INSTANT = datetime(1960, 1, 1, tzinfo=UTC)
_AT_ONCE = 2_000


@dataclass(frozen=True)
class _Variable:
    """A column in Stata.

    Attributes:
        name: Its name.
        meaning: What it means, of any length.
        kind: Its type in Stata.
        shown: The format in which Stata displays it.
        packing: How a value is packed in a row.
        spelled: Converts a value, including None, for packing; for a long text, to the bytes stored after the rows.
    """

    name: str
    meaning: str
    kind: int
    shown: str
    packing: str
    spelled: Callable[[Any], object]


def write(session: Reading, account: Account, question: TextClause, columns: dict[str, str], file: BinaryIO) -> None:
    """Write a table of the reporting schema for Stata, one row at a time.

    Dates are days (``%td``), instants milliseconds in UTC (``%tc``), booleans bytes 0 and 1, numbers doubles. A missing
    text is the empty string, because Stata has no missing value for text. Comments are labels; if they are too long,
    also notes.

    Args:
        session: The session.
        account: The table; receives the number of rows.
        question: The SELECT of its rows.
        columns: The columns of the SELECT in order, with their types.
        file: The file to write; it must be seekable.
    """
    about, variables = _variables(session, account.kind, columns)
    places = [0]
    file.write(b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>")
    file.write(b"<K>" + struct.pack("<H", len(variables)) + b"</K><N>")
    counted = file.tell()
    label = _cut(about).encode()
    file.write(bytes(8) + b"</N><label>" + struct.pack("<H", len(label)) + label + b"</label>")
    # The timestamp is left out, so that the same state always gives the same file.
    file.write(b"<timestamp>\0</timestamp></header>")
    places.append(file.tell())
    file.write(b"<map>" + bytes(14 * 8) + b"</map>")
    for name, part in _described(about, variables):
        places.append(file.tell())
        file.write(f"<{name}>".encode() + part + f"</{name}>".encode())
    with TemporaryFile() as long_texts:
        places.append(file.tell())
        with _tagged(file, "data"):
            rows = streamed(session, question, at_once=_AT_ONCE)
            _write_rows(rows, variables, file, long_texts, account)
        places.append(file.tell())
        with _tagged(file, "strls"):
            long_texts.seek(0)
            while piece := long_texts.read(1 << 20):
                file.write(piece)
    places.append(file.tell())
    file.write(b"<value_labels></value_labels>")
    places.append(file.tell())
    file.write(b"</stata_dta>")
    places.append(file.tell())
    file.seek(counted)
    file.write(struct.pack("<Q", account.records))
    file.seek(places[1] + len("<map>"))
    file.write(struct.pack("<14Q", *places))


@contextmanager
def _tagged(file: BinaryIO, name: str) -> Iterator[None]:
    file.write(f"<{name}>".encode())
    yield
    file.write(f"</{name}>".encode())


def _variables(session: Reading, table: str, columns: dict[str, str]) -> tuple[str, list[_Variable]]:
    """Return the description of the table and its columns for Stata; one query measures all texts first."""
    described = session.execute(SQL["described"], {"table": table}).all()
    meanings = {column: meaning for column, meaning, _ in described}
    measures = session.execute(SQL["measures"], {"table": table}).scalar()
    longest = session.execute(verbatim(measures)).mappings().one() if measures else {}
    return described[0][2] or "", [
        _variable(column, meanings[column] or "", kind, longest.get(column, 0)) for column, kind in columns.items()
    ]


def _variable(name: str, meaning: str, kind: str, longest: int) -> _Variable:
    if kind != "text":
        return _Variable(name, meaning, *_KINDS[kind])
    if longest > _WIDEST:
        return _Variable(name, meaning, _LONG_TEXT, "%9s", "Q", lambda value: value or "")
    # Stata does not allow texts of width zero.
    width = max(longest, 1)
    return _Variable(name, meaning, width, f"%-{width}s", f"{width}s", lambda value: (value or "").encode())


def _truth(value: bool | None) -> int:
    return _NO_BYTE if value is None else int(value)


def _day(value: date | None) -> int:
    return _NO_LONG if value is None else (value - _FIRST_DAY).days


def _instant(value: datetime | None) -> float:
    return _NO_DOUBLE if value is None else float((value - _FIRST_INSTANT) // timedelta(milliseconds=1))


def _number(value: float | None) -> float:
    return _NO_DOUBLE if value is None or not math.isfinite(value) else float(value)


# All reported integers are below 2^53, the limit up to which a double is exact.
_INTEGER = (_DOUBLE, "%12.0g", "d", _number)
_KINDS: dict[str, tuple[int, str, str, Callable[[Any], object]]] = {
    "boolean": (_BYTE, "%8.0g", "b", _truth),
    "smallint": _INTEGER,
    "integer": _INTEGER,
    "bigint": _INTEGER,
    "double precision": (_DOUBLE, "%10.0g", "d", _number),
    "date": (_LONG, "%td", "i", _day),
    "timestamp with time zone": (_DOUBLE, "%tc", "d", _instant),
}


def _write_rows(
    rows: Iterator[Any], variables: list[_Variable], file: BinaryIO, long_texts: BinaryIO, account: Account
) -> None:
    packing = struct.Struct("<" + "".join(variable.packing for variable in variables))
    while some := list(islice(rows, _AT_ONCE)):
        packed = bytearray()
        for row in some:
            account.records += 1
            cells: list[object] = []
            for number, (variable, value) in enumerate(zip(variables, row.values(), strict=True), start=1):
                spelled = variable.spelled(value)
                if variable.kind == _LONG_TEXT:
                    spelled = _refer(number, account.records, str(spelled).encode(), long_texts)
                cells.append(spelled)
            packed += packing.pack(*cells)
        file.write(packed)


def _refer(number: int, row: int, words: bytes, long_texts: BinaryIO) -> int:
    """Write a long text after the rows, and return the reference to it: the numbers of its variable and its row."""
    if not words:
        return 0
    long_texts.write(b"GSO" + struct.pack("<IQBI", number, row, 130, len(words) + 1) + words + b"\0")
    return number | row << 16


def _described(about: str, variables: list[_Variable]) -> Iterator[tuple[str, bytes]]:
    """Yield the parts that precede the rows."""
    yield "variable_types", b"".join(struct.pack("<H", variable.kind) for variable in variables)
    yield "varnames", b"".join(_field(variable.name, 129) for variable in variables)
    yield "sortlist", bytes(2 * (len(variables) + 1))
    yield "formats", b"".join(_field(variable.shown, 57) for variable in variables)
    yield "value_label_names", bytes(129 * len(variables))
    yield "variable_labels", b"".join(_field(_cut(variable.meaning), 321) for variable in variables)
    said = (("_dta", about), *((variable.name, variable.meaning) for variable in variables))
    notes = (_note(name, words) for name, words in said if len(words) > _LABEL)
    yield "characteristics", b"".join(notes)


def _note(name: str, words: str) -> bytes:
    """Return the first note in Stata's form: the number of notes, and the text."""
    return b"".join(
        b"<ch>" + struct.pack("<I", len(content)) + content + b"</ch>"
        for content in (
            _field(name, 129) + _field(called, 129) + said.encode() + b"\0"
            for called, said in (("note0", "1"), ("note1", words))
        )
    )


def _cut(words: str) -> str:
    return words if len(words) <= _LABEL else f"{words[: _LABEL - 1]}…"


def _field(words: str, width: int) -> bytes:
    return words.encode().ljust(width, b"\0")
