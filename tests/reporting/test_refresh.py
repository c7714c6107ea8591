"""After every kind of change the reporting schema matches the database, and a refresh writes only what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stancedb.database import refreshing
from stancedb.reporting import install
from stancedb.reporting import refresh as reporting
from stancedb.reporting.relations import OBJECTS
from stancedb.settings import Settings
from tests.reporting.slow import computed, reported
from tests.support.desk import opened
from tests.support.plugin import AUTHOR, Clone, Run, name_of
from tests.support.worlds import ARTICLE, ARTICLE_LINE, LINE, WORDS, answer, done, invoker, jsonl, last_number

pytest_plugins = ("tests.support.rounds", "tests.support.worlds")

DAHL = ("dahl-no-dam", "--holder", "ben-dahl", "--issue", "dam", "--coder", AUTHOR)
SECOND = "herald-2025-03-02"
SHEET: tuple[dict[str, Any], ...] = (
    {
        "statement": "dahl-no-dam",
        "speaker": "ben-dahl",
        "said": "2024-06-01",
        "article": ARTICLE,
        "quote": "no dam, no debt",
        "position": "oppose",
        "authority": 5,
        "attributes": ["frame:debt", "tone:calm"],
    },
    {**LINE, "attributes": ["frame:future"]},
    {
        "statement": "falk-mistake",
        "speaker": "eva-falk",
        "said": "2025-03-02",
        "article": ARTICLE,
        "quote": "mistake of the century",
        "position": "oppose",
    },
    {
        "statement": "falk-turns",
        "speaker": "eva-falk",
        "said": "2025-04",
        "article": ARTICLE,
        "quote": "would not oppose the dam",
        "position": "leaves-open",
    },
    {
        "statement": "falk-in-spring",
        "speaker": "eva-falk",
        "said": "[2025-04-01..2025-05-31]",
        "position": "leaves-open",
    },
    {"statement": "falk-again", "speaker": "eva-falk", "said": "2025-05-01", "position": "leaves-open"},
    {"statement": "a-cole-against", "speaker": "a-cole", "said": "2025-05-05", "position": "oppose"},
    {
        "statement": "cole-silent",
        "speaker": "ana-cole",
        "said": "2025-06-01",
        "issue": "dam-cost",
        "position": None,
        "act": "decline_to_comment",
    },
    # One statement of two records of one person, and the coding of another coder.
    {"holder": "a-cole", "basis": "on_behalf", "confidence": "high", "condition": "if there is money"},
    {"coder": "zoe", "position": "oppose", "status": "submitted", "final": False, "attributes": ["frame:hope"]},
    # A statement is retracted on the day of another one, which does not count under a rule that requires thirty days.
    {"statement": "hart-for", "speaker": "gil-hart", "said": "2025-01-01", "position": "support"},
    {
        "statement": "hart-back",
        "speaker": "gil-hart",
        "said": "2025-03-01",
        "issue": None,
        "position": None,
        "links": ["retracts:hart-for"],
    },
    {"statement": "hart-against", "speaker": "gil-hart", "said": "2025-03-01", "position": "oppose"},
    {"statement": "hart-for-again", "speaker": "gil-hart", "said": "2025-03-10", "position": "support"},
    # A position returns on a day on which it is also expressed, but not in a way that counts.
    {"statement": "jorn-for", "speaker": "ida-jorn", "said": "2025-01-01", "position": "support", "authority": 5},
    {"statement": "jorn-against", "speaker": "ida-jorn", "said": "2025-03-01", "position": "oppose", "authority": 5},
    {
        "statement": "jorn-back",
        "speaker": "ida-jorn",
        "said": "2025-04-01",
        "authority": 5,
        "issue": None,
        "position": None,
        "links": ["retracts:jorn-against"],
    },
    {"statement": "jorn-remark", "speaker": "ida-jorn", "said": "2025-04-01", "position": "support", "authority": 2},
    {
        "statement": "of-jorn",
        "speaker": "eva-falk",
        "said": "2025-04-01",
        "position": "support",
        "authority": 6,
        "holder": "ida-jorn",
        "basis": "attributed_by_other",
    },
    # On a day ordered by instants, the final run began with the statement of least authority.
    {
        "statement": "jorn-at-nine",
        "speaker": "ida-jorn",
        "said": "2025-08-01",
        "said_at": "2025-08-01T09:00Z",
        "position": "support",
    },
    {
        "statement": "jorn-at-ten",
        "speaker": "ida-jorn",
        "said": "2025-08-01",
        "said_at": "2025-08-01T10:00Z",
        "position": "oppose",
        "authority": 2,
    },
    {
        "statement": "jorn-at-eleven",
        "speaker": "ida-jorn",
        "said": "2025-08-01",
        "said_at": "2025-08-01T11:00Z",
        "position": "oppose",
        "authority": 4,
    },
    # A month of which a day is also known, and a year of which none is.
    {"statement": "jorn-month", "speaker": "ida-jorn", "said": "2025-09", "position": "support"},
    {"statement": "jorn-day", "speaker": "ida-jorn", "said": "2025-09-01", "position": "support"},
    {"statement": "hart-year", "speaker": "gil-hart", "said": "2026", "position": "leaves-open"},
    # What one article prints, another one prints a day later.
    {"article": SECOND, "quote": "Norland will build the dam", "rendering": "paraphrase"},
)

# Changes of every kind, each a command line or SQL from psql.
CHANGES: dict[str, tuple[str, ...] | str] = {
    "a further statement": (
        "statement",
        "add",
        "--speaker",
        "ben-dahl",
        "--said",
        "2025-07-01",
        "--article",
        ARTICLE,
        "--quote",
        "unwilling to comment",
        "--issue",
        "dam",
        "--position",
        "support",
    ),
    "a further coding": (
        "coding",
        "add",
        "cole-dam",
        "--holder",
        "norland",
        "--issue",
        "dam",
        "--position",
        "support",
        "--basis",
        "on_behalf",
    ),
    "a recoding": ("coding", "recode", *DAHL, "--position", "support"),
    "a review": ("coding", "review", *DAHL, "--status", "rejected"),
    "a removed coding": "DELETE FROM stancedb.coding c USING stancedb.statement s"
    " WHERE s.id = c.statement_id AND s.slug = 'falk-turns'",
    "another speaker and date": "UPDATE stancedb.statement s SET said_edtf = '2023-01-02',"
    " said = '[2023-01-02,2023-01-03)', speaker_id = a.id FROM stancedb.actor a"
    " WHERE a.slug = 'ana-cole' AND s.slug = 'falk-again'",
    "another month of the first of two": ("statement", "set", "falk-turns", "--said", "2025-06"),
    "a denial": "UPDATE stancedb.statement SET verification = 'denied' WHERE slug = 'falk-mistake'",
    "a withdrawn statement": ("statement", "retract", "falk-mistake", "--reason", "recorded wrongly"),
    "a statement merged away": "UPDATE stancedb.statement SET merged_into_id = (SELECT id FROM stancedb.statement"
    " WHERE slug = 'falk-turns') WHERE slug = 'falk-again'",
    "a retraction": ("statement", "link", "cole-silent", "retracts", "cole-dam"),
    "a merge of actors": ("actor", "merge", "a-cole", "ana-cole"),
    "a new name": ("actor", "set", "eva-falk", "--name", "Eva Maria Falk"),
    "another handle": "UPDATE stancedb.actor SET slug = 'e-falk' WHERE slug = 'eva-falk'",
    "another label and score": ("position", "set", "dam", "oppose", "--label", "never", "--score", "-0.5"),
    "another handle of a position": "UPDATE stancedb.position SET slug = 'no' WHERE slug = 'oppose'",
    "another question": ("issue", "set", "dam", "--question", "Should it be built?"),
    "another name of the codebook": "UPDATE stancedb.codebook_version SET label = 'dam-1.1'",
    "another name of the coder": f"UPDATE stancedb.coder SET name = 'ruth' WHERE name = '{AUTHOR}'",
    "a deprecated mention": "UPDATE stancedb.mention SET rank = 'deprecated', deprecated_reason = 'misprint'"
    " WHERE quote = 'no dam, no debt'",
    "the first of two mentions deprecated": "UPDATE stancedb.mention m SET rank = 'deprecated', deprecated_reason = 'x'"
    " FROM stancedb.article_version v JOIN stancedb.article a"
    " ON a.id = v.article_id WHERE v.id = m.article_version_id"
    f" AND m.quote = 'Norland will build the dam' AND a.slug = '{ARTICLE}'",
    "one of two articles withdrawn": "UPDATE stancedb.article SET retracted_on = '2025-04-01',"
    f" retracted_reason = 'not for us' WHERE slug = '{ARTICLE}'",
    "a removed mention": "UPDATE stancedb.coding c SET mention_id = NULL FROM stancedb.mention m"
    " WHERE m.id = c.mention_id AND m.quote = 'mistake of the century';"
    " DELETE FROM stancedb.mention WHERE quote = 'mistake of the century'",
    "another mention under a coding": "UPDATE stancedb.coding c SET mention_id = ("
    " SELECT max(m.id) FROM stancedb.mention m WHERE m.statement_id = c.statement_id"
    ") WHERE c.mention_id IS NOT NULL",
    "another day of publication": "UPDATE stancedb.article SET published_edtf = '2025-02-01',"
    " published = '[2025-02-01,2025-02-02)'",
    "a withdrawn article": "UPDATE stancedb.article SET retracted_on = '2025-04-01', retracted_reason = 'not for us'",
    "another handle of the outlet": "UPDATE stancedb.outlet SET slug = 'gazette'",
    "an undone load": ("changeset", "undo", "{load}"),
    "another attribute of a coding": "UPDATE stancedb.coding_attribute SET value = 'thrift' WHERE value = 'debt'",
    "a removed attribute of a coding": "DELETE FROM stancedb.coding_attribute WHERE key = 'tone'",
    "an attribute of a coding with quotes": "INSERT INTO stancedb.coding_attribute (coding_id, key, value)"
    " SELECT c.id, 'tone', 'loud' FROM stancedb.coding c JOIN stancedb.statement s ON s.id = c.statement_id"
    " WHERE s.slug = 'falk-mistake'",
    "another attribute of an actor": ("actor", "set", "ana-cole", "--attribute", "party@2024/..:Lake"),
    "a removed attribute of an actor": "DELETE FROM stancedb.actor_attribute WHERE key = 'born'",
    "another rule": "INSERT INTO stancedb.derivation_rule (slug, label, definition, min_authority, bases,"
    " retraction_effect, tenure_effect, expiry_days) VALUES ('brief', 'Brief', 'Forgets.', 2, '{self}',"
    " 'unknown', 'cut', 20)",
    "another default rule": "UPDATE stancedb.derivation_rule SET is_default = (slug = 'authoritative')",
}


@pytest.fixture(scope="module")
def reported_template(clone: Clone, small_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the name of a database with the small world, statements on it, and all of it reported."""
    directory = tmp_path_factory.mktemp("reported")
    with clone(small_template) as url:
        run = invoker(url, directory)
        for slug, name in (("gil-hart", "Gil Hart"), ("ida-jorn", "Ida Jorn")):
            done(run("actor", "add", slug, "--kind", "person", "--name", name))
        for slug, *attributes in (
            ("ana-cole", "party@2024/..:River", "seat:East", "Born in: the east; of a river"),
            ("a-cole", "party@2020/2023:Lake", "party@2024-05/..:Sea", "born:1970"),
            ("eva-falk", "type:expert"),
        ):
            done(run("actor", "set", slug, *(word for item in attributes for word in ("--attribute", item))))
        second = {**ARTICLE_LINE, "id": SECOND, "published": "2025-03-02", "text": f"Once more: {WORDS}"}
        done(run("article", "load", jsonl(directory / "second.jsonl", second)))
        with psycopg.connect(url) as connection:
            connection.execute("SELECT stancedb.open_changeset('ana', 'a copy')")
            connection.execute(
                "UPDATE stancedb.article SET syndicated_from_id = o.id FROM stancedb.article o"
                " WHERE article.slug = %s AND o.slug = %s",
                [SECOND, ARTICLE],
            )
        lines = [{**LINE, "article": None, "quote": None, **line} for line in SHEET]
        done(run("statement", "load", jsonl(directory / "sheet.jsonl", *lines)))
        done(run("reporting", "refresh"))
        yield name_of(url)


