-- Take a position out of force: it keeps its codings, and leaves the scale.
UPDATE stancedb.position SET status = 'retired', rank = NULL WHERE id = :position
