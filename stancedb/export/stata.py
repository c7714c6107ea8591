"""Tables as files of Stata, written row by row in the documented format 118, which Stata 14 and newer read.

The layout is that of the help page ``dta`` of StataCorp. It is written here, and not by a library, because those there
are take a whole table in memory as a data frame and bring numpy and pandas along, while the format is short: rows of
equal width, with long texts in a part of their own behind them.
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

# Texts up to so many bytes stand in the rows, which are as wide as the longest; others are one reference wide there.
_WIDEST = 244
_LONG_TEXT, _DOUBLE, _LONG, _BYTE = 32768, 65526, 65528, 65530
_LABEL = 80
# What says that there is no value.
_NO_BYTE, _NO_LONG, _NO_DOUBLE = 101, 2_147_483_621, 2.0**1023
_FIRST_DAY = date(1960, 1, 1)
_FIRST_INSTANT = datetime(1960, 1, 1, tzinfo=UTC)
_AT_ONCE = 2_000


@dataclass(frozen=True)
class _Variable:
    """One column as Stata has it.

    Attributes:
        name: Its name.
        meaning: What it means, of any length.
        kind: Its type in Stata.
        shown: The format by which Stata shows it.
        packing: How a value stands in a row.
        spelled: Makes what is packed of a value, None included; of a long text, what stands behind the rows.
    """

    name: str
    meaning: str
    kind: int
    shown: str
    packing: str
    spelled: Callable[[Any], object]


def write(session: Reading, account: Account, question: TextClause, columns: dict[str, str], file: BinaryIO) -> None:
    """Write a table of what is reported for Stata, one row after the other.

    Dates are days (``%td``), instants milliseconds of UTC (``%tc``), truth values bytes of 0 and 1, numbers doubles. A
    text that is not there is the empty one, for Stata knows no other. Comments are labels, and where they are too long
    for one, notes as well.

    Args:
        session: The session.
        account: Names the table, and counts its rows.
        question: The SELECT of its rows.
        columns: Its columns in the order of that, with their types.
        file: Where to; it has to be one that can be sought in.
    """
    about, variables = _variables(session, account.kind, columns)
    places = [0]
    file.write(b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>")
    file.write(b"<K>" + struct.pack("<H", len(variables)) + b"</K><N>")
    counted = file.tell()
    label = _cut(about).encode()
    file.write(bytes(8) + b"</N><label>" + struct.pack("<H", len(label)) + label + b"</label>")
    # Without the time of writing one state is always the same file.
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
    """Return what the table is, and its columns as Stata has them; texts are measured first, by one look at all."""
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
    # No text is zero wide there.
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


# Integers of any width that is reported are below 2^53, up to where a double is exact.
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
    """Write a long text behind the rows, and return what refers to it: the numbers of its variable and its row."""
    if not words:
        return 0
    long_texts.write(b"GSO" + struct.pack("<IQBI", number, row, 130, len(words) + 1) + words + b"\0")
    return number | row << 16


def _described(about: str, variables: list[_Variable]) -> Iterator[tuple[str, bytes]]:
    """Yield the parts that stand before the rows."""
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
    """Return what Stata shows as the first note: how many there are, and the words."""
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
