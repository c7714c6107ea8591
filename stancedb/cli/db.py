"""``stancedb db``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stancedb.cli.app import App, Noun, pass_app

if TYPE_CHECKING:
    from stancedb.model.vocabulary import LoginRole


@click.group(cls=Noun)
def db() -> None:
    """Create, upgrade and check the database; open psql."""


@db.command(has_format=False)
@pass_app
def init(app: App) -> None:
    """Create the schema in an empty database.

    The embedded server is created and started if no other server is specified.
    """
    _upgrade(app, "head")


@db.command(has_format=False)
@click.option("--to", "revision", default="head", show_default=True, metavar="REVISION", help="Target revision.")
@click.option("--rebuild", is_flag=True, help="Also derive all stances again.")
@pass_app
def upgrade(app: App, revision: str, *, rebuild: bool) -> None:
    """Upgrade the schema to the latest revision.

    No data is lost.
    """
    from stancedb.admin import schema
    from stancedb.database import administering

    _upgrade(app, revision)
    if rebuild:
        with administering(app.settings) as engine:
            schema.rebuild(engine)
        app.output.say("All stances were derived again.")


def _upgrade(app: App, revision: str) -> None:
    from stancedb.admin import schema
    from stancedb.database import HEAD, administering

    with administering(app.settings) as engine:
        passed = schema.upgrade(engine, revision)
        app.output.forgive()
        mended = schema.mend(engine) if revision in {"head", HEAD} else []
    for thing in mended:
        app.output.say(f"Repaired: {thing}.")
    if passed:
        reached = "up to date" if passed[-1] == HEAD else f"at {passed[-1]}"
        app.output.say(f"{len(passed)} migrations applied; the database is {reached}.")
    else:
        app.output.say(
            "Already up to date."
            if revision == "head"
            else "No migrations applied; the database is already at or past that revision."
        )
    _tell_untied(app)


def _tell_untied(app: App) -> None:
    """Report the logins that cannot write anything until the owner assigns them a coder."""
    from stancedb.admin import roles
    from stancedb.database import administering

    with administering(app.settings) as engine:
        logins = roles.untied(engine)
    for login in logins:
        app.output.say(
            f"The login '{login}' has no coder and cannot write anything; run"
            f" 'stancedb db grant-coder {login} --coder NAME'."
        )


@db.command(has_format=False)
@click.argument(
    "revision",
    help="Revision to return to, or base for an empty database; 'db status' shows the current one.",
)
@click.option(
    "--yes", is_flag=True, help="Confirm. Data in tables and columns added by the reverted revisions will be lost."
)
@pass_app
def downgrade(app: App, revision: str, *, yes: bool) -> None:
    """Revert the schema to an earlier revision."""
    from stancedb.admin import schema
    from stancedb.database import administering

    if not yes:
        raise click.UsageError(
            "A downgrade drops the tables and columns that later revisions added, with their data; confirm with --yes."
        )
    with administering(app.settings) as engine:
        undone = schema.downgrade(engine, revision)
    app.output.forgive()
    app.output.say(f"{len(undone)} migrations reverted.")


@db.command()
@pass_app
def check(app: App) -> None:
    """Check the schema, the stances and the rounds.

    Every column, constraint, index, function, trigger and policy is compared with what the migrations create. 'db
    upgrade' repairs objects that are missing or differ, where the repair is unambiguous. Objects that do not belong to
    stancedb are only listed.

    Exits with 1 if anything differs.
    """
    from stancedb.admin import schema
    from stancedb.database import administering

    with administering(app.settings) as engine:
        faults, others = schema.check(engine), schema.others(engine)
    app.output.say_some([f"Not part of stancedb, ignored: {other}." for other in others])
    app.output.rows(faults, columns=["what", "fault"], empty="Schema and stances are correct.")
    _tell_untied(app)
    if faults:
        raise SystemExit(1)


@db.command()
@pass_app
def status(app: App) -> None:
    """Show the location, revision and size of the database."""
    from stancedb.admin import schema
    from stancedb.database import HEAD, administering

    place = "a server" if app.settings.database_url else f"embedded, in {app.settings.data_dir}"
    answer = {"server": None, "revision": "none", "head": HEAD, "is_at_head": False, "size": None}
    if app.has_database():
        with administering(app.settings) as engine:
            answer = schema.status(engine)
    else:
        app.output.say("There is no database yet; create it with 'stancedb db init'.")
    app.output.record({"database": place, **answer})


@db.command()
@click.option("--example/--no-example", default=True, show_default=True, help="Include the worked example on Taiwan.")
@pass_app
def seed(app: App, *, example: bool) -> None:
    """Load the starter codebook, actors and the worked example.

    Running it twice changes nothing.
    """
    from stancedb.admin import seeding

    with app.writing("Seeds: starter codebook and actors" + (", worked example" if example else "")) as session:
        accounts = seeding.seed(session, with_example=example)
    app.output.rows(
        ({"loaded": account.kind, **line} for account in accounts for line in account.lines()),
        columns=["loaded", "rows", "inserted", "updated", "unchanged"],
    )


@db.command("grant-reader")
@click.argument("role", help="Login name, such as bi_superset; use one per program or person.")
@pass_app
def grant_reader(app: App, role: str) -> None:
    """Allow a login to read only the reporting schema.

    The login is created, without a password, if it does not exist, and its connection URL is printed. Running it twice
    changes nothing.

    Example:
      stancedb db grant-reader bi_superset
    """
    from stancedb.model.vocabulary import LoginRole

    _grant(app, role, LoginRole.READER)


_coder_option = click.option(
    "--coder",
    metavar="NAME",
    help="Coder of the login (default: the coder of the same name, created if needed).",
)


@db.command("grant-coder")
@click.argument("role", help="Login name of the coder.")
@_coder_option
@pass_app
def grant_coder(app: App, role: str, coder: str | None) -> None:
    """Allow a login to code under its own name.

    It may also read everything. The login is created, without a password, if it does not exist, and its connection URL
    is printed. Its changes are recorded under the name of its coder. 'stancedb db rights' shows what it may change.

    Example:
      stancedb db grant-coder ana
    """
    from stancedb.model.vocabulary import LoginRole

    _grant(app, role, LoginRole.CODER, coder)


@db.command("grant-reviewer")
@click.argument("role", help="Login name of the reviewer.")
@_coder_option
@pass_app
def grant_reviewer(app: App, role: str, coder: str | None) -> None:
    """Allow a login to review the codings of others.

    It may also maintain the codebook and actors. The login is created, without a password, if it does not exist, and
    its connection URL is printed. Its changes are recorded under the name of its coder. 'stancedb db rights' shows what
    it may change.

    Example:
      stancedb db grant-reviewer ruth
    """
    from stancedb.model.vocabulary import LoginRole

    _grant(app, role, LoginRole.REVIEWER, coder)


def _grant(app: App, login: str, role: LoginRole, coder: str | None = None) -> None:
    from stancedb.admin import roles
    from stancedb.database import administering, login_url

    with administering(app.settings) as engine:
        notes = roles.grant(engine, app.settings, login, role, coder=coder)
    app.output.forgive()
    for note in notes:
        app.output.say(note)
    app.output.say(f"To set a password: stancedb db psql -c '\\password {login}'")
    address = login_url(app.settings, login)
    if app.output.format == "table":
        app.output.text(f"{address}\n")
    else:
        app.output.record({"role": login, "url": address})


@db.command()
@pass_app
def rights(app: App) -> None:
    """List what coders and reviewers may do.

    It shows the tables they may write and the commands they may run, as granted by 'db grant-coder' and 'db
    grant-reviewer'.
    """
    from stancedb.admin import roles

    app.output.rows(roles.list_rights(), columns=["what", "coder", "reviewer", "owner", "rule"])


@db.command("set", has_format=False)
@click.argument("name", type=click.Choice(["review"]), metavar="NAME", help="Setting: review.")
@click.argument(
    "value",
    type=click.Choice(["optional", "required"]),
    metavar="VALUE",
    help="Value of the setting; for review: optional, or required if codings need a review before they count.",
)
@pass_app
def set_(app: App, name: str, value: str) -> None:
    """Change a setting of this database.

    With 'review required', new codings have the status submitted until a reviewer other than their coder makes them
    final. Existing final codings stay final.

    Example:
      stancedb db set review required
    """
    from stancedb.admin import roles
    from stancedb.database import administering

    with administering(app.settings) as engine:
        roles.set_review(engine, is_required=value == "required")
    app.output.forgive()
    app.output.say(f"{name.capitalize()} is {value}.")


@db.command()
@pass_app
def url(app: App) -> None:
    """Print the connection URL of the database, for psql.

    The embedded server is started if necessary.
    """
    from stancedb.database import database_url

    _show_address(app, database_url(app.settings))


@db.command(has_format=False)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), help="Output file; .sql selects plain SQL.")
@pass_app
def dump(app: App, file: Path) -> None:
    """Back up the whole database to a file.

    The backup is made by pg_dump and includes history and releases, but not logins and rights. The file appears once
    everything is written.

    Example:
      stancedb db dump stances.dump
    """
    from stancedb.admin import dumping
    from stancedb.database import administering, psql_call
    from stancedb.export.writing import replacing_bytes

    address, secret = psql_call(app.settings)
    with administering(app.settings) as engine, replacing_bytes(file) as copy:
        dumping.dump(engine, address, secret, copy, is_plain=file.suffix.lower() == ".sql")
    app.output.say(f"The whole database was written to {file}.")


@db.command(has_format=False)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), help="File written by 'db dump' or pg_dump.")
@pass_app
def restore(app: App, file: Path) -> None:
    """Restore a backup into an empty database.

    The target is the embedded database in a new data directory (STANCEDB_DATA_DIR), or the database given by
    --database, whose PostgreSQL may be older or newer than that of the backup. Either everything is restored or
    nothing; an existing stancedb database is never changed. Grant logins again afterwards.
    """
    from stancedb.admin import dumping, schema
    from stancedb.database import HEAD, administering, psql_call

    address, secret = psql_call(app.settings)
    with administering(app.settings) as engine:
        dumping.restore(engine, address, secret, file)
        app.output.forgive()
        is_at_head = schema.status(engine)["revision"] == HEAD
        if is_at_head:
            # A backup does not include rights.
            schema.upgrade(engine)
        mended = schema.mend(engine) if is_at_head else []
    for thing in mended:
        app.output.say(f"Repaired: {thing}.")
    app.output.say(f"{file} was restored." if is_at_head else f"{file} was restored; run 'stancedb db upgrade'.")


# A plain Click command, because -f and -v belong to psql here.
@db.command(cls=click.Command, context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, help="Arguments for psql, such as -c 'SELECT 1'.")
@pass_app
def psql(app: App, arguments: tuple[str, ...]) -> None:
    """Open psql on the database.

    Changes need a changeset: begin with SELECT stancedb.open_changeset('your name', 'why').
    """
    import shutil

    from stancedb.database import psql_call
    from stancedb.server.embedded import binary

    program = shutil.which("psql") or str(binary("psql"))
    address, secret = psql_call(app.settings)
    # psql takes over the terminal.
    os.execve(program, [program, address, *arguments], {**os.environ, **secret})  # noqa: S606 - no shell is wanted


@db.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Also listen on this TCP port on localhost; 0 picks a free port."
)
@pass_app
def start(app: App, port: int | None) -> None:
    """Start the embedded server and print its connection URL.

    With --port other programs can connect, using the password in the URL.
    """
    from stancedb.server import embedded

    _only_embedded(app)
    place = app.settings.data_dir
    before = embedded.status(place)
    address = embedded.ensure_running(place) if port is None else embedded.serve(place, port)
    after = embedded.status(place)
    if before.is_running and before.port != after.port:
        formerly = f", no longer on port {before.port}" if before.port else ""
        app.output.say(f"The server was restarted and listens on port {after.port}{formerly}.")
    _show_address(app, address)


@db.command(has_format=False)
@pass_app
def stop(app: App) -> None:
    """Stop the embedded server."""
    from stancedb.server import embedded

    _only_embedded(app)
    app.output.say("The server was stopped." if embedded.stop(app.settings.data_dir) else "The server was not running.")


def _show_address(app: App, address: str) -> None:
    if app.output.format == "table":
        app.output.text(f"{address}\n")
    else:
        app.output.record({"url": address})


def _only_embedded(app: App) -> None:
    if app.settings.database_url:
        raise click.UsageError(
            "stancedb starts and stops only the embedded server; leave out --database and unset STANCEDB_DATABASE_URL."
        )
