"""Coding assigned texts: findings are saved one by one, and the finished text goes through the loader as a whole.

Every function takes the name of the coder. The database compares it with the login, where the login is a coder; the
owner, and the only user of an embedded database, may work as any coder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stancedb.database import Reading, Working, Writing
from stancedb.errors import AmbiguousHandle, DraftOvertaken, NoSuchThing, NothingToUndo, RecordsRefused
from stancedb.loading.account import LoadAccount
from stancedb.loading.loader import load
from stancedb.loading.quotes import anchor
from stancedb.model.vocabulary import CodingStatus
from stancedb.operations.changesets import undo_changeset
from stancedb.questions.workbench import show_assignment
from stancedb.records.checking import Read, check_record
from stancedb.records.statement import StatementRecord
from stancedb.refusals import FaultError, Refusal
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of, position_id
from stancedb.spans import Span
from stancedb.sql import Queries

SQL = Queries(__file__)
SOURCE = "finding"
# What a coder does not choose, because the assignment says it.
_OF_ASSIGNMENT = (
    "article",
    "coder",
    "coder_kind",
    "codebook",
    "status",
    "final",
    "statement",
    "text_version",
    "made_under",
    "assignment",
)
_NAMED_ACTORS = ("speaker", "holder", "on_behalf_of", "office")


@dataclass(frozen=True, slots=True)
class Found:
    """A statement that a coder found in a text.

    Attributes:
        fields: Those of ``StatementRecord`` without what the assignment says; ``span`` may give the place of the quote,
            as two code points, instead of the quote.
        line: The line of a file or form, for refusals.
        replaces: The number of the earlier finding that this one corrects.
        seconds: How long it took.
    """

    fields: Mapping[str, object]
    line: int | None = None
    replaces: int | None = None
    seconds: float = 0


@dataclass(frozen=True, slots=True)
class Step:
    """The last thing that a coder did.

    Attributes:
        kind: ``finding``, ``done``, ``problem`` or ``later``.
        assignment: The number of the assignment.
        finding: The number of the finding, where it is one.
        changeset: The number of the changeset that released the findings, where one did.
        article: The slug of the article.
    """

    kind: str
    assignment: int
    finding: int | None
    changeset: int | None
    article: str


def take_next(session: Working, *, coder: str, round_slug: str | None = None) -> int | None:
    """Return the number of the next assignment of a coder, from the pool of the round where her own queue is empty.

    Returns:
        The number, or None where nothing is left.

    Raises:
        NoSuchThing: There is no such round.
        RefusedByRule: There is no such coder, or the login is another.
    """
    key = None if round_slug is None else id_of(session, "round", round_slug)
    found: int | None = session.execute(SQL["next"], {"coder": coder, "round": key}).scalar()
    if found is None:
        found = session.execute(SQL["take"], {"coder": coder, "round": round_slug}).scalar()
    if found is not None:
        begin(session, found, coder=coder)
    return found


def begin(session: Working, assignment: int, *, coder: str) -> None:
    """Record that a coder has opened an assignment.

    Raises:
        RefusedByRule: It is not an open assignment of the coder.
    """
    session.execute(SQL["start"], {"assignment": assignment, "coder": coder})


def save_draft(session: Working, assignment: int, form: str, *, coder: str, number: int) -> None:
    """Save an unfinished form under a number that is higher than that of the saved form.

    Raises:
        DraftOvertaken: A form with a higher number is saved already.
        RefusedByRule: It is not an open assignment of the coder.
    """
    saved = session.execute(
        SQL["save_draft"], {"assignment": assignment, "coder": coder, "number": number, "form": form}
    ).scalar_one()
    if saved != number:
        raise DraftOvertaken(assignment=assignment)


def save_finding(
    session: Working,
    assignment: int,
    fields: Mapping[str, object],
    *,
    coder: str,
    replaces: int | None = None,
    seconds: float = 0,
) -> Row:
    """Add one finding to an open assignment, or correct one; as ``save_findings``.

    Args:
        session: The session.
        assignment: The number of the assignment.
        fields: The fields of the finding.
        coder: The name of the coder.
        replaces: The number of the finding that this one corrects.
        seconds: How long it took.

    Returns:
        The number of the finding, and its place in the text.
    """
    return save_findings(session, assignment, [Found(fields, None, replaces, seconds)], coder=coder)[0]


def save_findings(
    session: Working, assignment: int, findings: Sequence[Found], *, coder: str, source: str = SOURCE
) -> list[Row]:
    """Add findings to an open assignment, or correct some; all of them or none.

    Args:
        session: The session.
        assignment: The number of the assignment.
        findings: The findings.
        coder: The name of the coder.
        source: Where they come from, for refusals.

    Returns:
        For each finding its number, and its place in the text in code points.

    Raises:
        RecordsRefused: A value is invalid, names something unknown or outside the scope of the round, or a quote is not
            in the text.
        RefusedByRule: The assignment is not an open one of the coder.
    """
    text = show_assignment(session, assignment, coder=coder)
    refusals: list[Refusal] = []
    checked: list[tuple[StatementRecord, Span]] = []
    for found in findings:
        try:
            checked.append(_checked(session, text, found, source))
        except RecordsRefused as refused:
            refusals += refused.refusals
    if refusals:
        raise RecordsRefused(refusals, len(findings))
    given = [
        {
            "start": place.start,
            "end": place.end,
            "quote": record.quote,
            "record": record.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True),
            "replaces": found.replaces,
            "seconds": found.seconds,
        }
        for found, (record, place) in zip(findings, checked, strict=True)
    ]
    saved = session.execute(
        SQL["save_findings"], {"assignment": assignment, "coder": coder, "findings": json.dumps(given)}
    )
    return [dict(row) for row in saved.mappings()]


def withdraw_finding(session: Working, assignment: int, number: int, *, coder: str) -> None:
    """Take a finding of an open assignment back; the finding that it corrected is current again."""
    session.execute(SQL["withdraw_finding"], {"assignment": assignment, "coder": coder, "number": number})


def withdraw_findings(session: Working, assignment: int, numbers: Sequence[int], *, coder: str) -> None:
    """Take findings of an open assignment back, with the earlier ones that they corrected."""
    session.execute(SQL["withdraw_findings"], {"assignment": assignment, "coder": coder, "numbers": [*numbers]})


def postpone(session: Working, assignment: int, *, coder: str) -> None:
    """Put an assignment at the end of the coder's queue."""
    session.execute(SQL["postpone"], {"assignment": assignment, "coder": coder})


