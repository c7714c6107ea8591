"""The only module that formats: results go to standard output, messages go to standard error.

A command passes rows or one record and does not need to know which format was chosen. Text from an article cannot move
the cursor, colour a line or forge another line.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, pairwise
from typing import Literal, TypeAlias, get_args

import click

from stancedb.cli import streams
from stancedb.spreadsheets import without_formula

Format: TypeAlias = Literal["table", "json", "ndjson", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)
Align: TypeAlias = Literal["left", "right"]

PIPE_WIDTH = 120
# Default number of rows in a table of a command with --limit; the data formats have no limit.
TABLE_ROWS = 200
_GAP = 3
_INDENT = 4
# Minimum width of text in cells, however narrow the terminal.
_NARROWEST = 12
# A text of more characters is printed at the end of a record, so that the short values stay together.
_LONG = 400
# Maximum number of messages of one kind printed, one per line; the others are only counted.
_TOLD = 20
# Printed in tables for a missing value, so that a gap is visible.
NOTHING = "\N{EN DASH}"

# C0 without the line feed, DEL, C1, Unicode line ends, bidirectional overrides and isolates, lone surrogates.
_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# JSON escapes C0 itself; the rest is escaped here without loss.
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PASSWORD_IN_URL = re.compile(r"(postgres(?:ql)?(?:\+\w+)?://[^\s:/@]*):\S*@")
_PASSWORD_AS_KEY = re.compile(r"\b(password\s*=\s*)(?:'[^']*'|[^\s&'\"]+)")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result.

    Attributes:
        name: The key in each row, the key in JSON and the header in CSV.
        label: The heading in a table (default: the name with spaces).
        align: Alignment in a table (default: right for numbers, left otherwise).
        table: False for a column that only the data formats have.
        below: True for text that a table prints on separate lines under the row, such as a quote and its source.
    """

    name: str
    label: str | None = None
    align: Align | None = None
    table: bool = True
    below: bool = False

    @property
    def heading(self) -> str:
        """The heading of the column in a table."""
        return on_one_line(self.name.replace("_", " ") if self.label is None else self.label)


@dataclass
class Output:
    """Where a command writes its results and messages.

    Attributes:
        format: How data is written to standard output.
        is_safe: Whether CSV cells that a spreadsheet would run as formulas are prefixed with an apostrophe.
    """

    format: Format = "table"
    is_safe: bool = False
    _is_answered: bool = field(default=False, init=False, repr=False)

    def rows(
        self,
        rows: Iterable[Mapping[str, object]],
        *,
        columns: Sequence[Column | str],
        title: str | None = None,
        empty: str = "Nothing found.",
        at_most: int | None = None,
    ) -> None:
        """Write rows; NDJSON and CSV are written as the rows arrive.

        Args:
            rows: The rows; each has a value, or None, for every column.
            columns: The columns to write, in this order, in every format.
            title: The line above a table.
            empty: Message on standard error when a table would have no rows.
            at_most: Maximum number of rows in a table, with a message on standard error if there are more; None for no
                limit.
        """
        chosen = [Column(column) if isinstance(column, str) else column for column in columns]
        kept = ({column.name: row[column.name] for column in chosen} for row in rows)
        if self.format != "table":
            self._write_data(kept, [column.name for column in chosen])
            return
        found = list(islice(kept, at_most))
        if found:
            _write_table(found, [column for column in chosen if column.table], title)
        else:
            self.say(empty)
        if next(kept, None) is not None:
            self.say(f"Only the first {at_most} rows are shown; use --limit N to show more.")

    def asked(self, limit: int | None) -> int | None:
        """Return how many rows to query: the value of ``--limit``, or one more than a table shows, or None for all."""
        return TABLE_ROWS + 1 if limit is None and self.format == "table" else limit

    def record(self, mapping: Mapping[str, object], *, title: str | None = None) -> None:
        """Write one record: a list of keys and values, one JSON object, or a CSV of one row."""
        if self.format == "table":
            _write_record(mapping, title)
        elif self.format == "json":
            self._answer_once()
            _write(f"{_json(mapping, indent=2)}\n")
        else:
            self._write_data([mapping], list(mapping))

    def say(self, text: str) -> None:
        """Print a message on standard error, without the passwords of database URLs."""
        click.echo(visible(concealed(text)), err=True)

    def say_some(self, things: Sequence[object]) -> None:
        """Print the first of many messages, one per line, and the number of the others."""
        for thing in things[:_TOLD]:
            self.say(on_one_line(str(thing)))
        if len(things) > _TOLD:
            self.say(f"… and {len(things) - _TOLD} more")

    def text(self, text: str) -> None:
        """Write text to standard output unchanged, for results that are documents themselves."""
        _write(text)

    def forgive(self) -> None:
        """Ignore failures to write to standard output from now on; call this once a change is committed."""
        streams.forgive()

    def _write_data(self, rows: Iterable[Mapping[str, object]], names: list[str]) -> None:
        self._answer_once()
        if self.format == "csv":
            _write_csv(rows, names, is_safe=self.is_safe)
        elif self.format == "ndjson":
            for row in rows:
                _write(f"{_json(row)}\n")
        else:
            _write(f"{_json(list(rows), indent=2)}\n")

    def _answer_once(self) -> None:
        # No program can read two JSON documents or two CSV headers in one stream.
        if self._is_answered:
            msg = "A command may call rows() or record() only once."
            raise RuntimeError(msg)
        self._is_answered = True


