-- name: link_statements
INSERT INTO stancedb.statement_link (statement_id, kind, target_id) VALUES (:statement, :kind, :target);

-- name: retract_statement
UPDATE stancedb.statement SET retracted_on = current_date, retracted_reason = :reason WHERE id = :key;

-- name: find_same_words
-- The statements of copies that say the same as one of another member of their family, with the one that stays.
CREATE TEMPORARY TABLE same_words ON COMMIT DROP AS
WITH printed AS (
    SELECT w.root_id, st.id, st.slug, sp.standing_id AS speaker_id, st.said,
        stancedb.search_text(m.quote) AS words, w.article_id = w.root_id AS is_original
    FROM stancedb.family_of(CAST(:copies AS bigint[])) w
    JOIN stancedb.article_version v ON v.article_id = w.article_id
    JOIN stancedb.mention m ON m.article_version_id = v.id
    JOIN stancedb.statement st ON st.id = m.statement_id
    JOIN stancedb.standing_actor sp ON sp.id = st.speaker_id
    WHERE st.merged_into_id IS NULL AND st.retracted_on IS NULL
),
first AS (
    SELECT p.id, p.slug, first_value(p.id) OVER alike AS kept_id, first_value(p.slug) OVER alike AS kept_slug
    FROM printed p
    WINDOW alike AS (
        PARTITION BY p.root_id, p.speaker_id, p.said, p.words ORDER BY p.is_original DESC, p.slug COLLATE "C"
    )
)
SELECT DISTINCT ON (f.id) f.id AS gone_id, f.slug AS gone_slug, f.kept_id FROM first f
WHERE f.id NOT IN (SELECT k.kept_id FROM first k) ORDER BY f.id, f.kept_slug COLLATE "C";

-- name: count_same_words
SELECT v.article_id, count(DISTINCT x.gone_id) AS merged
FROM same_words x
JOIN stancedb.mention m ON m.statement_id = x.gone_id
JOIN stancedb.article_version v ON v.id = m.article_version_id
GROUP BY v.article_id;

-- name: statements_of_same_words
SELECT gone_id FROM same_words UNION SELECT kept_id FROM same_words;

-- name: remember_mentions
-- Which mention each coding rests on. A coding and its mention are of one statement, and go over one after the other.
CREATE TEMPORARY TABLE judged ON COMMIT DROP AS
SELECT c.id AS coding_id, c.mention_id, m.article_version_id, m.char_start, m.char_end
FROM same_words x JOIN stancedb.coding c ON c.statement_id = x.gone_id JOIN stancedb.mention m ON m.id = c.mention_id;

-- name: part_codings
UPDATE stancedb.coding c SET mention_id = NULL FROM judged j WHERE c.id = j.coding_id;

-- name: rejoin_codings
-- A coding rests on its mention again, or on the one of the same place, where both are of one statement.
UPDATE stancedb.coding c SET mention_id = m.id
FROM judged j JOIN stancedb.mention m USING (article_version_id, char_start, char_end)
WHERE c.id = j.coding_id AND m.statement_id = c.statement_id;

-- name: forget_mentions
DROP TABLE judged;

-- name: move_mentions
-- Which of several goes over follows from what they say and not from when they were recorded: of several mentions of
-- one place that of the first statement, in the order of the slugs.
UPDATE stancedb.mention m SET statement_id = g.kept_id FROM (
    SELECT DISTINCT ON (x.kept_id, m.article_version_id, m.char_start, m.char_end) m.id, x.kept_id
    FROM same_words x JOIN stancedb.mention m ON m.statement_id = x.gone_id
    ORDER BY x.kept_id, m.article_version_id, m.char_start, m.char_end, x.gone_slug COLLATE "C"
) g
WHERE m.id = g.id AND NOT EXISTS (
    SELECT FROM stancedb.mention k WHERE k.statement_id = g.kept_id
        AND (k.article_version_id, k.char_start, k.char_end) = (m.article_version_id, m.char_start, m.char_end)
);

-- name: move_codings
-- Of several that come together, that of the first statement goes over, for each coder; and of the final ones the first
-- by statement, coder and codebook.
UPDATE stancedb.coding c SET statement_id = g.kept_id FROM (
    SELECT c.id, x.kept_id, c.holder_id, c.issue_id, c.is_final, c.coder_id, c.codebook_version_id,
        row_number() OVER (
            PARTITION BY x.kept_id, c.holder_id, c.issue_id, c.coder_id, c.codebook_version_id
            ORDER BY c.is_final DESC, x.gone_slug COLLATE "C"
        ) AS of_coder,
        row_number() OVER (
            PARTITION BY x.kept_id, c.holder_id, c.issue_id, c.is_final
            ORDER BY x.gone_slug COLLATE "C", k.name COLLATE "C", v.label COLLATE "C"
        ) AS of_final
    FROM same_words x JOIN stancedb.coding c ON c.statement_id = x.gone_id JOIN stancedb.coder k ON k.id = c.coder_id
    JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
) g
WHERE c.id = g.id AND g.of_coder = 1 AND (g.of_final = 1 OR NOT g.is_final) AND NOT EXISTS (
    SELECT FROM stancedb.coding k
    WHERE k.statement_id = g.kept_id AND (k.holder_id, k.issue_id) = (g.holder_id, g.issue_id) AND (
        (k.is_final AND g.is_final)
        OR (k.coder_id, k.codebook_version_id) = (g.coder_id, g.codebook_version_id)
    )
);

