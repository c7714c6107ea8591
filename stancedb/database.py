"""The only module that opens connections and handles errors of the driver.

A reader gets a read-only transaction with a single snapshot of the database. A writer gets one transaction with one
changeset, committed at the end of the block; operations never commit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import psycopg
from sqlalchemy import Connection, CursorResult, Engine, RowMapping, TextClause, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from stancedb import __version__
from stancedb.errors import (
    BelowBaseline,
    BrokenRule,
    ChangedMeanwhile,
    DatabaseUnreachable,
    KeptWaiting,
    LockedByAnother,
    NeededByOthers,
    NotAllowed,
    NotAnAddress,
    NotAPattern,
    NotAtHead,
    NotPostgreSQL,
    OlderServer,
    ServerDiskFull,
    ServerNotReady,
    StancedbError,
)
from stancedb.rules import sentence_of
from stancedb.settings import Settings, bundled
from stancedb.sql import Queries, asked_for

T = TypeVar("T")

SQL = Queries(__file__)

# The newest revision in migrations/; a test checks that the two are equal.
HEAD = "add_mentions_of_codings"
OLDEST_SERVER = 15


class Reading:
    """A session that cannot write: one connection with one transaction.

    Attributes:
        connection: The connection.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def execute(
        self, statement: TextClause, parameters: Mapping[str, object] | Sequence[Mapping[str, object]] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run an SQL statement with a set of parameters, or once for each of several sets.

        Optional filters (see ``stancedb.sql``) that are not used are left out.
        """
        return self.connection.execute(asked_for(statement, parameters), parameters)


class Writing(Reading):
    """A session with an open changeset.

    Attributes:
        author: The author of the changeset: the coder of the login, if it has one.
        is_void: Whether nothing changed, so that the transaction is rolled back and leaves no empty changeset.
    """

    is_void: bool = False

    def __init__(self, connection: Connection, author: str) -> None:
        super().__init__(connection)
        self.author = author

    def until_whole(self, take: Callable[[], T | None]) -> T:
        """Repeat taking locks until the set of locked rows is complete.

        Args:
            take: Takes the locks and returns what it locked, or None if other rows have joined the set in the meantime;
                then the locks are released and it is called again.
        """
        while True:
            begun = self.connection.begin_nested()
            if (taken := take()) is not None:
                begun.commit()
                return taken
            begun.rollback()

    def settle(self) -> None:
        """Run what the database would run at commit: deferred checks, derivation and numbering."""
        self.execute(SQL["settle"])


class Refreshing(Reading):
    """A session that writes the reporting schema, without a changeset."""


class Working(Reading):
    """A session that writes to the workbench, without a changeset, until findings are released.

    Attributes:
        is_void: Whether the transaction is rolled back.
    """

    is_void: bool = False


@contextmanager
def reading(settings: Settings) -> Iterator[Reading]:
    """Open a read-only session on a database at head.

    Raises:
        DatabaseUnreachable: The server cannot be reached or rejects the login.
        NotAtHead: The schema is older or newer than this version of the program.
    """
    engine = engine_for(settings).execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with _translating(), engine.connect() as connection:
        check_head(current_revision(connection))
        yield Reading(connection)


@contextmanager
def writing(settings: Settings, *, message: str | None) -> Iterator[Writing]:
    """Open the single transaction of a command with its changeset; it commits when the block ends without an error.

    Args:
        settings: The location of the database and the author of changes.
        message: Reason for the change, recorded in the changeset.

    Raises:
        DatabaseUnreachable: The server cannot be reached or rejects the login.
        NotAtHead: The schema is older or newer than this version of the program.
        RefusedByRule: A rule of the database rejected the change; nothing was written.
    """
    with _translating(), engine_for(settings).connect() as connection:
        check_head(current_revision(connection))
        session = Writing(connection, open_changeset(connection, settings, message=message))
        yield session
        if session.is_void:
            connection.rollback()
        else:
            connection.commit()


def open_changeset(connection: Connection, settings: Settings, *, message: str | None) -> str:
    """Open a changeset in the transaction of a connection, and return its author.

    For a login that has a coder, the author is that coder; naming another author is rejected.
    """
    author: str = connection.execute(
        SQL["open_changeset"],
        {
            "author": settings.author,
            "is_given": settings.is_author_given,
            "message": message or "no reason given",
            "tool": f"stancedb {__version__}",
        },
    ).scalar_one()
    return author


def streamed(
    session: Reading, question: TextClause, *, at_once: int = 500, **parameters: object
) -> Iterator[RowMapping]:
    """Yield the rows of a SELECT as the server returns them, so that memory use does not grow with their number.

    Args:
        session: The session, which must stay open meanwhile.
        question: The SELECT; optional filters that are not used are left out.
        at_once: Number of rows held in memory at a time.
        **parameters: Values for the parameters of the SELECT.
    """
    statement = asked_for(question, parameters)
    with session.connection.execute(statement, parameters, execution_options={"yield_per": at_once}) as result:
        yield from result.mappings()


@contextmanager
def refreshing(settings: Settings) -> Iterator[Refreshing]:
    """Open the single transaction that refreshes the reporting schema; it commits when the block ends.

    It sees a single snapshot of the database, and waits for other refreshes to finish.

    Raises:
        DatabaseUnreachable: The server cannot be reached or rejects the login.
        NotAtHead: The schema is older or newer than this version of the program.
        RefusedByRule: The login may not write to the reporting schema.
    """
    engine = engine_for(settings).execution_options(isolation_level="REPEATABLE READ")
    with _translating(), engine.connect() as connection:
        check_head(current_revision(connection))
        connection.rollback()
        connection.execute(SQL["wait_for_refresh"])
        yield Refreshing(connection)
        connection.commit()


@contextmanager
def working(settings: Settings) -> Iterator[Working]:
    """Open one transaction on the workbench; it commits when the block ends without an error.

    Raises:
        DatabaseUnreachable: There is no such server, or it does not let us in.
        NotAtHead: The schema is older or newer than this version of the program.
        RefusedByRule: A rule of the database refused the change; nothing was written.
    """
    with _translating(), engine_for(settings).connect() as connection:
        check_head(current_revision(connection))
        session = Working(connection)
        yield session
        if session.is_void:
            connection.rollback()
        else:
            connection.commit()


@contextmanager
def administering(settings: Settings) -> Iterator[Engine]:
    """Open the engine itself, for migrations; the revision of the schema is not checked."""
    with _translating():
        yield engine_for(settings)


def engine_for(settings: Settings) -> Engine:
    """Return an engine for the database of the settings, starting the embedded server if necessary.

    Raises:
        UsageError: The URL is not a valid PostgreSQL URL.
        DatabaseUnreachable: The embedded server does not start.
    """
    # No column is an hstore, and looking up that type would cost every command one more query.
    # Each statement sees everything committed before it, whatever the default of the server: with an older snapshot two
    # writers could break a rule together.
    return create_engine(
        _sqlalchemy_url(database_url(settings)),
        poolclass=NullPool,
        use_native_hstore=False,
        isolation_level="READ COMMITTED",
    )


def database_url(settings: Settings) -> str:
    """Return a URL that psql accepts, starting the embedded server if no other is specified."""
    if settings.database_url is not None:
        return settings.database_url
    from stancedb.server.embedded import ensure_running  # noqa: PLC0415 - only needed for the embedded server

    return ensure_running(settings.data_dir)


def psql_call(settings: Settings) -> tuple[str, dict[str, str]]:
    """Return what psql needs to connect without showing the password in the list of processes.

    Returns:
        A URL without the password, and the environment variables with the password.

    Raises:
        UsageError: The URL is not a valid PostgreSQL URL.
        DatabaseUnreachable: The embedded server does not start.
    """
    address = database_url(settings)
    url = _sqlalchemy_url(address)
    password = url.password or url.query.get("password")
    return without_password(address), {"PGPASSWORD": str(password)} if password else {}


def without_password(address: str) -> str:
    """Return a PostgreSQL URL without its password.

    Raises:
        UsageError: The URL is not a valid PostgreSQL URL.
    """
    url = _sqlalchemy_url(address)
    query = {name: value for name, value in url.query.items() if name != "password"}
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    return bare.render_as_string(hide_password=False)


def login_url(settings: Settings, role: str) -> str:
    """Return the connection URL of a login, without a password."""
    url = _sqlalchemy_url(psql_call(settings)[0]).set(drivername="postgresql", username=role)
    return url.render_as_string(hide_password=False)


def whereabouts(settings: Settings) -> dict[str, Any]:
    """Return the connection parameters for other programs: ``host``, ``port``, ``database`` and ``sslmode``.

    The host is the directory of the Unix socket if the server has no TCP port, like the embedded server by default. If
    the URL names several servers, it is the first.
    """
    address = database_url(settings)
    if settings.database_url is None:
        from stancedb.server.embedded import status  # noqa: PLC0415 - only needed for the embedded server

        address = status(settings.data_dir).url or address
    url = _sqlalchemy_url(address)
    said = {
        name: (value if isinstance(value, str) else value[0]).partition(",")[0] for name, value in url.query.items()
    }
    return {
        "host": url.host or said.get("host") or "localhost",
        "port": url.port or int(said.get("port", "5432")),
        "database": url.database or said.get("dbname") or url.username,
        "sslmode": said.get("sslmode", "prefer"),
    }


def current_revision(connection: Connection) -> str | None:
    """Return the revision of the schema, or None if there is none; raise ``OlderServer`` for an unsupported server."""
    driver: Any = connection.connection.dbapi_connection
    version = driver.info.server_version // 10000
    if version < OLDEST_SERVER:
        raise OlderServer(version=version, oldest=OLDEST_SERVER)
    if not connection.execute(SQL["has_revision"]).scalar_one():
        return None
    revision: str | None = connection.execute(SQL["revision"]).scalar()
    return revision


def check_baseline(revision: str | None) -> None:
    """Raise BelowBaseline if the schema was made by migrations that the baseline replaces."""
    if revision is None or revision == HEAD:
        return
    lines = (bundled("migrations") / "replaced.txt").read_text(encoding="utf-8").splitlines()
    commit, *replaced = (line for line in lines if not line.startswith("#"))
    if revision in replaced:
        raise BelowBaseline(current=revision, commit=commit)


def check_head(revision: str | None) -> None:
    """Raise an error unless the schema has the revision that this version of the program requires.

    Raises:
        BelowBaseline: It is older than the oldest migration of this version.
        NotAtHead: It is older or newer.
    """
    check_baseline(revision)
    if revision != HEAD:
        raise NotAtHead(
            current=f"revision '{revision}'" if revision else "no revision (it has no stancedb schema yet)",
            head=f"revision '{HEAD}'",
            remedy="upgrade" if revision else "init",
        )


def _sqlalchemy_url(given: str) -> URL:
    # libpq allows an empty host with the socket directory as a parameter, and postgres:// for postgresql://.
    address = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", given)
    try:
        url = make_url(address)
        if url.get_backend_name() != "postgresql":
            raise NotPostgreSQL(backend=url.get_backend_name())
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise NotAnAddress from None
    return url.set(drivername="postgresql+psycopg")


# Errors of the driver whose class is enough to identify the failure.
_STATES: dict[type[psycopg.Error], type[StancedbError]] = {
    psycopg.errors.DeadlockDetected: ChangedMeanwhile,
    psycopg.errors.SerializationFailure: ChangedMeanwhile,
    psycopg.errors.DiskFull: ServerDiskFull,
    psycopg.errors.AdminShutdown: ServerNotReady,
    psycopg.errors.CrashShutdown: ServerNotReady,
    psycopg.errors.CannotConnectNow: ServerNotReady,
}


@contextmanager
def _translating() -> Iterator[None]:
    try:
        yield
    except DBAPIError as failure:
        _translate(failure.orig)
        raise
    except psycopg.Error as failure:
        _translate(failure)
        raise


def _translate(failure: BaseException | None) -> None:
    """Raise the expected failure that corresponds to an error of the driver, or return if there is none."""
    if not isinstance(failure, psycopg.Error):
        return
    if isinstance(failure, psycopg.OperationalError) and failure.sqlstate in {None, "28P01", "28000", "3D000"}:
        _refuse_connection(failure)
    if (state := _STATES.get(type(failure))) is not None:
        raise state from None
    detail = "; ".join((failure.diag.message_detail or "").splitlines())
    match failure:
        case psycopg.errors.LockNotAvailable() if failure.diag.constraint_name == "ck_changeset_waits_its_turn":
            # The database function that waited reports the login for which it waited.
            raise KeptWaiting(login=detail) from None
        case psycopg.errors.LockNotAvailable():
            raise LockedByAnother from None
        case psycopg.errors.DependentObjectsStillExist():
            raise NeededByOthers(objects=detail) from None
        case psycopg.errors.InsufficientPrivilege():
            raise NotAllowed(fault=failure.diag.message_primary or "") from None
        case psycopg.errors.InvalidRegularExpression():
            raise NotAPattern(fault=failure.diag.message_primary) from None
        case psycopg.IntegrityError() if failure.diag.constraint_name:
            rule = sentence_of(failure.diag.constraint_name, failure.diag.message_detail)
            raise BrokenRule(constraint=failure.diag.constraint_name, rule=rule) from failure


def _refuse_connection(failure: psycopg.OperationalError) -> NoReturn:
    """Raise DatabaseUnreachable with the server's message, without other lines; the driver never repeats a password."""
    lines = [line.strip() for line in str(failure).splitlines() if line.strip()]
    said = re.sub(r"^.*(failed|error): ", "", lines[0]) if lines else "no answer"
    where = re.search(r'(?:at|to server at|on socket) "([^"]+)"(?:,? port (\d+))?', " ".join(lines))
    place = ":".join(part for part in where.groups() if part) if where else "the address given"
    raise DatabaseUnreachable(where=place, reason=said.removeprefix("FATAL:").strip().rstrip(".")) from None
