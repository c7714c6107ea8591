-- The handles of each kind of object, by its noun, with their keys: a single handle, or all with a prefix.

-- name: actor
SELECT x.id, x.slug AS handle FROM {actor} x
WHERE true
    AND x.slug = :handle -- if :handle
    AND starts_with(x.slug, :prefix) -- if :prefix
ORDER BY x.slug LIMIT :limit;

-- name: article
SELECT x.id, x.slug AS handle FROM {article} x
WHERE true
    AND x.slug = :handle -- if :handle
    AND starts_with(x.slug, :prefix) -- if :prefix
ORDER BY x.slug LIMIT :limit;

-- name: outlet
SELECT x.id, x.slug AS handle FROM {outlet} x
WHERE true
    AND x.slug = :handle -- if :handle
    AND starts_with(x.slug, :prefix) -- if :prefix
ORDER BY x.slug LIMIT :limit;

-- name: issue
SELECT x.id, x.slug AS handle FROM {issue} x
WHERE true
    AND x.slug = :handle -- if :handle
    AND starts_with(x.slug, :prefix) -- if :prefix
ORDER BY x.slug LIMIT :limit;

-- name: statement
SELECT x.id, x.slug AS handle FROM {statement} x
WHERE true
    AND x.slug = :handle -- if :handle
    AND starts_with(x.slug, :prefix) -- if :prefix
ORDER BY x.slug LIMIT :limit;

-- name: event
SELECT x.id, x.slug AS handle FROM {event} x
WHERE true
    AND x.slug = :handle -- if :handle
    AND starts_with(x.slug, :prefix) -- if :prefix
ORDER BY x.slug LIMIT :limit;

-- name: indicator
SELECT x.id, x.slug AS handle FROM {indicator} x
WHERE true
    AND x.slug = :handle -- if :handle
    AND starts_with(x.slug, :prefix) -- if :prefix
ORDER BY x.slug LIMIT :limit;

-- name: codebook
SELECT x.id, x.label AS handle FROM {codebook_version} x
WHERE true
    AND x.label = :handle -- if :handle
    AND starts_with(x.label, :prefix) -- if :prefix
ORDER BY x.label LIMIT :limit;

-- name: coder
SELECT x.id, x.name AS handle FROM {coder} x
WHERE true
    AND x.name = :handle -- if :handle
    AND starts_with(x.name, :prefix) -- if :prefix
ORDER BY x.name LIMIT :limit;

-- name: round
SELECT x.id, x.slug AS handle FROM stancedb.coding_round x
WHERE true
    AND x.slug = :handle -- if :handle
    AND starts_with(x.slug, :prefix) -- if :prefix
ORDER BY x.slug LIMIT :limit;

-- name: assignment
-- Only open assignments are suggested, and only a coder's own.
SELECT x.id, CAST(x.id AS text) AS handle FROM stancedb.visible_assignments() x
WHERE x.state = 'open'
    AND CAST(x.id AS text) = :handle -- if :handle
    AND starts_with(CAST(x.id AS text), :prefix) -- if :prefix
ORDER BY x.id LIMIT :limit;

-- name: rule
SELECT x.id, x.slug AS handle FROM {derivation_rule} x
WHERE true
    AND x.slug = :handle -- if :handle
    AND starts_with(x.slug, :prefix) -- if :prefix
ORDER BY x.slug LIMIT :limit;

-- name: act
SELECT x.id, x.code AS handle FROM {act} x
WHERE true
    AND x.code = :handle -- if :handle
    AND starts_with(x.code, :prefix) -- if :prefix
ORDER BY x.code LIMIT :limit;

-- name: capacity
SELECT x.id, x.code AS handle FROM {capacity} x
WHERE true
    AND x.code = :handle -- if :handle
    AND starts_with(x.code, :prefix) -- if :prefix
ORDER BY x.code LIMIT :limit;

