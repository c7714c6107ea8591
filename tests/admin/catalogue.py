"""Write the catalogue that ``db check`` expects, from a freshly migrated database.

    python -m tests.admin.catalogue

starts a separate embedded server, runs all migrations, and writes ``stancedb/admin/catalogue.json``. Run it
after every change of a migration, function or relation; a test fails if it was forgotten.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from stancedb.admin import catalogue
from stancedb.server import embedded
from tests.support.plugin import migrate

# Comments are compared only for repeatable objects; migrations bring the others.
COMMENTED = {"column", "constraint", "function", "index", "policy", "trigger"}


def written(url: str) -> str:
    """Return the text of the file for a migrated database."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        things = catalogue.found(connection).values()
    return catalogue.write(
        thing if thing.kind in COMMENTED and not thing.name.startswith("reporting.") else replace(thing, comment=None)
        for thing in things
        if thing.kind != "event trigger"
    )


def main() -> int:
    """Write the file."""
    directory = Path(tempfile.mkdtemp(prefix="cat-")).resolve()
    directory.chmod(0o711)
    try:
        url = embedded.ensure_running(directory / "data")
        migrate(url)
        catalogue.FILE.write_text(written(url), encoding="utf-8")
    finally:
        embedded.stop(directory / "data")
        shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
