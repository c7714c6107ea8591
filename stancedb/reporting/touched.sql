-- What a refresh looks at: temporary tables of the keys whose rows may differ from those reported before.
--
-- Parameters, inserted as constants so that the planner sees that a step has little to find, or nothing
--   :first    the lowest key of new_changeset, the changesets since the last refresh
--   :before   the day as of which stances were reported before
--   :day      the day as of which they are reported now
--   :is_full  whether to look at everything
--
-- Changes are found by the columns in which every curated row, and every earlier version of one, names its changeset. A
-- changeset that took long has a lower key than others that were reported before it.

CREATE TEMPORARY TABLE touched_article ON COMMIT DROP AS
SELECT x.id AS article_key FROM stancedb.article x
WHERE x.changeset_id >= :first AND x.changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT x.id FROM history.article x WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT -1;
ANALYZE touched_article;

CREATE TEMPORARY TABLE touched_statement ON COMMIT DROP AS
WITH merged AS (
    SELECT x.id FROM stancedb.actor x
    WHERE x.merged_into_id IS NOT NULL AND x.changeset_id IN (SELECT id FROM new_changeset)
    UNION
    SELECT x.id FROM history.actor x
    WHERE x.merged_into_id IS NOT NULL AND x.ended_changeset_id IN (SELECT id FROM new_changeset)
)
SELECT x.id AS statement_key FROM stancedb.statement x
WHERE x.changeset_id >= :first AND x.changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT x.id FROM history.statement x WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT x.statement_id FROM stancedb.coding x
WHERE x.changeset_id >= :first AND x.changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT x.statement_id FROM history.coding x WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT c.statement_id FROM stancedb.coding_attribute x JOIN stancedb.coding c ON c.id = x.coding_id
WHERE x.changeset_id >= :first AND x.changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT c.statement_id FROM history.coding_attribute x JOIN stancedb.coding c ON c.id = x.coding_id
WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT x.statement_id FROM stancedb.mention x
WHERE x.changeset_id >= :first AND x.changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT x.statement_id FROM history.mention x WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT m.statement_id
FROM (
    SELECT DISTINCT x.id FROM history.article x WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset)
) x
JOIN stancedb.article_version v ON v.article_id = x.id JOIN stancedb.mention m ON m.article_version_id = v.id
UNION
SELECT s.id FROM merged JOIN stancedb.statement s ON s.speaker_id = merged.id
UNION
SELECT c.statement_id FROM merged JOIN stancedb.coding c ON c.holder_id = merged.id
UNION
SELECT c.statement_id
FROM (
    SELECT DISTINCT x.issue_id, x.id FROM history.position x
    WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset)
) x
JOIN stancedb.position n ON x.id IN (n.id, n.merged_into_id)
JOIN stancedb.coding c ON c.issue_id = n.issue_id AND c.position_id = n.id
UNION
SELECT c.statement_id
FROM (
    SELECT DISTINCT x.id FROM history.issue x JOIN stancedb.issue n ON n.id = x.id
    WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset) AND x.merged_into_id IS DISTINCT FROM n.merged_into_id
) x
JOIN stancedb.coding c ON c.issue_id = x.id
UNION
SELECT c.statement_id
FROM (
    SELECT DISTINCT x.id FROM history.codebook_version x WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset)
) x
JOIN stancedb.coding c ON c.codebook_version_id = x.id;
ANALYZE touched_statement;

CREATE TEMPORARY TABLE touched_coding ON COMMIT DROP AS
SELECT c.id AS coding_key FROM touched_statement t JOIN stancedb.coding c ON c.statement_id = t.statement_key
UNION
SELECT x.id FROM history.coding x WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset);
ANALYZE touched_coding;

CREATE TEMPORARY TABLE touched_mention ON COMMIT DROP AS
SELECT m.id AS mention_key FROM touched_statement t JOIN stancedb.mention m ON m.statement_id = t.statement_key
UNION
SELECT x.id FROM history.mention x WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset);
ANALYZE touched_mention;

