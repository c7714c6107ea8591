-- name: stage_rounds
CREATE TEMPORARY TABLE staged_round (
    ordinal bigint, source text, line bigint, slug text, codebook text, double_share double precision,
    blind_share double precision, again_share double precision, seed bigint, counts_at_once boolean, opened_by text,
    opened_at timestamptz, closed_at timestamptz
) ON COMMIT DROP;

-- name: stage_issues
CREATE TEMPORARY TABLE staged_round_issue (
    ordinal bigint, source text, line bigint, round text, issue text
) ON COMMIT DROP;

-- name: stage_coders
CREATE TEMPORARY TABLE staged_round_coder (
    ordinal bigint, source text, line bigint, round text, name text, kind text
) ON COMMIT DROP;

-- name: stage_assignments
CREATE TEMPORARY TABLE staged_assignment (
    ordinal bigint, source text, line bigint, round text, article text, text_sha256 text, coder text, kind text,
    hides_suggestions boolean, turn bigint, state text, reason text, note text, assigned_at timestamptz,
    started_at timestamptz, done_at timestamptz, moved_at timestamptz, active_seconds double precision,
    is_released boolean
) ON COMMIT DROP;

-- name: stage_findings
CREATE TEMPORARY TABLE staged_finding (
    ordinal bigint, source text, line bigint, round text, article text, text_sha256 text, coder text, number integer,
    char_start integer, char_end integer, quote text, record jsonb, replaces integer, seconds double precision,
    saved_at timestamptz, withdrawn_at timestamptz, dropped_reason text, statement text, holder text, issue text,
    codebook text, is_independent boolean
) ON COMMIT DROP;

-- name: repeated_rounds
SELECT DISTINCT s.ordinal, s.source, s.line, 'slug' AS field, 'round' AS noun, s.slug AS handle
FROM staged_round s JOIN staged_round d ON d.slug = s.slug
WHERE s.ordinal > d.ordinal
ORDER BY s.ordinal;

-- name: unknown_codebooks
SELECT s.ordinal, s.source, s.line, 'codebook' AS field, 'codebook version' AS noun, s.codebook AS handle
FROM staged_round s
WHERE NOT EXISTS (SELECT FROM stancedb.codebook_version v WHERE v.label = s.codebook)
ORDER BY s.ordinal;

-- name: unknown_issues
SELECT s.ordinal, s.source, s.line, 'issues' AS field, 'issue' AS noun, s.issue AS handle
FROM staged_round_issue s
WHERE NOT EXISTS (SELECT FROM stancedb.issue i WHERE i.slug = s.issue)
ORDER BY s.ordinal;

-- name: differing_rounds
SELECT x.ordinal, x.source, x.line, x.fields
FROM (
    SELECT s.ordinal, s.source, s.line, array_remove(ARRAY[
        CASE WHEN v.label <> s.codebook THEN 'codebook' END,
        CASE WHEN ARRAY(
            SELECT i.slug FROM stancedb.coding_round_issue c JOIN stancedb.issue i ON i.id = c.issue_id
            WHERE c.round_id = r.id ORDER BY i.slug COLLATE "C"
        ) <> ARRAY(
            SELECT d.issue FROM staged_round_issue d WHERE d.ordinal = s.ordinal ORDER BY d.issue COLLATE "C"
        ) THEN 'issues' END,
        CASE WHEN r.double_share <> s.double_share THEN 'double' END,
        CASE WHEN r.blind_share <> s.blind_share THEN 'blind' END,
        CASE WHEN r.again_share <> s.again_share THEN 'again' END,
        CASE WHEN r.seed <> s.seed THEN 'seed' END,
        CASE WHEN r.counts_at_once <> s.counts_at_once THEN 'counts_at_once' END,
        CASE WHEN r.opened_by <> s.opened_by THEN 'opened_by' END,
        CASE WHEN r.opened_at <> s.opened_at THEN 'opened_at' END,
        CASE WHEN r.closed_at IS DISTINCT FROM s.closed_at THEN 'closed_at' END
    ], NULL) AS fields
    FROM staged_round s
    JOIN stancedb.coding_round r ON r.slug = s.slug
    JOIN stancedb.codebook_version v ON v.id = r.codebook_version_id
) x
WHERE cardinality(x.fields) > 0
ORDER BY x.ordinal;

