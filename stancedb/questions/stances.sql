-- Each query works for the current data and as of a changeset. A query about one holder or one issue does not look it
-- up again, because its key and slug are known.

-- name: as_of
-- The stance of each holder on each issue on a date. Statements made after that date are not evidence for it.
--
-- Sorted at the end, because otherwise the planner would read issues and positions in order and scan all stances for
-- each.
SELECT answer.* FROM (
    SELECT h.slug AS holder, i.slug AS issue, p.slug AS position, p.label, p.kind, s.valid_from AS since,
        stancedb.day_as_said(s.valid_from, onset.said_from, onset.said_to, onset.said_edtf) AS since_said,
        s.valid_to AS until, s.valid_to - 1 AS valid_last, s.evidence_count - e.evidence AS evidence,
        s.contrary_count - e.contrary AS contrary, s.is_contested AS contested, e.said_from AS last_evidence,
        stancedb.day_as_said(e.said_from, st.said_from, st.said_to, st.said_edtf) AS last_evidence_said,
        CAST(:day AS date) - e.said_from AS days_old, st.slug AS statement, quote.quote, quote.outlet, quote.article
    FROM stancedb.known_stances(:rule, :number, :today, :holder, :issue) s
    JOIN (
        SELECT CAST(:holder AS bigint) AS id, CAST(:holder_slug AS text) AS slug
        UNION ALL SELECT a.id, a.slug FROM {actor} a -- if :any_holder
    ) h ON h.id = s.holder_id
    JOIN (
        SELECT CAST(:issue AS bigint) AS id, CAST(:issue_slug AS text) AS slug
        UNION ALL SELECT a.id, a.slug FROM {issue} a -- if :any_issue
    ) i ON i.id = s.issue_id
    JOIN {position} p ON p.id = s.position_id
    JOIN {coding} c ON c.id = s.onset_coding_id
    JOIN {statement} onset ON onset.id = c.statement_id
    CROSS JOIN LATERAL (
        SELECT max(b.spoken_on) FILTER (WHERE b.supports AND b.said_from <= :day) AS said_from,
            (
                array_agg(b.statement_id ORDER BY b.spoken_on DESC, b.instant DESC, b.authority DESC, b.tie_key DESC)
                FILTER (WHERE b.supports AND b.said_from <= :day)
            )[1] AS statement_id,
            (
                array_agg(b.coding_id ORDER BY b.spoken_on DESC, b.instant DESC, b.authority DESC, b.tie_key DESC)
                FILTER (WHERE b.supports AND b.said_from <= :day)
            )[1] AS coding_id,
            count(DISTINCT b.statement_id) FILTER (WHERE b.supports AND b.said_from > :day) AS evidence,
            count(DISTINCT b.statement_id) FILTER (WHERE b.role = 'contrary' AND b.said_from > :day) AS contrary
        FROM (
            -- A lasting statement is evidence for every day from its first to its last. A stance that resumed is based
            -- on statements made before it was left.
            SELECT x.*, CASE
                    WHEN x.lasts THEN greatest(x.said_from, least(CAST(:day AS date), x.said_to - 1, s.ended_on - 1))
                    ELSE x.said_from
                END AS spoken_on
            FROM stancedb.behind(:rule, :number, s.holder_id, s.issue_id, s.position_id, s.onset_coding_id) x
            WHERE x.said_from < coalesce(s.ended_on, 'infinity')
            OFFSET 0
        ) b
    ) e
    LEFT JOIN {statement} st ON st.id = e.statement_id
    LEFT JOIN {coding} rests ON rests.id = e.coding_id
    LEFT JOIN LATERAL (
        SELECT q.*, o.name AS outlet FROM {printed_mention} q JOIN {outlet} o ON o.id = q.outlet_id
        WHERE q.statement_id = e.statement_id
        ORDER BY q.is_unreliable, q.mention_id = rests.mention_id DESC NULLS LAST, q.place
        LIMIT 1
    ) quote ON true
    WHERE NOT s.is_pending AND s.valid_from <= :day AND (s.valid_to IS NULL OR s.valid_to > :day)
        AND s.holder_id = :holder -- if :holder
        AND s.issue_id = :issue -- if :issue
    OFFSET 0
) answer
ORDER BY issue, holder;

-- name: timeline
SELECT h.slug AS holder, s.valid_from AS since,
    stancedb.day_as_said(s.valid_from, st.said_from, st.said_to, st.said_edtf) AS since_said, s.valid_to AS until,
    s.valid_to - 1 AS valid_last, p.slug AS position, p.label, s.evidence_count AS evidence,
    s.contrary_count AS contrary, s.is_contested AS contested, s.is_pending AS pending,
    s.last_evidence_on AS last_evidence,
    stancedb.day_as_said(s.last_evidence_on, latest.said_from, latest.said_to, latest.said_edtf) AS last_evidence_said,
    st.slug AS statement, quote.quote, quote.outlet, quote.article
