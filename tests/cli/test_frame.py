"""The root group, the error boundary, and what all commands share, tested with a toy noun."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from types import ModuleType

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from stancedb import __version__, work
from stancedb.cli.app import (
    App,
    Noun,
    as_of_option,
    dry_run_option,
    known_at_option,
    pass_app,
    rule_option,
    slug_argument,
    slug_option,
)
from stancedb.cli.main import NOUNS, Lazy, cli, explain
from stancedb.errors import (
    DatabaseUnreachable,
    NoSuchThing,
    NotAtHead,
    RecordsRefused,
    RefusedByRule,
    StancedbError,
    UnreadableInput,
    UsageError,
)
from stancedb.refusals import Refusal
from stancedb.settings import Settings

URL = "postgresql://ana:s3cr3t@db.example/stance"

Run = Callable[..., Result]


class TestTheRoot:
    def test_help_imports_no_noun_no_database_and_nothing_slow(self) -> None:
        shown = python(
            "import sys\n"
            "from stancedb.cli.main import main\n"
            "sys.argv = ['stancedb', '--help']\n"
            "try:\n"
            "    main()\n"
            "finally:\n"
            "    print(*sys.modules, sep='\\n', file=sys.stderr)\n"
        )

        imported = set(shown.stderr.split())
        assert shown.returncode == 0
        assert "stancedb.cli.app" in imported
        nouns = {module for _, module, _, _ in NOUNS}
        slow = {"sqlalchemy", "psycopg", "pydantic", "rich", "alembic", "yaml", "importlib.metadata", "platformdirs"}
        assert imported & (nouns | slow | {"stancedb.database", "stancedb.work"}) == set()

    def test_a_question_does_not_import_the_mapping_of_tables_to_classes(self) -> None:
        shown = python("import sys, stancedb.questions.stances\nprint('sqlalchemy.orm' in sys.modules)")

        assert shown.stdout == "False\n"

    @pytest.mark.parametrize("flag", ["-h", "--help"])
    def test_help_names_every_noun_in_the_order_of_the_table(self, run: Run, flag: str) -> None:
        result = run(flag)

        assert result.exit_code == 0
        listed = result.stdout.partition("Commands:\n")[2].splitlines()
        assert [tuple(line.split(maxsplit=1)) for line in listed[: len(NOUNS)]] == [
            (name, line) for name, _, _, line in NOUNS
        ]

    def test_help_does_not_need_the_modules_to_exist(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(cli.commands, "ghost", Lazy("ghost", "stancedb.cli.ghost", "ghost", "Not written yet."))

        assert "  ghost      Not written yet.\n" in run("--help").stdout
        assert_said(
            run("ghost"),
            70,
            "Unexpected error (ModuleNotFoundError: No module named 'stancedb.cli.ghost'); "
            "run again with -v for details.\n",
        )

    def test_a_noun_is_imported_when_it_is_used(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        module = ModuleType("stancedb.cli.spot")
        module.spot = toy  # type: ignore[attr-defined]  # a module made in a test has no declared attributes
        monkeypatch.setitem(sys.modules, "stancedb.cli.spot", module)
        monkeypatch.setitem(cli.commands, "spot", Lazy("spot", "stancedb.cli.spot", "spot", "A spot."))

        assert run("spot", "greet").stdout == "hello\n"

    @pytest.mark.parametrize("line", [[], ["toy"]])
    def test_a_group_without_a_command_shows_its_help_and_is_a_usage_error(self, run: Run, line: list[str]) -> None:
        result = run(*line)

        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr == run(*line, "--help").stdout

    def test_every_level_takes_the_short_help_flag(self, run: Run) -> None:
        assert run("toy", "-h").stdout == run("toy", "--help").stdout
        assert run("toy", "greet", "-h").stdout == run("toy", "greet", "--help").stdout

    def test_the_version_is_one_line(self, run: Run) -> None:
        assert run("--version").stdout == f"stancedb {__version__}\n"

    def test_a_mistyped_noun_is_a_usage_error_with_an_offer(self, run: Run) -> None:
        assert_said(
            run("actr", "list"),
            2,
            "Usage: stancedb [OPTIONS] COMMAND [ARGS]...\n"
            "Try 'stancedb --help' for help.\n\n"
            "Error: No such command 'actr'. Did you mean 'actor'?\n",
        )

    def test_a_mistyped_option_is_a_usage_error(self, run: Run) -> None:
        assert_said(
            run("toy", "greet", "--fromat", "json"),
            2,
            "Usage: stancedb toy greet [OPTIONS]\n"
            "Try 'stancedb toy greet --help' for help.\n\n"
            "Error: No such option '--fromat'. Did you mean '--format'?\n",
        )

    def test_database_and_author_come_from_the_line_before_the_environment(self, run: Run) -> None:
        environment = {"STANCEDB_DATABASE_URL": "postgresql://env/x", "STANCEDB_AUTHOR": "env"}

        assert run("toy", "settings", env=environment).stdout == "postgresql://env/x env\n"
        assert (
            run("--database", "postgresql://line/x", "--author", "line", "toy", "settings", env=environment).stdout
            == "postgresql://line/x line\n"
        )

    def test_no_database_address_means_the_embedded_server(self, run: Run) -> None:
        assert run("--author", "ana", "toy", "settings").stdout == "None ana\n"


class TestTheErrorBoundary:
    @pytest.mark.parametrize(
        ("failure", "code", "said"),
        [
            (RefusedByRule(sentence="A coder codes a statement once."), 1, "A coder codes a statement once."),
            (UsageError(message="Give --from or --until."), 2, "Give --from or --until."),
            (
                NoSuchThing.of("actor", "grune"),
                3,
                "There is no actor 'grune'.",
            ),
            (
                DatabaseUnreachable(where="db.example", reason="connection refused"),
                4,
                "The database at db.example cannot be used: connection refused.",
            ),
            (
                NotAtHead(current="a1", head="b2", remedy="upgrade"),
                4,
                "The database is at a1, but this version of stancedb requires b2. Run 'stancedb db upgrade'.",
            ),
            (UnreadableInput(source="x.csv", reason="not UTF-8"), 1, "x.csv: not UTF-8."),
            (UnreadableInput(source="what?.csv", reason="not UTF-8"), 1, "what?.csv: not UTF-8."),
        ],
    )
    def test_an_expected_failure_is_one_sentence_and_its_exit_code(
        self, run: Run, failure: StancedbError, code: int, said: str
    ) -> None:
        assert_said(run("toy", "fail", obj=Raising(failure)), code, f"Error: {said}\n")

    def test_refused_records_are_said_one_a_line_before_the_summary(self, run: Run) -> None:
        refusals = [
            Refusal("a.csv", 2, "unreadable", {"reason": "is missing"}, "url"),
            Refusal("b.json", None, "unreadable", {"reason": "is empty"}),
        ]

        assert_said(
            run("toy", "fail", obj=Raising(RecordsRefused(refusals, total=9))),
            1,
            "a.csv, line 2: url: Is missing.\nb.json: Is empty.\nError: 2 of 9 records rejected; nothing was loaded.\n",
        )

    def test_a_record_with_two_faults_is_one_refused_record(self, run: Run) -> None:
        refusals = [Refusal("a.csv", 2, "unreadable", {"reason": "is missing"}, field) for field in ("url", "title")]

        assert_said(
            run("toy", "fail", obj=Raising(RecordsRefused(refusals, total=9))),
            1,
            "a.csv, line 2: url: Is missing.\na.csv, line 2: title: Is missing.\n"
            "Error: 1 of 9 records rejected; nothing was loaded.\n",
        )

    @pytest.mark.parametrize(("count", "more"), [(20, ""), (21, "… and 1 more\n"), (1000, "… and 980 more\n")])
    def test_many_refused_records_are_cut_at_twenty(self, run: Run, count: int, more: str) -> None:
        refusals = [Refusal("a.csv", line, "unreadable", {"reason": "is missing"}, "url") for line in range(count)]

        assert_said(
            run("toy", "fail", obj=Raising(RecordsRefused(refusals, total=count))),
            1,
            "".join(f"a.csv, line {line}: url: Is missing.\n" for line in range(20))
            + more
            + f"Error: {count} of {count} records rejected; nothing was loaded.\n",
        )

    def test_hostile_text_in_a_failure_stays_on_its_line_and_moves_no_cursor(self, run: Run) -> None:
        refusals = [Refusal("a.csv", 1, "unreadable", {"reason": "'\x1b[2J\nError: all is well'"}, "title")]

        assert_said(
            run("toy", "fail", obj=Raising(RecordsRefused(refusals, total=1))),
            1,
            "a.csv, line 1: title: '␛[2J Error: all is well'.\nError: 1 of 1 records rejected; nothing was loaded.\n",
        )

    def test_an_unexpected_failure_is_one_sentence(self, run: Run) -> None:
        assert_said(
            run("toy", "fail", obj=Raising(ZeroDivisionError("division by zero\n[SQL: SELECT 1/0]"))),
            70,
            "Unexpected error (ZeroDivisionError: division by zero); run again with -v for details.\n",
        )

    def test_an_unexpected_failure_without_words_is_named(self, run: Run) -> None:
        assert_said(
            run("toy", "fail", obj=Raising(RecursionError())),
            70,
            "Unexpected error (RecursionError); run again with -v for details.\n",
        )

    @pytest.mark.parametrize("line", [["-v", "toy", "fail"], ["toy", "fail", "-v"]])
    def test_v_shows_the_traceback_in_any_position(self, run: Run, line: list[str]) -> None:
        result = run(*line, obj=Raising(ZeroDivisionError("division by zero")))

        assert result.exit_code == 70
        assert result.stdout == ""
        assert result.stderr.startswith("Traceback (most recent call last):\n")
        assert "in fail\n" in result.stderr
        assert result.stderr.endswith("Unexpected error (ZeroDivisionError: division by zero).\n")

    def test_v_shows_no_traceback_of_an_expected_failure(self, run: Run) -> None:
        assert_said(
            run("-v", "toy", "fail", obj=Raising(RefusedByRule(sentence="Not twice."))), 1, "Error: Not twice.\n"
        )

    @pytest.mark.parametrize("line", [["toy", "fail"], ["-v", "toy", "fail"], [URL, "toy"], ["toy", "greet", URL]])
    def test_a_password_is_never_repeated(self, run: Run, line: list[str]) -> None:
        result = run("--database", URL, *line, obj=Raising(OSError(f"could not reach {URL}")))

        assert result.exit_code in {2, 70}
        assert "s3cr3t" not in result.output
        assert "postgresql://ana:***@db.example" in result.stderr

    def test_an_expected_failure_repeats_no_password_either(self, run: Run) -> None:
        failure = DatabaseUnreachable(where=URL, reason="refused")

        assert_said(
            run("toy", "fail", obj=Raising(failure)),
            4,
            "Error: The database at postgresql://ana:***@db.example/stance cannot be used: refused.\n",
        )

    def test_an_app_shows_no_password_when_it_is_printed(self) -> None:
        assert "s3cr3t" not in repr(App(database_url=URL))

    def test_an_interrupt_is_a_sentence(self, run: Run) -> None:
        assert_said(
            run("toy", "fail", obj=Raising(KeyboardInterrupt())),
            130,
            "\nError: Interrupted; unfinished changes were rolled back.\n",
        )

    def test_a_question_without_an_answer_is_a_sentence(self, run: Run) -> None:
        result = run("toy", "ask", input="")

        assert result.exit_code == 1
        assert result.stderr == "Who\nError: Aborted; the prompt was not answered.\n"

    @pytest.mark.parametrize(
        ("row_count", "ending", "code"), [(1, "done", 141), (200_000, "done", 141), (1, "leave", 141), (1, "fail", 3)]
    )
    def test_a_reader_who_stops_reading_is_not_an_error(self, row_count: int, ending: str, code: int) -> None:
        with subprocess.Popen(
            [sys.executable, "-c", STREAMING, str(row_count), ending],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == ("Error: There is no actor 'x'.\n" if ending == "fail" else "")
        assert process.returncode == code

    def test_a_full_disk_is_told_and_not_met_while_python_shuts_down(self) -> None:
        with open("/dev/full", "w") as full:  # noqa: PTH123 - a device, not a path
            shown = subprocess.run(
                [sys.executable, "-c", STREAMING, "1", "done"],
                check=False,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
            )

        assert shown.returncode == 1
        assert shown.stderr == "Error: Standard output cannot be written: No space left on device.\n"

    def test_what_a_command_exits_with_is_the_exit_code(self, run: Run) -> None:
        assert run("toy", "leave", "7").exit_code == 7
        assert run("toy", "greet").exit_code == 0

    def test_tests_can_still_see_the_exception_itself(self) -> None:
        with pytest.raises(RefusedByRule):
            cli.main(["toy", "fail"], standalone_mode=False, obj=Raising(RefusedByRule(sentence="No.")))

    def test_every_failure_can_be_explained_to_any_app(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert explain(ValueError("x" * 1000), App()) == 70
        assert len(capsys.readouterr().err) < 420


class TestFormats:
    def test_a_table_is_the_default(self, run: Run) -> None:
        assert run("toy", "list").stdout == "slug\n────\na\nb\n"

    @pytest.mark.parametrize("flag", ["--format", "-f"])
    def test_every_command_takes_a_format(self, run: Run, flag: str) -> None:
        assert run("toy", "list", flag, "csv").stdout == "slug\na\nb\n"

    def test_the_environment_gives_the_format_and_the_line_wins(self, run: Run) -> None:
        environment = {"STANCEDB_FORMAT": "ndjson"}

        assert run("toy", "list", env=environment).stdout == '{"slug": "a"}\n{"slug": "b"}\n'
        assert run("toy", "list", "-f", "csv", env=environment).stdout == "slug\na\nb\n"

    def test_an_unknown_format_is_a_usage_error_that_names_the_known(self, run: Run) -> None:
        result = run("toy", "list", "-f", "xml")

        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.endswith(
            "Error: Invalid value for '-f' / '--format' (env var: 'STANCEDB_FORMAT'): "
            "'xml' is not one of 'table', 'json', 'ndjson', 'csv'.\n"
        )

    def test_help_of_a_command_explains_its_shared_options(self, run: Run) -> None:
        assert run("toy", "options", "--help").stdout == OPTIONS_HELP


class TestSharedOptions:
    def test_they_have_defaults(self, run: Run) -> None:
        assert run("toy", "options").stdout == "None None latest-word False None ()\n"

    def test_they_are_handed_over(self, run: Run) -> None:
        result = run(
            "toy",
            "options",
            "--known-at",
            "2024-05-31",
            "--as-of",
            "2024-02-29",
            "--dry-run",
            "--issue",
            "a",
            "--to",
            "b",
            "--to",
            "c",
        )

        assert result.stdout == f"2024-05-31 {date(2024, 2, 29)} latest-word True a ('b', 'c')\n"

    def test_a_rule_has_a_default(self, run: Run) -> None:
        assert run("toy", "one-rule", "--rule", "majority").stdout == "majority\n"
        assert run("toy", "one-rule").stdout == "latest-word\n"

    @pytest.mark.parametrize(
        "text", ["31.5.2024", "2024-02-30", "20240531", "2024-W22-5", "yesterday", "\N{FULLWIDTH DIGIT TWO}024-05-31"]
    )
    def test_what_is_not_a_day_is_refused_with_an_example(self, run: Run, text: str) -> None:
        result = run("toy", "options", "--as-of", text)

        assert result.exit_code == 2
        assert result.stderr.endswith(
            f"Error: Invalid value for '--as-of': '{text}' is not a valid date; "
            "write it as YYYY-MM-DD, for example 2024-05-31.\n"
        )


class TestSessions:
    def test_reading_opens_a_session_with_the_settings(self, run: Run, database: Database) -> None:
        assert run("--database", URL, "--author", "ana", "toy", "read").stdout == "reading\n"
        assert [(settings.database_url, settings.author) for settings in database.opened_with] == [(URL, "ana")]

    def test_writing_commits_once_with_its_message(self, run: Run, database: Database) -> None:
        result = run("toy", "write")

        assert (result.exit_code, result.stdout, result.stderr) == (0, "writing\n", "")
        assert database.log == ["begin: because", "commit"]

    def test_a_dry_run_sends_everything_and_rolls_it_back(self, run: Run, database: Database) -> None:
        result = run("toy", "write", "--dry-run")

        assert (result.exit_code, result.stdout) == (0, "writing\n")
        assert result.stderr == "Dry run: nothing was changed.\n"
        assert database.log == ["begin: because", "settle", "rollback"]

    def test_a_failure_inside_rolls_back_and_is_told(self, run: Run, database: Database) -> None:
        assert_said(run("toy", "write", "--dry-run", obj=Raising(RefusedByRule(sentence="No."))), 1, "Error: No.\n")
        assert database.log == ["begin: because", "rollback"]

    @pytest.mark.usefixtures("database")
    def test_v_shows_the_sql_on_standard_error_and_leaves_no_trace(self, run: Run) -> None:
        logger = logging.getLogger("sqlalchemy.engine")
        before = (logger.level, list(logger.handlers))

        result = run("-v", "toy", "read")

        assert (result.stdout, result.stderr) == ("reading\n", "SELECT 1\n")
        assert run("toy", "read").stderr == ""
        assert (logger.level, list(logger.handlers)) == before


class TestCompletion:
    def test_nouns_are_offered_with_their_line_and_without_their_module(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Another test may have imported the module.
        monkeypatch.delitem(sys.modules, "stancedb.cli.statement", raising=False)

        assert completed([], "sta") == ["statement", "stance"]
        assert "stancedb.cli.statement" not in sys.modules

    def test_slugs_come_from_the_database_of_the_line(self, database: Database) -> None:
        assert completed(["--database", URL, "toy", "show"], "car") == ["actor:car-1", "actor:car-2"]
        assert completed(["toy", "options", "--issue"], "ca") == ["issue:ca-1", "issue:ca-2"]
        assert database.opened_with[0].database_url == URL

    def test_a_database_that_is_not_made_yet_is_not_made_by_asking(self, database: Database) -> None:
        database.is_initialised = False

        assert completed(["toy", "show"], "car") == []
        assert database.opened_with == []

    def test_no_database_is_silence(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "stancedb.work", None)

        result = run(env=pressing_tab("stancedb toy show ca", 3))

        assert (result.exit_code, result.stdout, result.stderr) == (0, "\n", "")

    def test_talk_of_the_database_layer_does_not_reach_the_line(self, run: Run, database: Database) -> None:
        database.talks = True

        result = run(env=pressing_tab("stancedb toy show ca", 3))

        assert (result.stdout, result.stderr) == ("plain,actor:ca-1\nplain,actor:ca-2\n", "")

    def test_a_noun_that_cannot_be_imported_is_silence(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(cli.commands, "ghost", Lazy("ghost", "stancedb.cli.ghost", "ghost", "Not written yet."))

        result = run(env=pressing_tab("stancedb ghost show ca", 3))

        assert (result.stdout, result.stderr) == ("", "")


# --- The toy noun -----------------------------------------------------------------------------------------------------


@click.group(cls=Noun)
def toy() -> None:
    """Play with the frame."""


@toy.command()
@pass_app
def greet(app: App) -> None:
    """Say hello."""
    app.output.text("hello\n")


@toy.command("list")
@pass_app
def list_toys(app: App) -> None:
    """List two toys."""
    app.output.rows([{"slug": "a"}, {"slug": "b"}], columns=["slug"])


@toy.command()
@pass_app
def settings(app: App) -> None:
    """Show what was understood."""
    app.output.text(f"{app.settings.database_url} {app.settings.author}\n")


@toy.command()
@pass_app
def fail(app: App) -> None:
    """Raise what the test says."""
    fail_as_told(app)


@toy.command()
def ask() -> None:
    """Ask a question."""
    click.prompt("Who", err=True, prompt_suffix="")


@toy.command()
@click.argument("code", type=int)
@click.pass_context
def leave(ctx: click.Context, code: int) -> None:
    """Leave with a code."""
    ctx.exit(code)


@toy.command()
@slug_argument("actor", help="Whom to show.")
def show(actor: str) -> None:
    """Show one actor."""
    click.echo(actor)


@toy.command()
@known_at_option
@as_of_option
@rule_option
@dry_run_option
@slug_option("issue", help="Only this issue.")
@slug_option("actor", "--to", "targets", multiple=True, help="To whom.")
def options(
    *,
    known_at: str | None,
    as_of: date | None,
    rule: str,
    dry_run: bool,
    issue: str | None,
    targets: tuple[str, ...],
) -> None:
    """Show what every option was read as."""
    click.echo(f"{known_at} {as_of} {rule} {dry_run} {issue} {targets}")


@toy.command()
@rule_option
def one_rule(rule: str) -> None:
    """Take one rule."""
    click.echo(rule)


@toy.command()
@pass_app
def read(app: App) -> None:
    """Read."""
    with app.reading():
        app.output.text("reading\n")


@toy.command()
@dry_run_option
@pass_app
def write(app: App, *, dry_run: bool) -> None:
    """Write."""
    with app.writing("because", dry_run=dry_run):
        fail_as_told(app)
        app.output.text("writing\n")


OPTIONS_HELP = """\
Usage: stancedb toy options [OPTIONS]

  Show what every option was read as.

