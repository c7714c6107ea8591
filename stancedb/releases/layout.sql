-- The contents of the tables of releases, as known. Each statement has the columns of every layout; a layout selects its
-- own fields. The order is unambiguous.

-- name: rule
SELECT r.slug, r.label, r.definition, r.min_authority, array_to_string(r.bases, '|') AS bases, r.sustain_days,
    r.retraction_effect, r.tenure_effect, r.expiry_days, r.same_day, r.is_default
FROM {derivation_rule} r
ORDER BY r.slug COLLATE "C";

-- name: codebook_version
SELECT v.label, v.issued_on, v.notes FROM {codebook_version} v ORDER BY v.label COLLATE "C";

-- name: issue
SELECT i.slug, i.question, i.scope, i.low_pole, i.high_pole, p.slug AS parent, i.status, m.slug AS merged_into
FROM {issue} i LEFT JOIN {issue} p ON p.id = i.parent_id LEFT JOIN {issue} m ON m.id = i.merged_into_id
ORDER BY i.slug COLLATE "C";

-- name: position
SELECT i.slug AS issue, p.slug, p.label, p.definition, p.kind, p.rank, p.score, p.status, m.slug AS merged_into
FROM {position} p JOIN {issue} i ON i.id = p.issue_id LEFT JOIN {position} m ON m.id = p.merged_into_id
ORDER BY i.slug COLLATE "C", p.slug COLLATE "C";

-- name: actor
SELECT a.slug, a.kind, a.name, m.slug AS merged_into
FROM {actor} a LEFT JOIN {actor} m ON m.id = a.merged_into_id
ORDER BY a.slug COLLATE "C";

-- name: actor_identifier
SELECT a.slug AS actor, x.scheme, x.value
FROM {actor_identifier} x JOIN {actor} a ON a.id = x.actor_id
ORDER BY x.scheme COLLATE "C", x.value COLLATE "C";

-- name: actor_attribute
SELECT a.slug AS actor, x.key, x.value, x.during_edtf AS during, x.during_from, x.during_to,
    x.during_to - 1 AS during_last
FROM {actor_attribute} x JOIN {actor} a ON a.id = x.actor_id
ORDER BY a.slug COLLATE "C", x.key COLLATE "C", x.during;

-- name: tenure
SELECT o.slug AS office, t.seat, p.slug AS person, t.held_edtf AS held, t.held_from, t.held_to,
    t.held_to - 1 AS held_last, t.is_acting
FROM {tenure} t JOIN {actor} o ON o.id = t.office_id JOIN {actor} p ON p.id = t.person_id
ORDER BY o.slug COLLATE "C", t.seat, t.held_from, t.held_edtf COLLATE "C", p.slug COLLATE "C";

-- name: outlet
SELECT o.slug, o.name, o.kind, o.country, p.slug AS parent, o.reliability
FROM {outlet} o LEFT JOIN {outlet} p ON p.id = o.parent_id
ORDER BY o.slug COLLATE "C";

-- name: article
SELECT a.slug, o.slug AS outlet, a.url, a.title, a.byline, a.agency, a.language, a.kind, a.published_edtf AS published,
    a.published_from, a.published_to, a.published_to - 1 AS published_last, c.slug AS syndicated_from, a.retracted_on,
    a.retracted_reason
FROM {article} a JOIN {outlet} o ON o.id = a.outlet_id LEFT JOIN {article} c ON c.id = a.syndicated_from_id
ORDER BY a.slug COLLATE "C";

-- name: event
SELECT e.slug, e.kind, e.title, e.during_edtf AS during, e.during_from, e.during_to, e.during_to - 1 AS during_last,
    e.status
FROM {event} e
ORDER BY e.slug COLLATE "C";

-- name: statement
SELECT st.slug, sp.slug AS speaker, o.slug AS office, b.slug AS on_behalf_of, st.capacity, st.authority, st.act,
    st.said_edtf AS said, st.said_from, st.said_to, st.said_to - 1 AS said_last, st.said_at, st.ends, st.zone, st.place,
    e.slug AS event, st.summary, st.verification, st.self_declared, m.slug AS merged_into, st.retracted_on,
    st.retracted_reason, st.citation
FROM {statement} st JOIN {actor} sp ON sp.id = st.speaker_id
LEFT JOIN {tenure} t ON t.id = st.tenure_id LEFT JOIN {actor} o ON o.id = t.office_id
LEFT JOIN {actor} b ON b.id = st.on_behalf_of_id LEFT JOIN {event} e ON e.id = st.event_id
LEFT JOIN {statement} m ON m.id = st.merged_into_id
ORDER BY st.slug COLLATE "C";

-- name: statement_link
SELECT s.slug AS statement, l.kind, t.slug AS target
FROM {statement_link} l JOIN {statement} s ON s.id = l.statement_id JOIN {statement} t ON t.id = l.target_id
ORDER BY s.slug COLLATE "C", l.kind COLLATE "C", t.slug COLLATE "C";

-- name: mention
SELECT s.slug AS statement, a.slug AS article, v.text_sha256, m.char_start, m.char_end, m.quote, m.rendering, m.asserts,
    m.attribution, m.rank, m.deprecated_reason
