"""``stancedb issue``."""

from __future__ import annotations

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
from stancedb.model.vocabulary import IssueStatus

STATUS = choice(IssueStatus)


@click.group(cls=Noun)
def issue() -> None:
    """Policy questions; each issue asks one answerable question."""


@issue.command()
@click.argument("slug", help="Slug of the new issue, such as jp-taiwan-use-of-force.")
@click.option("--question", required=True, metavar="TEXT", help="Question that the positions answer.")
@click.option("--scope", metavar="TEXT", help="What the issue covers and what it does not.")
@click.option("--low-pole", metavar="TEXT", help="What the low end of the scale stands for; requires --high-pole.")
@click.option("--high-pole", metavar="TEXT", help="What the high end of the scale stands for.")
@slug_option("issue", "--parent", metavar="ISSUE", help="Broader issue of which it is part.")
@click.option("--status", type=STATUS, default="active", show_default=True, help="Status of the issue.")
@message_option
@dry_run_option
@pass_app
def add(
    app: App,
    slug: str,
    *,
    question: str,
    scope: str | None,
    low_pole: str | None,
    high_pole: str | None,
    parent: str | None,
    status: str,
    message: str | None,
    dry_run: bool,
) -> None:
    """Add one issue; add its positions with 'position add'.

    Example:
      stancedb issue add rearmament --question "Should Japan raise its budget?"
    """
    from stancedb.operations import issues

    with app.writing(message or f"add issue {slug}", dry_run=dry_run) as session:
        row = issues.add_issue(
            session,
            slug,
            question=question,
            scope=scope,
            low_pole=low_pole,
            high_pole=high_pole,
            parent=parent,
            status=status,
        )
    app.output.record(row)


@issue.command("set")
@slug_argument("issue", help="Issue slug.")
@click.option("--question", metavar="TEXT", help="Question that the positions answer.")
@click.option("--scope", metavar="TEXT", help="What the issue covers and what it does not.")
@click.option("--low-pole", metavar="TEXT", help="What the low end of the scale stands for.")
@click.option("--high-pole", metavar="TEXT", help="What the high end of the scale stands for.")
@click.option("--status", type=STATUS, help="Status of the issue.")
@message_option
@dry_run_option
@pass_app
def set_(
    app: App,
    issue: str,
    *,
    question: str | None,
    scope: str | None,
    low_pole: str | None,
    high_pole: str | None,
    status: str | None,
    message: str | None,
    dry_run: bool,
) -> None:
    """Correct an issue; the earlier version stays in the history."""
    from stancedb.operations import issues

    with app.writing(message or f"set issue {issue}", dry_run=dry_run) as session:
        row = issues.set_issue(
            session, issue, question=question, scope=scope, low_pole=low_pole, high_pole=high_pole, status=status
        )
    app.output.record(row)


@issue.command()
@slug_argument("issue", help="Issue slug.")
@message_option
@dry_run_option
@pass_app
def retire(app: App, /, issue: str, message: str | None, *, dry_run: bool) -> None:
    """Retire an issue, so that it takes no new codings.

    Existing codings stay and still count.

    'issue restore' puts the issue back in force.
    """
    from stancedb.operations import revising as codebook

    with app.writing(message or f"retire issue {issue}", dry_run=dry_run) as session:
        row = codebook.retire_issue(session, issue)
    app.output.record(row)


@issue.command()
@slug_argument("issue", help="Slug of the issue to retire.")
@slug_option("issue", "--into", required=True, help="Issue for which the codings count from now on.")
@click.option(
    "--position",
    "positions",
    metavar="OLD=NEW",
    multiple=True,
    help="New position for an old one (default: the position with the same slug); repeatable.",
)
@message_option
@dry_run_option
@pass_app
def merge(
    app: App, /, issue: str, into: str, positions: tuple[str, ...], message: str | None, *, dry_run: bool
) -> None:
    r"""Merge an issue into another.

    Codings keep the old issue, and count for the new one and its positions.

    Nothing is rewritten, so 'issue restore' or 'changeset undo' reverts the merge.

    Example:
      stancedb issue merge jp-remark-retraction --into us-japan-alliance \
          --position oppose=maintain --position tone-down=loosen \
          --position support=end --dry-run
    """
    from stancedb.operations import revising as codebook

    mapping = dict(_pair(said) for said in positions)
    with app.writing(message or f"merge issue {issue} into {into}", dry_run=dry_run) as session:
        row = codebook.merge_issues(session, issue, into=into, positions=mapping)
    app.output.record(row)


def _pair(said: str) -> tuple[str, str]:
    """Return the two positions of a mapping."""
    old, equals, new = said.partition("=")
    if not (old and equals and new):
        raise click.UsageError(f"'{said}' does not name two positions; write OLD=NEW.")
    return old, new


@issue.command()
@slug_argument("issue", help="Slug of the retired issue.")
@message_option
@dry_run_option
@pass_app
def restore(app: App, /, issue: str, message: str | None, *, dry_run: bool) -> None:
    """Put a retired or merged issue back in force.

    If it was merged, its positions return to their earlier state.
    """
    from stancedb.operations import revising as codebook

    with app.writing(message or f"restore issue {issue}", dry_run=dry_run) as session:
        row = codebook.restore_issue(session, issue)
    app.output.record(row)


@issue.command("list")
@known_at_option
@pass_app
def list_(app: App, known_at: str | None) -> None:
    """List issues."""
    from stancedb.questions import issues
    from stancedb.shared import asking

    with app.reading() as session:
        rows = issues.list_issues(session, known_at=asking.changeset_number(session, known_at))
    columns: list[Column | str] = [
        "issue",
        "status",
        Column("merged_into", table=False),
        "parent",
        "positions",
        "codings",
        Column("question", below=True),
    ]
    app.output.rows(rows, columns=columns)


@issue.command()
@slug_argument("issue", help="Issue slug.")
@known_at_option
@pass_app
def show(app: App, issue: str, known_at: str | None) -> None:
    """Show an issue with its positions and their definitions."""
    from stancedb.questions import issues
    from stancedb.shared import asking

    with app.reading() as session:
        row = issues.show_issue(session, issue, known_at=asking.changeset_number(session, known_at))
    app.output.record(row)
