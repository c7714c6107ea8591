"""Add to evidence what puts it in order, how long it lasts, and which statement a retraction takes back.

Revision: add_evidence_order
Follows: add_statement_ends
"""

from alembic import op

revision = "add_evidence_order"
down_revision = "add_statement_ends"
branch_labels = None
depends_on = None

COLUMNS = (
    ("target_id", "bigint", "For a retraction the statement that it takes back; null otherwise."),
    ("said_at", "timestamp with time zone", "The instant of the statement, if known and if it is not a lasting one."),
    (
        "lasts",
        "boolean NOT NULL DEFAULT false",
        "Whether the statement is a lasting one, which speaks from its first day to its last.",
    ),
    ("begun_to", "date", "For a lasting statement the first day after the latest possible one on which it began."),
    ("ended_from", "date", "For a lasting statement with an end the earliest day that may be its last."),
    ("ends", "boolean NOT NULL DEFAULT false", "Whether nothing is known after the last day of the statement."),
    (
        "tie_key",
        "text[] COLLATE \"C\" NOT NULL DEFAULT '{}'",
        "What breaks a tie: article and place of the first mention, statement, holder as coded, coder, codebook.",
    ),
)

# What one side of a lasting date means, as the definition of today has it.
SPAN = """
CREATE FUNCTION stancedb.edtf_span_then(side text) RETURNS daterange LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT CASE
        WHEN p.year IS NULL THEN NULL
        WHEN p.year LIKE '%X%' THEN daterange(
            make_date(greatest(replace(p.year, 'X', '0')::int, 1), 1, 1), make_date(replace(p.year, 'X', '9')::int + 1, 1, 1)
        )
        WHEN p.month IS NULL OR p.month LIKE '%X%' THEN daterange(
            make_date(p.year::int, 1, 1), make_date(p.year::int + 1, 1, 1)
        )
        WHEN p.month::int BETWEEN 1 AND 12 AND (p.day IS NULL OR p.day LIKE '%X%') THEN daterange(
            make_date(p.year::int, p.month::int, 1), (make_date(p.year::int, p.month::int, 1) + interval '1 month')::date
        )
        WHEN p.month::int BETWEEN 1 AND 12 THEN daterange(
            make_date(p.year::int, p.month::int, p.day::int), make_date(p.year::int, p.month::int, p.day::int) + 1
        )
        -- Seasons, quarters, thirds and halves of a year stand in the place of the month.
        ELSE (
            SELECT daterange(
                make_date(p.year::int, s.first, 1), (make_date(p.year::int, s.first, 1) + s.months * interval '1 month')::date
            )
            FROM (
                VALUES (21, 3, 3), (22, 6, 3), (23, 9, 3), (24, 12, 3), (25, 3, 3), (26, 6, 3), (27, 9, 3), (28, 12, 3),
                    (29, 9, 3), (30, 12, 3), (31, 3, 3), (32, 6, 3), (33, 1, 3), (34, 4, 3), (35, 7, 3), (36, 10, 3),
                    (37, 1, 4), (38, 5, 4), (39, 9, 4), (40, 1, 6), (41, 7, 6)
            ) s (code, first, months)
            WHERE s.code = p.month::int
        )
    END
    FROM (
        SELECT m[1] AS year, m[2] AS month, m[3] AS day
        FROM (SELECT regexp_match(translate(side, '?~%', ''), '^([0-9X]{4})(?:-([0-9X]{2}))?(?:-([0-9X]{2}))?$') AS m) found
    ) p
)
"""
# Each row as it was last known: now, or when it was closed. Handles are those of today; of what is gone the last ones.
FILL = """
WITH asked AS MATERIALIZED (
    SELECT e.holder_id, e.issue_id, e.id, e.act, e.statement_id, e.coding_id, e.said_from, e.said_to,
        coalesce(k.number - 1, 9223372036854775807) AS number
    FROM stancedb.evidence e LEFT JOIN stancedb.changeset k ON k.id = e.known_until_id
),
statement AS (
    SELECT v.*, f.number AS known_from, u.number AS known_until FROM (
        SELECT id, slug, said_edtf, said_at, ends, changeset_id, NULL::bigint AS ended_changeset_id FROM stancedb.statement
        UNION ALL
        SELECT id, slug, said_edtf, said_at, ends, changeset_id, ended_changeset_id FROM history.statement
    ) v JOIN stancedb.changeset f ON f.id = v.changeset_id LEFT JOIN stancedb.changeset u ON u.id = v.ended_changeset_id
),
mention AS (
    SELECT v.*, f.number AS known_from, u.number AS known_until FROM (
        SELECT statement_id, article_version_id, char_start, changeset_id, NULL::bigint AS ended_changeset_id
        FROM stancedb.mention
        UNION ALL
        SELECT statement_id, article_version_id, char_start, changeset_id, ended_changeset_id FROM history.mention
    ) v JOIN stancedb.changeset f ON f.id = v.changeset_id LEFT JOIN stancedb.changeset u ON u.id = v.ended_changeset_id
),
coding AS (
    SELECT v.*, f.number AS known_from, u.number AS known_until FROM (
        SELECT id, statement_id, holder_id, coder_id, codebook_version_id, changeset_id, NULL::bigint AS ended_changeset_id
        FROM stancedb.coding
        UNION ALL
        SELECT id, statement_id, holder_id, coder_id, codebook_version_id, changeset_id, ended_changeset_id
        FROM history.coding
    ) v JOIN stancedb.changeset f ON f.id = v.changeset_id LEFT JOIN stancedb.changeset u ON u.id = v.ended_changeset_id
),
actor AS (
    SELECT DISTINCT ON (v.id) v.id, v.slug AS handle FROM (
        SELECT id, slug, NULL::bigint AS ended_changeset_id FROM stancedb.actor
        UNION ALL SELECT id, slug, ended_changeset_id FROM history.actor
    ) v ORDER BY v.id, v.ended_changeset_id DESC NULLS FIRST
),
coder AS (
    SELECT DISTINCT ON (v.id) v.id, v.name AS handle FROM (
        SELECT id, name, NULL::bigint AS ended_changeset_id FROM stancedb.coder
        UNION ALL SELECT id, name, ended_changeset_id FROM history.coder
    ) v ORDER BY v.id, v.ended_changeset_id DESC NULLS FIRST
),
codebook AS (
    SELECT DISTINCT ON (v.id) v.id, v.label AS handle FROM (
        SELECT id, label, NULL::bigint AS ended_changeset_id FROM stancedb.codebook_version
        UNION ALL SELECT id, label, ended_changeset_id FROM history.codebook_version
    ) v ORDER BY v.id, v.ended_changeset_id DESC NULLS FIRST
),
text_of AS (
    SELECT w.id, a.handle FROM (
        SELECT id, article_id FROM stancedb.article_version UNION SELECT id, article_id FROM history.article_version
    ) w JOIN (
        SELECT DISTINCT ON (v.id) v.id, v.slug AS handle FROM (
            SELECT id, slug, NULL::bigint AS ended_changeset_id FROM stancedb.article
            UNION ALL SELECT id, slug, ended_changeset_id FROM history.article
        ) v ORDER BY v.id, v.ended_changeset_id DESC NULLS FIRST
    ) a ON a.id = w.article_id
),
place AS (
    SELECT DISTINCT ON (a.id) a.id, t.handle, m.char_start
    FROM asked a
    JOIN mention m ON m.statement_id = a.statement_id AND m.known_from <= a.number
        AND (m.known_until IS NULL OR m.known_until > a.number)
    JOIN text_of t ON t.id = m.article_version_id
    WHERE a.act = 'expresses'
    ORDER BY a.id, t.handle COLLATE "C", m.char_start
)
UPDATE stancedb.evidence e SET
    target_id = CASE WHEN e.act = 'retracts' THEN c.statement_id END,
    said_at = CASE WHEN e.act = 'expresses' AND position('/' IN s.said_edtf) = 0 THEN s.said_at END,
    lasts = position('/' IN s.said_edtf) > 0,
    begun_to = CASE WHEN position('/' IN s.said_edtf) > 0 THEN coalesce(
        least(upper(stancedb.edtf_span_then(split_part(s.said_edtf, '/', 1))), e.said_to), e.said_from + 1
    ) END,
    ended_from = CASE WHEN position('/' IN s.said_edtf) > 0 AND e.said_to IS NOT NULL THEN coalesce(
        greatest(lower(stancedb.edtf_span_then(split_part(s.said_edtf, '/', 2))), e.said_from), e.said_to - 1
    ) END,
    ends = e.act = 'expresses' AND s.ends,
    tie_key = CASE WHEN e.act = 'expresses' THEN ARRAY[
        coalesce(p.handle, ''), coalesce(lpad(p.char_start::text, 10, '0'), ''), s.slug, h.handle, k.handle, b.handle
    ] ELSE ARRAY[]::text[] END
FROM asked a
JOIN statement s ON s.id = a.statement_id AND s.known_from <= a.number
    AND (s.known_until IS NULL OR s.known_until > a.number)
JOIN coding c ON c.id = a.coding_id AND c.known_from <= a.number AND (c.known_until IS NULL OR c.known_until > a.number)
JOIN actor h ON h.id = c.holder_id JOIN coder k ON k.id = c.coder_id JOIN codebook b ON b.id = c.codebook_version_id
LEFT JOIN place p ON p.id = a.id
WHERE (e.holder_id, e.issue_id, e.id) = (a.holder_id, a.issue_id, a.id)
"""


