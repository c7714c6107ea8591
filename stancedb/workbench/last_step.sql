-- The last action of the acting coder today that was not undone, with the changeset that it wrote, if any.
CREATE FUNCTION stancedb.last_step(p_coder text) RETURNS TABLE (
    kind text, assignment bigint, finding integer, changeset bigint, article text
) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
    SELECT x.kind, x.id, x.number, c.number, t.slug
    FROM (
        SELECT 'finding' AS kind, a.id, f.number, NULL AS released_id, a.article_version_id, f.saved_at AS at
        FROM stancedb.assignment a
        JOIN stancedb.finding f ON f.assignment_id = a.id AND f.withdrawn_at IS NULL
        WHERE a.coder_id = (SELECT stancedb.acting_coder(p_coder)) AND a.state = 'open'
        UNION ALL
        SELECT CASE a.state WHEN 'open' THEN 'later' ELSE a.state END, a.id, NULL, a.released_id, a.article_version_id,
            a.moved_at
        FROM stancedb.assignment a
        WHERE a.coder_id = (SELECT stancedb.acting_coder(p_coder)) AND a.state IN ('open', 'done', 'problem')
            AND a.moved_at IS NOT NULL
    ) x
    JOIN stancedb.article_version v ON v.id = x.article_version_id
    JOIN stancedb.article t ON t.id = v.article_id
    LEFT JOIN stancedb.changeset c ON c.id = x.released_id
    WHERE x.at >= current_date
    ORDER BY x.at DESC LIMIT 1
$body$
