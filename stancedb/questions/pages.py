"""The data of a chart or page about one issue: who stood where, what changed, and how certain this is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from stancedb.database import Reading
from stancedb.questions import events, issues, stances
from stancedb.shared.asking import Row, ask, day_of, last_changeset
from stancedb.shared.handles import holder_id, id_of, kept_issue
from stancedb.sql import Queries

SQL = Queries(__file__)


def issue_page(
    session: Reading, issue: str, *, rule: str, holders: Sequence[str] = (), known_at: int | None = None
) -> Row:
    """Return one issue with its positions, events and indicators, and each holder with stances, changes and evidence.

    Args:
        session: The session.
        issue: The slug of the issue.
        rule: The slug of the rule.
        holders: The slugs of the holders to show; empty for all who ever held a position.
        known_at: The number of the changeset as of which to query; None for the latest.

    Raises:
        NoSuchThing: There is no such issue, rule or holder.
    """
    _, issue = kept_issue(session, issue, known_at=known_at)
    one = holders[0] if len(holders) == 1 else None
    parts = {
        "stances": _by_holder(stances.timeline(session, holder=one, issue=issue, rule=rule, known_at=known_at)),
        "changes": _by_holder(stances.changes(session, holder=one, issue=issue, rule=rule, known_at=known_at)),
        "evidence": _by_holder(stances.evidence(session, holder=one, issue=issue, rule=rule, known_at=known_at)),
    }
    wanted = [holder_id(session, holder, known_at=known_at) for holder in holders]
    shown = issues.show_issue(session, issue, known_at=known_at)
    used = {
        row[name]
        for part, name in (
            ("stances", "position"),
            ("evidence", "position"),
            ("changes", "from_position"),
            ("changes", "to_position"),
        )
        for rows in parts[part].values()
        for row in rows
    }
    return {
        "issue": issue,
        "question": shown["question"],
        "scope": shown["scope"],
        "low_pole": shown["low_pole"],
        "high_pole": shown["high_pole"],
        "rule": next(row for row in stances.rules(session, known_at=known_at) if row["rule"] == rule),
        "known_at": known_at,
        "changeset": known_at or last_changeset(session),
        "day": day_of(session, known_at),
        # A retired position does not belong to the scale, and is shown only if a holder holds or held it.
        "positions": [row for row in shown["positions"] if row["status"] == "active" or row["position"] in used],
        "holders": [
            {**holder, **{name: rows[holder["holder"]] for name, rows in parts.items()}}
            for holder in _holders(session, parts["stances"], wanted, issue=issue, known_at=known_at)
        ],
        "events": events.list_around(session, issue, known_at=known_at),
        "indicators": events.list_indicators(session, issue=issue, known_at=known_at),
    }


def _by_holder(rows: list[Row]) -> dict[str, list[Row]]:
    """Return rows by the slug of their holder; a holder without rows has an empty list."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["holder"]].append(row)
    return found


def _holders(
    session: Reading, known: Iterable[str], wanted: list[int], *, issue: str, known_at: int | None
) -> list[Row]:
    """Return the holders with their names, and how many codings several coders made of the same words and agreed on."""
    return ask(
        session,
        SQL["holders"],
        known_at=known_at,
        issue=id_of(session, "issue", issue, known_at=known_at),
        wanted=wanted or None,
        known=None if wanted else sorted(known),
    )
