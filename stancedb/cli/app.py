"""What every command shares: the app object, the output formats, and the options that mean the same everywhere."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click
from click.core import ParameterSource

from stancedb.cli.output import FORMATS, TABLE_ROWS, Format, Output

if TYPE_CHECKING:
    from stancedb.database import Reading, Refreshing, Working, Writing
    from stancedb.settings import Settings
    from stancedb.work import Work

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_RULE = "latest-word"


@dataclass
class App:
    """What a command receives in addition to its own arguments.

    Attributes:
        database_url: The value of ``--database``, or None for the embedded server.
        author: The value of ``--author``, or None for the default from the environment.
        verbose: Whether to show SQL and the tracebacks of unexpected errors.
        refreshes: Whether to refresh the reporting schema after every change.
        output: Where results and messages go.
    """

    database_url: str | None = field(default=None, repr=False)
    author: str | None = None
    verbose: bool = False
    refreshes: bool = False
    output: Output = field(default_factory=Output)

    @cached_property
    def settings(self) -> Settings:
        """The settings, read from the environment when first needed."""
        from stancedb.settings import read_settings

        return read_settings(database_url=self.database_url, author=self.author)

    def has_database(self) -> bool:
        """Return whether a database exists; this never creates the embedded one."""
        if self.settings.database_url is not None:
            return True
        from stancedb.server.embedded import status

        return status(self.settings.data_dir).is_initialised

    @cached_property
    def work(self) -> Work:
        """The object that opens the sessions of the command."""
        from stancedb.work import Work

        return Work(self.settings, refreshes=self.refreshes, committed=self.output.forgive)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Open a read-only session, like ``Work.reading``."""
        with self._sql_shown(), self.work.reading() as session:
            yield session

    @contextmanager
    def writing(self, message: str | None, *, dry_run: bool = False) -> Iterator[Writing]:
        """Open the single transaction of a command, like ``Work.writing``, and report the outcome."""
        with self._sql_shown(), self.work.writing(message, dry_run=dry_run) as session:
            yield session
        if dry_run:
            self.output.say("Dry run: nothing was changed.")
        elif self.refreshes:
            self.output.say("The reporting schema is up to date.")

    @contextmanager
    def working(self, *, dry_run: bool = False) -> Iterator[Working]:
        """Open one transaction on the workbench, as ``Work.working``, and report if it was a dry run."""
        with self._sql_shown(), self.work.working(dry_run=dry_run) as session:
            yield session
        if dry_run:
            self.output.say("Dry run: nothing was changed.")

    @contextmanager
    def refreshing(self) -> Iterator[Refreshing]:
        """Open the single transaction that refreshes the reporting schema, like ``Work.refreshing``."""
        with self._sql_shown(), self.work.refreshing() as session:
            yield session

    @contextmanager
    def _sql_shown(self) -> Iterator[None]:
        if not self.verbose:
            yield
            return
        import logging

        logger = logging.getLogger("sqlalchemy.engine")
        handler = logging.StreamHandler(sys.stderr)
        level = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        try:
            yield
        finally:
            logger.setLevel(level)
            logger.removeHandler(handler)


pass_app = click.make_pass_decorator(App, ensure=True)


# --- Commands and groups ----------------------------------------------------------------------------------------------


