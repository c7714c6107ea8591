-- Give positions their places on the scale.
UPDATE stancedb.position p SET rank = m.rank
FROM unnest(CAST(:positions AS bigint[]), CAST(:ranks AS smallint[])) m (position_id, rank)
WHERE p.id = m.position_id
