-- Update the days on which the person behind a touched office, or behind a government that an office governs, changed.
--
-- Rows still refer to merged actors, so persons, offices and governments are each replaced by the target of their
-- merge. Actors that were merged or unmerged are examined before and after.
--
-- Two tenures of one seat that share a single day, or that overlap only because their dates are imprecise, are a
-- handover: the new holder has the seat from the first day of the overlap, and the window of the change covers the
-- overlap. If tenures certainly overlap, which only a merge of offices can cause, both persons have the seat.
CREATE FUNCTION stancedb.settle_succession(p_changeset_id bigint) RETURNS void LANGUAGE sql AS $function$
    WITH kept AS (
        SELECT a.id, coalesce(a.merged_into_id, a.id) AS kept_id FROM stancedb.actor a
    ),
    touched AS (
        SELECT t.holder_id AS id FROM stancedb.touched t
        WHERE t.changeset_id = p_changeset_id AND t.kind IN ('office', 'actor')
    ),
    meant AS (
        SELECT t.id FROM touched t
        UNION
        SELECT k.kept_id FROM touched t JOIN kept k USING (id)
        UNION
        SELECT h.merged_into_id FROM touched t JOIN history.actor h USING (id)
        WHERE h.ended_changeset_id = p_changeset_id AND h.merged_into_id IS NOT NULL
    ),
    -- For a person, all offices that the person held are examined, including those of merged actors.
    seen AS (
        SELECT m.id FROM meant m
        UNION
        SELECT o.kept_id FROM meant m JOIN kept p ON p.kept_id = m.id JOIN stancedb.tenure t ON t.person_id = p.id
        JOIN kept o ON o.id = t.office_id
    ),
    holder AS (
        SELECT s.id FROM seen s
        UNION
        SELECT g.kept_id FROM seen s JOIN kept o ON o.kept_id = s.id
        JOIN stancedb.actor_relation r ON r.subject_id = o.id AND r.relation = 'governs'
        JOIN kept g ON g.id = r.object_id
    ),
    government AS (
        SELECT DISTINCT h.id AS holder_id, o.kept_id AS office_id, r.during
        FROM holder h JOIN stancedb.actor a ON a.id = h.id AND a.kind = 'government' JOIN kept g ON g.kept_id = h.id
        JOIN stancedb.actor_relation r ON r.object_id = g.id AND r.relation = 'governs'
        JOIN kept o ON o.id = r.subject_id
    ),
    held AS MATERIALIZED (
        SELECT t.id, o.kept_id AS office_id, t.seat, p.kept_id AS person_id, t.held,
            stancedb.tenure_certain(t.held, t.held_edtf) AS certain
        FROM stancedb.tenure t JOIN kept o ON o.id = t.office_id JOIN kept p ON p.id = t.person_id
        WHERE o.kept_id IN (SELECT h.id FROM holder h UNION ALL SELECT g.office_id FROM government g)
    ),
    handover AS (
        SELECT DISTINCT ON (h.id) h.id, h.office_id, lower(h.held * n.held) AS taken_on, upper(h.held * n.held) AS until
        FROM held h JOIN held n ON n.office_id = h.office_id AND n.seat = h.seat AND n.person_id <> h.person_id
            AND n.held && h.held AND h.certain << n.certain
        ORDER BY h.id, taken_on, until DESC
    ),
    term AS (
        SELECT h.office_id, h.seat, h.person_id, daterange(lower(h.held), least(upper(h.held), o.taken_on)) AS held
        FROM held h LEFT JOIN handover o USING (id)
        WHERE (lower(h.held) < o.taken_on) IS NOT FALSE
    ),
    -- A tenure begins and ends with a change unless the same person holds the seat before and after that day, even in a
    -- tenure without a government.
    changed AS (
        SELECT t.office_id, t.held, lower(t.held) AS changed_on FROM term t
        WHERE NOT lower_inf(t.held) AND NOT EXISTS (
            SELECT FROM term o
            WHERE (o.office_id, o.seat, o.person_id) = (t.office_id, t.seat, t.person_id)
                AND o.held @> lower(t.held) - 1
        )
        UNION ALL
        SELECT t.office_id, t.held, upper(t.held) FROM term t
        WHERE NOT upper_inf(t.held) AND NOT EXISTS (
            SELECT FROM term o
            WHERE (o.office_id, o.seat, o.person_id) = (t.office_id, t.seat, t.person_id) AND o.held @> upper(t.held)
        )
    ),
    window_of AS (
        SELECT c.office_id, c.held, c.changed_on, greatest(c.changed_on + 1, max(o.until)) AS changed_until
        FROM changed c LEFT JOIN handover o ON o.office_id = c.office_id AND o.taken_on = c.changed_on
        GROUP BY c.office_id, c.held, c.changed_on
    ),
    due AS (
        SELECT h.id AS holder_id, true AS is_own_office, c.changed_on, max(c.changed_until) AS changed_until
        FROM holder h JOIN window_of c ON c.office_id = h.id GROUP BY h.id, c.changed_on
        UNION ALL
        SELECT g.holder_id, false, c.changed_on, max(c.changed_until)
        FROM government g JOIN window_of c ON c.office_id = g.office_id AND c.held && g.during
        GROUP BY g.holder_id, c.changed_on
    ),
    closed AS (
        UPDATE stancedb.succession s SET known_until_id = p_changeset_id FROM holder h
        WHERE s.holder_id = h.id AND s.known_until_id IS NULL AND NOT EXISTS (
            SELECT FROM due d WHERE (d.holder_id, d.is_own_office, d.changed_on, d.changed_until)
                = (s.holder_id, s.is_own_office, s.changed_on, s.changed_until)
        )
        RETURNING s.holder_id
    ),
    added AS (
        INSERT INTO stancedb.succession (holder_id, is_own_office, changed_on, changed_until, known_from_id)
        SELECT d.holder_id, d.is_own_office, d.changed_on, d.changed_until, p_changeset_id FROM due d WHERE NOT EXISTS (
            SELECT FROM stancedb.succession s WHERE s.known_until_id IS NULL
                AND (s.holder_id, s.is_own_office, s.changed_on, s.changed_until)
                    = (d.holder_id, d.is_own_office, d.changed_on, d.changed_until)
        )
        RETURNING holder_id
    )
    INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id)
    SELECT p_changeset_id, 'pair', p.holder_id, p.issue_id FROM stancedb.pair p
    WHERE p.holder_id IN (SELECT holder_id FROM closed UNION SELECT holder_id FROM added)
$function$
