-- name: version
SELECT current_setting('server_version');

-- name: size
SELECT pg_size_pretty(pg_database_size(current_database()));

-- name: counts
-- How much is stored.
SELECT (SELECT count(*) FROM stancedb.article) AS articles, (SELECT count(*) FROM stancedb.actor) AS actors,
    (SELECT count(*) FROM stancedb.issue) AS issues, (SELECT count(*) FROM stancedb.statement) AS statements,
    (SELECT count(*) FROM stancedb.coding) AS codings,
    (SELECT count(*) FROM stancedb.coding WHERE is_final) AS final_codings,
    (SELECT count(*) FROM stancedb.stance) AS stances,
    (SELECT last_number FROM stancedb.changeset_counter) AS changesets;

-- name: stale_stances
-- The number of rows in which what is stored differs from what the definition returns.
SELECT r.slug, count(*) FROM stancedb.derivation_rule r CROSS JOIN LATERAL (
    WITH stored AS (
        SELECT holder_id, issue_id, valid_from, valid_to, position_id, confirmed_on, onset_coding_id, evidence_count,
            contrary_count, last_evidence_on, is_contested, carried_to
        FROM stancedb.stance WHERE rule_id = r.id
    ),
    due AS (
        SELECT holder_id, issue_id, valid_from, valid_to, position_id, confirmed_on, onset_coding_id, evidence_count,
            contrary_count, last_evidence_on, is_contested, carried_to
        FROM stancedb.states(r.id, NULL, NULL, NULL, NULL) WHERE position_id IS NOT NULL
    )
    (SELECT * FROM stored EXCEPT SELECT * FROM due) UNION ALL (SELECT * FROM due EXCEPT SELECT * FROM stored)
) d GROUP BY r.slug ORDER BY r.slug;

-- name: stale_changes
SELECT r.slug, count(*) FROM stancedb.derivation_rule r CROSS JOIN LATERAL (
    WITH stored AS (
        SELECT holder_id, issue_id, changed_on, kind, from_position_id, to_position_id, window_from, window_to,
            confirmed_on, delta_rank, delta_score, clarity, walked_back_within
        FROM stancedb.stance_change WHERE rule_id = r.id
    ),
    due AS (
        SELECT holder_id, issue_id, valid_from, kind, from_position_id, position_id, window_from, window_to,
            confirmed_on, delta_rank, delta_score, clarity, walked_back_within
        FROM stancedb.states(r.id, NULL, NULL, NULL, NULL)
    )
    (SELECT * FROM stored EXCEPT SELECT * FROM due) UNION ALL (SELECT * FROM due EXCEPT SELECT * FROM stored)
) d GROUP BY r.slug ORDER BY r.slug;
