-- name: lock_codebook
-- Merged rows refer to rows of the same table, and issues and positions depend on each other, so no order of row locks
-- suits every revision. Sessions that code do not wait for this lock.
LOCK TABLE stancedb.issue, stancedb.position IN SHARE ROW EXCLUSIVE MODE;

-- name: stage_codebooks
CREATE TEMPORARY TABLE staged_codebook (
    ordinal bigint, source text, line bigint, label text, issued_on date, notes text
) ON COMMIT DROP;

-- name: stage_issues
CREATE TEMPORARY TABLE staged_issue (
    ordinal bigint, source text, line bigint,
    slug text, question text, scope text, low_pole text, high_pole text, parent text, status text, merged_into text
) ON COMMIT DROP;

-- name: stage_positions
-- With "stays", a position is not merged along with its issue.
CREATE TEMPORARY TABLE staged_position (
    ordinal bigint, source text, line bigint,
    issue text, slug text, label text, definition text, kind text, rank smallint, score double precision,
    include text[], exclude text[], status text, merged_into text, stays boolean
) ON COMMIT DROP;

-- name: stage_codes
CREATE TEMPORARY TABLE staged_issue_code (
    ordinal bigint, source text, line bigint, issue text, scheme text, code text
) ON COMMIT DROP;

-- name: stage_positions_after
CREATE TEMPORARY TABLE position_after (
    issue text, slug text, name text, merges_into text, was text, led_to text, is_astray boolean, lost text
) ON COMMIT DROP;

-- name: complete_positions
-- Positions as they will be after the load: a retired position has no rank, even if the file gives one; a rank that the
-- file omits stays.
UPDATE staged_position s
SET status = f.status, rank = CASE WHEN f.status = 'active' THEN coalesce(s.rank, f.rank) END
FROM (
    SELECT q.ctid AS place, p.rank,
        CASE WHEN q.merged_into IS NOT NULL THEN 'retired' ELSE coalesce(q.status, p.status, 'active') END AS status
    FROM staged_position q
    LEFT JOIN stancedb.issue i ON i.slug = q.issue
    LEFT JOIN stancedb.position p ON p.issue_id = i.id AND p.slug = q.slug
) f
WHERE f.place = s.ctid;

