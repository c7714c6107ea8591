-- name: rules
-- Rules that exist at only one of the two releases.
SELECT coalesce(b.slug, a.slug) AS rule, a.id IS NOT NULL AS is_after
FROM {derivation_rule@first} b FULL JOIN {derivation_rule@second} a USING (id)
WHERE b.id IS NULL OR a.id IS NULL
ORDER BY coalesce(b.slug, a.slug) COLLATE "C";

-- name: states
-- Stances, and changes into them, that differ under a rule that both releases have. Names are those of the second
-- release first, then those of the first.
WITH rule AS MATERIALIZED (
    SELECT x.id, x.slug FROM {derivation_rule@first} x JOIN {derivation_rule@second} y USING (id)
),
before AS MATERIALIZED (
    SELECT r.slug AS rule, s.* FROM rule r
    CROSS JOIN LATERAL stancedb.states(r.id, CAST(:first AS bigint), NULL, NULL, NULL) s
),
after AS MATERIALIZED (
    SELECT r.slug AS rule, s.* FROM rule r
    CROSS JOIN LATERAL stancedb.states(r.id, CAST(:second AS bigint), NULL, NULL, NULL) s
),
differing AS (
    SELECT rule, holder_id, issue_id, valid_from, b.position_id AS b_position_id, b.valid_to AS b_valid_to,
        b.confirmed_on AS b_confirmed_on, b.onset_coding_id AS b_onset_coding_id,
        b.evidence_count AS b_evidence_count, b.contrary_count AS b_contrary_count,
        b.last_evidence_on AS b_last_evidence_on, b.is_contested AS b_is_contested, b.carried_to AS b_carried_to,
        b.kind AS b_kind, b.from_position_id AS b_from_position_id, b.window_from AS b_window_from,
        b.window_to AS b_window_to, b.delta_rank AS b_delta_rank, b.delta_score AS b_delta_score,
        b.clarity AS b_clarity, b.walked_back_within AS b_walked_back_within, a.position_id AS a_position_id,
        a.valid_to AS a_valid_to, a.confirmed_on AS a_confirmed_on, a.onset_coding_id AS a_onset_coding_id,
        a.evidence_count AS a_evidence_count, a.contrary_count AS a_contrary_count,
        a.last_evidence_on AS a_last_evidence_on, a.is_contested AS a_is_contested, a.carried_to AS a_carried_to,
        a.kind AS a_kind, a.from_position_id AS a_from_position_id, a.window_from AS a_window_from,
        a.window_to AS a_window_to, a.delta_rank AS a_delta_rank, a.delta_score AS a_delta_score,
        a.clarity AS a_clarity, a.walked_back_within AS a_walked_back_within
    FROM before b FULL JOIN after a USING (rule, holder_id, issue_id, valid_from)
    WHERE (
        b.position_id, b.valid_to, b.confirmed_on, b.onset_coding_id, b.evidence_count, b.contrary_count,
        b.last_evidence_on, b.is_contested, b.carried_to, b.kind, b.from_position_id, b.window_from, b.window_to,
        b.delta_rank, b.delta_score, b.clarity, b.walked_back_within
    ) IS DISTINCT FROM (
        a.position_id, a.valid_to, a.confirmed_on, a.onset_coding_id, a.evidence_count, a.contrary_count,
        a.last_evidence_on, a.is_contested, a.carried_to, a.kind, a.from_position_id, a.window_from, a.window_to,
        a.delta_rank, a.delta_score, a.clarity, a.walked_back_within
    )
),
named AS (
    SELECT d.*, coalesce(h1.slug, h2.slug) AS holder, coalesce(i1.slug, i2.slug) AS issue, bp.slug AS b_position,
        ap.slug AS a_position, bf.slug AS b_from_position, af.slug AS a_from_position
    FROM differing d
    LEFT JOIN {actor@second} h1 ON h1.id = d.holder_id LEFT JOIN {actor@first} h2 ON h2.id = d.holder_id
    LEFT JOIN {issue@second} i1 ON i1.id = d.issue_id LEFT JOIN {issue@first} i2 ON i2.id = d.issue_id
    LEFT JOIN {position@first} bp ON bp.id = d.b_position_id
    LEFT JOIN {position@first} bf ON bf.id = d.b_from_position_id
    LEFT JOIN {position@second} ap ON ap.id = d.a_position_id
    LEFT JOIN {position@second} af ON af.id = d.a_from_position_id
)
SELECT * FROM named n
ORDER BY n.issue COLLATE "C", n.holder COLLATE "C", n.rule COLLATE "C", n.valid_from;

