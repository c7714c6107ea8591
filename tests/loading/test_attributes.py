"""Attributes of actors and codings: how records write them, and the effect of later records."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.plugin import Run
from tests.support.worlds import CODEBOOK, LINE, answer, done, invoker, jsonl, last_number

pytest_plugins = ("tests.support.worlds",)

NORLAND = {"slug": "norland", "kind": "state", "name": "Norland"}


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the small world."""
    return invoker(small_url, tmp_path)


@pytest.fixture
def load(run: Run, tmp_path: Path) -> Callable[..., Any]:
    """Provide a function that loads records of a kind and returns the result."""
    numbers = iter(range(100))

    def loading(kind: str, *records: object) -> Any:  # noqa: ANN401 - Click's result
        return run(kind, "load", jsonl(tmp_path / f"records-{next(numbers)}.jsonl", *records))

    return loading


def of_actors(url: str, *, history: bool = False) -> list[tuple[Any, ...]]:
    """Return the attributes of actors, or their earlier versions."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT a.slug, x.key, x.value, x.during_edtf, x.during_from::text, x.during_to::text"
            f" FROM {'history' if history else 'stancedb'}.actor_attribute x JOIN stancedb.actor a ON a.id = x.actor_id"
            ' ORDER BY a.slug, x.key COLLATE "C", x.during'.encode()
        ).fetchall()


def of_codings(url: str, *, history: bool = False) -> list[tuple[Any, ...]]:
    """Return the attributes of codings, or their earlier versions."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            f"SELECT v.label, k.name, x.key, x.value FROM {'history' if history else 'stancedb'}.coding_attribute x"
            " JOIN stancedb.coding c ON c.id = x.coding_id JOIN stancedb.coder k ON k.id = c.coder_id"
            " JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id"
            ' ORDER BY v.label, k.name, x.key COLLATE "C"'.encode()
        ).fetchall()


