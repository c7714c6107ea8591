-- name: records
-- Each statement and mention that a file can contain: the loader looks for quotes in the newest text of articles that are
-- not withdrawn. An office is written if the loader would find the same tenure by it: on the day, in a database without
-- merges; among several terms in the office, the term that began last.
SELECT st.slug AS statement, sp.slug AS speaker, CASE WHEN named.id = held.id THEN o.slug END AS office,
    b.slug AS on_behalf_of, st.capacity, st.authority, st.act, st.said_edtf AS said, st.said_phrase, st.said_at,
    st.ends, st.zone, st.place, e.slug AS event, st.summary, st.verification, st.self_declared,
    ARRAY(SELECT a.slug FROM stancedb.statement_addressee x JOIN stancedb.actor a ON a.id = x.actor_id
        WHERE x.statement_id = st.id AND x.role = 'addressee' ORDER BY a.slug COLLATE "C") AS addressees,
    ARRAY(SELECT l.kind || ':' || t.slug FROM stancedb.statement_link l JOIN stancedb.statement t ON t.id = l.target_id
        WHERE l.statement_id = st.id AND t.retracted_on IS NULL AND t.merged_into_id IS NULL
        ORDER BY l.kind, t.slug COLLATE "C") AS links,
    st.citation,
    (
        SELECT json_agg(json_build_object('mention', m.id, 'article', a.slug, 'quote', m.quote, 'prefix', m.prefix,
            'suffix', m.suffix, 'rendering', m.rendering, 'asserts', m.asserts, 'attribution', m.attribution,
            'start', m.char_start, 'body', CASE WHEN NOT (
                strpos(v.body, m.quote) = m.char_start + 1 AND strpos(substr(v.body, m.char_start + 2), m.quote) = 0
            ) THEN v.body END) ORDER BY a.slug COLLATE "C", m.char_start, m.char_end)
        FROM stancedb.mention m JOIN stancedb.newest_text v ON v.id = m.article_version_id
        JOIN stancedb.article a ON a.id = v.article_id
        WHERE m.statement_id = st.id AND m.rank <> 'deprecated' AND a.retracted_on IS NULL
    ) AS mentions,
    (
        SELECT json_agg(json_build_object('holder', h.slug, 'issue', i.slug, 'position', p.slug, 'basis', c.basis,
            'explicitness', c.explicitness, 'condition', c.condition, 'vagueness', c.vagueness,
            'confidence', c.confidence, 'rationale', c.rationale, 'coder', k.name, 'coder_kind', k.kind,
            'codebook', w.label, 'mention', c.mention_id, 'status', c.status, 'final', c.is_final, 'attributes', ARRAY(
                SELECT x.key || ':' || x.value FROM stancedb.coding_attribute x
                WHERE x.coding_id = c.id ORDER BY x.key COLLATE "C"
            ))
            ORDER BY h.slug COLLATE "C", i.slug COLLATE "C", k.name COLLATE "C", w.label COLLATE "C")
        FROM stancedb.coding c JOIN stancedb.actor h ON h.id = c.holder_id JOIN stancedb.issue i ON i.id = c.issue_id
        LEFT JOIN stancedb.position p ON p.id = c.position_id JOIN stancedb.coder k ON k.id = c.coder_id
        JOIN stancedb.codebook_version w ON w.id = c.codebook_version_id WHERE c.statement_id = st.id
    ) AS codings
FROM stancedb.statement st JOIN stancedb.actor sp ON sp.id = st.speaker_id
LEFT JOIN stancedb.actor b ON b.id = st.on_behalf_of_id LEFT JOIN stancedb.event e ON e.id = st.event_id
LEFT JOIN stancedb.tenure held ON held.id = st.tenure_id LEFT JOIN stancedb.actor o ON o.id = held.office_id
LEFT JOIN LATERAL (
    SELECT t.id FROM stancedb.tenure t
    WHERE t.person_id = st.speaker_id AND t.held && st.said AND t.office_id = held.office_id
    ORDER BY t.held_from DESC NULLS LAST, t.held_to, t.seat, t.id LIMIT 1
) named ON true
WHERE st.retracted_on IS NULL AND st.merged_into_id IS NULL
ORDER BY st.slug COLLATE "C";

