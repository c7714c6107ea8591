-- name: retire_position
-- Retire a position: it keeps its codings and leaves the scale.
UPDATE stancedb.position SET status = 'retired', rank = NULL WHERE id = :position;

-- name: merge_positions
-- Redirect positions, and those merged into them, to others, so that one step always suffices.
UPDATE stancedb.position p SET status = 'retired', rank = NULL, merged_into_id = m.into_id
FROM unnest(CAST(:merged AS bigint[]), CAST(:into AS bigint[])) m (merged_id, into_id)
WHERE m.merged_id IN (p.id, p.merged_into_id);

-- name: part_positions
-- Positions of merged issues count for themselves if their targets were left behind.
UPDATE stancedb.position p SET merged_into_id = NULL
FROM stancedb.issue i, stancedb.position t
WHERE i.merged_into_id = :other AND p.issue_id = i.id AND t.id = p.merged_into_id AND t.issue_id NOT IN (i.id, :other);

-- name: rank_positions
-- Set the ranks of positions.
UPDATE stancedb.position p SET rank = m.rank
FROM unnest(CAST(:positions AS bigint[]), CAST(:ranks AS smallint[])) m (position_id, rank)
WHERE p.id = m.position_id;

-- name: restore_position
-- Put a position back in force.
UPDATE stancedb.position SET status = 'active', merged_into_id = NULL, rank = :rank WHERE id = :position;

-- name: last_rank
-- The rank that a retired position had when it was last in force.
SELECT h.rank FROM history.position h JOIN stancedb.changeset k ON k.id = h.ended_changeset_id
WHERE h.id = :position AND h.status = 'active' ORDER BY k.number DESC LIMIT 1;

-- name: retire_issue
-- Retire an issue: its codings and stances stay.
UPDATE stancedb.issue SET status = 'retired' WHERE id = :issue;

-- name: merge_issue
-- Redirect an issue, and those merged into it, to another.
UPDATE stancedb.issue SET status = 'retired', merged_into_id = :other WHERE :issue IN (id, merged_into_id);

-- name: positions_to_merge
-- The positions of a merged issue, each with its target position in the other issue, by slug.
SELECT p.id, p.slug, t.id AS into_id, t.status AS into_status, t.merged_into_id IS NOT NULL AS into_is_merged,
    coalesce(m.slug, p.slug) AS into_slug,
    EXISTS (
        SELECT FROM stancedb.position q JOIN stancedb.coding c ON c.issue_id = q.issue_id AND c.position_id = q.id
        WHERE p.id IN (q.id, q.merged_into_id)
    ) AS has_codings
FROM stancedb.position p
LEFT JOIN unnest(CAST(:slugs AS text[]), CAST(:into_slugs AS text[])) m (of_slug, slug) ON m.of_slug = p.slug
LEFT JOIN stancedb.position t ON t.issue_id = :other AND t.slug = coalesce(m.slug, p.slug)
WHERE p.issue_id = :issue AND p.merged_into_id IS NULL
ORDER BY p.id;

-- name: restore_issue
-- Put an issue back in force.
UPDATE stancedb.issue SET status = 'active', merged_into_id = NULL WHERE id = :issue;

-- name: restore_positions
-- Restore the positions of a merged issue to their last version that was not redirected to another issue. A position
-- that was always redirected is put in force.
UPDATE stancedb.position p SET status = coalesce(h.status, 'active'), rank = h.rank, merged_into_id = h.merged_into_id
FROM stancedb.position s
JOIN stancedb.position o ON o.id = s.merged_into_id AND o.issue_id <> s.issue_id
LEFT JOIN (
    SELECT DISTINCT ON (v.id) v.id, v.status, v.rank, v.merged_into_id
    FROM history.position v
    JOIN stancedb.changeset k ON k.id = v.ended_changeset_id
    LEFT JOIN stancedb.position t ON t.id = v.merged_into_id
    WHERE v.issue_id = :issue AND coalesce(t.issue_id, v.issue_id) = v.issue_id
    ORDER BY v.id, k.number DESC
) h ON h.id = s.id
WHERE s.issue_id = :issue AND s.id = p.id;