FROM {mention} m JOIN {statement} s ON s.id = m.statement_id
JOIN {article_version} v ON v.id = m.article_version_id JOIN {article} a ON a.id = v.article_id
ORDER BY s.slug COLLATE "C", a.slug COLLATE "C", v.text_sha256 COLLATE "C", m.char_start, m.char_end;

-- name: coder
SELECT c.name, c.kind, c.version FROM {coder} c ORDER BY c.name COLLATE "C";

-- name: round
-- Rounds have no versions: those that codings come from, by what is never changed of them.
SELECT r.slug, v.label AS codebook_version, array_to_string(
        ARRAY(
            SELECT i.slug FROM stancedb.coding_round_issue x JOIN {issue} i ON i.id = x.issue_id
            WHERE x.round_id = r.id ORDER BY i.slug COLLATE "C"
        ), '|'
    ) AS issues, r.counts_at_once
FROM stancedb.coding_round r JOIN {codebook_version} v ON v.id = r.codebook_version_id
WHERE r.id IN (
    SELECT o.round_id FROM {coding} c JOIN stancedb.released_rounds() o ON o.assignment_id = c.assignment_id
)
ORDER BY r.slug COLLATE "C";

-- name: coding
SELECT s.slug AS statement, h.slug AS holder, i.slug AS issue, k.name AS coder, v.label AS codebook_version,
    p.slug AS position, c.basis, c.explicitness, c.condition, c.vagueness, c.confidence, c.rationale, c.status,
    c.is_final, c.carried_from_id IS NOT NULL AS is_carried, a.slug AS article, w.text_sha256, m.char_start, m.char_end,
    r.slug AS round
FROM {coding} c JOIN {statement} s ON s.id = c.statement_id JOIN {actor} h ON h.id = c.holder_id
JOIN {issue} i ON i.id = c.issue_id JOIN {coder} k ON k.id = c.coder_id
JOIN {codebook_version} v ON v.id = c.codebook_version_id LEFT JOIN {position} p ON p.id = c.position_id
LEFT JOIN {mention} m ON m.id = c.mention_id LEFT JOIN {article_version} w ON w.id = m.article_version_id
LEFT JOIN {article} a ON a.id = w.article_id
LEFT JOIN stancedb.released_rounds() o ON o.assignment_id = c.assignment_id
LEFT JOIN stancedb.coding_round r ON r.id = o.round_id
ORDER BY s.slug COLLATE "C", h.slug COLLATE "C", i.slug COLLATE "C", k.name COLLATE "C", v.label COLLATE "C";

-- name: coding_attribute
SELECT s.slug AS statement, h.slug AS holder, i.slug AS issue, k.name AS coder, v.label AS codebook_version,
    x.key, x.value
FROM {coding_attribute} x JOIN {coding} c ON c.id = x.coding_id JOIN {statement} s ON s.id = c.statement_id
JOIN {actor} h ON h.id = c.holder_id JOIN {issue} i ON i.id = c.issue_id JOIN {coder} k ON k.id = c.coder_id
JOIN {codebook_version} v ON v.id = c.codebook_version_id
ORDER BY s.slug COLLATE "C", h.slug COLLATE "C", i.slug COLLATE "C", k.name COLLATE "C", v.label COLLATE "C",
    x.key COLLATE "C";

-- name: stance
-- The states of every rule that have a position.
SELECT r.slug AS rule, h.slug AS holder, i.slug AS issue, s.valid_from, s.valid_to, s.valid_to - 1 AS valid_last,
    p.slug AS position, s.confirmed_on, o.slug AS onset_statement, s.evidence_count, s.contrary_count,
    s.last_evidence_on, s.is_contested, s.carried_to
FROM {derivation_rule} r CROSS JOIN LATERAL stancedb.states(r.id, CAST(:known_at AS bigint), NULL, NULL, NULL) s
JOIN {actor} h ON h.id = s.holder_id JOIN {issue} i ON i.id = s.issue_id
JOIN {position} p ON p.id = s.position_id
LEFT JOIN {coding} c ON c.id = s.onset_coding_id LEFT JOIN {statement} o ON o.id = c.statement_id
ORDER BY r.slug COLLATE "C", h.slug COLLATE "C", i.slug COLLATE "C", s.valid_from;

-- name: stance_change
SELECT r.slug AS rule, h.slug AS holder, i.slug AS issue, s.valid_from AS changed_on, s.kind,
    f.slug AS from_position, t.slug AS to_position, s.window_from, s.window_to, s.window_to - 1 AS window_last,
    s.confirmed_on, s.delta_rank, s.delta_score, s.clarity, s.walked_back_within
FROM {derivation_rule} r CROSS JOIN LATERAL stancedb.states(r.id, CAST(:known_at AS bigint), NULL, NULL, NULL) s
JOIN {actor} h ON h.id = s.holder_id JOIN {issue} i ON i.id = s.issue_id
LEFT JOIN {position} f ON f.id = s.from_position_id LEFT JOIN {position} t ON t.id = s.position_id
ORDER BY r.slug COLLATE "C", h.slug COLLATE "C", i.slug COLLATE "C", s.valid_from;
