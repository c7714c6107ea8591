-- Derive the touched pairs again under one rule; their former stances are already deleted.
CREATE FUNCTION stancedb.derive(p_rule_id bigint, p_changeset_id bigint) RETURNS void LANGUAGE sql AS $function$
    WITH state AS MATERIALIZED (
        SELECT * FROM stancedb.states(p_rule_id, NULL, NULL, NULL, p_changeset_id)
    ),
    stance AS (
        INSERT INTO stancedb.stance (
            holder_id, issue_id, rule_id, valid_from, valid_to, position_id, confirmed_on, onset_coding_id, evidence_count,
            contrary_count, last_evidence_on, is_contested, carried_to
        )
        SELECT s.holder_id, s.issue_id, p_rule_id, s.valid_from, s.valid_to, s.position_id, s.confirmed_on,
            s.onset_coding_id, s.evidence_count, s.contrary_count, s.last_evidence_on, s.is_contested, s.carried_to
        FROM state s WHERE s.position_id IS NOT NULL
    )
    INSERT INTO stancedb.stance_change (
        holder_id, issue_id, rule_id, changed_on, kind, from_position_id, to_position_id, window_from, window_to,
        confirmed_on, delta_rank, delta_score, clarity, walked_back_within
    )
    SELECT s.holder_id, s.issue_id, p_rule_id, s.valid_from, s.kind, s.from_position_id, s.position_id, s.window_from,
        s.window_to, s.confirmed_on, s.delta_rank, s.delta_score, s.clarity, s.walked_back_within
    FROM state s
$function$
