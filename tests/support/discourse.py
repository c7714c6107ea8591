"""Networks as defined in the documentation of rDNA 3, counted statement by statement from the tables of a .dna file.

This module is slow on purpose and shares no code with the program: the tests compare its results with the SQL.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import NamedTuple

from tests.support.dna_files import DAY, TABLES, VARIABLES, put

Weights = dict[tuple[str, str], float]


class Said(NamedTuple):
    """A statement in a file."""

    document: int
    day: date
    start: int
    person: str
    organization: str
    concept: str
    agreement: int
    author: str
    source: str
    section: str


def invented(path: Path, seed: int, *, documents: int = 24) -> Path:
    """Write a file of version 3 with invented statements: repeated, opposed, and some without an organization.

    Args:
        path: The file to write.
        seed: The seed of the random numbers.
        documents: Number of documents, each on a separate day, over about two years.
    """
    dice = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    organizations = [f"Union {letter}" for letter in "ABCDEFG"] + [""]
    concepts = [f"Build dam {number}." for number in range(5)]
    words = [f"word{number}" for number in range(12)]
    text = " ".join(words)
    key = 0
    with sqlite3.connect(path) as file:
        file.executescript(TABLES[3])
        file.execute("INSERT INTO SETTINGS VALUES ('version', '3.0.7')")
        file.execute("INSERT INTO CODERS (ID, Name, Password) VALUES (1, 'Ida', '')")
        file.execute("INSERT INTO STATEMENTTYPES (ID, Label) VALUES (1, 'DNA Statement')")
        file.executemany("INSERT INTO VARIABLES VALUES (?, ?, ?, ?)", VARIABLES[:4])
        for document in range(1, documents + 1):
            file.execute(
                "INSERT INTO DOCUMENTS VALUES (?, ?, ?, 1, ?, ?, ?, '', 'news', ?)",
                (
                    document,
                    f"No. {document}",
                    f"{text} {document}",
                    dice.choice(["A. Writer", "B. Writer"]),
                    dice.choice(["The Herald", "Le Jour"]),
                    dice.choice(["1", "2"]),
                    DAY + 86_400 * (document * 29 + dice.randrange(-9, 9)),
                ),
            )
            for word in range(dice.randrange(3, len(words))):
                key += 1
                organization, concept = dice.choice(organizations), dice.choice(concepts)
                sign = int(dice.random() < 0.6)
                start = text.index(words[word])
                file.execute(
                    "INSERT INTO STATEMENTS VALUES (?, 1, ?, ?, ?, 1)", (key, document, start, start + len(words[word]))
                )
                values: list[str | int] = [f"Person {dice.randrange(9)}", organization, concept, sign]
                for variable, value in enumerate(values, start=1):
                    put(file, 3, key, variable, value)
    file.close()
    return path


def said_in(path: Path) -> list[Said]:
    """Return the statements of a file of version 3 in its own order: by day, document and place."""
    with sqlite3.connect(path) as file:
        documents = {
            key: (datetime.fromtimestamp(seconds, UTC).date(), author, source, section)
            for key, seconds, author, source, section in file.execute(
                "SELECT ID, Date, Author, Source, Section FROM DOCUMENTS"
            )
        }
        names = dict(file.execute("SELECT ID, Value FROM ENTITIES"))
        places = file.execute("SELECT ID, DocumentId, Start FROM STATEMENTS WHERE StatementTypeId = 1").fetchall()
        variables = dict(file.execute("SELECT Variable, ID FROM VARIABLES WHERE StatementTypeId = 1"))
        texts = {
            (statement, variable): names[entity]
            for statement, variable, entity in file.execute("SELECT StatementId, VariableId, Entity FROM DATASHORTTEXT")
        }
        signs = dict(file.execute("SELECT StatementId, Value FROM DATABOOLEAN"))
    file.close()
    found = [
        Said(
            document,
            documents[document][0],
            start,
            texts.get((key, variables["person"]), ""),
            texts.get((key, variables["organization"]), ""),
            texts.get((key, variables["concept"]), ""),
            signs[key],
            *documents[document][1:],
        )
        for key, document, start in places
    ]
    return sorted(found, key=lambda said: (said.day, said.document, said.start))


def without_duplicates(said: Iterable[Said], duplicates: str, *, is_blind: bool) -> list[Said]:
    """Drop statements with the content of an earlier one in the same document, week, month, year, or anywhere."""
    same: dict[str, Callable[[Said], object]] = {
        "document": lambda one: one.document,
        "week": lambda one: one.day.isocalendar()[:2],
        "month": lambda one: (one.day.year, one.day.month),
        "year": lambda one: one.day.year,
        "acrossrange": lambda _: None,
    }
    kept: list[Said] = []
    for one in said:
        if duplicates == "include" or not any(
            (one.organization, one.concept) == (other.organization, other.concept)
            and (is_blind or one.agreement == other.agreement)
            and same[duplicates](one) == same[duplicates](other)
            for other in kept
        ):
            kept.append(one)
    return kept


def two_mode(said: Sequence[Said], aggregation: str, normalization: str) -> Weights:
    """Tie organizations to concepts."""
    rows, columns = _names(said)
    weights: Weights = {}
    for row, column in product(rows, columns):
        signs = [one.agreement for one in said if (one.organization, one.concept) == (row, column)]
        if aggregation == "subtract":
            weight = float(signs.count(1) - signs.count(0))
        elif aggregation == "combine":
            weight = float((1 in signs) + 2 * (0 in signs))
        else:
            weight = float(len(signs))
        if normalization == "activity":
            weight /= sum(one.organization == row for one in said)
        elif normalization == "prominence":
            weight /= sum(one.concept == column for one in said)
        weights[row, column] = weight
    return weights


def one_mode(said: Sequence[Said], aggregation: str, normalization: str, *, are_concepts: bool = False) -> Weights:
    """Tie organizations to each other by concepts, or concepts by organizations, statement by statement."""
    pairs = [(one.concept, one.organization) if are_concepts else (one.organization, one.concept) for one in said]
    signs = [one.agreement for one in said]
    names = sorted({row for row, _ in pairs})
    weights: Weights = {}
    for a, b in product(names, names):
        mine = [(column, sign) for (row, column), sign in zip(pairs, signs, strict=True) if row == a]
        theirs = [(column, sign) for (row, column), sign in zip(pairs, signs, strict=True) if row == b]
        meeting = [x[1] == y[1] for x, y in product(mine, theirs) if x[0] == y[0]]
        agreeing, differing = meeting.count(True), meeting.count(False)
        weight = {
            "ignore": agreeing + differing,
            "congruence": agreeing,
            "conflict": differing,
            "subtract": agreeing - differing,
        }[aggregation]
        alone = sum(x not in theirs for x in mine) + sum(y not in mine for y in theirs)
        norm = {
            "no": 1.0,
            "average": (len(mine) + len(theirs)) / 2,
            "cosine": (len(mine) ** 2) ** 0.5 * (len(theirs) ** 2) ** 0.5,
            "jaccard": alone + sum(x == y for x, y in product(mine, theirs)),
        }[normalization]
        weights[a, b] = weight / norm if a != b and norm else 0.0
    return weights


def windows_of_days(said: Sequence[Said], length: int, step: int) -> dict[str, list[Said]]:
    """Return the statements of each non-empty window of days, by its first day."""
    begins, ends = said[0].day, said[-1].day
    found = {}
    while True:
        inside = [one for one in said if begins <= one.day < begins + timedelta(days=length)]
        if inside:
            found[f"w{begins}"] = inside
        if begins + timedelta(days=length) > ends:
            return found
        begins += timedelta(days=step)


def windows_of_events(said: Sequence[Said], length: int, step: int) -> dict[str, list[Said]]:
    """Return the statements of each window of a fixed number of statements, by the number of its first statement."""
    found = {}
    first = 0
    while True:
        found[f"e{first + 1}"] = list(said[first : first + length])
        if first + length >= len(said):
            return found
        first += step


def _names(said: Iterable[Said]) -> tuple[list[str], list[str]]:
    said = list(said)
    return sorted({one.organization for one in said}), sorted({one.concept for one in said})
