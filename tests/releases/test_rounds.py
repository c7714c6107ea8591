"""A release says where its judgements were read and in which round, and nothing of what is not released."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rights.test_rights import logins, url_as
from tests.support.plugin import AUTHOR, Clone, Run, name_of
from tests.support.worlds import ARTICLE, answer, done, invoker

pytest_plugins = ("tests.support.rounds", "tests.support.worlds")


class TestRounds:
    @pytest.fixture
    def coded(self, clone: Clone, coded_url: str, tmp_path: Path) -> Iterator[Run]:
        with clone(name_of(coded_url)) as url:
            yield invoker(url, tmp_path)

    def rows(self, directory: Path, name: str) -> list[dict[str, str]]:
        with (directory / "first" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return [*csv.DictReader(file)]

    @pytest.fixture
    def released(self, coded: Run, tmp_path: Path) -> Path:
        """Give the folder that a release is written to."""
        done(coded("release", "create", "first"))
        done(coded("release", "export", "first", "--output", tmp_path / "first"))
        return tmp_path

    def test_a_judgement_says_where_it_was_read_and_in_which_round(self, released: Path) -> None:
        judged = self.rows(released, "coding")
        printed = {
            tuple(row[name] for name in ("statement", "article", "text_sha256", "char_start", "char_end"))
            for row in self.rows(released, "mention")
        }

        assert {(row["coder"], row["article"], row["round"]) for row in judged} == {
            ("ana", "text-1", "single"),
            ("ana", ARTICLE, ""),
            (AUTHOR, ARTICLE, ""),
        }
        for row in judged:
            place = tuple(row[name] for name in ("statement", "article", "text_sha256", "char_start", "char_end"))
            assert place in printed

    def test_only_rounds_that_judgements_come_from_are_in_it(self, released: Path) -> None:
        assert self.rows(released, "round") == [
            {"slug": "single", "codebook_version": "dam-1.0", "issues": "dam", "counts_at_once": "true"}
        ]

    def test_nothing_in_it_is_of_a_finding_that_is_not_released(self, released: Path) -> None:
        files = [path.stem for path in (released / "first").glob("*.csv")]
        # People and articles are known without being coded.
        cells = {
            cell
            for name in files
            if name not in {"article", "coder"}
            for row in self.rows(released, name)
            for cell in row.values()
        }

        assert {"ana", "text-1", "single"} <= cells
        assert cells & {"ben", "cleo", "double", "pool", "text-3", "text-4", "text-5"} == set()

    def test_it_is_written_again_after_the_work_is_taken_back(self, coded: Run) -> None:
        done(coded("release", "create", "first"))
        number = min(
            row["number"] for row in answer(coded, "changeset", "list") if "round single" in str(row["message"])
        )
        done(coded("changeset", "undo", number))
        done(coded("release", "create", "second"))

        assert done(coded("release", "verify", "first"))
        assert answer(coded, "release", "diff", "first", "second")

    def test_a_coder_verifies_it(self, admin_url: str, clone: Clone, coded_url: str, tmp_path: Path) -> None:
        with logins(admin_url, "LOGIN") as (login,), clone(name_of(coded_url)) as url:
            owner = invoker(url, tmp_path)
            done(owner("release", "create", "first"))
            done(owner("db", "grant-coder", login, "--coder", "ben"))

            done(invoker(url_as(url, login), tmp_path)("release", "verify", "first", env={"STANCEDB_AUTHOR": None}))
