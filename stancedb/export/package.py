"""The reporting schema as one Frictionless data package: a CSV file for each relation, described by its comments."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

from stancedb.database import Reading, streamed
from stancedb.errors import OtherFilesThere, Unwritable
from stancedb.export.account import Account
from stancedb.export.tables import AT_ONCE, everything
from stancedb.export.writing import csv_line
from stancedb.frictionless import DESCRIPTOR, Measure, Reference, descriptor, resource
from stancedb.sql import Queries

SQL = Queries(__file__)

_TYPES = {
    "text": "string",
    "boolean": "boolean",
    "smallint": "integer",
    "integer": "integer",
    "bigint": "integer",
    "double precision": "number",
    "date": "date",
    "timestamp with time zone": "datetime",
}


def write_package(
    session: Reading, account: Account, folder: Path, *, license_name: str | None = None, is_safe: bool = False
) -> None:
    """Write every relation of ``reporting`` with its description into a folder that appears only when complete.

    Args:
        session: The session.
        account: Receives the number of rows.
        folder: The folder; an earlier package in it is replaced as a whole.
        license_name: The licence of the data, as an SPDX or Open Definition identifier; None states no licence.
        is_safe: Whether cells that a spreadsheet would run as formulas get an apostrophe.

    Raises:
        RefusedByRule: The folder contains something other than a package, or cannot be written.
    """
    session.execute(SQL["spell_in_utc"])
    relations: dict[str, list[dict[str, Any]]] = {}
    for row in session.execute(SQL["columns"]).mappings():
        relations.setdefault(row["table_name"], []).append(dict(row))
    keys = [dict(row) for row in session.execute(SQL["keys"]).mappings()]
    with _replacing_folder(folder) as beside:
        resources = []
        for name, columns in relations.items():
            measure = _write_relation(session, name, columns, beside / f"{name}.csv", is_safe=is_safe)
            account.records += measure.row_count or 0
            resources.append(_resource(name, columns, [key for key in keys if key["table_name"] == name], measure))
        described = descriptor(resources, license_name, **_about(session, is_safe=is_safe))
        (beside / DESCRIPTOR).write_text(described, encoding="utf-8", newline="\n")


def _write_relation(
    session: Reading, name: str, columns: list[dict[str, Any]], path: Path, *, is_safe: bool
) -> Measure:
    rows = streamed(session, everything(session, name, in_seconds=True), at_once=AT_ONCE)
    digest = hashlib.sha256()
    row_count = byte_count = 0
    with path.open("xb") as file:
        some = [csv_line(column["column_name"] for column in columns)]
        while some:
            words = "".join(some).encode()
            digest.update(words)
            byte_count += file.write(words)
            some = [csv_line(row.values(), is_safe=is_safe) for row in islice(rows, AT_ONCE)]
            row_count += len(some)
        file.flush()
        os.fsync(file.fileno())
    return Measure(row_count, byte_count, digest.hexdigest())


# --- The description --------------------------------------------------------------------------------------------------


def _about(session: Reading, *, is_safe: bool) -> dict[str, Any]:
    release = session.execute(SQL["release"]).mappings().one()
    description = (
        f"As known at changeset {release['changeset_number']}, as of {release['as_of_date']:%Y-%m-%d}; relations and"
        f" columns by contract {release['contract_version']}."
    )
    if is_safe:
        description += " Texts that a spreadsheet would run as formulas begin with an apostrophe."
    return {
        "name": "stancedb-reporting",
        "title": "Stances and changes of stance, as reported",
        "description": description,
        # Within one contract version, a later changeset is the newer state.
        "version": f"{release['contract_version']}.{release['changeset_number']}",
        "created": release["refreshed"],
    }


def _resource(name: str, columns: list[dict[str, Any]], keys: list[dict[str, Any]], measure: Measure) -> dict[str, Any]:
    fields = [_field(column, keys) for column in columns]
    primary = next((key["columns"] for key in keys if key["kind"] == "p"), ())
    references = [Reference(key["columns"], key["named"], key["named_columns"]) for key in keys if key["kind"] == "f"]
    return resource(name, columns[0]["table_description"], fields, measure, key=primary, references=references)


def _field(column: dict[str, Any], keys: list[dict[str, Any]]) -> dict[str, Any]:
    own = [key for key in keys if column["column_name"] in key["columns"]]
    kind = _TYPES[column["column_type"]]
    constraints = {}
    # Readers of CSV treat empty text as missing, so among texts only keys are required.
    if column["is_given"] and (kind != "string" or own):
        constraints["required"] = True
    if any(key["kind"] == "u" and len(key["columns"]) == 1 for key in own):
        constraints["unique"] = True
    return {
        "name": column["column_name"],
        "type": kind,
        "description": column["column_description"],
        **({"constraints": constraints} if constraints else {}),
    }


# --- The folder -------------------------------------------------------------------------------------------------------


@contextmanager
def _replacing_folder(folder: Path) -> Iterator[Path]:
    """Yield a folder beside the target, and move it into place when the block ends without an error."""
    # A link must continue to lead to the folder.
    target = folder.resolve()
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    before = target.with_name(f"{beside.name}.before")
    try:
        _refuse_other_files(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.mkdir()
        yield beside
        if target.exists():
            shutil.copymode(target, beside)
            target.rename(before)
        try:
            beside.rename(target)
        except OSError:
            with suppress(OSError):
                before.rename(target)
            raise
        shutil.rmtree(before, ignore_errors=True)
    except OSError as error:
        raise Unwritable.of(folder, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _refuse_other_files(folder: Path) -> None:
    """Reject a folder that contains anything that is not part of an earlier package."""
    if not folder.exists():
        return
    brought = {DESCRIPTOR}
    with suppress(OSError, ValueError, LookupError, TypeError):
        described = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
        brought |= {resource["path"] for resource in described["resources"]}
    others = sorted(path.name for path in folder.iterdir() if path.name not in brought)
    if others:
        raise OtherFilesThere(folder=folder, file=others[0])
