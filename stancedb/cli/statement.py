"""``stancedb statement``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from stancedb.cli.app import (
    App,
    Day,
    Noun,
    choice,
    dry_run_option,
    known_at_option,
    limit_option,
    message_option,
    pass_app,
    slug_argument,
    slug_option,
)
from stancedb.cli.coding import answer_options, judge_options
from stancedb.cli.loading import SOURCE, load_file, loading_options, run_load, run_one, source_of
from stancedb.cli.output import TABLE_ROWS, Column
from stancedb.model.vocabulary import ActorKind, Assertion, LinkKind, Rendering, SelfDeclared, Verification

F = TypeVar("F", bound=Callable[..., Any])

SAID_HELP = "Date of the statement (EDTF), such as 2025-11-07, 2025-11 or [2025-11-01..2025-11-10]."


def quote_options(command: F) -> F:
    """Add the options that find a quote in the text of an article."""
    return _with_options(
        command,
        click.option("--quote", metavar="TEXT", help="Words in the article, which are looked up in its frozen text."),
        click.option("--prefix", metavar="TEXT", help="Words before the quote, if it occurs more than once."),
        click.option("--suffix", metavar="TEXT", help="Words after the quote, if it occurs more than once."),
    )


def speech_options(command: F) -> F:
    """Add the options of a statement, its mention and the subject of a coding, except speaker, date and quote."""
    return _with_options(
        command,
        slug_option(
            "actor", "--office", metavar="OFFICE", help="Office of the speaker, if several were held that day."
        ),
        slug_option("actor", "--on-behalf-of", metavar="ACTOR", help="Actor on whose behalf it was said."),
        slug_option("capacity", help="Capacity in which the speaker spoke."),
        click.option(
            "--authority",
            type=click.IntRange(1, 6),
            help="Authority, from 6 (law) through 3 (ad-lib remark) to 1 (anonymous) (default: 3).",
        ),
        slug_option("act", help="Speech act, such as warn, demand or decline_to_comment (default: assert)."),
        click.option(
            "--ends/--no-ends",
            default=None,
            help="Whether the position is unknown after the last day of a lasting date.",
        ),
        click.option("--zone", metavar="ZONE", help="Time zone of the speaker's location, such as Asia/Tokyo."),
        click.option("--place", metavar="TEXT", help="Place where it was said."),
        slug_option("event", help="Event during which it was said."),
        click.option("--summary", metavar="TEXT", help="Summary, in your words."),
        click.option("--verification", type=choice(Verification), help="How certain it is that it was said."),
        click.option(
            "--self-declared",
            type=choice(SelfDeclared),
            help="What the speaker claims about the position: continuity or change.",
        ),
        slug_option("actor", "--addressee", "addressees", multiple=True, help="Actor to whom it was said; repeatable."),
        click.option(
            "--link",
            "links",
            multiple=True,
            metavar="KIND:STATEMENT",
            help="Link to an earlier statement, such as responds_to:xue-2025-11-08-post; repeatable.",
        ),
        click.option(
            "--rendering",
            type=choice(Rendering),
            metavar="NAME",
            help=f"How the outlet renders the statement: {', '.join(Rendering)} (default: verbatim).",
        ),
        click.option("--asserts", type=choice(Assertion), help="Whether the outlet asserts that it was said."),
        click.option("--attribution", metavar="TEXT", help="Name and title of the speaker, as printed."),
        slug_option("actor", "--holder", metavar="ACTOR", help="Actor whose position is coded (default: the speaker)."),
        slug_option("issue", help="Issue of the coding (default: no coding is added)."),
        slug_option("position", help="Position expressed (default: no codable position)."),
    )


def _with_options(command: F, *options: Callable[[F], F]) -> F:
    for option in reversed(options):
        command = option(command)
    return command


@click.group(cls=Noun)
def statement() -> None:
    """Who said what, when and where.

    One act of speech is one statement, however many outlets print it.
    """


@statement.command()
@click.argument("path", type=SOURCE, help="Coding sheet in JSONL or CSV; - is standard input.")
@click.option(
    "--mapping",
    type=click.Path(path_type=Path, dir_okay=False),
    help="TOML file that maps the columns of another CSV table.",
)
@click.option(
    "--make-actors", is_flag=True, help="Create actors for speakers, holders and principals with unknown names."
)
@click.option(
    "--actor-kind",
    type=choice(ActorKind),
    metavar="KIND",
    default=str(ActorKind.PERSON),
    show_default=True,
    help=f"Kind of the actors that --make-actors creates: {', '.join(ActorKind)}.",
)
@loading_options
@pass_app
def load(app: App, /, path: Path, mapping: Path | None, actor_kind: str, *, make_actors: bool, **options: Any) -> None:
    """Load a coding sheet, or another table with a mapping.

    Each line yields a statement, its mention in an article, and a coding. A mapping describes the columns of a table of
    votes, a survey or stance labels; with --dry-run the first ten rows are shown as interpreted.

    Example:
      stancedb statement load sheet.csv --dry-run
    """
    options["makes_actors"] = actor_kind if make_actors else None
    if mapping is None:
        load_file(app, "statement", path, **options)
        return
    from stancedb.reading.mapped import read_mapped, read_mapping

    encoding = options.pop("encoding")
    items = read_mapped(source_of(path), read_mapping(mapping), encoding=encoding, tell=app.output.say)
    items = _shown_first(app, items) if options["dry_run"] else items
    run_load(app, "statement", items, origin=path.name, **options)


def _shown_first(app: App, items: Iterator[Any], rows: int = 10) -> Iterator[Any]:
    """Print how the first rows are interpreted, and yield all rows."""
    from stancedb.reading.mapped import understood
    from stancedb.records.checking import Read

    for item in items:
        if rows and isinstance(item, Read):
            rows -= 1
            said = ", ".join(f"{name} {value}" for name, value in understood(item).items() if value is not None)
            app.output.say(f"Interpreted as: {said}")
        yield item


@statement.command()
@slug_option("actor", "--speaker", required=True, help="Actor who spoke.")
@click.option("--said", required=True, metavar="DATE", help=SAID_HELP)
@slug_option("article", help="Article that prints the statement.")
@quote_options
@click.option("--slug", "statement", metavar="SLUG", help="Statement slug (default: generated from its words).")
@speech_options
@answer_options
@judge_options
@click.option("--citation", metavar="TEXT", help="Additional source that supports this.")
@message_option
@dry_run_option
@pass_app
def add(app: App, /, message: str | None, *, dry_run: bool, **fields: Any) -> None:
    r"""Add one statement with its mention and a coding.

    If --slug names an existing statement, the mention and coding are added to it.

    Example:
      stancedb statement add --speaker sanae-takaichi --on-behalf-of japan \
          --said 2025-11-07 --article desk-2025-11-08-budget-committee \
          --quote "blockade of Taiwan" --rendering paraphrase --holder japan \
          --issue jp-taiwan-use-of-force --position may-warrant
    """
    from stancedb.operations import adding

    run_one(app, "statement", partial(adding.add_statement, **fields), message=message, dry_run=dry_run)


@statement.command("set")
@slug_argument("statement", help="Statement slug.")
@slug_option("actor", "--speaker", help="Actor who spoke.")
@click.option("--said", metavar="DATE", help="Date of the statement (EDTF).")
@slug_option("actor", "--office", metavar="OFFICE", help="Office of the speaker, if several were held that day.")
@slug_option("actor", "--on-behalf-of", metavar="ACTOR", help="Actor on whose behalf it was said.")
@slug_option("capacity", help="Capacity in which the speaker spoke.")
@click.option("--authority", type=click.IntRange(1, 6), help="Authority, from 6 (law) to 1 (anonymous).")
@slug_option("act", help="Speech act, such as assert, warn or demand.")
@click.option(
    "--ends/--no-ends", default=None, help="Whether the position is unknown after the last day of a lasting date."
)
@click.option("--zone", metavar="ZONE", help="Time zone of the speaker's location, such as Asia/Tokyo.")
@click.option("--place", metavar="TEXT", help="Place where it was said.")
@slug_option("event", help="Event during which it was said.")
@click.option("--summary", metavar="TEXT", help="Summary, in your words.")
@click.option("--verification", type=choice(Verification), help="How certain it is that it was said.")
@click.option(
    "--self-declared",
    type=choice(SelfDeclared),
    help="What the speaker claims about the position: continuity or change.",
)
@click.option("--citation", metavar="TEXT", help="Source that supports this.")
@message_option
@dry_run_option
@pass_app
def set_(app: App, /, statement: str, message: str | None, *, dry_run: bool, **fields: Any) -> None:
    """Correct a statement; the earlier version stays in the history.

    Stances are derived again. Answers as of earlier changesets do not change.
    """
    from stancedb.operations import adding

    change = partial(adding.set_statement, statement=statement, **fields)
    run_one(app, "statement", change, message=message or f"set statement {statement}", dry_run=dry_run)


@statement.command("list")
@slug_option("actor", "--speaker", help="Only statements by this speaker.")
@slug_option("article", help="Only statements printed in this article.")
@slug_option("issue", help="Only statements coded on this issue.")
@click.option("--since", type=Day(), metavar="DATE", help="Only statements made on or after this date.")
@click.option("--until", type=Day(), metavar="DATE", help="Only statements made on or before this date.")
@limit_option
@known_at_option
@pass_app
def list_(
    app: App,
    *,
    speaker: str | None,
    article: str | None,
    issue: str | None,
    since: date | None,
    until: date | None,
    limit: int | None,
    known_at: str | None,
) -> None:
    """List statements by date."""
    from stancedb.questions import statements
    from stancedb.shared import asking

    with app.reading() as session:
        rows = statements.list_statements(
            session,
            speaker=speaker,
            article=article,
            issue=issue,
            since=since,
            until=until,
            limit=app.output.asked(limit),
            known_at=asking.changeset_number(session, known_at),
        )
    app.output.rows(
        rows,
        columns=[
            "statement",
            "said",
            "speaker",
            Column("office", table=False),
            "act",
            "authority",
            Column("verification", table=False),
            "mentions",
            "codings",
            Column("words", below=True),
        ],
        at_most=limit or TABLE_ROWS,
    )


@statement.command()
@slug_argument("statement", help="Statement slug.")
@known_at_option
@pass_app
def show(app: App, statement: str, known_at: str | None) -> None:
    """Show a statement with its quotes, codings, links and history."""
    from stancedb.questions import statements
    from stancedb.shared import asking

    with app.reading() as session:
        row = statements.show_statement(session, statement, known_at=asking.changeset_number(session, known_at))
    app.output.record(row)


@statement.command()
@slug_argument("statement", help="Slug of the later statement.")
@click.argument("kind", type=choice(LinkKind), metavar="KIND", help=f"Relation: {', '.join(LinkKind)}.")
@slug_argument("statement", "target", help="Slug of the earlier statement.")
@message_option
@dry_run_option
@pass_app
def link(app: App, statement: str, kind: str, target: str, message: str | None, *, dry_run: bool) -> None:
    r"""Link a later statement to an earlier one.

    Example:
      stancedb statement link mao-2025-11-19-countermeasures responds_to \
          takaichi-2025-11-07-survival-threatening
    """
    from stancedb.operations import statements

    with app.writing(message or f"link {statement} {kind} {target}", dry_run=dry_run) as session:
        row = statements.link_statements(session, statement, kind=kind, target=target)
    app.output.record(row)


@statement.command()
@slug_argument("statement", help="Statement slug.")
@click.option("--reason", required=True, metavar="TEXT", help="Why the record is wrong.")
@message_option
@dry_run_option
@pass_app
def retract(app: App, statement: str, reason: str, message: str | None, *, dry_run: bool) -> None:
    """Retract the record of a statement because it is wrong.

    The record is kept, with the reason, but no longer counts.

    If the speaker took the words back, that is a separate statement: add it with --link retracts:STATEMENT.
    """
    from stancedb.operations import statements

    with app.writing(message or f"retract statement {statement}: {reason}", dry_run=dry_run) as session:
        row = statements.retract_statement(session, statement, reason=reason)
    app.output.record(row)
