-- A staged tenure that is known in another seat of its office takes that one: nobody holds two seats for the same days, and
-- a file that was written before 'db upgrade' put second seats right still names them.
UPDATE staged_tenure s SET seat = t.seat
FROM stancedb.tenure t JOIN stancedb.actor p ON p.id = t.person_id JOIN stancedb.actor o ON o.id = t.office_id
WHERE p.slug = s.slug AND o.slug = s.office AND t.held = s.held AND t.seat <> s.seat
    AND NOT EXISTS (
        SELECT FROM stancedb.tenure n
        WHERE (n.person_id, n.office_id, n.seat, n.held) = (t.person_id, t.office_id, s.seat, s.held)
    )
    AND NOT EXISTS (
        SELECT FROM staged_tenure n WHERE (n.slug, n.office, n.seat) = (s.slug, s.office, t.seat) AND n.held && s.held
    )
