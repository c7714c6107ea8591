-- Two identifiers of one world-wide scheme that differ, of two actors and of all that lead to them.
SELECT one.scheme, one.value AS own, another.value AS other
FROM stancedb.actor a
JOIN stancedb.actor_identifier one ON one.actor_id = a.id AND one.scheme = ANY (:schemes)
JOIN stancedb.actor_identifier another ON another.scheme = one.scheme AND another.value <> one.value
JOIN stancedb.actor b ON b.id = another.actor_id
WHERE :key IN (a.id, a.merged_into_id) AND :target IN (b.id, b.merged_into_id)
ORDER BY one.scheme, one.value, another.value
LIMIT 1
