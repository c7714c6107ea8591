"""The rules that the database enforces, each with the sentence that users see when a change breaks it.

The comments on the constraints are the same sentences: one test compares them, another breaks every rule.
"""

from __future__ import annotations

import re

SENTENCES: dict[str, str] = {
    "ck_assignment_active_seconds_not_negative": "The working time of an assignment must not be negative.",
    "ck_assignment_coder_is_the_login": "A login works as its own coder, and the owner names an existing one.",
    "ck_assignment_done_has_a_time": "An assignment that is done has a time of completion, and no other has one.",
    "ck_assignment_has_a_coder_once_begun": "An assignment in the pool must be taken by a coder before "
    "its state can change.",
    "ck_assignment_is_own": "The assignment must exist, be the coder's own and be in the right state.",
    "ck_assignment_problem_has_a_reason": "An assignment with a problem has a reason, and no other has one.",
    "ck_assignment_released_by_settling": "A text coded by two coders is released when a reviewer settles it.",
    "ck_assignment_released_once_done": "Only an assignment that is done can be released.",
    "ck_assignment_released_stays_done": "An assignment stays done while its findings are released. "
    "Undo the changeset that released them.",
    "ck_coding_assignment_is_open": "A coding comes from an open assignment of its coder.",
    "ck_coding_round_again_share_is_a_share": "The share of texts coded again must be between 0 and 1.",
    "ck_coding_round_blind_share_is_a_share": "The share of texts coded without suggestions must be between 0 and 1.",
    "ck_coding_round_closed_after_opening": "A round must be closed after it was opened.",
    "ck_coding_round_double_share_is_a_share": "The share of texts coded twice must be between 0 and 1.",
    "ck_coding_round_slug_is_a_handle": "The slug of a round must consist of lower-case letters and "
    "digits, separated by '-', '.', '_' or '/'.",
    "ck_draft_number_is_positive": "The number of a draft must be positive.",
    "ck_finding_coding_has_a_statement": "A finding that was released as a coding was also released as a statement.",
    "ck_finding_dropped_or_released": "A finding is either dropped or released.",
    "ck_finding_is_current": "Only a finding that is neither withdrawn nor corrected can be corrected or withdrawn.",
    "ck_finding_linked_on_release": "A finding is linked to its statement by the changeset that releases it.",
    "ck_finding_number_is_positive": "The number of a finding must be positive.",
    "ck_finding_quote_is_as_long_as_span": "The quote of a finding must be as long as its span.",
    "ck_finding_quote_is_of_the_text": "The quote of a finding must be the text at its span.",
    "ck_finding_replaces_an_earlier_one": "A finding can only correct an earlier one.",
    "ck_finding_seconds_not_negative": "The time that a finding took must not be negative.",
    "ck_finding_span_is_half_open": "The span of a finding must start at 0 or later and end after its start.",
    "fk_coding_assignment_of_its_coder": "A coding can only come from an assignment of its own coder.",
    "fk_coding_mention_of_its_statement": "A coding can only rest on a mention of its own statement.",
    "fk_finding_of_its_coder": "A finding belongs to an assignment of its coder.",
    "fk_finding_replaces": "A finding can only correct another of the same assignment.",
    "uq_assignment_once_by_coder": "A coder is assigned a text once in a round.",
    "ck_actor_attribute_key_has_no_separators": "The key of an attribute must not contain ':' or '@'.",
    "ck_actor_attribute_key_is_one_line": "The key of an attribute must be a single line without leading or trailing "
    "spaces.",
    "ck_actor_attribute_key_is_short": "The key of an attribute must have 1 to 100 characters.",
    "ck_actor_attribute_value_not_blank": "The value of an attribute must not be blank.",
    "ck_actor_merged_into_a_live_one": "The target of a merge must not itself be merged into another actor. Name the "
    "actor that it leads to.",
    "ck_actor_merged_into_another": "An actor cannot be merged into itself.",
    "ck_actor_name_not_blank": "An actor name must not be blank.",
    "ck_actor_relation_has_an_origin": "An actor cannot be part of itself or governed by itself on any day.",
    "ck_actor_relation_relates_two_actors": "A relation must be between two different actors.",
    "ck_article_agency_not_blank": "The name of an agency must not be blank.",
    "ck_article_authors_not_blank": "The authors of an article must be a list of names, or be left out.",
    "ck_article_duplicate_is_of_two_articles": "An article cannot be proposed as a copy of itself.",
    "ck_article_duplicate_rejected_with_a_reason": "Rejecting a proposed copy requires a reason.",
    "ck_article_duplicate_score_is_a_share": "The score of a proposed copy must be between 0 and 1.",
    "ck_article_retraction_has_reason_and_day": "The retraction of an article requires both a reason and a day.",
    "ck_article_syndicated_from_is_another": "An article cannot be a copy of itself.",
    "ck_article_syndication_has_an_origin": "An article cannot be a copy of its own copy. Name the original.",
    "ck_article_title_not_blank": "The title of an article must not be blank.",
    "ck_article_version_body_is_nfc": "A frozen text must be in Unicode NFC, so that code points can be counted.",
    "ck_article_version_body_not_blank": "A frozen text must not be blank.",
    "ck_article_version_is_frozen": "A frozen text cannot be edited. Load the new text as a new version.",
    "ck_article_version_raw_is_packed_as_it_says": "Raw bytes that are marked as gzip must begin with the gzip header.",
    "ck_article_version_text_sha256_is_of_body": "The checksum of a frozen text must match its body.",
    "ck_causal_link_comes_from_one_thing": "A causal link must come from exactly one statement or event.",
    "ck_causal_link_links_two_events": "A causal link must join two different events.",
    "ck_causal_link_links_two_statements": "A causal link must join two different statements.",
    "ck_causal_link_points_to_one_thing": "A causal link must point to exactly one statement or event.",
    "ck_actor_merge_is_reviewed": "Only a reviewer may merge actors or undo a merge.",
    "ck_changeset_author_is_the_login": "The author of a changeset must be the coder of the login. Leave out the "
    "author.",
    "ck_changeset_author_not_blank": "A changeset must have an author.",
    "ck_changeset_counter_has_one_row": "The changeset counter must have exactly one row.",
    "ck_changeset_is_kept": "A changeset cannot be edited or deleted. Revert it with 'changeset undo'.",
    "ck_changeset_is_read_committed": "A changeset must be written in a READ COMMITTED transaction.",
    "ck_changeset_login_is_a_coder": "A login that writes must be granted to a coder. Ask the owner for 'stancedb db "
    "grant-coder LOGIN --coder NAME'.",
    "ck_changeset_login_is_the_session": "A connection that has changed its role with SET ROLE cannot write. Connect "
    "as the login itself, also through a pooler.",
    "ck_changeset_one_at_a_time": "A transaction can have only one open changeset. Commit it before opening the next.",
    "ck_changeset_waits_its_turn": "Transactions that derive or commit must run one after another. Run the command "
    "again.",
    "ck_changeset_undoes_own": "A coder may undo only their own changesets; a reviewer may undo any.",
    "ck_changeset_is_open": "A write needs an open changeset. Begin with SELECT stancedb.open_changeset(author, "
    "message).",
    "ck_changeset_no_truncate": "Curated tables cannot be truncated. Delete rows under a changeset.",
    "ck_changeset_number_comes_with_commit": "A changeset gets its number and its commit time together.",
    "ck_coding_attribute_key_has_no_separators": "The key of an attribute must not contain ':' or '@'.",
    "ck_coding_attribute_key_is_one_line": "The key of an attribute must be a single line without leading or trailing "
    "spaces.",
    "ck_coding_attribute_key_is_short": "The key of an attribute must have 1 to 100 characters.",
    "ck_coding_attribute_value_not_blank": "The value of an attribute must not be blank.",
    "ck_coding_carried_from_another": "A coding cannot be carried over from itself.",
    "ck_coding_issue_in_force": "A new coding must be on an issue in force. Choose an issue that is not retired.",
    "ck_coding_position_in_force": "A new coding must use a position in force. Choose a position that is not retired.",
    "ck_coding_final_is_accepted": "A final coding must be accepted. Accept it first.",
    "ck_coder_login_is_granted": "Only the owner may change the login of a coder, or the name of a coder with a "
    "login. Use 'stancedb db grant-coder'.",
    "ck_coding_accepted_is_kept": "This database requires review, so only a reviewer other than its coder may change "
    "an accepted coding.",
    "ck_coding_decision_stands": "Once another coder has decided on a coding, its own coder may not change its "
    "status, its final flag or what it codes.",
    "ck_coding_is_by_its_coder": "A coder may add and change codings only under their own name; a reviewer may change "
    "those of others.",
    "ck_coding_is_kept": "A coding cannot be deleted. Reject it with 'coding review', or undo the changeset that "
    "added it.",
    "ck_coding_is_reviewed": "This database requires review, so only a reviewer other than its coder may accept a "
    "coding or make it final.",
    "ck_coding_review_is_by_its_reviewer": "A review must be signed by the coder of the login, and a coder may review "
    "only their own codings.",
    "ck_coding_review_is_of_its_day": "The time of a review is set by the database. Leave it out.",
    "ck_coding_review_is_of_the_coding": "The last review of a coding must have the status of the coding.",
    "ck_coding_review_is_kept": "A review cannot be edited. Add a new review instead.",
    "ck_derivation_rule_bases_are_known": "A rule must count at least one basis: self, on_behalf or "
    "attributed_by_other.",
    "ck_derivation_rule_expiry_days_positive": "The number of days until a stance expires must be positive.",
    "ck_derivation_rule_is_kept": "A rule that has been used cannot be edited. Add a rule with a new name.",
    "ck_derivation_rule_min_authority_from_one_to_six": "The minimum authority of a rule must be between 1 and 6.",
    "ck_derivation_rule_sustain_days_positive": "The number of days that a position must be sustained must be "
    "positive.",
    "ck_history_is_kept": "History cannot be edited or deleted.",
    "ck_issue_parent_has_an_origin": "An issue cannot belong to one of its own sub-issues.",
    "ck_issue_parent_is_another": "An issue cannot belong to itself.",
    "ck_issue_poles_are_two": "An issue must name both poles of its scale or neither.",
    "ck_issue_poles_differ": "The poles of an issue must have different names.",
    "ck_issue_poles_not_blank": "The name of a pole must not be blank.",
    "ck_issue_question_not_blank": "The question of an issue must not be blank.",
    "ck_load_counts_not_negative": "The row counts of a load must be 0 or more.",
    "ck_load_input_sha256_is_hex": "The checksum of an input must be 64 hexadecimal digits.",
    "ck_login_name_not_blank": "The name of a login must not be blank.",
    "ck_load_place_sha256_is_hex": "The checksum of a path must be 64 hexadecimal digits.",
    "ck_load_source_has_a_place": "A load must record the source of a file together with its path.",
    "ck_mention_deprecated_with_a_reason": "A deprecated mention must have a reason, and any other mention must have "
    "none.",
    "ck_mention_quote_is_as_long_as_span": "A quote must be as long as its span.",
    "ck_mention_quote_is_the_span": "A quote must equal the frozen text at its span.",
    "ck_mention_span_is_half_open": "A span must start at 0 or later and end after its start.",
    "ck_outlet_country_is_iso3166": "A country must be a two-letter ISO 3166 code in capitals, such as JP.",
    "ck_outlet_parent_has_an_origin": "An outlet cannot belong to one of its own outlets.",
    "ck_outlet_parent_is_another": "An outlet cannot belong to itself.",
    "ck_outlet_reliability_is_admiralty_grade": "The reliability of an outlet must be a grade from A to F.",
    "ck_issue_merged_into_a_live_one": "The target of a merge must not itself be merged into another issue.",
    "ck_issue_merged_into_another": "An issue cannot be merged into itself.",
    "ck_issue_merged_is_retired": "A merged issue must be retired.",
    "ck_position_merged_into_a_live_one": "The target of a merge must not itself be merged into another position.",
    "ck_position_merged_into_another": "A position cannot be merged into itself.",
    "ck_position_merged_is_retired": "A merged position must be retired.",
    "ck_position_merged_within_issue": "A position must be merged into a position of the same issue, or of the issue "
    "that its issue is merged into.",
    "ck_position_retired_with_merged_issue": "A position with codings must be retired when its issue is merged into "
    "another.",
    "ck_position_retired_has_no_rank": "A retired position cannot have a rank.",
    "ck_position_score_is_of_substance": "Only a substantive position may have a score; an ambiguous one has none.",
    "ck_position_score_within_one": "A score must be between -1 and 1.",
    "ck_release_derivation_sha256_is_hex": "The checksum of a definition must be 64 hexadecimal digits.",
    "ck_release_author_is_the_login": "The author of a release must be the coder of the login that makes it.",
    "ck_release_file_content_sha256_is_hex": "The checksum of a file must be 64 hexadecimal digits.",
    "ck_release_file_counts_not_negative": "The row and byte counts of a file must be 0 or more.",
    "ck_release_is_kept": "A release cannot be edited. Make another release under a new label.",
    "ck_release_label_is_a_word": "A release label must be one word of letters, digits, '.', '_' and '-' that begins "
    "with a letter or a digit.",
    "ck_release_license_name_is_a_word": "The licence of a release must be a single SPDX identifier, such as "
    "CC-BY-4.0.",
    "ck_release_manifest_sha256_is_hex": "The digest of a release must be 64 hexadecimal digits.",
    "ck_row_is_own": "A coder may change and remove only rows that they entered; a reviewer may change those of "
    "others.",
    "ck_row_key_is_given": "The internal key of a row is assigned by the database and cannot be changed. Leave it out.",
    "ck_setting_review_is_optional_or_required": "The review setting must be optional or required.",
    "ck_stance_change_names_a_position": "A change must have a position before it, after it, or both.",
    "ck_stance_has_evidence": "A stance must have at least one piece of evidence.",
    "ck_statement_authority_from_one_to_six": "The authority of a statement must be between 1 and 6.",
    "ck_statement_ends_with_a_last_day": "A statement that ends must have a lasting date with a last day.",
    "ck_statement_merge_is_reviewed": "Only a reviewer may merge statements or undo a merge.",
    "ck_statement_is_coded_by_others": "Only a reviewer may change a statement that another coder has coded.",
    "ck_statement_link_links_two_statements": "A link must join two different statements.",
    "ck_statement_link_no_retraction_circle": "A chain of retractions must not lead back to its beginning.",
    "ck_settling_has_one_row": "The settling lock must have at most one row.",
    "ck_statement_merged_into_a_live_one": "The target of a merge must not itself be merged into another statement.",
    "ck_statement_merged_into_another": "A statement cannot be merged into itself.",
    "ck_statement_retraction_has_reason_and_day": "The retraction of a statement requires both a reason and a day.",
    "ck_statement_said_has_a_first_day": "The date of a statement must have a first possible day.",
    "ck_statement_tenure_held_when_said": "The speaker must hold the named office on the day of the statement.",
    "ck_statement_tenure_of_its_speaker": "The tenure named by a statement must be one of its own speaker, under any "
    "name.",
    "ck_tenure_person_is_not_the_office": "An actor cannot hold itself as an office.",
    "ck_tenure_seat_is_counted_from_one": "The seats of an office are numbered from 1.",
    "ex_actor_attribute_one_value_at_a_time": "An attribute must have a single value on any day; these periods "
    "overlap.",
    "ex_actor_relation_once_at_a_time": "The periods of one relation between two actors must not overlap.",
    "ex_tenure_one_holder_of_a_seat": "A seat of an office must have a single holder at a time; these periods overlap "
    "by more than a shared day or coarse dates explain.",
    "fk_article_duplicate_copy_id": "A proposed copy must be an existing article.",
    "fk_article_duplicate_original_id": "A proposed original must be an existing article.",
    "fk_article_sketch_article_version_id": "A sketch must belong to an existing text.",
    "fk_coding_carried_from_id": "A coding must be carried over from an existing coding, which cannot be deleted.",
    "fk_coding_position_of_issue": "The position of a coding must belong to its issue.",
    "fk_issue_merged_into_id": "An issue must be merged into an existing issue, which cannot be deleted.",
    "fk_position_merged_into_id": "A position must be merged into an existing position, which cannot be deleted.",
    "fk_release_changeset_number": "A release must be of a committed changeset.",
    "fk_release_file_release_id": "A file must belong to an existing release.",
    "uq_actor_identifier_scheme_value": "An identifier belongs to one actor.",
    "uq_actor_name_actor_id_language_name": "An actor has each name only once per language.",
    "uq_actor_name_preferred_now": "An actor has at most one current preferred name per language.",
    "uq_article_duplicate_one_original": "An article can be accepted as a copy of only one other article.",
    "uq_article_duplicate_pair": "Two articles can be proposed as copies only once, whichever is the original.",
    "uq_article_url_key": "A URL belongs to one article.",
    "uq_article_version_article_id_text_sha256": "The versions of an article must have different texts.",
    "uq_causal_link_asserted_once": "An actor can assert a causal link only once.",
    "uq_changeset_number": "A changeset number must be unique.",
    "uq_coder_login": "A login belongs to one coder.",
    "uq_coding_attribute_coding_id_key": "A coding has one value per attribute.",
    "uq_coding_once_by_coder": "A coder has one coding per statement, holder, issue and codebook version. Recode the "
    "existing one.",
    "uq_coding_one_final": "A statement has one final coding per holder and issue. Make the other coding not final "
    "first.",
    "uq_derivation_rule_one_default": "Only one rule can be the default.",
    "uq_event_participant_event_id_actor_id_role": "An actor can take part in an event only once per role.",
    "uq_indicator_observation_indicator_id_observed_on": "An indicator has one observation per day.",
    "uq_issue_code_issue_id_scheme_code": "An issue has each code of a scheme only once.",
    "uq_mention_statement_id_article_version_id_char_start_char_end": "A statement has one mention per span of a text.",
    "uq_position_issue_id_rank": "A rank can be used only once on the scale of an issue.",
    "uq_release_file_release_id_name": "A file name must be unique within a release.",
    "uq_release_label": "A release label must be unique.",
    "uq_statement_addressee_statement_id_actor_id_role": "A statement can name an actor only once per role.",
    "uq_statement_link_statement_id_kind_target_id": "Two statements can have only one link of each kind.",
    "uq_position_issue_id_id": "A position belongs to one issue.",
}

