"""What differs between two releases: stances, changes, and the codings that made the difference.

Stances rest on evidence, on the days of succession and on the ends of scales, and the database keeps every version of
all three. So what made a difference is what is known at one release of a holder and an issue and not at the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import RowMapping, text

from stancedb.database import Reading, streamed
from stancedb.releases.register import show_release
from stancedb.shared.asking import Row, with_relations

COLUMNS = ("what", "difference", "rule", "holder", "issue", "since", "before", "after", "differs", "statement", "coder",
           "changeset", "author", "message")  # fmt: skip
# What a state says as a stance, and as the change into it; keys are compared, so that a new name is no difference.
_STANCE = (
    "position_id",
    "valid_to",
    "confirmed_on",
    "onset_coding_id",
    "evidence_count",
    "contrary_count",
    "last_evidence_on",
    "is_contested",
    "carried_to",
)
_CHANGE = ("kind", "from_position_id", "position_id", "window_from", "window_to", "confirmed_on", "delta_rank",
           "delta_score", "clarity", "walked_back_within")  # fmt: skip
_STATE = tuple(dict.fromkeys((*_STANCE, *_CHANGE)))
_EVIDENCE = (
    "coding_id",
    "position_id",
    "said_from",
    "said_to",
    "authority",
    "basis",
    "verification",
    "position_kind",
    "rank",
    "score",
    "said_at",
    "lasts",
    "begun_to",
    "ended_from",
    "ends",
    "tie_key",
)


def _at(moment: str, question: str) -> str:
    """Return a SELECT with its relations as known at the first or at the second release."""
    return with_relations(question, known=True).replace(":known_at", f":{moment}")


def _known(alias: str, moment: str) -> str:
    """Return the condition under which a derived row was known at a release."""
    return (
        f"EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = {alias}.known_from_id AND k.number <= :{moment})"
        f" AND NOT EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = {alias}.known_until_id"
        f" AND k.number <= :{moment})"
    )


def _sided(columns: Sequence[str]) -> str:
    return ", ".join(f"{side}.{column} AS {side}_{column}" for side in ("b", "a") for column in columns)


def _differ(columns: Sequence[str]) -> str:
    return " IS DISTINCT FROM ".join(f"({', '.join(f'{side}.{column}' for column in columns)})" for side in ("b", "a"))


def _named(table: str, key: str, alias: str) -> str:
    """Return the joins for the names of a thing: that of the second release first, then that of the first."""
    return "".join(
        f" LEFT JOIN {_at(moment, f'{{{table}}}')} {alias}{place} ON {alias}{place}.id = {key}"
        for place, moment in enumerate(("second", "first"), start=1)
    )


def _ordered(question: str, order: str) -> str:
    return f"SELECT * FROM ({question}) x ORDER BY {order}"


_PLACE = 'x.issue COLLATE "C", x.holder COLLATE "C"'
_RULES = (
    f"rule AS MATERIALIZED (SELECT x.id, x.slug FROM {_at('first', '{derivation_rule}')} x"
    f" JOIN {_at('second', '{derivation_rule}')} y USING (id))"
)
_STATES = f"""
WITH {_RULES},
before AS MATERIALIZED (
    SELECT r.slug AS rule, s.* FROM rule r
    CROSS JOIN LATERAL stancedb.states(r.id, CAST(:first AS bigint), NULL, NULL, NULL) s
),
after AS MATERIALIZED (
    SELECT r.slug AS rule, s.* FROM rule r
    CROSS JOIN LATERAL stancedb.states(r.id, CAST(:second AS bigint), NULL, NULL, NULL) s
),
differing AS (
    SELECT rule, holder_id, issue_id, valid_from, {_sided(_STATE)}
    FROM before b FULL JOIN after a USING (rule, holder_id, issue_id, valid_from)
    WHERE {_differ(_STATE)}
)
SELECT d.*, coalesce(h1.slug, h2.slug) AS holder, coalesce(i1.slug, i2.slug) AS issue, bp.slug AS b_position,
    ap.slug AS a_position, bf.slug AS b_from_position, af.slug AS a_from_position
