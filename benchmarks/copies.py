"""Measure the cost of duplicate detection, as the ratio of a load with it to a load without; exits 1 above 1.3.

    python benchmarks/copies.py [--articles 5000] [--runs 2]

Texts of 350 to 700 words are generated from a seed; one in ten is a copy of an earlier text with the end cut off. They
are loaded into a separate embedded server, once as usual and once into a database that computes no sketches, so that
nothing is compared. The two loads alternate; the best run of each counts.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from loading import STANCEDB, run, server

BAR = 1.3
WORDS = 20_000
LETTERS = "abcdefghiklmnoprstuvy"


def write(file: Path, count: int) -> None:
    """Write articles as JSON Lines; common words are as frequent as in a natural language."""
    chance = random.Random(7)  # noqa: S311 - repeatable on purpose
    words = ["".join(chance.choices(LETTERS, k=chance.randint(2, 10))) for _ in range(WORDS)]
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(WORDS)))
    texts: list[list[str]] = []
    with file.open("w", encoding="utf-8") as lines:
        for number in range(count):
            text = chance.choices(words, cum_weights=weights, k=chance.randint(350, 700))
            if texts and number % 10 == 0:
                told = chance.choice(texts)
                text = [*told[: len(told) * 3 // 4], *text[:50]]
            texts.append(text)
            sentences = (" ".join(text[at : at + 15]).capitalize() for at in range(0, len(text), 15))
            article = {"id": f"a-{number}", "outlet": "herald", "title": " ".join(text[:8]), "published": "2025-03-01"}
            lines.write(json.dumps({**article, "text": ". ".join(sentences)}) + "\n")


def load(file: Path, *, is_compared: bool) -> tuple[float, int]:
    """Return how long the load takes, including program start and commit, and how many copies it proposes."""
    with server() as url:
        subprocess.run([STANCEDB, "outlet", "add", "herald", "--name", "Herald"], check=True, capture_output=True)
        with psycopg.connect(url) as connection:
            if not is_compared:
                connection.execute("ALTER TABLE stancedb.article_version DISABLE TRIGGER sketch_insert")
        taken = run([STANCEDB, "article", "load", str(file)]).seconds
        with psycopg.connect(url) as connection:
            found = connection.execute("SELECT count(*) FROM stancedb.article_duplicate").fetchone()
    return taken, found[0] if found else 0


def main() -> int:
    """Measure both loads, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=2)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "article.jsonl"
        write(file, chosen.articles)
        plain, compared = [], []
        for _ in range(chosen.runs):
            plain.append(load(file, is_compared=False))
            compared.append(load(file, is_compared=True))
    without, taken = min(plain)[0], min(compared)[0]
    print(f"{chosen.articles} articles, {compared[0][1]} pairs proposed")
    print(f"       without: {without:6.2f} s, {without / chosen.articles * 1000:5.2f} ms each")
    print(f"with detection: {taken:6.2f} s, {taken / chosen.articles * 1000:5.2f} ms each")
    print(f"         ratio: {taken / without:6.2f} (limit {BAR})")
    return int(taken / without > BAR)


if __name__ == "__main__":
    sys.exit(main())
