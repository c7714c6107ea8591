"""Stances and changes as derived by the database, compared with the slow derivation in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise, product, zip_longest
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.derivation.histories import (
    RULES,
    STRIDE,
    History,
    commit,
    histories,
    number_of,
    open_changeset,
    prepare,
    write,
)
from tests.derivation.slow import (
    Actor,
    Coding,
    Issue,
    Link,
    Mention,
    Position,
    Relation,
    State,
    Statement,
    Tenure,
    World,
    after_of,
    derive,
    first_of,
)

BY_SLUG = {rule.slug: rule for rule in RULES}
STANCE = (
    "valid_from",
    "valid_to",
    "position_id",
    "confirmed_on",
    "onset_coding_id",
    "evidence_count",
    "contrary_count",
    "last_evidence_on",
    "is_contested",
    "carried_to",
)
CHANGE = (
    "valid_from",
    "kind",
    "from_position_id",
    "position_id",
    "window_from",
    "window_to",
    "confirmed_on",
    "delta_rank",
    "delta_score",
    "clarity",
    "walked_back_within",
)
IDS = {"position_id", "onset_coding_id", "from_position_id"}

Pair = tuple[str, int, int]
Derived = dict[Pair, list[State]]
Rows = dict[Pair, list[tuple[Any, ...]]]


def by_the_slow_way(world: World, slugs: tuple[str, ...] = tuple(BY_SLUG)) -> Derived:
    derived = {
        (slug, holder, issue): derive(world, BY_SLUG[slug], holder, issue)
        for slug in slugs
        for holder in world.actors
        for issue in world.issues
    }
    return {pair: states for pair, states in derived.items() if states}


def of_columns(derived: Derived, columns: tuple[str, ...], *, known_only: bool) -> Rows:
    chosen = {
        pair: [
            tuple(getattr(state, column) for column in columns)
            for state in states
            if not known_only or state.position_id is not None
        ]
        for pair, states in derived.items()
    }
    return {pair: rows for pair, rows in chosen.items() if rows}


def stored(connection: psycopg.Connection[Any], table: str, columns: tuple[str, ...], base: int) -> Rows:
    """Read the stored results of a history, with the ids of the history itself."""
    names = {"valid_from": "changed_on", "position_id": "to_position_id"} if table == "stance_change" else {}
    wanted = ", ".join(f"t.{names.get(column, column)}" + (f" - {base}" if column in IDS else "") for column in columns)
    rows = connection.execute(
        f"SELECT r.slug, t.holder_id - {base}, t.issue_id - {base}, {wanted} FROM stancedb.{table} t"
        " JOIN stancedb.derivation_rule r ON r.id = t.rule_id WHERE t.holder_id BETWEEN %s AND %s ORDER BY 1, 2, 3, 4",
        [base, base + STRIDE - 1],
    )
    return by_pair(rows.fetchall())


def by_pair(rows: list[tuple[Any, ...]]) -> Rows:
    pairs: dict[Pair, list[tuple[Any, ...]]] = {}
    for slug, holder, issue, *columns in rows:
        pairs.setdefault((slug, holder, issue), []).append(tuple(columns))
    return pairs


def as_known(
    connection: psycopg.Connection[Any], number: int | None, world: World, base: int, slugs: tuple[str, ...]
) -> Rows:
    """Query the states of all pairs of a history as known at a number."""
    wanted = ", ".join(f"s.{column}" + (f" - {base}" if column in IDS else "") for column in State._fields)
    rows = connection.execute(
        f"SELECT r.slug, s.holder_id - {base}, s.issue_id - {base}, {wanted}"
        " FROM stancedb.derivation_rule r CROSS JOIN unnest(%s::bigint[]) AS i (issue_id),"
        " LATERAL stancedb.states(r.id, %s, NULL, i.issue_id, NULL) s WHERE r.slug = ANY (%s) ORDER BY 1, 2, 3, 4",
        [[issue + base for issue in world.issues], number, list(slugs)],
    )
    return by_pair(rows.fetchall())


def check_stored(connection: psycopg.Connection[Any], world: World, base: int) -> Derived:
    expected = by_the_slow_way(world)
    same(stored(connection, "stance", STANCE, base), of_columns(expected, STANCE, known_only=True), STANCE)
    same(stored(connection, "stance_change", CHANGE, base), of_columns(expected, CHANGE, known_only=False), CHANGE)
    return expected


def same(found: Rows, expected: Rows, columns: tuple[str, ...]) -> None:
    """Fail with the first difference, because the whole of both is long."""
    for pair in sorted(found.keys() | expected.keys()):
        for of_database, of_slow_way in zip_longest(found.get(pair, []), expected.get(pair, [])):
            named = [dict(zip(columns, row, strict=True)) if row else None for row in (of_database, of_slow_way)]
            assert named[0] == named[1], f"{pair}: the database says {named[0]}, the slow way {named[1]}"


# --- Stories ----------------------------------------------------------------------------------------------------------

OPEN, SUPPORT, OPPOSE, HALF = range(1, 5)
PERSON, OFFICE, STATE, ANA, BEN, NAMESAKE, CHINA, GOVERNMENT = range(1, 9)
NOVEMBER = date(2025, 11, 1)


def november(day: int) -> date:
    return NOVEMBER + timedelta(days=day - 1)


class Story:
    """A world that is built step by step, and the result in the database."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.told = World()
        self.world = (
            World()
            .put("actors", *(Actor(key, "person") for key in (PERSON, ANA, BEN, NAMESAKE)))
            .put("actors", Actor(OFFICE, "office"), Actor(STATE, "state"), Actor(CHINA, "state"))
            .put("actors", Actor(GOVERNMENT, "government"))
            .put("issues", Issue(1))
            .put("positions", Position(OPEN, 1, "deliberate_ambiguity"), Position(SUPPORT, 1, rank=2, score=1.0))
            .put("positions", Position(OPPOSE, 1, rank=0, score=-1.0), Position(HALF, 1, rank=1, score=0.0))
        )

    def say(
        self,
        position: int,
        on: int,
        *,
        until: int | None = None,
        holders: tuple[int, ...] = (STATE,),
        authority: int = 4,
    ) -> int:
        """Add a statement of a day, or of some day in a period, that expresses a position; return its number."""
        key = len(self.world.statements) + 1
        self.world = self.world.put(
            "statements", Statement(key, ANA, (november(on), november((until or on) + 1)), authority)
        )
        for holder in holders:
            self.world = self.world.put("codings", Coding(len(self.world.codings) + 1, key, holder, 1, position))
        return key

    def hold_that(
        self, position: int, edtf: str, *, ends: bool = False, authority: int = 4, holders: tuple[int, ...] = (STATE,)
    ) -> int:
        """Add a lasting statement, such as ``2025-11-03/2025-12``, that expresses a position; return its number."""
        first, last = edtf.split("/")
        said = (first_of(first), None if last == ".." else after_of(last))
        key = self.say(position, 1, holders=holders, authority=authority)
        self.world = self.world.put(
            "statements", replace(self.world.statements[key], said=said, said_edtf=edtf, ends=ends)
        )
        return key

    def change(self, key: int, **columns: Any) -> int:
        """Change a statement."""
        self.world = self.world.put("statements", replace(self.world.statements[key], **columns))
        return key

    def retract(self, target: int, on: int, *, until: int | None = None, authority: int = 4) -> int:
        """Add a statement without a coding that retracts another one; return its number."""
        key = self.say(OPEN, on, until=until, holders=(), authority=authority)
        self.world = self.world.put("links", Link(len(self.world.links) + 1, key, "retracts", target))
        return key

    def hold(self, person: int, first: int | None, after: int | None, said: str | None = None) -> None:
        held = (november(first) if first else None, november(after) if after else None)
        self.world = self.world.put("tenures", Tenure(len(self.world.tenures) + 1, person, OFFICE, 1, held, said))

    def tell(self) -> int:
        """Commit what is new and compare everything with the slow way; return the number of the changeset."""
        number = commit(self.connection, self.told, self.world)
        self.told = self.world
        check_stored(self.connection, self.world, 0)
        return number

    def states(self, rule: str = "latest-word", holder: int = STATE, *, known_at: int | None = None) -> list[State]:
        rows = as_known(self.connection, known_at, self.world, 0, (rule,)).get((rule, holder, 1), [])
        return [State(*row) for row in rows]

    def outline(self, rule: str = "latest-word", holder: int = STATE) -> list[tuple[int, int | None, str]]:
        """Return the day of November, the position and the kind of change of each state."""
        return [
            ((state.valid_from - NOVEMBER).days + 1, state.position_id, state.kind)
            for state in self.states(rule, holder)
        ]


