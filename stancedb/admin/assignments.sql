-- What of the workbench cannot be as it is, by the number of the assignment.
--
-- The functions of the workbench keep it sound, so a row here was written by hand or lost. A release by 'round load' is
-- left out of the first: no file names a statement that was withdrawn or merged.
SELECT a.id AS assignment,
    format('is released by changeset %s, and of its findings %s lead to no coding or statement any more; undo the '
        'changeset to reopen it, or restore a copy', c.number, count(*)) AS fault
FROM stancedb.assignment a
JOIN stancedb.changeset c ON c.id = a.released_id
JOIN stancedb.finding f ON f.assignment_id = a.id AND f.withdrawn_at IS NULL
WHERE (f.statement_id IS NULL OR f.record ? 'issue' AND f.coding_id IS NULL)
    AND NOT EXISTS (
        SELECT FROM stancedb.finding r
        WHERE r.assignment_id = f.assignment_id AND r.replaces = f.number AND r.withdrawn_at IS NULL
    )
    AND NOT EXISTS (SELECT FROM stancedb.load l WHERE l.changeset_id = c.id AND l.kind = 'round')
GROUP BY a.id, c.number
UNION ALL
SELECT a.id, format('has a quote in finding %s that is not what stands there in the text; restore a copy',
    string_agg(CAST(f.number AS text), ', ' ORDER BY f.number))
FROM stancedb.assignment a
JOIN stancedb.article_version v ON v.id = a.article_version_id
JOIN stancedb.finding f ON f.assignment_id = a.id
WHERE substring(v.body FROM f.char_start + 1 FOR f.char_end - f.char_start) IS DISTINCT FROM f.quote
GROUP BY a.id
UNION ALL
SELECT a.id, format('is %s, and %s codings come from it; undo their changeset, or restore a copy', a.state, count(*))
FROM stancedb.assignment a JOIN stancedb.coding c ON c.assignment_id = a.id
WHERE a.state <> 'done'
GROUP BY a.id, a.state
ORDER BY assignment, fault;
