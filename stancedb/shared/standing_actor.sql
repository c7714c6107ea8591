-- Every actor with the one that it counts for: a merged actor for the one it leads to, any other for itself.
CREATE VIEW stancedb.standing_actor AS
SELECT a.id, coalesce(a.merged_into_id, a.id) AS standing_id FROM stancedb.actor a