Options:
  --known-at CHANGESET  Use the data as of a changeset: its number, or a date
                        (YYYY-MM-DD) for the last changeset of that day
                        (default: the latest).
  --as-of DATE          Show stances on this date, YYYY-MM-DD (default: today,
                        or the day of the changeset with --known-at).
  --rule NAME           Rule that derives the stances.  [default: latest-word]
  --dry-run             Check everything and show what would happen; change
                        nothing.
  --issue ISSUE         Only this issue.
  --to ACTOR            To whom.
  -f, --format FORMAT   Output format: table, json, ndjson or csv; the default
                        is the same when piped.  [env var: STANCEDB_FORMAT;
                        default: table]
  --spreadsheet-safe    In CSV, prefix text that a spreadsheet would run as a
                        formula with an apostrophe.
  -h, --help            Show this message and exit.
"""

STREAMING = """
import sys
import time
import click
from stancedb.cli.main import cli, main
from stancedb.cli.app import App, Command, pass_app
from stancedb.errors import NoSuchThing
from stancedb.refusals import Refusal

@cli.command(cls=Command)
@click.argument("count", type=int)
@click.argument("ending")
@pass_app
def stream(app, count, ending):
    app.output.rows(({"n": n} for n in range(count)), columns=["n"])
    if ending == "leave":
        click.get_current_context().exit(5)
    if ending == "fail":
        raise NoSuchThing.of("actor", "x")

