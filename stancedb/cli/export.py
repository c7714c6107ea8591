"""``stancedb export``."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Mapping
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
_TITLES = {
    "affiliation": "Who takes which position?",
    "two-mode": "Who speaks for or against which issue?",
    "congruence": "Who agrees with whom?",
    "conflict": "Who disagrees with whom?",
    "subtract": "Who agrees with whom more often than not?",
    "ignore": "Who speaks about the same issues as whom?",
    "concepts": "Which issues have the same holders?",
}
# The fields by which statements of a network can be selected.
_CRITERIA = ("holder", "speaker", "issue", "position", "outlet", "author", "section", "kind")


class _Length(click.ParamType["tuple[int, Unit]", str]):
    """The length of a window: a number followed by d, w, m, y or e (for events)."""

    name = "length"

    def convert(
        self, value: str | tuple[int, Unit], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, Unit]:
        """Return the number of days, months or events and the unit, or fail with a message that shows the format."""
        if isinstance(value, tuple):
            return value
        read = re.fullmatch(r"([1-9]\d{0,6}) ?([dwmye])[a-z]*", value, re.ASCII)
        if read is None:
            return self.fail(f"'{value}' is not a valid length; write it as 30d, 4w, 6m, 1y or 50e.", param, ctx)
        size, unit = _UNITS[read[2]]
        return int(read[1]) * size, unit


class _Criterion(click.ParamType["tuple[str, str]", str]):
    """A criterion that selects statements: a field, a colon and a value."""

    name = "criterion"

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Return field and value, or fail with a message that shows the format."""
        if isinstance(value, tuple):
            return value
        of, _, said = value.partition(":")
        if of not in _CRITERIA or not said:
            return self.fail(
                f"'{value}' is not of the form FIELD:VALUE, for example holder:japan; the fields are"
                f" {', '.join(_CRITERIA[:-1])} and {_CRITERIA[-1]}.",
                param,
                ctx,
            )
        return of, said


class _Written(Command):
    """A command whose output format may also be selected by the file extension."""

    def check_safe(self, output: Output) -> None:
        """Do nothing: the command checks this itself, once it knows the output format."""