def report_problem(session: Working, assignment: int, *, coder: str, reason: str, note: str | None = None) -> None:
    """Set an assignment aside, with a reason of ``ProblemReason``, until a reviewer decides."""
    session.execute(SQL["problem"], {"assignment": assignment, "coder": coder, "reason": reason, "note": note})


def reopen(session: Working, assignment: int, *, coder: str, reason: str | None = None) -> None:
    """Reopen an assignment that was not released: its coder, or a reviewer with a reason."""
    session.execute(SQL["reopen"], {"assignment": assignment, "coder": coder, "reason": reason})


def releases(session: Reading, assignment: int, *, coder: str) -> bool:
    """Return whether finishing the assignment releases its findings: nobody else codes the text, and there are some."""
    return bool(session.execute(SQL["releases"], {"assignment": assignment, "coder": coder}).scalar())


def finish(session: Working, assignment: int, *, coder: str, seconds: float = 0) -> Row:
    """Mark an assignment as done whose findings are not released by that.

    Raises:
        RefusedByRule: It is not an open assignment of the coder.
    """
    parameters = {"assignment": assignment, "coder": coder, "seconds": seconds, "releases": False}
    session.execute(SQL["finish"], parameters)
    return show_assignment(session, assignment, coder=coder)


def release(session: Writing, assignment: int, *, coder: str, seconds: float = 0) -> LoadAccount:
    """Finish an assignment and load its findings as statements, mentions and codings, in the changeset of the session.

    Raises:
        RecordsRefused: A finding is refused by the loader; nothing is released.
        RefusedByRule: It is not an open assignment of the coder, or somebody else codes the text too.
    """
    text = show_assignment(session, assignment, coder=coder)
    findings = text["findings"]
    items = [_read(text, finding) for finding in findings]
    account = load(session, "statement", items, origin=f"assignment {assignment} of round {text['round']}")
    session.execute(SQL["finish"], {"assignment": assignment, "coder": coder, "seconds": seconds, "releases": True})
    numbers = [finding["finding"] for finding in findings]
    session.execute(SQL["link"], {"assignment": assignment, "coder": coder, "numbers": numbers})
    session.is_void = False
    return account


def last_step(session: Reading, *, coder: str) -> Step:
    """Return the last thing that a coder did today and did not undo.

    Raises:
        NothingToUndo: There is none.
    """
    row = session.execute(SQL["last_step"], {"coder": coder}).mappings().first()
    if row is None:
        raise NothingToUndo(coder=coder)
    return Step(**row)


def undo_step(session: Working, step: Step, *, coder: str) -> None:
    """Undo a step that no changeset belongs to.

    Raises:
        RefusedByRule: Somebody has settled the findings meanwhile.
    """
    if step.kind == "finding" and step.finding is not None:
        withdraw_finding(session, step.assignment, step.finding, coder=coder)
    elif step.kind == "later":
        session.execute(SQL["advance"], {"assignment": step.assignment, "coder": coder})
    else:
        reopen(session, step.assignment, coder=coder)