-- name: foresee
-- Positions as they will be after the load, named 'issue/slug': the target that each is merged into then (led_to) and
-- now (was), whether the file gives it an invalid target (is_astray), and, if its codings would no longer count, the
-- position that lacks a target (lost).
INSERT INTO position_after (issue, slug, name, merges_into, was, led_to, is_astray, lost)
WITH issue_after AS (
    -- is_merging: the file merges the issue into a different issue than now.
    SELECT coalesce(s.slug, i.slug) AS slug, coalesce(s.merged_into, g.merged_into, m.slug) AS merges_into,
        s.merged_into IS NOT NULL AND s.merged_into IS DISTINCT FROM m.slug AS is_merging
    FROM stancedb.issue i
    LEFT JOIN stancedb.issue m ON m.id = i.merged_into_id
    LEFT JOIN staged_issue g ON g.slug = m.slug
    FULL JOIN staged_issue s ON s.slug = i.slug
),
kept AS (
    SELECT p.id, p.issue_id, i.slug AS issue, p.slug, p.status, n.slug AS was_issue, t.slug AS was_slug
    FROM stancedb.position p
    JOIN stancedb.issue i ON i.id = p.issue_id
    LEFT JOIN stancedb.position t ON t.id = p.merged_into_id
    LEFT JOIN stancedb.issue n ON n.id = t.issue_id
),
known AS (
    SELECT k.id, k.issue_id, coalesce(s.issue, k.issue) AS issue, coalesce(s.slug, k.slug) AS slug,
        coalesce(s.issue || '/' || s.slug, k.issue || '/' || k.slug) AS name, coalesce(s.status, k.status) AS status,
        coalesce(s.stays, false) AS stays, s.merged_into AS said,
        CASE WHEN s.status = 'active' THEN NULL ELSE k.was_issue END AS was_issue,
        CASE WHEN s.status = 'active' THEN NULL ELSE k.was_issue || '/' || k.was_slug END AS was
    FROM kept k FULL JOIN staged_position s ON s.issue = k.issue AND s.slug = k.slug
),
-- The target of each position itself: the position that the file names, preferably in the other issue, unless it is
-- already merged into the one in its own issue; or else the position with the same slug in the issue that the file
-- merges its issue into.
chosen AS (
    SELECT k.*, a.merges_into, a.is_merging,
        CASE WHEN here.name IS NOT NULL AND (there.name IS NULL OR here.name = k.was) THEN here.name ELSE there.name
        END AS own
    FROM known k
    JOIN issue_after a ON a.slug = k.issue
    LEFT JOIN known there ON there.issue = a.merges_into AND there.slug = coalesce(k.said, k.slug)
        AND (k.said IS NOT NULL OR a.is_merging AND NOT k.stays)
    LEFT JOIN known here ON here.issue = k.issue AND here.slug = k.said
),
-- A merged position that the file does not name follows its target, or loses a target in an issue that its own issue is
-- no longer merged into.
led AS (
    SELECT c.*, c.said IS NOT NULL OR t.said IS NOT NULL AS is_said,
        CASE
            WHEN c.said IS NOT NULL OR c.was IS NULL THEN c.own
            WHEN t.own IS NOT NULL THEN t.own
            WHEN c.was_issue IN (c.issue, c.merges_into) THEN c.was
            ELSE c.own
        END AS into_name
    FROM chosen c LEFT JOIN chosen t ON t.name = c.was
),
settled AS (
    SELECT l.*, CASE WHEN l.said IS NULL THEN coalesce(x.into_name, l.into_name) ELSE l.into_name END AS led_to,
        l.said IS NOT NULL AND (
            l.into_name IS NULL OR l.into_name = l.name OR x.into_name IS NOT NULL
            OR x.status <> 'active' AND NOT x.stays AND l.into_name IS DISTINCT FROM l.was
        ) AS is_astray
    FROM led l LEFT JOIN led x ON x.name = l.into_name
)
SELECT s.issue, s.slug, s.name, s.merges_into, s.was, s.led_to, s.is_astray,
    CASE WHEN b.fault IS NOT NULL AND EXISTS (
        SELECT FROM stancedb.coding c WHERE c.issue_id = s.issue_id AND c.position_id = s.id
    ) THEN b.fault END
FROM settled s
JOIN settled r ON r.name = coalesce(s.led_to, s.name)
CROSS JOIN LATERAL (
    SELECT CASE
        -- In a merged issue, codings count for an active position, or for one that was not retired deliberately.
        WHEN r.merges_into IS NOT NULL AND (r.status = 'active' OR r.is_merging AND NOT r.stays) THEN r.name
        -- Its target moves away, or it would move to an inactive target that the file does not name.
        WHEN s.led_to IS NULL AND s.was IS NOT NULL AND NOT s.stays
            OR s.led_to IS DISTINCT FROM s.was AND s.led_to IS NOT NULL AND NOT s.is_said AND r.status <> 'active'
        THEN CASE
            WHEN s.is_merging AND s.was_issue IS DISTINCT FROM s.issue THEN s.name
            ELSE coalesce(s.was, s.name)
        END
    END AS fault
) b;

-- name: unknown_parents
SELECT DISTINCT s.ordinal, s.source, s.line, s.slug, s.parent
FROM staged_issue s
WHERE s.parent IS NOT NULL
    AND NOT EXISTS (SELECT FROM staged_issue p WHERE p.slug = s.parent)
    AND NOT EXISTS (SELECT FROM stancedb.issue p WHERE p.slug = s.parent)
ORDER BY s.ordinal;

-- name: own_parents
SELECT DISTINCT s.ordinal, s.source, s.line, s.slug FROM staged_issue s WHERE s.parent = s.slug ORDER BY s.ordinal;

