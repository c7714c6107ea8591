"""Install the functions and views that derive stances and changes from evidence."""

from __future__ import annotations

from sqlalchemy import Connection

from stancedb import installed
from stancedb.sql import Queries, perform

SQL = Queries(__file__)
OBJECTS = installed.Objects(
    __file__,
    "stancedb",
    {
        "versions.sql": None,
        "edtf_span(text)": "The days that one side of an interval covers.",
        "states(bigint, bigint, bigint, bigint, bigint)": "The definition of a stance: periods of position under a"
        " rule.",
        "settle_scale(bigint)": "Brings the scales of issues up to date with what a changeset touched.",
        "settle_succession(bigint)": "Brings the days of succession up to date with what a changeset touched.",
        "derive(bigint, bigint)": "Derives the touched pairs under one rule.",
        "settle(bigint)": "Brings evidence and stances up to date with what a changeset touched.",
        "touch_all(bigint)": "Touches everything, so that the open changeset derives it all again.",
        "role_of(stancedb.evidence, bigint, bigint, stancedb.derivation_rule)": "The role of a statement for a stance.",
        "evidence_of(bigint, bigint, bigint, bigint)": "The statements behind each stance: onset, reaffirmation,"
        " contrary.",
        "stance_evidence": "The statements behind each current stance: onset, reaffirmation, qualifying, contrary.",
    },
    witness="settle(bigint)",
)


def digest() -> str:
    """Return the checksum of the definition that this version of the program installs; releases record it."""
    return installed.digest(OBJECTS)


def installed_digest(connection: Connection) -> str | None:
    """Return the checksum of the definition in the database, or None if there is none."""
    return installed.installed_digest(connection, OBJECTS)


def install(connection: Connection, *, rebuild: bool) -> None:
    """Install functions and views; with ``rebuild``, derive everything again, in case the definition has changed."""
    installed.install(connection, OBJECTS)
    if rebuild:
        rebuild_all(connection)


def uninstall(connection: Connection) -> str | None:
    """Drop functions and views, so that migrations may change what they read; return the checksum of the old ones."""
    before = installed.uninstall(connection, OBJECTS)
    perform(connection, SQL["drop_versions"])
    return before


def rebuild_all(connection: Connection) -> None:
    """Derive everything again in a changeset of its own; evidence rows that are correct stay unchanged."""
    opened = connection.execute(SQL["open_changeset"]).scalar_one()
    connection.execute(SQL["touch_all"], {"opened": opened})
    connection.execute(SQL["settle"])
    connection.execute(SQL["defer"])
