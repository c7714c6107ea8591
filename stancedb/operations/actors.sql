-- name: set_actor
UPDATE stancedb.actor
SET kind = coalesce(:kind, kind), name = coalesce(:name, name), citation = coalesce(:citation, citation)
WHERE id = :key;

-- name: demote_preferred_name
UPDATE stancedb.actor_name SET kind = 'former'
WHERE actor_id = :key AND kind = 'preferred' AND language = 'en' AND name <> :name;

-- name: prefer_name
INSERT INTO stancedb.actor_name (actor_id, language, name, kind) VALUES (:key, 'en', :name, 'preferred')
ON CONFLICT (actor_id, language, name) DO UPDATE SET kind = 'preferred';

-- name: set_attributes
-- An attribute that begins on the same day as a given one gets its value and its end.
UPDATE stancedb.actor_attribute t SET value = x.value, during_edtf = x.edtf, during = CAST(x.range AS daterange)
FROM unnest(CAST(:keys AS text[]), CAST(:values AS text[]), CAST(:edtfs AS text[]), CAST(:ranges AS text[]))
    x(key, value, edtf, range)
WHERE t.actor_id = :key AND t.key = x.key AND t.during_from IS NOT DISTINCT FROM lower(CAST(x.range AS daterange));

-- name: add_attributes
INSERT INTO stancedb.actor_attribute (actor_id, key, value, during_edtf, during)
SELECT :key, x.key, x.value, x.edtf, CAST(x.range AS daterange)
FROM unnest(CAST(:keys AS text[]), CAST(:values AS text[]), CAST(:edtfs AS text[]), CAST(:ranges AS text[]))
    x(key, value, edtf, range)
WHERE NOT EXISTS (
    SELECT FROM stancedb.actor_attribute t
    WHERE t.actor_id = :key AND t.key = x.key AND t.during_from IS NOT DISTINCT FROM lower(CAST(x.range AS daterange))
);

-- name: told_apart
-- Two different identifiers of one global scheme, of two actors and all actors merged into them.
SELECT one.scheme, one.value AS own, another.value AS other
FROM stancedb.actor a
JOIN stancedb.actor_identifier one ON one.actor_id = a.id AND one.scheme = ANY (:schemes)
JOIN stancedb.actor_identifier another ON another.scheme = one.scheme AND another.value <> one.value
JOIN stancedb.actor b ON b.id = another.actor_id
WHERE :key IN (a.id, a.merged_into_id) AND :target IN (b.id, b.merged_into_id)
ORDER BY one.scheme, one.value, another.value
LIMIT 1;

-- name: merge_actors
-- Actors merged into the first are redirected to the second, so that one step always suffices.
UPDATE stancedb.actor SET merged_into_id = :target WHERE :key IN (id, merged_into_id);

-- name: try_pattern
SELECT '' ~ CAST(:pattern AS text);

-- name: add_scheme
INSERT INTO stancedb.identifier_scheme (code, label, definition, pattern, url_template)
VALUES (:code, :label, :definition, :pattern, :url_template);
