-- name: staged_statement
-- One row for each line of a coding sheet.
CREATE TEMPORARY TABLE staged_statement (
    ordinal bigint,
    source text,
    line bigint,
    statement text,
    speaker text,
    said_edtf text,
    said daterange,
    article text,
    quote text,
    prefix text,
    suffix text,
    span_start integer,
    span_end integer,
    text_version bigint,
    rendering text,
    asserts text,
    attribution text,
    holder text,
    issue text,
    position text,
    basis text,
    explicitness text,
    condition text,
    vagueness text,
    confidence text,
    rationale text,
    attribute_keys text[],
    attribute_values text[],
    coder text,
    coder_kind text,
    codebook text,
    names_codebook boolean,
    assignment_id bigint,
    status text,
    is_final boolean,
    gives_standing boolean,
    addressees text[],
    links text[],
    key text,
    authority smallint,
    act text,
    capacity text,
    on_behalf_of text,
    office text,
    said_phrase text,
    said_at timestamptz,
    ends text,
    zone text,
    place text,
    event text,
    summary text,
    verification text,
    self_declared text,
    citation text
) ON COMMIT DROP;

-- name: index_stage
CREATE INDEX ON staged_statement (statement);

-- name: count_lines
SELECT count(*) FROM staged_statement;

-- name: standing
-- The coder of the login, its role, and whether codings require review.
SELECT stancedb.my_name() AS login, stancedb.my_role() AS role, stancedb.requires_review() AS is_reviewed;

-- name: newest_codebook
SELECT label FROM stancedb.codebook_version ORDER BY issued_on DESC, label COLLATE "C" DESC LIMIT 1;

-- name: coders
SELECT name, kind FROM stancedb.coder;

-- name: has_keys
SELECT EXISTS (SELECT FROM staged_statement WHERE key IS NOT NULL);

-- name: taken_keys
-- Staged lines whose statement slug was derived from another key before, with the first line of that key.
WITH first AS (
    SELECT DISTINCT ON (s.statement) s.statement, s.key, s.line
    FROM staged_statement s WHERE s.key IS NOT NULL
    ORDER BY s.statement, s.ordinal
)
SELECT s.ordinal, s.source, s.line, s.key, s.statement, f.key AS first_key, f.line AS first_line
FROM staged_statement s JOIN first f ON f.statement = s.statement AND f.key <> s.key
WHERE s.key IS NOT NULL
ORDER BY s.ordinal;

-- name: add_called_speaker
ALTER TABLE staged_statement ADD COLUMN called_speaker text;

-- name: keep_called_speakers
-- Keep the names of speakers that lines do not give as slugs.
UPDATE staged_statement s SET called_speaker = speaker
WHERE NOT EXISTS (SELECT FROM stancedb.actor a WHERE a.slug = s.speaker);

-- name: last_called_by_name
-- The last line with a derived statement slug whose speaker was not given as a slug.
SELECT max(s.ordinal) FROM staged_statement s
WHERE s.called_speaker <> s.speaker AND s.statement LIKE 'st-____________';

-- name: called_by_name
SELECT s.ordinal, s.statement, s.article, coalesce(s.quote, s.summary) AS words, s.called_speaker, s.speaker,
    s.said_edtf
FROM staged_statement s
WHERE s.called_speaker <> s.speaker AND s.statement LIKE 'st-____________' AND s.ordinal >= :begin AND s.ordinal < :end;

-- name: name_statements
-- Set the statement slugs of staged lines.
UPDATE staged_statement s SET statement = x.slug
FROM unnest(CAST(:ordinals AS bigint[]), CAST(:slugs AS text[])) x(ordinal, slug)
WHERE x.ordinal = s.ordinal;