class TestOfActors:
    def test_only_the_first_colon_parts_a_key_from_its_value(self, load: Callable[..., Any], small_url: str) -> None:
        done(load("actor", {**NORLAND, "attributes": ["site: https://n.example/@a:b|c ", "Site:x"]}))

        assert [row[:3] for row in of_actors(small_url)] == [
            ("norland", "Site", "x"),
            ("norland", "site", "https://n.example/@a:b|c"),
        ]

    def test_an_attribute_without_a_period_holds_always(self, load: Callable[..., Any], small_url: str) -> None:
        done(load("actor", {**NORLAND, "attributes": ["type:state"]}))

        assert of_actors(small_url) == [("norland", "type", "state", None, None, None)]

    def test_one_of_a_period_holds_then(self, load: Callable[..., Any], small_url: str) -> None:
        done(load("actor", {**NORLAND, "attributes": ["bloc@2001-05/2004:east", "bloc@2005/..:west"]}))

        assert [row[2:] for row in of_actors(small_url)] == [
            ("east", "2001-05/2004", "2001-05-01", "2005-01-01"),
            ("west", "2005/..", "2005-01-01", None),
        ]

    def test_a_record_that_leaves_them_out_changes_none(self, load: Callable[..., Any], small_url: str) -> None:
        done(load("actor", {**NORLAND, "attributes": ["type:state"]}))
        before = of_actors(small_url)
        done(load("actor", {**NORLAND, "citation": "a map"}))

        assert of_actors(small_url) == before

    def test_another_value_replaces_the_one_of_the_same_first_day(
        self, load: Callable[..., Any], small_url: str
    ) -> None:
        done(load("actor", {**NORLAND, "attributes": ["type:state", "bloc@2005/..:west"]}))
        done(load("actor", {**NORLAND, "attributes": ["type:country", "bloc@2005/2009:far west"]}))

        assert [row[1:4] for row in of_actors(small_url)] == [
            ("bloc", "far west", "2005/2009"),
            ("type", "country", None),
        ]

    def test_the_value_before_is_in_history(self, load: Callable[..., Any], small_url: str) -> None:
        done(load("actor", {**NORLAND, "attributes": ["type:state"]}))
        done(load("actor", {**NORLAND, "attributes": ["type:country"]}))

        assert [row[:3] for row in of_actors(small_url, history=True)] == [("norland", "type", "state")]

    def test_the_same_record_again_changes_nothing(self, load: Callable[..., Any]) -> None:
        record = {**NORLAND, "attributes": ["type:state", "bloc@2005/..:west"]}
        done(load("actor", record))

        assert "nothing to change" in done(load("actor", record)).stderr

    def test_a_value_that_was_set_by_hand_stays(self, run: Run, load: Callable[..., Any], small_url: str) -> None:
        done(load("actor", {**NORLAND, "attributes": ["type:state"]}))
        done(run("actor", "set", "norland", "--attribute", "type:kingdom"))
        said = done(load("actor", {**NORLAND, "attributes": ["type:country"]})).stderr

        assert [row[2] for row in of_actors(small_url)] == ["kingdom"]
        assert "actor attribute: 1 entered or corrected by a user, kept" in said

    def test_a_period_that_was_set_by_hand_stays(self, run: Run, load: Callable[..., Any], small_url: str) -> None:
        done(load("actor", {**NORLAND, "attributes": ["bloc@2005/..:west"]}))
        done(run("actor", "set", "norland", "--attribute", "bloc@2005/2007:west"))
        done(load("actor", {**NORLAND, "attributes": ["bloc@2005/2009:east"]}))

        assert [row[2:4] for row in of_actors(small_url)] == [("west", "2005/2007")]

    def test_the_command_adds_and_does_not_change(self, run: Run, small_url: str) -> None:
        add = ("actor", "add", "norland", "--kind", "state", "--name", "Norland", "--attribute")
        done(run(*add, "type:state"))
        refused = run(*add, "type:country")

        assert (refused.exit_code, [row[2] for row in of_actors(small_url)]) == (1, ["state"])
        assert "The actor attribute already exists with a different value" in refused.stderr

    def test_setting_one_that_is_new_adds_it(self, run: Run, small_url: str) -> None:
        done(run("actor", "set", "norland", "--attribute", "type:state", "--attribute", "bloc@2005/..:west"))

        assert [row[1:4] for row in of_actors(small_url)] == [("bloc", "west", "2005/.."), ("type", "state", None)]

    def test_setting_one_at_a_time_of_another_is_refused_by_the_rule(self, run: Run, load: Callable[..., Any]) -> None:
        done(load("actor", {**NORLAND, "attributes": ["bloc@2005/..:west"]}))
        refused = run("actor", "set", "norland", "--attribute", "bloc:east")

        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "An attribute must have a single value on any day; these periods overlap." in refused.stderr

    def test_setting_an_invalid_attribute_is_a_usage_error(self, run: Run) -> None:
        refused = run("actor", "set", "norland", "--attribute", "type=state")

        assert refused.exit_code == 2
        assert "'type=state' is not an attribute. Write key:value" in refused.stderr

    @pytest.mark.parametrize(
        ("attributes", "said"),
        [
            (["type"], "'type' is not an attribute. Write key:value, as in 'type:party', with the key on one line."),
            ([":state"], "':state' is not an attribute. Write key:value"),
            (["type: "], "is not an attribute. Write key:value"),
            (["@2005:west"], "is not an attribute. Write key:value"),
            (["a\nb:c"], "is not an attribute. Write key:value"),
            (["x" * 101 + ":y"], "is longer than 100 characters"),
            (["bloc@2005-13:west"], "'2005-13'"),
            (["bloc@2005/..:west", "bloc@2007:east"], "bloc@2005/..:west and bloc@2007:east overlap"),
            (["type:a", "type:b"], "type:a and type:b overlap. An attribute has one value at a time."),
            (["bloc@2005:a", "bloc@2005-01-01/2005-12-31:b"], "overlap. An attribute has one value at a time"),
        ],
    )
    def test_what_cannot_be_one_is_refused(
        self, load: Callable[..., Any], small_url: str, attributes: list[str], said: str
    ) -> None:
        refused = load("actor", {**NORLAND, "attributes": attributes})

        assert (refused.exit_code, of_actors(small_url)) == (1, [])
        assert "line 1: attributes:" in refused.stderr
        assert said in refused.stderr

    def test_one_that_overlaps_a_known_one_is_refused_with_it(self, load: Callable[..., Any], small_url: str) -> None:
        done(load("actor", {**NORLAND, "attributes": ["bloc:west"]}))
        refused = load("actor", {**NORLAND, "attributes": ["bloc@2020/..:east"]})

        assert refused.exit_code == 1
        assert "attributes: bloc@2020/..:east overlaps the existing bloc:west. Use the same first day" in refused.stderr
        done(load("actor", {**NORLAND, "attributes": ["bloc@../2019:west", "bloc@2020/..:east"]}))
        assert [row[2:4] for row in of_actors(small_url)] == [("west", "../2019"), ("east", "2020/..")]

    def test_a_cell_of_csv_separates_them_by_a_bar(self, run: Run, small_url: str, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("slug,kind,name,attributes\nnorland,state,Norland,type:state | bloc@2005:w\n")
        done(run("actor", "load", tmp_path / "a.csv"))

        assert [row[1:4] for row in of_actors(small_url)] == [("bloc", "w", "2005"), ("type", "state", None)]

    def test_an_export_to_csv_of_a_value_with_a_bar_is_refused_and_json_lines_carry_it(
        self, run: Run, load: Callable[..., Any], tmp_path: Path
    ) -> None:
        done(load("actor", {**NORLAND, "attributes": ["type:a|b"]}))
        refused = run("export", "actor", "--output", tmp_path / "a.csv")
        done(run("export", "actor", "--output", tmp_path / "a.jsonl"))

        assert refused.exit_code == 1
        assert "'norland' has 'type:a|b' among its attributes" in refused.stderr
        assert '"attributes": ["type:a|b"]' in (tmp_path / "a.jsonl").read_text(encoding="utf-8")

    def test_undoing_takes_them_back(self, run: Run, load: Callable[..., Any], small_url: str) -> None:
        done(load("actor", {**NORLAND, "attributes": ["type:state"]}))
        done(load("actor", {**NORLAND, "attributes": ["type:country", "bloc:west"]}))
        done(run("changeset", "undo", last_number(small_url)))

        assert [row[1:3] for row in of_actors(small_url)] == [("type", "state")]


class TestOfMergedActors:
    @pytest.fixture
    def merged(self, run: Run, load: Callable[..., Any]) -> Run:
        """Provide the world with one actor merged into another and attributes of both."""
        person = {"kind": "person", "name": "Ana Cole"}
        own = ["party@2020/..:River", "born:1970"]
        other = ["party@2015/2018:Lake", "party@2019/..:Sea", "born:1971", "seat:East"]
        done(load("actor", {**person, "slug": "ana-cole", "attributes": own}))
        done(load("actor", {**person, "slug": "a-cole", "attributes": other}))
        done(run("actor", "merge", "a-cole", "ana-cole"))
        return run

    def test_the_own_goes_before_that_of_the_same_time(self, merged: Run) -> None:
        shown = answer(merged, "actor", "show", "ana-cole")["attributes"]

        assert [(row["key"], row["value"], row["during"]) for row in shown] == [
            ("born", "1970", None),
            ("party", "Lake", "2015/2018"),
            ("party", "River", "2020/.."),
            ("seat", "East", None),
        ]

    def test_the_merged_one_shows_its_own(self, merged: Run) -> None:
        shown = answer(merged, "actor", "show", "a-cole")["attributes"]

        assert [row["value"] for row in shown] == ["1971", "Lake", "Sea", "East"]

    def test_of_two_merged_ones_the_first_by_slug_goes_before(self, merged: Run, load: Callable[..., Any]) -> None:
        third = {"slug": "cole-ana", "kind": "person", "name": "Cole", "attributes": ["seat:West", "height:180"]}
        done(load("actor", third))
        done(merged("actor", "merge", "cole-ana", "ana-cole"))
        shown = answer(merged, "actor", "show", "ana-cole")["attributes"]

        assert [row["value"] for row in shown if row["key"] in {"seat", "height"}] == ["180", "East"]

    def test_undoing_the_merge_parts_them_again(self, merged: Run, small_url: str) -> None:
        done(merged("changeset", "undo", last_number(small_url)))
        shown = answer(merged, "actor", "show", "ana-cole")["attributes"]

        assert [row["value"] for row in shown] == ["1970", "River"]

    def test_as_known_before_they_were_not_there(self, merged: Run) -> None:
        assert answer(merged, "actor", "show", "ana-cole", "--known-at", "4")["attributes"] == []


class TestOfCodings:
    def test_they_belong_to_the_coding(self, load: Callable[..., Any], small_url: str) -> None:
        done(load("statement", {**LINE, "coder": "ana", "attributes": ["frame:economy: jobs", "tone: @calm"]}))

        assert of_codings(small_url) == [
            ("dam-1.0", "ana", "frame", "economy: jobs"),
            ("dam-1.0", "ana", "tone", "@calm"),
        ]

    def test_each_coding_has_its_own(self, load: Callable[..., Any], small_url: str) -> None:
        other = {**LINE, "coder": "ben", "final": False, "status": "submitted", "attributes": ["frame:nature"]}
        done(load("statement", {**LINE, "coder": "ana", "attributes": ["frame:economy"]}, other))

        assert [row[1:] for row in of_codings(small_url)] == [
            ("ana", "frame", "economy"),
            ("ben", "frame", "nature"),
        ]

    def test_another_value_replaces_it_and_what_is_left_out_stays(
        self, load: Callable[..., Any], small_url: str
    ) -> None:
        done(load("statement", {**LINE, "coder": "ana", "attributes": ["frame:economy", "tone:calm"]}))
        done(load("statement", {**LINE, "coder": "ana", "attributes": ["frame:nature"]}))
        done(load("statement", {**LINE, "coder": "ana"}))

        assert [row[2:] for row in of_codings(small_url)] == [("frame", "nature"), ("tone", "calm")]
        assert [row[2:] for row in of_codings(small_url, history=True)] == [("frame", "economy")]

    def test_two_lines_of_one_coding_add_up(self, load: Callable[..., Any], small_url: str) -> None:
        done(
            load(
                "statement",
                {**LINE, "coder": "ana", "attributes": ["frame:economy"]},
                {**LINE, "coder": "ana", "attributes": ["tone:calm", "frame:economy"]},
            )
        )

        assert [row[2:] for row in of_codings(small_url)] == [("frame", "economy"), ("tone", "calm")]

    def test_two_lines_of_one_coding_that_differ_are_refused(self, load: Callable[..., Any], small_url: str) -> None:
        lines = [{**LINE, "coder": "ana", "attributes": [f"frame:{value}"]} for value in ("economy", "nature")]
        refused = load("statement", *lines)

        assert (refused.exit_code, of_codings(small_url)) == (1, [])
        assert "line 2: attributes: Line 1 gives 'frame' of this coding the value 'economy', but" in refused.stderr

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"attributes": ["frame"]}, "'frame' is not an attribute. Write key:value"),
            ({"attributes": ["frame@2020:x"]}, "has a period, but attributes of codings have none"),
            ({"attributes": ["frame:x", "frame:y"]}, "'frame' appears twice"),
            ({"attributes": ["frame:x"], "issue": None, "position": None}, "Attributes belong to a coding, which"),
        ],
    )
    def test_what_cannot_be_one_is_refused(
        self, load: Callable[..., Any], small_url: str, fields: dict[str, object], said: str
    ) -> None:
        line = {name: value for name, value in {**LINE, **fields}.items() if value is not None}
        refused = load("statement", line)

        assert (refused.exit_code, of_codings(small_url)) == (1, [])
        assert said in refused.stderr

    def test_a_command_adds_them_and_they_are_shown(self, run: Run) -> None:
        speech = ("--speaker", "ana-cole", "--said", "2025-03-01", "--slug", "s", "--issue", "dam")
        done(run("statement", "add", *speech, "--attribute", "tone:calm", "--attribute", "frame:x"))
        (coding,) = answer(run, "statement", "show", "s")["codings"]

        assert coding["attributes"] == "frame: x; tone: calm"
        assert answer(run, "coding", "list", "--statement", "s")[0]["attributes"] == "frame: x; tone: calm"

    def test_undoing_takes_them_back_with_the_coding(self, run: Run, load: Callable[..., Any], small_url: str) -> None:
        done(load("statement", {**LINE, "attributes": ["frame:economy"]}))
        done(run("changeset", "undo", last_number(small_url)))

        assert of_codings(small_url) == []
        assert len(of_codings(small_url, history=True)) == 0


