"""Histories to derive from: sequences of worlds, drawn by Hypothesis, and how they are written to a database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import psycopg
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter
from psycopg import sql
from psycopg.types.range import DateRange

from tests.derivation.slow import (
    Actor,
    Coding,
    Issue,
    Link,
    Mention,
    Position,
    Relation,
    Row,
    Rule,
    Statement,
    Tenure,
    World,
    after_of,
    first_of,
    overlap,
    surely,
)

FIRST_DAY = date(2025, 11, 1)
DAY = timedelta(days=1)
WINDOW = 40
MARGIN = 6

# Ids within a history are small; an offset by a multiple of this number separates histories.
STRIDE = 1000

SHIPPED = (
    Rule("latest-word", tenure_effect="cut"),
    Rule("authoritative", min_authority=5),
    Rule("sustained", sustain_days=30),
)
VARIANTS = (
    Rule(
        "brief-memory",
        bases=("self", "on_behalf", "attributed_by_other"),
        retraction_effect="unknown",
        tenure_effect="cut",
        expiry_days=7,
    ),
    Rule("patient", min_authority=2, sustain_days=5, tenure_effect="cut", expiry_days=12),
    Rule("strict", bases=("self",), sustain_days=10, retraction_effect="unknown"),
    Rule("collective", same_day="majority"),
)
RULES = (*SHIPPED, *VARIANTS)

PERSON, OTHER_PERSON, OFFICE, OTHER_OFFICE, STATE, GOVERNMENT, OTHER_GOVERNMENT = range(1, 8)
INCUMBENTS = (8, 9)
ACTORS = {
    PERSON: "person",
    OTHER_PERSON: "person",
    OFFICE: "office",
    OTHER_OFFICE: "office",
    STATE: "state",
    GOVERNMENT: "government",
    OTHER_GOVERNMENT: "government",
} | dict.fromkeys(INCUMBENTS, "person")
KINDS = ("substantive", "substantive", "substantive", "deliberate_ambiguity", "no_position")
# Includes the limits of the types: a difference of ranks exceeds smallint, a product of scores exceeds double.
RANKS = (None, -1, 0, 1, 2, 3, 4, -32768, 32767)
SCORES = (None, None, None, -1.0, -0.5, 0.0, 0.5, 1.0, 1e-200, -1e-200)
AUTHORITIES = (1, 2, 3, 3, 4, 5, 5, 6)
VERIFICATIONS = (*["confirmed"] * 8, "single_source", "disputed", "denied", "refuted")
BASES = (*["self"] * 8, "on_behalf", "attributed_by_other")
# Objects that all histories of a database share. Their order by key, that of creation, differs from the order by name.
CODERS = {"coder": 1, "a coder": 2}
CODEBOOKS = {"book-b": 1, "book-a": 2}
ARTICLES = {"b-post": 1, "a-post": 2, "c-post": 3}
SLUGS = ("a", "b", "c", "d")
BODY = "ab cd ef gh ij kl mn op"
PLACES = (3, 6, 12)

Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass(frozen=True)
class History:
    """The worlds known at several changesets, and the rules under which each is derived once all are written."""

    worlds: tuple[World, ...]
    asked: tuple[tuple[str, ...], ...]

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        """Print the differences from one changeset to the next, one row per line; Hypothesis calls this by its name."""
        lines = []
        for number, (before, after) in enumerate(zip((World(), *self.worlds), self.worlds, strict=False)):
            lines.append(f"changeset {number}, to be asked for under {self.asked[number]}")
            for table, (gone, changed, new) in differences(before, after).items():
                lines += [f"  - {table} {row}" for row in gone]
                lines += [f"  * {row}" for row in changed] + [f"  + {row}" for row in new]
        printer.text("\n".join(lines))


# --- Drawing ----------------------------------------------------------------------------------------------------------


@st.composite
def histories(draw: Draw) -> History:
    """Draw a first world, full of collisions, and corrections of it in later changesets."""
    world = draw(worlds())
    following = [world]
    for _ in range(draw(st.integers(1, 3))):
        for _ in range(draw(st.integers(1, 3))):
            world = draw(st.sampled_from(CORRECTIONS))(draw, world)
        following.append(world)
    slugs = st.lists(st.sampled_from([rule.slug for rule in RULES]), min_size=1, max_size=2, unique=True).map(tuple)
    return History(tuple(following), tuple(draw(slugs) for _ in following))


@st.composite
def worlds(draw: Draw) -> World:
    world = World().put(
        "actors", *(Actor(key, kind, slug=f"{draw(st.sampled_from(SLUGS))}-{key}") for key, kind in ACTORS.items())
    )
    # Few holders, issues and positions with many statements, so that many statements concern each pair.
    count = draw(st.sampled_from((1, 1, 1, 2, 3)))
    holders = draw(st.lists(st.sampled_from(range(1, 8)), min_size=count, max_size=count, unique=True))
    for issue in range(1, draw(st.sampled_from((1, 2))) + 1):
        world = world.put("issues", Issue(issue))
        for _ in range(draw(st.sampled_from((2, 3, 3, 4)))):
            world = add_position(draw, world, issue)
    world = draw_offices(draw, world)
    for _ in range(draw(st.sampled_from((0, 2, 4, 6, 8, 10, 12, 15)))):
        world = add_statement(draw, world, holders)
    for _ in range(draw(st.sampled_from((0, 2, 3, 5, 8)))):
        world = add_link(draw, world)
    if not draw(st.integers(0, 3)):
        world = seesaw(draw, world, holders[0])
    if not draw(st.integers(0, 3)):
        world = memberships(draw, world, holders[-1])
    return world


def memberships(draw: Draw, world: World, holder: int) -> World:
    """Let rows with an end follow each other day by day, sometimes with a gap, or with a shared day."""
    positions = [position.id for position in world.positions.values() if position.issue_id == 1][:2]
    day = FIRST_DAY
    for _ in range(draw(st.integers(2, 6))):
        after = day + timedelta(days=draw(st.sampled_from((1, 1, 2, 5))))
        key = next_id(world.statements)
        said = Statement(
            key,
            PERSON,
            (day, after),
            draw(st.sampled_from((5, 6))),
            said_edtf=f"{day}/{after - timedelta(days=1)}",
            ends=draw(st.sampled_from((True, True, True, False))),
        )
        world = world.put("statements", said)
        world = world.put(
            "codings", Coding(next_id(world.codings), key, holder, 1, draw(st.sampled_from((positions[0], *positions))))
        )
        if not draw(st.integers(0, 4)):
            world = world.put("statements", said_on(key + 1, after))
            world = world.put("links", Link(next_id(world.links), key + 1, "retracts", key))
        day = after + timedelta(days=draw(st.sampled_from((0, 0, 0, 1, 2, -1))))
    return world


def seesaw(draw: Draw, world: World, holder: int) -> World:
    """Let a holder alternate between two positions and retract most of it."""
    positions = [position.id for position in world.positions.values() if position.issue_id == 1][:2]
    gaps = st.integers(1, 4).map(lambda gap: timedelta(days=gap))
    day = FIRST_DAY
    for number in range(draw(st.integers(3, 6))):
        key = next_id(world.statements)
        world = world.put(
            "statements",
            said_on(key, day),
            said_on(key + 1, after := day + draw(gaps)),
        )
        world = world.put("codings", Coding(next_id(world.codings), key, holder, 1, positions[number % 2]))
        if number and draw(st.integers(0, 3)):
            world = world.put("links", Link(next_id(world.links), key + 1, "retracts", key))
            # Often the retraction is retracted, and sometimes that too.
            for link in range(draw(st.sampled_from((0, 0, 1, 2, 3)))):
                later = next_id(world.statements)
                after += draw(gaps)
                world = world.put("statements", said_on(later, after))
                world = world.put(
                    "links", Link(next_id(world.links), later, "retracts", key + 1 if not link else later - 1)
                )
        day += draw(gaps)
    return world


def said_on(key: int, day: date) -> Statement:
    """Return a statement on one day, with the highest authority."""
    return Statement(key, PERSON, (day, day + timedelta(days=1)), 6, said_edtf=str(day))


def days(margin: int = 0) -> st.SearchStrategy[date]:
    return st.integers(-margin, WINDOW + margin - 1).map(lambda day: FIRST_DAY + timedelta(days=day))


@st.composite
def sayings(draw: Draw) -> dict[str, Any]:
    """Draw when something was said: usually on one day, sometimes on some day in a period, or throughout a period."""
    first = draw(days())
    length = draw(st.sampled_from((1, 1, 1, 1, 1, 2, 3, 10, None)))
    said: tuple[date, date | None] = (first, None if length is None else first + timedelta(days=length))
    is_end = False
    edtf = str(first) if length == 1 else f"[{first}..{said[1] - timedelta(days=1) if said[1] else ''}]"
    if not draw(st.integers(0, 3)):
        sides, ranges = [], []
        for day in (first, draw(days(MARGIN).filter(lambda day: day >= first))):
            side = str(day)[: draw(st.sampled_from((10, 10, 10, 10, 7)))]
            sides.append(side)
            ranges.append((first_of(side), after_of(side)))
        is_open = not draw(st.integers(0, 4))
        said = (ranges[0][0], None if is_open else ranges[1][1])
        edtf = f"{sides[0]}/{'..' if is_open else sides[1]}"
        is_end = not is_open and draw(st.booleans())
    at = draw(st.sampled_from((None, None, 7, 7, 18)))
    instant = None if at is None else datetime.combine(first, time(at), tzinfo=UTC)
    return {"said": said, "said_edtf": edtf, "ends": is_end, "said_at": instant}


@st.composite
def periods(draw: Draw) -> tuple[date | None, date | None]:
    first, last = draw(st.none() | days(MARGIN)), draw(st.none() | days(MARGIN))
    if first and last:
        return min(first, last), max(first, last) + timedelta(days=1)
    return first, last


def draw_offices(draw: Draw, world: World) -> World:
    for office in (OFFICE, OTHER_OFFICE):
        for seat in range(1, draw(st.integers(1, 2)) + 1):
            ends = sorted(draw(st.sets(days(MARGIN), max_size=3)))
            for first, after in zip([draw(st.sampled_from((None, *ends[:1]))), *ends], [*ends, None], strict=True):
                if draw(st.integers(0, 3)):
                    person = draw(st.sampled_from(INCUMBENTS))
                    # Some last until the very day on which the next one begins.
                    shared = DAY if draw(st.booleans()) else 0 * DAY
                    held, said = draw(said_of((first, after and after + shared)))
                    tenure = Tenure(next_id(world.tenures), person, office, seat, held, said)
                    if fits(world, tenure):
                        world = world.put("tenures", tenure)
        for government in (GOVERNMENT, OTHER_GOVERNMENT):
            if draw(st.booleans()):
                during = draw(st.just((None, None)) | periods())
                relation = Relation(next_id(world.relations), office, "governs", government, during)
                world = world.put("relations", relation)
    return world


@st.composite
def said_of(draw: Draw, held: tuple[date | None, date | None]) -> tuple[tuple[date | None, date | None], str]:
    """Draw the precision of a period, and return the days that it covers, and its text."""
    digits = st.sampled_from((10, 10, 10, 7, 7, 4))
    first, after = held
    if after is not None and after <= (first or date.min):
        after = (first or after) + DAY
    begin = str(first)[: draw(digits)] if first else ".."
    end = str(after - DAY)[: draw(digits)] if after else ".."
    if first:
        first = date.fromisoformat(f"{begin}-01-01"[:10])
    if after and len(end) < 10:
        year, month = (after - DAY).year, (after - DAY).month if len(end) == 7 else 12
        after = date(year + month // 12, month % 12 + 1, 1)
    return (first, after), f"{begin}/{end}"


def fits(world: World, tenure: Tenure) -> bool:
    """Return whether the seat certainly has no other holder during the tenure."""
    begin, end = surely(tenure)
    return not any(
        surely(other)[0] <= end and begin <= surely(other)[1]
        for other in world.tenures.values()
        if other.id != tenure.id and (other.office_id, other.seat) == (tenure.office_id, tenure.seat)
    )


def add_position(draw: Draw, world: World, issue: int | None = None) -> World:
    issue = issue or draw(st.sampled_from(list(world.issues)))
    return place(world, Position(next_id(world.positions), issue, **draw(answers())))


@st.composite
def answers(draw: Draw) -> dict[str, Any]:
    kind = draw(st.sampled_from(KINDS))
    score = draw(st.sampled_from(SCORES)) if kind == "substantive" else None
    return {"kind": kind, "rank": draw(st.sampled_from(RANKS)), "score": score}


def place(world: World, position: Position) -> World:
    """Place a position on the scale; if its rank is taken, or it is retired, it has no rank."""
    if position.status == "retired":
        return world.put("positions", replace(position, rank=None))
    taken = {p.rank for p in world.positions.values() if p.issue_id == position.issue_id and p.id != position.id}
    return world.put("positions", replace(position, rank=None) if position.rank in taken else position)


def add_statement(draw: Draw, world: World, holders: Iterable[int] | None = None) -> World:
    statement = Statement(
        id=(key := next_id(world.statements)),
        slug=f"{draw(st.sampled_from(SLUGS))}-{key}",
        speaker_id=PERSON,
        **draw(sayings()),
        authority=draw(st.sampled_from(AUTHORITIES)),
        verification=draw(st.sampled_from(VERIFICATIONS)),
    )
    world = world.put("statements", statement)
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 2)))):
        world = add_mention(draw, world, statement.id)
    holders = sorted(holders or {coding.holder_id for coding in world.codings.values()}) or [PERSON]
    # The holder of a first coding is drawn so that most pairs have many statements.
    for holder in draw(st.lists(st.sampled_from(holders), min_size=1, max_size=2, unique=True)):
        issue = draw(st.sampled_from((1, 1, len(world.issues))))
        if world.issues[issue].status == "retired":
            continue
        coding = Coding(
            id=next_id(world.codings),
            statement_id=statement.id,
            holder_id=holder,
            issue_id=issue,
            position_id=draw(positions_of(world, issue)),
            basis=draw(st.sampled_from(BASES)),
            is_final=draw(st.integers(0, 9)) > 0,
            coder=draw(st.sampled_from(list(CODERS))),
            codebook=draw(st.sampled_from(list(CODEBOOKS))),
        )
        world = world.put("codings", coding)
    return world


def add_mention(draw: Draw, world: World, statement: int | None = None) -> World:
    """Print a statement at a place in an article where it is not yet printed."""
    if statement is None:
        if not world.statements:
            return world
        statement = draw(st.sampled_from(list(world.statements)))
    article, place = draw(st.sampled_from(list(ARTICLES))), draw(st.sampled_from(PLACES))
    if any((m.statement_id, m.article, m.place) == (statement, article, place) for m in world.mentions.values()):
        return world
    return world.put("mentions", Mention(next_id(world.mentions), statement, article, place))


def move_mention(draw: Draw, world: World) -> World:
    """Print another statement at the place of a mention, if it is not yet printed there."""
    if not world.mentions:
        return world
    moved = world.mentions[draw(st.sampled_from(list(world.mentions)))]
    moved = replace(moved, statement_id=draw(st.sampled_from(list(world.statements))))
    return (
        world
        if replace(moved, id=0) in {replace(m, id=0) for m in world.mentions.values()}
        else world.put("mentions", moved)
    )


def positions_of(world: World, issue: int) -> st.SearchStrategy[int | None]:
    """Draw a position that a coding may take; a merged issue has none."""
    in_force = [] if world.issues[issue].merged_into_id else list(world.positions.values())
    of_issue = [p.id for p in in_force if p.issue_id == issue and p.status == "active"]
    return st.sampled_from([*of_issue, *of_issue, *of_issue, None])


def next_id(rows: dict[int, Any]) -> int:
    return max(rows, default=0) + 1


# --- Corrections ------------------------------------------------------------------------------------------------------


def add_link(draw: Draw, world: World) -> World:
    """Let one statement retract another."""
    if len(world.statements) < 2:
        return world
    pair = draw(st.lists(st.sampled_from(list(world.statements)), min_size=2, max_size=2, unique=True))
    later, target = sorted(pair, key=lambda key: world.statements[key].said[0], reverse=draw(st.integers(0, 4)) > 0)
    kind = draw(st.sampled_from(("retracts", "retracts", "retracts", "walks_back")))
    # Two links between the same statements could exchange their kinds, and then no order of writes would be valid.
    if any((link.statement_id, link.target_id) == (later, target) for link in world.links.values()):
        return world
    # A statement cannot retract its own retraction, and a link may become a retraction later.
    if leads_to(world, target, later):
        return world
    return world.put("links", Link(next_id(world.links), later, kind, target))


def leads_to(world: World, statement: int, target: int) -> bool:
    """Return whether links lead from one statement to another."""
    nearer = [link.target_id for link in world.links.values() if link.statement_id == statement]
    return statement == target or any(leads_to(world, key, target) for key in nearer)


def change_link(draw: Draw, world: World) -> World:
    """Change the kind of a link."""

    def other_kind(link: Link) -> Link:
        return replace(link, kind=draw(st.sampled_from(("retracts", "walks_back"))))

    return one(draw, world, "links", other_kind)


def one(draw: Draw, world: World, table: str, change: Callable[[Any], Row]) -> World:
    """Change one row of a table, if it has any."""
    rows = getattr(world, table)
    return world.put(table, change(rows[draw(st.sampled_from(list(rows)))])) if rows else world


def remove_one(table: str) -> Callable[[Draw, World], World]:
    def remove(draw: Draw, world: World) -> World:
        rows = getattr(world, table)
        return world.remove(table, draw(st.sampled_from(list(rows)))) if rows else world

    return remove


def edit(table: str, **columns: st.SearchStrategy[Any]) -> Callable[[Draw, World], World]:
    """Return a correction that draws a new value for a column of a row."""

    def correct(draw: Draw, world: World) -> World:
        column = draw(st.sampled_from(list(columns)))
        return one(draw, world, table, lambda row: replace(row, **{column: draw(columns[column])}))

    return correct


def said_otherwise(draw: Draw, world: World) -> World:
    """Change the time of a statement."""
    return one(draw, world, "statements", lambda row: replace(row, **draw(sayings())))


def rename(table: str) -> Callable[[Draw, World], World]:
    """Return a correction that gives a row another handle."""

    def correct(draw: Draw, world: World) -> World:
        return one(draw, world, table, lambda row: replace(row, slug=f"{draw(st.sampled_from(SLUGS))}-{row.id}"))

    return correct


def recode(draw: Draw, world: World) -> World:
    return one(
        draw, world, "codings", lambda coding: replace(coding, position_id=draw(positions_of(world, coding.issue_id)))
    )


def rescale(draw: Draw, world: World) -> World:
    if not world.positions:
        return world
    position = world.positions[draw(st.sampled_from(list(world.positions)))]
    return place(world, replace(position, **draw(answers())))


def coded_positions(world: World) -> st.SearchStrategy[int]:
    """Draw a position with codings, if there is any."""
    coded = {coding.position_id for coding in world.codings.values() if coding.is_final and coding.position_id}
    return st.sampled_from(sorted(coded) or list(world.positions))


def retire_position(draw: Draw, world: World) -> World:
    """Retire a position, as a split also does, or restore one."""
    position = world.positions[draw(coded_positions(world))]
    if position.status == "active":
        return world.put("positions", replace(position, status="retired", rank=None))
    if world.issues[position.issue_id].merged_into_id is not None:
        return world
    rank = draw(st.sampled_from(RANKS))
    return place(world, replace(position, status="active", merged_into_id=None, rank=rank))


def merge_position(draw: Draw, world: World) -> World:
    """Merge a position into another one of its issue; positions that were merged into it follow."""
    position = world.positions[draw(coded_positions(world))]
    targets = [
        other.id
        for other in world.positions.values()
        if other.issue_id == position.issue_id and other.id != position.id and other.merged_into_id is None
    ]
    if world.issues[position.issue_id].merged_into_id is not None:
        # Nothing counts for an active position of a merged issue.
        targets = [key for key in targets if world.positions[key].status == "retired"]
    if position.merged_into_id is not None or not targets:
        return world
    return lead(world, {position.id: draw(st.sampled_from(targets))})


def merge_issue(draw: Draw, world: World) -> World:
    """Merge an issue into another one, with each of its positions merged or retired, or revert a merge."""
    issue = world.issues[draw(st.sampled_from(list(world.issues)))]
    own = [position for position in world.positions.values() if position.issue_id == issue.id]
    if issue.merged_into_id is not None:
        parted = [replace(position, status="active", merged_into_id=None) for position in own]
        return world.put("issues", Issue(issue.id)).put("positions", *parted)
    others = [other.id for other in world.issues.values() if other.id != issue.id and other.merged_into_id is None]
    if not others or any(other.merged_into_id == issue.id for other in world.issues.values()):
        return world
    into = draw(st.sampled_from(others))
    targets = [p.id for p in world.positions.values() if p.issue_id == into and p.merged_into_id is None]
    world = world.put("issues", Issue(issue.id, "retired", into))
    world = lead(world, {p.id: draw(st.sampled_from(targets)) for p in own if draw(st.integers(0, 5))})
    left = [position for p in own if (position := world.positions[p.id]).status == "active"]
    return world.put("positions", *(replace(position, status="retired", rank=None) for position in left))


def lead(world: World, merged: dict[int, int]) -> World:
    """Redirect positions, and positions merged into them, to others."""
    return world.put(
        "positions",
        *(
            replace(position, status="retired", rank=None, merged_into_id=merged[leading])
            for position in world.positions.values()
            if (leading := position.id if position.id in merged else position.merged_into_id) in merged
        ),
    )


def merge_actor(draw: Draw, world: World) -> World:
    """Merge an actor into another one of its kind, or revert a merge."""

    def merge(actor: Actor) -> Actor:
        if actor.merged_into_id is not None:
            return replace(actor, merged_into_id=None)
        if any(other.merged_into_id == actor.id for other in world.actors.values()):
            return actor
        targets = [
            other.id
            for other in world.actors.values()
            if other.id != actor.id and other.kind == actor.kind and other.merged_into_id is None
        ]
        return replace(actor, merged_into_id=draw(st.sampled_from(targets))) if targets else actor

    # Merges of office holders and of merged actors matter as much as merges of holders of positions.
    concerned = {coding.holder_id for coding in world.codings.values()} | {*INCUMBENTS, OFFICE, OTHER_OFFICE}
    return world.put("actors", merge(world.actors[draw(st.sampled_from(sorted(concerned)))]))


def merge_statement(draw: Draw, world: World) -> World:
    def merge(statement: Statement) -> Statement:
        others = [key for key in world.statements if key != statement.id]
        if statement.merged_into_id or not others:
            return replace(statement, merged_into_id=None)
        return replace(statement, merged_into_id=draw(st.sampled_from(others)))

    return one(draw, world, "statements", merge)


def move_tenure(draw: Draw, world: World) -> World:
    """Move an end of a tenure, with its neighbour giving way, or replace the person."""
    if not world.tenures:
        return world
    tenure = world.tenures[draw(st.sampled_from(list(world.tenures)))]
    if not draw(st.integers(0, 2)):
        return world.put("tenures", replace(tenure, person_id=draw(st.sampled_from(INCUMBENTS))))
    held, said = draw(said_of(draw(periods())))
    moved = replace(tenure, held=held, held_edtf=said)
    others = [t for t in world.tenures.values() if (t.office_id, t.seat) == (moved.office_id, moved.seat)]
    changed = [moved]
    for other in others:
        if other.id == moved.id or not overlap(other.held, moved.held):
            continue
        if moved.held[0] is not None and (other.held[0] or date.min) < moved.held[0]:
            changed.append(replace(other, held=(other.held[0], moved.held[0]), held_edtf=None))
    after = world.put("tenures", *changed)
    return after if all(fits(after, tenure) for tenure in after.tenures.values()) else world


CORRECTIONS = (
    recode,
    recode,
    edit("codings", basis=st.sampled_from(BASES), is_final=st.booleans()),
    said_otherwise,
    said_otherwise,
    add_mention,
    remove_one("mentions"),
    move_mention,
    edit("codings", coder=st.sampled_from(list(CODERS)), codebook=st.sampled_from(list(CODEBOOKS))),
    rename("statements"),
    rename("actors"),
    edit(
        "statements",
        verification=st.sampled_from(VERIFICATIONS),
        authority=st.sampled_from(AUTHORITIES),
        retracted_on=st.sampled_from((None, FIRST_DAY)),
    ),
    merge_statement,
    add_statement,
    add_link,
    add_link,
    change_link,
    remove_one("links"),
    remove_one("codings"),
    merge_actor,
    merge_actor,
    move_tenure,
    remove_one("tenures"),
    edit("relations", during=periods(), relation=st.sampled_from(("governs", "part_of"))),
    remove_one("relations"),
    rescale,
    rescale,
    add_position,
    *[retire_position] * 4,
    *[merge_position] * 4,
    *[merge_issue] * 4,
)


# --- Into a database --------------------------------------------------------------------------------------------------

# Rows are added and changed in this order, and removed in the reverse order.
TABLES = {
    "actors": "actor",
    "issues": "issue",
    "positions": "position",
    "tenures": "tenure",
    "relations": "actor_relation",
    "statements": "statement",
    "mentions": "mention",
    "codings": "coding",
    "links": "statement_link",
}
ALWAYS_THE_SAME: dict[str, dict[str, Any]] = {
    "actors": {"name": "An actor"},
    "issues": {"question": "What?"},
    "positions": {"label": "A position", "definition": "What it says.", "include": [], "exclude": []},
    "tenures": {},
    "relations": {},
    "statements": {"act": "assert", "self_declared": "none"},
    "mentions": {"prefix": "", "suffix": "", "rendering": "verbatim", "asserts": "asserts"},
    "codings": {
        "explicitness": "explicit",
        "vagueness": "committal",
        "confidence": "high",
        "status": "accepted",
    },
    "links": {},
}
Differences = dict[str, tuple[list[Row], list[Row], list[Row]]]
Transaction = psycopg.Connection[Any]


def differences(before: World, after: World) -> Differences:
    """Return the removed, changed and new rows of each table."""
    found = {}
    for table in TABLES:
        old, new = getattr(before, table), getattr(after, table)
        found[table] = (
            [row for key, row in old.items() if key not in new],
            [row for key, row in new.items() if key in old and old[key] != row],
            [row for key, row in new.items() if key not in old],
        )
    return found


def columns_of(table: str, row: Row, base: int) -> dict[str, Any]:
    """Return the columns of a row, with its ids shifted by the offset of the history."""
    columns: dict[str, Any] = {}
    for column in fields(row):
        value = getattr(row, column.name)
        if column.name == "id" or column.name.endswith("_id"):
            value = None if value is None else value + base
        elif isinstance(value, tuple):
            value = DateRange(*value)
        columns[column.name] = value
    if table in {"actors", "issues", "positions", "statements"}:
        columns["slug"] = f"{base}-{columns.get('slug') or 'slug'}-{row.id}"
    if isinstance(row, Tenure):
        columns["held_edtf"] = row.edtf
    if table == "mentions":
        place = columns.pop("place")
        columns |= {"article_version_id": ARTICLES[columns.pop("article")], "char_start": place, "char_end": place + 2}
        columns["quote"] = BODY[place : place + 2]
    if table == "codings":
        columns |= {"coder_id": CODERS[columns.pop("coder")]}
        columns |= {"codebook_version_id": CODEBOOKS[columns.pop("codebook")]}
    if table == "statements":
        columns["retracted_reason"] = None if columns["retracted_on"] is None else "It was never said."
    return columns | ALWAYS_THE_SAME[table]


def prepare(connection: Transaction, rules: Iterable[Rule] = VARIANTS) -> None:
    """Write the objects that all histories of a database share: coder, codebook and the test's own rules."""
    with connection.transaction():
        open_changeset(connection)
        insert(connection, "coder", [{"id": key, "name": name, "kind": "human"} for name, key in CODERS.items()])
        versions = [{"id": key, "label": label, "issued_on": FIRST_DAY} for label, key in CODEBOOKS.items()]
        insert(connection, "codebook_version", versions)
        connection.execute("INSERT INTO stancedb.outlet (id, slug, name, kind) VALUES (1, 'post', 'Post', 'newspaper')")
        for slug, key in ARTICLES.items():
            connection.execute(
                "INSERT INTO stancedb.article (id, slug, outlet_id, url_key, title, language, kind, access)"
                " VALUES (%(key)s, %(slug)s, 1, %(slug)s, 'Title', 'en', 'news', 'full')",
                {"key": key, "slug": slug},
            )
            connection.execute(
                "INSERT INTO stancedb.article_version (id, article_id, body, text_sha256, normalisation, extractor)"
                " SELECT %(key)s, %(key)s, b, encode(sha256(convert_to(b, 'UTF8')), 'hex'), 'nfc-1', 'by hand'"
                " FROM CAST(%(body)s AS text) b",
                {"key": key, "body": BODY},
            )
        for rule in rules:
            values = {"label": rule.slug, "definition": "A rule of a test.", **vars(rule), "bases": list(rule.bases)}
            insert(connection, "derivation_rule", [values])


