"""``stancedb reporting``."""

from __future__ import annotations

from pathlib import Path

import click

from stancedb.cli.app import App, Noun, pass_app


@click.group(cls=Noun)
def reporting() -> None:
    """Tables and views for BI tools and researchers.

    They are in the schema named reporting, which is refreshed from the database.
    """


@reporting.command()
@click.option("--full", is_flag=True, help="Compare every row, not only rows that later changesets may have changed.")
@pass_app
def refresh(app: App, *, full: bool) -> None:
    """Refresh the reporting schema from the database.

    Rows that differ are written in one transaction. Readers are not blocked, and see the earlier state until it
    commits.

    Example:
      stancedb reporting refresh
    """
    import time

    from stancedb.admin import refreshing

    began = time.monotonic()
    with app.refreshing() as session:
        rows = refreshing.refresh(session, is_full=full)
    app.output.forgive()
    changed = [row for row in rows if row["inserted"] or row["updated"] or row["deleted"]]
    app.output.rows(changed, columns=["table", "inserted", "updated", "deleted"], empty="Nothing changed.")
    app.output.say(f"The reporting schema is up to date, in {time.monotonic() - began:.2f} s.")


@reporting.command()
@pass_app
def status(app: App) -> None:
    """Show the changeset and date of the reporting schema."""
    from stancedb.admin import refreshing

    with app.reading() as session:
        app.output.record(refreshing.status(session))


@reporting.command()
@pass_app
def check(app: App) -> None:
    """Check the reporting schema.

    Relations are compared with their contract, and rows with the database. Every row is computed again, so this takes
    as long as a full refresh. Exits with 1 if anything differs.
    """
    from stancedb.admin import refreshing

    with app.refreshing() as session:
        faults = refreshing.check(session)
    app.output.rows(faults, columns=["what", "fault"], empty="The reporting schema is correct.")
    if faults:
        raise SystemExit(1)


@reporting.command()
@click.argument("login", help="Login of the reader, created by 'db grant-reader'.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    required=True,
    help="Output folder; files of the same names are replaced.",
)
@click.option("--host", help="Host name of the server for those programs (default: as in the URL that stancedb uses).")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port of the server for those programs (default: as in that URL)."
)
@pass_app
def clients(app: App, login: str, output: Path, *, host: str | None, port: int | None) -> None:
    """Write files that connect other programs to the reporting schema.

    They include a dashboard for Superset, data sources for ODBC, Excel, Power BI, Metabase and Grafana, and starter
    scripts in SQL, R and Python, all configured for one login. No password is written: each program asks for it.
    """
    from stancedb.admin import refreshing
    from stancedb.clients.place import Place
    from stancedb.clients.writing import documents
    from stancedb.database import whereabouts
    from stancedb.errors import NotReachable, NotReadableByAll
    from stancedb.export.writing import make_folder, replacing_bytes

    with app.reading() as session:
        dictionary = refreshing.dictionary(session, login)
        is_filled = refreshing.status(session)["contract_version"] is not None
    found = whereabouts(app.settings)
    place = Place(host or found["host"], port or found["port"], found["database"], login, found["sslmode"])
    if place.is_socket and app.settings.database_url is None:
        raise NotReachable
    if place.strange is not None:
        raise NotReadableByAll(value=place.strange)
    rows = []
    make_folder(output)
    for client, content in documents(place, dictionary):
        with replacing_bytes(output / client.file) as file:
            file.write(content)
        rows.append({"for": client.name, "file": client.file, "how": client.how})
    app.output.rows(rows, columns=["for", "file", "how"])
    if place.is_socket:
        app.output.say(
            "Excel and Power BI cannot use a Unix socket, so their files are left out; name a server with --host."
        )
    if not is_filled:
        app.output.say("The reporting schema is empty. Run 'stancedb reporting refresh'.")
