"""Write files that let other programs read what is reported: a dashboard, data sources, starters in three languages.

The templates are in ``files`` and, in Superset's export format, in ``dashboard``. Writing fills in where the database
is and under which login it is read. No file has a place for a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancedb.clients.place import Place
from stancedb.clients.superset import bundle

_FILES = Path(__file__).parent / "files"
BUNDLE = "superset-dashboard.zip"


@dataclass(frozen=True, slots=True)
class Client:
    """A program and the file with which it connects.

    Attributes:
        name: Name of the program.
        file: Name of the file.
        how: How to use it.
        takes_sockets: Whether it can connect through a socket on the same machine.
    """

    name: str
    file: str
    how: str
    takes_sockets: bool = True


CLIENTS = (
    Client("Superset", BUNDLE, "Dashboards, Import dashboards; it asks for the password"),
    Client("ODBC", "odbc.ini", "append it to ~/.odbc.ini; the data source is called stancedb"),
    Client("Excel, Access", "stancedb.dsn", "Data, From ODBC, or open it as a file data source", takes_sockets=False),
    Client("Power BI", "stancedb.pbids", "open it; it asks for login and password", takes_sockets=False),
    Client("Metabase", "metabase.md", "what to enter, and what to know"),
    Client("Grafana", "grafana.md", "a data source to provision, and queries for panels"),
    Client("Grafana", "grafana-dashboard.json", "Dashboards, New, Import; after the data source of grafana.md"),
    Client("psql", "starter.sql", "psql -f starter.sql, as its first lines say"),
    Client("R", "starter.R", "Rscript starter.R"),
    Client("Python", "starter.py", "python starter.py"),
)


def documents(place: Place, dictionary: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Client, bytes]]:
    """Yield each file with its content, except for programs that cannot reach the place.

    Args:
        place: Where the database is, and the login that reads it.
        dictionary: Rows of ``data_dictionary``, which explain every relation and column.
    """
    for client in CLIENTS:
        if client.takes_sockets or not place.is_socket:
            if client.file == BUNDLE:
                yield client, bundle(place, dictionary)
            else:
                yield client, filled((_FILES / client.file).read_text(encoding="utf-8"), place).encode()


def filled(template: str, place: Place) -> str:
    """Fill a place into a template, whose ``@words@`` are the names of its parts."""
    return re.sub(r"@(\w+)@", lambda found: str(getattr(place, found[1])), template)
