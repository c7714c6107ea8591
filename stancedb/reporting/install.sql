-- name: is_there
SELECT to_regclass('reporting.data_release') IS NOT NULL;

-- name: is_filled
SELECT EXISTS (SELECT FROM reporting.data_release);

-- name: keep_others_from_committing
LOCK TABLE stancedb.changeset_counter IN SHARE MODE;
