"""Add to rules what a day with several positions of equal authority gives.

Revision: add_rule_same_day
Follows: add_scale_retired
"""

from alembic import op

revision = "add_rule_same_day"
down_revision = "add_scale_retired"
branch_labels = None
depends_on = None

COMMENT = "What a day with several positions of equal authority gives: that of the last word, or of most statements."
KEPT = "slug, min_authority, bases, sustain_days, retraction_effect, tenure_effect, expiry_days"
GUARD = """
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_derivation_rule' USING ERRCODE = 'insufficient_privilege';
    END IF;
"""
CHECK_RULE = (
    "CREATE OR REPLACE FUNCTION stancedb.check_derivation_rule() RETURNS trigger LANGUAGE plpgsql{path} AS $body$ BEGIN{guard}"
    " IF EXISTS (SELECT FROM new_rows n JOIN old_rows o USING (id) WHERE ({new}) IS DISTINCT FROM ({old})"
    " AND EXISTS (SELECT FROM stancedb.stance s WHERE s.rule_id = n.id)) THEN"
    " RAISE EXCEPTION 'a rule that has been used is never edited; add one with a new name'"
    " USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_derivation_rule_is_kept', TABLE = TG_TABLE_NAME,"
    " SCHEMA = TG_TABLE_SCHEMA; END IF; RETURN NULL; END $body$"
)


def upgrade() -> None:
    """Add the column; every rule that there is takes the last word."""
    for schema in ("stancedb", "history"):
        op.execute(f"ALTER TABLE {schema}.derivation_rule ADD COLUMN same_day text NOT NULL DEFAULT 'last'")
        op.execute(f"COMMENT ON COLUMN {schema}.derivation_rule.same_day IS '{COMMENT}'")
    op.execute("ALTER TABLE history.derivation_rule ALTER COLUMN same_day DROP DEFAULT")
    op.execute(
        "ALTER TABLE stancedb.derivation_rule"
        " ADD CONSTRAINT ck_derivation_rule_same_day_is_known CHECK (same_day IN ('last', 'majority'))"
    )
    op.execute(
        "COMMENT ON CONSTRAINT ck_derivation_rule_same_day_is_known ON stancedb.derivation_rule"
        " IS '''derivation rule same day'' takes one of the values of its closed set'"
    )
    _keep(f"{KEPT}, same_day", " SET search_path = pg_catalog, pg_temp")


def downgrade() -> None:
    """Drop the column; rules that asked for a majority take the last word."""
    _keep(KEPT, "")
    for schema in ("history", "stancedb"):
        op.execute(f"ALTER TABLE {schema}.derivation_rule DROP COLUMN same_day")


def _keep(columns: str, path: str) -> None:
    """Keep these columns of a rule that has been used as they are."""
    new, old = (", ".join(f"{row}.{column}" for column in columns.split(", ")) for row in "no")
    op.execute(CHECK_RULE.format(path=path, guard=GUARD, new=new, old=old))
