-- name: may_know_codebooks
-- A first sheet has no existing codings to match, and may have a million lines.
SELECT EXISTS (SELECT FROM stancedb.coding) OR EXISTS (SELECT FROM staged_statement WHERE names_codebook);

-- name: name_codebooks
-- The codebook version of each line that does not name one.
--
-- The version is not part of what identifies a coding. The line refers to the coder's final coding of the statement,
-- holder and issue, or else the latest by the date of its version, or else the version given in other lines of the
-- load. Only a new coding gets the newest version, which the stage already has.
WITH silent AS (
    SELECT s.ordinal, s.statement, s.holder, s.issue, s.coder FROM staged_statement s
    WHERE s.issue IS NOT NULL AND NOT s.names_codebook
),
known AS (
    SELECT DISTINCT ON (q.statement, q.holder, q.issue, q.coder) q.statement, q.holder, q.issue, q.coder, v.label
    FROM silent q
    JOIN stancedb.statement st ON st.slug = q.statement
    JOIN stancedb.actor h ON h.slug = q.holder
    JOIN stancedb.issue i ON i.slug = q.issue
    JOIN stancedb.coder k ON k.name = q.coder
    JOIN stancedb.coding c ON c.statement_id = st.id AND c.holder_id = h.id AND c.issue_id = i.id AND c.coder_id = k.id
    JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
    ORDER BY q.statement, q.holder, q.issue, q.coder, c.is_final DESC, v.issued_on DESC, v.label COLLATE "C" DESC
),
beside AS (
    SELECT DISTINCT ON (s.statement, s.holder, s.issue, s.coder) s.statement, s.holder, s.issue, s.coder, v.label
    FROM staged_statement s JOIN stancedb.codebook_version v ON v.label = s.codebook
    WHERE s.issue IS NOT NULL AND s.names_codebook
    ORDER BY s.statement, s.holder, s.issue, s.coder, s.is_final DESC, v.issued_on DESC, v.label COLLATE "C" DESC
)
UPDATE staged_statement s SET codebook = m.label
FROM (
    SELECT q.ordinal, coalesce(k.label, b.label) AS label FROM silent q
    LEFT JOIN known k USING (statement, holder, issue, coder)
    LEFT JOIN beside b USING (statement, holder, issue, coder)
) m
WHERE m.ordinal = s.ordinal AND m.label <> s.codebook;

-- name: give_bases
-- The basis of lines without one: the speaker's own position, or that of the actor spoken for.
UPDATE staged_statement s SET basis = CASE WHEN s.holder = s.speaker THEN 'self' ELSE 'on_behalf' END
FROM (
    SELECT g.statement, coalesce(max(g.on_behalf_of), max(a.slug)) AS principal
    FROM staged_statement g
    LEFT JOIN stancedb.statement st ON st.slug = g.statement
    LEFT JOIN stancedb.actor a ON a.id = st.on_behalf_of_id
    GROUP BY g.statement
) b
WHERE b.statement = s.statement AND s.basis IS NULL AND s.issue IS NOT NULL AND s.holder IN (s.speaker, b.principal);

-- name: lacks_bases
SELECT EXISTS (SELECT FROM staged_statement s WHERE s.basis IS NULL AND s.issue IS NOT NULL);

-- name: give_bases_by_merges
-- Likewise if speaker and holder, or principal and holder, were merged and one is named by the other's slug.
UPDATE staged_statement s
SET basis = CASE coalesce(h.merged_into_id, h.id) WHEN coalesce(p.merged_into_id, p.id) THEN 'self' ELSE 'on_behalf' END
FROM staged_statement x
JOIN stancedb.actor h ON h.slug = x.holder
JOIN stancedb.actor p ON p.slug = x.speaker
JOIN (SELECT g.statement, max(g.on_behalf_of) AS named FROM staged_statement g GROUP BY g.statement) b USING (statement)
LEFT JOIN stancedb.statement st ON st.slug = x.statement
LEFT JOIN stancedb.actor named ON named.slug = b.named
LEFT JOIN stancedb.actor known ON known.id = st.on_behalf_of_id AND b.named IS NULL
WHERE x.ordinal = s.ordinal AND s.basis IS NULL AND s.issue IS NOT NULL AND coalesce(h.merged_into_id, h.id) IN (
    coalesce(p.merged_into_id, p.id), coalesce(named.merged_into_id, named.id), coalesce(known.merged_into_id, known.id)
);

