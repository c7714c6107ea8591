"""The second, slower way to derive stances: plain Python over plain rows, one holder, one issue and one rule at a time.

Written from the words of the definition, not from its SQL: it walks through the days on which anything happens and asks
on each of them what is known. Nothing here reads a database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby, pairwise, zip_longest
from typing import NamedTuple

FOREVER = date.max
DAY = timedelta(days=1)

# What may end the life of evidence; the higher one wins when two fall on one day.
NOTHING, LAPSE, SUCCESSION, RETRACTION = range(4)
KIND_OF_CAUSE = {LAPSE: "lapse", SUCCESSION: "succession", RETRACTION: "retraction"}


@dataclass(frozen=True)
class Rule:
    slug: str
    min_authority: int = 1
    bases: tuple[str, ...] = ("self", "on_behalf")
    sustain_days: int | None = None
    retraction_effect: str = "revert"
    tenure_effect: str = "carry"
    expiry_days: int | None = None


@dataclass(frozen=True)
class Actor:
    id: int
    kind: str
    merged_into_id: int | None = None


@dataclass(frozen=True)
class Relation:
    id: int
    subject_id: int
    relation: str
    object_id: int
    during: tuple[date | None, date | None] = (None, None)


@dataclass(frozen=True)
class Tenure:
    id: int
    person_id: int
    office_id: int
    seat: int
    held: tuple[date | None, date | None]
    held_edtf: str | None = None

    @property
    def edtf(self) -> str:
        """The period as said; without words of its own it is said by days."""
        first, after = self.held
        return self.held_edtf or f"{first or '..'}/{after - DAY if after else '..'}"


@dataclass(frozen=True)
class Issue:
    id: int
    status: str = "active"
    merged_into_id: int | None = None


@dataclass(frozen=True)
class Position:
    id: int
    issue_id: int
    kind: str = "substantive"
    rank: int | None = None
    score: float | None = None
    status: str = "active"
    merged_into_id: int | None = None


@dataclass(frozen=True)
class Statement:
    id: int
    speaker_id: int
    said: tuple[date, date | None]
    authority: int = 4
    verification: str = "confirmed"
    merged_into_id: int | None = None
    retracted_on: date | None = None


@dataclass(frozen=True)
class Link:
    id: int
    statement_id: int
    kind: str
    target_id: int


@dataclass(frozen=True)
class Coding:
    id: int
    statement_id: int
    holder_id: int
    issue_id: int
    position_id: int | None
    basis: str = "self"
    is_final: bool = True


Row = Actor | Relation | Tenure | Issue | Position | Statement | Link | Coding


@dataclass(frozen=True)
class World:
    """All curated rows that matter, as they were known at one changeset."""

    actors: dict[int, Actor] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    positions: dict[int, Position] = field(default_factory=dict)
    tenures: dict[int, Tenure] = field(default_factory=dict)
    relations: dict[int, Relation] = field(default_factory=dict)
    statements: dict[int, Statement] = field(default_factory=dict)
    codings: dict[int, Coding] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)

    def put(self, table: str, *rows: Row) -> World:
        """Return a world in which these rows are new or replaced."""
        return replace(self, **{table: getattr(self, table) | {row.id: row for row in rows}})

    def remove(self, table: str, key: int) -> World:
        return replace(self, **{table: {k: row for k, row in getattr(self, table).items() if k != key}})


class Life(NamedTuple):
    """When and why evidence stops, and the first day after the last on which it can have stopped."""

    end: date = FOREVER
    cause: int = NOTHING
    until: date = FOREVER


@dataclass(frozen=True)
class Item:
    """One coding that counts."""

    day: date
    until: date
    authority: int
    statement_id: int
    coding_id: int
    position_id: int
    life: Life


@dataclass(frozen=True)
class Day:
    """The items of one earliest day and the one of them that wins."""

    winner: Item
    agreeing: tuple[Item, ...]
    contrary: tuple[Item, ...]

    @property
    def is_contested(self) -> bool:
        return any(item.authority == self.winner.authority for item in self.contrary)

    @property
    def life(self) -> Life:
        return max(item.life for item in self.agreeing)


@dataclass
class Run:
    """Consecutive days of one position."""

    days: list[Day]
    confirmed_on: date | None = None

    @property
    def position_id(self) -> int:
        return self.days[0].winner.position_id

    @property
    def first_day(self) -> date:
        return self.days[0].winner.day

    @property
    def life(self) -> Life:
        return max(day.life for day in self.days)


@dataclass
class Period:
    """A stretch of days on which one position is held, or nothing is known."""

    start: date
    runs: list[Run]
    cause: int
    until: date
    confirmed_on: date
    end: date | None = None

    @property
    def position_id(self) -> int | None:
        return self.runs[0].position_id if self.runs else None

    @property
    def days(self) -> list[Day]:
        """The days with evidence that stand behind it, some of them perhaps before it began."""
        return [day for run in self.runs for day in run.days]

    @property
    def last_evidence_on(self) -> date | None:
        return max((day.winner.day for day in self.days), default=None)


class State(NamedTuple):
    """What ``stancedb.states`` returns beside the holder and the issue, in the same order."""

    valid_from: date
    valid_to: date | None
    position_id: int | None
    confirmed_on: date
    onset_coding_id: int | None
    evidence_count: int
    contrary_count: int
    last_evidence_on: date | None
    is_contested: bool
    kind: str
    from_position_id: int | None
    window_from: date | None
    window_to: date
    delta_rank: int | None
    delta_score: float | None
    clarity: str | None
    walked_back_within: int | None


def derive(world: World, rule: Rule, holder_id: int, issue_id: int) -> list[State]:
    """Return what the holder was taken to hold on the issue under the rule, first to last."""
    days = list(days_of(items_of(world, rule, holder_id, issue_id)))
    runs, dropped = counting_runs(days, rule)
    aside = [item for day in days for item in day.contrary] + [item for day in dropped for item in day.agreeing]
    periods = periods_of(runs, rule)
    successions = {(on, until) for (on, _), until in successions_of(world, holder_id).items()}
    return [
        State(
            valid_from=period.start,
            valid_to=period.end,
            position_id=period.position_id,
            confirmed_on=period.confirmed_on,
            onset_coding_id=period.days[0].winner.coding_id if period.runs else None,
            evidence_count=len({item.statement_id for day in period.days for item in day.agreeing}),
            contrary_count=len(contrary_statements(period, aside)),
            last_evidence_on=period.last_evidence_on,
            is_contested=any(day.is_contested for day in period.days),
            **change_into(world, periods, number, successions),
        )
        for number, period in enumerate(periods)
    ]


# --- From rows to items -----------------------------------------------------------------------------------------------


def items_of(world: World, rule: Rule, holder_id: int, issue_id: int) -> Iterator[Item]:
    """Yield the codings that count for the holder, on the issue, under the rule."""
    for coding in world.codings.values():
        if coding.position_id is None:
            continue
        statement = world.statements[coding.statement_id]
        # A coding names the position it was made with, and counts for the one that this is merged into.
        coded = world.positions[coding.position_id]
        position = coded if coded.merged_into_id is None else world.positions[coded.merged_into_id]
        if (
            coding.is_final
            and position.issue_id == issue_id
            and kept(world, coding.holder_id) == holder_id
            and coding.basis in rule.bases
            and is_known(statement)
            and statement.authority >= rule.min_authority
        ):
            day = statement.said[0]
            yield Item(
                day=day,
                until=last_possible(statement) + DAY,
                authority=statement.authority,
                statement_id=statement.id,
                coding_id=coding.id,
                position_id=position.id,
                life=life_of(world, rule, holder_id, statement),
            )


def is_known(statement: Statement) -> bool:
    return (
        statement.merged_into_id is None
        and statement.retracted_on is None
        and statement.verification not in {"denied", "refuted"}
    )


def last_possible(statement: Statement) -> date:
    """Return the last day on which it may have been said; one that may last for ever is dated by its first day."""
    first, after = statement.said
    return first if after is None else after - DAY


def life_of(world: World, rule: Rule, holder_id: int, statement: Statement) -> Life:
    """Return the earliest end of what the statement expresses; it is held for one day at least."""
    day = statement.said[0]
    ends = []
    for link in world.links.values():
        if link.kind == "retracts" and link.target_id == statement.id:
            taking_back = world.statements[link.statement_id]
            if is_known(taking_back) and taking_back.authority >= rule.min_authority:
                ends.append((taking_back.said[0], last_possible(taking_back)))
    lives = []
    if ends:
        earliest, latest = min(ends)
        lives.append(Life(max(earliest, day + DAY), RETRACTION, max(latest, day + DAY) + DAY))
    if rule.tenure_effect == "cut":
        own = [(on, until) for (on, is_own), until in successions_of(world, holder_id).items() if is_own]
        lives += [Life(on, SUCCESSION, until) for on, until in own if on > day]
    if rule.expiry_days is not None:
        on = day + timedelta(days=rule.expiry_days)
        lives.append(Life(on, LAPSE, on + DAY))
    return min(lives, key=lambda life: (life.end, -life.cause), default=Life())


def successions_of(world: World, holder_id: int) -> dict[tuple[date, bool], date]:
    """Return when the person behind the holder changed: the day, whether it is the holder's own office, until when."""
    found: dict[tuple[date, bool], date] = {}

    def add(tenure: Tenure, *, is_own: bool) -> None:
        for day, until in ends_with_a_change(world, tenure).items():
            found[day, is_own] = max(until, found.get((day, is_own), until))

    for tenure in of_office(world, holder_id):
        add(tenure, is_own=True)
    if world.actors[holder_id].kind == "government":
        for relation in world.relations.values():
            if relation.relation == "governs" and kept(world, relation.object_id) == holder_id:
                for tenure in of_office(world, kept(world, relation.subject_id)):
                    if overlap(term_of(world, tenure), relation.during):
                        add(tenure, is_own=False)
    return found


