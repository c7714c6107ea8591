"""Strips: what they say is what the stances say, for one holder and for thousands, in every script."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html  # type: ignore[import-untyped]  # lxml has no stubs of its own

from stancedb.plot import files, page, text
from stancedb.plot.drawing import Mark, drawing
from stancedb.plot.picture import Days, place_events
from stancedb.plot.strips import Strips, strips
from tests.plot.test_pictures import browser as browser  # noqa: PLC0414 - a fixture

Shown = Callable[..., Any]
FIRST, LAST = date(2021, 1, 1), date(2025, 12, 31)
POSITIONS: list[dict[str, Any]] = [
    {"position": "yes", "label": "says yes", "rank": 3, "kind": "substantive", "status": "active"},
    {"position": "open", "label": "leaves it open", "rank": 2, "kind": "deliberate_ambiguity", "status": "active"},
    {"position": "no", "label": "says no", "rank": 1, "kind": "substantive", "status": "active"},
    {"position": "other", "label": "wants something else", "rank": None, "kind": "substantive", "status": "active"},
    {"position": "none", "label": "takes none", "rank": None, "kind": "no_position", "status": "active"},
]
SCRIPTS = [
    "محمد بن سلمان بن عبد العزيز",
    "日本国内閣総理大臣",
    "שר החוץ של ישראל",
    "Österreich",
    "A" * 60,
    "Ένα όνομα",
]


def world(count: int, *, names: list[str] | None = None, events: int = 0) -> dict[str, Any]:
    """Return what a page is made of for an invented issue with so many holders, always the same."""
    chance = random.Random(count)  # noqa: S311 - no secret
    return {
        "issue": "dam",
        "question": "Should Norland build the dam?",
        "scope": None,
        "rule": {"rule": "latest-word", "definition": "The latest word counts."},
        "known_at": None,
        "changeset": 7,
        "day": LAST,
        "positions": POSITIONS,
        "holders": [holder(number, chance, names) for number in range(count)],
        "events": [event(number) for number in range(events)],
        "indicators": [],
    }


def holder(number: int, chance: random.Random, names: list[str] | None) -> dict[str, Any]:
    days = sorted(chance.sample(range((LAST - FIRST).days - 40), chance.choice([1, 2, 3])))
    held: list[str] = []
    for _ in days:
        held.append(chance.choice([row["position"] for row in POSITIONS if row["position"] != (held or [""])[-1]]))
    since = [FIRST + timedelta(day) for day in days]
    until = [*since[1:], None]
    lasting = [((end or LAST) - begin).days for begin, end in zip(since, until, strict=True)]
    last = [begin + timedelta(chance.randrange(days)) for begin, days in zip(since, lasting, strict=True)]
    stances: list[dict[str, Any]] = [
        {
            "position": position,
            "label": position,
            "since": begin,
            "since_said": str(begin),
            "until": end,
            "valid_last": end and end - timedelta(1),
            "last_evidence": said,
            "last_evidence_said": str(said),
            "evidence": 1,
            "contrary": 0,
            "contested": False,
            "pending": False,
        }
        for position, begin, end, said in zip(held, since, until, last, strict=True)
    ]
    changes = [
        {
            "change": "shift",
            "change_label": "shift",
            "changed_on": after["since"],
            "from_position": before["position"],
            "to_position": after["position"],
            "window_from": before["last_evidence"] + timedelta(1),
            "window_until": after["since"],
            "pending": False,
        }
        for before, after in pairwise(stances)
    ]
    said = [
        {
            "said_from": day,
            "said": str(day),
            "position": row["position"],
            "role": "onset",
            "quote": "so it is",
            "statement": f"s{number}-{day}",
            "article": f"a{number}",
            "stance_since": row["since"],
            "authority": 3,
            "verification": "confirmed",
            "language": "en",
            "speaker_name": "Ana",
            "title": "T",
            "url": None,
            "outlet": "Herald",
            "rendering": "verbatim",
            "coder": "ana",
        }
        for row in stances
        for day in {row["since"], row["last_evidence"]}
    ]
    name = names[number % len(names)] if names else f"Member {number} of the House"
    evidence = {"evidence": said, "coded_by_several": 0, "agreed": 0}
    return {"holder": f"h{number}", "name": name, "stances": stances, "changes": changes, **evidence}


def event(number: int) -> dict[str, Any]:
    day = FIRST + timedelta(37 * number)
    return {
        "during_from": day,
        "during": str(day),
        "title": f"Debate number {number} of the House",
        "status": "occurred",
    }


def laid(found: dict[str, Any]) -> Strips:
    return strips(drawing(found))


class TestTheRows:
    def test_a_holder_stands_with_those_of_the_same_position_the_latest_change_first(self) -> None:
        chart = laid(world(60))

        now = {row["holder"]: row["stances"][-1]["position"] for row in world(60)["holders"]}
        for group in chart.groups:
            assert group.style is not None
            assert {now[strip.holder] for strip in group.strips} == {chart.styles[group.style].slug}
            changed = [strip.changed or date.min for strip in group.strips]
            assert changed == sorted(changed, reverse=True)
        assert [group.style for group in chart.groups] == sorted(group.style or 0 for group in chart.groups)

    def test_each_position_has_a_letter_and_open_ones_a_texture(self) -> None:
        styles = laid(world(2)).styles

        assert [style.code for style in styles] == ["A", "B", "C", "D", "E"]
        assert [style.texture for style in styles] == ["plain", "hatch", "plain", "plain", "dots"]
        assert len({style.fill for style in styles if style.texture == "plain"}) == 3

    @pytest.mark.parametrize("count", [2, 37])
    def test_on_each_day_the_shares_count_who_held_what(self, count: int) -> None:
        found = world(count)
        chart = laid(found)

        for day in (FIRST + timedelta(step) for step in range(0, (LAST - FIRST).days, 17)):
            held = [
                row["position"]
                for one in found["holders"]
                for row in one["stances"]
                if row["since"] <= day < (row["until"] or LAST)
            ]
            counted = next((share.counts for share in chart.shares if share.since <= day < share.until), (0,) * 5)
            assert dict(zip((style.slug for style in chart.styles), counted, strict=True)) == {
                row["position"]: held.count(row["position"]) for row in POSITIONS
            }


class TestTheFile:
    def test_it_says_the_question_the_rule_the_source_and_how_to_cite(self) -> None:
        words = " ".join(etree.fromstring(files.written(world(3), ".svg")).itertext())

        assert "Should Norland build the dam?" in words
        assert "Rule latest-word, " in words
        assert "changeset 7. A gap means that no position is known." in words
        assert "Cite as: stancedb " in words

    def test_without_a_position_it_says_so(self) -> None:
        words = " ".join(etree.fromstring(files.written(world(0), ".svg")).itertext())

        assert "No position of anybody is known on this issue by this rule." in words

    def test_of_two_thousand_holders_it_draws_two_hundred_and_says_so(self) -> None:
        picture = etree.fromstring(files.written(world(2000), ".svg"))

        assert "Drawn are 200 of 2,000 holders" in " ".join(picture.itertext())
        assert float(picture.get("height")) < 4000

    def test_a_window_is_hatched_between_the_last_words_before_and_the_first_after(self) -> None:
        found = world(1)
        found["holders"][0]["stances"] = [
            {**found["holders"][0]["stances"][0], "position": "no", "since": FIRST, "until": date(2023, 1, 1)},
            {**found["holders"][0]["stances"][0], "position": "yes", "since": date(2023, 1, 1), "until": None},
        ]
        for row in found["holders"][0]["stances"]:
            row["last_evidence"] = row["since"]
        found["holders"][0]["changes"] = [
            {
                "change": "shift",
                "change_label": "shift",
                "changed_on": date(2023, 1, 1),
                "from_position": "no",
                "to_position": "yes",
                "window_from": date(2022, 1, 1),
                "window_until": date(2022, 12, 31),
                "pending": False,
            }
        ]
        picture = etree.fromstring(files.written(found, ".svg"))
        hatched, *_ = picture.xpath("/*/*[local-name()='rect'][@fill='url(#window)'][@stroke-width]")

        days = Days(FIRST, LAST, 224, 936)
        assert float(hatched.get("x")) == pytest.approx(days.x(date(2022, 1, 1)), abs=0.01)
        assert float(hatched.get("width")) == pytest.approx(
            days.x(date(2023, 1, 1)) - days.x(date(2022, 1, 1)), abs=0.02
        )


class TestTheNamesOfEvents:
    @given(st.lists(st.integers(0, 1800), min_size=1, max_size=40))
    def test_they_never_stand_over_each_other(self, offsets: list[int]) -> None:
        begun = [FIRST + timedelta(day) for day in sorted(offsets)]
        marks = [Mark(day, number, f"Debate {number}") for number, day in enumerate(begun, 1)]
        days = Days(FIRST, LAST, 224, 936)

        placed = place_events(marks, days)
        assert [place.mark for place in placed] == marks
        for one, other in combinations([place for place in placed if place.lane is not None], 2):
            if one.lane == other.lane:
                (_, end), (begin, _) = sorted([span(one.x, one.name, days), span(other.x, other.name, days)])
                assert end <= begin


def span(x: float, name: str, days: Days) -> tuple[float, float]:
    long = text.width(name, 10)
    return (x, x + long) if x + long + 4 <= days.right else (x - long - 4, x - 4)


class TestWords:
    @given(st.text(min_size=1, max_size=80), st.integers(60, 400), st.integers(1, 3))
    def test_lines_are_no_longer_than_asked_for_and_lose_no_letter_unless_they_say_so(
        self, words: str, most: int, lines: int
    ) -> None:
        found = text.wrapped(words, 12, most, lines)

        assert len(found) <= lines
        assert all(text.width(line, 12) <= most for line in found)
        if found and not found[-1].endswith("\N{HORIZONTAL ELLIPSIS}"):
            assert "".join("".join(found).split()) == "".join(words.split())

    @pytest.mark.parametrize(("words", "expected"), [("שלום", True), ("(محمد)", True), ("Ana", False), ("123", False)])
    def test_the_first_letter_with_a_direction_decides(self, words: str, expected: bool) -> None:
        assert text.is_right_to_left(words) is expected


@pytest.fixture(scope="module")
def shown(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:  # noqa: ANN401 - Playwright's own
    """Give a function that opens a page or a picture of an invented issue."""
    directory = tmp_path_factory.mktemp("shown")

    def open_(content: str | bytes, ending: str, width: int, **options: Any) -> Any:  # noqa: ANN401 - as above
        path: Path = directory / f"one{ending}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        one = browser.new_page(viewport={"width": width, "height": 900}, **options)
        one.goto(path.as_uri())
        return one

    return open_


@pytest.mark.parametrize(("count", "width"), [(221, 1100), (2000, 1100), (2000, 390)])
def test_the_page_of_many_holders_is_no_longer_than_a_few_screens(shown: Shown, count: int, width: int) -> None:
    opened = shown(page.page(world(count)), ".html", width)

    assert opened.evaluate("document.documentElement.scrollHeight") < 20_000
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert shown_rows(opened) == 100


def shown_rows(opened: Any) -> int:  # noqa: ANN401 - Playwright's own
    """Return how many rows are not hidden; the browser may not have laid them out yet."""
    count: int = opened.evaluate(
        "[...document.querySelectorAll('.row[data-group]')].filter(r => getComputedStyle(r).display !== 'none').length"
    )
    return count


def test_the_search_finds_holders_by_name_and_position(shown: Shown) -> None:
    opened = shown(page.page(world(300)), ".html", 1100)
    opened.fill("#find", "member 29")
    names = opened.evaluate(
        "[...document.querySelectorAll('.row[data-group]:not([hidden]) > span')].map(name => name.textContent)"
    )
    assert sorted(names) == sorted(f"Member {number} of the House" for number in (29, *range(290, 300)))

    opened.fill("#find", "")
    opened.select_option("#now", "0")
    held = sum(row["stances"][-1]["position"] == "yes" for row in world(300)["holders"])
    assert shown_rows(opened) == held
    assert opened.inner_text("#found") == f"{held} of 300"


def test_without_script_the_first_hundred_are_shown_and_a_sentence_says_so(shown: Shown) -> None:
    opened = shown(page.page(world(300)), ".html", 1100, java_script_enabled=False)

    assert shown_rows(opened) == 100
    assert opened.locator(".search:visible").count() == 0
    assert "The first 100 of 300 holders are shown." in opened.inner_text(".rest")


def test_labels_of_a_picture_do_not_overlap_and_stay_inside_it(shown: Shown) -> None:
    opened = shown(files.written(world(12, names=SCRIPTS, events=30), ".svg"), ".svg", 1100)
    boxes = opened.evaluate(
        "[...document.querySelectorAll('text')].map(t => { const b = t.getBBox();"
        " return [t.textContent, b.x, b.y, b.x + b.width, b.y + b.height]; })"
    )
    size = opened.evaluate("(({width, height}) => [width, height])(document.documentElement.viewBox.baseVal)")

    assert [box for box in boxes if box[1] < 0 or box[2] < 0 or box[3] > size[0] or box[4] > size[1]] == []
    over = [
        (one[0], other[0])
        for one, other in combinations(boxes, 2)
        # Lines of one text touch in some fonts; words over words take more than that.
        if min(one[3], other[3]) - max(one[1], other[1]) > 1 and min(one[4], other[4]) - max(one[2], other[2]) > 4
    ]
    assert over == []


def test_every_name_of_a_page_has_a_direction_of_its_own() -> None:
    found = html.fromstring(page.page(world(6, names=SCRIPTS)))

    for name in SCRIPTS:
        inside = [each for each in found.iter() if (each.text or "").strip() == name]
        assert inside
        assert all(each.tag == "bdi" or each.get("dir") == "auto" for each in inside)