@pytest.fixture
def story(connection_url: str) -> Iterator[Story]:
    with psycopg.connect(connection_url, autocommit=True) as connection:
        prepare(connection)
        yield Story(connection)


def test_the_position_before_returns_after_a_retraction(story: Story) -> None:
    story.say(OPEN, 1)
    spoken = story.say(SUPPORT, 7)
    story.retract(spoken, 12, until=14)
    story.tell()
    assert story.outline() == [(1, OPEN, "initial"), (7, SUPPORT, "clarification"), (12, OPEN, "retraction")]
    returned = story.states()[-1]
    assert (returned.window_from, returned.window_to) == (november(8), november(15))
    assert returned.walked_back_within is None
    assert story.outline("brief-memory")[-1] == (12, None, "retraction")


def test_a_retraction_counts_under_a_rule_only_with_the_authority_that_the_rule_asks_for(story: Story) -> None:
    spoken = story.say(SUPPORT, 7, authority=6)
    story.retract(spoken, 12, authority=2)
    story.tell()
    assert story.outline() == [(7, SUPPORT, "initial"), (12, None, "retraction")]
    assert story.outline("authoritative") == [(7, SUPPORT, "initial")]


def test_a_retraction_that_is_itself_retracted_here_no_longer_counts(story: Story) -> None:
    spoken = story.say(SUPPORT, 7)
    story.retract(spoken, 12)
    first = story.tell()
    taking_back = replace(story.world.statements[2], retracted_on=november(20))
    story.world = story.world.put("statements", taking_back)
    story.tell()
    assert story.outline() == [(7, SUPPORT, "initial")]
    assert [state.kind for state in story.states(known_at=first)] == ["initial", "retraction"]


def test_a_day_with_two_positions_of_one_authority_is_contested_and_the_later_statement_wins(story: Story) -> None:
    story.say(SUPPORT, 7)
    story.say(OPPOSE, 7)
    story.say(HALF, 7, authority=2)
    story.tell()
    (state,) = story.states()
    assert (state.position_id, state.is_contested, state.evidence_count, state.contrary_count) == (OPPOSE, True, 1, 2)


def test_a_day_is_not_contested_by_a_statement_of_less_authority(story: Story) -> None:
    story.say(SUPPORT, 7, authority=5)
    story.say(OPPOSE, 7, authority=3)
    story.tell()
    (state,) = story.states()
    assert (state.position_id, state.is_contested, state.contrary_count) == (SUPPORT, False, 1)


def test_uncertain_dates_at_either_end_widen_the_window_of_change(story: Story) -> None:
    story.say(SUPPORT, 1, until=4)
    story.say(OPPOSE, 10, until=15)
    story.tell()
    change = story.states()[-1]
    assert change.kind == "reversal"
    assert (change.window_from, change.valid_from, change.window_to) == (november(2), november(10), november(16))


def test_the_stance_of_an_office_is_cut_when_its_holder_changes_and_that_of_a_person_or_a_state_is_not(
    story: Story,
) -> None:
    story.hold(ANA, None, 10)
    story.hold(BEN, 10, None)
    story.say(SUPPORT, 5, holders=(OFFICE, PERSON, STATE))
    story.say(SUPPORT, 20, holders=(OFFICE,))
    story.tell()
    cut = [(5, SUPPORT, "initial"), (10, None, "succession"), (20, SUPPORT, "succession")]
    assert story.outline(holder=OFFICE) == cut
    assert story.outline(holder=PERSON) == story.outline(holder=STATE) == [(5, SUPPORT, "initial")]
    assert story.outline("authoritative", OFFICE) == []
    assert story.outline("sustained", OFFICE) == [(5, SUPPORT, "initial")]


