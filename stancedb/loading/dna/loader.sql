-- name: issues_of_codes
-- The issue with each code of a scheme; if several have it, the first by slug.
SELECT c.code, min(i.slug) AS slug
FROM stancedb.issue_code c JOIN stancedb.issue i ON i.id = c.issue_id
WHERE c.scheme = :scheme AND c.code = ANY (:codes)
GROUP BY c.code;

-- name: questions
SELECT i.slug, i.question FROM stancedb.issue i WHERE i.slug = ANY (:slugs);

-- name: day_of_codebook
SELECT v.issued_on FROM stancedb.codebook_version v WHERE v.label = :label;

-- name: positions_of_issues
SELECT i.slug AS issue, p.slug AS position, p.definition
FROM stancedb.issue i JOIN stancedb.position p ON p.issue_id = i.id
WHERE i.slug = ANY (:slugs)
ORDER BY i.slug, p.rank, p.slug;
