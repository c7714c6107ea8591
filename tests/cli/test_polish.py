"""Details of the command line: help that can be pasted, long lists, psql, and empty databases."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from stancedb.cli import demo
from stancedb.cli.main import cli
from stancedb.cli.output import TABLE_ROWS
from stancedb.database import HEAD, psql_call
from stancedb.server import embedded
from stancedb.settings import Settings, bundled
from tests.support.commands import commands
from tests.support.dna_files import dna, only_of, with_numbers
from tests.support.plugin import AUTHOR, Clone, Run
from tests.support.worlds import answer, done, invoker, jsonl, last_number

pytest_plugins = ("tests.support.worlds",)

JAPAN = ("--holder", "japan", "--issue", "jp-taiwan-use-of-force")
REMARK = "takaichi-2025-11-07-survival-threatening"


# More changesets than a table shows.
RENAMINGS = f"""
DO $$ BEGIN
    FOR number IN 1..{TABLE_ROWS} LOOP
        PERFORM stancedb.open_changeset('ana', 'another name');
        UPDATE stancedb.outlet SET name = 'Herald ' || number WHERE slug = 'herald';
        COMMIT;
    END LOOP;
END $$
""".encode()


def help_of(*words: str) -> str:
    """Return the help of a command in a terminal of eighty columns."""
    return done(CliRunner().invoke(cli, [*words, "--help"], prog_name="stancedb", terminal_width=80)).stdout


def examples(text: str) -> list[list[str]]:
    """Return the commands under ``Example:`` in a help text, as a shell would read them."""
    _, _, below = text.partition("\n  Example:\n")
    return [shlex.split(line) for line in below.split("\n\n")[0].replace("\\\n", " ").splitlines()]


HELP = {words: help_of(*words) for words, _ in commands()}
WITH_EXAMPLE = [words for words, text in HELP.items() if examples(text)]


@pytest.fixture(scope="module")
def many(clone: Clone, small_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Provide a function that runs a command on a database with one more of everything than a table shows."""
    directory = tmp_path_factory.mktemp("many")
    with clone(small_template) as url:
        run = invoker(url, directory)
        texts = [
            {"id": f"a-{number}", "outlet": "herald", "title": f"T {number}", "text": f"Text {number}."}
            for number in range(TABLE_ROWS)
        ]
        sheet = [
            {"statement": f"s-{number}", "speaker": "ana-cole", "said": "2025-03-01", "issue": "dam"}
            for number in range(TABLE_ROWS + 1)
        ]
        done(run("article", "load", "--published", "2025-03-02", jsonl(directory / "texts.jsonl", *texts)))
        done(run("statement", "load", jsonl(directory / "sheet.jsonl", *sheet)))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(RENAMINGS)
        yield run


