-- Of the texts in which the quote of a line was found, one place stays: that of a mention at hand, else the newest text's.
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
WHERE f.ctid = c.place AND (c.choice > 1 OR NOT c.is_of_line)
