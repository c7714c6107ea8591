"""A script as a user would write it; mypy checks it in strict mode, and a test runs it."""

from __future__ import annotations

from datetime import date

import stancedb


def longest(url: str, holder: str, issue: str) -> tuple[str, int]:
    """Return the position that a holder has held longest without interruption, and for how many days."""
    with stancedb.connect(url) as database:
        stances: stancedb.Answer[stancedb.rows.Stance] = database.timeline(holder=holder, issue=issue)
    lengths: dict[str, int] = {}
    for stance in stances:
        until: date = stance.until or date(2026, 1, 1)
        lengths[stance.position] = max(lengths.get(stance.position, 0), (until - stance.since_from).days)
    position = max(lengths, key=lambda slug: lengths[slug])
    return position, lengths[position]


def add_outlet(url: str, slug: str, name: str) -> int:
    """Add an outlet; return the number of new rows, or the number of rejected records as a negative number."""
    database: stancedb.Database = stancedb.connect(url, read_only=False)
    try:
        account: stancedb.LoadAccount = database.add("outlet", slug=slug, name=name)
    except stancedb.errors.RecordsRefused as failure:
        return -failure.total
    finally:
        database.close()
    return account.inserted
