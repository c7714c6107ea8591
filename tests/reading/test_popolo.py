"""Popolo JSON becomes actors, tenures and relations; omissions are reported, and a second load changes nothing."""

from __future__ import annotations

import json
from datetime import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stancedb.dates import parse_when
from stancedb.reading.popolo.parts import Period
from tests.support.build import open_changeset
from tests.support.plugin import Clone, Run
from tests.support.worlds import answer, done, invoker

pytest_plugins = ("tests.support.worlds",)

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
        {
            "person_id": "p-10001",
            "organization_id": "house-12345",
            "on_behalf_of_id": "party/green",
            "legislative_period_id": "term/1",
        },
        {"person_id": "p-10001", "organization_id": "house-12345", "start_date": "2012", "end_date": "2016-05"},
        {"person_id": "p-10002", "post_id": "post-12345", "start_date": "2011-03", "end_date": "2013-01-02"},
        {"person_id": "p-10003", "post_id": "post-12345", "start_date": "2013-01-02"},
        {"person_id": "p-10003", "post_id": "post-12345"},
        {"person_id": "p-99999", "organization_id": "house-12345"},
        {"person_id": "p-10001", "organization_id": "house-12345", "start_date": "2019", "end_date": "2018"},
    ],
    "events": [{"id": "term/1", "start_date": "2010-01-01", "end_date": "2014-01-01"}],
    "areas": [{"id": "a"}, {"id": "b"}],
}


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the small world."""
    return invoker(small_url, tmp_path)


def document(directory: Path, said: object, name: str = "popolo.json") -> Path:
    """Write a JSON file and return its path."""
    path = directory / name
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


def test_names_and_identifiers_come_along(run: Run, tmp_path: Path) -> None:
    done(run("actor", "load", document(tmp_path, DOCUMENT), "--source", "norland"))

    shown = answer(run, "actor", "show", "ida-moe")
    assert {(name["language"], name["name"]) for name in shown["names"]} == {
        ("und", "Ida Moe"),
        ("ja", "イダ・モー"),
        ("und", "イダ"),
        ("und", "Moe, Ida"),
    }
    assert {(item["scheme"], item["value"]) for item in shown["identifiers"]} == {
        ("wikidata", "Q4711"),
        ("popolo", "norland/p-10001"),
        ("popolo", "viaf/0123456"),
    }


def test_overlapping_memberships_of_one_body_are_one_relation(run: Run, tmp_path: Path) -> None:
    done(run("actor", "load", document(tmp_path, DOCUMENT)))

    relations = answer(run, "actor", "show", "ida-moe")["relations"]
    assert {(item["object"], item["during"]) for item in relations} == {
        ("house", "2010-01-01/2016-05"),
        ("greens", "2010-01-01/2014-01-01"),
    }


def test_a_membership_of_a_post_is_a_tenure_and_who_shares_a_day_has_the_same_seat(run: Run, tmp_path: Path) -> None:
    done(run("actor", "load", document(tmp_path, DOCUMENT)))

    tenures = answer(run, "actor", "show", "minister-of-dams")["tenures"]
    assert [(item["seat"], item["held"]) for item in tenures] == [(1, "2011-03/2013-01-02"), (1, "2013-01-02/..")]


def test_who_overlaps_another_beyond_the_precision_has_another_seat(run: Run, tmp_path: Path) -> None:
    said = document(tmp_path, posted(("2010-03", "2013-01-02"), ("2013-01-01", "2015"), ("2015-06", None)))

    assert (
        "1 tenures overlap another tenure of the same post and were given their own seat."
        in done(run("actor", "load", said)).stderr
    )
    tenures = answer(run, "actor", "show", "prime-post")["tenures"]
    assert [(item["held"], item["seat"]) for item in tenures] == [
        ("2010-03/2013-01-02", 1),
        ("2013-01-01/2015", 2),
        ("2015-06/..", 1),
    ]
    assert "nothing to change" in done(run("actor", "load", said)).stderr


@pytest.mark.parametrize(
    "dates",
    [
        (("2014-01-01", "2016-12-07"), ("2016-12-07", None)),
        (("2014", "2016"), ("2016", None)),
        (("2014", "2016-12"), ("2016-12-07", None)),
        (("2014", "2016-12-07"), ("2016", "2018"), ("2018", None)),
        (("2014", "2016"), ("2016", "2016"), ("2016", None)),
        (("2014", "2016-12-07"), ("2016-12-07", "2016-12-07"), ("2016-12-07", None)),
    ],
)
def test_tenures_that_meet_are_a_handover_in_every_format(
    run: Run, clone: Clone, template: str, tmp_path: Path, dates: tuple[tuple[str, str | None], ...]
) -> None:
    done(run("actor", "load", document(tmp_path, posted(*dates))))
    assert [item["seat"] for item in answer(run, "actor", "show", "prime-post")["tenures"]] == [1] * len(dates)

    done(run("export", "actor", "--output", tmp_path / "out.csv"))

    with clone(template) as empty:
        other = invoker(empty, tmp_path)
        done(other("actor", "load", tmp_path / "out.csv"))
        assert (
            answer(other, "actor", "show", "prime-post")["tenures"]
            == answer(run, "actor", "show", "prime-post")["tenures"]
        )
        assert "nothing to change" in done(other("actor", "load", document(tmp_path, posted(*dates)))).stderr


def posted(*dates: tuple[str, str | None]) -> dict[str, Any]:
    """Return a document with one post that persons held one after another."""
    memberships = [
        {"person_id": f"person-{number}", "post_id": "pp", "start_date": start, "end_date": end}
        for number, (start, end) in enumerate(dates)
    ]
    return {
        "persons": [{"id": f"person-{number}", "name": f"Person {number}"} for number in range(len(dates))],
        "organizations": [{"id": "ex2", "name": "Exec Two", "classification": "executive"}],
        "posts": [{"id": "pp", "label": "Prime Post", "organization_id": "ex2"}],
        "memberships": memberships,
    }


EDTF = (
    "2014-01-01/2016-12-07",
    "2014/2016",
    "2014-03/2016-12",
    "2016/2016",
    "2016-12/2016-12",
    "2016-12-07/2016-12-07",
    "2014/..",
    "../2016-12",
    "2014?/2016-12~",
    "201X/2023",
    "2016-23/2017-24",
    "2016-33/2016-36",
    "2016-40/2017-41",
    "2014-XX/2016-12-XX",
    "2016/2017-03",
    "2016-06-15/2016",
    "2015-07/2016-01-01",
    "2016-37/2017-38",
    "19XX/2003",
)


@pytest.mark.parametrize("edtf", EDTF)
def test_the_database_knows_for_how_long_a_seat_is_held_as_the_reader_does(connection_url: str, edtf: str) -> None:
    start, end = (None if side == ".." else side for side in edtf.split("/"))
    held = parse_when(edtf).daterange()

    with psycopg.connect(connection_url) as connection:
        row = connection.execute(
            "SELECT lower(c), upper(c), lower_inc(c) FROM stancedb.tenure_certain(%s, %s) c", [held, edtf]
        ).fetchone()

    assert row is not None
    first, last, is_moment = row
    assert {at.time() for at in (first, last) if at} == {time(12)}
    begin, close = Period(start, end).certain
    assert is_moment == (begin == close)
    assert first is None if start is None else begin == 2 * first.toordinal() + (not is_moment)
    assert last is None if end is None else close == 2 * last.toordinal() - (not is_moment)


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


def parliament(letter: str, number: int, **more: Any) -> dict[str, Any]:
    """Return a file whose house, party, post and member have the same ids as in all other files."""
    return {
        "persons": [{"id": "p1", "name": f"Member {letter}"}],
        "organizations": [
            {
                "id": "legislature",
                "name": "House of Commons",
                "classification": "legislature",
                "identifiers": [{"scheme": "wikidata", "identifier": f"Q9000{number}"}],
            },
            {
                "id": "party/green",
                "name": "Greens",
                "classification": "party",
                "identifiers": [{"scheme": "electoral-commission", "identifier": "7"}],
            },
        ],
        "posts": [{"id": "speaker", "label": "Speaker", "organization_id": "legislature"}],
        "memberships": [
            {
                "person_id": "p1",
                "organization_id": "legislature",
                "on_behalf_of_id": "party/green",
                "legislative_period_id": "term/1",
                "area_id": "area/1",
            },
            {"person_id": "p1", "post_id": "speaker", "start_date": f"201{number}"},
        ],
        "events": [{"id": "term/1", "start_date": f"200{number}-01", "end_date": f"200{number}-12"}],
        "areas": [{"id": "area/1"}],
        **more,
    }


def load_parliaments(run: Run, directory: Path) -> list[Path]:
    """Load five files of one name in five folders and return their paths."""
    paths = []
    for number, letter in enumerate("ABCDE", start=1):
        folder = directory / letter
        folder.mkdir()
        paths.append(document(folder, parliament(letter, number), "ep-popolo-v1.0.json"))
        done(run("actor", "load", paths[-1]))
    return paths


def named(run: Run, name: str) -> list[str]:
    """Return the slugs of the actors of a name."""
    return [row["actor"] for row in answer(run, "actor", "list") if row["name"] == name]


def test_five_houses_of_one_local_id_are_five_actors_of_their_own_members(run: Run, tmp_path: Path) -> None:
    load_parliaments(run, tmp_path)

    houses = named(run, "House of Commons")
    assert len(houses) == 5
    for number, letter in enumerate("ABCDE", start=1):
        shown = answer(run, "actor", "show", f"member-{letter.lower()}")
        relations = {item["object"]: item["during"] for item in shown["relations"]}
        assert set(relations.values()) == {f"200{number}-01/200{number}-12"}
        (own,) = set(relations) & set(houses)
        assert {"scheme": "wikidata", "value": f"Q9000{number}"} in answer(run, "actor", "show", own)["identifiers"]


@pytest.mark.parametrize("name", ["Greens", "Speaker"])
def test_five_parties_and_posts_of_one_local_id_are_five(run: Run, tmp_path: Path, name: str) -> None:
    load_parliaments(run, tmp_path)

    assert len(named(run, name)) == 5


def test_each_of_five_files_is_known_again(run: Run, tmp_path: Path) -> None:
    for path in load_parliaments(run, tmp_path):
        assert "nothing to change" in done(run("actor", "load", path)).stderr


def test_a_file_is_known_again_where_it_was_moved(run: Run, tmp_path: Path) -> None:
    paths = load_parliaments(run, tmp_path)
    moved = paths[0].rename(tmp_path / "moved.json")

    assert "nothing to change" in done(run("actor", "load", moved)).stderr


def test_a_later_edition_at_the_same_place_is_of_the_same_source(run: Run, tmp_path: Path) -> None:
    done(run("actor", "load", document(tmp_path, parliament("A", 1))))
    later = parliament("A", 1)
    later["persons"].append({"id": "p2", "name": "Member Z"})

    told = done(run("actor", "load", document(tmp_path, later))).stderr

    assert "Treated as a later edition of the file loaded earlier from the same path" in told
    assert (len(named(run, "Member A")), len(named(run, "Member Z"))) == (1, 1)


def load_before_sources(run: Run, url: str, path: Path, *, behind: str = "") -> None:
    """Load a file, and keep only what a version without sources would have stored."""
    done(run("actor", "load", path, "--source", "gone"))
    with psycopg.connect(url) as connection:
        open_changeset(connection)
        connection.execute("UPDATE stancedb.load SET source = NULL, place_sha256 = NULL WHERE source = 'gone'")
        connection.execute(
            "UPDATE stancedb.actor_identifier SET value = %s || substr(value, 6) WHERE value LIKE 'gone/%%'", (behind,)
        )


@pytest.mark.parametrize("behind", ["", "legislature/"])
def test_an_edition_of_a_file_loaded_before_sources_were_kept_duplicates_nobody(
    run: Run, small_url: str, tmp_path: Path, behind: str
) -> None:
    load_before_sources(run, small_url, document(tmp_path, parliament("A", 1)), behind=behind)
    later = parliament("A", 1)
    later["organizations"][1]["name"] = "The Greens"
    later["posts"].append({"id": "clerk", "label": "Clerk"})

    loaded = done(run("actor", "load", document(tmp_path, later)))

    assert "a file of that name loaded before sources were recorded" in loaded.stderr
    assert len(answer(run, "actor", "list", "--kind", "party")) == 1
    assert [len(named(run, name)) for name in ("Member A", "Speaker", "Clerk")] == [1, 1, 1]
    assert "nothing to change" in done(run("actor", "load", document(tmp_path, later))).stderr


def test_another_file_of_the_name_of_one_loaded_before_sources_were_kept_joins_nothing(
    run: Run, small_url: str, tmp_path: Path
) -> None:
    load_before_sources(run, small_url, document(tmp_path, parliament("A", 1)))

    done(run("actor", "load", document(tmp_path, parliament("B", 2))))

    assert [len(named(run, name)) for name in ("House of Commons", "Greens", "Speaker")] == [2, 2, 2]


def test_a_named_source_is_remembered_with_the_file(run: Run, tmp_path: Path) -> None:
    path = document(tmp_path, parliament("A", 1))
    done(run("actor", "load", path, "--source", "norland"))

    assert "nothing to change" in done(run("actor", "load", path)).stderr


def test_a_file_that_brought_nothing_new_is_remembered_too(run: Run, tmp_path: Path) -> None:
    persons = DOCUMENT["persons"]
    done(run("actor", "load", document(tmp_path, persons), "--source", "norland"))
    lines = tmp_path / "lines.json"
    lines.write_text("".join(f"{json.dumps(person)}\n" for person in persons), encoding="utf-8")
    done(run("actor", "load", lines, "--source", "norland"))

    assert "nothing to change" in done(run("actor", "load", lines)).stderr


def test_a_later_edition_elsewhere_is_of_the_source_that_is_named(run: Run, tmp_path: Path) -> None:
    done(run("actor", "load", document(tmp_path, parliament("A", 1), "2024.json"), "--source", "norland"))
    later = parliament("A", 1)
    later["organizations"][1]["name"] = "The Greens"

    done(run("actor", "load", document(tmp_path, later, "2025.json"), "--source", "norland"))

    assert len(answer(run, "actor", "list", "--kind", "party")) == 1


@pytest.mark.parametrize(
    ("scheme", "value"),
    [("wikidata", "Q4711"), ("iso3166-1-alpha2", "NO"), ("un-m49", "578"), ("viaf", "12"), ("ISNI", "0000 0001")],
)
def test_an_identifier_of_a_world_wide_scheme_joins_two_files(
    run: Run, tmp_path: Path, scheme: str, value: str
) -> None:
    for name in ("one", "two"):
        body = {"id": name, "name": "Norge", "identifiers": [{"scheme": scheme, "identifier": value}]}
        done(run("actor", "load", document(tmp_path, {"organizations": [body]}, f"{name}.json")))

    assert [row["name"] for row in answer(run, "actor", "list", "--kind", "organization")] == ["Norge"]


def test_an_identifier_of_a_publisher_joins_no_two_files(run: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        body = {"id": name, "name": name, "identifiers": [{"scheme": "register", "identifier": "12345"}]}
        done(run("actor", "load", document(tmp_path, {"organizations": [body]}, f"{name}.json")))

    assert len(answer(run, "actor", "list", "--kind", "organization")) == 2


def test_a_uuid_joins_two_files(run: Run, tmp_path: Path) -> None:
    person = {"id": "75ac3ee7-c2c7-4ec6-9fe3-b7a2c3a7c5e5", "name": "Ida Moe"}
    for name in ("one", "two"):
        done(run("actor", "load", document(tmp_path, {"persons": [person], "areas": [name]}, f"{name}.json")))

    assert named(run, "Ida Moe") == ["ida-moe"]


def test_two_identifiers_of_one_world_wide_scheme_do_not_meet_by_a_local_id(run: Run, tmp_path: Path) -> None:
    done(run("actor", "load", document(tmp_path, parliament("A", 1, posts=[]), "a.json"), "--source", "norland"))
    other = document(tmp_path, parliament("B", 2, posts=[]), "b.json")

    refused = run("actor", "load", other, "--source", "norland")

    assert refused.exit_code == 1
    assert "'house-of-commons' would have two identifiers of one scheme, wikidata:Q90001 and wikidata:Q90002" in (
        refused.stderr
    )
    done(run("actor", "load", other, "--source", "norland", "--force"))
    # What was forced exists now, and is not a reason to reject the file again.
    assert "nothing to change" in done(run("actor", "load", other, "--source", "norland")).stderr


def test_two_identifiers_of_one_world_wide_scheme_do_not_come_with_one_record(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "actors.csv"
    path.write_text("slug,kind,name,identifiers\nx,person,X,wikidata:Q7|wikidata:Q8\n", encoding="utf-8")

    refused = run("actor", "load", path)

    assert refused.exit_code == 1
    assert f"{path}, line 2: identifiers: 'x' would have two identifiers of one scheme" in refused.stderr
    done(run("actor", "load", path, "--force"))


def test_two_identifiers_of_one_world_wide_scheme_do_not_meet_by_a_slug(run: Run, tmp_path: Path) -> None:
    for number in (7, 8):
        (tmp_path / f"{number}.csv").write_text(
            f"slug,kind,name,identifiers\nhouse,organization,House,wikidata:Q{number}\n", encoding="utf-8"
        )
    done(run("actor", "load", tmp_path / "7.csv"))

    assert run("actor", "load", tmp_path / "8.csv").exit_code == 1
    added = ("actor", "add", "house", "--kind", "organization", "--name", "House", "--identifier", "wikidata:Q8")
    assert run(*added).exit_code == 1
    done(run(*added, "--force"))


def test_two_identifiers_of_one_world_wide_scheme_do_not_meet_by_a_merge(run: Run) -> None:
    for slug, item in (("one", "Q7"), ("two", "Q8"), ("three", "Q7000")):
        done(run("actor", "add", slug, "--kind", "person", "--name", slug, "--identifier", f"wikidata:{item}"))

    refused = run("actor", "merge", "one", "two")

    assert refused.exit_code == 1
    assert "'one' is wikidata:Q7 and 'two' is wikidata:Q8" in refused.stderr
    done(run("actor", "merge", "one", "two", "--force"))
    # Actors merged into an actor are separated with it.
    assert run("actor", "merge", "two", "three").exit_code == 1


def test_a_source_goes_with_a_popolo_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "actors.csv"
    path.write_text("slug,kind,name\nx,person,X\n", encoding="utf-8")

    assert run("actor", "load", path, "--source", "norland").exit_code == 2


@pytest.mark.parametrize("name", ["", "a/b", "Nor Land", "x" * 61])
def test_a_source_has_a_plain_name(run: Run, tmp_path: Path, name: str) -> None:
    refused = run("actor", "load", document(tmp_path, DOCUMENT), "--source", name)

    assert refused.exit_code == 2
    assert "Invalid source name" in refused.stderr


@pytest.mark.parametrize(
    "said",
    [
        "Loaded: 3 persons, 2 organizations, 1 posts, 4 memberships.",
        "Not loaded of areas: no actor is created from these (2).",
        "Not loaded of persons: field birth_date (1), without a name (1).",
        "Not loaded of memberships: in a post, without any date (1), of a person who is not in the file (1), with",
        "1 memberships merged with an overlapping membership of the same body.",
    ],
)
def test_omissions_are_counted(run: Run, tmp_path: Path, said: str) -> None:
    assert said in done(run("actor", "load", document(tmp_path, DOCUMENT))).stderr


def test_an_array_or_lines_of_one_class_load(run: Run, tmp_path: Path) -> None:
    persons = DOCUMENT["persons"]
    lines = tmp_path / "lines.json"
    lines.write_text("".join(f"{json.dumps(person)}\n" for person in persons), encoding="utf-8")
    done(run("actor", "load", document(tmp_path, persons), "--source", "norland"))

    assert "nothing to change" in done(run("actor", "load", lines, "--source", "norland")).stderr


@pytest.mark.parametrize("odd", ["\0", "\ud800"])
def test_an_id_that_no_database_can_hold_is_refused_with_its_place(run: Run, tmp_path: Path, odd: str) -> None:
    said = {"persons": [{"id": f"p-{odd}", "name": "Ida Moe"}]}
    path = tmp_path / "popolo.json"
    path.write_text(json.dumps(said), encoding="utf-8")

    refused = run("actor", "load", path)

    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"Error: {path}, {said['persons'][0]['id']!r}: identifiers")


def test_a_value_that_is_not_a_list_is_refused(run: Run, tmp_path: Path) -> None:
    refused = run("actor", "load", document(tmp_path, {"persons": [], "posts": "none"}))

    assert refused.exit_code == 1
    assert "'posts' is not a list. Popolo requires a list of objects there." in refused.stderr


def test_a_database_with_actors_takes_more_at_a_third_of_the_rate_of_an_empty_one(run: Run, tmp_path: Path) -> None:
    seconds = []
    for letter in "AB":
        members = [{"id": f"p{number}", "name": f"Member {letter}{number}"} for number in range(1000)]
        memberships = [
            {
                "person_id": f"p{number}",
                "organization_id": "legislature",
                "start_date": f"{start}-05-01",
                "end_date": f"{start + 5}-04-30",
            }
            for number in range(1000)
            for start in (1990 + 5 * (number % 3), 2005)
        ]
        said = parliament(letter, 1, persons=members, memberships=memberships)
        said["organizations"][0]["identifiers"] = []
        told = done(run("actor", "load", document(tmp_path, said, f"{letter}.json"))).stderr
        seconds.append(float(told.rpartition(" rejected, in ")[2].partition(" s")[0]))

    # The given second allows for other load on the machine.
    assert seconds[1] < 3 * seconds[0] + 1
