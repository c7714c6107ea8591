"""Derived data depends only on what the record contains, not on the keys of rows or the order in which they came."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.derivation.histories import (
    CODEBOOKS,
    STRIDE,
    VARIANTS,
    History,
    commit,
    histories,
    insert,
    open_changeset,
    prepare,
)
from tests.derivation.slow import Rule, World
from tests.support.plugin import Clone, Run, invoker
from tests.support.worlds import done

FILES = {"outlet": "jsonl", "codebook": "toml", "actor": "jsonl", "article": "jsonl", "statement": "jsonl"}
# Everything that is derived, by handles, each row as text and one checksum for all rows.
DERIVED = {
    "stance": """
SELECT r.slug, h.slug, i.slug, s.valid_from, s.valid_to, p.slug, s.confirmed_on, x.tie_key, s.evidence_count,
    s.contrary_count, s.last_evidence_on, s.is_contested, s.carried_to
FROM stancedb.stance s JOIN stancedb.derivation_rule r ON r.id = s.rule_id JOIN stancedb.actor h ON h.id = s.holder_id
JOIN stancedb.issue i ON i.id = s.issue_id JOIN stancedb.position p ON p.id = s.position_id
JOIN stancedb.evidence x ON x.coding_id = s.onset_coding_id AND x.act = 'expresses' AND x.known_until_id IS NULL
""",
    "stance_change": """
SELECT r.slug, h.slug, i.slug, c.changed_on, c.kind, f.slug, t.slug, c.window_from, c.window_to, c.confirmed_on,
    c.delta_rank, c.delta_score, c.clarity, c.walked_back_within
FROM stancedb.stance_change c JOIN stancedb.derivation_rule r ON r.id = c.rule_id
JOIN stancedb.actor h ON h.id = c.holder_id JOIN stancedb.issue i ON i.id = c.issue_id
LEFT JOIN stancedb.position f ON f.id = c.from_position_id LEFT JOIN stancedb.position t ON t.id = c.to_position_id
""",
    "evidence": """
SELECT e.act, h.slug, i.slug, p.slug, e.said_from, e.said_to, e.said_at, e.lasts, e.begun_to, e.ended_from, e.ends,
    e.authority, e.basis, e.verification, s.slug, t.slug, e.tie_key
FROM stancedb.evidence e JOIN stancedb.actor h ON h.id = e.holder_id JOIN stancedb.issue i ON i.id = e.issue_id
JOIN stancedb.position p ON p.id = e.position_id JOIN stancedb.statement s ON s.id = e.statement_id
LEFT JOIN stancedb.statement t ON t.id = e.target_id WHERE e.known_until_id IS NULL
""",
    "stance_evidence": """
SELECT r.slug, h.slug, i.slug, e.valid_from, s.slug, k.name, e.role, e.place
FROM stancedb.derivation_rule r CROSS JOIN LATERAL stancedb.evidence_of(r.id, NULL, NULL, NULL) e
JOIN stancedb.actor h ON h.id = e.holder_id JOIN stancedb.issue i ON i.id = e.issue_id
JOIN stancedb.statement s ON s.id = e.statement_id JOIN stancedb.coding c ON c.id = e.coding_id
JOIN stancedb.coder k ON k.id = c.coder_id
""",
}


def derived(url: str) -> dict[str, list[str]]:
    """Return the rows of each derived table, in a defined order."""
    found = {}
    with psycopg.connect(url) as connection:
        for name, question in DERIVED.items():
            # Two columns may have the same name, so rows are built while they are still separate.
            columns, rest = question.strip().removeprefix("SELECT ").split("\nFROM ", 1)
            rows = connection.execute(f"SELECT ROW({columns})::text FROM {rest}".encode())
            found[name] = sorted(said for (said,) in rows)
    return found


def same(after: dict[str, list[str]], before: dict[str, list[str]]) -> None:
    """Fail with the first rows that differ, because a checksum does not show what is wrong."""
    assert all(before.values())
    for name, rows in before.items():
        sums = [hashlib.sha256("\n".join(of).encode()).hexdigest() for of in (after[name], rows)]
        differing = sorted({*after[name]} ^ {*rows})[:6]
        assert sums[0] == sums[1], (name, differing)


def add_rules(url: str, rules: Iterable[Rule] = VARIANTS) -> None:
    """Add the rules of the tests to a database, because no file contains rules."""
    with psycopg.connect(url) as connection:
        open_changeset(connection)
        for rule in rules:
            values = {"label": rule.slug, "definition": "A rule of a test.", **vars(rule), "bases": list(rule.bases)}
            insert(connection, "derivation_rule", [values])


def merge_again(source: str, target: str) -> None:
    """Repeat the actor merges of one database in another, because no file contains them."""
    with psycopg.connect(source) as connection:
        merged = connection.execute(
            "SELECT a.slug, m.slug FROM stancedb.actor a JOIN stancedb.actor m ON m.id = a.merged_into_id"
        ).fetchall()
    with psycopg.connect(target) as connection:
        open_changeset(connection)
        for slug, into in merged:
            connection.execute(
                "UPDATE stancedb.actor a SET merged_into_id = m.id FROM stancedb.actor m"
                " WHERE a.slug = %s AND m.slug = %s",
                [slug, into],
            )


def as_files_carry(world: World) -> World:
    """Return a world without what only a person can enter again: tenures and withdrawals."""
    statements = {key: replace(row, merged_into_id=None, retracted_on=None) for key, row in world.statements.items()}
    ranks = sorted({row.rank for row in world.positions.values() if row.rank is not None})
    # Ranks in a codebook begin at 1.
    positions = {
        key: row if row.rank is None else replace(row, rank=ranks.index(row.rank) + 1)
        for key, row in world.positions.items()
    }
    return replace(world, tenures={}, relations={}, statements=statements, positions=positions)


def test_histories_that_are_exported_and_loaded_into_an_empty_database_give_the_same_stances(
    connection_url: str, clone: Clone, template: str, tmp_path: Path
) -> None:
    bases = count(STRIDE, STRIDE)
    with psycopg.connect(connection_url, autocommit=True) as connection:
        prepare(connection)

        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
        @given(history=histories())
        def fill(history: History) -> None:
            commit(connection, World(), as_files_carry(history.worlds[-1]), next(bases))

        fill()
    with clone(template) as url:
        add_rules(url)
        source, target = invoker(connection_url, tmp_path), invoker(url, tmp_path)
        # Retired positions accept no codings, so they are retired again after the codings are loaded.
        for kind, *asked in (*((kind,) for kind in FILES), ("codebook", "whole")):
            path = tmp_path / f"{kind}.{FILES[kind]}"
            for label in CODEBOOKS if kind == "codebook" else [None]:
                which = ("--label", label, *(() if asked else ("--in-force",))) if label else ()
                done(source("export", kind, "--output", path, *which))
                done(target(kind, "load", path))
        for label in CODEBOOKS:
            own, other = tmp_path / "own.toml", tmp_path / "other.toml"
            done(source("export", "codebook", "--output", own, "--label", label))
            done(target("export", "codebook", "--output", other, "--label", label))
            assert other.read_text("utf-8") == own.read_text("utf-8")
            for run in (source, target):
                assert "nothing to change" in done(run("codebook", "load", own)).stderr
        merge_again(connection_url, url)
        same(derived(url), derived(connection_url))


CODEBOOK = """
label = "dam-1.0"
issued_on = 2025-01-01
""" + "".join(
    f"""
