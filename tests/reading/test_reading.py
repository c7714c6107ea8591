"""Reading records: valid lines become records, and every invalid line is rejected with a helpful sentence."""

from __future__ import annotations

import csv
import io
import json
import sys
import tomllib
import tracemalloc
import unicodedata
from datetime import UTC, timedelta, timezone
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stancedb.errors import UnreadableInput
from stancedb.reading import csv_rows, decoding
from stancedb.reading.article.completing import ArticleDefaults
from stancedb.reading.article.files import read_articles
from stancedb.reading.csv_rows import read_csv
from stancedb.reading.decoding import open_source, utf8_stream
from stancedb.reading.files import read_records
from stancedb.reading.json_lines import read_jsonl
from stancedb.reading.toml_file import read_toml
from stancedb.records.actor import ActorRecord
from stancedb.records.article import ArticleRecord
from stancedb.records.base import Record
from stancedb.records.characters import nfc
from stancedb.records.checking import Read, check_record
from stancedb.records.codebook import CodebookRecord, PositionRecord
from stancedb.records.event import EventRecord
from stancedb.records.indicator import ObservationRecord
from stancedb.records.outlet import OutletRecord
from stancedb.records.statement import StatementRecord
from stancedb.refusals import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from stancedb.records.checking import Item

INSTANT = "a date and time with its offset from UTC, such as 2025-11-25T14:30:00+09:00"
SLUG = "lower-case ASCII letters and digits, joined by single - . _ or /"
GOOD: dict[str, Any] = {"speaker": "takaichi-sanae", "said": "2025-11-07"}


def from_jsonl(text: str | bytes, record_type: type[Record] = StatementRecord) -> list[Item[Any]]:
    data = text if isinstance(text, bytes) else text.encode()
    return [*read_jsonl(io.BytesIO(data), record_type, "sheet.jsonl")]


def from_csv(text: str | bytes, record_type: type[Record] = StatementRecord) -> list[Item[Any]]:
    data = text if isinstance(text, bytes) else text.encode()
    return [*read_csv(io.BytesIO(data), record_type, "sheet.csv")]


def good(**more: object) -> str:
    return json.dumps({**GOOD, **more}, ensure_ascii=False) + "\n"


def the_record(items: list[Item[Any]]) -> Any:  # noqa: ANN401 - whatever kind of record the test reads
    [item] = items
    assert isinstance(item, Read), str(item)
    return item.record


def the_refusal(items: list[Item[Any]]) -> str:
    [item] = items
    assert isinstance(item, Refusal)
    return str(item)


def refusal_of(**more: object) -> str:
    return the_refusal(from_jsonl(good(**more))).removeprefix("sheet.jsonl, line 1: ")


# --- JSON Lines


def test_a_good_line_becomes_a_record_with_its_line_and_what_was_given() -> None:
    [item] = from_jsonl("\n" + good(authority=6))
    assert isinstance(item, Read)
    assert (item.source, item.line, item.record.authority) == ("sheet.jsonl", 2, 6)
    assert isinstance(item.original, str)
    assert json.loads(item.original) == {**GOOD, "authority": 6}


def test_blank_lines_are_passed_over_and_counted() -> None:
    items = from_jsonl("\n  \r\n" + good() + "\n" + good())
    assert [item.line for item in items] == [3, 5]


def test_the_last_line_needs_no_line_end() -> None:
    assert the_record(from_jsonl(good().rstrip())).speaker == "takaichi-sanae"


def test_keys_that_begin_with_x_are_ignored() -> None:
    assert the_record(from_jsonl(good(x_note={"deep": [1]}))) == the_record(from_jsonl(good()))


@pytest.mark.parametrize("spelling", ["NA", "None", "null", "nan", "N/A", "-", "=1+1"])
def test_nothing_becomes_null_by_its_spelling(spelling: str) -> None:
    assert the_record(from_jsonl(good(summary=spelling, place=spelling))).summary == spelling
    assert the_record(from_csv(f"speaker,said,summary\na,2025,{spelling}\n")).summary == spelling


