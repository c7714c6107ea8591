"""Settings, read once from the environment."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a process.

    Attributes:
        database_url: URL of the PostgreSQL database to use, or None for the embedded one.
        data_dir: Data directory of the embedded server.
        author: Author recorded in the changesets of this process.
        is_author_given: Whether the author was named explicitly. If not, it is the operating system user, and the
            database uses the coder of its login instead, if there is one.
    """

    database_url: str | None
    data_dir: Path
    author: str
    is_author_given: bool = True


def read_settings(
    *, database_url: str | None = None, author: str | None = None, data_dir: str | Path | None = None
) -> Settings:
    """Read ``STANCEDB_DATABASE_URL``, ``STANCEDB_DATA_DIR`` and ``STANCEDB_AUTHOR``; arguments take precedence.

    Args:
        database_url: URL of the PostgreSQL database to use.
        author: Author recorded in changesets.
        data_dir: Data directory of the embedded server; it takes precedence over ``STANCEDB_DATABASE_URL``.
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
    """Return the path of ``migrations``, ``seeds`` or ``alembic.ini``, in the wheel or in the checkout."""
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
