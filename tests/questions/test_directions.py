"""A change along a scale is shown by the pole that it leads towards, or as up or down if the issue has none."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.plugin import Run
from tests.support.worlds import LINE, answer, done, invoker, jsonl, last_number

pytest_plugins = ("tests.support.worlds",)

POLES = 'low_pole = "no fee"\nhigh_pole = "a high fee"\n'
FEES = """
label = "fees-1.0"
issued_on = "2025-01-01"

[[issue]]
slug = "fee"
question = "What should the passage of the dam cost?"
{poles}""" + "".join(
    f'\n[[issue.position]]\nslug = "{slug}"\nlabel = "{slug}"\ndefinition = "{slug}"\nrank = {rank}\n'
    for rank, slug in enumerate(("nothing", "little", "some", "much"), 1)
)
SAID = (("2025-03-01", "little"), ("2025-04-01", "much"), ("2025-05-01", "some"))


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Give a function that runs a line on a database in which a holder moves up and down a scale without poles."""
    run = invoker(small_url, tmp_path)
    load(run, tmp_path, poles="")
    lines = (
        {**LINE, "statement": f"cole-{said}", "said": said, "issue": "fee", "position": position}
        for said, position in SAID
    )
    done(run("statement", "load", jsonl(tmp_path / "fees.jsonl", *lines)))
    return run


def load(run: Run, folder: Path, *, poles: str) -> None:
    (folder / "fees.toml").write_text(FEES.format(poles=poles), encoding="utf-8")
    done(run("codebook", "load", folder / "fees.toml"))


def directions(run: Run, *more: object) -> list[tuple[str, str]]:
    """Return the changes of the holder with the words for them."""
    rows = answer(run, "stance", "changes", "--issue", "fee", *more)
    return [(row["change"], row["change_label"]) for row in rows]


def reported(url: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT DISTINCT change_kind, change_label FROM reporting.stance_change_wide"
            " WHERE issue_code = 'fee' AND NOT is_initial ORDER BY change_kind"
        ).fetchall()


UP_AND_DOWN = [("hardening", "up the scale"), ("softening", "down the scale")]
TOWARDS_POLES = [("hardening", "towards a high fee"), ("softening", "towards no fee")]


def test_without_poles_a_change_is_up_or_down_the_scale(run: Run, small_url: str) -> None:
    done(run("reporting", "refresh"))

    assert directions(run) == UP_AND_DOWN
    assert reported(small_url) == UP_AND_DOWN


def test_with_poles_a_change_is_towards_one_and_the_code_stays(run: Run, small_url: str, tmp_path: Path) -> None:
    load(run, tmp_path, poles=POLES)
    done(run("reporting", "refresh"))

    assert directions(run) == TOWARDS_POLES
    assert reported(small_url) == TOWARDS_POLES


def test_the_poles_are_those_of_the_changeset_asked_at_and_undoing_takes_them_back(
    run: Run, small_url: str, tmp_path: Path
) -> None:
    load(run, tmp_path, poles=POLES)
    named = last_number(small_url)
    done(run("changeset", "undo", str(named), "--message", "too soon"))

    assert directions(run, "--known-at", named - 1) == UP_AND_DOWN
    assert directions(run, "--known-at", named) == TOWARDS_POLES
    assert directions(run) == UP_AND_DOWN


def test_an_issue_merged_into_another_is_shown_by_the_poles_of_the_other(run: Run, tmp_path: Path) -> None:
    load(run, tmp_path, poles=POLES)
    other = FEES.replace("fees-1.0", "toll-1.0").replace('"fee"', '"toll"')
    (tmp_path / "toll.toml").write_text(
        other.format(poles='low_pole = "passage for all"\nhigh_pole = "a toll"\n'), encoding="utf-8"
    )
    done(run("codebook", "load", tmp_path / "toll.toml"))
    done(run("issue", "merge", "fee", "--into", "toll"))

    rows = answer(run, "stance", "changes", "--issue", "toll")
    assert [row["change_label"] for row in rows] == ["towards a toll", "towards passage for all"]


def test_tables_questions_and_pages_show_the_words(run: Run, tmp_path: Path) -> None:
    load(run, tmp_path, poles=POLES)
    done(run("reporting", "refresh"))
    done(run("page", "fee", "--output", tmp_path / "fee.html"))

    shown = done(run("stance", "changes", "--issue", "fee")).stdout
    moves = done(run("ask", "first-movers", "--issue", "fee")).stdout
    page = (tmp_path / "fee.html").read_text(encoding="utf-8")
    for text in (shown, moves, page):
        assert "towards a high fee" in text
        assert "towards no fee" in text
        assert "hardening" not in text


def test_the_poles_of_an_issue_are_typed_corrected_and_shown(run: Run) -> None:
    done(run("issue", "set", "fee", "--low-pole", "no charge", "--high-pole", "a charge"))
    done(run("issue", "set", "fee", "--high-pole", "a high fee"))
    done(run("issue", "add", "fish", "--question", "Why?", "--low-pole", "fewer", "--high-pole", "more"))

    for issue, poles in (("fee", ("no charge", "a high fee")), ("fish", ("fewer", "more"))):
        shown = answer(run, "issue", "show", issue)
        assert (shown["low_pole"], shown["high_pole"]) == poles


def test_a_codebook_that_leaves_the_poles_out_keeps_them(run: Run, tmp_path: Path) -> None:
    load(run, tmp_path, poles=POLES)
    load(run, tmp_path, poles="")

    assert directions(run) == TOWARDS_POLES


@pytest.mark.parametrize(
    ("poles", "said"),
    [
        ('low_pole = "no fee"', "Issue 'fee' names only one pole of its scale. Name both or neither."),
        (
            'low_pole = "a fee"\nhigh_pole = "a fee"',
            "Issue 'fee' calls both poles of its scale 'a fee'. Give them different names.",
        ),
    ],
)
def test_a_codebook_with_half_a_pair_of_poles_is_refused(run: Run, tmp_path: Path, poles: str, said: str) -> None:
    (tmp_path / "half.toml").write_text(FEES.format(poles=f"{poles}\n"), encoding="utf-8")

    refused = run("codebook", "load", tmp_path / "half.toml")

    assert refused.exit_code != 0
    assert said in " ".join(refused.output.split())


def test_one_pole_of_an_issue_without_poles_is_refused_with_the_rule(run: Run) -> None:
    refused = run("issue", "set", "fee", "--low-pole", "no fee")

    assert refused.exit_code != 0
    assert "An issue must name both poles of its scale or neither" in " ".join(refused.output.split())


def test_a_release_carries_the_poles(run: Run, tmp_path: Path) -> None:
    load(run, tmp_path, poles=POLES)
    done(run("release", "create", "first", "--message", "with poles"))
    done(run("release", "export", "first", "--output", tmp_path / "first"))

    with (tmp_path / "first" / "issue.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["slug"]: row for row in csv.DictReader(file)}
    assert (rows["fee"]["low_pole"], rows["fee"]["high_pole"]) == ("no fee", "a high fee")
    assert (rows["dam"]["low_pole"], rows["dam"]["high_pole"]) == ("", "")
