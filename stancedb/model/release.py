"""Releases: named states of the database, with checksums that identify them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from stancedb.model.base import SCHEMA, Base, Curated, Small


class Release(Curated, Base):
    """The database as known at one changeset, under a name that can be cited."""

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint("label ~ '^[A-Za-z0-9][A-Za-z0-9._-]*$'", name="label_is_a_word"),
        CheckConstraint("license_name ~ '^[A-Za-z0-9][A-Za-z0-9.+-]*$'", name="license_name_is_a_word"),
        CheckConstraint("derivation_sha256 ~ '^[0-9a-f]{64}$'", name="derivation_sha256_is_hex"),
        CheckConstraint("manifest_sha256 ~ '^[0-9a-f]{64}$'", name="manifest_sha256_is_hex"),
        {"comment": "The database as known at a changeset, under a label that can be cited; rows are only added."},
    )

    label: Mapped[str] = mapped_column(unique=True, comment="The handle that users type and cite.")
    changeset_number: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.changeset.number"), comment="The changeset that the release shows the database at."
    )
    rules: Mapped[list[str]] = mapped_column(ARRAY(TEXT), comment="The rules under which its stances are derived.")
    codebook_versions: Mapped[list[str]] = mapped_column(
        ARRAY(TEXT), comment="The codebook versions at that changeset, by label."
    )
    author: Mapped[str] = mapped_column(comment="Who made the release; the citation names them.")
    reason: Mapped[str] = mapped_column(comment="The reason for the release, in the words of the author.")
    released_on: Mapped[date] = mapped_column(comment="The day of the release, in UTC.")
    layout: Mapped[Small] = mapped_column(comment="Number of the layout of the files; a later layout is a new number.")
    derivation_sha256: Mapped[str] = mapped_column(
        comment="Checksum of the definition of stances at the time of the release."
    )
    manifest_sha256: Mapped[str] = mapped_column(
        comment="Checksum of the list of checksums, as one digest of all files."
    )
    license_name: Mapped[str | None] = mapped_column(
        comment="The SPDX identifier of the licence under which the data may be used; null if none is granted."
    )


class ReleaseFile(Curated, Base):
    """One file of a release."""

    __tablename__ = "release_file"
    __table_args__ = (
        UniqueConstraint("release_id", "name"),
        CheckConstraint("content_sha256 ~ '^[0-9a-f]{64}$'", name="content_sha256_is_hex"),
        CheckConstraint("least(row_count, byte_count) >= 0", name="counts_not_negative"),
        {"comment": "The manifest of a release: its files with their checksums; rows are only added."},
    )

    release_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.release.id"), comment="The release it belongs to.")
    name: Mapped[str] = mapped_column(comment="Name of the file in the package.")
    content_sha256: Mapped[str] = mapped_column(comment="SHA-256 of the file.")
    row_count: Mapped[int | None] = mapped_column(
        comment="Number of rows below the header; null if the file is not a table."
    )
    byte_count: Mapped[int] = mapped_column(comment="Size of the file in bytes.")
