"""A second, slower derivation of stances: plain Python over plain rows, for one holder, issue and rule at a time.

Written from the text of the definition, not from its SQL: it walks through the days one by one and determines on each
what counts, what is held, and why that differs from the day before. Nothing here reads a database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any, NamedTuple

FOREVER = date.max
DAY = timedelta(days=1)

# Why a position is no longer held; of two reasons on one day the higher one is reported.
NOTHING, LAPSE, SUCCESSION, RETRACTION, ENDED, RETURN = range(6)
KIND_OF_CAUSE = {
    LAPSE: "lapse",
    SUCCESSION: "succession",
    RETRACTION: "retraction",
    ENDED: "ended",
    RETURN: "return",
}


@dataclass(frozen=True)
class Rule:
    slug: str
    min_authority: int = 1
    bases: tuple[str, ...] = ("self", "on_behalf")
    sustain_days: int | None = None
    retraction_effect: str = "revert"
    tenure_effect: str = "carry"
    expiry_days: int | None = None
    same_day: str = "last"


@dataclass(frozen=True)
class Actor:
    id: int
    kind: str
    merged_into_id: int | None = None
    slug: str = "actor"


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
        """The period as given, or by its days if it was not given as text."""
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
    said_edtf: str = "2025"
    said_at: datetime | None = None
    ends: bool = False
    slug: str | None = None

    @property
    def is_lasting(self) -> bool:
        return "/" in self.said_edtf


@dataclass(frozen=True)
class Mention:
    id: int
    statement_id: int
    article: str
    place: int


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
    coder: str = "coder"
    codebook: str = "book-b"


Row = Actor | Relation | Tenure | Issue | Position | Statement | Mention | Link | Coding


@dataclass(frozen=True)
class World:
    """All relevant curated rows, as known at one changeset."""

    actors: dict[int, Actor] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    positions: dict[int, Position] = field(default_factory=dict)
    tenures: dict[int, Tenure] = field(default_factory=dict)
    relations: dict[int, Relation] = field(default_factory=dict)
    statements: dict[int, Statement] = field(default_factory=dict)
    mentions: dict[int, Mention] = field(default_factory=dict)
    codings: dict[int, Coding] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)

    def put(self, table: str, *rows: Row) -> World:
        """Return a world in which these rows are added or replaced."""
        return replace(self, **{table: getattr(self, table) | {row.id: row for row in rows}})

    def remove(self, table: str, key: int) -> World:
        return replace(self, **{table: {k: row for k, row in getattr(self, table).items() if k != key}})


class Stop(NamedTuple):
    """When and why a position is no longer held, and the first day after the last possible day of the change."""

    day: date = FOREVER
    cause: int = NOTHING
    until: date = FOREVER


@dataclass(frozen=True)
class Item:
    """A coding that the rule counts, whether or not it is retracted."""

    day: date
    until: date
    instant: datetime | None
    authority: int
    tie: tuple[str, ...]
    statement_id: int
    coding_id: int
    position_id: int
    is_lasting: bool = False
    last: date = FOREVER
    surely: date = FOREVER
    ends: bool = False


@dataclass(frozen=True)
class Day:
    """The evidence of one day: the item that is the last word, the items that agree with it, and the others."""

    winner: Item
    onset: Item
    agreeing: tuple[Item, ...]
    contrary: tuple[Item, ...]
    is_tied: bool

    @property
    def day(self) -> date:
        return self.winner.day

    @property
    def position_id(self) -> int:
        return self.winner.position_id


class Run:
    """Consecutive days of one position, as seen on one day."""

    def __init__(self, view: View, days: list[Day]) -> None:
        self.view = view
        self.days = days
        self.confirmed_on: date | None = None

    @property
    def position_id(self) -> int:
        return self.days[0].position_id

    @property
    def first_day(self) -> date:
        return self.days[0].day

    @property
    def items(self) -> list[Item]:
        return [item for day in self.days for item in day.agreeing]

    @property
    def second_day(self) -> date | None:
        """Return the second of its dates; two days of one lasting statement are two dates."""
        first = self.days[0]
        possible = [day.day for day in self.days[1:2]]
        possible += [first.day + DAY for item in first.agreeing if self.view.speaks(item) > first.day]
        return min(possible, default=None)

    @property
    def stops(self) -> list[Stop]:
        """Return when it may end by itself: nothing of it is left, it `ends`, or a later statement was retracted."""
        view = self.view
        stops = [max(view.life(item) for item in self.items)]
        spoken, is_end = max((view.speaks(item), view.is_end(item)) for item in self.items)
        if is_end:
            stops.append(Stop(spoken + DAY, ENDED, spoken + 2 * DAY))
        silenced = view.silenced(self.position_id)
        if silenced is not None and silenced > spoken:
            stops.append(Stop(silenced + DAY, RETRACTION))
        return stops

    @property
    def stop(self) -> Stop:
        return min(self.stops, key=lambda stop: (stop.day, -stop.cause))

    def goes_on(self, day: Day) -> bool:
        """Return whether a day belongs to it; after an end it continues if it is taken up again on the next day."""
        return self.position_id == day.position_id and all(
            stop.day > day.day or (stop.cause == ENDED and stop.day == day.day) for stop in self.stops
        )


@dataclass
class Period:
    """A period of days on which one position is held, or nothing is known."""

    start: date
    position_id: int | None
    cause: int
    until: date
    onset_coding_id: int | None
    confirmed_on: date = FOREVER
    end: date | None = None
    is_contested: bool = False
    evidence: set[int] = field(default_factory=set)
    contrary: set[int] = field(default_factory=set)
    spoken: set[tuple[Item, date]] = field(default_factory=set)
    carried_to: date | None = None

    def last(self, *, surely: bool = False) -> date:
        """Return its last evidence; an open statement without a successor is dated by its first day."""
        days = []
        for item, spoken in self.spoken:
            day = min(spoken, item.surely) if surely else spoken
            if self.end is not None:
                day = min(day, self.end - DAY)
            days.append(item.day if day == FOREVER else day)
        return max(days)


class State(NamedTuple):
    """The columns of ``stancedb.states`` after the holder and the issue, in the same order."""

    valid_from: date
    valid_to: date | None
    position_id: int | None
    confirmed_on: date
    onset_coding_id: int | None
    evidence_count: int
    contrary_count: int
    last_evidence_on: date | None
    is_contested: bool
    carried_to: date | None
    kind: str
    from_position_id: int | None
    window_from: date | None
    window_to: date
    delta_rank: int | None
    delta_score: float | None
    clarity: str | None
    walked_back_within: int | None


def derive(world: World, rule: Rule, holder_id: int, issue_id: int) -> list[State]:
    """Return the stances of the holder on the issue under the rule, first to last."""
    items = list(items_of(world, rule, holder_id, issue_id))
    if not items:
        return []
    periods = periods_of(Past(world, rule, holder_id, items))
    successions = {(on, until) for (on, _), until in successions_of(world, holder_id).items()}
    return [
        State(
            valid_from=period.start,
            valid_to=period.end,
            position_id=period.position_id,
            confirmed_on=period.confirmed_on,
            onset_coding_id=period.onset_coding_id,
            evidence_count=len(period.evidence),
            contrary_count=len(period.contrary),
            last_evidence_on=period.last() if period.spoken else None,
            is_contested=period.is_contested,
            carried_to=period.carried_to,
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
        # A coding refers to its original position, and counts for the position that it was merged into.
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
            day, after = statement.said
            is_lasting = statement.is_lasting
            yield Item(
                day=day,
                until=last_possible(statement) + DAY,
                instant=None if is_lasting else statement.said_at,
                authority=statement.authority,
                tie=tie_key(world, coding),
                statement_id=statement.id,
                coding_id=coding.id,
                position_id=position.id,
                is_lasting=is_lasting,
                last=day if not is_lasting else FOREVER if after is None else after - DAY,
                surely=day
                if not is_lasting
                else FOREVER
                if after is None
                else max(day, first_of(last_part(statement))),
                ends=statement.ends and after is not None,
            )


def tie_key(world: World, coding: Coding) -> tuple[str, ...]:
    """Return the tie key of two codings: only values that are part of the record."""
    places = [(m.article, f"{m.place:010}") for m in world.mentions.values() if m.statement_id == coding.statement_id]
    slug = f"{world.statements[coding.statement_id].slug or 'slug'}-{coding.statement_id}"
    holder = f"{world.actors[coding.holder_id].slug}-{coding.holder_id}"
    return (*min(places, default=("", "")), slug, holder, coding.coder, coding.codebook)


def is_known(statement: Statement) -> bool:
    return (
        statement.merged_into_id is None
        and statement.retracted_on is None
        and statement.verification not in {"denied", "refuted"}
    )


def last_possible(statement: Statement) -> date:
    """Return the last day on which it may have been said, or begun; an open statement is dated by its first day."""
    first, after = statement.said
    if statement.is_lasting:
        begun = after_of(statement.said_edtf.split("/")[0]) - DAY
        return begun if after is None else min(begun, after - DAY)
    return first if after is None else after - DAY


def last_part(statement: Statement) -> str:
    return statement.said_edtf.split("/")[1]


def first_of(part: str) -> date:
    """Return the first day of a day, a month or a year."""
    numbers = [int(number) for number in part.split("-")]
    return date(*[*numbers, 1, 1][:3])


def after_of(part: str) -> date:
    """Return the first day after a day, a month or a year."""
    first = first_of(part)
    day = first + DAY
    while part.count("-") < 2 and (day.year == first.year and (part.count("-") == 0 or day.month == first.month)):
        day += DAY
    return day


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
    """Return the actor that an actor counts for: itself, or the actor it was merged into."""
    return world.actors[actor_id].merged_into_id or actor_id


def of_office(world: World, office_id: int) -> list[Tenure]:
    return [tenure for tenure in world.tenures.values() if kept(world, tenure.office_id) == office_id]


def ends_with_a_change(world: World, tenure: Tenure) -> dict[date, date]:
    """Return the days on which the person of a tenure takes or leaves the seat, with the ends of the windows."""
    first, after = term = term_of(world, tenure)
    if not overlap(term, (None, None)):
        return {}
    person = kept(world, tenure.person_id)
    days = set()
    if first is not None and person not in in_seat(world, tenure, first - DAY):
        days.add(first)
    if after is not None and person not in in_seat(world, tenure, after):
        days.add(after)
    # A successor who takes over on that day may have done so until the end of the overlap.
    handovers = [
        taken for other in of_office(world, kept(world, tenure.office_id)) if (taken := handover(world, other))
    ]
    return {day: max([day + DAY, *(until for on, until in handovers if on == day)]) for day in days}


def in_seat(world: World, tenure: Tenure, day: date) -> set[int]:
    """Return the person in the seat of a tenure on a day."""
    return {
        kept(world, other.person_id)
        for other in same_seat(world, tenure)
        if overlap(term_of(world, other), (day, day + DAY))
    }


def same_seat(world: World, tenure: Tenure) -> list[Tenure]:
    return [other for other in of_office(world, kept(world, tenure.office_id)) if other.seat == tenure.seat]


def term_of(world: World, tenure: Tenure) -> tuple[date | None, date | None]:
    """Return the period of a tenure until another person took over in its seat."""
    first, after = tenure.held
    taken = handover(world, tenure)
    return first, taken[0] if taken else after


def handover(world: World, tenure: Tenure) -> tuple[date, date] | None:
    """Return the days, as a half-open period, in which the first successor can have taken over before its given end."""
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
    """Return the first and the last half of a day on which the person was certainly in the seat.

    On a boundary day one person leaves at noon and the other takes over, so the morning of the first day and the
    evening of the last are uncertain. If no half is certain, it is the moment in the middle of the uncertain period.
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
    """Return the length of a year, a month or a day, distinguished by the length of its text."""
    if len(said) == 4:
        return date(first.year + 1, 1, 1) - date(first.year, 1, 1)
    if len(said) == 7:
        return first.replace(day=28) + 4 * DAY - (first.replace(day=28) + 4 * DAY).day * DAY + DAY - first
    return DAY


