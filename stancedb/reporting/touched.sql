-- What a refresh looks at: temporary tables of the keys whose rows may differ from what was reported.
--
-- asked says since which changeset and since which day; all that follows is looked up in the columns by which every
-- curated row, and every earlier version of one, names its changeset. Where everything is asked for, what is stored is
-- looked at too, so that rows which nothing stands behind go.
ANALYZE asked;

CREATE TEMPORARY TABLE new_changeset ON COMMIT DROP AS
SELECT c.id FROM stancedb.changeset c, asked a WHERE c.number > a.since;
ANALYZE new_changeset;

CREATE TEMPORARY TABLE touched_article ON COMMIT DROP AS
SELECT x.id AS article_key FROM stancedb.article x WHERE x.changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT x.id FROM history.article x WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT r.article_key FROM asked a JOIN reporting.dim_article r ON a.is_full
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
SELECT x.id AS statement_key FROM stancedb.statement x WHERE x.changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT x.id FROM history.statement x WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT x.statement_id FROM stancedb.coding x WHERE x.changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT x.statement_id FROM history.coding x WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT x.statement_id FROM stancedb.mention x WHERE x.changeset_id IN (SELECT id FROM new_changeset)
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
JOIN stancedb.coding c ON c.issue_id = x.issue_id AND c.position_id = x.id
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
SELECT x.id FROM history.coding x WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT r.coding_key FROM asked a JOIN reporting.fact_statement r ON a.is_full;
ANALYZE touched_coding;

CREATE TEMPORARY TABLE touched_mention ON COMMIT DROP AS
SELECT m.id AS mention_key FROM touched_statement t JOIN stancedb.mention m ON m.statement_id = t.statement_key
UNION
SELECT x.id FROM history.mention x WHERE x.ended_changeset_id IN (SELECT id FROM new_changeset)
UNION
SELECT r.mention_key FROM asked a JOIN reporting.fact_mention r ON a.is_full;
ANALYZE touched_mention;

CREATE TEMPORARY TABLE touched_coverage ON COMMIT DROP AS
SELECT x.outlet_id AS outlet_key, date_trunc('month', x.published_from::timestamp)::date AS month_start
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
WHERE x.published_from IS NOT NULL
UNION
SELECT r.outlet_key, r.month_start FROM asked a JOIN reporting.fact_coverage r ON a.is_full;
ANALYZE touched_coverage;

-- A stance is confirmed, or ends, on a day on which nobody writes anything.
CREATE TEMPORARY TABLE touched_pair ON COMMIT DROP AS
SELECT p.holder_id AS actor_key, p.issue_id AS issue_key FROM stancedb.pair p
WHERE p.derived_by_id IN (SELECT id FROM new_changeset)
UNION
SELECT s.holder_id, s.issue_id FROM asked a JOIN stancedb.stance s ON a.day <> a.before
    AND (s.confirmed_on > least(a.before, a.day) AND s.confirmed_on <= greatest(a.before, a.day)
        OR s.valid_to > least(a.before, a.day) AND s.valid_to <= greatest(a.before, a.day))
UNION
SELECT c.holder_id, c.issue_id FROM asked a JOIN stancedb.stance_change c ON a.day <> a.before
    AND c.confirmed_on > least(a.before, a.day) AND c.confirmed_on <= greatest(a.before, a.day)
UNION
SELECT r.actor_key, r.issue_key FROM asked a JOIN reporting.fact_stance r ON a.is_full
UNION
SELECT r.actor_key, r.issue_key FROM asked a JOIN reporting.fact_stance_change r ON a.is_full
UNION
SELECT r.actor_key, r.issue_key FROM asked a JOIN reporting.fact_stance_evidence r ON a.is_full
UNION
SELECT r.actor_key, r.issue_key FROM asked a JOIN reporting.fact_stance_month r ON a.is_full;
ANALYZE touched_pair;

-- Every day that passes lengthens what lasts.
CREATE TEMPORARY TABLE touched_stance ON COMMIT DROP AS
SELECT t.actor_key, t.issue_key FROM touched_pair t
UNION
SELECT p.holder_id, p.issue_id FROM asked a JOIN stancedb.pair p ON a.day <> a.before;
ANALYZE touched_stance;

-- What is dated ahead counts for its month when the day comes, and another default rule changes every month.
CREATE TEMPORARY TABLE touched_month ON COMMIT DROP AS
SELECT t.actor_key, t.issue_key FROM touched_pair t
UNION
SELECT e.holder_id, e.issue_id FROM asked a JOIN stancedb.evidence e ON a.day <> a.before
    AND e.said_from > least(a.before, a.day) AND e.said_from <= greatest(a.before, a.day) AND e.known_until_id IS NULL
UNION
SELECT p.holder_id, p.issue_id FROM stancedb.pair p
WHERE EXISTS (SELECT FROM stancedb.derivation_rule r WHERE r.changeset_id IN (SELECT id FROM new_changeset));
ANALYZE touched_month;

-- The rules whose pairs are looked at all at once, or the pairs that are few enough to be looked at one by one.
CREATE TEMPORARY TABLE touched_few ON COMMIT DROP AS
SELECT t.actor_key, t.issue_key FROM touched_pair t
WHERE (SELECT count(*) FROM touched_pair) <= 200 + (SELECT count(*) / 20 FROM stancedb.pair);
ANALYZE touched_few;

CREATE TEMPORARY TABLE touched_rule ON COMMIT DROP AS
SELECT r.id AS rule_key FROM stancedb.derivation_rule r
WHERE (SELECT count(*) FROM touched_pair) > 200 + (SELECT count(*) / 20 FROM stancedb.pair);
ANALYZE touched_rule