class TestCarriedOver:
    @pytest.fixture
    def carried(self, run: Run, load: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
        """Load a coding with an attribute, carry it over to another version, and return a loader."""
        done(load("statement", {**LINE, "coder": "ana", "attributes": ["frame:economy"]}))
        newer = CODEBOOK.replace("dam-1.0", "dam-2.0").replace("2025-01-01", "2026-01-01")
        (tmp_path / "newer.toml").write_text(newer, encoding="utf-8")
        done(run("codebook", "load", tmp_path / "newer.toml"))
        done(run("coding", "carry", "--to", "dam-2.0"))
        return load

    @pytest.mark.usefixtures("carried")
    def test_the_attributes_are_carried_over_too(self, small_url: str) -> None:
        assert [(row[0], *row[2:]) for row in of_codings(small_url)] == [
            ("dam-1.0", "frame", "economy"),
            ("dam-2.0", "frame", "economy"),
        ]

    def test_a_later_file_corrects_one_that_a_file_brought(self, carried: Callable[..., Any], small_url: str) -> None:
        done(carried("statement", {**LINE, "coder": "ana", "attributes": ["frame:nature"]}))

        assert [(row[0], row[3]) for row in of_codings(small_url)] == [("dam-1.0", "economy"), ("dam-2.0", "nature")]

    def test_one_that_was_changed_by_hand_stays(self, carried: Callable[..., Any], small_url: str) -> None:
        with psycopg.connect(small_url) as connection:
            connection.execute("SELECT stancedb.open_changeset('ana', 'by hand')")
            connection.execute(
                "UPDATE stancedb.coding_attribute SET value = 'health' WHERE coding_id ="
                " (SELECT id FROM stancedb.coding WHERE carried_from_id IS NOT NULL)"
            )
        said = done(carried("statement", {**LINE, "coder": "ana", "attributes": ["frame:nature"]})).stderr

        assert [row[3] for row in of_codings(small_url)] == ["economy", "health"]
        assert "coding attribute: 1 entered or corrected by a user, kept" in said

    @pytest.mark.usefixtures("carried")
    def test_undoing_takes_the_copies_back(self, run: Run, small_url: str) -> None:
        done(run("changeset", "undo", last_number(small_url)))

        assert [(row[0], row[3]) for row in of_codings(small_url)] == [("dam-1.0", "economy")]
