"""The wheel contains everything that a database needs without a checkout."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("build", "hatchling")),
    reason="build and hatchling are not installed, and a test fetches nothing",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """Build the wheel from the checkout and open it."""
    directory = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(directory), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (built,) = directory.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        yield archive


def tracked(*patterns: str) -> set[str]:
    """Return the files of the checkout that fit the patterns."""
    return {
        str(path.relative_to(ROOT))
        for pattern in patterns
        for path in ROOT.glob(pattern)
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_every_file_of_the_package_is_inside(wheel: zipfile.ZipFile) -> None:
    assert (
        tracked(
            "stancedb/**/*.py", "stancedb/**/*.sql", "stancedb/**/*.json", "stancedb/**/*.toml", "stancedb/py.typed"
        )
        - set(wheel.namelist())
        == set()
    )


def test_migrations_seeds_and_their_configuration_are_inside(wheel: zipfile.ZipFile) -> None:
    wanted = {f"stancedb/bundled/{name}" for name in tracked("migrations/**/*", "seeds/**/*", "alembic.ini")}

    assert wanted
    assert wanted - set(wheel.namelist()) == set()


def test_what_is_inside_is_what_the_checkout_has(wheel: zipfile.ZipFile) -> None:
    for name in tracked("seeds/**/*.jsonl", "migrations/versions/*"):
        assert wheel.read(f"stancedb/bundled/{name}") == (ROOT / name).read_bytes()


def test_its_metadata_says_what_it_runs_on_and_that_it_is_typed(wheel: zipfile.ZipFile) -> None:
    (metadata,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    said = set(re.findall(r"^Classifier: (.*)$", wheel.read(metadata).decode(), re.MULTILINE))
    groups = {classifier.partition(" :: ")[0] for classifier in said}

    assert "stancedb/py.typed" in wheel.namelist()
    assert "Typing :: Typed" in said
    assert {f"Programming Language :: Python :: 3.{minor}" for minor in (11, 12)} <= said
    assert {"Development Status", "Intended Audience", "Operating System", "Topic"} <= groups


def test_nothing_else_is_inside(wheel: zipfile.ZipFile) -> None:
    strangers = [
        name
        for name in wheel.namelist()
        if not name.startswith("stancedb/") and not name.split("/")[0].endswith(".dist-info")
    ]

    assert strangers == []
    assert [name for name in wheel.namelist() if "__pycache__" in name or "/tests/" in name] == []


def test_the_licence_and_the_one_script_are_inside(wheel: zipfile.ZipFile) -> None:
    (entry_points,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]

    assert wheel.read(entry_points).decode() == "[console_scripts]\nstancedb = stancedb.cli.main:main\n"
    assert any(name.endswith("/licenses/LICENSE") for name in wheel.namelist())
