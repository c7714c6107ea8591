"""``stancedb event``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
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
from stancedb.cli.loading import SOURCE, load_file, loading_options, run_one
from stancedb.cli.output import Column
from stancedb.model.vocabulary import EventStatus


@click.group(cls=Noun)
def event() -> None:
    """What happened, and the causes that were asserted."""


@event.command()
@click.argument("path", type=SOURCE, help="JSONL or CSV file; - is standard input.")
@loading_options
@pass_app
def load(app: App, /, path: Path, **options: Any) -> None:
    """Load events with participants and asserted causes."""
    load_file(app, "event", path, **options)


@event.command()
@click.argument("slug", help="Slug of the new event, such as trump-takaichi-call-2025-11-25.")
@slug_option(
    "event_kind",
    "--kind",
    metavar="KIND",
    required=True,
    help="Kind of event, such as call, meeting, visit or travel_advisory.",
)
@click.option("--title", required=True, metavar="TEXT", help="Title shown in tables.")
@click.option(
    "--during", required=True, metavar="DATE", help="Date or period (EDTF), such as 2025-11-25, 2026 or 2025-11-14/.."
)
@click.option("--zone", metavar="ZONE", help="Time zone of the dates, such as Asia/Tokyo.")
@click.option("--status", type=choice(EventStatus), help="Status of the event (default: occurred).")
@click.option(
    "--participant",
    "participants",
    multiple=True,
    metavar="ROLE:ACTOR",
    help="Participant such as host:japan; roles are actor, recipient, host, visitor and mediator; repeatable.",
)
@click.option(
    "--cause",
    "causes",
    multiple=True,
    metavar="KIND:ASSERTED-BY:WHAT",
    help="Cause, such as responds_to:china:event/SLUG or responds_to:china:statement/SLUG; repeatable.",
)
@click.option("--citation", metavar="TEXT", help="Source that supports this.")
@message_option
@dry_run_option
@pass_app
def add(app: App, /, causes: tuple[str, ...], message: str | None, *, dry_run: bool, **fields: Any) -> None:
    r"""Add one event.

    Example:
      stancedb event add second-call --kind call --title "A second call" \
          --during 2025-12-01 --participant actor:donald-trump
    """
    from stancedb.operations import adding

    add = partial(adding.add_event, causes=tuple(_cause(cause) for cause in causes), **fields)
    run_one(app, "event", add, message=message, dry_run=dry_run)


def _cause(cell: str) -> dict[str, str]:
    kind, _, rest = cell.partition(":")
    asserted_by, _, what = rest.partition(":")
    noun, _, slug = what.partition("/")
    if noun not in {"statement", "event"} or not slug or not asserted_by:
        raise click.BadParameter(
            f"'{cell}' is not of the form KIND:ASSERTED-BY:statement/SLUG or KIND:ASSERTED-BY:event/SLUG, "
            "for example responds_to:china:statement/takaichi-2025-11-07-survival-threatening.",
            param_hint="--cause",
        )
    return {"kind": kind, "asserted_by": asserted_by, noun: slug}


@event.command("list")
@slug_option("actor", help="Only events with this participant.")
@slug_option("event_kind", "--kind", metavar="KIND", help="Only events of this kind.")
@known_at_option
@pass_app
def list_(app: App, actor: str | None, kind: str | None, known_at: str | None) -> None:
    """List events by date."""
    from stancedb.questions import events
    from stancedb.shared import asking

    with app.reading() as session:
        rows = events.list_events(session, actor=actor, kind=kind, known_at=asking.changeset_number(session, known_at))
    app.output.rows(
        rows,
        columns=[
            "event",
            "during",
            "kind",
            "status",
            "title",
            Column("participants", below=True),
            Column("follows_from", below=True),
        ],
    )


@event.command()
@slug_argument("event", help="Event slug.")
@known_at_option
@pass_app
def show(app: App, event: str, known_at: str | None) -> None:
    """Show an event with its participants, causes and statements."""
    from stancedb.questions import events
    from stancedb.shared import asking

    with app.reading() as session:
        row = events.show_event(session, event, known_at=asking.changeset_number(session, known_at))
    app.output.record(row)
