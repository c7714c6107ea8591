"""What it costs to find a coder's next article, as a multiple of ``SELECT 1`` on the same connection.

    python benchmarks/workbench.py [--assignments 100000] [--coders 20] [--runs 2000]

An embedded server of its own gets so many open assignments of so many coders. The owner asks for the next one by the
name of a coder, and a coder by a login of her own. Both questions are asked in turn on one connection, so that a busy
moment slows both. Prints the medians and their ratio; exits 1 where a ratio is above 3.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from statistics import median
from time import perf_counter
from typing import Any

import psycopg
from loading import STANCEDB, server
from psycopg import sql
from sqlalchemy.engine import make_url

BAR = 3.0
LOGIN, PASSWORD = "coder_1", "s3cret"
FILL = """
SELECT stancedb.open_changeset('bench', 'texts to code');
INSERT INTO stancedb.coder (name, kind) SELECT 'coder_' || n, 'human' FROM generate_series(2, {coders}) n;
INSERT INTO stancedb.codebook_version (label, issued_on) VALUES ('v1', '2025-01-01');
INSERT INTO stancedb.article (slug, outlet_id, title, language, kind, access)
SELECT 'text-' || n, o.id, 'Text', 'en', 'news', 'full' FROM stancedb.outlet o, generate_series(1, {texts}) n;
INSERT INTO stancedb.article_version (article_id, body, text_sha256, normalisation, extractor)
SELECT a.id, a.slug, encode(sha256(convert_to(a.slug, 'UTF8')), 'hex'), 'nfc-1', 'by hand' FROM stancedb.article a;
INSERT INTO stancedb.coding_round (slug, codebook_version_id, seed, opened_by)
SELECT 'bench', v.id, 7, 'bench' FROM stancedb.codebook_version v;
INSERT INTO stancedb.assignment (round_id, article_version_id, coder_id, kind, turn)
SELECT r.id, v.id, k.id, 'first', row_number() OVER (PARTITION BY k.id ORDER BY md5(concat(k.id, ' ', v.id)))
FROM stancedb.coding_round r, stancedb.article_version v, stancedb.coder k
"""


def fill(url: str, assignments: int, coders: int) -> None:
    """Assign as many texts to each coder, and give one of them a login."""
    subprocess.run([STANCEDB, "outlet", "add", "herald", "--name", "Herald"], check=True, capture_output=True)
    subprocess.run([STANCEDB, "db", "grant-coder", LOGIN], check=True, capture_output=True)
    with psycopg.connect(url) as connection:
        connection.execute(FILL.format(coders=coders, texts=assignments // coders).encode())
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(LOGIN), sql.Literal(PASSWORD)))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def seconds(connection: psycopg.Connection[Any], question: bytes) -> float:
    """Return how long a question takes that is planned already."""
    begun = perf_counter()
    connection.execute(question, prepare=True).fetchall()
    return perf_counter() - begun


def measure(who: str, url: str, question: str, runs: int) -> float:
    """Print how long the question and ``SELECT 1`` take, and return the ratio."""
    with psycopg.connect(url, autocommit=True) as connection:
        pairs = [(seconds(connection, b"SELECT 1"), seconds(connection, question.encode())) for _ in range(runs)]
    # The first ones fill caches.
    bare, asked = (float(median(taken)) for taken in zip(*pairs[runs // 10 :], strict=True))
    print(f"{who}: {asked * 1000:.3f} ms / {bare * 1000:.3f} ms, {asked / bare:.2f}x of {BAR}x")
    return asked / bare


def main() -> int:
    """Measure as the owner and as a coder, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assignments", type=int, default=100_000)
    parser.add_argument("--coders", type=int, default=20)
    parser.add_argument("--runs", type=int, default=2_000)
    chosen = parser.parse_args()
    with server() as url:
        fill(url, chosen.assignments, chosen.coders)
        login = make_url(url).set(username=LOGIN, password=PASSWORD).render_as_string(hide_password=False)
        ratios = [
            measure("owner", url, "SELECT stancedb.next_assignment(NULL, 'coder_2')", chosen.runs),
            measure("login", login, "SELECT stancedb.next_assignment(NULL, NULL)", chosen.runs),
        ]
    return int(max(ratios) > BAR)


if __name__ == "__main__":
    sys.exit(main())
