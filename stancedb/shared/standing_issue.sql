-- Every issue with the one that it counts for: a merged issue for the one it leads to, any other for itself.
CREATE VIEW stancedb.standing_issue AS
SELECT i.id, coalesce(i.merged_into_id, i.id) AS standing_id FROM stancedb.issue i
