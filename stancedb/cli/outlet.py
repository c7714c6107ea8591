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
    """Who publishes articles."""


@outlet.command()
@click.argument("path", type=SOURCE, help="A CSV or JSONL file; - is standard input.")
@loading_options
@pass_app
def load(app: App, /, path: Path, **options: Any) -> None:
    """Load outlets from CSV or JSONL."""
    load_file(app, "outlet", path, **options)


@outlet.command()
@click.argument("slug", help="The handle to give it, such as kyodo.")
@click.option("--name", required=True, metavar="NAME", help="The name as printed.")
@click.option("--kind", metavar="KIND", help="newspaper, agency, broadcaster, ministry, ...; newspaper if not given.")
@click.option("--country", metavar="CODE", help="Two letters of ISO 3166, such as JP.")
@slug_option("outlet", "--parent", metavar="OUTLET", help="The house it belongs to.")
@click.option("--reliability", metavar="GRADE", help="Admiralty grade A to F.")
@click.option("--citation", metavar="TEXT", help="Where this can be checked.")
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
    """List outlets with how many articles each has."""
    from stancedb.questions import actors

    with app.reading() as session:
        rows = actors.list_outlets(session)
    app.output.rows(rows, columns=["outlet", "name", "kind", "country", "reliability", "articles"])
