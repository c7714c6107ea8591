-- Whether no other coder is assigned the text of an assignment in its round, and the pool has no place left for it.
CREATE FUNCTION stancedb.is_single(p_assignment bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
    SELECT NOT EXISTS (
        SELECT FROM stancedb.assignment o
        WHERE o.round_id = a.round_id AND o.article_version_id = a.article_version_id
            AND o.id <> a.id AND o.state <> 'withdrawn'
    )
    FROM stancedb.assignment a
    WHERE a.id = p_assignment AND (
        a.coder_id = stancedb.me() OR stancedb.my_role() IN ('reviewer', 'owner')
    )
$body$
