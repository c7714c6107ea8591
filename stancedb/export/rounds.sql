-- name: records
-- Each round with the assignments of texts that 'article load' takes. A finding names what it was released as where
-- 'statement load' takes that, and the codebook version of its coding where it is not that of the round.
SELECT r.slug, v.label AS codebook,
    ARRAY(
        SELECT i.slug FROM stancedb.coding_round_issue s JOIN stancedb.issue i ON i.id = s.issue_id
        WHERE s.round_id = r.id ORDER BY i.slug COLLATE "C"
    ) AS issues,
    r.double_share AS double, r.blind_share AS blind, r.again_share AS again, r.seed, r.counts_at_once, r.opened_by,
    r.opened_at, r.closed_at,
    (
        SELECT json_agg(json_build_object('name', k.name, 'kind', k.kind) ORDER BY k.name COLLATE "C")
        FROM stancedb.coder k WHERE EXISTS (
            SELECT FROM stancedb.assignment a WHERE a.round_id = r.id AND a.coder_id = k.id
        )
    ) AS coders,
    (
        SELECT json_agg(
            json_build_object(
                'article', t.slug, 'text_sha256', n.text_sha256, 'coder', k.name, 'kind', a.kind,
                'hides_suggestions', a.hides_suggestions, 'turn', a.turn, 'state', a.state, 'reason', a.reason,
                'note', a.note, 'assigned_at', a.assigned_at, 'started_at', a.started_at, 'done_at', a.done_at,
                'moved_at', a.moved_at, 'active_seconds', a.active_seconds,
                'is_released', a.released_id IS NOT NULL, 'findings', f.findings
            ) ORDER BY t.slug COLLATE "C", k.name COLLATE "C", a.kind, a.turn
        )
        FROM stancedb.assignment a
        JOIN stancedb.newest_text n ON n.id = a.article_version_id
        JOIN stancedb.article t ON t.id = n.article_id AND t.retracted_on IS NULL
        LEFT JOIN stancedb.coder k ON k.id = a.coder_id
        CROSS JOIN LATERAL (
            SELECT json_agg(
                json_build_object(
                    'number', x.number, 'start', x.char_start, 'end', x.char_end, 'quote', x.quote, 'record', x.record,
                    'replaces', x.replaces, 'seconds', x.seconds, 'saved_at', x.saved_at,
                    'withdrawn_at', x.withdrawn_at, 'dropped_reason', x.dropped_reason, 'statement', st.slug,
                    'holder', h.slug, 'issue', i.slug, 'codebook', nullif(w.label, v.label),
                    'is_independent', c.id IS NULL OR coalesce(c.assignment_id = a.id, false)
                ) ORDER BY x.number
            ) AS findings
            FROM stancedb.finding x
            LEFT JOIN stancedb.statement o ON o.id = x.statement_id
            LEFT JOIN stancedb.coding e ON e.id = x.coding_id
            -- A coding that went over to another statement is that of the finding still.
            LEFT JOIN stancedb.statement st ON st.id = coalesce(e.statement_id, o.merged_into_id, o.id)
                AND st.retracted_on IS NULL AND st.merged_into_id IS NULL
            LEFT JOIN stancedb.coding c ON c.id = e.id AND c.statement_id = st.id
            LEFT JOIN stancedb.actor h ON h.id = c.holder_id
            LEFT JOIN stancedb.issue i ON i.id = c.issue_id
            LEFT JOIN stancedb.codebook_version w ON w.id = c.codebook_version_id
            WHERE x.assignment_id = a.id
        ) f
        WHERE a.round_id = r.id
    ) AS assignments
FROM stancedb.coding_round r JOIN stancedb.codebook_version v ON v.id = r.codebook_version_id
ORDER BY r.slug COLLATE "C";

-- name: left_out
SELECT
    (SELECT count(*) FROM stancedb.draft) AS drafts,
    (
        SELECT count(*) FROM stancedb.assignment a
        JOIN stancedb.article_version v ON v.id = a.article_version_id JOIN stancedb.article t ON t.id = v.article_id
        WHERE t.retracted_on IS NOT NULL OR NOT EXISTS (SELECT FROM stancedb.newest_text n WHERE n.id = v.id)
    ) AS texts,
    (
        SELECT count(*) FROM stancedb.finding f
        JOIN stancedb.statement o ON o.id = f.statement_id LEFT JOIN stancedb.coding c ON c.id = f.coding_id
        JOIN stancedb.statement st ON st.id = coalesce(c.statement_id, o.merged_into_id, o.id)
        WHERE st.retracted_on IS NOT NULL OR st.merged_into_id IS NOT NULL
    ) AS statements;
