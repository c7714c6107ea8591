"""``stancedb export``."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TypeVar

import click

from stancedb.cli.app import App, Command, Day, Noun, asked_format, output_option, pass_app, slug_option
from stancedb.cli.ask import reported
from stancedb.cli.output import Output
from stancedb.errors import SafeNeedsCsv

if TYPE_CHECKING:
    from stancedb.database import Reading
    from stancedb.dates import Every
    from stancedb.export.account import Account
    from stancedb.export.network import Projection

F = TypeVar("F", bound=Callable[..., Any])


class _Written(Command):
    """A command whose form a file names as well."""

    def check_safe(self, output: Output) -> None:
        """Leave it to the command, which knows what it writes."""


class _Kinds(Noun):
    """The group of exports, each of which is a kind of record or another view of the database."""

    command_class = _Written

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a line, and offer the nearest kind for a slip."""
        if not args[0].startswith("-") and args[0] not in self.commands:
            from stancedb.errors import NoSuchThing

            raise NoSuchThing.of("kind of record", args[0], self.commands)
        return super().resolve_command(ctx, args)


@click.group(cls=_Kinds)
def export() -> None:
    """Write files that load again, and others for analysis.

    Records are written as JSON Lines; with --format csv, or a file that ends so, outlets, actors, articles and
    statements as a sheet; the codebook as TOML. --format json writes one array, for other programs. What no file can
    carry is counted on standard error.
    """


@export.command()
@output_option
@pass_app
def outlet(app: App, output: Path | None) -> None:
    """Write outlets, as 'outlet load' takes them."""
    _write_records(app, "outlet", output)


@export.command(has_format=False)
@slug_option("codebook", "--label", metavar="LABEL", help="Which version of the codebook; the newest if not given.")
@click.option(
    "--in-force", is_flag=True, help="Retired and merged positions and issues as if in force, without a rank."
)
@output_option
@pass_app
def codebook(app: App, output: Path | None, label: str | None, *, in_force: bool) -> None:
    """Write a version of the codebook, as 'codebook load' takes it.

    Retired positions and issues take no new codings. Into a database without the statements load the codebook written
    with --in-force first, then the statements, then the whole codebook.
    """
    _write_records(app, "codebook", output, label=label, is_whole=not in_force)


@export.command()
@output_option
@pass_app
def actor(app: App, output: Path | None) -> None:
    """Write actors, as 'actor load' takes them."""
    _write_records(app, "actor", output)


@export.command()
@output_option
@pass_app
def article(app: App, output: Path | None) -> None:
    """Write articles, as 'article load' takes them."""
    _write_records(app, "article", output)


@export.command()
@output_option
@pass_app
def statement(app: App, output: Path | None) -> None:
    """Write the coding sheet, as 'statement load' takes it.

    Example:
      stancedb export statement --output sheet.csv
    """
    _write_records(app, "statement", output)


@export.command(has_csv=False)
@click.option(
    "--without-causes",
    is_flag=True,
    help="Events without what they follow from, to be loaded before the statements among that.",
)
@output_option
@pass_app
def event(app: App, output: Path | None, *, without_causes: bool) -> None:
    """Write events, as 'event load' takes them."""
    _write_records(app, "event", output, is_whole=not without_causes)


@export.command(has_csv=False)
@output_option
@pass_app
def indicator(app: App, output: Path | None) -> None:
    """Write indicators, as 'indicator load' takes them."""
    _write_records(app, "indicator", output)


@export.command(has_format=False, has_csv=True)
@click.option(
    "--projection",
    type=click.Choice(["affiliation", "congruence", "conflict", "events"]),
    default="affiliation",
    show_default=True,
    help="Actors and positions; actors by issues on which they agree, or differ; or the statements as a list.",
)
@click.option(
    "--every", type=click.Choice(["month", "quarter", "year"]), help="A graph for each of these; if not given, one."
)
@slug_option("issue", help="This issue alone.")
@click.option("--since", type=Day(), metavar="DATE", help="What was said on this day or later.")
@click.option("--until", type=Day(), metavar="DATE", help="What was said on this day or earlier.")
@output_option
@pass_app
def network(
    app: App,
    projection: Projection | Literal["events"],
    output: Path | None,
    *,
    issue: str | None,
    every: Every | None,
    since: date | None,
    until: date | None,
) -> None:
    """Write a discourse network as GraphML, or its statements as CSV.

    An actor is tied to each position it takes in a final coding. Edges weigh statements, in projections issues.

    Example:
      stancedb export network --projection conflict --every year -o net.graphml
    """
    from stancedb.export import network as networks
    from stancedb.shared.handles import optional_id

    if app.output.is_safe and projection != "events":
        raise SafeNeedsCsv(option="--projection events")
    with reported(app) as session:
        optional_id(session, "issue", issue)
        if projection == "events":
            lines = networks.event_list(
                session, every=every, issue=issue, since=since, until=until, is_safe=app.output.is_safe
            )
        else:
            lines = networks.graphml(session, projection, every=every, issue=issue, since=since, until=until)
        _write(app, lines, output)


