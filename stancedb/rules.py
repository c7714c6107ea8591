"""The rules that the database keeps, each with the one sentence that a person reads when a change breaks it.

The database carries the same sentences as comments on its constraints; a test keeps the two equal, and another tries
to break every rule.
"""

from __future__ import annotations

import re

SENTENCES: dict[str, str] = {
    "ck_actor_attribute_key_has_no_separators": "the key of an attribute has no ':' and no '@', which end it where it "
    "is written",
    "ck_actor_attribute_key_is_one_line": "the key of an attribute is one line without spaces at its ends",
    "ck_actor_attribute_key_is_short": "the key of an attribute has from 1 to 100 characters",
    "ck_actor_attribute_value_not_blank": "an attribute has a value",
    "ck_actor_merged_into_a_live_one": "an actor is merged into one that is not merged away itself; "
    "name the one it leads to",
    "ck_actor_merged_into_another": "an actor is merged into another one, not into itself",
    "ck_actor_name_not_blank": "an actor has a name",
    "ck_actor_relation_has_an_origin": "on no day is an actor a part of itself, or governed by itself",
    "ck_actor_relation_relates_two_actors": "a relation holds between two different actors",
    "ck_article_agency_not_blank": "an agency has a name",
    "ck_article_authors_not_blank": "an article names at least one author, each by a name, or none at all",
    "ck_article_duplicate_is_of_two_articles": "an article is not proposed as a copy of itself",
    "ck_article_duplicate_rejected_with_a_reason": "a proposed copy is rejected with a reason",
    "ck_article_duplicate_score_is_a_share": "the score of a proposed copy is a share, from 0 to 1",
    "ck_article_retraction_has_reason_and_day": "an article is withdrawn with a reason and a day, or not at all",
    "ck_article_syndicated_from_is_another": "an article is a copy of another one, not of itself",
    "ck_article_syndication_has_an_origin": "an article is not a copy of its own copy; name the one that came first",
    "ck_article_title_not_blank": "an article has a title",
    "ck_article_version_body_is_nfc": "a frozen text is in Unicode NFC, so that code points can be counted",
    "ck_article_version_body_not_blank": "a frozen text is not empty",
    "ck_article_version_is_frozen": "a frozen text is never edited; load the new text as a new version",
    "ck_article_version_raw_is_packed_as_it_says": "what is said to be packed with gzip begins as gzip does",
    "ck_article_version_text_sha256_is_of_body": "the checksum of a frozen text is that of its body",
    "ck_causal_link_comes_from_one_thing": "a causal link comes from one statement or one event",
    "ck_causal_link_links_two_events": "a causal link joins two different events",
    "ck_causal_link_links_two_statements": "a causal link joins two different statements",
    "ck_causal_link_points_to_one_thing": "a causal link points to one statement or one event",
    "ck_actor_merge_is_reviewed": "actors are merged, and parted again, by a reviewer",
    "ck_changeset_author_is_the_login": "a login signs with the name of its coder; leave out the author",
    "ck_changeset_author_not_blank": "a changeset has an author",
    "ck_changeset_counter_has_one_row": "the counter of changesets has one row",
    "ck_changeset_is_kept": "a changeset is never edited or removed; take it back with 'changeset undo'",
    "ck_changeset_is_read_committed": "a changeset is written in a transaction at the level READ COMMITTED",
    "ck_changeset_login_is_a_coder": "a login that writes is tied to a coder; "
    "ask the owner for 'stancedb db grant-coder LOGIN --coder NAME'",
    "ck_changeset_login_is_the_session": "a person is known by the login, so a connection that has changed its role by "
    "SET ROLE writes nothing; connect as that login, also through a pooler",
    "ck_changeset_one_at_a_time": "a transaction has one changeset open at a time; commit it before the next",
    "ck_changeset_waits_its_turn": "writers that derive or commit take turns; run the command again",
    "ck_changeset_undoes_own": "a coder takes back their own changesets; a reviewer takes back those of others",
    "ck_changeset_is_open": "a write needs an open changeset; "
    "begin with SELECT stancedb.open_changeset(author, message)",
    "ck_changeset_no_truncate": "curated tables are never truncated; delete rows under a changeset",
    "ck_changeset_number_comes_with_commit": "a changeset gets its number and its time of commit together",
    "ck_coding_attribute_key_has_no_separators": "the key of an attribute has no ':' and no '@', which end it where "
    "it is written",
    "ck_coding_attribute_key_is_one_line": "the key of an attribute is one line without spaces at its ends",
    "ck_coding_attribute_key_is_short": "the key of an attribute has from 1 to 100 characters",
    "ck_coding_attribute_value_not_blank": "an attribute has a value",
    "ck_coding_carried_from_another": "a coding is carried over from another one, not from itself",
    "ck_coding_issue_in_force": "a retired issue takes no new coding; code the statement on one in force",
    "ck_coding_position_in_force": "a retired position takes no new coding; name one in force",
    "ck_coding_final_is_accepted": "a final coding is an accepted one; accept it first",
    "ck_coder_login_is_granted": "the owner sets which login a coder is, with 'stancedb db grant-coder', and the name "
    "of a coder with a login",
    "ck_coding_accepted_is_kept": "this database requires review, so an accepted coding is changed by a reviewer "
    "who is not its coder",
    "ck_coding_decision_stands": "somebody else has decided on this coding, so its coder changes neither its status "
    "nor whether it is final, nor what it is about",
    "ck_coding_is_by_its_coder": "a coder codes under their own name and changes their own codings; a reviewer changes "
    "those of others",
    "ck_coding_is_kept": "a coding is not deleted; reject it with 'coding review', or undo the changeset that added it",
    "ck_coding_is_reviewed": "this database requires review, so a coding is made accepted or final by a reviewer "
    "who is not its coder",
    "ck_coding_review_is_by_its_reviewer": "a review is signed by the coder of the login that writes it, and a coder "
    "reviews their own codings only",
    "ck_coding_review_is_of_its_day": "a review has the time at which it is written; leave it out",
    "ck_coding_review_is_of_the_coding": "a review ends with the status that the coding has then",
    "ck_coding_review_is_kept": "a review is never edited; decide again instead",
    "ck_derivation_rule_bases_are_known": "a rule counts at least one basis, of self, on_behalf, attributed_by_other",
    "ck_derivation_rule_expiry_days_positive": "an expiry is a positive number of days",
    "ck_derivation_rule_is_kept": "a rule that has been used is never edited; add one with a new name",
    "ck_derivation_rule_min_authority_from_one_to_six": "the least authority that counts is between 1 and 6",
    "ck_derivation_rule_sustain_days_positive": "a position is sustained for a positive number of days",
    "ck_history_is_kept": "history is never edited or removed",
    "ck_issue_parent_has_an_origin": "an issue does not belong to one that belongs to it",
    "ck_issue_parent_is_another": "an issue belongs to another one, not to itself",
    "ck_issue_poles_are_two": "An issue must name both poles of its scale or neither",
    "ck_issue_poles_differ": "The poles of an issue must have different names",
    "ck_issue_poles_not_blank": "The name of a pole must not be blank",
    "ck_issue_question_not_blank": "an issue asks a question",
    "ck_load_counts_not_negative": "a load counts rows from zero up",
    "ck_load_input_sha256_is_hex": "the checksum of an input is 64 hexadecimal digits",
    "ck_login_name_not_blank": "a login has a name",
    "ck_load_place_sha256_is_hex": "the checksum of a path is 64 hexadecimal digits",
    "ck_load_source_has_a_place": "a load keeps the source of a file together with the place of the file",
    "ck_mention_deprecated_with_a_reason": "a mention is deprecated with a reason, and has a reason only then",
    "ck_mention_quote_is_as_long_as_span": "a quote is as long as the span it stands in",
    "ck_mention_quote_is_the_span": "a quote is what the frozen text says at its place",
    "ck_mention_span_is_half_open": "a span starts at 0 or later and ends after its start",
    "ck_outlet_country_is_iso3166": "a country is two capital letters of ISO 3166, such as JP",
    "ck_outlet_parent_has_an_origin": "an outlet does not belong to one that belongs to it",
    "ck_outlet_parent_is_another": "an outlet belongs to another one, not to itself",
    "ck_outlet_reliability_is_admiralty_grade": "the reliability of an outlet is a grade from A to F",
    "ck_issue_merged_into_a_live_one": "an issue is merged into one that is not merged away itself",
    "ck_issue_merged_into_another": "an issue is merged into another one, not into itself",
    "ck_issue_merged_is_retired": "an issue that is merged into another is retired",
    "ck_position_merged_into_a_live_one": "a position is merged into one that is not merged away itself",
    "ck_position_merged_into_another": "a position is merged into another one, not into itself",
    "ck_position_merged_is_retired": "a position that is merged into another is retired",
    "ck_position_merged_within_issue": "a position is merged into one of its own issue, or of the issue that this is "
    "merged into",
    "ck_position_retired_with_merged_issue": "a position with codings is retired once its issue is merged into another",
    "ck_position_retired_has_no_rank": "a retired position has left the scale and has no rank",
    "ck_position_score_is_of_substance": "a score belongs to a substantive position; ambiguity has none",
    "ck_position_score_within_one": "a score is between -1 and 1",
    "ck_release_derivation_sha256_is_hex": "the checksum of a definition is 64 hexadecimal digits",
    "ck_release_author_is_the_login": "a release is signed by the coder of the login that makes it",
    "ck_release_file_content_sha256_is_hex": "the checksum of a file is 64 hexadecimal digits",
    "ck_release_file_counts_not_negative": "a file has rows and bytes from zero up",
    "ck_release_is_kept": "a release is never edited; make another one under a new label",
    "ck_release_label_is_a_word": "the label of a release is one word of letters, digits, '.', '_' and '-', "
    "which begins with a letter or a digit",
    "ck_release_license_name_is_a_word": "the licence of a release is one SPDX identifier, such as CC-BY-4.0",
    "ck_release_manifest_sha256_is_hex": "the digest of a release is 64 hexadecimal digits",
    "ck_row_is_own": "a coder changes and removes what they entered themselves; a reviewer changes what others entered",
    "ck_row_key_is_given": "the inner key of a row is given by the database and stays; leave it out",
    "ck_setting_review_is_optional_or_required": "the setting of review is optional or required",
    "ck_stance_change_names_a_position": "a change leads from a position or to one",
    "ck_stance_has_evidence": "a stance rests on evidence",
    "ck_statement_authority_from_one_to_six": "the authority of a statement is between 1 and 6",
    "ck_statement_ends_with_a_last_day": "a statement that ends is a lasting one with a last day",
    "ck_statement_merge_is_reviewed": "statements are merged, and parted again, by a reviewer",
    "ck_statement_is_coded_by_others": "a coding of another coder rests on this statement, so a reviewer changes it",
    "ck_statement_link_links_two_statements": "a link joins two different statements",
    "ck_statement_link_no_retraction_circle": "a chain of retractions does not lead back to its beginning",
    "ck_settling_has_one_row": "a turn has one row at the most",
    "ck_statement_merged_into_a_live_one": "a statement is merged into one that is not merged away itself",
    "ck_statement_merged_into_another": "a statement is merged into another one, not into itself",
    "ck_statement_retraction_has_reason_and_day": "a statement is withdrawn with a reason and a day, or not at all",
    "ck_statement_said_has_a_first_day": "a statement has a first day on which it may have been said",
    "ck_statement_tenure_held_when_said": "a speaker held the office named on the day of the statement",
    "ck_statement_tenure_of_its_speaker": "a statement names a tenure of its own speaker, by whichever name",
    "ck_tenure_person_is_not_the_office": "a person holds an office; an actor does not hold itself",
    "ck_tenure_seat_is_counted_from_one": "the seats of an office are counted from 1",
    "ex_actor_attribute_one_value_at_a_time": "an actor has one value of an attribute at a time; the periods overlap",
    "ex_actor_relation_once_at_a_time": "two actors stand in the same relation once at a time; the periods overlap",
    "ex_tenure_one_holder_of_a_seat": "one seat of an office has one holder at a time; the periods overlap by more "
    "than a shared day or coarse dates explain",
    "fk_article_duplicate_copy_id": "a proposed copy is an article that exists",
    "fk_article_duplicate_original_id": "a proposed original is an article that exists",
    "fk_article_sketch_article_version_id": "a sketch is of a text that exists",
    "fk_coding_carried_from_id": "a coding is carried over from one that exists, and that one stays",
    "fk_coding_position_of_issue": "a coding takes a position of its own issue",
    "fk_issue_merged_into_id": "an issue is merged into one that exists, and that one stays",
    "fk_position_merged_into_id": "a position is merged into one that exists, and that one stays",
    "fk_release_changeset_number": "a release is of a changeset that was committed",
    "fk_release_file_release_id": "a file is of a release that exists",
    "uq_actor_identifier_scheme_value": "an identifier belongs to one actor",
    "uq_actor_name_actor_id_language_name": "an actor has a name once in a language",
    "uq_actor_name_preferred_now": "an actor has one preferred name in a language at present",
    "uq_article_duplicate_one_original": "an article is accepted as a copy of one other",
    "uq_article_duplicate_pair": "two articles are proposed as copies once, whichever is the original",
    "uq_article_url_key": "an address belongs to one article",
    "uq_article_version_article_id_text_sha256": "an article has a text once",
    "uq_causal_link_asserted_once": "the same actor asserts a causal link once",
    "uq_changeset_number": "a changeset number is given once",
    "uq_coder_login": "a login is one coder",
    "uq_coding_attribute_coding_id_key": "a coding has one value of an attribute",
    "uq_coding_once_by_coder": "a coder codes a statement once for a holder, an issue and a codebook version; "
    "recode it instead",
    "uq_coding_one_final": "a statement has one final coding for a holder and an issue; take the other one back first",
    "uq_derivation_rule_one_default": "one rule is the default",
    "uq_event_participant_event_id_actor_id_role": "an actor takes part in an event once in a role",
    "uq_indicator_observation_indicator_id_observed_on": "an indicator is observed once on a day",
    "uq_issue_code_issue_id_scheme_code": "an issue has a code of a scheme once",
    "uq_mention_statement_id_article_version_id_char_start_char_end": "a statement is mentioned once at a place",
    "uq_position_issue_id_rank": "a rank on the scale of an issue is taken by one position",
    "uq_release_file_release_id_name": "a file stands in a manifest once",
    "uq_release_label": "a label names one release",
    "uq_statement_addressee_statement_id_actor_id_role": "a statement names an actor once in a role",
    "uq_statement_link_statement_id_kind_target_id": "two statements are linked once in a way",
    "uq_position_issue_id_id": "a position is of one issue",
}

