"""``stancedb outlet``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from stancedb.cli.app import App, Noun, dry_run_option, message_option, pass_app, slug_option
from stancedb.cli.loading import SOURCE, load_file, loading_options, run_one


@click.group(cls=Noun)
def outlet() -> None:
    """Publishers of articles, such as newspapers and agencies."""


@outlet.command()
@click.argument("path", type=SOURCE, help="CSV or JSONL file; - is standard input.")
@loading_options
@pass_app
def load(app: App, /, path: Path, **options: Any) -> None:
    """Load outlets from CSV or JSONL."""
    load_file(app, "outlet", path, **options)


@outlet.command()
@click.argument("slug", help="Slug of the new outlet, such as kyodo.")
@click.option("--name", required=True, metavar="NAME", help="Name of the outlet.")
@click.option(
    "--kind", metavar="KIND", help="Kind of outlet, such as agency, broadcaster or ministry (default: newspaper)."
)
@click.option("--country", metavar="CODE", help="Two-letter ISO 3166 country code, such as JP.")
@slug_option("outlet", "--parent", metavar="OUTLET", help="Outlet to which it belongs.")
@click.option("--reliability", metavar="GRADE", help="Reliability as an Admiralty grade, from A to F.")
@click.option("--citation", metavar="TEXT", help="Source that supports this.")
@message_option
@dry_run_option
@pass_app
def add(app: App, /, message: str | None, *, dry_run: bool, **fields: Any) -> None:
    """Add one outlet.

    Example:
      stancedb outlet add herald --name "The Herald" --country GB
    """
    from stancedb.operations import adding

    run_one(app, "outlet", partial(adding.add_outlet, **fields), message=message, dry_run=dry_run)


@outlet.command("list")
@pass_app
def list_(app: App) -> None:
    """List outlets with the number of their articles."""
    from stancedb.questions import actors

    with app.reading() as session:
        rows = actors.list_outlets(session)
    app.output.rows(rows, columns=["outlet", "name", "kind", "country", "reliability", "articles"])
