-- name: stage_actors
CREATE TEMPORARY TABLE staged_actor (
    ordinal bigint, source text, line bigint, slug text, kind text, name text, citation text
) ON COMMIT DROP;

-- name: stage_names
CREATE TEMPORARY TABLE staged_actor_name (
    ordinal bigint, source text, line bigint, slug text, language text, name text, kind text
) ON COMMIT DROP;

-- name: stage_identifiers
CREATE TEMPORARY TABLE staged_identifier (
    ordinal bigint, source text, line bigint, slug text, scheme text, value text
) ON COMMIT DROP;

-- name: stage_relations
CREATE TEMPORARY TABLE staged_relation (
    ordinal bigint, source text, line bigint,
    slug text, relation text, object text, during daterange, during_edtf text
) ON COMMIT DROP;

-- name: stage_tenures
CREATE TEMPORARY TABLE staged_tenure (
    ordinal bigint, source text, line bigint,
    slug text, office text, seat bigint, held daterange, held_edtf text, is_acting boolean, citation text
) ON COMMIT DROP;

-- name: stage_attributes
CREATE TEMPORARY TABLE staged_attribute (
    ordinal bigint, source text, line bigint, place bigint,
    slug text, key text, value text, during daterange, during_edtf text
) ON COMMIT DROP;

-- name: take_known_seats
-- A staged tenure that exists in another seat of its office takes that seat: nobody holds two seats for the same days,
-- and files written before 'db upgrade' corrected second seats still name the old seats.
UPDATE staged_tenure s SET seat = t.seat
FROM stancedb.tenure t JOIN stancedb.actor p ON p.id = t.person_id JOIN stancedb.actor o ON o.id = t.office_id
WHERE p.slug = s.slug AND o.slug = s.office AND t.held = s.held AND t.seat <> s.seat
    AND NOT EXISTS (
        SELECT FROM stancedb.tenure n
        WHERE (n.person_id, n.office_id, n.seat, n.held) = (t.person_id, t.office_id, s.seat, s.held)
    )
    AND NOT EXISTS (
        SELECT FROM staged_tenure n WHERE (n.slug, n.office, n.seat) = (s.slug, s.office, t.seat) AND n.held && s.held
    );

-- name: other_relations
-- Existing relations that begin on the same day as a staged one and end on a different day.
SELECT t.id
FROM staged_relation s
JOIN stancedb.actor p ON p.slug = s.slug
JOIN stancedb.actor o ON o.slug = s.object
JOIN stancedb.actor_relation t ON t.subject_id = p.id AND t.object_id = o.id AND t.relation = s.relation
WHERE t.during_from IS NOT DISTINCT FROM lower(s.during) AND t.during <> s.during;

-- name: leave_relations
-- Drop the staged relations that would shorten or extend one that a user entered.
DELETE FROM staged_relation s
USING by_hand b
JOIN stancedb.actor_relation t ON t.id = b.id
JOIN stancedb.actor p ON p.id = t.subject_id
JOIN stancedb.actor o ON o.id = t.object_id
WHERE p.slug = s.slug AND o.slug = s.object AND t.relation = s.relation
    AND t.during_from IS NOT DISTINCT FROM lower(s.during) AND t.during <> s.during;

-- name: move_relations
UPDATE stancedb.actor_relation t SET during = s.during, during_edtf = s.during_edtf
FROM staged_relation s, stancedb.actor p, stancedb.actor o
WHERE p.slug = s.slug AND o.slug = s.object
    AND t.subject_id = p.id AND t.object_id = o.id AND t.relation = s.relation
    AND t.during_from IS NOT DISTINCT FROM lower(s.during) AND t.during <> s.during;

-- name: other_tenures
-- Existing tenures that begin on the same day as a staged one and end on a different day.
SELECT t.id
FROM staged_tenure s
JOIN stancedb.actor p ON p.slug = s.slug
JOIN stancedb.actor o ON o.slug = s.office
JOIN stancedb.tenure t ON t.person_id = p.id AND t.office_id = o.id AND t.seat = s.seat
WHERE t.held_from IS NOT DISTINCT FROM lower(s.held) AND t.held <> s.held;

-- name: leave_tenures
-- Drop the staged tenures that would shorten or extend one that a user entered.
DELETE FROM staged_tenure s
USING by_hand b
JOIN stancedb.tenure t ON t.id = b.id
JOIN stancedb.actor p ON p.id = t.person_id
JOIN stancedb.actor o ON o.id = t.office_id
WHERE p.slug = s.slug AND o.slug = s.office AND t.seat = s.seat
    AND t.held_from IS NOT DISTINCT FROM lower(s.held) AND t.held <> s.held;