def kept(world: World, actor_id: int) -> int:
    """Return who counts for an actor: the one it is merged into, or itself."""
    return world.actors[actor_id].merged_into_id or actor_id


def of_office(world: World, office_id: int) -> list[Tenure]:
    return [tenure for tenure in world.tenures.values() if kept(world, tenure.office_id) == office_id]


def ends_with_a_change(world: World, tenure: Tenure) -> dict[date, date]:
    """Return the days on which the person of a tenure comes to the seat or leaves it, with the ends of the windows."""
    first, after = term = term_of(world, tenure)
    if not overlap(term, (None, None)):
        return {}
    person = kept(world, tenure.person_id)
    days = set()
    if first is not None and person not in in_seat(world, tenure, first - DAY):
        days.add(first)
    if after is not None and person not in in_seat(world, tenure, after):
        days.add(after)
    # Whoever takes over in the office on that day may have done so until the end of the overlap.
    handovers = [
        taken for other in of_office(world, kept(world, tenure.office_id)) if (taken := handover(world, other))
    ]
    return {day: max([day + DAY, *(until for on, until in handovers if on == day)]) for day in days}


def in_seat(world: World, tenure: Tenure, day: date) -> set[int]:
    """Return who is in the seat of a tenure on a day."""
    return {
        kept(world, other.person_id)
        for other in same_seat(world, tenure)
        if overlap(term_of(world, other), (day, day + DAY))
    }


