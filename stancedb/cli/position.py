"""``stancedb position``."""

from __future__ import annotations

from typing import Any

import click

from stancedb.cli.app import App, Noun, choice, dry_run_option, known_at_option, message_option, pass_app, slug_argument
from stancedb.cli.output import Column
from stancedb.model.vocabulary import PositionKind

KIND = choice(PositionKind)
COLUMNS: list[Column | str] = [
    "position", "label", "kind", "rank", "score", "codings", Column("definition", below=True),
]  # fmt: skip


@click.group(cls=Noun)
def position() -> None:
    """The positions one can take on an issue.

    Deliberate ambiguity is one of them.
    """


@position.command()
@slug_argument("issue", help="The issue that it answers.")
@click.argument("slug", help="The handle to give it, unique within the issue.")
@click.option("--label", required=True, metavar="TEXT", help="What tables show.")
@click.option("--definition", required=True, metavar="TEXT", help="What the position says.")
@click.option("--kind", type=KIND, default="substantive", show_default=True, help="What sort of answer it is.")
@click.option("--rank", type=click.IntRange(1, 1000), help="Place on the ordered scale of the issue.")
@click.option("--score", type=click.FloatRange(-1, 1), help="Number for means, of a substantive position alone.")
@message_option
@dry_run_option
@pass_app
def add(app: App, /, issue: str, slug: str, message: str | None, *, dry_run: bool, **fields: Any) -> None:
    r"""Add one position to an issue.

    Example:
      stancedb position add jp-remark-retraction explain --label "Explain it" \
          --definition "Japan should explain the remark." --rank 4
    """
    from stancedb.operations import issues

    with app.writing(message or f"add position {slug} to {issue}", dry_run=dry_run) as session:
        row = issues.add_position(session, issue, slug, **fields)
    app.output.rows([row], columns=COLUMNS)


@position.command("set")
@slug_argument("issue", help="The issue that it answers.")
@slug_argument("position", help="The position.")
@click.option("--label", metavar="TEXT", help="What tables show.")
@click.option("--definition", metavar="TEXT", help="What the position says.")
@click.option("--kind", type=KIND, help="What sort of answer it is.")
@click.option("--rank", type=click.IntRange(1, 1000), help="Place on the ordered scale of the issue.")
@click.option("--score", type=click.FloatRange(-1, 1), help="Number for means, of a substantive position alone.")
@message_option
@dry_run_option
@pass_app
def set_(app: App, /, issue: str, position: str, message: str | None, *, dry_run: bool, **fields: Any) -> None:
    """Correct a position; the earlier version stays in history.

    Stances are derived anew, and what was answered at earlier changesets stays.
    """
    from stancedb.operations import issues

    with app.writing(message or f"set position {position} of {issue}", dry_run=dry_run) as session:
        row = issues.set_position(session, issue, position, **fields)
    app.output.rows([row], columns=COLUMNS)


@position.command("list")
@slug_argument("issue", help="The issue.")
@known_at_option
@pass_app
def list_(app: App, issue: str, known_at: str | None) -> None:
    """List the positions of an issue, along its scale."""
    from stancedb.operations import asking, issues

    with app.reading() as session:
        rows = issues.list_positions(session, issue, known_at=asking.changeset_number(session, known_at))
    app.output.rows(rows, columns=COLUMNS)
