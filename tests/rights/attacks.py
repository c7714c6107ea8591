"""What each login tries in SQL, and the rule or the missing right that rejects it."""

from __future__ import annotations

_MY_CODING = "(SELECT c.id FROM stancedb.coding c WHERE c.coder_id = stancedb.me() ORDER BY c.id LIMIT 1)"
_OTHERS_CODING = "(SELECT c.id FROM stancedb.coding c WHERE c.coder_id <> stancedb.me() ORDER BY c.id LIMIT 1)"
# Coded by ben, rejected by ruth.
_DECIDED = "(SELECT r.coding_id FROM stancedb.coding_review r ORDER BY r.id LIMIT 1)"
# Codings with an attribute, by ana and by ben.
_NOTED = (
    "(SELECT c.id FROM stancedb.coding c JOIN stancedb.statement s ON s.id = c.statement_id"
    " WHERE s.slug = 'noted-by-{}')"
)
_NOTED_BY_ANA, _NOTED_BY_BEN = _NOTED.format("ana"), _NOTED.format("ben")
_OTHERS_STATEMENT = "(SELECT s.id FROM stancedb.statement s WHERE s.slug = 'cole-dam')"
_CODER = "(SELECT k.id FROM stancedb.coder k WHERE k.name = '{}')"


def coding(coder: str, *, position: str = "support", status: str = "submitted", final: bool = False) -> str:
    """Return SQL that inserts a coding of the statement that others have coded, on an issue not yet coded."""
    return f"""
        INSERT INTO stancedb.coding (statement_id, holder_id, issue_id, position_id, coder_id, codebook_version_id,
            basis, explicitness, vagueness, confidence, status, is_final)
        SELECT s.id, s.speaker_id, i.id, NULL, {_CODER.format(coder)}, v.id, 'self', 'explicit', 'committal', 'high',
            '{status}', {final}
        FROM stancedb.statement s, stancedb.issue i, stancedb.codebook_version v
        WHERE s.slug = 'cole-dam' AND i.slug = 'dam-cost' AND '{position}' <> ''
    """


def review(coder: str, of: str, old: str, new: str) -> str:
    """Return SQL that inserts a decision of a coder about a coding."""
    return (
        "INSERT INTO stancedb.coding_review (coding_id, old_status, new_status, reviewer_id)"
        f" VALUES ({of}, '{old}', '{new}', {_CODER.format(coder)})"
    )


# A coder does these to her own coding.
ATTRIBUTES_OF_MINE = f"""
    INSERT INTO stancedb.coding_attribute (coding_id, key, value) VALUES ({_NOTED_BY_ANA}, 'frame', 'nature');
    UPDATE stancedb.coding_attribute SET value = 'loud' WHERE key = 'tone' AND coding_id = {_NOTED_BY_ANA};
    DELETE FROM stancedb.coding_attribute WHERE coding_id = {_NOTED_BY_ANA}
"""

# A reviewer does this to a coder's coding.
ATTRIBUTES_OF_OTHERS = f"UPDATE stancedb.coding_attribute SET value = 'x' WHERE coding_id = {_NOTED_BY_BEN}"

