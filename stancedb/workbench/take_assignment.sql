-- Take the next text from the pool of a round, or of the oldest open round if none is named; null if nothing is left
-- that this coder may take.
--
-- Coders who ask at the same time each get a different place, and none of them waits.
CREATE FUNCTION stancedb.take_assignment(p_round text, p_coder text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    acting bigint := stancedb.acting_coder(p_coder);
    taken bigint;
BEGIN
    -- Otherwise, two windows of one coder could take both places of one text. Unlike an advisory lock, this lock cannot
    -- be held by other users to block the coder.
    PERFORM FROM stancedb.coder c WHERE c.id = acting FOR NO KEY UPDATE;
    SELECT a.id INTO taken
    FROM stancedb.assignment a JOIN stancedb.coding_round r ON r.id = a.round_id
    WHERE (p_round IS NULL OR r.slug = p_round) AND r.closed_at IS NULL AND a.state = 'open' AND a.coder_id IS NULL AND NOT EXISTS (
        SELECT FROM stancedb.assignment o
        WHERE o.round_id = a.round_id AND o.article_version_id = a.article_version_id AND o.coder_id = acting
    )
    ORDER BY r.opened_at, r.id, a.turn
    FOR UPDATE OF a SKIP LOCKED
    LIMIT 1;
    UPDATE stancedb.assignment SET coder_id = acting, assigned_at = clock_timestamp() WHERE id = taken;
    RETURN taken;
END
$body$
