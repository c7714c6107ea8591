-- name: unknown_names
-- Names in staged lines that match no actor, each with its first line; no actor can be created from an identifier.
SELECT DISTINCT ON (x.handle) x.handle, x.field, s.ordinal, s.source, s.line
FROM staged_statement s
CROSS JOIN LATERAL (
    VALUES (s.speaker, 'speaker'), (s.holder, 'holder'), (s.on_behalf_of, 'on_behalf_of')
) x (handle, field)
WHERE x.handle IS NOT NULL
    AND NOT EXISTS (SELECT FROM stancedb.actor a WHERE a.slug = x.handle)
    AND NOT EXISTS (SELECT FROM stancedb.identifier_scheme i WHERE i.code = split_part(x.handle, ':', 1))
ORDER BY x.handle, s.ordinal;

-- name: taken_slugs
SELECT slug FROM stancedb.actor WHERE slug = ANY (:slugs);

-- name: put_slugs
-- Replace names in staged lines with the slugs of the new actors.
WITH made AS (
    SELECT m.handle, m.slug FROM unnest(CAST(:handles AS text[]), CAST(:slugs AS text[])) m(handle, slug)
)
UPDATE staged_statement s SET
    speaker = coalesce(p.slug, s.speaker),
    holder = coalesce(h.slug, s.holder),
    on_behalf_of = coalesce(b.slug, s.on_behalf_of)
FROM staged_statement x
LEFT JOIN made p ON p.handle = x.speaker
LEFT JOIN made h ON h.handle = x.holder
LEFT JOIN made b ON b.handle = x.on_behalf_of
WHERE x.ordinal = s.ordinal AND num_nonnulls(p.slug, h.slug, b.slug) > 0;
