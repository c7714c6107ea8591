-- name: last_number
SELECT stancedb.last_number()

-- name: last_number_of_day
SELECT max(c.number) FROM stancedb.changeset c WHERE c.committed_at < CAST(:day AS date) + 1

-- name: day_of
SELECT stancedb.day_of(:number)