def set_on_app(attribute: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Return an option callback that stores the value on the app, also during shell completion."""

    def keep(ctx: click.Context, _: click.Parameter, value: Any) -> Any:  # noqa: ANN401 - whatever Click parsed
        if value is not None:
            setattr(ctx.ensure_object(App), attribute, value)
        return value

    return keep


def _set_format(ctx: click.Context, _: click.Parameter, value: Format | None) -> None:
    if value is not None:
        ctx.ensure_object(App).output.format = value


def _set_safe(ctx: click.Context, _: click.Parameter, value: bool | None) -> None:
    if value:
        ctx.ensure_object(App).output.is_safe = True


class Command(click.Command):
    """A command with ``--format``; the chosen format is already in ``app.output`` when the command runs.

    The lines under ``Example:`` in its docstring are not wrapped in the help, so that they can be pasted.

    Args:
        name: The name of the command.
        has_format: Whether it prints a result, and so has ``--format``.
        has_csv: Whether it can write CSV, and so has ``--spreadsheet-safe``; defaults to ``has_format``.
        params: The parameters, passed to Click.
        help: The help text, passed to Click.
        **attrs: Other arguments, passed to Click.
    """

    def __init__(
        self,
        name: str | None,
        *,
        has_format: bool = True,
        has_csv: bool | None = None,
        params: list[click.Parameter] | None = None,
        help: str | None = None,  # noqa: A002 - Click's own name
        **attrs: Any,
    ) -> None:
        shared = [
            *([_format_option()] if has_format else []),
            *([_safe_option()] if (has_format if has_csv is None else has_csv) else []),
            _verbose_option(),
        ]
        # To Click a backspace marks a block that is not wrapped.
        kept = inspect.cleandoc(help).replace("\n\nExample:\n", "\n\n\b\nExample:\n") if help else help
        super().__init__(name, params=[*(params or []), *shared], help=kept, **attrs)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - Click's own signature
        """Run the command, unless ``--spreadsheet-safe`` was given and the output is not CSV."""
        self.check_safe(ctx.ensure_object(App).output)
        return super().invoke(ctx)

    def check_safe(self, output: Output) -> None:
        """Reject ``--spreadsheet-safe`` unless the output is CSV; commands that write files override this."""
        if output.is_safe and output.format != "csv":
            from stancedb.errors import SafeNeedsCsv

            raise SafeNeedsCsv(option="--format csv")


def _format_option() -> click.Option:
    return click.Option(
        ["-f", "--format", "output_format"],
        type=click.Choice(FORMATS),
        metavar="FORMAT",
        default="table",
        show_default=True,
        envvar="STANCEDB_FORMAT",
        show_envvar=True,
        expose_value=False,
        callback=_set_format,
        help="Output format: table, json, ndjson or csv; the default is the same when piped.",
    )


def _safe_option() -> click.Option:
    return click.Option(
        ["--spreadsheet-safe"],
        is_flag=True,
        expose_value=False,
        callback=_set_safe,
        help="In CSV, prefix text that a spreadsheet would run as a formula with an apostrophe.",
    )


def _verbose_option() -> click.Option:
    # Documented at the root; accepted here so that it can be appended to a command line that failed.
    return click.Option(
        ["-v", "--verbose", "verbose"],
        is_flag=True,
        default=None,
        hidden=True,
        expose_value=False,
        callback=set_on_app("verbose"),
    )


def asked_format(app: App) -> Literal["json", "ndjson", "csv"] | None:
    """Return the data format given on the command line, or None; a default from the environment does not count."""
    source = click.get_current_context().get_parameter_source("output_format")
    asked = app.output.format
    return None if asked == "table" or source is not ParameterSource.COMMANDLINE else asked


class Noun(click.Group):
    """The group of commands of one noun; each command has ``--format``."""

    command_class = Command


# --- Options that mean the same everywhere ----------------------------------------------------------------------------


class Share(click.ParamType[float, str]):
    """A share, written as a percentage or as a fraction of one."""

    name = "share"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the share from 0 to 1, or fail with a sentence that shows how one is written."""
        if isinstance(value, float):
            return value
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?%?", value, re.ASCII):
            share = float(value[:-1]) / 100 if value.endswith("%") else float(value)
            if share <= 1:
                return share
        return self.fail(f"'{value}' is not a share; write it as a percentage or a fraction: 10% or 0.1.", param, ctx)


class Day(click.ParamType[date, str]):
    """A day of the calendar, written YYYY-MM-DD."""

    name = "date"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or fail with a message that shows the format."""
        if isinstance(value, date):
            return value
        # fromisoformat also accepts 20240531 and 2024-W22-5, which few people can read.
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            with suppress(ValueError):
                return date.fromisoformat(value)
        return self.fail(f"'{value}' is not a valid date; write it as YYYY-MM-DD, for example 2024-05-31.", param, ctx)


def choice(members: type[StrEnum]) -> click.Choice[str]:
    """Return a Click choice of the members of an enumeration."""
    return click.Choice([str(member) for member in members])


def known_at_option(command: F) -> F:
    """Add ``--known-at``, passed as ``known_at``: the text as typed, or None."""
    return click.option(
        "--known-at",
        metavar="CHANGESET",
        help="Use the data as of a changeset: its number, or a date (YYYY-MM-DD) for the last changeset of that day "
        "(default: the latest).",
    )(command)


def as_of_option(command: F) -> F:
    """Add ``--as-of``, passed as ``as_of``: a date or None."""
    return click.option(
        "--as-of",
        type=Day(),
        metavar="DATE",
        help="Show stances on this date, YYYY-MM-DD (default: today, or the day of the changeset with --known-at).",
    )(command)


def rule_option(command: F) -> F:
    """Add ``--rule``, passed as ``rule``."""
    return click.option(
        "--rule", metavar="NAME", default=DEFAULT_RULE, show_default=True, help="Rule that derives the stances."
    )(command)


def dry_run_option(command: F) -> F:
    """Add ``--dry-run``, passed as ``dry_run``; pass it to ``App.writing``."""
    return click.option("--dry-run", is_flag=True, help="Check everything and show what would happen; change nothing.")(
        command
    )


def message_option(command: F) -> F:
    """Add ``--message``, passed as ``message``: a text or None; pass it to ``App.writing``."""
    return click.option("-m", "--message", metavar="TEXT", help="Reason for the change, recorded in the changeset.")(
        command
    )


def share_options(default: str) -> Callable[[F], F]:
    """Add ``--double``, ``--blind`` and ``--again``, each a share from 0 to 1 or None.

    Args:
        default: What the help says about the default.
    """

    def add(command: F) -> F:
        for name, said in (
            ("again", "Share of the texts of each coder that she has finished in an earlier round"),
            ("blind", "Share of the texts coded once that hide suggestions"),
            ("double", "Share of texts that two coders code"),
        ):
            command = click.option(f"--{name}", type=Share(), metavar="SHARE", help=f"{said}: 10% or 0.1{default}.")(
                command
            )
        return command

    return add


def output_option(command: F) -> F:
    """Add ``--output``, passed as ``output``: the file, or None for standard output."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Output file, replaced once everything is written (default: standard output).",
    )(command)