-- name: lines_of_copies
-- Lines with a derived slug about an article that has copies or is a copy, with all articles of its family.
--
-- The original comes first.
WITH family AS MATERIALIZED (
    SELECT f.root_id, f.article_id
    FROM stancedb.family_of(ARRAY(
        SELECT a.id
        FROM stancedb.article a
        WHERE a.slug IN (SELECT s.article FROM staged_statement s) AND (
            a.syndicated_from_id IS NOT NULL
            OR EXISTS (SELECT FROM stancedb.article c WHERE c.syndicated_from_id = a.id)
        )
    )) f
)
SELECT s.ordinal, s.statement, s.article, coalesce(s.quote, s.summary) AS words, s.speaker, s.said_edtf, f.members
FROM staged_statement s
JOIN stancedb.article a ON a.slug = s.article
JOIN family o ON o.article_id = a.id
JOIN (
    SELECT w.root_id, array_agg(m.slug ORDER BY m.id <> w.root_id, m.id) AS members
    FROM family w JOIN stancedb.article m ON m.id = w.article_id
    GROUP BY w.root_id
) f USING (root_id)
WHERE s.statement LIKE 'st-____________';

-- name: known_statements
SELECT st.slug FROM stancedb.statement st WHERE st.slug = ANY (:slugs);

-- name: follow_merges
-- A line about a merged statement is about the target of the merge.
UPDATE staged_statement s SET statement = k.slug
FROM stancedb.statement st JOIN stancedb.statement k ON k.id = st.merged_into_id
WHERE st.slug = s.statement AND st.merged_into_id IS NOT NULL;

-- name: unknown_handles
-- Handles in lines that do not exist.
SELECT s.ordinal, s.source, s.line, 'speaker' AS field, 'actor' AS noun, s.speaker AS handle
FROM staged_statement s
WHERE s.speaker IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.actor t WHERE t.slug = s.speaker)
UNION ALL
SELECT s.ordinal, s.source, s.line, 'on_behalf_of', 'actor', s.on_behalf_of
FROM staged_statement s
WHERE s.on_behalf_of IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.actor t WHERE t.slug = s.on_behalf_of)
UNION ALL
SELECT s.ordinal, s.source, s.line, 'office', 'office', s.office
FROM staged_statement s
WHERE s.office IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.actor t WHERE t.slug = s.office)
UNION ALL
SELECT s.ordinal, s.source, s.line, 'holder', 'actor', s.holder
FROM staged_statement s
WHERE s.holder IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.actor t WHERE t.slug = s.holder)
UNION ALL
SELECT s.ordinal, s.source, s.line, 'issue', 'issue', s.issue
FROM staged_statement s
WHERE s.issue IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.issue t WHERE t.slug = s.issue)
UNION ALL
SELECT s.ordinal, s.source, s.line, 'act', 'act', s.act
FROM staged_statement s
WHERE s.act IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.act t WHERE t.code = s.act)
UNION ALL
SELECT s.ordinal, s.source, s.line, 'capacity', 'capacity', s.capacity
FROM staged_statement s
WHERE s.capacity IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.capacity t WHERE t.code = s.capacity)
UNION ALL
SELECT s.ordinal, s.source, s.line, 'event', 'event', s.event
FROM staged_statement s
WHERE s.event IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.event t WHERE t.slug = s.event)
UNION ALL
SELECT s.ordinal, s.source, s.line, 'article', 'article', s.article
FROM staged_statement s
WHERE s.article IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.article t WHERE t.slug = s.article)
UNION ALL
SELECT s.ordinal, s.source, s.line, 'codebook', 'codebook version', s.codebook
FROM staged_statement s
WHERE s.codebook IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.codebook_version t WHERE t.label = s.codebook);

-- name: unknown_positions
SELECT DISTINCT s.ordinal, s.source, s.line, s.issue, s.position, coalesce(
    (
        SELECT array_agg(p.slug ORDER BY p.rank, p.slug)
        FROM stancedb.position p WHERE p.issue_id = i.id AND p.status = 'active'
    ),
    ARRAY['none in force']
) AS positions
FROM staged_statement s JOIN stancedb.issue i ON i.slug = s.issue
WHERE s.position IS NOT NULL
    AND NOT EXISTS (SELECT FROM stancedb.position p WHERE p.issue_id = i.id AND p.slug = s.position)
