"""``stancedb export``."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TypeVar

import click

from stancedb.cli.app import App, Command, Day, Noun, asked_format, choice, output_option, pass_app, slug_option
from stancedb.cli.ask import reported
from stancedb.cli.output import Output
from stancedb.errors import ListIsCsv, MatricesNeedFile, SafeNeedsCsv
from stancedb.model.vocabulary import ActorKind

if TYPE_CHECKING:
    from stancedb.database import Reading
    from stancedb.dates import Every
    from stancedb.export.account import Account
    from stancedb.export.network import Aggregation, Duplicates, Network, Normalization, Projection, Unit

F = TypeVar("F", bound=Callable[..., Any])
KIND = choice(ActorKind)
_UNITS: dict[str, tuple[int, Unit]] = {
    "d": (1, "day"),
    "w": (7, "day"),
    "m": (1, "month"),
    "y": (12, "month"),
    "e": (1, "event"),
}
# What a statement of a network may be chosen by.
_CRITERIA = ("holder", "speaker", "issue", "position", "outlet", "author", "section", "kind")


class _Length(click.ParamType["tuple[int, Unit]", str]):
    """The length of a window: a number with d, w, m, y or e, for events."""

    name = "length"

    def convert(
        self, value: str | tuple[int, Unit], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, Unit]:
        """Return the number of days, months or events, or fail with a sentence that shows how one is written."""
        if isinstance(value, tuple):
            return value
        read = re.fullmatch(r"([1-9]\d{0,6}) ?([dwmye])[a-z]*", value, re.ASCII)
        if read is None:
            return self.fail(f"'{value}' is not a length; write it as 30d, 4w, 6m, 1y or 50e.", param, ctx)
        size, unit = _UNITS[read[2]]
        return int(read[1]) * size, unit


class _Criterion(click.ParamType["tuple[str, str]", str]):
    """What a statement is chosen by: what it is a value of, a colon, and the value."""

    name = "criterion"

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Return both, or fail with a sentence that shows how one is written."""
        if isinstance(value, tuple):
            return value
        of, _, said = value.partition(":")
        if of not in _CRITERIA or not said:
            return self.fail(
                f"'{value}' does not say what it is a value of; write {', '.join(_CRITERIA[:-1])} or {_CRITERIA[-1]}, a"
                " colon and the value, for example holder:japan.",
                param,
                ctx,
            )
        return of, said


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


@export.command("round", has_csv=False)
@output_option
@pass_app
def round_(app: App, output: Path | None) -> None:
    """Write rounds of coding, as 'round load' takes them.

    Each has its assignments and findings. Findings that are not released yet are written too, so only the owner may
    write rounds.
    """
    _write_records(app, "round", output)


