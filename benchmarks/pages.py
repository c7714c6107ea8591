"""Measure how many web pages ``stancedb article load`` reads per second; exits 1 below 0.85 of the bare extractor.

    python benchmarks/pages.py [DIRECTORY] [--pages 500] [--runs 2]

The bare extractor is ``trafilatura.bare_extraction`` with metadata, in as many processes as there are cores, each
running the same Python; it reads the files and keeps nothing. The load starts the program, extracts, checks and commits
to a separate embedded server. The two alternate, so that a busy minute slows both; the best run of each counts.
Without a directory of pages, pages are generated from a seed.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from loading import MIB, STANCEDB, server

BAR = 0.85
WORDS = (
    "minister government committee strait view policy answer question attack response military position parliament vote"
    " party leader statement press agency region island defence budget treaty alliance member session report concern"
    " would could said that the a of in on to and for with not about after before under between their its"
)


def sentence(chance: random.Random, words: int) -> str:
    """Return a sentence of the given number of words."""
    return " ".join(chance.choices(WORDS.split(), k=words)).capitalize() + "."


def page(number: int) -> str:
    """Return a page as large and as cluttered as news pages are, about 250 KB."""
    chance = random.Random(number)  # noqa: S311 - pages, not keys
    title = sentence(chance, 9)[:-1]
    day = f"2025-{1 + number % 12:02}-{1 + number % 28:02}T{number % 24:02}:30:00+09:00"
    article = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "NewsArticle", "headline": title, "datePublished": day, "author": {"name": "Jane Roe"}},
            {"@type": "BreadcrumbList", "itemListElement": [sentence(chance, 3) for _ in range(20)]},
        ],
    }
    links = "".join(f'<li class="n{i}"><a href="/{i}">{sentence(chance, 4)}</a></li>' for i in range(300))
    script = f"window.state={json.dumps([sentence(chance, 12) for _ in range(2200)])};"
    body = "".join(
        f"<p>{html.escape(sentence(chance, chance.randint(8, 30)))} “{sentence(chance, 12)}”</p>"
        + ('<aside><div class="ad"><span>Advertisement</span></div></aside>' if paragraph % 5 == 0 else "")
        for paragraph in range(chance.randint(12, 40))
    )
    teasers = "".join(
        f'<section><h3>{sentence(chance, 8)}</h3><img src="/{i}.jpg"><p>{sentence(chance, 14)}</p></section>'
        for i in range(150)
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - The Herald</title>'
        f'<link rel="canonical" href="https://herald.example/{number}"><meta property="og:title" content="{title}">'
        f'<meta name="description" content="{sentence(chance, 20)}">'
        f'<script type="application/ld+json">{json.dumps(article)}</script><script>{script}</script></head><body>'
        f"<nav><ul>{links}</ul></nav><main><article><h1>{title}</h1>{body}</article></main>{teasers}"
        f"<footer><ul>{links}</ul></footer></body></html>"
    )


def extract(path: Path) -> int:
    """Extract one page with the bare extractor."""
    from trafilatura import bare_extraction  # noqa: PLC0415 - only in the process that extracts

    found = bare_extraction(path.read_bytes(), with_metadata=True, include_comments=False)
    return len(found.text or "") if found is not None and not isinstance(found, dict) else 0


def bare(pages: list[Path]) -> float:
    """Return how long the bare extractor takes for all pages, including the start of its processes."""
    begun = perf_counter()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        if not sum(pool.map(extract, pages, chunksize=4)):
            sys.exit("The pages have no text.")
    return perf_counter() - begun


def load(directory: Path) -> tuple[float, float]:
    """Return how long the load of all pages takes, with program start and commit, and the peak memory of a process."""
    command = [STANCEDB, "article", "load", str(directory), "--outlet", "herald", "--keep-going"]
    begun = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    shown = process.stdout.read().decode() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    taken = perf_counter() - begun
    # Some real pages are rejected, which is not a failure here.
    if os.waitstatus_to_exitcode(status) not in {0, 1} or "loaded" not in shown:
        sys.exit(f"{' '.join(command)} failed:\n{shown}")
    return taken, usage.ru_maxrss / MIB


def measure(directory: Path, runs: int) -> float:
    """Print both rates and return the ratio."""
    pages = sorted(path for path in directory.rglob("*") if path.suffix.lower() in {".html", ".htm"})
    taken: list[tuple[float, float, float]] = []
    for _ in range(runs):
        with server():
            subprocess.run([STANCEDB, "outlet", "add", "herald", "--name", "Herald"], check=True, capture_output=True)
            taken.append((bare(pages), *load(directory)))
    base, loaded, memory = min(t[0] for t in taken), min(t[1] for t in taken), max(t[2] for t in taken)
    print(f"{len(pages)} pages, {sum(path.stat().st_size for path in pages) >> 20} MiB, {os.cpu_count()} processes")
    print(f"bare trafilatura: {base:6.2f} s, {len(pages) / base:6.1f} pages per second")
    print(f"    article load: {loaded:6.2f} s, {len(pages) / loaded:6.1f} pages per second, peak {memory:.0f} MiB")
    print(f"           ratio: {base / loaded:6.2f} (limit {BAR})")
    return base / loaded


def main() -> int:
    """Measure the pages of a directory, or generated ones, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, nargs="?")
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--runs", type=int, default=2)
    chosen = parser.parse_args()
    if chosen.directory:
        return int(measure(chosen.directory, chosen.runs) < BAR)
    with tempfile.TemporaryDirectory() as name:
        for number in range(chosen.pages):
            (Path(name) / f"page-{number:05}.html").write_text(page(number), encoding="utf-8")
        return int(measure(Path(name), chosen.runs) < BAR)


if __name__ == "__main__":
    sys.exit(main())
