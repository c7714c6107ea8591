"""What export prints, omits and rejects, and the state of the file while it is written."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import BaseModel
from sqlalchemy import text

from stancedb.database import reading, streamed
from stancedb.export import exporter
from stancedb.records.actor import ActorRecord
from stancedb.records.article import ArticleRecord
from stancedb.records.event import EventRecord
from stancedb.records.indicator import IndicatorRecord
from stancedb.records.outlet import OutletRecord
from stancedb.records.statement import StatementRecord
from stancedb.settings import Settings
from tests.export.test_round_trip import carry
from tests.support import exported as worlds
from tests.support.build import open_changeset
from tests.support.plugin import AUTHOR, Clone, Run
from tests.support.worlds import done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

# Changes by users and other programs that no file can contain.
UNSAYABLE = """
UPDATE stancedb.article SET retracted_on = '2026-01-01', retracted_reason = 'wrong' WHERE slug = 'post-2';
UPDATE stancedb.article SET syndicated_from_id = (SELECT id FROM stancedb.article WHERE slug = 'post-2')
    WHERE slug = 'ferry';
UPDATE stancedb.statement SET retracted_on = '2026-01-01', retracted_reason = 'wrong' WHERE slug = 'dahl-dam';
UPDATE stancedb.statement SET merged_into_id = (SELECT id FROM stancedb.statement WHERE slug = 'cole-dam')
    WHERE slug = 'dahl-unseen';
UPDATE stancedb.statement SET tenure_id = NULL WHERE slug = 'cole-dam';
UPDATE stancedb.mention SET rank = 'deprecated', deprecated_reason = 'wrong'
    WHERE statement_id = (SELECT id FROM stancedb.statement WHERE slug = 'dahl-silent');
UPDATE stancedb.mention SET rank = 'preferred' WHERE asserts = 'denies';
UPDATE stancedb.statement_addressee SET role = 'object'
    WHERE actor_id = (SELECT id FROM stancedb.actor WHERE slug = 'ben-dahl');
INSERT INTO stancedb.causal_link (from_statement_id, kind, to_event_id, asserted_by_id)
    SELECT st.id, 'triggers', e.id, a.id FROM stancedb.statement st, stancedb.event e, stancedb.actor a
    WHERE st.slug = 'cole-dam' AND e.slug = 'vote' AND a.slug = 'norland';
INSERT INTO stancedb.causal_link (from_event_id, kind, to_statement_id, asserted_by_id)
    SELECT e.id, 'triggers', st.id, a.id FROM stancedb.statement st, stancedb.event e, stancedb.actor a
    WHERE st.slug = 'dahl-dam' AND e.slug = 'vote' AND a.slug = 'norland';
INSERT INTO stancedb.mention (statement_id, article_version_id, char_start, char_end, quote, prefix, suffix, rendering,
    asserts)
    SELECT st.id, v.id, 6000, 6005, 'Fish.', '', '', 'verbatim', 'asserts'
    FROM stancedb.statement st, stancedb.article_version v WHERE st.slug = 'cole-dam' AND v.body LIKE 'Fish.%';
INSERT INTO stancedb.article_duplicate (copy_id, original_id, score, state, reason)
    SELECT c.id, o.id, 1, 'rejected', 'wrong' FROM stancedb.article c, stancedb.article o
    WHERE c.slug = 'ferry' AND o.slug = 'post-1';
INSERT INTO stancedb.actor_name (actor_id, language, name, kind)
    SELECT id, 'en', 'Chair | of all', 'alias' FROM stancedb.actor WHERE slug = 'chair';
INSERT INTO stancedb.issue_code (issue_id, scheme, code)
    SELECT id, 'cap', '0801' FROM stancedb.issue WHERE slug = 'dam';
UPDATE stancedb.indicator_observation SET article_version_id = (SELECT v.id FROM stancedb.article_version v
    JOIN stancedb.article a ON a.id = v.article_id WHERE a.slug = 'post-2') WHERE is_seen;
"""


@pytest.fixture(scope="module")
def changed_once(clone: Clone, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Provide the URL of a database with the world and what no file can contain, which no test changes."""
    directory = tmp_path_factory.mktemp("changed")
    with clone(template) as url:
        run = invoker(url, directory)
        worlds.load_world(run, directory)
        fish = {"id": "fish", "outlet": "post", "title": "Fish", "text": f"Older words.\n\n{'Fish. ' * 2000}"}
        newer = {**fish, "text": "Fish. " * 2000, "retrieved_at": "2040-01-01T00:00:00Z"}
        line = {**worlds.COLE, "article": "fish", "quote": "Older words."}
        done(run("article", "load", jsonl(directory / "older.jsonl", fish)))
        done(run("statement", "load", jsonl(directory / "line.jsonl", line)))
        done(run("article", "load", jsonl(directory / "newer.jsonl", newer)))
        with psycopg.connect(url) as connection:
            open_changeset(connection)
            connection.execute(UNSAYABLE)
        done(run("actor", "set", "ben-dahl", "--name", "B. Dahl"))
        done(run("actor", "merge", "ben-dahl", "ana-cole"))
        done(run("coding", "review", "cole-dam", "--coder", "model-x", "--holder", "norland", "--status", "rejected"))
        yield url


