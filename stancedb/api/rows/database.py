"""Rows about the database itself, and what is loaded into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from stancedb.api.rows.base import Row


@dataclass(frozen=True, slots=True)
class Reported(Row):
    """Up to which changeset and day the schema reporting answers.

    Attributes:
        contract_version: Version of its contract; None if nothing is reported yet.
        refreshed_at: When it was refreshed.
        as_of_date: Day as of which it answers.
        changeset_number: Number of the changeset up to which it answers.
        statement_count: Number of statements.
        stance_count: Number of stances.
        change_count: Number of changes.
        last_changeset: Number of the latest changeset of the database.
        changesets_behind: Number of changesets that are not yet reported.
        is_up_to_date: Whether changeset and day are the latest.
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
    """What a refresh did to a table of the schema reporting.

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
    """What each role may do.

    Attributes:
        what: Table or command.
        coder: What a coder may do; None for nothing.
        reviewer: What a reviewer may do; None for nothing.
        owner: What the owner may do.
        rule: Rule that narrows it.
    """

    what: str
    coder: str | None
    reviewer: str | None
    owner: str
    rule: str | None


@dataclass(frozen=True, slots=True)
class RecordKind(Row):
    """A kind of record that loads.

    Attributes:
        kind: Name of the kind.
        says: What it describes.
    """

    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class LoadedTable(Row):
    """What a load did to a table.

    Attributes:
        rows: Name of the table.
        inserted: Number of new rows.
        updated: Number of changed rows.
        unchanged: Number of rows that existed.
    """

    rows: str
    inserted: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class RejectedRecord(Row):
    """A record that was not loaded.

    Attributes:
        source: File, or "rows" for records that were passed as such.
        line: Line of the file, or number of the record, from 1; None where it has none.
        field: Field that is wrong; None for the record as a whole.
        reason: What is wrong, in a sentence.
    """

    source: str
    line: int | None
    field: str | None
    reason: str
