"""``stancedb coding``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from stancedb.cli.app import App, Noun, dry_run_option, known_at_option, pass_app, slug_argument, slug_option
from stancedb.cli.loading import build_record, run_load_one
from stancedb.cli.output import Column
from stancedb.model.vocabulary import Basis, CodingStatus, Confidence, Explicitness, Vagueness

F = TypeVar("F", bound=Callable[..., Any])
COLUMNS: list[Column | str] = [
    "statement", "holder", "issue", "position", "coder", "basis", "confidence", "status", "final",
    Column("codebook", table=False), Column("rationale", below=True),
]  # fmt: skip


def _choice(members: Any) -> click.Choice[str]:  # noqa: ANN401 - a StrEnum
    return click.Choice([str(member) for member in members])


def _which(command: F) -> F:
    """Add the options that tell one coding of a statement from another."""
    for option in (
        slug_option("coder", metavar="NAME", help="The coder, where several coded it."),
        slug_option("issue", help="The issue, where it has codings on several."),
        slug_option("actor", "--holder", metavar="ACTOR", help="The holder, where it has codings of several."),
    ):
        command = option(command)
    return command


@click.group(cls=Noun)
def coding() -> None:
    """Judgements: which position of which holder a statement expresses."""


@coding.command()
@slug_argument("statement", help="The statement.")
@slug_option("actor", "--holder", metavar="ACTOR", help="Whose position; the speaker's if not given.")
@slug_option("issue", required=True, help="On which issue.")
@slug_option("position", help="Which position; without one it takes no codable position.")
@click.option("--basis", type=_choice(Basis), help="On what ground the position is the holder's.")
@click.option("--explicitness", type=_choice(Explicitness), help="How openly it takes the position.")
@click.option("--condition", metavar="TEXT", help="The condition under which it holds.")
@click.option("--vagueness", type=_choice(Vagueness), help="Whether the wording commits the holder.")
@click.option("--confidence", type=_choice(Confidence), help="How sure you are.")
@click.option("--rationale", metavar="TEXT", help="Why, in your words.")
@click.option("--coder", metavar="NAME", help="Who codes; you if not given.")
@slug_option("codebook", metavar="LABEL", help="Under which codebook version; the newest if not given.")
@click.option("--status", type=_choice(CodingStatus), help="Where it stands in review; accepted if not given.")
@click.option("--final/--not-final", default=None, help="Whether it counts; it does if accepted.")
@click.option("-m", "--message", metavar="TEXT", help="Why, for the changeset.")
@dry_run_option
@pass_app
def add(app: App, /, statement: str, message: str | None, *, dry_run: bool, **fields: object) -> None:
    """Add a coding to a statement: of another holder, on another issue, or by another coder.

    Example: stancedb coding add takaichi-2025-11-07 --holder japan --issue jp-taiwan-use-of-force
    --position may-warrant
    """
    from stancedb.loading.records import StatementRecord  # noqa: PLC0415 - start-up time of --help
    from stancedb.operations.statements import speech_of  # noqa: PLC0415 - as above

    with app.reading() as session:
        said = speech_of(session, statement)
    record = build_record(StatementRecord, statement=statement, **said, **fields)
    run_load_one(app, "statement", record, message=message or f"code {statement}", dry_run=dry_run)


@coding.command()
@slug_argument("statement", help="The statement.")
@slug_option("position", help="The position that is right.")
@click.option("--no-position", is_flag=True, help="It addresses the issue and takes no codable position.")
@_which
@click.option("--confidence", type=_choice(Confidence), help="How sure you are.")
@click.option("--rationale", metavar="TEXT", help="Why, in your words.")
@click.option("-m", "--message", metavar="TEXT", help="Why, for the changeset.")
@dry_run_option
@pass_app
def recode(app: App, /, statement: str, position: str | None, message: str | None, *, no_position: bool, dry_run: bool,
           **fields: Any) -> None:  # fmt: skip  # noqa: ANN401 - Click's options
    """Replace a judgement; the one before stays in history and in what was answered at earlier changesets.

    Example: stancedb coding recode takaichi-2025-11-07 --holder japan --position strategic-ambiguity -m "after review"
    """
    if (position is None) != no_position:
        raise click.UsageError("Give either --position or --no-position.")
    from stancedb.operations import statements  # noqa: PLC0415 - start-up time of --help

    with app.writing(message or f"recode {statement}", dry_run=dry_run) as session:
        row = statements.recode(session, statement, position=position, **fields)
    app.output.rows([row], columns=COLUMNS)


@coding.command()
@slug_argument("statement", help="The statement.")
@click.option("--status", required=True, type=_choice(CodingStatus), help="What you decide.")
@click.option("--final/--not-final", default=None, help="Whether the coding is the one that counts.")
@_which
@click.option("--note", metavar="TEXT", help="Why.")
@dry_run_option
@pass_app
def review(app: App, /, statement: str, status: str, note: str | None, *, final: bool | None, dry_run: bool,
           **which: str | None) -> None:  # fmt: skip
    """Decide about a coding: accept it, reject it, make it final.

    Example: stancedb coding review takaichi-2025-11-07 --coder model-x --status rejected --note "misses the condition"
    """
    from stancedb.operations import statements  # noqa: PLC0415 - start-up time of --help

    with app.writing(f"review {statement}: {status}", dry_run=dry_run) as session:
        row = statements.review(
            session, statement, status=status, final=final, note=note, reviewer=app.settings.author, **which
        )
    app.output.record(row)


@coding.command("list")
@slug_option("statement", "--statement", help="Codings of this statement alone.")
@slug_option("actor", "--holder", metavar="ACTOR", help="Codings of this holder alone.")
@slug_option("issue", help="Codings on this issue alone.")
@slug_option("coder", metavar="NAME", help="Codings by this coder alone.")
@click.option("--status", type=_choice(CodingStatus), help="Codings with this status alone.")
@click.option("--final/--not-final", default=None, help="Codings that count, or those that do not.")
@click.option("--limit", type=click.IntRange(1), default=500, show_default=True, help="At most so many.")
@known_at_option
@pass_app
def list_(app: App, /, known_at: str | None, **chosen: Any) -> None:  # noqa: ANN401 - Click's options
    """List codings in order of the statements' dates."""
    from stancedb.operations import asking, statements  # noqa: PLC0415 - start-up time of --help

    with app.reading() as session:
        rows = statements.list_codings(session, known_at=asking.changeset_number(session, known_at), **chosen)
    app.output.rows(rows, columns=COLUMNS)