@pytest.fixture
def changed(changed_once: str, tmp_path: Path) -> Run:
    """Provide a function that runs a command on that database."""
    return invoker(changed_once, tmp_path)


class TestTheWorldOfTheTests:
    @pytest.mark.parametrize(
        ("record", "used"),
        [
            (OutletRecord, worlds.OUTLETS),
            (ActorRecord, worlds.ACTORS),
            # The raw bytes belong to the page.
            (ArticleRecord, [*worlds.ARTICLES, {"raw": b"", "raw_encoding": "", "raw_bytes": ""}]),
            (EventRecord, [*worlds.EVENTS, *worlds.CAUSES]),
            # Only importers and the workbench give these.
            (
                StatementRecord,
                [*worlds.STATEMENTS, {"span": (), "made_under": "", "text_version": 1, "assignment": 1}],
            ),
            (IndicatorRecord, worlds.INDICATORS),
        ],
    )
    def test_it_uses_every_field(self, record: type[BaseModel], used: list[dict[str, Any]]) -> None:
        assert {*record.model_fields} - {"schema_", "span"} - {name for fields in used for name in fields} == set()


EARLIER = "Not written: earlier versions of rows, which stay in the history"
LEFT_OUT = {
    "outlet": ["2 outlet records written."],
    "codebook": [
        "Not written: other versions of the codebook; choose one with --label (1).",
        "Not written: further codes of an issue in the same scheme (1).",
        "1 codebook record written.",
    ],
    "actor": [
        "Written as separate actors: merged actors; 'actor merge' merges them again (1).",
        "Not written: names for a period only, and aliases in a language without a preferred name (1).",
        f"{EARLIER} (3).",
        "5 actor records written.",
    ],
    "article": [
        "Not written: articles that were withdrawn (1).",
        "Not written: older texts of articles (1).",
        "Not written: links to an original that is not written (1).",
        "Not written: decisions about likely copies; 'article load' will propose these pairs again (1).",
        f"{EARLIER} (2).",
        "3 article records written.",
    ],
    "statement": [
        "Not written: statements whose record was withdrawn (1).",
        "Not written: statements merged into another (1).",
        "Not written: mentions in withdrawn articles (1).",
        "Not written: mentions in older texts of articles (1).",
        "Not written: mentions that are deprecated (1).",
        "Written as ordinary mentions: preferred mentions (1).",
        "Statements for which 'statement load' will find another office, or none (1).",
        "Not written: objects and beneficiaries of statements (1).",
        "Not written: links to statements that are not written (3).",
        "Not written: reviews of codings (1).",
        "Not written: coders without a coding (1).",
        f"{EARLIER} (7).",
        "Not written: mentions whose quote cannot be told apart by its context (1), such as 'cole-dam'.",
        "7 statement records written.",
    ],
    "event": [
        "Not written: causes that are omitted statements (1).",
        "Not written: causes of statements (1).",
        "2 event records written.",
    ],
    "indicator": [
        "Not written: the older or withdrawn texts that observations are based on (1).",
        f"{EARLIER} (1).",
        "2 indicator records written.",
    ],
}


class TestWhatNoFileCarries:
    @pytest.mark.parametrize("kind", LEFT_OUT)
    def test_is_counted_one_line_for_each_sort(self, changed: Run, kind: str) -> None:
        assert done(changed("export", kind)).stderr.splitlines() == LEFT_OUT[kind]

    def test_does_not_keep_the_rest_from_loading(self, changed: Run, run: Run, tmp_path: Path) -> None:
        assert all(", 0 rejected" in said for said in carry(changed, run, tmp_path, "jsonl"))

    def test_a_record_that_load_refuses_is_named_with_the_reason(self, connection_url: str, run: Run) -> None:
        with psycopg.connect(connection_url) as connection:
            open_changeset(connection)
            connection.execute(
                "INSERT INTO stancedb.outlet (slug, name, kind)"
                " VALUES ('No Slug', 'N', 'agency'), ('blank', 'N ', 'agency')"
            )

        result = done(run("export", "outlet"))

        refused, *others = result.stderr.splitlines()
        assert refused.startswith(
            "Not written: records that 'outlet load' would reject (1), such as 'No Slug'"
            " (slug: Found 'No Slug'; expected "
        )
        assert others == [
            "Records that 'outlet load' would read differently (1), such as 'blank'.",
            "1 outlet record written.",
        ]
        assert [json.loads(line)["slug"] for line in result.stdout.splitlines()] == ["blank"]

    def test_a_page_that_is_too_long_for_a_line_is_left_out_of_its_article(
        self, changed: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exporter, "LONGEST_LINE", 1000)

        result = done(changed("export", "article"))

        said = result.stderr.splitlines()
        assert "Not written: pages of articles that are too long for a line (1), such as 'ferry'." in said
        assert "Not written: records that are too long for a line (1), such as 'fish'." in said
        assert [json.loads(line).get("raw_bytes") for line in result.stdout.splitlines()] == [None, None]


