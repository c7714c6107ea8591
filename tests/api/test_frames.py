"""Answers become data frames in which days are dates and positions have the order of the scale."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date
from types import ModuleType

import pandas as pd
import psycopg
import pytest

import stancedb
from stancedb.api import frames
from stancedb.api.answer import Answer, Place, columns_of
from stancedb.api.rows import Codebook, Move, Outlet

pytest_plugins = ("tests.support.worlds",)

ISSUE = "jp-taiwan-use-of-force"


@pytest.fixture(scope="module")
def database(seeded_once: str) -> Iterator[stancedb.Database]:
    """Provide the seeds, opened for reading."""
    with stancedb.connect(seeded_once) as database:
        yield database


@pytest.fixture(scope="module")
def scale(seeded_once: str) -> list[str]:
    """Return the positions of the issue by rank, as in the table."""
    with psycopg.connect(seeded_once) as connection:
        rows = connection.execute(
            "SELECT p.slug FROM stancedb.position p JOIN stancedb.issue i ON i.id = p.issue_id WHERE i.slug = %s"
            " ORDER BY p.rank NULLS LAST, p.slug",
            [ISSUE],
        )
        return [slug for (slug,) in rows]


class TestPandas:
    def test_positions_are_an_ordered_categorical_by_rank(self, database: stancedb.Database, scale: list[str]) -> None:
        positions = database.timeline(holder="japan", issue=ISSUE).to_pandas()["position"]

        assert ([*positions.cat.categories], positions.cat.ordered) == (scale, True)

    def test_positions_of_several_issues_have_no_order(self, database: stancedb.Database) -> None:
        assert not database.as_of().to_pandas()["position"].cat.ordered

    def test_rules_side_by_side_are_positions(self, database: stancedb.Database, scale: list[str]) -> None:
        frame = database.compare(holder="japan", issue=ISSUE, rules=["latest-word", "authoritative"]).to_pandas()

        assert [*frame] == ["since", "until", "valid_last", "latest-word", "authoritative", "rules_agree"]
        assert [*frame["authoritative"].cat.categories] == scale

    def test_columns_have_the_types_of_their_values(self, database: stancedb.Database) -> None:
        frame = database.changes(with_initial=True).to_pandas()
        expected = {
            "window_from": "datetime64[s]",
            "delta_rank": "Int64",
            "delta_score": "float64",
            "pending": "boolean",
            "quote": "string",
        }

        assert {name: str(frame[name].dtype) for name in expected} == expected

    def test_values_are_those_of_the_rows(self, database: stancedb.Database) -> None:
        answer = database.changes(with_initial=True)
        frame = answer.to_pandas()

        for row, (_, line) in zip(answer, frame.iterrows(), strict=True):
            for name, value in row.to_dict().items():
                if value is None:
                    assert pd.isna(line[name]), name
                else:
                    assert (line[name].date() if isinstance(value, date) else line[name]) == value, name

    def test_days_before_nanoseconds_are_days_too(self) -> None:
        answer = Answer([Codebook("x-1", date(1648, 10, 24), 0, None)], columns=columns_of(Codebook), known_at=1)

        assert answer.to_pandas()["issued_on"][0].date() == date(1648, 10, 24)

    def test_it_says_what_it_rests_on(self, database: stancedb.Database) -> None:
        said = database.timeline(holder="japan", issue=ISSUE, rule="authoritative").to_pandas().attrs

        assert (said["rule"], said["known_at"]) == ("authoritative", 2)
        assert said["columns"]["evidence"] == "Number of statements behind the stance."
        assert said["positions"]["strategic-ambiguity"]

    def test_no_rows_have_the_scale_of_the_issue_asked_about(
        self, database: stancedb.Database, scale: list[str]
    ) -> None:
        nothing = database.changes(holder="taiwan", issue=ISSUE).to_pandas()

        assert len(nothing) == 0
        assert [*nothing["to_position"].cat.categories] == scale

    def test_no_rows_have_all_columns(self, database: stancedb.Database) -> None:
        empty = database.duplicates()

        assert [*empty.to_pandas()] == [*empty.columns]


class TestPolars:
    @pytest.fixture
    def pl(self) -> ModuleType:
        module: ModuleType = pytest.importorskip("polars", reason="polars is an extra that is not installed")
        return module

    def test_positions_are_an_enum_by_rank(self, pl: ModuleType, database: stancedb.Database, scale: list[str]) -> None:
        frame = database.timeline(holder="japan", issue=ISSUE).to_polars()

        assert frame.schema["position"] == pl.Enum(scale)

    def test_columns_have_the_types_of_their_values(self, pl: ModuleType, database: stancedb.Database) -> None:
        schema = database.changes(with_initial=True).to_polars().schema

        assert (schema["window_from"], schema["delta_rank"], schema["pending"]) == (pl.Date(), pl.Int64(), pl.Boolean())

    @pytest.mark.usefixtures("pl")
    @pytest.mark.parametrize("method", ["changes", "rules", "changesets", "codings"])
    def test_values_are_those_of_the_rows(self, database: stancedb.Database, method: str) -> None:
        answer = getattr(database, method)()

        assert answer.to_polars().to_dicts() == answer.to_dicts()


class TestArrow:
    def test_positions_are_an_ordered_dictionary_by_rank(self, database: stancedb.Database, scale: list[str]) -> None:
        position = database.timeline(holder="japan", issue=ISSUE).to_arrow()["position"]

        assert (position.type.ordered, position.chunk(0).dictionary.to_pylist()) == (True, scale)

    def test_a_field_says_what_it_means(self, database: stancedb.Database) -> None:
        table = database.timeline(holder="japan", issue=ISSUE).to_arrow()
        said = table.schema.field("position").metadata

        assert said[b"description"] == b"Slug of the position."
        assert json.loads(said[b"labels"])["strategic-ambiguity"]
        assert table.schema.metadata == {b"known_at": b"2", b"rule": b"latest-word"}

    @pytest.mark.parametrize("method", ["changes", "rules", "codings"])
    def test_values_are_those_of_the_rows(self, database: stancedb.Database, method: str) -> None:
        answer = getattr(database, method)()

        assert answer.to_arrow().to_pylist() == answer.to_dicts()

    def test_instants_are_in_utc(self, database: stancedb.Database) -> None:
        answer = database.changesets()

        assert answer.to_arrow()["committed_at"].to_pylist() == [row.committed_at.astimezone(UTC) for row in answer]


class TestTheScale:
    def test_a_position_without_a_rank_takes_the_order_away(self) -> None:
        places = [
            Place("dam", "oppose", "against", 1),
            Place("dam", "support", "for", 2),
            Place("dam", "other", "x", None),
        ]
        moves = [
            Move(
                slug,
                1,
                "norland",
                "initial",
                "initial",
                None,
                None,
                None,
                0,
                surely_later=None,
                statement=None,
                quote=None,
            )
            for slug in ("support", "other")
        ]
        ranked, unranked = (
            Answer(taken, columns=columns_of(Move), known_at=1, places=places) for taken in (moves[:1], moves)
        )

        assert (ranked.scale.is_ordered, unranked.scale.is_ordered) == (True, False)
        assert ranked.scale.slugs == unranked.scale.slugs == ("oppose", "support", "other")

    def test_a_slug_with_two_labels_has_none(self) -> None:
        places = [Place("dam", "support", "for it", 1), Place("weir", "support", "for the weir", 1)]
        answer: Answer[Outlet] = Answer([], columns=columns_of(Outlet), known_at=1, places=places)

        assert answer.scale.labels == {}


@pytest.mark.parametrize(
    ("method", "sentence"),
    [
        ("to_pandas", "To get data frames of pandas, pip install 'stancedb[pandas]'."),
        ("to_polars", "To get data frames of polars, pip install 'stancedb[polars]'."),
        ("to_arrow", "To get tables of Arrow, pip install 'stancedb[parquet]'."),
    ],
)
def test_a_library_that_is_missing_is_named_with_its_extra(
    method: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "find_spec", lambda _: None)
    answer: Answer[Outlet] = Answer([], columns=columns_of(Outlet), known_at=1)

    with pytest.raises(stancedb.errors.NotInstalled) as raised:
        getattr(answer, method)()

    assert str(raised.value) == sentence


class TestTheAnswer:
    def test_it_is_a_sequence(self, database: stancedb.Database) -> None:
        answer = database.outlets()

        assert (answer[0], len(answer[1:3]), answer[0] in answer) == (next(iter(answer)), 2, True)

    def test_a_part_of_it_rests_on_the_same(self, database: stancedb.Database) -> None:
        answer = database.timeline(holder="japan", issue=ISSUE)[:1]

        assert (answer.rule, answer.known_at, answer.scale.is_ordered) == ("latest-word", 2, True)

    def test_it_is_shown_with_what_it_rests_on(self, database: stancedb.Database) -> None:
        shown = repr(database.timeline(holder="japan", issue=ISSUE))

        assert re.fullmatch(r"<Answer: \d+ rows of Stance, rule latest-word, as known at changeset 2>", shown)

    def test_a_notebook_shows_at_most_twenty_rows(self) -> None:
        outlets = [Outlet(f"outlet-{number}", "A", "newspaper", None, None, 0) for number in range(30)]
        shown = Answer(outlets, columns=columns_of(Outlet), known_at=7)._repr_html_()

        assert shown.count("<tr>") == 1 + 20
        assert "<caption>20 of 30 rows, as known at changeset 7.</caption>" in shown

    def test_a_notebook_runs_nothing_that_a_row_says(self) -> None:
        outlet = Outlet("<script>alert(1)</script>", '"&', "newspaper", None, None, 0)
        shown = Answer([outlet], columns=columns_of(Outlet), known_at=7)._repr_html_()

        assert "&lt;script&gt;alert(1)&lt;/script&gt;</td><td>&quot;&amp;</td>" in shown
        assert "<script" not in shown
