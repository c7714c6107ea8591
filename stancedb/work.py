"""The unit of work: what the command line, a page, a service or a notebook opens before it asks or changes anything."""

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
    """Opens sessions on one database; a block is one transaction.

    Attributes:
        settings: Where the database is and who signs.
        refreshes: Whether the reporting schema is refreshed after every change.
        committed: Called after a change is committed, and before the reporting schema is refreshed.
    """

    settings: Settings
    refreshes: bool = False
    committed: Callable[[], None] = _nothing

    def reading(self) -> AbstractContextManager[Reading]:
        """Open a read-only session.

        Raises:
            DatabaseUnreachable: There is no such server, or it does not let us in.
            NotAtHead: The schema is older or newer than this version.
        """
        return database.reading(self.settings)

    @contextmanager
    def writing(self, message: str | None, *, dry_run: bool = False) -> Iterator[Writing]:
        """Open a session with a changeset; it commits when the block ends without an error.

        Args:
            message: Why the change is made; it is kept with the changeset.
            dry_run: Whether to send everything to the database and then roll it back.

        Raises:
            DatabaseUnreachable: There is no such server, or it does not let us in.
            NotAtHead: The schema is older or newer than this version.
            RefusedByRule: A rule of the database refused the change; nothing was written.
            StancedbError: The change is committed and the reporting schema could not be refreshed; a note of the error
                says so.
        """
        with database.writing(self.settings, message=message) as session:
            yield session
            if dry_run:
                # What the database would refuse at commit is refused by a dry run too.
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
            DatabaseUnreachable: There is no such server, or it does not let us in.
            NotAtHead: The schema is older or newer than this version.
            RefusedByRule: The login may not write there.
        """
        return database.refreshing(self.settings)

    def _refresh(self) -> None:
        try:
            with self.refreshing() as session:
                reporting.refresh(session.connection)
        except StancedbError as failure:
            failure.add_note("The change is made, and the reporting schema has not followed it.")
            raise
