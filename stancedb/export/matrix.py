"""Networks as matrices: CSV that R can read, and the DL format of UCINET."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from stancedb.export.network import Network, parts, weight, window_name
from stancedb.export.writing import csv_line

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from stancedb.database import Reading

MatrixForm = Literal["csv", "dl"]


@dataclass
class _Nodes:
    """The nodes of one side of a matrix, in their order."""

    keys: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def add(self, row: RowMapping) -> None:
        """Add a node."""
        self.keys.append(row["a"])
        self.labels.append(row["label"])
        self.codes.append(row["code"])

    def names(self) -> list[str]:
        """Return the names of the nodes, with the handle added if several have the same name."""
        known = Counter(self.labels)
        return [
            label if known[label] == 1 else f"{label} ({code})"
            for label, code in zip(self.labels, self.codes, strict=True)
        ]


def matrices(
    session: Reading, network: Network, form: MatrixForm, *, is_safe: bool = False
) -> Generator[tuple[str, Generator[str]]]:
    """Yield the name of each window with the lines of its matrix, which must be consumed before the next window.

    Rows are actors, or issues in a network of concepts; so are the columns, unless the network is two-mode. Both are
    ordered by name. Cells without an edge are zero.

    Args:
        session: The session.
        network: The network to write.
        form: The format of the matrix.
        is_safe: Whether names that a spreadsheet would run as formulas get an apostrophe.

    Raises:
        NoSuchThing: A criterion refers to something that does not exist.
    """
    is_empty = True
    for window, rows in groupby(
        parts(session, network, is_matrix=True), key=lambda row: (row["window_number"], window_name(row, network))
    ):
        is_empty = False
        yield window[1], _lines(rows, network, form, is_safe=is_safe)
    if is_empty:
        yield "all", _lines(iter(()), network, form, is_safe=is_safe)


def _lines(rows: Iterator[RowMapping], network: Network, form: MatrixForm, *, is_safe: bool) -> Generator[str]:
    nodes: dict[str, _Nodes] = {"actor": _Nodes(), "concept": _Nodes()}
    edges: Iterator[RowMapping] = iter(())
    for part, found in groupby(rows, key=lambda row: row["part"]):
        if part == "edge":
            edges = found
            break
        for row in found:
            nodes[part].add(row)
    lines = nodes["concept" if network.projection == "concepts" else "actor"]
    columns = nodes["concept"] if network.is_two_mode else lines
    names = lines.names()
    if form == "csv":
        yield csv_line(["", *columns.names()], is_safe=is_safe)
    else:
        yield from _heading(names, columns.names() if network.is_two_mode else None)
    for name, values in zip(names, _values(lines, columns, edges, network), strict=True):
        yield csv_line([name, *values], is_safe=is_safe) if form == "csv" else f" {' '.join(map(str, values))}\n"


def _heading(rows: list[str], columns: list[str] | None) -> Iterator[str]:
    """Yield the header of a DL file."""
    size = f"n = {len(rows)}" if columns is None else f"nr = {len(rows)}, nc = {len(columns)}"
    yield f"dl {size}, format = fullmatrix\n"
    yield "labels:\n" if columns is None else "row labels:\n"
    yield from map(_label, rows)
    if columns is not None:
        yield "col labels:\n"
        yield from map(_label, columns)
    yield "data:\n"


def _label(name: str) -> str:
    # A label ends at a quotation mark, which cannot be escaped.
    return f'"{" ".join(name.replace(chr(34), "").split())}"\n'


def _values(lines: _Nodes, columns: _Nodes, edges: Iterator[RowMapping], network: Network) -> Iterator[list[float]]:
    """Yield the weights of each row; edges are ordered by row, so only one row is held in memory."""
    places = {key: place for place, key in enumerate(columns.keys)}
    by_row = groupby(edges, key=lambda row: row["a"])
    tied = next(by_row, None)
    for key in lines.keys:
        values: list[float] = [0] * len(columns.keys)
        if tied is not None and tied[0] == key:
            for row in tied[1]:
                values[places[row["b"]]] = weight(row, network)
            tied = next(by_row, None)
        yield values