@export.command(has_format=False, has_csv=True)
@click.option(
    "--projection",
    type=click.Choice(
        ["affiliation", "two-mode", "congruence", "conflict", "subtract", "ignore", "concepts", "events"]
    ),
    default="affiliation",
    show_default=True,
    help="What is tied: actors to positions (affiliation) or to issues (two-mode); actors to actors by positions they"
    " share (congruence), by different ones (conflict), by the difference of both (subtract) or by issues alone"
    " (ignore); issues to issues (concepts). Or the statements as a list (events).",
)
@click.option(
    "--aggregation",
    type=click.Choice(["subtract", "ignore", "combine", "congruence", "conflict"]),
    help="What becomes of positions in two-mode (default: subtract) and concepts (default: ignore).",
)
@click.option(
    "--duplicates",
    type=click.Choice(["include", "document", "week", "month", "year", "acrossrange", "window"]),
    help="Count the same actor, issue and position once in each of these, or always (include). Default: window where"
    " actors or issues are tied to each other, else include.",
)
@click.option(
    "--normalization",
    type=click.Choice(["no", "average", "activity", "prominence", "jaccard", "cosine"]),
    default="no",
    show_default=True,
    help="What weights are divided by: activity and prominence for actors tied to positions or issues; average, jaccard"
    " and cosine for the others.",
)
@click.option("--isolates", is_flag=True, help="Also nodes that have statements in the database but none here.")
@click.option(
    "--every", type=click.Choice(["month", "quarter", "year"]), help="A graph for each of these; if not given, one."
)
@click.option(
    "--window",
    type=_Length(),
    metavar="LENGTH",
    help="A graph for each window of this length: 30d, 4w, 6m, 1y or 50e, which is 50 statements.",
)
@click.option(
    "--step",
    type=_Length(),
    metavar="LENGTH",
    help="How far the next window begins after one; if not given, where that ends.",
)
@slug_option("issue", multiple=True, help="This issue alone; may be given several times.")
@click.option("--holder-kind", "holder_kinds", type=KIND, multiple=True, help="Holders of this kind alone; repeatable.")
@click.option(
    "--only",
    type=_Criterion(),
    multiple=True,
    metavar="WHAT:VALUE",
    help="Statements with this value alone, as --exclude names it; repeatable.",
)
@click.option(
    "--exclude",
    type=_Criterion(),
    multiple=True,
    metavar="WHAT:VALUE",
    help="No statements with this value: of holder, speaker, issue, position, outlet, author, section or kind (of"
    " article); repeatable.",
)
@click.option("--since", type=Day(), metavar="DATE", help="What was said on this day or later.")
@click.option("--until", type=Day(), metavar="DATE", help="What was said on this day or earlier.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["graphml", "csv", "dl"]),
    help="How a network is written: as GraphML, or as a matrix in CSV or in the DL format of UCINET. If not given, the"
    " file extension selects it, and without one GraphML.",
)
@output_option
@pass_app
def network(
    app: App,
    projection: Projection,
    output: Path | None,
    *,
    aggregation: Aggregation | None,
    duplicates: Duplicates | None,
    normalization: Normalization,
    isolates: bool,
    every: Every | None,
    window: tuple[int, Unit] | None,
    step: tuple[int, Unit] | None,
    issue: tuple[str, ...],
    holder_kinds: tuple[str, ...],
    only: tuple[tuple[str, str], ...],
    exclude: tuple[tuple[str, str], ...],
    since: date | None,
    until: date | None,
    form: Literal["graphml", "csv", "dl"] | None,
) -> None:
    """Write a discourse network, or its statements as a list.

    Only final codings that take a position count. Windows are graphs in one file of GraphML; in CSV and DL the matrix
    of each goes to a file of its own, which ends in the name of the window.

    Example:
      stancedb export network --projection conflict --every year -o net.graphml
      stancedb export network --projection two-mode --isolates -o signed.csv
      stancedb export network --projection ignore --normalization cosine -o net.dl
      stancedb export network --window 30d --step 1d --exclude holder:japan
      stancedb export network --projection events --holder-kind person -o e.csv
    """
    from stancedb.export import graphml, matrix
    from stancedb.export import network as networks

    asked = networks.Network(
        projection=projection,
        aggregation=aggregation,
        duplicates=duplicates,
        normalization=normalization,
        has_isolates=isolates,
        every=every,
        window=networks.Length(*window) if window else None,
        step=networks.Length(*step) if step else None,
        since=since,
        until=until,
        holder_kinds=holder_kinds,
        only=tuple(networks.Criterion(*criterion) for criterion in (*(("issue", slug) for slug in issue), *only)),
        excluded=tuple(networks.Criterion(*criterion) for criterion in exclude),
    )
    asked.check()
    chosen = _network_form(asked, form, output)
    if app.output.is_safe and chosen != "csv":
        raise SafeNeedsCsv(option="--format csv or --projection events")
    with reported(app) as session:
        if projection == "events":
            _write(app, networks.event_list(session, asked, is_safe=app.output.is_safe), output)
        elif chosen == "graphml":
            _write(app, graphml.graphml(session, asked), output)
        else:
            with closing(matrix.matrices(session, asked, chosen, is_safe=app.output.is_safe)) as found:
                for name, lines in found:
                    _write(
                        app, lines, output and (output.with_stem(f"{output.stem}-{name}") if asked.is_cut else output)
                    )


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


def _network_form(
    network: Network, form: Literal["graphml", "csv", "dl"] | None, output: Path | None
) -> Literal["graphml", "csv", "dl"]:
    """Return how a network is written: as asked for, as the ending of the file says, or as GraphML.

    Raises:
        ListIsCsv: A list of statements is no network.
        MatricesNeedFile: Matrices of several windows have one place to go.
    """
    if network.projection == "events":
        if form not in {None, "csv"}:
            raise ListIsCsv
        return "csv"
    endings: dict[str, Literal["graphml", "csv", "dl"]] = {".csv": "csv", ".dl": "dl"}
    chosen = form or endings.get(output.suffix.lower() if output else "") or "graphml"
    if chosen != "graphml" and network.is_cut and output is None:
        raise MatricesNeedFile
    return chosen


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