-- name: move_tenures
UPDATE stancedb.tenure t SET held = s.held, held_edtf = s.held_edtf
FROM staged_tenure s, stancedb.actor p, stancedb.actor o
WHERE p.slug = s.slug AND o.slug = s.office
    AND t.person_id = p.id AND t.office_id = o.id AND t.seat = s.seat
    AND t.held_from IS NOT DISTINCT FROM lower(s.held) AND t.held <> s.held;

-- name: other_attributes
-- Existing attributes that begin on the same day as a staged one and end on a different day.
SELECT t.id
FROM staged_attribute s
JOIN stancedb.actor a ON a.slug = s.slug
JOIN stancedb.actor_attribute t ON t.actor_id = a.id AND t.key = s.key
WHERE t.during_from IS NOT DISTINCT FROM lower(s.during) AND t.during <> s.during;

-- name: leave_attributes
-- Drop the staged attributes that would shorten or extend one that a user entered.
DELETE FROM staged_attribute s
USING by_hand b
JOIN stancedb.actor_attribute t ON t.id = b.id
JOIN stancedb.actor a ON a.id = t.actor_id
WHERE a.slug = s.slug AND t.key = s.key
    AND t.during_from IS NOT DISTINCT FROM lower(s.during) AND t.during <> s.during;

-- name: move_attributes
UPDATE stancedb.actor_attribute t SET during = s.during, during_edtf = s.during_edtf
FROM staged_attribute s, stancedb.actor a
WHERE a.slug = s.slug AND t.actor_id = a.id AND t.key = s.key
    AND t.during_from IS NOT DISTINCT FROM lower(s.during) AND t.during <> s.during;

-- name: repeated_actors
SELECT DISTINCT s.ordinal, s.source, s.line, 'slug' AS field, 'actor' AS noun, s.slug AS handle
FROM staged_actor s JOIN staged_actor d ON d.slug = s.slug
WHERE s.ordinal > d.ordinal
ORDER BY s.ordinal;

-- name: unknown_schemes
SELECT s.ordinal, s.source, s.line, 'identifiers' AS field, 'identifier scheme' AS noun, s.scheme AS handle
FROM staged_identifier s
WHERE NOT EXISTS (SELECT FROM stancedb.identifier_scheme i WHERE i.code = s.scheme)
ORDER BY s.ordinal;

-- name: malformed_identifiers
SELECT DISTINCT s.ordinal, s.source, s.line, s.value, i.label, i.pattern
FROM staged_identifier s JOIN stancedb.identifier_scheme i ON i.code = s.scheme
WHERE s.value !~ i.pattern
ORDER BY s.ordinal;

-- name: taken_identifiers
SELECT DISTINCT s.ordinal, s.source, s.line, s.scheme, s.value, a.slug AS owner
FROM staged_identifier s
JOIN stancedb.actor_identifier i ON i.scheme = s.scheme AND i.value = s.value
JOIN stancedb.actor a ON a.id = i.actor_id
WHERE a.slug <> s.slug
ORDER BY s.ordinal;

-- name: shared_identifiers
SELECT DISTINCT s.ordinal, s.source, s.line, s.scheme, s.value, d.slug AS other
FROM staged_identifier s JOIN staged_identifier d ON d.scheme = s.scheme AND d.value = s.value
WHERE d.slug < s.slug
ORDER BY s.ordinal;

-- name: second_identifiers
-- Staged identifiers in a worldwide scheme whose actor has, or also gets, another one in the same scheme. Existing
-- second identifiers were forced or are older than the rule, and are not rejected again.
WITH new AS (
    SELECT s.ordinal, s.source, s.line, s.slug, s.scheme, s.value, a.id AS actor_id
    FROM staged_identifier s LEFT JOIN stancedb.actor a ON a.slug = s.slug
    WHERE s.scheme = ANY (:schemes)
        AND NOT EXISTS (
            SELECT FROM stancedb.actor_identifier i
            WHERE i.actor_id = a.id AND i.scheme = s.scheme AND i.value = s.value
        )
),
-- Actors merged into the same actor count as one.
had AS (
    SELECT n.ordinal, n.scheme, n.value, i.value AS other
    FROM new n
    JOIN stancedb.standing_actor a ON a.id = n.actor_id
    JOIN stancedb.standing_actor k ON k.standing_id = a.standing_id
    JOIN stancedb.actor_identifier i ON i.actor_id = k.id AND i.scheme = n.scheme AND i.value <> n.value
),
beside AS (
    SELECT n.ordinal, n.scheme, n.value, s.value AS other
    FROM new n JOIN staged_identifier s ON s.slug = n.slug AND s.scheme = n.scheme AND s.value < n.value
)
SELECT DISTINCT ON (n.ordinal, n.scheme) n.ordinal, n.source, n.line, n.slug, n.scheme, n.value, o.other
FROM new n JOIN (SELECT * FROM had UNION ALL SELECT * FROM beside) o USING (ordinal, scheme, value)
ORDER BY n.ordinal, n.scheme, n.value, o.other;

