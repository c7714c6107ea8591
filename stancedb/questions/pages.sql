-- name: holders
-- The holders with their names, and how often several coders coded the same words and agreed.
--
-- Codings keep a merged holder. Of several codings by one coder, the one under the newest codebook counts. Retracted
-- records are ignored.
WITH newest AS (
    SELECT DISTINCT ON (c.statement_id, a.standing_id, c.coder_id) c.statement_id, a.standing_id AS holder_id,
        t.standing_id AS position_id
    FROM {coding} c
    JOIN {standing_actor} a ON a.id = c.holder_id
    JOIN {actor} named ON named.id = c.holder_id
    JOIN {standing_issue} g ON g.id = c.issue_id
    LEFT JOIN {standing_position} t ON t.id = c.position_id
    JOIN {statement} s ON s.id = c.statement_id
    JOIN {codebook_version} v ON v.id = c.codebook_version_id
    WHERE :issue IN (g.id, g.standing_id) AND c.status <> 'draft' AND s.retracted_on IS NULL
        AND s.merged_into_id IS NULL
    ORDER BY c.statement_id, a.standing_id, c.coder_id, v.issued_on DESC, v.label COLLATE "C" DESC, c.is_final DESC,
        named.slug COLLATE "C" DESC
),
judged AS (
    SELECT n.holder_id, count(*) AS coders, count(DISTINCT coalesce(n.position_id, 0)) AS answers
    FROM newest n
    GROUP BY n.holder_id, n.statement_id
)
SELECT h.slug AS holder, h.name, count(*) FILTER (WHERE j.coders > 1) AS coded_by_several,
    count(*) FILTER (WHERE j.coders > 1 AND j.answers = 1) AS agreed
FROM {actor} h
LEFT JOIN judged j ON j.holder_id = h.id
WHERE true
    AND h.id = ANY (CAST(:wanted AS bigint[])) -- if :wanted
    AND h.slug = ANY (CAST(:known AS text[])) -- if :known
GROUP BY h.id, h.slug, h.name
ORDER BY h.name, h.slug;
