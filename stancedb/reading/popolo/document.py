"""Popolo JSON (https://www.popoloproject.com/specs/): persons, organizations, posts and memberships as actors.

A person becomes a person; an organization becomes a party, a government, a group or an organization by its
classification; a post becomes an office. A membership in a post is a tenure, any other the relation member_of. Data
that an actor has no place for is counted and reported. The whole file is held in memory, as one JSON object requires.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from stancedb.database import Reading
from stancedb.errors import UnreadableInput
from stancedb.reading.decoding import STANDARD_INPUT, open_source, read_text
from stancedb.reading.popolo.known import SCHEME, known_before, settle_slugs
from stancedb.reading.popolo.parts import UNDETERMINED, Actor, Period
from stancedb.reading.sources import REGISTERS, WORLD_WIDE, Source, is_world_wide
from stancedb.records.actor import ActorRecord
from stancedb.records.base import LANGUAGE_PATTERN
from stancedb.records.checking import Item, Read, check_record
from stancedb.refusals import Fault

CLASSES = ("persons", "organizations", "posts", "memberships")
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
    "memberships": {
        "id",
        "person_id",
        "organization_id",
        "on_behalf_of_id",
        "post_id",
        "start_date",
        "end_date",
        "legislative_period_id",
    },
}
# Wikidata has one item for "no party" in all countries, so it does not identify anybody.
_INDEPENDENT = "Q327591"
_OLDER = (
    "Treated as a later edition of a file of that name loaded before sources were recorded; its local identifiers"
    " are now those of the source '{}'. Use --source NAME if it is another source."
)


def read_popolo(path: Path | Literal["-"], *, encoding: str | None = None) -> Popolo | None:
    """Return the content of a JSON file if it is Popolo, or None if it is another kind of JSON.

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
        # JSON Lines have a reader of their own, which also says what is wrong with a line.
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
    """Return the class of the objects in an array by fields that only it has; our own records have slug and kind."""
    keys = {key for row in rows for key in row}
    if not rows or "slug" in keys or "id" not in keys:
        return None
    if keys & {"person_id", "on_behalf_of_id", "post_id"}:
        return "memberships"
    if "name" not in keys and keys & {"label", "role"}:
        return "posts"
    return "organizations" if keys & {"classification", "parent_id", "founding_date"} else "persons"


