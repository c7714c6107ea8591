-- name: drop_called
DROP TABLE IF EXISTS pg_temp.called, pg_temp.meant;

-- name: called
-- Names of actors in staged lines that are not slugs, with the day of speaking.
CREATE TEMPORARY TABLE called ON COMMIT DROP AS
SELECT DISTINCT x.handle, s.said
FROM staged_statement s CROSS JOIN LATERAL (VALUES (s.speaker), (s.holder), (s.on_behalf_of)) x(handle)
WHERE x.handle IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.actor a WHERE a.slug = x.handle);

-- name: is_any_called
SELECT EXISTS (SELECT FROM called);

-- name: meant
-- The actors that each handle may refer to on the day of speaking, only those with the best kind of match.
--
-- A slug takes precedence over an identifier (scheme:value), an identifier over a name, and an exact name over one that
-- differs in accents and punctuation. Case, spaces and the Unicode form of accents are ignored. The name of an office
-- means its holder on the day, or the office itself if no holder is known; a merged actor is replaced by the target of
-- the merge.
CREATE TEMPORARY TABLE meant ON COMMIT DROP AS
WITH asked AS (
    SELECT DISTINCT c.handle, c.said FROM called c
),
written AS (
    SELECT q.handle, q.said, n.actor_id, n.name
    FROM asked q
    JOIN stancedb.actor_name n
        ON lower(normalize(btrim(regexp_replace(n.name, '\s+', ' ', 'g')), NFC))
            = lower(normalize(btrim(regexp_replace(q.handle, '\s+', ' ', 'g')), NFC))
        AND n.used && q.said
),
named AS (
    SELECT w.handle, w.said, a.id, k.standing_id AS kept_id, a.kind, w.name
    FROM (
        SELECT * FROM written
        UNION ALL
        SELECT q.handle, q.said, n.actor_id, n.name
        FROM asked q
        JOIN stancedb.actor_name n
            ON stancedb.search_text(replace(replace(replace(lower(n.name), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'))
                = stancedb.search_text(replace(replace(replace(lower(q.handle), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'))
            AND n.used && q.said
        WHERE btrim(
            stancedb.search_text(replace(replace(replace(lower(q.handle), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'))
        ) <> ''
            AND NOT EXISTS (SELECT FROM written o WHERE o.handle = q.handle AND o.said = q.said)
    ) w
    JOIN stancedb.actor a ON a.id = w.actor_id
    JOIN stancedb.standing_actor k ON k.id = a.id
),
found AS (
    SELECT q.handle, q.said, a.id, 1 AS rank, 'slug' AS why
    FROM asked q JOIN stancedb.actor a ON a.slug = q.handle
    UNION ALL
    SELECT q.handle, q.said, i.actor_id, 2, 'identifier'
    FROM asked q
    JOIN stancedb.actor_identifier i ON i.scheme = split_part(q.handle, ':', 1)
        AND i.value = btrim(substr(q.handle, strpos(q.handle, ':') + 1))
        AND strpos(q.handle, ':') > 0
    UNION ALL
    SELECT m.handle, m.said, coalesce(t.person_id, m.id), 3,
        CASE WHEN t.id IS NULL THEN 'name ' || m.name ELSE 'held ' || m.name || ' ' || t.held_edtf END
    FROM named m
    LEFT JOIN (
        SELECT t.*, o.standing_id AS kept_id
        FROM stancedb.tenure t JOIN stancedb.standing_actor o ON o.id = t.office_id
    ) t ON m.kind = 'office' AND t.kept_id = m.kept_id AND t.held && m.said
        -- On a day that two tenures share, the new holder holds the office.
        AND NOT EXISTS (
            SELECT FROM stancedb.tenure n
            WHERE n.office_id = t.office_id AND n.seat = t.seat AND n.person_id <> t.person_id
                AND m.said <@ (t.held * n.held) AND t.held_to - 1 = n.held_from
                AND stancedb.tenure_certain(t.held, t.held_edtf) << stancedb.tenure_certain(n.held, n.held_edtf)
        )
),
best AS (
    SELECT f.*, min(f.rank) OVER (PARTITION BY f.handle, f.said) AS least FROM found f
),
candidate AS (
    SELECT DISTINCT ON (b.handle, b.said, r.slug) b.handle, b.said, r.slug, r.kind, b.why
    FROM best b
    JOIN stancedb.standing_actor a ON a.id = b.id
    JOIN stancedb.actor r ON r.id = a.standing_id
    WHERE b.rank = b.least
    ORDER BY b.handle, b.said, r.slug, b.why
)
SELECT c.handle, c.said, count(*) AS candidates, min(c.slug) AS slug,
    jsonb_agg(jsonb_build_object('slug', c.slug, 'kind', c.kind, 'why', c.why) ORDER BY c.slug) AS shown
FROM candidate c
GROUP BY c.handle, c.said;

-- name: count_meant
-- Every staged row is joined to this table, and the planner would assume that it is small.
ANALYZE meant;

-- name: ambiguous
SELECT s.ordinal, s.source, s.line, x.field, x.handle, m.shown AS candidates
FROM staged_statement s
CROSS JOIN LATERAL (
    VALUES (1, 'speaker', s.speaker), (2, 'holder', s.holder), (3, 'on_behalf_of', s.on_behalf_of)
) x(place, field, handle)
JOIN meant m ON m.handle = x.handle AND m.said = s.said AND m.candidates > 1
ORDER BY s.ordinal, x.place;

-- name: put_slugs
UPDATE staged_statement s SET
    speaker = coalesce(p.slug, s.speaker),
    holder = coalesce(h.slug, s.holder),
    on_behalf_of = coalesce(b.slug, s.on_behalf_of)
FROM staged_statement x
LEFT JOIN meant p ON p.handle = x.speaker AND p.said = x.said AND p.candidates = 1
LEFT JOIN meant h ON h.handle = x.holder AND h.said = x.said AND h.candidates = 1
LEFT JOIN meant b ON b.handle = x.on_behalf_of AND b.said = x.said AND b.candidates = 1
WHERE x.ordinal = s.ordinal AND num_nonnulls(p.slug, h.slug, b.slug) > 0;
