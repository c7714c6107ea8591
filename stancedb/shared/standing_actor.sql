-- Every actor with the actor that it counts for: itself, or the actor it was merged into.
CREATE VIEW stancedb.standing_actor AS
SELECT a.id, coalesce(a.merged_into_id, a.id) AS standing_id FROM stancedb.actor a