def upgrade() -> None:
    """Add the columns and fill them, those of rows that are closed too, with what was known when they were."""
    for name, kind, comment in COLUMNS:
        op.execute(f"ALTER TABLE stancedb.evidence ADD COLUMN {name} {kind}")
        op.execute(f"COMMENT ON COLUMN stancedb.evidence.{name} IS '{comment}'")
    # A colon before a word would be taken for a parameter.
    op.execute(SPAN.replace("(?:", "(?\\:"))
    op.execute(FILL)
    op.execute("DROP FUNCTION stancedb.edtf_span_then(text)")
    for name in ("lasts", "ends", "tie_key"):
        op.execute(f"ALTER TABLE stancedb.evidence ALTER COLUMN {name} DROP DEFAULT")


def downgrade() -> None:
    """Drop the columns; an upgrade fills them again."""
    # A retraction of a retraction has no place in the evidence below.
    op.execute(
        "DELETE FROM stancedb.evidence e WHERE e.act = 'retracts' AND NOT EXISTS"
        " (SELECT FROM stancedb.coding c WHERE c.id = e.coding_id AND c.statement_id = e.target_id)"
    )
    for name, _kind, _comment in reversed(COLUMNS):
        op.execute(f"ALTER TABLE stancedb.evidence DROP COLUMN {name}")