-- name: unknown_articles
SELECT DISTINCT s.ordinal, s.source, s.line, 'assignments' AS field, 'article' AS noun, s.article AS handle
FROM staged_assignment s
WHERE NOT EXISTS (SELECT FROM stancedb.article a WHERE a.slug = s.article)
ORDER BY s.ordinal;

-- name: unknown_texts
SELECT DISTINCT s.ordinal, s.source, s.line, s.article, s.text_sha256 AS sha256
FROM staged_assignment s JOIN stancedb.article a ON a.slug = s.article
WHERE NOT EXISTS (
    SELECT FROM stancedb.article_version v WHERE v.article_id = a.id AND v.text_sha256 = s.text_sha256
)
ORDER BY s.ordinal;

-- name: unknown_coders
SELECT DISTINCT s.ordinal, s.source, s.line, 'assignments' AS field, 'coder' AS noun, s.coder AS handle
FROM staged_assignment s
WHERE s.coder IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.coder k WHERE k.name = s.coder)
    AND NOT EXISTS (SELECT FROM staged_round_coder k WHERE k.ordinal = s.ordinal AND k.name = s.coder)
ORDER BY s.ordinal;

-- name: repeated_assignments
SELECT s.ordinal, s.source, s.line, s.article, s.coder
FROM staged_assignment s
WHERE s.coder IS NOT NULL
GROUP BY s.ordinal, s.source, s.line, s.article, s.text_sha256, s.coder
HAVING count(*) > 1
ORDER BY s.ordinal;

-- name: repeated_places
SELECT s.ordinal, s.source, s.line, s.article, s.kind, s.turn
FROM staged_assignment s
WHERE s.coder IS NULL
GROUP BY s.ordinal, s.source, s.line, s.article, s.text_sha256, s.kind, s.turn
HAVING count(*) > 1
ORDER BY s.ordinal;

-- name: missing_places
-- A place that is not in the pool of an existing round may have been taken since the file was written; to add it would
-- have the text coded once more.
SELECT s.ordinal, s.source, s.line, s.article, s.kind, s.turn
FROM staged_assignment s
JOIN stancedb.coding_round r ON r.slug = s.round
JOIN stancedb.article a ON a.slug = s.article
JOIN stancedb.article_version v ON v.article_id = a.id AND v.text_sha256 = s.text_sha256
WHERE s.coder IS NULL AND NOT EXISTS (
    SELECT FROM stancedb.assignment t
    WHERE t.round_id = r.id AND t.article_version_id = v.id AND t.coder_id IS NULL AND (t.kind, t.turn) = (s.kind, s.turn)
)
ORDER BY s.ordinal;

-- name: differing_assignments
SELECT x.ordinal, x.source, x.line, x.article, coalesce(x.coder, 'the pool') AS coder, x.fields
FROM (
    SELECT s.ordinal, s.source, s.line, s.article, s.coder, array_remove(ARRAY[
        CASE WHEN t.kind <> s.kind THEN 'kind' END,
        CASE WHEN t.hides_suggestions <> s.hides_suggestions THEN 'hides_suggestions' END,
        CASE WHEN t.turn <> s.turn THEN 'turn' END,
        CASE WHEN t.state <> s.state THEN 'state' END,
        CASE WHEN t.reason IS DISTINCT FROM s.reason THEN 'reason' END,
        CASE WHEN t.note IS DISTINCT FROM s.note THEN 'note' END,
        CASE WHEN t.assigned_at <> s.assigned_at THEN 'assigned_at' END,
        CASE WHEN t.started_at IS DISTINCT FROM s.started_at THEN 'started_at' END,
        CASE WHEN t.done_at IS DISTINCT FROM s.done_at THEN 'done_at' END,
        CASE WHEN t.moved_at IS DISTINCT FROM s.moved_at THEN 'moved_at' END,
        CASE WHEN t.active_seconds <> s.active_seconds THEN 'active_seconds' END,
        CASE WHEN (t.released_id IS NOT NULL) <> s.is_released THEN 'is_released' END
    ], NULL) AS fields
    FROM staged_assignment s
    JOIN stancedb.coding_round r ON r.slug = s.round
    JOIN stancedb.article a ON a.slug = s.article
    JOIN stancedb.article_version v ON v.article_id = a.id AND v.text_sha256 = s.text_sha256
    LEFT JOIN stancedb.coder k ON k.name = s.coder
    JOIN stancedb.assignment t ON t.round_id = r.id AND t.article_version_id = v.id AND (
        t.coder_id = k.id OR s.coder IS NULL AND t.coder_id IS NULL AND (t.kind, t.turn) = (s.kind, s.turn)
    )
) x
WHERE cardinality(x.fields) > 0
ORDER BY x.ordinal;