def undo_release(session: Writing, changeset: int) -> list[Row]:
    """Undo the changeset that released the findings of a finished assignment, which is open again then.

    Args:
        session: The session.
        changeset: Its number, as ``last_step`` gives it.

    Raises:
        RefusedByRule: Later changes build on it.
    """
    return undo_changeset(session, changeset)


def _checked(session: Reading, text: Row, found: Found, source: str) -> tuple[StatementRecord, Span]:
    """Check the fields of a finding against the text and the scope of its round."""
    fields, line = found.fields, found.line
    given = {name: value for name, value in fields.items() if value is not None and value not in ("", [], ())}
    body: str = text["body"]
    try:
        place = _given_place(given)
        values = {name: value for name, value in given.items() if name != "span"} | {"article": text["article"]}
        if place and "quote" not in values:
            values["quote"] = body[place.start : place.end]
        checked = check_record(values, StatementRecord, source, line, original=dict(fields))
        if isinstance(checked, Refusal):
            raise RecordsRefused([checked], 1)
        record = checked.record
        place = _placed(body, record, place)
        _check_references(session, text, record)
    except FaultError as failure:
        raise RecordsRefused([Refusal.of(source, line, failure.fault, original=dict(fields))], 1) from None
    return record.model_copy(update={"quote": body[place.start : place.end]}), place


def _given_place(given: Mapping[str, object]) -> Span | None:
    """Return the place that is given as two code points, if one is; refuse what the assignment says."""
    for name in _OF_ASSIGNMENT:
        if name in given:
            raise FaultError("of_the_assignment", name)
    if not {"quote", "span"} & given.keys():
        raise FaultError("finding_without_quote", "quote")
    match given.get("span"):
        case None:
            return None
        case [int(start), int(end)] if not isinstance(start, bool) and not isinstance(end, bool):
            return Span(start, end)
        case found:
            raise FaultError("not_a_span", "span", found=found)


def _placed(body: str, record: StatementRecord, place: Span | None) -> Span:
    """Return the place of the quote: the one given, if the quote stands there, else where it is found."""
    quote = record.quote or ""
    if place and 0 <= place.start < place.end <= len(body) and body[place.start : place.end].strip() == quote:
        return place
    found = anchor(body, quote, prefix=record.prefix, suffix=record.suffix)
    return Span(found.start, found.end)


def _check_references(session: Reading, text: Row, record: StatementRecord) -> None:
    """Refuse what the loader would refuse when the text is finished, while the coder still looks at the sentence."""
    named = [("actor", name, getattr(record, name)) for name in _NAMED_ACTORS]
    named += [("actor", "addressees", handle) for handle in record.addressees]
    named += [("statement", "links", link.partition(":")[2]) for link in record.links]
    named += [(kind, kind, getattr(record, kind)) for kind in ("event", "act", "capacity")]
    for kind, field, handle in named:
        if handle is not None:
            _known(session, kind, field, handle)
    if record.issue is None:
        return
    _known(session, "issue", "issue", record.issue)
    if record.issue not in text["issues"]:
        raise FaultError(
            "out_of_scope", "issue", issue=record.issue, round=text["round"], issues=", ".join(text["issues"])
        )
    if record.position is not None:
        try:
            position_id(session, record.issue, record.position)
        except NoSuchThing as missing:
            raise FaultError("refused_elsewhere", "position", reason=str(missing)) from None


def _known(session: Reading, kind: str, field: str, handle: str) -> None:
    try:
        id_of(session, kind, handle)
    except (NoSuchThing, AmbiguousHandle) as failure:
        raise FaultError("refused_elsewhere", field, reason=str(failure)) from None


def _read(text: Row, finding: Row) -> Read[StatementRecord]:
    """Return a finding as the loader reads it: at its place in the text that the coder read, under its assignment."""
    values = {
        **finding["record"],
        "article": text["article"],
        "quote": finding["quote"],
        "coder": text["coder"],
        "span": (finding["start"], finding["end"]),
        "text_version": text["version"],
        "assignment": text["assignment"] if "issue" in finding["record"] else None,
    }
    if "issue" in finding["record"]:
        values["made_under"] = text["codebook"]
        if not text["counts_at_once"]:
            values |= {"status": CodingStatus.SUBMITTED, "final": False}
    checked = check_record(values, StatementRecord, SOURCE, line=finding["finding"], original=finding["record"])
    if isinstance(checked, Refusal):
        raise RecordsRefused([checked], 1)
    return checked
