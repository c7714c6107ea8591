"""Add to articles who wrote them, one by one, from which agency they came, and when they were changed.

Revision: add_article_particulars
Follows: create_article_duplicate
"""

from alembic import op

revision = "add_article_particulars"
down_revision = "create_article_duplicate"
branch_labels = None
depends_on = None

COLUMNS = (
    ("authors", "text[]", "The authors one by one, in the order of the byline."),
    ("agency", "text", "The news agency that the outlet names as the source of the text."),
    ("updated_on", "date", "The day on which the outlet last changed the article, on the clock of the outlet."),
    ("updated_at", "timestamp with time zone", "The instant of the last change, if known."),
)
CONSTRAINTS = (
    (
        "ck_article_agency_not_blank",
        "agency <> ''",
        "an agency has a name",
    ),
    (
        "ck_article_authors_not_blank",
        "cardinality(authors) > 0 AND array_position(authors, NULL) IS NULL AND array_position(authors, '') IS NULL",
        "an article names at least one author, each by a name, or none at all",
    ),
)


def upgrade() -> None:
    """Add the columns, empty, to the table and to its twin in the history."""
    for schema in ("stancedb", "history"):
        for name, kind, comment in COLUMNS:
            op.execute(f"ALTER TABLE {schema}.article ADD COLUMN {name} {kind}")
            op.execute(f"COMMENT ON COLUMN {schema}.article.{name} IS '{comment}'")
    for name, condition, comment in CONSTRAINTS:
        op.execute(f"ALTER TABLE stancedb.article ADD CONSTRAINT {name} CHECK ({condition})")
        op.execute(f"COMMENT ON CONSTRAINT {name} ON stancedb.article IS '{comment}'")


def downgrade() -> None:
    """Drop the columns; what they said is lost, and can be loaded again from the sources."""
    for schema in ("history", "stancedb"):
        for name, _kind, _comment in reversed(COLUMNS):
            op.execute(f"ALTER TABLE {schema}.article DROP COLUMN {name}")
