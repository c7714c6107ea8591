-- Every issue with the issue that it counts for: itself, or the issue it was merged into.
CREATE VIEW stancedb.standing_issue AS
SELECT i.id, coalesce(i.merged_into_id, i.id) AS standing_id FROM stancedb.issue i