-- name: repeated_issues
SELECT DISTINCT s.ordinal, s.source, s.line, 'issue.slug' AS field, 'issue' AS noun, s.slug AS handle
FROM staged_issue s
WHERE (SELECT count(*) FROM staged_issue d WHERE d.slug = s.slug) > 1
ORDER BY s.ordinal;

-- name: scores_without_substance
SELECT DISTINCT s.ordinal, s.source, s.line, s.issue, s.slug
FROM staged_position s
WHERE s.score IS NOT NULL AND s.kind <> 'substantive'
ORDER BY s.ordinal;

-- name: shared_ranks
SELECT DISTINCT s.ordinal, s.source, s.line, s.issue, s.slug, d.slug AS other, s.rank
FROM staged_position s JOIN staged_position d ON d.issue = s.issue AND d.rank = s.rank
WHERE s.slug > d.slug
ORDER BY s.ordinal;

-- name: known_positions
SELECT t.id
FROM staged_position s
JOIN stancedb.issue i ON i.slug = s.issue
JOIN stancedb.position t ON t.issue_id = i.id AND t.slug = s.slug;

-- name: taken_ranks
-- Ranks of positions that the file omits, which stay unchanged.
SELECT DISTINCT s.ordinal, s.source, s.line, s.issue, s.slug, s.rank, p.slug AS holder
FROM staged_position s
JOIN stancedb.issue i ON i.slug = s.issue
JOIN stancedb.position p ON p.issue_id = i.id AND p.rank = s.rank AND p.slug <> s.slug
WHERE NOT EXISTS (SELECT FROM staged_position d WHERE d.issue = s.issue AND d.slug = p.slug)
    AND NOT EXISTS (
        SELECT FROM by_hand b JOIN stancedb.position t ON t.id = b.id WHERE t.issue_id = i.id AND t.slug = s.slug
    )
ORDER BY s.ordinal;

-- name: astray_issues
-- Issues whose merge target does not exist or is itself merged.
SELECT DISTINCT s.ordinal, s.source, s.line, s.slug, s.merged_into
FROM staged_issue s
WHERE s.merged_into IS NOT NULL AND (
    s.merged_into = s.slug
    OR NOT EXISTS (SELECT FROM staged_issue d WHERE d.slug = s.merged_into AND d.merged_into IS NULL)
        AND NOT EXISTS (
            SELECT FROM stancedb.issue d
            WHERE d.slug = s.merged_into AND d.merged_into_id IS NULL
                AND NOT EXISTS (SELECT FROM staged_issue e WHERE e.slug = d.slug)
        )
)
ORDER BY s.ordinal;

-- name: merged_issues
-- Merged issues that the file would make active without stating it.
SELECT DISTINCT s.ordinal, s.source, s.line, s.slug, m.slug AS merged_into
FROM staged_issue s
JOIN stancedb.issue i ON i.slug = s.slug
JOIN stancedb.issue m ON m.id = i.merged_into_id
WHERE s.merged_into IS NULL AND s.status <> 'retired'
ORDER BY s.ordinal;

-- name: astray_positions
SELECT DISTINCT s.ordinal, s.source, s.line, s.issue, s.slug, s.merged_into,
    coalesce(a.merges_into, s.issue) AS merges_into
FROM staged_position s JOIN position_after a ON a.issue = s.issue AND a.slug = s.slug
WHERE a.is_astray
ORDER BY s.ordinal;

-- name: lost_positions
SELECT DISTINCT s.ordinal, s.source, s.line, s.slug, b.slug AS position, b.merges_into
FROM staged_issue s
JOIN position_after b ON b.issue = s.slug
JOIN position_after a ON a.lost = b.name
WHERE b.merges_into IS NOT NULL
ORDER BY s.ordinal;

-- name: codebooks
SELECT DISTINCT ON (s.label) s.label, s.issued_on, s.notes FROM staged_codebook s ORDER BY s.label, s.ordinal DESC;

-- name: issues
SELECT s.slug, s.question, s.scope, s.low_pole, s.high_pole,
    CASE WHEN s.merged_into IS NOT NULL THEN 'retired' ELSE s.status END AS status
FROM staged_issue s;

