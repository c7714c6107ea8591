-- What staged lines call actors that nobody is called, each once with the first line that does; an identifier names nobody
-- who could be made of it.
SELECT DISTINCT ON (x.handle) x.handle, x.field, s.ordinal, s.source, s.line
FROM staged_statement s
CROSS JOIN LATERAL (
    VALUES (s.speaker, 'speaker'), (s.holder, 'holder'), (s.on_behalf_of, 'on_behalf_of')
) x (handle, field)
WHERE x.handle IS NOT NULL
    AND NOT EXISTS (SELECT FROM stancedb.actor a WHERE a.slug = x.handle)
    AND NOT EXISTS (SELECT FROM stancedb.identifier_scheme i WHERE i.code = split_part(x.handle, ':', 1))
ORDER BY x.handle, s.ordinal
