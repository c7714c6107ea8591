"""Every rule of the database is violated once, with plain SQL, and reports its own name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Table, UniqueConstraint
from sqlalchemy.types import Text

from stancedb.model import SCHEMA, Base
from stancedb.rules import SENTENCES, sentence_of
from tests.rights import attacks
from tests.support.build import open_changeset
from tests.support.plugin import Clone

Connection = psycopg.Connection[Any]

# A row for which the tested rule is the first one violated.
ROW = {
    "ck_assignment_state_is_known": "id = 102",
    "fk_assignment_coder_id": "id = 103",
    "ck_coding_status_is_known": "NOT is_final",
    "fk_coding_issue_id": "position_id IS NULL",
    "ck_position_status_is_known": "id = 102",
    "fk_position_issue_id": "id = 104",
    "fk_statement_speaker_id": "tenure_id IS NULL",
    "fk_tenure_person_id": "id = 103",
}

BY_HAND = {
    "ck_actor_attribute_key_has_no_separators": "UPDATE stancedb.actor_attribute SET key = 'a:b' WHERE id = 101",
    "ck_actor_attribute_key_is_one_line": "UPDATE stancedb.actor_attribute SET key = E'a\\nb' WHERE id = 101",
    "ck_actor_attribute_key_is_short": "UPDATE stancedb.actor_attribute SET key = repeat('a', 101) WHERE id = 101",
    "ck_actor_attribute_value_not_blank": "UPDATE stancedb.actor_attribute SET value = ' ' WHERE id = 101",
    "ck_coding_attribute_key_has_no_separators": "UPDATE stancedb.coding_attribute SET key = 'a:b' WHERE id = 101",
    "ck_coding_attribute_key_is_one_line": "UPDATE stancedb.coding_attribute SET key = ' a' WHERE id = 101",
    "ck_coding_attribute_key_is_short": "UPDATE stancedb.coding_attribute SET key = '' WHERE id = 101",
    "ck_coding_attribute_value_not_blank": "UPDATE stancedb.coding_attribute SET value = '' WHERE id = 101",
    "ck_actor_merged_into_a_live_one": "UPDATE stancedb.actor SET merged_into_id = 106 WHERE id = 105",
    "ck_actor_merged_into_another": "UPDATE stancedb.actor SET merged_into_id = id WHERE id = 101",
    "ck_actor_name_not_blank": "UPDATE stancedb.actor SET name = '' WHERE id = 101",
    "ck_actor_relation_has_an_origin": (
        "INSERT INTO stancedb.actor_relation (subject_id, relation, object_id)"
        " VALUES (101, 'part_of', 105), (105, 'part_of', 101)"
    ),
    "ck_issue_parent_has_an_origin": "UPDATE stancedb.issue SET parent_id = 203 - id WHERE id IN (101, 102)",
    "ck_login_name_not_blank": "UPDATE stancedb.login SET name = ''",
    "ck_outlet_parent_has_an_origin": "UPDATE stancedb.outlet SET parent_id = 203 - id WHERE id IN (101, 102)",
    "ck_setting_review_is_optional_or_required": "UPDATE stancedb.setting SET value = 'x'",
    "ck_settling_has_one_row": "INSERT INTO stancedb.settling VALUES (false)",
    "ck_statement_merged_into_a_live_one": "UPDATE stancedb.statement SET merged_into_id = 103 WHERE id = 104",
    "ck_actor_relation_relates_two_actors": "UPDATE stancedb.actor_relation SET object_id = subject_id WHERE id = 101",
    "ck_article_agency_not_blank": "UPDATE stancedb.article SET agency = '' WHERE id = 101",
    "ck_article_authors_not_blank": "UPDATE stancedb.article SET authors = ARRAY['Ana Cole', NULL] WHERE id = 101",
    "ck_article_duplicate_is_of_two_articles": (
        "UPDATE stancedb.article_duplicate SET copy_id = original_id WHERE id = 101"
    ),
    "ck_article_duplicate_rejected_with_a_reason": (
        "UPDATE stancedb.article_duplicate SET state = 'rejected', reason = NULL WHERE id = 101"
    ),
    "ck_article_duplicate_score_is_a_share": "UPDATE stancedb.article_duplicate SET score = 50 WHERE id = 101",
    "ck_article_retraction_has_reason_and_day": "UPDATE stancedb.article SET retracted_on = '2025-02-02'",
    "ck_article_syndicated_from_is_another": "UPDATE stancedb.article SET syndicated_from_id = id WHERE id = 101",
    "ck_article_syndication_has_an_origin": "UPDATE stancedb.article SET syndicated_from_id = 102 WHERE id = 101",
    "ck_article_title_not_blank": "UPDATE stancedb.article SET title = '' WHERE id = 101",
    "ck_article_version_body_is_nfc": "UPDATE stancedb.article_version SET body = U&'e\\0301'",
    "ck_article_version_body_not_blank": "UPDATE stancedb.article_version SET body = ''",
    "ck_article_version_is_frozen": "UPDATE stancedb.article_version SET normalisation = 'another'",
    "ck_article_version_raw_encoding_is_known": "UPDATE stancedb.article_version SET raw_encoding = 'zip'",
    "ck_article_version_raw_is_packed_as_it_says": "UPDATE stancedb.article_version SET raw_encoding = 'gzip'",
    "ck_article_version_text_sha256_is_of_body": "UPDATE stancedb.article_version SET text_sha256 = repeat('0', 64)",
    "ck_assignment_active_seconds_not_negative": "UPDATE stancedb.assignment SET active_seconds = -1 WHERE id = 102",
    "ck_assignment_coder_is_the_login": "SELECT stancedb.acting_coder('nobody')",
    "ck_assignment_done_has_a_time": "UPDATE stancedb.assignment SET done_at = NULL WHERE id = 101",
    "ck_assignment_has_a_coder_once_begun": (
        "UPDATE stancedb.assignment SET state = 'done', done_at = now() WHERE id = 104"
    ),
    "ck_assignment_is_own": "SELECT stancedb.start_assignment(102, 'ruth')",
    "ck_assignment_problem_has_a_reason": "UPDATE stancedb.assignment SET reason = NULL WHERE id = 103",
    "ck_assignment_released_by_settling": "SELECT stancedb.finish_assignment(102, 'model', 1, true)",
    "ck_assignment_released_once_done": "UPDATE stancedb.assignment SET state = 'open', done_at = NULL WHERE id = 101",
    "ck_assignment_released_stays_done": "SELECT stancedb.reopen_assignment(101, 'ruth', NULL)",
    "ck_causal_link_comes_from_one_thing": "UPDATE stancedb.causal_link SET from_event_id = 101 WHERE id = 101",
    "ck_causal_link_links_two_events": "UPDATE stancedb.causal_link SET to_event_id = from_event_id WHERE id = 102",
    "ck_causal_link_links_two_statements": (
        "UPDATE stancedb.causal_link SET to_statement_id = from_statement_id WHERE id = 101"
    ),
    "ck_causal_link_points_to_one_thing": "UPDATE stancedb.causal_link SET to_event_id = NULL WHERE id = 102",
    "ck_changeset_author_not_blank": "INSERT INTO stancedb.changeset (author, message, tool) VALUES ('', 'm', 't')",
    "ck_changeset_counter_has_one_row": (
        "INSERT INTO stancedb.changeset_counter (is_only, last_number) VALUES (false, 0)"
    ),
    "ck_changeset_is_kept": "UPDATE stancedb.changeset SET message = 'another' WHERE number = 1",
    "ck_changeset_is_open": "SET LOCAL stancedb.changeset = ''; UPDATE stancedb.actor SET name = 'X'",
    "ck_changeset_no_truncate": "TRUNCATE stancedb.statement_link",
    "ck_changeset_number_comes_with_commit": (
        "INSERT INTO stancedb.changeset (author, message, tool, number) VALUES ('a', 'm', 't', 1000)"
    ),
    "ck_coding_carried_from_another": "UPDATE stancedb.coding SET carried_from_id = id WHERE id = 104",
    "ck_coding_issue_in_force": (
        "UPDATE stancedb.issue SET status = 'retired' WHERE id = 102;"
        " UPDATE stancedb.coding SET issue_id = 102, position_id = NULL WHERE id = 103"
    ),
    "ck_coding_position_in_force": "UPDATE stancedb.coding SET position_id = 105 WHERE id = 103",
    "ck_coding_final_is_accepted": "UPDATE stancedb.coding SET is_final = true WHERE id = 104",
    "ck_coding_review_is_kept": "UPDATE stancedb.coding_review SET note = 'another'",
    "ck_coding_round_again_share_is_a_share": "UPDATE stancedb.coding_round SET again_share = 2",
    "ck_coding_round_blind_share_is_a_share": "UPDATE stancedb.coding_round SET blind_share = -1",
    "ck_coding_round_closed_after_opening": "UPDATE stancedb.coding_round SET closed_at = opened_at - interval '1 day'",
    "ck_coding_round_double_share_is_a_share": "UPDATE stancedb.coding_round SET double_share = 'NaN'",
    "ck_coding_round_slug_is_a_handle": "UPDATE stancedb.coding_round SET slug = 'Week 5' WHERE id = 101",
    "ck_derivation_rule_bases_are_known": "UPDATE stancedb.derivation_rule SET bases = '{self,hearsay}'",
    "ck_derivation_rule_expiry_days_positive": "UPDATE stancedb.derivation_rule SET expiry_days = 0",
    "ck_derivation_rule_is_kept": "UPDATE stancedb.derivation_rule SET expiry_days = 7 WHERE slug = 'latest-word'",
    "ck_derivation_rule_min_authority_from_one_to_six": "UPDATE stancedb.derivation_rule SET min_authority = 7",
    "ck_derivation_rule_sustain_days_positive": "UPDATE stancedb.derivation_rule SET sustain_days = 0",
    "ck_draft_number_is_positive": "UPDATE stancedb.draft SET number = 0",
    "ck_finding_coding_has_a_statement": "UPDATE stancedb.finding SET statement_id = NULL WHERE coding_id IS NOT NULL",
    "ck_finding_dropped_or_released": (
        "UPDATE stancedb.finding SET dropped_reason = 'no statement' WHERE statement_id IS NOT NULL"
    ),
    "ck_finding_is_current": "SELECT stancedb.withdraw_finding(102, 'model', 2)",
    "ck_finding_linked_on_release": "SELECT stancedb.link_findings(101, 'ruth', '{1}', '{101}', '{106}')",
    "ck_finding_number_is_positive": "UPDATE stancedb.finding SET number = 0 WHERE assignment_id = 102",
    "ck_finding_quote_is_as_long_as_span": "UPDATE stancedb.finding SET quote = quote || '!' WHERE assignment_id = 102",
    "ck_finding_quote_is_of_the_text": ("SELECT stancedb.save_finding(102, 'model', 0, 7, 'Norlend', '{}', NULL, 1)"),
    "ck_finding_replaces_an_earlier_one": "UPDATE stancedb.finding SET replaces = 1 WHERE assignment_id = 102",
    "ck_finding_seconds_not_negative": "UPDATE stancedb.finding SET seconds = -1",
    "ck_finding_span_is_half_open": (
        "UPDATE stancedb.finding SET char_end = char_start, quote = '' WHERE assignment_id = 102"
    ),
    "ck_history_is_kept": "DELETE FROM history.actor",
    "ck_issue_merged_into_a_live_one": (
        "UPDATE stancedb.issue SET status = 'retired', merged_into_id = 103 WHERE id = 102"
    ),
    "ck_issue_merged_into_another": "UPDATE stancedb.issue SET merged_into_id = id WHERE id = 103",
    "ck_issue_merged_is_retired": "UPDATE stancedb.issue SET status = 'active' WHERE id = 103",
    "ck_issue_parent_is_another": "UPDATE stancedb.issue SET parent_id = id WHERE id = 101",
    "ck_issue_poles_are_two": "UPDATE stancedb.issue SET low_pole = NULL WHERE id = 101",
    "ck_issue_poles_differ": "UPDATE stancedb.issue SET low_pole = high_pole WHERE id = 101",
    "ck_issue_poles_not_blank": "UPDATE stancedb.issue SET high_pole = '' WHERE id = 101",
    "ck_issue_question_not_blank": "UPDATE stancedb.issue SET question = '' WHERE id = 101",
    "ck_load_counts_not_negative": "UPDATE stancedb.load SET refused = -1",
    "ck_load_input_sha256_is_hex": "UPDATE stancedb.load SET input_sha256 = upper(input_sha256)",
    "ck_load_place_sha256_is_hex": "UPDATE stancedb.load SET place_sha256 = upper(place_sha256)",
    "ck_load_source_has_a_place": "UPDATE stancedb.load SET source = NULL",
    "ck_mention_deprecated_with_a_reason": "UPDATE stancedb.mention SET rank = 'deprecated' WHERE id = 101",
    "ck_mention_quote_is_as_long_as_span": "UPDATE stancedb.mention SET quote = quote || '!' WHERE id = 101",
    "ck_mention_quote_is_the_span": "UPDATE stancedb.mention SET quote = upper(quote) WHERE id = 101",
    "ck_mention_span_is_half_open": ("UPDATE stancedb.mention SET char_end = char_start, quote = '' WHERE id = 101"),
    "ck_outlet_country_is_iso3166": "UPDATE stancedb.outlet SET country = 'no'",
    "ck_outlet_parent_is_another": "UPDATE stancedb.outlet SET parent_id = id WHERE id = 101",
    "ck_outlet_reliability_is_admiralty_grade": "UPDATE stancedb.outlet SET reliability = 'G'",
    "ck_position_merged_into_a_live_one": (
        "UPDATE stancedb.position SET status = 'retired', rank = NULL, merged_into_id = 105 WHERE id = 101"
    ),
    "ck_position_merged_into_another": "UPDATE stancedb.position SET merged_into_id = id WHERE id = 105",
    "ck_position_merged_is_retired": "UPDATE stancedb.position SET status = 'active' WHERE id = 105",
    "ck_position_merged_within_issue": "UPDATE stancedb.position SET merged_into_id = 104 WHERE id = 105",
    "ck_position_retired_has_no_rank": "UPDATE stancedb.position SET status = 'retired' WHERE id = 103",
    "ck_position_retired_with_merged_issue": (
        "UPDATE stancedb.issue SET status = 'retired', merged_into_id = 102 WHERE id IN (101, 103);"
        " UPDATE stancedb.position SET merged_into_id = NULL WHERE id = 106;"
        " SET CONSTRAINTS ALL IMMEDIATE"
    ),
    "ck_position_score_is_of_substance": "UPDATE stancedb.position SET score = 0 WHERE kind <> 'substantive'",
    "ck_position_score_within_one": "UPDATE stancedb.position SET score = 1.5 WHERE id = 103",
    "ck_release_derivation_sha256_is_hex": "UPDATE stancedb.release SET derivation_sha256 = 'none' WHERE id = 101",
    "ck_release_file_content_sha256_is_hex": "UPDATE stancedb.release_file SET content_sha256 = '' WHERE id = 101",
    "ck_release_file_counts_not_negative": "UPDATE stancedb.release_file SET byte_count = -1 WHERE id = 101",
    "ck_release_is_kept": "UPDATE stancedb.release SET reason = 'another' WHERE id = 101",
    "ck_release_label_is_a_word": "UPDATE stancedb.release SET label = '../dams' WHERE id = 101",
    "ck_release_license_name_is_a_word": "UPDATE stancedb.release SET license_name = 'free for all' WHERE id = 101",
    "ck_release_manifest_sha256_is_hex": "UPDATE stancedb.release SET manifest_sha256 = 'none' WHERE id = 101",
    "ck_stance_change_names_a_position": (
        "UPDATE stancedb.stance_change SET from_position_id = NULL, to_position_id = NULL"
    ),
    "ck_stance_change_window_not_empty": "UPDATE stancedb.stance_change SET window_from = window_to",
    "ck_stance_has_evidence": "UPDATE stancedb.stance SET evidence_count = 0",
    "ck_stance_valid_not_empty": "UPDATE stancedb.stance SET valid_to = valid_from",
    "ck_succession_window_not_empty": "UPDATE stancedb.succession SET changed_until = changed_on",
    "ck_statement_authority_from_one_to_six": "UPDATE stancedb.statement SET authority = 0 WHERE id = 101",
    "ck_statement_ends_with_a_last_day": "UPDATE stancedb.statement SET ends = true WHERE id = 101",
    "ck_statement_merged_into_another": "UPDATE stancedb.statement SET merged_into_id = id WHERE id = 101",
    "ck_statement_retraction_has_reason_and_day": "UPDATE stancedb.statement SET retracted_reason = 'wrong'",
    "ck_statement_said_has_a_first_day": "UPDATE stancedb.statement SET said = '(,2024-06-02)' WHERE id = 101",
    "ck_statement_tenure_held_when_said": (
        "UPDATE stancedb.statement SET said = '[2023-06-01,2023-06-02)' WHERE id = 101"
    ),
    "ck_tenure_person_is_not_the_office": "UPDATE stancedb.tenure SET office_id = person_id WHERE id = 103",
    "ck_tenure_seat_is_counted_from_one": "UPDATE stancedb.tenure SET seat = 0 WHERE id = 103",
    "ck_statement_link_links_two_statements": (
        "UPDATE stancedb.statement_link SET target_id = statement_id WHERE id = 101"
    ),
    "ck_statement_link_no_retraction_circle": (
        "INSERT INTO stancedb.statement_link (statement_id, kind, target_id) VALUES (102, 'retracts', 104);"
        " SET CONSTRAINTS stancedb.check_retraction_circle IMMEDIATE"
    ),
    "ex_actor_attribute_one_value_at_a_time": (
        "INSERT INTO stancedb.actor_attribute (actor_id, key, value, during)"
        " VALUES (101, 'party', 'Lake Party', '[2024-06-01,2024-07-01)')"
    ),
    "ex_actor_relation_once_at_a_time": (
        "INSERT INTO stancedb.actor_relation (subject_id, relation, object_id, during)"
        " VALUES (102, 'governs', 103, '[2024-01-01,2024-02-01)')"
    ),
    "ex_tenure_one_holder_of_a_seat": (
        "UPDATE stancedb.tenure SET held = '[2024-06-01,)', held_edtf = '2024-06-01/..' WHERE id = 102"
    ),
    "fk_changeset_undoes_id": (
        "INSERT INTO stancedb.changeset (author, message, tool, undoes_id) VALUES ('a', 'm', 't', -1)"
    ),
    "fk_coding_assignment_of_its_coder": "UPDATE stancedb.coding SET assignment_id = 102 WHERE id = 106",
    "fk_coding_mention_of_its_statement": (
        "UPDATE stancedb.coding SET mention_id = (SELECT max(m.id) FROM stancedb.mention m"
        " WHERE m.statement_id <> coding.statement_id) WHERE id = 106"
    ),
    "uq_mention_id_statement_id": (
        "ALTER TABLE stancedb.mention DROP CONSTRAINT pk_mention CASCADE;"
        " UPDATE stancedb.mention SET (id, statement_id) = (SELECT m.id, m.statement_id FROM stancedb.mention m"
        " ORDER BY m.id LIMIT 1) WHERE id = (SELECT max(m.id) FROM stancedb.mention m)"
    ),
    "fk_finding_of_its_coder": "UPDATE stancedb.finding SET coder_id = 101 WHERE assignment_id = 102",
    "fk_finding_replaces": "UPDATE stancedb.finding SET number = 5, replaces = 4 WHERE assignment_id = 102",
    "fk_coding_position_of_issue": "UPDATE stancedb.coding SET position_id = 104 WHERE id = 103",
    "ck_statement_tenure_of_its_speaker": "UPDATE stancedb.statement SET speaker_id = 105 WHERE id = 101",
    "uq_actor_name_preferred_now": "UPDATE stancedb.actor_name SET kind = 'preferred' WHERE id = 102",
    "uq_article_duplicate_one_original": (
        "UPDATE stancedb.article_duplicate SET state = 'accepted', copy_id = 103 WHERE id = 101;"
        " UPDATE stancedb.article_duplicate SET state = 'accepted' WHERE id = 102"
    ),
    "uq_article_duplicate_pair": (
        "INSERT INTO stancedb.article_duplicate (copy_id, original_id, score) VALUES (101, 102, 0.5)"
    ),
    "uq_article_version_article_id_text_sha256": (
        "INSERT INTO stancedb.article_version (article_id, body, text_sha256, normalisation, extractor)"
        " SELECT article_id, body, text_sha256, normalisation, extractor FROM stancedb.article_version"
    ),
    "uq_changeset_number": (
        "INSERT INTO stancedb.changeset (author, message, tool, number, committed_at) VALUES ('a', 'm', 't', 1, now())"
    ),
    # It is there for composite foreign keys, as below.
    "uq_assignment_id_coder_id": (
        "ALTER TABLE stancedb.assignment DROP CONSTRAINT pk_assignment CASCADE;"
        " UPDATE stancedb.assignment SET id = 101 WHERE id = 103"
    ),
    "uq_coding_one_final": "UPDATE stancedb.coding SET is_final = true WHERE id = 103",
    "uq_derivation_rule_one_default": "UPDATE stancedb.derivation_rule SET is_default = true WHERE slug = 'sustained'",
    "uq_mention_statement_id_article_version_id_char_start_char_end": (
        "INSERT INTO stancedb.mention"
        " (statement_id, article_version_id, char_start, char_end, quote, prefix, suffix, rendering, asserts)"
        " SELECT statement_id, article_version_id, char_start, char_end, quote, '', '', 'headline', 'doubts'"
        " FROM stancedb.mention WHERE id = 101"
    ),
    "uq_position_issue_id_rank": "UPDATE stancedb.position SET rank = 1 WHERE id = 101",
    # It exists for a composite foreign key, and can be violated only without the primary key.
    "uq_position_issue_id_id": (
        "ALTER TABLE stancedb.position DROP CONSTRAINT pk_position CASCADE;"
        " UPDATE stancedb.position SET issue_id = 101, id = 101 WHERE id = 104"
    ),
}

# Rules that several triggers enforce; each trigger is tested.
BY_HAND_TOO = [
    ("ck_actor_attribute_key_has_no_separators", "UPDATE stancedb.actor_attribute SET key = 'a@b' WHERE id = 101"),
    ("ck_actor_attribute_key_is_one_line", "UPDATE stancedb.actor_attribute SET key = 'a ' WHERE id = 101"),
    ("ck_actor_merged_into_a_live_one", "UPDATE stancedb.actor SET merged_into_id = 105 WHERE id = 101"),
    (
        "ck_actor_merged_into_a_live_one",
        ("INSERT INTO stancedb.actor (slug, kind, name, merged_into_id) VALUES ('c-cole', 'person', 'C. Cole', 106)"),
    ),
    ("ck_changeset_is_kept", "DELETE FROM stancedb.changeset WHERE number = 1"),
    ("ck_changeset_is_kept", "UPDATE stancedb.changeset SET number = 1000, committed_at = now() WHERE number IS NULL"),
    (
        "ck_coding_position_in_force",
        (
            "INSERT INTO stancedb.coding (statement_id, holder_id, issue_id, position_id, coder_id,"
            " codebook_version_id, basis, explicitness, vagueness, confidence, status, is_final)"
            " VALUES (101, 101, 101, 105, 101, 101, 'self', 'explicit', 'committal', 'low', 'draft', false)"
        ),
    ),
    (
        "ck_coding_issue_in_force",
        (
            "INSERT INTO stancedb.coding (statement_id, holder_id, issue_id, coder_id,"
            " codebook_version_id, basis, explicitness, vagueness, confidence, status, is_final)"
            " VALUES (101, 101, 103, 101, 101, 'self', 'explicit', 'committal', 'low', 'draft', false)"
        ),
    ),
    (
        "ck_position_merged_into_a_live_one",
        "UPDATE stancedb.position SET status = 'retired', rank = NULL, merged_into_id = 101 WHERE id = 103",
    ),
    (
        "ck_issue_merged_into_a_live_one",
        "UPDATE stancedb.issue SET status = 'retired', merged_into_id = 102 WHERE id = 101",
    ),
    (
        "ck_position_merged_within_issue",
        (
            "UPDATE stancedb.issue SET status = 'active', merged_into_id = NULL WHERE id = 103;"
            " SET CONSTRAINTS ALL IMMEDIATE"
        ),
    ),
    (
        "ck_position_merged_within_issue",
        (
            "UPDATE stancedb.position SET merged_into_id = 102 WHERE id = 106;"
            " UPDATE stancedb.position SET issue_id = 102 WHERE id = 102; SET CONSTRAINTS ALL IMMEDIATE"
        ),
    ),
    (
        "ck_position_retired_with_merged_issue",
        (
            "UPDATE stancedb.issue SET status = 'retired', merged_into_id = 101 WHERE id = 102;"
            " UPDATE stancedb.coding SET position_id = 104 WHERE id = 104"
        ),
    ),
    (
        "ck_position_retired_with_merged_issue",
        (
            "UPDATE stancedb.coding SET position_id = 104 WHERE id = 104;"
            " UPDATE stancedb.position SET status = 'retired' WHERE id = 104;"
            " UPDATE stancedb.issue SET status = 'retired', merged_into_id = 101 WHERE id = 102;"
            " SET CONSTRAINTS stancedb.check_merged_issue_update IMMEDIATE;"
            " UPDATE stancedb.position SET status = 'active' WHERE id = 104"
        ),
    ),
    ("ck_derivation_rule_is_kept", "DELETE FROM stancedb.derivation_rule WHERE slug = 'latest-word'"),
    ("ck_history_is_kept", "UPDATE history.actor SET name = 'X'"),
    ("ck_history_is_kept", "TRUNCATE history.actor"),
    ("ck_load_counts_not_negative", "UPDATE stancedb.load SET inserted = -1"),
    (
        "ck_mention_quote_is_the_span",
        (
            "INSERT INTO stancedb.mention"
            " (statement_id, article_version_id, char_start, char_end, quote, prefix, suffix, rendering, asserts)"
            " VALUES (101, 101, 90, 110, repeat('x', 20), '', '', 'verbatim', 'asserts')"
        ),
    ),
    ("ck_mention_span_is_half_open", "UPDATE stancedb.mention SET char_start = -1, char_end = 25 WHERE id = 101"),
    ("ck_release_is_kept", "UPDATE stancedb.release_file SET name = 'another' WHERE id = 101"),
    (
        "ck_statement_tenure_held_when_said",
        "UPDATE stancedb.tenure SET held = '[2024-07-01,2024-08-01)' WHERE id = 101",
    ),
    (
        "ck_statement_tenure_held_when_said",
        (
            "INSERT INTO stancedb.statement"
            " (slug, speaker_id, tenure_id, authority, act, said_edtf, said, verification, self_declared)"
            " VALUES ('x', 101, 101, 3, 'assert', '2025-01-01', '[2025-01-01,2025-01-02)', 'confirmed', 'none')"
        ),
    ),
    (
        "ck_statement_tenure_of_its_speaker",
        (
            "INSERT INTO stancedb.statement"
            " (slug, speaker_id, tenure_id, authority, act, said_edtf, said, verification, self_declared)"
            " VALUES ('x', 105, 101, 3, 'assert', '2024-06-01', '[2024-06-01,2024-06-02)', 'confirmed', 'none')"
        ),
    ),
    ("ck_statement_tenure_of_its_speaker", "UPDATE stancedb.tenure SET person_id = 105 WHERE id = 101"),
    (
        "ck_statement_tenure_of_its_speaker",
        (
            "UPDATE stancedb.statement SET speaker_id = 106 WHERE id = 101;"
            " UPDATE stancedb.actor SET merged_into_id = NULL WHERE id = 106; SET CONSTRAINTS ALL IMMEDIATE"
        ),
    ),
    (
        "uq_causal_link_asserted_once",
        (
            "INSERT INTO stancedb.causal_link"
            " (from_event_id, kind, to_event_id, asserted_by_id) VALUES (102, 'triggers', 101, 105)"
        ),
    ),
]


def breaking() -> Iterator[tuple[str, str]]:
    """Pair every rule with SQL that violates it: written out, or generated from the model for families of rules."""
    yield from BY_HAND.items()
    yield from BY_HAND_TOO
    for table in Base.metadata.sorted_tables:
        if table.schema == SCHEMA:
            # Every pytest-xdist worker must find the same cases in the same order.
            for constraint in sorted(table.constraints, key=lambda constraint: str(constraint.name)):
                name = str(constraint.name)
                statement = None if name in BY_HAND else _breaking(table, constraint)
                if statement:
                    yield name, statement


def _breaking(table: Table, constraint: object) -> str | None:
    match constraint:
        case CheckConstraint(info={"column": column}):
            return _update(constraint, table, column, "'no such word'")
        case CheckConstraint(name=str(name)) if name.endswith("_not_empty"):
            column = name.removeprefix(f"ck_{table.name}_").removesuffix("_not_empty")
            return _update(constraint, table, column, "'empty'")
        case ForeignKeyConstraint(columns=columns) if len(columns) == 1:
            (column,) = columns
            missing = "'no such word'" if isinstance(column.type, Text) else "-1"
            return _update(constraint, table, column.name, missing)
        case UniqueConstraint(columns=columns):
            names = ", ".join(column.name for column in columns)
            first = f"SELECT {names} FROM stancedb.{table.name} ORDER BY id LIMIT 1"
            last = f"SELECT max(id) FROM stancedb.{table.name}"
            return f"UPDATE stancedb.{table.name} SET ({names}) = ({first}) WHERE id = ({last})"
    return None


def _update(constraint: CheckConstraint | ForeignKeyConstraint, table: Table, column: str, value: str) -> str:
    # One row: all rows would also violate the keys of the table.
    suitable = ROW.get(str(constraint.name), f"{column} IS NOT NULL")
    row = f"SELECT ctid FROM stancedb.{table.name} WHERE {suitable} LIMIT 1"
    return f"UPDATE stancedb.{table.name} SET {column} = {value} WHERE ctid = ({row})"


CASES = list(breaking())
# Rules that need a connection of a login, or two connections, to violate.
OF_LOGINS = {name for name, *_ in (*attacks.BREAKING, *attacks.BREAKING_REVIEW, *attacks.OPENING)} | {*attacks.OTHERS}


@pytest.fixture(scope="module")
def built(clone: Clone, built_template: str) -> Iterator[Connection]:
    with clone(built_template) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def writer(built: Connection) -> Iterator[Connection]:
    """Provide a connection with an open changeset, which is rolled back."""
    with built.transaction(force_rollback=True):
        open_changeset(built)
        yield built


@pytest.mark.parametrize(
    ("constraint", "statement"), CASES, ids=[f"{name}-{number}" for number, (name, _) in enumerate(CASES)]
)
def test_a_change_that_breaks_the_rule_is_refused_in_its_name(
    writer: Connection, constraint: str, statement: str
) -> None:
    with pytest.raises(psycopg.IntegrityError) as refused, writer.transaction():
        writer.execute(statement.encode())

    assert refused.value.diag.constraint_name == constraint


def test_every_rule_of_the_catalogue_is_broken_above(built: Connection) -> None:
    constraints = built.execute(
        "SELECT conname FROM pg_constraint"
        " WHERE connamespace = 'stancedb'::regnamespace AND contype IN ('c', 'u', 'x', 'f')"
    )
    unique_indexes = built.execute(
        "SELECT relname FROM pg_index JOIN pg_class c ON c.oid = indexrelid"
        " WHERE relnamespace = 'stancedb'::regnamespace AND indisunique AND NOT indisprimary"
    )
    raised_by_triggers = built.execute(
        "SELECT m[1] FROM pg_proc, regexp_matches(prosrc, 'CONSTRAINT = ''(\\w+)''', 'g') m"
        " WHERE pronamespace = 'stancedb'::regnamespace"
    )

    catalogue = {name for rows in (constraints, unique_indexes, raised_by_triggers) for (name,) in rows}
    assert catalogue == {name for name, _ in CASES} | OF_LOGINS


def test_every_sentence_belongs_to_a_rule() -> None:
    assert set(SENTENCES) <= {name for name, _ in CASES} | OF_LOGINS


def test_every_rule_is_one_sentence_and_the_database_says_the_same(built: Connection) -> None:
    said = dict(
        built.execute(
            "SELECT conname, obj_description(oid, 'pg_constraint') FROM pg_constraint"
            " WHERE connamespace = 'stancedb'::regnamespace AND contype NOT IN ('n', 't')"
            " UNION SELECT relname, obj_description(c.oid, 'pg_class')"
            " FROM pg_index JOIN pg_class c ON c.oid = indexrelid"
            " WHERE relnamespace = 'stancedb'::regnamespace AND indisunique"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
        ).fetchall()
    )

    assert {name: sentence_of(name) for name in said} == said
    for name in {*said, *SENTENCES}:
        sentence = sentence_of(name)
        assert sentence, name
        assert re.fullmatch(r"['A-Z][^\n]*\.", sentence), name


def test_the_sentence_contains_the_value_that_was_found(writer: Connection) -> None:
    with pytest.raises(psycopg.IntegrityError) as refused, writer.transaction():
        writer.execute("UPDATE stancedb.actor SET slug = 'norland' WHERE id = 101")

    told = sentence_of("uq_actor_slug", refused.value.diag.message_detail)
    assert told == "An actor slug must be unique. Found: norland."


def test_a_row_in_use_is_not_removed(writer: Connection) -> None:
    with pytest.raises(psycopg.IntegrityError) as refused, writer.transaction():
        writer.execute("DELETE FROM stancedb.actor WHERE id = 104")

    assert str(refused.value.diag.constraint_name).startswith("fk_")


class TestDeferrable:
    def test_exactly_these_rules_can_wait_for_the_end(self, built: Connection) -> None:
        deferrable = built.execute(
            "SELECT conname FROM pg_constraint"
            " WHERE connamespace = 'stancedb'::regnamespace AND condeferrable AND contype <> 't'"
        )
        assert {name for (name,) in deferrable} == {
            "ex_actor_attribute_one_value_at_a_time",
            "ex_actor_relation_once_at_a_time",
            "ex_tenure_one_holder_of_a_seat",
            "fk_coding_mention_of_its_statement",
            "uq_position_issue_id_rank",
        }

    def test_a_boundary_between_two_tenures_moves(self, writer: Connection) -> None:
        writer.execute("SET CONSTRAINTS stancedb.ex_tenure_one_holder_of_a_seat DEFERRED")
        writer.execute("UPDATE stancedb.tenure SET held = '[2024-06-15,)', held_edtf = '2024-06-15/..' WHERE id = 102")
        writer.execute(
            "UPDATE stancedb.tenure SET held = '[2024-01-01,2024-06-15)', held_edtf = '2024-01-01/2024-06-14'"
            " WHERE id = 101"
        )
        writer.execute("SET CONSTRAINTS stancedb.ex_tenure_one_holder_of_a_seat IMMEDIATE")

    def test_two_positions_swap_their_ranks_at_once(self, writer: Connection) -> None:
        writer.execute("UPDATE stancedb.position SET rank = -rank WHERE issue_id = 101")

    @pytest.mark.parametrize(
        ("constraint", "statement"),
        [
            (
                "ex_tenure_one_holder_of_a_seat",
                "UPDATE stancedb.tenure SET held = '[2024-06-01,)', held_edtf = '2024-06-01/..' WHERE id = 102",
            ),
            (
                "uq_position_issue_id_rank",
                "UPDATE stancedb.position SET rank = 1 WHERE issue_id = 101 AND status = 'active'",
            ),
            (
                "ex_actor_attribute_one_value_at_a_time",
                "INSERT INTO stancedb.actor_attribute (actor_id, key, value) VALUES (103, 'type', 'ministry')",
            ),
            (
                "ex_actor_relation_once_at_a_time",
                "INSERT INTO stancedb.actor_relation (subject_id, relation, object_id) VALUES (102, 'governs', 103)",
            ),
        ],
    )
    def test_a_rule_that_waited_is_kept_in_the_end(self, writer: Connection, constraint: str, statement: str) -> None:
        writer.execute(f"SET CONSTRAINTS stancedb.{constraint} DEFERRED".encode())
        writer.execute(statement.encode())

        with pytest.raises(psycopg.IntegrityError) as refused, writer.transaction():
            writer.execute(f"SET CONSTRAINTS stancedb.{constraint} IMMEDIATE".encode())

        assert refused.value.diag.constraint_name == constraint


class TestWhatIsAllowed:
    """The rules of the triggers reject only what they state."""

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE stancedb.actor SET merged_into_id = 105 WHERE id = 106",
            "UPDATE stancedb.actor SET merged_into_id = NULL WHERE id = 106",
            "UPDATE stancedb.derivation_rule SET label = 'Newest word' WHERE slug = 'latest-word'",
            "UPDATE stancedb.derivation_rule SET min_authority = 6 WHERE slug = 'authoritative'",
            "DELETE FROM stancedb.derivation_rule WHERE slug = 'authoritative'",
            "UPDATE stancedb.tenure SET held = '[2024-06-01,2025-01-01)' WHERE id = 101",
            "UPDATE stancedb.statement SET said = '[2023-12-30,2024-01-02)' WHERE id = 101",
            "UPDATE stancedb.statement SET speaker_id = 106 WHERE id = 101",
            "DELETE FROM stancedb.coding_review",
            "UPDATE stancedb.mention SET char_start = 1, quote = substr(quote, 2) WHERE id = 101",
            "UPDATE stancedb.article SET retracted_on = '2025-02-02', retracted_reason = 'forged' WHERE id = 101",
            "INSERT INTO stancedb.actor_attribute (actor_id, key, value) VALUES (103, 'Type', 'an: other @ | key')",
            "INSERT INTO stancedb.actor_attribute (actor_id, key, value) VALUES (104, repeat('ü', 100), E'a\\nb')",
            (
                "INSERT INTO stancedb.actor_attribute (actor_id, key, value, during)"
                " VALUES (101, 'party', 'Lake Party', '(,2024-01-01)')"
            ),
        ],
    )
    def test_a_change_within_the_rules_passes(self, writer: Connection, statement: str) -> None:
        assert writer.execute(statement.encode()).rowcount == 1
        writer.execute("SET CONSTRAINTS ALL IMMEDIATE")
