-- name: mentions
SELECT m.id, m.quote, m.prefix, m.suffix, m.char_start, m.char_end, m.rendering, m.asserts, s.slug AS statement,
    s.summary, s.said_edtf AS said, k.slug AS speaker, a.slug AS article, a.url, a.language, v.text_sha256,
    v.retrieved_at, g.committed_at, (
        SELECT json_agg(json_build_object('holder', h.slug, 'issue', i.slug, 'position', p.slug, 'coder', o.name,
            'coder_kind', o.kind) ORDER BY h.slug COLLATE "C", i.slug COLLATE "C")
        FROM stancedb.coding c JOIN stancedb.actor h ON h.id = c.holder_id JOIN stancedb.issue i ON i.id = c.issue_id
        LEFT JOIN stancedb.position p ON p.id = c.position_id JOIN stancedb.coder o ON o.id = c.coder_id
        WHERE c.statement_id = s.id AND c.is_final
    ) AS codings
FROM stancedb.mention m JOIN stancedb.statement s ON s.id = m.statement_id
JOIN stancedb.article_version v ON v.id = m.article_version_id JOIN stancedb.article a ON a.id = v.article_id
JOIN stancedb.actor k ON k.id = s.speaker_id JOIN stancedb.changeset g ON g.id = m.changeset_id
WHERE s.retracted_on IS NULL AND s.merged_into_id IS NULL AND a.retracted_on IS NULL AND m.rank <> 'deprecated'
ORDER BY a.slug COLLATE "C", m.char_start, m.char_end, s.slug COLLATE "C";

-- name: left_out
SELECT count(*) AS mentions
FROM stancedb.mention m JOIN stancedb.statement s ON s.id = m.statement_id
JOIN stancedb.article_version v ON v.id = m.article_version_id JOIN stancedb.article a ON a.id = v.article_id
WHERE NOT (
    s.retracted_on IS NULL AND s.merged_into_id IS NULL AND a.retracted_on IS NULL AND m.rank <> 'deprecated'
);