-- name: unknown_objects
SELECT DISTINCT s.ordinal, s.source, s.line, 'relations' AS field, s.object AS handle
FROM staged_relation s
WHERE NOT EXISTS (SELECT FROM staged_actor a WHERE a.slug = s.object)
    AND NOT EXISTS (SELECT FROM stancedb.actor a WHERE a.slug = s.object)
ORDER BY s.ordinal;

-- name: unknown_offices
SELECT DISTINCT s.ordinal, s.source, s.line, 'tenures' AS field, s.office AS handle
FROM staged_tenure s
WHERE NOT EXISTS (SELECT FROM staged_actor a WHERE a.slug = s.office)
    AND NOT EXISTS (SELECT FROM stancedb.actor a WHERE a.slug = s.office)
ORDER BY s.ordinal;

-- name: own_relations
SELECT DISTINCT s.ordinal, s.source, s.line, concat(s.relation, ':', s.object, '@' || s.during_edtf) AS relation
FROM staged_relation s
WHERE s.object = s.slug
ORDER BY s.ordinal;

-- name: overlapping_relations
SELECT DISTINCT s.ordinal, s.source, s.line, concat(s.relation, ':', s.object, '@' || s.during_edtf) AS relation,
    concat(d.relation, ':', d.object, '@' || d.during_edtf) AS other
FROM staged_relation s
JOIN staged_relation d ON d.slug = s.slug AND d.relation = s.relation AND d.object = s.object
WHERE (d.ordinal, d.during) < (s.ordinal, s.during) AND d.during && s.during
ORDER BY s.ordinal;

-- name: known_relations
-- Staged relations that overlap an existing one that is not staged.
SELECT DISTINCT s.ordinal, s.source, s.line, concat(s.relation, ':', s.object, '@' || s.during_edtf) AS relation,
    coalesce(t.during_edtf, 'without dates') AS known
FROM staged_relation s
JOIN stancedb.actor a ON a.slug = s.slug
JOIN stancedb.actor o ON o.slug = s.object
JOIN stancedb.actor_relation t ON t.subject_id = a.id AND t.object_id = o.id AND t.relation = s.relation
WHERE t.during && s.during AND t.during_from IS DISTINCT FROM lower(s.during)
    AND NOT EXISTS (
        SELECT FROM staged_relation d
        WHERE d.slug = s.slug AND d.relation = s.relation AND d.object = s.object
            AND lower(d.during) IS NOT DISTINCT FROM t.during_from
    )
ORDER BY s.ordinal;

-- name: overlapping_attributes
SELECT DISTINCT s.ordinal, s.source, s.line, concat(s.key, '@' || s.during_edtf, ':', s.value) AS attribute,
    concat(d.key, '@' || d.during_edtf, ':', d.value) AS other
FROM staged_attribute s JOIN staged_attribute d ON d.slug = s.slug AND d.key = s.key
WHERE (d.ordinal, d.place) < (s.ordinal, s.place) AND d.during && s.during
ORDER BY s.ordinal;

-- name: known_attributes
-- Staged attributes that overlap an existing one that is not staged.
SELECT DISTINCT s.ordinal, s.source, s.line, concat(s.key, '@' || s.during_edtf, ':', s.value) AS attribute,
    concat(t.key, '@' || t.during_edtf, ':', t.value) AS known
FROM staged_attribute s
JOIN stancedb.actor a ON a.slug = s.slug
JOIN stancedb.actor_attribute t ON t.actor_id = a.id AND t.key = s.key
WHERE t.during && s.during AND t.during_from IS DISTINCT FROM lower(s.during)
    AND NOT EXISTS (
        SELECT FROM staged_attribute d
        WHERE d.slug = s.slug AND d.key = s.key AND lower(d.during) IS NOT DISTINCT FROM t.during_from
    )
ORDER BY s.ordinal;

-- name: own_tenures
SELECT DISTINCT s.ordinal, s.source, s.line FROM staged_tenure s WHERE s.office = s.slug ORDER BY s.ordinal;

-- name: overlapping_tenures
-- Two tenures that share a single day, or whose imprecise dates may just meet, are a handover.
SELECT DISTINCT s.ordinal, s.source, s.line, s.office, s.held_edtf AS held, d.slug AS holder, d.held_edtf AS other
FROM staged_tenure s JOIN staged_tenure d ON d.office = s.office AND d.seat = s.seat
WHERE (d.ordinal, d.held) < (s.ordinal, s.held) AND d.held && s.held
    AND stancedb.tenure_certain(d.held, d.held_edtf) && stancedb.tenure_certain(s.held, s.held_edtf)
ORDER BY s.ordinal;

