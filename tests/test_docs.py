"""README and docs describe what the program does."""

from __future__ import annotations

import csv
import html
import importlib.util
import inspect
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import click
import psycopg
import pytest
from psycopg.rows import dict_row

from stancedb import errors, rules
from stancedb.cli import form as forms
from stancedb.cli.main import BROKEN_PIPE, INTERRUPTED, UNEXPECTED
from stancedb.model import SCHEMA, Base
from stancedb.model.vocabulary import ChangeKind
from stancedb.records.actor import ActorRecord
from stancedb.records.article import ArticleRecord
from stancedb.records.base import Record
from stancedb.records.event import CauseRecord, EventRecord
from stancedb.records.indicator import IndicatorRecord, ObservationRecord
from stancedb.records.outlet import OutletRecord
from stancedb.records.statement import StatementRecord
from stancedb.server.embedded import binary
from tests.rights.test_rights import logins, url_as
from tests.support.commands import nouns
from tests.support.plugin import Clone, Run
from tests.support.worlds import answer, done, invoker

pytest_plugins = ("tests.support.worlds",)

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = {
    path.relative_to(ROOT / "docs").with_suffix("").as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "docs").rglob("*.md"))
}
# The pages that a reader follows from the top, each on the demo data except the tutorial, which creates its own.
FOLLOWED = (
    "index",
    "tutorial",
    "networks",
    "guides/coders",
    "guides/coming-from-dna",
    "guides/researchers",
    "guides/bi-tools",
    "guides/maintainers",
)


def section(text: str, heading: str) -> str:
    """Return the text under a heading, up to the next heading of its level."""
    level = heading.split(" ", maxsplit=1)[0]
    return text.partition(f"\n{heading}")[2].partition(f"\n{level} ")[0]


def block(text: str, language: str) -> str:
    """Return the first block of a language in a text."""
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


