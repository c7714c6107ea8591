"""Create the trigger that refuses statements which take each other back in a circle.

Revision: create_retraction_check
Follows: add_stance_carried_to
"""

from alembic import op

revision = "create_retraction_check"
down_revision = "add_stance_carried_to"
branch_labels = None
depends_on = None

# It waits for the commit, when all links are there, and for the counter of changesets, which every writer takes at its
# commit: so of two writers who make one circle together, the later one sees the links of the earlier.
CHECK = """
CREATE FUNCTION stancedb.check_retraction_circle() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_TABLE_SCHEMA <> 'stancedb' THEN
        RAISE EXCEPTION 'this function serves tables of the schema stancedb' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM stancedb.take_turn('stancedb.changeset_counter', 'EXCLUSIVE');
    IF EXISTS (
        WITH RECURSIVE taken_back AS (
            SELECT l.target_id FROM stancedb.statement_link l WHERE l.id = NEW.id AND l.kind = 'retracts'
            UNION
            SELECT l.target_id FROM taken_back t JOIN stancedb.statement_link l ON l.statement_id = t.target_id
            WHERE l.kind = 'retracts'
        )
        SELECT FROM taken_back t JOIN stancedb.statement_link l ON l.statement_id = t.target_id
        WHERE l.id = NEW.id
    ) THEN
        RAISE EXCEPTION 'statements retract each other in a circle'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_statement_link_no_retraction_circle',
                  TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$
"""


def upgrade() -> None:
    """Create the trigger."""
    op.execute(CHECK)
    op.execute("REVOKE ALL ON FUNCTION stancedb.check_retraction_circle() FROM PUBLIC")
    op.execute(
        "COMMENT ON FUNCTION stancedb.check_retraction_circle() IS"
        " 'No statement takes itself back by a chain of retractions.'"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER check_retraction_circle AFTER INSERT OR UPDATE ON stancedb.statement_link"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'retracts')"
        " EXECUTE FUNCTION stancedb.check_retraction_circle()"
    )


def downgrade() -> None:
    """Drop the trigger; a database below this revision takes circles."""
    op.execute("DROP TRIGGER check_retraction_circle ON stancedb.statement_link")
    op.execute("DROP FUNCTION stancedb.check_retraction_circle()")
