"""Generate coding sheets with realistic actors, issues, dates and repetitions, and the codebook they need, from a seed.

    python benchmarks/generate.py DIRECTORY --lines 1000000 [--seed 1] [--actors 5000] [--issues 200]

Writes ``outlet.csv``, ``actor.csv``, ``codebook.toml``, ``article.jsonl`` and ``statement.csv``. Actors and issues have
Zipf-like frequencies, an article contains about twenty statements, every tenth line adds a coding of the state to a
statement by a person, and the quotes occur in the article.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

POSITIONS = ("opposes", "leaves-open", "supports", "demands")
STATEMENTS_IN_ARTICLE = 20
FIRST_DAY = date(2006, 1, 1)
DAYS = 7300
WORDS = (
    "policy", "alliance", "tariff", "border", "treaty", "energy", "water", "climate", "strait", "exercise", "budget",
    "reform", "reserve", "export", "fishery", "island", "pension", "housing", "transport", "school", "hospital", "visa",
    "asylum", "broadcast", "satellite", "harbour", "railway", "subsidy", "carbon",
)  # fmt: skip
COLUMNS = ("statement", "speaker", "said", "authority", "act", "article", "quote", "holder", "on_behalf_of", "issue",
           "position", "confidence", "coder")  # fmt: skip


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--actors", type=int, default=5000)
    parser.add_argument("--issues", type=int, default=200)
    parser.add_argument("--start", type=int, default=0, help="Number of the first statement, for further batches.")
    chosen = parser.parse_args()
    write(chosen.directory, lines=chosen.lines, seed=chosen.seed, actors=chosen.actors, issues=chosen.issues,
          start=chosen.start)  # fmt: skip


def write(directory: Path, *, lines: int, seed: int, actors: int, issues: int, start: int = 0) -> None:
    """Write all files into a directory; the same arguments always give the same bytes."""
    directory.mkdir(parents=True, exist_ok=True)
    chance = random.Random(f"{seed}/{start}")  # noqa: S311 - repeatable on purpose
    with (directory / "outlet.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("slug", "name", "kind"))
        table.writerows((f"outlet-{number}", f"Outlet {number}", "newspaper") for number in range(50))
    with (directory / "actor.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("slug", "kind", "name"))
        table.writerows((f"person-{number}", "person", f"Person {number}") for number in range(actors))
        table.writerows((f"state-{number}", "state", f"State {number}") for number in range(100))
    (directory / "codebook.toml").write_text(_codebook(issues), encoding="utf-8")
    with (
        (directory / "article.jsonl").open("w", encoding="utf-8") as articles,
        (directory / "statement.csv").open("w", encoding="utf-8", newline="") as sheet,
    ):
        table = csv.writer(sheet, lineterminator="\n")
        table.writerow(COLUMNS)
        for article, rows in itertools.groupby(_lines(chance, lines, actors, issues, start), key=lambda row: row[5]):
            printed = list(rows)
            table.writerows(printed)
            text = "\n\n".join(dict.fromkeys(str(row[6]) for row in printed))
            number = int(str(article).rpartition("-")[2])
            articles.write(
                json.dumps(
                    {
                        "id": article,
                        "outlet": f"outlet-{number % 50}",
                        "title": f"Article {number}",
                        "published": str(printed[0][2]),
                        "text": text,
                    }
                )
                + "\n"
            )


def _lines(chance: random.Random, lines: int, actors: int, issues: int, start: int) -> Iterator[tuple[object, ...]]:
    people = _zipf(chance, actors)
    subjects = _zipf(chance, issues)
    written = 0
    number = start
    while written < lines:
        article = number // STATEMENTS_IN_ARTICLE
        day = FIRST_DAY + timedelta(days=(article * 7919) % DAYS)
        person, subject = next(people), next(subjects)
        position = chance.choices(POSITIONS, (3, 2, 4, 1))[0]
        quote = f"In statement {number} {' '.join(chance.choices(WORDS, k=12))} was the subject."
        authority = chance.choices((1, 2, 3, 4, 5, 6), (2, 3, 6, 4, 2, 1))[0]
        state = f"state-{person % 100}"
        row = (f"statement-{number}", f"person-{person}", day, authority, "assert", f"article-{article}", quote,
               f"person-{person}", state, f"issue-{subject}", position, "moderate", "generator")  # fmt: skip
        yield row
        written += 1
        if number % 10 == 0 and written < lines:
            yield (*row[:7], state, *row[8:])
            written += 1
        number += 1


def _zipf(chance: random.Random, size: int) -> Iterator[int]:
    weights = list(itertools.accumulate((number + 1) ** -0.5 for number in range(size)))
    while True:
        yield from chance.choices(range(size), cum_weights=weights, k=10_000)


def _codebook(issues: int) -> str:
    parts = ['label = "benchmark-1"\nissued_on = "2025-01-01"\n']
    for number in range(issues):
        parts.append(f'[[issue]]\nslug = "issue-{number}"\nquestion = "Question {number}?"\n')
        for rank, position in enumerate(POSITIONS, 1):
            kind = "deliberate_ambiguity" if position == "leaves-open" else "substantive"
            score = "" if kind == "deliberate_ambiguity" else f"score = {(rank - 2.5) / 1.5:.2f}\n"
            parts.append(
                f'[[issue.position]]\nslug = "{position}"\nlabel = "{position}"\ndefinition = "Says so."\n'
                f'kind = "{kind}"\nrank = {rank}\n{score}'
            )
    return "\n".join(parts)


if __name__ == "__main__":
    main()
