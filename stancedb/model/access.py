"""Access: logins and their roles, the login of each changeset, and settings of the database."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from stancedb.model.base import SCHEMA, Base, one_of
from stancedb.model.vocabulary import LoginRole


class Login(Base):
    """A PostgreSQL login with rights in this database."""

    __tablename__ = "login"
    __table_args__ = (
        one_of("role", LoginRole),
        CheckConstraint("name <> ''", name="name_not_blank"),
        {
            "comment": "Logins that were granted rights in this database, so that the rights can be "
            "checked and granted again."
        },
    )

    name: Mapped[str] = mapped_column(primary_key=True, comment="Name of the role in PostgreSQL.")
    role: Mapped[str] = mapped_column(comment="The role it was granted.")


class ChangesetLogin(Base):
    """The login that opened a changeset."""

    __tablename__ = "changeset_login"
    __table_args__ = (
        {
            "comment": "Which login opened a changeset, and from where. Only the owner and reviewers can read it; "
            "releases and exports leave it out."
        },
    )

    changeset_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.changeset.id"),
        primary_key=True,
        autoincrement=False,
        comment="The changeset that was opened.",
    )
    login: Mapped[str] = mapped_column(comment="The login that opened it.")
    client_address: Mapped[str | None] = mapped_column(
        comment="The network address it connected from; null for a local socket."
    )


class Settling(Base):
    """The lock that serialises settling."""

    __tablename__ = "settling"
    __table_args__ = (
        CheckConstraint("is_only", name="has_one_row"),
        {
            "comment": "The lock for settling: transactions that touch only codings share it; transactions whose "
            "changes reach further hold it exclusively."
        },
    )

    is_only: Mapped[bool] = mapped_column(
        primary_key=True, server_default=text("true"), comment="Always empty: the table is only a lock."
    )


class Setting(Base):
    """A setting of the database, made by its owner."""

    __tablename__ = "setting"
    __table_args__ = (
        CheckConstraint("name = 'review' AND value IN ('optional', 'required')", name="review_is_optional_or_required"),
        {"comment": "Settings of this database made by its owner; a setting that is missing has its default."},
    )

    name: Mapped[str] = mapped_column(primary_key=True, comment="The name of the setting.")
    value: Mapped[str] = mapped_column(comment="The value of the setting.")
