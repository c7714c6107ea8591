"""``stancedb coding``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click

from stancedb.cli.app import (
    App,
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
from stancedb.cli.loading import run_one
from stancedb.cli.output import TABLE_ROWS, Column
from stancedb.model.vocabulary import Basis, CoderKind, CodingStatus, Confidence, Explicitness, Vagueness

F = TypeVar("F", bound=Callable[..., Any])
COLUMNS: list[Column | str] = [
    "statement",
    "holder",
    "issue",
    "position",
    "coder",
    "basis",
    "confidence",
    "status",
    "final",
    Column("codebook", table=False),
    Column("carried_from", table=False),
    Column("rationale", below=True),
    Column("attributes", below=True),
]


def answer_options(command: F) -> F:
    """Add what a coding says besides holder, issue and position."""
    for option in reversed(
        (
            click.option("--basis", type=choice(Basis), help="On what ground the position is the holder's."),
            click.option("--explicitness", type=choice(Explicitness), help="How openly it takes the position."),
            click.option("--condition", metavar="TEXT", help="The condition under which it holds."),
            click.option("--vagueness", type=choice(Vagueness), help="Whether the wording commits the holder."),
            click.option("--confidence", type=choice(Confidence), help="How sure you are."),
            click.option("--rationale", metavar="TEXT", help="Why, in your words."),
            click.option(
                "--attribute", "attributes", multiple=True, metavar="KEY:VALUE", help="An attribute, as frame:economy."
            ),
        )
    ):
        command = option(command)
    return command


def judge_options(command: F) -> F:
    """Add who judges, under which codebook version, and whether the judgement counts."""
    for option in reversed(
        (
            click.option("--coder", metavar="NAME", help="Who codes; you if not given."),
            click.option(
                "--coder-kind", type=choice(CoderKind), help="What the coder is; as known, or human, if not given."
            ),
            slug_option(
                "codebook",
                metavar="LABEL",
                help="Codebook version (default: that of your existing coding, or the newest for a new one).",
            ),
            click.option("--status", type=choice(CodingStatus), help="Where the coding stands; accepted if not given."),
            click.option("--final/--not-final", default=None, help="Whether it counts; it does if accepted."),
        )
    ):
        command = option(command)
    return command


def _which(command: F) -> F:
    """Add the options that tell one coding of a statement from another."""
    for option in (
        slug_option(
            "codebook",
            metavar="LABEL",
            help="The codebook version (default: that of the coder's final coding, or else of the latest).",
        ),
        slug_option("coder", metavar="NAME", help="The coder, where several coded it."),
        slug_option("issue", help="The issue, where it has codings on several."),
        slug_option("actor", "--holder", metavar="ACTOR", help="The holder, where it has codings of several."),
    ):
        command = option(command)
    return command


@click.group(cls=Noun)
def coding() -> None:
    """Judgements: which position a statement expresses, and whose."""


@coding.command()
@slug_argument("statement", help="The statement.")
@slug_option("actor", "--holder", metavar="ACTOR", help="Whose position; the speaker's if not given.")
@slug_option("issue", required=True, help="On which issue.")
@slug_option("position", help="Which position; without one it takes no codable position.")
@answer_options
@judge_options
@message_option
@dry_run_option
@pass_app
def add(app: App, /, statement: str, message: str | None, *, dry_run: bool, **fields: Any) -> None:
    r"""Add a coding to a statement.

    It may be of another holder, on another issue, or by another coder than those it has.

    Example:
      stancedb coding add takaichi-2025-11-07-survival-threatening \
          --holder japan --issue jp-taiwan-use-of-force --position commits \
          --coder second-coder --not-final
    """
    from stancedb.operations import adding

    add = partial(adding.add_coding, statement=statement, **fields)
    run_one(app, "coding", add, message=message or f"code {statement}", dry_run=dry_run)


@coding.command()
@slug_argument("statement", help="The statement.")
@slug_option("position", help="The position that is right.")
@click.option("--no-position", is_flag=True, help="It addresses the issue and takes no codable position.")
@_which
@click.option("--confidence", type=choice(Confidence), help="How sure you are.")
@click.option("--rationale", metavar="TEXT", help="Why, in your words.")
@message_option
@dry_run_option
@pass_app
def recode(
    app: App,
    /,
    statement: str,
    position: str | None,
    message: str | None,
    *,
    no_position: bool,
    dry_run: bool,
    **fields: Any,
) -> None:
    r"""Replace a judgement; the one before stays in history.

    What was answered at earlier changesets stays too.

    Example:
      stancedb coding recode takaichi-2025-11-07-survival-threatening \
          --holder japan --position strategic-ambiguity -m "after review"
    """
    if (position is None) != no_position:
        raise click.UsageError("Give either --position or --no-position.")
    from stancedb.operations import codings

    with app.writing(message or f"recode {statement}", dry_run=dry_run) as session:
        row = codings.recode(session, statement, position=position, **fields)
    app.output.rows([row], columns=COLUMNS)


@coding.command()
@slug_argument("statement", help="The statement.")
@click.option("--status", required=True, type=choice(CodingStatus), help="What you decide.")
@click.option("--final/--not-final", default=None, help="Whether the coding is the one that counts.")
@_which
@click.option("--note", metavar="TEXT", help="Why.")
@message_option
@dry_run_option
@pass_app
def review(
    app: App,
    /,
    statement: str,
    status: str,
    note: str | None,
    message: str | None,
    *,
    final: bool | None,
    dry_run: bool,
    **which: str | None,
) -> None:
    r"""Decide about a coding: accept it, reject it, make it final.

    Example:
      stancedb coding review takaichi-2025-11-07-survival-threatening \
          --coder example-model --status rejected --note "misses the condition"
    """
    from stancedb.operations import codings

    with app.writing(message or f"review {statement}: {status}", dry_run=dry_run) as session:
        row = codings.review(
            session, statement, status=status, final=final, note=note, reviewer=session.author, **which
        )
    app.output.record(row)


@coding.command()
@slug_option("codebook", "--to", metavar="LABEL", required=True, help="The codebook version to carry to.")
@slug_option("issue", help="Only codings on this issue.")
@slug_option("coder", metavar="NAME", help="Only codings by this coder.")
@message_option
@dry_run_option
@pass_app
def carry(app: App, /, to: str, message: str | None, *, dry_run: bool, **chosen: str | None) -> None:
    r"""Carry final codings over to another codebook version.

    Each is repeated under the version, counts from then on, and names the one it repeats, which stays. What a coder
    has judged anew under the version is left alone. Carrying again changes nothing.

    Example:
      stancedb coding carry --to taiwan-1.0 --issue us-japan-alliance --dry-run
    """
    from stancedb.operations import carrying

    with app.writing(message or f"carry codings over to {to}", dry_run=dry_run) as session:
        row = carrying.carry(session, to, author=session.author, **chosen)
    app.output.record(row)


@coding.command("list")
@slug_option("statement", "--statement", help="Codings of this statement alone.")
@slug_option("actor", "--holder", metavar="ACTOR", help="Codings of this holder alone.")
@slug_option("issue", help="Codings on this issue alone.")
@slug_option("coder", metavar="NAME", help="Codings by this coder alone.")
@click.option("--status", type=choice(CodingStatus), help="Codings with this status alone.")
@click.option("--final/--not-final", default=None, help="Codings that count, or those that do not.")
@click.option("--retired", is_flag=True, help="Only codings on retired positions, which are to be recoded.")
@limit_option
@known_at_option
@pass_app
def list_(app: App, /, limit: int | None, known_at: str | None, **chosen: Any) -> None:
    """List codings in order of the statements' dates."""
    from stancedb.questions import codings
    from stancedb.shared import asking

    with app.reading() as session:
        number = asking.changeset_number(session, known_at)
        rows = codings.list_codings(session, limit=app.output.asked(limit), known_at=number, **chosen)
    app.output.rows(rows, columns=COLUMNS, at_most=limit or TABLE_ROWS)
