"""``stancedb demo``."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

import click

from stancedb.cli.app import App, Command, pass_app
from stancedb.cli.output import Column
from stancedb.cli.stance import QUOTE

ISSUE = "jp-taiwan-use-of-force"
NEXT = """
Three commands to try next:

  {program} stance timeline --holder japan --issue jp-taiwan-use-of-force --evidence
  {program} statement show takaichi-2025-11-07-survival-threatening
  {program} stance as-of --as-of 2025-11-09 --rule latest-word
"""


@click.command(cls=Command)
@pass_app
def demo(app: App) -> None:
    """Load the worked example and query it.

    The database is created if it does not exist. The example: after decades of declining to say, did Japan take a
    position on the use of force over Taiwan in November 2025? It depends on the rule, so the answers of two rules are
    shown side by side.
    """
    from stancedb.admin import schema, seeding
    from stancedb.database import administering
    from stancedb.errors import NotOnlyTheDemo
    from stancedb.questions import events, stances

    with administering(app.settings) as engine:
        passed = schema.upgrade(engine)
    app.output.forgive()
    app.output.say(f"Database ready, {len(passed)} migrations applied." if passed else "Database ready.")
    with app.writing("Seeds: starter codebook and actors, worked example") as session:
        foreign = seeding.articles_of_others(session)
        if foreign:
            raise NotOnlyTheDemo(count=foreign)
        accounts = seeding.seed(session, with_example=True)
    rows = sum(account.inserted for account in accounts)
    app.output.say(f"Example loaded, {rows} rows." if rows else "The example was already loaded; nothing to change.")

    with app.reading() as session:
        side_by_side = stances.compare(session, holder="japan", issue=ISSUE, rules=["latest-word", "authoritative"])
        timelines = {
            rule: stances.timeline(session, holder="japan", issue=ISSUE, rule=rule)
            for rule in ("latest-word", "authoritative")
        }
        changes = stances.changes(session, rule="latest-word", holder="japan", issue=ISSUE)
        reactions = [row for row in events.list_events(session) if row["follows_from"]]
        china = stances.timeline(session, holder="china", issue="jp-remark-retraction", rule="latest-word")
        watched = events.list_indicators(session, status="open")

    if app.output.format != "table":
        app.output.record(
            {
                "issue": ISSUE,
                "holder": "japan",
                "compare": side_by_side,
                **{f"timeline_{rule.replace('-', '_')}": rows for rule, rows in timelines.items()},
                "changes": changes,
                "china_on_retraction": china,
                "reactions": reactions,
                "watched": watched,
            }
        )
        return
    out = app.output
    out.rows(
        side_by_side,
        columns=["since", "valid_last", "latest-word", "authoritative", "rules_agree"],
        title="Would Japan use force in a Taiwan contingency? Japan, by two rules",
    )
    for rule, stance_rows in timelines.items():
        out.text("\n")
        out.rows(
            stance_rows,
            columns=["since", "valid_last", "position", "evidence", "contrary", "last_evidence", *QUOTE],
            title=f"Japan, rule {rule}: each stance with the quote that began it",
        )
    out.text("\n")
    out.rows(
        changes,
        columns=["change", "from_position", "to_position", "window_from", "window_until", *QUOTE],
        title="What changed under latest-word, and the window in which it did",
    )
    out.text("\n")
    out.rows(
        china,
        columns=["since", "position", "evidence", "last_evidence", *QUOTE],
        title="China: should Japan take the remark back? (rule latest-word)",
    )
    out.text("\n")
    out.rows(
        reactions,
        columns=["event", "during", "status", Column("title", below=True), Column("follows_from", below=True)],
        title="What was done in response, and who says so",
    )
    out.text("\n")
    out.rows(
        watched,
        columns=["indicator", "due", "observed_on", "seen", Column("question", below=True)],
        title="What is being watched",
    )
    out.text(NEXT.format(program=program_as_typed()))


def program_as_typed() -> str:
    """Return the command line that calls this program, with its data directory if one was set."""
    place = os.environ.get("STANCEDB_DATA_DIR")
    return f"STANCEDB_DATA_DIR={shlex.quote(place)} {_program()}" if place else _program()


def _program() -> str:
    """Return the words that call this program from anywhere, or its path."""
    program, interpreter = Path(sys.argv[0]), Path(sys.executable)
    found = shutil.which("stancedb")
    if found is not None and (found == sys.argv[0] or Path(found).parent == interpreter.parent):
        return "stancedb"
    if program.name != "__main__.py":
        return shlex.quote(str(program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program))
    names = (name for name in ("python", "python3") if shutil.which(name) == str(interpreter))
    return f"{next(names, shlex.quote(str(interpreter)))} -m stancedb"