-- name: keep_standing
-- An existing coding keeps its status and final flag if the line does not give them.
--
-- Existing statements are found first: if all statements of a sheet are new, nothing else is joined.
WITH at_hand AS MATERIALIZED (
    SELECT s.ordinal, st.id AS statement_id, s.holder, s.issue, s.coder, s.codebook
    FROM staged_statement s JOIN stancedb.statement st ON st.slug = s.statement
    WHERE NOT s.gives_standing AND s.issue IS NOT NULL
)
UPDATE staged_statement s SET status = NULL, is_final = NULL
FROM at_hand a
JOIN stancedb.coding c ON c.statement_id = a.statement_id
JOIN stancedb.actor h ON h.id = c.holder_id
JOIN stancedb.issue i ON i.id = c.issue_id
JOIN stancedb.coder k ON k.id = c.coder_id
JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
WHERE s.ordinal = a.ordinal AND (h.slug, i.slug, k.name, v.label) = (a.holder, a.issue, a.coder, a.codebook);

-- name: without_basis
SELECT s.ordinal, s.source, s.line, s.holder
FROM staged_statement s WHERE s.issue IS NOT NULL AND s.basis IS NULL ORDER BY s.ordinal;

-- name: without_codebook
SELECT s.ordinal, s.source, s.line
FROM staged_statement s WHERE s.issue IS NOT NULL AND s.codebook IS NULL ORDER BY s.ordinal;

-- name: final_without_acceptance
SELECT s.ordinal, s.source, s.line, s.status
FROM staged_statement s WHERE s.is_final AND s.status <> 'accepted' ORDER BY s.ordinal;

-- name: other_final_lines
SELECT DISTINCT s.ordinal, s.source, s.line, coalesce(CAST(d.line AS text), '?') AS other_line, d.coder
FROM staged_statement s
JOIN staged_statement d ON d.statement = s.statement AND d.holder = s.holder AND d.issue = s.issue
    AND d.ordinal < s.ordinal
WHERE s.is_final AND d.is_final AND (d.coder, d.codebook) IS DISTINCT FROM (s.coder, s.codebook)
ORDER BY s.ordinal;

-- name: coded_otherwise
SELECT DISTINCT s.ordinal, s.source, s.line, coalesce(CAST(d.line AS text), '?') AS other_line
FROM staged_statement s
JOIN staged_statement d ON d.statement = s.statement AND d.holder = s.holder AND d.issue = s.issue
    AND d.ordinal < s.ordinal
WHERE (d.coder, d.codebook) = (s.coder, s.codebook)
    AND (d.position, d.basis, d.status, d.is_final, d.confidence, d.condition, d.rationale, d.explicitness, d.vagueness)
        IS DISTINCT FROM
        (s.position, s.basis, s.status, s.is_final, s.confidence, s.condition, s.rationale, s.explicitness, s.vagueness)
ORDER BY s.ordinal;

-- name: other_final_codings
-- Existing final codings by another coder or under another version. A coder's new coding under a later version replaces
-- the earlier one.
SELECT DISTINCT s.ordinal, s.source, s.line, s.statement, s.holder, s.issue, k.name AS coder
FROM (
    -- OFFSET 0 stops the planner from considering all join orders of eight tables, which takes longer than reading
    -- them.
    SELECT s.ordinal, s.source, s.line, s.statement, s.holder, s.issue, s.coder, s.codebook, c.statement_id, c.holder_id,
        c.issue_id, c.coder_id, c.codebook_version_id
    FROM staged_statement s
    JOIN stancedb.statement st ON st.slug = s.statement
    JOIN stancedb.actor h ON h.slug = s.holder
    JOIN stancedb.issue i ON i.slug = s.issue
    JOIN stancedb.coding c ON c.statement_id = st.id AND c.holder_id = h.id AND c.issue_id = i.id AND c.is_final
    WHERE s.is_final
    OFFSET 0
) s
JOIN stancedb.coder k ON k.id = s.coder_id
JOIN stancedb.codebook_version v ON v.id = s.codebook_version_id
JOIN stancedb.codebook_version w ON w.label = s.codebook
WHERE (k.name, v.label) IS DISTINCT FROM (s.coder, s.codebook) AND (
    k.name <> s.coder
    OR (v.issued_on, v.label COLLATE "C") > (w.issued_on, w.label COLLATE "C")
    OR EXISTS (
        SELECT FROM stancedb.coding t
        WHERE (t.statement_id, t.holder_id, t.issue_id, t.coder_id, t.codebook_version_id)
            = (s.statement_id, s.holder_id, s.issue_id, k.id, w.id)
    )
)
ORDER BY s.ordinal;

-- name: lines_of_other_coders
SELECT s.ordinal, s.source, s.line, CAST(:login AS text) AS login, s.coder
FROM staged_statement s WHERE s.issue IS NOT NULL AND s.coder <> :login ORDER BY s.ordinal;