sys.argv = ["stancedb", "stream", *sys.argv[1:], "-f", "ndjson"]
# By now the reader is gone, before the first row is written.
time.sleep(0.3)
main()
"""


class Raising(App):
    """An app with the error that its command raises."""

    def __init__(self, failure: BaseException) -> None:
        super().__init__()
        self.failure = failure


def fail_as_told(app: App) -> None:
    if isinstance(app, Raising):
        raise app.failure


class Session:
    def __init__(self, log: list[str]) -> None:
        self.log = log
        self.is_void = False

    def settle(self) -> None:
        self.log.append("settle")


class Database:
    """A stand-in for stancedb.database: only what the frame calls, with a log of the calls."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.opened_with: list[Settings] = []
        self.talks = False
        self.is_initialised = True

    @contextmanager
    def reading(self, settings: Settings) -> Iterator[Session]:
        self.opened_with.append(settings)
        if self.talks:
            click.echo("starting the server")
            click.echo("still starting", err=True)
        logging.getLogger("sqlalchemy.engine.Engine").info("SELECT %s", 1)
        yield Session(self.log)

    @contextmanager
    def writing(self, settings: Settings, *, message: str | None) -> Iterator[Session]:
        self.opened_with.append(settings)
        self.log.append(f"begin: {message}")
        session = Session(self.log)
        try:
            yield session
        except BaseException:
            self.log.append("rollback")
            raise
        self.log.append("rollback" if session.is_void else "commit")


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Database:
    stand_in = Database()
    handles = ModuleType("stancedb.shared.handles")
    handles.complete = (  # type: ignore[attr-defined]  # a module made in a test has no declared attributes
        lambda _session, kind, prefix: [f"{kind}:{prefix}-1", f"{kind}:{prefix}-2"]
    )
    embedded = ModuleType("stancedb.server.embedded")
    embedded.status = lambda _data_dir: stand_in  # type: ignore[attr-defined]  # as above
    monkeypatch.setattr(work, "database", stand_in)
    monkeypatch.setitem(sys.modules, "stancedb.server.embedded", embedded)
    monkeypatch.setitem(sys.modules, "stancedb.shared.handles", handles)
    return stand_in


@pytest.fixture(autouse=True)
def _toy_noun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cli.commands, "toy", toy)
    # Unbuffered output would detect a closed pipe at once, and the harder case, at exit, would not be tested.
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    for name in os.environ:
        if name.startswith("STANCEDB_"):
            monkeypatch.delenv(name)


@pytest.fixture
def run() -> Run:
    def invoke(*line: str, **extra: object) -> Result:
        return CliRunner().invoke(cli, list(line), **extra)  # type: ignore[arg-type]  # handed through to Click

    return invoke


def assert_said(result: Result, code: int, stderr: str) -> None:
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", stderr)


def completed(line: list[str], incomplete: str) -> list[str]:
    found = ShellComplete(cli, {"obj": App()}, "stancedb", "_STANCEDB_COMPLETE").get_completions(line, incomplete)
    return [item.value for item in found]


def pressing_tab(words: str, at: int) -> dict[str, str]:
    return {"_STANCEDB_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(at)}


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
