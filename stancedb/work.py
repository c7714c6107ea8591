"""The unit of work, which the command line, a service or a notebook opens before it reads or changes data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from stancedb import database
from stancedb.database import Reading, Refreshing, Working, Writing
from stancedb.errors import StancedbError
from stancedb.reporting import refresh as reporting
from stancedb.settings import Settings


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Work:
    """Opens sessions on one database; each block is one transaction.

    Attributes:
        settings: The location of the database and the author of changes.
        refreshes: Whether the reporting schema is refreshed after every change.
        committed: Called after a change is committed, and before the reporting schema is refreshed.
    """

    settings: Settings
    refreshes: bool = False
    committed: Callable[[], None] = _nothing

    def reading(self) -> AbstractContextManager[Reading]:
        """Open a read-only session.

        Raises:
            DatabaseUnreachable: The server cannot be reached or rejects the login.
            NotAtHead: The schema is older or newer than this version.
        """
        return database.reading(self.settings)

    @contextmanager
    def writing(self, message: str | None, *, dry_run: bool = False) -> Iterator[Writing]:
        """Open a session with a changeset; it commits when the block ends without an error.

        Args:
            message: Reason for the change, recorded in the changeset.
            dry_run: Whether to send everything to the database and then roll it back.

        Raises:
            DatabaseUnreachable: The server cannot be reached or rejects the login.
            NotAtHead: The schema is older or newer than this version.
            RefusedByRule: A rule of the database rejected the change; nothing was written.
            StancedbError: The change was committed but the reporting schema could not be refreshed, as a note of the
                error states.
        """
        with database.writing(self.settings, message=message) as session:
            yield session
            if dry_run:
                # Run the checks of a commit in a dry run too.
                session.settle()
                session.is_void = True
        if dry_run:
            return
        self.committed()
        if self.refreshes:
            self._refresh()

    @contextmanager
    def working(self, *, dry_run: bool = False) -> Iterator[Working]:
        """Open a session that writes to the workbench, without a changeset; it commits when the block ends.

        Args:
            dry_run: Whether to send everything to the database and then roll it back.

        Raises:
            DatabaseUnreachable: There is no such server, or it does not let us in.
            NotAtHead: The schema is older or newer than this version.
            RefusedByRule: A rule of the database refused the change; nothing was written.
        """
        with database.working(self.settings) as session:
            yield session
            session.is_void = dry_run
        if not dry_run:
            self.committed()

    def refreshing(self) -> AbstractContextManager[Refreshing]:
        """Open a session that refreshes the reporting schema; it commits when the block ends.

        Raises:
            DatabaseUnreachable: The server cannot be reached or rejects the login.
            NotAtHead: The schema is older or newer than this version.
            RefusedByRule: The login may not write to the reporting schema.
        """
        return database.refreshing(self.settings)

    def _refresh(self) -> None:
        try:
            with self.refreshing() as session:
                reporting.refresh(session.connection)
        except StancedbError as failure:
            failure.add_note("The change was committed, but the reporting schema was not refreshed.")
            raise
