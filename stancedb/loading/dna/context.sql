-- Which of some slugs are taken, by what they are to name.

-- name: taken_actor
SELECT a.slug FROM stancedb.actor a WHERE a.slug = ANY (:slugs);

-- name: taken_issue
SELECT i.slug FROM stancedb.issue i WHERE i.slug = ANY (:slugs);

-- name: taken_outlet
SELECT o.slug FROM stancedb.outlet o WHERE o.slug = ANY (:slugs);