ORDER BY s.ordinal;

-- name: unknown_addressees
SELECT DISTINCT s.ordinal, s.source, s.line, 'addressees' AS field, 'actor' AS noun, x.slug AS handle, NULL AS nearest
FROM staged_statement s CROSS JOIN unnest(s.addressees) x(slug)
WHERE x.slug IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.actor a WHERE a.slug = x.slug)
ORDER BY s.ordinal;

-- name: offices_not_held
-- Rows still refer to merged actors, so persons and offices are each replaced by the target of their merge.
SELECT DISTINCT s.ordinal, s.source, s.line, s.speaker, s.office, s.said_edtf AS said
FROM staged_statement s
JOIN stancedb.actor p ON p.slug = s.speaker
JOIN stancedb.standing_actor sp ON sp.id = p.id
JOIN stancedb.actor o ON o.slug = s.office
JOIN stancedb.standing_actor so ON so.id = o.id
WHERE NOT EXISTS (
    SELECT FROM stancedb.tenure t
    JOIN stancedb.standing_actor h ON h.id = t.person_id
    JOIN stancedb.standing_actor f ON f.id = t.office_id
    WHERE h.standing_id = sp.standing_id AND f.standing_id = so.standing_id AND t.held && s.said
)
ORDER BY s.ordinal;

-- name: without_first_day
SELECT s.ordinal, s.source, s.line, s.said_edtf AS said
FROM staged_statement s WHERE lower_inf(s.said) ORDER BY s.ordinal;

-- name: other_days
-- Instants that are not on the day of speaking; lines with a time zone unknown to the server are skipped.
SELECT s.ordinal, s.source, s.line, s.zone, to_char(s.said_at AT TIME ZONE s.zone, 'YYYY-MM-DD') AS day,
    s.said_edtf AS said
FROM staged_statement s
WHERE CASE WHEN s.said_at IS NOT NULL AND s.zone IN (SELECT z.name FROM pg_catalog.pg_timezone_names z)
    THEN NOT s.said @> CAST(s.said_at AT TIME ZONE s.zone AS date) END
ORDER BY s.ordinal;

-- name: withdrawn_articles
SELECT s.ordinal, s.source, s.line, a.slug AS article, a.retracted_reason AS reason
FROM staged_statement s JOIN stancedb.article a ON a.slug = s.article
WHERE a.retracted_on IS NOT NULL
ORDER BY s.ordinal;

-- name: disagree
-- Whether lines of one statement contradict each other on what was said, by whom and when.
SELECT EXISTS (
    SELECT FROM staged_statement s
    GROUP BY s.statement
    HAVING count(*) > 1 AND (
        min(s.speaker) <> max(s.speaker)
        OR min(s.said_edtf) <> max(s.said_edtf)
        OR min(s.authority) <> max(s.authority)
        OR min(s.act) <> max(s.act)
        OR min(s.capacity) <> max(s.capacity)
        OR min(s.on_behalf_of) <> max(s.on_behalf_of)
        OR min(s.office) <> max(s.office)
        OR min(s.said_phrase) <> max(s.said_phrase)
        OR min(s.said_at) <> max(s.said_at)
        OR min(s.ends) <> max(s.ends)
        OR min(s.zone) <> max(s.zone)
        OR min(s.place) <> max(s.place)
        OR min(s.event) <> max(s.event)
        OR min(s.summary) <> max(s.summary)
        OR min(s.verification) <> max(s.verification)
        OR min(s.self_declared) <> max(s.self_declared)
        OR min(s.citation) <> max(s.citation)
    )
);