@pytest.fixture
def url(clone: Clone, reported_template: str) -> Iterator[str]:
    """Provide the URL of that database, only for this test."""
    with clone(reported_template) as url:
        yield url


@pytest.fixture
def run(url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a command on it."""
    return invoker(url, tmp_path)


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    """Provide the settings of that database."""
    return Settings(database_url=url, data_dir=tmp_path, author=AUTHOR)


@pytest.fixture
def change(run: Run, url: str) -> Callable[[str], None]:
    """Provide a function that makes one of the changes."""

    def make(name: str) -> None:
        wanted = CHANGES[name]
        if isinstance(wanted, str):
            write(url, wanted)
        else:
            done(run(*(word.format(load=last_number(url)) for word in wanted)))

    return make


def write(url: str, statement: str) -> None:
    """Run a statement under a changeset, as from psql."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT stancedb.open_changeset('ana', 'a change')")
        connection.execute(statement.encode())


def assert_right(url: str, day: date | None = None) -> None:
    """Assert that the reporting schema matches what plain loops over the tables compute."""
    with psycopg.connect(url) as connection:
        found, expected = reported(connection), computed(connection, day or date.today())  # noqa: DTZ011 - as the database
    for view, rows in expected.items():
        assert (view, rows - found[view], found[view] - rows) == (view, type(rows)(), type(rows)())


