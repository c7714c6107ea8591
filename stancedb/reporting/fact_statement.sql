-- The judgements that count, each with the words it rests on.
CREATE TABLE reporting.fact_statement (
    coding_key bigint PRIMARY KEY,
    statement_date date NOT NULL REFERENCES reporting.dim_date DEFERRABLE,
    statement_end date,
    statement_last date,
    statement_edtf text NOT NULL,
    actor_key bigint NOT NULL REFERENCES reporting.dim_actor DEFERRABLE,
    speaker_key bigint NOT NULL REFERENCES reporting.dim_actor DEFERRABLE,
    issue_key bigint NOT NULL REFERENCES reporting.dim_issue DEFERRABLE,
    position_key bigint NOT NULL REFERENCES reporting.dim_position DEFERRABLE,
    coder_key bigint NOT NULL REFERENCES reporting.dim_coder DEFERRABLE,
    article_key bigint NOT NULL REFERENCES reporting.dim_article DEFERRABLE,
    outlet_key bigint NOT NULL REFERENCES reporting.dim_outlet DEFERRABLE,
    event_key bigint NOT NULL REFERENCES reporting.dim_event DEFERRABLE,
    statement_code text NOT NULL,
    statement_act text NOT NULL,
    authority smallint NOT NULL,
    verification text NOT NULL,
    self_declared text NOT NULL,
    coding_basis text NOT NULL,
    explicitness text NOT NULL,
    vagueness text NOT NULL,
    confidence text NOT NULL,
    confidence_rank smallint NOT NULL,
    stated_condition text,
    codebook_version text NOT NULL,
    position_score double precision,
    mention_count bigint NOT NULL,
    quote_text text,
    quote_rendering text,
    is_evidence boolean NOT NULL
);
CREATE INDEX ON reporting.fact_statement (statement_date);
CREATE INDEX ON reporting.fact_statement (actor_key, issue_key, statement_date);
CREATE INDEX ON reporting.fact_statement (speaker_key);
CREATE INDEX ON reporting.fact_statement (issue_key, statement_date);
CREATE INDEX ON reporting.fact_statement (position_key);
CREATE INDEX ON reporting.fact_statement (coder_key);
CREATE INDEX ON reporting.fact_statement (article_key);
CREATE INDEX ON reporting.fact_statement (outlet_key);
CREATE INDEX ON reporting.fact_statement (event_key);
COMMENT ON TABLE reporting.fact_statement IS 'Grain: one final coding: the coding that counts for one statement, one holder and one issue. Merged and retracted statements are left out.';
COMMENT ON COLUMN reporting.fact_statement.coding_key IS 'Internal key of the coding.';
COMMENT ON COLUMN reporting.fact_statement.statement_date IS 'First possible day of the statement, local to the place of the speaker; joins dim_date.';
COMMENT ON COLUMN reporting.fact_statement.statement_end IS 'First day after the last possible one (exclusive); empty if open. The day after statement_date where the day is known.';
COMMENT ON COLUMN reporting.fact_statement.statement_last IS 'Last possible day of the statement (inclusive); empty if open.';
COMMENT ON COLUMN reporting.fact_statement.statement_edtf IS 'When it was said, as precisely as it is known, as an EDTF string: 2023-09 for a month.';
COMMENT ON COLUMN reporting.fact_statement.actor_key IS 'The holder, whose position it is; joins dim_actor.';
COMMENT ON COLUMN reporting.fact_statement.speaker_key IS 'The speaker, who need not be the holder; joins dim_actor in a second role.';
COMMENT ON COLUMN reporting.fact_statement.issue_key IS 'The policy question; joins dim_issue.';
COMMENT ON COLUMN reporting.fact_statement.position_key IS 'The position expressed; joins dim_position. -1 if the statement addresses the issue and takes none.';
COMMENT ON COLUMN reporting.fact_statement.coder_key IS 'The coder; joins dim_coder.';
COMMENT ON COLUMN reporting.fact_statement.article_key IS 'The article the quote is from; joins dim_article. -1 if there is none.';
COMMENT ON COLUMN reporting.fact_statement.outlet_key IS 'The outlet of that article; joins dim_outlet. -1 if there is none.';
COMMENT ON COLUMN reporting.fact_statement.event_key IS 'The event during which it was said; joins dim_event. -1 if there is none.';
COMMENT ON COLUMN reporting.fact_statement.statement_code IS 'Stable public handle of the statement.';
COMMENT ON COLUMN reporting.fact_statement.statement_act IS 'What the statement does: assert, commit, warn, deny, decline_to_comment and so on.';
COMMENT ON COLUMN reporting.fact_statement.authority IS 'Authority of the statement: 6 law, treaty, cabinet decision; 5 written answer; 4 prepared; 3 ad-lib; 2 aside; 1 anonymous.';
COMMENT ON COLUMN reporting.fact_statement.verification IS 'How certain it is that the statement was made: confirmed, single_source, disputed, denied or refuted.';
COMMENT ON COLUMN reporting.fact_statement.self_declared IS 'What the speaker says about change: none, claims_unchanged or claims_changed.';
COMMENT ON COLUMN reporting.fact_statement.coding_basis IS 'Why the position is attributed to the holder: self, on_behalf or attributed_by_other.';
COMMENT ON COLUMN reporting.fact_statement.explicitness IS 'How openly the statement takes the position: explicit, implicit or inferred.';
COMMENT ON COLUMN reporting.fact_statement.vagueness IS 'Whether the wording commits the holder: committal or non_committal.';
COMMENT ON COLUMN reporting.fact_statement.confidence IS 'How confident the coder is: low, moderate or high; sort by confidence_rank.';
COMMENT ON COLUMN reporting.fact_statement.confidence_rank IS 'Confidence as a number: 1 low, 2 moderate, 3 high.';
COMMENT ON COLUMN reporting.fact_statement.stated_condition IS 'The condition under which the position is said to hold; empty if none.';
COMMENT ON COLUMN reporting.fact_statement.codebook_version IS 'Version of the codebook under which it was coded.';
COMMENT ON COLUMN reporting.fact_statement.position_score IS 'Score of the position from -1 to 1; empty for ambiguity and if the issue has none.';
COMMENT ON COLUMN reporting.fact_statement.mention_count IS 'Number of places in the loaded articles where the statement is printed.';
COMMENT ON COLUMN reporting.fact_statement.quote_text IS 'The text as printed in the article, cut after 2,000 characters; empty if no article is loaded.';
COMMENT ON COLUMN reporting.fact_statement.quote_rendering IS 'How the outlet prints it: verbatim, partial_quote, translated_quote, paraphrase, characterisation or headline.';
COMMENT ON COLUMN reporting.fact_statement.is_evidence IS 'True if the coding can count for a stance: it takes a position, and the statement is not denied or refuted.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
-- The quote comes from the mention that the coding rests on, else from the mention that the command line shows first.
WITH quoted AS (
    SELECT DISTINCT ON (t.coding_key) t.coding_key, m.article_id AS article_key, m.outlet_id AS outlet_key, m.rendering,
        CASE WHEN char_length(m.quote) > 2000 THEN left(m.quote, 1999) || '…' ELSE m.quote END AS quote_text,
        count(*) OVER (PARTITION BY t.coding_key) AS mention_count
    FROM touched_coding t JOIN stancedb.coding c ON c.id = t.coding_key
    JOIN stancedb.printed_mention m ON m.statement_id = c.statement_id
    ORDER BY t.coding_key, m.is_unreliable, m.mention_id = c.mention_id DESC NULLS LAST, m.place
)
SELECT c.id AS coding_key, s.said_from AS statement_date, s.said_to AS statement_end,
    s.said_to - 1 AS statement_last, s.said_edtf AS statement_edtf,
    h.standing_id AS actor_key, k.standing_id AS speaker_key, g.standing_id AS issue_key,
    coalesce(p.id, -1) AS position_key, c.coder_id AS coder_key,
    coalesce(q.article_key, -1) AS article_key, coalesce(q.outlet_key, -1) AS outlet_key,
    coalesce(s.event_id, -1) AS event_key, s.slug AS statement_code, s.act AS statement_act, s.authority,
    s.verification, s.self_declared, c.basis AS coding_basis, c.explicitness, c.vagueness, c.confidence,
    array_position(ARRAY['low', 'moderate', 'high'], c.confidence) AS confidence_rank,
    left(c.condition, 8000) AS stated_condition, b.label AS codebook_version, p.score AS position_score,
    coalesce(q.mention_count, 0) AS mention_count, q.quote_text, q.rendering AS quote_rendering,
    c.position_id IS NOT NULL AND s.verification NOT IN ('denied', 'refuted') AS is_evidence
FROM touched_coding t JOIN stancedb.coding c ON c.id = t.coding_key
JOIN stancedb.statement s ON s.id = c.statement_id
JOIN stancedb.standing_actor h ON h.id = c.holder_id JOIN stancedb.standing_actor k ON k.id = s.speaker_id
JOIN stancedb.codebook_version b ON b.id = c.codebook_version_id
JOIN stancedb.standing_issue g ON g.id = c.issue_id
-- A coding keeps its original position, but counts for the position that it was merged into.
LEFT JOIN stancedb.standing_position n ON n.id = c.position_id
LEFT JOIN stancedb.position p ON p.id = n.standing_id
LEFT JOIN quoted q ON q.coding_key = c.id
WHERE c.is_final AND s.merged_into_id IS NULL AND s.retracted_on IS NULL;
