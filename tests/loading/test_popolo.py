"""Popolo JSON becomes actors, tenures and relations; what is not taken is said, and a second load changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.operations.worlds import answer, done, invoker

pytest_plugins = ("tests.operations.worlds",)

DOCUMENT: dict[str, Any] = {
    "persons": [
        {
            "id": "p-10001",
            "name": "Ida Moe",
            "sort_name": "Moe, Ida",
            "birth_date": "1960-01-01",
            "other_names": [{"lang": "ja", "name": "イダ・モー"}, {"lang": "kana", "name": "イダ"}],
            "identifiers": [
                {"scheme": "wikidata", "identifier": "Q4711"},
                {"scheme": "viaf", "identifier": "0123456"},
            ],
        },
        {"id": "p-10002", "name": "Jo Lund"},
        {"id": "p-10003", "name": "Jo Lund"},
        {"id": "p-10004"},
    ],
    "organizations": [
        {"id": "house-12345", "name": "House", "classification": "legislature"},
        {"id": "party/green", "name": "Greens", "classification": "party"},
    ],
    "posts": [{"id": "post-12345", "label": "Minister of Dams", "organization_id": "house-12345"}],
    "memberships": [
        {"person_id": "p-10001", "organization_id": "house-12345", "on_behalf_of_id": "party/green",
         "legislative_period_id": "term/1"},
        {"person_id": "p-10001", "organization_id": "house-12345", "start_date": "2012", "end_date": "2016-05"},
        {"person_id": "p-10002", "post_id": "post-12345", "start_date": "2011-03", "end_date": "2013-01-02"},
        {"person_id": "p-10003", "post_id": "post-12345", "start_date": "2013-01-02"},
        {"person_id": "p-10003", "post_id": "post-12345"},
        {"person_id": "p-99999", "organization_id": "house-12345"},
        {"person_id": "p-10001", "organization_id": "house-12345", "start_date": "2019", "end_date": "2018"},
    ],
    "events": [{"id": "term/1", "start_date": "2010-01-01", "end_date": "2014-01-01"}],
    "areas": [{"id": "a"}, {"id": "b"}],
}  # fmt: skip


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Give a function that runs one line of ``stancedb`` on the small world."""
    return invoker(small_url, tmp_path)


def document(directory: Path, said: object, name: str = "popolo.json") -> Path:
    """Write a JSON file and return its path."""
    path = directory / name
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


def test_names_and_identifiers_come_along(run: Run, tmp_path: Path) -> None:
    done(run("actor", "load", document(tmp_path, DOCUMENT)))

    shown = answer(run, "actor", "show", "ida-moe")
    assert {(name["language"], name["name"]) for name in shown["names"]} == {
        ("und", "Ida Moe"), ("ja", "イダ・モー"), ("und", "イダ"), ("und", "Moe, Ida"),
    }  # fmt: skip
    assert {(item["scheme"], item["value"]) for item in shown["identifiers"]} == {
        ("wikidata", "Q4711"), ("popolo", "p-10001"), ("popolo", "viaf/0123456"),
    }  # fmt: skip


def test_overlapping_memberships_of_one_body_are_one_relation(run: Run, tmp_path: Path) -> None:
    done(run("actor", "load", document(tmp_path, DOCUMENT)))

    relations = answer(run, "actor", "show", "ida-moe")["relations"]
    assert {(item["object"], item["during"]) for item in relations} == {
        ("house", "2010-01-01/2016-05"), ("greens", "2010-01-01/2014-01-01"),
    }  # fmt: skip


def test_a_membership_of_a_post_is_a_tenure_and_who_overlaps_has_another_seat(run: Run, tmp_path: Path) -> None:
    done(run("actor", "load", document(tmp_path, DOCUMENT)))

    tenures = answer(run, "actor", "show", "minister-of-dams")["tenures"]
    assert [(item["seat"], item["held"]) for item in tenures] == [(1, "2011-03/2013-01-02"), (2, "2013-01-02/..")]


def test_a_slug_has_every_letter_of_the_name(run: Run, tmp_path: Path) -> None:
    names = ["Łucja Żółć", "Søren Strauß", "Zoé O'Neil"]
    persons = [{"id": f"p-{number}", "name": name} for number, name in enumerate(names)]
    done(run("actor", "load", document(tmp_path, {"persons": persons})))

    slugs = {row["name"]: row["actor"] for row in answer(run, "actor", "list") if row["name"] in names}
    assert [slugs[name] for name in names] == ["lucja-zolc", "soren-strauss", "zoe-oneil"]


