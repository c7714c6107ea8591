"""Let the functions that record a write run with the rights of their owner.

So a coder who may write to the curated tables needs no right on history, on changesets or on what is derived, and can
forge none of them.

Revision: relax_recording
Follows: create_reporting
"""

from alembic import op

revision = "relax_recording"
down_revision = "create_reporting"
branch_labels = None
depends_on = None

# The functions that write where nobody else may; those that note what a write touches are found by their name.
WRITING = "proname IN ('open_changeset', 'keep_history', 'close_changeset', 'sketch_article_version') OR proname ~ '^touch_.*_(insert|update|delete)$'"
ALTER = """
DO $body$
DECLARE
    writing regprocedure;
BEGIN
    FOR writing IN
        SELECT p.oid FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = 'stancedb'::regnamespace AND ({which}) ORDER BY p.proname
    LOOP
        EXECUTE format('ALTER FUNCTION %s {how}', writing);
    END LOOP;
END
$body$
"""


def upgrade() -> None:
    """Let the functions that record a write run with the rights of their owner."""
    # With a path that nobody else can put anything on.
    op.execute(ALTER.format(which=WRITING, how="SECURITY DEFINER SET search_path = pg_catalog, pg_temp"))


def downgrade() -> None:
    """Let them run with the rights of whoever writes."""
    op.execute(ALTER.format(which=WRITING, how="SECURITY INVOKER RESET search_path"))
