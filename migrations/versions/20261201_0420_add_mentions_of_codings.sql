-- Add the mention that a coding rests on.

ALTER TABLE stancedb.mention ADD CONSTRAINT uq_mention_id_statement_id UNIQUE (id, statement_id);
ALTER TABLE stancedb.coding ADD COLUMN mention_id bigint;
ALTER TABLE history.coding ADD COLUMN mention_id bigint;

-- What was not known when a row was written is no new version of it, so nothing is recorded.
ALTER TABLE stancedb.coding DISABLE TRIGGER USER;
UPDATE stancedb.coding c SET mention_id = o.mention_id
FROM (
    SELECT m.statement_id, min(m.id) AS mention_id FROM stancedb.mention m GROUP BY m.statement_id HAVING count(*) = 1
) o
WHERE o.statement_id = c.statement_id;
UPDATE stancedb.coding c SET mention_id = o.mention_id
FROM (
    SELECT m.statement_id, m.changeset_id, min(m.id) AS mention_id
    FROM stancedb.mention m GROUP BY m.statement_id, m.changeset_id HAVING count(*) = 1
) o
WHERE (o.statement_id, o.changeset_id) = (c.statement_id, c.changeset_id) AND c.mention_id IS NULL;
ALTER TABLE stancedb.coding ENABLE TRIGGER USER;

ALTER TABLE stancedb.coding ADD CONSTRAINT fk_coding_mention_of_its_statement FOREIGN KEY (mention_id, statement_id) REFERENCES stancedb.mention (id, statement_id) DEFERRABLE;
CREATE INDEX ix_coding_mention_id ON stancedb.coding (mention_id) WHERE mention_id IS NOT NULL;

COMMENT ON CONSTRAINT uq_mention_id_statement_id ON stancedb.mention IS 'A mention id statement id must be unique.';
COMMENT ON CONSTRAINT fk_coding_mention_of_its_statement ON stancedb.coding IS 'A coding can only rest on a mention of its own statement.';
COMMENT ON COLUMN stancedb.coding.mention_id IS 'The place in a text that the coder judged; null where it is not known.';
COMMENT ON COLUMN history.coding.mention_id IS 'The place in a text that the coder judged; null where it is not known.';
