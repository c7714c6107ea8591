-- name: records
-- Each actor with names, identifiers, relations, tenures and attributes. The language of the record is that of the preferred
-- name that is the main name. The loader takes the first name in a language as preferred and later names as aliases, so an
-- alias needs a preferred name before it.
SELECT a.slug, a.kind, a.name, coalesce(main.language, 'en') AS language,
    ARRAY(SELECT n.language || ':' || n.name FROM stancedb.actor_name n
        WHERE n.actor_id = a.id AND n.id IS DISTINCT FROM main.id AND n.used = '(,)'
            AND (n.kind = 'preferred' OR n.kind = 'alias' AND EXISTS (
                SELECT FROM stancedb.actor_name p WHERE p.actor_id = n.actor_id AND p.language = n.language
                    AND p.kind = 'preferred' AND p.used = '(,)'
            ))
        ORDER BY n.language COLLATE "C", n.kind <> 'preferred', n.name COLLATE "C") AS other_names,
    ARRAY(SELECT i.scheme || ':' || i.value FROM stancedb.actor_identifier i WHERE i.actor_id = a.id
        ORDER BY i.scheme COLLATE "C", i.value COLLATE "C") AS identifiers,
    ARRAY(SELECT r.relation || ':' || o.slug || coalesce('@' || r.during_edtf, '') FROM stancedb.actor_relation r
        JOIN stancedb.actor o ON o.id = r.object_id WHERE r.subject_id = a.id
        ORDER BY r.relation, o.slug COLLATE "C", r.during) AS relations,
    ARRAY(SELECT o.slug || CASE WHEN t.seat > 1 THEN '#' || t.seat ELSE '' END || '@' || t.held_edtf
        || CASE WHEN t.is_acting THEN '!acting' ELSE '' END FROM stancedb.tenure t
        JOIN stancedb.actor o ON o.id = t.office_id WHERE t.person_id = a.id
        ORDER BY t.held, o.slug COLLATE "C", t.seat) AS tenures,
    ARRAY(SELECT x.key || coalesce('@' || x.during_edtf, '') || ':' || x.value FROM stancedb.actor_attribute x
        WHERE x.actor_id = a.id ORDER BY x.key COLLATE "C", x.during) AS attributes,
    a.citation
FROM stancedb.actor a
LEFT JOIN LATERAL (
    SELECT n.id, n.language FROM stancedb.actor_name n
    WHERE n.actor_id = a.id AND n.name = a.name AND n.kind = 'preferred' AND n.used = '(,)'
    ORDER BY n.language <> 'en', n.language LIMIT 1
) main ON true
ORDER BY a.slug COLLATE "C";

-- name: left_out
SELECT
    (SELECT count(*) FROM stancedb.actor WHERE merged_into_id IS NOT NULL) AS merged,
    (
        SELECT count(*) FROM stancedb.actor_name n
        WHERE NOT (n.used = '(,)' AND (n.kind = 'preferred' OR n.kind = 'alias' AND EXISTS (
            SELECT FROM stancedb.actor_name p WHERE p.actor_id = n.actor_id AND p.language = n.language
                AND p.kind = 'preferred' AND p.used = '(,)'
        )))
    ) AS names,
    (
        SELECT count(*) FROM stancedb.actor a
        WHERE NOT EXISTS (
            SELECT FROM stancedb.actor_name n
            WHERE n.actor_id = a.id AND n.name = a.name AND n.kind = 'preferred' AND n.used = '(,)'
        )
    ) AS without_main_name,
    (
        SELECT count(*) FROM stancedb.tenure t JOIN stancedb.actor a ON a.id = t.person_id
        WHERE t.citation IS DISTINCT FROM a.citation
    ) AS other_sources,
    (SELECT count(*) FROM stancedb.actor_relation WHERE during_edtf IS NULL AND during <> '(,)')
        + (SELECT count(*) FROM stancedb.actor_attribute WHERE during_edtf IS NULL AND during <> '(,)') AS bounds,
    (SELECT count(*) FROM history.actor) + (SELECT count(*) FROM history.actor_name)
        + (SELECT count(*) FROM history.actor_identifier) + (SELECT count(*) FROM history.actor_relation)
        + (SELECT count(*) FROM history.tenure) + (SELECT count(*) FROM history.actor_attribute) AS earlier_versions;
