"""Databases from which tests of whole commands start: the seeds, and a small invented world.

Test modules request them with ``pytest_plugins = ("tests.support.worlds",)``; each is created once per session and
cloned for each test. Modules also import helpers from here, before pytest could rewrite it: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import Result

from stancedb.admin import seeding
from stancedb.database import writing
from stancedb.settings import Settings
from tests.support.plugin import AUTHOR, Clone, Run, name_of
from tests.support.plugin import invoker as invoker  # noqa: PLC0414 - the tests take it from here

CODEBOOK = """
label = "dam-1.0"
issued_on = "2025-01-01"

[[issue]]
slug = "dam"
question = "Should Norland build the dam?"

[[issue.position]]
slug = "oppose"
label = "against it"
definition = "Says that there should be no dam."
rank = 1
score = -1.0

[[issue.position]]
slug = "leaves-open"
label = "leaves it open"
definition = "Declines to say, as a matter of policy."
kind = "deliberate_ambiguity"
rank = 2

[[issue.position]]
slug = "support"
label = "for it"
definition = "Says that there should be a dam."
rank = 3
score = 1.0

[[issue]]
slug = "dam-cost"
question = "Who should pay for the dam?"

[[issue.position]]
slug = "state-pays"
label = "the state"
definition = "Says that the state should pay."
"""
ACTORS = """\
slug,kind,name,relations,tenures
norland,state,Norland,,
government-of-norland,government,Government of Norland,governs:norland,
prime-minister-of-norland,office,Prime Minister of Norland,governs:government-of-norland,
minister-of-rivers,office,Minister of Rivers,,
speaker-of-the-house,office,Speaker of the House,,
ben-dahl,person,Ben Dahl,,prime-minister-of-norland@2023-01-01/2024-12-31
ana-cole,person,Ana Cole,,prime-minister-of-norland@2025-01-01/..
eva-falk,person,Eva Falk,,minister-of-rivers@2024-01-01/..|speaker-of-the-house@2020-01-01/..
a-cole,person,A. Cole,,
"""
ARTICLE = "herald-2025-03-01"
WORDS = (
    "Prime Minister Ana Cole said on Saturday that Norland will build the dam. \u201cWe will not ask twice,\u201d she"
    " told the house. Asked who would pay, she declined to say.\n\n"
    "Her predecessor, Ben Dahl, is unwilling to comment. In his time it was 'no dam, no debt'.\n\n"
    "Eva Falk spoke of a \u201cmistake of the century\u201d: 100% of the fish :all of them \N{FISH}, would go.\n\n"
    "On Sunday she said that she would not oppose the dam."
)
ARTICLE_LINE = {
    "schema": "stancedb.article/1",
    "id": ARTICLE,
    "outlet": "herald",
    "title": "The dam",
    "published": "2025-03-01",
    "text": WORDS,
}
# A line of the coding sheet that loads into the small world.
LINE: dict[str, Any] = {
    "statement": "cole-dam",
    "speaker": "ana-cole",
    "said": "2025-03-01",
    "article": ARTICLE,
    "quote": "Norland will build the dam",
    "issue": "dam",
    "position": "support",
}


def done(result: Result) -> Result:
    """Return a result after making sure that the command succeeded."""
    assert result.exit_code == 0, result.output
    return result


def answer(run: Run, *line: object) -> Any:  # noqa: ANN401 - whatever the command answers
    """Run a command that must succeed and return its data."""
    return json.loads(done(run(*line, "--format", "json")).stdout)


def jsonl(path: Path, *records: object) -> Path:
    """Write records to a file of JSON lines and return its path."""
    path.write_text("".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records), encoding="utf-8")
    return path


def last_number(url: str) -> int:
    """Return the number of the last changeset."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT last_number FROM stancedb.changeset_counter").fetchone()
    assert row is not None
    return int(row[0])


def fill_small(url: str, directory: Path) -> None:
    """Fill a database at head with the small world; its files are written into the folder."""
    (directory / "dam.toml").write_text(CODEBOOK, encoding="utf-8")
    (directory / "actor.csv").write_text(ACTORS, encoding="utf-8")
    article = jsonl(directory / "article.jsonl", ARTICLE_LINE)
    run = invoker(url, directory)
    done(run("outlet", "add", "herald", "--name", "The Herald"))
    done(run("codebook", "load", directory / "dam.toml"))
    done(run("actor", "load", directory / "actor.csv"))
    done(run("article", "load", article))


@pytest.fixture(scope="session")
def seeded_template(clone: Clone, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the name of a database with all seeds, without connections."""
    with clone(template) as url:
        settings = Settings(database_url=url, data_dir=tmp_path_factory.mktemp("seeded"), author=AUTHOR)
        with writing(settings, message="seeds") as session:
            seeding.seed(session, with_example=True)
        yield name_of(url)


@pytest.fixture(scope="session")
def seeded_once(clone: Clone, seeded_template: str) -> Iterator[str]:
    """Provide the URL of a database with all seeds that many tests share read-only."""
    with clone(seeded_template) as url:
        yield url


@pytest.fixture(scope="session")
def reported_url(clone: Clone, seeded_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Provide the URL of the seeds with reporting data, which no test changes."""
    with clone(seeded_template) as url:
        done(invoker(url, tmp_path_factory.mktemp("reported"))("reporting", "refresh"))
        yield url


@pytest.fixture
def seeded_url(clone: Clone, seeded_template: str) -> Iterator[str]:
    """Provide the URL of a database with all seeds, only for this test."""
    with clone(seeded_template) as url:
        yield url


@pytest.fixture(scope="session")
def small_template(clone: Clone, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the name of a database with the small world: outlet, codebook, actors and article, without statements."""
    with clone(template) as url:
        fill_small(url, tmp_path_factory.mktemp("small"))
        yield name_of(url)


@pytest.fixture(scope="session")
def small_once(clone: Clone, small_template: str) -> Iterator[str]:
    """Provide the URL of the small world that many tests share read-only."""
    with clone(small_template) as url:
        yield url


@pytest.fixture
def small_url(clone: Clone, small_template: str) -> Iterator[str]:
    """Provide the URL of a database with the small world, only for this test."""
    with clone(small_template) as url:
        yield url


@pytest.fixture(scope="session")
def spoken_template(clone: Clone, small_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the name of a database with the small world and one statement, ``cole-dam``, without connections."""
    directory = tmp_path_factory.mktemp("spoken")
    with clone(small_template) as url:
        done(invoker(url, directory)("statement", "load", jsonl(directory / "sheet.jsonl", LINE)))
        yield name_of(url)


@pytest.fixture
def spoken_url(clone: Clone, spoken_template: str) -> Iterator[str]:
    """Provide the URL of a database with the small world and one statement, only for this test."""
    with clone(spoken_template) as url:
        yield url
