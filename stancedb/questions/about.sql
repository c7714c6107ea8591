-- name: about
-- What the reporting schema shows, and the question of an issue.
SELECT x.changeset_number AS changeset, x.as_of_date AS day,
    (SELECT i.issue_question FROM reporting.dim_issue i WHERE i.issue_code = CAST(:issue AS text)) AS question
FROM reporting.data_release x
WHERE x.is_current;

-- name: names
-- The names of actors and outlets, and the labels of positions, by slug.
SELECT 'holder' AS kind, h.actor_code AS code, h.actor_name AS name
FROM reporting.dim_actor h WHERE h.actor_code = ANY (CAST(:codes AS text[]))
UNION ALL
SELECT 'outlet', o.outlet_code, o.outlet_name FROM reporting.dim_outlet o
WHERE o.outlet_code = ANY (CAST(:codes AS text[]))
UNION ALL
SELECT 'position', p.position_code, p.position_label FROM reporting.dim_position p
JOIN reporting.dim_issue i ON i.issue_key = p.issue_key
    AND i.issue_code = :issue -- if :issue
WHERE p.position_code = ANY (CAST(:codes AS text[]));
