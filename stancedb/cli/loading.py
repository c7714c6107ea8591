"""What every loading command shares: its options, and the account it gives."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO, TypeVar

import click

from stancedb.cli.app import App, dry_run_option, message_option

if TYPE_CHECKING:
    from stancedb.database import Writing
    from stancedb.loading.account import LoadAccount
    from stancedb.loading.loader import Kind
    from stancedb.reading.sources import Source
    from stancedb.refusals import Refusal

F = TypeVar("F", bound=Callable[..., Any])
SOURCE = click.Path(path_type=Path, allow_dash=True)
keep_going_option = click.option(
    "--keep-going", is_flag=True, help="Load the good records although others are refused."
)


class PathOrAddress(click.Path):
    """A file or folder, or an address of the web; a path would lose one of the slashes of an address."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - Click's own signature
        """Return an address as such, and everything else as a path."""
        from stancedb.fetching.fetch import Address

        if isinstance(value, str) and re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", value):
            return Address(value)
        return super().convert(value, param, ctx)


def loading_options(command: F) -> F:
    """Add ``--keep-going``, ``--refused``, ``--encoding``, ``--message`` and ``--dry-run``."""
    for option in reversed(
        (
            keep_going_option,
            click.option(
                "--refused",
                type=click.Path(path_type=Path, dir_okay=False),
                help="With --keep-going: where refused records go, to be corrected and loaded.",
            ),
            click.option("--encoding", metavar="NAME", help="What the file is encoded in, if it is not UTF-8."),
            message_option,
            dry_run_option,
        )
    ):
        command = option(command)
    return command


def load_file(app: App, kind: Kind, path: Path, *, encoding: str | None, **options: Any) -> None:
    """Load a file of records of one kind, or standard input, and say what came of it.

    Exits with 1 if records were refused and the others loaded.
    """
    from stancedb.reading.files import read_records
    from stancedb.records.schemas import RECORDS

    run_load(app, kind, read_records(source_of(path), RECORDS[kind], encoding=encoding), origin=path.name, **options)


def source_of(path: Path) -> Path | Literal["-"]:
    """Return what a reader takes: the file, or ``-`` for standard input, which as a path would be a file."""
    return "-" if str(path) == "-" else path


def run_load(
    app: App,
    kind: Kind,
    items: Iterable[Any],
    *,
    origin: str,
    keep_going: bool,
    refused: Path | None,
    message: str | None,
    dry_run: bool,
    of: Source | None = None,
    forces: bool = False,
    makes_actors: str | None = None,
) -> None:
    """Load a stream of records in one transaction, and say what came of it.

    Exits with 1 if records were refused and the others loaded.
    """
    if refused is not None and not keep_going:
        raise click.UsageError("--refused goes with --keep-going; without it a load is refused as a whole.")
    from stancedb.loading.loader import load

    with app.writing(message or f"load {kind} from {origin}", dry_run=dry_run) as session:
        account = load(
            session, kind, items, origin=origin, keep_going=keep_going, of=of, forces=forces, makes_actors=makes_actors
        )
        # Where refused records cannot be written the others are not loaded, so that none is lost.
        written = _write_refused(account.refusals, refused) if account.refusals and refused is not None else None
    tell(app, account)
    if account.refusals:
        app.output.say_some(account.refusals)
        if written is not None:
            app.output.say(f"{written} refused records are in {refused}.")
        raise SystemExit(1)


def run_one(
    app: App, kind: str, change: Callable[[Writing], LoadAccount], *, message: str | None, dry_run: bool
) -> None:
    """Run an operation on one record that a command was given, and print its account.

    Args:
        app: The app.
        kind: What the record is.
        change: The operation, called with the session.
        message: Why; None says that one was added.
        dry_run: Whether to change nothing.
    """
    with app.writing(message or f"add one {kind}", dry_run=dry_run) as session:
        account = change(session)
    tell(app, account)


def tell(app: App, account: LoadAccount) -> None:
    """Print the account of a load: the counts to standard output, the rest as talk."""
    app.output.say_some(account.of_records)
    for note in account.notes:
        app.output.say(note)
    app.output.rows(account.lines(), columns=["rows", "inserted", "updated", "unchanged"])
    rate = f", {account.records / account.seconds:,.0f} a second" if account.records > 1 and account.seconds > 0 else ""
    outcome = "nothing to change" if account.changed_nothing else "loaded"
    app.output.say(
        f"{account.records} {account.kind} record{'s' if account.records != 1 else ''}: {outcome}, "
        f"{len(account.refusals)} refused, in {account.seconds:.2f} s{rate}."
    )


def _write_refused(refusals: list[Refusal], path: Path) -> int:
    """Write refused records to a file, each with what is wrong with it; return how many they are."""
    from stancedb.export.writing import replacing

    records: dict[tuple[str, int | None, str], dict[str, Any]] = {}
    for refusal in refusals:
        # Several things may be wrong with one record, which is written once.
        place = (refusal.source, refusal.line, str(refusal.original))
        if place in records:
            records[place]["x_reason"] += f"; also {refusal}"
            continue
        records[place] = {
            **_fields_of(refusal.original),
            "x_source": refusal.source,
            "x_line": refusal.line,
            "x_field": refusal.field,
            "x_reason": refusal.reason,
        }
    with replacing(path) as file:
        if path.suffix.lower() in {".csv", ".tsv"}:
            _write_table(file, [*records.values()], "\t" if path.suffix.lower() == ".tsv" else ",")
        else:
            file.writelines(map(_as_line, records.values()))
    return len(records)


def _write_table(file: TextIO, records: list[dict[str, Any]], delimiter: str) -> None:
    """Write refused records as CSV, a list in one cell, so that a table stays a table."""
    from stancedb.reading.mapped import ADDED_COLUMNS

    names = [*dict.fromkeys(name for record in records for name in record)]
    # What the program adds comes last, whichever record was the first.
    names.sort(key=lambda name: name in ADDED_COLUMNS)
    table = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    table.writerow(names)
    for record in records:
        table.writerow(
            [
                "|".join(map(str, cell)) if isinstance(cell, list) else cell
                for cell in (record.get(name) for name in names)
            ]
        )


def _as_line(record: dict[str, Any]) -> str:
    """Write a record as JSON; half a surrogate pair, which no file in UTF-8 can hold, by its number as it came."""
    spelled = json.dumps(record, ensure_ascii=False, default=str)
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", spelled) + "\n"


def _fields_of(original: object) -> dict[str, Any]:
    """Return the fields of a record as given, so that they can be corrected; what has none is kept as it is."""
    if isinstance(original, str):
        try:
            original = json.loads(original)
        except ValueError:
            return {"x_original": original}
    return original if isinstance(original, dict) else {"x_original": original}