def test_an_unknown_field_is_refused_and_the_nearest_offered() -> None:
    assert refusal_of(speeker="x") == "Unknown field 'speeker'. Did you mean 'speaker'?"
    assert refusal_of(zzz="x") == "Unknown field 'zzz'. To have it ignored, begin its name with x_."


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("authority", 9, "authority: Found 9; expected a whole number from 1 to 6."),
        ("authority", "9", "authority: Found '9'; expected a whole number from 1 to 6."),
        ("authority", "1_0", "authority: Found '1_0'; expected a whole number from 1 to 6."),
        ("authority", True, "authority: Found true; expected a whole number from 1 to 6."),
        ("authority", 2.5, "authority: Found 2.5; expected a whole number from 1 to 6."),
        ("authority", None, "authority: Found null; expected a whole number from 1 to 6."),
        ("final", "on", "final: Found 'on'; expected true or false."),
        ("final", 2, "final: Found 2; expected true or false."),
        ("summary", 5, "summary: Found 5; expected text."),
        ("summary", {"a": 1}, "summary: Found an object; expected text."),
        ("summary", "  ", "summary: The value is blank. Leave the field out if there is nothing to enter."),
        ("addressees", 5, "addressees: Found 5; expected a list."),
        ("addressees", ["a", 5], "addressees.2: Found 5; expected text."),
        ("schema", "stancedb.statement/2", "schema: Found 'stancedb.statement/2'; expected 'stancedb.statement/1'."),
        ("asserts", "denys", "asserts: Found 'denys'; expected one of asserts, denies, doubts. Did you mean 'denies'?"),
        ("zone", "Tokyo", "zone: 'Tokyo' is not an IANA time zone. Did you mean 'Asia/Tokyo'?"),
        ("quote", "Yes.", "An article and a quote go together. Give both or neither."),
        (
            "said_at",
            "2025-11-07T10:00",
            f"said_at: Found '2025-11-07T10:00'; expected {INSTANT}.",
        ),
        (
            "office",
            "Prime Minister",
            f"office: Found 'Prime Minister'; expected {SLUG}. Did you mean 'prime-minister'?",
        ),
        ("office", "a" * 201, "office: The value has 201 characters; the limit is 200."),
    ],
)
def test_a_wrong_value_is_refused_with_what_was_found_and_what_would_do(
    field: str, value: object, sentence: str
) -> None:
    assert refusal_of(**{field: value}) == sentence


def test_a_day_and_month_that_may_be_mixed_up_are_refused() -> None:
    assert refusal_of(said="05/11/2026").startswith("said: '05/11/2026' is ambiguous")


@pytest.mark.parametrize("value", [5, None, True, ["2025"]])
def test_a_date_that_is_no_text_is_refused_not_raised(value: object) -> None:
    assert "; expected text." in refusal_of(said=value)


def test_a_bare_number_is_no_instant() -> None:
    assert refusal_of(said_at=1762500000).startswith("said_at: Found 1762500000; expected a date and time")
    assert refusal_of(said_at="1762500000").startswith("said_at: Found '1762500000'; expected a date and time")


def test_everything_wrong_with_a_line_is_said_at_once() -> None:
    assert the_refusal(from_jsonl('{"authority": 0}')) == (
        "sheet.jsonl, line 1: speaker: Required. "
        "authority: Found 0; expected a whole number from 1 to 6. said: Required."
    )


def test_no_sentence_speaks_in_the_words_of_the_validator() -> None:
    bad = {name: ["?", {"": 1}] for name in StatementRecord.model_fields}
    sentence = the_refusal(from_jsonl(json.dumps(bad)))
    for jargon in ("pydantic", "Input should", "Value error", "String should", "type=", "ctx", "https://"):
        assert jargon not in sentence


def test_values_from_elsewhere_are_checked_in_the_same_words() -> None:
    item = check_record({**GOOD, "authority": "4", "summary": "cafe\u0301"}, StatementRecord, "this command")
    assert isinstance(item, Read)
    assert (item.record.authority, item.record.summary) == (4, "caf\u00e9")
    refusal = check_record({**GOOD, "authority": 9}, StatementRecord, "this command", None)
    assert str(refusal) == "this command: authority: Found 9; expected a whole number from 1 to 6."


def test_a_refused_line_keeps_what_was_given() -> None:
    [item] = from_jsonl(good(authority=9))
    assert isinstance(item, Refusal)
    assert item.original == good(authority=9).rstrip()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('{"speaker": "a",}', "Invalid JSON: a field name in double quotes is missing"),
        ("{'speaker': 1}", "Invalid JSON: a field name in double quotes is missing, at character 2"),
        (
            '{"speaker": "a"',
            "Invalid JSON: a comma or a closing bracket is missing, at character 16, the end of the line.",
        ),
        ('{"speaker": "a"} {}', "Invalid JSON: there is text after the object (write one object per line)"),
        ('{"speaker": "a\tb"}', "Invalid JSON: a string contains an unescaped control character"),
        ('{"speaker": "\\d"}', "Invalid JSON: unknown backslash escape (write a backslash twice)"),
        ('{"speaker" "a"}', "Invalid JSON: a colon is missing"),
        ('{"speaker": "a', "Invalid JSON: a string is not closed"),
        ("speaker", "Invalid JSON: a value is missing or misspelt, at character 1, 'speaker'."),
        ('{"authority": NaN}', "NaN is not a valid number. Leave the field out."),
        ('{"authority": -Infinity}', "-Infinity is not a valid number. Leave the field out."),
        ('{"authority": 1e999}', "The number 1e999 is too large."),
        ('{"authority": %s}' % ("9" * 5000), "A number has thousands of digits. Write it as text or shorten it."),
        ('{"said": "2025", "said": "2026"}', "Duplicate field 'said'. Keep one."),
        ('{"authority": 1, "authority": 1}', "Duplicate field 'authority'. Keep one."),
        ('{"x_a": {"b": 1, "b": 2}}', "Duplicate field 'b'. Keep one."),
        ("[1]", "Found a list; expected an object with named fields."),
        ("null", "Found null; expected an object with named fields."),
        ('"text"', "Found 'text'; expected an object with named fields."),
        ("[" * 100_000, "The values are nested too deeply. A record is one flat object."),
        ('{"x_a":' * 50_000 + "1" + "}" * 50_000, "The values are nested too deeply. A record is one flat object."),
    ],
)
def test_a_line_that_is_not_an_object_is_refused_with_the_reason(line: str, sentence: str) -> None:
    assert the_refusal(from_jsonl(line)).startswith(f"sheet.jsonl, line 1: {sentence}")


