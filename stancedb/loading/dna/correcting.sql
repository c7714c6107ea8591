-- name: ask_about_codings
CREATE TEMPORARY TABLE in_question ON COMMIT DROP AS
SELECT c.id
FROM stancedb.coding c JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
WHERE v.label = :label;

-- name: ask_about_statements
CREATE TEMPORARY TABLE in_question ON COMMIT DROP AS
SELECT st.id FROM stancedb.statement st
WHERE st.slug = ANY (CAST(:slugs AS text[])) AND st.retracted_on IS NOT NULL;

-- name: ask_about_articles
CREATE TEMPORARY TABLE in_question ON COMMIT DROP AS
SELECT a.id FROM stancedb.article a
WHERE a.slug = ANY (CAST(:slugs AS text[])) AND a.retracted_on IS NOT NULL;

-- name: in_question
SELECT q.id FROM in_question q;

-- name: ask_no_more
DROP TABLE in_question;

-- name: known_codings
-- All codings under a codebook version, with the first mention of their statements.
SELECT c.id, st.slug AS statement, h.slug AS holder, i.slug AS issue, k.name AS coder, p.slug AS position, c.status,
    c.is_final, t.value AS key, m.article, m.char_start, m.char_end, sp.slug AS speaker, b.slug AS behalf,
    EXISTS (SELECT FROM by_hand x WHERE x.id = c.id) AS is_by_hand, st.retracted_on IS NOT NULL AS is_retracted
FROM stancedb.coding c
JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
JOIN stancedb.statement st ON st.id = c.statement_id
JOIN stancedb.actor sp ON sp.id = st.speaker_id
JOIN stancedb.actor h ON h.id = c.holder_id
JOIN stancedb.issue i ON i.id = c.issue_id
JOIN stancedb.coder k ON k.id = c.coder_id
LEFT JOIN stancedb.position p ON p.id = c.position_id
LEFT JOIN stancedb.actor b ON b.id = st.on_behalf_of_id
LEFT JOIN stancedb.coding_attribute t ON t.coding_id = c.id AND t.key = :attribute
LEFT JOIN LATERAL (
    SELECT a.slug AS article, w.char_start, w.char_end
    FROM stancedb.mention w
    JOIN stancedb.article_version w_v ON w_v.id = w.article_version_id
    JOIN stancedb.article a ON a.id = w_v.article_id
    WHERE w.statement_id = st.id
    ORDER BY w.id LIMIT 1
) m ON true
WHERE v.label = :label
ORDER BY c.id;

-- name: called
-- Names of the persons, organizations and concepts of a file when it was last loaded.
SELECT r.role, a.slug, substr(i.value, length(:name) + length(r.role) + 3) AS value
FROM stancedb.actor_identifier i
JOIN stancedb.actor a ON a.id = i.actor_id
JOIN (VALUES ('person'), ('organization')) r(role) ON starts_with(i.value, :name || '/' || r.role || '/')
WHERE i.scheme = 'dna'
UNION ALL
SELECT 'concept', s.slug, substr(c.code, length(:name) + 2)
FROM stancedb.issue_code c JOIN stancedb.issue s ON s.id = c.issue_id
WHERE c.scheme = 'dna' AND starts_with(c.code, :name || '/');

-- name: rename_names
UPDATE stancedb.actor_name n SET name = x.new
FROM unnest(CAST(:slugs AS text[]), CAST(:olds AS text[]), CAST(:news AS text[])) x(slug, old, new)
JOIN stancedb.actor a ON a.slug = x.slug
WHERE n.actor_id = a.id AND n.name = x.old AND NOT EXISTS (
    SELECT FROM stancedb.actor_name o WHERE (o.actor_id, o.language, o.name) = (n.actor_id, n.language, x.new)
);

-- name: rename_identifiers
UPDATE stancedb.actor_identifier i SET value = :name || '/' || x.role || '/' || x.new
FROM unnest(CAST(:roles AS text[]), CAST(:olds AS text[]), CAST(:news AS text[])) x(role, old, new)
WHERE i.scheme = 'dna' AND i.value = :name || '/' || x.role || '/' || x.old;

-- name: rename_actors
-- An actor with a different name was renamed in the database, and keeps that name.
UPDATE stancedb.actor a SET name = x.new
FROM unnest(CAST(:slugs AS text[]), CAST(:olds AS text[]), CAST(:news AS text[])) x(slug, old, new)
WHERE a.slug = x.slug AND a.name = x.old;

