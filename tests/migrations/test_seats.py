"""Second seats that tenures were given because they met are put right by an upgrade, and come back on the way down."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command

from tests.conftest import Run, migrate
from tests.operations.worlds import answer, done, invoker, jsonl, last_number

pytest_plugins = ("tests.operations.worlds",)

DATES = (("2014-01-01", "2016-12-07"), ("2016-12-07", "2018"), ("2018", None), ("2017-03", "2017-05"))
DOCUMENT: dict[str, Any] = {
    "persons": [{"id": f"p-{number}", "name": f"Person {number}"} for number in range(len(DATES))],
    "organizations": [{"id": "ex2", "name": "Exec Two", "classification": "executive"}],
    "posts": [{"id": "pp", "label": "Prime Post", "organization_id": "ex2"}],
    "memberships": [
        {"person_id": f"p-{number}", "post_id": "pp", "start_date": start, "end_date": end}
        for number, (start, end) in enumerate(DATES)
    ],
}
SEATS = [("2014-01-01/2016-12-07", 1), ("2016-12-07/2018", 1), ("2017-03/2017-05", 2), ("2018/..", 1)]


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Give a function that runs one line of ``stancedb`` where the tenures of a post from a Popolo file meet."""
    run = invoker(small_url, tmp_path)
    (tmp_path / "popolo.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    done(run("actor", "load", tmp_path / "popolo.json"))
    lines = [
        {"statement": f"s{number}", "speaker": f"person-{number}", "said": said, "on_behalf_of": "prime-post",
         "holder": "prime-post", "issue": "dam", "position": position, "citation": "x"}
        for number, (said, position) in enumerate([("2016-01-01", "oppose"), ("2016-12-07", "support")])
    ]  # fmt: skip
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *lines)))
    return run


def seats(run: Run, office: str = "prime-post") -> list[tuple[str, int]]:
    return [(row["held"], row["seat"]) for row in answer(run, "actor", "show", office)["tenures"]]


def stances(run: Run) -> list[tuple[str, str, str | None]]:
    rows = answer(run, "stance", "timeline", "--holder", "prime-post", "--issue", "dam")
    return [(row["position"], row["since"], row["until"]) for row in rows]


def down_and_up(url: str) -> list[tuple[str, int]]:
    """Take a database to where tenures that meet have a seat each, and up again; return the seats of there."""
    migrate(url, lambda config: command.downgrade(config, "relax_statement_tenure"))
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT t.held_edtf, t.seat FROM stancedb.tenure t JOIN stancedb.actor o ON o.id = t.office_id"
            " WHERE o.slug IN ('prime-post', 'post') ORDER BY t.held"
        ).fetchall()
    migrate(url, lambda config: command.upgrade(config, "head"))
    return [(held, seat) for held, seat in found]


def test_seats_are_as_a_file_gives_them_now_and_the_changeset_lists_what_was_moved(run: Run, small_url: str) -> None:
    before = stances(run)
    assert seats(run) == SEATS

    below = down_and_up(small_url)

    assert {seat for held, seat in below if held in {"2014-01-01/2016-12-07", "2018/.."}} == {1}
    assert dict(below)["2016-12-07/2018"] > 1
    assert seats(run) == SEATS
    assert stances(run) == before
    messages = [row["message"] for row in answer(run, "changeset", "list") if "share its seat" in row["message"]]
    assert len(messages) == 1
    assert re.search(r"person-1 in prime-post, 2016-12-07/2018: seat \d becomes 1", messages[0])
    done(run("db", "check"))


def test_what_was_known_before_the_upgrade_keeps_the_seats_of_then(run: Run, small_url: str) -> None:
    down_and_up(small_url)
    (moved,) = (row["number"] for row in answer(run, "changeset", "list") if "share its seat" in row["message"])

    then = answer(run, "actor", "show", "prime-post", "--known-at", moved - 1)["tenures"]

    assert [row["seat"] for row in then] != [seat for _, seat in SEATS]


def test_a_file_that_is_loaded_again_finds_nothing_to_change(run: Run, small_url: str, tmp_path: Path) -> None:
    down_and_up(small_url)

    assert "nothing to change" in done(run("actor", "load", tmp_path / "popolo.json")).stderr


def test_a_list_that_was_written_before_the_upgrade_seats_nobody_twice(
    run: Run, small_url: str, tmp_path: Path
) -> None:
    down_and_up(small_url)
    listed = tmp_path / "listed.csv"
    listed.write_text("slug,kind,name,language,tenures\nperson-1,person,Person 1,und,prime-post#2@2016-12-07/2018\n")

    assert "nothing to change" in done(run("actor", "load", listed)).stderr
    assert seats(run) == SEATS


def test_a_second_seat_that_somebody_gave_by_hand_stays(run: Run, small_url: str) -> None:
    done(run("actor", "add", "post", "--kind", "office", "--name", "Post"))
    done(run("actor", "add", "x", "--kind", "person", "--name", "X", "--tenure", "post@2014-01-01/2016-12-07"))
    done(run("actor", "add", "y", "--kind", "person", "--name", "Y", "--tenure", "post#2@2016-12-07/.."))

    down_and_up(small_url)

    assert seats(run, "post") == [("2014-01-01/2016-12-07", 1), ("2016-12-07/..", 2)]


def test_where_no_tenures_meet_an_upgrade_writes_no_changeset_for_them(small_url: str) -> None:
    before = last_number(small_url)

    migrate(small_url, lambda config: command.downgrade(config, "relax_statement_tenure"))
    migrate(small_url, lambda config: command.upgrade(config, "head"))

    with psycopg.connect(small_url) as connection:
        written = connection.execute("SELECT message FROM stancedb.changeset WHERE number > %s", [before]).fetchall()
    assert [message for (message,) in written] == ["Derive all stances anew"]