-- name: codings
-- The codings that caused the differences. A coding that replaces another coding of the same statement is a recoding; each
-- retraction has a row. The changeset that caused the difference wrote what is known at the later release, or ended what is
-- no longer known there, whichever of the two releases is given first.
WITH pair AS (
    SELECT DISTINCT p.holder_id, p.issue_id
    FROM unnest(CAST(:holders AS bigint[]), CAST(:issues AS bigint[])) p (holder_id, issue_id)
),
known AS MATERIALIZED (
    SELECT e.*, CASE WHEN e.act = 'retracts' THEN ARRAY[e.coding_id, e.target_id] ELSE '{}' END AS taken_back
    FROM pair JOIN stancedb.evidence e USING (holder_id, issue_id)
),
before AS (
    SELECT e.* FROM known e
    WHERE EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = e.known_from_id AND k.number <= :first)
        AND NOT EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = e.known_until_id AND k.number <= :first)
),
after AS (
    SELECT e.* FROM known e
    WHERE EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = e.known_from_id AND k.number <= :second)
        AND NOT EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = e.known_until_id AND k.number <= :second)
),
differing AS (
    SELECT holder_id, issue_id, act, statement_id, taken_back, b.id AS before_id, a.id AS after_id,
        b.coding_id AS b_coding_id, b.position_id AS b_position_id, b.said_from AS b_said_from,
        b.said_to AS b_said_to, b.authority AS b_authority, b.basis AS b_basis, b.verification AS b_verification,
        b.position_kind AS b_position_kind, b.rank AS b_rank, b.score AS b_score, b.said_at AS b_said_at,
        b.lasts AS b_lasts, b.begun_to AS b_begun_to, b.ended_from AS b_ended_from, b.ends AS b_ends,
        b.tie_key AS b_tie_key, a.coding_id AS a_coding_id, a.position_id AS a_position_id,
        a.said_from AS a_said_from, a.said_to AS a_said_to, a.authority AS a_authority, a.basis AS a_basis,
        a.verification AS a_verification, a.position_kind AS a_position_kind, a.rank AS a_rank, a.score AS a_score,
        a.said_at AS a_said_at, a.lasts AS a_lasts, a.begun_to AS a_begun_to, a.ended_from AS a_ended_from,
        a.ends AS a_ends, a.tie_key AS a_tie_key,
        coalesce((
            SELECT k.number FROM stancedb.changeset k
            WHERE k.id = CASE WHEN :first <= :second THEN a.known_from_id ELSE b.known_from_id END
        ), (
            SELECT max(k.number) FROM known e JOIN stancedb.changeset k ON k.id = e.known_until_id
            WHERE k.number <= greatest(:first, :second) AND e.act = coalesce(b.act, a.act)
                AND e.holder_id = coalesce(b.holder_id, a.holder_id) AND e.issue_id = coalesce(b.issue_id, a.issue_id)
                AND e.statement_id = coalesce(b.statement_id, a.statement_id)
                AND e.taken_back = coalesce(b.taken_back, a.taken_back)
        )) AS number
    FROM before b FULL JOIN after a USING (holder_id, issue_id, act, statement_id, taken_back)
    WHERE (
        b.coding_id, b.position_id, b.said_from, b.said_to, b.authority, b.basis, b.verification, b.position_kind,
        b.rank, b.score, b.said_at, b.lasts, b.begun_to, b.ended_from, b.ends, b.tie_key
    ) IS DISTINCT FROM (
        a.coding_id, a.position_id, a.said_from, a.said_to, a.authority, a.basis, a.verification, a.position_kind,
        a.rank, a.score, a.said_at, a.lasts, a.begun_to, a.ended_from, a.ends, a.tie_key
    )
),
named AS (
    SELECT d.*, coalesce(h1.slug, h2.slug) AS holder, coalesce(i1.slug, i2.slug) AS issue,
        coalesce(s1.slug, s2.slug) AS statement, coalesce(k1.name, k2.name) AS coder, bp.slug AS b_position,
        ap.slug AS a_position, w.author, w.message
    FROM differing d JOIN stancedb.changeset w ON w.number = d.number
    LEFT JOIN {actor@second} h1 ON h1.id = d.holder_id LEFT JOIN {actor@first} h2 ON h2.id = d.holder_id
    LEFT JOIN {issue@second} i1 ON i1.id = d.issue_id LEFT JOIN {issue@first} i2 ON i2.id = d.issue_id
    LEFT JOIN {statement@second} s1 ON s1.id = d.statement_id LEFT JOIN {statement@first} s2 ON s2.id = d.statement_id
    LEFT JOIN {coding@second} c1 ON c1.id = coalesce(d.a_coding_id, d.b_coding_id)
    LEFT JOIN {coding@first} c2 ON c2.id = coalesce(d.a_coding_id, d.b_coding_id)
    LEFT JOIN {coder@second} k1 ON k1.id = coalesce(c1.coder_id, c2.coder_id)
    LEFT JOIN {coder@first} k2 ON k2.id = coalesce(c1.coder_id, c2.coder_id)
    LEFT JOIN {position@first} bp ON bp.id = d.b_position_id
    LEFT JOIN {position@second} ap ON ap.id = d.a_position_id
)
SELECT * FROM named n
ORDER BY n.issue COLLATE "C", n.holder COLLATE "C", coalesce(n.b_said_from, n.a_said_from), n.statement COLLATE "C",
    n.act, n.taken_back;

