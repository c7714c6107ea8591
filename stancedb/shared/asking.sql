-- name: as_known
-- A table as known at a changeset. There would be too many joins to the changesets for the planner to order, so
-- subqueries are used instead. For a few versions the changesets are looked up; for many, all are hashed.
SELECT * FROM history.{table}_as_known k
WHERE (EXISTS (SELECT FROM stancedb.changeset c WHERE c.id = k.changeset_id AND c.number <= :known_at)) IS TRUE
    AND (
        EXISTS (SELECT FROM stancedb.changeset c WHERE c.id = k.ended_changeset_id AND c.number <= :known_at)
    ) IS NOT TRUE;

-- name: last_number
SELECT stancedb.last_number();

-- name: last_number_of_day
SELECT max(c.number) FROM stancedb.changeset c WHERE c.committed_at < CAST(:day AS date) + 1;

-- name: day_of
SELECT stancedb.day_of(:number);
