"""``stancedb indicator``."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import click

from stancedb.cli.app import (
    App,
    Day,
    Noun,
    choice,
    dry_run_option,
    message_option,
    pass_app,
    slug_argument,
    slug_option,
)
from stancedb.cli.loading import SOURCE, load_file, loading_options, run_one
from stancedb.cli.output import Column
from stancedb.model.vocabulary import IndicatorStatus

STATUS = choice(IndicatorStatus)


@click.group(cls=Noun)
def indicator() -> None:
    """Questions to watch, and what was observed."""


@indicator.command()
@click.argument("path", type=SOURCE, help="JSONL file; - is standard input.")
@loading_options
@pass_app
def load(app: App, /, path: Path, **options: Any) -> None:
    """Load indicators with their observations."""
    load_file(app, "indicator", path, **options)


@indicator.command()
@click.argument("slug", help="Slug of the new indicator, such as joint-exercises.")
@click.option("--question", required=True, metavar="TEXT", help="Question being watched.")
@click.option("--counts-if", required=True, metavar="TEXT", help="What counts as yes.")
@slug_option("issue", help="Issue that the indicator concerns.")
@click.option("--due", metavar="DATE", help="Date when an answer is due (EDTF).")
@click.option("--citation", metavar="TEXT", help="Source that proposed the indicator.")
@message_option
@dry_run_option
@pass_app
def add(app: App, /, message: str | None, *, dry_run: bool, **fields: Any) -> None:
    r"""Add one indicator.

    Example:
      stancedb indicator add exercises --question "More joint exercises?" \
          --counts-if "One is announced."
    """
    from stancedb.operations import adding

    run_one(app, "indicator", partial(adding.add_indicator, **fields), message=message, dry_run=dry_run)


@indicator.command()
@slug_argument("indicator", help="Indicator slug.")
@click.option("--on", "day", type=Day(), required=True, metavar="DATE", help="Date of the observation.")
@click.option("--seen/--not-seen", required=True, help="Whether what counts as yes was seen by that date.")
@click.option("--note", metavar="TEXT", help="What was seen, or where you looked for it.")
@slug_option("article", help="Source article.")
@click.option("--status", type=STATUS, help="New status of the indicator.")
@message_option
@dry_run_option
@pass_app
def observe(
    app: App,
    indicator: str,
    *,
    day: date,
    note: str | None,
    article: str | None,
    status: str | None,
    message: str | None,
    seen: bool,
    dry_run: bool,
) -> None:
    r"""Record an observation of an indicator on a date.

    "Not seen" is an observation too.

    Example:
      stancedb indicator observe japan-retracts-remark --on 2026-03-01 \
          --not-seen --note "nothing in the ministry's releases"
    """
    from stancedb.operations import events

    with app.writing(message or f"observe {indicator} on {day}", dry_run=dry_run) as session:
        row = events.observe(session, indicator, day=day, is_seen=seen, note=note, article=article, status=status)
    app.output.record(row)


@indicator.command("list")
@slug_option("issue", help="Only indicators of this issue.")
@click.option("--status", type=STATUS, help="Only indicators with this status.")
@pass_app
def list_(app: App, issue: str | None, status: str | None) -> None:
    """List indicators with the latest observation of each."""
    from stancedb.questions import events

    with app.reading() as session:
        rows = events.list_indicators(session, issue=issue, status=status)
    app.output.rows(
        rows,
        columns=[
            "indicator",
            "status",
            "due",
            "observed_on",
            "seen",
            Column("issue", table=False),
            Column("question", below=True),
            Column("note", below=True),
        ],
    )


@indicator.command()
@slug_argument("indicator", help="Indicator slug.")
@pass_app
def show(app: App, indicator: str) -> None:
    """Show an indicator with all its observations."""
    from stancedb.questions import events

    with app.reading() as session:
        app.output.record(events.show_indicator(session, indicator))
