-- The statements behind one stance, with their roles, as in stancedb.evidence_of, but without deriving the stances
-- again.
--
-- Parameters: the rule; the number of the changeset at which the evidence was known, or null for now; holder, issue and
-- position of the stance, and the coding that it began with. Returns evidence of the pair for all days: the caller adds
-- the condition on the days of the stance.
CREATE FUNCTION stancedb.behind(
    p_rule_id bigint, p_number bigint, p_holder_id bigint, p_issue_id bigint, p_position_id bigint,
    p_onset_coding_id bigint
) RETURNS TABLE (
    statement_id bigint, said_from date, said_to date, lasts boolean, authority smallint, tie_key text[], role text,
    supports boolean, instant timestamp with time zone, coding_id bigint
) LANGUAGE sql STABLE AS $function$
SELECT e.statement_id, e.said_from, e.said_to, e.lasts, e.authority, e.tie_key, r.role,
    r.role IN ('onset', 'reaffirmation'),
    CASE WHEN bool_and(e.said_at IS NOT NULL) OVER (PARTITION BY e.said_from) THEN e.said_at END,
    e.coding_id
FROM stancedb.derivation_rule d, stancedb.evidence e
CROSS JOIN LATERAL (SELECT stancedb.role_of(e, p_position_id, p_onset_coding_id, d) AS role) r
WHERE d.id = p_rule_id AND e.act = 'expresses' AND e.holder_id = p_holder_id AND e.issue_id = p_issue_id
    AND p_position_id IS NOT NULL
    AND CASE WHEN p_number IS NULL THEN e.known_until_id IS NULL ELSE
        EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = e.known_from_id AND k.number <= p_number)
        AND NOT EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = e.known_until_id AND k.number <= p_number)
    END
$function$
