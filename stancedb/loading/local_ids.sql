-- An id that holds in its outlet alone is another article where an article of another outlet has it.
UPDATE staged_article s SET slug = s.outlet || '-' || s.slug
FROM stancedb.article a JOIN stancedb.outlet o ON o.id = a.outlet_id
WHERE s.id_is_local AND a.slug = s.slug AND o.slug <> s.outlet AND a.id <= :last
