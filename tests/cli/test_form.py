"""The form in which findings are edited: what is written is read again, and mistakes are said where they stand."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stancedb.cli import form as forms
from stancedb.model.vocabulary import Assertion, Basis, Confidence, Explicitness, Rendering, SelfDeclared, Vagueness
from stancedb.records.checking import Read, check_record
from stancedb.records.statement import StatementRecord

# What a record may say, control characters left out, which are refused.
_LETTERS = st.characters(exclude_categories=("Cs", "Cc"))
WORDS = st.text(st.one_of(_LETTERS, st.sampled_from('"#>:-\n\t {}[]\\|')), min_size=1, max_size=40).map(
    lambda text: unicodedata.normalize("NFC", text)
)
SLUGS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,4})?", fullmatch=True)
FIELDS = st.fixed_dictionaries(
    {"speaker": SLUGS, "said": st.sampled_from(["2025-03-01", "2025-03", "[2025-03-01..2025-03-04]"]), "quote": WORDS},
    optional={
        "office": SLUGS,
        "authority": st.integers(1, 6),
        "act": SLUGS,
        "said_phrase": WORDS,
        "said_at": st.just("2025-03-01T10:00:00+09:00"),
        "ends": st.just(False),
        "zone": st.just("Asia/Tokyo"),
        "place": WORDS,
        "summary": WORDS,
        "self_declared": st.sampled_from(SelfDeclared),
        "addressees": st.lists(SLUGS, min_size=1, max_size=3),
        "links": st.lists(SLUGS.map(lambda slug: f"responds_to:{slug}"), min_size=1, max_size=2),
        "prefix": WORDS,
        "suffix": WORDS,
        "rendering": st.sampled_from(Rendering),
        "asserts": st.sampled_from(Assertion),
        "attribution": WORDS,
        "holder": SLUGS,
        "position": SLUGS,
        "basis": st.sampled_from(Basis),
        "explicitness": st.sampled_from(Explicitness),
        "condition": WORDS,
        "vagueness": st.sampled_from(Vagueness),
        "confidence": st.sampled_from(Confidence),
        "rationale": WORDS,
        "attributes": st.lists(WORDS.map(lambda text: f"frame:{text}x"), min_size=1, max_size=1),
    },
)


def checked(fields: dict[str, Any]) -> StatementRecord | None:
    read = check_record({**fields, "issue": "dam", "article": "a"}, StatementRecord, "finding")
    return read.record if isinstance(read, Read) else None


@given(FIELDS)
def test_a_record_comes_back_as_it_was(fields: dict[str, Any]) -> None:
    record = checked(fields)
    assume(record is not None)
    assert record
    stored = record.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    read = forms.read(forms.block_of(stored, record.quote or "", 3))

    assert read.mistakes == {}
    (block,) = read.blocks
    assert block.finding == 3
    again = checked({name: value for name, value in block.fields.items() if name != "issue"})
    assert again is not None
    assert again.model_dump() == record.model_dump()


@given(st.lists(FIELDS, max_size=4))
def test_several_blocks_stay_apart(found: list[dict[str, Any]]) -> None:
    blocks = [forms.block_of(fields, fields["quote"], number) for number, fields in enumerate(found, 1)]
    read = forms.read("---\n".join(["# A comment.\n", *blocks, "speaker: \n> \n"]))

    assert [block.finding for block in read.blocks] == list(range(1, len(found) + 1))


@given(st.text(st.sampled_from("a:>#-!\n ")), st.dictionaries(st.integers(1, 9), st.lists(st.text(), max_size=2)))
def test_sentences_about_mistakes_are_taken_out_again(form: str, mistakes: dict[int, list[str]]) -> None:
    form = forms.without_mistakes(form)

    assert forms.without_mistakes(forms.with_mistakes(form, mistakes)) == form


def test_a_sentence_stands_above_its_line() -> None:
    assert forms.with_mistakes("a: 1\nb: 2\n", {2: ["No b."]}) == "a: 1\n#! No b.\nb: 2\n"


@pytest.mark.parametrize(
    ("form", "line", "sentence"),
    [
        (
            "speaker: a\nsaid 2025\n",
            2,
            "'said 2025' is not a key with a value; write 'key: value', or '> ' and the quote.",
        ),
        ("# x\nsaid: 2025\nsaid: 2026\n", 3, "The key 'said' is given twice in this block."),
        ("\nfinding: one\nsaid: 2025\n", 2, "'one' is not the number of a finding; remove the line to add a new one."),
        ("done: perhaps\n", 1, "'perhaps' is neither yes nor no; write 'done: yes' when the text is finished."),
    ],
)
def test_what_cannot_be_read_is_said_where_it_stands(form: str, line: int, sentence: str) -> None:
    assert forms.read(form).mistakes == {line: [sentence]}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("on-behalf-of: norland", ("on_behalf_of", "norland")),
        ("Summary:  # is no comment here ", ("summary", "# is no comment here")),
        ('summary: "So be it", she said', ("summary", '"So be it", she said')),
        ('summary: "two\\nlines"', ("summary", "two\nlines")),
        ("summary: a: b", ("summary", "a: b")),
        ("addressees: norland", ("addressees", ["norland"])),
    ],
)
def test_a_value_is_what_was_typed(typed: str, value: tuple[str, object]) -> None:
    (block,) = forms.read(f"{typed}\n").blocks

    assert dict(block.fields) == dict([value])


def test_a_text_is_finished_when_the_form_says_so() -> None:
    assert not forms.read("done: no\n---\nspeaker: a\n").is_done
    assert forms.read("done: yes\n---\nspeaker: a\n").is_done