# Longer values are left out of the sentence.
_LONGEST_SHOWN = 200
_PREFIX = re.compile(r"^(pk|uq|fk|ck)_")
_VALUE = re.compile(r"=\((?P<value>.*)\) (?P<rest>already exists|is not present|is still referenced)")


def sentence_of(constraint: str, detail: str | None = None) -> str:
    """Return the sentence for the constraint that a change broke.

    Args:
        constraint: The name that PostgreSQL reports.
        detail: The detail that PostgreSQL reports; the offending value is taken from it.
    """
    value = _VALUE.search(detail or "")
    found = f" Found: {value['value']}." if value and len(value["value"]) <= _LONGEST_SHOWN else ""
    return (SENTENCES.get(constraint) or _of_family(constraint)) + found


def _of_family(constraint: str) -> str:
    """Return the sentence of a key, a reference or a closed set, whose name says everything."""
    family = (_PREFIX.match(constraint) or ["", ""])[1]
    subject = _PREFIX.sub("", constraint).replace("_", " ")
    if constraint.endswith("_is_known"):
        return f"The value of '{subject.removesuffix(' is known')}' must be one of those that are allowed."
    if constraint.endswith("_not_empty"):
        return f"The period '{subject.removesuffix(' not empty')}' must contain at least one day."
    if family == "fk":
        return f"'{subject.removesuffix(' id')}' must refer to an existing row, and a row in use cannot be deleted."
    if family == "pk":
        return f"The key of '{subject}' must be unique."
    article = "An" if subject.startswith(tuple("aeiou")) else "A"
    return f"{article} {subject} must be unique."
