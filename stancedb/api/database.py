"""A database as an object: opened, asked, added to, closed."""

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

# So many rejected records are named below the message of the error.
_TOLD = 20


@dataclass(frozen=True, slots=True)
class LoadAccount:
    """What a load did.

    Attributes:
        kind: What was loaded.
        records: Number of records read, rejected ones included.
        inserted: Number of new rows, of all tables.
        updated: Number of changed rows, of all tables.
        unchanged: Number of rows that existed, of all tables.
        tables: The same by table.
        rejected: The records that were not loaded, with their reasons.
        notes: What a person should know of the load and of single records.
        seconds: How long it took.
        is_dry_run: Whether nothing was changed because it was a dry run.
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
        """Return the counts by table as mappings, as the command line gives them as JSON."""
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

    Without ``url`` and ``data_dir`` it is the one that the command line would use: that of ``STANCEDB_DATABASE_URL``,
    or the embedded one. The embedded server is started if it does not run, and stops by itself when nobody has been
    connected for a while.

    Args:
        url: The address of a PostgreSQL database, such as ``postgresql://user@host/stancedb``.
        read_only: Whether loading and adding are refused.
        author: Who signs the changes; by default the name you are logged in with.
        data_dir: Where an embedded server keeps its data.

    Raises:
        UsageError: The address does not read as one, or both an address and a folder are given.
        DatabaseUnreachable: There is no such server, or it does not let us in.
        NotAtHead: The schema is older or newer than this version of stancedb.
    """
    if url is not None and data_dir is not None:
        raise TwoPlaces
    settings = read_settings(database_url=url, author=author, data_dir=data_dir)
    # A database that cannot be reached is named here and not at the first question.
    with Work(settings).reading():
        return Database(settings, read_only=read_only)


class Database(Questions):
    """An open database, made by ``stancedb.connect``; also a context manager that closes it.

    Each question is a transaction of its own and sees one state of the database. A load is one transaction and one
    changeset: all of it is committed, or nothing.

    Args:
        settings: Where it is, and who signs.
        read_only: Whether loading and adding are refused.
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
        """Close the database; every method but this one then raises ``DatabaseClosed``. Closing twice is fine."""
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
        """Load records of one kind; a record that exists is updated, and loading twice changes nothing.

        Args:
            kind: outlet, codebook, actor, article, statement, event or indicator.
            source: A file that ``stancedb KIND load`` reads, or records: mappings or dataclasses with the fields of
                the kind (``schema(kind)`` lists them), or a data frame of pandas, polars or Arrow with these as
                columns. None and missing values are fields that are not given.
            dry_run: Whether to check everything and change nothing.
            keep_going: Whether to load valid records even if others are rejected.
            message: Why, for the changeset.
            encoding: The encoding of a file that is not UTF-8.

        Returns:
            What was inserted, updated and left unchanged, and what was rejected.

        Raises:
            ReadOnlyDatabase: The database was opened for reading only.
            RecordsRefused: Records are invalid and ``keep_going`` is off; nothing was loaded. Its ``refusals`` name
                them all, its notes the first twenty.
            RefusedByRule: A rule of the database refused the change; nothing was loaded.
            UnreadableInput: The file cannot be read.
        """
        chosen = kind_of(kind)
        work = self._writable()
        notes: list[str] = []
        of: Source | None = None
        items: Iterable[Any]
        if isinstance(source, str | Path):
            path = path_of(source)
            # The name of a file may have bytes that are no text.
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
        """Add one record; existing data is never changed, and what contradicts it is refused.

        Args:
            kind: outlet, codebook, actor, article, statement, event or indicator.
            dry_run: Whether to check everything and change nothing.
            message: Why, for the changeset.
            **fields: The fields of the record; ``schema(kind)`` lists them. None is a field that is not given.

        Returns:
            What was inserted, and what existed already.

        Raises:
            ReadOnlyDatabase: The database was opened for reading only.
            RecordsRefused: A value is invalid, or names something unknown; the message names the field.
            RefusedByRule: A rule of the database refused the change, or existing data says otherwise.
        """
        chosen = kind_of(kind)
        with self._writable().writing(message or f"add one {chosen}", dry_run=dry_run) as session:
            account = add_record(session, chosen, fields_of(fields))
        return _account(account, [], is_dry_run=dry_run)

    @checked
    def refresh(self, *, full: Flag = False) -> Answer[rows.Refreshed]:
        """Bring the schema ``reporting`` up to date, and return the tables in which rows were changed.

        Args:
            full: Whether to compare every row, and not only those that later changesets may have changed.

        Raises:
            ReadOnlyDatabase: The database was opened for reading only.
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
        """Return the records of a file of Popolo and its source, where identifiers hold within it; or None twice."""
        popolo = read_popolo(path, encoding=encoding) if path.suffix.lower() == ".json" else None
        if popolo is None:
            return None, None
        with self._asking() as asked:
            of = source_of(asked.session, path, popolo.sha256, None)
            return list(popolo.records(asked.session, of)), of if popolo.has_local_ids else None


@contextmanager
def _explaining(origin: str) -> Iterator[None]:
    """Add to the error for rejected records what is wrong with the first of them, and name a file that fails."""
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
