-- name: add_round
INSERT INTO stancedb.coding_round (
    slug, codebook_version_id, double_share, blind_share, again_share, seed, counts_at_once, opened_by
)
SELECT :slug, coalesce(
        CAST(:codebook AS bigint),
        (SELECT v.id FROM stancedb.codebook_version v ORDER BY v.issued_on DESC, v.label COLLATE "C" DESC LIMIT 1)
    ), :double, :blind, :again, :seed, :counts_at_once, coalesce(stancedb.my_name(), :author)
RETURNING id;

-- name: add_scope
INSERT INTO stancedb.coding_round_issue (round_id, issue_id)
SELECT :round, i.id FROM stancedb.issue i
WHERE CASE WHEN CAST(:issues AS bigint[]) IS NULL THEN i.status = 'active' ELSE i.id = ANY (:issues) END;

-- name: round
SELECT r.slug AS round, v.label AS codebook, r.double_share AS double, r.blind_share AS blind,
    r.again_share AS again, r.seed, r.counts_at_once, r.opened_by,
    ARRAY(
        SELECT i.slug FROM stancedb.coding_round_issue s JOIN stancedb.issue i ON i.id = s.issue_id
        WHERE s.round_id = r.id ORDER BY i.slug
    ) AS issues
FROM stancedb.coding_round r JOIN stancedb.codebook_version v ON v.id = r.codebook_version_id
WHERE r.id = :round;

-- name: lock_round
SELECT r.double_share, r.blind_share, r.again_share, r.seed, r.closed_at
FROM stancedb.coding_round r WHERE r.id = :round FOR UPDATE;

-- name: close_round
UPDATE stancedb.coding_round SET closed_at = now() WHERE id = :round AND closed_at IS NULL;

-- name: withdraw_pool
UPDATE stancedb.assignment SET state = 'withdrawn' WHERE round_id = :round AND coder_id IS NULL AND state = 'open';

-- name: withdraw
UPDATE stancedb.assignment a SET state = 'withdrawn', reason = NULL, note = :reason
FROM stancedb.coding_round r, stancedb.article_version v, stancedb.article t
WHERE a.id = :assignment AND a.state IN ('open', 'problem')
    AND r.id = a.round_id AND v.id = a.article_version_id AND t.id = v.article_id
RETURNING a.id AS assignment, r.slug AS round, t.slug AS article, a.state;

-- name: add_coders
INSERT INTO stancedb.coder (name, kind) SELECT n.name, 'human' FROM unnest(CAST(:names AS text[])) n (name);

