-- Slugs that are already taken, one query per kind.

-- name: taken_actor
SELECT a.slug FROM stancedb.actor a WHERE a.slug = ANY (:slugs);

-- name: taken_issue
SELECT i.slug FROM stancedb.issue i WHERE i.slug = ANY (:slugs);

-- name: taken_outlet
SELECT o.slug FROM stancedb.outlet o WHERE o.slug = ANY (:slugs);