def open_changeset(connection: Transaction) -> int:
    row = connection.execute("SELECT stancedb.open_changeset('tester', 'a step of a history')").fetchone()
    assert row is not None
    return int(row[0])


def write(connection: Transaction, before: World, after: World, base: int = 0) -> None:
    """Write the differences between two worlds in the open transaction."""
    found = differences(before, after)
    connection.execute("SET CONSTRAINTS ALL DEFERRED")
    # A chain of merges is dissolved before it is rebuilt in another order.
    for table in ("positions", "issues"):
        leading = [
            row.id + base for row in found[table][1] if getattr(before, table)[row.id].merged_into_id is not None
        ]
        query = sql.SQL("UPDATE stancedb.{} SET merged_into_id = NULL WHERE id = ANY (%s)")
        connection.execute(query.format(sql.Identifier(TABLES[table])), [leading])
    # A retired object was active while it was coded, possibly in the same changeset.
    in_force = {
        table: {key: in_force_until_then(getattr(before, table).get(key), row) for key, row in rows.items()}
        for table, rows in (("positions", after.positions), ("issues", after.issues))
    }
    retired = {
        table: [row for key, row in getattr(after, table).items() if row != rows[key]]
        for table, rows in in_force.items()
    }
    meanwhile = replace(after, **in_force)
    write_rows(connection, before, meanwhile, base)
    for table in ("issues", "positions"):
        for row in retired[table]:
            update(connection, table, in_force[table][row.id], row, base)