-- name: known_tenures
-- Staged tenures that overlap an existing tenure of another person, or of the same person if it is not staged.
SELECT DISTINCT s.ordinal, s.source, s.line, s.office, s.held_edtf AS held, p.slug AS holder, t.held_edtf AS other
FROM staged_tenure s
JOIN stancedb.actor o ON o.slug = s.office
JOIN stancedb.tenure t ON t.office_id = o.id AND t.seat = s.seat
JOIN stancedb.actor p ON p.id = t.person_id
WHERE t.held && s.held
    AND stancedb.tenure_certain(t.held, t.held_edtf) && stancedb.tenure_certain(s.held, s.held_edtf)
    AND NOT (p.slug = s.slug AND t.held_from IS NOT DISTINCT FROM lower(s.held))
    AND NOT EXISTS (
        SELECT FROM staged_tenure d
        WHERE d.slug = p.slug AND d.office = s.office AND d.seat = s.seat
            AND lower(d.held) IS NOT DISTINCT FROM t.held_from
    )
ORDER BY s.ordinal;

-- name: left_out_statements
-- Staged tenures that would no longer cover statements made in the existing tenures.
SELECT DISTINCT s.ordinal, s.source, s.line, s.office, s.held_edtf AS held, x.statement, x.said, x.statements
FROM staged_tenure s
JOIN stancedb.actor p ON p.slug = s.slug
JOIN stancedb.actor o ON o.slug = s.office
JOIN stancedb.tenure t ON t.person_id = p.id AND t.office_id = o.id AND t.seat = s.seat
    AND t.held_from IS NOT DISTINCT FROM lower(s.held) AND t.held <> s.held
CROSS JOIN LATERAL (
    SELECT (array_agg(st.slug ORDER BY st.said, st.slug))[1] AS statement,
        (array_agg(st.said_edtf ORDER BY st.said, st.slug))[1] AS said, count(*) AS statements
    FROM stancedb.statement st
    WHERE st.tenure_id = t.id AND NOT st.said && s.held
) x
WHERE true
    AND x.statements = 1 -- if :only_one
    AND x.statements > 1 -- if :several
ORDER BY s.ordinal;

-- name: actors
SELECT s.slug, s.kind, s.name, s.citation FROM staged_actor s;

-- name: outdated_names
-- Preferred names that staged names replace.
SELECT t.id
FROM staged_actor_name s
JOIN stancedb.actor a ON a.slug = s.slug
JOIN stancedb.actor_name t ON t.actor_id = a.id AND t.language = s.language
WHERE t.kind = 'preferred' AND s.kind = 'preferred' AND t.name <> s.name;

-- name: keep_preferred_names
-- If a preferred name stays, the staged name becomes an alias.
UPDATE staged_actor_name s SET kind = 'alias'
FROM stancedb.actor a JOIN stancedb.actor_name t ON t.actor_id = a.id
WHERE a.slug = s.slug AND t.language = s.language
    AND t.kind = 'preferred' AND s.kind = 'preferred' AND t.name <> s.name
    AND EXISTS (SELECT FROM by_hand b WHERE b.id = t.id) -- if :only_by_hand
;

-- name: replace_preferred_names
-- A new preferred name makes the previous one a former name.
UPDATE stancedb.actor_name t SET kind = 'former'
FROM staged_actor_name s JOIN stancedb.actor a ON a.slug = s.slug
WHERE t.actor_id = a.id AND t.language = s.language
    AND t.kind = 'preferred' AND s.kind = 'preferred' AND t.name <> s.name;

-- name: names
SELECT DISTINCT ON (a.id, s.language, s.name) a.id AS actor_id, s.language, s.name, s.kind
FROM staged_actor_name s JOIN stancedb.actor a ON a.slug = s.slug
ORDER BY a.id, s.language, s.name, s.kind DESC;

-- name: identifiers
SELECT DISTINCT s.scheme, s.value, a.id AS actor_id
FROM staged_identifier s JOIN stancedb.actor a ON a.slug = s.slug;

-- name: relations
SELECT DISTINCT ON (a.id, s.relation, o.id, lower(s.during)) a.id AS subject_id, s.relation, o.id AS object_id,
    s.during, s.during_edtf
FROM staged_relation s
JOIN stancedb.actor a ON a.slug = s.slug
JOIN stancedb.actor o ON o.slug = s.object;

-- name: tenures
SELECT p.id AS person_id, o.id AS office_id, s.seat, s.held, s.held_edtf, s.is_acting, s.citation
FROM staged_tenure s
JOIN stancedb.actor p ON p.slug = s.slug
JOIN stancedb.actor o ON o.slug = s.office;

-- name: attributes
SELECT a.id AS actor_id, s.key, s.value, s.during, s.during_edtf
FROM staged_attribute s JOIN stancedb.actor a ON a.slug = s.slug;
