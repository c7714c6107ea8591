-- name: stage
CREATE TEMPORARY TABLE staged_outlet (
    ordinal bigint, source text, line bigint,
    slug text, name text, kind text, country text, parent text, reliability text, citation text
) ON COMMIT DROP;

-- name: unknown_kinds
SELECT s.ordinal, s.source, s.line, 'kind' AS field, 'kind of outlet' AS noun, s.kind AS handle
FROM staged_outlet s
WHERE s.kind IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.outlet_kind k WHERE k.code = s.kind)
ORDER BY s.ordinal;

-- name: repeated
SELECT DISTINCT s.ordinal, s.source, s.line, 'slug' AS field, 'outlet' AS noun, s.slug AS handle
FROM staged_outlet s JOIN staged_outlet d ON d.slug = s.slug
WHERE s.ordinal > d.ordinal
ORDER BY s.ordinal;

-- name: own_parents
SELECT s.ordinal, s.source, s.line FROM staged_outlet s WHERE s.parent = s.slug ORDER BY s.ordinal;

-- name: unknown_parents
SELECT s.ordinal, s.source, s.line, 'parent' AS field, 'outlet' AS noun, s.parent AS handle, NULL AS nearest
FROM staged_outlet s
WHERE s.parent IS NOT NULL
    AND NOT EXISTS (SELECT FROM staged_outlet p WHERE p.slug = s.parent)
    AND NOT EXISTS (SELECT FROM stancedb.outlet p WHERE p.slug = s.parent)
ORDER BY s.ordinal;

-- name: outlets
SELECT s.slug, s.name, s.kind, s.country, s.reliability, s.citation FROM staged_outlet s;
