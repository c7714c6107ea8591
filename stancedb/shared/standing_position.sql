-- Every position with the position that it counts for: itself, or the position it was merged into.
CREATE VIEW stancedb.standing_position AS
SELECT p.id, coalesce(p.merged_into_id, p.id) AS standing_id FROM stancedb.position p
