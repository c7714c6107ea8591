-- Repeat under the new version what stepped back in this changeset.
INSERT INTO stancedb.coding (
    statement_id, holder_id, issue_id, position_id, coder_id, codebook_version_id, basis, explicitness, condition, vagueness,
    confidence, rationale, status, is_final, carried_from_id
)
SELECT c.statement_id, c.holder_id, c.issue_id, c.position_id, c.coder_id, w.id, c.basis, c.explicitness, c.condition,
    c.vagueness, c.confidence, c.rationale, c.status, true, c.id
FROM carrying y
JOIN stancedb.coding c ON c.id = y.id
JOIN stancedb.codebook_version w ON w.label = :label
WHERE NOT (y.is_judged_anew OR y.is_retired) AND NOT c.is_final AND c.changeset_id = CAST(current_setting('stancedb.changeset') AS bigint)
ORDER BY c.id