def overlap(a: tuple[date | None, date | None], b: tuple[date | None, date | None]) -> bool:
    return max(a[0] or date.min, b[0] or date.min) < min(a[1] or FOREVER, b[1] or FOREVER)


# --- What counts on a day ---------------------------------------------------------------------------------------------


class Past:
    """All codings that the rule counts for one holder on one issue, and their retractions."""

    def __init__(self, world: World, rule: Rule, holder_id: int, items: list[Item]) -> None:
        self.world = world
        self.rule = rule
        self.items = items
        self.cuts = [(on, until) for (on, is_own), until in successions_of(world, holder_id).items() if is_own]
        self.views: dict[date | None, View] = {}

    def links_to(self, statement_id: int) -> list[Link]:
        """Return the retractions of a statement that the rule counts."""
        return [
            link
            for link in self.world.links.values()
            if link.kind == "retracts"
            and link.target_id == statement_id
            and is_known(self.world.statements[link.statement_id])
            and self.world.statements[link.statement_id].authority >= self.rule.min_authority
        ]

    def is_taken_back(self, statement_id: int, on: date) -> bool:
        """Return whether a link that retracts the statement counts on the day."""
        return any(
            self.world.statements[link.statement_id].said[0] <= on and not self.is_taken_back(link.statement_id, on)
            for link in self.links_to(statement_id)
        )

    def counts(self, item: Item, on: date) -> bool:
        """Return whether an item counts on a day; on its own day it always does, because it was held."""
        return on <= item.day or not self.is_taken_back(item.statement_id, on)

    @cached_property
    def acts(self) -> dict[date, date]:
        """Return the days on which links begin to have an effect, with the first day after their last possible day."""
        found: dict[date, date] = {}
        for item in self.items:
            pending, seen = self.links_to(item.statement_id), set()
            while pending:
                link = pending.pop()
                if link.id in seen:
                    continue
                seen.add(link.id)
                statement = self.world.statements[link.statement_id]
                day = statement.said[0]
                if link.target_id == item.statement_id:
                    day = max(day, item.day + DAY)
                found[day] = max(found.get(day, day), last_possible(statement) + DAY, day + DAY)
                pending += self.links_to(link.statement_id)
        return found

    @cached_property
    def turns(self) -> list[date]:
        """Return the days on which something begins or ceases to count because of a link."""
        return [
            day
            for day in sorted(self.acts)
            if any(self.counts(item, day) != self.counts(item, day - DAY) for item in self.items)
        ]

    def view(self, on: date) -> View:
        turn = max((turn for turn in self.turns if turn <= on), default=None)
        if turn not in self.views:
            self.views[turn] = View(self, turn or date.min)
        return self.views[turn]


