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

# What is imported lasts as long as the command. Looking through it for cycles each time a few hundred more objects are
# made, as Python does, took a tenth of a short command.
gc.set_threshold(100_000, 50, 50)
# At its end Python looks for cycles among all that a process has imported, a fifth of a second for a load; nothing in
# them waits for that, because what has to be closed is closed by then.
atexit.register(gc.freeze)

# Name, module, attribute, and the line that --help shows without importing the module.
NOUNS = (
    ("article", "stancedb.cli.article", "article", "Load, correct and read articles."),
    ("actor", "stancedb.cli.actor", "actor", "Persons, offices, governments, states and other bodies."),
    ("outlet", "stancedb.cli.outlet", "outlet", "Who publishes articles."),
    ("codebook", "stancedb.cli.codebook", "codebook", "The versions of the coding instructions."),
    ("issue", "stancedb.cli.issue", "issue", "The policy questions; one issue asks one answerable question."),
    ("position", "stancedb.cli.position", "position", "The positions one can take on an issue."),
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
    ("event", "stancedb.cli.event", "event", "What happened, and what is said to have caused what."),
    ("indicator", "stancedb.cli.indicator", "indicator", "Questions to watch, and what was seen of them."),
    ("stance", "stancedb.cli.stance", "stance", "Who stands where, since when, and on what evidence."),
    ("ask", "stancedb.cli.ask", "ask", "Questions that researchers ask."),
    ("page", "stancedb.cli.page", "page", "Write one page of HTML on an issue."),
    ("reporting", "stancedb.cli.reporting", "reporting", "What BI tools and researchers read."),
    ("changeset", "stancedb.cli.changeset", "changeset", "Who changed what in this database, when and why."),
    ("release", "stancedb.cli.release", "release", "States of the database under a name: cite, verify, compare."),
    ("export", "stancedb.cli.export", "export", "Write files that load again, and others for analysis."),
    ("dna", "stancedb.cli.dna", "dna", "Files of Discourse Network Analyzer, version 2 and 3."),
    ("schema", "stancedb.cli.schema", "schema", "Print what a record of a kind may say, as JSON Schema."),
    ("db", "stancedb.cli.db", "db", "Create, upgrade and check the database; reach it with psql."),
    ("demo", "stancedb.cli.demo", "demo", "Fill a database with the worked example, and ask it."),
)


class Lazy(click.Command):
    """Stands in the help and in completion for a command whose module is not imported yet."""

    def __init__(self, name: str, module: str, attribute: str, line: str) -> None:
        super().__init__(name, short_help=line)
        self.module = module
        self.attribute = attribute

    def load(self) -> click.Command:
        """Import the module and return the command itself."""
        return cast("click.Command", getattr(import_module(self.module), self.attribute))


class Root(click.Group):
    """The ``stancedb`` group: loads what a line names, and lets no traceback out."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's own signature
        """Return the names in the order of the table, which is the order of the work."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a line, for a call and for completion, and import it."""
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
        """Run a line and exit; everything that can go wrong ends in :func:`explain`."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        app = extra.setdefault("obj", App())
        name = prog_name or "stancedb"
        try:
            self._main_shell_completion(extra, name, complete_var)
        except Exception:  # noqa: BLE001 - a person who presses the tabulator is not told about failures
            sys.exit(UNEXPECTED)
        try:
            code = self._run(list(sys.argv[1:] if args is None else args), name, app, extra)
        except BrokenPipeError:
            code = BROKEN_PIPE
        if (reason := streams.lost()) is not None:
            app.output.say(f"The change is made; standard output cannot be written: {reason}.")
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
            # Written now, so that a full disk or a closed pipe is met here and not while Python shuts down.
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
    help="The PostgreSQL database to use, instead of the embedded one.",
)
@click.option(
    "--author",
    metavar="NAME",
    envvar="STANCEDB_AUTHOR",
    show_envvar=True,
    expose_value=False,
    callback=set_on_app("author"),
    help="Who signs the changes; by default the name you are logged in with.",
)
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=set_on_app("verbose"),
    help="Show the SQL, and the traceback of an unexpected failure.",
)
@click.option(
    "--refresh-reporting",
    is_flag=True,
    envvar="STANCEDB_REFRESH_REPORTING",
    show_envvar=True,
    expose_value=False,
    callback=set_on_app("refreshes"),
    help="Bring the reporting schema up to date after a command that changes something.",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Who stands where on which policy question, when that changed, and on what evidence.

    Answers go to standard output, all else to standard error.
    """


for _noun in NOUNS:
    cli.add_command(Lazy(*_noun))


def explain(failure: BaseException, app: App) -> int:
    """Tell a person what went wrong and return the exit code.

    Args:
        failure: What a command raised.
        app: Says where to, and whether tracebacks are wanted.
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
    # These two begin on a new line, because a question or ^C stands on the current one.
    if isinstance(failure, click.Abort):
        say("\nError: stopped without an answer.")
        return 1
    if isinstance(failure, KeyboardInterrupt):
        say("\nError: interrupted; a change that was not finished is rolled back.")
        return INTERRUPTED
    return _explain_unexpected(failure, app)


def _explain_unexpected(failure: BaseException, app: App) -> int:
    # Concealed before it is put on one line and cut, because half an address no longer looks like one.
    found = on_one_line(concealed(str(failure)).strip().partition("\n")[0])[:300]
    kind = type(failure).__name__
    sentence = (
        f"stancedb met an unexpected failure ({kind}: {found})"
        if found
        else f"stancedb met an unexpected failure ({kind})"
    )
    if app.verbose:
        import traceback

        app.output.say("".join(traceback.format_exception(failure)))
        app.output.say(f"{sentence}.")
    else:
        app.output.say(f"{sentence}; run again with -v for the details.")
    return UNEXPECTED


def main() -> NoReturn:
    """Run ``stancedb``; the console entry point."""
    streams.open_standard_streams()
    cli.main(prog_name="stancedb")
    raise AssertionError  # cli.main ends with SystemExit.
