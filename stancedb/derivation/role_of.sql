-- The role of a statement in a stance in whose period it was made.
--
-- Parameters
--   e             the evidence of the statement
--   s_...         the position of the stance, and the coding it began with
--   r             the rule
--
--   counts under the rule    position               role
--   yes                      the stance's, first    onset
--   yes                      the stance's           reaffirmation
--   yes                      another                contrary
--   no                       any                    qualifying
CREATE FUNCTION stancedb.role_of(
    e stancedb.evidence, s_position_id bigint, s_onset_coding_id bigint, r stancedb.derivation_rule
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN (e).authority < (r).min_authority OR (e).basis <> ALL ((r).bases) THEN 'qualifying'
    WHEN (e).position_id <> s_position_id THEN 'contrary'
    WHEN (e).coding_id = s_onset_coding_id THEN 'onset'
    ELSE 'reaffirmation'
END