-- name: left_out
WITH mention AS (
    SELECT m.rank, a.retracted_on IS NOT NULL AS is_withdrawn,
        NOT EXISTS (SELECT FROM stancedb.newest_text n WHERE n.id = v.id) AS is_older
    FROM stancedb.mention m JOIN stancedb.statement st ON st.id = m.statement_id
    JOIN stancedb.article_version v ON v.id = m.article_version_id JOIN stancedb.article a ON a.id = v.article_id
    WHERE st.retracted_on IS NULL AND st.merged_into_id IS NULL
)
SELECT
    (SELECT count(*) FROM stancedb.statement WHERE retracted_on IS NOT NULL) AS withdrawn,
    (SELECT count(*) FROM stancedb.statement WHERE merged_into_id IS NOT NULL AND retracted_on IS NULL) AS merged,
    (SELECT count(*) FROM mention WHERE is_withdrawn) AS mentions_withdrawn,
    (SELECT count(*) FROM mention WHERE NOT is_withdrawn AND is_older) AS mentions_older,
    (
        SELECT count(*) FROM mention WHERE NOT is_withdrawn AND NOT is_older AND rank = 'deprecated'
    ) AS mentions_deprecated,
    (
        SELECT count(*) FROM mention WHERE NOT is_withdrawn AND NOT is_older AND rank = 'preferred'
    ) AS mentions_preferred,
    (
        -- By the office that is written, or by the only office held.
        SELECT count(*) FROM stancedb.statement st LEFT JOIN stancedb.tenure held ON held.id = st.tenure_id
        CROSS JOIN LATERAL (
            SELECT CASE WHEN count(DISTINCT t.office_id) = 1
                    THEN (array_agg(t.id ORDER BY t.held_from DESC NULLS LAST, t.held_to, t.seat, t.id))[1]
                END AS id,
                (array_agg(t.id ORDER BY t.held_from DESC NULLS LAST, t.held_to, t.seat, t.id)
                    FILTER (WHERE t.office_id = held.office_id))[1] AS named_id
            FROM stancedb.tenure t WHERE t.person_id = st.speaker_id AND t.held && st.said
        ) found
        WHERE st.retracted_on IS NULL AND st.merged_into_id IS NULL
            AND st.tenure_id IS DISTINCT FROM CASE WHEN found.named_id = held.id THEN held.id ELSE found.id END
    ) AS other_offices,
    (
        SELECT count(*) FROM stancedb.statement_addressee m JOIN stancedb.statement st ON st.id = m.statement_id
        WHERE st.retracted_on IS NULL AND st.merged_into_id IS NULL AND m.role <> 'addressee'
    ) AS others_named,
    (
        SELECT count(*) FROM stancedb.statement_link l JOIN stancedb.statement st ON st.id = l.statement_id
        JOIN stancedb.statement t ON t.id = l.target_id
        WHERE st.retracted_on IS NULL AND st.merged_into_id IS NULL
            AND (t.retracted_on IS NOT NULL OR t.merged_into_id IS NOT NULL)
    ) AS links,
    (SELECT count(*) FROM stancedb.coding WHERE carried_from_id IS NOT NULL) AS carried,
    (SELECT count(*) FROM stancedb.coding_review) AS reviews,
    (
        SELECT count(*) FROM stancedb.coder k
        WHERE k.version IS NOT NULL AND EXISTS (SELECT FROM stancedb.coding c WHERE c.coder_id = k.id)
    ) AS coder_versions,
    (
        SELECT count(*) FROM stancedb.coder k
        WHERE NOT EXISTS (SELECT FROM stancedb.coding c WHERE c.coder_id = k.id)
    ) AS coders,
    (SELECT count(*) FROM history.statement) + (SELECT count(*) FROM history.statement_addressee)
        + (SELECT count(*) FROM history.statement_link) + (SELECT count(*) FROM history.mention)
        + (SELECT count(*) FROM history.coder) + (SELECT count(*) FROM history.coding)
        + (SELECT count(*) FROM history.coding_attribute) AS earlier_versions;