def test_everything_is_reported_the_first_time(url: str) -> None:
    assert_right(url)
    with psycopg.connect(url) as connection:
        # Nobody codes in a round here.
        assert [name for name, rows in reported(connection).items() if not rows] == ["coding_work"]


def test_the_seeds_are_reported(seeded_url: str, tmp_path: Path) -> None:
    done(invoker(seeded_url, tmp_path)("reporting", "refresh"))

    assert_right(seeded_url)


@pytest.mark.parametrize("name", list(CHANGES))
def test_a_change_is_reported_and_a_full_refresh_finds_nothing_left(
    run: Run, url: str, change: Callable[[str], None], name: str
) -> None:
    change(name)

    assert answer(run, "reporting", "refresh") != []
    assert_right(url)
    assert answer(run, "reporting", "refresh", "--full") == []


def test_a_change_that_began_before_others_and_ended_after_them_is_reported(
    run: Run, url: str, change: Callable[[str], None]
) -> None:
    with psycopg.connect(url) as slow:
        slow.execute("SELECT stancedb.open_changeset('ana', 'a long load')")
        slow.execute("UPDATE stancedb.statement SET verification = 'denied' WHERE slug = 'falk-mistake'")
        change("a new name")
        done(run("reporting", "refresh"))

    assert {row["table"] for row in answer(run, "reporting", "refresh")} >= {"fact_statement", "fact_stance"}
    assert_right(url)
    assert answer(run, "reporting", "refresh", "--full") == []


