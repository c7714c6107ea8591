"""A database is opened, closed and shown as on the command line, and invalid input is rejected with one sentence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import stancedb
from stancedb.model.vocabulary import ActorKind
from stancedb.server import embedded
from stancedb.settings import Settings
from tests.server.test_embedded import QUICK, directory_for_every_account
from tests.support.worlds import answer, invoker

pytest_plugins = ("tests.support.worlds",)

ISSUE = "jp-taiwan-use-of-force"


@pytest.fixture
def database(seeded_once: str) -> Iterator[stancedb.Database]:
    """Provide the seeds without reporting data, opened for reading."""
    with stancedb.connect(seeded_once) as database:
        yield database


def printed(code: str) -> str:
    """Return the output of a separate Python process."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


class TestTheImport:
    def test_it_loads_no_other_module(self) -> None:
        code = "import sys; known = {*sys.modules}; import stancedb; print(*sorted({*sys.modules} - known))"

        assert printed(code) == "stancedb"

    def test_connecting_loads_no_library_of_data_frames(self) -> None:
        code = (
            "import sys, stancedb; stancedb.connect; print({'pandas', 'polars', 'pyarrow', 'click'} & {*sys.modules})"
        )

        assert printed(code) == "set()"

    @pytest.mark.parametrize("name", ["Answer", "Database", "LoadAccount", "connect", "errors", "rows"])
    def test_a_public_name_is_listed(self, name: str) -> None:
        assert name in printed("import stancedb; print(*dir(stancedb))").split()

    def test_an_unknown_name_is_an_attribute_error(self) -> None:
        with pytest.raises(AttributeError, match="module 'stancedb' has no attribute 'conect'"):
            stancedb.conect  # type: ignore[attr-defined]  # noqa: B018 - the name that does not exist is the test


class TestOpening:
    def test_the_environment_names_the_database(self, seeded_once: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("STANCEDB_DATABASE_URL", seeded_once)

        with stancedb.connect() as database:
            assert len(database.issues()) > 0

    def test_a_folder_wins_over_an_address_of_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in QUICK.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("STANCEDB_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
        with directory_for_every_account() as place:
            try:
                # The embedded server starts, and has no schema yet.
                with pytest.raises(stancedb.errors.NotAtHead, match="Run 'stancedb db init'"):
                    stancedb.connect(data_dir=place / "data")
                assert embedded.status(place / "data").is_running
            finally:
                embedded.stop(place / "data")

    def test_an_address_and_a_folder_are_one_too_many(self, tmp_path: Path) -> None:
        with pytest.raises(stancedb.errors.UsageError, match="Give only one of them"):
            stancedb.connect("postgresql://somebody@127.0.0.1/stancedb", data_dir=tmp_path)

    def test_a_server_that_is_not_there_is_named_at_once(self) -> None:
        with pytest.raises(stancedb.errors.DatabaseUnreachable, match=r"127\.0\.0\.1"):
            stancedb.connect("postgresql://nobody@127.0.0.1:1/nothing")

    def test_an_address_of_another_database_is_refused(self) -> None:
        with pytest.raises(stancedb.errors.UsageError, match="requires PostgreSQL"):
            stancedb.connect("mysql://somebody@127.0.0.1/stancedb")

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"url": 5}, "Invalid argument: url is 5; expected text without NUL characters."),
            ({"author": "a\0b"}, "Invalid argument: author is 'a\\x00b'; expected text without NUL characters."),
            ({"data_dir": "a\0b"}, "Invalid argument: data_dir is 'a\\x00b'; expected the path of a folder."),
            ({"data_dir": []}, "Invalid argument: data_dir is of type list; expected the path of a folder."),
            ({"read_only": None}, "Invalid argument: read_only is None; expected True or False."),
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, given: dict[str, Any], sentence: str) -> None:
        with pytest.raises(stancedb.errors.UsageError) as raised:
            stancedb.connect(**{"url": "postgresql://nobody@127.0.0.1:1/nothing", **given})

        assert str(raised.value) == sentence

    @pytest.mark.parametrize(
        "url",
        ["postgresql://ana:geheim@db.example.org/stancedb", "postgresql://ana@db.example.org/stancedb?password=geheim"],
    )
    def test_what_is_shown_of_a_database_has_no_password(self, url: str, tmp_path: Path) -> None:
        database = stancedb.Database(Settings(url, tmp_path, "ana"), read_only=True)

        assert repr(database) == "<stancedb.Database postgresql://ana@db.example.org/stancedb, read only>"

    def test_what_is_shown_of_an_embedded_database_is_its_folder(self, tmp_path: Path) -> None:
        database = stancedb.Database(Settings(None, tmp_path, "ana"), read_only=False)

        assert repr(database) == f"<stancedb.Database embedded in {tmp_path}>"


class TestClosing:
    def test_a_closed_database_answers_nothing(self, seeded_once: str) -> None:
        with stancedb.connect(seeded_once) as database:
            pass

        with pytest.raises(stancedb.errors.DatabaseClosed, match=r"Open it again with stancedb\.connect"):
            database.issues()

    def test_it_is_shown_as_closed(self, seeded_once: str) -> None:
        database = stancedb.connect(seeded_once)
        database.close()
        database.close()

        assert repr(database).endswith(", read only, closed>")