def limit_option(command: F) -> F:
    """Add ``--limit``, passed as ``limit``; pass it to ``Output.asked`` and to ``Output.rows``."""
    return limit_option_of(TABLE_ROWS)(command)


def limit_option_of(rows: int) -> Callable[[F], F]:
    """Add ``--limit`` to a command whose tables show a number of rows by default."""
    return click.option(
        "--limit",
        type=click.IntRange(1),
        metavar="N",
        help=f"Maximum number of rows (default: {rows} in tables, no limit otherwise).",
    )


def slug_argument(kind: str, name: str | None = None, **attrs: Any) -> Callable[[F], F]:
    """Add an argument that takes a slug, with shell completion.

    Args:
        kind: The noun, as in ``handles.complete``.
        name: The parameter of the function (default: the noun).
        **attrs: Other arguments of ``click.argument``, such as ``help`` and ``nargs``.
    """
    return click.argument(name or kind, shell_complete=_completer(kind), **attrs)


def slug_option(kind: str, *declarations: str, **attrs: Any) -> Callable[[F], F]:
    """Add an option that takes a slug, with shell completion.

    Args:
        kind: The noun, as in ``handles.complete``.
        *declarations: The names of the option (default: ``--<noun>``).
        **attrs: Other arguments of ``click.option``, such as ``help``, ``multiple`` and ``required``.
    """
    attrs = {"metavar": kind.upper(), **attrs}
    return click.option(*(declarations or (f"--{kind}",)), shell_complete=_completer(kind), **attrs)


def _completer(kind: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    def begun(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        # The shell reads standard output while the user is typing, so a failure must stay silent.
        app = ctx.ensure_object(App)
        try:
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
                if not app.has_database():
                    return []
                with app.reading() as session:
                    from stancedb.shared.handles import complete

                    return complete(session, kind, incomplete)
        except Exception:  # noqa: BLE001 - as above
            return []

    return begun