def table(text: str, *heading: str) -> list[list[str]]:
    """Return the cells of the rows of the table with a heading."""
    lines = text.partition(f"| {' | '.join(heading)} |\n")[2].splitlines()[1:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    assert rows, heading
    return rows


def typed(cell: str) -> list[str]:
    """Return the code in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def reference() -> ModuleType:
    """Load the module that generates pages, which is not part of a package."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the language, the title and the content of each block of a page."""
    for found in re.finditer(r'^```(\w+)(?: title="(.*?)")?\n(.*?)^```$', text, re.MULTILINE | re.DOTALL):
        yield found[1], found[2] or "", found[3]


def commands(console: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a block with its output, which may be empty."""
    for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        length = next(n for n in range(1, len(lines) + 1) if is_whole("\n".join(lines[:n])))
        yield "\n".join(lines[:length]), "\n".join(lines[length:])


def is_whole(line: str) -> bool:
    """Return whether a shell would run a line instead of waiting for more."""
    try:
        shlex.split(line)
    except ValueError:
        return False
    return not line.endswith("\\")


class TestTheArchitecture:
    def test_every_file_that_it_names_exists(self) -> None:
        named = re.findall(r"`([\w./-]+\.(?:py|sql|md))`", DOCS["architecture"])

        assert named
        assert [name for name in named if not (ROOT / name).is_file()] == []

    def test_its_tree_is_that_of_the_package(self) -> None:
        tree = block(DOCS["architecture"], "text").partition("stancedb/\n")[2]

        assert set(re.findall(r"^  (\w+)/", tree, re.MULTILINE)) == {
            path.parent.name for path in (ROOT / "stancedb").glob("*/__init__.py")
        }

    def test_no_walk_passes_a_file_twice(self) -> None:
        for walk in re.findall(r"^## From .*?(?=^## |\Z)", DOCS["architecture"], re.MULTILINE | re.DOTALL):
            passed = re.findall(r"`(stancedb/[\w/]+\.(?:py|sql))`", walk)

            assert len(passed) >= 5
            assert len(passed) == len({*passed}), passed


class Follower:
    """A reader who types the commands of a page, in a separate folder."""

    def __init__(self, url: str, directory: Path, monkeypatch: pytest.MonkeyPatch, **environment: str) -> None:
        self.directory = directory
        self.run = invoker(url, directory)
        # The author in the tutorial is Ana.
        self.environment = {"STANCEDB_DATABASE_URL": url, "STANCEDB_AUTHOR": "ana", **environment}
        monkeypatch.chdir(directory)
        programs = directory / "bin"
        programs.mkdir()
        (programs / "stancedb").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m stancedb "$@"\n')
        (programs / "stancedb").chmod(0o755)
        self.path = os.pathsep.join([str(programs), *clients(url), os.environ["PATH"]])

    def type(self, command: str) -> tuple[int, str, str]:
        """Run a command and return its exit code, its standard output and its standard error."""
        if command.startswith("stancedb ") and "$" not in command and "db psql" not in command:
            result = self.run(*shlex.split(command.replace("\\\n", " "))[1:], env=self.environment)
            return result.exit_code, result.stdout, result.stderr
        ended = subprocess.run(
            ["bash", "-c", command],  # noqa: S607 - the bash of the machine, as for any reader of the page
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, **self.environment, "PATH": self.path, "PYTHONPATH": str(ROOT)},
        )
        return ended.returncode, ended.stdout, ended.stderr


def clients(url: str) -> list[str]:
    """Return the folder with the PostgreSQL programs of the version of a server."""
    with psycopg.connect(url) as connection:
        major = connection.info.server_version // 10_000
    installed = Path(f"/usr/lib/postgresql/{major}/bin")
    return [str(installed if installed.exists() else binary("pg_dump").parent)]


class TestTheReadme:
    def test_work_with_it_works(self, empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        Path("call.txt").write_text(
            "A call and its echo\n\nShe had said that an attack might warrant military action, and that was new.\n"
        )
        run = invoker(empty_url, tmp_path)
        text = block(section(README, "## Work with it"), "console")
        lines = re.sub(r" *\\\n *", " ", text).splitlines()

        answered = {}
        for line in lines:
            prompt, program, *words = shlex.split(line, comments=True)
            assert (prompt, program) == ("$", "stancedb")
            answered[" ".join(words[:2])] = done(run(*words)).stdout

        assert len(lines) == 8
        assert "2025-11-07" in answered["stance timeline"]
        assert "may-warrant" in answered["stance timeline"]
        assert "initial" in answered["stance changes"]
        assert "may-warrant" in answered["stance as-of"]

    def test_try_it_names_targets_of_the_makefile(self) -> None:
        makefile = (ROOT / "Makefile").read_text("utf-8")

        for target in re.findall(r"^\$ make (\w+)", section(README, "## Try it"), re.MULTILINE):
            assert f"\n{target}:" in makefile

    def test_the_answer_of_the_demo_is_printed_as_it_is(self, seeded_once: str, tmp_path: Path) -> None:
        shown = done(
            invoker(seeded_once, tmp_path)(
                "stance",
                "compare",
                "--holder",
                "japan",
                "--issue",
                "jp-taiwan-use-of-force",
                "--rule",
                "latest-word",
                "--rule",
                "authoritative",
            )
        )

        assert block(section(README, "## Try it"), "text") in shown.stdout

    def test_every_command_named_in_a_sentence_exists(self) -> None:
        known = nouns()
        for text in (README, *DOCS.values()):
            named = re.findall(r"`(?:stancedb )?([a-z]+) ([a-z][a-z-]*)[^`]*`", text)
            for noun, verb in named:
                group = known.get(noun)
                if isinstance(group, click.Group):
                    assert verb in group.commands, (noun, verb)

    def test_the_settings_are_those_the_program_reads(self) -> None:
        named = {name for row in table(README, "variable", "meaning") for name in typed(row[0])}
        read = set()
        for path in (ROOT / "stancedb").rglob("*.py"):
            read |= set(re.findall(r'"(STANCEDB_[A-Z_]+)"', path.read_text("utf-8")))

        # STANCEDB_EMBEDDED_OPTIONS is only for tests of the embedded server.
        assert read - {"STANCEDB_EMBEDDED_OPTIONS"} == named

    def test_links_lead_somewhere(self) -> None:
        generated = {(ROOT / "docs" / path).resolve() for path in reference().pages([])}
        pages = ((text, (ROOT / "docs" / name).parent) for name, text in DOCS.items())
        for text, place in ((README, ROOT), *pages):
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
                assert (place / target).exists() or (place / target).resolve() in generated, target

    def test_every_noun_has_help_with_all_its_commands(self, run: Run) -> None:
        for name, command in nouns().items():
            shown = done(run(name, "--help")).stdout
            if isinstance(command, click.Group):
                listed = shown.partition("Commands:\n")[2]
                assert [line.split()[0] for line in listed.splitlines() if re.match(r"  \w", line)] == sorted(
                    command.commands
                )

    def test_every_command_of_db_is_described(self) -> None:
        described = {typed(row[0])[0].split()[1] for row in table(DOCS["database"], "command", "does")}
        db = nouns()["db"]
        assert isinstance(db, click.Group)

        assert described == set(db.commands)


class TestTheExamplesInHelp:
    def test_an_example_is_a_line_that_reads(self, run: Run) -> None:
        known = nouns()
        for noun, group in known.items():
            for verb in group.commands.values() if isinstance(group, click.Group) else ():
                for example in re.findall(r"Example: (stancedb .*?)(?:\n\n|\Z)", verb.help or "", re.DOTALL):
                    program, named, word, *words = shlex.split(example.replace("\\\n", " "))
                    assert (program, named, word) == ("stancedb", noun, verb.name)
                    # Usage errors exit with 2, before the database is queried.
                    result = run(named, word, *words, env={"STANCEDB_DATABASE_URL": "postgresql://127.0.0.1:9/x"})
                    assert result.exit_code != 2, result.output


class TestTheFormats:
    @pytest.fixture
    def run(self, small_url: str, tmp_path: Path) -> Run:
        """Provide a function that runs a command on the small world, with the codebook and actors of the seeds."""
        run = invoker(small_url, tmp_path)
        done(run("db", "seed", "--no-example"))
        return run

    def test_the_examples_load_one_after_the_other(self, run: Run, tmp_path: Path) -> None:
        text = DOCS["formats"]
        for kind, heading, language, ending in (
            ("article", "## Articles", "json", "jsonl"),
            ("statement", "## The coding sheet", "json", "jsonl"),
            ("actor", "## Actors", "text", "csv"),
            ("codebook", "## Codebook", "toml", "toml"),
        ):
            path = tmp_path / f"{kind}.{ending}"
            path.write_text(block(section(text, heading), language), encoding="utf-8")
            done(run(kind, "load", path))

        assert answer(run, "article", "show", "herald-2025-11-08")["title"] == "A remark"
        (stance,) = answer(run, "stance", "timeline", "--holder", "japan", "--issue", "jp-taiwan-use-of-force")
        assert (stance["since"], stance["position"]) == ("2025-11-07", "may-warrant")
        assert len(answer(run, "actor", "show", "minister-of-examples")["tenures"]) == 2
        assert [row["position"] for row in answer(run, "position", "list", "example-issue")] == [
            "leaves-open",
            "support",
        ]

    def test_the_example_of_the_sheet_loads_as_csv_too(self, run: Run, tmp_path: Path) -> None:
        sections = {heading: section(DOCS["formats"], heading) for heading in ("## Articles", "## The coding sheet")}
        article = tmp_path / "article.jsonl"
        article.write_text(block(sections["## Articles"], "json"), encoding="utf-8")
        done(run("article", "load", article))
        line = StatementRecord.model_validate_json(block(sections["## The coding sheet"], "json"))
        given = line.model_dump(include=line.model_fields_set - {"schema_"}, mode="json")
        sheet = io.StringIO()
        writer = csv.DictWriter(sheet, list(given))
        writer.writeheader()
        writer.writerow(given)
        (tmp_path / "sheet.csv").write_text(sheet.getvalue(), encoding="utf-8")

        done(run("statement", "load", tmp_path / "sheet.csv"))

        assert [row["position"] for row in answer(run, "coding", "list")] == ["may-warrant"]

    @pytest.mark.parametrize(
        ("heading", "record", "unnamed"),
        [
            # Fields that the program fills in when it extracts a page or imports, and the name of the format itself.
            ("## Articles", ArticleRecord, {"schema_", "extractor", "raw", "raw_media_type"}),
            ("## The coding sheet", StatementRecord, {"schema_", "span", "made_under", "text_version", "assignment"}),
            ("## Actors", ActorRecord, set()),
            ("## Outlets, events, indicators", OutletRecord, set()),
            ("## Outlets, events, indicators", EventRecord, set()),
            ("## Outlets, events, indicators", IndicatorRecord, set()),
            ("## Outlets, events, indicators", CauseRecord, set()),
            ("## Outlets, events, indicators", ObservationRecord, set()),
        ],
        ids=lambda value: getattr(value, "__name__", ""),
    )
    def test_every_field_is_named(self, heading: str, record: type[Record], unnamed: set[str]) -> None:
        named = set(re.findall(r"[a-z_]+", " ".join(typed(section(DOCS["formats"], heading)))))

        assert set(record.model_fields) - unnamed - named == set()

    def test_the_fields_of_the_sheet_have_the_defaults_that_are_written(self) -> None:
        written: dict[str, str] = {}
        for field, _, default in table(DOCS["formats"], "field", "meaning", "default"):
            names = typed(field)
            values = [value.strip().strip("`") for value in default.split(",")]
            if len(values) == len(names):
                written |= dict(zip(names, values, strict=True))

        for name, value in written.items():
            default = StatementRecord.model_fields[name].default
            if name in {
                "authority",
                "act",
                "verification",
                "self_declared",
                "rendering",
                "asserts",
                "explicitness",
                "vagueness",
                "confidence",
                "coder_kind",
            }:
                assert str(default) == value, name


class TestTheDerivation:
    def test_the_rules_are_those_of_every_database(self, connection_url: str) -> None:
        described = table(DOCS["derivation"], "rule", "counts", "after a retraction", "at a change of office")
        with psycopg.connect(connection_url) as connection:
            rules = {
                slug: rest
                for slug, *rest in connection.execute(
                    "SELECT slug, is_default, min_authority, sustain_days, retraction_effect, tenure_effect"
                    " FROM stancedb.derivation_rule"
                )
            }

        assert {typed(row[0])[0] for row in described} == set(rules)
        for cells in described:
            is_default, min_authority, sustain_days, retraction, tenure = rules[typed(cells[0])[0]]
            assert ("(default)" in cells[0]) == is_default
            assert ("authority 5 and 6" in cells[1]) == (min_authority == 5)
            assert (f"{sustain_days} days" in cells[1]) == (sustain_days is not None)
            assert ("returns" in cells[2] or "before returns" in cells[2]) == (retraction == "revert")
            assert (cells[3] == "carries") == (tenure == "carry")

    def test_the_kinds_of_change_are_those_of_the_program(self) -> None:
        described = [kind for row in table(DOCS["derivation"], "kind", "when") for kind in re.findall(r"\w+", row[0])]

        assert sorted(described) == sorted(ChangeKind)

    def test_the_worked_example_is_what_the_seeds_answer(self, seeded_once: str, tmp_path: Path) -> None:
        ask = invoker(seeded_once, tmp_path)
        japan = ("--holder", "japan", "--issue", "jp-taiwan-use-of-force")
        said = {row["said"]: row for row in answer(ask, "stance", "timeline", *japan, "--evidence")}
        changes = answer(ask, "stance", "changes", *japan)

        for first, authority, position, latest, _ in table(
            DOCS["derivation"], "said", "authority", "position", "`latest-word`", "`authoritative`"
        ):
            day = first.partition(",")[0]
            assert (said[day]["authority"], said[day]["position"]) == (int(authority), position)
            if window := re.search(r"\*\*(\w+)\*\*.* window (\S+) to (\S+)", latest):
                assert window.groups() in {(row["change"], row["window_from"], row["window_until"]) for row in changes}


class TestTheSite:
    @pytest.fixture
    def follow(
        self,
        clone: Clone,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        request: pytest.FixtureRequest,
    ) -> Iterator[Callable[[str], Follower]]:
        """Provide a function that starts a page, with the database that the page begins with."""
        with ExitStack() as made:

            def before(page: str) -> Follower:
                begin = "template0" if page == "tutorial" else request.getfixturevalue("seeded_template")
                url, new = made.enter_context(clone(begin)), made.enter_context(clone())
                return Follower(url, tmp_path, monkeypatch, NEW=new)

            yield before

    @pytest.mark.parametrize("page", FOLLOWED)
    def test_a_page_can_be_followed_and_prints_what_it_shows(
        self, page: str, follow: Callable[[str], Follower]
    ) -> None:
        follower = follow(page)
        for language, title, content in blocks(DOCS[page]):
            # The title of a block of commands is the person who types them.
            if title and language != "console":
                Path(title).write_text(content, encoding="utf-8")
            for command, shown in commands(content) if language == "console" else ():
                code, printed, said = follower.type(command)
                # Only an embedded server can be stopped, and tests may use another.
                refused = 2 if command == "stancedb db stop" else 1 if shown.startswith("Error: ") else 0
                assert code == refused, f"{command}\n{printed}{said}"
                if shown:
                    lines = (said if shown.startswith("Error: ") else printed).splitlines()
                    assert "\n".join(line.rstrip() for line in lines).rstrip() == shown.rstrip(), command
            if language == "sql":
                with psycopg.connect(follower.environment["STANCEDB_DATABASE_URL"]) as connection:
                    assert connection.execute(content.encode()).fetchall(), content
            if language == "python":
                ended = subprocess.run(
                    [sys.executable, "-c", content],
                    check=False,
                    capture_output=True,
                    text=True,
                    env={**os.environ, **follower.environment},
                )
                assert ended.stdout, ended.stderr
            for query in re.findall(r'dbGetQuery\(con, "(.*?)"\)', content, re.DOTALL):
                with psycopg.connect(follower.environment["STANCEDB_DATABASE_URL"]) as connection:
                    assert connection.execute(query.encode()).fetchall(), query

    def test_the_guide_for_coders_can_be_followed_by_each_under_a_login(
        self, admin_url: str, clone: Clone, seeded_template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refused = []
        with logins(admin_url, "LOGIN", "LOGIN", "LOGIN", "LOGIN", "LOGIN") as names, clone(seeded_template) as url:
            owner = Follower(url, tmp_path, monkeypatch)
            of = dict(zip(("ana", "ben", "ruth"), names, strict=False))
            for name, login in of.items():
                role = "reviewer" if name == "ruth" else "coder"
                done(owner.run("db", f"grant-{role}", login, "--coder", name))
            # The login of each person; the owner has none.
            by = {"": "ana", "Ben": "ben", "A reviewer": "ruth", "The owner": None}
            for language, title, content in blocks(DOCS["guides/coders"]):
                if title and language != "console":
                    Path(title).write_text(content, encoding="utf-8")
                for command, _ in commands(content) if language == "console" else ():
                    person = by[title]
                    owner.environment["STANCEDB_DATABASE_URL"] = url_as(url, of[person]) if person else url
                    owner.environment["STANCEDB_AUTHOR"] = ""
                    # Tying a login to a coder is a changeset. The logins of the page are replaced by those of the test.
                    typed_in = command.replace("undo 11", f"undo {11 + len(of)}")
                    typed_in = typed_in.replace("coder carla", f"coder {names[3]}").replace("ruth", names[4])
                    code, printed, said = owner.type(typed_in)
                    if code:
                        refused.append(f"{title}: {command}\n{printed}{said}")
        assert refused == []

    def test_the_page_on_coding_can_be_followed_by_each_under_a_login(
        self, admin_url: str, clone: Clone, seeded_template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with logins(admin_url, "LOGIN", "LOGIN", "LOGIN") as names, clone(seeded_template) as url:
            follower = Follower(url, tmp_path, monkeypatch)
            of = dict(zip(("Ana", "Ben", "Ruth"), names, strict=True))
            for name, login in of.items():
                role = "reviewer" if name == "Ruth" else "coder"
                done(follower.run("db", f"grant-{role}", login, "--coder", name.lower()))
            follower.environment["STANCEDB_AUTHOR"] = ""
            for language, title, content in blocks(DOCS["coding"]):
                if title and language != "console":
                    Path(title).write_text(content, encoding="utf-8")
                for command, shown in commands(content) if language == "console" else ():
                    follower.environment["STANCEDB_DATABASE_URL"] = url_as(url, of[title])
                    code, printed, said = follower.type(command)
                    assert code == 0, f"{title}: {command}\n{printed}{said}"
                    assert not shown or printed.rstrip() == shown.rstrip(), command

    def test_the_form_on_the_page_on_coding_reads(self) -> None:
        read = forms.read(block(DOCS["coding"], "text"))

        assert (len(read.blocks), read.mistakes, read.is_done) == (1, {}, False)

    def test_every_page_has_its_place(self) -> None:
        nav = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:\n")[2]
        placed = re.findall(r"([\w/-]+)\.md$", nav, re.MULTILINE)
        folders = tuple(re.findall(r"([\w/-]+/)$", nav, re.MULTILINE))
        generated = [path.removesuffix(".md") for path in reference().pages([]) if not path.startswith(folders)]

        assert sorted({*DOCS, *generated, "dictionary/reporting"}) == sorted(placed)

    def test_every_command_and_option_is_in_the_reference(self) -> None:
        pages = reference().command_pages()
        for noun, command in nouns().items():
            for words, verb in reachable(noun, command):
                heading = words.partition(" ")[2]
                shown = pages[f"commands/{noun}.md"].partition(f"## `{heading}`\n" if heading else "\n")[2]
                shown = shown.partition("\n## ")[0]
                for parameter in verb.params:
                    if not getattr(parameter, "hidden", False) and parameter.name != "output_format":
                        assert parameter.opts[-1].upper() in shown.upper(), (words, parameter.name)

    def test_every_table_column_and_rule_is_in_the_dictionary(self) -> None:
        pages = "".join(reference().table_pages().values())

        for table in Base.metadata.tables.values():
            if table.schema == SCHEMA:
                described = pages.partition(f"## `{table.name}` ")[2].partition("\n## ")[0]
                assert [column.name for column in table.columns if f"| `{column.name}` |" not in described] == []
        assert [rule for rule in rules.SENTENCES if pages.count(f"| `{rule}` |") != 1] == []

    def test_every_relation_that_is_reported_is_in_the_dictionary(self, connection_url: str) -> None:
        with psycopg.connect(connection_url, row_factory=dict_row) as connection:
            rows = connection.execute("SELECT * FROM reporting.data_dictionary").fetchall()
        page = reference().reporting_page(rows)

        assert page.count("\n| `") == len(rows)
        for row in rows:
            assert f"### `{row['table_name']}` " in page

    def test_exit_codes_are_the_same_everywhere(self) -> None:
        written = {int(code): meaning for code, meaning in table(README, "code", "meaning")}
        raised = {
            kind.exit_code
            for _, kind in inspect.getmembers(errors, inspect.isclass)
            if issubclass(kind, errors.StancedbError)
        }

        assert written == errors.EXIT_CODES
        assert raised | {UNEXPECTED, INTERRUPTED, BROKEN_PIPE, 0} == set(errors.EXIT_CODES)
        assert all(f"| `{code}` | {meaning} |" in reference().exit_codes_page() for code, meaning in written.items())

    @pytest.mark.parametrize("text", ["a | b", "x_y and z_w", "<b>", "[no](link)", "*no*", "a `b_c` d"])
    def test_words_of_the_program_are_shown_as_they_are(self, text: str) -> None:
        shown = reference().escaped(text)

        assert "|" not in shown
        assert html.unescape(re.sub(r"\\(.)", r"\1", shown)) == text


def reachable(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield the commands that are not groups, with the words that call them."""
    if not isinstance(command, click.Group):
        yield words, command
        return
    for word, verb in command.commands.items():
        yield from reachable(f"{words} {word}", verb)