# Invalid calls, and their message.
BAD: dict[str, tuple[Callable[[stancedb.Database], object], str]] = {
    "an unknown holder": (
        lambda database: database.timeline(holder="takaichi-sanae", issue=ISSUE),
        "There is no actor 'takaichi-sanae'. Did you mean 'sanae-takaichi'?",
    ),
    "a number as a slug": (
        lambda database: database.timeline(holder=5, issue=ISSUE),  # type: ignore[arg-type]  # the fault
        "Invalid argument: holder is 5; expected text without NUL characters.",
    ),
    "a NUL character": (
        lambda database: database.article("a\0b"),
        "Invalid argument: article is 'a\\x00b'; expected text without NUL characters.",
    ),
    "half a surrogate pair": (
        lambda database: database.search("\ud800"),
        "Invalid argument: words is '\\ud800'; expected text without NUL characters.",
    ),
    "a list as a day": (
        lambda database: database.changes(since=[2025]),  # type: ignore[arg-type]  # the fault
        "Invalid argument: since is of type list; expected a day such as 2024-05-31.",
    ),
    "a day that is none": (
        lambda database: database.as_of("2025-02-30"),
        "Invalid argument: as_of is '2025-02-30'; expected a day such as 2024-05-31.",
    ),
    "a day in another form": (
        lambda database: database.as_of("20250101"),
        "Invalid argument: as_of is '20250101'; expected a day such as 2024-05-31.",
    ),
    "a limit of none": (
        lambda database: database.articles(limit=0),
        "Invalid argument: limit is 0; expected a whole number from 1 to 2147483647.",
    ),
    "a truth as a limit": (
        lambda database: database.articles(limit=True),
        "Invalid argument: limit is True; expected a whole number from 1 to 2147483647.",
    ),
    "days without end": (
        lambda database: database.silence(days=10**9),
        "Invalid argument: days is 1000000000; expected a number of days from 0 to 100000.",
    ),
    "a score above one": (
        lambda database: database.duplicates(min_score=80),
        "Invalid argument: min_score is 80; expected a number from 0 to 1.",
    ),
    "a misspelt kind": (
        lambda database: database.actors(kind="persn"),
        f"Invalid argument: kind is 'persn'; expected one of {', '.join(ActorKind)}. Did you mean 'person'?",
    ),
    "a misspelt period": (
        lambda database: database.polarization(issue=ISSUE, every="yaer"),  # type: ignore[arg-type]  # the fault
        "Invalid argument: every is 'yaer'; expected one of month, quarter, year. Did you mean 'year'?",
    ),
    "one slug as a list": (
        lambda database: database.page(ISSUE, holders="japan"),
        "Invalid argument: holders is 'japan'; expected a list of slugs.",
    ),
    "a text as a flag": (
        lambda database: database.changes(with_initial="no"),  # type: ignore[arg-type]  # the fault
        "Invalid argument: with_initial is 'no'; expected True or False.",
    ),
    "a changeset that is none": (
        lambda database: database.timeline(holder="japan", issue=ISSUE, known_at="then"),
        "'then' is not a changeset number or a day such as 2025-11-30.",
    ),
    "a changeset of the future": (
        lambda database: database.issues(known_at=10**30),
        f"There is no changeset '{10**30}'. The numbers go from 1 to 2.",
    ),
    "a truth as a changeset": (
        lambda database: database.issues(known_at=True),
        "Invalid argument: known_at is True; expected the number of a changeset, or a day such as 2025-11-30.",
    ),
    "no words": (
        lambda database: database.search('""'),
        "There is no word in '\"\"'. Give a word, or a phrase in double quotes.",
    ),
    "an unknown kind of record": (
        lambda database: database.schema("statment"),
        "There is no kind of record 'statment'. Did you mean 'statement'?",
    ),
    "nothing reported": (
        lambda database: database.claims(),
        "The reporting schema is empty. Run 'stancedb reporting refresh'.",
    ),
    "a load while reading only": (
        lambda database: database.load("outlet", [{"slug": "sun", "name": "The Sun"}]),
        "This database was opened read-only. To change it, open it with stancedb.connect(read_only=False).",
    ),
    "an addition while reading only": (
        lambda database: database.add("outlet", slug="sun", name="The Sun"),
        "This database was opened read-only. To change it, open it with stancedb.connect(read_only=False).",
    ),
    "a refresh while reading only": (
        lambda database: database.refresh(),
        "This database was opened read-only. To change it, open it with stancedb.connect(read_only=False).",
    ),
}


@pytest.mark.parametrize("fault", BAD)
def test_bad_input_is_one_sentence(fault: str, database: stancedb.Database) -> None:
    ask, sentence = BAD[fault]

    with pytest.raises(stancedb.errors.StancedbError) as raised:
        ask(database)

    assert str(raised.value).removesuffix(".") == sentence.removesuffix(".")


def test_an_instant_as_a_day_is_its_day(database: stancedb.Database) -> None:
    assert database.as_of(datetime(2025, 11, 9, 23, 30)) == database.as_of("2025-11-09")  # noqa: DTZ001 - no zone is the case


def test_an_answer_reports_that_it_is_behind(seeded_url: str, tmp_path: Path) -> None:
    with stancedb.connect(seeded_url, read_only=False, author="ana") as database:
        refreshed: Any = database.refresh()
        before = database.coverage()
        database.add("outlet", slug="sun", name="The Sun")
        after = database.coverage()

    assert "fact_statement" in {row.table for row in refreshed}
    assert (before.notes, before.known_at) == ((), 2)
    assert (after.notes, after.known_at) == (("The answer is 1 changeset behind; refresh() brings it up to date.",), 2)
    assert answer(invoker(seeded_url, tmp_path), "changeset", "list")[0]["author"] == "ana"