def test_namesakes_stay_two(run: Run, tmp_path: Path) -> None:
    done(run("actor", "load", document(tmp_path, DOCUMENT)))

    slugs = [row["actor"] for row in answer(run, "actor", "list") if row["name"] == "Jo Lund"]
    assert len(slugs) == 2
    assert all(slug.startswith("jo-lund-") for slug in slugs)


def test_a_namesake_in_the_database_is_not_touched(run: Run, tmp_path: Path) -> None:
    before = answer(run, "actor", "show", "ana-cole")

    done(run("actor", "load", document(tmp_path, {"persons": [{"id": "p-1", "name": "Ana Cole"}]})))

    assert answer(run, "actor", "show", "ana-cole") == before
    assert len([row for row in answer(run, "actor", "list") if row["name"] == "Ana Cole"]) == 2


def test_a_known_identifier_finds_the_actor_who_keeps_the_main_name(run: Run, tmp_path: Path) -> None:
    done(run("actor", "add", "moe", "--kind", "person", "--name", "I. Moe", "--identifier", "wikidata:Q4711"))

    done(run("actor", "load", document(tmp_path, DOCUMENT)))

    shown = answer(run, "actor", "show", "moe")
    assert shown["name"] == "I. Moe"
    assert "Ida Moe" in [name["name"] for name in shown["names"]]


def test_loading_twice_changes_nothing(run: Run, tmp_path: Path) -> None:
    path = document(tmp_path, DOCUMENT)
    done(run("actor", "load", path))

    assert "nothing to change" in done(run("actor", "load", path)).stderr


def test_the_same_short_id_in_two_legislatures_is_two_parties(run: Run, tmp_path: Path) -> None:
    done(run("actor", "load", document(tmp_path, DOCUMENT)))
    other = {"organizations": [{"id": "house-98765", "name": "Senate", "classification": "legislature"},
                               {"id": "party/green", "name": "Verdes", "classification": "party"}]}  # fmt: skip

    done(run("actor", "load", document(tmp_path, other, "other.json")))

    assert {row["actor"] for row in answer(run, "actor", "list", "--kind", "party")} == {"greens", "verdes"}


@pytest.mark.parametrize(
    "said",
    [
        "taken: 3 persons, 2 organizations, 1 posts, 4 memberships",
        "of areas not taken: no actor is made of these (2)",
        "of persons not taken: field birth_date (1), without a name (1)",
        "of memberships not taken: in a post, without any date (1), of a person who is not in the file (1), with dates",
        "1 memberships joined with an overlapping one of the same body",
        "1 tenures overlap another of their post and have a seat of their own",
    ],
)
def test_what_is_not_taken_is_counted(run: Run, tmp_path: Path, said: str) -> None:
    assert said in done(run("actor", "load", document(tmp_path, DOCUMENT))).stderr


def test_an_array_or_lines_of_one_class_load(run: Run, tmp_path: Path) -> None:
    persons = DOCUMENT["persons"]
    lines = tmp_path / "lines.json"
    lines.write_text("".join(f"{json.dumps(person)}\n" for person in persons), encoding="utf-8")
    done(run("actor", "load", document(tmp_path, persons)))

    assert "nothing to change" in done(run("actor", "load", lines)).stderr


@pytest.mark.parametrize("odd", ["\0", "\ud800"])
def test_an_id_that_no_database_can_hold_is_refused_with_its_place(run: Run, tmp_path: Path, odd: str) -> None:
    said = {"persons": [{"id": f"p-{odd}", "name": "Ida Moe"}]}
    path = tmp_path / "popolo.json"
    path.write_text(json.dumps(said), encoding="utf-8")

    refused = run("actor", "load", path)

    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"Error: {path}, {said['persons'][0]['id']!r}: identifiers")


def test_a_list_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    refused = run("actor", "load", document(tmp_path, {"persons": [], "posts": "none"}))

    assert refused.exit_code == 1
    assert "'posts' is no list; Popolo has a list of objects there" in refused.stderr
