"""Repeatable objects: functions, views and tables that are recreated whenever their definition changes.

They are not part of the migrations: each upgrade that ends at head installs the current definitions, so a file shows
the definition in force, and its history in the repository is the history of the definition. A room declares its objects
once, and has a file for each beside its module::

    OBJECTS = Objects(
        __file__,
        "stancedb",
        {
            "newest_text": "The newest text of each article.",
            "last_number()": "The number of the last changeset.",
        },
        witness="newest_text",
    )

``install(connection, OBJECTS)`` then creates ``stancedb.newest_text`` from ``newest_text.sql`` and the function from
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
# The rest of a file, from the first named query on, is run by the room itself, such as the query that fills a table.
_NAMED = re.compile(r"^-- name: ", re.MULTILINE)


@dataclass(frozen=True)
class Objects:
    """The repeatable objects of one room.

    Attributes:
        module: The ``__file__`` of a module of the room; the files are beside it.
        schema: The schema of the objects.
        comments: The comment of each object in the database, in the order of installation, or None if the file itself
            comments on it. The name of a function includes the types of its arguments. A name that ends in ``.sql`` is
            a file that does not create an object of that name.
        witness: The object whose comment ends with the digest.
        version: An additional version that the digest covers, or None.
    """

    module: str
    schema: str
    comments: Mapping[str, str | None]
    witness: str
    version: str | None = None

    @property
    def names(self) -> list[str]:
        """The names of the objects, without files that do not create one."""
        return [name for name in self.comments if not name.endswith(".sql")]

    def sources(self) -> list[str]:
        """Return the contents of the files, in the order of installation."""
        folder = Path(self.module).parent
        stems = (name.partition("(")[0].removesuffix(".sql") for name in self.comments)
        return [(folder / f"{stem}.sql").read_text(encoding="utf-8") for stem in stems]


def digest(objects: Objects) -> str:
    """Return the checksum of the definitions that this version of the program would install.

    It changes only with the definitions, not with their comments.
    """
    works = [_worked(source) for source in objects.sources()]
    return hashlib.sha256("\n".join([*([objects.version] if objects.version else []), *works]).encode()).hexdigest()


def _worked(source: str) -> str:
    """Return SQL without comments and line breaks, which do not affect results."""
    return " ".join(re.sub(r"--[^\n]*", "", source).split())


def installed_digest(connection: Connection, objects: Objects) -> str | None:
    """Return the checksum of the definitions in the database, or None if there are none."""
    name = f"{objects.schema}.{objects.witness}"
    said: str | None = connection.execute(SQL["comment_of"], {"name": name}).scalar_one()
    return said.rpartition(" ")[2] if said else None


def install(connection: Connection, objects: Objects) -> None:
    """Create the objects, which must not exist, and comment on them."""
    for source in objects.sources():
        connection.execute(verbatim(_NAMED.split(source, maxsplit=1)[0]))
    said = {name: comment for name, comment in objects.comments.items() if comment is not None}
    said[objects.witness] += f" Definition: {digest(objects)}"
    parameters = {"schema": objects.schema, "names": list(said), "comments": list(said.values())}
    perform(connection, SQL["comments"], parameters)


def uninstall(connection: Connection, objects: Objects) -> str | None:
    """Drop the existing objects and return the checksum of their definitions.

    The schema stays, including its default privileges for future objects. Objects that do not belong to stancedb also
    stay.
    """
    before = installed_digest(connection, objects)
    perform(connection, SQL["drops"], {"schema": objects.schema, "names": objects.names})
    return before
