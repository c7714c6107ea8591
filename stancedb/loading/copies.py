"""Copies of articles: what a load brings in is compared with every text at hand, and likely copies are proposed."""

from __future__ import annotations

from sqlalchemy import text

from stancedb.database import Writing
from stancedb.loading.account import LoadAccount
from stancedb.loading.stage import Stage

# From which share of the sampled runs of the shorter text on it looks like a copy, and how many there have to be.
LEAST_SCORE = 0.5
LEAST_SHARED = 3
# A run of words that stands in more texts says nothing: the outlet's own words under every article.
MOST_TEXTS = 500

# The agency is the original, else the earlier; what has no date is the later.
_RANK = (
    "(({o}.kind = 'agency') IS FALSE, coalesce({a}.published_from, 'infinity'),"
    " coalesce({a}.published_at, 'infinity'), {a}.id)"
)

# Articles with the original that all of a family lead to, and everything that leads to it; {which} says of which
# articles the families are wanted. A family without an end, from before such were refused, is none.
FAMILY = """
WITH RECURSIVE above AS (
    SELECT a.id AS member_id, a.id AS at_id FROM stancedb.article a WHERE {which}
    UNION
    SELECT b.member_id, a.syndicated_from_id FROM above b JOIN stancedb.article a ON a.id = b.at_id
    WHERE a.syndicated_from_id IS NOT NULL
),
below AS (
    SELECT a.id AS root_id, a.id AS article_id FROM stancedb.article a
    WHERE a.syndicated_from_id IS NULL AND a.id IN (SELECT at_id FROM above)
    UNION
    SELECT w.root_id, a.id FROM below w JOIN stancedb.article a ON a.syndicated_from_id = w.article_id
)
"""


def propose_duplicates(stage: Stage, account: LoadAccount) -> None:
    """Propose as copies what shares half of its words with another article, for a person to decide.

    The new texts of the staged articles are compared with all texts and among themselves. Two articles are as alike as
    their most alike texts. Of the articles that one looks like, the first by rank and the most alike are proposed as
    its original, and none about which somebody has decided.

    Args:
        stage: The stage of the articles, merged already.
        account: Where the count goes.

    Source of the method: A. Broder, "On the resemblance and containment of documents" (1997), containment estimated
    from the shingles whose number is a multiple of eight.
    """
    session = stage.session
    if not _sample(stage):
        return
    _compare(session)
    proposed = session.execute(text(_PROPOSE)).all()
    session.execute(text("DROP TABLE fresh_shingle, shared_shingle, alike"))
    if proposed:
        account.add("article_duplicate", inserted=len(proposed))
        looks = "1 article looks" if len(proposed) == 1 else f"{len({copy for (copy,) in proposed})} articles look"
        account.notes.append(
            f"{looks} like a copy of another; 'stancedb article duplicates list' shows what they share"
        )


def _sample(stage: Stage) -> bool:
    """Put aside the sampled runs of words of the new texts; return whether there are any."""
    stage.execute(
        "CREATE TEMPORARY TABLE fresh_shingle ON COMMIT DROP AS"
        " SELECT h.shingle, k.article_version_id, cardinality(k.shingles) AS size FROM {stage} s"
        " JOIN stancedb.article a ON a.slug = s.slug"
        " JOIN stancedb.article_version v ON v.article_id = a.id AND v.text_sha256 = s.text_sha256"
        " JOIN stancedb.article_sketch k ON k.article_version_id = v.id CROSS JOIN unnest(k.shingles) h(shingle)"
        " WHERE v.changeset_id = current_setting('stancedb.changeset')::bigint"
    )
    some: bool = stage.execute("SELECT EXISTS (SELECT FROM fresh_shingle)").scalar_one()
    if some:
        stage.execute("ANALYZE fresh_shingle")
    else:
        stage.execute("DROP TABLE fresh_shingle")
    return some


def _compare(session: Writing) -> None:
    """Find the pairs of texts that are alike, by those runs that several texts have, and not more than count."""
    if session.execute(text(_ARE_MANY)).scalar_one():
        session.execute(text(_SHARE.format(_EVERY)))
    else:
        # Of a table that has just grown the planner thinks that it is as well read whole, once for every run.
        session.execute(text("SELECT set_config('enable_seqscan', 'off', true)"))
        session.execute(text(_SHARE.format(_ASKED)))
        session.execute(text("SELECT set_config('enable_seqscan', 'on', true)"))
    session.execute(text("ANALYZE shared_shingle"))
    session.execute(text(_ALIKE))