-- name: reviewed_by_coder
SELECT s.ordinal, s.source, s.line
FROM staged_statement s
WHERE s.coder = :login AND s.gives_standing AND (s.is_final OR s.status = 'accepted')
ORDER BY s.ordinal;

-- name: has_retired
SELECT EXISTS (SELECT FROM stancedb.issue WHERE status = 'retired')
    OR EXISTS (SELECT FROM stancedb.position WHERE status = 'retired');

-- name: new_on_retired_issues
-- Lines that would create a coding on a retired issue, with the issue that it is merged into.
SELECT DISTINCT s.ordinal, s.source, s.line, i.slug AS issue, m.slug AS into
FROM staged_statement s
JOIN stancedb.issue i ON i.slug = s.issue
LEFT JOIN stancedb.issue m ON m.id = i.merged_into_id
LEFT JOIN (
    stancedb.coding t
    JOIN stancedb.statement st ON st.id = t.statement_id
    JOIN stancedb.actor h ON h.id = t.holder_id
    JOIN stancedb.coder k ON k.id = t.coder_id
    JOIN stancedb.codebook_version v ON v.id = t.codebook_version_id
) ON t.issue_id = i.id AND (st.slug, h.slug, k.name, v.label) = (s.statement, s.holder, s.coder, s.codebook)
WHERE i.status = 'retired' AND t.id IS NULL AND (m.id IS NULL) = :is_for_good
ORDER BY s.ordinal;

-- name: codings_on_retired_positions
-- Existing codings of lines that name a retired position.
SELECT t.id
FROM staged_statement s
JOIN stancedb.issue i ON i.slug = s.issue
JOIN stancedb.position p ON p.issue_id = i.id AND p.slug = s.position AND p.status = 'retired'
JOIN stancedb.coding t ON t.issue_id = i.id
JOIN stancedb.statement st ON st.id = t.statement_id
JOIN stancedb.actor h ON h.id = t.holder_id
JOIN stancedb.coder k ON k.id = t.coder_id
JOIN stancedb.codebook_version v ON v.id = t.codebook_version_id
WHERE (st.slug, h.slug, k.name, v.label) = (s.statement, s.holder, s.coder, s.codebook);

-- name: new_on_retired_positions
-- Lines that would code a retired position, with the position that it is merged into; existing codings on it, and
-- codings changed by hand, stay.
SELECT DISTINCT s.ordinal, s.source, s.line, p.slug AS position, i.slug AS issue, q.slug AS into, coalesce(
    (
        SELECT array_agg(x.slug ORDER BY x.rank, x.slug)
        FROM stancedb.position x WHERE x.issue_id = i.id AND x.status = 'active'
    ),
    ARRAY['there is none']
) AS positions
FROM staged_statement s
JOIN stancedb.issue i ON i.slug = s.issue
JOIN stancedb.position p ON p.issue_id = i.id AND p.slug = s.position
LEFT JOIN stancedb.position q ON q.id = p.merged_into_id
LEFT JOIN (
    stancedb.coding t
    JOIN stancedb.statement st ON st.id = t.statement_id
    JOIN stancedb.actor h ON h.id = t.holder_id
    JOIN stancedb.coder k ON k.id = t.coder_id
    JOIN stancedb.codebook_version v ON v.id = t.codebook_version_id
) ON t.issue_id = i.id AND (st.slug, h.slug, k.name, v.label) = (s.statement, s.holder, s.coder, s.codebook)
WHERE p.status = 'retired' AND NOT (i.status = 'retired' AND t.id IS NULL)
    AND (
        t.id IS NULL
        OR t.position_id IS DISTINCT FROM p.id AND NOT EXISTS (SELECT FROM by_hand b WHERE b.id = t.id)
    )
    AND (q.id IS NULL) = :is_for_good
ORDER BY s.ordinal;

-- name: count_coders
SELECT count(*) AS coders, count(k.id) AS known
FROM (SELECT DISTINCT coder FROM staged_statement WHERE issue IS NOT NULL) s
LEFT JOIN stancedb.coder k ON k.name = s.coder;

-- name: coders
SELECT coder AS name, min(coder_kind) AS kind FROM staged_statement WHERE issue IS NOT NULL GROUP BY coder;

-- name: supersede_codings
-- A coder's new coding under a later codebook version replaces the final one, which is kept but no longer final.
--
-- Only lines that create a coding do so; refuse_codings rejects all others that would leave two final codings.
UPDATE stancedb.coding c SET is_final = false
FROM (
    SELECT DISTINCT st.id AS statement_id, h.id AS holder_id, i.id AS issue_id, k.id AS coder_id, v.id AS version_id
    FROM staged_statement s
    JOIN stancedb.statement st ON st.slug = s.statement
    JOIN stancedb.actor h ON h.slug = s.holder
    JOIN stancedb.issue i ON i.slug = s.issue
    JOIN stancedb.coder k ON k.name = s.coder
    JOIN stancedb.codebook_version v ON v.label = s.codebook
    WHERE s.is_final
) n
WHERE (c.statement_id, c.holder_id, c.issue_id, c.coder_id) = (n.statement_id, n.holder_id, n.issue_id, n.coder_id)
    AND c.codebook_version_id <> n.version_id AND c.is_final;