@pytest.fixture(scope="module")
def seeded(clone: Clone, seeded_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Provide a function that runs a command on a database with all seeds."""
    with clone(seeded_template) as url:
        yield invoker(url, tmp_path_factory.mktemp("seeded"))


def assign_example_text(run: Run) -> None:
    """Open the round that the examples name, and in it a text; ana and ben code another round."""
    done(run("round", "add", "2026-w49"))
    done(run("round", "add", "2026-w48"))
    article = ("--article", "desk-2025-11-08-budget-committee")
    done(run("assign", "--round", "2026-w49", "--new-coder", AUTHOR, "--per-coder", 1, *article))
    done(run("assign", "--round", "2026-w48", "--new-coder", "ana", "--new-coder", "ben", "--per-coder", 1))
    done(run("code", "next"))


class TestTheHelp:
    @pytest.mark.parametrize("words", WITH_EXAMPLE, ids=" ".join)
    def test_an_example_can_be_pasted_and_works_on_the_seeds(
        self,
        clone: Clone,
        seeded_template: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        words: tuple[str, ...],
    ) -> None:
        (tmp_path / "call.txt").write_text("Two leaders spoke on the telephone.\n")
        (tmp_path / "actors.csv").write_text("slug,kind,name\nkatsuya-example,person,Katsuya Example\n")
        (tmp_path / "sheet.csv").write_text("speaker,said,issue\nlin-jian,2026-01-01,jp-remark-retraction\n")
        shutil.copy(bundled("seeds") / "codebook" / "taiwan.toml", tmp_path)
        dna(tmp_path / "sample.dna")
        only_of(dna(tmp_path / "ida.dna"), 2, called="Ida")
        only_of(with_numbers(dna(tmp_path / "scores.dna"), 5, 1), 2, called="Ida")
        monkeypatch.chdir(tmp_path)

        with clone(seeded_template) as url:
            if words[0] in {"ask", "export"}:
                done(invoker(url, tmp_path)("reporting", "refresh"))
            if words[0] in {"assign", "code", "round"} and words != ("round", "add"):
                assign_example_text(invoker(url, tmp_path))
            for program, *line in examples(HELP[words]):
                assert program == "stancedb"
                assert tuple(line[: len(words)]) == words or line[0] == words[0]
                done(invoker(url, tmp_path)(*line))

    def test_most_commands_that_write_have_an_example(self) -> None:
        assert len(WITH_EXAMPLE) >= 18

    def test_help_fits_eighty_columns(self) -> None:
        # Click treats a list of choices as one word and does not break it.
        wide = [
            (" ".join(words), line)
            for words, text in HELP.items()
            for line in text.splitlines()
            if len(line) > 80 and "|" not in line
        ]

        assert wide == []

    def test_no_line_of_a_group_is_cut(self) -> None:
        cut = [
            (words[0], line)
            for words, text in HELP.items()
            if len(words) == 1
            for line in text.partition("Commands:\n")[2].splitlines()
            if line.endswith("...")
        ]

        assert cut == []

    def test_kinds_of_links_are_listed_as_whole_words(self) -> None:
        shown = help_of("statement", "link")

        assert "Usage: stancedb statement link [OPTIONS] STATEMENT KIND TARGET\n" in shown
        assert {"walks_back,", "demands_retraction_of,", "refuses_to_retract,"} <= set(shown.split())


class TestLongLists:
    @pytest.mark.parametrize("noun", ["article", "statement", "coding"])
    def test_a_table_shows_a_screenful_and_says_that_there_are_more(self, many: Run, noun: str) -> None:
        result = done(many(noun, "list", "--format", "table"))

        assert result.stderr == f"Only the first {TABLE_ROWS} rows are shown; use --limit N to show more.\n"
        assert sum(not line.startswith(" ") for line in result.stdout.splitlines()[2:]) == TABLE_ROWS

    @pytest.mark.parametrize("noun", ["article", "statement", "coding"])
    def test_data_is_whole(self, many: Run, noun: str) -> None:
        assert len(answer(many, noun, "list")) == TABLE_ROWS + 1
        assert done(many(noun, "list", "-f", "csv")).stdout.count("\n") == TABLE_ROWS + 2

    @pytest.mark.parametrize("noun", ["article", "statement", "coding"])
    def test_a_limit_is_kept_in_every_format(self, many: Run, noun: str) -> None:
        result = done(many(noun, "list", "--limit", TABLE_ROWS + 1))

        assert sum(not line.startswith(" ") for line in result.stdout.splitlines()[2:]) == TABLE_ROWS + 1
        assert result.stderr == ""
        assert len(answer(many, noun, "list", "--limit", 2)) == 2

    def test_changesets_are_whole_in_data_and_visibly_cut_in_a_table(self, many: Run) -> None:
        numbers = [row["number"] for row in answer(many, "changeset", "list")]

        assert len(numbers) > TABLE_ROWS
        assert numbers == list(range(len(numbers), 0, -1))
        shown = done(many("changeset", "list"))
        assert shown.stderr == f"Only the first {TABLE_ROWS} rows are shown; use --limit N to show more.\n"


class TestPsql:
    @pytest.mark.parametrize(
        ("given", "url", "environment"),
        [
            ("postgresql://ana@db/x", "postgresql://ana@db/x", {}),
            (
                "postgresql://ana:s3%20cr3t@db:5433/x?sslmode=require",
                "postgresql://ana@db:5433/x?sslmode=require",
                {"PGPASSWORD": "s3 cr3t"},
            ),
            (
                "postgres://ana:s3cr3t@/x?host=%2Frun%2Fpg&port=1",
                "postgresql://ana@/x?host=%2Frun%2Fpg&port=1",
                {"PGPASSWORD": "s3cr3t"},
            ),
            (
                "postgresql+psycopg://db/x?user=ana&password=s3cr3t",
                "postgresql://db/x?user=ana",
                {"PGPASSWORD": "s3cr3t"},
            ),
        ],
    )
    def test_its_url_has_no_password(self, given: str, url: str, environment: dict[str, str], tmp_path: Path) -> None:
        assert psql_call(Settings(database_url=given, data_dir=tmp_path, author="ana")) == (url, environment)

    @pytest.mark.parametrize(
        "words",
        [
            ["-f", "q.sql"],
            ["-c", "SELECT 1"],
            ["-Atc", "SELECT 1"],
            ["-v", "x=1", "--csv", "-f", "q.sql", "--help"],
        ],
    )
    def test_it_gets_every_word_and_the_password_only_in_its_environment(
        self, tmp_path: Path, words: list[str]
    ) -> None:
        psql = tmp_path / "psql"
        psql.write_text('#!/bin/sh\nprintf "%s\\n" "$@" "password $PGPASSWORD"\n')
        psql.chmod(0o755)

        shown = stancedb(
            tmp_path,
            "db",
            "psql",
            *words,
            PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
            STANCEDB_DATABASE_URL="postgresql://ana:s3cr3t@db/x",
        )

        assert shown.stdout.splitlines() == ["postgresql://ana@db/x", *words, "password s3cr3t"]

    @pytest.mark.skipif(shutil.which("psql") is None, reason="there is no psql on this machine")
    def test_it_runs_a_file(self, small_url: str, tmp_path: Path) -> None:
        (tmp_path / "q.sql").write_text("SELECT count(*) FROM stancedb.outlet;\n")

        shown = stancedb(tmp_path, "db", "psql", "-At", "-f", str(tmp_path / "q.sql"), STANCEDB_DATABASE_URL=small_url)

        assert (shown.returncode, shown.stdout) == (0, "1\n")


class TestNothingThereYet:
    @pytest.fixture
    def embedded_run(self, tmp_path: Path) -> Run:
        """Provide a function that runs a command on an embedded server that was never started."""

        def invoke(*line: str, env: dict[str, str] | None = None) -> Any:  # noqa: ANN401 - what Click answers
            own = {"STANCEDB_DATABASE_URL": None, "STANCEDB_DATA_DIR": str(tmp_path / "data"), **(env or {})}
            return CliRunner(env=own).invoke(cli, list(line))

        return invoke

    def test_status_reports_it_and_creates_nothing(self, embedded_run: Run, tmp_path: Path) -> None:
        result = done(embedded_run("db", "status"))

        assert result.stderr == "There is no database yet; create it with 'stancedb db init'.\n"
        assert f"database    embedded, in {tmp_path / 'data'}\n" in result.stdout
        assert "revision    none\n" in result.stdout
        assert not (tmp_path / "data").exists()

    def test_status_reports_it_as_data(self, embedded_run: Run, tmp_path: Path) -> None:
        assert answer(embedded_run, "db", "status") == {
            "database": f"embedded, in {tmp_path / 'data'}",
            "server": None,
            "revision": "none",
            "head": HEAD,
            "is_at_head": False,
            "size": None,
        }
        assert not (tmp_path / "data").exists()

    def test_completion_offers_nothing_and_makes_nothing(self, embedded_run: Run, tmp_path: Path) -> None:
        pressed = {
            "_STANCEDB_COMPLETE": "bash_complete",
            "COMP_WORDS": "stancedb actor show ja",
            "COMP_CWORD": "3",
        }

        result = embedded_run(env=pressed)

        assert (result.stdout.strip(), result.stderr) == ("", "")
        assert not (tmp_path / "data").exists()


def test_starting_prints_the_address_as_data_and_that_the_port_differs() -> None:
    directory = Path(tempfile.mkdtemp(prefix="sdb-")).resolve()
    # When root runs the server, its unprivileged account needs access.
    directory.chmod(0o711)
    own = {"STANCEDB_DATABASE_URL": None, "STANCEDB_DATA_DIR": str(directory / "data")}

    def start(*line: str) -> Any:  # noqa: ANN401 - what Click answers
        return done(CliRunner(env=own).invoke(cli, ["db", "start", *line]))

    try:
        first = start("--port", "0")
        again = start("--port", "0", "--format", "json")
        port = int(first.stdout.strip().rpartition("/")[0].rpartition(":")[2])
        assert first.stderr == ""
        assert again.stdout == f'{{\n  "url": "{first.stdout.strip()}"\n}}\n'
        assert again.stderr == ""
        moved = start("--port", str(free_port()))
        now = embedded.status(directory / "data").port
        assert now != port
        assert moved.stderr == f"The server was restarted and listens on port {now}, no longer on port {port}.\n"
    finally:
        embedded.stop(directory / "data")
        shutil.rmtree(directory, ignore_errors=True)


@pytest.mark.parametrize("noun", ["article", "actor", "outlet", "codebook", "statement", "event", "indicator"])
def test_refused_records_are_set_aside_only_where_the_others_are_loaded(
    small_url: str, tmp_path: Path, noun: str
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("{}\n")

    result = invoker(small_url, tmp_path)(noun, "load", path, "--refused", tmp_path / "refused.jsonl")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "--refused requires --keep-going" in result.stderr
    assert not (tmp_path / "refused.jsonl").exists()


class TestStances:
    def test_the_evidence_of_a_timeline_names_its_statements(self, seeded: Run) -> None:
        assert f"    statement {REMARK}\n" in done(seeded("stance", "timeline", *JAPAN, "--evidence")).stdout

    @pytest.mark.parametrize(
        ("chosen", "compared"),
        [
            ([], ["latest-word", "authoritative", "sustained"]),
            (["authoritative"], ["authoritative"]),
            (["sustained", "latest-word"], ["sustained", "latest-word"]),
        ],
    )
    def test_the_rules_named_are_compared_and_all_if_none_is(
        self, seeded: Run, chosen: list[str], compared: list[str]
    ) -> None:
        rules = [word for rule in chosen for word in ("--rule", rule)]

        assert list(answer(seeded, "stance", "compare", *JAPAN, *rules)[0]) == [
            "since",
            "until",
            "valid_last",
            *compared,
            "rules_agree",
        ]

    def test_a_mistyped_rule_is_refused(self, seeded: Run) -> None:
        assert seeded("stance", "compare", *JAPAN, "--rule", "latest-wrod").exit_code == 3


def test_a_coding_says_what_its_coder_is(small_url: str, tmp_path: Path) -> None:
    run = invoker(small_url, tmp_path)
    spoken = ("statement", "add", "--speaker", "ana-cole", "--said", "2025-03-01", "--slug", "one", "--issue", "dam")
    done(run(*spoken, "--position", "support", "--coder", "model-x", "--coder-kind", "model"))
    done(run("coding", "add", "one", "--issue", "dam", "--coder", "sheet-y", "--coder-kind", "import", "--not-final"))

    with psycopg.connect(small_url) as connection:
        rows = connection.execute(
            "SELECT name, kind FROM stancedb.coder WHERE name IN ('model-x', 'sheet-y')"
        ).fetchall()
    assert dict(rows) == {"model-x": "model", "sheet-y": "import"}
    # A model's coding counts only after a person has accepted it.
    assert [row["final"] for row in answer(run, "coding", "list", "--coder", "model-x")] == [False]


@pytest.mark.parametrize(
    "line",
    [
        ("statement", "link", "one", "reaffirms", "two"),
        ("statement", "retract", "two", "--reason", "wrong"),
        ("position", "add", "dam", "later", "--label", "later", "--definition", "Not now."),
        ("position", "set", "dam", "support", "--label", "in favour"),
        ("issue", "add", "canal", "--question", "Should there be a canal?"),
        ("issue", "set", "dam", "--scope", "The dam alone."),
        ("coding", "review", "one", "--status", "submitted"),
        ("indicator", "observe", "dug", "--on", "2025-04-01", "--seen"),
        ("article", "retract", "herald-2025-03-01", "--reason", "withdrawn"),
    ],
    ids=lambda line: " ".join(line[:2]),
)
def test_a_change_can_say_why(small_url: str, tmp_path: Path, line: tuple[str, ...]) -> None:
    run = invoker(small_url, tmp_path)
    for slug in ("one", "two"):
        done(run("statement", "add", "--speaker", "ana-cole", "--said", "2025-03-01", "--slug", slug, "--issue", "dam"))
    done(run("indicator", "add", "dug", "--question", "Is it dug?", "--counts-if", "It is."))

    done(run(*line, "-m", "asked for by the desk"))

    assert answer(run, "changeset", "show", last_number(small_url))["message"] == "asked for by the desk"


def free_port() -> int:
    """Return a loopback port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stancedb(directory: Path, *line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a ``stancedb`` command in a separate process."""
    program = "import sys; from stancedb.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *line],
        capture_output=True,
        text=True,
        env={**os.environ, "STANCEDB_DATA_DIR": str(directory / "data"), **environment},
        check=False,
    )


@pytest.mark.parametrize(
    ("typed", "interpreter", "on_path", "suggested"),
    [
        ("/env/bin/stancedb", "/env/bin/python", {"stancedb": "/env/bin/stancedb"}, "stancedb"),
        ("/env/stancedb/__main__.py", "/env/bin/python", {"stancedb": "/env/bin/stancedb"}, "stancedb"),
        ("/env/stancedb/__main__.py", "/env/bin/python", {"python": "/env/bin/python"}, "python -m stancedb"),
        ("/env/stancedb/__main__.py", "/env/bin/python3", {"python3": "/env/bin/python3"}, "python3 -m stancedb"),
        ("/env/stancedb/__main__.py", "/my env/python", {"python": "/usr/bin/python"}, "'/my env/python' -m stancedb"),
        (".venv/bin/stancedb", "/env/bin/python", {"stancedb": "/usr/bin/stancedb"}, ".venv/bin/stancedb"),
    ],
)
def test_the_demo_suggests_what_can_be_typed(
    monkeypatch: pytest.MonkeyPatch, typed: str, interpreter: str, on_path: dict[str, str], suggested: str
) -> None:
    monkeypatch.delenv("STANCEDB_DATA_DIR", raising=False)
    monkeypatch.setattr(sys, "argv", [typed, "demo"])
    monkeypatch.setattr(sys, "executable", interpreter)
    monkeypatch.setattr("shutil.which", on_path.get)

    assert demo.program_as_typed() == suggested
