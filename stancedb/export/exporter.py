"""Write the records of a kind, each checked by the reader that will load it again."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Literal

from stancedb.database import Reading
from stancedb.errors import EndingOfOtherForm, NoSuchThing, NotWrittenAs
from stancedb.export import actors, articles, codebooks, events, outlets, rounds, statements
from stancedb.export.account import Account, LeftOut
from stancedb.export.shaping import Values
from stancedb.export.writing import Sheet, json_array, json_line, toml_document
from stancedb.reading.decoding import LONGEST_LINE
from stancedb.records.checking import record_check
from stancedb.records.schemas import RECORDS
from stancedb.refusals import Refusal

Form = Literal["jsonl", "csv", "toml", "json"]
# The formats of each kind, the default first, and the file extensions by which the loader knows them. No loader reads a
# JSON array, so it is written only on request.
FORMS: dict[str, tuple[Form, ...]] = {
    "outlet": ("jsonl", "csv", "json"),
    "codebook": ("toml",),
    "actor": ("jsonl", "csv", "json"),
    "article": ("jsonl", "csv", "json"),
    "statement": ("jsonl", "csv", "json"),
    "event": ("jsonl", "json"),
    "indicator": ("jsonl", "json"),
    "round": ("jsonl", "json"),
}
ENDINGS: dict[Form, tuple[str, ...]] = {
    "jsonl": (".jsonl", ".ndjson"),
    "csv": (".csv",),
    "toml": (".toml",),
    "json": (".json",),
}
# For each kind, the function that yields its records, and the omissions.
_SOURCES: dict[str, tuple[Callable[[Reading, Account, str | None, bool], Iterator[Values]], LeftOut]] = {
    "outlet": (lambda session, *_: outlets.outlet_records(session), outlets.LEFT_OUT),
    "codebook": (
        lambda session, _, label, is_whole: codebooks.codebook_records(session, label=label, is_in_force=not is_whole),
        codebooks.LEFT_OUT,
    ),
    "actor": (lambda session, *_: actors.actor_records(session), actors.LEFT_OUT),
    "article": (lambda session, account, *_: articles.article_records(session, account), articles.LEFT_OUT),
    "statement": (lambda session, account, *_: statements.statement_records(session, account), statements.LEFT_OUT),
    "event": (
        lambda session, _, __, is_whole: events.event_records(session, with_causes=is_whole),
        events.LEFT_OUT_OF_EVENTS,
    ),
    "indicator": (lambda session, *_: events.indicator_records(session), events.LEFT_OUT_OF_INDICATORS),
    "round": (lambda session, *_: rounds.round_records(session), rounds.LEFT_OUT),
}


def chosen_form(kind: str, *, form: Form | None, ending: str | None) -> Form:
    """Return the format to write: the requested one, the one for the file extension, or the default.

    Args:
        kind: The kind of record.
        form: The requested format, or None.
        ending: The extension of the file to write, or None without a file.

    Raises:
        NoSuchThing: There is no such kind; the nearest is suggested.
        UsageError: The kind has no such format, or the file would be read as another format.
    """
    if kind not in FORMS:
        raise NoSuchThing.of("kind of record", kind, FORMS)
    known = FORMS[kind]
    meant = next((other for other in known if ending in ENDINGS[other]), None)
    if meant == "json" and form != "json":
        meant = None
    chosen = form or meant or known[0]
    if chosen not in known:
        raise NotWrittenAs(kind=kind, known=" or ".join(known), form=chosen)
    if ending is not None and meant != chosen:
        raise EndingOfOtherForm(form=chosen, ending=ending, known=" or ".join(ENDINGS[chosen]))
    return chosen


def export(
    session: Reading,
    account: Account,
    form: Form,
    *,
    label: str | None = None,
    is_whole: bool = True,
    is_safe: bool = False,
) -> Generator[str]:
    """Yield the lines of a file that ``load`` can read, and count what the file leaves out.

    Args:
        session: The session; everything is read from one snapshot.
        account: The kind to write; receives the counts.
        form: The format of the records.
        label: The version of the codebook; None means the newest.
        is_whole: Whether to write the causes of events and the status of retired and merged positions and issues;
            without them, the file can be loaded before the statements.
        is_safe: Whether CSV cells that a spreadsheet would run as formulas get an apostrophe.

    Raises:
        NoSuchThing: There is no such version of the codebook.
        RefusedByRule: There is no codebook, or a record does not fit into a CSV file.
    """
    if form == "json":
        with closing(export(session, account, "jsonl", label=label, is_whole=is_whole)) as lines:
            yield from json_array(lines)
        return
    records, left_out = _SOURCES[account.kind]
    account.count(session, left_out, with_causes=is_whole)
    sheet = Sheet(RECORDS[account.kind], is_safe=is_safe)
    spell = {"jsonl": json_line, "csv": sheet.row, "toml": toml_document}[form]
    if form == "csv":
        yield sheet.header()
    # If the file ends early, reading the rows ends too.
    with closing(_taken(account, records(session, account, label, is_whole))) as taken:
        for values in taken:
            line = _short_enough(account, values, spell)
            if line is not None:
                account.records += 1
                yield line


def _taken(account: Account, records: Iterator[Values]) -> Generator[Values]:
    """Yield the records that the loader accepts; count those that it would reject or read differently."""
    check = record_check(RECORDS[account.kind], "the database")
    left_out = None
    for values in records:
        handle = next(iter(values.values()))
        item = check(values)
        # The first line of a statement has its fields; without it the other lines would mean something else.
        if isinstance(item, Refusal) or handle == left_out:
            reason = f" ({item.field}: {item.reason})" if isinstance(item, Refusal) else ""
            account.add(f"Not written: records that '{account.kind} load' would reject", example=f"'{handle}'{reason}")
            left_out = handle
            continue
        if item.record.model_dump(exclude_unset=True) != values:
            account.add(f"Records that '{account.kind} load' would read differently", example=f"'{handle}'")
        yield values


def _short_enough(account: Account, values: Values, spell: Callable[[Values], str]) -> str | None:
    """Write a record, without the original page of an article if the line would be too long for the reader."""
    line = spell(values)
    if _fits(line):
        return line
    handle = f"'{next(iter(values.values()))}'"
    if "raw_bytes" in values:
        line = spell({name: value for name, value in values.items() if name != "raw_bytes"})
        if _fits(line):
            account.add("Not written: pages of articles that are too long for a line", example=handle)
            return line
    account.add("Not written: records that are too long for a line", example=handle)
    return None


def _fits(line: str) -> bool:
    # A character takes at most four bytes.
    return 4 * len(line) <= LONGEST_LINE or len(line.encode()) <= LONGEST_LINE
