-- name: next
SELECT stancedb.next_assignment(:round, :coder);

-- name: take
SELECT stancedb.take_assignment(:round, :coder);

-- name: start
SELECT stancedb.start_assignment(:assignment, :coder);

-- name: save_draft
SELECT stancedb.save_draft(:assignment, :coder, :number, :form);

-- name: save_findings
-- The function is volatile, so it is called in the order asked for, and each call sees what the one before has saved.
SELECT CAST(:assignment AS bigint) AS assignment, stancedb.save_finding(
    :assignment, :coder, f.start, f."end", f.quote, f.record, f.replaces, f.seconds
) AS finding, f.start, f."end", f.quote
FROM jsonb_array_elements(CAST(:findings AS jsonb)) WITH ORDINALITY e (item, place)
CROSS JOIN LATERAL jsonb_to_record(e.item) AS f (
    start integer, "end" integer, quote text, record jsonb, replaces integer, seconds double precision
)
ORDER BY e.place;

-- name: withdraw_finding
SELECT stancedb.withdraw_finding(:assignment, :coder, :number);

-- name: withdraw_findings
SELECT stancedb.withdraw_findings(:assignment, :coder, CAST(:numbers AS integer[]));

-- name: postpone
SELECT stancedb.postpone_assignment(:assignment, :coder);

-- name: advance
SELECT stancedb.advance_assignment(:assignment, :coder);

-- name: problem
SELECT stancedb.report_problem(:assignment, :coder, :reason, :note);

-- name: reopen
SELECT stancedb.reopen_assignment(:assignment, :coder, :reason);

-- name: releases
SELECT stancedb.is_single(:assignment) AND EXISTS (SELECT FROM stancedb.current_findings(:assignment));

-- name: finish
SELECT stancedb.finish_assignment(:assignment, :coder, CAST(:seconds AS double precision), :releases);

-- name: link
-- Say of each finding what it was released as; the loader staged them in the order of their numbers.
SELECT stancedb.link_findings(
    :assignment, :coder, array_agg(x.number), array_agg(x.statement_id), array_agg(x.coding_id)
)
FROM (
    SELECT n.number, st.id AS statement_id, c.id AS coding_id
    FROM unnest(CAST(:numbers AS integer[])) WITH ORDINALITY n (number, place)
    JOIN staged_statement s ON s.ordinal = n.place - 1
    JOIN stancedb.statement st ON st.slug = s.statement
    LEFT JOIN (
        stancedb.coding c
        JOIN stancedb.actor h ON h.id = c.holder_id
        JOIN stancedb.issue i ON i.id = c.issue_id
        JOIN stancedb.coder k ON k.id = c.coder_id
        JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
    ) ON c.statement_id = st.id AND (h.slug, i.slug, k.name, v.label) = (s.holder, s.issue, s.coder, s.codebook)
) x
HAVING count(*) > 0;

-- name: last_step
SELECT s.kind, s.assignment, s.finding, s.changeset, s.article FROM stancedb.last_step(:coder) s;
