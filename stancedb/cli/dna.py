"""``stancedb dna``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stancedb.cli.app import App, Noun, choice, dry_run_option, message_option, pass_app, slug_option
from stancedb.cli.loading import keep_going_option
from stancedb.cli.output import Column
from stancedb.model.vocabulary import Rendering

COLUMNS = (
    "side",
    "kind",
    "in_file",
    "loaded",
    "not_taken",
    "inserted",
    "updated",
    "unchanged",
    "agree",
    "differ",
    Column("why", below=True),
)
# Columns about pairs of coders; left out of the table for a file with one coder.
_COMPARED = {"agree", "differ"}


@click.group(cls=Noun)
def dna() -> None:
    """Load files of Discourse Network Analyzer 2 and 3."""


@dna.command()
@click.argument(
    "path", type=click.Path(path_type=Path), help="File with the extension .dna (SQLite), which is not changed."
)
@click.option("--name", metavar="NAME", help="Prefix of the slugs of its records (default: the file name).")
@click.option(
    "--language", metavar="TAG", default="und", show_default=True, help="Language of its texts as a BCP 47 tag."
)
@click.option(
    "--outlet-kind", metavar="KIND", default="other", show_default=True, help="Kind of outlet of its sources."
)
@slug_option(
    "article_kind",
    "--kind",
    metavar="KIND",
    default="other",
    show_default=True,
    help="Kind of article, for documents whose type is not one.",
)
@click.option(
    "--rendering",
    type=choice(Rendering),
    metavar="NAME",
    default=str(Rendering.PARAPHRASE),
    show_default=True,
    help=f"How the documents render statements: {', '.join(Rendering)}.",
)
@click.option(
    "--authority", type=click.IntRange(1, 6), help="Authority of its statements, from 6 (law) to 1 (anonymous)."
)
@click.option(
    "--holder",
    type=click.Choice(["organization", "person", "both"]),
    default="organization",
    show_default=True,
    help="Holder of the position when a statement names both.",
)
@click.option(
    "--zone",
    metavar="ZONE",
    help="Time zone in which the dates were entered, such as Europe/Berlin (default: UTC for version 3).",
)
@click.option(
    "--round-dates",
    is_flag=True,
    help="Round 22:00 and 23:00 up to midnight, for files written in another time zone.",
)
@click.option(
    "--type", "types", metavar="LABEL", multiple=True, help="Statement type to load, if there are several; repeatable."
)
@click.option("--person", metavar="VARIABLE", help="Variable with the speaker (default: person).")
@click.option(
    "--organization", metavar="VARIABLE", help="Variable with the organization spoken for (default: organization)."
)
@click.option("--concept", metavar="VARIABLE", help="Variable with the issue (default: concept).")
@click.option("--agreement", metavar="VARIABLE", help="Variable with agreement or disagreement (default: agreement).")
@click.option(
    "--agreement-scale",
    metavar="SCALE",
    help="Values of the agreement variable from opposition to support: '-1=oppose,0=neutral,1=support', or 1..5.",
)
@click.option(
    "--coder",
    "coders",
    metavar="NAME",
    multiple=True,
    help="Coder name in stancedb; OLD=NEW for one of several coders in the file.",
)
@click.option(
    "--majority-rule",
    is_flag=True,
    help="Add the rule majority-of-day: the position in most of a holder's statements of a day counts.",
)
@click.option(
    "--replace", is_flag=True, help="Retract records of an earlier state of the file that are no longer in it."
)
@keep_going_option
@message_option
@dry_run_option
@pass_app
def load(
    app: App,
    /,
    path: Path,
    message: str | None,
    *,
    keep_going: bool,
    dry_run: bool,
    **said: Any,
) -> None:
    """Load documents, actors, concepts and statements from a .dna file.

    The output lists, for each kind of row in the file, how many rows were loaded and how many were not, and why; then
    the changes to each database table; then, for each pair of coders, how often they agree and differ. Loading a file
    twice changes nothing. Loading a corrected file updates what it loaded before, but keeps later changes made in
    stancedb.

    Example:
      stancedb dna load sample.dna --dry-run
      stancedb dna load ida.dna --name climate --coder ida
      stancedb dna load scores.dna --agreement-scale 1..5
    """
    from stancedb.loading.dna.context import ROLES, Choices
    from stancedb.loading.dna.loader import load_dna
    from stancedb.loading.dna.scale import Scale

    variables = {role: name for role in ROLES if (name := said.pop(role)) is not None}
    scale = said.pop("agreement_scale")
    choices = Choices(
        article_kind=said.pop("kind"),
        variables=variables,
        scale=Scale.parse(scale) if scale is not None else None,
        coders=dict(map(_renamed_coder, said.pop("coders"))),
        **said,
    )
    with app.writing(message or f"load dna from {path.name}", dry_run=dry_run) as session:
        report = load_dna(session, path, choices, keep_going=keep_going)
    for note in report.notes:
        app.output.say(note)
    app.output.say_some(report.refusals)
    lines = list(report.lines())
    are_compared = any(line["side"] == "coders" for line in lines)
    columns = [Column(column, table=are_compared) if column in _COMPARED else column for column in COLUMNS]
    app.output.rows(lines, columns=columns)
    app.output.say(
        f"{path.name}: {'nothing to change' if report.changed_nothing else 'loaded'},"
        f" {len(report.refusals)} records rejected."
    )
    if report.refusals:
        raise SystemExit(1)


def _renamed_coder(given: str) -> tuple[str | None, str]:
    """Return the name of a coder in the file and in stancedb; None stands for the only coder of the file."""
    old, equals, new = (words.strip() for words in given.rpartition("="))
    if not new or (equals and not old):
        raise click.BadParameter(f"'{given}' does not name a coder; write NAME or OLD=NEW.", param_hint="--coder")
    return old or None, new
