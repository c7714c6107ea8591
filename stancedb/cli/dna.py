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
# What is said of two coders alone; a table of a file of one has no such columns.
_COMPARED = {"agree", "differ"}


@click.group(cls=Noun)
def dna() -> None:
    """Files of Discourse Network Analyzer, version 2 and 3."""


@dna.command()
@click.argument("path", type=click.Path(path_type=Path), help="A .dna file (SQLite); it is only read.")
@click.option("--name", metavar="NAME", help="What its things are called here; the name of the file if not given.")
@click.option("--language", metavar="TAG", default="und", show_default=True, help="Language of its texts (BCP 47).")
@click.option("--outlet-kind", metavar="KIND", default="other", show_default=True, help="What its sources are.")
@slug_option(
    "article_kind",
    "--kind",
    metavar="KIND",
    default="other",
    show_default=True,
    help="Kind of article, where the type of a document is none.",
)
@click.option(
    "--rendering",
    type=choice(Rendering),
    default=str(Rendering.PARAPHRASE),
    show_default=True,
    help="How the documents print what was said.",
)
@click.option("--authority", type=click.IntRange(1, 6), help="Of its statements; 6 law ... 1 anonymous.")
@click.option(
    "--holder",
    type=click.Choice(["organization", "person", "both"]),
    default="organization",
    show_default=True,
    help="Whose position it is where a statement names both.",
)
@click.option(
    "--zone",
    metavar="ZONE",
    help="Where the dates were entered, as Europe/Berlin; a clock of version 3 is of UTC without.",
)
@click.option(
    "--round-dates", is_flag=True, help="Take 22:00 and 23:00 for the midnight after, as of files read in another zone."
)
@click.option(
    "--type", "types", metavar="LABEL", multiple=True, help="The type of statements, where several can be loaded."
)
@click.option("--person", metavar="VARIABLE", help="The variable of who speaks; person if not given.")
@click.option("--organization", metavar="VARIABLE", help="The variable of for whom; organization if not given.")
@click.option("--concept", metavar="VARIABLE", help="The variable of the issue; concept if not given.")
@click.option("--agreement", metavar="VARIABLE", help="The variable of yes or no; agreement if not given.")
@click.option(
    "--agreement-scale",
    metavar="SCALE",
    help="What its values mean, from opposition to support: '-1=oppose,0=neutral,1=support', or 1..5.",
)
@click.option(
    "--coder",
    "coders",
    metavar="NAME",
    multiple=True,
    help="What the file's coder is called here; OLD=NEW for one of several.",
)
@click.option(
    "--majority-rule",
    is_flag=True,
    help="Add the rule majority-of-day: of a holder's answers on one day that of most statements counts.",
)
@click.option("--replace", is_flag=True, help="Withdraw what an earlier state of the file had and this one has not.")
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
    """Load documents, actors, concepts and statements of a .dna file.

    The account has each kind of row of the file, how many were loaded and how many were not, and why; then the tables
    of the database and what was done to them; then, for each two coders, how often they agree and differ. Loading a
    file twice changes nothing. A corrected file corrects what it loaded before; what you changed here since stays.

    Examples:
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
        f" {len(report.refusals)} records refused."
    )
    if report.refusals:
        raise SystemExit(1)


def _renamed_coder(given: str) -> tuple[str | None, str]:
    """Return the name of a coder in the file and here; None stands for the file's only coder."""
    old, equals, new = (words.strip() for words in given.rpartition("="))
    if not new or (equals and not old):
        raise click.BadParameter(f"'{given}' names nobody; write NAME, or OLD=NEW.", param_hint="--coder")
    return old or None, new
