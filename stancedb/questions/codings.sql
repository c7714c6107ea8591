-- name: codings
-- Among the codings of a statement by one coder, the final one comes first, then the latest by codebook version.
SELECT st.slug AS statement, h.slug AS holder, i.slug AS issue, p.slug AS position, k.name AS coder,
    v.label AS codebook, c.basis, c.explicitness, c.condition, c.vagueness, c.confidence, c.status,
    c.is_final AS final, f.label AS carried_from, c.rationale, (
        SELECT string_agg(x.key || ': ' || x.value, '; ' ORDER BY x.key COLLATE "C")
        FROM {coding_attribute} x WHERE x.coding_id = c.id
    ) AS attributes, c.id AS key
FROM {coding} c
JOIN {statement} st ON st.id = c.statement_id
JOIN {actor} h ON h.id = c.holder_id
JOIN {issue} i ON i.id = c.issue_id
LEFT JOIN {position} p ON p.id = c.position_id
JOIN {coder} k ON k.id = c.coder_id
JOIN {codebook_version} v ON v.id = c.codebook_version_id
LEFT JOIN {coding} o ON o.id = c.carried_from_id
LEFT JOIN {codebook_version} f ON f.id = o.codebook_version_id
WHERE true
    AND c.statement_id = :statement -- if :statement
    AND c.holder_id IN (SELECT s.id FROM {standing_actor} s WHERE s.standing_id = :holder) -- if :holder
    AND c.issue_id IN (SELECT g.id FROM {standing_issue} g WHERE :issue IN (g.id, g.standing_id)) -- if :issue
    AND c.issue_id = :own_issue -- if :own_issue
    AND c.coder_id = :coder -- if :coder
    AND c.codebook_version_id = :codebook -- if :codebook
    AND p.status = 'retired' AND p.merged_into_id IS NULL AND c.status <> 'rejected' -- if :retired
    AND c.status = :status -- if :status
    AND c.is_final -- if :is_final
    AND NOT c.is_final -- if :is_not_final
ORDER BY st.said_from, st.slug, h.slug, i.slug, k.name, c.is_final DESC, v.issued_on DESC, v.label COLLATE "C" DESC
LIMIT :limit;