def test_the_stance_of_an_office_goes_on_when_the_same_person_stays_in_it(story: Story) -> None:
    story.hold(ANA, None, 10)
    story.hold(ANA, 10, None)
    story.say(SUPPORT, 5, holders=(OFFICE,))
    story.tell()
    assert story.outline(holder=OFFICE) == [(5, SUPPORT, "initial")]


def test_on_a_day_that_two_tenures_share_the_newcomer_holds_the_office(story: Story) -> None:
    story.hold(ANA, None, 11)
    story.hold(BEN, 10, None)
    story.say(OPPOSE, 5, holders=(OFFICE,))
    story.say(SUPPORT, 10, holders=(OFFICE,))
    story.tell()
    assert story.outline(holder=OFFICE) == [(5, OPPOSE, "initial"), (10, SUPPORT, "succession")]
    assert story.states(holder=OFFICE)[-1].valid_to is None


def test_where_coarse_dates_let_two_tenures_meet_the_window_of_the_change_covers_the_overlap(story: Story) -> None:
    story.hold(ANA, -60, 31, "2025-09-01/2025-11")
    story.hold(BEN, 1, None, "2025-11/..")
    story.say(OPPOSE, -5, holders=(OFFICE,))
    story.tell()
    assert story.outline(holder=OFFICE) == [(-5, OPPOSE, "initial"), (1, None, "succession")]
    change = story.states(holder=OFFICE)[-1]
    assert (change.window_from, change.window_to) == (november(1), november(31))


def test_words_of_both_count_while_an_office_may_have_changed_hands(story: Story) -> None:
    story.hold(ANA, -60, 31, "2025-09-01/2025-11")
    story.hold(BEN, 1, None, "2025-11/..")
    story.say(OPPOSE, 12, holders=(OFFICE,))
    story.say(SUPPORT, 20, holders=(OFFICE,))
    story.tell()
    assert story.outline(holder=OFFICE) == [(12, OPPOSE, "initial"), (20, SUPPORT, "succession")]
    change = story.states(holder=OFFICE)[-1]
    assert (change.window_from, change.window_to) == (november(13), november(21))


def test_a_handover_in_two_steps_of_one_year_is_not_a_gap(story: Story) -> None:
    story.hold(ANA, None, 7, "../2025-11-06")
    story.hold(NAMESAKE, 6, 9, "2025-11-06/2025-11-08")
    story.hold(BEN, 8, None, "2025-11-08/..")
    story.say(OPPOSE, 1, holders=(OFFICE,), authority=5)
    story.say(SUPPORT, 6, holders=(OFFICE,), authority=5)
    story.say(OPPOSE, 20, holders=(OFFICE,), authority=5)
    story.tell()
    assert story.outline(holder=OFFICE) == [
        (1, OPPOSE, "initial"),
        (6, SUPPORT, "succession"),
        (8, None, "succession"),
        (20, OPPOSE, "succession"),
    ]


@pytest.mark.parametrize(("successor", "kind"), [(ANA, "reversal"), (BEN, "succession")])
def test_a_government_changes_by_succession_only_when_another_person_takes_the_office_that_governs(
    story: Story, successor: int, kind: str
) -> None:
    story.hold(ANA, None, 10)
    story.hold(successor, 10, None)
    # The office governs from that day on, so the earlier tenure does not concern the government.
    governs = Relation(1, OFFICE, "governs", GOVERNMENT, (november(10), None))
    story.world = story.world.put("relations", governs)
    story.say(SUPPORT, 5, holders=(GOVERNMENT,))
    story.say(OPPOSE, 12, holders=(GOVERNMENT,))
    story.tell()
    assert story.outline(holder=GOVERNMENT) == [(5, SUPPORT, "initial"), (12, OPPOSE, kind)]


def test_a_change_in_an_office_that_did_not_govern_then_is_not_a_succession_of_the_government(story: Story) -> None:
    story.hold(ANA, None, 10)
    story.hold(NAMESAKE, 10, 15)
    story.hold(BEN, 15, None)
    story.world = story.world.put("relations", Relation(1, OFFICE, "governs", GOVERNMENT, (november(20), None)))
    story.say(SUPPORT, 5, holders=(GOVERNMENT,))
    story.say(OPPOSE, 12, holders=(GOVERNMENT,))
    story.tell()
    assert story.outline(holder=GOVERNMENT) == [(5, SUPPORT, "initial"), (12, OPPOSE, "reversal")]


def test_an_office_that_only_belongs_to_a_government_changes_nothing_in_it(story: Story) -> None:
    story.hold(ANA, None, 10)
    story.hold(BEN, 10, None)
    story.world = story.world.put("relations", Relation(1, OFFICE, "governs", GOVERNMENT))
    story.say(SUPPORT, 5, holders=(GOVERNMENT,))
    story.say(OPPOSE, 12, holders=(GOVERNMENT,))
    story.tell()
    assert story.outline(holder=GOVERNMENT)[-1] == (12, OPPOSE, "succession")
    story.world = story.world.put("relations", Relation(1, OFFICE, "part_of", GOVERNMENT))
    story.tell()
    assert story.outline(holder=GOVERNMENT)[-1] == (12, OPPOSE, "reversal")


def test_a_position_is_sustained_by_a_second_day_or_by_thirty_days_without_another(story: Story) -> None:
    story.say(OPEN, -40)
    story.say(SUPPORT, 1)  # Dropped: another position follows before a second day.
    story.say(OPPOSE, 3)
    story.say(OPPOSE, 9)
    story.say(HALF, 20)
    story.tell()
    first, second, third = story.states("sustained")
    assert (first.position_id, first.confirmed_on) == (OPEN, november(-10))
    assert (first.contrary_count, first.valid_to) == (1, november(3))
    assert (second.position_id, second.valid_from, second.confirmed_on) == (OPPOSE, november(3), november(9))
    assert (third.position_id, third.valid_from, third.confirmed_on) == (HALF, november(20), november(50))


