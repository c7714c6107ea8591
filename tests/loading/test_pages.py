"""Articles from real pages and folders: what a page says of itself, manifests, names, feeds, many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.operations.worlds import ARTICLE_LINE, answer, done, invoker, jsonl

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Run

pytest_plugins = ("tests.operations.worlds",)


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Give a function that runs one line of ``stancedb`` on the small world."""
    return invoker(small_url, tmp_path)


# --- The particulars of an article


def test_the_particulars_of_an_article_are_loaded_and_shown(run: Run, tmp_path: Path) -> None:
    line = {
        **ARTICLE_LINE,
        "id": "a",
        "text": "Another text.",
        "authors": ["Eva Falk", "Ada Bo"],
        "agency": "NTB",
        "section": "Energy",
        "updated_at": "2025-11-26T00:30:00+09:00",
    }
    sheet = tmp_path / "b.csv"
    sheet.write_text("id,outlet,title,text,authors,updated_on\nb,herald,B,Text of b.,Eva Falk|Ada Bo,2025-11-26\n")
    done(run("article", "load", jsonl(tmp_path / "a.jsonl", line), str(sheet)))

    shown = answer(run, "article", "show", "a")
    assert [shown[name] for name in ("authors", "agency", "section", "updated_on")] == [
        ["Eva Falk", "Ada Bo"], "NTB", "Energy", "2025-11-26",
    ]  # fmt: skip
    assert shown["updated_at"].startswith("2025-11-25T15:30:00")
    shown = answer(run, "article", "show", "b")
    assert [shown[name] for name in ("authors", "agency", "updated_on", "updated_at")] == [
        ["Eva Falk", "Ada Bo"], None, "2025-11-26", None,
    ]  # fmt: skip


def test_a_day_that_is_none_is_refused_with_an_example(run: Run, tmp_path: Path) -> None:
    refused = run("article", "load", jsonl(tmp_path / "a.jsonl", {**ARTICLE_LINE, "updated_on": 20251126}))

    assert refused.exit_code == 1
    assert "updated_on: found 20251126, expected a day such as 2025-11-25" in refused.stderr
