-- The articles that are copies of one another, with the original that all of them lead to.
--
-- Parameters: the articles whose families are requested. Circular families, from before these were rejected, are ignored.
CREATE FUNCTION stancedb.family_of(p_article_ids bigint[]) RETURNS TABLE (root_id bigint, article_id bigint)
LANGUAGE sql STABLE PARALLEL SAFE AS $function$
WITH RECURSIVE above AS (
    SELECT a.id FROM stancedb.article a WHERE a.id = ANY (p_article_ids)
    UNION
    SELECT a.syndicated_from_id FROM above b JOIN stancedb.article a ON a.id = b.id
    WHERE a.syndicated_from_id IS NOT NULL
),
below AS (
    SELECT a.id AS root_id, a.id AS article_id FROM stancedb.article a
    WHERE a.syndicated_from_id IS NULL AND a.id IN (SELECT b.id FROM above b)
    UNION
    SELECT w.root_id, a.id FROM below w JOIN stancedb.article a ON a.syndicated_from_id = w.article_id
)
SELECT w.root_id, w.article_id FROM below w
$function$
