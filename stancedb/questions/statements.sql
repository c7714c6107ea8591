-- name: list_statements
SELECT st.slug AS statement, st.said_edtf AS said, sp.slug AS speaker, o.slug AS office, st.act, st.authority,
    st.verification,
    (SELECT count(*) FROM {mention} m WHERE m.statement_id = st.id) AS mentions,
    (SELECT count(*) FROM {coding} c WHERE c.statement_id = st.id) AS codings,
    coalesce((
        SELECT m.quote
        FROM {mention} m
        JOIN {article_version} v ON v.id = m.article_version_id
        JOIN {article} a ON a.id = v.article_id
        WHERE m.statement_id = st.id
        ORDER BY a.slug COLLATE "C", m.char_start
        LIMIT 1
    ), st.summary) AS words
FROM {statement} st
JOIN {actor} sp ON sp.id = st.speaker_id
LEFT JOIN {tenure} t ON t.id = st.tenure_id
LEFT JOIN {actor} o ON o.id = t.office_id
WHERE st.retracted_on IS NULL AND st.merged_into_id IS NULL
    AND st.speaker_id IN (SELECT k.id FROM {standing_actor} k WHERE k.standing_id = :speaker) -- if :speaker
    AND st.said_from >= :since -- if :since
    AND st.said_from <= :until -- if :until
    AND EXISTS ( -- if :issue
        SELECT FROM {coding} c JOIN {standing_issue} g ON g.id = c.issue_id -- if :issue
        WHERE c.statement_id = st.id AND :issue IN (g.id, g.standing_id) -- if :issue
    ) -- if :issue
    AND EXISTS ( -- if :article
        SELECT FROM {mention} m JOIN {article_version} v ON v.id = m.article_version_id -- if :article
        WHERE m.statement_id = st.id AND v.article_id = :article -- if :article
    ) -- if :article
ORDER BY st.said_from, st.slug
LIMIT :limit;

-- name: show_statement
SELECT st.slug AS statement, sp.slug AS speaker, o.slug AS office, b.slug AS on_behalf_of, st.capacity, st.authority,
    st.act, st.said_edtf AS said, st.said_phrase, st.said_at, st.ends, st.zone, st.place, e.slug AS event, st.summary,
    st.verification, st.self_declared, m.slug AS merged_into, st.retracted_on, st.retracted_reason, st.citation
FROM {statement} st
JOIN {actor} sp ON sp.id = st.speaker_id
LEFT JOIN {tenure} t ON t.id = st.tenure_id
LEFT JOIN {actor} o ON o.id = t.office_id
LEFT JOIN {actor} b ON b.id = st.on_behalf_of_id
LEFT JOIN {event} e ON e.id = st.event_id
LEFT JOIN {statement} m ON m.id = st.merged_into_id
WHERE st.id = :key;

-- name: mentions
SELECT a.slug AS article, o.name AS outlet, m.char_start, m.char_end, m.rendering, m.asserts, m.attribution, m.quote
FROM {mention} m
JOIN {article_version} v ON v.id = m.article_version_id
JOIN {article} a ON a.id = v.article_id
JOIN {outlet} o ON o.id = a.outlet_id
WHERE m.statement_id = :key
ORDER BY a.published_from, m.char_start;

-- name: links
SELECT l.kind, t.slug AS statement
FROM {statement_link} l JOIN {statement} t ON t.id = l.target_id
WHERE l.statement_id = :key
UNION ALL
SELECT l.kind || ' (by)', f.slug
FROM {statement_link} l JOIN {statement} f ON f.id = l.statement_id
WHERE l.target_id = :key
ORDER BY 1, 2;

-- name: addressees
SELECT x.role, a.slug AS actor FROM {statement_addressee} x JOIN {actor} a ON a.id = x.actor_id
WHERE x.statement_id = :key
ORDER BY x.role, a.slug;

-- name: reviews
SELECT r.reviewed_at, k.name AS reviewer, h.slug AS holder, i.slug AS issue, b.name AS coder, r.old_status,
    r.new_status, r.note
FROM {coding_review} r
JOIN {coding} c ON c.id = r.coding_id
JOIN {coder} k ON k.id = r.reviewer_id
JOIN {coder} b ON b.id = c.coder_id
JOIN {actor} h ON h.id = c.holder_id
JOIN {issue} i ON i.id = c.issue_id
WHERE c.statement_id = :key
ORDER BY r.id;

-- name: recorded
SELECT c.number AS changeset, c.committed_at, c.author, c.message
FROM history.statement_as_known s JOIN stancedb.changeset c ON c.number = s.known_from
WHERE s.id = :key
    AND s.known_from <= :until -- if :until
ORDER BY c.number;

-- name: speech_of
SELECT sp.slug AS speaker, st.said_edtf AS said
FROM stancedb.statement st JOIN stancedb.actor sp ON sp.id = st.speaker_id
WHERE st.id = :key;