-- name: disagreements
-- Lines that contradict the first line of their statement that gives a value.
WITH said AS (
    SELECT s.ordinal, s.source, s.line, s.statement, x.place, x.field, x.value
    FROM staged_statement s
    CROSS JOIN LATERAL (
        VALUES
            (1, 'speaker', s.speaker),
            (2, 'said', s.said_edtf),
            (3, 'authority', CAST(s.authority AS text)),
            (4, 'act', s.act),
            (5, 'capacity', s.capacity),
            (6, 'on_behalf_of', s.on_behalf_of),
            (7, 'office', s.office),
            (8, 'said_phrase', s.said_phrase),
            (9, 'said_at', CAST(s.said_at AS text)),
            (10, 'ends', s.ends),
            (11, 'zone', s.zone),
            (12, 'place', s.place),
            (13, 'event', s.event),
            (14, 'summary', s.summary),
            (15, 'verification', s.verification),
            (16, 'self_declared', s.self_declared),
            (17, 'citation', s.citation)
    ) x(place, field, value)
    WHERE x.value IS NOT NULL
        AND s.statement IN (SELECT g.statement FROM staged_statement g GROUP BY g.statement HAVING count(*) > 1)
),
first AS (
    SELECT DISTINCT ON (f.statement, f.field) f.statement, f.field, f.value
    FROM said f ORDER BY f.statement, f.field, f.ordinal
)
SELECT s.ordinal, s.source, s.line, s.field, s.value AS found, s.statement, f.value AS earlier
FROM said s JOIN first f USING (statement, field)
WHERE s.value <> f.value
ORDER BY s.ordinal, s.place;

-- name: lock_statements
-- Every writer locks statements before mentions, codings and links, in key order, so that writers do not deadlock.
SELECT FROM stancedb.statement st
WHERE st.slug IN (SELECT s.statement FROM staged_statement s)
ORDER BY st.id FOR NO KEY UPDATE;

-- name: said
-- The values of each statement, combined from its lines.
CREATE TEMPORARY TABLE said ON COMMIT DROP AS
SELECT s.statement, max(s.speaker) AS speaker, max(s.said_edtf) AS said_edtf,
    CAST(min(CAST(s.said AS text)) AS daterange) AS said, max(s.said_at) AS said_at, max(s.authority) AS authority,
    max(s.act) AS act, max(s.capacity) AS capacity, max(s.on_behalf_of) AS on_behalf_of, max(s.office) AS office,
    max(s.said_phrase) AS said_phrase, max(s.ends) AS ends, max(s.zone) AS zone, max(s.place) AS place,
    max(s.event) AS event, max(s.summary) AS summary, max(s.verification) AS verification,
    max(s.self_declared) AS self_declared, max(s.citation) AS citation
FROM staged_statement s
GROUP BY s.statement;

-- name: first_slugs
SELECT statement FROM said ORDER BY 1 LIMIT 2;

-- name: statements
-- Statements as they are after the load: values that no line gives stay, and values never given get the default.
--
-- The office is the one named; or else the existing one, if it was held on the day; or else the only office held. Of
-- several terms in it, the speaker's own under the given name comes first, then the most recently begun. Rows still
-- refer to merged actors, so speakers, persons and offices are each replaced by the target of their merge.
SELECT g.statement AS slug, p.id AS speaker_id,
    CASE
        WHEN g.office IS NULL AND old.speaker_id = p.id AND (
            old.said = g.said OR EXISTS (SELECT FROM stancedb.tenure k WHERE k.id = old.tenure_id AND k.held && g.said)
        ) THEN coalesce(old.tenure_id, t.tenure_id)
        ELSE t.tenure_id
    END AS tenure_id,
    coalesce(b.id, old.on_behalf_of_id) AS on_behalf_of_id,
    coalesce(e.id, old.event_id) AS event_id,
    g.said_edtf,
    g.said,
    coalesce(g.authority, old.authority, 3) AS authority,
    coalesce(g.act, old.act, 'assert') AS act,
    coalesce(g.capacity, old.capacity) AS capacity,
    coalesce(g.said_phrase, old.said_phrase) AS said_phrase,
    coalesce(g.said_at, old.said_at) AS said_at,
    coalesce(CAST(g.ends AS boolean), old.ends, false) AS ends,
    coalesce(g.zone, old.zone) AS zone,
    coalesce(g.place, old.place) AS place,
    coalesce(g.summary, old.summary) AS summary,
    coalesce(g.verification, old.verification, 'single_source') AS verification,
    coalesce(g.self_declared, old.self_declared, 'none') AS self_declared,
    coalesce(g.citation, old.citation) AS citation
