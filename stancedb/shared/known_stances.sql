-- The stances known under a rule, and when each ends.
--
-- Parameters: see stancedb.states; without a number the stored stances are read. The holder and the issue limit what is
-- derived. Repeat them as conditions on the call, so that only their stored stances are read, and the planner expects few
-- rows.
--
-- A stance is pending while its rule is not satisfied on p_today, the day of the answer. The previous stance carries
-- on, unless it has been retracted or has ended.
--
-- The planner knows the number, so it inlines this definition into the statement and keeps only the half that is needed.
CREATE FUNCTION stancedb.known_stances(
    p_rule_id bigint, p_number bigint, p_today date, p_holder_id bigint, p_issue_id bigint
) RETURNS TABLE (
    holder_id bigint, issue_id bigint, position_id bigint, valid_from date, confirmed_on date, onset_coding_id bigint,
    evidence_count bigint, contrary_count bigint, last_evidence_on date, is_contested boolean, is_pending boolean,
    ended_on date, valid_to date
) LANGUAGE sql STABLE AS $function$
SELECT s.holder_id, s.issue_id, s.position_id, s.valid_from, s.confirmed_on, s.onset_coding_id, s.evidence_count,
    s.contrary_count, s.last_evidence_on, s.is_contested, s.confirmed_on > p_today, s.valid_to,
    CASE WHEN lead(s.confirmed_on) OVER pair > p_today AND lead(s.valid_from) OVER pair = s.valid_to
        THEN s.carried_to ELSE s.valid_to END
FROM (
    SELECT x.holder_id, x.issue_id, x.position_id, x.valid_from, x.confirmed_on, x.onset_coding_id, x.evidence_count,
        x.contrary_count, x.last_evidence_on, x.is_contested, x.valid_to, x.carried_to
    FROM stancedb.stance x
    WHERE p_number IS NULL AND x.rule_id = p_rule_id
    UNION ALL
    SELECT x.holder_id, x.issue_id, x.position_id, x.valid_from, x.confirmed_on, x.onset_coding_id, x.evidence_count,
        x.contrary_count, x.last_evidence_on, x.is_contested, x.valid_to, x.carried_to
    FROM stancedb.states(p_rule_id, p_number, p_holder_id, p_issue_id, NULL) x
    WHERE p_number IS NOT NULL AND x.position_id IS NOT NULL
) s
WINDOW pair AS (PARTITION BY s.holder_id, s.issue_id ORDER BY s.valid_from)
$function$
