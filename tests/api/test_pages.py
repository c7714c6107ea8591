"""The code on the page about the API and in its notebook does what they show."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from stancedb.api.asking import Questions
from stancedb.api.database import Database

pytest_plugins = ("tests.support.worlds",)

DOCS = Path(__file__).resolve().parents[2] / "docs"
NOTEBOOK = DOCS / "guides" / "from-demo-to-figure.ipynb"


def code_cells() -> list[str]:
    """Return the code of the notebook, cell by cell."""
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_the_page_prints_what_it_shows(seeded_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANCEDB_DATABASE_URL", seeded_url)
    page = (DOCS / "python.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}

    for code, shown in blocks:
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(code, names)  # noqa: S102 - the page is ours
        assert printed.getvalue() == shown, code
    assert len(blocks) == page.count("```python")


def test_the_page_names_every_method() -> None:
    page = (DOCS / "python.md").read_text("utf-8")
    methods = {name for name in vars(Database) | vars(Questions) if not name.startswith("_")}

    assert {name for name in methods if not re.search(rf"`(?:\w+\.)?{name}[`(]|\w+\.{name}\(", page)} == set()


def test_the_notebook_draws_its_figure(seeded_once: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pandas", "altair", "vl_convert"):
        pytest.importorskip(module, reason=f"{module} is an extra that is not installed")
    monkeypatch.setenv("STANCEDB_DATABASE_URL", seeded_once)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}

    for code in code_cells():
        exec(code, names)  # noqa: S102 - the notebook is ours

    drawn = Path("japan.svg").read_text("utf-8")
    assert all(label in drawn for label in names["frame"]["label"])


def test_the_notebook_carries_no_output() -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]

    assert [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []
