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
    """Create, upgrade and check the database; reach it with psql."""


@db.command(has_format=False)
@pass_app
def init(app: App) -> None:
    """Create the schema in an empty database.

    The embedded server is made and started if no other is named.
    """
    _upgrade(app, "head")


@db.command(has_format=False)
@click.option("--to", "revision", default="head", show_default=True, metavar="REVISION", help="How far.")
@click.option("--rebuild", is_flag=True, help="Derive all stances anew as well.")
@pass_app
def upgrade(app: App, revision: str, *, rebuild: bool) -> None:
    """Bring the schema up to date.

    Nothing that people entered is lost.
    """
    from stancedb.admin import schema
    from stancedb.database import administering

    _upgrade(app, revision)
    if rebuild:
        with administering(app.settings) as engine:
            schema.rebuild(engine)
        app.output.say("All stances are derived anew.")


def _upgrade(app: App, revision: str) -> None:
    from stancedb.admin import schema
    from stancedb.database import HEAD, administering

    with administering(app.settings) as engine:
        passed = schema.upgrade(engine, revision)
        app.output.forgive()
        mended = schema.mend(engine) if revision in {"head", HEAD} else []
    for thing in mended:
        app.output.say(f"Mended: {thing}.")
    if passed:
        reached = "up to date" if passed[-1] == HEAD else f"at {passed[-1]}"
        app.output.say(f"{len(passed)} migrations run; the database is {reached}.")
    else:
        app.output.say("Already up to date." if revision == "head" else "No migration run; the database is that far.")
    _tell_untied(app)


def _tell_untied(app: App) -> None:
    """Name the logins that may write nothing until the owner says who they are."""
    from stancedb.admin import roles
    from stancedb.database import administering

    with administering(app.settings) as engine:
        logins = roles.untied(engine)
    for login in logins:
        app.output.say(
            f"The login '{login}' is tied to no coder and may write nothing; run"
            f" 'stancedb db grant-coder {login} --coder NAME'."
        )


@db.command(has_format=False)
@click.argument(
    "revision", help="The revision to go back to; 'db status' names the present one, base is nothing at all."
)
@click.option("--yes", is_flag=True, help="Do it: rows of what the revisions added are lost.")
@pass_app
def downgrade(app: App, revision: str, *, yes: bool) -> None:
    """Take the schema back to an earlier revision."""
    from stancedb.admin import schema
    from stancedb.database import administering

    if not yes:
        raise click.UsageError("A downgrade drops what later revisions added, with its rows; repeat with --yes.")
    with administering(app.settings) as engine:
        undone = schema.downgrade(engine, revision)
    app.output.forgive()
    app.output.say(f"{len(undone)} migrations undone.")


@db.command()
@pass_app
def check(app: App) -> None:
    """Compare schema, stances and rounds with what they should be.

    Every column, constraint, index, function, trigger and policy is held against what the migrations make. What is
    missing or differs is mended by 'db upgrade', where that needs no guess. What others keep beside is only named.

    Exits with 1 if anything differs.
    """
    from stancedb.admin import schema
    from stancedb.database import administering

    with administering(app.settings) as engine:
        faults, others = schema.check(engine), schema.others(engine)
    app.output.say_some([f"Not of stancedb, and left alone: {other}." for other in others])
    app.output.rows(faults, columns=["what", "fault"], empty="Schema and stances are as they should be.")
    _tell_untied(app)
    if faults:
        raise SystemExit(1)


@db.command()
@pass_app
def status(app: App) -> None:
    """Show where the database is, its revision and what it holds."""
    from stancedb.admin import schema
    from stancedb.database import HEAD, administering

    place = "a server" if app.settings.database_url else f"embedded, in {app.settings.data_dir}"
    answer = {"server": None, "revision": "none", "head": HEAD, "is_at_head": False, "size": None}
    if app.has_database():
        with administering(app.settings) as engine:
            answer = schema.status(engine)
    else:
        app.output.say("There is nothing yet; 'stancedb db init' makes one.")
    app.output.record({"database": place, **answer})


@db.command()
@click.option("--example/--no-example", default=True, show_default=True, help="With the worked example on Taiwan.")
@pass_app
def seed(app: App, *, example: bool) -> None:
    """Load the starter codebook, actors and the worked example.

    Loading them twice changes nothing.
    """
    from stancedb.admin import seeding

    with app.writing("Seeds: starter codebook and actors" + (", worked example" if example else "")) as session:
        accounts = seeding.seed(session, with_example=example)
    app.output.rows(
        ({"loaded": account.kind, **line} for account in accounts for line in account.lines()),
        columns=["loaded", "rows", "inserted", "updated", "unchanged"],
    )


@db.command("grant-reader")
@click.argument("role", help="The login, such as bi_superset; one for each program or person.")
@pass_app
def grant_reader(app: App, role: str) -> None:
    """Let a login read what is reported and nothing else.

    Its address is printed. It is made if there is none, without a password. Granting again changes nothing.

    Example:
      stancedb db grant-reader bi_superset
    """
    from stancedb.model.vocabulary import LoginRole

    _grant(app, role, LoginRole.READER)


_coder_option = click.option(
    "--coder",
    metavar="NAME",
    help="The coder that the login is; by default the one of its name, made if there is none.",
)


