"""What every command shares: the app it is handed, its formats, and the options that mean the same everywhere."""

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
    """What a command gets besides its own arguments.

    Attributes:
        database_url: The value of ``--database``, or None for the embedded server.
        author: The value of ``--author``, or None for what the environment says.
        verbose: Whether SQL and the tracebacks of unexpected failures are shown.
        refreshes: Whether the reporting schema is brought up to date after every change.
        output: Where answers go.
    """

    database_url: str | None = field(default=None, repr=False)
    author: str | None = None
    verbose: bool = False
    refreshes: bool = False
    output: Output = field(default_factory=Output)

    @cached_property
    def settings(self) -> Settings:
        """The environment, read when it is first needed."""
        from stancedb.settings import read_settings

        return read_settings(database_url=self.database_url, author=self.author)

    def has_database(self) -> bool:
        """Tell whether there is a database to ask; the embedded one is not made by asking."""
        if self.settings.database_url is not None:
            return True
        from stancedb.server.embedded import status

        return status(self.settings.data_dir).is_initialised

    @cached_property
    def work(self) -> Work:
        """What opens the sessions of the command."""
        from stancedb.work import Work

        return Work(self.settings, refreshes=self.refreshes, committed=self.output.forgive)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Open a read-only session, as ``Work.reading``."""
        with self._sql_shown(), self.work.reading() as session:
            yield session

    @contextmanager
    def writing(self, message: str | None, *, dry_run: bool = False) -> Iterator[Writing]:
        """Open the one transaction of a command, as ``Work.writing``, and report what became of it."""
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
        """Open the one transaction that refreshes the reporting schema, as ``Work.refreshing``."""
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
    """Return an option callback that keeps a given value on the app, also while a shell completes a line."""

    def keep(ctx: click.Context, _: click.Parameter, value: Any) -> Any:  # noqa: ANN401 - Click hands over what it parsed
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

    What stands under ``Example:`` in its docstring keeps its lines in the help, so that they can be pasted.

    Args:
        name: The word that calls it.
        has_format: Whether it has an answer, which ``--format`` spells.
        has_csv: Whether it can write CSV, which ``--spreadsheet-safe`` disarms; by default where it has an answer.
        params: As Click takes them.
        help: As Click takes it.
        **attrs: What else Click takes.
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
        """Run the command, unless what is asked for goes with CSV and the answer is not."""
        self.check_safe(ctx.ensure_object(App).output)
        return super().invoke(ctx)

    def check_safe(self, output: Output) -> None:
        """Refuse ``--spreadsheet-safe`` where the answer is no CSV; a command that writes files knows better."""
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
        help="table, json, ndjson or csv; a pipe gets a table too.",
    )


def _safe_option() -> click.Option:
    return click.Option(
        ["--spreadsheet-safe"],
        is_flag=True,
        expose_value=False,
        callback=_set_safe,
        help="In CSV, put an apostrophe before texts that a spreadsheet would run as formulas.",
    )


def _verbose_option() -> click.Option:
    # The root has -v and explains it; here it only works where a person adds it to a line that failed.
    return click.Option(
        ["-v", "--verbose", "verbose"],
        is_flag=True,
        default=None,
        hidden=True,
        expose_value=False,
        callback=set_on_app("verbose"),
    )


def asked_format(app: App) -> Literal["json", "ndjson", "csv"] | None:
    """Return the data format that the line itself asks for; the environment sets a default, which asks for nothing."""
    source = click.get_current_context().get_parameter_source("output_format")
    asked = app.output.format
    return None if asked == "table" or source is not ParameterSource.COMMANDLINE else asked


class Noun(click.Group):
    """The group of one noun; its commands have ``--format``."""

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
        """Return the day, or fail with a sentence that shows how one is written."""
        if isinstance(value, date):
            return value
        # fromisoformat also takes 20240531 and 2024-W22-5, which few people can read back.
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            with suppress(ValueError):
                return date.fromisoformat(value)
        return self.fail(f"'{value}' is not a day; write it as year-month-day, for example 2024-05-31.", param, ctx)


def choice(members: type[StrEnum]) -> click.Choice[str]:
    """Return the choice among the members of a closed set."""
    return click.Choice([str(member) for member in members])


def known_at_option(command: F) -> F:
    """Add ``--known-at``, handed over as ``known_at``: the text as typed, or None."""
    return click.option(
        "--known-at",
        metavar="CHANGESET",
        help="Use what was recorded up to a changeset: its number, or a day (YYYY-MM-DD), which means the last "
        "changeset of that day (default: the latest).",
    )(command)


def as_of_option(command: F) -> F:
    """Add ``--as-of``, handed over as ``as_of``: a date or None."""
    return click.option("--as-of", type=Day(), metavar="DATE", help="The day the answer is about, YYYY-MM-DD.")(command)


def rule_option(command: F) -> F:
    """Add ``--rule``, handed over as ``rule``."""
    return click.option(
        "--rule", metavar="NAME", default=DEFAULT_RULE, show_default=True, help="The rule that derives the stances."
    )(command)


def dry_run_option(command: F) -> F:
    """Add ``--dry-run``, handed over as ``dry_run``; give it to ``App.writing``."""
    return click.option("--dry-run", is_flag=True, help="Check everything and say what would happen; change nothing.")(
        command
    )


def message_option(command: F) -> F:
    """Add ``--message``, handed over as ``message``: a text or None; give it to ``App.writing``."""
    return click.option("-m", "--message", metavar="TEXT", help="Why, for the changeset.")(command)


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
    """Add ``--output``, handed over as ``output``: the file, or None for standard output."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Where to; the file is replaced when all is written. If not given, standard output.",
    )(command)


def limit_option(command: F) -> F:
    """Add ``--limit``, handed over as ``limit``; give it to ``Output.asked`` and to ``Output.rows``."""
    return click.option(
        "--limit",
        type=click.IntRange(1),
        metavar="N",
        help=f"At most so many; if not given, a table shows {TABLE_ROWS} and the other formats all.",
    )(command)


def slug_argument(kind: str, name: str | None = None, **attrs: Any) -> Callable[[F], F]:
    """Add an argument that takes the slug of one thing, which the shell completes.

    Args:
        kind: The noun, as ``handles.complete`` knows it.
        name: The parameter of the function, by default the noun.
        **attrs: What ``click.argument`` takes, such as ``help`` and ``nargs``.
    """
    return click.argument(name or kind, shell_complete=_completer(kind), **attrs)


def slug_option(kind: str, *declarations: str, **attrs: Any) -> Callable[[F], F]:
    """Add an option that takes the slug of one thing, which the shell completes.

    Args:
        kind: The noun, as ``handles.complete`` knows it.
        *declarations: The names of the option, by default ``--<noun>``.
        **attrs: What ``click.option`` takes, such as ``help``, ``multiple`` and ``required``.
    """
    attrs = {"metavar": kind.upper(), **attrs}
    return click.option(*(declarations or (f"--{kind}",)), shell_complete=_completer(kind), **attrs)


def _completer(kind: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    def begun(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        # The shell reads standard output and a person is in the middle of a line: silence is the only good failure.
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