-- name: codings
SELECT DISTINCT ON (st.id, h.id, i.id, k.id, v.id) st.id AS statement_id, h.id AS holder_id, i.id AS issue_id,
    k.id AS coder_id, v.id AS codebook_version_id, p.id AS position_id, s.basis, s.explicitness, s.condition,
    s.vagueness, s.confidence, s.rationale, s.status, s.is_final, s.assignment_id,
    coalesce(m.id, o.only_id) AS mention_id
FROM staged_statement s
JOIN stancedb.statement st ON st.slug = s.statement
JOIN stancedb.actor h ON h.slug = s.holder
JOIN stancedb.issue i ON i.slug = s.issue
JOIN stancedb.coder k ON k.name = s.coder
JOIN stancedb.codebook_version v ON v.label = s.codebook
LEFT JOIN stancedb.position p ON p.issue_id = i.id AND p.slug = s.position
LEFT JOIN (
    staged_mention d
    JOIN stancedb.mention m USING (article_version_id, char_start, char_end)
) ON d.ordinal = s.ordinal AND m.statement_id = st.id
-- A coding without a quote refers to the only mention of its statement, if there is exactly one.
LEFT JOIN LATERAL (
    SELECT min(x.id) AS only_id FROM stancedb.mention x
    WHERE x.statement_id = st.id AND s.quote IS NULL
    HAVING count(*) = 1
) o ON true
-- Of several lines about one coding, the first with a quote gives the mention.
ORDER BY st.id, h.id, i.id, k.id, v.id, m.id IS NULL, s.ordinal;

-- name: judge_anew
-- A carried-over coding that differs from its origin is a new coding.
UPDATE stancedb.coding c SET carried_from_id = NULL
FROM stancedb.coding o
WHERE o.id = c.carried_from_id AND c.changeset_id = CAST(current_setting('stancedb.changeset') AS bigint)
    AND (c.position_id, c.basis, c.explicitness, c.condition, c.vagueness)
        IS DISTINCT FROM (o.position_id, o.basis, o.explicitness, o.condition, o.vagueness);

-- name: has_attributes
SELECT EXISTS (SELECT FROM staged_statement WHERE attribute_keys IS NOT NULL);

-- name: differing_attributes
-- Lines that give a coding attribute a different value than an earlier line of the same coding.
WITH attribute AS (
    SELECT s.ordinal, s.source, s.line, s.statement, s.holder, s.issue, s.coder, s.codebook, x.key, x.value
    FROM staged_statement s CROSS JOIN LATERAL unnest(s.attribute_keys, s.attribute_values) x(key, value)
)
SELECT DISTINCT ON (s.ordinal) s.ordinal, s.source, s.line, coalesce(CAST(d.line AS text), '?') AS other_line, s.key,
    s.value, d.value AS other
FROM attribute s
JOIN attribute d USING (statement, holder, issue, coder, codebook, key)
WHERE d.ordinal < s.ordinal AND d.value <> s.value
ORDER BY s.ordinal, s.key, d.ordinal;

-- name: attributes
SELECT DISTINCT c.id AS coding_id, x.key, x.value
FROM staged_statement s
CROSS JOIN LATERAL unnest(s.attribute_keys, s.attribute_values) x(key, value)
JOIN stancedb.statement st ON st.slug = s.statement
JOIN stancedb.actor h ON h.slug = s.holder
JOIN stancedb.issue i ON i.slug = s.issue
JOIN stancedb.coder k ON k.name = s.coder
JOIN stancedb.codebook_version v ON v.label = s.codebook
JOIN stancedb.coding c ON (c.statement_id, c.holder_id, c.issue_id, c.coder_id, c.codebook_version_id)
    = (st.id, h.id, i.id, k.id, v.id);

-- name: count_of_other_speakers
-- The number of codings in which the holder spoke for itself but is not the speaker of the corrected statement.
SELECT count(DISTINCT c.id)
FROM staged_statement s
JOIN stancedb.statement st ON st.slug = s.statement
JOIN stancedb.coding c ON c.statement_id = st.id AND c.basis = 'self' AND c.status <> 'rejected'
JOIN stancedb.standing_actor h ON h.id = c.holder_id
JOIN stancedb.standing_actor p ON p.id = st.speaker_id
WHERE h.standing_id <> p.standing_id;