@pytest.mark.parametrize(
    "line",
    [
        '{"speaker": "a", "said": "2025", "said" : "2026"}',
        '{"speaker": "a", "said": "2025", "sa\\u0069d": "2026"}',
        '{"speaker": ":a:", "speaker"\t:"a", "said": "2025"}',
        '{"speaker": "a", "said": "2025", "x_a": "\\"", "x_a": "b"}',
        '{"speaker": "a", "said": "2025", "addressees": ["b"], "addressees": ["c", "d"]}',
        '{"speaker": "a", "said": "2025", "authority": 1, "authority": 2, "x_y": null}',
    ],
)
def test_a_repeated_field_is_found_however_it_is_written(line: str) -> None:
    assert "Duplicate field" in the_refusal(from_jsonl(line))


PIECES = st.tuples(
    st.sampled_from(["x_a", "x_b", "x_:", "x_ ", 'x_"']),
    st.sampled_from([":", ": ", " :", "\t: "]),
    st.sampled_from(['"a"', '":"', '" : "', '"\\""', "1", "null", "[]", '["a", ":"]', '{"b": 1}']),
)


@given(st.lists(PIECES, max_size=5))
@settings(deadline=None)
def test_exactly_the_lines_with_a_repeated_field_are_refused(pieces: list[tuple[str, str, str]]) -> None:
    members = [f"{json.dumps(name)}{colon}{value}" for name, colon, value in pieces]
    [item] = from_jsonl("{" + ", ".join(['"speaker": "a", "said": "2025"', *members]) + "}")
    names = [name for name, _, _ in pieces]
    assert isinstance(item, Refusal) == (len({*names}) < len(names))


def test_one_bad_line_does_not_hide_the_others() -> None:
    items = from_jsonl(good() + "{\n" + good(authority=7) + good())
    assert [isinstance(item, Refusal) for item in items] == [False, True, True, False]
    assert [item.line for item in items] == [1, 2, 3, 4]


def test_a_line_of_more_than_16_mebibytes_is_refused_and_the_next_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (decoding, csv_rows):
        monkeypatch.setattr(module, "LONGEST_LINE", 1000)
    first, second = from_jsonl(good(summary="x" * 5000) + good())
    assert str(first) == "sheet.jsonl, line 1: The line is longer than 16 MiB."
    assert isinstance(second, Read)
    assert second.line == 2


def test_a_json_document_over_several_lines_is_told_from_json_lines() -> None:
    for text in ('{\n "speaker": "a"\n}\n', "\n[\n{}\n]\n"):
        with pytest.raises(UnreadableInput, match=r"one JSON document over several lines.*jq -c"):
            from_jsonl(text)


@pytest.mark.parametrize("escape", ["\\u0000", "\\u001b", "\\b", "\\u007f", "\\u0085", "\\r"])
def test_an_escaped_control_character_is_refused(escape: str) -> None:
    refusal = the_refusal(from_jsonl(good(summary="a?b").replace("?", escape)))
    assert refusal.startswith("sheet.jsonl, line 1: summary: Found ")


@pytest.mark.parametrize("character", ["\x7f", "\x85", "\x9f"])
def test_a_written_control_character_is_refused(character: str) -> None:
    assert refusal_of(summary=f"a{character}b").startswith(
        f"summary: Found the control character U+{ord(character):04X}"
    )


def test_half_a_surrogate_pair_is_refused() -> None:
    assert "expected text" in the_refusal(from_jsonl('{"speaker": "a", "said": "2025", "summary": "\\ud83d"}'))