FROM differing d
{_named("actor", "d.holder_id", "h")}{_named("issue", "d.issue_id", "i")}
LEFT JOIN {_at("first", "{position}")} bp ON bp.id = d.b_position_id
LEFT JOIN {_at("first", "{position}")} bf ON bf.id = d.b_from_position_id
LEFT JOIN {_at("second", "{position}")} ap ON ap.id = d.a_position_id
LEFT JOIN {_at("second", "{position}")} af ON af.id = d.a_from_position_id
"""
# A coding of one statement in the place of another coding of it is a recoding; what is taken back has a row for each.
# The changeset that made the difference wrote what is known at the later release, or ended what is not known there any
# more, whichever of the two is asked for first.
_CODINGS = f"""
WITH pair AS (
    SELECT DISTINCT p.holder_id, p.issue_id
    FROM unnest(CAST(:holders AS bigint[]), CAST(:issues AS bigint[])) p (holder_id, issue_id)
),
known AS MATERIALIZED (
    SELECT e.*, CASE WHEN e.act = 'retracts' THEN ARRAY[e.coding_id, e.target_id] ELSE '{{}}' END AS taken_back
    FROM pair JOIN stancedb.evidence e USING (holder_id, issue_id)
),
before AS (SELECT e.* FROM known e WHERE {_known("e", "first")}),
after AS (SELECT e.* FROM known e WHERE {_known("e", "second")}),
differing AS (
    SELECT holder_id, issue_id, act, statement_id, taken_back, b.id AS before_id, a.id AS after_id, {_sided(_EVIDENCE)},
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
    WHERE {_differ(_EVIDENCE)}
)
SELECT d.*, coalesce(h1.slug, h2.slug) AS holder, coalesce(i1.slug, i2.slug) AS issue,
    coalesce(s1.slug, s2.slug) AS statement, coalesce(k1.name, k2.name) AS coder, bp.slug AS b_position,
    ap.slug AS a_position, w.author, w.message
FROM differing d JOIN stancedb.changeset w ON w.number = d.number
{_named("actor", "d.holder_id", "h")}{_named("issue", "d.issue_id", "i")}
{_named("statement", "d.statement_id", "s")}
LEFT JOIN {_at("second", "{coding}")} c1 ON c1.id = coalesce(d.a_coding_id, d.b_coding_id)
LEFT JOIN {_at("first", "{coding}")} c2 ON c2.id = coalesce(d.a_coding_id, d.b_coding_id)
{_named("coder", "coalesce(c1.coder_id, c2.coder_id)", "k")}
LEFT JOIN {_at("first", "{position}")} bp ON bp.id = d.b_position_id
LEFT JOIN {_at("second", "{position}")} ap ON ap.id = d.a_position_id
"""
# Offices that changed hands, and scales whose ends moved, where stances differ.
_OTHERS = f"""
WITH moved AS (
    SELECT 'succession' AS what, x.holder_id, CAST(NULL AS bigint) AS issue_id, x.changed_on AS since,
        CAST(NULL AS text) AS scale, x.known_from_id, x.known_until_id
    FROM stancedb.succession x WHERE x.holder_id = ANY (CAST(:holders AS bigint[]))
    UNION ALL
    SELECT 'scale', NULL, x.issue_id, NULL, x.lowest || ' to ' || x.highest, x.known_from_id, x.known_until_id
    FROM stancedb.scale x WHERE x.issue_id = ANY (CAST(:issues AS bigint[]))
),
sided AS (
    SELECT m.*, {_known("m", "first")} AS is_before, {_known("m", "second")} AS is_after FROM moved m
)
SELECT s.what, s.is_after, s.since, s.scale, coalesce(h1.slug, h2.slug) AS holder, coalesce(i1.slug, i2.slug) AS issue,
    w.number, w.author, w.message
