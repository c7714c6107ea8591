"""A database with a row in every table and in every history, for tests that need one row of each kind.

The actors and their words are invented. Keys are given by hand, from 101 up, so that a test can name a row.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

BODY = "Norland will build the dam, Prime Minister Ana Cole said. Her successor Ben Dahl will not build it."
QUOTE = "Norland will build the dam"

Connection = psycopg.Connection[Any]

_FIRST = f"""
INSERT INTO stancedb.load
    (id, kind, origin, input_sha256, inserted, updated, unchanged, refused, source, place_sha256)
VALUES (101, 'actor', 'actors.yaml', repeat('0f', 32), 7, 0, 0, 0, 'norland', repeat('f0', 32));

INSERT INTO stancedb.outlet (id, slug, name, kind, country, parent_id, reliability) VALUES
    (101, 'norland-press', 'Norland Press', 'agency', 'NO', NULL, 'A'),
    (102, 'morning-post', 'The Morning Post', 'newspaper', 'NO', 101, 'B');
INSERT INTO stancedb.article (id, slug, outlet_id, url, url_key, title, language, kind, access, published_edtf,
    published, syndicated_from_id, authors, agency, updated_on, updated_at)
VALUES
    (101, 'dam-wire', 101, 'https://press.example/dam', 'press.example/dam', 'The dam', 'en', 'wire', 'full',
        '2025-02-01', '[2025-02-01,2025-02-02)', NULL, ARRAY['Eva Falk'], 'NP', '2025-02-02', '2025-02-02 09:00+01'),
    (102, 'dam-post', 102, NULL, 'post.example/dam', 'The dam', 'en', 'news', 'excerpt', NULL, NULL, 101,
        NULL, NULL, NULL, NULL),
    (103, 'dam-again', 102, NULL, 'post.example/dam-again', 'The dam again', 'en', 'news', 'full', NULL, NULL, NULL,
        NULL, NULL, NULL, NULL);
INSERT INTO stancedb.article_version (id, article_id, body, text_sha256, normalisation, extractor)
SELECT id, article_id, body, encode(sha256(convert_to(body, 'UTF8')), 'hex'), 'nfc-1', 'by hand'
FROM (VALUES (101, 101, '{BODY}'), (109, 102, 'Spare.')) AS text_of (id, article_id, body);

INSERT INTO stancedb.article_duplicate (id, copy_id, original_id, score, state, reason) VALUES
    (101, 102, 101, 0.75, 'accepted', NULL), (102, 103, 102, 0.5, 'rejected', 'another dam');

INSERT INTO stancedb.actor (id, slug, kind, name, merged_into_id) VALUES
    (101, 'ana-cole', 'person', 'Ana Cole', NULL),
    (102, 'pm-of-norland', 'office', 'Prime Minister of Norland', NULL),
    (103, 'government-of-norland', 'government', 'Government of Norland', NULL),
    (104, 'norland', 'state', 'Norland', NULL),
    (105, 'ben-dahl', 'person', 'Ben Dahl', NULL),
    (106, 'a-cole', 'person', 'A. Cole', 101);
INSERT INTO stancedb.actor_name (id, actor_id, name, language, kind) VALUES
    (101, 101, 'Ana Cole', 'en', 'preferred'), (102, 101, 'A. Cole', 'en', 'alias');
INSERT INTO stancedb.actor_identifier (id, actor_id, scheme, value) VALUES
    (101, 101, 'wikidata', 'Q1'), (102, 105, 'wikidata', 'Q2');
INSERT INTO stancedb.actor_relation (id, subject_id, relation, object_id) VALUES
    (101, 102, 'governs', 103), (102, 103, 'governs', 104);
INSERT INTO stancedb.tenure (id, person_id, office_id, held_edtf, held) VALUES
    (101, 101, 102, '2024/2024', '[2024-01-01,2025-01-01)'), (102, 105, 102, '2025/..', '[2025-01-01,)');
INSERT INTO stancedb.tenure (id, person_id, office_id, seat, held_edtf, held) VALUES
    (103, 105, 102, 2, '2023', '[2023-01-01,2024-01-01)');
