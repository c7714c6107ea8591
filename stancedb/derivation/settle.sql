-- What does the open changeset change in the evidence, and in the stances derived from it?
--
-- Called by the trigger that closes a changeset, so that evidence, stances and changes are up to date in the very
-- transaction that wrote, from whichever program. Only what stancedb.touched names is looked at.
CREATE FUNCTION stancedb.settle(p_changeset_id bigint) RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    rule_id bigint;
    -- The planner has to hear of many new rows before it joins them.
    is_large CONSTANT boolean := (
        SELECT count(*) FROM (SELECT FROM stancedb.touched t WHERE t.changeset_id = p_changeset_id LIMIT 1001) t
    ) > 1000;
BEGIN
    IF is_large THEN
        ANALYZE stancedb.touched;
    END IF;
    -- Merges, positions and tenures reach further than the rows they touch; they wait for the settling of others, and
    -- others for theirs. Everything else settles side by side.
    IF EXISTS (
        SELECT FROM stancedb.touched t
        WHERE t.changeset_id = p_changeset_id AND t.kind NOT IN ('coding', 'statement')
    ) THEN
        PERFORM stancedb.take_turn('stancedb.settling', 'EXCLUSIVE');
    ELSE
        PERFORM stancedb.take_turn('stancedb.settling', 'SHARE');
    END IF;
    -- Two writers that touch one statement, or one that retracts it, settle one after the other, the second with the
    -- rows of the first. A statement of this changeset nobody else can have touched.
    IF EXISTS (SELECT FROM stancedb.statement s WHERE s.changeset_id <> p_changeset_id) THEN
        PERFORM FROM stancedb.statement s
        WHERE s.changeset_id <> p_changeset_id AND s.id IN (
            SELECT t.statement_id FROM stancedb.touched t WHERE t.changeset_id = p_changeset_id AND t.kind = 'statement'
            UNION ALL
            SELECT c.statement_id FROM stancedb.touched t JOIN stancedb.coding c ON c.id = t.coding_id
            WHERE t.changeset_id = p_changeset_id
            UNION ALL
            SELECT l.statement_id FROM stancedb.touched t JOIN stancedb.coding c ON c.id = t.coding_id
            JOIN stancedb.statement_link l ON l.target_id = c.statement_id AND l.kind = 'retracts'
            WHERE t.changeset_id = p_changeset_id
        ) ORDER BY s.id FOR NO KEY UPDATE;
    END IF;
    -- Only now, with the locks, is it certain which codings there are: those of the touched statements, of actors that
    -- were merged or parted, under the holder before and after, and of positions that were edited, merged or parted.
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
    -- A coding that went with the merge named its new holder when it did, so what is known of the one before is looked at.
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
    -- Until now the codings of a position that was merged counted for another, of another issue perhaps.
    SELECT p_changeset_id, 'coding', e.holder_id, e.issue_id, e.coding_id
    FROM history.position h JOIN stancedb.position m ON m.id = h.merged_into_id
    JOIN stancedb.evidence e ON e.issue_id = m.issue_id AND e.position_id = m.id AND e.known_until_id IS NULL
    WHERE h.ended_changeset_id = p_changeset_id
    UNION
    SELECT p_changeset_id, 'coding', t.holder_id, i.merged_into_id, t.coding_id
    FROM stancedb.touched t JOIN stancedb.issue i ON i.id = t.issue_id AND i.merged_into_id IS NOT NULL
    WHERE t.changeset_id = p_changeset_id AND t.kind = 'coding';

    WITH touched_coding AS (
        SELECT DISTINCT t.coding_id FROM stancedb.touched t
        WHERE t.changeset_id = p_changeset_id AND t.kind = 'coding'
    ),
    counting AS (
        SELECT c.id AS coding_id, coalesce(h.merged_into_id, h.id) AS holder_id, p.issue_id, p.id AS position_id,
            c.basis, p.kind AS position_kind, p.rank, p.score, c.statement_id
        FROM touched_coding t
        JOIN stancedb.coding c ON c.id = t.coding_id
        JOIN stancedb.position k ON k.issue_id = c.issue_id AND k.id = c.position_id
        -- A coding keeps naming the position it was made with, and counts for the one that this is merged into.
        JOIN stancedb.position p ON p.id = coalesce(k.merged_into_id, k.id)
        JOIN stancedb.actor h ON h.id = c.holder_id
        WHERE c.is_final
    ),
    due AS (
        SELECT 'expresses' AS act, c.holder_id, c.issue_id, c.position_id, c.position_kind, c.rank, c.score, s.said_from,
            s.said_to, s.authority, c.basis, s.verification, s.id AS statement_id, c.coding_id
        FROM counting c JOIN stancedb.statement s ON s.id = c.statement_id
        WHERE s.merged_into_id IS NULL AND s.retracted_on IS NULL AND s.verification NOT IN ('denied', 'refuted')
        UNION ALL
        SELECT 'retracts', c.holder_id, c.issue_id, c.position_id, c.position_kind, c.rank, c.score, r.said_from,
            r.said_to, r.authority, c.basis, r.verification, r.id, c.coding_id
        FROM counting c JOIN stancedb.statement s ON s.id = c.statement_id
        JOIN stancedb.statement_link l ON l.target_id = s.id AND l.kind = 'retracts'
        JOIN stancedb.statement r ON r.id = l.statement_id
        WHERE s.merged_into_id IS NULL AND s.retracted_on IS NULL AND s.verification NOT IN ('denied', 'refuted')
            AND r.merged_into_id IS NULL AND r.retracted_on IS NULL AND r.verification NOT IN ('denied', 'refuted')
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
        SELECT l.id, l.holder_id, l.issue_id, l.coding_id, l.statement_id, l.act FROM live l JOIN due d USING (holder_id, issue_id, coding_id, statement_id, act)
        WHERE (l.position_id, l.position_kind, l.rank, l.score, l.said_from, l.said_to, l.authority, l.basis, l.verification)
            IS NOT DISTINCT FROM
            (d.position_id, d.position_kind, d.rank, d.score, d.said_from, d.said_to, d.authority, d.basis, d.verification)
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
            verification, statement_id, coding_id, known_from_id
        )
        SELECT d.act, d.holder_id, d.issue_id, d.position_id, d.position_kind, d.rank, d.score, d.said_from, d.said_to,
            d.authority, d.basis, d.verification, d.statement_id, d.coding_id, p_changeset_id
        FROM due d
        WHERE NOT EXISTS (
            SELECT FROM same s
            WHERE (s.holder_id, s.issue_id, s.coding_id, s.statement_id, s.act)
                = (d.holder_id, d.issue_id, d.coding_id, d.statement_id, d.act)
        )
        -- To the last tie, so that the same load gives the same keys.
        ORDER BY d.holder_id, d.issue_id, d.said_from, d.coding_id, d.act, d.statement_id
        RETURNING holder_id, issue_id
    )
    INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id)
    SELECT p_changeset_id, 'pair', holder_id, issue_id FROM closed
    UNION
    SELECT p_changeset_id, 'pair', holder_id, issue_id FROM added;

    IF is_large THEN
        ANALYZE stancedb.touched;
        -- A fifth more of what is known already leaves the plans as they are.
        IF (SELECT 5 * count(*) FROM stancedb.touched t WHERE t.changeset_id = p_changeset_id)
            > (SELECT c.reltuples FROM pg_catalog.pg_class c WHERE c.oid = 'stancedb.evidence'::regclass)
        THEN
            ANALYZE stancedb.evidence (holder_id, issue_id, act, authority, basis, coding_id, known_until_id);
        END IF;
    END IF;

    PERFORM stancedb.settle_scale(p_changeset_id);
    PERFORM stancedb.settle_succession(p_changeset_id);

    -- The lock on a pair keeps two writers from deriving it side by side, each without the evidence of the other.
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
