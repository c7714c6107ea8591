"""Statements and what was judged of them: listed, shown, linked, recoded, reviewed, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text

from stancedb.database import Reading, Writing
from stancedb.errors import NoSuchThing, RefusedByRule
from stancedb.loading.copies import FAMILY
from stancedb.model.vocabulary import CoderKind, CodingStatus
from stancedb.operations.locks import lock_statements
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of, optional_holder_id, optional_id, position_id

_CODINGS = """
SELECT st.slug AS statement, h.slug AS holder, i.slug AS issue, p.slug AS position, k.name AS coder,
    v.label AS codebook, c.basis, c.explicitness, c.condition, c.vagueness, c.confidence, c.status,
    c.is_final AS final, f.label AS carried_from, c.rationale, c.id AS key
FROM {coding} c JOIN {statement} st ON st.id = c.statement_id JOIN {actor} h ON h.id = c.holder_id
JOIN {issue} i ON i.id = c.issue_id LEFT JOIN {position} p ON p.id = c.position_id JOIN {coder} k ON k.id = c.coder_id
JOIN {codebook_version} v ON v.id = c.codebook_version_id LEFT JOIN {coding} o ON o.id = c.carried_from_id
LEFT JOIN {codebook_version} f ON f.id = o.codebook_version_id
"""


def list_statements(
    session: Reading,
    *,
    speaker: str | None = None,
    article: str | None = None,
    issue: str | None = None,
    since: date | None = None,
    until: date | None = None,
    limit: int | None = None,
    known_at: int | None = None,
) -> list[Row]:
    """Return statements in order of date, each with the words of one mention."""
    return ask(
        session,
        "SELECT st.slug AS statement, st.said_edtf AS said, sp.slug AS speaker, o.slug AS office, st.act, st.authority,"
        " st.verification, (SELECT count(*) FROM {mention} m WHERE m.statement_id = st.id) AS mentions,"
        " (SELECT count(*) FROM {coding} c WHERE c.statement_id = st.id) AS codings,"
        " coalesce((SELECT m.quote FROM {mention} m JOIN {article_version} v ON v.id = m.article_version_id"
        " JOIN {article} a ON a.id = v.article_id WHERE m.statement_id = st.id"
        ' ORDER BY a.slug COLLATE "C", m.char_start LIMIT 1),'
        " st.summary) AS words"
        " FROM {statement} st JOIN {actor} sp ON sp.id = st.speaker_id LEFT JOIN {tenure} t ON t.id = st.tenure_id"
        " LEFT JOIN {actor} o ON o.id = t.office_id"
        " WHERE st.retracted_on IS NULL AND st.merged_into_id IS NULL"
        " AND (CAST(:speaker AS bigint) IS NULL OR coalesce(sp.merged_into_id, sp.id) = :speaker)"
        " AND (CAST(:since AS date) IS NULL OR st.said_from >= :since)"
        " AND (CAST(:until AS date) IS NULL OR st.said_from <= :until)"
        " AND (CAST(:issue AS bigint) IS NULL OR EXISTS (SELECT FROM {coding} c JOIN {issue} g ON g.id = c.issue_id"
        " WHERE c.statement_id = st.id AND :issue IN (g.id, g.merged_into_id)))"
        " AND (CAST(:article AS bigint) IS NULL OR EXISTS (SELECT FROM {mention} m JOIN {article_version} v"
        " ON v.id = m.article_version_id WHERE m.statement_id = st.id AND v.article_id = :article))"
        " ORDER BY st.said_from, st.slug LIMIT :limit",
        known_at=known_at,
        speaker=optional_holder_id(session, speaker, known_at=known_at),
        issue=optional_id(session, "issue", issue, known_at=known_at),
        article=optional_id(session, "article", article, known_at=known_at),
        since=since,
        until=until,
        limit=limit,
    )


def show_statement(session: Reading, slug: str, *, known_at: int | None = None) -> Row:
    """Return one statement with its mentions, codings, links, addressees and who recorded it."""
    key = id_of(session, "statement", slug, known_at=known_at)
    rows = ask(
        session,
        "SELECT st.slug AS statement, sp.slug AS speaker, o.slug AS office, b.slug AS on_behalf_of,"
        " st.capacity, st.authority,"
        " st.act, st.said_edtf AS said, st.said_phrase, st.said_at, st.ends, st.zone, st.place, e.slug AS event,"
        " st.summary,"
        " st.verification, st.self_declared, m.slug AS merged_into, st.retracted_on, st.retracted_reason, st.citation"
        " FROM {statement} st JOIN {actor} sp ON sp.id = st.speaker_id LEFT JOIN {tenure} t ON t.id = st.tenure_id"
        " LEFT JOIN {actor} o ON o.id = t.office_id LEFT JOIN {actor} b ON b.id = st.on_behalf_of_id"
        " LEFT JOIN {event} e ON e.id = st.event_id LEFT JOIN {statement} m ON m.id = st.merged_into_id"
        " WHERE st.id = :key",
        known_at=known_at,
        key=key,
    )
    parts = {
        "mentions": "SELECT a.slug AS article, o.name AS outlet, m.char_start, m.char_end, m.rendering, m.asserts,"
        " m.attribution, m.quote FROM {mention} m JOIN {article_version} v ON v.id = m.article_version_id"
        " JOIN {article} a ON a.id = v.article_id JOIN {outlet} o ON o.id = a.outlet_id WHERE m.statement_id = :key"
        " ORDER BY a.published_from, m.char_start",
        "links": "SELECT l.kind, t.slug AS statement FROM {statement_link} l JOIN {statement} t ON t.id = l.target_id"
        " WHERE l.statement_id = :key UNION ALL SELECT l.kind || ' (by)', f.slug FROM {statement_link} l"
        " JOIN {statement} f ON f.id = l.statement_id WHERE l.target_id = :key ORDER BY 1, 2",
        "addressees": "SELECT x.role, a.slug AS actor FROM {statement_addressee} x JOIN {actor} a ON a.id = x.actor_id"
        " WHERE x.statement_id = :key ORDER BY x.role, a.slug",
    }
    found = {part: ask(session, question, known_at=known_at, key=key) for part, question in parts.items()}
    found["codings"] = _without_key(
        ask(
            session,
            f"{_CODINGS} WHERE c.statement_id = :key ORDER BY h.slug, i.slug, k.name",
            known_at=known_at,
            key=key,
        )
    )
    found["reviews"] = ask(
        session,
        "SELECT r.reviewed_at, k.name AS reviewer, h.slug AS holder, i.slug AS issue, b.name AS coder, r.old_status,"
        " r.new_status, r.note FROM {coding_review} r JOIN {coding} c ON c.id = r.coding_id"
        " JOIN {coder} k ON k.id = r.reviewer_id JOIN {coder} b ON b.id = c.coder_id "
        " JOIN {actor} h ON h.id = c.holder_id JOIN {issue} i ON i.id = c.issue_id"
        " WHERE c.statement_id = :key ORDER BY r.id",
        known_at=known_at,
        key=key,
    )
    found["recorded"] = ask(
        session,
        "SELECT c.number AS changeset, c.committed_at, c.author, c.message FROM history.statement_as_known s"
        " JOIN stancedb.changeset c ON c.number = s.known_from WHERE s.id = :key"
        " AND (CAST(:until AS bigint) IS NULL OR s.known_from <= :until) ORDER BY c.number",
        key=key,
        until=known_at,
    )
    return {**rows[0], **found}


def speech_of(session: Reading, slug: str) -> Row:
    """Return what a further line on a statement has to repeat: its speaker and its date."""
    return ask(
        session,
        "SELECT sp.slug AS speaker, st.said_edtf AS said FROM {statement} st JOIN {actor} sp ON sp.id = st.speaker_id"
        " WHERE st.id = :key",
        key=id_of(session, "statement", slug),
    )[0]


def link_statements(session: Writing, slug: str, *, kind: str, target: str) -> Row:
    """Say how a later statement stands to an earlier one."""
    session.execute(
        text("INSERT INTO stancedb.statement_link (statement_id, kind, target_id) VALUES (:statement, :kind, :target)"),
        {"statement": id_of(session, "statement", slug), "kind": kind, "target": id_of(session, "statement", target)},
    )
    return {"statement": slug, "kind": kind, "target": target}


def retract_statement(session: Writing, slug: str, *, reason: str) -> Row:
    """Withdraw the record of a statement because it is wrong; it stays, with the reason, and counts no longer.

    When the speaker took the statement back, record that as a statement of its own with a link ``retracts``.
    """
    session.execute(
        text("UPDATE stancedb.statement SET retracted_on = current_date, retracted_reason = :reason WHERE id = :key"),
        {"key": id_of(session, "statement", slug), "reason": reason},
    )
    return {"statement": slug, "retracted_reason": reason}


def merge_statements(session: Writing, copies: Sequence[int]) -> dict[int, int]:
    """Make one of the statements that articles and what they are copies of print in the same words.

    The same speaker, the same date and the same words, but for case, accents and signs, are one statement; the one of
    the original stays. The mentions go over to it, and so do codings, links and causes, but where it has its own.
    Nothing is lost: the other statement names the one it is merged into, and ``changeset undo`` parts them.

    Args:
        session: The writing session.
        copies: The keys of the copies; what they are copies of is looked up.

    Returns:
        How many statements of each copy are merged into others, by the key of the copy.
    """
    session.execute(text(_SAME_WORDS), {"copies": list(copies)})
    counted = session.execute(
        text(
            "SELECT v.article_id, count(DISTINCT x.gone_id) AS merged FROM same_words x"
            " JOIN stancedb.mention m ON m.statement_id = x.gone_id"
            " JOIN stancedb.article_version v ON v.id = m.article_version_id GROUP BY v.article_id"
        )
    )
    merged = {row.article_id: row.merged for row in counted}
    if merged:
        both = session.execute(text("SELECT gone_id FROM same_words UNION SELECT kept_id FROM same_words"))
        lock_statements(session, both.scalars().all())
    for statement in _GO_OVER if merged else ():
        session.execute(text(statement))
    session.execute(text("DROP TABLE same_words"))
    return merged


_SAME_WORDS = f"""
CREATE TEMPORARY TABLE same_words ON COMMIT DROP AS {FAMILY.format(which="a.id = ANY (:copies)")},
printed AS (
    SELECT w.root_id, st.id, st.slug, coalesce(sp.merged_into_id, sp.id) AS speaker_id, st.said,
        stancedb.search_text(m.quote) AS words, w.article_id = w.root_id AS is_original
    FROM below w JOIN stancedb.article_version v ON v.article_id = w.article_id
    JOIN stancedb.mention m ON m.article_version_id = v.id JOIN stancedb.statement st ON st.id = m.statement_id
    JOIN stancedb.actor sp ON sp.id = st.speaker_id
    WHERE st.merged_into_id IS NULL AND st.retracted_on IS NULL
),
first AS (
    SELECT p.id, p.slug, first_value(p.id) OVER alike AS kept_id, first_value(p.slug) OVER alike AS kept_slug
    FROM printed p
    WINDOW alike AS (
        PARTITION BY p.root_id, p.speaker_id, p.said, p.words ORDER BY p.is_original DESC, p.slug COLLATE "C"
    )
)
SELECT DISTINCT ON (f.id) f.id AS gone_id, f.slug AS gone_slug, f.kept_id FROM first f
WHERE f.id NOT IN (SELECT k.kept_id FROM first k) ORDER BY f.id, f.kept_slug COLLATE "C"
"""
# Which of several goes over follows from what they say and not from when they were recorded: of several mentions of one
# place that of the first statement, in the order of the slugs.
_MENTIONS_GO_OVER = """
UPDATE stancedb.mention m SET statement_id = g.kept_id FROM (
    SELECT DISTINCT ON (x.kept_id, m.article_version_id, m.char_start, m.char_end) m.id, x.kept_id
    FROM same_words x JOIN stancedb.mention m ON m.statement_id = x.gone_id
    ORDER BY x.kept_id, m.article_version_id, m.char_start, m.char_end, x.gone_slug COLLATE "C"
) g
WHERE m.id = g.id AND NOT EXISTS (
    SELECT FROM stancedb.mention k WHERE k.statement_id = g.kept_id
        AND (k.article_version_id, k.char_start, k.char_end) = (m.article_version_id, m.char_start, m.char_end)
)
"""
# Of several that come together, that of the first statement goes over, for each coder; and of the final ones the first
# by statement, coder and codebook.
_CODINGS_GO_OVER = """
UPDATE stancedb.coding c SET statement_id = g.kept_id FROM (
    SELECT c.id, x.kept_id, c.holder_id, c.issue_id, c.is_final, c.coder_id, c.codebook_version_id,
        row_number() OVER (
            PARTITION BY x.kept_id, c.holder_id, c.issue_id, c.coder_id, c.codebook_version_id
            ORDER BY c.is_final DESC, x.gone_slug COLLATE "C"
        ) AS of_coder,
        row_number() OVER (
            PARTITION BY x.kept_id, c.holder_id, c.issue_id, c.is_final
            ORDER BY x.gone_slug COLLATE "C", k.name COLLATE "C", v.label COLLATE "C"
        ) AS of_final
    FROM same_words x JOIN stancedb.coding c ON c.statement_id = x.gone_id JOIN stancedb.coder k ON k.id = c.coder_id
    JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
) g
WHERE c.id = g.id AND g.of_coder = 1 AND (g.of_final = 1 OR NOT g.is_final) AND NOT EXISTS (
    SELECT FROM stancedb.coding k
    WHERE k.statement_id = g.kept_id AND (k.holder_id, k.issue_id) = (g.holder_id, g.issue_id) AND (
        (k.is_final AND g.is_final)
        OR (k.coder_id, k.codebook_version_id) = (g.coder_id, g.codebook_version_id)
    )
)
"""
# Of several that come together, the one of the first statement goes over.
_LINKS_GO_OVER = """
UPDATE stancedb.statement_link l SET {near} = g.kept_id FROM (
    SELECT DISTINCT ON (x.kept_id, l.{far}, l.kind) x.kept_id, x.gone_id, l.{far}, l.kind
    FROM same_words x JOIN stancedb.statement_link l ON l.{near} = x.gone_id
    WHERE l.{far} <> x.kept_id
    ORDER BY x.kept_id, l.{far}, l.kind, x.gone_slug COLLATE "C"
) g
WHERE (l.{near}, l.{far}, l.kind) = (g.gone_id, g.{far}, g.kind) AND NOT EXISTS (
    SELECT FROM stancedb.statement_link k
    WHERE k.{near} = g.kept_id AND (k.{far}, k.kind) = (l.{far}, l.kind)
)
"""
# Of several that come together, the first that somebody asserts goes over.
_CAUSES_GO_OVER = """
UPDATE stancedb.causal_link l SET {near}_statement_id = g.kept_id FROM (
    SELECT l.id, x.kept_id, l.kind, l.asserted_by_id, l.{far}_statement_id, l.{far}_event_id, row_number() OVER (
        PARTITION BY x.kept_id, l.kind, l.asserted_by_id, l.{far}_statement_id, l.{far}_event_id
        ORDER BY x.gone_slug COLLATE "C"
    ) AS of_link
    FROM same_words x JOIN stancedb.causal_link l ON l.{near}_statement_id = x.gone_id
    WHERE l.{far}_statement_id IS DISTINCT FROM x.kept_id
) g
WHERE l.id = g.id AND g.of_link = 1 AND NOT EXISTS (
    SELECT FROM stancedb.causal_link k
    WHERE k.{near}_statement_id = g.kept_id AND (k.kind, k.asserted_by_id) = (g.kind, g.asserted_by_id)
        AND (k.{far}_statement_id, k.{far}_event_id) IS NOT DISTINCT FROM (g.{far}_statement_id, g.{far}_event_id)
)
"""
_MERGED = """
UPDATE stancedb.statement s SET merged_into_id = x.kept_id FROM same_words x
WHERE x.gone_id IN (s.id, s.merged_into_id)
"""
_GO_OVER = (
    _MENTIONS_GO_OVER,
    _CODINGS_GO_OVER,
    _LINKS_GO_OVER.format(near="statement_id", far="target_id"),
    _LINKS_GO_OVER.format(near="target_id", far="statement_id"),
    _CAUSES_GO_OVER.format(near="from", far="to"),
    _CAUSES_GO_OVER.format(near="to", far="from"),
    _MERGED,
)


# --- Codings ------------------------------------------------------------------------------------------------------


def list_codings(
    session: Reading,
    *,
    statement: str | None = None,
    holder: str | None = None,
    issue: str | None = None,
    coder: str | None = None,
    status: str | None = None,
    final: bool | None = None,
    retired: bool = False,
    limit: int | None = None,
    known_at: int | None = None,
) -> list[Row]:
    """Return codings in order of the statements' dates; with ``retired`` those to be recoded, on retired positions.

    Of an issue that others were merged into, theirs are among them.
    """
    return _without_key(
        ask(
            session,
            f"{_CODINGS} WHERE (CAST(:statement AS bigint) IS NULL OR c.statement_id = :statement)"
            " AND (CAST(:holder AS bigint) IS NULL OR coalesce(h.merged_into_id, h.id) = :holder)"
            " AND (CAST(:issue AS bigint) IS NULL OR c.issue_id IN"
            " (SELECT g.id FROM {issue} g WHERE :issue IN (g.id, g.merged_into_id)))"
            " AND (CAST(:coder AS bigint) IS NULL OR c.coder_id = :coder)"
            " AND (NOT :retired OR p.status = 'retired' AND p.merged_into_id IS NULL AND c.status <> 'rejected')"
            " AND (CAST(:status AS text) IS NULL OR c.status = :status)"
            " AND (CAST(:final AS boolean) IS NULL OR c.is_final = :final)"
            " ORDER BY st.said_from, st.slug, h.slug, i.slug, k.name LIMIT :limit",
            known_at=known_at,
            statement=optional_id(session, "statement", statement, known_at=known_at),
            holder=optional_holder_id(session, holder, known_at=known_at),
            issue=optional_id(session, "issue", issue, known_at=known_at),
            coder=optional_id(session, "coder", coder, known_at=known_at),
            status=status,
            final=final,
            retired=retired,
            limit=limit,
        )
    )


def recode(
    session: Writing,
    statement: str,
    *,
    position: str | None,
    holder: str | None = None,
    issue: str | None = None,
    coder: str | None = None,
    codebook: str | None = None,
    confidence: str | None = None,
    rationale: str | None = None,
) -> Row:
    """Replace a coding's judgement; the one before stays in history and in every earlier answer.

    Args:
        session: The writing session.
        statement: The statement's slug.
        position: The position that is right; None says that no codable position is taken.
        holder: The holder, where the statement has codings of several.
        issue: The issue, where it has codings on several.
        coder: The coder, where several coded it; else the final coding is taken if there is one.
        codebook: The codebook version, if another than that of the coder's final coding, or else of her latest.
        confidence: The new confidence, or None to keep it.
        rationale: The reason, or None to keep it.
    """
    lock_statements(session, [id_of(session, "statement", statement)])
    coding = _one_coding(session, statement, holder=holder, issue=issue, coder=coder, codebook=codebook)
    wanted = position_id(session, coding["issue"], position)[1] if position is not None else None
    session.execute(
        text(
            "UPDATE stancedb.coding SET position_id = :position, confidence = coalesce(:confidence, confidence),"
            " rationale = coalesce(:rationale, rationale), carried_from_id = NULL WHERE id = :key"
        ),
        {"position": wanted, "confidence": confidence, "rationale": rationale, "key": coding["key"]},
    )
    which = {name: coding[name] for name in ("holder", "issue", "coder", "codebook")}
    coded = _one_coding(session, statement, **which)
    return {key: value for key, value in coded.items() if key != "key"}


def review(
    session: Writing,
    statement: str,
    *,
    status: str,
    reviewer: str,
    final: bool | None,
    note: str | None = None,
    holder: str | None = None,
    issue: str | None = None,
    coder: str | None = None,
    codebook: str | None = None,
) -> Row:
    """Decide about a coding and keep the decision.

    A final coding that is not accepted any more stops being final. Making one final while another is takes two steps,
    so that nobody's judgement is set aside without a decision about it.
    """
    lock_statements(session, [id_of(session, "statement", statement)])
    coding = _one_coding(session, statement, holder=holder, issue=issue, coder=coder, codebook=codebook)
    counts = (coding["final"] if final is None else final) and status == CodingStatus.ACCEPTED
    if final and status != CodingStatus.ACCEPTED:
        raise RefusedByRule(sentence="a final coding is an accepted one; use --status accepted with --final")
    # A login may add no coders, and is one already.
    is_known = text("SELECT EXISTS (SELECT FROM stancedb.coder WHERE name = :name)")
    if not session.execute(is_known, {"name": reviewer}).scalar_one():
        session.execute(
            text("INSERT INTO stancedb.coder (name, kind) VALUES (:name, :kind) ON CONFLICT (name) DO NOTHING"),
            {"name": reviewer, "kind": CoderKind.HUMAN},
        )
    session.execute(
        text("UPDATE stancedb.coding SET status = :status, is_final = :final WHERE id = :key"),
        {"status": status, "final": counts, "key": coding["key"]},
    )
    session.execute(
        text(
            "INSERT INTO stancedb.coding_review (coding_id, old_status, new_status, reviewer_id, note)"
            " SELECT :key, :old, :new, k.id, :note FROM stancedb.coder k WHERE k.name = :reviewer"
        ),
        {"key": coding["key"], "old": coding["status"], "new": status, "note": note, "reviewer": reviewer},
    )
    return {
        "statement": statement, "holder": coding["holder"], "issue": coding["issue"], "coder": coding["coder"],
        "old_status": coding["status"], "new_status": status, "final": counts, "reviewer": reviewer,
    }  # fmt: skip


def _one_coding(
    session: Reading,
    statement: str,
    *,
    holder: str | None,
    issue: str | None,
    coder: str | None,
    codebook: str | None,
) -> Row:
    """Return the coding that is meant; of several by one coder the final one, else the latest by version date."""
    key = id_of(session, "statement", statement)
    found = ask(
        session,
        f"{_CODINGS} WHERE c.statement_id = :key"
        " AND (CAST(:holder AS bigint) IS NULL OR coalesce(h.merged_into_id, h.id) = :holder)"
        " AND (CAST(:issue AS bigint) IS NULL OR c.issue_id = :issue)"
        " AND (CAST(:coder AS bigint) IS NULL OR c.coder_id = :coder)"
        " AND (CAST(:codebook AS bigint) IS NULL OR c.codebook_version_id = :codebook)"
        ' ORDER BY h.slug, i.slug, k.name, c.is_final DESC, v.issued_on DESC, v.label COLLATE "C" DESC',
        key=key,
        holder=optional_holder_id(session, holder),
        issue=optional_id(session, "issue", issue),
        coder=optional_id(session, "coder", coder),
        codebook=optional_id(session, "codebook", codebook),
    )
    of_coder: dict[tuple[str, ...], Row] = {}
    for row in found:
        of_coder.setdefault((row["holder"], row["issue"], row["coder"]), row)
    found = [*of_coder.values()]
    if not found:
        raise NoSuchThing(kind="coding of statement", handle=statement, offer=" with these options; see 'coding list'")
    if (
        coder is None
        and sum(row["final"] for row in found) == 1
        and len({(row["holder"], row["issue"]) for row in found}) == 1
    ):
        return next(row for row in found if row["final"])
    if len(found) > 1:
        several = "; ".join(
            f"--holder {row['holder']} --issue {row['issue']} --coder '{row['coder']}'" for row in found[:6]
        )
        raise RefusedByRule(sentence=f"'{statement}' has {len(found)} codings; say which: {several}")
    return found[0]


def _without_key(rows: list[Row]) -> list[Row]:
    return [{column: value for column, value in row.items() if column != "key"} for row in rows]