@export.command("annotations", has_csv=False)
@output_option
@pass_app
def annotations_(app: App, output: Path | None) -> None:
    """Write the quotes as W3C Web Annotations, in JSON-LD.

    One page of annotations; with --format ndjson, or a file that ends so, one annotation a line.

    Example:
      stancedb export annotations --output quotes.jsonld
    """
    from stancedb.export import annotations
    from stancedb.export.account import Account

    form = asked_format(app)
    if form == "csv":
        raise click.UsageError("annotations are JSON-LD, which is --format json or ndjson.")
    is_lined = form == "ndjson" or (form is None and output is not None and output.suffix in {".ndjson", ".jsonl"})
    account = Account("annotation")
    with app.reading() as session:
        _write(
            app, (annotations.annotation_lines if is_lined else annotations.annotation_page)(session, account), output
        )
    _tell(app, account, "annotation")


@export.command()
@click.argument("name", help="The table or view of the schema reporting.")
@output_option
@pass_app
def table(app: App, name: str, output: Path | None) -> None:
    """Write a table of what is reported, also for Stata.

    The file extension selects the format: .csv, .ndjson, .json, .parquet, .dta. Standard output is CSV, or what
    --format asks for.

    Example:
      stancedb export table stance_wide --output stances.csv --spreadsheet-safe
    """
    from stancedb.export import tables
    from stancedb.export.account import Account
    from stancedb.export.writing import replacing_bytes

    form = tables.chosen_table_form(form=asked_format(app), ending=output.suffix.lower() if output else None)
    if app.output.is_safe and form != "csv":
        raise SafeNeedsCsv(option="--format csv")
    account = Account(name)
    with reported(app) as session:
        if form in {"parquet", "stata"} and output is not None:
            with replacing_bytes(output) as file:
                (_parquet_writer() if form == "parquet" else tables.write_stata)(session, account, file)
        else:
            _write(app, tables.table_lines(session, account, form, is_safe=app.output.is_safe), output)
    _tell(app, account, "row")


def _parquet_writer() -> Callable[[Reading, Account, BinaryIO], None]:
    """Return what writes Parquet, if that is installed."""
    from importlib.util import find_spec

    from stancedb.errors import NotInstalled

    if find_spec("pyarrow") is None:
        raise NotInstalled(purpose="write Parquet", extra="parquet")
    from stancedb.export.parquet import write_parquet

    return write_parquet


@export.command(has_format=False, has_csv=True)
@click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False), help="Where to; an earlier package is replaced."
)
@click.option(
    "--license",
    "license_name",
    metavar="NAME",
    help="The licence of the data, such as CC-BY-4.0. If not given, the package states none.",
)
@pass_app
def package(app: App, folder: Path, *, license_name: str | None) -> None:
    """Write all that is reported as a Frictionless data package.

    Each table and view is a CSV file; datapackage.json describes every field, and declares the keys. The folder appears
    when all is written.

    Example:
      stancedb export package stances --license CC-BY-4.0
    """
    from stancedb.export import package as packages
    from stancedb.export.account import Account

    account = Account("package")
    with reported(app) as session:
        packages.write_package(session, account, folder, license_name=license_name, is_safe=app.output.is_safe)
    if license_name is None:
        app.output.say("No licence is stated, so nobody knows what they may do with the data; --license NAME says it.")
    _tell(app, account, "row")


def _write_records(
    app: App, kind: str, output: Path | None, *, label: str | None = None, is_whole: bool = True
) -> None:
    """Write the records of a kind, and say what no file carries."""
    from stancedb.export import exporter
    from stancedb.export.account import Account

    asked = asked_format(app)
    form = exporter.chosen_form(
        kind, form="jsonl" if asked == "ndjson" else asked, ending=output.suffix.lower() if output else None
    )
    if app.output.is_safe and form != "csv":
        raise SafeNeedsCsv(option="--format csv")
    account = Account(kind)
    with app.reading() as session:
        lines = exporter.export(session, account, form, label=label, is_whole=is_whole, is_safe=app.output.is_safe)
        _write(app, lines, output)
    _tell(app, account, f"{kind} record")


def _write(app: App, lines: Generator[str], output: Path | None) -> None:
    """Write lines to standard output, or to a file that is put in its place when all are written."""
    from stancedb.export.writing import replacing

    with closing(lines):
        if output is None:
            for line in lines:
                app.output.text(line)
        else:
            with replacing(output) as file:
                file.writelines(lines)


def _tell(app: App, account: Account, what: str) -> None:
    for sentence in account.lines():
        app.output.say(sentence)
    app.output.say(f"{account.records} {what}{'s' if account.records != 1 else ''} written.")