class Popolo:
    """One Popolo document, split into records of actors.

    Args:
        source: Name of the file, for messages.
        said: Lists of the document, by class.
        whole: Text of the file.

    Attributes:
        sha256: Checksum of the text.
    """

    def __init__(self, source: str, said: Mapping[str, Any], whole: str) -> None:
        self.source = source
        self.sha256 = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
        self._left: Counter[tuple[str, str]] = Counter()
        self._actors: dict[str, Actor] = {}
        self._by_post: dict[str, list[tuple[Period, str]]] = defaultdict(list)
        self.counts: Counter[str] = Counter()
        rows = {name: self._objects(name, said.get(name)) for name in CLASSES}
        self._periods = {
            str(event.get("id")): event for event in self._objects("events", said.get("events"), is_taken=False)
        }
        for name in sorted(set(said) - {*CLASSES, "events"}):
            size = len(said[name]) if isinstance(said[name], (list, dict)) else 1
            self._leave(name, "no actor is created from these", size)
        houses = [row for row in rows["organizations"] if _text(row.get("classification")).lower() == "legislature"]
        self._house = _text(houses[0].get("id")) if len(houses) == 1 else None
        for name in ("persons", "organizations", "posts"):
            for row in rows[name]:
                self._take(name, row)
        for row in rows["organizations"]:
            self._relate(row, "part_of", row.get("parent_id"), Period(None, None), "organizations")
        for row in rows["posts"]:
            period = self._period(row, "posts")
            if period is not None:
                self._relate(row, "office_of", row.get("organization_id"), period, "posts")
        for row in rows["memberships"]:
            self._member(row)
        self._seat()

    @property
    def has_local_ids(self) -> bool:
        """Whether any identifier is valid only within the source of the file."""
        return any(actor.local for actor in self._actors.values())

    def records(self, session: Reading, of: Source) -> Iterator[Item[ActorRecord]]:
        """Yield one record for each actor; the notes on what is not loaded come with the first.

        An actor keeps the slug under which the database knows one of its identifiers. The slug of a new one is made
        from its name, followed by a part of source and identifier if another actor has that slug, here or in the
        database.

        Args:
            session: Database session, to find actors that already exist.
            of: Source of the file, within which its local identifiers are valid.
        """
        for actor in self._actors.values():
            own = [f"{SCHEME}:{of.name}/{key}" for key in actor.local]
            actor.identifiers = list(dict.fromkeys([*own, *actor.world_wide]))
        older = known_before(session, self._actors, self._house) if of.may_be_older else {}
        slugs = settle_slugs(session, self._actors.values(), of.name, older)
        note = _OLDER.format(of.name) if older else of.note
        notes = [*([note] if note and self.has_local_ids else []), *self.notes()]
        for actor in self._actors.values():
            relations = [
                f"{kind}:{slugs[target]}" + (f"@{edtf}" if edtf else "")
                for (kind, target), periods in sorted(actor.relations.items())
                for edtf in self._joined(periods)
            ]
            values = {
                "slug": slugs[actor.key],
                "kind": actor.kind,
                "name": actor.name,
                "language": actor.language,
                "other_names": actor.other_names,
                "identifiers": actor.identifiers,
                "relations": relations,
                "tenures": [f"{slugs[post]}#{seat}@{edtf}" for post, seat, edtf in actor.tenures],
            }
            place = actor.key if actor.key.isprintable() else repr(actor.key)
            item = check_record(values, ActorRecord, f"{self.source}, {place}", original=values)
            if notes and isinstance(item, Read):
                item = replace(item, source=self.source, notes=(*notes, *item.notes))
                notes = []
            yield item

    def notes(self) -> list[str]:
        """Return notes on what was loaded from the file, and what was not, by class and reason."""
        for periods in (p for actor in self._actors.values() for p in actor.relations.values()):
            self.counts["joined"] += len(periods) - len(list(self._joined(periods)))
        by_class: dict[str, list[str]] = defaultdict(list)
        for (name, reason), count in sorted(self._left.items()):
            by_class[name].append(f"{reason} ({count})")
        taken = ", ".join(f"{self.counts[name]} {name}" for name in CLASSES if self.counts[name])
        notes = [f"Loaded: {taken}."] if taken else []
        notes += [f"Not loaded of {name}: {', '.join(reasons)}." for name, reasons in by_class.items()]
        if self.counts["joined"]:
            notes.append(f"{self.counts['joined']} memberships merged with an overlapping membership of the same body.")
        if self.counts["seats"]:
            notes.append(
                f"{self.counts['seats']} tenures overlap another tenure of the same post and were given their own seat."
            )
        return notes

    def _objects(self, name: str, rows: object, *, is_taken: bool = True) -> list[dict[str, Any]]:
        if rows is None:
            return []
        if not isinstance(rows, list):
            raise UnreadableInput.of(self.source, Fault("no_list_of_objects", {"name": name}))
        good = [row for row in rows if isinstance(row, dict)]
        if len(good) < len(rows):
            self._leave(name, "not an object", len(rows) - len(good))
        if is_taken:
            for row in good:
                for key, value in row.items():
                    if key not in _TAKEN[name] and value not in (None, "", [], {}):
                        self._leave(name, f"field {key}")
        elif good:
            self._leave(
                name, "no actor is created from these; their dates are used for memberships without dates", len(good)
            )
        return good

    def _leave(self, name: str, reason: str, count: int = 1) -> None:
        self._left[name, reason] += count

    def _take(self, name: str, row: dict[str, Any]) -> None:
        key = _text(row.get("id"))
        names = list(self._names(name, row))
        if not key or not names:
            return self._leave(name, "without an id" if not key else "without a name")
        if key in self._actors:
            return self._leave(name, "with a duplicate id")
        classification = _text(row.get("classification")).lower()
        kind = {"persons": "person", "posts": "office"}.get(name) or _KINDS.get(classification, "organization")
        (language, main), *others = names
        actor = Actor(key, kind, main, language)
        actor.other_names = list(
            dict.fromkeys(f"{tag}:{other}" for tag, other in others if other != main or tag != language)
        )
        if is_world_wide(key):
            actor.world_wide.append(f"{SCHEME}:{key}")
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
            # Some publishers give the current name as the undated one, or the last, of the other names.
            named = [other for other in others if _full_name(other)]
            named.sort(key=lambda other: (other.get("note") == "Main", str(other.get("end_date") or "9999")))
            main = _full_name(named[-1]) if named else ""
        if main:
            yield UNDETERMINED, main
        if name == "posts" and _text(row.get("role")) not in {"", main}:
            yield UNDETERMINED, _text(row.get("role"))
        for other in others:
            full = _full_name(other)
            if not full:
                self._leave(name, "other name without a name")
                continue
            if other.get("start_date") or other.get("end_date"):
                self._leave(name, "dates of another name")
            tag = _text(other.get("lang"))
            yield tag if re.fullmatch(LANGUAGE_PATTERN, tag) else UNDETERMINED, full
        if _text(row.get("sort_name")):
            yield UNDETERMINED, _text(row.get("sort_name"))

    def _identify(self, actor: Actor, name: str, row: dict[str, Any]) -> None:
        """Add the other identifiers that the file has for an actor."""
        for item in row.get("identifiers") or []:
            scheme, value = (
                (_text(item.get("scheme")), _text(item.get("identifier"))) if isinstance(item, dict) else ("", "")
            )
            shape = WORLD_WIDE.get(scheme.lower())
            if not scheme or not value:
                self._leave(name, "identifier without scheme or value")
            elif value == _INDEPENDENT:
                self._leave(name, f"identifier {_INDEPENDENT}, used for any independent politician")
            elif shape is not None and shape.fullmatch(value):
                actor.world_wide.append(f"{scheme.lower()}:{value}")
            elif scheme.lower() in REGISTERS:
                actor.world_wide.append(f"{SCHEME}:{scheme.lower()}/{value}")
            else:
                # Schemes are many and differ between publishers, so the scheme is put before the value.
                actor.local.append(f"{scheme}/{value}")

    def _period(self, row: dict[str, Any], name: str) -> Period | None:
        """Return the period of a post or membership; if it has no dates, that of its legislative period."""
        term = self._periods.get(_text(row.get("legislative_period_id")), {})
        dates = [_text(row.get(key)) or _text(term.get(key)) or None for key in ("start_date", "end_date")]
        for start in dict.fromkeys([dates[0], f"{dates[0]}-01-01" if dates[0] else None]):
            period = Period(start, dates[1])
            try:
                if period.edtf is None or period.first < period.after:
                    return period
            except ValueError:
                continue
        self._leave(name, "with invalid dates, or dates that end before they start")
        return None

    def _relate(self, row: dict[str, Any], kind: str, target: object, period: Period, name: str) -> bool:
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
        """Give each tenure the first seat of its post that nobody else certainly holds at the time."""
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
    def _joined(periods: Iterable[Period]) -> Iterator[str | None]:
        """Join periods that overlap: a person is a member of a body once at a time."""
        current: Period | None = None
        for period in sorted(periods, key=lambda p: (p.first, p.after)):
            if current is None:
                current = period
            elif period.first < current.after:
                current = Period(current.start, (period if period.after > current.after else current).end)
            else:
                yield current.edtf
                current = period
        if current is not None:
            yield current.edtf


def _is_free(taken: list[tuple[int, int]], held: tuple[int, int]) -> bool:
    """Return whether a period overlaps none of the others, which are sorted and do not overlap each other."""
    place = bisect(taken, held)
    return all(other[1] < held[0] or held[1] < other[0] for other in taken[max(place - 1, 0) : place + 1])


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _full_name(name: Mapping[str, Any]) -> str:
    parts = [_text(name.get(part)) for part in ("given_name", "family_name")]
    return _text(name.get("name")) or " ".join(filter(None, parts))
