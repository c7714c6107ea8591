"""The base class, the naming convention and the column types that all tables share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Identity,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA = "stancedb"
HISTORY_SCHEMA = "history"

NAMING_CONVENTION = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Base(DeclarativeBase):
    """The base class of every table; it maps the few Python types used to PostgreSQL types."""

    metadata = MetaData(schema=SCHEMA, naming_convention=NAMING_CONVENTION)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy defines the attribute as a plain dictionary
        str: Text(),
        int: BigInteger(),
        datetime: DateTime(timezone=True),
        date: Date(),
        Range[date]: DATERANGE(),
    }


Small = Annotated[int, mapped_column(SmallInteger)]

CURRENT_CHANGESET = text("(current_setting('stancedb.changeset'::text))::bigint")


class Curated:
    """A table that users edit: each row names the changeset that wrote it, and earlier versions go to history."""

    id: Mapped[int] = mapped_column(
        BigInteger,
        Identity(),
        primary_key=True,
        sort_order=-1,
        comment="Internal key, never shown; users refer to rows by slug.",
    )
    changeset_id: Mapped[int] = mapped_column(
        BigInteger,
        server_default=CURRENT_CHANGESET,
        sort_order=900,
        comment="The changeset that wrote this version of the row; set by the database.",
    )


class Vocabulary(Curated):
    """A vocabulary that coders can extend: code, label, definition."""

    code: Mapped[str] = mapped_column(unique=True, comment="The word used in records and commands.")
    label: Mapped[str] = mapped_column(comment="The word shown in tables and charts.")
    definition: Mapped[str] = mapped_column(comment="What belongs under this code and what does not.")


def one_of(column: str, members: type[StrEnum]) -> CheckConstraint:
    """Return the CHECK that limits a text column to the members of a closed set."""
    listed = ", ".join(f"'{member}'" for member in members)
    return CheckConstraint(
        f"{column} IN ({listed})", name=f"{column}_is_known", info={"members": members, "column": column}
    )


def not_empty(column: str) -> CheckConstraint:
    """Return the CHECK that rejects an empty range, because an exclusion constraint does not catch empty ranges."""
    return CheckConstraint(f"NOT isempty({column})", name=f"{column}_not_empty")


def attribute_checks() -> tuple[CheckConstraint, ...]:
    """Return the CHECKs for the key and the value of an attribute."""
    return (
        CheckConstraint("key !~ '[:@]'", name="key_has_no_separators"),
        CheckConstraint(
            r"key !~ '^\s|\s$|[\u0001-\u001f\u007f-\u009f\u2028\u2029]'",
            name="key_is_one_line",
        ),
        CheckConstraint("char_length(key) BETWEEN 1 AND 100", name="key_is_short"),
        CheckConstraint(r"value ~ '\S'", name="value_not_blank"),
    )


def first_day(of: str) -> Any:  # noqa: ANN401 - SQLAlchemy types a mapped column by its annotation
    """Return the generated column with the first day of a range, for tools that cannot read ranges."""
    # Nullable even if a CHECK requires a value, so that the error names the CHECK instead of a generated column.
    return mapped_column(
        Date, Computed(f"lower({of})", persisted=True), nullable=True, comment=f"First possible day of {of}."
    )


def day_after(of: str) -> Any:  # noqa: ANN401 - as above
    """Return the generated column with the day after a range, for tools that cannot read ranges."""
    return mapped_column(
        Date,
        Computed(f"upper({of})", persisted=True),
        comment=f"First day after {of} (half-open); null while it lasts.",
    )


def history_of(tables: Iterable[Table]) -> None:
    """Declare the history table of each curated table: the same columns, and the changeset that ended the version."""
    for table in tables:
        columns: list[Column[Any]] = [
            Column(column.name, column.type, nullable=column.nullable, comment=column.comment)
            for column in table.columns
        ]
        columns.append(
            Column(
                "ended_changeset_id",
                BigInteger,
                nullable=False,
                comment="The changeset that replaced or removed this version.",
            )
        )
        Table(
            table.name,
            table.metadata,
            *columns,
            PrimaryKeyConstraint("id", "changeset_id"),
            Index(f"ix_{table.name}_ended", "ended_changeset_id"),
            schema=HISTORY_SCHEMA,
            comment=f"Earlier versions of the rows of {table.name}.",
        )
