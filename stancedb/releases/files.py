"""The files of a release, byte for byte the same whenever and wherever they are written from one database.

Everything is read as known at the changeset of the release, in a defined order, and formatted here: nothing depends on
the clock, on the keys of rows, or on the collation, time zone and version of the server.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import text

from stancedb.database import Reading, streamed
from stancedb.frictionless import DESCRIPTOR, Measure, Reference, descriptor, resource
from stancedb.releases.layout import LAYOUTS, QUESTIONS, Table
from stancedb.shared.asking import Row, with_relations
from stancedb.sql import Queries

SQL = Queries(__file__)
MANIFEST = "SHA256SUMS"
# Number of lines that are hashed at a time.
_AT_ONCE = 500
_QUOTED = re.compile('[",\r\n]')


class Sink(Protocol):
    """A destination for the text of a file."""

    def write(self, words: str, /) -> object:
        """Write the next piece of the text."""


Opening = Callable[[str], AbstractContextManager[Sink]]


@dataclass(frozen=True)
class Written(Measure):
    """A file that was written; files that are not tables have no rows.

    Attributes:
        name: Its name in the package.
    """

    name: str


def build(session: Reading, release: Row, opening: Opening | None = None) -> tuple[list[Written], str]:
    """Write the files of a release, one row at a time, and return their names, sizes and checksums.

    Args:
        session: The session.
        release: The fields of the release: label, changeset, author, reason, released_on, rules,
            codebook_versions, license_name and layout.
        opening: Opens a file by its name; None writes nothing and only computes the checksums.

    Returns:
        The files in order, without the list of checksums, and the checksum of this list.
    """
    for setting in SQL.values():
        session.execute(setting)
    tables = LAYOUTS[release["layout"]]
    files = [_write(f"{table.name}.csv", _lines(session, table, release), opening, rows=-1) for table in tables]
    files.append(_write(DESCRIPTOR, [_datapackage(release, files)], opening))
    files.append(_write("CITATION.cff", [_citation_file(release)], opening))
    sums = "".join(
        f"{file.content_sha256}  {file.name}\n" for file in sorted(files, key=lambda file: file.name.encode())
    )
    return files, _write(MANIFEST, [sums], opening).content_sha256


def _write(name: str, lines: Iterable[str], opening: Opening | None, *, rows: int | None = None) -> Written:
    """Write a file and measure it; the heading of a table does not count as a row."""
    digest = hashlib.sha256()
    length = 0
    waiting = iter(lines)
    with opening(name) if opening else nullcontext() as sink:
        while some := list(islice(waiting, _AT_ONCE)):
            words = "".join(some)
            spelled = words.encode()
            digest.update(spelled)
            length += len(spelled)
            rows = None if rows is None else rows + len(some)
            if sink is not None:
                sink.write(words)
    return Written(rows, length, digest.hexdigest(), name)


# --- Tables -----------------------------------------------------------------------------------------------------------


def _lines(session: Reading, table: Table, release: Row) -> Iterator[str]:
    """Yield the lines of a table as CSV (RFC 4180, with line feeds)."""
    names = [name for name, *_ in table.fields]
    question = text(with_relations(QUESTIONS[table.name].text, known=True))
    yield _line(names)
    for row in streamed(session, question, known_at=release["changeset"]):
        yield _line(_cell(row[name]) for name in names)


def _line(cells: Iterable[str]) -> str:
    # Python's csv module quotes differently in different versions.
    return (
        ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' if _QUOTED.search(cell) else cell for cell in cells) + "\n"
    )


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a column holds
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


# --- Metadata ---------------------------------------------------------------------------------------------------------


def title(release: Row) -> str:
    """Return the title under which a release is cited."""
    return f"Stances and changes of stance, release {release['label']}"


def described(release: Row) -> str:
    """Return a sentence that describes the contents of a release."""
    rules = ", ".join(release["rules"]) or "no rule"
    versions = ", ".join(release["codebook_versions"]) or "no version"
    return (
        f"As known at changeset {release['changeset']}; stances derived under {rules};"
        f" codebook {versions}. {release['reason']}"
    )


def _datapackage(release: Row, files: list[Written]) -> str:
    """Describe the tables as a Frictionless data package."""
    return descriptor(
        [_resource(table, file) for table, file in zip(LAYOUTS[release["layout"]], files, strict=True)],
        release["license_name"],
        name=f"stancedb-{release['label'].lower()}",
        title=title(release),
        description=described(release),
        version=release["label"],
        created=f"{release['released_on'].isoformat()}T00:00:00Z",
        contributors=[{"title": release["author"], "role": "author"}],
    )


def _resource(table: Table, file: Written) -> Row:
    fields = [
        {"name": name, "type": kind, "description": meaning}
        | ({"constraints": {"required": True}} if name in table.key else {})
        for name, kind, meaning in table.fields
    ]
    references = [Reference(columns, named, keys) for columns, (named, keys) in table.references.items()]
    return resource(table.name, table.description, fields, file, key=table.key, references=references)


def _citation_file(release: Row) -> str:
    """Write the citation in machine-readable form (Citation File Format 1.2)."""
    said = {
        "title": title(release),
        "abstract": described(release),
        "version": release["label"],
        "date-released": release["released_on"].isoformat(),
        **({"license": release["license_name"]} if release["license_name"] else {}),
    }
    lines = [
        "cff-version: 1.2.0",
        'message: "If you use these data, please cite them as below."',
        "type: dataset",
        *(f"{name}: {_yaml(value)}" for name, value in said.items()),
        "authors:",
        f"  - name: {_yaml(release['author'])}",
    ]
    return "\n".join(lines) + "\n"


def _yaml(words: str) -> str:
    """Write a string for YAML: as JSON does, except characters that JSON writes as two and YAML as one."""
    spelled = (json.dumps(sign)[1:-1] if sign <= "\uffff" else rf"\U{ord(sign):08x}" for sign in words)
    return f'"{"".join(spelled)}"'
