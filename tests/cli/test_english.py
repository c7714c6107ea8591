"""The English of the help, and of the comments and docstrings of the rooms that a person or a script meets first."""

from __future__ import annotations

import inspect
import tokenize
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from rich.cells import cell_len

import stancedb
from stancedb.cli.main import Lazy, cli
from tests.support.english import idioms

WIDTH = 80
# Four lines beside the names of the options on a terminal of WIDTH columns: what is longer belongs in the description.
OPTION_HELP = 160
ROOMS = ("cli", "api", "questions", "operations")


def _walked(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    """Yield each command and group below a command, with the words that call it."""
    command = command.load() if isinstance(command, Lazy) else command
    yield " ".join(words), command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _walked(below, (*words, name))


COMMANDS = dict(_walked(cli, ("stancedb",)))


def _rendered(words: str) -> str:
    context = click.Context(COMMANDS[words], info_name=words, terminal_width=WIDTH, max_content_width=WIDTH)
    return COMMANDS[words].get_help(context)


def _parameter_helps() -> Iterator[tuple[str, str]]:
    """Yield the help of each argument and option that the help shows, with where it stands."""
    for words, command in COMMANDS.items():
        for parameter in command.params:
            if not getattr(parameter, "hidden", False):
                yield f"{words} {max(parameter.opts, key=len)}", getattr(parameter, "help", None) or ""


def _sentences(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the comments and the strings of a file, each with its line."""
    if path.suffix == ".sql":
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            yield number, line.partition("--")[2]
        return
    with tokenize.open(path) as file:
        for token in tokenize.generate_tokens(file.readline):
            if tokenize.tok_name[token.type] in {"COMMENT", "STRING", "FSTRING_MIDDLE"}:
                yield token.start[0], " ".join(token.string.split())


def test_no_help_uses_a_banned_phrase() -> None:
    texts = {words: inspect.cleandoc(command.help or "") for words, command in COMMANDS.items()}
    texts |= dict(_parameter_helps())

    assert {where: found for where, text in texts.items() if (found := list(idioms(text)))} == {}


def test_each_help_of_a_parameter_begins_with_a_capital_and_ends_with_a_full_stop() -> None:
    wrong = [
        f"{where}: {text}" for where, text in _parameter_helps() if not (text[:1].isupper() and text.endswith("."))
    ]

    assert wrong == []


def test_each_command_is_listed_with_a_whole_sentence() -> None:
    listed = {words: command.get_short_help_str(limit=10 * WIDTH) for words, command in COMMANDS.items()}
    cut = [
        line
        for words in COMMANDS
        for line in _rendered(words).partition("\nCommands:\n")[2].splitlines()
        if line.endswith("...")
    ]

    assert [said for said in listed.items() if not (said[1][:1].isupper() and said[1].endswith("."))] == []
    assert cut == []


@pytest.mark.parametrize("words", COMMANDS)
def test_help_fits_a_terminal_of_80_columns(words: str) -> None:
    assert [line for line in _rendered(words).splitlines() if cell_len(line) > WIDTH] == []


def test_the_help_of_a_parameter_is_at_most_four_lines_long() -> None:
    assert {where: len(text) for where, text in _parameter_helps() if len(text) > OPTION_HELP} == {}


def test_an_option_of_every_command_means_the_same_everywhere() -> None:
    shared = {"--format", "--limit", "--known-at", "--rule", "--keep-going", "--dry-run", "--message", "--refused"}
    different = {
        ("stancedb export network", "--format"),
        ("stancedb stance compare", "--rule"),
        ("stancedb article search", "--limit"),
    }
    said: dict[str, set[str]] = {}
    for where, text in _parameter_helps():
        words, _, option = where.rpartition(" ")
        if option in shared and (words, option) not in different:
            said.setdefault(option, set()).add(text)

    assert said.keys() == shared
    assert {option: texts for option, texts in said.items() if len(texts) > 1} == {}


@pytest.mark.parametrize("room", ROOMS)
def test_no_comment_and_no_string_uses_a_banned_phrase(room: str) -> None:
    found = [
        f"{path.name}:{number}: {phrase} -> {instead}"
        for path in sorted((Path(stancedb.__file__).parent / room).rglob("*"))
        if path.suffix in {".py", ".sql"}
        for number, line in _sentences(path)
        for phrase, instead in idioms(line)
    ]

    assert found == []
