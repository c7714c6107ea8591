"""Create the triggers for rules that no CHECK can say.

Each raises under a constraint name of its own, so that the one place that turns constraint names into sentences
serves them too. They look at whole statements of SQL, not at single rows.

Revision: create_checks
Follows: create_recording
"""

from alembic import op

revision = "create_checks"
down_revision = "create_recording"
branch_labels = None
depends_on = None

CHECKS = {
    "check_mention_quote": (
        "mention",
        "The stored quote is the span of the frozen text that it points at.",
        "IF EXISTS (SELECT FROM new_rows n JOIN stancedb.article_version v ON v.id = n.article_version_id"
        " WHERE substr(v.body, n.char_start + 1, n.char_end - n.char_start) IS DISTINCT FROM n.quote)",
        "ck_mention_quote_is_the_span",
        "a quote is not what the article says at its place",
        ("INSERT", "UPDATE"),
    ),
    "check_statement_tenure": (
        "statement",
        "The tenure of a statement was held on a day on which it may have been said.",
        "IF EXISTS (SELECT FROM new_rows n JOIN stancedb.tenure t ON t.id = n.tenure_id WHERE NOT t.held && n.said)",
        "ck_statement_tenure_held_when_said",
        "a speaker did not hold the office when the statement was made",
        ("INSERT", "UPDATE"),
    ),
    "check_tenure_statements": (
        "tenure",
        "A tenure keeps covering the statements made in it.",
        "IF EXISTS (SELECT FROM new_rows n JOIN stancedb.statement s ON s.tenure_id = n.id WHERE NOT n.held && s.said)",
        "ck_statement_tenure_held_when_said",
        "a statement was made in the office outside the new period",
        ("UPDATE",),
    ),
    "check_actor_merge": (
        "actor",
        "An actor is merged into one that is not merged away itself, so that one step leads to it.",
        "IF EXISTS (SELECT FROM new_rows n JOIN stancedb.actor t ON t.id = n.merged_into_id"
        " WHERE t.merged_into_id IS NOT NULL) OR EXISTS (SELECT FROM new_rows n JOIN stancedb.actor s"
        " ON s.merged_into_id = n.id WHERE n.merged_into_id IS NOT NULL)",
        "ck_actor_merged_into_a_live_one",
        "an actor is merged into one that is merged away itself",
        ("INSERT", "UPDATE"),
    ),
    "check_article_version": (
        "article_version",
        "A frozen text stays as it is.",
        "IF EXISTS (SELECT FROM new_rows)",
        "ck_article_version_is_frozen",
        "a frozen text is never edited; a new text is a new version",
        ("UPDATE",),
    ),
    "check_coding_review": (
        "coding_review",
        "A review stays as it is.",
        "IF EXISTS (SELECT FROM new_rows)",
        "ck_coding_review_is_kept",
        "a review is never edited; decide again instead",
        ("UPDATE",),
    ),
    "check_derivation_rule": (
        "derivation_rule",
        "A rule that has been used keeps its parameters.",
        "IF EXISTS (SELECT FROM new_rows n JOIN old_rows o USING (id) WHERE"
        " (n.slug, n.min_authority, n.bases, n.sustain_days, n.retraction_effect, n.tenure_effect, n.expiry_days)"
        " IS DISTINCT FROM"
        " (o.slug, o.min_authority, o.bases, o.sustain_days, o.retraction_effect, o.tenure_effect, o.expiry_days)"
        " AND EXISTS (SELECT FROM stancedb.stance s WHERE s.rule_id = n.id))",
        "ck_derivation_rule_is_kept",
        "a rule that has been used is never edited; add one with a new name",
        ("UPDATE",),
    ),
    "check_derivation_rule_use": (
        "derivation_rule",
        "A rule that has been used stays, because its stances name it.",
        "IF EXISTS (SELECT FROM old_rows o JOIN stancedb.stance s ON s.rule_id = o.id)",
        "ck_derivation_rule_is_kept",
        "a rule that has been used is never removed",
        ("DELETE",),
    ),
}


def upgrade() -> None:
    """Create the triggers for rules that no CHECK can say."""
    for name, (table, comment, condition, constraint, message, operations) in CHECKS.items():
        op.execute(
            f"CREATE FUNCTION stancedb.{name}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN {condition} THEN"
            f" RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}',"
            f" TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA; END IF; RETURN NULL; END $body$"
        )
        op.execute(f"COMMENT ON FUNCTION stancedb.{name}() IS '{comment}'")
        for operation in operations:
            row_sets = [f"{age} TABLE AS {age}_rows" for age in ("new", "old") if f"{age}_rows" in condition]
            op.execute(
                f"CREATE TRIGGER {name}_{operation.lower()} AFTER {operation} ON stancedb.{table}"
                f" REFERENCING {' '.join(row_sets)} FOR EACH STATEMENT EXECUTE FUNCTION stancedb.{name}()"
            )


def downgrade() -> None:
    """Drop the triggers; a database below this revision takes what they refuse."""
    for name, (table, _comment, _condition, _constraint, _message, operations) in reversed(CHECKS.items()):
        for operation in operations:
            op.execute(f"DROP TRIGGER {name}_{operation.lower()} ON stancedb.{table}")
        op.execute(f"DROP FUNCTION stancedb.{name}()")
