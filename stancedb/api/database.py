"""A database as an object: open it, query it, add data to it, close it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from stancedb.admin import refreshing
from stancedb.api import rows
from stancedb.api.answer import Answer, columns_of
from stancedb.api.arguments import Flag, Folder, Text, checked
from stancedb.api.asking import Questions
from stancedb.api.given import ROWS, Rows, fields_of, kind_of, path_of, read_file, read_rows
from stancedb.database import without_password
from stancedb.errors import ReadOnlyDatabase, RecordsRefused, TwoPlaces, UnreadableInput
from stancedb.loading.account import LoadAccount as Account
from stancedb.loading.loader import load
from stancedb.operations.adding import add_record
from stancedb.reading.popolo.document import read_popolo
from stancedb.reading.sources import Source, source_of
from stancedb.refusals import Fault
from stancedb.settings import Settings, read_settings
from stancedb.work import Work

# Maximum number of rejected records listed below the error message.
_TOLD = 20


@dataclass(frozen=True, slots=True)
class LoadAccount:
    """The result of a load.

    Attributes:
        kind: The kind of record that was loaded.
        records: Number of records read, including rejected ones.
        inserted: Number of new rows in all tables.
        updated: Number of changed rows in all tables.
        unchanged: Number of unchanged rows in all tables.
        tables: The same numbers by table.
        rejected: The records that were not loaded, with their reasons.
        notes: Notes about the load and about single records.
        seconds: Duration in seconds.
        is_dry_run: Whether it was a dry run, which changes nothing.
    """

    kind: str
    records: int
    inserted: int
    updated: int
    unchanged: int
    tables: tuple[rows.LoadedTable, ...]
    rejected: tuple[rows.RejectedRecord, ...]
    notes: tuple[str, ...]
    seconds: float
    is_dry_run: bool

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the counts by table as mappings, like the JSON of the command line."""
        return [table.to_dict() for table in self.tables]


@checked
def connect(
    url: Text | None = None,
    *,
    read_only: Flag = True,
    author: Text | None = None,
    data_dir: Folder | None = None,
) -> Database:
    """Open a database.

    Without ``url`` and ``data_dir`` this is the database that the command line would use: ``STANCEDB_DATABASE_URL`` or
    the embedded one. The embedded server is started if it is not running, and stops automatically when it has had no
    connections for a while.

    Args:
        url: URL of a PostgreSQL database, such as ``postgresql://user@host/stancedb``.
        read_only: Whether to reject loading and adding.
        author: Author recorded for changes (default: your login name).
        data_dir: Data directory of an embedded server.

    Raises:
        UsageError: The URL is invalid, or both a URL and a data directory are given.
        DatabaseUnreachable: The server cannot be reached or rejects the login.
        NotAtHead: The schema is older or newer than this version of stancedb.
    """
    if url is not None and data_dir is not None:
        raise TwoPlaces
    settings = read_settings(database_url=url, author=author, data_dir=data_dir)
    # An unreachable database is reported here and not at the first question.
    with Work(settings).reading():
        return Database(settings, read_only=read_only)