@pytest.mark.parametrize("text", [good(summary="cafe\u0301"), json.dumps({**GOOD, "summary": "cafe\u0301"})])
def test_text_is_brought_into_nfc_and_that_is_noted(text: str) -> None:
    [item] = from_jsonl(text)
    assert isinstance(item, Read)
    assert item.record.summary == "caf\u00e9"
    assert item.notes == ("NFC changed 2 characters",)


def test_windows_line_ends_inside_text_become_line_feeds() -> None:
    assert the_record(from_jsonl(good(summary="a\r\nb"))).summary == "a\nb"
    assert the_record(from_csv('speaker,said,summary\r\na,2025,"a\r\nb"\r\n')).summary == "a\nb"


def test_what_the_program_fills_in_no_file_may_claim() -> None:
    article = {"id": "a", "outlet": "o", "title": "T", "text": "t", "raw": "x"}
    assert "Unknown field 'raw'." in the_refusal(from_jsonl(json.dumps(article), ArticleRecord))
    refusals = from_csv("id,outlet,title,text,raw\na,o,T,t,x\n", ArticleRecord)
    assert "Unknown column 'raw'." in the_refusal(refusals)


def test_defaults_stand_in_for_what_a_line_does_not_name() -> None:
    lines = io.BytesIO(b'{"speaker": "a"}\n{"speaker": "a", "said": "2026"}\n')
    items = [*read_jsonl(lines, StatementRecord, "x", defaults={"said": "2025"})]
    assert [item.record.said for item in items if isinstance(item, Read)] == ["2025", "2026"]


def test_a_place_inside_a_record_is_named_by_slugs() -> None:
    event = {"slug": "a", "kind": "call", "title": "T", "during": "2025", "causes": [{"kind": "x", "asserted_by": "b"}]}
    assert the_refusal(from_jsonl(json.dumps(event), EventRecord)).startswith(
        "sheet.jsonl, line 1: causes.1.kind: Found 'x'; expected one of responds_to, retaliates_for"
    )


def test_the_parts_of_a_cell_are_explained_too() -> None:
    actor = {"slug": "a", "kind": "person", "name": "A", "relations": ["govern:japan"], "tenures": ["pm#0@2025"]}
    refusal = the_refusal(from_jsonl(json.dumps(actor), ActorRecord))
    assert "relations.kind: Found 'govern'; expected one of part_of, governs," in refusal
    assert "tenures.seat: Found 0; expected a whole number of at least 1." in refusal


def test_few_fields_are_all_named_when_none_is_near() -> None:
    assert "Unknown field 'zzz'. Known fields: slug, name, kind, country" in the_refusal(
        from_jsonl('{"slug": "a", "name": "A", "zzz": 1}', OutletRecord)
    )


