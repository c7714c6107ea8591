"""Pictures of analyses: their numbers are those of the rows, and nothing lies outside."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped]  # lxml has no stubs of its own

from stancedb.plot import analysis
from tests.support.plugin import Run
from tests.support.worlds import answer, done, invoker

pytest_plugins = ("tests.support.worlds",)

ISSUE = "jp-taiwan-use-of-force"
ABOUT = {"changeset": 7, "day": date(2026, 1, 1), "question": "Who?"}
QUESTIONS = {
    "polarization": ("polarization", "--issue", "taiwan-status-wording"),
    "first-movers": ("first-movers", "--issue", ISSUE, "--with-initial"),
    "silence": ("silence", "--days", "100"),
    "coverage": ("coverage",),
}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def run(reported_url: str, tmp_path: Path) -> Run:
    """Provide a function that reads the seeds, with the reporting schema."""
    return invoker(reported_url, tmp_path)


def _drawn(run: Run, path: Path, *question: str) -> etree._Element:
    done(run("ask", *question, "--plot", path))
    return etree.fromstring(path.read_bytes())


def _texts(svg: etree._Element) -> list[str]:
    return ["".join(element.itertext()) for element in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_a_picture_names_its_source_changeset_and_citation(run: Run, tmp_path: Path, question: tuple[str, ...]) -> None:
    said = " ".join(_texts(_drawn(run, tmp_path / "a.svg", *question)))

    assert re.search(r"Source: .*, changeset \d+, as of \d{4}-\d\d-\d\d\.", said)
    assert f"Cite as: stancedb 0.1.0, ask {question[0]}" in said


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_a_picture_has_a_title_and_a_description_for_screen_readers(
    run: Run, tmp_path: Path, question: tuple[str, ...]
) -> None:
    svg = _drawn(run, tmp_path / "a.svg", *question)

    assert svg.get("role") == "img"
    assert svg.findtext(f"{SVG}title")
    assert len(svg.findtext(f"{SVG}desc")) > 60


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_the_picture_fits_into_its_view_box(run: Run, tmp_path: Path, question: tuple[str, ...]) -> None:
    svg = _drawn(run, tmp_path / "a.svg", *question)
    _, _, width, height = map(float, svg.get("viewBox").split())

    assert all(0 <= x <= width and 0 <= y <= height for x, y in _places(svg))


def _places(element: etree._Element, at: tuple[float, float] = (0, 0)) -> list[tuple[float, float]]:
    """Return where each element begins, with the translations of all its parents added."""
    moved = re.match(r"translate\(([-\d.]+),\s*([-\d.]+)\)", element.get("transform") or "")
    if moved:
        at = (at[0] + float(moved[1]), at[1] + float(moved[2]))
    own = [at] if len(element) == 0 and element.tag != f"{SVG}title" else []
    return [*own, *(place for child in element for place in _places(child, at))]


def test_the_numbers_of_polarization_are_those_of_the_stances(run: Run, tmp_path: Path) -> None:
    said = _drawn(run, tmp_path / "a.svg", *QUESTIONS["polarization"]).findtext(f"{SVG}desc")
    held = [
        row["position"]
        for row in answer(run, "stance", "as-of", "--as-of", "2024-12-31")
        if row["issue"] == "taiwan-status-wording"
    ]
    pairs = list(combinations(held, 2))
    agreement = sum(one == other for one, other in pairs) / len(pairs)

    assert f"2024-12-31: agreement {agreement:.2f}," in said
    assert re.search(rf"2024-12-31: [^;]*, {len(held)} holders", said)


def test_a_line_has_a_point_for_each_period_with_two_holders(run: Run, tmp_path: Path) -> None:
    rows = answer(run, "ask", *QUESTIONS["polarization"])
    svg = _drawn(run, tmp_path / "a.svg", *QUESTIONS["polarization"])
    points = [
        [path for path in group.iter(f"{SVG}path") if path.get("transform")]
        for group in svg.iter(f"{SVG}g")
        if "mark-symbol" in (group.get("class") or "")
    ]

    assert [len(group) for group in points] == [
        sum(row[name] is not None for row in rows) for name in ("agreement", "polarization")
    ]


def test_the_length_of_a_silence_is_its_number_of_days(run: Run, tmp_path: Path) -> None:
    rows = answer(run, "ask", *QUESTIONS["silence"])
    svg = _drawn(run, tmp_path / "a.svg", *QUESTIONS["silence"])
    bars = [
        float(match[1])
        for group in svg.iter(f"{SVG}g")
        if "mark-rect" in (group.get("class") or "")
        for path in group.iter(f"{SVG}path")
        if (match := re.search(r"h(-?[\d.]+)", path.get("d")))
    ]

    days = sorted(row["days"] for row in rows)
    assert len(bars) == len(days)
    assert [round(bar / max(bars), 2) for bar in sorted(bars)] == [round(day / max(days), 2) for day in days]


def test_who_moved_is_named_in_order(run: Run, tmp_path: Path) -> None:
    said = _texts(_drawn(run, tmp_path / "a.svg", *QUESTIONS["first-movers"]))

    assert [text for text in said if re.match(r"\d\. ", text)] == ["1. Japan", "1. Sanae Takaichi", "2. Japan"]


def test_the_terminal_shows_the_same_numbers_without_further_libraries(run: Run) -> None:
    shown = done(run("ask", *QUESTIONS["coverage"], "--plot")).stdout

    rows = answer(run, "ask", "coverage")
    assert [f"{row['coded']}/{row['articles']}" for row in rows] == re.findall(r"\d+/\d+", shown)
    assert "Cite as" in shown


def test_a_page_has_the_rows_as_a_table(run: Run, tmp_path: Path) -> None:
    done(run("ask", *QUESTIONS["silence"], "--plot", tmp_path / "a.html"))

    page = (tmp_path / "a.html").read_text()
    assert page.count("<tr>") == 1 + len(answer(run, "ask", *QUESTIONS["silence"]))
    assert not re.findall(r'(?:src|href)="', page)


def test_a_png_has_twice_the_pixels_of_the_svg(run: Run, tmp_path: Path) -> None:
    svg = _drawn(run, tmp_path / "a.svg", *QUESTIONS["coverage"])
    done(run("ask", *QUESTIONS["coverage"], "--plot", tmp_path / "a.png"))

    head = (tmp_path / "a.png").read_bytes()[16:24]
    size = (int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big"))
    assert size == (2 * int(svg.get("width")), 2 * int(svg.get("height")))


@pytest.mark.parametrize(
    "picture",
    [
        analysis.polarization([], ABOUT, issue="a", every="year", rule="r"),
        analysis.coverage([], ABOUT, {}),
        analysis.silence([], ABOUT, {}, days=5),
        analysis.first_movers([], ABOUT, {}, issue="a", rule="r"),
    ],
    ids=["polarization", "coverage", "silence", "first-movers"],
)
def test_no_data_is_a_sentence_and_no_empty_axes(picture: analysis.Picture) -> None:
    texts = _texts(etree.fromstring(picture.svg().encode()))

    assert picture.empty in texts
    assert picture.empty in picture.terminal(80)


def test_names_of_any_script_are_escaped_and_keep_their_direction() -> None:
    row: dict[str, Any] = {
        "holder": "a",
        "issue": "i",
        "last_said": date(2020, 1, 1),
        "said_again": None,
        "days": 2192,
        "is_silent_still": True,
    }
    hebrew = "\u05de\u05e9\u05e8\u05d3 <\u05d4\u05d7\u05d5\u05e5>"
    svg = analysis.silence([row], ABOUT, {("holder", "a"): hebrew}, days=5).svg()

    (label,) = [text for text in _texts(etree.fromstring(svg.encode())) if hebrew in text]
    assert label.startswith("\N{RIGHT-TO-LEFT ISOLATE}")


def test_a_file_of_another_kind_is_rejected(run: Run) -> None:
    result = run("ask", "coverage", "--plot", "a.pdf")

    assert result.exit_code == 2
    assert "does not end in .svg, .png or .html" in result.stderr


def test_a_format_and_a_picture_exclude_each_other(run: Run) -> None:
    assert run("ask", "coverage", "--format", "json", "--plot", "a.svg").exit_code == 2
