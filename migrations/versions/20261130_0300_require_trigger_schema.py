"""Let a trigger function run on tables of its schema only.

Anybody who could attach one to a table of their own would have its columns, casts and operators run with the rights of
the owner of the function. Whoever may not execute a function cannot attach it; this holds where that right was given
by mistake.

Revision: require_trigger_schema
Follows: index_terms_in_less_time
"""

from alembic import op

revision = "require_trigger_schema"
down_revision = "index_terms_in_less_time"
branch_labels = None
depends_on = None

# The first words of each body. A function that keeps history is in one schema with the tables that it watches.
GUARD = """
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', '{name}' USING ERRCODE = 'insufficient_privilege';
    END IF;
"""
EVERY = """
DO $body$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT p.oid, p.proname FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = 'stancedb'::regnamespace AND p.prorettype = 'trigger'::regtype
        ORDER BY p.proname
    LOOP
        EXECUTE {statement};
    END LOOP;
END
$body$
"""
GUARDED = f"replace($guard${GUARD}$guard$, '{{name}}', found.proname)"


def upgrade() -> None:
    """Begin each trigger function with the question on which table it runs."""
    op.execute(
        EVERY.format(statement=f"regexp_replace(pg_get_functiondef(found.oid), '\\mBEGIN\\M', 'BEGIN' || {GUARDED})")
    )


def downgrade() -> None:
    """Take the question out again."""
    op.execute(EVERY.format(statement=f"replace(pg_get_functiondef(found.oid), {GUARDED}, '')"))
