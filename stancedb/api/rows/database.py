"""Rows about the database itself, and about loads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from stancedb.api.rows.base import Row


@dataclass(frozen=True, slots=True)
class Reported(Row):
    """The changeset and date of the reporting schema.

    Attributes:
        contract_version: Version of its contract; None if it was never refreshed.
        refreshed_at: Time of the last refresh.
        as_of_date: Date as of which it is.
        changeset_number: Number of the changeset as of which it is.
        statement_count: Number of statements.
        stance_count: Number of stances.
        change_count: Number of changes.
        last_changeset: Number of the latest changeset of the database.
        changesets_behind: Number of later changesets.
        is_up_to_date: Whether changeset and date are the latest.
    """

    contract_version: str | None
    refreshed_at: datetime | None
    as_of_date: date | None
    changeset_number: int | None
    statement_count: int | None
    stance_count: int | None
    change_count: int | None
    last_changeset: int
    changesets_behind: int | None
    is_up_to_date: bool


@dataclass(frozen=True, slots=True)
class Refreshed(Row):
    """The changes of a refresh to a table of the reporting schema.

    Attributes:
        table: Name of the table.
        inserted: Number of new rows.
        updated: Number of changed rows.
        deleted: Number of removed rows.
    """

    table: str
    inserted: int
    updated: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Right(Row):
    """The rights of each role.

    Attributes:
        what: Table or command.
        coder: What a coder may do; None for nothing.
        reviewer: What a reviewer may do; None for nothing.
        owner: What the owner may do.
        rule: Rule that restricts it.
    """

    what: str
    coder: str | None
    reviewer: str | None
    owner: str
    rule: str | None


@dataclass(frozen=True, slots=True)
class RecordKind(Row):
    """A kind of record that can be loaded.

    Attributes:
        kind: Name of the kind.
        says: What it describes.
    """

    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class LoadedTable(Row):
    """The changes of a load to a table.

    Attributes:
        rows: Name of the table.
        inserted: Number of new rows.
        updated: Number of changed rows.
        unchanged: Number of unchanged rows.
    """

    rows: str
    inserted: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class RejectedRecord(Row):
    """A record that was not loaded.

    Attributes:
        source: File, or "rows" for records passed as rows.
        line: Line of the file, or number of the record, counted from 1; None if it has none.
        field: Invalid field; None for the whole record.
        reason: What is wrong, as a sentence.
    """

    source: str
    line: int | None
    field: str | None
    reason: str
