"""The command line: the root group, which loads a noun only when it is used, and the one error boundary."""

from __future__ import annotations

import atexit
import gc
import io
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn, cast

import click

from stancedb import __version__
from stancedb.cli import former, streams
from stancedb.cli.app import App, set_on_app
from stancedb.cli.output import concealed, on_one_line
from stancedb.errors import RecordsRefused, StancedbError

UNEXPECTED = 70
INTERRUPTED = 130
BROKEN_PIPE = 141

# Imported modules live as long as the command. Python's default of searching them for cycles after every few hundred
# new objects took a tenth of the time of a short command.
gc.set_threshold(100_000, 50, 50)
# At exit Python searches everything a process has imported for cycles, which takes a fifth of a second after a load.
# Nothing depends on that: whatever has to be closed is closed by then.
atexit.register(gc.freeze)

# Name, module, attribute, and the line that --help shows without importing the module.
NOUNS = (
    ("article", "stancedb.cli.article", "article", "Load, correct and read articles."),
    ("actor", "stancedb.cli.actor", "actor", "People, offices, governments, states and other bodies."),
    ("outlet", "stancedb.cli.outlet", "outlet", "Publishers of articles, such as newspapers and agencies."),
    ("codebook", "stancedb.cli.codebook", "codebook", "Versions of the coding instructions."),
    ("issue", "stancedb.cli.issue", "issue", "Policy questions; each issue asks one answerable question."),
    ("position", "stancedb.cli.position", "position", "Positions that can be taken on an issue."),
    ("statement", "stancedb.cli.statement", "statement", "Who said what, when and where."),
    ("coding", "stancedb.cli.coding", "coding", "Judgements: which position a statement expresses, and whose."),
    (
        "round",
        "stancedb.cli.round",
        "round_",
        "Rounds of coding: their texts, coders and progress.",
    ),
    ("assign", "stancedb.cli.assign", "assign", "Assign texts of a round to coders, or to its pool."),
    ("code", "stancedb.cli.code", "code", "Code assigned texts, one finding at a time."),
    ("event", "stancedb.cli.event", "event", "What happened, and the causes that were asserted."),
    ("indicator", "stancedb.cli.indicator", "indicator", "Questions to watch, and what was observed."),
    ("stance", "stancedb.cli.stance", "stance", "Who stands where, since when, and on what evidence."),
    ("ask", "stancedb.cli.ask", "ask", "Questions that researchers ask."),
    ("page", "stancedb.cli.page", "page", "Write an HTML page about an issue, or draw its chart."),
    ("reporting", "stancedb.cli.reporting", "reporting", "Tables and views for BI tools and researchers."),
    ("changeset", "stancedb.cli.changeset", "changeset", "Who changed what in this database, when and why."),
    ("release", "stancedb.cli.release", "release", "Named states of the database: cite, verify, compare."),
    ("export", "stancedb.cli.export", "export", "Write files for reloading and for analysis."),
    ("dna", "stancedb.cli.dna", "dna", "Load files of Discourse Network Analyzer 2 and 3."),
    ("schema", "stancedb.cli.schema", "schema", "Print the JSON Schema of a kind of record."),
    ("db", "stancedb.cli.db", "db", "Create, upgrade and check the database; open psql."),
    ("demo", "stancedb.cli.demo", "demo", "Load the worked example and query it."),
)


class Lazy(click.Command):
    """A placeholder, for help and completion, for a command whose module is not imported yet."""

    def __init__(self, name: str, module: str, attribute: str, line: str) -> None:
        super().__init__(name, short_help=line)
        self.module = module
        self.attribute = attribute

    def load(self) -> click.Command:
        """Import the module and return the command itself."""
        return cast("click.Command", getattr(import_module(self.module), self.attribute))


