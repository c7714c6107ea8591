-- The attributes shown for an actor: its own, and those of actors merged into it.
--
-- If both have a value for the same key and time, the actor's own takes precedence; among several merged actors, the first
-- by slug.
CREATE VIEW stancedb.shown_attribute AS
SELECT x.id, coalesce(a.merged_into_id, a.id) AS actor_id, x.key, x.value, x.during_edtf, x.during, x.during_from,
    x.during_to
FROM stancedb.actor_attribute x
JOIN stancedb.actor a ON a.id = x.actor_id
WHERE NOT EXISTS (
    SELECT FROM stancedb.actor b
    JOIN stancedb.actor_attribute y ON y.actor_id = b.id AND y.key = x.key AND y.during && x.during
    WHERE b.id = a.merged_into_id
        OR b.merged_into_id = a.merged_into_id AND b.slug COLLATE "C" < a.slug COLLATE "C"
)