def test_memory_stays_flat_however_long_the_file() -> None:
    class Long(io.RawIOBase):
        left = 200
        lines = good(summary="x" * 400).encode() * 100

        def read(self, _size: int = -1) -> bytes:
            self.left -= 1
            return self.lines if self.left >= 0 else b""

    stream = utf8_stream(cast("BinaryIO", Long()), "x")
    tracemalloc.start()
    try:
        count = sum(isinstance(item, Read) for item in read_jsonl(stream, StatementRecord, "x"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 4_000_000


# --- CSV


def test_a_sheet_becomes_records_with_the_line_each_row_starts_on() -> None:
    items = from_csv('speaker,said,summary\na,2025,"one\ntwo"\n\nb,2026,x\n')
    assert [item.line for item in items] == [2, 5]
    assert [item.record.summary for item in items if isinstance(item, Read)] == ["one\ntwo", "x"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_fits_the_header(delimiter: str) -> None:
    text = delimiter.join(("speaker", "said", "summary")) + "\n" + delimiter.join(("a", "2025", '"x;y,z\tw"')) + "\n"
    assert the_record(from_csv(text)).summary == "x;y,z\tw"


def test_an_empty_cell_is_not_given() -> None:
    record = the_record(from_csv("speaker,said,authority,final\na,2025,,\n"))
    assert record.model_fields_set == {"speaker", "said"}


@pytest.mark.parametrize(
    ("spelling", "meaning"),
    [("true", True), ("TRUE", True), ("yes", True), ("1", True), ("false", False), ("No", False), ("0", False)],
)
def test_cells_are_read_as_flags(spelling: str, *, meaning: bool) -> None:
    assert the_record(from_csv(f"speaker,said,final\na,2025,{spelling}\n")).final is meaning


@pytest.mark.parametrize("spelling", ["t", "f", "on", "off", "y", "n", "2", "0.0", "ja"])
def test_other_spellings_of_flags_are_refused(spelling: str) -> None:
    assert f"final: Found '{spelling}'; expected true or false." in the_refusal(
        from_csv(f"speaker,said,final\na,2025,{spelling}\n")
    )


def test_cells_are_read_as_numbers() -> None:
    text = "slug,label,definition,rank,score\na,A,D, 3 ,-0.5\nb,B,D,3.0,1e0\n"
    records = [item.record for item in from_csv(text, PositionRecord) if isinstance(item, Read)]
    assert [(record.rank, record.score) for record in records] == [(3, -0.5), (3, 1.0)]


@pytest.mark.parametrize("spelling", ["nan", "inf", "1_0", "0x1", "½", "1,5", "1e999"])
def test_other_spellings_of_numbers_are_refused(spelling: str) -> None:
    refusal = the_refusal(from_csv(f'slug,label,definition,score\na,A,D,"{spelling}"\n', PositionRecord))
    assert f"score: Found '{spelling}'; expected a number from -1 to 1." in refusal


def test_lists_in_a_cell_are_separated_by_bars() -> None:
    assert the_record(from_csv("speaker,said,addressees\na,2025,china | us |\n")).addressees == ["china", "us"]


def test_an_instant_in_a_cell_keeps_its_offset() -> None:
    record = the_record(from_csv("speaker,said,said_at\na,2025,2025-11-07T10:00:00+09:00\n"))
    assert record.said_at.isoformat() == "2025-11-07T10:00:00+09:00"


@pytest.mark.parametrize(
    ("header", "sentences"),
    [
        ("speeker,said,speaker", ["Unknown column 'speeker'. Did you mean 'speaker'?"]),
        ("speaker,said,said", ["Duplicate column 'said' in the header."]),
        ("speaker,,said", ["Column 2 has no name."]),
        ("said", ["speaker: The header lacks this column, which every record needs."]),
        ('"speaker,said', ["A quote in the header is not closed on its line."]),
        ("speaker,said,zzz", ["Unknown column 'zzz'. To have it ignored, begin its name with x_."]),
    ],
)
def test_a_bad_header_is_refused_before_any_row(header: str, sentences: list[str]) -> None:
    assert [str(item) for item in from_csv(f"{header}\na,2025,b\n")] == [f"sheet.csv, line 1: {it}" for it in sentences]


def test_columns_that_begin_with_x_are_kept_for_the_refused_file_and_otherwise_ignored() -> None:
    [item] = from_csv("speaker,said,x_row\na,2025,17\n")
    assert isinstance(item, Read)
    assert item.original == {"speaker": "a", "said": "2025", "x_row": "17"}


@pytest.mark.parametrize(
    ("rows", "sentences"),
    [
        ("a\n", ["line 2: Found 1 cell; expected 3 as in the header. An empty cell still needs its delimiter."]),
        (
            "a,2025,b,c\n",
            ["line 2: Found 4 cells; expected 3 as in the header. Quote a cell that contains a comma."],
        ),
        (
            'a,2025,"x "y" z"\n',
            ["line 2: A quote inside a cell is not doubled, or a comma is missing after a closing quote."],
        ),
        (
            'a,2025,x\nb,2025,"never closed\nc,2025,x\n',
            ["line 3: A quote in this row is never closed, so everything after it was read as one cell."],
        ),
        (
            "a,2025,x\ry\n",
            ["line 2: The row contains a carriage return without a line feed. Lines must end in a line feed."],
        ),
        (
            'a,2025,"x\ry"\n',
            ["line 2: summary: Found a carriage return without a line feed. Convert the line endings."],
        ),
        ("a,2025,x\x00\n", ["line 2: summary: Found a NUL character, which text cannot contain. Remove it."]),
        ("a,2025,x\x1b\n", ["line 2: summary: Found the control character U+001B. Remove it."]),
        (
            "a,2025,x\x93\n",
            ["line 2: summary: Found the control character U+0093. Check --encoding; it may be cp1252."],
        ),
    ],
)
def test_a_broken_row_is_refused_with_its_line(rows: str, sentences: list[str]) -> None:
    refusals = [str(item) for item in from_csv("speaker,said,summary\n" + rows) if isinstance(item, Refusal)]
    assert refusals == [f"sheet.csv, {sentence}" for sentence in sentences]


def test_rows_after_a_broken_row_are_still_read() -> None:
    items = from_csv('speaker,said,summary\na,2025,"x "y" z"\nb,2025\n,,\nc,2025,x\n')
    assert [(item.line, isinstance(item, Read)) for item in items] == [(2, False), (3, False), (5, True)]


def test_a_cell_is_not_taken_for_another_because_of_nfc() -> None:
    # The Greek question mark becomes a semicolon in NFC, which must not divide cells.
    [item] = from_csv("speaker;said;summary\na;2025;x\u037ey\n")
    assert isinstance(item, Read)
    assert item.record.summary == "x;y"
    assert item.notes == ("NFC changed 1 character",)


def test_a_sheet_without_rows_has_no_records() -> None:
    assert from_csv("speaker,said\n") == []
    assert from_csv("") == []


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30).map(
    lambda text: unicodedata.normalize("NFC", text).strip()
)
WORDS = TEXT.filter(bool)
SLUGS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,4})?", fullmatch=True)
ITEMS = st.lists(WORDS.filter(lambda text: "|" not in text), min_size=1, max_size=3)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    values: dict[str, Any] = {
        "speaker": draw(SLUGS),
        "said": draw(st.dates().map(str)),
        "article": draw(SLUGS),
        "quote": draw(WORDS),
        "issue": draw(SLUGS),
    }
    optional = {
        "position": SLUGS,
        "holder": SLUGS,
        "authority": st.integers(1, 6),
        "final": st.booleans(),
        "summary": WORDS,
        "addressees": ITEMS,
        "rendering": st.sampled_from(["verbatim", "headline"]),
        "confidence": st.sampled_from(["low", "moderate", "high"]),
        "said_at": st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=-3, minutes=-30)))).map(
            lambda moment: moment.isoformat()
        ),
        "zone": st.just("Asia/Tokyo"),
        "prefix": WORDS,
        "coder": WORDS,
    }
    for name, strategy in optional.items():
        if draw(st.booleans()):
            values[name] = draw(strategy)
    return values