@pytest.mark.parametrize("count_of_day", [1, 2])
def test_a_position_is_sustained_where_another_follows_on_just_the_thirtieth_day(
    story: Story, count_of_day: int
) -> None:
    for _ in range(count_of_day):
        story.say(SUPPORT, 1)
    story.say(OPPOSE, 31)
    story.tell()
    first = story.states("sustained")[0]
    assert (first.position_id, first.confirmed_on) == (SUPPORT, november(31))


def test_a_return_to_the_position_before_says_after_how_many_days(story: Story) -> None:
    story.say(OPEN, 1)
    story.say(SUPPORT, 7)
    story.say(OPEN, 18)
    story.tell()
    assert story.outline() == [(1, OPEN, "initial"), (7, SUPPORT, "clarification"), (18, OPEN, "return")]
    assert [state.walked_back_within for state in story.states()] == [None, None, 11]


def test_a_position_that_comes_back_with_another_person_in_office_is_not_walked_back(story: Story) -> None:
    story.hold(ANA, None, 10)
    story.hold(BEN, 10, None)
    story.say(SUPPORT, 1, holders=(OFFICE,), authority=5)
    story.say(OPPOSE, 5, holders=(OFFICE,), authority=5)
    story.say(SUPPORT, 12, holders=(OFFICE,), authority=5)
    story.tell()
    last = story.states("authoritative", OFFICE)[-1]
    assert (last.kind, last.walked_back_within) == ("succession", None)


def test_a_run_that_gave_way_and_returned_is_counted_once(story: Story) -> None:
    story.say(SUPPORT, 1)
    contrary = story.say(OPPOSE, 5)
    again = story.say(SUPPORT, 10)
    story.retract(contrary, 8)
    story.retract(again, 12)
    story.tell()
    assert story.outline() == [(1, SUPPORT, "initial"), (5, OPPOSE, "reversal"), (8, SUPPORT, "retraction")]
    assert [state.evidence_count for state in story.states()] == [1, 1, 2]


def test_one_ranked_position_makes_no_scale_to_go_from_end_to_end_of(story: Story) -> None:
    story.world = story.world.put("positions", Position(SUPPORT, 1, rank=2), Position(OPPOSE, 1), Position(HALF, 1))
    story.say(SUPPORT, 1)
    story.say(OPPOSE, 5)
    story.tell()
    assert story.outline() == [(1, SUPPORT, "initial"), (5, OPPOSE, "shift")]


def test_a_merge_of_actors_moves_what_was_coded_and_leaves_the_past_as_it_was_known(story: Story) -> None:
    story.say(SUPPORT, 1, holders=(PERSON,))
    story.say(OPPOSE, 5, holders=(NAMESAKE,))
    apart = story.tell()
    story.world = story.world.put("actors", Actor(NAMESAKE, "person", merged_into_id=PERSON))
    merged = story.tell()
    assert story.outline(holder=PERSON) == [(1, SUPPORT, "initial"), (5, OPPOSE, "reversal")]
    assert story.outline(holder=NAMESAKE) == []
    story.world = story.world.put("actors", Actor(NAMESAKE, "person"))
    story.tell()
    assert story.outline(holder=NAMESAKE) == [(5, OPPOSE, "initial")]
    assert len(story.states(holder=PERSON, known_at=apart)) == 1
    assert len(story.states(holder=PERSON, known_at=merged)) == 2


def test_a_coding_that_no_longer_counts_when_its_holder_is_merged_leaves_no_stance_behind(story: Story) -> None:
    story.say(SUPPORT, 1, holders=(NAMESAKE,))
    story.tell()
    story.world = story.world.put("actors", Actor(NAMESAKE, "person", merged_into_id=PERSON)).put(
        "codings", replace(story.world.codings[1], is_final=False)
    )
    story.tell()
    assert story.outline(holder=NAMESAKE) == []
    assert story.outline(holder=PERSON) == []


def test_a_coding_that_no_longer_counts_when_its_holder_is_parted_leaves_no_stance_behind(story: Story) -> None:
    story.say(SUPPORT, 1, holders=(NAMESAKE,))
    story.world = story.world.put("actors", Actor(NAMESAKE, "person", merged_into_id=PERSON))
    story.tell()
    story.world = story.world.put("actors", Actor(NAMESAKE, "person")).put(
        "codings", replace(story.world.codings[1], is_final=False)
    )
    story.tell()
    assert story.outline(holder=NAMESAKE) == []
    assert story.outline(holder=PERSON) == []


def test_the_latest_word_leaves_ambiguity_and_returns_where_the_authoritative_one_does_not_move(story: Story) -> None:
    story.say(OPEN, -200, authority=6)
    story.say(SUPPORT, 7, holders=(PERSON, STATE), authority=3)
    story.say(OPPOSE, 13, holders=(CHINA,), authority=5)
    story.say(OPEN, 25, authority=6)
    story.tell()
    assert story.outline() == [(-200, OPEN, "initial"), (7, SUPPORT, "clarification"), (25, OPEN, "return")]
    assert story.states()[-1].walked_back_within == 18
    assert [state.clarity for state in story.states()] == [None, "clarified", "obscured"]
    assert story.outline("authoritative") == [(-200, OPEN, "initial")]
    assert story.states("authoritative")[0].evidence_count == 2
    assert story.outline(holder=PERSON) == [(7, SUPPORT, "initial")]
    assert story.outline("authoritative", PERSON) == []
    assert story.outline("authoritative", CHINA) == [(13, OPPOSE, "initial")]


# --- Order within a day -----------------------------------------------------------------------------------------------


def at(day: int, hour: int) -> datetime:
    return datetime(2025, 11, day, hour, tzinfo=UTC)


