-- name: rounds
SELECT r.slug AS round, b.label AS codebook, r.opened_by, CAST(r.opened_at AS date) AS opened,
    CAST(r.closed_at AS date) AS closed, count(*) FILTER (WHERE a.state = 'open') AS open,
    count(*) FILTER (WHERE a.state = 'done') AS done, count(*) FILTER (WHERE a.state = 'problem') AS problem
FROM stancedb.coding_round r
JOIN stancedb.codebook_version b ON b.id = r.codebook_version_id
LEFT JOIN stancedb.visible_assignments() a ON a.round_id = r.id
GROUP BY r.id, r.slug, b.label, r.opened_by, r.opened_at, r.closed_at
ORDER BY r.opened_at DESC, r.id DESC;

-- name: round
SELECT r.slug AS round, b.label AS codebook, r.opened_by, r.opened_at, r.closed_at, r.counts_at_once,
    ARRAY(
        SELECT i.slug FROM stancedb.coding_round_issue s JOIN stancedb.issue i ON i.id = s.issue_id
        WHERE s.round_id = r.id ORDER BY i.slug
    ) AS issues
FROM stancedb.coding_round r JOIN stancedb.codebook_version b ON b.id = r.codebook_version_id
WHERE r.id = :round;

-- name: progress
SELECT k.name AS coder, count(*) FILTER (WHERE a.state = 'open') AS open,
    count(*) FILTER (WHERE a.state = 'done') AS done, count(*) FILTER (WHERE a.state = 'problem') AS problem,
    count(*) FILTER (WHERE a.state = 'withdrawn') AS withdrawn,
    CAST(coalesce(sum(a.finding_count), 0) AS bigint) AS statements,
    -- Where nobody took the time it is 0.
    CAST(round(CAST(nullif(sum(a.finding_seconds), 0) / nullif(sum(a.finding_count), 0) AS numeric), 1) AS double precision)
        AS seconds_a_statement
FROM stancedb.visible_assignments() a
LEFT JOIN stancedb.coder k ON k.id = a.coder_id
WHERE a.round_id = :round
GROUP BY k.name
ORDER BY k.name;

-- name: assignments
SELECT a.id AS assignment, r.slug AS round, k.name AS coder, t.slug AS article, a.state, a.reason, a.note,
    a.finding_count AS findings
FROM stancedb.visible_assignments() a
JOIN stancedb.coding_round r ON r.id = a.round_id
JOIN stancedb.article_version v ON v.id = a.article_version_id
JOIN stancedb.article t ON t.id = v.article_id
LEFT JOIN stancedb.coder k ON k.id = a.coder_id
WHERE true
    AND a.round_id = :round -- if :round
    AND a.coder_id = :coder -- if :coder
    AND a.state = :state -- if :state
ORDER BY r.opened_at DESC, k.name, a.turn, a.id
LIMIT :at_most;

-- name: assignment
SELECT a.id AS assignment, r.slug AS round, k.name AS coder, b.label AS codebook, r.counts_at_once, a.state, a.note,
    a.hides_suggestions, t.slug AS article, t.title, o.name AS outlet, t.byline, t.published_edtf AS published, t.url,
    t.language, coalesce(t.published_from, current_date) AS day, v.id AS version, v.body,
    ARRAY(
        SELECT i.slug FROM stancedb.coding_round_issue s JOIN stancedb.issue i ON i.id = s.issue_id
        WHERE s.round_id = r.id ORDER BY i.slug
    ) AS issues,
    a.draft_number, a.draft
FROM stancedb.assigned_text(:assignment, :coder) a
JOIN stancedb.coding_round r ON r.id = a.round_id
JOIN stancedb.codebook_version b ON b.id = r.codebook_version_id
JOIN stancedb.coder k ON k.id = a.coder_id
JOIN stancedb.article_version v ON v.id = a.article_version_id
JOIN stancedb.article t ON t.id = v.article_id
JOIN stancedb.outlet o ON o.id = t.outlet_id;

-- name: findings
SELECT f.number AS finding, f.char_start AS start, f.char_end AS "end", f.quote, f.record, f.seconds, f.saved_at,
    st.slug AS statement
FROM stancedb.current_findings(:assignment) f
LEFT JOIN stancedb.statement st ON st.id = f.statement_id
ORDER BY f.number;

-- name: scope
SELECT i.slug AS issue, i.question, i.scope, coalesce(
        jsonb_agg(
            jsonb_build_object(
                'position', p.slug, 'label', p.label, 'definition', p.definition, 'kind', p.kind, 'include', p.include,
                'exclude', p.exclude
            ) ORDER BY p.rank, p.slug COLLATE "C"
        ) FILTER (WHERE p.id IS NOT NULL), '[]'
    ) AS positions
FROM stancedb.coding_round_issue s
JOIN stancedb.issue i ON i.id = s.issue_id
LEFT JOIN stancedb.position p ON p.issue_id = i.id AND p.status = 'active'
WHERE s.round_id = :round
GROUP BY i.slug, i.question, i.scope
ORDER BY i.slug COLLATE "C";

-- name: my_name
SELECT coalesce(stancedb.my_name(), :author);

-- name: opened
SELECT a.id, a.moved_at IS NOT NULL AS is_put_off FROM stancedb.visible_assignments() a
WHERE a.coder_id = stancedb.acting_coder(:coder) AND a.state = 'open' AND a.started_at IS NOT NULL
ORDER BY a.turn, a.id;

-- name: released_by
SELECT a.id AS assignment, k.name AS coder, t.slug AS article
FROM stancedb.visible_assignments() a
JOIN stancedb.coder k ON k.id = a.coder_id
JOIN stancedb.article_version v ON v.id = a.article_version_id
JOIN stancedb.article t ON t.id = v.article_id
WHERE a.released_id = :changeset ORDER BY a.id;

-- name: names
-- What actors may be called on the day of an article. The name of an office means the person who held it then, and the
-- office itself only where nobody did.
WITH named AS (
    SELECT a.id, a.slug, a.kind, a.name FROM stancedb.actor a WHERE a.merged_into_id IS NULL
    UNION
    SELECT a.id, a.slug, a.kind, n.name FROM stancedb.actor_name n JOIN stancedb.actor a ON a.id = n.actor_id
    WHERE a.merged_into_id IS NULL AND n.used @> CAST(:day AS date)
)
SELECT coalesce(p.slug, n.slug) AS handle, n.name, n.kind = 'person' AS is_of_person
FROM named n
LEFT JOIN stancedb.tenure t ON t.office_id = n.id AND t.held @> CAST(:day AS date)
LEFT JOIN stancedb.actor p ON p.id = t.person_id AND p.merged_into_id IS NULL
ORDER BY 1, 2;

-- name: issue_words
-- What the codebook says of each issue that is coded now.
SELECT i.slug, i.question, array_remove(array_agg(p.label ORDER BY p.rank, p.slug), NULL) AS labels,
    array_remove(array_agg(p.definition ORDER BY p.rank, p.slug) || i.scope, NULL) AS definitions
FROM stancedb.issue i LEFT JOIN stancedb.position p ON p.issue_id = i.id AND p.status = 'active'
WHERE i.status = 'active'
GROUP BY i.id, i.slug, i.question, i.scope
ORDER BY i.slug;
