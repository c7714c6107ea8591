-- On which days did the person behind a touched office, or behind a government that an office governs, change?
CREATE FUNCTION stancedb.settle_succession(p_changeset_id bigint) RETURNS void LANGUAGE sql AS $function$
    WITH holder AS (
        SELECT t.holder_id AS id FROM stancedb.touched t
        WHERE t.changeset_id = p_changeset_id AND t.kind IN ('office', 'actor')
        UNION
        SELECT r.object_id FROM stancedb.touched t JOIN stancedb.actor_relation r ON r.subject_id = t.holder_id
        WHERE t.changeset_id = p_changeset_id AND t.kind IN ('office', 'actor') AND r.relation = 'governs'
    ),
    boundary AS (
        SELECT h.id AS holder_id, true AS is_own_office, t.seat, t.office_id, t.person_id, t.held_from, t.held_to
        FROM holder h JOIN stancedb.tenure t ON t.office_id = h.id
        UNION ALL
        SELECT h.id, false, t.seat, t.office_id, t.person_id, t.held_from, t.held_to
        FROM holder h
        JOIN stancedb.actor g ON g.id = h.id AND g.kind = 'government'
        JOIN stancedb.actor_relation r ON r.object_id = h.id AND r.relation = 'governs'
        JOIN stancedb.tenure t ON t.office_id = r.subject_id AND t.held && r.during
    ),
    due AS (
        -- A tenure begins and ends with a change unless the same person holds the seat before and after that day, be it
        -- in a tenure that a government has nothing to do with.
        SELECT b.holder_id, b.is_own_office, b.held_from AS changed_on FROM boundary b
        WHERE b.held_from IS NOT NULL AND NOT EXISTS (
            SELECT FROM stancedb.tenure o
            WHERE (o.office_id, o.seat, o.person_id, o.held_to) = (b.office_id, b.seat, b.person_id, b.held_from)
        )
        UNION
        SELECT b.holder_id, b.is_own_office, b.held_to FROM boundary b
        WHERE b.held_to IS NOT NULL AND NOT EXISTS (
            SELECT FROM stancedb.tenure o
            WHERE (o.office_id, o.seat, o.person_id, o.held_from) = (b.office_id, b.seat, b.person_id, b.held_to)
        )
    ),
    closed AS (
        UPDATE stancedb.succession s SET known_until_id = p_changeset_id FROM holder h
        WHERE s.holder_id = h.id AND s.known_until_id IS NULL AND NOT EXISTS (
            SELECT FROM due d WHERE (d.holder_id, d.is_own_office, d.changed_on) = (s.holder_id, s.is_own_office, s.changed_on)
        )
        RETURNING s.holder_id
    ),
    added AS (
        INSERT INTO stancedb.succession (holder_id, is_own_office, changed_on, known_from_id)
        SELECT d.holder_id, d.is_own_office, d.changed_on, p_changeset_id FROM due d WHERE NOT EXISTS (
            SELECT FROM stancedb.succession s WHERE s.known_until_id IS NULL
                AND (s.holder_id, s.is_own_office, s.changed_on) = (d.holder_id, d.is_own_office, d.changed_on)
        )
        RETURNING holder_id
    )
    INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id)
    SELECT p_changeset_id, 'pair', p.holder_id, p.issue_id FROM stancedb.pair p
    WHERE p.holder_id IN (SELECT holder_id FROM closed UNION SELECT holder_id FROM added)
$function$