# By the rule that rejects it: who tries, and what; the coders are ana and ben, the reviewer is ruth.
BREAKING: tuple[tuple[str, str, str], ...] = (
    (
        "ck_changeset_is_open",
        "ana",
        "SELECT set_config('stancedb.changeset', '1', true); UPDATE stancedb.coding SET confidence = 'low' WHERE "
        "id = " + _MY_CODING,
    ),
    # The setting changes between the first row and the last row of one write.
    (
        "ck_changeset_is_open",
        "ana",
        (f"UPDATE stancedb.coding SET rationale = set_config('stancedb.changeset', '1', true) WHERE id = {_MY_CODING}"),
    ),
    (
        "ck_changeset_is_open",
        "ana",
        (
            "INSERT INTO stancedb.actor (slug, kind, name) SELECT 'x', 'person', set_config('stancedb.changeset', "
            "'1', true)"
        ),
    ),
    ("ck_changeset_one_at_a_time", "ana", "SELECT stancedb.open_changeset(NULL, 'another')"),
    # Whether a coding is independent is not said afterwards.
    ("ck_coding_assignment_is_open", "ana", f"UPDATE stancedb.coding SET assignment_id = 1 WHERE id = {_MY_CODING}"),
    ("ck_coding_assignment_is_open", "ruth", "UPDATE stancedb.coding SET assignment_id = 1"),
    (
        "ck_changeset_one_at_a_time",
        "ana",
        ("SELECT set_config('stancedb.changeset', '', true); SELECT stancedb.open_changeset(NULL, 'another')"),
    ),
    # A key ahead of the counter would block everyone who reaches it.
    (
        "ck_row_key_is_given",
        "ana",
        (
            "INSERT INTO stancedb.actor (id, slug, kind, name) SELECT max(id) + 9999, 'x', 'person', 'X' FROM "
            "stancedb.actor"
        ),
    ),
    (
        "ck_row_key_is_given",
        "ruth",
        ("INSERT INTO stancedb.issue (id, slug, question, status) VALUES (9223372036854775807, 'x', 'x', 'active')"),
    ),
    # A reused key would continue the history of another row.
    (
        "ck_row_key_is_given",
        "ana",
        (
            "INSERT INTO stancedb.actor (slug, kind, name) VALUES ('x', 'person', 'X'); UPDATE stancedb.actor SET id = "
            "id + 1 WHERE slug = 'x'"
        ),
    ),
    ("ck_row_key_is_given", "ana", f"UPDATE stancedb.coding SET id = id + 1000 WHERE id = {_MY_CODING}"),
    (
        "ck_statement_merge_is_reviewed",
        "ana",
        f"UPDATE stancedb.statement SET merged_into_id = {_OTHERS_STATEMENT} WHERE slug = 'by-ana'",
    ),
    (
        "ck_actor_merge_is_reviewed",
        "ana",
        (
            "INSERT INTO stancedb.actor (slug, kind, name, merged_into_id) SELECT 'x', kind, 'X', id"
            " FROM stancedb.actor WHERE slug = 'ana-cole'"
        ),
    ),
    (
        "ck_release_author_is_the_login",
        "ruth",
        (
            "INSERT INTO stancedb.release (label, changeset_number, rules, codebook_versions, author, reason, "
            "released_on, layout, derivation_sha256, manifest_sha256) VALUES ('x', 1, '{}', '{}', 'ana', 'x', "
            "'2025-01-01', 1, repeat('a', 64), repeat('a', 64))"
        ),
    ),
    ("ck_changeset_undoes_own", "ana", "UPDATE stancedb.changeset SET undoes_id = 2 WHERE number IS NULL"),
    ("ck_changeset_is_kept", "ana", "UPDATE stancedb.changeset SET undoes_id = NULL WHERE id = 1"),
    ("ck_row_is_own", "ana", "UPDATE stancedb.actor SET name = 'x' WHERE slug = 'ben-dahl'"),
    ("ck_row_is_own", "ana", "DELETE FROM stancedb.actor_name WHERE name = 'Ben Dahl'"),
    ("ck_row_is_own", "ana", "UPDATE stancedb.outlet SET name = 'x'"),
    ("ck_row_is_own", "ana", "UPDATE stancedb.tenure SET citation = 'x'"),
    ("ck_row_is_own", "ana", "UPDATE stancedb.actor_relation SET during_edtf = NULL"),
    ("ck_row_is_own", "ana", "UPDATE stancedb.actor_attribute SET value = 'x'"),
    ("ck_row_is_own", "ana", "DELETE FROM stancedb.actor_attribute"),
    (
        "ck_coding_is_by_its_coder",
        "ana",
        f"UPDATE stancedb.coding_attribute SET value = 'x' WHERE coding_id = {_NOTED_BY_BEN}",
    ),
    ("ck_coding_is_by_its_coder", "ana", f"DELETE FROM stancedb.coding_attribute WHERE coding_id = {_NOTED_BY_BEN}"),
    (
        "ck_coding_is_by_its_coder",
        "ana",
        f"INSERT INTO stancedb.coding_attribute (coding_id, key, value) VALUES ({_OTHERS_CODING}, 'x', 'y')",
    ),
    # Added to another coder's coding, or removed from it.
    (
        "ck_coding_is_by_its_coder",
        "ana",
        f"UPDATE stancedb.coding_attribute SET coding_id = {_NOTED_BY_BEN} WHERE coding_id = {_NOTED_BY_ANA}",
    ),
    (
        "ck_coding_is_by_its_coder",
        "ana",
        f"UPDATE stancedb.coding_attribute SET coding_id = {_NOTED_BY_ANA} WHERE coding_id = {_NOTED_BY_BEN}",
    ),
    (
        "ck_row_key_is_given",
        "ruth",
        (
            "INSERT INTO stancedb.coding_attribute (id, coding_id, key, value)"
            f" VALUES (9223372036854775807, {_OTHERS_CODING}, 'x', 'y')"
        ),
    ),
    ("ck_row_is_own", "ana", "UPDATE stancedb.article_kind SET label = 'x'"),
    ("ck_row_is_own", "ana", "DELETE FROM stancedb.load"),
    ("ck_row_is_own", "ana", "UPDATE stancedb.act SET label = 'x'"),
    (
        "ck_actor_merge_is_reviewed",
        "ana",
        (
            "UPDATE stancedb.actor SET merged_into_id = (SELECT id FROM stancedb.actor WHERE slug = 'ana-cole') "
            "WHERE slug = 'by-ana'"
        ),
    ),
    ("ck_statement_is_coded_by_others", "ana", "UPDATE stancedb.statement SET authority = 6 WHERE slug = 'cole-dam'"),
    (
        "ck_statement_is_coded_by_others",
        "ana",
        f"UPDATE stancedb.mention SET rendering = 'paraphrase' WHERE statement_id = {_OTHERS_STATEMENT}",
    ),
    (
        "fk_coding_mention_of_its_statement",
        "ana",
        f"DELETE FROM stancedb.mention WHERE statement_id = {_OTHERS_STATEMENT}",
    ),
    (
        "ck_statement_is_coded_by_others",
        "ana",
        (
            f"INSERT INTO stancedb.statement_link (statement_id, kind, target_id) SELECT {_OTHERS_STATEMENT}, "
            "'retracts', id FROM stancedb.statement WHERE slug = 'by-ana'"
        ),
    ),
    (
        "ck_statement_is_coded_by_others",
        "ana",
        f"UPDATE stancedb.statement_addressee SET role = 'object' WHERE statement_id = {_OTHERS_STATEMENT}",
    ),
    ("ck_coding_is_by_its_coder", "ana", coding("ben")),
    ("ck_coding_is_by_its_coder", "ana", f"UPDATE stancedb.coding SET confidence = 'low' WHERE id = {_OTHERS_CODING}"),
    (
        "ck_coding_is_by_its_coder",
        "ana",
        f"UPDATE stancedb.coding SET coder_id = {_CODER.format('ben')} WHERE id = {_MY_CODING}",
    ),
    (
        "ck_coding_is_by_its_coder",
        "ana",
        f"UPDATE stancedb.coding SET coder_id = stancedb.me() WHERE id = {_OTHERS_CODING}",
    ),
    ("ck_coding_is_by_its_coder", "ana", f"UPDATE stancedb.coding SET is_final = false WHERE id = {_OTHERS_CODING}"),
    ("ck_coding_is_kept", "ana", f"DELETE FROM stancedb.coding WHERE id = {_MY_CODING}"),
    ("ck_coding_is_kept", "ana", f"DELETE FROM stancedb.coding WHERE id = {_OTHERS_CODING}"),
    # A reviewer cannot change the coder of a coding either.
    (
        "ck_coding_is_by_its_coder",
        "ruth",
        f"UPDATE stancedb.coding SET coder_id = {_CODER.format('ana')} WHERE id = {_DECIDED}",
    ),
    (
        "ck_coding_is_by_its_coder",
        "ruth",
        f"UPDATE stancedb.coding SET coder_id = stancedb.me() WHERE id = {_OTHERS_CODING}",
    ),
    # Undoing a change of a coding does not remove the coding.
    (
        "ck_coding_is_kept",
        "ruth",
        (
            "UPDATE stancedb.changeset SET undoes_id = (SELECT changeset_id FROM stancedb.coding_review) WHERE number "
            f"IS NULL; CREATE TEMPORARY TABLE d AS SELECT {_DECIDED} AS id; DELETE FROM stancedb.coding_review; DELETE "
            "FROM stancedb.coding WHERE id = (SELECT id FROM d)"
        ),
    ),
    ("ck_coding_is_kept", "ruth", f"DELETE FROM stancedb.coding WHERE id = {_OTHERS_CODING}"),
    ("ck_coding_review_is_by_its_reviewer", "ana", review("ruth", _MY_CODING, "submitted", "accepted")),
    ("ck_coding_review_is_by_its_reviewer", "ana", review("ana", _OTHERS_CODING, "submitted", "accepted")),
    ("ck_coding_review_is_by_its_reviewer", "ruth", review("ana", _OTHERS_CODING, "submitted", "accepted")),
    ("ck_coding_review_is_of_the_coding", "ruth", review("ruth", _OTHERS_CODING, "submitted", "rejected")),
    (
        "ck_coding_review_is_of_its_day",
        "ana",
        (
            "INSERT INTO stancedb.coding_review (coding_id, old_status, new_status, reviewer_id, reviewed_at)"
            f" SELECT id, status, status, coder_id, '1999-01-01' FROM stancedb.coding WHERE id = {_MY_CODING}"
        ),
    ),
    ("ck_coding_review_is_kept", "ruth", "DELETE FROM stancedb.coding_review"),
    # Ruth has decided on ben's coding.
    ("ck_coding_decision_stands", "ben", f"UPDATE stancedb.coding SET status = 'accepted' WHERE id = {_MY_CODING}"),
    ("ck_coding_decision_stands", "ben", f"UPDATE stancedb.coding SET status = 'draft' WHERE id = {_MY_CODING}"),
    (
        "ck_coding_decision_stands",
        "ben",
        (
            "UPDATE stancedb.coding SET position_id = NULL, issue_id = (SELECT id FROM stancedb.issue WHERE slug = "
            f"'dam-cost') WHERE id = {_MY_CODING}"
        ),
    ),
    ("ck_coder_login_is_granted", "ruth", "DELETE FROM stancedb.coder WHERE name = 'idle'"),
)
# The same, in a database that requires review.
BREAKING_REVIEW: tuple[tuple[str, str, str], ...] = (
    ("ck_coding_is_reviewed", "ana", coding("ana", status="accepted", final=True)),
    ("ck_coding_is_reviewed", "ana", coding("ana", status="accepted")),
    ("ck_coding_is_reviewed", "ruth", coding("ruth", status="accepted", final=True)),
    ("ck_coding_accepted_is_kept", "ana", f"UPDATE stancedb.coding SET confidence = 'low' WHERE id = {_MY_CODING}"),
    (
        "ck_coding_accepted_is_kept",
        "ana",
        f"UPDATE stancedb.coding_attribute SET value = 'x' WHERE coding_id = {_NOTED_BY_ANA}",
    ),
    (
        "ck_coding_accepted_is_kept",
        "ana",
        f"INSERT INTO stancedb.coding_attribute (coding_id, key, value) VALUES ({_NOTED_BY_ANA}, 'x', 'y')",
    ),
    ("ck_coding_accepted_is_kept", "ana", f"DELETE FROM stancedb.coding_attribute WHERE coding_id = {_NOTED_BY_ANA}"),
    ("ck_coding_decision_stands", "ben", f"UPDATE stancedb.coding SET status = 'accepted' WHERE id = {_MY_CODING}"),
)
# What the rule on changesets rejects when one is opened.
OPENING: tuple[tuple[str, str, str], ...] = (
    ("ck_changeset_author_is_the_login", "ana", "SELECT stancedb.open_changeset('ben', 'not me')"),
    ("ck_changeset_author_is_the_login", "ruth", "SELECT stancedb.open_changeset('ana', 'not me')"),
    ("ck_changeset_undoes_own", "ana", "SELECT stancedb.open_changeset('ana', 'x', 'psql', 2)"),
    ("ck_changeset_login_is_a_coder", "old", "SELECT stancedb.open_changeset('ana', 'not me')"),
    ("ck_changeset_is_open", "ana", f"UPDATE stancedb.coding SET confidence = 'low' WHERE id = {_MY_CODING}"),
)
# Rules that can be violated only by two sessions, or by another kind of transaction.
OTHERS = (
    "ck_changeset_is_read_committed",
    "ck_changeset_login_is_the_session",
    "ck_changeset_waits_its_turn",
)