def visible(text: str) -> str:
    """Return the text with control characters made visible; line feeds stay, tabs become spaces."""
    return _UNSAFE.sub(_picture, text.replace("\r\n", "\n"))


def on_one_line(text: str) -> str:
    """Return the text with each run of white space replaced by one space, so that it cannot forge another line."""
    return " ".join(visible(text).split())


def concealed(text: str) -> str:
    """Return the text without the passwords of database URLs."""
    return _PASSWORD_AS_KEY.sub(r"\1***", _PASSWORD_IN_URL.sub(r"\1:***@", text))


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] in "\t\u2028\u2029":
        return " "
    if code < ord(" "):
        return chr(ord("\N{SYMBOL FOR NULL}") + code)
    return "\N{SYMBOL FOR DELETE}" if match[0] == "\x7f" else "\N{REPLACEMENT CHARACTER}"


def _write(text: str) -> None:
    # Not click.echo, which flushes after every call: too slow for a million rows.
    sys.stdout.write(text)


# --- Data formats -----------------------------------------------------------------------------------------------------


def _json(value: object, *, indent: int | None = None) -> str:
    text = json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, indent=indent)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _plain(value: object) -> object:
    """Convert a value to JSON types; a number that JSON cannot represent becomes null."""
    if isinstance(value, bool | int | str | None):
        return value
    if isinstance(value, Decimal):
        return _plain(float(value))
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return _scalar_text(value)


def _scalar_text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    msg = f"Cannot write a value of type {type(value).__name__}."
    raise TypeError(msg)


class _LineFeeds:
    """A file for the csv module, which quotes a single carriage return only if its line terminator has one."""

    def write(self, line: str) -> None:
        line = line.removesuffix("\r\n")
        # Files and pipes get the data unchanged; a terminal would interpret control characters.
        _write(f"{visible(line) if sys.stdout.isatty() else line}\n")


