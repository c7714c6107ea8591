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
    """The policy questions; one issue asks one answerable question."""


@issue.command()
@click.argument("slug", help="The handle to give it, such as jp-taiwan-use-of-force.")
@click.option("--question", required=True, metavar="TEXT", help="The one question that its positions answer.")
@click.option("--scope", metavar="TEXT", help="What belongs to it and what does not.")
@slug_option("issue", "--parent", metavar="ISSUE", help="The wider issue it belongs to.")
@click.option("--status", type=STATUS, default="active", show_default=True, help="Whether it is coded now.")
@message_option
@dry_run_option
@pass_app
def add(
    app: App,
    slug: str,
    *,
    question: str,
    scope: str | None,
    parent: str | None,
    status: str,
    message: str | None,
    dry_run: bool,
) -> None:
    """Add one issue; 'position add' adds its answers.

    Example:
      stancedb issue add rearmament --question "Should Japan raise its budget?"
    """
    from stancedb.operations import issues

    with app.writing(message or f"add issue {slug}", dry_run=dry_run) as session:
        row = issues.add_issue(session, slug, question=question, scope=scope, parent=parent, status=status)
    app.output.record(row)


@issue.command("set")
@slug_argument("issue", help="The issue.")
@click.option("--question", metavar="TEXT", help="The one question that its positions answer.")
@click.option("--scope", metavar="TEXT", help="What belongs to it and what does not.")
@click.option("--status", type=STATUS, help="Whether it is coded now.")
@message_option
@dry_run_option
@pass_app
def set_(
    app: App,
    issue: str,
    *,
    question: str | None,
    scope: str | None,
    status: str | None,
    message: str | None,
    dry_run: bool,
) -> None:
    """Correct an issue; the earlier version stays in history."""
    from stancedb.operations import issues

    with app.writing(message or f"set issue {issue}", dry_run=dry_run) as session:
        row = issues.set_issue(session, issue, question=question, scope=scope, status=status)
    app.output.record(row)


@issue.command("list")
@known_at_option
@pass_app
def list_(app: App, known_at: str | None) -> None:
    """List the issues."""
    from stancedb.operations import asking, issues

    with app.reading() as session:
        rows = issues.list_issues(session, known_at=asking.changeset_number(session, known_at))
    app.output.rows(rows, columns=["issue", "status", "parent", "positions", "codings", Column("question", below=True)])


@issue.command()
@slug_argument("issue", help="The issue.")
@known_at_option
@pass_app
def show(app: App, issue: str, known_at: str | None) -> None:
    """Show an issue with its positions and how to tell them apart."""
    from stancedb.operations import asking, issues

    with app.reading() as session:
        row = issues.show_issue(session, issue, known_at=asking.changeset_number(session, known_at))
    app.output.record(row)