def in_force_until_then(old: Any, row: Any) -> Any:  # noqa: ANN401 - an issue or a position
    """Return a row that is now retired or merged as it was before."""
    if row.status == "active" or (old is not None and old == row):
        return row
    return replace(row, status=old.status if old is not None else "active", merged_into_id=None)


def write_rows(connection: Transaction, before: World, after: World, base: int) -> None:
    """Write the differences between two worlds, each table after the tables that it refers to."""
    found = differences(before, after)
    for table, name in reversed(TABLES.items()):
        if gone := found[table][0]:
            query = sql.SQL("DELETE FROM stancedb.{} WHERE id = ANY (%s)").format(sql.Identifier(name))
            connection.execute(query, [[row.id + base for row in gone]])
    for table, name in TABLES.items():
        _, changed, new = found[table]
        if table == "actors":
            # An actor can be merged only into an actor that is not merged at that moment.
            was_merged = {key: actor.merged_into_id is not None for key, actor in before.actors.items()}
            is_merged = {key: actor.merged_into_id is not None for key, actor in after.actors.items()}
            changed = sorted(changed, key=lambda row: (is_merged[row.id], not was_merged[row.id]))
        insert(connection, name, [columns_of(table, row, base) for row in new])
        for row in changed:
            update(connection, table, getattr(before, table)[row.id], row, base)


