"""The environment, read once into a frozen value."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says.

    Attributes:
        database_url: The PostgreSQL server to use, or None for the embedded one.
        data_dir: Where the embedded server keeps its data.
        author: Who signs the changesets of this process.
        is_author_given: Whether somebody named the author; if not, it is the user of this machine, and a database that
            knows whose login it is asked through has a better name.
    """

    database_url: str | None
    data_dir: Path
    author: str
    is_author_given: bool = True


def read_settings(
    *, database_url: str | None = None, author: str | None = None, data_dir: str | Path | None = None
) -> Settings:
    """Read ``STANCEDB_DATABASE_URL``, ``STANCEDB_DATA_DIR`` and ``STANCEDB_AUTHOR``; arguments win over them.

    Args:
        database_url: The PostgreSQL server to use.
        author: Who signs.
        data_dir: Where the embedded server keeps its data; whoever names it means that server.
    """
    given = data_dir or os.environ.get("STANCEDB_DATA_DIR")
    named = author or os.environ.get("STANCEDB_AUTHOR")
    server = None if data_dir else os.environ.get("STANCEDB_DATABASE_URL")
    return Settings(
        database_url=database_url or server or None,
        data_dir=Path(given).expanduser().resolve() if given else _default_data_dir(),
        author=named or _login_name(),
        is_author_given=bool(named),
    )


def bundled(name: str) -> Path:
    """Return the path of ``migrations``, ``seeds`` or ``alembic.ini``, from the wheel or from the checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "bundled" / name
    return installed if installed.exists() else package.parent / name


def _default_data_dir() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415 - start-up time of --help

    return user_data_path("stancedb", appauthor=False)


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
