"""The effects of a rule on a database that already has data."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import psycopg
import pytest

from stancedb.derivation import install as derivation
from tests.support.plugin import Run, invoker


@pytest.fixture
def run_built(built_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the database with a row of everything."""
    return invoker(built_url, tmp_path)


def test_a_rule_added_later_answers_for_every_pair_at_once(built_url: str) -> None:
    with psycopg.connect(built_url) as connection:
        connection.execute("SELECT stancedb.open_changeset('tester', 'a further rule')")
        connection.execute(
            "INSERT INTO stancedb.derivation_rule (slug, label, definition, min_authority, bases, retraction_effect,"
            " tenure_effect) SELECT 'further', 'Further', 'As the first.', min_authority, bases, retraction_effect,"
            " tenure_effect FROM stancedb.derivation_rule WHERE slug = 'latest-word'"
        )
        connection.commit()
        stances = (
            "SELECT holder_id, issue_id, valid_from, position_id FROM stancedb.stance s JOIN stancedb.derivation_rule r"
        )
        first, further = (
            connection.execute(f"{stances} ON r.id = s.rule_id WHERE r.slug = %s ORDER BY 1, 2, 3", (slug,)).fetchall()
            for slug in ("latest-word", "further")
        )
    assert first
    assert further == first


def test_a_change_that_no_stance_rests_on_derives_none(built_url: str) -> None:
    with psycopg.connect(built_url) as connection:
        connection.execute("SET track_functions = 'all'")
        connection.execute("SELECT stancedb.open_changeset('tester', 'other words')")
        connection.execute("UPDATE stancedb.position SET label = label || ', in other words'")
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        called = {name for (name,) in connection.execute("SELECT funcname FROM pg_stat_xact_user_functions").fetchall()}
    assert called & {"settle", "settle_scale", "derive"} == {"settle", "settle_scale"}


def test_the_checksum_of_the_definition_is_that_of_its_files_in_the_order_of_installation() -> None:
    # Releases contain it, so its computation must never change, and is repeated here.
    functions = "edtf_span states settle_scale settle_succession derive settle touch_all role_of evidence_of"
    folder = Path(derivation.__file__).parent
    sources = ((folder / f"{name}.sql").read_text("utf-8") for name in f"versions {functions} stance_evidence".split())
    works = (" ".join(re.sub(r"--[^\n]*", "", source).split()) for source in sources)

    assert derivation.digest() == hashlib.sha256("\n".join(works).encode()).hexdigest()


def test_the_checksum_of_the_definition_changes_only_with_the_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    before, read = derivation.digest(), Path.read_text
    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_text", lambda path, **how: f"-- Another comment.\n\n{read(path, **how)}")
        assert derivation.digest() == before
    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_text", lambda path, **how: read(path, **how).replace("DESC", "ASC"))
        assert derivation.digest() != before


def test_a_circle_of_retractions_that_an_earlier_version_took_is_found(built_url: str, run_built: Run) -> None:
    with psycopg.connect(built_url) as connection:
        connection.execute("ALTER TABLE stancedb.statement_link DISABLE TRIGGER check_retraction_circle")
        connection.execute("SELECT stancedb.open_changeset('tester', 'a circle')")
        connection.execute(
            "INSERT INTO stancedb.statement_link (statement_id, kind, target_id) VALUES (102, 'retracts', 104)"
        )
    checked = run_built("db", "check")
    assert checked.exit_code == 1
    assert "dahl-no-dam" in checked.output
    assert "dahl-takes-it-back" in checked.output
