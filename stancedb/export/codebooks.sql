-- name: versions
SELECT label, issued_on, notes FROM stancedb.codebook_version ORDER BY issued_on DESC, label COLLATE "C" DESC;

-- name: issues
SELECT i.slug, i.question, i.scope, i.low_pole, i.high_pole, p.slug AS parent, i.status, m.slug AS merged_into,
    (SELECT json_object_agg(c.scheme, c.code ORDER BY c.scheme COLLATE "C") FROM (SELECT scheme, min(code) AS code
        FROM stancedb.issue_code WHERE issue_id = i.id GROUP BY scheme) c) AS codes
FROM stancedb.issue i LEFT JOIN stancedb.issue p ON p.id = i.parent_id
LEFT JOIN stancedb.issue m ON m.id = i.merged_into_id ORDER BY i.slug COLLATE "C";

-- name: positions
SELECT i.slug AS issue, p.slug, p.label, p.definition, p.kind, p.rank, p.score, p.include, p.exclude, p.status,
    m.slug AS merged_into
FROM stancedb.position p JOIN stancedb.issue i ON i.id = p.issue_id
LEFT JOIN stancedb.position m ON m.id = p.merged_into_id
ORDER BY i.slug COLLATE "C", p.status, p.rank NULLS LAST, p.slug COLLATE "C";

-- name: left_out
SELECT
    (SELECT count(*) - 1 FROM stancedb.codebook_version) AS versions,
    (SELECT count(*) - count(DISTINCT (issue_id, scheme)) FROM stancedb.issue_code) AS codes,
    (SELECT count(*) FROM history.codebook_version) + (SELECT count(*) FROM history.issue)
        + (SELECT count(*) FROM history.position) + (SELECT count(*) FROM history.issue_code) AS earlier_versions;
