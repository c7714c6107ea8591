"""Let the time at which a text was last retrieved change, because an outlet may return to an earlier text.

Text A, then B, then A again: A is the newest, and the same version. Its words stay frozen, and when it was retrieved
before is in the history.

Revision: relax_article_version
Follows: create_order_touching
"""

from alembic import op

revision = "relax_article_version"
down_revision = "create_order_touching"
branch_labels = None
depends_on = None

GUARD = """
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_article_version' USING ERRCODE = 'insufficient_privilege';
    END IF;
"""
RAISE = "RAISE EXCEPTION 'a frozen text is never edited; a new text is a new version' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_article_version_is_frozen', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;"
FROZEN = "article_id, body, text_sha256, extractor, normalisation, raw, raw_encoding, raw_media_type"
CHECK = f"""
CREATE OR REPLACE FUNCTION stancedb.check_article_version() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN{GUARD}
    IF EXISTS (
        SELECT FROM new_rows n FULL JOIN old_rows o USING (id)
        WHERE ({", ".join(f"n.{column}" for column in FROZEN.split(", "))})
            IS DISTINCT FROM ({", ".join(f"o.{column}" for column in FROZEN.split(", "))})
    ) THEN
        {RAISE}
    END IF;
    RETURN NULL;
END
$body$
"""
CHECK_BEFORE = f"CREATE OR REPLACE FUNCTION stancedb.check_article_version() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN{GUARD} IF EXISTS (SELECT FROM new_rows) THEN {RAISE.replace('USING', 'USING').rstrip(';')}; END IF; RETURN NULL; END $body$"
TRIGGER = (
    "CREATE TRIGGER check_article_version_update AFTER UPDATE ON stancedb.article_version"
    " REFERENCING {transition} FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_article_version()"
)


def upgrade() -> None:
    """Let the trigger compare what has to stay."""
    op.execute("DROP TRIGGER check_article_version_update ON stancedb.article_version")
    op.execute(CHECK)
    op.execute(TRIGGER.format(transition="OLD TABLE AS old_rows NEW TABLE AS new_rows"))
    # Whoever loads an article may find that its outlet has gone back to a text that somebody else loaded.
    op.execute("DROP TRIGGER allow_update ON stancedb.article_version")
    op.execute(
        "CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.article_version REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_article()"
    )


def downgrade() -> None:
    """Let the trigger refuse every change."""
    op.execute("DROP TRIGGER allow_update ON stancedb.article_version")
    op.execute(
        "CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.article_version REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows()"
    )
    op.execute("DROP TRIGGER check_article_version_update ON stancedb.article_version")
    op.execute(CHECK_BEFORE)
    op.execute("ALTER FUNCTION stancedb.check_article_version() RESET ALL")
    op.execute(TRIGGER.format(transition="NEW TABLE AS new_rows"))