INSERT INTO stancedb.actor_attribute (id, actor_id, key, value, during_edtf, during) VALUES
    (101, 103, 'type', 'cabinet', NULL, '(,)'), (102, 101, 'party', 'River Party', '2024/..', '[2024-01-01,)');

INSERT INTO stancedb.codebook_version (id, label, issued_on) VALUES
    (101, 'dams-1.0', '2024-01-01'), (102, 'dams-1.1', '2025-01-01');
INSERT INTO stancedb.issue (id, slug, question, low_pole, high_pole, parent_id, status) VALUES
    (101, 'dam', 'Should Norland build the dam?', 'no dam', 'the dam', NULL, 'active'),
    (102, 'dam-cost', 'Who should pay for the dam?', NULL, NULL, 101, 'draft');
INSERT INTO stancedb.issue (id, slug, question, status, merged_into_id) VALUES
    (103, 'river-dam', 'Should there be a dam in the river?', 'retired', 101);
INSERT INTO stancedb.position (id, issue_id, slug, label, definition, kind, rank, score, include, exclude) VALUES
    (101, 101, 'oppose', 'Oppose', 'No dam.', 'substantive', -1, -1, '{{}}', '{{}}'),
    (102, 101, 'open', 'Left open', 'Perhaps.', 'deliberate_ambiguity', NULL, NULL, '{{}}', '{{}}'),
    (103, 101, 'support', 'Support', 'A dam.', 'substantive', 1, 1, '{{}}', '{{}}'),
    (104, 102, 'state', 'The state', 'The state pays.', 'substantive', NULL, NULL, '{{}}', '{{}}');
INSERT INTO stancedb.position (id, issue_id, slug, label, definition, kind, include, exclude, status, merged_into_id)
VALUES
    (105, 101, 'for-it', 'For it', 'For a dam.', 'substantive', '{{}}', '{{}}', 'retired', 103),
    (106, 103, 'yes', 'Yes', 'A dam.', 'substantive', '{{}}', '{{}}', 'retired', 103);
INSERT INTO stancedb.position (id, issue_id, slug, label, definition, kind, rank, include, exclude) VALUES
    (107, 103, 'no', 'No', 'No dam.', 'substantive', 1, '{{}}', '{{}}');
INSERT INTO stancedb.issue_code (id, issue_id, scheme, code) VALUES (101, 101, 'cap', '800'), (102, 101, 'cap', '801');

INSERT INTO stancedb.event (id, slug, kind, title, during_edtf, during, status) VALUES
    (101, 'session-1', 'session', 'A session', '2024-06-01', '[2024-06-01,2024-06-02)', 'occurred'),
    (102, 'session-2', 'session', 'Another session', '2025-02-01', '[2025-02-01,2025-02-02)', 'occurred');
INSERT INTO stancedb.event_participant (id, event_id, actor_id, role) VALUES
    (101, 101, 101, 'actor'), (102, 102, 105, 'actor');

INSERT INTO stancedb.statement (id, slug, speaker_id, tenure_id, on_behalf_of_id, capacity, authority, act, said_edtf,
    said, event_id, verification, self_declared, merged_into_id)
VALUES
    (101, 'cole-dam', 101, 101, 103, 'head_of_government', 4, 'commit', '2024-06-01', '[2024-06-01,2024-06-02)', 101,
        'confirmed', 'none', NULL),
    (102, 'dahl-no-dam', 105, 102, 103, 'head_of_government', 4, 'assert', '2025-02-01', '[2025-02-01,2025-02-02)', 102,
        'confirmed', 'claims_changed', NULL),
    (103, 'cole-dam-again', 101, NULL, NULL, NULL, 2, 'assert', '2024-06-01', '[2024-06-01,2024-06-02)', NULL,
        'single_source', 'none', 101),
    (104, 'dahl-takes-it-back', 105, 102, NULL, NULL, 3, 'retract', '2025-03-01', '[2025-03-01,2025-03-02)', NULL,
        'confirmed', 'none', NULL);
UPDATE stancedb.statement SET said_edtf = '2024-06-01/2024-06-01', ends = true WHERE id = 103;
INSERT INTO stancedb.statement_addressee (id, statement_id, actor_id, role) VALUES
    (101, 101, 104, 'addressee'), (102, 101, 104, 'object');
