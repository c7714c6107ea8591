-- Update the evidence, and the stances derived from it, for the open changeset.
--
-- The trigger that closes a changeset calls this function, so that evidence, stances and changes are updated in the
-- transaction that wrote the data, whichever program wrote it. Only what is in stancedb.touched is examined.
CREATE FUNCTION stancedb.settle(p_changeset_id bigint) RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    rule_id bigint;
    chained bigint[];
    locked bigint[] := '{}';
    -- Many new rows need new statistics before they are joined.
    is_large CONSTANT boolean := (
        SELECT count(*) FROM (SELECT FROM stancedb.touched t WHERE t.changeset_id = p_changeset_id LIMIT 1001) t
    ) > 1000;
BEGIN
    IF is_large THEN
        ANALYZE stancedb.touched;
    END IF;
    -- Merges, positions and tenures affect more than the rows they touch, so a changeset with any of them settles
    -- while no other does. All other changesets settle concurrently.
    IF EXISTS (
        SELECT FROM stancedb.touched t
        WHERE t.changeset_id = p_changeset_id AND t.kind NOT IN ('coding', 'statement')
    ) THEN
        PERFORM stancedb.take_turn('stancedb.settling', 'EXCLUSIVE');
    ELSE
        PERFORM stancedb.take_turn('stancedb.settling', 'SHARE');
    END IF;
    -- Two writers that touch the same statement, or statements in the same chain of retractions, settle one after the
    -- other, and the second sees the rows of the first. No other writer can have touched a statement of this changeset.
    IF EXISTS (SELECT FROM stancedb.statement s WHERE s.changeset_id <> p_changeset_id) THEN
        PERFORM FROM stancedb.statement s
        WHERE s.changeset_id <> p_changeset_id AND s.id IN (
            SELECT t.statement_id FROM stancedb.touched t WHERE t.changeset_id = p_changeset_id AND t.kind = 'statement'
            UNION ALL
            SELECT c.statement_id FROM stancedb.touched t JOIN stancedb.coding c ON c.id = t.coding_id
            WHERE t.changeset_id = p_changeset_id
        ) ORDER BY s.id FOR NO KEY UPDATE;
        -- The writers waited for may have extended the chain.
        LOOP
            chained := ARRAY(
                WITH RECURSIVE touched_statement AS (
                    SELECT t.statement_id FROM stancedb.touched t
                    WHERE t.changeset_id = p_changeset_id AND t.kind = 'statement'
                    UNION
                    SELECT c.statement_id FROM stancedb.touched t JOIN stancedb.coding c ON c.id = t.coding_id
                    WHERE t.changeset_id = p_changeset_id
                ),
                chain AS (
                    SELECT l.statement_id, l.target_id FROM touched_statement t
                    JOIN stancedb.statement_link l ON t.statement_id IN (l.statement_id, l.target_id)
                    WHERE l.kind = 'retracts'
                    UNION
                    SELECT l.statement_id, l.target_id FROM chain c
                    JOIN stancedb.statement_link l
                        ON l.statement_id IN (c.statement_id, c.target_id) OR l.target_id IN (c.statement_id, c.target_id)
                    WHERE l.kind = 'retracts'
                )
                SELECT c.statement_id FROM chain c UNION SELECT c.target_id FROM chain c
            );
            EXIT WHEN chained <@ locked;
            PERFORM FROM stancedb.statement s
            WHERE s.id = ANY (chained) AND s.changeset_id <> p_changeset_id ORDER BY s.id FOR NO KEY UPDATE;
            locked := chained;
        END LOOP;
    END IF;
    -- Whether a retracted statement counts depends on all retractions in its chain.
    INSERT INTO stancedb.touched (changeset_id, kind, statement_id)
    WITH RECURSIVE chain AS (
        SELECT t.statement_id FROM stancedb.touched t WHERE t.changeset_id = p_changeset_id AND t.kind = 'statement'
        UNION
        SELECT l.target_id FROM chain c JOIN stancedb.statement_link l ON l.statement_id = c.statement_id
        WHERE l.kind = 'retracts'
    )
    SELECT p_changeset_id, 'statement', c.statement_id FROM chain c
    WHERE c.statement_id NOT IN (
        SELECT t.statement_id FROM stancedb.touched t WHERE t.changeset_id = p_changeset_id AND t.kind = 'statement'
    );
    -- The set of codings is certain only now that the locks are held: those of touched statements, of actors that were
    -- merged or unmerged (under the holder before and after), and of positions that were edited, merged or unmerged.
    INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id, coding_id)
    SELECT p_changeset_id, 'coding', coalesce(a.merged_into_id, a.id), c.issue_id, c.id
    FROM stancedb.touched t JOIN stancedb.coding c ON c.statement_id = t.statement_id
    JOIN stancedb.actor a ON a.id = c.holder_id
    WHERE t.changeset_id = p_changeset_id AND t.kind = 'statement' AND c.is_final
    UNION
    SELECT p_changeset_id, 'coding', coalesce(a.merged_into_id, a.id), c.issue_id, c.id
    FROM stancedb.touched t
    JOIN (
        SELECT l.id, l.merged_into_id FROM stancedb.actor l
        UNION
        SELECT h.id, h.merged_into_id FROM history.actor h WHERE h.ended_changeset_id = p_changeset_id
    ) a ON a.id = t.holder_id
    JOIN stancedb.coding c ON c.holder_id = a.id
    WHERE t.changeset_id = p_changeset_id AND t.kind = 'actor' AND c.is_final
    UNION
    -- A coding that was moved by the merge now has the new holder, so the evidence of the former holder is touched.
    SELECT p_changeset_id, 'coding', e.holder_id, e.issue_id, e.coding_id
    FROM stancedb.touched t
    JOIN history.actor h ON h.id = t.holder_id AND h.ended_changeset_id = p_changeset_id
    JOIN stancedb.evidence e ON e.holder_id = coalesce(h.merged_into_id, h.id) AND e.known_until_id IS NULL
    WHERE t.changeset_id = p_changeset_id AND t.kind = 'actor'
    UNION
    SELECT p_changeset_id, 'coding', coalesce(a.merged_into_id, a.id), c.issue_id, c.id
    FROM history.position h JOIN stancedb.position m ON h.id IN (m.id, m.merged_into_id)
    JOIN stancedb.coding c ON c.issue_id = m.issue_id AND c.position_id = m.id
    JOIN stancedb.actor a ON a.id = c.holder_id
    WHERE h.ended_changeset_id = p_changeset_id AND c.is_final
    UNION
    -- Until now the codings of a merged position counted for another position, possibly on another issue.
    SELECT p_changeset_id, 'coding', e.holder_id, e.issue_id, e.coding_id
    FROM history.position h JOIN stancedb.position m ON m.id = h.merged_into_id
    JOIN stancedb.evidence e ON e.issue_id = m.issue_id AND e.position_id = m.id AND e.known_until_id IS NULL
    WHERE h.ended_changeset_id = p_changeset_id
    UNION
    SELECT p_changeset_id, 'coding', t.holder_id, i.merged_into_id, t.coding_id
    FROM stancedb.touched t JOIN stancedb.issue i ON i.id = t.issue_id AND i.merged_into_id IS NOT NULL
    WHERE t.changeset_id = p_changeset_id AND t.kind = 'coding';

    WITH RECURSIVE touched_coding AS (
        SELECT DISTINCT t.coding_id FROM stancedb.touched t
        WHERE t.changeset_id = p_changeset_id AND t.kind = 'coding'
    ),
    counting AS MATERIALIZED (
        SELECT c.id AS coding_id, coalesce(h.merged_into_id, h.id) AS holder_id, p.issue_id, p.id AS position_id, c.basis,
            p.kind AS position_kind, p.rank, p.score, c.statement_id, h.slug AS holder, k.name AS coder, v.label AS codebook,
            s.slug AS statement, s.said_from, s.said_to, s.said_edtf, s.said_at, s.ends, s.authority, s.verification
        FROM touched_coding t
        JOIN stancedb.coding c ON c.id = t.coding_id
        JOIN stancedb.position coded ON coded.issue_id = c.issue_id AND coded.id = c.position_id
        -- A coding keeps its original position, and counts for the position that it is merged into.
        JOIN stancedb.position p ON p.id = coalesce(coded.merged_into_id, coded.id)
        JOIN stancedb.actor h ON h.id = c.holder_id
        JOIN stancedb.coder k ON k.id = c.coder_id
        JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
        JOIN stancedb.statement s ON s.id = c.statement_id
        WHERE c.is_final AND s.merged_into_id IS NULL AND s.retracted_on IS NULL
            AND s.verification NOT IN ('denied', 'refuted')
    ),
    -- The first place of a statement depends on what the mentions say, not on the order in which they were recorded.
    place AS (
        SELECT DISTINCT ON (m.statement_id) m.statement_id, a.slug AS article, m.char_start
        FROM stancedb.mention m JOIN stancedb.article_version w ON w.id = m.article_version_id
        JOIN stancedb.article a ON a.id = w.article_id
        WHERE m.statement_id IN (SELECT c.statement_id FROM counting c)
        ORDER BY m.statement_id, a.slug COLLATE "C", m.char_start
    ),
    chain AS (
        SELECT c.coding_id, l.statement_id, l.target_id
        FROM counting c JOIN stancedb.statement_link l ON l.target_id = c.statement_id AND l.kind = 'retracts'
        UNION
        SELECT h.coding_id, l.statement_id, l.target_id
        FROM chain h JOIN stancedb.statement_link l ON l.target_id = h.statement_id AND l.kind = 'retracts'
    ),
    due AS (
        SELECT 'expresses' AS act, c.holder_id, c.issue_id, c.position_id, c.position_kind, c.rank, c.score, c.said_from,
            c.said_to, c.authority, c.basis, c.verification, c.statement_id, c.coding_id, NULL::bigint AS target_id,
            CASE WHEN position('/' IN c.said_edtf) = 0 THEN c.said_at END AS said_at,
            position('/' IN c.said_edtf) > 0 AS lasts, c.said_edtf, c.ends,
            ARRAY[coalesce(w.article, ''), coalesce(lpad(w.char_start::text, 10, '0'), ''), c.statement, c.holder, c.coder,
                c.codebook] AS tie_key
        FROM counting c LEFT JOIN place w USING (statement_id)
        UNION ALL
        SELECT 'retracts', c.holder_id, c.issue_id, c.position_id, c.position_kind, c.rank, c.score, r.said_from,
            r.said_to, r.authority, c.basis, r.verification, r.id, c.coding_id, l.target_id,
            NULL, position('/' IN r.said_edtf) > 0, r.said_edtf, false, ARRAY[]::text[]
        FROM counting c JOIN chain l USING (coding_id)
        JOIN stancedb.statement r ON r.id = l.statement_id
        WHERE r.merged_into_id IS NULL AND r.retracted_on IS NULL AND r.verification NOT IN ('denied', 'refuted')
    ),
    dated AS (
        SELECT d.*,
            CASE WHEN d.lasts THEN coalesce(least(upper(stancedb.edtf_span(split_part(d.said_edtf, '/', 1))), d.said_to), d.said_from + 1)
                END AS begun_to,
            CASE WHEN d.lasts AND d.said_to IS NOT NULL THEN coalesce(
                greatest(lower(stancedb.edtf_span(split_part(d.said_edtf, '/', 2))), d.said_from), d.said_to - 1
            ) END AS ended_from
        FROM due d
    ),
    live AS (
        SELECT e.* FROM stancedb.evidence e
        JOIN (
            SELECT DISTINCT t.holder_id, t.issue_id, t.coding_id FROM stancedb.touched t
            WHERE t.changeset_id = p_changeset_id AND t.kind = 'coding'
            UNION
            SELECT c.holder_id, c.issue_id, c.coding_id FROM counting c
        ) t USING (holder_id, issue_id, coding_id)
        WHERE e.known_until_id IS NULL
    ),
    same AS (
        SELECT l.id, l.holder_id, l.issue_id, l.coding_id, l.statement_id, l.act, l.target_id
        FROM live l JOIN dated d USING (holder_id, issue_id, coding_id, statement_id, act)
        WHERE (l.position_id, l.position_kind, l.rank, l.score, l.said_from, l.said_to, l.authority, l.basis, l.verification,
                l.target_id, l.said_at, l.lasts, l.begun_to, l.ended_from, l.ends, l.tie_key)
            IS NOT DISTINCT FROM
            (d.position_id, d.position_kind, d.rank, d.score, d.said_from, d.said_to, d.authority, d.basis, d.verification,
                d.target_id, d.said_at, d.lasts, d.begun_to, d.ended_from, d.ends, d.tie_key)
    ),
    closed AS (
        UPDATE stancedb.evidence e SET known_until_id = p_changeset_id
        FROM live l
        WHERE (e.holder_id, e.issue_id, e.id) = (l.holder_id, l.issue_id, l.id) AND l.id NOT IN (SELECT s.id FROM same s)
        RETURNING e.holder_id, e.issue_id
    ),
    added AS (
        INSERT INTO stancedb.evidence (
            act, holder_id, issue_id, position_id, position_kind, rank, score, said_from, said_to, authority, basis,
            verification, statement_id, coding_id, target_id, said_at, lasts, begun_to, ended_from, ends, tie_key,
            known_from_id
        )
        SELECT d.act, d.holder_id, d.issue_id, d.position_id, d.position_kind, d.rank, d.score, d.said_from, d.said_to,
            d.authority, d.basis, d.verification, d.statement_id, d.coding_id, d.target_id, d.said_at, d.lasts, d.begun_to,
            d.ended_from, d.ends, d.tie_key, p_changeset_id
        FROM dated d
        WHERE NOT EXISTS (
            SELECT FROM same s
            WHERE (s.holder_id, s.issue_id, s.coding_id, s.statement_id, s.act)
                = (d.holder_id, d.issue_id, d.coding_id, d.statement_id, d.act)
                AND s.target_id IS NOT DISTINCT FROM d.target_id
        )
        -- A total order, so that the same load gives the same keys.
        ORDER BY d.holder_id, d.issue_id, d.said_from, d.coding_id, d.act, d.statement_id, d.target_id
        RETURNING holder_id, issue_id
    )
    INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id)
    SELECT p_changeset_id, 'pair', holder_id, issue_id FROM closed
    UNION
    SELECT p_changeset_id, 'pair', holder_id, issue_id FROM added;

    IF is_large THEN
        ANALYZE stancedb.touched;
        -- Up to a fifth more rows do not change the plans.
        IF (SELECT 5 * count(*) FROM stancedb.touched t WHERE t.changeset_id = p_changeset_id)
            > (SELECT c.reltuples FROM pg_catalog.pg_class c WHERE c.oid = 'stancedb.evidence'::regclass)
        THEN
            ANALYZE stancedb.evidence (holder_id, issue_id, act, authority, basis, coding_id, known_until_id);
        END IF;
    END IF;

    PERFORM stancedb.settle_scale(p_changeset_id);
    PERFORM stancedb.settle_succession(p_changeset_id);

    -- Planning a derivation takes longer than deriving a few pairs, so it is skipped if there are no pairs.
    IF NOT EXISTS (SELECT FROM stancedb.touched t WHERE t.changeset_id = p_changeset_id AND t.kind = 'pair') THEN
        DELETE FROM stancedb.touched t WHERE t.changeset_id = p_changeset_id;
        RETURN;
    END IF;

    -- The lock on a pair prevents two writers from deriving it concurrently, each without the evidence of the other.
    INSERT INTO stancedb.pair (holder_id, issue_id, derived_by_id)
    SELECT DISTINCT t.holder_id, t.issue_id, p_changeset_id FROM stancedb.touched t
    WHERE t.changeset_id = p_changeset_id AND t.kind = 'pair'
    ORDER BY t.holder_id, t.issue_id
    ON CONFLICT (holder_id, issue_id) DO UPDATE SET derived_by_id = excluded.derived_by_id;

    WITH touched_pair AS (
        SELECT DISTINCT t.holder_id, t.issue_id FROM stancedb.touched t
        WHERE t.changeset_id = p_changeset_id AND t.kind = 'pair'
    ),
    stance AS (
        DELETE FROM stancedb.stance s USING touched_pair t WHERE (s.holder_id, s.issue_id) = (t.holder_id, t.issue_id)
    )
    DELETE FROM stancedb.stance_change s USING touched_pair t WHERE (s.holder_id, s.issue_id) = (t.holder_id, t.issue_id);
    FOR rule_id IN SELECT r.id FROM stancedb.derivation_rule r ORDER BY r.id LOOP
        PERFORM stancedb.derive(rule_id, p_changeset_id);
    END LOOP;
    DELETE FROM stancedb.touched t WHERE t.changeset_id = p_changeset_id;
END
$function$