class View:
    """The past between two effects of retractions, within which nothing is retracted or restored."""

    def __init__(self, past: Past, on: date) -> None:
        self.past = past
        self.rule = past.rule
        self.items = [item for item in past.items if past.counts(item, on)]
        self.dead = [item for item in past.items if not past.counts(item, on)]
        self.restored = {item for item in self.items if on in past.turns and not past.counts(item, on - DAY)}
        self.later_turns = [turn for turn in past.turns if turn > on]
        self.days = list(days_of(self.items, self.rule))
        self.spoken: dict[Item, date] = {}
        self.runs, self.dropped = self.counting_runs()
        self.stops = {run.first_day: run.stop for run in self.runs}

    def gone(self, item: Item) -> date:
        """Return the first day after these on which an item no longer counts."""
        return next((turn for turn in self.later_turns if not self.past.counts(item, turn)), FOREVER)

    def next_day(self, item: Item) -> date:
        """Return the next day of another position."""
        later = (day.day for day in self.days if day.day > item.day and day.position_id != item.position_id)
        return min(later, default=FOREVER)

    def speaks(self, item: Item) -> date:
        """Return the last day for which an item expresses its position."""
        if not item.is_lasting:
            return item.day
        if item not in self.spoken:
            following = [end - DAY for end in (self.next_day(item), self.gone(item)) if end < FOREVER]
            self.spoken[item] = min([item.last, *following])
        return self.spoken[item]

    def is_end(self, item: Item) -> bool:
        return item.ends and self.speaks(item) == item.last

    def life(self, item: Item) -> Stop:
        """Return the earliest end of what an item expresses."""
        spoken = self.speaks(item)
        lives = [Stop()]
        if (gone := self.gone(item)) < FOREVER:
            lives.append(Stop(gone, RETRACTION))
        if spoken < FOREVER:
            if self.rule.tenure_effect == "cut":
                lives += [Stop(on, SUCCESSION, until) for on, until in self.past.cuts if on > spoken]
            if self.rule.expiry_days is not None:
                on = spoken + timedelta(days=self.rule.expiry_days)
                lives.append(Stop(on, LAPSE, on + DAY))
        return min(lives, key=lambda stop: (stop.day, -stop.cause))

    def silenced(self, position_id: int) -> date | None:
        """Return the last day of another position whose statement is retracted, if nothing is known after that."""
        if self.rule.retraction_effect == "revert":
            return None
        return max((item.day for item in self.dead if item.position_id != position_id), default=None)

    def is_contested(self, day: Day) -> bool:
        """Return whether another position has the same authority, on the day or in a period that contains the day."""
        overlapping = (
            item.is_lasting
            and item.last >= day.day
            and item.position_id != day.position_id
            and item.authority == day.winner.authority
            for earlier in self.days
            if earlier.day < day.day
            for item in earlier.agreeing
        )
        return day.is_tied or any(overlapping)

    def form_runs(self, days: list[Day]) -> list[Run]:
        """Divide days into runs; a run continues while the position is the same and it has not ended by itself."""
        runs: list[Run] = []
        for day in days:
            if runs and runs[-1].goes_on(day):
                runs[-1].days.append(day)
            else:
                runs.append(Run(self, [day]))
        return runs

    def counting_runs(self) -> tuple[list[Run], list[Day]]:
        """Return the runs that satisfy the rule, and the days that are ignored because their run never does."""
        runs = self.form_runs(self.days)
        if self.rule.sustain_days is None:
            for run in runs:
                run.confirmed_on = run.first_day
            return runs, []
        confirmed: dict[date, date] = {}
        kept: list[Day] = []
        dropped: list[Day] = []
        for number, run in enumerate(runs):
            possible = [run.second_day] if run.second_day else []
            enough = run.first_day + timedelta(days=self.rule.sustain_days)
            is_followed = number + 1 < len(runs) and runs[number + 1].first_day < enough
            if run.stop.day >= enough and not is_followed:
                possible.append(enough)
            if possible:
                kept += run.days
                confirmed |= {day.day: min(possible) for day in run.days}
            else:
                dropped += run.days
        again = self.form_runs(kept)
        for run in again:
            run.confirmed_on = min(confirmed[day.day] for day in run.days)
        return again, dropped

    def held(self, on: date) -> Run | None:
        """Return the run whose position is held on a day."""
        begun = [run for run in self.runs if run.first_day <= on]
        return begun[-1] if begun and self.stops[begun[-1].first_day].day > on else None

    def shown(self, on: date) -> Run | None:
        """Return the run whose position was known to be held on a day, as seen on that day."""
        begun = [run for run in self.runs if run.first_day <= on and run.confirmed_on and run.confirmed_on <= on]
        return begun[-1] if begun and self.stops[begun[-1].first_day].day > on else None

    def aside(self, on: date) -> list[Item]:
        """Return what counts on a day and is not part of a run."""
        of_day = [item for day in self.days if day.day == on for item in day.contrary]
        return of_day + [item for day in self.dropped if day.day == on for item in day.agreeing]