-- name: assign
-- Share texts out among coders.
--
-- The texts come in an order that the seed shuffles. Each of the first, as many as are coded twice, has two places and
-- each of the others one. Each coder has as many seats as texts are left to give her, and the seats come in turn, so
-- that neighbours are of two coders and every pair of neighbours comes up as often as the next. Places and seats are
-- matched in this order. Then each coder's texts are shuffled again, so that her order does not say which are coded
-- twice. What she codes again she has finished in another round.
WITH coder AS (
    SELECT c.id, c.place, k.name
    FROM unnest(CAST(:coders AS bigint[])) WITH ORDINALITY c (id, place) JOIN stancedb.coder k ON k.id = c.id
),
again AS (
    SELECT x.coder_id, x.article_version_id, x.article_id, x.slug
    FROM (
        SELECT a.coder_id, a.article_version_id, v.article_id, t.slug, row_number() OVER (
            PARTITION BY a.coder_id ORDER BY md5(concat_ws(' ', CAST(:seed AS text), 'again', t.slug)), t.slug
        ) AS place
        FROM (
            -- Of several versions that she has coded the latest.
            SELECT DISTINCT ON (o.coder_id, w.article_id) o.coder_id, o.article_version_id
            FROM stancedb.assignment o JOIN stancedb.article_version w ON w.id = o.article_version_id
            WHERE o.coder_id IN (SELECT c.id FROM coder c) AND o.state = 'done' AND o.round_id <> :round
            ORDER BY o.coder_id, w.article_id, o.article_version_id DESC
        ) a
        JOIN stancedb.article_version v ON v.id = a.article_version_id
        JOIN stancedb.article t ON t.id = v.article_id
        WHERE t.retracted_on IS NULL AND NOT EXISTS (
            SELECT FROM stancedb.assignment o JOIN stancedb.article_version w ON w.id = o.article_version_id
            WHERE o.round_id = :round AND w.article_id = v.article_id
        )
    ) x
    WHERE x.place <= round(CAST(:again AS numeric) * :per_coder)
),
seat AS (
    SELECT c.id AS coder_id, row_number() OVER (ORDER BY n.number, c.place) AS place
    FROM coder c
    CROSS JOIN LATERAL generate_series(
        1, :per_coder - (SELECT count(*) FROM again g WHERE g.coder_id = c.id)
    ) n (number)
),
eligible AS (
    SELECT v.id AS article_version_id, t.slug,
        row_number() OVER (ORDER BY md5(concat_ws(' ', CAST(:seed AS text), t.slug)), t.slug) AS place
    FROM stancedb.article t JOIN stancedb.newest_text v ON v.article_id = t.id
    WHERE t.syndicated_from_id IS NULL AND t.retracted_on IS NULL
        AND t.id = ANY (:articles) -- if :articles
        AND t.outlet_id = :outlet -- if :outlet
        AND t.language = :language -- if :language
        AND t.published_from >= :since -- if :since
        AND t.published_from <= :until -- if :until
        AND NOT EXISTS (
            SELECT FROM stancedb.assignment o JOIN stancedb.article_version w ON w.id = o.article_version_id
            WHERE o.round_id = :round AND w.article_id = t.id
        )
        AND t.id NOT IN (SELECT g.article_id FROM again g)
),
pair AS (
    -- How many texts can be coded twice: pairs of neighbouring seats, up to the first that is of one coder only.
    SELECT coalesce(min(x.pair) FILTER (WHERE x.is_of_one) - 1, count(*)) AS pairs
    FROM (
        SELECT (s.place + 1) / 2 AS pair, count(DISTINCT s.coder_id) = 1 AS is_of_one FROM seat s GROUP BY 1
    ) x
),
wanted AS (
    -- Where texts run out before seats do, the share is one of the texts that there are.
    SELECT s.seats, least(
        CASE WHEN s.seats - s.doubles <= e.texts THEN s.doubles ELSE round(CAST(:double AS numeric) * e.texts) END,
        p.pairs
    ) AS doubles
    FROM pair p CROSS JOIN (SELECT count(*) AS texts FROM eligible) e CROSS JOIN (
        SELECT count(*) AS seats,
            round(count(*) * CAST(:double AS numeric) / (1 + CAST(:double AS numeric))) AS doubles
        FROM seat
    ) s
),
place AS (
    SELECT e.article_version_id, e.slug, s.number, e.place <= w.doubles AS is_double,
        row_number() OVER (ORDER BY e.place, s.number) AS place
    FROM eligible e CROSS JOIN wanted w CROSS JOIN generate_series(1, 2) s (number)
    WHERE e.place <= w.seats - w.doubles AND (s.number = 1 OR e.place <= w.doubles)
),
chosen AS (
    SELECT s.coder_id, p.article_version_id, p.slug, CASE p.number WHEN 1 THEN 'first' ELSE 'second' END AS kind,
        -- A text coded twice always hides suggestions, and of the others a share does.
        p.is_double OR row_number() OVER (
            PARTITION BY p.is_double ORDER BY md5(concat_ws(' ', CAST(:seed AS text), 'blind', p.slug))
        ) <= round(CAST(:blind AS numeric) * count(*) OVER (PARTITION BY p.is_double)) AS hides_suggestions
    FROM place p JOIN seat s ON s.place = p.place
    UNION ALL
    SELECT g.coder_id, g.article_version_id, g.slug, 'again', true FROM again g
),
added AS (
    INSERT INTO stancedb.assignment (round_id, article_version_id, coder_id, kind, hides_suggestions, turn)
    SELECT :round, h.article_version_id, h.coder_id, h.kind, h.hides_suggestions, row_number() OVER (
        PARTITION BY h.coder_id ORDER BY md5(concat_ws(' ', CAST(:seed AS text), 'turn', c.name, h.slug)), h.slug
    ) + coalesce((SELECT max(o.turn) FROM stancedb.assignment o WHERE o.coder_id = h.coder_id), 0)
    FROM chosen h JOIN coder c ON c.id = h.coder_id
    ORDER BY c.place, 6
    RETURNING coder_id, article_version_id, kind, hides_suggestions
)
SELECT k.name AS coder, count(*) AS texts,
    count(*) FILTER (WHERE d.article_version_id IS NOT NULL) AS double,
    count(*) FILTER (WHERE a.kind = 'again') AS again,
    count(*) FILTER (WHERE a.hides_suggestions AND a.kind <> 'again' AND d.article_version_id IS NULL) AS blind
