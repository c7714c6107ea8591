"""``db dump`` and ``db restore``: a complete copy, even for an older PostgreSQL, that never overwrites data."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest

from stancedb.admin import dumping
from stancedb.database import psql_call
from stancedb.settings import Settings
from tests.admin.test_restore import database, major, older_url
from tests.support.plugin import AUTHOR, Clone, invoker
from tests.support.worlds import answer, done

pytest_plugins = ("tests.support.worlds",)
pytestmark = pytest.mark.trial

__all__ = ["older_url"]

FORMS = ["copy.dump", "copy.sql"]


@pytest.mark.parametrize("name", FORMS)
def test_what_was_dumped_is_restored_whole(clone: Clone, reported_url: str, tmp_path: Path, name: str) -> None:
    source = invoker(reported_url, tmp_path)
    done(source("db", "dump", tmp_path / name))
    with clone() as url:
        target = invoker(url, tmp_path)
        done(target("db", "restore", tmp_path / name))

        assert answer(target, "db", "check") == answer(target, "reporting", "check") == []
        assert answer(target, "stance", "changes") == answer(source, "stance", "changes")
        done(target("outlet", "add", "voice", "--name", "The Voice"))


@pytest.mark.parametrize("name", FORMS)
def test_it_goes_into_an_older_postgresql(reported_url: str, older_url: str, tmp_path: Path, name: str) -> None:
    if major(older_url) == major(reported_url):
        pytest.skip("the server of the tests is the older one")
    source = invoker(reported_url, tmp_path)
    done(source("db", "dump", tmp_path / name))
    with database(older_url) as url:
        target = invoker(url, tmp_path)
        done(target("db", "restore", tmp_path / name))

        assert answer(target, "db", "check") == []
        assert answer(target, "stance", "changes") == answer(source, "stance", "changes")


@pytest.mark.parametrize("name", FORMS)
def test_nothing_is_restored_over_a_database_that_is_there(spoken_url: str, tmp_path: Path, name: str) -> None:
    run = invoker(spoken_url, tmp_path)
    done(run("db", "dump", tmp_path / name))
    before = answer(run, "changeset", "list")
    refused = run("db", "restore", tmp_path / name)

    assert refused.exit_code == 1
    assert "The database already contains history, reporting, stancedb" in refused.stderr
    assert answer(run, "changeset", "list") == before


@pytest.mark.parametrize("name", FORMS)
def test_half_a_dump_is_refused_and_leaves_nothing(spoken_url: str, empty_url: str, tmp_path: Path, name: str) -> None:
    done(invoker(spoken_url, tmp_path)("db", "dump", tmp_path / name))
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    refused = invoker(empty_url, tmp_path)("db", "restore", tmp_path / name)

    assert refused.exit_code == 1
    assert len(refused.stderr.splitlines()) == 1
    assert schemas(empty_url) == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00 no dump", b"PGDMP", b"SELECT 1;\n"])
def test_a_file_that_is_not_a_dump_is_refused(empty_url: str, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "no.dump").write_bytes(content)
    refused = invoker(empty_url, tmp_path)("db", "restore", tmp_path / "no.dump")

    assert refused.exit_code == 1
    assert "Traceback" not in refused.stderr
    assert schemas(empty_url) == []


def test_a_dump_that_the_database_refuses_leaves_nothing(spoken_url: str, empty_url: str, tmp_path: Path) -> None:
    done(invoker(spoken_url, tmp_path)("db", "dump", tmp_path / "copy.sql"))
    text = (tmp_path / "copy.sql").read_text("utf-8")
    end = "-- PostgreSQL database dump complete"
    (tmp_path / "copy.sql").write_text(text.replace(end, f"SELECT 1 / 0;\n{end}"), "utf-8")
    refused = invoker(empty_url, tmp_path)("db", "restore", tmp_path / "copy.sql")

    assert refused.exit_code == 1
    assert "The database rejected the dump; nothing was restored: " in refused.stderr
    assert "division by zero" in refused.stderr
    assert schemas(empty_url) == []


def test_a_file_that_cannot_be_written_is_one_sentence(spoken_url: str, tmp_path: Path) -> None:
    refused = invoker(spoken_url, tmp_path)("db", "dump", tmp_path / "nowhere" / "copy.dump")

    assert refused.exit_code == 1
    assert "cannot be written" in refused.stderr


def test_a_setting_is_left_out_at_the_head_and_never_among_data() -> None:
    line = b"SET transaction_timeout = 0;\n"
    lines = [b"SET lock_timeout = 0;\n", line, b"-- Name: actor; Type: TABLE\n", line]

    assert [*dumping.known_to(15, iter(lines))] == [lines[0], *lines[2:]]
    assert [*dumping.known_to(17, iter(lines))] == lines


def test_no_list_of_processes_shows_the_password(spoken_url: str, tmp_path: Path) -> None:
    address, secret = psql_call(Settings(database_url=spoken_url, data_dir=tmp_path, author=AUTHOR))

    assert all(word not in address for word in secret.values())


def test_the_status_names_the_minor_version_of_the_server(spoken_url: str, tmp_path: Path) -> None:
    assert re.fullmatch(r"\d+\.\d+", answer(invoker(spoken_url, tmp_path), "db", "status")["server"])


def schemas(url: str) -> list[str]:
    """Return the stancedb schemas of a database."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname IN ('stancedb', 'history', 'reporting')"
        ).fetchall()
    return [name for (name,) in found]