def days_of(items: list[Item], rule: Rule) -> Iterator[Day]:
    """Let one position be the position of each day."""
    for _, group in groupby(sorted(items, key=lambda item: item.day), key=lambda item: item.day):
        of_day = list(group)
        highest = max(item.authority for item in of_day)
        if rule.same_day == "majority":
            heard = [item for item in of_day if item.authority == highest]
            votes = {
                item.position_id: len({other.statement_id for other in heard if other.position_id == item.position_id})
                for item in heard
            }
            winner = onset = max(heard, key=lambda item: (votes[item.position_id], item.tie))
            is_tied = len(votes) > 1
        elif all(item.instant is not None for item in of_day):
            in_order = sorted(of_day, key=lambda item: (item.instant, item.authority, item.tie))
            winner = in_order[-1]
            # The final run of the position began after the last statement of another position.
            onset = [list(words) for _, words in groupby(in_order, lambda item: item.position_id)][-1][0]
            last = [item for item in of_day if (item.instant, item.authority) == (winner.instant, winner.authority)]
            is_tied = len({item.position_id for item in last}) > 1
        else:
            winner = onset = max(of_day, key=lambda item: (item.authority, item.tie))
            is_tied = len({item.position_id for item in of_day if item.authority == highest}) > 1
        yield Day(
            winner=winner,
            onset=onset,
            agreeing=tuple(item for item in of_day if item.position_id == winner.position_id),
            contrary=tuple(item for item in of_day if item.position_id != winner.position_id),
            is_tied=is_tied,
        )