def test_where_all_of_a_day_have_an_instant_the_last_one_counts_and_nothing_is_contested(story: Story) -> None:
    story.change(story.say(SUPPORT, 7, authority=5), said_at=at(7, 9), slug="z")
    story.change(story.say(OPPOSE, 7), said_at=at(7, 18), slug="a")
    story.tell()
    (state,) = story.states()
    assert (state.position_id, state.is_contested, state.contrary_count) == (OPPOSE, False, 1)


def test_one_statement_without_an_instant_lets_authority_and_the_tie_key_decide_the_day(story: Story) -> None:
    story.change(story.say(SUPPORT, 7), said_at=at(7, 9), slug="z")
    story.change(story.say(OPPOSE, 7), said_at=at(7, 18), slug="a")
    story.say(HALF, 7, authority=2)
    story.tell()
    (state,) = story.states()
    assert (state.position_id, state.is_contested) == (SUPPORT, True)


def test_a_statement_that_the_rule_does_not_count_needs_no_instant(story: Story) -> None:
    story.change(story.say(SUPPORT, 7, authority=5), said_at=at(7, 18), slug="a")
    story.change(story.say(OPPOSE, 7, authority=6), said_at=at(7, 9), slug="z")
    story.say(HALF, 7, authority=2)
    story.tell()
    assert story.states("authoritative")[0].position_id == SUPPORT
    assert story.states()[0].position_id == OPPOSE


def test_two_positions_of_one_instant_are_contested_for_no_instant_orders_them(story: Story) -> None:
    story.change(story.say(SUPPORT, 7), said_at=at(7, 9), slug="a")
    story.change(story.say(OPPOSE, 7), said_at=at(7, 9), slug="b")
    story.tell()
    (state,) = story.states()
    assert (state.position_id, state.is_contested) == (OPPOSE, True)


def test_a_tie_is_broken_by_the_article_before_the_place_and_by_that_before_the_slug(story: Story) -> None:
    first, second = story.change(story.say(SUPPORT, 7), slug="z"), story.change(story.say(OPPOSE, 7), slug="a")
    story.world = story.world.put("mentions", Mention(1, first, "a-post", 12), Mention(2, second, "b-post", 3))
    story.tell()
    assert story.states()[0].position_id == OPPOSE
    story.world = story.world.put("mentions", Mention(2, second, "a-post", 3))
    story.tell()
    assert story.states()[0].position_id == SUPPORT
    story.world = story.world.remove("mentions", 1).remove("mentions", 2)
    story.tell()
    assert story.states()[0].position_id == SUPPORT


def test_a_tie_is_broken_by_the_first_of_the_places_of_a_statement(story: Story) -> None:
    first, second = story.say(SUPPORT, 7), story.say(OPPOSE, 7)
    story.world = story.world.put(
        "mentions", Mention(1, first, "a-post", 1), Mention(2, first, "a-post", 12), Mention(3, second, "a-post", 5)
    )
    story.tell()
    assert story.states()[0].position_id == OPPOSE


@pytest.mark.parametrize(
    ("table", "column"),
    [("statement", "slug"), ("article", "slug"), ("actor", "slug"), ("coder", "name"), ("codebook_version", "label")],
)
def test_a_new_name_that_breaks_ties_derives_again_what_it_orders(story: Story, table: str, column: str) -> None:
    key = story.say(SUPPORT, 7)
    story.world = story.world.put("mentions", Mention(1, key, "a-post", 3))
    story.tell()
    with story.connection.transaction():
        open_changeset(story.connection)
        story.connection.execute(f"UPDATE stancedb.{table} SET {column} = 'new-' || {column}".encode())
    (keys,) = story.connection.execute("SELECT tie_key FROM stancedb.evidence WHERE known_until_id IS NULL").fetchall()
    assert sum(part.startswith("new-") for part in keys[0]) == 1


def test_a_collective_holds_what_most_of_its_statements_of_a_day_say(story: Story) -> None:
    for _ in range(3):
        story.change(story.say(SUPPORT, 7), said_at=at(7, 9))
    story.change(story.say(OPPOSE, 7), said_at=at(7, 18), slug="z")
    story.say(OPPOSE, 7, authority=2)
    story.tell()
    (state,) = story.states("collective")
    assert (state.position_id, state.is_contested, state.evidence_count, state.contrary_count) == (SUPPORT, True, 3, 2)


def test_a_statement_that_is_coded_for_several_records_of_one_person_has_one_vote(story: Story) -> None:
    story.say(SUPPORT, 7, holders=(PERSON, NAMESAKE, BEN))
    for _ in range(2):
        story.say(OPPOSE, 7, holders=(PERSON,))
    merged = (Actor(key, "person", merged_into_id=PERSON) for key in (NAMESAKE, BEN))
    story.world = story.world.put("actors", *merged)
    story.tell()
    (state,) = story.states("collective", PERSON)
    assert (state.position_id, state.evidence_count, state.contrary_count) == (OPPOSE, 2, 1)


def test_the_authority_of_a_day_is_asked_before_its_majority(story: Story) -> None:
    story.say(OPPOSE, 7, authority=5)
    for _ in range(3):
        story.say(SUPPORT, 7)
    story.tell()
    assert story.states("collective")[0].position_id == OPPOSE


# --- Chains of retractions --------------------------------------------------------------------------------------------


def test_a_retraction_that_is_taken_back_lets_the_stance_return_on_that_day(story: Story) -> None:
    spoken = story.say(SUPPORT, 1)
    taken_back = story.retract(spoken, 5)
    story.retract(taken_back, 9, until=11)
    story.tell()
    assert story.outline() == [(1, SUPPORT, "initial"), (5, None, "retraction"), (9, SUPPORT, "return")]
    assert (story.states()[-1].window_from, story.states()[-1].window_to) == (november(9), november(12))


def test_a_returned_statement_does_not_beat_what_was_said_in_between(story: Story) -> None:
    spoken = story.say(SUPPORT, 1)
    taken_back = story.retract(spoken, 5)
    story.say(OPPOSE, 7)
    story.retract(taken_back, 9)
    story.tell()
    assert story.outline()[-1] == (7, OPPOSE, "reversal")


