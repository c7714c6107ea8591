-- name: issues_of_codes
-- The issue that has a code of a scheme, the first by its slug where several have it.
SELECT c.code, min(i.slug) AS slug
FROM stancedb.issue_code c JOIN stancedb.issue i ON i.id = c.issue_id
WHERE c.scheme = :scheme AND c.code = ANY (:codes)
GROUP BY c.code;

-- name: questions
SELECT i.slug, i.question FROM stancedb.issue i WHERE i.slug = ANY (:slugs);

-- name: day_of_codebook
SELECT v.issued_on FROM stancedb.codebook_version v WHERE v.label = :label;
