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
    """Add the options of a coding's answer, other than holder, issue and position."""
    for option in reversed(
        (
            click.option("--basis", type=choice(Basis), help="Reason why the position is attributed to the holder."),
            click.option(
                "--explicitness", type=choice(Explicitness), help="How explicitly the statement takes the position."
            ),
            click.option("--condition", metavar="TEXT", help="Condition under which the position holds."),
            click.option("--vagueness", type=choice(Vagueness), help="Whether the wording commits the holder."),
            click.option("--confidence", type=choice(Confidence), help="Confidence in the coding."),
            click.option("--rationale", metavar="TEXT", help="Reasons for the coding, in your words."),
            click.option(
                "--attribute",
                "attributes",
                multiple=True,
                metavar="KEY:VALUE",
                help="Attribute such as frame:economy; repeatable.",
            ),
        )
    ):
        command = option(command)
    return command


def judge_options(command: F) -> F:
    """Add the options for the coder, the codebook version and the status of a coding."""
    for option in reversed(
        (
            click.option("--coder", metavar="NAME", help="Name of the coder (default: you)."),
            click.option(
                "--coder-kind", type=choice(CoderKind), help="Kind of coder (default: as recorded, or human)."
            ),
            slug_option(
                "codebook",
                metavar="LABEL",
                help="Codebook version (default: that of your existing coding, or the newest).",
            ),
            click.option("--status", type=choice(CodingStatus), help="Status of the coding (default: accepted)."),
            click.option(
                "--final/--not-final", default=None, help="Whether the coding counts (default: it does if accepted)."
            ),
        )
    ):
        command = option(command)
    return command


def _which(command: F) -> F:
    """Add the options that select one of several codings of a statement."""
    for option in (
        slug_option(
            "codebook",
            metavar="LABEL",
            help="Codebook version (default: that of the coder's final coding, or of the latest).",
        ),
        slug_option("coder", metavar="NAME", help="Coder, if several coded the statement."),
        slug_option("issue", help="Issue, if the statement is coded on several."),
        slug_option("actor", "--holder", metavar="ACTOR", help="Holder, if the statement is coded for several."),
    ):
        command = option(command)
    return command


@click.group(cls=Noun)
def coding() -> None:
    """Judgements: which position a statement expresses, and whose."""


@coding.command()
@slug_argument("statement", help="Statement slug.")
@slug_option("actor", "--holder", metavar="ACTOR", help="Actor whose position is coded (default: the speaker).")
@slug_option("issue", required=True, help="Issue slug.")
@slug_option("position", help="Position expressed (default: no codable position).")
@answer_options
@judge_options
@message_option
@dry_run_option
@pass_app
def add(app: App, /, statement: str, message: str | None, *, dry_run: bool, **fields: Any) -> None:
    r"""Add a coding to a statement.

    The new coding may differ from existing ones in holder, issue or coder.

    Example:
      stancedb coding add takaichi-2025-11-07-survival-threatening \
          --holder japan --issue jp-taiwan-use-of-force --position commits \
          --coder second-coder --not-final
    """
    from stancedb.operations import adding

    add = partial(adding.add_coding, statement=statement, **fields)
    run_one(app, "coding", add, message=message or f"code {statement}", dry_run=dry_run)


@coding.command()
@slug_argument("statement", help="Statement slug.")
@slug_option("position", help="Correct position.")
@click.option("--no-position", is_flag=True, help="The statement addresses the issue but takes no codable position.")
@_which
@click.option("--confidence", type=choice(Confidence), help="Confidence in the coding.")
@click.option("--rationale", metavar="TEXT", help="Reasons for the coding, in your words.")
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
    r"""Replace a judgement; the earlier one stays in the history.

    Answers as of earlier changesets do not change.

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
@slug_argument("statement", help="Statement slug.")
@click.option("--status", required=True, type=choice(CodingStatus), help="New status of the coding.")
@click.option("--final/--not-final", default=None, help="Whether this coding counts.")
@_which
@click.option("--note", metavar="TEXT", help="Reason for the decision.")
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
    r"""Review a coding: accept it, reject it or make it final.

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
@slug_option("codebook", "--to", metavar="LABEL", required=True, help="Target codebook version.")
@slug_option("issue", help="Only codings on this issue.")
@slug_option("coder", metavar="NAME", help="Only codings by this coder.")
@message_option
@dry_run_option
@pass_app
def carry(app: App, /, to: str, message: str | None, *, dry_run: bool, **chosen: str | None) -> None:
    r"""Carry final codings over to another codebook version.

    Each coding is copied to the target version, where the copy becomes final and refers to its original, which is kept.
    Codings that a coder has already redone under the target version are skipped. Running the command again changes
    nothing.

    Example:
      stancedb coding carry --to taiwan-1.0 --issue us-japan-alliance --dry-run
    """
    from stancedb.operations import carrying

    with app.writing(message or f"carry codings over to {to}", dry_run=dry_run) as session:
        row = carrying.carry(session, to, author=session.author, **chosen)
    app.output.record(row)


@coding.command("list")
@slug_option("statement", "--statement", help="Only codings of this statement.")
@slug_option("actor", "--holder", metavar="ACTOR", help="Only codings for this holder.")
@slug_option("issue", help="Only codings on this issue.")
@slug_option("coder", metavar="NAME", help="Only codings by this coder.")
@click.option("--status", type=choice(CodingStatus), help="Only codings with this status.")
@click.option("--final/--not-final", default=None, help="Only codings that count, or only those that do not.")
@click.option("--retired", is_flag=True, help="Only codings on retired positions, which should be recoded.")
@limit_option
@known_at_option
@pass_app
def list_(app: App, /, limit: int | None, known_at: str | None, **chosen: Any) -> None:
    """List codings by statement date."""
    from stancedb.questions import codings
    from stancedb.shared import asking

    with app.reading() as session:
        number = asking.changeset_number(session, known_at)
        rows = codings.list_codings(session, limit=app.output.asked(limit), known_at=number, **chosen)
    app.output.rows(rows, columns=COLUMNS, at_most=limit or TABLE_ROWS)