class Database(Questions):
    """An open database, returned by ``stancedb.connect``; also a context manager that closes it.

    Each question runs in its own transaction and sees a single snapshot of the database. A load is one transaction and
    one changeset: it is all or nothing.

    Args:
        settings: The location of the database and the author of changes.
        read_only: Whether to reject loading and adding.
    """

    def __init__(self, settings: Settings, *, read_only: bool) -> None:
        super().__init__(Work(settings))
        self._settings = settings
        self._is_read_only = read_only

    def __enter__(self) -> Self:
        self._opened()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        url = self._settings.database_url
        place = f"embedded in {self._settings.data_dir}" if url is None else without_password(url)
        states = [*(["read only"] if self._is_read_only else []), *([] if self._is_open else ["closed"])]
        return f"<stancedb.Database {', '.join([place, *states])}>"

    def close(self) -> None:
        """Close the database; every other method then raises ``DatabaseClosed``. Closing twice is allowed."""
        self._is_open = False

    @checked
    def load(
        self,
        kind: Text,
        source: str | Path | Rows,
        *,
        dry_run: Flag = False,
        keep_going: Flag = False,
        message: Text | None = None,
        encoding: Text | None = None,
    ) -> LoadAccount:
        """Load records of one kind; existing records are updated, and loading twice changes nothing.

        Args:
            kind: outlet, codebook, actor, article, statement, event or indicator.
            source: A file that ``stancedb KIND load`` reads, or records: mappings or dataclasses with the fields of
                the kind (``schema(kind)`` lists them), or a pandas, polars or Arrow data frame with these columns. None
                and missing values mean that a field is not given.
            dry_run: Whether to check everything and change nothing.
            keep_going: Whether to load valid records even if others are rejected.
            message: Reason for the change, recorded in the changeset.
            encoding: The encoding of a file that is not UTF-8.

        Returns:
            The numbers of rows inserted, updated and unchanged, and the rejected records.

        Raises:
            ReadOnlyDatabase: The database was opened read-only.
            RecordsRefused: Records are invalid and ``keep_going`` is off; nothing was loaded. Its ``refusals`` list
                them all, its notes the first twenty.
            RefusedByRule: A rule of the database rejected the change; nothing was loaded.
            UnreadableInput: The file cannot be read.
        """
        chosen = kind_of(kind)
        work = self._writable()
        notes: list[str] = []
        of: Source | None = None
        items: Iterable[Any]
        if isinstance(source, str | Path):
            path = path_of(source)
            # A file name may have bytes that are not valid text.
            origin = path.name.encode("utf-8", "backslashreplace").decode()
            with _explaining(origin):
                popolo, of = self._popolo(path, encoding) if chosen == "actor" else (None, None)
                items = popolo if popolo is not None else read_file(chosen, path, encoding=encoding, tell=notes.append)
        else:
            origin = ROWS
            items = read_rows(chosen, source)
        with _explaining(origin), work.writing(message or f"load {chosen} from {origin}", dry_run=dry_run) as session:
            account = load(session, chosen, items, origin=origin, keep_going=keep_going, of=of)
        return _account(account, notes, is_dry_run=dry_run)

    @checked
    def add(
        self,
        kind: Text,
        /,
        *,
        dry_run: Flag = False,
        message: Text | None = None,
        **fields: Any,
    ) -> LoadAccount:
        """Add one record; existing data is never changed, and values that contradict it are rejected.

        Args:
            kind: outlet, codebook, actor, article, statement, event or indicator.
            dry_run: Whether to check everything and change nothing.
            message: Reason for the change, recorded in the changeset.
            **fields: The fields of the record; ``schema(kind)`` lists them. None means that a field is not given.

        Returns:
            The numbers of rows inserted and unchanged.

        Raises:
            ReadOnlyDatabase: The database was opened read-only.
            RecordsRefused: A value is invalid or unknown; the message names the field.
            RefusedByRule: A rule of the database rejected the change, or it conflicts with existing data.
        """
        chosen = kind_of(kind)
        with self._writable().writing(message or f"add one {chosen}", dry_run=dry_run) as session:
            account = add_record(session, chosen, fields_of(fields))
        return _account(account, [], is_dry_run=dry_run)

    @checked
    def refresh(self, *, full: Flag = False) -> Answer[rows.Refreshed]:
        """Refresh the schema ``reporting``, and return the tables whose rows changed.

        Args:
            full: Whether to compare every row, not only rows that later changesets may have changed.

        Raises:
            ReadOnlyDatabase: The database was opened read-only.
        """
        with self._writable().refreshing() as session:
            done = refreshing.refresh(session, is_full=full)
        found = [rows.Refreshed.of(row) for row in done if row["inserted"] or row["updated"] or row["deleted"]]
        return Answer(found, columns=columns_of(rows.Refreshed), known_at=None)

    def _writable(self) -> Work:
        work = self._opened()
        if self._is_read_only:
            raise ReadOnlyDatabase
        return work

    def _popolo(self, path: Path, encoding: str | None) -> tuple[list[Any] | None, Source | None]:
        """Return the records of a Popolo file, and its source if it has local ids; (None, None) for other files."""
        popolo = read_popolo(path, encoding=encoding) if path.suffix.lower() == ".json" else None
        if popolo is None:
            return None, None
        with self._asking() as asked:
            of = source_of(asked.session, path, popolo.sha256, None)
            return list(popolo.records(asked.session, of)), of if popolo.has_local_ids else None


@contextmanager
def _explaining(origin: str) -> Iterator[None]:
    """Add the first refusals as notes to the error for rejected records, and name a file that cannot be opened."""
    try:
        yield
    except OSError as failure:
        fault = Fault("file_unopened", {"error": failure.strerror or str(failure)})
        raise UnreadableInput.of(origin, fault) from failure
    except RecordsRefused as failure:
        for refusal in () if failure.is_whole else failure.refusals[:_TOLD]:
            failure.add_note(str(refusal))
        raise


def _account(account: Account, notes: list[str], *, is_dry_run: bool) -> LoadAccount:
    return LoadAccount(
        kind=account.kind,
        records=account.records,
        inserted=account.inserted,
        updated=account.updated,
        unchanged=account.unchanged,
        tables=tuple(map(rows.LoadedTable.of, account.lines())),
        rejected=tuple(
            rows.RejectedRecord(refusal.source, refusal.line, refusal.field, refusal.reason)
            for refusal in account.refusals
        ),
        notes=(*notes, *account.notes, *account.of_records),
        seconds=account.seconds,
        is_dry_run=is_dry_run,
    )
