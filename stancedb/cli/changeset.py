"""``stancedb changeset``."""

from __future__ import annotations

import click

from stancedb.cli.app import App, Noun, dry_run_option, limit_option, message_option, pass_app
from stancedb.cli.output import TABLE_ROWS


@click.group(cls=Noun)
def changeset() -> None:
    """Who changed what in this database, when and why."""


@changeset.command("list")
@limit_option
@pass_app
def list_(app: App, limit: int | None) -> None:
    """List changesets, newest first."""
    from stancedb.questions import changesets

    with app.reading() as session:
        rows = changesets.list_changesets(session, limit=app.output.asked(limit))
    app.output.rows(
        rows,
        columns=["number", "committed_at", "author", "message", "tool", "undoes", "undone_by"],
        at_most=limit or TABLE_ROWS,
    )


@changeset.command()
@click.argument("number", type=click.IntRange(1), help="Changeset number.")
@pass_app
def show(app: App, number: int) -> None:
    """Show one changeset and the number of rows it changed."""
    from stancedb.questions import changesets

    with app.reading() as session:
        app.output.record(changesets.show_changeset(session, number))


@changeset.command()
@click.argument("number", type=click.IntRange(1), help="Changeset number.")
@message_option
@dry_run_option
@pass_app
def undo(app: App, number: int, message: str | None, *, dry_run: bool) -> None:
    """Undo a whole changeset, in a new changeset.

    No history is lost. A changeset cannot be undone while later changesets depend on its rows. If it
    released the findings of an assigned text, that text is open again.
    """
    from stancedb.operations import changesets
    from stancedb.questions import workbench

    with app.writing(message or f"undo changeset {number}", dry_run=dry_run) as session:
        reopened = workbench.released_by(session, number)
        rows = changesets.undo_changeset(session, number)
    app.output.rows(rows, columns=["rows", "removed", "restored"], empty="Nothing to undo.")
    for row in reopened:
        app.output.say(f"Assignment {row['assignment']} of {row['coder']} is open again: {row['article']}.")
