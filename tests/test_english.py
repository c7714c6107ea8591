"""What the program says is in sentences, and in the words of the field."""

from __future__ import annotations

import inspect
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import psycopg
import pytest

from stancedb import errors
from stancedb.errors import NoSuchThing, RecordsRefused, StancedbError, UnreadableInput
from stancedb.refusals import Fault, Refusal, templates
from stancedb.rules import SENTENCES, sentence_of
from tests.support.english import idioms
from tests.support.plugin import Clone

PACKAGE = Path(__file__).resolve().parents[1] / "stancedb"
ROOMS = (
    *("admin", "derivation", "fetching", "loading", "model", "reading", "records", "reporting", "rights", "server"),
    *("errors.py", "refusals.py", "refusals.toml", "rules.py"),
)
# A message begins with a capital, a value in quotes, a placeholder, an option or the name of the program.
BEGINS = re.compile(r"(?:[A-Z]|'|\{|--|stancedb |url |pg_dump )")
ENDS = re.compile(r"(?:[.?])")
FAILURES = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, StancedbError) and kind not in {StancedbError, RecordsRefused, UnreadableInput}
]


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def faults_of(sentence: str) -> list[str]:
    """Return what is wrong with the English of a message."""
    found = [f"{phrase}: {instead}" for phrase, instead in idioms(sentence)]
    if not BEGINS.match(sentence):
        found.append("begins without a capital")
    if not ENDS.fullmatch(sentence[-1:]) or sentence.endswith(".."):
        found.append("ends without a full stop")
    return found


def prose_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the comments and docstrings of a file, with their lines; of SQL and TOML all of it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from enumerate(text.splitlines(), 1)
        return
    at_start = True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and at_start):
            yield from enumerate(token.string.splitlines(), token.start[0])
        at_start = token.type in {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT} or (
            at_start and token.type in {tokenize.NL, tokenize.COMMENT}
        )


@pytest.mark.parametrize("constraint", sorted(SENTENCES))
def test_the_sentence_of_a_constraint_is_one(constraint: str) -> None:
    assert faults_of(sentence_of(constraint)) == []


@pytest.mark.parametrize("constraint", ["uq_actor_slug", "pk_actor", "fk_tenure_office_id", "ck_actor_kind_is_known"])
def test_a_constraint_whose_name_says_everything_has_a_sentence(constraint: str) -> None:
    said = sentence_of(constraint, "Key (slug)=(japan) already exists.")

    assert faults_of(said) == []
    assert said.endswith(" Found: japan.")


@pytest.mark.parametrize("code", sorted(templates().keys() - {"candidate"}))
def test_a_refusal_is_a_sentence(code: str) -> None:
    values: dict[str, object] = dict.fromkeys(placeholders(templates()[code].says), "Value")
    inner = {"fault": Fault("is_a_folder", {}), "faults": [Fault("blank", {})]}

    assert faults_of(Refusal("a.csv", 3, code, {**values, **inner, "most": 3, "seconds": 3}, "said").reason) == []


@pytest.mark.parametrize("kind", FAILURES, ids=lambda kind: kind.__name__)
def test_a_failure_is_a_sentence(kind: type[StancedbError]) -> None:
    message = inspect.cleandoc(kind.__doc__ or "")
    fields = dict.fromkeys(placeholders(message), "Value")

    assert faults_of(str(kind(**{**fields, "seconds": 3, "minutes": 3}))) == []


def test_a_message_from_elsewhere_gets_its_capital_and_its_full_stop() -> None:
    assert str(errors.UsageError(message="leave it out")) == "Leave it out."
    assert Fault("article_withdrawn", {"article": "a", "reason": "wrong."}).reason == "Article 'a' is retracted: wrong."


def test_the_place_of_a_handle_stands_before_the_full_stop() -> None:
    failure = NoSuchThing(kind="actor", handle="x", where=" as known at changeset 3", offer=" Did you mean 'y'?")

    assert str(failure) == "There is no actor 'x' as known at changeset 3. Did you mean 'y'?"


def test_faults_of_one_line_are_sentences_in_a_row() -> None:
    faults = [Fault("not_given", {}), Fault("unknown_field", {"name": "sad", "nearest": "said"})]

    assert Refusal("a.csv", 3, "several", {"faults": faults}, "speaker").about_record == (
        "speaker: Required. Unknown field 'sad'. Did you mean 'said'?"
    )


@pytest.mark.parametrize("room", ROOMS)
def test_docstrings_and_comments_are_in_the_words_of_the_field(room: str) -> None:
    root = PACKAGE / room
    files = [root] if root.is_file() else [path for path in sorted(root.rglob("*")) if path.is_file()]

    assert [
        f"{path.relative_to(PACKAGE)}:{line}: {phrase} -> {instead}"
        for path in files
        if path.suffix in {".py", ".sql", ".toml"}
        for line, text in prose_of(path)
        for phrase, instead in idioms(text)
    ] == []


def test_the_database_describes_itself_in_the_words_of_the_field(clone: Clone, template: str) -> None:
    with clone(template) as url, psycopg.connect(url, autocommit=True) as connection:
        said = connection.execute(
            "SELECT d.objoid::text || ' ' || d.objsubid, d.description FROM pg_description d"
            " WHERE d.objoid IN (SELECT c.oid FROM pg_class c UNION ALL SELECT p.oid FROM pg_proc p"
            " UNION ALL SELECT k.oid FROM pg_constraint k) AND d.objoid >= 16384"
        ).fetchall()

    assert len(said) > 1000
    assert [(comment, phrase) for _, comment in said for phrase, _ in idioms(comment)] == []