def update(connection: Transaction, table: str, old: Row, row: Row, base: int) -> None:
    """Write the differences between two versions of a row."""
    before, after = (columns_of(table, version, base) for version in (old, row))
    # Setting a key column locks it as a key, whether it changes or not.
    columns = {column: value for column, value in after.items() if before[column] != value}
    if table in {"issues", "positions"}:
        columns["merged_into_id"] = after["merged_into_id"]
    assignments = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in columns)
    query = sql.SQL("UPDATE stancedb.{} SET {} WHERE id = %s").format(sql.Identifier(TABLES[table]), assignments)
    connection.execute(query, [*columns.values(), row.id + base])


def insert(connection: Transaction, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows with one statement."""
    if not rows:
        return
    row = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(rows[0])))
    query = sql.SQL("INSERT INTO stancedb.{} ({}) VALUES {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, rows[0])),
        sql.SQL(", ").join([row] * len(rows)),
    )
    connection.execute(query, [value for row in rows for value in row.values()])


def commit(connection: Transaction, before: World, after: World, base: int = 0) -> int:
    """Bring a database from one world to the next in one changeset, and return its number."""
    with connection.transaction():
        opened = open_changeset(connection)
        write(connection, before, after, base)
    return number_of(connection, opened)


def number_of(connection: Transaction, changeset_id: int) -> int:
    row = connection.execute("SELECT number FROM stancedb.changeset WHERE id = %s", [changeset_id]).fetchone()
    assert row is not None
    return int(row[0])
