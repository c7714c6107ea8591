"""``stancedb export``."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from stancedb.cli.app import App, Command, pass_app

if TYPE_CHECKING:
    from stancedb.export.exporter import Form


@click.command(cls=Command)
@click.argument("kind", help="outlet, codebook, actor, article, statement, event or indicator.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Where to; the file is replaced when all is written. If not given, standard output.",
)  # fmt: skip
@click.option("--label", metavar="LABEL", help="Which version of the codebook; the newest if not given.")
@click.option(
    "--without-causes", is_flag=True,
    help="Events without what they follow from, to be loaded before the statements among that.",
)  # fmt: skip
@pass_app
def export(app: App, kind: str, output: Path | None, label: str | None, *, without_causes: bool) -> None:
    """Write the records of a kind to a file that 'load' takes back unchanged.

    JSON Lines; with --format csv, or a file that ends so, a sheet of outlets, actors, articles or statements; the
    codebook as TOML. What no file can carry is counted on standard error.

    Example:
      stancedb export statement --output sheet.csv
    """
    from stancedb.export import exporter
    from stancedb.export.account import Account
    from stancedb.export.writing import replacing

    form = exporter.chosen_form(kind, form=_asked_form(app), ending=output.suffix.lower() if output else None)
    if label is not None and kind != "codebook":
        raise click.UsageError("--label goes with the codebook alone.")
    if without_causes and kind != "event":
        raise click.UsageError("--without-causes goes with events alone.")
    account = Account(kind)
    with (
        app.reading() as session,
        closing(exporter.export(session, account, form, label=label, with_causes=not without_causes)) as lines,
    ):
        if output is None:
            for line in lines:
                app.output.text(line)
        else:
            with replacing(output) as file:
                file.writelines(lines)
    for sentence in account.lines():
        app.output.say(sentence)
    app.output.say(f"{account.records} {kind} record{'s' if account.records != 1 else ''} written.")


def _asked_form(app: App) -> Form | None:
    """Return the form that the line asks for; a default for answers says nothing of files."""
    source = click.get_current_context().get_parameter_source("output_format")
    if source is not ParameterSource.COMMANDLINE or app.output.format == "table":
        return None
    if app.output.format == "json":
        raise click.UsageError("export writes one object a line, which is --format ndjson.")
    return "csv" if app.output.format == "csv" else "jsonl"