def test_two_retractions_of_one_statement_must_both_fall(story: Story) -> None:
    spoken = story.say(SUPPORT, 1)
    one, other = story.retract(spoken, 5), story.retract(spoken, 6)
    story.retract(one, 8)
    story.tell()
    assert story.outline()[-1] == (5, None, "retraction")
    story.retract(other, 12)
    story.tell()
    assert story.outline()[-1] == (12, SUPPORT, "return")


def test_a_chain_is_followed_under_each_rule_apart_and_to_any_depth(story: Story) -> None:
    spoken = story.say(SUPPORT, 1, authority=6)
    link = story.retract(spoken, 5, authority=5)
    for day, authority in ((7, 2), (9, 5), (11, 5)):
        link = story.retract(link, day, authority=authority)
    story.tell()
    assert story.outline() == [
        (1, SUPPORT, "initial"),
        (5, None, "retraction"),
        (7, SUPPORT, "return"),
        (9, None, "retraction"),
        (11, SUPPORT, "return"),
    ]
    assert story.outline("authoritative") == [(1, SUPPORT, "initial"), (5, None, "retraction")]


def test_a_change_far_up_a_chain_is_settled_down_to_its_beginning(story: Story) -> None:
    spoken = story.say(SUPPORT, 1)
    link = story.retract(spoken, 5)
    far = story.retract(story.retract(link, 7), 9)
    before = story.tell()
    assert story.outline()[-1] == (9, None, "retraction")
    story.change(far, verification="refuted")
    story.tell()
    assert story.outline()[-1] == (7, SUPPORT, "return")
    assert [state.kind for state in story.states(known_at=before)][-1] == "retraction"


def test_where_nothing_is_known_after_a_retraction_the_stance_before_does_not_return(story: Story) -> None:
    story.say(OPPOSE, 1, authority=6)
    spoken = story.say(SUPPORT, 3, authority=6)
    link = story.retract(spoken, 5, authority=6)
    story.retract(link, 6, authority=6)
    story.tell()
    assert [(day, position) for day, position, _ in story.outline("brief-memory")][:4] == [
        (1, OPPOSE),
        (3, SUPPORT),
        (5, None),
        (6, SUPPORT),
    ]


def test_what_counts_in_its_place_on_the_day_takes_over_from_what_is_taken_back(story: Story) -> None:
    spoken = story.say(SUPPORT, 7, authority=5)
    story.say(OPPOSE, 7)
    story.retract(spoken, 9)
    story.tell()
    assert story.outline() == [(7, SUPPORT, "initial"), (9, OPPOSE, "retraction")]


def test_two_writers_cannot_close_a_circle_of_retractions_together(story: Story, connection_url: str) -> None:
    for day in (1, 5):
        story.say(SUPPORT, day)
    story.tell()
    with psycopg.connect(connection_url) as first, psycopg.connect(connection_url) as second:
        write_beside(first, story.world, story.world.put("links", Link(1, 1, "retracts", 2)))
        write_beside(second, story.world, story.world.put("links", Link(2, 2, "retracts", 1)))
        with ThreadPoolExecutor() as pool:
            waiting = [pool.submit(writer.commit) for writer in (first, second)]
            failures = [future.exception(timeout=20) for future in waiting]
    (refused,) = [failure for failure in failures if failure]
    assert isinstance(refused, psycopg.errors.CheckViolation)
    assert refused.diag.constraint_name == "ck_statement_link_no_retraction_circle"


# --- Lasting statements -----------------------------------------------------------------------------------------------


def test_a_lasting_statement_speaks_until_its_last_day(story: Story) -> None:
    story.hold_that(SUPPORT, "2025-11-01/2025-11-20")
    story.hold_that(OPPOSE, "2025-11-21/2025-11-28")
    story.tell()
    first, second = story.states()
    assert (first.valid_to, first.last_evidence_on) == (november(21), november(20))
    assert (second.window_from, second.window_to, second.kind) == (november(21), november(22), "reversal")
    assert not second.is_contested


def test_a_lasting_statement_gives_way_to_the_next_of_another_position_and_does_not_return(story: Story) -> None:
    story.hold_that(SUPPORT, "2025-11-01/2025-11-28")
    story.hold_that(OPPOSE, "2025-11-10/2025-11-15")
    story.tell()
    assert story.outline() == [(1, SUPPORT, "initial"), (10, OPPOSE, "reversal")]
    assert story.states()[0].last_evidence_on == november(9)
    assert [state.is_contested for state in story.states()] == [False, True]


def test_a_lasting_statement_that_gives_way_on_the_next_day_is_not_sustained(story: Story) -> None:
    story.hold_that(SUPPORT, "2025-11-01/2025-11-10")
    story.say(OPPOSE, 2)
    story.tell()
    assert story.outline("sustained") == [(2, OPPOSE, "initial")]


def test_a_lasting_statement_contests_the_day_on_which_it_ends(story: Story) -> None:
    story.hold_that(SUPPORT, "2025-11-01/2025-11-10")
    story.say(OPPOSE, 10)
    story.tell()
    assert [state.is_contested for state in story.states()] == [False, True]


def test_an_open_statement_ends_only_with_the_next_of_another_position(story: Story) -> None:
    story.hold_that(SUPPORT, "2025-11-01/..", authority=5)
    story.say(SUPPORT, 4)
    story.say(OPPOSE, 20)
    story.tell()
    # It does not lapse, and it is not older than what follows.
    assert story.outline("patient")[:2] == [(1, SUPPORT, "initial"), (20, OPPOSE, "reversal")]
    assert story.states()[0].last_evidence_on == november(19)
    assert story.states()[0].evidence_count == 2


def test_an_end_known_to_the_month_widens_the_window_by_that_month(story: Story) -> None:
    story.hold_that(SUPPORT, "2025-09-01/2025-10")
    story.say(OPPOSE, 5)
    story.tell()
    change = story.states()[-1]
    assert story.states()[0].last_evidence_on == date(2025, 10, 31)
    assert (change.window_from, change.window_to) == (date(2025, 10, 2), november(6))


