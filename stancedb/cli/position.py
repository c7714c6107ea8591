"""``stancedb position``."""

from __future__ import annotations

import re
from typing import Any

import click

from stancedb.cli.app import (
    App,
    Noun,
    choice,
    dry_run_option,
    known_at_option,
    message_option,
    pass_app,
    slug_argument,
    slug_option,
)
from stancedb.cli.output import Column
from stancedb.model.vocabulary import PositionKind

KIND = choice(PositionKind)
COLUMNS: list[Column | str] = [
    "position",
    "label",
    "kind",
    "rank",
    "score",
    "status",
    Column("merged_into", table=False),
    "codings",
    Column("definition", below=True),
]


@click.group(cls=Noun)
def position() -> None:
    """Positions that can be taken on an issue.

    Deliberate ambiguity is also a position.
    """


@position.command()
@slug_argument("issue", help="Issue slug.")
@click.argument("slug", help="Slug of the new position, unique within the issue.")
@click.option("--label", required=True, metavar="TEXT", help="Label shown in tables.")
@click.option("--definition", required=True, metavar="TEXT", help="Definition of the position.")
@click.option("--kind", type=KIND, default="substantive", show_default=True, help="Kind of position.")
@click.option("--rank", type=click.IntRange(1, 1000), help="Rank on the ordered scale of the issue.")
@click.option("--score", type=click.FloatRange(-1, 1), help="Score used in means, for substantive positions only.")
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
@slug_argument("issue", help="Issue slug.")
@slug_argument("position", help="Position slug.")
@click.option("--label", metavar="TEXT", help="Label shown in tables.")
@click.option("--definition", metavar="TEXT", help="Definition of the position.")
@click.option("--kind", type=KIND, help="Kind of position.")
@click.option("--rank", type=click.IntRange(1, 1000), help="Rank on the ordered scale of the issue.")
@click.option("--score", type=click.FloatRange(-1, 1), help="Score used in means, for substantive positions only.")
@message_option
@dry_run_option
@pass_app
def set_(app: App, /, issue: str, position: str, message: str | None, *, dry_run: bool, **fields: Any) -> None:
    """Correct a position; the earlier version stays in the history.

    Stances are derived again. Answers as of earlier changesets do not change.
    """
    from stancedb.operations import issues

    with app.writing(message or f"set position {position} of {issue}", dry_run=dry_run) as session:
        row = issues.set_position(session, issue, position, **fields)
    app.output.rows([row], columns=COLUMNS)


@position.command()
@slug_argument("issue", help="Issue slug.")
@slug_argument("position", help="Position slug.")
@message_option
@dry_run_option
@pass_app
def retire(app: App, /, issue: str, position: str, message: str | None, *, dry_run: bool) -> None:
    """Retire a position, so that it takes no new codings.

    The position keeps its codings and leaves the scale.

    Its rank becomes free for another position. A change from or to it is a shift. 'position restore' puts it back in
    force.

    Example:
      stancedb position retire jp-remark-retraction tone-down -m "too vague"
    """
    from stancedb.operations import revising as codebook

    with app.writing(message or f"retire position {position} of {issue}", dry_run=dry_run) as session:
        row = codebook.retire_position(session, issue, position)
    app.output.rows([row], columns=COLUMNS)


@position.command()
@slug_argument("issue", help="Issue slug.")
@slug_argument("position", help="Slug of the position to retire.")
@slug_option("position", "--into", required=True, help="Position for which the codings count from now on.")
@message_option
@dry_run_option
@pass_app
def merge(app: App, /, issue: str, position: str, into: str, message: str | None, *, dry_run: bool) -> None:
    """Merge a position into another.

    Codings keep the old position and count for the new one.

    Nothing is rewritten, so 'position restore' or 'changeset undo' reverts the merge.

    Example:
      stancedb position merge us-japan-alliance loosen --into end
    """
    from stancedb.operations import revising as codebook

    with app.writing(message or f"merge position {position} of {issue} into {into}", dry_run=dry_run) as session:
        row = codebook.merge_positions(session, issue, position, into=into)
    app.output.rows([row], columns=COLUMNS)


@position.command()
@slug_argument("issue", help="Issue slug.")
@slug_argument("position", help="Slug of the position to retire.")
@click.option(
    "--into",
    metavar="POSITION[@RANK]",
    multiple=True,
    required=True,
    help="Replacement position, with its new rank if any; repeatable.",
)
@message_option
@dry_run_option
@pass_app
def split(app: App, /, issue: str, position: str, into: tuple[str, ...], message: str | None, *, dry_run: bool) -> None:
    r"""Split a position into others.

    The position is retired; its codings still count for it, without a rank, until they are recoded.

    Add the new positions first, with 'position add'. 'coding list --retired' lists the codings to be recoded.

    Example:
      stancedb position split us-japan-alliance maintain \
          --into loosen --into strengthen
    """
    from stancedb.operations import revising as codebook

    parts = [_part(part) for part in into]
    with app.writing(message or f"split position {position} of {issue}", dry_run=dry_run) as session:
        rows = codebook.split_position(session, issue, position, into=parts)
    app.output.rows(rows, columns=COLUMNS)


def _part(said: str) -> tuple[str, int | None]:
    """Return the slug and the rank of a replacement position."""
    slug, at, rank = said.partition("@")
    if at and not re.fullmatch("[1-9][0-9]{0,2}|1000", rank):
        raise click.UsageError(
            f"The rank in '{said}' is invalid; write a number from 1 to 1000 after '@', as in '{slug}@3'."
        )
    return slug, int(rank) if at else None


@position.command()
@slug_argument("issue", help="Issue slug.")
@slug_argument("position", help="Slug of the retired position.")
@click.option("--rank", type=click.IntRange(1, 1000), help="Rank on the scale (default: its last rank).")
@message_option
@dry_run_option
@pass_app
def restore(app: App, /, issue: str, position: str, rank: int | None, message: str | None, *, dry_run: bool) -> None:
    """Put a retired or merged position back in force.

    Its codings count for it again, and it takes new codings.
    """
    from stancedb.operations import revising as codebook

    with app.writing(message or f"restore position {position} of {issue}", dry_run=dry_run) as session:
        row = codebook.restore_position(session, issue, position, rank=rank)
    app.output.rows([row], columns=COLUMNS)


@position.command("list")
@slug_argument("issue", help="Issue slug.")
@known_at_option
@pass_app
def list_(app: App, issue: str, known_at: str | None) -> None:
    """List the positions of an issue in the order of its scale."""
    from stancedb.questions import issues
    from stancedb.shared import asking

    with app.reading() as session:
        rows = issues.list_positions(session, issue, known_at=asking.changeset_number(session, known_at))
    app.output.rows(rows, columns=COLUMNS)