CREATE TEMPORARY TABLE touched_coverage ON COMMIT DROP AS
SELECT DISTINCT x.outlet_id AS outlet_key, date_trunc('month', x.published_from::timestamp)::date AS month_start
FROM (
    SELECT n.outlet_id, n.published_from FROM touched_article t JOIN stancedb.article n ON n.id = t.article_key
    UNION
    SELECT h.outlet_id, h.published_from FROM history.article h
    WHERE h.ended_changeset_id IN (SELECT id FROM new_changeset)
    UNION
    SELECT n.outlet_id, n.published_from
    FROM touched_mention t JOIN stancedb.mention m ON m.id = t.mention_key
    JOIN stancedb.article_version v ON v.id = m.article_version_id JOIN stancedb.article n ON n.id = v.article_id
    UNION
    SELECT n.outlet_id, n.published_from
    FROM history.mention m JOIN stancedb.article_version v ON v.id = m.article_version_id
    JOIN stancedb.article n ON n.id = v.article_id
    WHERE m.ended_changeset_id IN (SELECT id FROM new_changeset)
) x
WHERE x.published_from IS NOT NULL;
ANALYZE touched_coverage;

-- A stance can begin, be confirmed, end or stop carrying on on a day on which nobody writes anything.
CREATE TEMPORARY TABLE touched_pair ON COMMIT DROP AS
SELECT p.holder_id AS actor_key, p.issue_id AS issue_key FROM stancedb.pair p
WHERE p.derived_by_id >= :first AND p.derived_by_id IN (SELECT id FROM new_changeset)
UNION
SELECT s.holder_id, s.issue_id FROM stancedb.stance s
WHERE :day <> :before AND (s.confirmed_on > least(:before, :day) AND s.confirmed_on <= greatest(:before, :day)
    OR s.valid_from > least(:before, :day) AND s.valid_from <= greatest(:before, :day)
    OR s.valid_to > least(:before, :day) AND s.valid_to <= greatest(:before, :day)
    OR s.carried_to > least(:before, :day) AND s.carried_to <= greatest(:before, :day))
UNION
SELECT c.holder_id, c.issue_id FROM stancedb.stance_change c
WHERE :day <> :before AND c.confirmed_on > least(:before, :day) AND c.confirmed_on <= greatest(:before, :day)
UNION
-- A stance shows how precisely its days are known, even if only that was corrected.
SELECT a.standing_id, c.issue_id
FROM history.statement h JOIN stancedb.statement s ON s.id = h.id AND s.said_edtf <> h.said_edtf
JOIN stancedb.coding c ON c.statement_id = s.id AND c.is_final JOIN stancedb.standing_actor a ON a.id = c.holder_id
WHERE h.ended_changeset_id IN (SELECT id FROM new_changeset);
ANALYZE touched_pair;

-- A future statement counts for its month when the day comes, and another default rule changes every month.
CREATE TEMPORARY TABLE touched_month ON COMMIT DROP AS
SELECT t.actor_key, t.issue_key FROM touched_pair t
UNION
SELECT e.holder_id, e.issue_id FROM stancedb.evidence e
WHERE :day <> :before AND e.said_from > least(:before, :day) AND e.said_from <= greatest(:before, :day)
    AND e.known_until_id IS NULL
UNION
SELECT p.holder_id, p.issue_id FROM stancedb.pair p
WHERE EXISTS (SELECT FROM stancedb.derivation_rule r WHERE r.changeset_id IN (SELECT id FROM new_changeset));
ANALYZE touched_month;

-- The rules whose pairs are all looked up at once, or the pairs that are few enough to be looked up one by one.
CREATE TEMPORARY TABLE touched_few ON COMMIT DROP AS
SELECT t.actor_key, t.issue_key FROM touched_pair t
WHERE NOT :is_full AND (SELECT count(*) FROM touched_pair)
    <= 200 + (SELECT c.reltuples / 20 FROM pg_catalog.pg_class c WHERE c.oid = 'stancedb.pair'::regclass);
ANALYZE touched_few;

CREATE TEMPORARY TABLE touched_rule ON COMMIT DROP AS
SELECT r.id AS rule_key FROM stancedb.derivation_rule r
WHERE EXISTS (SELECT FROM touched_pair) AND NOT EXISTS (SELECT FROM touched_few);
ANALYZE touched_rule