class _Kinds(Noun):
    """The group of exports, each of a kind of record or another view of the database."""

    command_class = _Written

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed, and suggest the closest kind if there is no such command."""
        if not args[0].startswith("-") and args[0] not in self.commands:
            from stancedb.errors import NoSuchThing

            raise NoSuchThing.of("kind of record", args[0], self.commands)
        return super().resolve_command(ctx, args)


@click.group(cls=_Kinds)
def export() -> None:
    """Write files for reloading and for analysis.

    Records are written as JSON Lines and the codebook as TOML. With --format csv or a .csv file, outlets, actors,
    articles and statements are written as CSV. --format json writes one array, for other programs. Data that the file
    cannot hold is counted on standard error.
    """


@export.command()
@output_option
@pass_app
def outlet(app: App, output: Path | None) -> None:
    """Write outlets, as read by 'outlet load'."""
    _write_records(app, "outlet", output)


@export.command(has_format=False)
@slug_option("codebook", "--label", metavar="LABEL", help="Codebook version (default: the newest).")
@click.option(
    "--in-force", is_flag=True, help="Write retired and merged positions and issues as if in force, without a rank."
)
@output_option
@pass_app
def codebook(app: App, output: Path | None, label: str | None, *, in_force: bool) -> None:
    """Write a codebook version, as read by 'codebook load'.

    Retired positions and issues take no new codings. To load into a database without the statements, first load the
    codebook written with --in-force, then the statements, then the whole codebook.
    """
    _write_records(app, "codebook", output, label=label, is_whole=not in_force)


@export.command()
@output_option
@pass_app
def actor(app: App, output: Path | None) -> None:
    """Write actors, as read by 'actor load'."""
    _write_records(app, "actor", output)


@export.command()
@output_option
@pass_app
def article(app: App, output: Path | None) -> None:
    """Write articles, as read by 'article load'."""
    _write_records(app, "article", output)


@export.command()
@output_option
@pass_app
def statement(app: App, output: Path | None) -> None:
    """Write the coding sheet, as read by 'statement load'.

    Example:
      stancedb export statement --output sheet.csv
    """
    _write_records(app, "statement", output)


@export.command(has_csv=False)
@click.option(
    "--without-causes",
    is_flag=True,
    help="Leave out the causes of events, so that the events can be loaded before statements that are causes.",
)
@output_option
@pass_app
def event(app: App, output: Path | None, *, without_causes: bool) -> None:
    """Write events, as read by 'event load'."""
    _write_records(app, "event", output, is_whole=not without_causes)


@export.command(has_csv=False)
@output_option
@pass_app
def indicator(app: App, output: Path | None) -> None:
    """Write indicators, as read by 'indicator load'."""
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
    metavar="NAME",
    help="Projection: affiliation, two-mode, congruence, conflict, subtract, ignore, concepts or events.",
)
@click.option(
    "--aggregation",
    type=click.Choice(["subtract", "ignore", "combine", "congruence", "conflict"]),
    help="Treatment of positions in two-mode (default: subtract) and concepts (default: ignore).",
)
@click.option(
    "--duplicates",
    type=click.Choice(["include", "document", "week", "month", "year", "acrossrange", "window"]),
    help="Count repeated statements once per document, period or window, or each time (include). Default: include in"
    " two-mode networks and lists, else window.",
)
@click.option(
    "--normalization",
    type=click.Choice(["no", "average", "activity", "prominence", "jaccard", "cosine"]),
    default="no",
    show_default=True,
    help="Normalization of weights: activity or prominence in two-mode networks; average, jaccard or cosine in one-mode"
    " networks.",
)
@click.option(
    "--isolates", is_flag=True, help="Include nodes that have statements in the database but none in this network."
)
@click.option(
    "--every", type=click.Choice(["month", "quarter", "year"]), help="Write one graph per period (default: one graph)."
)
@click.option(
    "--window",
    type=_Length(),
    metavar="LENGTH",
    help="Write one graph per window of this length: 30d, 4w, 6m, 1y or 50e (50 statements).",
)
@click.option(
    "--step",
    type=_Length(),
    metavar="LENGTH",
    help="Distance between the starts of consecutive windows (default: the window length).",
)
@slug_option("issue", multiple=True, help="Only this issue; repeatable.")
@click.option(
    "--holder-kind",
    "holder_kinds",
    type=KIND,
    metavar="KIND",
    multiple=True,
    help=f"Only holders of this kind: {', '.join(ActorKind)}; repeatable.",
)
@click.option(
    "--only",
    type=_Criterion(),
    multiple=True,
    metavar="FIELD:VALUE",
    help="Only statements with this value, such as holder:japan; fields as in --exclude; repeatable.",
)
@click.option(
    "--exclude",
    type=_Criterion(),
    multiple=True,
    metavar="FIELD:VALUE",
    help="Exclude statements by holder, speaker, issue, position, outlet, author, section or kind (of article);"
    " repeatable.",
)
@click.option("--since", type=Day(), metavar="DATE", help="Only statements made on or after this date.")
@click.option("--until", type=Day(), metavar="DATE", help="Only statements made on or before this date.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["graphml", "csv", "dl"]),
    help="GraphML, or a matrix in CSV or the DL format of UCINET (default: by file extension, else graphml).",
)
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw the network to FILE (.svg or .png); the file of --output is only written if it is given.",
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
    plot: Path | None,
) -> None:
    """Write a discourse network, or its statements as a list.

    The projection selects the ties. Two-mode networks tie actors to positions (affiliation) or to issues (two-mode).
    One-mode networks tie actors to actors by shared positions (congruence), by different positions (conflict), by the
    difference of the two (subtract) or by shared issues (ignore), or issues to issues (concepts). The projection events
    is the list of statements.

    Only final codings that take a position count. GraphML holds all windows as graphs in one file; in CSV and DL each
    window has its own file, whose name ends in the name of the window.

    Example:
      stancedb export network --projection conflict --every year -o net.graphml
      stancedb export network --projection two-mode --isolates -o signed.csv
      stancedb export network --projection ignore --normalization cosine -o net.dl
      stancedb export network --window 30d --step 1d --exclude holder:japan
      stancedb export network --projection events --holder-kind person -o e.csv
      stancedb export network --projection congruence --every year --plot net.svg
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
    if plot is not None:
        _check_network_plot(asked, plot)
        with reported(app) as session:
            _draw_network(app, session, asked, plot)
        if output is None:
            return
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

    The output is one page of annotations, or one annotation per line with --format ndjson or a .ndjson or .jsonl file.

    Example:
      stancedb export annotations --output quotes.jsonld
    """
    from stancedb.export import annotations
    from stancedb.export.account import Account

    form = asked_format(app)
    if form == "csv":
        raise click.UsageError("Annotations are written as JSON-LD; use --format json or ndjson.")
    is_lined = form == "ndjson" or (form is None and output is not None and output.suffix in {".ndjson", ".jsonl"})
    account = Account("annotation")
    with app.reading() as session:
        _write(
            app, (annotations.annotation_lines if is_lined else annotations.annotation_page)(session, account), output
        )
    _tell(app, account, "annotation")


@export.command()
@click.argument("name", help="Table or view of the reporting schema.")
@output_option
@pass_app
def table(app: App, name: str, output: Path | None) -> None:
    """Write a table or view of the reporting schema.

    The file extension selects the format: .csv, .ndjson, .json, .parquet or .dta (Stata). Standard output is CSV, or
    the format given by --format.

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
    """Return the function that writes Parquet, if pyarrow is installed."""
    from importlib.util import find_spec

    from stancedb.errors import NotInstalled

    if find_spec("pyarrow") is None:
        raise NotInstalled(purpose="write Parquet", extra="parquet")
    from stancedb.export.parquet import write_parquet

    return write_parquet


