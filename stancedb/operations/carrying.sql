-- name: choose_carried
-- The final codings that are carried over to a codebook version.
--
-- These are codings under earlier versions (by date, then label), with the reason if a coding is not carried over.
CREATE TEMPORARY TABLE carrying ON COMMIT DROP AS
SELECT c.id, k.name AS coder, EXISTS (
    SELECT FROM stancedb.coding n
    WHERE n.statement_id = c.statement_id AND n.holder_id = c.holder_id AND n.issue_id = c.issue_id
        AND n.coder_id = c.coder_id AND n.codebook_version_id = w.id
) AS is_judged_anew, i.status = 'retired' OR coalesce(p.status = 'retired', false) AS is_retired
FROM stancedb.coding c
JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
JOIN stancedb.codebook_version w
    ON w.label = :label AND (v.issued_on, v.label COLLATE "C") < (w.issued_on, w.label COLLATE "C")
JOIN stancedb.coder k ON k.id = c.coder_id
JOIN stancedb.issue i ON i.id = c.issue_id
LEFT JOIN stancedb.position p ON p.id = c.position_id
JOIN stancedb.statement st ON st.id = c.statement_id
WHERE c.is_final AND st.retracted_on IS NULL AND st.merged_into_id IS NULL
    AND c.issue_id = :issue -- if :issue
    AND c.coder_id = :coder -- if :coder
;

-- name: count_carried
-- The number of codings that are carried over, how many of them are by other coders, and how many are not carried over.
SELECT count(*) FILTER (WHERE is_judged_anew), count(*) FILTER (WHERE is_retired AND NOT is_judged_anew),
    count(*) FILTER (WHERE NOT is_retired AND NOT is_judged_anew),
    count(*) FILTER (WHERE NOT is_retired AND NOT is_judged_anew AND coder <> :author)
FROM carrying;

-- name: lock_carried
-- Changes that others committed before this point are included; from here on other writers wait.
SELECT FROM stancedb.coding c WHERE c.id IN (SELECT y.id FROM carrying y WHERE NOT (y.is_judged_anew OR y.is_retired))
ORDER BY c.id FOR NO KEY UPDATE;

-- name: step_back
-- The original coding stays unchanged except that it no longer counts.
UPDATE stancedb.coding c SET is_final = false
FROM carrying y WHERE y.id = c.id AND NOT (y.is_judged_anew OR y.is_retired) AND c.is_final;

-- name: carry_over
-- Copy the codings that stopped counting in this changeset to the new version.
INSERT INTO stancedb.coding (
    statement_id, holder_id, issue_id, position_id, coder_id, codebook_version_id, basis, explicitness, condition,
    vagueness, confidence, rationale, status, is_final, carried_from_id, mention_id
)
SELECT c.statement_id, c.holder_id, c.issue_id, c.position_id, c.coder_id, w.id, c.basis, c.explicitness, c.condition,
    c.vagueness, c.confidence, c.rationale, c.status, true, c.id, c.mention_id
FROM carrying y
JOIN stancedb.coding c ON c.id = y.id
JOIN stancedb.codebook_version w ON w.label = :label
WHERE NOT (y.is_judged_anew OR y.is_retired) AND NOT c.is_final
    AND c.changeset_id = CAST(current_setting('stancedb.changeset') AS bigint)
ORDER BY c.id;

-- name: carry_attributes
-- Copy the attributes of the codings that were carried over in this changeset.
INSERT INTO stancedb.coding_attribute (coding_id, key, value)
SELECT c.id, x.key, x.value
FROM stancedb.coding c
JOIN stancedb.coding_attribute x ON x.coding_id = c.carried_from_id
JOIN carrying y ON y.id = c.carried_from_id
WHERE c.changeset_id = CAST(current_setting('stancedb.changeset') AS bigint)
ORDER BY c.id, x.key;

-- name: decides_for_others
SELECT stancedb.my_role() IN ('owner', 'reviewer');
