"""``stancedb schema``."""

from __future__ import annotations

import json

import click

from stancedb.cli.app import App, Command, pass_app


@click.command(cls=Command)
@click.argument("kind", required=False, help="Kind of record (default: list the kinds).")
@pass_app
def schema(app: App, kind: str | None) -> None:
    """Print the JSON Schema of a kind of record.

    Example:
      stancedb schema statement
    """
    from stancedb.records.schemas import RECORDS, json_schema

    if kind is None:
        app.output.rows(
            (
                {"kind": name, "says": (record.__doc__ or "").partition("\n")[0].replace("`", "")}
                for name, record in RECORDS.items()
            ),
            columns=["kind", "says"],
        )
        return
    if app.output.format == "table":
        app.output.text(json.dumps(json_schema(kind), indent=2, ensure_ascii=False))
    else:
        app.output.record(json_schema(kind))
