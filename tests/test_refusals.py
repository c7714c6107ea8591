"""The messages of rejections: each has its template, and no value of a record makes it long or garbled."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from stancedb.refusals import Fault, FaultError, Refusal, templates
from stancedb.sql import Queries

PACKAGE = Path(__file__).resolve().parents[1] / "stancedb"
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
# The calls that take a code, and the position of the code.
PLACES = {"Refusal": 2, "Fault": 0, "FaultError": 0, "refuse": 0}


def calls() -> Iterator[tuple[Path, ast.Call, ast.expr]]:
    """Yield each call that creates rejections, with its code."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = str(getattr(node.func, "id", None) or getattr(node.func, "attr", ""))
                if len(node.args) > PLACES.get(name, 99) and (name != "refuse" or asks(node)):
                    yield path, node, node.args[PLACES[name]]


def asks(call: ast.Call) -> bool:
    """Return whether a call runs a query of a file, as the checks of staged rows do."""
    return len(call.args) > 1 and ast.unparse(call.args[1]).startswith("SQL[")


def constants(code: ast.expr) -> set[str]:
    """Return the literal values that an expression may have."""
    parts = [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]
    return {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def placeholders(code: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(templates()[code].says) if name}


def test_each_code_has_a_template() -> None:
    used = {code for _, _, argument in calls() for code in constants(argument)}

    assert used - templates().keys() == set()
    assert len(used) > 60


def test_each_template_is_used() -> None:
    said = {
        node.value
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert templates().keys() - said == set()


def test_a_query_gives_the_values_of_its_template() -> None:
    missing = [
        (path.name, code, name)
        for path, call, argument in calls()
        if asks(call) and isinstance(query := call.args[1], ast.Subscript)
        for code in constants(argument)
        for name in placeholders(code)
        for statement in constants(query.slice)
        if not re.search(rf"\b{name}\b", Queries(str(path))[statement].text)
    ]

    assert missing == []


@pytest.mark.parametrize("code", sorted(templates()))
def test_a_sentence_stays_short_and_on_its_line_whatever_the_values_are(code: str) -> None:
    long = "it's\x1b[2J\n'" * 20_000
    sentence = Refusal("a.csv", 3, code, dict.fromkeys(placeholders(code), long), "issue").reason

    assert len(sentence) <= len(templates()[code].says) + 560 * len(placeholders(code))
    if not re.search(r":(sentence|whole)\}", templates()[code].says):
        assert sentence.isprintable()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 79 + "…"),
        ("a\tb\x00", r"a\tb\x00"),
        ("it's", "it's"),
        ("高市 早苗", "高市 早苗"),
        ("{date}", "{date}"),
    ],
)
def test_a_value_is_shortened_and_made_visible_before_it_is_put_in(value: str, said: str) -> None:
    assert Fault("no_such_day", {"date": value}).reason.startswith(f"'{said}' is not in the calendar. Check")


@pytest.mark.parametrize(
    ("found", "said"),
    [("NA", "'NA'"), (3, "3"), (True, "true"), (None, "null"), ([1], "a list"), ({}, "an object"), ("\n", r"'\n'")],
)
def test_what_was_found_is_shown_as_it_was_given(found: object, said: str) -> None:
    fault = Fault("not_what_is_expected", {"found": found, "expected": "text", "meant": None})

    assert fault.reason == f"Found {said}; expected text."


@pytest.mark.parametrize(
    ("nearest", "offer"),
    [(None, ""), ("ana-cole", " Did you mean 'ana-cole'?"), ("a\u200bb", r" Did you mean 'a\u200bb'?")],
)
def test_a_near_handle_is_offered_where_there_is_one(nearest: str | None, offer: str) -> None:
    fault = Fault("no_such", {"noun": "actor", "handle": "x", "nearest": nearest})

    assert fault.reason == f"There is no actor 'x'.{offer}"


def test_a_long_list_is_cut() -> None:
    positions = [f"p{number}" for number in range(40)]
    fault = Fault("no_such_position", {"issue": "dam", "position": "x", "positions": positions})

    assert fault.reason.endswith("p28, p29, and 10 more.")


def test_several_faults_are_one_sentence() -> None:
    faults = [Fault("blank", {}), Fault("no_such_day", {"date": "2025-02-30"}, "said")]
    refusal = Refusal("a.csv", 3, "several", {"faults": faults}, "speaker")

    assert str(refusal) == (
        "a.csv, line 3: speaker: The value is blank. Leave the field out if there is nothing to enter. said:"
        " '2025-02-30' is not in the calendar. Check the year (0001 to 9999), the month and the day."
    )


def test_the_field_is_that_of_the_template_unless_another_is_given() -> None:
    assert Refusal("a.csv", 3, "no_codebook", {}).field == "codebook"
    assert Refusal("a.csv", 3, "no_codebook", {}, "label").field == "label"


def test_an_unknown_code_is_found_where_it_is_used() -> None:
    with pytest.raises(KeyError):
        Refusal("a.csv", 3, "no_such_code", {})


def test_a_fault_comes_through_from_another_process() -> None:
    error = pickle.loads(pickle.dumps(FaultError("no_such_day", date="2025-02-30")))  # noqa: S301 - our own bytes

    assert (error.fault.code, error.fault.values) == ("no_such_day", {"date": "2025-02-30"})
