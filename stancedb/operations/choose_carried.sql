-- Which final codings are carried over to a version of the codebook?
--
-- Those under earlier versions, by date and then by label; with what keeps a coding where it is.
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
    AND (CAST(:issue AS bigint) IS NULL OR c.issue_id = :issue)
    AND (CAST(:coder AS bigint) IS NULL OR c.coder_id = :coder)
