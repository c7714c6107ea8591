"""Pictures and pages: what they show, that text is escaped, and how they look in a browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html  # type: ignore[import-untyped]  # lxml has no stubs of its own

from stancedb.database import reading
from stancedb.plot import chart, files, page, terminal
from stancedb.plot.drawing import Window, drawing
from stancedb.questions import pages
from stancedb.settings import Settings
from tests.plot import pictures
from tests.support.plugin import AUTHOR, Run
from tests.support.worlds import answer, done, invoker

pytest_plugins = ("tests.support.worlds",)

ISSUE = "jp-taiwan-use-of-force"
JAPAN = ("--holder", "japan", "--issue", ISSUE)
HOSTILE = '\u202e"><script>document.title="hit"</script><img src="http://127.0.0.1:9/x" onerror="hit"></svg>{{ 7*7 }}'
# Sources of text by people: articles, actors, the codebook, events and indicators.
WORDS = {
    "question",
    "scope",
    "name",
    "label",
    "quote",
    "title",
    "outlet",
    "speaker_name",
    "coder",
    "note",
    "counts_if",
    "definition",
    "language",
}
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture
def ask(seeded_once: str, tmp_path: Path) -> Run:
    """Provide a function that reads the seeds."""
    return invoker(seeded_once, tmp_path)


@pytest.fixture(scope="module")
def asked(seeded_once: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Provide the page of the worked example, as of the last day of 2025."""
    settings = Settings(database_url=seeded_once, data_dir=tmp_path_factory.mktemp("asked"), author=AUTHOR)
    with reading(settings) as session:
        return {**pages.issue_page(session, ISSUE, rule="latest-word"), "day": date(2025, 12, 31)}


@pytest.fixture
def japan(asked: dict[str, Any]) -> dict[str, Any]:
    """Provide the page with only Japan."""
    return {**asked, "holders": [row for row in asked["holders"] if row["holder"] == "japan"]}


@pytest.fixture(scope="module")
def hostile(asked: dict[str, Any]) -> dict[str, Any]:
    """Provide the page with malicious text in every field."""

    def spoil(value: object) -> None:
        if isinstance(value, list):
            for item in value:
                spoil(item)
        elif isinstance(value, dict):
            for key, item in value.items():
                if key == "url":
                    value[key] = "javascript:document.title='hit'"
                elif key in WORDS and isinstance(item, str | None):
                    value[key] = HOSTILE
                else:
                    spoil(item)

    spoiled = deepcopy(asked)
    spoil(spoiled)
    return spoiled


class TestTheDrawing:
    def test_a_change_is_a_window_and_the_stance_before_carries_on_into_it(self, japan: dict[str, Any]) -> None:
        (panel,) = drawing(japan).panels

        assert panel.windows == (
            Window(date(2023, 5, 10), date(2025, 11, 8)),
            Window(date(2025, 11, 8), date(2025, 11, 12)),
        )
        carried = [(span.position, span.since, span.until) for span in panel.spans if span.is_carried]
        assert carried[0] == ("strategic-ambiguity", date(2023, 5, 10), date(2025, 11, 7))

    def test_a_position_without_a_rank_is_below_the_scale(self, japan: dict[str, Any]) -> None:
        places = drawing(japan).places

        assert [place.slug for place in places] == [
            "commits",
            "may-warrant",
            "strategic-ambiguity",
            "rules-out",
            "no-position",
        ]
        assert [place.is_open for place in places] == [False, False, True, False, True]

    def test_a_long_quiet_time_gets_a_closer_look_at_its_busy_part(self, japan: dict[str, Any]) -> None:
        part = drawing(japan).closer

        assert part is not None
        assert date(2025, 10, 20) < part[0] < date(2025, 11, 7)
        assert date(2025, 12, 16) < part[1] < date(2025, 12, 31)
        assert drawing(japan).within(*part).closer is None

    def test_events_around_an_issue_are_those_of_its_statements_and_what_followed(self, asked: dict[str, Any]) -> None:
        around = {row["event"] for row in asked["events"]}

        assert "china-summons-ambassador-of-japan-2025-11-13" in around
        # It responds to a post on which nothing about this issue was coded.
        assert "japan-protest-over-post-2025-11-09" not in around


def test_the_chart_of_a_terminal_says_where_it_does_not_know(japan: dict[str, Any]) -> None:
    shown = terminal.chart(drawing({**japan, "day": date(2026, 6, 30)}), 80)
    steps = shown.partition("\nJapan\n")[2].splitlines()
    rows = {line.split()[0]: line.partition("|")[2] for line in steps[:6]}

    assert max(map(len, shown.partition("\n\n*")[0].splitlines())) <= 80
    assert shown.isascii()
    # The day within the window is unknown; after the last statement the stance only carries on.
    assert re.fullmatch(r"\*=+\*=+\*\?{20,}\*+-+", rows["strategic-ambiguity"])
    assert rows["may-warrant"].strip() == "*"
    assert rows["commits"] == rows["rules-out"] == ""


