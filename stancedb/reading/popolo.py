"""Popolo JSON (https://www.popoloproject.com/specs/): persons, organizations, posts and memberships as actors.

A person becomes a person; an organization a party, a government, a group or an organization by its classification; a
post an office. A membership of a post is a tenure, any other the relation member_of. What Popolo says and an actor has
no place for is counted and told. The text of the file is held in memory whole, as JSON of one object has to be.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect, insort
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import text

from stancedb.database import Reading
from stancedb.dates import When, parse_when
from stancedb.errors import UnreadableInput
from stancedb.reading.decoding import STANDARD_INPUT, open_source, read_text
from stancedb.reading.sources import REGISTERS, WORLD_WIDE, Source, is_world_wide
from stancedb.records.actor import ActorRecord
from stancedb.records.base import LANGUAGE_PATTERN
from stancedb.records.checking import Item, Read, check_record
from stancedb.records.slugs import without_accents

CLASSES = ("persons", "organizations", "posts", "memberships")
# The language of a name that no language is given for (BCP 47: undetermined).
_UNDETERMINED = "und"
_KINDS = {
    "party": "party",
    "political party": "party",
    "government": "government",
    "cabinet": "government",
    "executive": "government",
    "faction": "group",
    "parliamentary group": "group",
    "parliamentary_group": "group",
}
_TAKEN = {
    "persons": {"id", "name", "other_names", "sort_name", "identifiers"},
    "organizations": {"id", "name", "other_names", "sort_name", "identifiers", "classification", "parent_id"},
    "posts": {"id", "label", "role", "other_label", "identifiers", "organization_id", "start_date", "end_date"},
    "memberships": {"id", "person_id", "organization_id", "on_behalf_of_id", "post_id", "start_date", "end_date",
                    "legislative_period_id"},
}  # fmt: skip
# What Wikidata has for "no party" is one item for all countries, and so identifies nobody.
_INDEPENDENT = "Q327591"
_SCHEME = "popolo"
_OLDER = (
    "taken for a later edition of the file of that name that was loaded before sources were kept; its own identifiers"
    " are now kept as those of the source '{}'; say --source NAME if it is another"
)
# Slug, kind, name and language.
_Known = tuple[str, str, str, str]
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_FIRST, _LAST = date.min, date.max


@dataclass(slots=True)
class _Actor:
    """What is put together for one actor before its slug is known."""

    key: str
    kind: str
    name: str
    language: str = _UNDETERMINED
    other_names: list[str] = field(default_factory=list)
    # What holds within the source of the file alone, and what holds the world over.
    local: list[str] = field(default_factory=list)
    world_wide: list[str] = field(default_factory=list)
    identifiers: list[str] = field(default_factory=list)
    relations: dict[tuple[str, str], list[_Period]] = field(default_factory=lambda: defaultdict(list))
    tenures: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """All names that the file has for it."""
        return {self.name, *(other.partition(":")[2] for other in self.other_names)}


@dataclass(frozen=True, slots=True)
class _Period:
    """A period as two dates of any precision, None for an end that is not known."""

    start: str | None
    end: str | None

    @property
    def edtf(self) -> str | None:
        """The interval, or None where neither end is known."""
        return f"{self.start or '..'}/{self.end or '..'}" if self.start or self.end else None

    @property
    def first(self) -> date:
        return (self._when().start if self.start else None) or _FIRST

    @property
    def after(self) -> date:
        return (self._when().end if self.end else None) or _LAST

    @property
    def certain(self) -> tuple[int, int]:
        """The first and the last half day for which nobody else can be in the seat, as ``stancedb.tenure_certain``.

        It goes from noon of the latest possible first day to noon of the earliest possible last one, so that two
        periods that share a day do not overlap. One that may have been a single day is a moment in the middle.
        """
        latest_first = earliest_last = None
        if self.start and (after := parse_when(self.start).end):
            latest_first = min(after, self.after).toordinal() - 1
        if self.end and (first := parse_when(self.end).start):
            earliest_last = max(first, self.first).toordinal()
        if latest_first is not None and earliest_last is not None and earliest_last <= latest_first:
            middle = 2 * (earliest_last + (latest_first - earliest_last) // 2)
            return middle, middle
        return (
            _FIRST.toordinal() if latest_first is None else 2 * latest_first + 1,
            2 * _LAST.toordinal() if earliest_last is None else 2 * earliest_last - 1,
        )

    def _when(self) -> When:
        return parse_when(self.edtf or "")


def read_popolo(path: Path | Literal["-"], *, encoding: str | None = None) -> Popolo | None:
    """Return what a JSON file says if it is Popolo, and None if it is another kind of JSON.

    Popolo is an object with lists of persons, organizations, posts or memberships, or an array of objects of one class.

    Raises:
        UnreadableInput: The file is missing, binary, or in the wrong encoding.
    """
    with open_source(path, encoding=encoding) as stream:
        source = STANDARD_INPUT if path == "-" else str(path)
        whole = read_text(stream, source)
    try:
        said = json.loads(whole)
    except (ValueError, RecursionError):
        # Lines of JSON are read by the reader of those, which also says what is wrong with one.
        lines = [line for line in whole.splitlines() if line.strip()]
        try:
            said = [json.loads(line) for line in lines]
        except (ValueError, RecursionError):
            return None
    if isinstance(said, list):
        rows = [row for row in said if isinstance(row, dict)]
        name = _class_of(rows)
        return Popolo(source, {name: said}, whole) if name else None
    if isinstance(said, dict) and any(isinstance(said.get(name), list) for name in CLASSES):
        return Popolo(source, said, whole)
    return None


def _class_of(rows: list[dict[str, Any]]) -> str | None:
    """Tell the class of the objects of an array by the fields that no other class has; ours have slug and kind."""
    keys = {key for row in rows for key in row}
    if not rows or "slug" in keys or "id" not in keys:
        return None
    if keys & {"person_id", "on_behalf_of_id", "post_id"}:
        return "memberships"
    if "name" not in keys and keys & {"label", "role"}:
        return "posts"
    return "organizations" if keys & {"classification", "parent_id", "founding_date"} else "persons"


class Popolo:
    """One Popolo document, taken apart into records of actors.

    Args:
        source: The file, for messages.
        said: The lists by class.
        whole: The text of the file.

    Attributes:
        sha256: The checksum of the text.
    """

    def __init__(self, source: str, said: Mapping[str, Any], whole: str) -> None:
        self.source = source
        self.sha256 = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
        self._left: Counter[tuple[str, str]] = Counter()
        self._actors: dict[str, _Actor] = {}
        self._by_post: dict[str, list[tuple[_Period, str]]] = defaultdict(list)
        self.counts: Counter[str] = Counter()
        rows = {name: self._objects(name, said.get(name)) for name in CLASSES}
        self._periods = {
            str(event.get("id")): event for event in self._objects("events", said.get("events"), is_taken=False)
        }
        for name in sorted(set(said) - {*CLASSES, "events"}):
            size = len(said[name]) if isinstance(said[name], (list, dict)) else 1
            self._leave(name, "no actor is made of these", size)
        houses = [row for row in rows["organizations"] if _text(row.get("classification")).lower() == "legislature"]
        self._house = _text(houses[0].get("id")) if len(houses) == 1 else None
        for name in ("persons", "organizations", "posts"):
            for row in rows[name]:
                self._take(name, row)
        for row in rows["organizations"]:
            self._relate(row, "part_of", row.get("parent_id"), _Period(None, None), "organizations")
        for row in rows["posts"]:
            period = self._period(row, "posts")
            if period is not None:
                self._relate(row, "office_of", row.get("organization_id"), period, "posts")
        for row in rows["memberships"]:
            self._member(row)
        self._seat()

    @property
    def has_local_ids(self) -> bool:
        """Whether some identifier holds within the source of the file alone."""
        return any(actor.local for actor in self._actors.values())

    def records(self, session: Reading, of: Source) -> Iterator[Item[ActorRecord]]:
        """Give one record for each actor, the account of what is not taken with the first.

        An actor keeps the slug under which the database knows one of its identifiers. A new one gets a slug made of its
        name, with a part of source and identifier behind it where that slug is another's, here or in the database.

        Args:
            session: The database, which may know some of the actors.
            of: The source of the file, within which its own identifiers hold.
        """
        for actor in self._actors.values():
            own = [f"{_SCHEME}:{of.name}/{key}" for key in actor.local]
            actor.identifiers = list(dict.fromkeys([*own, *actor.world_wide]))
        older = self._known_before(session) if of.may_be_older else {}
        slugs = self._known_as(session, of.name, older)
        note = _OLDER.format(of.name) if older else of.note
        notes = [*([note] if note and self.has_local_ids else []), *self.notes()]
        for actor in self._actors.values():
            relations = [
                f"{kind}:{slugs[target]}" + (f"@{edtf}" if edtf else "")
                for (kind, target), periods in sorted(actor.relations.items())
                for edtf in self._joined(periods)
            ]
            values = {
                "slug": slugs[actor.key], "kind": actor.kind, "name": actor.name, "language": actor.language,
                "other_names": actor.other_names, "identifiers": actor.identifiers, "relations": relations,
                "tenures": [f"{slugs[post]}#{seat}@{edtf}" for post, seat, edtf in actor.tenures],
            }  # fmt: skip
            place = actor.key if actor.key.isprintable() else repr(actor.key)
            item = check_record(values, ActorRecord, f"{self.source}, {place}", original=values)
            if notes and isinstance(item, Read):
                item = replace(item, source=self.source, notes=(*notes, *item.notes))
                notes = []
            yield item

    def notes(self) -> list[str]:
        """Return what was taken of what the file has, and what was not, by class and reason."""
        for periods in (p for actor in self._actors.values() for p in actor.relations.values()):
            self.counts["joined"] += len(periods) - len(list(self._joined(periods)))
        by_class: dict[str, list[str]] = defaultdict(list)
        for (name, reason), count in sorted(self._left.items()):
            by_class[name].append(f"{reason} ({count})")
        taken = ", ".join(f"{self.counts[name]} {name}" for name in CLASSES if self.counts[name])
        notes = [f"taken: {taken}"] if taken else []
        notes += [f"of {name} not taken: {', '.join(reasons)}" for name, reasons in by_class.items()]
        if self.counts["joined"]:
            notes.append(f"{self.counts['joined']} memberships joined with an overlapping one of the same body")
        if self.counts["seats"]:
            notes.append(f"{self.counts['seats']} tenures overlap another of their post and have a seat of their own")
        return notes

    def _objects(self, name: str, rows: object, *, is_taken: bool = True) -> list[dict[str, Any]]:
        if rows is None:
            return []
        if not isinstance(rows, list):
            raise UnreadableInput(source=self.source, reason=f"'{name}' is no list; Popolo has a list of objects there")
        good = [row for row in rows if isinstance(row, dict)]
        if len(good) < len(rows):
            self._leave(name, "not an object", len(rows) - len(good))
        if is_taken:
            for row in good:
                for key, value in row.items():
                    if key not in _TAKEN[name] and value not in (None, "", [], {}):
                        self._leave(name, f"field {key}")
        elif good:
            self._leave(name, "no actor is made of these; their dates serve memberships without any", len(good))
        return good

    def _leave(self, name: str, reason: str, count: int = 1) -> None:
        self._left[name, reason] += count

    def _take(self, name: str, row: dict[str, Any]) -> None:
        key = _text(row.get("id"))
        names = list(self._names(name, row))
        if not key or not names:
            return self._leave(name, "without an id" if not key else "without a name")
        if key in self._actors:
            return self._leave(name, "with an id that another has")
        classification = _text(row.get("classification")).lower()
        kind = {"persons": "person", "posts": "office"}.get(name) or _KINDS.get(classification, "organization")
        (language, main), *others = names
        actor = _Actor(key, kind, main, language)
        actor.other_names = list(
            dict.fromkeys(f"{tag}:{other}" for tag, other in others if other != main or tag != language)
        )
        if is_world_wide(key):
            actor.world_wide.append(f"{_SCHEME}:{key}")
        else:
            actor.local.append(key)
        self._identify(actor, name, row)
        self._actors[key] = actor
        self.counts[name] += 1
        return None

    def _names(self, name: str, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
        others = [other for other in row.get("other_names") or [] if isinstance(other, dict)]
        main = _text(row.get("name")) or _text(row.get("label")) or _text(row.get("role"))
        if not main:
            # Some publish the name in use as the undated one, or the last, of the other names.
            named = [other for other in others if _full_name(other)]
            named.sort(key=lambda other: (other.get("note") == "Main", str(other.get("end_date") or "9999")))
            main = _full_name(named[-1]) if named else ""
        if main:
            yield _UNDETERMINED, main
        if name == "posts" and _text(row.get("role")) not in {"", main}:
            yield _UNDETERMINED, _text(row.get("role"))
        for other in others:
            full = _full_name(other)
            if not full:
                self._leave(name, "other name without a name")
                continue
            if other.get("start_date") or other.get("end_date"):
                self._leave(name, "dates of another name")
            tag = _text(other.get("lang"))
            yield tag if re.fullmatch(LANGUAGE_PATTERN, tag) else _UNDETERMINED, full
        if _text(row.get("sort_name")):
            yield _UNDETERMINED, _text(row.get("sort_name"))

    def _identify(self, actor: _Actor, name: str, row: dict[str, Any]) -> None:
        """Give an actor the other identifiers that the file has for it."""
        for item in row.get("identifiers") or []:
            scheme, value = (
                (_text(item.get("scheme")), _text(item.get("identifier"))) if isinstance(item, dict) else ("", "")
            )
            shape = WORLD_WIDE.get(scheme.lower())
            if not scheme or not value:
                self._leave(name, "identifier without scheme or value")
            elif value == _INDEPENDENT:
                self._leave(name, f"identifier {_INDEPENDENT}, which is any independent politician's")
            elif shape is not None and shape.fullmatch(value):
                actor.world_wide.append(f"{scheme.lower()}:{value}")
            elif scheme.lower() in REGISTERS:
                actor.world_wide.append(f"{_SCHEME}:{scheme.lower()}/{value}")
            else:
                # Schemes are many and differ between publishers, so theirs stands before the value.
                actor.local.append(f"{scheme}/{value}")

    def _period(self, row: dict[str, Any], name: str) -> _Period | None:
        """Return the period of a post or membership; without dates that of its legislative period."""
        term = self._periods.get(_text(row.get("legislative_period_id")), {})
        dates = [_text(row.get(key)) or _text(term.get(key)) or None for key in ("start_date", "end_date")]
        for start in dict.fromkeys([dates[0], f"{dates[0]}-01-01" if dates[0] else None]):
            period = _Period(start, dates[1])
            try:
                if period.edtf is None or period.first < period.after:
                    return period
            except ValueError:
                continue
        self._leave(name, "with dates that are none or end before they start")
        return None

    def _relate(self, row: dict[str, Any], kind: str, target: object, period: _Period, name: str) -> bool:
        subject, known = self._actors.get(_text(row.get("person_id") or row.get("id"))), _text(target)
        if not known or subject is None:
            return False
        if known not in self._actors or known == subject.key:
            self._leave(name, f"{kind} an actor that is not in the file" if known != subject.key else f"{kind} itself")
            return False
        subject.relations[kind, known].append(period)
        return True

    def _member(self, row: dict[str, Any]) -> None:
        person, post = _text(row.get("person_id")), _text(row.get("post_id"))
        if person not in self._actors:
            return self._leave("memberships", "of a person who is not in the file")
        period = self._period(row, "memberships")
        if period is None:
            return None
        is_taken = False
        if post and post not in self._actors:
            self._leave("memberships", "in a post that is not in the file")
        elif post and period.edtf is None:
            self._leave("memberships", "in a post, without any date")
        elif post:
            self._by_post[post].append((period, person))
            is_taken = True
        else:
            is_taken = self._relate(row, "member_of", row.get("organization_id"), period, "memberships")
        if self._relate(row, "member_of", row.get("on_behalf_of_id"), period, "memberships"):
            is_taken = True
        self.counts["memberships"] += is_taken
        if not is_taken and not (post or row.get("organization_id") or row.get("on_behalf_of_id")):
            self._leave("memberships", "of nothing")
        return None

    def _seat(self) -> None:
        """Give each tenure the first seat of its post that nobody else holds for certain at the time."""
        for post, tenures in self._by_post.items():
            seats: list[list[tuple[int, int]]] = []
            for period, person in sorted(set(tenures), key=lambda held: (held[0].first, held[0].after, held[1])):
                held = period.certain
                seat = next((n for n, taken in enumerate(seats) if _is_free(taken, held)), len(seats))
                if seat == len(seats):
                    seats.append([])
                insort(seats[seat], held)
                self.counts["seats"] += seat > 0
                self._actors[person].tenures.append((post, seat + 1, period.edtf or ""))
            if len(tenures) > len(set(tenures)):
                self._leave("memberships", "said twice", len(tenures) - len(set(tenures)))

    @staticmethod
    def _joined(periods: Iterable[_Period]) -> Iterator[str | None]:
        """Join periods that overlap: one is a member of a body once at a time."""
        current: _Period | None = None
        for period in sorted(periods, key=lambda p: (p.first, p.after)):
            if current is None:
                current = period
            elif period.first < current.after:
                current = _Period(current.start, (period if period.after > current.after else current).end)
            else:
                yield current.edtf
                current = period
        if current is not None:
            yield current.edtf

    def _known_before(self, session: Reading) -> dict[str, _Known]:
        """Return by id the actors that the database has of an edition loaded before sources were kept, if it has one.

        Local identifiers were kept as they are then, or behind the one house of the file. A file of other actors may
        share those of its house and parties, with their names; a later edition shares most of its persons.
        """
        told = {
            actor.key: [f"{_SCHEME}:{key}" for key in (actor.key, f"{self._house}/{actor.key}")]
            for actor in self._actors.values()
        }
        known = known_actors(session, [identifier for identifiers in told.values() for identifier in identifiers])
        found = {
            key: next(known[identifier] for identifier in identifiers if identifier in known)
            for key, identifiers in told.items()
            if not known.keys().isdisjoint(identifiers)
        }
        judged = [key for key in told if self._actors[key].kind == "person"] or list(told)
        same = sum(key in found and found[key][2] in self._actors[key].names for key in judged)
        return {key: it for key, it in found.items() if self._actors[key].local} if 2 * same > len(judged) else {}

    def _known_as(self, session: Reading, of: str, older: Mapping[str, _Known]) -> dict[str, str]:
        """Return the slug of each actor; one that the database knows keeps its kind and main name as well."""
        actors = self._actors.values()
        bases = {actor.key: _slug_of(actor, of) for actor in actors}
        known = known_actors(session, [identifier for actor in actors for identifier in actor.identifiers])
        taken = set(
            session.execute(
                text("SELECT slug FROM stancedb.actor WHERE slug = ANY (:slugs)"), {"slugs": list(bases.values())}
            ).scalars()
        )
        often = Counter(bases.values())
        slugs = {}
        for actor in actors:
            base = bases[actor.key]
            found = next(
                (known[identifier] for identifier in actor.identifiers if identifier in known), older.get(actor.key)
            )
            if found is None:
                slugs[actor.key] = base if base not in taken and often[base] == 1 else f"{base}-{_short(of, actor.key)}"
                continue
            slugs[actor.key], actor.kind, name, language = found
            if (language, name) != (actor.language, actor.name):
                names = dict.fromkeys([f"{actor.language}:{actor.name}", *actor.other_names])
                actor.other_names = [other for other in names if other != f"{language}:{name}"]
                actor.language, actor.name = language, name
        return slugs


def known_actors(session: Reading, identifiers: Collection[str]) -> dict[str, _Known]:
    """Return slug, kind, name and language of the actors that the database knows by some of the identifiers."""
    # What no text of the database can hold is refused where the record is checked.
    possible = [identifier for identifier in identifiers if not _UNSTORABLE.search(identifier)]
    rows = session.execute(
        text(
            "SELECT DISTINCT ON (i.scheme, i.value) i.scheme || ':' || i.value, a.slug, a.kind, a.name,"
            " coalesce(n.language, 'und') FROM unnest(CAST(:schemes AS text[]), CAST(:values AS text[]))"
            " x(scheme, value) JOIN stancedb.actor_identifier i ON i.scheme = x.scheme AND i.value = x.value"
            " JOIN stancedb.actor a ON a.id = i.actor_id"
            " LEFT JOIN stancedb.actor_name n ON n.actor_id = a.id AND n.name = a.name AND n.kind = 'preferred'"
            " ORDER BY i.scheme, i.value, n.language"
        ),
        {
            "schemes": [identifier.partition(":")[0] for identifier in possible],
            "values": [identifier.partition(":")[2] for identifier in possible],
        },
    )
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


def _is_free(taken: list[tuple[int, int]], held: tuple[int, int]) -> bool:
    """Whether a period overlaps none of others that are in order and do not overlap each other."""
    place = bisect(taken, held)
    return all(other[1] < held[0] or held[1] < other[0] for other in taken[max(place - 1, 0) : place + 1])


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _full_name(name: Mapping[str, Any]) -> str:
    parts = [_text(name.get(part)) for part in ("given_name", "family_name")]
    return _text(name.get("name")) or " ".join(filter(None, parts))


def _slug_of(actor: _Actor, of: str) -> str:
    plain = without_accents(actor.name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:150].strip("-")
    return slug or f"{actor.kind}-{_short(of, actor.key)}"


def _short(of: str, key: str) -> str:
    """Return a part of a slug that another source, or another identifier, does not give."""
    return hashlib.sha256(f"{of}/{key}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
