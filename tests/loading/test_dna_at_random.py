"""Whatever is corrected in a file of Discourse Network Analyzer, only its last state counts."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from stancedb.loading.dna.context import Choices
from stancedb.loading.dna.loader import load_dna
from stancedb.settings import read_settings
from stancedb.work import Work
from tests.loading.test_dna_corrected import LIVE, asked
from tests.support.dna_files import dna, put
from tests.support.plugin import Clone

pytest_plugins = ("tests.support.worlds",)

Change = Callable[[sqlite3.Connection, random.Random], None]
PEOPLE, BODIES, CONCEPTS = ("Ana Cole", "Li", "Mo"), ("Norland", "Fishers", "Cafés of Norland"), ("A", "B", "C", "D")


def other_value(file: sqlite3.Connection, chance: random.Random) -> None:
    """Change the person, organization or concept of a statement, or remove it."""
    (statement,) = some(file, chance, "SELECT ID FROM STATEMENTS WHERE StatementTypeId = 1")
    variable = chance.randint(1, 3)
    file.execute("DELETE FROM DATASHORTTEXT WHERE StatementId = ? AND VariableId = ?", (statement, variable))
    put(file, 3, statement, variable, chance.choice((PEOPLE, BODIES, CONCEPTS)[variable - 1] + ("",) * (variable < 3)))


def other_answer(file: sqlite3.Connection, chance: random.Random) -> None:
    """Reverse an answer."""
    (statement,) = some(file, chance, "SELECT StatementId FROM DATABOOLEAN")
    file.execute("UPDATE DATABOOLEAN SET Value = 1 - Value WHERE StatementId = ?", (statement,))


def other_name(file: sqlite3.Connection, chance: random.Random) -> None:
    """Correct the name of an entity, to a new name or one that another had before."""
    (entity,) = some(file, chance, "SELECT ID FROM ENTITIES WHERE VariableId <= 3 AND Value <> ''")
    name = chance.choice((*PEOPLE, *BODIES, *CONCEPTS, f"New {chance.randint(1, 9)}"))
    file.execute("UPDATE OR IGNORE ENTITIES SET Value = ? WHERE ID = ?", (name, entity))


def one_less(file: sqlite3.Connection, chance: random.Random) -> None:
    """Delete a statement with its values."""
    (statement,) = some(file, chance, "SELECT ID FROM STATEMENTS WHERE StatementTypeId = 1")
    file.execute("DELETE FROM STATEMENTS WHERE ID = ?", (statement,))
    for table in ("DATASHORTTEXT", "DATABOOLEAN"):
        file.execute(f"DELETE FROM {table} WHERE StatementId = ?", (statement,))


def one_more(file: sqlite3.Connection, chance: random.Random) -> None:
    """Add a statement, possibly with the number of a deleted one."""
    ((number,),) = file.execute("SELECT max(ID) + 1 FROM STATEMENTS").fetchall()
    start = chance.randint(0, 8)
    place = (number, chance.choice((1, 2)), start, start + chance.randint(3, 6), chance.choice((2, 3)))
    file.execute("INSERT INTO STATEMENTS VALUES (?, 1, ?, ?, ?, ?)", place)
    for variable, values in enumerate((PEOPLE, (*BODIES, ""), CONCEPTS), start=1):
        put(file, 3, number, variable, chance.choice(values))
    put(file, 3, number, 4, chance.randint(0, 1))


def other_document(file: sqlite3.Connection, chance: random.Random) -> None:
    """Correct the day, the title or the source of a document."""
    column, value = chance.choice((("Date", "Date + 86400"), ("Title", "Title || '!'"), ("Source", "'The Sun'")))
    file.execute(f"UPDATE DOCUMENTS SET {column} = {value} WHERE ID = ?", (chance.choice((1, 2)),))


def some(file: sqlite3.Connection, chance: random.Random, query: str) -> tuple[int]:
    """Return one row of a query."""
    row: tuple[int] = chance.choice(file.execute(f"{query} ORDER BY 1").fetchall())
    return row


CHANGES: tuple[Change, ...] = (other_value, other_answer, other_name, one_less, one_more, other_document)


def load(url: str, path: Path, *, replace: bool) -> bool:
    """Load a file in its current state, and return whether that changed anything."""
    choices = Choices(language="en", holder="both", replace=replace)
    with Work(read_settings(database_url=url)).writing("load") as session:
        return not load_dna(session, path, choices).changed_nothing


@pytest.mark.parametrize("seed", [3, 13, 15])
def test_a_file_changed_at_random_ten_times_equals_its_last_state(
    clone: Clone, small_template: str, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable trial hides nothing
    path = dna(tmp_path / "dams.dna")
    with clone(small_template) as url, clone(small_template) as fresh:
        load(url, path, replace=True)
        for _ in range(10):
            with sqlite3.connect(path) as file:
                for _ in range(chance.randint(1, 4)):
                    chance.choice(CHANGES)(file, chance)
            file.close()
            load(url, path, replace=True)
        load(fresh, path, replace=False)

        assert asked(url, LIVE) == asked(fresh, LIVE)
        assert not load(url, path, replace=True)