def test_a_merge_of_a_speaker_who_is_not_a_holder_is_reported(run: Run, url: str) -> None:
    spoken = ("--speaker", "a-cole", "--said", "2025-05-06", "--holder", "norland", "--basis", "on_behalf")
    done(run("statement", "add", *spoken, "--issue", "dam", "--position", "oppose"))
    done(run("reporting", "refresh"))

    done(run("actor", "merge", "a-cole", "ana-cole"))

    done(run("reporting", "refresh"))
    assert_right(url)


def test_rows_that_are_right_are_not_written_again(run: Run, change: Callable[[str], None]) -> None:
    assert answer(run, "reporting", "refresh") == []
    assert answer(run, "reporting", "check") == []

    change("a new name")

    assert answer(run, "reporting", "refresh") == [{"table": "dim_actor", "inserted": 0, "updated": 1, "deleted": 0}]


def test_a_day_that_passes_confirms_what_was_pending(settings: Settings, url: str) -> None:
    assert settings.database_url
    for day in (date(2025, 3, 10), date(2025, 3, 31), date(2025, 4, 15), date(2025, 6, 1), date(2025, 4, 1)):
        with refreshing(settings) as session:
            reporting.refresh(session.connection, day=day)
        assert_right(url, day)
        with refreshing(settings) as session:
            assert not any(reporting.differing(session.connection, day).values()), day


