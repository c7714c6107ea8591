"""What all loading commands share: their options and their summary."""

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
keep_going_option = click.option("--keep-going", is_flag=True, help="Load valid records even if others are rejected.")


class PathOrAddress(click.Path):
    """A file, folder or URL; a Path would drop one of the slashes of a URL."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - Click's own signature
        """Return an ``Address`` for a URL, and a path for everything else."""
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
                help="With --keep-going, file for rejected records, to be corrected and loaded again.",
            ),
            click.option("--encoding", metavar="NAME", help="Encoding of the file (default: UTF-8)."),
            message_option,
            dry_run_option,
        )
    ):
        command = option(command)
    return command


def load_file(app: App, kind: Kind, path: Path, *, encoding: str | None, **options: Any) -> None:
    """Load a file of records of one kind, or standard input, and print a summary.

    Exits with 1 if some records were rejected and the others loaded.
    """
    from stancedb.reading.files import read_records
    from stancedb.records.schemas import RECORDS

    run_load(app, kind, read_records(source_of(path), RECORDS[kind], encoding=encoding), origin=path.name, **options)


def source_of(path: Path) -> Path | Literal["-"]:
    """Return the argument for a reader: the file, or ``-`` for standard input, which as a Path would name a file."""
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
    """Load a stream of records in one transaction, and print a summary.

    Exits with 1 if some records were rejected and the others loaded.
    """
    if refused is not None and not keep_going:
        raise click.UsageError("--refused requires --keep-going; without it a load is all or nothing.")
    from stancedb.loading.loader import load

    with app.writing(message or f"load {kind} from {origin}", dry_run=dry_run) as session:
        account = load(
            session, kind, items, origin=origin, keep_going=keep_going, of=of, forces=forces, makes_actors=makes_actors
        )
        # If the rejected records cannot be written, the others are not loaded either, so that none is lost.
        written = _write_refused(account.refusals, refused) if account.refusals and refused is not None else None
    tell(app, account)
    if account.refusals:
        app.output.say_some(account.refusals)
        if written is not None:
            app.output.say(f"{written} rejected records were written to {refused}.")
        raise SystemExit(1)


def run_one(
    app: App, kind: str, change: Callable[[Writing], LoadAccount], *, message: str | None, dry_run: bool
) -> None:
    """Run an operation on the one record given to a command, and print its summary.

    Args:
        app: The app.
        kind: The kind of record.
        change: The operation, called with the session.
        message: Message of the changeset (default: that one record was added).
        dry_run: Whether to change nothing.
    """
    with app.writing(message or f"add one {kind}", dry_run=dry_run) as session:
        account = change(session)
    tell(app, account)


def tell(app: App, account: LoadAccount) -> None:
    """Print the summary of a load: the counts to standard output, the rest to standard error."""
    app.output.say_some(account.of_records)
    for note in account.notes:
        app.output.say(note)
    app.output.rows(account.lines(), columns=["rows", "inserted", "updated", "unchanged"])
    rate = (
        f", {account.records / account.seconds:,.0f} per second" if account.records > 1 and account.seconds > 0 else ""
    )
    outcome = "nothing to change" if account.changed_nothing else "loaded"
    app.output.say(
        f"{account.records} {account.kind} record{'s' if account.records != 1 else ''}: {outcome}, "
        f"{len(account.refusals)} rejected, in {account.seconds:.2f} s{rate}."
    )


def _write_refused(refusals: list[Refusal], path: Path) -> int:
    """Write rejected records to a file, each with the reasons; return their number."""
    from stancedb.export.writing import replacing

    records: dict[tuple[str, int | None, str], dict[str, Any]] = {}
    for refusal in refusals:
        # A record may have several faults, but is written once.
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
    """Write rejected records as CSV, with lists joined in one cell."""
    from stancedb.reading.mapped import ADDED_COLUMNS

    names = [*dict.fromkeys(name for record in records for name in record)]
    # The columns that this program adds come last, whichever record came first.
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
    """Return a record as JSON; a lone surrogate, which UTF-8 cannot encode, is written as an escape."""
    spelled = json.dumps(record, ensure_ascii=False, default=str)
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", spelled) + "\n"


def _fields_of(original: object) -> dict[str, Any]:
    """Return the fields of a record as given, so that they can be corrected; other input is kept unchanged."""
    if isinstance(original, str):
        try:
            original = json.loads(original)
        except ValueError:
            return {"x_original": original}
    return original if isinstance(original, dict) else {"x_original": original}
