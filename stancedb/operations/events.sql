-- name: observe
INSERT INTO stancedb.indicator_observation (indicator_id, observed_on, is_seen, note, article_version_id)
VALUES (:key, :day, :is_seen, :note, (SELECT v.id FROM stancedb.newest_text v WHERE v.article_id = :article));

-- name: set_status
UPDATE stancedb.indicator SET status = :status WHERE id = :key;