def same_seat(world: World, tenure: Tenure) -> list[Tenure]:
    return [other for other in of_office(world, kept(world, tenure.office_id)) if other.seat == tenure.seat]


def term_of(world: World, tenure: Tenure) -> tuple[date | None, date | None]:
    """Return the period of a tenure until somebody else took over in its seat."""
    first, after = tenure.held
    taken = handover(world, tenure)
    return first, taken[0] if taken else after


def handover(world: World, tenure: Tenure) -> tuple[date, date] | None:
    """Return the days, as a half-open period, in which the first newcomer can have taken over before its said end."""
    found = [
        (
            max(tenure.held[0] or date.min, other.held[0] or date.min),
            min(tenure.held[1] or FOREVER, other.held[1] or FOREVER),
        )
        for other in same_seat(world, tenure)
        if kept(world, other.person_id) != kept(world, tenure.person_id)
        and overlap(tenure.held, other.held)
        and surely(tenure)[1] < surely(other)[0]
    ]
    return min(found, key=lambda taken: (taken[0], -taken[1].toordinal()), default=None)


def surely(tenure: Tenure) -> tuple[float, float]:
    """Return the first and the last half of a day on which the person was in the seat, whatever the true dates.

    On a boundary day one person leaves at noon and the other comes, so the morning of the first day and the evening of
    the last are not sure. If no half is, it is the one moment in the middle of what is open.
    """
    first, after = tenure.held
    latest_first = first and min(
        first + precision(tenure.edtf.partition("/")[0], first) - DAY, (after or FOREVER) - DAY
    )
    if after is None:
        earliest_last = None
    elif "/" not in tenure.edtf:
        latest_first, earliest_last = after - DAY, first
    else:
        start_of_last = after - DAY
        side = tenure.edtf.partition("/")[2]
        start_of_last = start_of_last.replace(month=1 if len(side) == 4 else start_of_last.month)
        start_of_last = start_of_last if len(side) == 10 else start_of_last.replace(day=1)
        earliest_last = max(start_of_last, first or date.min)
    if latest_first and earliest_last and earliest_last <= latest_first:
        middle = 2 * (earliest_last.toordinal() + (latest_first - earliest_last).days // 2)
        return middle, middle
    return (
        2 * latest_first.toordinal() + 1 if latest_first else float("-inf"),
        2 * earliest_last.toordinal() - 1 if earliest_last else float("inf"),
    )


def precision(said: str, first: date) -> timedelta:
    """Return how long a year, a month or a day is, told apart by the length of its text."""
    if len(said) == 4:
        return date(first.year + 1, 1, 1) - date(first.year, 1, 1)
    if len(said) == 7:
        return first.replace(day=28) + 4 * DAY - (first.replace(day=28) + 4 * DAY).day * DAY + DAY - first
    return DAY


def overlap(a: tuple[date | None, date | None], b: tuple[date | None, date | None]) -> bool:
    return max(a[0] or date.min, b[0] or date.min) < min(a[1] or FOREVER, b[1] or FOREVER)


# --- From items to runs -----------------------------------------------------------------------------------------------


def days_of(items: Iterator[Item]) -> Iterator[Day]:
    """Let one item win on each day: the highest authority, then the latest statement."""
    for _, group in groupby(sorted(items, key=lambda item: item.day), key=lambda item: item.day):
        of_day = list(group)
        winner = max(of_day, key=lambda item: (item.authority, item.statement_id, item.coding_id))
        yield Day(
            winner=winner,
            agreeing=tuple(item for item in of_day if item.position_id == winner.position_id),
            contrary=tuple(item for item in of_day if item.position_id != winner.position_id),
        )


def form_runs(days: list[Day]) -> list[Run]:
    """Put days into runs; a run goes on while the position stays and something that was said in it still lives."""
    runs: list[Run] = []
    for day in days:
        if runs and runs[-1].position_id == day.winner.position_id and runs[-1].life.end > day.winner.day:
            runs[-1].days.append(day)
        else:
            runs.append(Run([day]))
    return runs


def counting_runs(days: list[Day], rule: Rule) -> tuple[list[Run], list[Day]]:
    """Return the runs that satisfy the rule, and the days that are set aside because their run never does."""
    runs = form_runs(days)
    if rule.sustain_days is None:
        for run in runs:
            run.confirmed_on = run.first_day
        return runs, []
    confirmed: dict[date, date] = {}
    kept: list[Day] = []
    dropped: list[Day] = []
    for run, following in zip_longest(runs, runs[1:]):
        possible = []
        if len(run.days) > 1:
            possible.append(run.days[1].winner.day)
        enough = run.first_day + timedelta(days=rule.sustain_days)
        if run.life.end >= enough and (following is None or following.first_day >= enough):
            possible.append(enough)
        if possible:
            kept += run.days
            confirmed |= {day.winner.day: min(possible) for day in run.days}
        else:
            dropped += run.days
    again = form_runs(kept)
    for run in again:
        run.confirmed_on = min(confirmed[day.winner.day] for day in run.days)
    return again, dropped


# --- From runs to periods ---------------------------------------------------------------------------------------------


def held_at(runs: list[Run], day: date, rule: Rule) -> Run | None:
    """Return the run whose position is held on a day: the latest begun, or what it gives way to at its end."""
    begun = [run for run in runs if run.first_day <= day]
    in_play = begun if rule.retraction_effect == "revert" else begun[-1:]
    return next((run for run in reversed(in_play) if run.life.end > day), None)


def why(runs: list[Run], day: date, rule: Rule, now: Run | None) -> Life:
    """Return what stopped on the day among all that stood in the way of what is held now."""
    begun = [run for run in runs if run.first_day <= day]
    later = begun[begun.index(now) + 1 :] if now else begun if rule.retraction_effect == "revert" else begun[-1:]
    return max(run.life for run in later if run.life.end == day)


def periods_of(runs: list[Run], rule: Rule) -> list[Period]:
    """Walk through the days on which a run begins or stops, and open a period wherever another position is held."""
    breakpoints = sorted({run.first_day for run in runs} | {run.life.end for run in runs if run.life.end < FOREVER})
    periods: list[Period] = []
    before: Run | None = None
    for day in breakpoints:
        now = held_at(runs, day, rule)
        if now is before and periods:
            continue
        before = now
        if periods and now and periods[-1].position_id == now.position_id:
            if now not in periods[-1].runs:
                periods[-1].runs.append(now)
            continue
        if now and now.first_day == day:
            assert now.confirmed_on is not None
            cause, until, confirmed_on = NOTHING, now.days[0].winner.until, now.confirmed_on
        else:
            _, cause, until = why(runs, day, rule, now)
            confirmed_on = day
        periods.append(Period(day, [now] if now else [], cause, until, confirmed_on))
    for earlier, later in pairwise(periods):
        earlier.end = later.start
    return periods


def contrary_statements(period: Period, aside: list[Item]) -> set[int]:
    """Return the statements set aside within the period that say something else."""
    return {
        item.statement_id
        for item in aside
        if period.position_id is not None
        and item.position_id != period.position_id
        and period.start <= item.day < (period.end or FOREVER)
    }


# --- From periods to changes ------------------------------------------------------------------------------------------


def change_into(
    world: World, periods: list[Period], number: int, successions: set[tuple[date, date]]
) -> dict[str, object]:
    """Return what the change into one period is and when it can have happened."""
    period = periods[number]
    known = [p for p in periods[:number] if p.position_id is not None]
    old = known[-1] if known else None
    earlier = known[-2] if len(known) > 1 else None
    after_nothing = number > 0 and periods[number - 1].position_id is None

    window_from = None
    if old is not None:
        assert old.last_evidence_on is not None
        if period.position_id is not None and after_nothing:
            window_from = periods[number - 1].start
        elif period.cause in {SUCCESSION, LAPSE}:
            window_from = period.start
        else:
            window_from = old.last_evidence_on + DAY
    window_to = period.until if window_from is None else max(period.until, window_from + DAY)

    new_position = None if period.position_id is None else world.positions[period.position_id]
    old_position = None if old is None or old.position_id is None else world.positions[old.position_id]
    has_succession = window_from is not None and any(
        overlap((window_from, window_to), (on, until)) for on, until in successions
    )
    is_back = earlier is not None and period.position_id == earlier.position_id
    if old_position is None:
        kind = "initial"
    elif period.cause:
        kind = KIND_OF_CAUSE[period.cause]
    elif has_succession:
        kind = "succession"
    elif is_back or new_position == old_position:
        kind = "return"
    else:
        assert new_position is not None
        is_retired = "retired" in {old_position.status, new_position.status}
        kind = "shift" if is_retired else compare(world, old_position, new_position)
    both = new_position is not None and old_position is not None
    return {
        "kind": kind,
        "from_position_id": old_position.id if old_position else None,
        "window_from": window_from,
        "window_to": window_to,
        "delta_rank": less(new_position.rank, old_position.rank) if both else None,
        "delta_score": less(new_position.score, old_position.score) if both else None,
        "clarity": clarity(old_position, new_position) if both else None,
        "walked_back_within": (period.start - old.start).days
        if old and kind == "return" and is_back and not after_nothing
        else None,
    }


def compare(world: World, old: Position, new: Position) -> str:
    """Return what kind of change lies between two positions when nothing but them decides."""
    seen = clarity(old, new)
    if seen == "clarified":
        return "clarification"
    if seen == "obscured":
        return "obscuring"
    has_ranks = old.rank is not None and new.rank is not None
    if old.kind == new.kind == "substantive":
        if old.score is not None and new.score is not None and (old.score < 0 < new.score or new.score < 0 < old.score):
            return "reversal"
        ranks = [
            position.rank
            for position in world.positions.values()
            if position.issue_id == new.issue_id and position.kind == "substantive" and position.rank is not None
        ]
        if has_ranks and {old.rank, new.rank} == {min(ranks), max(ranks)}:
            return "reversal"
    if has_ranks:
        assert old.rank is not None
        assert new.rank is not None
        return "hardening" if new.rank > old.rank else "softening"
    return "shift"


def clarity(old: Position, new: Position) -> str:
    was_clear, is_clear = old.kind == "substantive", new.kind == "substantive"
    if was_clear == is_clear:
        return "same"
    return "clarified" if is_clear else "obscured"


def less(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before