-- name: others
-- Offices that changed hands, and scales whose ends moved, for stances that differ.
WITH moved AS (
    SELECT 'succession' AS what, x.holder_id, CAST(NULL AS bigint) AS issue_id, x.changed_on AS since,
        CAST(NULL AS text) AS scale, x.known_from_id, x.known_until_id
    FROM stancedb.succession x WHERE x.holder_id = ANY (CAST(:holders AS bigint[]))
    UNION ALL
    SELECT 'scale', NULL, x.issue_id, NULL, x.lowest || ' to ' || x.highest, x.known_from_id, x.known_until_id
    FROM stancedb.scale x WHERE x.issue_id = ANY (CAST(:issues AS bigint[]))
),
sided AS (
    SELECT m.*,
        EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = m.known_from_id AND k.number <= :first)
            AND NOT EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = m.known_until_id AND k.number <= :first)
            AS is_before,
        EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = m.known_from_id AND k.number <= :second)
            AND NOT EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = m.known_until_id AND k.number <= :second)
            AS is_after
    FROM moved m
),
named AS (
    SELECT s.what, s.is_after, s.since, s.scale, coalesce(h1.slug, h2.slug) AS holder,
        coalesce(i1.slug, i2.slug) AS issue, w.number, w.author, w.message
    FROM sided s JOIN stancedb.changeset w
        ON w.id = CASE WHEN s.is_after = (:first <= :second) THEN s.known_from_id ELSE s.known_until_id END
    LEFT JOIN {actor@second} h1 ON h1.id = s.holder_id LEFT JOIN {actor@first} h2 ON h2.id = s.holder_id
    LEFT JOIN {issue@second} i1 ON i1.id = s.issue_id LEFT JOIN {issue@first} i2 ON i2.id = s.issue_id
    WHERE s.is_before <> s.is_after
)
SELECT * FROM named n ORDER BY n.what, n.issue COLLATE "C", n.holder COLLATE "C", n.since, n.number;
