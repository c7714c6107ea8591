"""Invalid files of every format are rejected with their location in one sentence, and leave nothing behind."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import psycopg

from stancedb.settings import Settings
from tests.loading.badness import Judge, bad_files
from tests.support.plugin import AUTHOR

pytest_plugins = ("tests.support.worlds",)

COUNT = 150


def test_no_bad_file_breaks_a_load(small_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=small_url, data_dir=tmp_path, author=AUTHOR)
    with psycopg.connect(small_url, autocommit=True) as connection:
        judge = Judge(settings, tmp_path, connection)
        faults = [fault for bad in islice(bad_files(seed=1), COUNT) if (fault := judge.verdict(bad))]
    assert faults == []
    assert judge.outcomes["RecordsRefused"] > COUNT / 3