def cell(value: object) -> str:
    return "|".join(value) if isinstance(value, list) else str(value)


@given(st.lists(statements(), min_size=1, max_size=4), st.booleans())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_statements_are_the_same_from_json_lines_and_from_csv(sheet: list[dict[str, Any]], escaped: bool) -> None:
    lines = "".join(json.dumps(values, ensure_ascii=escaped) + "\n" for values in sheet)
    columns = [*dict.fromkeys(name for values in sheet for name in values)]
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(columns)
    writer.writerows([cell(values.get(name, "")) for name in columns] for values in sheet)
    expected = [StatementRecord.model_validate(values) for values in sheet]
    assert [item.record for item in from_jsonl(lines) if isinstance(item, Read)] == expected
    assert [item.record for item in from_csv(table.getvalue()) if isinstance(item, Read)] == expected


@given(
    st.dictionaries(
        st.sampled_from([*StatementRecord.model_fields, "x_a"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=5,
        ),
        max_size=6,
    )
)
@settings(deadline=None)
def test_any_object_is_a_record_or_one_refusal(values: dict[str, Any]) -> None:
    assert len(from_jsonl(json.dumps(values) + "\n")) == 1


# --- Encodings, and files that are none of text


def read_bytes(data: bytes, reader: Any = read_jsonl, encoding: str | None = None) -> list[Item[Any]]:  # noqa: ANN401 - one of two readers
    return [*reader(utf8_stream(io.BytesIO(data), "sheet", encoding=encoding), StatementRecord, "sheet")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_utf_8_and_what_has_a_mark_are_read(encoding: str) -> None:
    data = good(summary="“高市”").encode(encoding)
    assert the_record(read_bytes(data)).summary == "“高市”"


def test_a_named_encoding_is_used() -> None:
    assert the_record(read_bytes(good(summary="“été”").encode("cp1252"), encoding="cp1252")).summary == "“été”"
    assert the_record(read_bytes(good(summary="高市").encode("utf-16-le"), encoding="utf-16-le")).summary == "高市"


def test_a_latin_1_file_is_refused_with_a_guess_and_a_preview() -> None:
    data = (good() + good(summary="L'été à Paris, café")).encode("latin-1")
    with pytest.raises(UnreadableInput) as caught:
        read_bytes(data)
    assert str(caught.value).startswith("sheet: Line 2 is not UTF-8 (byte 0xe9); as ")
    assert "L'été" in str(caught.value)
    assert "cp1252" in str(caught.value)
    assert str(caught.value).endswith("Name the right encoding with --encoding.")


def test_text_that_the_named_encoding_cannot_read_is_refused() -> None:
    with pytest.raises(
        UnreadableInput, match=r"Cannot read byte 0xe9 as ascii. Name another encoding with --encoding."
    ):
        read_bytes(good(summary="é").encode("latin-1"), encoding="ascii")


def test_utf_16_without_its_mark_is_refused_with_the_remedy() -> None:
    for order in ("le", "be"):
        with pytest.raises(UnreadableInput, match=f"UTF-16 without a byte order mark. Use --encoding utf-16-{order}"):
            read_bytes(good().encode(f"utf-16-{order}"))


def test_a_mark_and_a_named_encoding_that_differ_are_refused() -> None:
    with pytest.raises(UnreadableInput, match=r"byte order mark of UTF-8\. Leave out --encoding\."):
        read_bytes(good().encode("utf-8-sig"), encoding="latin-1")


@pytest.mark.parametrize("name", ["latni-1", "hex", "rot13", "", "\0", "x" * 500])
def test_an_encoding_that_does_not_exist_is_refused(name: str) -> None:
    if not name:
        assert read_bytes(good().encode(), encoding=name)
        return
    with pytest.raises(UnreadableInput, match="Unknown encoding"):
        read_bytes(good().encode(), encoding=name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a PNG image"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "a gzip file; unpack it with gunzip"),
        (b"SQLite format 3\x00\x10\x00", "an SQLite database"),
        (b"PK\x03\x04\x14\x00", "a ZIP archive .such as .xlsx"),
        (b"%PDF-1.7\n", "a PDF file"),
        (b"{\\rtf1\\ansi", "an RTF file"),
        (bytes(range(256)) * 4, "binary data"),
    ],
)
def test_a_file_that_is_no_text_is_named_for_what_it_looks_like(data: bytes, name: str) -> None:
    with pytest.raises(UnreadableInput, match=f"The file is .*{name}"):
        read_bytes(data)


@pytest.mark.parametrize("data", [b"", b"\n", b" \r\n\t"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableInput, match=r"sheet: The file is empty\."):
        read_bytes(data)


def test_a_single_nul_in_text_is_refused_with_its_line() -> None:
    items = read_bytes(b"speaker,said,summary\na,2025,x\nb,2025,\x00\n", read_csv)
    assert [str(item) for item in items if isinstance(item, Refusal)] == [
        "sheet, line 3: summary: Found a NUL character, which text cannot contain. Remove it."
    ]


@given(
    st.binary(max_size=300),
    st.sampled_from([read_jsonl, read_csv]),
    st.sampled_from([None, "cp1252", "utf-16", "utf-7"]),
)
@settings(deadline=None, max_examples=300)
def test_arbitrary_bytes_are_refused_and_never_raise_anything_else(
    data: bytes,
    reader: Any,  # noqa: ANN401 - one of two readers
    encoding: str | None,
) -> None:
    try:
        items = read_bytes(data, reader, encoding)
    except UnreadableInput:
        return
    assert all(isinstance(item, Refusal) for item in items)


def damaged(sheet: bytes) -> st.SearchStrategy[bytes]:
    """Valid input with a few bytes inserted somewhere, which the first check of a file may miss."""
    return st.builds(
        lambda where, what: sheet[:where] + what + sheet[where:],
        st.integers(0, len(sheet)),
        st.binary(min_size=1, max_size=4),
    )


JSON_SHEET = (good(article="a", quote='“x” \\ "y"', addressees=["b"]) + good()).encode()
CSV_SHEET = 'speaker,said,article,quote\na,2025,b,"x ""y"""\nc,2026,d,é\n'.encode()


@given(damaged(JSON_SHEET))
@settings(deadline=None, max_examples=300)
def test_damaged_json_lines_never_raise_anything_else(data: bytes) -> None:
    try:
        items = read_bytes(data)
    except UnreadableInput:
        return
    assert all(isinstance(item, (Read, Refusal)) for item in items)


@given(damaged(CSV_SHEET))
@settings(deadline=None, max_examples=300)
def test_damaged_csv_never_raises_anything_else(data: bytes) -> None:
    try:
        items = read_bytes(data, read_csv)
    except UnreadableInput:
        return
    assert all(isinstance(item, (Read, Refusal)) for item in items)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_nfc_in_pieces_is_nfc_of_the_whole(text: str) -> None:
    composed, changed = nfc(text)
    assert composed == unicodedata.normalize("NFC", text)
    assert bool(changed) == (composed != text)


# --- Files


CODEBOOK = """\
label = "2025-11"
issued_on = 2025-11-01

[[issue]]
slug = "taiwan-contingency"
question = "What would Japan do?"

[[issue.position]]
slug = "support"
label = "Support"
definition = "Says so."
score = 1
"""


def test_a_toml_file_is_one_record_and_its_dates_are_text(tmp_path: Path) -> None:
    path = tmp_path / "codebook.toml"
    path.write_text(CODEBOOK, encoding="utf-8")
    [item] = read_records(path, CodebookRecord)
    assert isinstance(item, Read)
    assert (item.line, item.record.issued_on) == (None, "2025-11-01")
    assert item.record.issue[0].position[0].score == 1


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (
            "score = 1",
            "score = 2",
            ": issue.taiwan-contingency.position.support.score: Found 2; expected a number from -1",
        ),
        (
            "score = 1",
            "scor = 1",
            ": issue.taiwan-contingency.position.support: Unknown field 'scor'. Did you mean 'score'?",
        ),
        ('label = "Support"', "", ": issue.taiwan-contingency.position.support.label: Required."),
        ("score = 1", "score = ", ", line 12: Invalid TOML: invalid value."),
        ("score = 1", 'label = "x"', ", line 12: Invalid TOML: cannot overwrite a value."),
        ("score = 1", "x = " + "[" * 5000, ": The values are nested too deeply"),
        ("score = 1", "score = " + "9" * 5000, ": Invalid TOML: "),
        ("2025-11-01", "2025-02-31", ", line 2: Invalid TOML: "),
        ('"Says so."', '"a\\u0000"', ": issue: Found a NUL character"),
    ],
)
def test_a_bad_toml_file_is_refused_with_the_place(before: str, after: str, sentence: str) -> None:
    written = CODEBOOK.replace(before, after).encode()
    refusal = str(read_toml(io.BytesIO(written), CodebookRecord, "codebook.toml"))
    assert refusal.startswith(f"codebook.toml{sentence}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", good()),
        ("a.NDJSON", good()),
        ("a.json", good()),
        ("a.csv", "speaker,said\ntakaichi-sanae,2025-11-07\n"),
        ("a.tsv", "speaker\tsaid\ntakaichi-sanae\t2025-11-07\n"),
    ],
)
def test_the_extension_selects_the_format(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert the_record([*read_records(path, StatementRecord)]).speaker == "takaichi-sanae"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.csv", "There is no such file."),
        ("folder.csv", "This is a folder. Name the files in it."),
        ("sheet.xlsx", "The file has the extension '.xlsx'; expected .jsonl, .csv, .tsv or .toml."),
        ("sheet", "The file has no extension; expected .jsonl, .csv, .tsv or .toml."),
        ("nul\0.csv", "The file name is invalid."),
    ],
)
def test_a_path_that_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    for other in ("sheet.xlsx", "sheet"):
        (tmp_path / other).write_text("speaker", encoding="utf-8")
    with pytest.raises(UnreadableInput) as caught:
        [*read_records(tmp_path / name, StatementRecord)]
    assert str(caught.value) == f"{tmp_path / name}: {reason}"