class TestTheFile:
    def test_it_says_what_standard_output_says(self, changed: Run, tmp_path: Path) -> None:
        done(changed("export", "statement", "--output", tmp_path / "sheet.csv"))

        shown = done(changed("export", "statement", "--format", "csv")).stdout
        assert (tmp_path / "sheet.csv").read_text("utf-8") == shown

    def test_it_stays_as_it_was_until_all_is_written(self, changed: Run, tmp_path: Path) -> None:
        sheet = tmp_path / "actor.csv"
        sheet.write_text("before")
        sheet.chmod(0o604)

        refused = changed("export", "actor", "--output", sheet)
        kept = sheet.read_text()
        done(changed("export", "outlet", "--output", tmp_path / "actor.csv"))

        assert refused.exit_code == 1
        assert refused.stderr == (
            "Error: 'chair' has 'en:Chair | of all' among its other_names, but '|' separates the items of a cell. Write"
            " JSON Lines with --format ndjson.\n"
        )
        assert kept == "before"
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["actor.csv"]
        assert sheet.stat().st_mode & 0o777 == 0o604
        with sheet.open(encoding="utf-8", newline="") as file:
            assert [row["slug"] for row in csv.DictReader(file)] == ["post", "post-sunday"]

    @pytest.mark.parametrize(
        ("line", "code", "said"),
        [
            (["outlt"], 3, "There is no kind of record 'outlt'. Did you mean 'outlet'?"),
            (["event", "-f", "csv"], 2, "Records of the type event can be written as jsonl or json, not as csv."),
            (["codebook", "-f", "ndjson"], 2, "No such option '-f'"),
            (["actor", "-o", "a.json"], 2, "A file of jsonl cannot have the extension '.json'"),
            (
                ["actor", "-o", "a.txt"],
                2,
                "A file of jsonl cannot have the extension '.txt'. Use .jsonl or .ndjson.",
            ),
            (["actor", "-f", "ndjson", "-o", "a.csv"], 2, "A file of jsonl cannot have the extension '.csv'"),
            (["actor", "-o", "none/a.csv"], 1, "'none/a.csv' cannot be written: No such file or directory"),
            (["actor", "--label", "x"], 2, "No such option '--label'"),
            (["actor", "--without-causes"], 2, "No such option '--without-causes'"),
            (["codebook", "--label", "dam-3.0"], 3, "There is no codebook version 'dam-3.0'. Did you mean 'dam-2.0'?"),
        ],
    )
    def test_what_would_not_load_is_refused(self, changed: Run, line: list[str], code: int, said: str) -> None:
        result = changed("export", *line)

        assert (result.exit_code, result.stdout) == (code, "")
        assert said in result.stderr

    @pytest.mark.parametrize("kind", ["outlet", "actor", "article", "statement", "event", "indicator"])
    def test_an_array_has_the_records_of_the_lines(self, changed: Run, kind: str) -> None:
        lines = [json.loads(line) for line in done(changed("export", kind)).stdout.splitlines()]

        assert json.loads(done(changed("export", kind, "--format", "json")).stdout) == lines

    def test_a_default_format_of_answers_changes_no_file(self, changed: Run) -> None:
        assert done(changed("export", "event", env={"STANCEDB_FORMAT": "csv"})).stdout.startswith("{")

    def test_without_a_codebook_none_is_written(self, run: Run) -> None:
        assert run("export", "codebook").stderr == "Error: There is no codebook yet. Load one first.\n"


def test_rows_are_read_while_the_server_finds_them(connection_url: str, tmp_path: Path) -> None:
    with reading(Settings(database_url=connection_url, data_dir=tmp_path, author=AUTHOR)) as session:
        rows = streamed(session, text("SELECT n FROM generate_series(1, 1000) n"))

        assert next(rows)["n"] == 1
        assert next(streamed(session, text("SELECT count(*) AS cursors FROM pg_cursors")))["cursors"] == 2
