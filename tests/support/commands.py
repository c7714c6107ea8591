"""The commands and the words that call them, for tests that check all of them."""

from __future__ import annotations

from collections.abc import Iterator

import click

from stancedb.cli.main import NOUNS, Lazy, cli


def nouns() -> dict[str, click.Command]:
    """Return the nouns with their loaded commands."""
    found = {}
    for name, *_ in NOUNS:
        lazy = cli.commands[name]
        assert isinstance(lazy, Lazy)
        found[name] = lazy.load()
    return found


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command with the words that call it, groups included."""
    for name, noun in nouns().items():
        yield from _below((name,), noun)


def _below(words: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        for word, verb in command.commands.items():
            yield from _below((*words, word), verb)
