"""What a rule does to a database that is filled already."""

from __future__ import annotations

import psycopg


def test_a_rule_added_later_answers_for_every_pair_at_once(built_url: str) -> None:
    with psycopg.connect(built_url) as connection:
        connection.execute("SELECT stancedb.open_changeset('tester', 'a further rule')")
        connection.execute(
            "INSERT INTO stancedb.derivation_rule (slug, label, definition, min_authority, bases, retraction_effect,"
            " tenure_effect) SELECT 'further', 'Further', 'As the first.', min_authority, bases, retraction_effect,"
            " tenure_effect FROM stancedb.derivation_rule WHERE slug = 'latest-word'"
        )
        connection.commit()
        stances = (
            "SELECT holder_id, issue_id, valid_from, position_id FROM stancedb.stance s JOIN stancedb.derivation_rule r"
        )
        first, further = (
            connection.execute(f"{stances} ON r.id = s.rule_id WHERE r.slug = %s ORDER BY 1, 2, 3", (slug,)).fetchall()
            for slug in ("latest-word", "further")
        )
    assert first
    assert further == first