-- name: move_links
-- Of several that come together, the one of the first statement goes over.
UPDATE stancedb.statement_link l SET statement_id = g.kept_id FROM (
    SELECT DISTINCT ON (x.kept_id, l.target_id, l.kind) x.kept_id, x.gone_id, l.target_id, l.kind
    FROM same_words x JOIN stancedb.statement_link l ON l.statement_id = x.gone_id
    WHERE l.target_id <> x.kept_id
    ORDER BY x.kept_id, l.target_id, l.kind, x.gone_slug COLLATE "C"
) g
WHERE (l.statement_id, l.target_id, l.kind) = (g.gone_id, g.target_id, g.kind) AND NOT EXISTS (
    SELECT FROM stancedb.statement_link k
    WHERE k.statement_id = g.kept_id AND (k.target_id, k.kind) = (l.target_id, l.kind)
);

-- name: move_links_to_them
-- Of several that come together, the one of the first statement goes over.
UPDATE stancedb.statement_link l SET target_id = g.kept_id FROM (
    SELECT DISTINCT ON (x.kept_id, l.statement_id, l.kind) x.kept_id, x.gone_id, l.statement_id, l.kind
    FROM same_words x JOIN stancedb.statement_link l ON l.target_id = x.gone_id
    WHERE l.statement_id <> x.kept_id
    ORDER BY x.kept_id, l.statement_id, l.kind, x.gone_slug COLLATE "C"
) g
WHERE (l.target_id, l.statement_id, l.kind) = (g.gone_id, g.statement_id, g.kind) AND NOT EXISTS (
    SELECT FROM stancedb.statement_link k
    WHERE k.target_id = g.kept_id AND (k.statement_id, k.kind) = (l.statement_id, l.kind)
);

-- name: move_causes
-- Of several that come together, the first that somebody asserts goes over.
UPDATE stancedb.causal_link l SET from_statement_id = g.kept_id FROM (
    SELECT l.id, x.kept_id, l.kind, l.asserted_by_id, l.to_statement_id, l.to_event_id, row_number() OVER (
        PARTITION BY x.kept_id, l.kind, l.asserted_by_id, l.to_statement_id, l.to_event_id
        ORDER BY x.gone_slug COLLATE "C"
    ) AS of_link
    FROM same_words x JOIN stancedb.causal_link l ON l.from_statement_id = x.gone_id
    WHERE l.to_statement_id IS DISTINCT FROM x.kept_id
) g
WHERE l.id = g.id AND g.of_link = 1 AND NOT EXISTS (
    SELECT FROM stancedb.causal_link k
    WHERE k.from_statement_id = g.kept_id AND (k.kind, k.asserted_by_id) = (g.kind, g.asserted_by_id)
        AND (k.to_statement_id, k.to_event_id) IS NOT DISTINCT FROM (g.to_statement_id, g.to_event_id)
);

-- name: move_effects
-- Of several that come together, the first that somebody asserts goes over.
UPDATE stancedb.causal_link l SET to_statement_id = g.kept_id FROM (
    SELECT l.id, x.kept_id, l.kind, l.asserted_by_id, l.from_statement_id, l.from_event_id, row_number() OVER (
        PARTITION BY x.kept_id, l.kind, l.asserted_by_id, l.from_statement_id, l.from_event_id
        ORDER BY x.gone_slug COLLATE "C"
    ) AS of_link
    FROM same_words x JOIN stancedb.causal_link l ON l.to_statement_id = x.gone_id
    WHERE l.from_statement_id IS DISTINCT FROM x.kept_id
) g
WHERE l.id = g.id AND g.of_link = 1 AND NOT EXISTS (
    SELECT FROM stancedb.causal_link k
    WHERE k.to_statement_id = g.kept_id AND (k.kind, k.asserted_by_id) = (g.kind, g.asserted_by_id)
        AND (k.from_statement_id, k.from_event_id) IS NOT DISTINCT FROM (g.from_statement_id, g.from_event_id)
);

-- name: merge_statements
UPDATE stancedb.statement s SET merged_into_id = x.kept_id FROM same_words x
WHERE x.gone_id IN (s.id, s.merged_into_id);

-- name: forget_same_words
DROP TABLE same_words;
