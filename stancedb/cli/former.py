"""Former names of commands and options, which work until the first release but are not shown in the help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from stancedb.cli.app import App

F = TypeVar("F", bound=Callable[..., Any])

# Former name to current name.
NOUNS = {"report": "page"}
OPTIONS: dict[tuple[str, ...], str] = {("release", "create", "--at"): "--known-at"}


def renamed(ctx: click.Context, noun: str) -> str:
    """Return the current name of a noun, and print it if the former one was typed."""
    if noun not in NOUNS:
        return noun
    _name(ctx, f"stancedb {noun}", f"stancedb {NOUNS[noun]}")
    return NOUNS[noun]


def former_option(*words: str) -> Callable[[F], F]:
    """Add the former name of an option.

    Args:
        *words: The words of the command and the former option, as in ``OPTIONS``.
    """
    now = OPTIONS[words]

    def named(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
        if value is not None:
            _name(ctx, words[-1], now)
        return value

    return click.option(words[-1], now.removeprefix("--").replace("-", "_"), hidden=True, callback=named)


def _name(ctx: click.Context, former: str, now: str) -> None:
    if not ctx.resilient_parsing:
        app = ctx.ensure_object(App)
        app.output.say(f"'{former}' is now '{now}'; the former name works until the first release.")
