"""Rows about changesets and releases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from stancedb.api.rows.base import Row


@dataclass(frozen=True, slots=True)
class ListedChangeset(Row):
    """A changeset in a list.

    Attributes:
        number: Its number.
        committed_at: Time of the commit.
        author: Author of the changeset.
        message: Reason for the change.
        tool: Program that made it, with its version.
        undoes: Number of the changeset that it undoes; None if it undoes none.
        undone_by: Number of the changeset that undoes it; None if none does.
    """

    number: int
    committed_at: datetime
    author: str
    message: str
    tool: str
    undoes: int | None
    undone_by: int | None


@dataclass(frozen=True, slots=True)
class WrittenRows(Row):
    """The numbers of rows of a table that a changeset changed.

    Attributes:
        rows: Name of the table.
        inserted: Number of new rows.
        updated: Number of changed rows.
        removed: Number of removed rows.
    """

    rows: str
    inserted: int
    updated: int
    removed: int


@dataclass(frozen=True, slots=True)
class Load(Row):
    """A load within a changeset.

    Attributes:
        kind: Kind of record.
        origin: Source of the records.
        input_sha256: SHA-256 of the input.
        inserted: Number of new rows.
        updated: Number of changed rows.
        unchanged: Number of unchanged rows.
        refused: Number of rejected records.
    """

    kind: str
    origin: str
    input_sha256: str
    inserted: int
    updated: int
    unchanged: int
    refused: int


@dataclass(frozen=True, slots=True)
class Changeset(Row):
    """A changeset with the numbers of rows it changed.

    Attributes:
        number: Its number.
        committed_at: Time of the commit.
        author: Author of the changeset.
        message: Reason for the change.
        tool: Program that made it, with its version.
        undoes: Number of the changeset that it undoes; None if it undoes none.
        undone_by: Number of the changeset that undoes it; None if none does.
        login: Login that made it; None if unknown or if you may not see logins.
        client_address: Network address of the client; None likewise, and for a local socket.
        rows: Numbers of rows of each table that it changed.
        loads: Its loads.
    """

    number: int
    committed_at: datetime
    author: str
    message: str
    tool: str
    undoes: int | None
    undone_by: int | None
    login: str | None
    client_address: str | None
    rows: tuple[WrittenRows, ...]
    loads: tuple[Load, ...]


@dataclass(frozen=True, slots=True)
class ListedRelease(Row):
    """A release in a list.

    Attributes:
        label: Label of the release.
        changeset: Number of the released changeset.
        released_on: Date of the release.
        author: Author of the release.
        reason: Reason for the release.
        rules: Slugs of the rules.
        codebook_versions: Labels of the codebook versions.
        license_name: Licence of the data; None if none is stated.
        digest: SHA-256 of the manifest.
    """

    label: str
    changeset: int
    released_on: date
    author: str
    reason: str
    rules: tuple[str, ...]
    codebook_versions: tuple[str, ...]
    license_name: str | None
    digest: str


@dataclass(frozen=True, slots=True)
class ReleasedFile(Row):
    """A file of a release.

    Attributes:
        file: Name of the file.
        rows: Number of its rows; None for a file that is not a table.
        bytes: Its size in bytes.
        sha256: Its SHA-256.
    """

    file: str
    rows: int | None
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Release(Row):
    """A release with its manifest.

    Attributes:
        label: Label of the release.
        changeset: Number of the released changeset.
        released_on: Date of the release.
        author: Author of the release.
        reason: Reason for the release.
        rules: Slugs of the rules.
        codebook_versions: Labels of the codebook versions.
        layout: Version of the layout of its files.
        license_name: Licence of the data; None if none is stated.
        derivation_sha256: SHA-256 of the derivation of stances.
        digest: SHA-256 of the manifest.
        files: Its files.
    """

    label: str
    changeset: int
    released_on: date
    author: str
    reason: str
    rules: tuple[str, ...]
    codebook_versions: tuple[str, ...]
    layout: int
    license_name: str | None
    derivation_sha256: str
    digest: str
    files: tuple[ReleasedFile, ...]


@dataclass(frozen=True, slots=True)
class VerifiedFile(Row):
    """A file of a release, regenerated and compared.

    Attributes:
        file: Name of the file.
        rows: Number of its rows; None for a file that is not a table.
        expected: SHA-256 in the release; None for a file that is not in the release.
        found: SHA-256 of the regenerated file; None for a file that was not regenerated.
        is_same: Whether the two are equal.
    """

    file: str
    rows: int | None
    expected: str | None
    found: str | None
    is_same: bool


@dataclass(frozen=True, slots=True)
class Difference(Row):
    """A difference between two releases.

    Attributes:
        what: What differs: rule, stance, change, coding, succession or scale.
        difference: How, such as added, removed or changed.
        rule: Slug of the rule.
        holder: Slug of the holder.
        issue: Slug of the issue.
        since: Date from which it differs.
        before: Value in the first release.
        after: Value in the second release.
        differs: Names of the columns that differ.
        statement: Slug of the statement of a coding.
        coder: Name of its coder.
        changeset: Number of the changeset that made the difference.
        author: Author of the changeset.
        message: Reason for the change.
    """

    what: str
    difference: str
    rule: str | None
    holder: str | None
    issue: str | None
    since: date | None
    before: str | None
    after: str | None
    differs: tuple[str, ...] | None
    statement: str | None
    coder: str | None
    changeset: int | None
    author: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Citation(Row):
    """The citation of a release.

    Attributes:
        label: Label of the release.
        citation: The citation as a sentence.
        bibtex: The citation as a BibTeX entry.
        released_on: Date of the release.
        author: Author of the release.
        digest: SHA-256 of the manifest.
    """

    label: str
    citation: str
    bibtex: str
    released_on: date
    author: str
    digest: str
