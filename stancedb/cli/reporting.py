"""``stancedb reporting``."""

from __future__ import annotations

import click

from stancedb.cli.app import App, Noun, pass_app


@click.group(cls=Noun)
def reporting() -> None:
    """What BI tools and researchers read: the schema reporting, and how it follows the database."""


@reporting.command()
@click.option("--full", is_flag=True, help="Compare every row, not those alone that later changesets may have changed.")
@pass_app
def refresh(app: App, *, full: bool) -> None:
    """Bring the reporting schema up to date.

    Rows that differ are written, in one transaction. Whoever reads meanwhile is not held up and sees what was there.

    Example:
      stancedb reporting refresh
    """
    import time

    from stancedb.operations import reporting as operations

    began = time.monotonic()
    with app.refreshing() as session:
        rows = operations.refresh(session, is_full=full)
    changed = [row for row in rows if row["inserted"] or row["updated"] or row["deleted"]]
    app.output.rows(changed, columns=["table", "inserted", "updated", "deleted"], empty="Nothing has changed.")
    app.output.say(f"The reporting schema is up to date, in {time.monotonic() - began:.2f} s.")


@reporting.command()
@pass_app
def status(app: App) -> None:
    """Show up to which changeset and day the reporting schema answers."""
    from stancedb.operations import reporting as operations

    with app.reading() as session:
        app.output.record(operations.status(session))


@reporting.command()
@pass_app
def check(app: App) -> None:
    """Compare the reporting schema with what should be in it.

    Relations are held against their contract, rows against what belongs there; every row is computed anew, so this
    takes as long as a full refresh. Exits with 1 if anything differs.
    """
    from stancedb.operations import reporting as operations

    with app.refreshing() as session:
        faults = operations.check(session)
    app.output.rows(faults, columns=["what", "fault"], empty="The reporting schema is as it should be.")
    if faults:
        raise SystemExit(1)