def _write_csv(rows: Iterable[Mapping[str, object]], names: list[str], *, is_safe: bool) -> None:
    writer = csv.writer(_LineFeeds(), lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        cells = ((row[name], _csv_cell(row[name])) for name in names)
        # Numbers stay unchanged, whatever their sign.
        writer.writerow(
            [
                without_formula(cell) if is_safe and isinstance(value, str | list | tuple | os.PathLike) else cell
                for value, cell in cells
            ]
        )


def _csv_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else ""
    if isinstance(value, Mapping):
        return _json(value)
    if isinstance(value, list | tuple):
        return "|".join(_csv_cell(item) for item in value)
    return _scalar_text(value)


# --- Tables -----------------------------------------------------------------------------------------------------------


def _write_table(rows: list[dict[str, object]], columns: list[Column], title: str | None) -> None:
    _write_lines(title, _stacked(rows, columns, line_width()))


def _stacked(rows: list[dict[str, object]], columns: list[Column], width: int) -> list[str]:
    """Lay out rows; ``below`` columns, and columns that do not fit on the line, go under the row."""
    from rich.cells import cell_len

    cells = {column.name: [on_one_line(_table_cell(row[column.name])) for row in rows] for column in columns}
    headings = {column.name: [column.heading] for column in columns}

    def widths() -> dict[str, int]:
        return {name: max(map(cell_len, [*headings[name], *cells[name]])) for name in cells}

    beside = [column for column in columns if not column.below]
    across = _fitting(beside, widths(), width)
    if len(across) < len(beside):
        # Headings of several words become narrower when they are stacked.
        headings = {column.name: column.heading.split() or [""] for column in columns}
        across = _fitting(beside, widths(), width)
    room = {name: min(wide, width) for name, wide in widths().items()}
    under = [column for column in columns if column not in across]
    aligned = {column.name: column.align or _align(row[column.name] for row in rows) for column in across}

    def laid_out(texts: Mapping[str, list[str]]) -> list[str]:
        lines: list[str] = []
        for level in range(max(map(len, texts.values()), default=0)):
            placed = ((name, parts[level] if level < len(parts) else "") for name, parts in texts.items())
            filled = ((text, " " * (room[name] - cell_len(text)), aligned[name]) for name, text in placed)
            lines.append(
                (" " * _GAP).join(space + text if to == "right" else text + space for text, space, to in filled)
            )
        return [line.rstrip(" ") for line in lines]

    head = laid_out({column.name: headings[column.name] for column in across})
    body: list[str] = []
    for number, row in enumerate(rows):
        body += laid_out({column.name: _wrapped(cells[column.name][number], width) for column in across})
        body += _words_below(row, {column: cells[column.name][number] for column in under}, width)
    rule = "\N{BOX DRAWINGS LIGHT HORIZONTAL}" * min(width, max(map(cell_len, [*head, *body])))
    return [*map(_bold, head), *([rule] if head else []), *body]


def _fitting(columns: list[Column], widths: Mapping[str, int], width: int) -> list[Column]:
    """Return the first column and, from left to right, every other column that still fits on the line."""
    fitting = columns[:1]
    left = width - sum(widths[column.name] for column in fitting)
    for column in columns[1:]:
        if widths[column.name] + _GAP <= left:
            fitting.append(column)
            left -= widths[column.name] + _GAP
    return fitting


def _words_below(row: dict[str, object], cells: Mapping[Column, str], width: int) -> list[str]:
    known = {column: text for column, text in cells.items() if row[column.name] is not None}
    lines = (
        ", ".join(f"{column.heading} {text}" for column, text in known.items() if not column.below),
        " \N{EM DASH} ".join(text for column, text in known.items() if column.below),
    )
    return [f"{' ' * _INDENT}{part}" for line in lines if line for part in _wrapped(line, width - _INDENT)]


def _wrapped(text: str, width: int) -> list[str]:
    """Break a line between words, and within a word only if it is wider than the line."""
    from rich.cells import cell_len

    width = max(width, _NARROWEST)
    if cell_len(text) <= width:
        return [text]
    from rich.console import Console
    from rich.text import Text

    console = Console(file=io.StringIO(), width=width)
    return [part.plain.rstrip() for part in Text(text).wrap(console, width, overflow="fold")]


def _write_record(mapping: Mapping[str, object], title: str | None) -> None:
    from rich.cells import cell_len

    named = [(on_one_line(key.replace("_", " ")), value) for key, value in mapping.items()]
    indent = max((cell_len(name) for name, _ in named), default=0) + 2
    lines: list[str] = []
    for name, value in sorted(named, key=lambda pair: isinstance(pair[1], str) and len(pair[1]) > _LONG):
        first, *others = _value_lines(value, line_width() - indent)
        lines.append(f"{_bold(name)}{' ' * (indent - cell_len(name))}{first}")
        lines += [" " * indent + line for line in others]
    _write_lines(title, lines)


def _value_lines(value: object, width: int) -> list[str]:
    """Lay out one value of a record; each item of a list of mappings begins a new line."""
    if not isinstance(value, list | tuple) or not any(isinstance(item, Mapping) for item in value):
        return [part for line in _table_cell(value).split("\n") for part in _wrapped(line, width)]
    things = [_wrapped(on_one_line(_table_cell(item)), width) for item in value]
    lines = [*things[0]]
    for before, thing in pairwise(things):
        lines += ["", *thing] if len(before) > 1 or len(thing) > 1 else thing
    return lines


def _write_lines(title: str | None, lines: Iterable[str]) -> None:
    heading = [*(_bold(part) for part in _wrapped(on_one_line(title), line_width())), ""] if title is not None else []
    # Trailing spaces would only clutter copied text and diffs.
    _write("".join(f"{line.rstrip(' ')}\n" for line in (*heading, *lines)))


def _bold(text: str) -> str:
    has_colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return f"\x1b[1m{text}\x1b[0m" if has_colour and text else text


def line_width() -> int:
    """Return the line width in cells: that of the terminal, or ``PIPE_WIDTH``."""
    return shutil.get_terminal_size((PIPE_WIDTH, 24)).columns if sys.stdout.isatty() else PIPE_WIDTH


def _align(values: Iterable[object]) -> Align:
    known = [value for value in values if value is not None]
    is_numeric = all(isinstance(value, int | float | Decimal) and not isinstance(value, bool) for value in known)
    return "right" if known and is_numeric else "left"


def _table_cell(value: object) -> str:
    return visible(_reading_text(value)) or NOTHING


def _reading_text(value: object) -> str:
    """Format a value for a person: None as a dash, booleans as yes or no, timestamps with a space before the time."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_reading_text(item)}" for key, item in value.items()) or NOTHING
    if isinstance(value, list | tuple):
        # Mappings are printed one per line.
        between = "\n" if any(isinstance(item, Mapping) for item in value) else ", "
        return between.join(_reading_text(item) for item in value) or NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # Ten digits hide the noise of binary fractions (0.1 + 0.2) and nothing else.
        return f"{value:.10g}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return NOTHING if value is None else _scalar_text(value)
