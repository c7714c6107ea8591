-- Every position with the one that it counts for: a merged position for the one it leads to, any other for itself.
CREATE VIEW stancedb.standing_position AS
SELECT p.id, coalesce(p.merged_into_id, p.id) AS standing_id FROM stancedb.position p