@db.command("grant-coder")
@click.argument("role", help="The login of a person who codes.")
@_coder_option
@pass_app
def grant_coder(app: App, role: str, coder: str | None) -> None:
    """Let a login code under its own name, and read everything.

    The login is made if there is none, without a password, and its address is printed. It signs with the name of its
    coder. 'stancedb db rights' shows what it may change.

    Example:
      stancedb db grant-coder ana
    """
    from stancedb.model.vocabulary import LoginRole

    _grant(app, role, LoginRole.CODER, coder)


@db.command("grant-reviewer")
@click.argument("role", help="The login of a person who reviews.")
@_coder_option
@pass_app
def grant_reviewer(app: App, role: str, coder: str | None) -> None:
    """Let a login review the codings of others.

    It keeps codebook and actors too. The login is made if there is none, without a password, and its address is
    printed. It signs with the name of its coder. 'stancedb db rights' shows what it may change.

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

    What they may write, by table, and which commands they may run. The list is the one that 'db grant-coder' and 'db
    grant-reviewer' grant by.
    """
    from stancedb.admin import roles

    app.output.rows(roles.list_rights(), columns=["what", "coder", "reviewer", "owner", "rule"])


@db.command("set", has_format=False)
@click.argument("name", type=click.Choice(["review"]), metavar="NAME", help="What to set: review.")
@click.argument(
    "value",
    type=click.Choice(["optional", "required"]),
    metavar="VALUE",
    help="optional, or required: whether codings wait for a reviewer before they count.",
)
@pass_app
def set_(app: App, name: str, value: str) -> None:
    """Set how this database is run.

    With 'review required' codings enter as submitted, and a reviewer who is not their coder makes them final. Codings
    that are final already stay so.

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
    """Print the address of the database, as psql takes it.

    The embedded server is started if need be.
    """
    from stancedb.database import database_url

    _show_address(app, database_url(app.settings))


@db.command(has_format=False)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), help="Where to; .sql is plain SQL.")
@pass_app
def dump(app: App, file: Path) -> None:
    """Write a copy of the whole database.

    It is made by PostgreSQL's own pg_dump, history and releases included, without logins and rights. The file appears
    when all is written.

    Example:
      stancedb db dump stances.dump
    """
    from stancedb.admin import dumping
    from stancedb.database import administering, psql_call
    from stancedb.export.writing import replacing_bytes

    address, secret = psql_call(app.settings)
    with administering(app.settings) as engine, replacing_bytes(file) as copy:
        dumping.dump(engine, address, secret, copy, is_plain=file.suffix.lower() == ".sql")
    app.output.say(f"The whole database is in {file}.")


@db.command(has_format=False)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), help="What 'db dump' or pg_dump wrote.")
@pass_app
def restore(app: App, file: Path) -> None:
    """Restore a copy where there is no database yet.

    The embedded database of a new data directory (STANCEDB_DATA_DIR), or that of --database, which may be of an older
    or a newer PostgreSQL than the copy. All is restored or nothing; an existing database of stancedb is never touched.
    Grant logins again afterwards.
    """
    from stancedb.admin import dumping, schema
    from stancedb.database import HEAD, administering, psql_call

    address, secret = psql_call(app.settings)
    with administering(app.settings) as engine:
        dumping.restore(engine, address, secret, file)
        app.output.forgive()
        is_at_head = schema.status(engine)["revision"] == HEAD
        if is_at_head:
            # Rights are in no copy.
            schema.upgrade(engine)
        mended = schema.mend(engine) if is_at_head else []
    for thing in mended:
        app.output.say(f"Mended: {thing}.")
    app.output.say(f"{file} is restored." if is_at_head else f"{file} is restored; run 'stancedb db upgrade'.")


# Not a Command of this program: -f and -v are psql's here.
@db.command(cls=click.Command, context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, help="What psql takes, such as -c 'SELECT 1'.")
@pass_app
def psql(app: App, arguments: tuple[str, ...]) -> None:
    """Open psql on the database.

    A write needs a changeset: begin with SELECT stancedb.open_changeset('your name', 'why').
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
    "--port", type=click.IntRange(0, 65535), help="Listen on this port of the loopback address too; 0 picks a free one."
)
@pass_app
def start(app: App, port: int | None) -> None:
    """Start the embedded server and print its address.

    With --port other programs can connect, with the password in the address.
    """
    from stancedb.server import embedded

    _only_embedded(app)
    place = app.settings.data_dir
    before = embedded.status(place)
    address = embedded.ensure_running(place) if port is None else embedded.serve(place, port)
    after = embedded.status(place)
    if before.is_running and before.port != after.port:
        formerly = f", no more on port {before.port}" if before.port else ""
        app.output.say(f"The server was restarted and listens on port {after.port}{formerly}.")
    _show_address(app, address)


@db.command(has_format=False)
@pass_app
def stop(app: App) -> None:
    """Stop the embedded server."""
    from stancedb.server import embedded

    _only_embedded(app)
    app.output.say("Stopped." if embedded.stop(app.settings.data_dir) else "It was not running.")


def _show_address(app: App, address: str) -> None:
    if app.output.format == "table":
        app.output.text(f"{address}\n")
    else:
        app.output.record({"url": address})


def _only_embedded(app: App) -> None:
    if app.settings.database_url:
        raise click.UsageError("A database server is named, and stancedb starts and stops the embedded one alone.")