class StandardInput:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize("text", ["\n " + good(), "speaker,said\ntakaichi-sanae,2025-11-07\n"])
def test_standard_input_is_json_lines_or_csv(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    standard_input = StandardInput(text.encode())
    monkeypatch.setattr(sys, "stdin", standard_input)
    [item] = read_records("-", StatementRecord)
    assert isinstance(item, Read)
    assert (item.source, item.record.speaker) == ("standard input", "takaichi-sanae")
    assert not standard_input.buffer.closed


@pytest.mark.parametrize("text", [CODEBOOK, json.dumps(tomllib.loads(CODEBOOK), default=str)])
def test_a_codebook_on_standard_input_is_toml_or_json(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", StandardInput(text.encode()))
    assert the_record([*read_records("-", CodebookRecord)]).label == tomllib.loads(CODEBOOK)["label"]


def test_an_html_file_is_opened_as_what_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes("<meta charset=shift_jis><p>高市".encode("shift_jis"))
    with open_source(path) as stream:
        assert stream.read().decode().endswith("高市")


def test_seen_events_need_a_flag_that_is_given() -> None:
    assert "is_seen: Required." in the_refusal(from_jsonl('{"on": "2025-11-07"}', ObservationRecord))


def test_where_one_day_is_kept_a_date_needs_an_earliest_one() -> None:
    refusal = the_refusal(from_jsonl('{"on": "../2025", "is_seen": true}', ObservationRecord))
    assert refusal.startswith("sheet.jsonl, line 1: on: '../2025' has no earliest day. Give one")


def test_an_address_that_cannot_be_taken_apart_is_refused() -> None:
    line = json.dumps({"id": "a", "outlet": "herald", "title": "A", "text": "Text", "url": "http://[::1"})
    refusal = the_refusal(from_jsonl(line, ArticleRecord))
    assert refusal == "sheet.jsonl, line 1: url: Not a valid address: the host in brackets is invalid."


@pytest.mark.parametrize("value", ["x" * 70_000, "it's " * 9_000])
def test_a_long_value_is_not_told_whole(value: str) -> None:
    line = json.dumps({"slug": "a", "kind": "person", "name": "A", "identifiers": [value]})
    refusal = the_refusal(from_jsonl(line, ActorRecord))
    assert len(refusal) < 400
    assert "…" in refusal
    assert refusal.endswith("needs a colon, as in 'ja:高市早苗' or 'wikidata:Q17'.")


def test_a_file_among_others_is_refused_by_the_code_that_it_is_by_itself(tmp_path: Path) -> None:
    missing = tmp_path / "missing.txt"

    with pytest.raises(UnreadableInput) as alone, open_source(missing):
        pass
    (refusal,) = read_articles([missing], defaults=ArticleDefaults())

    assert isinstance(refusal, Refusal)
    assert refusal.code == alone.value.fault.code == "no_such_file"