# --- From day to day --------------------------------------------------------------------------------------------------


def periods_of(past: Past) -> list[Period]:
    """Walk through the days and begin a period wherever the position differs from that of the day before."""
    periods: list[Period] = []
    yesterday: Run | None = None
    for on in walked(past):
        view = past.view(on)
        now = view.held(on)
        position = now.position_id if now else None
        if not periods and not now:
            continue
        if not periods or periods[-1].position_id != position:
            if periods:
                periods[-1].end = on
            onset = now.days[0].onset.coding_id if now else None
            periods.append(Period(on, position, *why(past, on, now, yesterday), onset))
        absorb(periods[-1], view, now, on)
        yesterday = now
    for earlier, later in pairwise(periods):
        if earlier.position_id is not None and later.position_id is not None:
            earlier.carried_to = next(
                (
                    on
                    for on in walked(past)
                    if later.start <= on < later.confirmed_on
                    and getattr(past.view(on).shown(on), "position_id", None) != earlier.position_id
                ),
                None,
            )
    return periods


def walked(past: Past) -> list[date]:
    """Return all days from the first statement to the last possible change."""
    marks = {item.day for item in past.items} | {item.last for item in past.items} | set(past.turns)
    for on in (date.min, *past.turns):
        for run in past.view(on).runs:
            marks |= {run.first_day, run.stop.day, run.confirmed_on or run.first_day}
    finite = [mark for mark in marks if mark < FOREVER]
    first, last = min(item.day for item in past.items), max(finite) + DAY
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def why(past: Past, on: date, now: Run | None, yesterday: Run | None) -> tuple[int, date]:
    """Return why the day differs from the day before, and the first day after the last possible day of the change."""
    if now and now.first_day == on:
        return NOTHING, now.days[0].onset.until
    if now:
        is_return = any(item in past.view(on).restored for item in now.items if item.day < on)
        return (RETURN if is_return else RETRACTION), past.acts[on]
    stop = yesterday.stop if yesterday else Stop()
    if stop.day == on and stop.cause != RETRACTION:
        return stop.cause, stop.until
    return RETRACTION, past.acts[on]