FROM said g
JOIN stancedb.actor p ON p.slug = g.speaker
LEFT JOIN stancedb.statement old ON old.slug = g.statement
LEFT JOIN stancedb.actor b ON b.slug = g.on_behalf_of
LEFT JOIN stancedb.event e ON e.slug = g.event
LEFT JOIN (
    SELECT g.statement, CASE WHEN count(DISTINCT t.kept_office_id) = 1
        THEN (array_agg(t.id ORDER BY t.person_id = p.id DESC, t.held_from DESC NULLS LAST, t.held_to, t.seat, t.id))[1]
        END AS tenure_id
    FROM said g
    JOIN stancedb.actor p ON p.slug = g.speaker
    JOIN stancedb.standing_actor sp ON sp.id = p.id
    JOIN (
        SELECT t.*, h.standing_id AS kept_person_id, o.standing_id AS kept_office_id
        FROM stancedb.tenure t
        JOIN stancedb.standing_actor h ON h.id = t.person_id
        JOIN stancedb.standing_actor o ON o.id = t.office_id
    ) t ON t.kept_person_id = sp.standing_id AND t.held && g.said
    LEFT JOIN stancedb.actor f ON f.slug = g.office
    LEFT JOIN stancedb.standing_actor sf ON sf.id = f.id
    WHERE f.id IS NULL OR t.kept_office_id = sf.standing_id
    GROUP BY g.statement
) t ON t.statement = g.statement;

-- name: links_to_itself
SELECT DISTINCT s.ordinal, s.source, s.line, x.link
FROM staged_statement s CROSS JOIN unnest(s.links) x(link)
WHERE s.statement = split_part(x.link, ':', 2)
ORDER BY s.ordinal;

-- name: unknown_targets
SELECT DISTINCT s.ordinal, s.source, s.line, 'links' AS field, 'statement' AS noun, x.target AS handle, NULL AS nearest
FROM staged_statement s
CROSS JOIN LATERAL (SELECT split_part(l.link, ':', 2) AS target FROM unnest(s.links) l(link)) x
WHERE s.links IS NOT NULL
    AND NOT EXISTS (SELECT FROM stancedb.statement st WHERE st.slug = x.target)
    AND NOT EXISTS (SELECT FROM staged_statement d WHERE d.statement = x.target)
ORDER BY s.ordinal;

-- name: has_links
SELECT EXISTS (SELECT FROM staged_statement s WHERE s.links IS NOT NULL OR s.addressees IS NOT NULL);

-- name: statement_links
SELECT DISTINCT f.id AS statement_id, split_part(x.link, ':', 1) AS kind, t.id AS target_id
FROM staged_statement s
CROSS JOIN unnest(s.links) x(link)
JOIN stancedb.statement f ON f.slug = s.statement
JOIN stancedb.statement t ON t.slug = split_part(x.link, ':', 2);

-- name: addressees
SELECT DISTINCT st.id AS statement_id, a.id AS actor_id, 'addressee' AS role
FROM staged_statement s
CROSS JOIN unnest(s.addressees) x(slug)
JOIN stancedb.statement st ON st.slug = s.statement
JOIN stancedb.actor a ON a.slug = x.slug;

-- name: drop_merged
DROP TABLE said, staged_mention;

-- name: avoid_nested_loops
SELECT set_config('enable_nestloop', 'off', true);

-- name: allow_nested_loops
SELECT set_config('enable_nestloop', 'on', true);

-- name: settle
SELECT stancedb.settle(CAST(current_setting('stancedb.changeset') AS bigint));