-- name: rename_codes
UPDATE stancedb.issue_code c SET code = :name || '/' || x.new
FROM unnest(CAST(:slugs AS text[]), CAST(:olds AS text[]), CAST(:news AS text[])) x(slug, old, new)
JOIN stancedb.issue i ON i.slug = x.slug
WHERE c.issue_id = i.id AND c.scheme = 'dna' AND c.code = :name || '/' || x.old;

-- name: rename_issues
-- An issue with a different question was reworded in the database, and keeps that question.
UPDATE stancedb.issue i SET question = x.new
FROM unnest(CAST(:slugs AS text[]), CAST(:olds AS text[]), CAST(:news AS text[])) x(slug, old, new)
WHERE i.slug = x.slug AND i.question = x.old;

-- name: change_standings
WITH locked AS MATERIALIZED (
    SELECT c.id FROM stancedb.coding c WHERE c.id = ANY (CAST(:ids AS bigint[])) ORDER BY c.id FOR NO KEY UPDATE
)
UPDATE stancedb.coding c SET status = x.status, is_final = :is_final
FROM unnest(CAST(:ids AS bigint[]), CAST(:statuses AS text[])) x(id, status)
JOIN locked USING (id)
WHERE c.id = x.id;

-- name: withdraw_statements
UPDATE stancedb.statement st SET retracted_on = current_date, retracted_reason = :reason
WHERE st.slug = ANY (CAST(:slugs AS text[])) AND st.retracted_on IS NULL AND NOT EXISTS (
    SELECT FROM stancedb.coding c WHERE c.statement_id = st.id AND c.status <> 'rejected'
);

-- name: bring_back_statements
UPDATE stancedb.statement st SET retracted_on = NULL, retracted_reason = NULL
WHERE st.slug = ANY (CAST(:slugs AS text[])) AND st.retracted_on IS NOT NULL
    AND NOT EXISTS (SELECT FROM by_hand b WHERE b.id = st.id);

-- name: withdraw_articles
-- The articles of a file that are no longer in it, unless they have a statement in force.
UPDATE stancedb.article a SET retracted_on = current_date, retracted_reason = :reason
WHERE starts_with(a.slug, :prefix) AND a.slug <> ALL (CAST(:slugs AS text[])) AND a.retracted_on IS NULL
    AND NOT EXISTS (
        SELECT FROM stancedb.article_version v
        JOIN stancedb.mention m ON m.article_version_id = v.id
        JOIN stancedb.statement st ON st.id = m.statement_id
        WHERE v.article_id = a.id AND st.retracted_on IS NULL
    );

-- name: bring_back_articles
UPDATE stancedb.article a SET retracted_on = NULL, retracted_reason = NULL
WHERE a.slug = ANY (CAST(:slugs AS text[])) AND a.retracted_on IS NOT NULL
    AND NOT EXISTS (SELECT FROM by_hand b WHERE b.id = a.id);

-- name: has_rule
SELECT EXISTS (SELECT FROM stancedb.derivation_rule r WHERE r.same_day = 'majority');

-- name: add_majority_rule
-- The same as the rule that every database starts with, except for days with several positions of a holder.
INSERT INTO stancedb.derivation_rule (slug, label, definition, min_authority, bases, sustain_days, retraction_effect,
    tenure_effect, expiry_days, is_default, same_day)
SELECT :slug, 'Majority of the day',
    'Of several positions on one day that of most statements of the highest authority counts; otherwise as latest-word.',
    r.min_authority, r.bases, r.sustain_days, r.retraction_effect, r.tenure_effect, r.expiry_days, false, 'majority'
FROM stancedb.derivation_rule r
WHERE r.slug = 'latest-word';

-- name: requires_review
SELECT stancedb.requires_review();

-- name: merged_issues
-- The merged issues of a codebook version, with the target issue and the target of each position.
SELECT i.slug AS issue, t.slug AS into_issue, p.slug AS position, q.slug AS into_position
FROM stancedb.issue i
JOIN stancedb.issue t ON t.id = i.merged_into_id
JOIN stancedb.position p ON p.issue_id = i.id
JOIN stancedb.position q ON q.id = p.merged_into_id AND q.issue_id = t.id
JOIN stancedb.issue_code c ON c.issue_id = i.id AND c.scheme = 'dna' AND starts_with(c.code, :codes);
