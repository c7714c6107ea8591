"""Create the history of every curated table.

Each twin has the columns of its table, in the same order, and the changeset that ended the version.

Revision: create_history
Follows: create_derived
"""

from alembic import op

revision = "create_history"
down_revision = "create_derived"
branch_labels = None
depends_on = None

CURATED = (
    "act", "actor", "actor_identifier", "actor_name", "actor_relation", "article", "article_kind", "article_version",
    "capacity", "causal_link", "codebook_version", "coder", "coding", "coding_review", "derivation_rule", "event",
    "event_kind", "event_participant", "identifier_scheme", "indicator", "indicator_observation", "issue", "issue_code",
    "load", "mention", "outlet", "outlet_kind", "position", "statement", "statement_addressee", "statement_link", "tenure",
)  # fmt: skip


def upgrade() -> None:
    """Create the history of every curated table."""
    op.execute("CREATE SCHEMA history")
    op.execute("COMMENT ON SCHEMA history IS 'Earlier versions of everything people enter.'")
    for table in CURATED:
        op.execute(f"CREATE TABLE history.{table} (LIKE stancedb.{table} INCLUDING COMMENTS)")
        op.execute(f"ALTER TABLE history.{table} ADD COLUMN ended_changeset_id bigint NOT NULL")
        op.execute(f"ALTER TABLE history.{table} ADD CONSTRAINT pk_{table} PRIMARY KEY (id, changeset_id)")
        op.execute(f"CREATE INDEX ix_{table}_ended ON history.{table} (ended_changeset_id)")
        op.execute(f"COMMENT ON TABLE history.{table} IS 'Earlier versions of the rows of {table}.'")
        op.execute(
            f"COMMENT ON COLUMN history.{table}.ended_changeset_id"
            " IS 'The changeset that replaced or removed this version.'"
        )


def downgrade() -> None:
    """Drop the history; a database below this revision keeps the present alone."""
    for table in reversed(CURATED):
        op.execute(f"DROP TABLE history.{table}")
    op.execute("DROP SCHEMA history")