-- name: other_quotes
SELECT s.ordinal, s.source, s.line, s.article, s.coder, s.number
FROM staged_finding s
JOIN stancedb.article a ON a.slug = s.article
JOIN stancedb.article_version v ON v.article_id = a.id AND v.text_sha256 = s.text_sha256
WHERE substring(v.body FROM s.char_start + 1 FOR s.char_end - s.char_start) <> s.quote
ORDER BY s.ordinal;

-- name: unknown_corrections
SELECT s.ordinal, s.source, s.line, s.article, s.coder, s.number, s.replaces
FROM staged_finding s
WHERE s.replaces IS NOT NULL AND NOT EXISTS (
    SELECT FROM staged_finding d
    WHERE (d.ordinal, d.article, d.text_sha256, d.coder, d.number)
        = (s.ordinal, s.article, s.text_sha256, s.coder, s.replaces) AND d.number < s.number
)
ORDER BY s.ordinal;

-- name: unknown_statements
SELECT DISTINCT s.ordinal, s.source, s.line, 'assignments' AS field, 'statement' AS noun, s.statement AS handle
FROM staged_finding s
WHERE s.statement IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.statement t WHERE t.slug = s.statement)
ORDER BY s.ordinal;

-- name: unknown_codings
SELECT s.ordinal, s.source, s.line, s.article, s.coder, s.number, s.statement, s.holder, s.issue, s.codebook
FROM staged_finding s JOIN stancedb.statement st ON st.slug = s.statement
WHERE s.holder IS NOT NULL AND NOT EXISTS (
    SELECT FROM stancedb.coding c
    JOIN stancedb.actor h ON h.id = c.holder_id
    JOIN stancedb.issue i ON i.id = c.issue_id
    JOIN stancedb.coder k ON k.id = c.coder_id
    JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
    WHERE c.statement_id = st.id AND (h.slug, i.slug, k.name, v.label) = (s.holder, s.issue, s.coder, s.codebook)
)
ORDER BY s.ordinal;

-- name: differing_findings
SELECT x.ordinal, x.source, x.line, x.article, x.coder, x.number, x.fields
FROM (
    SELECT s.ordinal, s.source, s.line, s.article, s.coder, s.number, array_remove(ARRAY[
        CASE WHEN f.char_start <> s.char_start THEN 'start' END,
        CASE WHEN f.char_end <> s.char_end THEN 'end' END,
        CASE WHEN f.quote <> s.quote THEN 'quote' END,
        CASE WHEN f.record <> s.record THEN 'record' END,
        CASE WHEN f.replaces IS DISTINCT FROM s.replaces THEN 'replaces' END,
        CASE WHEN f.seconds <> s.seconds THEN 'seconds' END,
        CASE WHEN f.saved_at <> s.saved_at THEN 'saved_at' END,
        CASE WHEN f.withdrawn_at IS DISTINCT FROM s.withdrawn_at THEN 'withdrawn_at' END,
        CASE WHEN f.dropped_reason IS DISTINCT FROM s.dropped_reason THEN 'dropped_reason' END,
        -- No file names a statement that is withdrawn or merged, so a finding without one says nothing about it.
        CASE WHEN s.statement IS NOT NULL AND st.slug IS DISTINCT FROM s.statement THEN 'statement' END,
        CASE WHEN s.holder IS NOT NULL AND (h.slug, i.slug, w.label) IS DISTINCT FROM (s.holder, s.issue, s.codebook)
            THEN 'coding' END
    ], NULL) AS fields
    FROM staged_finding s
    JOIN stancedb.coding_round r ON r.slug = s.round
    JOIN stancedb.article a ON a.slug = s.article
    JOIN stancedb.article_version v ON v.article_id = a.id AND v.text_sha256 = s.text_sha256
    JOIN stancedb.coder k ON k.name = s.coder
    JOIN stancedb.assignment t ON (t.round_id, t.article_version_id, t.coder_id) = (r.id, v.id, k.id)
    JOIN stancedb.finding f ON f.assignment_id = t.id AND f.number = s.number
    LEFT JOIN stancedb.coding c ON c.id = f.coding_id
    LEFT JOIN stancedb.statement o ON o.id = f.statement_id
    LEFT JOIN stancedb.statement st ON st.id = coalesce(c.statement_id, o.merged_into_id, o.id)
    LEFT JOIN stancedb.actor h ON h.id = c.holder_id
    LEFT JOIN stancedb.issue i ON i.id = c.issue_id
    LEFT JOIN stancedb.codebook_version w ON w.id = c.codebook_version_id
) x
WHERE cardinality(x.fields) > 0
ORDER BY x.ordinal;

