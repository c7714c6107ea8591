"""``stancedb codebook``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stancedb.cli.app import App, Noun, pass_app
from stancedb.cli.loading import SOURCE, load_file, loading_options


@click.group(cls=Noun)
def codebook() -> None:
    """Versions of the coding instructions."""


@codebook.command()
@click.argument(
    "path", type=SOURCE, help="TOML file with one codebook version, its issues and positions; - is standard input."
)
@loading_options
@pass_app
def load(app: App, /, path: Path, **options: Any) -> None:
    """Load a codebook version with its issues and positions from TOML.

    Example:
      stancedb codebook load taiwan.toml
    """
    load_file(app, "codebook", path, **options)


@codebook.command("list")
@pass_app
def list_(app: App) -> None:
    """List codebook versions."""
    from stancedb.questions import issues

    with app.reading() as session:
        rows = issues.list_codebooks(session)
    app.output.rows(rows, columns=["codebook", "issued_on", "codings", "notes"])