FROM added a
JOIN stancedb.coder k ON k.id = a.coder_id
LEFT JOIN (SELECT DISTINCT s.article_version_id FROM added s WHERE s.kind = 'second') d USING (article_version_id)
GROUP BY k.name ORDER BY k.name;

-- name: assign_pool
-- Put texts into the pool, each with one place or two; the second places come after the first ones.
WITH eligible AS (
    SELECT v.id AS article_version_id, t.slug,
        row_number() OVER (ORDER BY md5(concat_ws(' ', CAST(:seed AS text), t.slug)), t.slug) AS place
    FROM stancedb.article t JOIN stancedb.newest_text v ON v.article_id = t.id
    WHERE t.syndicated_from_id IS NULL AND t.retracted_on IS NULL
        AND t.id = ANY (:articles) -- if :articles
        AND t.outlet_id = :outlet -- if :outlet
        AND t.language = :language -- if :language
        AND t.published_from >= :since -- if :since
        AND t.published_from <= :until -- if :until
        AND NOT EXISTS (
            SELECT FROM stancedb.assignment o JOIN stancedb.article_version w ON w.id = o.article_version_id
            WHERE o.round_id = :round AND w.article_id = t.id
        )
),
wanted AS (
    SELECT least((SELECT count(*) FROM eligible), :pool) AS texts
),
place AS (
    SELECT e.article_version_id, e.slug, s.number, e.place,
        e.place <= round(CAST(:double AS numeric) * w.texts) AS is_double
    FROM eligible e CROSS JOIN wanted w CROSS JOIN generate_series(1, 2) s (number)
    WHERE e.place <= w.texts AND (s.number = 1 OR e.place <= round(CAST(:double AS numeric) * w.texts))
),
added AS (
    INSERT INTO stancedb.assignment (round_id, article_version_id, kind, hides_suggestions, turn)
    SELECT :round, p.article_version_id, CASE p.number WHEN 1 THEN 'first' ELSE 'second' END,
        p.is_double OR row_number() OVER (PARTITION BY p.is_double ORDER BY md5(concat_ws(' ', CAST(:seed AS text), 'blind', p.slug)))
            <= round(CAST(:blind AS numeric) * count(*) OVER (PARTITION BY p.is_double)),
        row_number() OVER (ORDER BY p.number, md5(concat_ws(' ', CAST(:seed AS text), 'turn', p.slug)))
    FROM place p
    RETURNING article_version_id, kind, hides_suggestions
)
SELECT NULL AS coder, count(DISTINCT a.article_version_id) AS texts,
    count(*) FILTER (WHERE a.kind = 'second') AS double, 0 AS again,
    count(*) FILTER (WHERE a.hides_suggestions) - 2 * count(*) FILTER (WHERE a.kind = 'second') AS blind
FROM added a
HAVING count(*) > 0;
