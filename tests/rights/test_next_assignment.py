"""The next text of a coder is found by her login in one index, whatever else is assigned: counted, not timed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.rights.test_rights import logins, url_as
from tests.support.desk import add_texts, open_round, value
from tests.support.worlds import done, invoker

pytest_plugins = ("tests.support.worlds",)

CODERS, TEXTS = 20, 100
_CODERS = "INSERT INTO stancedb.coder (name, kind) SELECT 'coder-' || n, 'human' FROM generate_series(2, %s) n"
# Every third one is done, and the last ones are of another round.
_ASSIGNMENTS = """
INSERT INTO stancedb.assignment (round_id, article_version_id, coder_id, kind, turn, state, done_at)
SELECT CASE WHEN x.turn > 90 THEN %(second)s ELSE %(first)s END, x.text, x.coder, 'first', x.turn,
    CASE WHEN x.turn %% 3 = 1 THEN 'done' ELSE 'open' END, CASE WHEN x.turn %% 3 = 1 THEN now() END
FROM (
    SELECT k.id AS coder, v.id AS text,
        row_number() OVER (PARTITION BY k.id ORDER BY md5(concat(k.id, ' ', v.id))) AS turn
    FROM stancedb.coder k, stancedb.article_version v WHERE v.id = ANY (%(texts)s)
) x
"""
_READ = """
SELECT seq_scan, idx_scan, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)
FROM pg_stat_xact_user_tables WHERE relid = 'stancedb.assignment'::regclass
"""


@pytest.fixture
def queued_url(admin_url: str, small_url: str, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a coder's login on a database with many assignments of many coders."""
    with logins(admin_url, "LOGIN") as [login]:
        done(invoker(small_url, tmp_path)("db", "grant-coder", login, "--coder", "ana"))
        with psycopg.connect(small_url, autocommit=True) as owner:
            # What is not on disk yet is not marked as visible to all.
            owner.execute("SET synchronous_commit = on")
            with owner.transaction():
                owner.execute("SELECT stancedb.open_changeset('tester', 'many coders')")
                owner.execute(_CODERS, [CODERS])
            rounds = {name: open_round(owner, name) for name in ("first", "second")}
            owner.execute(_ASSIGNMENTS, {**rounds, "texts": add_texts(owner, TEXTS)})
            owner.execute("VACUUM ANALYZE stancedb.assignment")
        yield url_as(small_url, login)
        with psycopg.connect(small_url, autocommit=True) as owner:
            owner.execute(f"DROP OWNED BY {login}".encode())


@pytest.mark.parametrize("round_slug", [None, "second"])
def test_it_is_found_in_the_index_without_a_look_at_a_row(
    queued_url: str, small_url: str, round_slug: str | None
) -> None:
    with psycopg.connect(small_url) as owner:
        first, key = owner.execute(
            "SELECT a.id, r.id FROM stancedb.assignment a JOIN stancedb.coding_round r ON r.id = a.round_id"
            " JOIN stancedb.coder k ON k.id = a.coder_id WHERE k.name = 'ana' AND a.state = 'open'"
            " AND coalesce(r.slug = %s, true) ORDER BY a.turn LIMIT 1",
            [round_slug],
        ).fetchall()[0]
    with psycopg.connect(queued_url) as ana:
        found = value(ana, "SELECT stancedb.next_assignment(%s, NULL)", key if round_slug else None)
        read = ana.execute(_READ.encode()).fetchone()

    assert found == first
    # One scan of an index; no row of the table is read.
    assert read == (0, 1, 0)
