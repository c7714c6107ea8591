"""Repeatable objects: functions, views and tables that are made again wherever their definition has changed.

They are no part of the migrations: each upgrade that ends at head installs those of the program, so a file shows the
definition in force, and its history in the repository is the history of the definition. A room declares its objects
once, and keeps a file for each beside its module::

    OBJECTS = Objects(
        __file__,
        "stancedb",
        {
            "newest_text": "The newest text of each article.",
            "last_number()": "The number of the last changeset.",
        },
        witness="newest_text",
    )

``install(connection, OBJECTS)`` then makes ``stancedb.newest_text`` from ``newest_text.sql`` and the function from
``last_number.sql``, in this order.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from stancedb.sql import Queries, perform, verbatim

SQL = Queries(__file__)
# From here on a file says what the room runs by itself, such as the question that fills a table.
_NAMED = re.compile(r"^-- name: ", re.MULTILINE)


@dataclass(frozen=True)
class Objects:
    """The repeatable objects of one room.

    Attributes:
        module: The ``__file__`` of a module of the room; the files lie beside it.
        schema: The schema they are in.
        comments: For each object, in the order of installation, what the database says of it, or None where its file
            comments. A function has the types of its arguments behind its name. A name that ends in ``.sql`` is a file
            that makes no object of its name.
        witness: The object whose comment ends with the digest.
        version: What else the digest stands for, if anything.
    """

    module: str
    schema: str
    comments: Mapping[str, str | None]
    witness: str
    version: str | None = None

    @property
    def names(self) -> list[str]:
        """The objects without the files that make none."""
        return [name for name in self.comments if not name.endswith(".sql")]

    def sources(self) -> list[str]:
        """Return what the files say, in the order of installation."""
        folder = Path(self.module).parent
        stems = (name.partition("(")[0].removesuffix(".sql") for name in self.comments)
        return [(folder / f"{stem}.sql").read_text(encoding="utf-8") for stem in stems]


def digest(objects: Objects) -> str:
    """Return the checksum of the definition that this version of the program would install.

    It changes only when the definition does, and not with its comments.
    """
    works = [_worked(source) for source in objects.sources()]
    return hashlib.sha256("\n".join([*([objects.version] if objects.version else []), *works]).encode()).hexdigest()


def _worked(source: str) -> str:
    """Return SQL without its comments and line breaks, which change no row."""
    return " ".join(re.sub(r"--[^\n]*", "", source).split())


def installed_digest(connection: Connection, objects: Objects) -> str | None:
    """Return the checksum of the definition that the database has, or None where it has none."""
    name = f"{objects.schema}.{objects.witness}"
    said: str | None = connection.execute(SQL["comment_of"], {"name": name}).scalar_one()
    return said.rpartition(" ")[2] if said else None


def install(connection: Connection, objects: Objects) -> None:
    """Make the objects, which are not there, and comment on them."""
    for source in objects.sources():
        connection.execute(verbatim(_NAMED.split(source, maxsplit=1)[0]))
    said = {name: comment for name, comment in objects.comments.items() if comment is not None}
    said[objects.witness] += f" Definition: {digest(objects)}"
    parameters = {"schema": objects.schema, "names": list(said), "comments": list(said.values())}
    perform(connection, SQL["comments"], parameters)


def uninstall(connection: Connection, objects: Objects) -> str | None:
    """Drop the objects that are there; return the checksum of what there was.

    The schema stays, and with it what was granted on objects to come. What is not of stancedb stays as well.
    """
    before = installed_digest(connection, objects)
    perform(connection, SQL["drops"], {"schema": objects.schema, "names": objects.names})
    return before