FROM sided s JOIN stancedb.changeset w
    ON w.id = CASE WHEN s.is_after = (:first <= :second) THEN s.known_from_id ELSE s.known_until_id END
{_named("actor", "s.holder_id", "h")}{_named("issue", "s.issue_id", "i")}
WHERE s.is_before <> s.is_after
"""
_RULES_OF_ONE = (
    f"SELECT coalesce(b.slug, a.slug) AS rule, a.id IS NOT NULL AS is_after FROM {_at('first', '{derivation_rule}')} b"
    f" FULL JOIN {_at('second', '{derivation_rule}')} a USING (id) WHERE b.id IS NULL OR a.id IS NULL"
)


def diff_releases(session: Reading, before: str, after: str) -> list[Row]:
    """Return the stances and changes that differ between two releases, then the codings that made the difference.

    Args:
        session: The session.
        before: The release to start from.
        after: The release to compare with it; of an earlier changeset it works as well.

    Returns:
        Rows with the keys of ``COLUMNS``; ``what`` is rule, stance, change, coding, succession or scale.

    Raises:
        NoSuchThing: There is no such release; the nearest is offered.
    """
    moments = {
        "first": show_release(session, before)["changeset"],
        "second": show_release(session, after)["changeset"],
    }
    rules = session.execute(text(_ordered(_RULES_OF_ONE, 'x.rule COLLATE "C"')), moments).mappings()
    rows = [_row("rule", "added" if found["is_after"] else "removed", rule=found["rule"]) for found in rules]
    holders: list[int] = []
    issues: list[int] = []
    for found in streamed(session, _ordered(_STATES, f'{_PLACE}, x.rule COLLATE "C", x.valid_from'), **moments):
        holders.append(found["holder_id"])
        issues.append(found["issue_id"])
        rows += [row for row in (_stance(found), _change(found)) if row]
    pairs = {**moments, "holders": holders, "issues": issues}
    said = f'{_PLACE}, coalesce(x.b_said_from, x.a_said_from), x.statement COLLATE "C", x.act, x.taken_back'
    rows += [_coding(found) for found in streamed(session, _ordered(_CODINGS, said), **pairs)]
    moved = f"x.what, {_PLACE}, x.since, x.number"
    rows += [_other(found) for found in streamed(session, _ordered(_OTHERS, moved), **pairs)]
    return rows


def _row(what: str, difference: str, **said: object) -> Row:
    return {**dict.fromkeys(COLUMNS), "what": what, "difference": difference, **said}


def _differing(found: RowMapping, columns: Sequence[str]) -> list[str]:
    """Name the columns that differ, as people call them."""
    return [column.removesuffix("_id") for column in columns if found[f"b_{column}"] != found[f"a_{column}"]]


def _last(until: date | None) -> date | None:
    """Return the last day before an exclusive end."""
    return until and until - timedelta(days=1)


def _stance(found: RowMapping) -> Row | None:
    sides = {
        side: f"{found[f'{side}_position']} until {_last(found[f'{side}_valid_to']) or 'now'}"
        if found[f"{side}_position_id"] is not None
        else None
        for side in ("b", "a")
    }
    return _of_state("stance", found, _STANCE, sides)


def _change(found: RowMapping) -> Row | None:
    sides = {
        side: f"{found[f'{side}_kind']}: {found[f'{side}_from_position'] or 'nothing'}"
        f" to {found[f'{side}_position'] or 'nothing'}"
        if found[f"{side}_kind"] is not None
        else None
        for side in ("b", "a")
    }
    return _of_state("change", found, _CHANGE, sides)


def _of_state(what: str, found: RowMapping, columns: Sequence[str], sides: dict[str, str | None]) -> Row | None:
    differs = _differing(found, columns)
    if not differs or not any(sides.values()):
        return None
    place: dict[str, Any] = {name: found[name] for name in ("rule", "holder", "issue")}
    difference = "changed" if all(sides.values()) else "added" if sides["a"] else "removed"
    return _row(what, difference, **place, since=found["valid_from"], before=sides["b"], after=sides["a"],
                differs=differs if difference == "changed" else [])  # fmt: skip


def _coding(found: RowMapping) -> Row:
    differs = _differing(found, _EVIDENCE)
    if found["before_id"] is None or found["after_id"] is None:
        words = {"expresses": ("added", "withdrawn"), "retracts": ("taken back", "no longer taken back")}
        difference = words[found["act"]][found["after_id"] is None]
        differs = []
    else:
        is_recoded = bool({"coding", "position"} & {*differs})
        difference = "recoded" if is_recoded else "changed"
        if is_recoded:
            # Another position has a place of its own on the scale.
            differs = [column for column in differs if column not in {"position_kind", "rank", "score"}]
    return _row(
        "coding", difference, holder=found["holder"], issue=found["issue"],
        since=found["b_said_from"] if found["after_id"] is None else found["a_said_from"],
        before=found["b_position"], after=found["a_position"], differs=differs, statement=found["statement"],
        coder=found["coder"], changeset=found["number"], author=found["author"], message=found["message"],
    )  # fmt: skip


def _other(found: RowMapping) -> Row:
    return _row(
        found["what"], "added" if found["is_after"] else "removed", holder=found["holder"], issue=found["issue"],
        since=found["since"], before=None if found["is_after"] else found["scale"],
        after=found["scale"] if found["is_after"] else None, changeset=found["number"], author=found["author"],
        message=found["message"],
    )  # fmt: skip
