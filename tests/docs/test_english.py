"""The prose of this project avoids the listed phrases, and what a reader types fits on a page."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.english import idioms

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "seeds/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
ROOMS = [ROOT / "stancedb" / room for room in ("shared", "export", "releases")]
MODULES = [
    *(path for room in ROOMS for path in sorted(room.glob("*.py"))),
    *(ROOT / "docs" / name for name in ("hooks.py", "reference.py")),
    ROOT / "migrations" / "env.py",
]
QUERIES = [path for room in ROOMS for path in sorted(room.glob("*.sql"))]
ENTRIES = ("Added", "Changed", "Fixed", "Removed", "Security")
WIDTH = 100
# A record of these formats is a single line, however long; a line of output is as wide as the program makes it.
RECORDS = {"json", "csv", "text"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def avoided(path: Path, texts: Iterator[tuple[int, str]]) -> list[str]:
    """Return each phrase to avoid with its place and with what to write instead."""
    return [
        f"{named(path)}:{number}: {phrase!r}, write: {instead}"
        for number, text in texts
        for phrase, instead in idioms(text)
    ]


def blocks(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Yield each block of a page: the number of its first line, its language, which may be empty, and its lines."""
    begin, language, block = 0, "", list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("```"):
            block.append(line)
            continue
        if begin:
            yield begin, language, block
        begin, language, block = 0 if begin else number + 1, re.split(r"\W", line.removeprefix("```"))[0], []


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines of a page outside blocks, without inline code."""
    code = {begin + offset for begin, _, lines in blocks(text) for offset in range(len(lines))}
    for number, line in enumerate(text.splitlines(), 1):
        if number not in code:
            yield number, re.sub(r"`[^`]*`", "", line)


def said(source: str) -> Iterator[tuple[int, str]]:
    """Yield the docstrings and comments of a module with their first lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            begin = node.body[0].lineno if node.body else 1
            yield begin, " ".join((ast.get_docstring(node) or "").split())
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def typed(language: str, lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines of a block that a reader types, without output and records."""
    goes_on = False
    quotes = 0
    for offset, line in enumerate(lines):
        if language == "console":
            if not (goes_on or line.startswith("$ ")):
                continue
            # A command goes on after a backslash and inside quotation marks.
            quotes = (quotes if goes_on else 0) + line.count('"')
            goes_on = line.endswith("\\") or quotes % 2 == 1
        elif language in RECORDS:
            continue
        yield offset, line


class TestTheProse:
    def test_a_page_uses_no_phrase_to_avoid(self) -> None:
        assert [found for path in PAGES for found in avoided(path, prose(path.read_text("utf-8")))] == []

    def test_a_docstring_or_comment_uses_no_phrase_to_avoid(self) -> None:
        assert [found for path in MODULES for found in avoided(path, said(path.read_text("utf-8")))] == []

    def test_a_comment_in_sql_uses_no_phrase_to_avoid(self) -> None:
        found = []
        for path in QUERIES:
            lines = enumerate(path.read_text("utf-8").splitlines(), 1)
            found += avoided(path, ((number, line.partition("--")[2]) for number, line in lines))

        assert found == []

    @pytest.mark.parametrize(
        ("page", "phrases"),
        [("It is no file.", ["is no "]), ("`is no file`", []), ("```sh\nis no file\n```\n", [])],
        ids=["prose", "inline code", "block"],
    )
    def test_code_is_not_prose(self, page: str, phrases: list[str]) -> None:
        assert [phrase for _, text in prose(page) for phrase, _ in idioms(text)] == phrases


class TestTheChangelog:
    def test_an_entry_begins_with_the_kind_of_change(self) -> None:
        entries = re.findall(r"^- (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

        assert entries
        assert [entry for entry in entries if entry.partition(": ")[0] not in ENTRIES] == []


class TestTheBlocks:
    def test_what_a_reader_types_fits_into_a_page(self) -> None:
        found = [
            f"{named(path)}:{begin + offset}: {len(line)} columns"
            for path in PAGES
            for begin, language, lines in blocks(path.read_text("utf-8"))
            for offset, line in typed(language, lines)
            if len(line) > WIDTH
        ]

        assert found == []

    def test_a_command_is_typed_and_its_output_is_not(self) -> None:
        lines = ["$ a \\", "  b", "output", '$ c "', 'd"', "output"]

        assert [line for _, line in typed("console", lines)] == ["$ a \\", "  b", '$ c "', 'd"']