def test_a_beginning_known_to_the_month_widens_the_window_by_that_month_and_no_further(story: Story) -> None:
    story.say(OPPOSE, -20)
    story.hold_that(SUPPORT, "2025-11/2025-12-31")
    story.tell()
    change = story.states()[-1]
    assert (change.valid_from, change.window_to) == (november(1), date(2025, 12, 1))


def test_two_days_of_a_lasting_statement_are_two_dates_and_one_statement(story: Story) -> None:
    story.hold_that(SUPPORT, "2025-11-01/2025-11-02")
    story.say(OPPOSE, 5)
    story.say(SUPPORT, 6)
    story.tell()
    (state,) = story.states("sustained")
    assert (state.confirmed_on, state.evidence_count) == (november(2), 2)


def test_expiry_counts_from_the_last_day_of_a_lasting_statement(story: Story) -> None:
    story.hold_that(SUPPORT, "2025-11-01/2025-11-10")
    story.tell()
    assert story.outline("brief-memory") == [(1, SUPPORT, "initial"), (17, None, "lapse")]


def test_nothing_is_known_after_a_statement_that_ends_and_nothing_earlier_returns(story: Story) -> None:
    story.say(OPPOSE, -20)
    story.hold_that(SUPPORT, "2025-11-01/2025-11-10", ends=True)
    story.say(SUPPORT, 5)
    story.tell()
    assert story.outline() == [(-20, OPPOSE, "initial"), (1, SUPPORT, "reversal"), (11, None, "ended")]
    ended = story.states()[-1]
    assert (ended.window_from, ended.window_to, ended.from_position_id) == (november(11), november(12), SUPPORT)


def test_that_a_statement_ends_may_become_known_later(story: Story) -> None:
    spoken = story.hold_that(SUPPORT, "2025-11-01/2025-11-10")
    story.tell()
    story.change(spoken, ends=True)
    story.tell()
    assert story.outline() == [(1, SUPPORT, "initial"), (11, None, "ended")]


def test_an_end_that_was_overtaken_ends_nothing(story: Story) -> None:
    story.hold_that(SUPPORT, "2025-11-01/2025-11-10", ends=True)
    story.hold_that(OPPOSE, "2025-11-08/2025-11-20", ends=True)
    story.hold_that(HALF, "2025-11-21/..")
    story.tell()
    assert story.outline() == [(1, SUPPORT, "initial"), (8, OPPOSE, "reversal"), (21, HALF, "hardening")]


def test_a_membership_taken_up_again_is_a_return(story: Story) -> None:
    story.hold_that(SUPPORT, "2025-11-01/2025-11-10", ends=True)
    story.hold_that(SUPPORT, "2025-11-20/..")
    story.tell()
    assert story.outline() == [(1, SUPPORT, "initial"), (11, None, "ended"), (20, SUPPORT, "return")]


def test_a_position_that_comes_back_after_silence_is_not_walked_back(story: Story) -> None:
    story.say(SUPPORT, 1)
    story.hold_that(OPPOSE, "2025-11-03/2025-11-05", ends=True)
    story.say(SUPPORT, 10)
    story.tell()
    last = story.states()[-1]
    assert (last.kind, last.walked_back_within) == ("return", None)


def test_a_membership_in_rows_that_follow_day_by_day_has_no_gap_under_any_rule(story: Story) -> None:
    story.hold_that(SUPPORT, "2025-11-01/2025-11-10", ends=True)
    story.hold_that(SUPPORT, "2025-11-11/2025-11-11", ends=True)
    story.hold_that(SUPPORT, "2025-11-12/2025-11-20", ends=True)
    story.tell()
    for rule in ("latest-word", "sustained"):
        assert story.outline(rule) == [(1, SUPPORT, "initial"), (21, None, "ended")]


def test_a_row_of_one_day_that_nothing_follows_is_not_sustained(story: Story) -> None:
    story.hold_that(SUPPORT, "2025-11-01/2025-11-10", ends=True)
    story.hold_that(SUPPORT, "2025-11-12/2025-11-12", ends=True)
    story.hold_that(OPPOSE, "2025-11-13/2025-11-20", ends=True)
    story.tell()
    assert [line[:2] for line in story.outline("sustained")] == [(1, SUPPORT), (11, None), (13, OPPOSE), (21, None)]


# --- While a stance is pending ----------------------------------------------------------------------------------------


def test_what_is_taken_back_while_the_next_is_pending_carries_on_only_until_then(story: Story) -> None:
    story.say(OPEN, -40)
    spoken = [story.say(SUPPORT, day) for day in (1, 2, 3)]
    story.say(OPPOSE, 10)
    story.retract(spoken[0], 12)
    story.tell()
    # Two statements that support it remain.
    assert [state.carried_to for state in story.states("sustained")] == [None, None, None]
    story.retract(spoken[1], 15)
    story.retract(spoken[2], 20)
    story.tell()
    support, oppose = story.states("sustained")[1:]
    assert (support.position_id, support.valid_to, support.carried_to) == (SUPPORT, november(10), november(15))
    assert (oppose.valid_from, oppose.confirmed_on) == (november(10), november(40))


def test_a_statement_that_agrees_with_a_stance_is_evidence_despite_a_contrary_day(story: Story) -> None:
    story.say(SUPPORT, 1)
    story.say(SUPPORT, 2)
    story.say(OPPOSE, 5, authority=5)
    story.say(SUPPORT, 5)
    story.say(SUPPORT, 6)
    story.tell()
    (state,) = story.states("sustained")
    assert (state.evidence_count, state.contrary_count) == (4, 1)


# --- Two writers at once ----------------------------------------------------------------------------------------------


def write_beside(connection: psycopg.Connection[Any], before: World, after: World) -> int:
    """Write in a transaction that stays open, without waiting, and return the key of its changeset."""
    connection.execute("SET LOCAL lock_timeout = '2s'")
    opened = open_changeset(connection)
    write(connection, before, after)
    connection.execute("SET LOCAL lock_timeout = 0")
    return opened


