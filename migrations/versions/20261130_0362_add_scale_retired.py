"""Add to the scale of an issue which of its positions are retired, and keep one for issues without ranks too.

A change from or to a retired position is a shift, and this has to be known at every changeset.

Revision: add_scale_retired
Follows: add_position_status
"""

from alembic import op

revision = "add_scale_retired"
down_revision = "add_position_status"
branch_labels = None
depends_on = None

COMMENTS = (
    ("retired", "The positions of the issue that are retired, in the order of their keys."),
    ("lowest", "Lowest rank; null where no position has one."),
    ("highest", "Highest rank; null where no position has one."),
)


# The positions that were retired when a row was first known; a database that was upgraded so far before may have some.
RETIRED = """
UPDATE stancedb.scale s SET retired = r.retired FROM (
    SELECT c.issue_id, c.id, array_agg(v.id ORDER BY v.id) AS retired
    FROM stancedb.scale c
    JOIN stancedb.changeset k ON k.id = c.known_from_id
    JOIN (
        SELECT id, issue_id, status, changeset_id, NULL::bigint AS ended_changeset_id FROM stancedb.position
        UNION ALL
        SELECT id, issue_id, status, changeset_id, ended_changeset_id FROM history.position
    ) v ON v.issue_id = c.issue_id AND v.status = 'retired'
    JOIN stancedb.changeset f ON f.id = v.changeset_id AND f.number <= k.number
    LEFT JOIN stancedb.changeset u ON u.id = v.ended_changeset_id
    WHERE u.number IS NULL OR u.number > k.number
    GROUP BY c.issue_id, c.id
) r
WHERE (r.issue_id, r.id) = (s.issue_id, s.id)
"""


def upgrade() -> None:
    """Add the column, and fill it for closed rows too."""
    op.execute("ALTER TABLE stancedb.scale ADD COLUMN retired bigint[] NOT NULL DEFAULT '{}'")
    op.execute(RETIRED)
    for column in ("lowest", "highest"):
        op.execute(f"ALTER TABLE stancedb.scale ALTER COLUMN {column} DROP NOT NULL")
    for column, comment in COMMENTS:
        op.execute(f"COMMENT ON COLUMN stancedb.scale.{column} IS '{comment}'")
    op.execute(
        "COMMENT ON TABLE stancedb.scale IS 'Lowest and highest rank of the substantive positions of an issue, and its"
        " retired positions; rows are closed and added.'"
    )


def downgrade() -> None:
    """Drop the column, and the scales without ranks."""
    op.execute("DELETE FROM stancedb.scale WHERE lowest IS NULL OR highest IS NULL")
    for column in ("lowest", "highest"):
        op.execute(f"ALTER TABLE stancedb.scale ALTER COLUMN {column} SET NOT NULL")
    op.execute("COMMENT ON COLUMN stancedb.scale.lowest IS 'Lowest rank.'")
    op.execute("COMMENT ON COLUMN stancedb.scale.highest IS 'Highest rank.'")
    op.execute(
        "COMMENT ON TABLE stancedb.scale IS"
        " 'Lowest and highest rank of the substantive positions of an issue; rows are closed and added.'"
    )
    op.execute("ALTER TABLE stancedb.scale DROP COLUMN retired")