-- name: event_kind
SELECT x.id, x.code AS handle FROM {event_kind} x
WHERE true
    AND x.code = :handle -- if :handle
    AND starts_with(x.code, :prefix) -- if :prefix
ORDER BY x.code LIMIT :limit;

-- name: article_kind
SELECT x.id, x.code AS handle FROM {article_kind} x
WHERE true
    AND x.code = :handle -- if :handle
    AND starts_with(x.code, :prefix) -- if :prefix
ORDER BY x.code LIMIT :limit;

-- name: release
SELECT x.id, x.label AS handle FROM {release} x
WHERE true
    AND x.label = :handle -- if :handle
    AND starts_with(x.label, :prefix) -- if :prefix
ORDER BY x.label LIMIT :limit;

-- name: position
-- A handle that several issues share is listed once.
SELECT min(x.id) AS id, x.slug AS handle FROM {position} x
WHERE true
    AND x.slug = :handle -- if :handle
    AND starts_with(x.slug, :prefix) -- if :prefix
GROUP BY x.slug ORDER BY x.slug LIMIT :limit;

-- name: called
-- The actors that match a handle that is not a slug: by identifier, else by exact name, else by name regardless of
-- case, accents and punctuation. The name of an office means the office itself; a merged actor is resolved to the
-- target of the merge.
WITH found AS (
    SELECT i.actor_id, 1 AS rung, 'identifier' AS why
    FROM stancedb.actor_identifier i
    WHERE strpos(:handle, ':') > 0 AND i.scheme = split_part(:handle, ':', 1)
        AND i.value = btrim(substr(:handle, strpos(:handle, ':') + 1))
    UNION ALL
    SELECT n.actor_id, 2, 'name ' || n.name
    FROM stancedb.actor_name n
    WHERE lower(normalize(btrim(regexp_replace(n.name, '\s+', ' ', 'g')), NFC))
        = lower(normalize(btrim(regexp_replace(:handle, '\s+', ' ', 'g')), NFC))
    UNION ALL
    SELECT n.actor_id, 3, 'name ' || n.name
    FROM stancedb.actor_name n
    WHERE stancedb.search_text(replace(replace(replace(lower(n.name), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'))
        = stancedb.search_text(replace(replace(replace(lower(:handle), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'))
        AND btrim(stancedb.search_text(:handle)) <> ''
)
SELECT DISTINCT ON (r.slug) r.id, r.slug, r.kind, f.why
FROM found f
JOIN stancedb.standing_actor a ON a.id = f.actor_id
JOIN stancedb.actor r ON r.id = a.standing_id
WHERE f.rung = (SELECT min(g.rung) FROM found g)
ORDER BY r.slug, f.why;

-- name: standing_actor
SELECT k.id, k.slug FROM {standing_actor} a JOIN {actor} k ON k.id = a.standing_id WHERE a.id = :actor;

-- name: standing_issue
SELECT k.id, k.slug FROM {standing_issue} i JOIN {issue} k ON k.id = i.standing_id WHERE i.id = :issue;

-- name: standing_position
SELECT k.slug FROM {standing_position} p JOIN {position} k ON k.id = p.standing_id WHERE p.id = :position;

-- name: positions
SELECT p.slug, p.id FROM stancedb.position p WHERE p.issue_id = :issue;

-- name: answer_keys
-- The keys for a question about stances; a merged issue is resolved to the issue that it was merged into.
SELECT stancedb.day_of(:number) AS today, r.id AS rule, a.id AS holder, a.merged_into_id AS merged_into,
    coalesce(m.id, i.id) AS issue, coalesce(m.slug, i.slug) AS issue_slug
FROM (SELECT) one
LEFT JOIN stancedb.derivation_rule r ON r.slug = :rule
LEFT JOIN {actor} a ON a.slug = :holder
LEFT JOIN {issue} i ON i.slug = :issue
LEFT JOIN {issue} m ON m.id = i.merged_into_id;
