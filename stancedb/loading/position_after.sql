-- Positions as they will stand after the load, each under its issue and slug as 'issue/slug': which position it is merged into
-- then (led_to) and now (was), whether the file merges it into one that it cannot be merged into (is_astray), and for one with
-- codings that would count for nothing, the position that lacks a target (lost).
INSERT INTO position_after (issue, slug, name, merges_into, was, led_to, is_astray, lost)
WITH issue_after AS (
    -- is_merging: the file merges it into another issue than it is merged into now.
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
-- What it is merged into of its own: the position that the file names, of the other issue before its own unless it is merged
-- into that already, or the one with its own slug in an issue that the file merges its issue into.
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
-- One that is merged already and not named follows its target, or leaves a target that its issue is not merged into any more.
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
        -- Its codings count within a merged issue, for a position that is in force or that nobody has retired on purpose.
        WHEN r.merges_into IS NOT NULL AND (r.status = 'active' OR r.is_merging AND NOT r.stays) THEN r.name
        -- Its target goes away from it, or it would go to one that is not in force without the file saying so.
        WHEN s.led_to IS NULL AND s.was IS NOT NULL AND NOT s.stays
            OR s.led_to IS DISTINCT FROM s.was AND s.led_to IS NOT NULL AND NOT s.is_said AND r.status <> 'active'
        THEN CASE WHEN s.is_merging AND s.was_issue IS DISTINCT FROM s.issue THEN s.name ELSE coalesce(s.was, s.name) END
    END AS fault
) b
