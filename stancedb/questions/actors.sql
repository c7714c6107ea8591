-- name: list_actors
SELECT a.slug AS actor, a.kind, a.name, m.slug AS merged_into, (
        SELECT string_agg(DISTINCT k.slug, ', ' ORDER BY k.slug)
        FROM {tenure} t
        JOIN {standing_actor} w ON w.id = t.person_id
        JOIN {standing_actor} o ON o.id = t.office_id
        JOIN {actor} k ON k.id = o.standing_id
        WHERE w.standing_id = a.id AND t.held @> current_date
            -- If two tenures meet on one day, or overlap because of coarse dates, the successor holds the office.
            AND NOT EXISTS (
                SELECT FROM {tenure} n
                WHERE n.office_id = t.office_id AND n.seat = t.seat AND n.person_id <> t.person_id
                    AND n.held @> current_date
                    AND stancedb.tenure_certain(t.held, t.held_edtf) << stancedb.tenure_certain(n.held, n.held_edtf)
            )
    ) AS holds,
    (
        SELECT count(*) FROM {statement} s JOIN {standing_actor} w ON w.id = s.speaker_id WHERE w.standing_id = a.id
    ) AS statements,
    (
        SELECT count(*) FROM {coding} c JOIN {standing_actor} w ON w.id = c.holder_id
        WHERE w.standing_id = a.id AND c.is_final
    ) AS codings
FROM {actor} a
LEFT JOIN {actor} m ON m.id = a.merged_into_id
WHERE true
    AND a.kind = :kind -- if :kind
ORDER BY a.kind, a.slug;

-- name: show_actor
SELECT a.slug AS actor, a.kind, a.name, m.slug AS merged_into, a.citation
FROM {actor} a LEFT JOIN {actor} m ON m.id = a.merged_into_id
WHERE a.id = :key;

-- name: merged
SELECT w.slug AS actor, w.name FROM {actor} w WHERE w.merged_into_id = :key ORDER BY w.slug;

-- name: names
SELECT n.language, n.name, n.kind FROM {actor_name} n WHERE n.actor_id = :key
ORDER BY n.kind <> 'preferred', n.language, n.name;

-- name: identifiers
SELECT i.scheme, i.value FROM {actor_identifier} i WHERE i.actor_id = :key ORDER BY i.scheme, i.value;

-- name: relations
-- Rows keep a merged actor; here they show the actor into which it was merged.
SELECT r.relation, k.slug AS object, r.during_edtf AS during
FROM {actor_relation} r
JOIN {standing_actor} s ON s.id = r.subject_id
JOIN {standing_actor} o ON o.id = r.object_id
JOIN {actor} k ON k.id = o.standing_id
WHERE :key IN (s.id, s.standing_id)
ORDER BY r.relation, k.slug, r.during;

-- name: tenures
SELECT p.slug AS person, o.slug AS office, t.seat, t.held_edtf AS held, t.is_acting
FROM {tenure} t
JOIN {standing_actor} x ON x.id = t.person_id
JOIN {actor} p ON p.id = x.standing_id
JOIN {standing_actor} y ON y.id = t.office_id
JOIN {actor} o ON o.id = y.standing_id
WHERE :key IN (x.id, p.id, y.id, o.id)
ORDER BY t.held, o.slug, t.seat, p.slug;

-- name: attributes
-- The actors whose rows are shown with the actor; for a merged actor, only itself.
SELECT x.key, x.value, x.during_edtf AS during
FROM (
    SELECT s.key, s.value, s.during_edtf, s.during FROM {shown_attribute} s WHERE s.actor_id = :key
    UNION ALL
    SELECT o.key, o.value, o.during_edtf, o.during
    FROM {actor_attribute} o JOIN {actor} a ON a.id = o.actor_id
    WHERE a.id = :key AND a.merged_into_id IS NOT NULL
) x
ORDER BY x.key COLLATE "C", x.during;

-- name: merges
-- Each merge of the actor with another and each separation, with author, time and reason.
WITH version AS (
    SELECT id, slug, merged_into_id, changeset_id FROM stancedb.actor
    UNION ALL
    SELECT id, slug, merged_into_id, changeset_id FROM history.actor
),
step AS (
    SELECT v.id, v.slug, v.merged_into_id, c.number, c.committed_at, c.author, c.message,
        lag(v.merged_into_id) OVER (PARTITION BY v.id ORDER BY c.number) AS before
    FROM version v
    JOIN stancedb.changeset c ON c.id = v.changeset_id
    WHERE v.id = :key OR v.id IN (SELECT id FROM version WHERE merged_into_id = :key)
)
SELECT s.number AS changeset, s.committed_at, s.author, s.message, s.slug AS actor, m.slug AS merged_into,
    p.slug AS parted_from
FROM step s
LEFT JOIN stancedb.actor m ON m.id = s.merged_into_id
LEFT JOIN stancedb.actor p ON p.id = s.before
WHERE s.merged_into_id IS DISTINCT FROM s.before AND :key IN (s.id, s.merged_into_id, s.before)
    AND s.number <= :upto -- if :upto
ORDER BY s.number, s.slug;

-- name: list_schemes
SELECT s.code AS scheme, s.label, s.definition, s.pattern, s.url_template,
    (SELECT count(*) FROM stancedb.actor_identifier i WHERE i.scheme = s.code) AS identifiers
FROM stancedb.identifier_scheme s
ORDER BY s.code;

-- name: list_outlets
SELECT o.slug AS outlet, o.name, o.kind, o.country, o.reliability,
    (SELECT count(*) FROM stancedb.article a WHERE a.outlet_id = o.id) AS articles
FROM stancedb.outlet o
ORDER BY o.slug;
