"""``stancedb round``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stancedb.cli.app import App, Noun, dry_run_option, pass_app, share_options, slug_argument, slug_option
from stancedb.cli.loading import SOURCE, load_file, loading_options


@click.group("round", cls=Noun)
def round_() -> None:
    """Rounds of coding: their texts, coders and progress."""


@round_.command()
@click.argument("slug", help="The handle of the round.")
@slug_option("codebook", metavar="LABEL", help="The codebook version to code under (default: the newest).")
@slug_option("issue", "--issue", "issues", multiple=True, help="An issue in scope; repeatable (default: all active).")
@share_options(" (default: 0)")
@click.option("--seed", type=int, metavar="N", help="Seed of the random choice of texts (default: drawn).")
@click.option("--needs-review", is_flag=True, help="Codings wait for a reviewer before they count.")
@dry_run_option
@pass_app
def add(
    app: App,
    /,
    slug: str,
    codebook: str | None,
    issues: tuple[str, ...],
    seed: int | None,
    *,
    needs_review: bool,
    dry_run: bool,
    **shares: float | None,
) -> None:
    """Open a round of coding.

    Without a scope the absence of a finding would mean nothing, so a round has a list of issues. The shares are the
    defaults of 'stancedb assign'.

    Example:
      stancedb round add 2026-w49 --issue jp-taiwan-use-of-force --double 10%
    """
    from stancedb.operations import rounds

    with app.working(dry_run=dry_run) as session:
        row = rounds.add_round(
            session,
            slug,
            author=app.settings.author,
            codebook=codebook,
            issues=issues,
            shares=rounds.Shares(**shares),
            seed=seed,
            counts_at_once=not needs_review,
        )
    app.output.record(row)


@round_.command()
@click.argument("path", type=SOURCE, help="A JSONL file; - is standard input.")
@loading_options
@pass_app
def load(app: App, /, path: Path, **options: Any) -> None:
    """Load rounds that 'export round' has written.

    Each has its assignments and findings. Rounds, assignments and findings that exist are left unchanged; a record that
    differs from them is refused.
    """
    load_file(app, "round", path, **options)


@round_.command("list")
@pass_app
def list_(app: App) -> None:
    """List rounds with their progress, the newest first.

    Coders see the progress of their own texts.
    """
    from stancedb.questions import workbench

    with app.reading() as session:
        rows = workbench.list_rounds(session)
    app.output.rows(rows, columns=["round", "codebook", "opened_by", "opened", "closed", "open", "done", "problem"])


@round_.command()
@slug_argument("round", help="The round.")
@pass_app
def show(app: App, round: str) -> None:  # noqa: A002 - the noun
    """Show the scope of a round, and the progress of each coder.

    The time that a statement took is in seconds. Coders see their own progress.
    """
    from stancedb.questions import workbench

    with app.reading() as session:
        row = workbench.show_round(session, round)
    if app.output.format != "table":
        app.output.record(row)
        return
    coders = row.pop("coders")
    app.output.record(row)
    columns = ["coder", "open", "done", "problem", "withdrawn", "statements", "seconds_a_statement"]
    app.output.rows(coders, columns=columns, empty="Nothing is assigned yet.")


@round_.command()
@slug_argument("round", help="The round.")
@dry_run_option
@pass_app
def close(app: App, round: str, *, dry_run: bool) -> None:  # noqa: A002 - the noun
    """Close a round: no more texts are assigned or taken from its pool.

    Texts that coders have already can be finished.
    """
    from stancedb.operations import rounds

    with app.working(dry_run=dry_run) as session:
        row = rounds.close_round(session, round)
    app.output.record(row)


@round_.command()
@slug_argument("assignment", type=click.IntRange(1), help="The number of the assignment.")
@click.option("--reason", required=True, metavar="TEXT", help="Why the text is not coded.")
@dry_run_option
@pass_app
def withdraw(app: App, assignment: int, reason: str, *, dry_run: bool) -> None:
    """Withdraw an assignment that is open or has a problem.

    Its text no longer waits for this coder. What is done stays done; 'stancedb code reopen' opens it again.

    Example:
      stancedb round withdraw 1 --reason "not on the topic"
    """
    from stancedb.operations import rounds

    with app.working(dry_run=dry_run) as session:
        row: dict[str, Any] = rounds.withdraw(session, assignment, reason=reason)
    app.output.record(row)
