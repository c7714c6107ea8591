"""Where a login reads the database, in the terms of the programs that connect."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

# What INI files, URLs and strings in JSON, Python and R all read the same way.
_PLAIN = re.compile(r"[\w./:@-]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a login reads the database.

    Attributes:
        host: Name or address of the server, or the directory of its Unix socket.
        port: Port of the server.
        database: Name of the database.
        login: Name of the login.
        sslmode: Whether the connection is encrypted, as a libpq ``sslmode``.
    """

    host: str
    port: int
    database: str
    login: str
    sslmode: str = "prefer"

    @property
    def is_socket(self) -> bool:
        """Whether the server is reached through a socket directory on this machine."""
        return self.host.startswith("/")

    @property
    def decided_sslmode(self) -> str:
        """The ``sslmode`` for programs that cannot try one mode and then the other; on this machine none is needed."""
        if self.sslmode not in {"allow", "prefer"}:
            return self.sslmode
        return "disable" if self.is_socket or self.host in {"localhost", "127.0.0.1", "::1"} else "require"

    @property
    def strange(self) -> str | None:
        """The first part that these files cannot represent, or None."""
        parts = (self.host, self.database, self.login, self.sslmode)
        return next((part for part in parts if not _PLAIN.fullmatch(part)), None)

    @property
    def server(self) -> str:
        """Host and port as one word."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL without scheme and password."""
        login, database = quote(self.login, safe=""), quote(self.database, safe="")
        if self.is_socket:
            return f"{login}@/{database}?host={quote(self.host, safe='')}&port={self.port}&sslmode={self.sslmode}"
        return f"{login}@{self.server}/{database}?sslmode={self.sslmode}"