[[issue]]
slug = "{issue}"
question = "What of the {issue}?"
"""
    + "".join(
        f"""
[[issue.position]]
slug = "{slug}"
label = "{slug}"
definition = "It says so."
rank = {rank}
"""
        for rank, slug in enumerate(("oppose", "open", "support"), start=1)
    )
    for issue in ("dam", "bridge")
)


def lines(seed: int) -> list[dict[str, Any]]:
    """Return the lines of a sheet, concentrated on a few days, so that ties are common."""
    draw = random.Random(seed)  # noqa: S311 - the same lines each time are wanted
    made: list[dict[str, Any]] = []
    for number in range(60):
        day = draw.randint(1, 9)
        said = draw.choice((f"2025-03-0{day}", f"2025-03-0{day}", "2025-03", f"2025-03-0{day}/2025-03-2{day}"))
        line: dict[str, Any] = {
            "statement": f"{draw.choice('zyxw')}-{number}",
            "speaker": draw.choice(("ana-cole", "ben-dahl")),
            "said": said,
            "issue": draw.choice(("dam", "bridge")),
            "position": draw.choice(("oppose", "open", "support")),
            "authority": draw.choice((3, 3, 5)),
            "citation": "The record.",
        }
        if len(said) == len("2025-03-01") and draw.random() < 0.4:
            line["said_at"] = f"{said}T{draw.randint(8, 11):02}:00:00+00:00"
        if "/" in said and draw.random() < 0.5:
            line["ends"] = True
        made.append(line)
    return made


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Write a codebook, two actors and a sheet in three files."""
    (tmp_path / "codebook.toml").write_text(CODEBOOK, "utf-8")
    actors = ("ana-cole", "ben-dahl")
    (tmp_path / "actors.csv").write_text(
        "slug,kind,name\n" + "".join(f"{slug},person,{slug}\n" for slug in actors), "utf-8"
    )
    made = lines(7)
    paths = []
    for number in range(3):
        path = tmp_path / f"sheet-{number}.jsonl"
        part = made[number::3]
        path.write_text("".join(f"{json.dumps(line)}\n" for line in part), "utf-8")
        paths.append(path)
    return paths


def test_the_same_files_in_any_order_give_the_same_stances(
    clone: Clone, template: str, files: list[Path], tmp_path: Path
) -> None:
    found = []
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        with clone(template) as url:
            run: Run = invoker(url, tmp_path)
            add_rules(url)
            done(run("codebook", "load", tmp_path / "codebook.toml"))
            done(run("actor", "load", tmp_path / "actors.csv"))
            for number in order:
                done(run("statement", "load", files[number]))
            found.append(derived(url))

    for after in found[1:]:
        same(after, found[0])