FROM stancedb.known_stances(:rule, :number, :today, :holder, :issue) s
JOIN (
    SELECT CAST(:holder AS bigint) AS id, CAST(:holder_slug AS text) AS slug
    UNION ALL SELECT a.id, a.slug FROM {actor} a -- if :any_holder
) h ON h.id = s.holder_id
JOIN {position} p ON p.id = s.position_id
JOIN {coding} c ON c.id = s.onset_coding_id
JOIN {statement} st ON st.id = c.statement_id
LEFT JOIN LATERAL (
    SELECT b.statement_id
    FROM stancedb.behind(:rule, :number, s.holder_id, s.issue_id, s.position_id, s.onset_coding_id) b
    WHERE b.said_from = s.last_evidence_on AND b.supports
    ORDER BY b.said_to - b.said_from, b.statement_id
    LIMIT 1
) last_said ON true
LEFT JOIN {statement} latest ON latest.id = last_said.statement_id
LEFT JOIN LATERAL (
    SELECT q.*, o.name AS outlet FROM {printed_mention} q JOIN {outlet} o ON o.id = q.outlet_id
    WHERE q.statement_id = st.id
    ORDER BY q.is_unreliable, q.mention_id = c.mention_id DESC NULLS LAST, q.place
    LIMIT 1
) quote ON true
WHERE s.issue_id = :issue
    AND s.holder_id = :holder -- if :holder
ORDER BY h.slug, s.valid_from;

-- name: changes
SELECT h.slug AS holder, i.slug AS issue, s.kind AS change,
    stancedb.change_label(s.kind, scale.low_pole, scale.high_pole) AS change_label, s.changed_on, f.slug AS from_position,
    t.slug AS to_position, s.window_from, s.window_to - 1 AS window_until, s.delta_rank, s.delta_score, s.clarity,
    s.walked_back_within AS days_away, s.is_pending AS pending, st.slug AS statement, st.self_declared, quote.quote,
    quote.outlet, quote.article
FROM stancedb.known_changes(:rule, :number, :today, :holder, :issue) s
JOIN (
    SELECT CAST(:holder AS bigint) AS id, CAST(:holder_slug AS text) AS slug
    UNION ALL SELECT a.id, a.slug FROM {actor} a -- if :any_holder
) h ON h.id = s.holder_id
JOIN (
    SELECT CAST(:issue AS bigint) AS id, CAST(:issue_slug AS text) AS slug
    UNION ALL SELECT a.id, a.slug FROM {issue} a -- if :any_issue
) i ON i.id = s.issue_id
JOIN {issue} scale ON scale.id = s.issue_id
LEFT JOIN {position} f ON f.id = s.from_position_id
LEFT JOIN {position} t ON t.id = s.to_position_id
LEFT JOIN LATERAL (
    SELECT b.statement_id, b.coding_id
    FROM stancedb.behind(:rule, :number, s.holder_id, s.issue_id, s.to_position_id, s.onset_coding_id) b
    WHERE b.said_from = s.changed_on AND b.supports
    ORDER BY b.role, b.authority DESC, b.tie_key DESC
    LIMIT 1
) e ON true
LEFT JOIN {statement} st ON st.id = e.statement_id
LEFT JOIN {coding} rests ON rests.id = e.coding_id
LEFT JOIN LATERAL (
    SELECT q.*, o.name AS outlet FROM {printed_mention} q JOIN {outlet} o ON o.id = q.outlet_id
    WHERE q.statement_id = e.statement_id
    ORDER BY q.is_unreliable, q.mention_id = rests.mention_id DESC NULLS LAST, q.place
    LIMIT 1
) quote ON true
WHERE true
    AND s.holder_id = :holder -- if :holder
    AND s.issue_id = :issue -- if :issue
    AND s.kind <> 'initial' -- if :without_initial
    AND s.window_to > :since -- if :since
    AND coalesce(s.window_from, s.changed_on) <= :until -- if :until
ORDER BY s.changed_on, h.slug, i.slug;

-- name: evidence
SELECT h.slug AS holder, e.valid_from AS stance_since, e.role, st.said_edtf AS said, e.said_from, p.slug AS position,
    st.authority, st.verification, sp.slug AS speaker, sp.name AS speaker_name, st.slug AS statement, k.name AS coder,
    quote.quote, quote.rendering, quote.outlet, quote.article, quote.title, quote.url, quote.language
FROM stancedb.evidence_of(:rule, :number, :holder, :issue) e
JOIN {coding} c ON c.id = e.coding_id
JOIN {actor} h ON h.id = e.holder_id
JOIN {coder} k ON k.id = c.coder_id
JOIN {position} p ON p.id = e.position_id
JOIN {statement} st ON st.id = e.statement_id
JOIN {actor} sp ON sp.id = st.speaker_id
LEFT JOIN LATERAL (
    SELECT q.*, o.name AS outlet FROM {printed_mention} q JOIN {outlet} o ON o.id = q.outlet_id
    WHERE q.statement_id = st.id
    ORDER BY q.is_unreliable, q.mention_id = c.mention_id DESC NULLS LAST, q.place
    LIMIT 1
) quote ON true
ORDER BY h.slug, e.valid_from, e.place;

-- name: rules
SELECT r.slug AS rule, r.is_default, r.definition, r.min_authority, r.bases, r.sustain_days, r.retraction_effect,
    r.tenure_effect, r.expiry_days, r.same_day
FROM {derivation_rule} r
ORDER BY r.id;