-- name: coders
SELECT s.name, min(s.kind) AS kind FROM staged_round_coder s GROUP BY s.name;

-- name: rounds
SELECT s.slug, v.id AS codebook_version_id, s.double_share, s.blind_share, s.again_share, s.seed, s.counts_at_once,
    s.opened_by, s.opened_at, s.closed_at
FROM staged_round s JOIN stancedb.codebook_version v ON v.label = s.codebook;

-- name: scopes
SELECT r.id AS round_id, i.id AS issue_id
FROM staged_round_issue s
JOIN stancedb.coding_round r ON r.slug = s.round
JOIN stancedb.issue i ON i.slug = s.issue;

-- name: assignments
-- What was released elsewhere is released here by the load.
SELECT r.id AS round_id, v.id AS article_version_id, k.id AS coder_id, s.kind, s.hides_suggestions, s.turn, s.state,
    s.reason, s.note, s.assigned_at, s.started_at, s.done_at, s.moved_at, s.active_seconds,
    CASE WHEN s.is_released THEN CAST(current_setting('stancedb.changeset') AS bigint) END AS released_id
FROM staged_assignment s
JOIN stancedb.coding_round r ON r.slug = s.round
JOIN stancedb.article a ON a.slug = s.article
JOIN stancedb.article_version v ON v.article_id = a.id AND v.text_sha256 = s.text_sha256
LEFT JOIN stancedb.coder k ON k.name = s.coder;

-- name: findings
SELECT t.id AS assignment_id, s.number, t.coder_id, s.char_start, s.char_end, s.quote, s.record, s.replaces, s.seconds,
    s.saved_at, s.withdrawn_at, s.dropped_reason, st.id AS statement_id, c.id AS coding_id
FROM staged_finding s
JOIN stancedb.coding_round r ON r.slug = s.round
JOIN stancedb.article a ON a.slug = s.article
JOIN stancedb.article_version v ON v.article_id = a.id AND v.text_sha256 = s.text_sha256
JOIN stancedb.coder k ON k.name = s.coder
JOIN stancedb.assignment t ON (t.round_id, t.article_version_id, t.coder_id) = (r.id, v.id, k.id)
LEFT JOIN stancedb.statement st ON st.slug = s.statement
LEFT JOIN stancedb.actor h ON h.slug = s.holder
LEFT JOIN stancedb.issue i ON i.slug = s.issue
LEFT JOIN stancedb.codebook_version w ON w.label = s.codebook
LEFT JOIN stancedb.coding c ON (c.statement_id, c.holder_id, c.issue_id, c.coder_id, c.codebook_version_id)
    = (st.id, h.id, i.id, k.id, w.id);

-- name: link_codings
-- A coding that was loaded from a sheet is one of its assignment only now.
UPDATE stancedb.coding c SET assignment_id = f.assignment_id
FROM staged_finding s
JOIN stancedb.coding_round r ON r.slug = s.round
JOIN stancedb.article a ON a.slug = s.article
JOIN stancedb.article_version v ON v.article_id = a.id AND v.text_sha256 = s.text_sha256
JOIN stancedb.coder k ON k.name = s.coder
JOIN stancedb.assignment t ON (t.round_id, t.article_version_id, t.coder_id) = (r.id, v.id, k.id)
JOIN stancedb.finding f ON f.assignment_id = t.id AND f.number = s.number
WHERE c.id = f.coding_id AND c.assignment_id IS NULL AND s.is_independent AND s.holder IS NOT NULL;