class TestTheFiles:
    def test_a_picture_is_written_in_the_form_of_its_ending(self, ask: Run, tmp_path: Path) -> None:
        for ending in ("svg", "png", "html"):
            done(ask("stance", "timeline", *JAPAN, "--plot", tmp_path / f"japan.{ending}"))

        picture = etree.parse(tmp_path / "japan.svg").getroot()
        assert picture.tag == "{http://www.w3.org/2000/svg}svg"
        assert picture[0].text == "Would Japan use force in a Taiwan contingency?"
        assert "a case could warrant force from 2025-11-07" in (picture[1].text or "")
        assert (tmp_path / "japan.png").read_bytes().startswith(b"\x89PNG")
        assert "Stances of <bdi>Japan</bdi>, in order" in (tmp_path / "japan.html").read_text("utf-8")

    def test_without_a_file_it_is_drawn_in_the_terminal(self, ask: Run) -> None:
        shown = done(ask("stance", "timeline", *JAPAN, "--plot")).stdout

        assert shown == done(ask("stance", "timeline", *JAPAN, "--plot", "-")).stdout
        assert "Japan, closer: " in shown

    def test_another_ending_is_refused(self, ask: Run, tmp_path: Path) -> None:
        result = ask("stance", "timeline", *JAPAN, "--plot", tmp_path / "japan.gif")

        assert result.exit_code == 2
        assert "does not end in .svg, .png or .html" in result.output

    def test_without_the_extra_one_sentence_names_it(
        self, ask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(chart, "find_spec", lambda _: None)

        for line in (("page", ISSUE), ("stance", "timeline", *JAPAN, "--plot", tmp_path / "japan.svg")):
            result = ask(*line)
            assert (result.exit_code, result.output.count("\n")) == (1, 1)
            assert "pip install 'stancedb[plot]'" in result.output
        done(ask("stance", "timeline", *JAPAN, "--plot"))

    def test_the_page_says_what_it_rests_on(self, ask: Run) -> None:
        written = done(ask("page", ISSUE, "--holder", "japan", "--known-at", "2")).stdout
        found = html.fromstring(written)

        assert "as the database was known then" in found.findtext(".//footer/p[3]")
        assert [heading.text for heading in found.iter("h2")] == [
            "Who stood where",
            "What changed",
            "How sure we are",
            "What is being watched",
        ]
        assert answer(ask, "page", ISSUE, "--holder", "japan")["holders"][0]["changes"][0]["change"] == "clarification"


class TestWords:
    def test_words_stay_words_on_a_page(self, hostile: dict[str, Any]) -> None:
        found = html.fromstring(page.page(hostile))

        assert found.xpath("//script | //img | //iframe | //object | //link | //*[@*[starts-with(name(), 'on')]]") == []
        assert found.xpath("//a/@href") == ["#changes"]
        assert "</svg>{{ 7*7 }}" in found.findtext(".//h1")
        assert "\u202e" not in found.text_content()

    def test_words_stay_words_in_a_picture(self, hostile: dict[str, Any]) -> None:
        picture = etree.fromstring(files.written(hostile, ".svg"))

        tags = {etree.QName(element).localname for element in picture.iter()}
        drawn = {"svg", "g", "path", "rect", "line", "text", "tspan", "circle", "defs", "pattern"}
        assert tags <= {*drawn, "title", "desc"}
        assert not [name for element in picture.iter() for name in element.attrib if "href" in name]

    def test_an_address_of_the_web_is_linked(self, japan: dict[str, Any]) -> None:
        linked = deepcopy(japan)
        for row in linked["holders"][0]["evidence"]:
            row["url"] = "https://example.org/a?b=1&c=2"

        links = html.fromstring(page.page(linked)).xpath("//figcaption/a")
        assert {link.get("href") for link in links} == {"https://example.org/a?b=1&c=2"}
        assert {link.get("rel") for link in links} == {"noopener noreferrer nofollow"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Provide a Chromium driven by Playwright, if both are installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright; pip install -e '.[browser]'")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (375, "dark")])
@pytest.mark.parametrize("which", ["asked", "hostile"])
def test_a_browser_finds_no_fault(
    browser: Any,  # noqa: ANN401 - Playwright's own
    request: pytest.FixtureRequest,
    tmp_path: Path,
    *,
    which: str,
    width: int,
    scheme: str,
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    (tmp_path / "page.html").write_text(page.page(request.getfixturevalue(which)), encoding="utf-8")
    shown = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked_for: list[str] = []
    shown.on("request", lambda each: asked_for.append(each.url))
    shown.goto((tmp_path / "page.html").as_uri())

    assert len(asked_for) == 1
    assert shown.title() != "hit"
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    faults = axe.Axe().run(shown).response["violations"]
    assert [fault["id"] for fault in faults if fault["impact"] in {"serious", "critical"}] == []
    # The first tab stop is the skip link, and it is visible.
    shown.keyboard.press("Tab")
    assert shown.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert shown.evaluate("document.activeElement.hash") == "#changes"
    shown.close()


def test_the_pictures_of_the_documentation_are_those_that_the_program_draws(asked: dict[str, Any]) -> None:
    # Another version of the drawing library may place a line elsewhere; the words are ours.
    for name, content in pictures.drawn(asked).items():
        kept = etree.parse(pictures.FOLDER / name).getroot()
        assert [*kept.itertext()] == [*etree.fromstring(content).itertext()], name
