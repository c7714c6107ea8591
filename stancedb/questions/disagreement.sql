-- Where two coders read one statement as different positions of one holder on one issue.
--
-- Only final codings are reported, so this reads the codings themselves. Each pair of coders stands once: of several
-- codings of one coder the one under the newest codebook counts. Codings keep naming a holder, an issue or a position
-- that is merged away, so each is taken for the one it leads to.
WITH judged AS (
    SELECT DISTINCT ON (c.statement_id, kept.holder_id, kept.issue_id, c.coder_id) c.statement_id, kept.holder_id,
        kept.issue_id, c.coder_id, kept.position_id, c.status, c.is_final
    FROM stancedb.coding c
    JOIN stancedb.actor a ON a.id = c.holder_id
    JOIN stancedb.issue g ON g.id = c.issue_id
    LEFT JOIN stancedb.position t ON t.id = c.position_id
    CROSS JOIN LATERAL (
        SELECT coalesce(a.merged_into_id, a.id) AS holder_id, coalesce(g.merged_into_id, g.id) AS issue_id,
            coalesce(t.merged_into_id, t.id) AS position_id
    ) kept
    JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
    WHERE c.status <> 'draft'
    ORDER BY c.statement_id, kept.holder_id, kept.issue_id, c.coder_id, v.issued_on DESC,
        v.label COLLATE "C" DESC, c.is_final DESC, a.slug COLLATE "C" DESC
)
SELECT s.slug AS statement, h.slug AS holder, i.slug AS issue, k.name AS coder, p.slug AS position, c.status,
    o.name AS other_coder, q.slug AS other_position, d.status AS other_status, abs(CAST(p.rank AS integer) - q.rank) AS ranks_apart,
    CASE WHEN c.is_final THEN k.name WHEN d.is_final THEN o.name END AS final_coder
FROM judged c
JOIN judged d ON d.statement_id = c.statement_id AND d.holder_id = c.holder_id AND d.issue_id = c.issue_id
    AND d.coder_id <> c.coder_id AND d.position_id IS DISTINCT FROM c.position_id
JOIN stancedb.coder k ON k.id = c.coder_id
JOIN stancedb.coder o ON o.id = d.coder_id AND (k.name, k.id) < (o.name, o.id)
JOIN stancedb.statement s ON s.id = c.statement_id
JOIN stancedb.actor h ON h.id = c.holder_id
JOIN stancedb.issue i ON i.id = c.issue_id
LEFT JOIN stancedb.position p ON p.id = c.position_id
LEFT JOIN stancedb.position q ON q.id = d.position_id
WHERE s.retracted_on IS NULL AND s.merged_into_id IS NULL
    AND (CAST(:holder AS text) IS NULL OR h.slug = :holder)
    AND (CAST(:issue AS text) IS NULL OR i.slug = :issue)
    AND (CAST(:coder AS text) IS NULL OR :coder IN (k.name, o.name))
ORDER BY ranks_apart DESC NULLS LAST, s.slug, h.slug, i.slug, k.name, o.name