# What is rejected for lack of a right. The first few concern the server, not a database.
NOT_ANYBODY = (
    "SET ROLE {owner}",
    "SET SESSION AUTHORIZATION {owner}",
    "CREATE ROLE forged SUPERUSER",
    "COPY stancedb.coding TO PROGRAM 'true'",
    "CREATE SCHEMA mine",
    "CREATE TABLE public.mine (id int)",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT stancedb.touch_all(1)",
    "SELECT stancedb.settle(1)",
    "SELECT stancedb.derive(1, 1)",
    "SELECT stancedb.take_turn('stancedb.settling', 'EXCLUSIVE')",
    "SELECT stancedb.changeset_in_force('x')",
    "LOCK TABLE stancedb.settling IN SHARE MODE",
    "LOCK TABLE stancedb.changeset_counter IN SHARE MODE",
    "LOCK TABLE public.alembic_version IN SHARE MODE",
    "SELECT nextval('stancedb.coding_id_seq')",
    "SELECT setval('stancedb.coding_id_seq', 1)",
    "SELECT quote FROM stancedb.finding",
    "SELECT form FROM stancedb.draft",
    "UPDATE stancedb.finding SET quote = 'x'",
    "INSERT INTO stancedb.draft VALUES (1, 1, 'x')",
    "SELECT stancedb.shows_finding(1, true)",
    "SELECT stancedb.own_assignment(1, NULL, '{{open}}')",
    "SELECT * FROM stancedb.login",
    "UPDATE stancedb.login SET role = 'reviewer'",
    "INSERT INTO stancedb.setting (name, value) VALUES ('review', 'optional')",
    "UPDATE stancedb.coder SET login = 'ana'",
    "INSERT INTO stancedb.derivation_rule DEFAULT VALUES",
    "UPDATE stancedb.evidence SET authority = 6",
    "INSERT INTO stancedb.evidence SELECT * FROM stancedb.evidence",
    "UPDATE stancedb.stance SET evidence_count = 9",
    "DELETE FROM stancedb.stance_change",
    "DELETE FROM stancedb.pair",
    "DELETE FROM stancedb.touched",
    "UPDATE stancedb.succession SET changed_on = '2025-01-01'",
    "UPDATE history.coding SET rationale = 'x'",
    "INSERT INTO history.coding SELECT * FROM history.coding",
    "DELETE FROM history.coding",
    "INSERT INTO stancedb.changeset (author, message, tool) VALUES ('x', 'y', 'z')",
    "UPDATE stancedb.changeset SET author = 'x'",
    "UPDATE stancedb.changeset_counter SET last_number = 9",
    "INSERT INTO stancedb.changeset_login (changeset_id, login) VALUES (1, 'x')",
    "UPDATE stancedb.changeset_login SET login = 'x'",
    "UPDATE reporting.dim_actor SET actor_name = 'x'",
    "TRUNCATE stancedb.coding_review",
    "ALTER TABLE stancedb.coding DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "DROP TABLE stancedb.indicator",
    "CREATE TABLE stancedb.mine (id int)",
    "CREATE TRIGGER mine BEFORE INSERT ON stancedb.coding EXECUTE FUNCTION stancedb.require_changeset()",
    "CREATE OR REPLACE FUNCTION stancedb.me() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
    "COMMENT ON TABLE stancedb.coding IS 'x'",
)
NOT_A_CODER = (
    *NOT_ANYBODY,
    "SELECT id FROM stancedb.assignment",
    "SELECT seed FROM stancedb.coding_round",
    "SELECT double_share FROM stancedb.coding_round",
    "INSERT INTO stancedb.coding_round (slug) VALUES ('x')",
    "UPDATE stancedb.coding_round SET closed_at = now()",
    "INSERT INTO stancedb.coding_round_issue VALUES (1, 1)",
    "INSERT INTO stancedb.assignment (kind) VALUES ('first')",
    "UPDATE stancedb.assignment SET hides_suggestions = false",
    "SELECT * FROM stancedb.changeset_login",
    "INSERT INTO stancedb.coder (name, kind) VALUES ('x', 'human')",
    "UPDATE stancedb.coder SET kind = 'model'",
    "DELETE FROM stancedb.coder",
    "UPDATE stancedb.position SET rank = 3",
    "INSERT INTO stancedb.issue (slug, question, status) VALUES ('x', 'x', 'active')",
    "UPDATE stancedb.issue SET status = 'retired'",
    "DELETE FROM stancedb.issue_code",
    "INSERT INTO stancedb.codebook_version (label, issued_on) VALUES ('x', '2025-01-01')",
    "INSERT INTO stancedb.release (label) VALUES ('x')",
    "UPDATE stancedb.coding_review SET note = 'x'",
    "UPDATE history.coding_attribute SET value = 'x'",
    "UPDATE stancedb.load SET inserted = 0",
)
NOT_A_REVIEWER = (
    *NOT_ANYBODY,
    "UPDATE stancedb.coding_round SET seed = 1",
    "DELETE FROM stancedb.coding_round",
    "DELETE FROM stancedb.coding_round_issue",
    "UPDATE stancedb.assignment SET hides_suggestions = false",
    "UPDATE stancedb.assignment SET released_id = 1",
    "DELETE FROM stancedb.assignment",
    "UPDATE stancedb.coder SET name = 'x'",
    "INSERT INTO stancedb.coder (name, kind, login) VALUES ('x', 'human', 'y')",
    "UPDATE stancedb.derivation_rule SET label = 'x'",
    "DELETE FROM stancedb.derivation_rule",
    "UPDATE stancedb.release SET label = 'x'",
    "DELETE FROM stancedb.release",
    "UPDATE stancedb.coding_review SET note = 'x'",
)
NOT_A_READER = (
    *(statement for statement in NOT_ANYBODY if "login SET role" not in statement),
    "SELECT * FROM stancedb.actor",
    "SELECT body FROM stancedb.article_version",
    "SELECT * FROM history.coding",
    "SELECT * FROM public.alembic_version",
    "SELECT stancedb.open_changeset('ana', 'a try')",
    "SELECT stancedb.me()",
    "SELECT * FROM stancedb.states(1, NULL, NULL, NULL, NULL)",
    "INSERT INTO reporting.dim_coder VALUES (7, 'x', 'human')",
    "DELETE FROM reporting.fact_stance",
    "TRUNCATE reporting.fact_mention",
    "LOCK TABLE reporting.data_release IN SHARE MODE",
    "CREATE TABLE reporting.mine (id int)",
    "CREATE TABLE public.mine (id int REFERENCES reporting.dim_date)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER TABLE reporting.dim_actor ADD COLUMN x int",
)