# To ask the index for a run takes about five times as long as to read one and sort it.
_TIMES = 4
_ARE_MANY = f"""
WITH fresh AS (SELECT count(DISTINCT article_version_id) AS texts FROM fresh_shingle)
SELECT (SELECT count(*) FROM (SELECT FROM stancedb.article_sketch LIMIT {_TIMES} * texts + 1) k) <= {_TIMES} * texts
FROM fresh
"""
_EVERY = """
    SELECT h.shingle, k.article_version_id FROM stancedb.article_sketch k CROSS JOIN unnest(k.shingles) h(shingle)
"""
_ASKED = f"""
    SELECT f.shingle, k.article_version_id
    FROM (SELECT DISTINCT shingle FROM fresh_shingle) f CROSS JOIN LATERAL (
        SELECT k.article_version_id FROM stancedb.article_sketch k WHERE k.shingles @> ARRAY[f.shingle]
        LIMIT {MOST_TEXTS + 1}
    ) k
"""
_SHARE = f"""
CREATE TEMPORARY TABLE shared_shingle ON COMMIT DROP AS
SELECT found.shingle, found.article_version_id, fresh.article_version_id IS NOT NULL AS is_fresh
FROM (SELECT *, count(*) OVER (PARTITION BY shingle) AS texts FROM ({{}}) known) found
LEFT JOIN (SELECT DISTINCT article_version_id FROM fresh_shingle) fresh USING (article_version_id)
WHERE texts BETWEEN 2 AND {MOST_TEXTS}
"""
_ALIKE = f"""
CREATE TEMPORARY TABLE alike ON COMMIT DROP AS
SELECT v.article_id AS one_id, w.article_id AS other_id,
    max(p.shared / least(p.size, cardinality(k.shingles))::double precision) AS score
FROM (
    SELECT f.article_version_id AS one, s.article_version_id AS other, f.size, count(*) AS shared
    FROM fresh_shingle f JOIN shared_shingle s USING (shingle)
    -- Two new texts are compared once.
    WHERE s.article_version_id < f.article_version_id
        OR (s.article_version_id > f.article_version_id AND NOT s.is_fresh)
    GROUP BY f.article_version_id, s.article_version_id, f.size HAVING count(*) >= {LEAST_SHARED}
) p
JOIN stancedb.article_version v ON v.id = p.one JOIN stancedb.article_version w ON w.id = p.other
JOIN stancedb.article_sketch k ON k.article_version_id = p.other
WHERE v.article_id <> w.article_id AND p.shared >= {LEAST_SCORE} * least(p.size, cardinality(k.shingles))
GROUP BY v.article_id, w.article_id
"""
_PROPOSE = f"""
WITH pair AS (
    SELECT c.id AS copy_id, f.id AS original_id, max(p.score) AS score, {_RANK.format(a="f", o="fo")} AS rank
    FROM (SELECT one_id, other_id, score FROM alike UNION SELECT other_id, one_id, score FROM alike)
        p (copy_id, original_id, score)
    JOIN stancedb.article c ON c.id = p.copy_id JOIN stancedb.outlet co ON co.id = c.outlet_id
    JOIN stancedb.article f ON f.id = p.original_id JOIN stancedb.outlet fo ON fo.id = f.outlet_id
    WHERE {_RANK.format(a="f", o="fo")} < {_RANK.format(a="c", o="co")}
        AND c.syndicated_from_id IS NULL AND f.syndicated_from_id IS DISTINCT FROM c.id
        AND c.retracted_on IS NULL AND f.retracted_on IS NULL
        AND NOT EXISTS (
            SELECT FROM stancedb.article_duplicate d
            WHERE (d.copy_id, d.original_id) IN ((c.id, f.id), (f.id, c.id))
        )
    GROUP BY c.id, f.id, fo.kind
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY copy_id ORDER BY rank) AS nth,
        row_number() OVER (PARTITION BY copy_id ORDER BY score DESC, rank) AS nearest
    FROM pair
)
INSERT INTO stancedb.article_duplicate (copy_id, original_id, score)
SELECT copy_id, original_id, score FROM ranked WHERE nth = 1 OR nearest = 1 ORDER BY copy_id, original_id
ON CONFLICT (LEAST(copy_id, original_id), GREATEST(copy_id, original_id)) DO NOTHING
RETURNING copy_id
"""