# A value of more characters, a line or two, is left out of the sentence.
_LONGEST_SHOWN = 200
_PREFIX = re.compile(r"^(pk|uq|fk|ck)_")
_VALUE = re.compile(r"=\((?P<value>.*)\) (?P<rest>already exists|is not present|is still referenced)")


def sentence_of(constraint: str, detail: str | None = None) -> str:
    """Return the sentence for the constraint that a change broke.

    Args:
        constraint: The name that PostgreSQL reports.
        detail: The detail that PostgreSQL reports, from which the value found is taken.
    """
    value = _VALUE.search(detail or "")
    found = f" (found: {value['value']})" if value and len(value["value"]) <= _LONGEST_SHOWN else ""
    if constraint in SENTENCES:
        return SENTENCES[constraint] + found
    return _of_family(constraint) + found


def _of_family(constraint: str) -> str:
    """Name the rule of a constraint whose name says everything: keys, references and closed sets."""
    family = (_PREFIX.match(constraint) or ["", ""])[1]
    subject = _PREFIX.sub("", constraint).replace("_", " ")
    if constraint.endswith("_is_known"):
        return f"'{subject.removesuffix(' is known')}' takes one of the values of its closed set"
    if constraint.endswith("_not_empty"):
        return f"the period in '{subject.removesuffix(' not empty')}' holds at least a day"
    if family == "fk":
        return f"'{subject.removesuffix(' id')}' names a row that exists, and rows in use stay"
    return f"'{subject}' is given once"