def test_a_stance_that_was_taken_back_does_not_return_while_the_next_is_pending(
    run: Run, settings: Settings, url: str, change: Callable[[str], None]
) -> None:
    change("a retraction")
    done(
        run(
            "statement",
            "add",
            "--speaker",
            "ana-cole",
            "--said",
            "2025-07-01",
            "--issue",
            "dam",
            "--position",
            "oppose",
        )
    )
    shown = (
        "SELECT valid_from, valid_to, is_current FROM reporting.stance_wide WHERE rule_code = 'sustained'"
        " AND holder_code = 'ana-cole' AND issue_code = 'dam' ORDER BY valid_from"
    )

    found = []
    for day in (date(2025, 7, 10), date(2025, 7, 31)):
        with refreshing(settings) as session:
            reporting.refresh(session.connection, day=day)
        assert_right(url, day)
        with psycopg.connect(url) as connection:
            found.append(connection.execute(shown).fetchall())

    taken_back = (date(2025, 3, 1), date(2025, 6, 1), False)
    assert found == [[taken_back], [taken_back, (date(2025, 7, 1), None, True)]]


def test_rows_edited_by_hand_are_found_and_put_right(run: Run, url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE reporting.fact_stance SET evidence_count = 99 WHERE is_current")
        connection.execute("DELETE FROM reporting.fact_coverage")
        connection.execute("INSERT INTO reporting.dim_coder VALUES (77, 'nobody', 'human')")

    result = run("reporting", "check", "-f", "json")

    assert result.exit_code == 1
    assert [word in result.stdout for word in ("fact_stance", "fact_coverage", "dim_coder", "fact_mention")] == [
        True,
        True,
        True,
        False,
    ]
    assert {row["table"] for row in answer(run, "reporting", "refresh", "--full")} == {
        "fact_stance",
        "fact_coverage",
        "dim_coder",
    }
    assert_right(url)


class TestReaders:
    @pytest.mark.parametrize("is_full", [False, True], ids=["after changes", "in full"])
    def test_are_not_held_up_and_see_what_was_there(
        self, settings: Settings, url: str, change: Callable[[str], None], *, is_full: bool
    ) -> None:
        change("a merge of actors")
        before = "SELECT count(*) FROM reporting.dim_actor"
        with psycopg.connect(url) as reader, psycopg.connect(url) as old:
            reader.execute("SET statement_timeout = '2s'")
            old.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            known = old.execute(before).fetchone()
            with refreshing(settings) as session:
                reporting.refresh(session.connection, is_full=is_full)
                assert reader.execute(before).fetchone() == known
            assert old.execute(before).fetchone() == known
            assert reader.execute(before).fetchone() != known

    def test_do_not_find_the_text_of_an_article(self, url: str) -> None:
        with psycopg.connect(url) as connection:
            texts = connection.execute(
                "SELECT format('SELECT %L FROM reporting.%I WHERE %I LIKE ''%%would go.%%''', table_name, table_name,"
                " column_name) FROM reporting.data_dictionary WHERE column_type = 'text'"
            ).fetchall()
            found = [row for (query,) in texts for row in connection.execute(query.encode())]

        assert len(texts) > 100
        assert found == []

    def test_get_a_long_quote_cut(self, run: Run, url: str, tmp_path: Path) -> None:
        words = "So it went on and on, year after year. " * 300
        line = {"schema": "stancedb.article/1", "id": "long", "outlet": "herald", "title": "Long", "text": words}
        done(run("article", "load", jsonl(tmp_path / "long.jsonl", line)))
        done(
            run(
                "statement",
                "add",
                "--slug",
                "long",
                "--speaker",
                "ben-dahl",
                "--said",
                "2025-07-01",
                "--article",
                "long",
                "--quote",
                words.strip(),
                "--issue",
                "dam",
                "--position",
                "support",
            )
        )

        done(run("reporting", "refresh"))

        with psycopg.connect(url) as connection:
            (quote,) = connection.execute(
                "SELECT quote_text FROM reporting.statement_wide WHERE statement_code = 'long'"
            ).fetchone() or ("",)
        assert (len(quote), quote[-1]) == (2000, "…")


class TestTheCommands:
    def test_status_shows_how_far_the_database_is_ahead(
        self, run: Run, url: str, change: Callable[[str], None]
    ) -> None:
        change("a new name")

        shown = answer(run, "reporting", "status")

        assert (shown["last_changeset"], shown["changesets_behind"]) == (last_number(url), 1)
        assert not shown["is_up_to_date"]
        assert run("reporting", "check").exit_code == 1

    def test_a_change_is_followed_when_asked(self, run: Run, tmp_path: Path) -> None:
        line = {**LINE, "statement": "cole-again", "said": "2025-08-01", "article": None, "quote": None}
        sheet = jsonl(tmp_path / "sheet.jsonl", line)

        result = done(run("--refresh-reporting", "statement", "load", sheet))

        assert "The reporting schema is up to date.\n" in result.stderr
        assert answer(run, "reporting", "status")["is_up_to_date"]

    def test_a_dry_run_is_not_followed(self, run: Run) -> None:
        line = ("actor", "set", "eva-falk", "--name", "E. Falk", "--dry-run")

        result = done(run(*line, env={"STANCEDB_REFRESH_REPORTING": "1"}))

        assert "reporting" not in result.stderr

    def test_a_database_without_a_refresh_reports_it(self, small_url: str, tmp_path: Path) -> None:
        run = invoker(small_url, tmp_path)

        assert answer(run, "reporting", "status")["refreshed_at"] is None
        assert "reporting refresh" in run("reporting", "check").stdout


def test_the_calendar_is_of_whole_years_up_to_the_last_day_that_is_named(run: Run, url: str) -> None:
    done(
        run(
            "statement",
            "add",
            "--speaker",
            "ben-dahl",
            "--said",
            "2031-05-01",
            "--issue",
            "dam",
            "--position",
            "support",
        )
    )
    done(run("reporting", "refresh"))

    with psycopg.connect(url) as connection:
        days = connection.execute("SELECT * FROM reporting.dim_date ORDER BY date_key").fetchall()

    assert (days[0][0], days[-1][0]) == (date(2024, 1, 1), date(2031, 12, 31))
    assert len(days) == (date(2031, 12, 31) - date(2024, 1, 1)).days + 1
    for day, *told in days:
        year, week, weekday = day.isocalendar()
        assert told == [
            day.year,
            (day.month + 2) // 3,
            day.month,
            f"{day:%B}",
            day.replace(day=1),
            year,
            week,
            weekday,
            f"{day:%A}",
            f"{day:%a}" in {"Sat", "Sun"},
        ]


def test_a_dimension_has_what_its_table_has(run: Run, url: str) -> None:
    done(run("actor", "add", "kim-lund", "--kind", "person", "--name", "Kim Lund", "--identifier", "wikidata:Q7"))
    done(run("position", "retire", "dam", "leaves-open"))
    done(run("reporting", "refresh"))

    with psycopg.connect(url) as connection:
        known = connection.execute("SELECT actor_code FROM reporting.dim_actor WHERE wikidata_code = 'Q7'").fetchall()
        retired = connection.execute("SELECT position_code FROM reporting.dim_position WHERE is_retired").fetchall()

    assert (known, retired) == ([("kim-lund",)], [("leaves-open",)])


def test_the_current_stances_are_those_of_the_default_rule(url: str) -> None:
    key = "holder_code, issue_code, position_code, valid_from, statement_code"
    with psycopg.connect(url) as connection:
        found = connection.execute(f"SELECT {key} FROM reporting.current_stance ORDER BY 1, 2".encode()).fetchall()
        of_rules = connection.execute(
            f"SELECT {key}, rule_code FROM reporting.stance_wide WHERE is_current ORDER BY 1, 2".encode()
        ).fetchall()

    assert found == [tuple(row) for *row, rule in of_rules if rule == "latest-word"]
    assert len(of_rules) > len(found)


def test_an_upgrade_to_another_definition_fills_the_relations_again(
    run: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = str(date.today() + timedelta(days=1))  # noqa: DTZ011 - any other version will do
    monkeypatch.setattr(reporting, "VERSION", tomorrow)
    monkeypatch.setattr(install, "OBJECTS", replace(OBJECTS, version=tomorrow))

    done(run("db", "upgrade"))

    assert_right(url)
    assert answer(run, "reporting", "status")["contract_version"] == tomorrow


def today(connection: psycopg.Connection[Any]) -> date:
    row = connection.execute("SELECT current_date").fetchone()
    assert row is not None
    found: date = row[0]
    return found


class TestCodersAtWork:
    @pytest.fixture
    def coded(self, clone: Clone, coded_url: str) -> Iterator[str]:
        with clone(name_of(coded_url)) as url:
            yield url

    def test_the_work_is_the_same_computed_the_slow_way(self, coded: str, tmp_path: Path) -> None:
        done(invoker(coded, tmp_path)("reporting", "refresh"))

        with psycopg.connect(coded) as connection:
            found = reported(connection)
            assert found == computed(connection, today(connection))
        assert len(found["coding_work"]) == 3

    def test_what_is_not_released_is_not_counted(self, coded: str, tmp_path: Path) -> None:
        done(invoker(coded, tmp_path)("reporting", "refresh"))

        with psycopg.connect(coded) as connection:
            rows = connection.execute(
                "SELECT d.coder_code, w.round_code, w.done_count, w.statement_count, w.seconds_per_statement"
                " FROM reporting.coding_work w JOIN reporting.dim_coder d USING (coder_key) ORDER BY 1, 2"
            ).fetchall()
        assert rows == [("ana", "single", 2, 2, 0), ("ben", "double", 1, 0, None), ("cleo", "double", 0, 0, None)]

    def test_a_refresh_without_a_new_changeset_follows_the_work(self, coded: str, tmp_path: Path) -> None:
        run = invoker(coded, tmp_path)
        done(run("reporting", "refresh"))
        done(run("code", "done", opened(run, "cleo"), "--coder", "cleo"))

        done(run("reporting", "refresh"))

        with psycopg.connect(coded) as connection:
            assert reported(connection)["coding_work"] == computed(connection, today(connection))["coding_work"]
