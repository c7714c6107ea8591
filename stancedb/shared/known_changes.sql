-- The changes of stance known under a rule, each with the coding that the new stance began with.
--
-- Parameters: see stancedb.known_stances.
CREATE FUNCTION stancedb.known_changes(
    p_rule_id bigint, p_number bigint, p_today date, p_holder_id bigint, p_issue_id bigint
) RETURNS TABLE (
    holder_id bigint, issue_id bigint, changed_on date, kind text, from_position_id bigint, to_position_id bigint,
    window_from date, window_to date, confirmed_on date, delta_rank bigint, delta_score double precision, clarity text,
    walked_back_within bigint, onset_coding_id bigint, is_pending boolean
) LANGUAGE sql STABLE AS $function$
SELECT c.holder_id, c.issue_id, c.changed_on, c.kind, c.from_position_id, c.to_position_id, c.window_from, c.window_to,
    c.confirmed_on, c.delta_rank, c.delta_score, c.clarity, c.walked_back_within, s.onset_coding_id,
    c.confirmed_on > p_today
FROM stancedb.stance_change c
LEFT JOIN stancedb.stance s ON s.holder_id = c.holder_id AND s.issue_id = c.issue_id AND s.rule_id = c.rule_id
    AND s.valid_from = c.changed_on
WHERE p_number IS NULL AND c.rule_id = p_rule_id
UNION ALL
SELECT x.holder_id, x.issue_id, x.valid_from, x.kind, x.from_position_id, x.position_id, x.window_from, x.window_to,
    x.confirmed_on, x.delta_rank, x.delta_score, x.clarity, x.walked_back_within, x.onset_coding_id,
    x.confirmed_on > p_today
FROM stancedb.states(p_rule_id, p_number, p_holder_id, p_issue_id, NULL) x
WHERE p_number IS NOT NULL
$function$