@export.command(has_format=False, has_csv=True)
@click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False), help="Output folder; an existing package is replaced."
)
@click.option(
    "--license",
    "license_name",
    metavar="NAME",
    help="Licence of the data, such as CC-BY-4.0 (default: none).",
)
@pass_app
def package(app: App, folder: Path, *, license_name: str | None) -> None:
    """Write the reporting schema as a Frictionless data package.

    Each table and view is a CSV file; datapackage.json describes every field and declares the keys. The folder appears
    once everything is written.

    Example:
      stancedb export package stances --license CC-BY-4.0
    """
    from stancedb.export import package as packages
    from stancedb.export.account import Account

    account = Account("package")
    with reported(app) as session:
        packages.write_package(session, account, folder, license_name=license_name, is_safe=app.output.is_safe)
    if license_name is None:
        app.output.say("No licence is stated, so users cannot know what they may do with the data; use --license NAME.")
    _tell(app, account, "row")


def _write_records(
    app: App, kind: str, output: Path | None, *, label: str | None = None, is_whole: bool = True
) -> None:
    """Write the records of a kind, and report the data that the file cannot hold."""
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


def _check_network_plot(asked: Network, plot: Path) -> None:
    """Check before the query that the network can be drawn."""
    from stancedb.plot import network as pictures

    if asked.projection == "events":
        raise click.UsageError("--plot draws networks, and --projection events is a list; use 'stancedb ask'.")
    if plot.suffix.lower() not in {".svg", ".png"}:
        raise click.BadParameter(f"'{plot}' does not end in .svg or .png.", param_hint="--plot")
    pictures.require()


def _draw_network(app: App, session: Reading, asked: Network, plot: Path) -> None:
    """Draw a network to a file, whose extension selects the format."""
    from stancedb import __version__
    from stancedb.export.network_picture import windows
    from stancedb.export.writing import replacing
    from stancedb.plot import network as pictures
    from stancedb.plot import sheet
    from stancedb.plot.frame import Frame
    from stancedb.questions import about

    found, positions = windows(session, asked)
    issues = sorted({row["issue"] for row in positions.values()})
    shown = about.about(session, issues[0] if issues else None)
    question = shown["question"]

    def label(row: Mapping[str, Any]) -> str:
        # The question is in the heading; without one, the slugs say of which issue a position is.
        if question:
            return str(row["label"]).removeprefix(f"{question}: ")
        if row["part"] == "concept" and asked.are_positions_apart:
            return str(row["code"])
        return str(row["label"])

    drawn = [
        pictures.Window(
            window.name.removeprefix("w"),
            tuple(
                pictures.Node(
                    key,
                    label(row),
                    row["statements"] or 0,
                    is_square=asked.is_two_mode and row["part"] == "concept",
                    position=window.positions.get(key),
                )
                for key, row in window.nodes.items()
            ),
            tuple(pictures.Edge(*edge) for edge in window.edges),
        )
        for window in found
    ]
    days = [row[name] for window in found for row in window.nodes.values() for name in ("first_said", "last_said")]
    said = [day for day in days if day is not None]
    period = f", statements from {min(said)} to {max(said)}" if said else ""
    changeset, day = shown["changeset"], shown["day"]
    options = ", ".join(f"{field.replace('_', ' ')} {value}" for field, value in _narrowing(asked))
    frame = Frame(
        title=_TITLES[asked.projection] + (f" {question}" if question else ""),
        subtitle=f"Projection {asked.projection}{period}",
        source=f"Source: final codings that take a position, changeset {changeset}, as of {day}.",
        citation=f"Cite as: stancedb {__version__}, export network, projection {asked.projection}"
        f"{', ' + options if options else ''}, changeset {changeset}, {day}.",
    )
    svg = pictures.picture(drawn, frame, {key: label(row) for key, row in positions.items()})
    with replacing(plot) as file:
        file.buffer.write(sheet.png(svg) if plot.suffix.lower() == ".png" else svg.encode())
    app.output.say(f"Written to {plot}.")


def _narrowing(asked: Network) -> Iterator[tuple[str, object]]:
    """Yield the options, other than the projection, that a citation of a network names."""
    for field in ("aggregation", "duplicates", "every", "since", "until"):
        if value := getattr(asked, field):
            yield field, value
    if asked.normalization != "no":
        yield "normalization", asked.normalization
    for field in ("window", "step"):
        if length := getattr(asked, field):
            yield field, f"{length.size} {length.unit}"
    for kind in asked.holder_kinds:
        yield "holder kind", kind
    yield from asked.only
    for criterion in asked.excluded:
        yield "without", f"{criterion.of} {criterion.value}"


def _network_form(
    network: Network, form: Literal["graphml", "csv", "dl"] | None, output: Path | None
) -> Literal["graphml", "csv", "dl"]:
    """Return the format of a network: as given, by the file extension, or GraphML.

    Raises:
        ListIsCsv: The list of statements can only be written as CSV.
        MatricesNeedFile: Matrices of several windows cannot be written to standard output.
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
    """Write lines to standard output, or to a file that appears once all are written."""
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
