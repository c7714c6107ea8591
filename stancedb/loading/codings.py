"""Turn staged lines of a coding sheet into codings: who holds which position."""

from __future__ import annotations

from stancedb.database import Writing
from stancedb.loading.account import LoadAccount
from stancedb.loading.merge import find_by_hand, merge
from stancedb.loading.stage import Stage
from stancedb.model.vocabulary import Basis, CodingStatus
from stancedb.records.attribute import AttributeCell
from stancedb.records.statement import StatementRecord
from stancedb.refusals import Refusal
from stancedb.sql import Queries

SQL = Queries(__file__)
_KEY = ("statement_id", "holder_id", "issue_id", "coder_id", "codebook_version_id")
_VALUES = (
    "position_id",
    "basis",
    "explicitness",
    "condition",
    "vagueness",
    "confidence",
    "rationale",
    "status",
    "is_final",
)


def basis_of(r: StatementRecord, holder: str | None) -> str | None:
    """Return the basis for the holder if the line gives it; other lines of the statement may give it instead."""
    if r.basis is not None or holder is None:
        return r.basis
    if holder == r.speaker:
        return Basis.SELF
    return Basis.ON_BEHALF if holder == r.on_behalf_of else None


def standing_of(r: StatementRecord, *, waits: bool) -> tuple[str | None, bool | None]:
    """Return the status and final flag of the line, or the defaults for a new coding."""
    if r.issue is None and r.status is None and r.final is None:
        return None, None
    if r.status is None:
        is_final = r.final if r.final is not None else not waits
        return (CodingStatus.ACCEPTED if is_final else CodingStatus.SUBMITTED), is_final
    is_final = r.status is CodingStatus.ACCEPTED and not waits
    return r.status, r.final if r.final is not None else is_final


def attributes_of(r: StatementRecord) -> tuple[list[str] | None, list[str] | None]:
    """Return the keys and the values of the coding attributes in a line, or None for both if it has none."""
    if not r.attributes:
        return None, None
    cells = [AttributeCell.parse(item, has_period=False) for item in r.attributes]
    return [cell.key for cell in cells], [cell.value for cell in cells]


def complete_codings(session: Writing) -> None:
    """Fill in what staged lines omit from existing codings: codebook version, basis, status and final flag.

    A position is never attributed to anyone other than the speaker without a basis.
    """
    if session.execute(SQL["may_know_codebooks"]).scalar_one():
        session.execute(SQL["name_codebooks"])
    session.execute(SQL["give_bases"])
    if session.execute(SQL["lacks_bases"]).scalar_one():
        session.execute(SQL["give_bases_by_merges"])
    session.execute(SQL["keep_standing"])


def refuse_codings(stage: Stage, account: LoadAccount) -> list[Refusal]:
    """Return refusals for codings that are incomplete, or that contradict each other or existing codings."""
    return [
        *stage.refuse("basis_missing", SQL["without_basis"]),
        *stage.refuse("no_codebook", SQL["without_codebook"]),
        *_refuse_retired(stage, account),
        *stage.refuse("final_not_accepted", SQL["final_without_acceptance"]),
        *stage.refuse("final_line_exists", SQL["other_final_lines"]),
        *stage.refuse("coded_otherwise", SQL["coded_otherwise"]),
        *stage.refuse("final_coding_exists", SQL["other_final_codings"]),
        *_refuse_attributes(stage),
    ]


def refuse_standing(stage: Stage, login: str | None, *, role: str, requires_review: bool) -> list[Refusal]:
    """Reject codings that the current login may not enter: those of other coders, and its own marked as reviewed.

    Args:
        stage: The staged lines.
        login: The coder that the login belongs to; None for the owner, who may enter everything.
        role: The role granted to the login.
        requires_review: Whether codings require review.
    """
    if login is None:
        return []
    refusals: list[Refusal] = []
    if role != "reviewer":
        refusals += stage.refuse("other_coder", SQL["lines_of_other_coders"], login=login)
    if requires_review:
        refusals += stage.refuse("review_required", SQL["reviewed_by_coder"], login=login)
    return refusals


def _refuse_retired(stage: Stage, account: LoadAccount) -> list[Refusal]:
    """Reject new codings on retired issues and positions; existing codings, and those recoded by hand, stay."""
    if not stage.session.execute(SQL["has_retired"]).scalar_one():
        return []
    find_by_hand(stage.session, account, "coding", SQL["codings_on_retired_positions"])
    return [
        *stage.refuse("issue_retired", SQL["new_on_retired_issues"], is_for_good=True),
        *stage.refuse("issue_merged", SQL["new_on_retired_issues"], is_for_good=False),
        *stage.refuse("position_retired", SQL["new_on_retired_positions"], is_for_good=True),
        *stage.refuse("position_merged", SQL["new_on_retired_positions"], is_for_good=False),
    ]


def _refuse_attributes(stage: Stage) -> list[Refusal]:
    """Reject lines that give a coding attribute a different value than an earlier line."""
    if not stage.session.execute(SQL["has_attributes"]).scalar_one():
        return []
    return stage.refuse("attribute_line_differs", SQL["differing_attributes"])


def merge_codings(session: Writing, account: LoadAccount, *, is_empty: bool) -> None:
    """Merge staged codings with their attributes and coders, and add the counts to the account."""
    _merge_coders(session, account)
    superseded = 0 if is_empty else session.execute(SQL["supersede_codings"]).rowcount
    if superseded:
        account.add("coding", updated=superseded)
        account.notes.append(
            f"coding: {superseded} no longer final, because their coders coded again under a later codebook version."
        )
    merge(
        session,
        account,
        "coding",
        source=SQL["codings"],
        key=_KEY,
        values=_VALUES,
        frozen=("assignment_id", "mention_id"),
        defaults={"explicitness": "'explicit'", "vagueness": "'committal'", "confidence": "'moderate'"},
        is_empty=is_empty,
    )
    if account.rows["coding"].updated:
        session.execute(SQL["judge_anew"])
    if session.execute(SQL["has_attributes"]).scalar_one():
        merge(
            session,
            account,
            "coding_attribute",
            source=SQL["attributes"],
            key=("coding_id", "key"),
            values=("value",),
            is_empty=is_empty,
        )


def _merge_coders(session: Writing, account: LoadAccount) -> None:
    # A coder's login may not add coders, and does not need to.
    named = session.execute(SQL["count_coders"]).one()
    if named.known == named.coders:
        account.add("coder", unchanged=named.known)
    else:
        merge(session, account, "coder", source=SQL["coders"], key=("name",), frozen=("kind",))


def note_other_speakers(session: Writing, account: LoadAccount) -> None:
    """Note how many codings have a holder that spoke for itself but is not the speaker of the corrected statement."""
    left: int = session.execute(SQL["count_of_other_speakers"]).scalar_one()
    if left:
        account.notes.append(
            f"coding: {left} made as the speaker's own, but the speaker has since changed. Reject with"
            " 'coding review', and recode for the new speaker."
        )
