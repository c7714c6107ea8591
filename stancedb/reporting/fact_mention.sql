-- Every place where a statement is printed.
CREATE TABLE reporting.fact_mention (
    mention_key bigint PRIMARY KEY,
    statement_date date NOT NULL REFERENCES reporting.dim_date DEFERRABLE,
    speaker_key bigint NOT NULL REFERENCES reporting.dim_actor DEFERRABLE,
    article_key bigint NOT NULL REFERENCES reporting.dim_article DEFERRABLE,
    outlet_key bigint NOT NULL REFERENCES reporting.dim_outlet DEFERRABLE,
    event_key bigint NOT NULL REFERENCES reporting.dim_event DEFERRABLE,
    statement_code text NOT NULL,
    published_date date,
    quote_text text NOT NULL,
    quote_rendering text NOT NULL,
    quote_assertion text NOT NULL,
    mention_preference text NOT NULL
);
CREATE INDEX ON reporting.fact_mention (statement_date);
CREATE INDEX ON reporting.fact_mention (speaker_key);
CREATE INDEX ON reporting.fact_mention (article_key);
CREATE INDEX ON reporting.fact_mention (outlet_key);
CREATE INDEX ON reporting.fact_mention (event_key);
CREATE INDEX ON reporting.fact_mention (statement_code);
COMMENT ON TABLE reporting.fact_mention IS 'Grain: one place in one article where a statement is printed. Ten papers printing one wire story are ten mentions of one statement.';
COMMENT ON COLUMN reporting.fact_mention.mention_key IS 'Internal key of the mention.';
COMMENT ON COLUMN reporting.fact_mention.statement_date IS 'First possible day of the statement, local to the place of the speaker; joins dim_date.';
COMMENT ON COLUMN reporting.fact_mention.speaker_key IS 'The speaker; joins dim_actor.';
COMMENT ON COLUMN reporting.fact_mention.article_key IS 'The article it is printed in; joins dim_article.';
COMMENT ON COLUMN reporting.fact_mention.outlet_key IS 'The outlet of the article; joins dim_outlet.';
COMMENT ON COLUMN reporting.fact_mention.event_key IS 'The event during which it was said; joins dim_event. -1 if there is none.';
COMMENT ON COLUMN reporting.fact_mention.statement_code IS 'Stable public handle of the statement.';
COMMENT ON COLUMN reporting.fact_mention.published_date IS 'First possible day of publication of the article; empty if unknown.';
COMMENT ON COLUMN reporting.fact_mention.quote_text IS 'The text as printed in the article, cut after 2,000 characters.';
COMMENT ON COLUMN reporting.fact_mention.quote_rendering IS 'How the outlet prints it: verbatim, partial_quote, translated_quote, paraphrase, characterisation or headline.';
COMMENT ON COLUMN reporting.fact_mention.quote_assertion IS 'Whether the outlet says that the statement was made: asserts, denies or doubts.';
COMMENT ON COLUMN reporting.fact_mention.mention_preference IS 'Which mention to show first: preferred, normal or deprecated.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT m.id AS mention_key, s.said_from AS statement_date, k.standing_id AS speaker_key,
    a.id AS article_key, a.outlet_id AS outlet_key, coalesce(s.event_id, -1) AS event_key, s.slug AS statement_code,
    a.published_from AS published_date,
    CASE WHEN char_length(m.quote) > 2000 THEN left(m.quote, 1999) || '…' ELSE m.quote END AS quote_text,
    m.rendering AS quote_rendering, m.asserts AS quote_assertion, m.rank AS mention_preference
FROM touched_mention t JOIN stancedb.mention m ON m.id = t.mention_key
JOIN stancedb.statement s ON s.id = m.statement_id JOIN stancedb.standing_actor k ON k.id = s.speaker_id
JOIN stancedb.article_version v ON v.id = m.article_version_id JOIN stancedb.article a ON a.id = v.article_id
WHERE s.merged_into_id IS NULL AND s.retracted_on IS NULL;