INSERT INTO stancedb.statement_link (id, statement_id, kind, target_id) VALUES
    (101, 104, 'retracts', 102), (102, 102, 'contradicts', 101);
INSERT INTO stancedb.mention (id, statement_id, article_version_id, char_start, char_end, quote, prefix, suffix,
    rendering, asserts)
VALUES
    (101, 101, 101, 0, {len(QUOTE)}, '{QUOTE}', '', ', Prime', 'verbatim', 'asserts'),
    (102, 102, 101, {BODY.index("Ben")}, {len(BODY)}, '{BODY[BODY.index("Ben") :]}', '', '', 'paraphrase', 'asserts');

INSERT INTO stancedb.coder (id, name, kind, version, login)
VALUES (101, 'ruth', 'human', NULL, 'login-of-ruth'), (102, 'model', 'model', '1', NULL);
INSERT INTO stancedb.coding (id, statement_id, holder_id, issue_id, position_id, coder_id, codebook_version_id, basis,
    explicitness, vagueness, confidence, status, is_final)
VALUES
    (101, 101, 103, 101, 103, 101, 101, 'on_behalf', 'explicit', 'committal', 'high', 'accepted', true),
    (102, 102, 103, 101, 101, 101, 101, 'on_behalf', 'explicit', 'committal', 'high', 'accepted', true),
    (103, 101, 103, 101, 103, 102, 101, 'on_behalf', 'implicit', 'committal', 'low', 'accepted', false),
    (104, 102, 105, 102, NULL, 101, 101, 'self', 'inferred', 'non_committal', 'low', 'draft', false);
INSERT INTO stancedb.coding (id, statement_id, holder_id, issue_id, position_id, coder_id, codebook_version_id, basis,
    explicitness, vagueness, confidence, status, is_final, carried_from_id)
VALUES
    (105, 102, 105, 102, NULL, 101, 102, 'self', 'inferred', 'non_committal', 'low', 'draft', false, 104);
INSERT INTO stancedb.coding_round (id, slug, codebook_version_id, double_share, seed, opened_by) VALUES
    (101, '2025-w05', 101, 1, 7, 'Ana'), (102, '2025-w06', 102, 0, 8, 'Ana');
INSERT INTO stancedb.coding_round_issue (round_id, issue_id) VALUES (101, 101), (101, 102), (102, 101);
INSERT INTO stancedb.assignment
    (id, round_id, article_version_id, coder_id, kind, hides_suggestions, turn, state, reason, done_at, released_id)
VALUES
    (101, 101, 101, 101, 'first', true, 1, 'done', NULL, now(),
        CAST(current_setting('stancedb.changeset') AS bigint)),
    (102, 101, 101, 102, 'second', true, 1, 'open', NULL, NULL, NULL),
    (103, 102, 101, 101, 'again', true, 2, 'problem', 'copy', NULL, NULL),
    (104, 102, 101, NULL, 'first', false, 1, 'open', NULL, NULL, NULL);
INSERT INTO stancedb.draft (assignment_id, number, form) VALUES (102, 3, 'speaker: ana-cole');
INSERT INTO stancedb.coding (id, statement_id, holder_id, issue_id, position_id, coder_id, codebook_version_id, basis,
    explicitness, vagueness, confidence, status, is_final, assignment_id)
VALUES
    (106, 101, 101, 102, NULL, 101, 101, 'self', 'inferred', 'non_committal', 'low', 'submitted', false, 101);
INSERT INTO stancedb.finding
    (assignment_id, number, coder_id, char_start, char_end, quote, record, replaces, statement_id, coding_id)
VALUES
    (101, 1, 101, 0, 7, 'Norland', '{{"issue": "dam-cost"}}', NULL, NULL, NULL),
    (101, 2, 101, 0, {len(QUOTE)}, '{QUOTE}', '{{"issue": "dam-cost"}}', 1, 101, 106),
    (102, 1, 102, 0, 7, 'Norland', '{{}}', NULL, NULL, NULL);
INSERT INTO stancedb.coding_attribute (id, coding_id, key, value) VALUES
    (101, 101, 'frame', 'economy'), (102, 102, 'frame', 'nature: fish');