def test_two_writers_of_one_pair_wait_for_each_other_only_at_commit_and_nothing_known_before_changes(
    story: Story, connection_url: str
) -> None:
    story.say(OPEN, 1)
    start = story.tell()
    shared = story.world
    story.say(SUPPORT, 7)
    with_first = story.world
    story.say(OPPOSE, 5)
    both = story.world
    with_second = both.remove("codings", 2).remove("statements", 2)

    with psycopg.connect(connection_url) as first, psycopg.connect(connection_url) as second:
        early = write_beside(first, shared, with_first)
        late = write_beside(second, shared, with_second)
        second.commit()
        check_stored(story.connection, with_second, 0)
        known = story.states(known_at=start + 1)
        first.commit()
    check_stored(story.connection, both, 0)
    assert [number_of(story.connection, key) for key in (late, early)] == [start + 1, start + 2]
    assert story.states(known_at=start + 1) == known == derive(with_second, BY_SLUG["latest-word"], STATE, 1)
    assert story.states(known_at=start + 2) == derive(both, BY_SLUG["latest-word"], STATE, 1)


Step = Callable[[World], World]


def new_coding(world: World) -> World:
    """Code one more statement."""
    return world.put("codings", Coding(9, 2, PERSON, 1, SUPPORT))


RACES: dict[str, tuple[Step, Step]] = {
    "a score and a coding": (lambda world: world.put("positions", Position(SUPPORT, 1, rank=2, score=0.5)), new_coding),
    "a merge and a coding": (
        lambda world: world.put("actors", Actor(PERSON, "person", merged_into_id=ANA)),
        new_coding,
    ),
    "a date and a coding": (
        lambda world: world.put("statements", replace(world.statements[2], said=(november(9), november(10)))),
        new_coding,
    ),
    "a retraction and a coding": (lambda world: world.put("links", Link(9, 3, "retracts", 2)), new_coding),
    "a denial of a retraction and its link": (
        lambda world: world.put("statements", replace(world.statements[3], verification="denied")),
        lambda world: new_coding(world).put("links", Link(9, 3, "retracts", 2)),
    ),
    "a tenure and a coding": (
        lambda world: world.put("tenures", Tenure(9, BEN, OFFICE, 1, (november(20), None))),
        lambda world: world.put("codings", Coding(9, 2, OFFICE, 1, SUPPORT)),
    ),
    "two merges": (
        lambda world: world.put("actors", Actor(NAMESAKE, "person", merged_into_id=ANA)),
        lambda world: world.put("actors", Actor(PERSON, "person", merged_into_id=ANA)),
    ),
}
ORDERS = {False: "first commits last", True: "first commits first"}
CASES = [
    pytest.param(
        *case,
        id=f"{case[0]}, {'nothing' if case[1] else 'something'} coded before, {ORDERS[case[2]]}",
    )
    for case in product(RACES, (False, True), ORDERS)
]


@pytest.mark.parametrize(("race", "is_bare", "is_swapped"), CASES)
def test_writers_that_do_not_see_each_other_leave_what_one_after_the_other_would_leave(
    story: Story, connection_url: str, race: str, is_bare: bool, is_swapped: bool
) -> None:
    story.say(OPPOSE, 1, holders=() if is_bare else (STATE, PERSON, NAMESAKE))
    story.say(SUPPORT, 7, holders=() if is_bare else (STATE,))
    story.say(OPEN, 12, holders=())
    story.tell()
    one, other = RACES[race]
    with psycopg.connect(connection_url) as first, psycopg.connect(connection_url) as second:
        write_beside(first, story.world, one(story.world))
        write_beside(second, story.world, other(story.world))
        sooner, later = (first, second) if is_swapped else (second, first)
        with ThreadPoolExecutor() as pool:
            # A commit may wait for the other writer's commit, so run both concurrently.
            waiting = pool.submit(sooner.commit)
            wait([waiting], timeout=0.5)
            later.commit()
            waiting.result(timeout=10)
    check_stored(story.connection, one(other(story.world)), 0)


# --- Generated histories ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("histories_tried", [60, pytest.param(200, marks=pytest.mark.trial)])
def test_a_generated_history_is_derived_as_by_the_slow_way_now_and_as_known_at_every_changeset(
    connection_url: str, histories_tried: int
) -> None:
    bases = count(STRIDE, STRIDE)

    @settings(max_examples=histories_tried, deadline=None, suppress_health_check=list(HealthCheck))
    @given(history=histories())
    def check(history: History) -> None:
        base = next(bases)
        known: list[tuple[int, Derived]] = []
        before = World()
        for world in history.worlds:
            number = commit(connection, before, world, base)
            known.append((number, check_stored(connection, world, base)))
            before = world
        for (number, derived), slugs in zip(known, history.asked, strict=True):
            found = as_known(connection, number, before, base, slugs)
            of_rules = {pair: states for pair, states in derived.items() if pair[0] in slugs}
            same(found, of_columns(of_rules, State._fields, known_only=False), State._fields)

    # Compiling the plans of small queries takes longer than running them.
    with psycopg.connect(connection_url, autocommit=True, options="-c jit=off") as connection:
        prepare(connection)
        check()


def test_deriving_everything_again_changes_nothing(connection_url: str) -> None:
    tables = ("evidence", "scale", "succession", "stance", "stance_change")
    with psycopg.connect(connection_url, autocommit=True) as connection:
        prepare(connection)
        bases = count(STRIDE, STRIDE)

        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
        @given(history=histories())
        def fill(history: History) -> None:
            base = next(bases)
            for before, after in pairwise((World(), *history.worlds)):
                commit(connection, before, after, base)

        def everything() -> list[list[tuple[Any, ...]]]:
            return [
                connection.execute(f"SELECT * FROM stancedb.{table} ORDER BY 1, 2, 3, 4").fetchall() for table in tables
            ]

        fill()
        before = everything()
        assert all(before)
        with connection.transaction():
            connection.execute("SELECT stancedb.touch_all(%s)", [open_changeset(connection)])
        assert everything() == before
