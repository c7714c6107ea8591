-- name: list_issues
SELECT i.slug AS issue, i.question, i.status, m.slug AS merged_into, p.slug AS parent,
    (SELECT count(*) FROM {position} q WHERE q.issue_id = i.id) AS positions,
    (SELECT count(*) FROM {coding} c WHERE c.issue_id = i.id AND c.is_final) AS codings
FROM {issue} i
LEFT JOIN {issue} p ON p.id = i.parent_id
LEFT JOIN {issue} m ON m.id = i.merged_into_id
ORDER BY i.slug;

-- name: show_issue
SELECT i.slug AS issue, i.question, i.scope, i.low_pole, i.high_pole, i.status, m.slug AS merged_into, p.slug AS parent, (
        SELECT string_agg(c.scheme || ' ' || c.code, ', ' ORDER BY c.scheme, c.code)
        FROM {issue_code} c WHERE c.issue_id = i.id
    ) AS codes
FROM {issue} i
LEFT JOIN {issue} p ON p.id = i.parent_id
LEFT JOIN {issue} m ON m.id = i.merged_into_id
WHERE i.id = :key;

-- name: list_positions
SELECT p.slug AS position, p.label, p.kind, p.rank, p.score, p.status,
    CASE WHEN m.issue_id = p.issue_id THEN m.slug ELSE i.slug || '/' || m.slug END AS merged_into, p.definition,
    p.include, p.exclude,
    (SELECT count(*) FROM {coding} c WHERE c.position_id = p.id AND c.is_final) AS codings
FROM {position} p
LEFT JOIN {position} m ON m.id = p.merged_into_id
LEFT JOIN {issue} i ON i.id = m.issue_id
WHERE p.issue_id = :issue
ORDER BY p.status, p.rank NULLS LAST, p.slug;

-- name: scales
SELECT i.slug AS issue, p.slug AS position, p.label, CASE WHEN p.status = 'active' THEN p.rank END AS rank
FROM {position} p JOIN {issue} i ON i.id = p.issue_id
WHERE i.slug = ANY (CAST(:issues AS text[]))
ORDER BY i.slug, p.status, p.rank NULLS LAST, p.slug;

-- name: list_codebooks
SELECT v.label AS codebook, v.issued_on, v.notes,
    (SELECT count(*) FROM stancedb.coding c WHERE c.codebook_version_id = v.id) AS codings
FROM stancedb.codebook_version v
ORDER BY v.issued_on, v.label;
