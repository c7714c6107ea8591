-- name: staged_mention
-- The place of each line's quote: in the newest text of its article, or at an existing mention of the statement.
CREATE TEMPORARY TABLE staged_mention (
    ordinal bigint,
    source text,
    line bigint,
    article_version_id bigint,
    is_newest boolean,
    char_start integer,
    char_end integer,
    quote text,
    prefix text,
    suffix text
) ON COMMIT DROP;

-- name: quoted
-- The texts in which each line's quote is looked up.
--
-- They are the newest text of its article or the text that the line was read from, and older texts in which the
-- statement has a mention: a line keeps an existing place even if there are newer texts.
CREATE TEMPORARY TABLE quoted ON COMMIT DROP AS
WITH newest AS (
    SELECT a.slug, a.id AS article_id, v.id AS version_id
    FROM (SELECT DISTINCT article FROM staged_statement) d
    JOIN stancedb.article a ON a.slug = d.article
    JOIN stancedb.newest_text v ON v.article_id = a.id
),
looked_up AS (
    SELECT s.ordinal, coalesce(s.text_version, n.version_id) AS version_id, true AS is_newest
    FROM staged_statement s JOIN newest n ON n.slug = s.article
    UNION ALL
    SELECT DISTINCT s.ordinal, v.id, false FROM staged_statement s
    JOIN newest n ON n.slug = s.article
    JOIN stancedb.statement st ON st.slug = s.statement
    JOIN stancedb.mention m ON m.statement_id = st.id
    JOIN stancedb.article_version v ON v.id = m.article_version_id AND v.article_id = n.article_id
    WHERE v.id <> coalesce(s.text_version, n.version_id)
)
SELECT row_number() OVER (ORDER BY l.version_id, s.ordinal) AS place, l.version_id, s.ordinal, s.source, s.line,
    s.quote, s.prefix, s.suffix, s.span_start, s.span_end, l.is_newest
FROM looked_up l JOIN staged_statement s USING (ordinal);

-- name: index_quoted
CREATE INDEX ON quoted (place);

-- name: count_quoted
SELECT count(*), bool_or(NOT is_newest) FROM quoted;

-- name: some_quoted
SELECT version_id, is_newest, ordinal, source, line, quote, prefix, suffix, span_start, span_end
FROM quoted WHERE place > :begin AND place <= :end ORDER BY place;

-- name: bodies
SELECT v.id, v.body FROM stancedb.article_version v WHERE v.id = ANY (:versions);

-- name: drop_quoted
DROP TABLE quoted;

-- name: choose_places
-- Keep one place of those found for each line: an existing mention, or else the place in the newest text.
DELETE FROM staged_mention f
USING (
    SELECT p.ctid AS place, m.id IS NOT NULL OR p.is_newest AS is_of_line, row_number() OVER (
        PARTITION BY p.ordinal ORDER BY m.id IS NULL, p.is_newest DESC, v.retrieved_at DESC, v.id DESC
    ) AS choice
    FROM staged_mention p
    JOIN staged_statement s USING (ordinal)
    JOIN stancedb.article_version v ON v.id = p.article_version_id
    LEFT JOIN stancedb.statement st ON st.slug = s.statement
    LEFT JOIN stancedb.mention m ON m.statement_id = st.id AND m.article_version_id = p.article_version_id
        AND m.char_start = p.char_start AND m.char_end = p.char_end
) c
WHERE f.ctid = c.place AND (c.choice > 1 OR NOT c.is_of_line);

-- name: placed
SELECT ordinal FROM staged_mention;

-- name: count_unlike_places
-- The number of places where lines of one statement contradict each other on how it is printed. It is a count, not
-- EXISTS, so that the planner joins all rows at once instead of one by one.
SELECT count(*)
FROM (
    SELECT FROM staged_mention m JOIN staged_statement l USING (ordinal)
    GROUP BY l.statement, m.article_version_id, m.char_start, m.char_end
    HAVING count(*) > 1 AND (
        min(l.rendering) <> max(l.rendering)
        OR min(l.asserts) <> max(l.asserts)
        OR min(l.attribution) <> max(l.attribution)
    )
) x;

-- name: unlike_renderings
-- Lines that contradict the first line of their statement that describes how a place prints it.
WITH printed AS (
    SELECT m.ordinal, m.source, m.line, l.statement, m.article_version_id, m.char_start, m.char_end, x.field, x.value,
        x.place
    FROM staged_mention m
    JOIN staged_statement l USING (ordinal)
    CROSS JOIN LATERAL (
        VALUES (1, 'rendering', l.rendering), (2, 'asserts', l.asserts), (3, 'attribution', l.attribution)
    ) x(place, field, value)
    WHERE x.value IS NOT NULL
),
first AS (
    SELECT DISTINCT ON (statement, article_version_id, char_start, char_end, field)
        statement, article_version_id, char_start, char_end, field, value
    FROM printed
    ORDER BY statement, article_version_id, char_start, char_end, field, ordinal
)
SELECT DISTINCT p.ordinal, p.source, p.line, p.place, p.field, p.value AS found, p.statement, f.value AS earlier
FROM printed p JOIN first f USING (statement, article_version_id, char_start, char_end, field)
WHERE p.value <> f.value
ORDER BY p.ordinal, p.place;

-- name: mentions
-- Values that a line omits are taken from the other lines about the same place, which do not contradict it.
SELECT st.id AS statement_id, m.article_version_id, m.char_start, m.char_end, min(m.quote) AS quote,
    min(m.prefix) AS prefix, min(m.suffix) AS suffix, max(s.rendering) AS rendering, max(s.asserts) AS asserts,
    max(s.attribution) AS attribution
FROM staged_mention m
JOIN staged_statement s USING (ordinal)
JOIN stancedb.statement st ON st.slug = s.statement
GROUP BY st.id, m.article_version_id, m.char_start, m.char_end;