class Root(click.Group):
    """The ``stancedb`` group: imports the command that was typed, and never shows a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's own signature
        """Return the names in the order of ``NOUNS``, which follows the workflow."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed, for a call or for completion, and import it."""
        name, command, rest = super().resolve_command(ctx, [former.renamed(ctx, args[0]), *args[1:]])
        return name, command.load() if isinstance(command, Lazy) else command, rest

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:  # noqa: ANN401 - Click's own signature
        """Run a command line and exit; every failure is reported by :func:`explain`."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        app = extra.setdefault("obj", App())
        name = prog_name or "stancedb"
        try:
            self._main_shell_completion(extra, name, complete_var)
        except Exception:  # noqa: BLE001 - shell completion never reports failures
            sys.exit(UNEXPECTED)
        try:
            code = self._run(list(sys.argv[1:] if args is None else args), name, app, extra)
        except BrokenPipeError:
            code = BROKEN_PIPE
        if (reason := streams.lost()) is not None:
            app.output.say(f"The change was committed, but standard output cannot be written: {reason}.")
        streams.finish()
        sys.exit(code)

    def _run(self, args: list[str], prog_name: str, app: App, extra: dict[str, Any]) -> int:
        code = 0
        try:
            try:
                with self.make_context(prog_name, args, **extra) as ctx:
                    self.invoke(ctx)
            except click.exceptions.Exit as end:
                code = end.exit_code
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(end.code is not None)
            # Flushed here, so that a full disk or a closed pipe is reported now and not while Python shuts down.
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except (Exception, KeyboardInterrupt) as failure:  # noqa: BLE001 - the one boundary
            return explain(failure, app)
        return code


@click.group("stancedb", cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--database",
    metavar="URL",
    envvar="STANCEDB_DATABASE_URL",
    show_envvar=True,
    expose_value=False,
    callback=set_on_app("database_url"),
    help="URL of the PostgreSQL database to use instead of the embedded one.",
)
@click.option(
    "--author",
    metavar="NAME",
    envvar="STANCEDB_AUTHOR",
    show_envvar=True,
    expose_value=False,
    callback=set_on_app("author"),
    help="Author recorded for changes (default: your login name).",
)
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=set_on_app("verbose"),
    help="Show SQL statements and the tracebacks of unexpected errors.",
)
@click.option(
    "--refresh-reporting",
    is_flag=True,
    envvar="STANCEDB_REFRESH_REPORTING",
    show_envvar=True,
    expose_value=False,
    callback=set_on_app("refreshes"),
    help="Refresh the reporting schema after every command that changes data.",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Who stands where on which policy question, when that changed, and on what evidence.

    Results go to standard output; messages go to standard error.
    """


for _noun in NOUNS:
    cli.add_command(Lazy(*_noun))


def explain(failure: BaseException, app: App) -> int:
    """Print what went wrong and return the exit code.

    Args:
        failure: The exception that a command raised.
        app: Where to print, and whether to print tracebacks.
    """
    say = app.output.say
    for note in getattr(failure, "__notes__", ()):
        say(note)
    if isinstance(failure, RecordsRefused) and not failure.is_whole:
        app.output.say_some(failure.refusals)
    if isinstance(failure, StancedbError):
        say(f"Error: {on_one_line(str(failure))}")
        return failure.exit_code
    if isinstance(failure, click.ClickException):
        shown = io.StringIO()
        failure.show(shown)
        say(shown.getvalue().removesuffix("\n"))
        return failure.exit_code
    # These two begin on a new line, because the current line already has a prompt or ^C.
    if isinstance(failure, click.Abort):
        say("\nError: Aborted; the prompt was not answered.")
        return 1
    if isinstance(failure, KeyboardInterrupt):
        say("\nError: Interrupted; unfinished changes were rolled back.")
        return INTERRUPTED
    return _explain_unexpected(failure, app)


def _explain_unexpected(failure: BaseException, app: App) -> int:
    # Passwords are concealed before the text is cut, because half a URL no longer looks like one.
    found = on_one_line(concealed(str(failure)).strip().partition("\n")[0])[:300]
    kind = type(failure).__name__
    sentence = f"Unexpected error ({kind}: {found})" if found else f"Unexpected error ({kind})"
    if app.verbose:
        import traceback

        app.output.say("".join(traceback.format_exception(failure)))
        app.output.say(f"{sentence}.")
    else:
        app.output.say(f"{sentence}; run again with -v for details.")
    return UNEXPECTED


def main() -> NoReturn:
    """Run ``stancedb``; the console entry point."""
    streams.open_standard_streams()
    cli.main(prog_name="stancedb")
    raise AssertionError  # cli.main ends with SystemExit.
