"""Tampering with a database at head is detected and named, and then repaired or rejected."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from stancedb.admin import catalogue
from tests.admin.catalogue import written
from tests.support.plugin import Clone
from tests.support.worlds import answer, done, invoker

pytestmark = pytest.mark.trial

# The tampering, and an object that is reported because of it.
MENDED = {
    "a rule dropped": (
        "ALTER TABLE stancedb.coding DROP CONSTRAINT ck_coding_final_is_accepted",
        "constraint stancedb.coding.ck_coding_final_is_accepted",
    ),
    "a rule made weaker": (
        (
            "ALTER TABLE stancedb.issue DROP CONSTRAINT ck_issue_question_not_blank,"
            " ADD CONSTRAINT ck_issue_question_not_blank CHECK (true)"
        ),
        "constraint stancedb.issue.ck_issue_question_not_blank",
    ),
    "a reference not validated": (
        (
            "ALTER TABLE stancedb.article DROP CONSTRAINT fk_article_outlet_id, ADD CONSTRAINT fk_article_outlet_id"
            " FOREIGN KEY (outlet_id) REFERENCES stancedb.outlet (id) NOT VALID"
        ),
        "constraint stancedb.article.fk_article_outlet_id",
    ),
    "a key dropped with all that refers to it": (
        "ALTER TABLE stancedb.outlet DROP CONSTRAINT pk_outlet CASCADE",
        "constraint stancedb.outlet.pk_outlet",
    ),
    "references switched off": (
        "ALTER TABLE stancedb.article DISABLE TRIGGER ALL",
        "constraint stancedb.article.fk_article_outlet_id",
    ),
    "an index dropped": ("DROP INDEX stancedb.ix_pair_derived_by_id", "index stancedb.ix_pair_derived_by_id"),
    "a trigger switched off": (
        "ALTER TABLE stancedb.actor DISABLE TRIGGER require_changeset",
        "trigger stancedb.actor.require_changeset",
    ),
    "a trigger dropped": (
        "DROP TRIGGER keep_history_update ON stancedb.coding",
        "trigger stancedb.coding.keep_history_update",
    ),
    "a function that does nothing": (
        (
            "CREATE OR REPLACE FUNCTION stancedb.guard_history() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RETURN NULL; END'"
        ),
        "function stancedb.guard_history()",
    ),
    "a function with other rights": (
        "ALTER FUNCTION stancedb.keep_history() SECURITY DEFINER SET search_path = public",
        "function stancedb.keep_history()",
    ),
    "a function dropped with its triggers": (
        "DROP FUNCTION stancedb.guard_history() CASCADE",
        "function stancedb.guard_history()",
    ),
    "a function of the derivation dropped": (
        "DROP FUNCTION stancedb.states(bigint, bigint, bigint, bigint, bigint)",
        "function stancedb.states(",
    ),
    "a column that may be empty": (
        "ALTER TABLE stancedb.issue ALTER question DROP NOT NULL",
        "column stancedb.issue.question",
    ),
    "a column without its default": (
        "ALTER TABLE stancedb.derivation_rule ALTER is_default DROP DEFAULT",
        "column stancedb.derivation_rule.is_default",
    ),
    "a column without its numbering": (
        "ALTER TABLE stancedb.outlet ALTER id DROP IDENTITY",
        "column stancedb.outlet.id",
    ),
    "columns missing": (
        (
            "ALTER TABLE stancedb.article DROP retracted_reason CASCADE;"
            " ALTER TABLE history.article DROP retracted_reason CASCADE"
        ),
        "column stancedb.article.retracted_reason",
    ),
    "row security": ("ALTER TABLE stancedb.coding ENABLE ROW LEVEL SECURITY", "table stancedb.coding"),
    "row security that binds the owner": (
        "ALTER TABLE stancedb.finding FORCE ROW LEVEL SECURITY",
        "table stancedb.finding",
    ),
    "row security switched off": ("ALTER TABLE stancedb.finding DISABLE ROW LEVEL SECURITY", "table stancedb.finding"),
    "a policy dropped": ("DROP POLICY read_own ON stancedb.draft", "policy stancedb.draft.read_own"),
    "a policy that lets everybody read": (
        "ALTER POLICY read_own ON stancedb.finding USING (true)",
        "policy stancedb.finding.read_own",
    ),
    "a policy for one role": (
        "ALTER POLICY read_own ON stancedb.assignment TO CURRENT_USER",
        "policy stancedb.assignment.read_own",
    ),
    "a function dropped with its policies": (
        "DROP FUNCTION stancedb.shows_finding(bigint, boolean) CASCADE",
        "policy stancedb.finding.read_own",
    ),
    "a function of the workbench dropped": (
        "DROP FUNCTION stancedb.own_assignment(bigint, text, text[])",
        "function stancedb.own_assignment(",
    ),
    "a numbering that goes by tens": (
        "ALTER SEQUENCE stancedb.outlet_id_seq INCREMENT BY 10",
        "sequence stancedb.outlet_id_seq",
    ),
    "a view dropped": ("DROP VIEW stancedb.stance_evidence CASCADE", "view stancedb.stance_evidence"),
    "a view of history dropped": ("DROP VIEW history.actor_as_known CASCADE", "view history.actor_as_known"),
    "a column of what is reported": (
        "ALTER TABLE reporting.dim_actor DROP actor_name CASCADE",
        "column reporting.dim_actor.actor_name",
    ),
    "a table of what is reported": ("DROP TABLE reporting.fact_statement CASCADE", "table reporting.fact_statement"),
}
REFUSED = {
    "a column of another type": (
        "DROP VIEW history.event_as_known; ALTER TABLE stancedb.event ALTER title TYPE varchar(500)",
        "column stancedb.event.title",
        "restore a backup",
    ),
    "a table dropped": (
        "DROP TABLE stancedb.coding_review CASCADE",
        "table stancedb.coding_review",
        "restore a backup",
    ),
    "a column more": (
        "ALTER TABLE stancedb.actor ADD COLUMN mood text",
        "column stancedb.actor.mood",
        "does not belong to stancedb and changes what is stored; drop it",
    ),
    "a policy": ("CREATE POLICY quiet ON stancedb.actor USING (false)", "policy stancedb.actor.quiet", "drop it"),
    "a rule that swallows rows": (
        "CREATE RULE quiet AS ON INSERT TO stancedb.coding DO INSTEAD NOTHING",
        "rule stancedb.coding.quiet",
        "drop it",
    ),
    "a table that inherits": (
        "CREATE TABLE public.ghost () INHERITS (stancedb.stance)",
        "child public.ghost of stancedb.stance",
        "drop it",
    ),
    "a constraint more": (
        "ALTER TABLE stancedb.outlet ADD CONSTRAINT short CHECK (length(name) < 9000)",
        "constraint stancedb.outlet.short",
        "drop it",
    ),
    "rows that break a rule which was dropped": (
        (
            "ALTER TABLE stancedb.derivation_rule DROP CONSTRAINT ck_derivation_rule_expiry_days_positive;"
            " ALTER TABLE stancedb.derivation_rule DISABLE TRIGGER USER;"
            " UPDATE stancedb.derivation_rule SET expiry_days = -1;"
            " ALTER TABLE stancedb.derivation_rule ENABLE TRIGGER USER"
        ),
        "constraint stancedb.derivation_rule.ck_derivation_rule_expiry_days_positive",
        "cannot be repaired: check constraint",
    ),
}


def tampered(url: str, statements: str) -> None:
    """Tamper with a database."""
    with psycopg.connect(url) as connection:
        connection.execute(statements.encode())


def test_the_expected_catalogue_is_that_of_the_migrations(connection_url: str) -> None:
    # If this fails: python -m tests.admin.catalogue
    assert written(connection_url) == catalogue.FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("how", MENDED)
def test_what_needs_no_guess_is_found_and_mended(clone: Clone, built_template: str, tmp_path: Path, how: str) -> None:
    statements, thing = MENDED[how]
    with clone(built_template) as url:
        run = invoker(url, tmp_path)
        is_reported = "reporting." in statements
        if is_reported:
            done(run("reporting", "refresh"))
        tampered(url, statements)
        found = run("db", "check", "--format", "csv")
        done(run("db", "upgrade"))

        assert found.exit_code == 1
        assert thing in found.stdout
        assert answer(run, "db", "check") == []
        assert not is_reported or answer(run, "reporting", "check") == []


@pytest.mark.parametrize("how", REFUSED)
def test_what_would_need_a_guess_is_found_and_refused(
    clone: Clone, built_template: str, tmp_path: Path, how: str
) -> None:
    statements, thing, reason = REFUSED[how]
    with clone(built_template) as url:
        run = invoker(url, tmp_path)
        tampered(url, statements)
        found = run("db", "check", "--format", "csv")
        refused = run("db", "upgrade")

        assert (found.exit_code, refused.exit_code) == (1, 1)
        assert thing in found.stdout
        assert thing in refused.stderr
        assert reason in refused.stderr
        assert run("db", "check").exit_code == 1


def test_what_can_be_mended_is_where_the_rest_cannot(clone: Clone, built_template: str, tmp_path: Path) -> None:
    with clone(built_template) as url:
        run = invoker(url, tmp_path)
        tampered(url, f"{MENDED['a rule dropped'][0]}; {REFUSED['a column more'][0]}")
        refused = run("db", "upgrade")
        left = [row["what"] for row in json.loads(run("db", "check", "--format", "json").stdout)]

    assert refused.exit_code == 1
    assert left == ["column stancedb.actor.mood"]


def test_other_objects_are_named_and_left_alone(clone: Clone, built_template: str, tmp_path: Path) -> None:
    beside = {
        "table stancedb.mine": "CREATE TABLE stancedb.mine (id serial PRIMARY KEY, note text CHECK (note <> ''))",
        "table history.mine": "CREATE TABLE history.mine (note text)",
        "view reporting.mine": "CREATE VIEW reporting.mine AS SELECT 1 AS number",
        "index stancedb.mine_too": "CREATE INDEX mine_too ON stancedb.coding (statement_id, issue_id)",
        "function stancedb.mine()": "CREATE FUNCTION stancedb.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "type stancedb.mood": "CREATE TYPE stancedb.mood AS ENUM ('good', 'bad')",
        "trigger stancedb.coding.mine": "CREATE TRIGGER mine AFTER INSERT ON stancedb.coding FOR EACH STATEMENT"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    }
    with clone(built_template) as url:
        run = invoker(url, tmp_path)
        # The rows of this world have keys that were not taken from a sequence.
        done(run("db", "upgrade"))
        tampered(url, "; ".join(beside.values()))
        checked = done(run("db", "check"))
        done(run("db", "upgrade"))
        again = done(run("db", "check"))

    for said in (checked.stderr, again.stderr):
        assert said.count("Not part of stancedb, ignored: ") == len(beside)
        assert [thing for thing in beside if f"Not part of stancedb, ignored: {thing}." not in said] == []
