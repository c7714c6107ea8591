"""Former spellings still work, do not appear in help, and print the new spelling."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from stancedb.cli import former
from stancedb.cli.main import cli
from tests.support.commands import commands
from tests.support.plugin import Run
from tests.support.worlds import answer, done, invoker

pytest_plugins = ("tests.support.worlds",)


@pytest.fixture
def spoken(spoken_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a command on the small world with one statement."""
    return invoker(spoken_url, tmp_path)


def test_these_are_all() -> None:
    hidden = {
        (*words, option)
        for words, command in commands()
        for parameter in command.params
        if isinstance(parameter, click.Option) and parameter.hidden
        for option in parameter.opts
    }

    assert former.NOUNS == {"report": "page"}
    assert former.OPTIONS == {("release", "create", "--at"): "--known-at"}
    assert {place for place in hidden if place[-1] not in {"-v", "--verbose"}} == set(former.OPTIONS)


def test_a_former_noun_does_what_the_new_one_does(spoken: Run) -> None:
    result = done(spoken("report", "dam", "--format", "json"))

    assert result.stderr == "'stancedb report' is now 'stancedb page'; the former name works until the first release.\n"
    assert result.stdout == done(spoken("page", "dam", "--format", "json")).stdout


def test_a_former_option_does_what_the_new_one_does(spoken: Run) -> None:
    number = answer(spoken, "changeset", "list")[-1]["number"]

    result = done(spoken("release", "create", "early", "--at", number))

    assert result.stderr == "'--at' is now '--known-at'; the former name works until the first release.\n"
    assert answer(spoken, "release", "show", "early")["changeset"] == number


@pytest.mark.parametrize("line", [[], ["page"], ["release", "create"]])
def test_no_help_shows_a_former_spelling(run: Run, line: list[str]) -> None:
    shown = done(run(*line, "--help")).stdout

    assert "report " not in shown.replace("reporting", "")
    assert "--at" not in shown


def test_the_word_report_is_left_to_the_reporting_schema() -> None:
    said = {
        " ".join(words)
        for words, command in commands()
        if re.search(r"\breports?\b", command.get_help(click.Context(command, info_name=" ".join(words))))
    }

    assert said == set()


def test_a_former_noun_is_not_completed() -> None:
    assert "report" not in cli.list_commands(click.Context(cli))