INSERT INTO stancedb.coding_review (id, coding_id, old_status, new_status, reviewer_id) VALUES
    (101, 101, 'submitted', 'accepted', 101), (109, 102, 'submitted', 'accepted', 101);

INSERT INTO stancedb.causal_link (id, from_statement_id, from_event_id, kind, to_statement_id, to_event_id,
    asserted_by_id)
VALUES (101, 102, NULL, 'responds_to', 101, NULL, 105), (102, NULL, 102, 'triggers', NULL, 101, 105);
INSERT INTO stancedb.indicator (id, slug, question, counts_if, issue_id, due_edtf, due, status) VALUES
    (101, 'tender', 'Is the dam put out to tender?', 'A tender.', 101, '2025-12', '[2025-12-01,2026-01-01)', 'open'),
    (102, 'vote', 'Is there a vote?', 'A vote.', NULL, NULL, NULL, 'open');
INSERT INTO stancedb.indicator_observation (id, indicator_id, observed_on, is_seen, article_version_id) VALUES
    (101, 101, '2025-03-01', false, 101), (102, 101, '2025-04-01', false, NULL);

INSERT INTO stancedb.release (id, label, changeset_number, rules, codebook_versions, author, reason, released_on,
    layout, derivation_sha256, manifest_sha256)
SELECT id, label, 1, '{{latest-word}}', '{{dams-1.0}}', 'Ana', 'a paper', '2025-03-01', 1, repeat('0', 64),
    repeat('1', 64)
FROM (VALUES (101, 'dams-2025'), (102, 'dams-2025.1'), (109, 'spare')) AS release_of (id, label);
INSERT INTO stancedb.release_file (id, release_id, name, content_sha256, row_count, byte_count)
SELECT id, release_id, name, repeat('2', 64), row_count, 7
FROM (VALUES (101, 101, 'stance.csv', 1), (102, 101, 'CITATION.cff', NULL), (109, 109, 'stance.csv', 1))
    AS file_of (id, release_id, name, row_count);
"""

# Frozen rows cannot be updated.
_LAST = """
DELETE FROM stancedb.article_version WHERE id = 109;
DELETE FROM stancedb.coding_review WHERE id = 109;
DELETE FROM stancedb.release_file WHERE id = 109;
DELETE FROM stancedb.release WHERE id = 109;
"""


def build(connection: Connection) -> None:
    """Fill a database at head in three changesets: enter everything, write it again, remove the spare rows."""
    with connection.transaction():
        open_changeset(connection, "Enter everything")
        connection.execute(_FIRST)
    with connection.transaction():
        open_changeset(connection, "Write all of it again")
        for table in curated_tables(connection):
            if table not in {"article_version", "coding_review", "release", "release_file"}:
                rewrite = "UPDATE stancedb.{} SET changeset_id = changeset_id"
                connection.execute(sql.SQL(rewrite).format(sql.Identifier(table)))
    with connection.transaction():
        open_changeset(connection, "Remove the spare rows")
        connection.execute(_LAST)
    with connection.transaction():
        # Derivation empties the table at commit; no changeset has this key.
        connection.execute("INSERT INTO stancedb.touched (changeset_id, kind) VALUES (0, 'pair')")
        connection.execute("INSERT INTO stancedb.settling DEFAULT VALUES")
        connection.execute("INSERT INTO stancedb.login (name, role) VALUES ('login-of-ruth', 'coder')")
        connection.execute("INSERT INTO stancedb.setting (name, value) VALUES ('review', 'optional')")


def open_changeset(connection: Connection, message: str = "a test") -> int:
    """Open a changeset for the current transaction and return its inner key."""
    return int(one(connection, "SELECT stancedb.open_changeset('tester', %s)", message))


def curated_tables(connection: Connection) -> list[str]:
    """Return the names of the tables that have a history."""
    return [
        name
        for (name,) in connection.execute(
            "SELECT relname FROM pg_class"
            " WHERE relnamespace = 'history'::regnamespace AND relkind = 'r' ORDER BY relname"
        )
    ]


def one(connection: Connection, query: str, *values: object) -> Any:  # noqa: ANN401 - whatever the query asks for
    """Return the only value of the only row of a query."""
    ((value,),) = connection.execute(query.encode(), values or None).fetchall()
    return value
