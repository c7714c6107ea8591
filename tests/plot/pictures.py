"""Draw the pictures of the documentation from the worked example.

    make pictures

starts a separate embedded server, loads the seeds, and writes the files of ``docs/pictures``. Run it after every change
of a picture; a test fails if it was forgotten.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from stancedb.admin import seeding
from stancedb.database import reading, writing
from stancedb.plot import files
from stancedb.questions import pages
from stancedb.server import embedded
from stancedb.settings import Settings
from tests.support.plugin import migrate

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
# A picture as of today would be another one every day.
DAY = date(2025, 12, 31)


def found(settings: Settings) -> dict[str, Any]:
    """Return what is known of the issue of the worked example, as if asked on the last day of 2025."""
    with reading(settings) as session:
        page = pages.issue_page(session, "jp-taiwan-use-of-force", rule="latest-word")
    return {**page, "day": DAY}


def drawn(page: dict[str, Any]) -> dict[str, bytes]:
    """Return the pictures by the names of their files."""
    japan = {**page, "holders": [row for row in page["holders"] if row["holder"] == "japan"]}
    return {"timeline.svg": files.written(japan, ".svg"), "holders.svg": files.written(page, ".svg")}


def main() -> int:
    """Write the files."""
    directory = Path(tempfile.mkdtemp(prefix="pic-")).resolve()
    directory.chmod(0o711)
    settings = Settings(database_url=None, data_dir=directory / "data", author="documentation")
    try:
        migrate(embedded.ensure_running(settings.data_dir))
        with writing(settings, message="load the worked example") as session:
            seeding.seed(session, with_example=True)
        for name, content in drawn(found(settings)).items():
            (FOLDER / name).write_bytes(content)
    finally:
        embedded.stop(settings.data_dir)
        shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
