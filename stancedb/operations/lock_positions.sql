-- Lock the positions of an issue in the order of their keys, so that two writers never wait for each other.
SELECT FROM stancedb.position p WHERE p.issue_id IN (:issue, :other) ORDER BY p.id FOR NO KEY UPDATE
