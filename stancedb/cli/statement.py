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

SAID_HELP = "When, as EDTF: 2025-11-07, 2025-11, [2025-11-01..2025-11-10]."


def quote_options(command: F) -> F:
    """Add the options that find a quote in the text of an article."""
    return _with_options(
        command,
        click.option(
            "--quote", metavar="TEXT", help="The words in the article; they are looked up in its frozen text."
        ),
        click.option("--prefix", metavar="TEXT", help="Words before the quote, where it stands more than once."),
        click.option("--suffix", metavar="TEXT", help="Words after the quote, where it stands more than once."),
    )


def speech_options(command: F) -> F:
    """Add what a statement and its mention say besides speaker, date and quote, and what a coding is about."""
    return _with_options(
        command,
        slug_option(
            "actor", "--office", metavar="OFFICE", help="The office held, where the speaker held several that day."
        ),
        slug_option("actor", "--on-behalf-of", metavar="ACTOR", help="In whose name it was said."),
        slug_option("capacity", help="In what capacity."),
        click.option(
            "--authority", type=click.IntRange(1, 6), help="6 law ... 3 ad-lib remark (the default) ... 1 anonymous."
        ),
        slug_option("act", help="What it does: assert (the default), warn, demand, decline_to_comment, ..."),
        click.option("--ends/--no-ends", default=None, help="Nothing is known after the last day of a lasting date."),
        click.option("--zone", metavar="ZONE", help="Time zone of the speaker's place, such as Asia/Tokyo."),
        click.option("--place", metavar="TEXT", help="Where it was said."),
        slug_option("event", help="The event in the course of which it was said."),
        click.option("--summary", metavar="TEXT", help="What was said, in your words."),
        click.option("--verification", type=choice(Verification), help="How sure it is that it was said."),
        click.option("--self-declared", type=choice(SelfDeclared), help="What the speaker says about change."),
        slug_option("actor", "--addressee", "addressees", multiple=True, help="To whom; may be given several times."),
        click.option(
            "--link", "links", multiple=True, metavar="KIND:STATEMENT", help="As responds_to:xue-2025-11-08-post."
        ),
        click.option("--rendering", type=choice(Rendering), help="How the outlet prints it; verbatim if not given."),
        click.option("--asserts", type=choice(Assertion), help="Whether the outlet says that it was said."),
        click.option("--attribution", metavar="TEXT", help="Name and title of the speaker as printed."),
        slug_option(
            "actor", "--holder", metavar="ACTOR", help="Whose position it expresses; the speaker's if not given."
        ),
        slug_option("issue", help="On which issue; without one no coding is made."),
        slug_option("position", help="Which position; without one it takes no codable position."),
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
@click.argument("path", type=SOURCE, help="A coding sheet in JSONL or CSV; - is standard input.")
@click.option(
    "--mapping",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A TOML file that says what the columns of any other CSV table mean.",
)
@click.option(
    "--make-actors", is_flag=True, help="Make an actor of each speaker, holder or principal whose name nobody has."
)
@click.option(
    "--actor-kind",
    type=choice(ActorKind),
    default=str(ActorKind.PERSON),
    show_default=True,
    help="What the actors are that --make-actors makes.",
)
@loading_options
@pass_app
def load(app: App, /, path: Path, mapping: Path | None, actor_kind: str, *, make_actors: bool, **options: Any) -> None:
    """Load a coding sheet, or another table by a mapping.

    Each line makes a statement, its mention in an article, and a coding. A mapping says what the columns of a table of
    votes, a survey or stance labels mean; with --dry-run its first ten rows are shown as they are understood.

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
    """Tell how the first rows are understood, and hand all of them on."""
    from stancedb.reading.mapped import understood
    from stancedb.records.checking import Read

    for item in items:
        if rows and isinstance(item, Read):
            rows -= 1
            said = ", ".join(f"{name} {value}" for name, value in understood(item).items() if value is not None)
            app.output.say(f"Understood: {said}")
        yield item


@statement.command()
@slug_option("actor", "--speaker", required=True, help="Who spoke.")
@click.option("--said", required=True, metavar="DATE", help=SAID_HELP)
@slug_option("article", help="The article it is printed in.")
@quote_options
@click.option("--slug", "statement", metavar="SLUG", help="The handle to give it; else one is made from its words.")
@speech_options
@answer_options
@judge_options
@click.option("--citation", metavar="TEXT", help="Where the fact can be checked besides.")
@message_option
@dry_run_option
@pass_app
def add(app: App, /, message: str | None, *, dry_run: bool, **fields: Any) -> None:
    r"""Add one statement with its mention and a coding.

    With --slug of one at hand it is added to that.

    Example:
      stancedb statement add --speaker sanae-takaichi --on-behalf-of japan \
          --said 2025-11-07 --article desk-2025-11-08-budget-committee \
          --quote "blockade of Taiwan" --rendering paraphrase --holder japan \
          --issue jp-taiwan-use-of-force --position may-warrant
    """
    from stancedb.operations import adding

    run_one(app, "statement", partial(adding.add_statement, **fields), message=message, dry_run=dry_run)


@statement.command("set")
@slug_argument("statement", help="The statement.")
@slug_option("actor", "--speaker", help="Who spoke.")
@click.option("--said", metavar="DATE", help="When, as EDTF.")
@slug_option("actor", "--office", metavar="OFFICE", help="The office held, where the speaker held several that day.")
@slug_option("actor", "--on-behalf-of", metavar="ACTOR", help="In whose name it was said.")
@slug_option("capacity", help="In what capacity.")
@click.option("--authority", type=click.IntRange(1, 6), help="6 law ... 1 anonymous.")
@slug_option("act", help="What it does.")
@click.option("--ends/--no-ends", default=None, help="Nothing is known after the last day of a lasting date.")
@click.option("--zone", metavar="ZONE", help="Time zone of the speaker's place.")
@click.option("--place", metavar="TEXT", help="Where it was said.")
@slug_option("event", help="The event in the course of which it was said.")
@click.option("--summary", metavar="TEXT", help="What was said, in your words.")
@click.option("--verification", type=choice(Verification), help="How sure it is that it was said.")
@click.option("--self-declared", type=choice(SelfDeclared), help="What the speaker says about change.")
@click.option("--citation", metavar="TEXT", help="Where the fact can be checked.")
@message_option
@dry_run_option
@pass_app
def set_(app: App, /, statement: str, message: str | None, *, dry_run: bool, **fields: Any) -> None:
    """Correct a statement; the earlier version stays in history.

    Stances are derived anew, and what was answered at earlier changesets stays.
    """
    from stancedb.operations import adding

    change = partial(adding.set_statement, statement=statement, **fields)
    run_one(app, "statement", change, message=message or f"set statement {statement}", dry_run=dry_run)


@statement.command("list")
@slug_option("actor", "--speaker", help="Statements of this speaker alone.")
@slug_option("article", help="Statements printed in this article alone.")
@slug_option("issue", help="Statements coded on this issue alone.")
@click.option("--since", type=Day(), metavar="DATE", help="Said on this day or later.")
@click.option("--until", type=Day(), metavar="DATE", help="Said on this day or earlier.")
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
    """List statements in order of date."""
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
@slug_argument("statement", help="The statement.")
@known_at_option
@pass_app
def show(app: App, statement: str, known_at: str | None) -> None:
    """Show a statement with its quotes, codings, links and record."""
    from stancedb.questions import statements
    from stancedb.shared import asking

    with app.reading() as session:
        row = statements.show_statement(session, statement, known_at=asking.changeset_number(session, known_at))
    app.output.record(row)


@statement.command()
@slug_argument("statement", help="The later statement.")
@click.argument("kind", type=choice(LinkKind), metavar="KIND", help=f"What it does: {', '.join(LinkKind)}.")
@slug_argument("statement", "target", help="The earlier statement.")
@message_option
@dry_run_option
@pass_app
def link(app: App, statement: str, kind: str, target: str, message: str | None, *, dry_run: bool) -> None:
    r"""Say how a later statement stands to an earlier one.

    Example:
      stancedb statement link mao-2025-11-19-countermeasures responds_to \
          takaichi-2025-11-07-survival-threatening
    """
    from stancedb.operations import statements

    with app.writing(message or f"link {statement} {kind} {target}", dry_run=dry_run) as session:
        row = statements.link_statements(session, statement, kind=kind, target=target)
    app.output.record(row)


@statement.command()
@slug_argument("statement", help="The statement.")
@click.option("--reason", required=True, metavar="TEXT", help="Why the record is wrong.")
@message_option
@dry_run_option
@pass_app
def retract(app: App, statement: str, reason: str, message: str | None, *, dry_run: bool) -> None:
    """Withdraw the record of a statement because it is wrong.

    It stays, with the reason, and counts no longer.

    When the speaker took the words back, that is a statement of its own: add it with --link retracts:STATEMENT.
    """
    from stancedb.operations import statements

    with app.writing(message or f"retract statement {statement}: {reason}", dry_run=dry_run) as session:
        row = statements.retract_statement(session, statement, reason=reason)
    app.output.record(row)
