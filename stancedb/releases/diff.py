"""Compare two releases: stances, changes, and the codings that caused the differences.

Stances depend on evidence, on the days of succession and on the ends of scales, and the database keeps every version of
all three. So a difference is caused by what is known of a holder and an issue at only one of the two releases.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, TextClause, text

from stancedb.database import Reading, streamed
from stancedb.dates import last_day
from stancedb.releases.register import show_release
from stancedb.shared.asking import Row, relation
from stancedb.sql import Queries

SQL = Queries(__file__)
COLUMNS = (
    "what",
    "difference",
    "rule",
    "holder",
    "issue",
    "since",
    "before",
    "after",
    "differs",
    "statement",
    "coder",
    "changeset",
    "author",
    "message",
)
# A table as known at one of the releases.
_AT = re.compile(r"\{(\w+)@(first|second)\}")
# The fields of a state as a stance, and as the change into it; keys are compared, so a new name is not a difference.
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
_CHANGE = (
    "kind",
    "from_position_id",
    "position_id",
    "window_from",
    "window_to",
    "confirmed_on",
    "delta_rank",
    "delta_score",
    "clarity",
    "walked_back_within",
)
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


def diff_releases(session: Reading, before: str, after: str) -> list[Row]:
    """Return the stances and changes that differ between two releases, then the codings that caused the differences.

    Args:
        session: The session.
        before: The release to start from.
        after: The release to compare with it; it may be of an earlier changeset.

    Returns:
        Rows with the keys of ``COLUMNS``; ``what`` is rule, stance, change, coding, succession or scale.

    Raises:
        NoSuchThing: There is no such release; the nearest is suggested.
    """
    moments = {
        "first": show_release(session, before)["changeset"],
        "second": show_release(session, after)["changeset"],
    }
    rules = session.execute(_at_both("rules"), moments).mappings()
    rows = [_row("rule", "added" if found["is_after"] else "removed", rule=found["rule"]) for found in rules]
    holders: list[int] = []
    issues: list[int] = []
    for found in streamed(session, _at_both("states"), **moments):
        holders.append(found["holder_id"])
        issues.append(found["issue_id"])
        rows += [row for row in (_stance(found), _change(found)) if row]
    pairs = {**moments, "holders": holders, "issues": issues}
    rows += [_coding(found) for found in streamed(session, _at_both("codings"), **pairs)]
    rows += [_other(found) for found in streamed(session, _at_both("others"), **pairs)]
    return rows


def _at_both(name: str) -> TextClause:
    """Return a statement in which the placeholder ``{actor@first}`` means the actors as known at the first release."""
    return text(_AT.sub(lambda found: relation(found[1], 1).replace(":known_at", f":{found[2]}"), SQL[name].text))


def _row(what: str, difference: str, **said: object) -> Row:
    return {**dict.fromkeys(COLUMNS), "what": what, "difference": difference, **said}


def _differing(found: RowMapping, columns: Sequence[str]) -> list[str]:
    """Return the names of the columns that differ, as users know them."""
    return [column.removesuffix("_id") for column in columns if found[f"b_{column}"] != found[f"a_{column}"]]


def _stance(found: RowMapping) -> Row | None:
    sides = {
        side: f"{found[f'{side}_position']} until {last_day(found[f'{side}_valid_to']) or 'now'}"
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
    place |= {"since": found["valid_from"], "before": sides["b"], "after": sides["a"]}
    return _row(what, difference, **place, differs=differs if difference == "changed" else [])


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
            # Another position has another place on the scale.
            differs = [column for column in differs if column not in {"position_kind", "rank", "score"}]
    return _row(
        "coding",
        difference,
        **_by_whom(found),
        since=found["b_said_from"] if found["after_id"] is None else found["a_said_from"],
        before=found["b_position"],
        after=found["a_position"],
        differs=differs,
        statement=found["statement"],
        coder=found["coder"],
    )


def _other(found: RowMapping) -> Row:
    difference, side = ("added", "after") if found["is_after"] else ("removed", "before")
    return _row(found["what"], difference, **_by_whom(found), since=found["since"], **{side: found["scale"]})


def _by_whom(found: RowMapping) -> Row:
    """Return the fields of a difference with a changeset: holder, issue, and the author of the changeset."""
    changeset = {"changeset": found["number"], "author": found["author"], "message": found["message"]}
    return {"holder": found["holder"], "issue": found["issue"], **changeset}