def absorb(period: Period, view: View, now: Run | None, on: date) -> None:
    """Add to a period what one of its days contributes."""
    if now is None:
        period.confirmed_on = min(period.confirmed_on, on)
        return
    assert now.confirmed_on is not None
    period.confirmed_on = min(period.confirmed_on, max(on, now.confirmed_on))
    for day in now.days:
        if day.day <= on:
            period.is_contested |= view.is_contested(day)
            for item in day.agreeing:
                period.evidence.add(item.statement_id)
                period.spoken.add((item, view.speaks(item)))
    for item in view.aside(on):
        if item.position_id == period.position_id:
            period.evidence.add(item.statement_id)
            period.spoken.add((item, item.day))
        else:
            period.contrary.add(item.statement_id)


# --- From periods to changes ------------------------------------------------------------------------------------------


def change_into(
    world: World, periods: list[Period], number: int, successions: set[tuple[date, date]]
) -> dict[str, Any]:
    """Return the kind of the change into one period and when it can have happened."""
    period = periods[number]
    known = [p for p in periods[:number] if p.position_id is not None]
    old = known[-1] if known else None
    earlier = known[-2] if len(known) > 1 else None
    after_nothing = number > 0 and periods[number - 1].position_id is None

    window_from = None
    if old is not None:
        if period.cause in {SUCCESSION, LAPSE, RETURN}:
            window_from = period.start
        elif period.position_id is not None and after_nothing:
            window_from = periods[number - 1].start
        else:
            window_from = old.last(surely=True) + DAY
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
    delta_rank = delta_score = clearer = None
    if new_position is not None and old_position is not None:
        delta_rank = less(new_position.rank, old_position.rank)
        delta_score = less(new_position.score, old_position.score)
        clearer = clarity(old_position, new_position)
    return {
        "kind": kind,
        "from_position_id": old_position.id if old_position else None,
        "window_from": window_from,
        "window_to": window_to,
        "delta_rank": delta_rank,
        "delta_score": delta_score,
        "clarity": clearer,
        "walked_back_within": (period.start - old.start).days
        if old and kind == "return" and is_back and not after_nothing
        else None,
    }


def compare(world: World, old: Position, new: Position) -> str:
    """Return the kind of change between two positions if only the positions decide."""
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
