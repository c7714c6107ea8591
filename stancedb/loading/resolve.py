"""Who is meant by what a source calls somebody: by slug, else by identifier, else by a name held on the day."""

from __future__ import annotations

from stancedb.loading.stage import Stage
from stancedb.refusals import Refusal

# Case, spaces and the two ways to write an accent make no other name; where a name is found no other way, neither do
# accents and signs.
_FOLDED = r"lower(normalize(btrim(regexp_replace({0}, '\s+', ' ', 'g')), NFC))"
_PLAIN = "stancedb.search_text(replace(replace(replace(lower({0}), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'))"


def candidates_sql(table: str) -> str:
    """Return a SELECT of all actors that the handles of a table may mean, the best kind of match alone.

    A slug is preferred to an identifier (``scheme:value``), and that to a name; a name as it is written to one that
    differs in accents and signs. The name of an office means whoever
    held it on the day, or the office itself when nobody is known to have; of merged actors the remaining one is found.

    Args:
        table: A table with the columns ``handle`` (text) and ``said`` (daterange, the day of speaking).

    Returns:
        A query with the columns handle, said, slug, kind and why; a handle that means nobody has no row in it.
    """
    name, handle = _FOLDED.format("n.name"), _FOLDED.format("q.handle")
    plain_name, plain_handle = _PLAIN.format("n.name"), _PLAIN.format("q.handle")
    return (
        f"WITH asked AS (SELECT DISTINCT handle, said FROM {table} WHERE handle IS NOT NULL),"
        f" written AS (SELECT q.handle, q.said, n.actor_id, n.name FROM asked q JOIN stancedb.actor_name n"
        f" ON {name} = {handle} AND n.used && q.said),"
        " named AS (SELECT w.handle, w.said, a.id, coalesce(a.merged_into_id, a.id) AS kept_id, a.kind, w.name"
        " FROM (SELECT * FROM written"
        f" UNION ALL SELECT q.handle, q.said, n.actor_id, n.name FROM asked q JOIN stancedb.actor_name n"
        f" ON {plain_name} = {plain_handle} AND n.used && q.said WHERE btrim({plain_handle}) <> '' AND NOT EXISTS"
        " (SELECT FROM written o WHERE o.handle = q.handle AND o.said = q.said)) w"
        " JOIN stancedb.actor a ON a.id = w.actor_id),"
        " found AS ("
        "SELECT q.handle, q.said, a.id, 1 AS rank, 'slug' AS why FROM asked q"
        " JOIN stancedb.actor a ON a.slug = q.handle"
        " UNION ALL SELECT q.handle, q.said, i.actor_id, 2, 'identifier' FROM asked q"
        " JOIN stancedb.actor_identifier i ON i.scheme = split_part(q.handle, ':', 1)"
        " AND i.value = btrim(substr(q.handle, strpos(q.handle, ':') + 1)) AND strpos(q.handle, ':') > 0"
        " UNION ALL SELECT m.handle, m.said, coalesce(t.person_id, m.id), 3,"
        " CASE WHEN t.id IS NULL THEN 'name ' || m.name ELSE 'held ' || m.name || ' ' || t.held_edtf END"
        " FROM named m LEFT JOIN (SELECT t.*, coalesce(o.merged_into_id, o.id) AS kept_id FROM stancedb.tenure t"
        " JOIN stancedb.actor o ON o.id = t.office_id) t"
        " ON m.kind = 'office' AND t.kept_id = m.kept_id AND t.held && m.said"
        # On a day that two tenures share the newcomer holds the office.
        " AND NOT EXISTS (SELECT FROM stancedb.tenure n WHERE n.office_id = t.office_id AND n.seat = t.seat"
        " AND n.person_id <> t.person_id AND m.said <@ (t.held * n.held) AND t.held_to - 1 = n.held_from"
        " AND stancedb.tenure_certain(t.held, t.held_edtf) << stancedb.tenure_certain(n.held, n.held_edtf))),"
        " best AS (SELECT f.*, min(f.rank) OVER (PARTITION BY f.handle, f.said) AS least FROM found f)"
        " SELECT DISTINCT ON (b.handle, b.said, r.slug) b.handle, b.said, r.slug, r.kind, b.why FROM best b"
        " JOIN stancedb.actor a ON a.id = b.id JOIN stancedb.actor r ON r.id = coalesce(a.merged_into_id, a.id)"
        " WHERE b.rank = b.least ORDER BY b.handle, b.said, r.slug, b.why"
    )


def resolve(stage: Stage, columns: tuple[str, ...]) -> tuple[list[Refusal], bool]:
    """Put slugs where staged columns call actors by an identifier or a name; known slugs stay as they are.

    What means nobody is left as it is, for the check of references to refuse.

    Args:
        stage: The staged rows, with a column ``said`` of days.
        columns: The columns that name actors.

    Returns:
        A refusal for each row where a handle may mean several actors, and whether any row was changed.
    """
    values = ", ".join(f"(s.{column})" for column in columns)
    stage.execute("DROP TABLE IF EXISTS pg_temp.called, pg_temp.meant")
    stage.execute(
        "CREATE TEMPORARY TABLE called ON COMMIT DROP AS SELECT DISTINCT x.handle, s.said FROM {stage} s"
        f" CROSS JOIN LATERAL (VALUES {values}) x(handle) WHERE x.handle IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM stancedb.actor a WHERE a.slug = x.handle)"
    )
    if not stage.execute("SELECT EXISTS (SELECT FROM called)").scalar_one():
        return [], False
    stage.execute(
        "CREATE TEMPORARY TABLE meant ON COMMIT DROP AS SELECT handle, said, count(*) AS candidates, min(slug) AS slug,"
        " string_agg('''' || slug || ''' (' || kind || ', ' || why || ')', ' or ' ORDER BY slug) AS shown"
        f" FROM ({candidates_sql('called')}) c GROUP BY handle, said"
    )
    # Every staged row is joined to it, and the planner would think it small.
    stage.execute("ANALYZE meant")
    refusals = [
        refusal
        for column in columns
        for refusal in stage.refuse_where(
            "m.candidates > 1", column,
            f"'''' || s.{column} || ''' may mean ' || m.shown || '; give the slug of the one meant'",
            joined=f"JOIN meant m ON m.handle = s.{column} AND m.said = s.said",
        )
    ]  # fmt: skip
    found = " ".join(
        f"LEFT JOIN meant of_{column} ON of_{column}.handle = x.{column} AND of_{column}.said = x.said"
        f" AND of_{column}.candidates = 1"
        for column in columns
    )
    put = ", ".join(f"{column} = coalesce(of_{column}.slug, s.{column})" for column in columns)
    changed = stage.execute(
        f"UPDATE {{stage}} s SET {put}"
        f" FROM {{stage}} x {found} WHERE x.ordinal = s.ordinal"
        f" AND num_nonnulls({', '.join(f'of_{column}.slug' for column in columns)}) > 0"
    ).rowcount
    return refusals, changed > 0
