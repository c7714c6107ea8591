"""From evidence to stances to changes, in SQL: the functions that a database at head has beside its tables.

They are repeatable: each upgrade that ends at head installs them anew, so a file shows the definition in force, and
its history in the repository is the history of the definition.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from sqlalchemy import Connection, TextClause, text

# One file, one function, in the order of installation; with the comment that the database shows.
FUNCTIONS = {
    "edtf_span(text)": "The days that one side of a lasting date means.",
    "states(bigint, bigint, bigint, bigint, bigint)": "The definition of a stance: periods of position under a rule.",
    "settle_scale(bigint)": "Brings the scales of issues up to date with what a changeset touched.",
    "settle_succession(bigint)": "Brings the days of succession up to date with what a changeset touched.",
    "derive(bigint, bigint)": "Derives the touched pairs under one rule.",
    "settle(bigint)": "Brings evidence and stances up to date with what a changeset touched.",
    "touch_all(bigint)": "Touches everything, so that the open changeset derives it all anew.",
    "role_of(stancedb.evidence, bigint, bigint, stancedb.derivation_rule)": "What a statement is to a stance.",
    "evidence_of(bigint, bigint, bigint, bigint)": "The statements behind each stance: onset, reaffirmation, contrary.",
}
VIEWS = {"stance_evidence": "The statements behind each stance of today: onset, reaffirmation, qualifying, contrary."}


def digest() -> str:
    """Return the checksum of the definition that this version of the program would install.

    It changes only when the definition does, and not with its comments.
    """
    names = ("versions", *(signature.partition("(")[0] for signature in FUNCTIONS), *VIEWS)
    return hashlib.sha256("\n".join(_worked(_read(name)) for name in names).encode()).hexdigest()


def _worked(source: str) -> str:
    """Return SQL without its comments and line breaks, which change no row."""
    return " ".join(re.sub(r"--[^\n]*", "", source).split())


def installed_digest(connection: Connection) -> str | None:
    """Return the checksum of the definition that the database has, or None where it has none."""
    said: str | None = connection.execute(
        text("SELECT obj_description(to_regprocedure('stancedb.settle(bigint)'), 'pg_proc')")
    ).scalar_one()
    return said.rpartition(" ")[2] if said else None


def install(connection: Connection, *, rebuild: bool) -> None:
    """Install functions and views; with ``rebuild`` derive everything anew, because the definition may have changed."""
    connection.execute(_source("versions"))
    for signature, comment in FUNCTIONS.items():
        connection.execute(_source(signature.partition("(")[0]))
        connection.exec_driver_sql(f"COMMENT ON FUNCTION stancedb.{signature} IS '{comment}'")
    connection.exec_driver_sql(
        f"COMMENT ON FUNCTION stancedb.settle(bigint) IS '{FUNCTIONS['settle(bigint)']} Definition: {digest()}'"
    )
    for view, comment in VIEWS.items():
        connection.execute(_source(view))
        connection.exec_driver_sql(f"COMMENT ON VIEW stancedb.{view} IS '{comment}'")
    if rebuild:
        rebuild_all(connection)


def uninstall(connection: Connection) -> str | None:
    """Drop functions and views, so that migrations may change what they read; return the checksum of what there was."""
    if connection.execute(text("SELECT to_regnamespace('stancedb') IS NULL")).scalar_one():
        return None
    before = installed_digest(connection)
    for view in VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS stancedb.{view}")
    for signature in FUNCTIONS:
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS stancedb.{signature}")
    # Whatever else somebody keeps there stays.
    views = connection.execute(
        text(
            "SELECT string_agg(format('history.%I', viewname), ', ') FROM pg_catalog.pg_views"
            " WHERE schemaname = 'history' AND viewname LIKE '%\\_as\\_known'"
        )
    ).scalar_one()
    if views:
        connection.exec_driver_sql(f"DROP VIEW {views}")
    return before


def rebuild_all(connection: Connection) -> None:
    """Derive everything anew under a changeset of its own; rows of evidence that are right stay as they are."""
    opened = connection.execute(
        text("SELECT stancedb.open_changeset('stancedb', 'Derive all stances anew', 'stancedb')")
    ).scalar_one()
    connection.execute(text("SELECT stancedb.touch_all(:opened)"), {"opened": opened})
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")


def _source(name: str) -> TextClause:
    """Return one file as a statement; colons are escaped because SQLAlchemy reads them as parameters."""
    return text(_read(name).replace(":", "\\:"))


def _read(name: str) -> str:
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