-- name: positions
SELECT i.id AS issue_id, s.slug, s.label, s.definition, s.kind, s.rank, s.score, s.include, s.exclude, s.status,
    CASE WHEN s.status = 'retired' THEN p.merged_into_id END AS merged_into_id
FROM staged_position s
JOIN stancedb.issue i ON i.slug = s.issue
LEFT JOIN stancedb.position p ON p.issue_id = i.id AND p.slug = s.slug;

-- name: codes
SELECT i.id AS issue_id, s.scheme, s.code FROM staged_issue_code s JOIN stancedb.issue i ON i.slug = s.issue;

-- name: issues_to_merge
-- Issues, and the issues merged into them, whose merge target the file changes.
SELECT t.id
FROM staged_issue s
JOIN stancedb.issue k ON k.slug = s.merged_into
JOIN stancedb.issue m ON m.slug = s.slug
JOIN stancedb.issue t ON m.id IN (t.id, t.merged_into_id)
LEFT JOIN staged_issue o ON o.slug = t.slug AND o.merged_into IS NOT NULL
WHERE t.merged_into_id IS DISTINCT FROM k.id AND (t.id = m.id OR o.slug IS NULL);

-- name: merge_issues
-- Merge issues, and the issues merged into them, into the targets that the file names; return for each whether the load
-- had not changed it so far, and whether it was counted as unchanged.
WITH due AS (
    SELECT t.id, k.id AS into_id,
        t.changeset_id <> CAST(current_setting('stancedb.changeset') AS bigint) AS is_news,
        EXISTS (SELECT FROM staged_issue e WHERE e.slug = t.slug) AS is_staged
    FROM staged_issue s
    JOIN stancedb.issue k ON k.slug = s.merged_into
    JOIN stancedb.issue m ON m.slug = s.slug
    JOIN stancedb.issue t ON m.id IN (t.id, t.merged_into_id)
    LEFT JOIN staged_issue o ON o.slug = t.slug AND o.merged_into IS NOT NULL
    WHERE t.merged_into_id IS DISTINCT FROM k.id AND (t.id = m.id OR o.slug IS NULL)
        AND NOT EXISTS (SELECT FROM by_hand b WHERE b.id = t.id)
)
UPDATE stancedb.issue i SET status = 'retired', merged_into_id = d.into_id
FROM due d WHERE d.id = i.id RETURNING d.is_news, d.is_news AND d.is_staged AS was_unchanged;

-- name: positions_to_merge
-- Positions whose merge target the load changes.
SELECT t.id
FROM position_after a
JOIN stancedb.issue i ON i.slug = a.issue
JOIN stancedb.position t ON t.issue_id = i.id AND t.slug = a.slug
WHERE a.led_to IS DISTINCT FROM a.was;

-- name: merge_positions
-- Merge positions as foreseen; return for each whether the load had not changed it so far, and whether it was counted
-- as unchanged.
WITH due AS (
    SELECT t.id, k.id AS into_id,
        t.changeset_id <> CAST(current_setting('stancedb.changeset') AS bigint) AS is_news,
        EXISTS (SELECT FROM staged_position s WHERE s.issue = a.issue AND s.slug = a.slug) AS is_staged
    FROM position_after a
    JOIN stancedb.issue i ON i.slug = a.issue
    JOIN stancedb.position t ON t.issue_id = i.id AND t.slug = a.slug
    LEFT JOIN stancedb.issue n ON n.slug = split_part(a.led_to, '/', 1)
    LEFT JOIN stancedb.position k ON k.issue_id = n.id AND k.slug = split_part(a.led_to, '/', 2)
    WHERE a.led_to IS DISTINCT FROM a.was AND t.merged_into_id IS DISTINCT FROM k.id
        AND NOT EXISTS (SELECT FROM by_hand b WHERE b.id = t.id)
)
UPDATE stancedb.position p SET status = 'retired', rank = NULL, merged_into_id = d.into_id
FROM due d WHERE d.id = p.id RETURNING d.is_news, d.is_news AND d.is_staged AS was_unchanged;
