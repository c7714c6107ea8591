"""The rules of the house: which rooms may import which, and what every command must provide for its users."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Sized
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TypeVar

import click

from stancedb import errors
from stancedb.cli.main import NOUNS, cli
from stancedb.settings import bundled
from stancedb.shared.objects import OBJECTS
from tests.support.commands import commands

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "stancedb"
# A starter file is copied to users unchanged and is not part of the program.
MODULES = sorted(set(PACKAGE.rglob("*.py")) - set((PACKAGE / "clients" / "files").iterdir()))
MIGRATIONS = sorted(bundled("migrations").rglob("*.py"))

# Which rooms each room may import. Every room except migrations may import top-level modules.
BELOW = {
    "model",
    "records",
    "fetching",
    "reading",
    "loading",
    "shared",
    "derivation",
    "reporting",
    "rights",
    "server",
    "workbench",
}
ROOMS = {
    "api": {"api", "operations", "questions", "releases", "admin", "candidates", *BELOW},
    "cli": {"cli", "operations", "questions", "releases", "admin", "export", "plot", "clients", "candidates", *BELOW},
    "operations": {"operations", "questions", "candidates", "loading", "reading", "records", "shared", "model"},
    "questions": {"questions", "candidates", "reporting", "shared", "model"},
    "releases": {"releases", "derivation", "shared", "model"},
    "admin": {
        "admin",
        "loading",
        "reading",
        "records",
        "shared",
        "derivation",
        "reporting",
        "rights",
        "server",
        "workbench",
        "model",
    },
    "export": {"export", "loading", "reading", "records", "reporting", "shared", "model"},
    "plot": {"plot"},
    "clients": {"clients"},
    "candidates": {"candidates"},
    "loading": {"loading", "reading", "fetching", "records", "model"},
    "reading": {"reading", "fetching", "records", "model"},
    "fetching": {"fetching"},
    "records": {"records", "model"},
    "shared": {"shared"},
    "derivation": {"derivation"},
    "reporting": {"reporting"},
    "rights": {"rights"},
    "workbench": {"workbench"},
    "server": {"server"},
    "model": {"model"},
}
# The only modules that may import the driver: one opens connections, the other waits for its own server to answer.
DRIVERS = {"database.py", "server/process.py"}

# Errors that still have only a sentence, with their number by module: messages of other programs, and the files of
# Discourse Network Analyzer.
SENTENCES = {
    "database.py": 1,
    "errors.py": 1,
    "loading/dna/documents.py": 1,
    "reading/csv_rows.py": 1,
    "records/faults.py": 1,
    "server/process.py": 1,
}

Collected = TypeVar("Collected", bound=Sized)


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """Return the full names of the modules that a file imports, at the top or in a function."""
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def packages(path: Path) -> set[str]:
    """Return the top-level packages that a file imports."""
    return {name.partition(".")[0] for name in imports(path)}


def rooms(path: Path) -> set[str]:
    """Return the rooms of this package that a file imports."""
    return {name.split(".")[1] for name in imports(path) if re.match(rf"stancedb\.({'|'.join(ROOMS)})\b", name)}


def offenders(found: dict[str, Collected]) -> dict[str, Collected]:
    """Return the violations of a rule by file; fail if nothing was examined."""
    assert found
    return {name: by for name, by in found.items() if by}


def within(room: str) -> list[Path]:
    """Return the modules of a room."""
    return [path for path in MODULES if path.relative_to(PACKAGE).parts[0] == room]


def named(path: Path) -> str:
    """Name a file in the package or among the migrations."""
    return str(path.relative_to(PACKAGE) if path.is_relative_to(PACKAGE) else path.name)


def calls(path: Path) -> Iterator[ast.Call]:
    """Yield the calls in a file."""
    return (node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call))


FAILURES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.StancedbError)]
COMMANDS = [("stancedb", cli), *((" ".join(words), command) for words, command in commands())]


class TestTheRooms:
    def test_every_room_is_in_the_table(self) -> None:
        assert {path.relative_to(PACKAGE).parts[0] for path in MODULES if path.parent != PACKAGE} == {*ROOMS}

    def test_a_room_knows_only_what_is_below_it(self) -> None:
        above = {named(path): rooms(path) - allowed for room, allowed in ROOMS.items() for path in within(room)}

        assert offenders(above) == {}

    def test_modules_outside_the_rooms_are_below_them(self) -> None:
        allowed = {"__init__.py": {"api"}, "__main__.py": {"cli"}, "database.py": {"server"}, "work.py": {"reporting"}}
        above = {named(path): rooms(path) - allowed.get(path.name, set()) for path in MODULES if path.parent == PACKAGE}

        assert offenders(above) == {}

    def test_the_command_line_knows_no_sqlalchemy(self) -> None:
        known = {named(path): packages(path) & {"sqlalchemy", "alembic", "psycopg"} for path in within("cli")}

        assert offenders(known) == {}

    def test_only_the_command_line_knows_click(self) -> None:
        known = {named(path): packages(path) & {"click", "rich"} for path in MODULES if path not in within("cli")}

        assert offenders(known) == {}

    def test_the_model_knows_neither_operations_nor_loading(self) -> None:
        assert offenders({named(path): rooms(path) - {"model"} for path in within("model")}) == {}

    def test_a_migration_knows_neither_model_nor_operations(self) -> None:
        # Alembic compares with the current model, so only its environment may import it.
        known = {
            named(path): rooms(path)
            - {"derivation", "reporting", "rights", "shared", "workbench"}
            - ({"model"} if path.name == "env.py" else set())
            for path in MIGRATIONS
        }

        assert offenders(known) == {}

    def test_only_its_functions_read_the_workbench(self) -> None:
        # Coders have no right on its tables; reviewers share texts out; the owner writes, loads and reports.
        told = {"assignment", "draft", "finding"}
        allowed = {
            "admin/assignments.sql",
            "operations/rounds.sql",
            "export/rounds.sql",
            "loading/rounds.sql",
            "reporting/coding_work.sql",
        }
        files = [
            path for path in PACKAGE.rglob("*") if path.suffix in {".sql", ".py"} and path.parent.name != "workbench"
        ]
        reading = {
            str(path.relative_to(PACKAGE)): {*re.findall(r"stancedb\.(\w+)\b(?!\()", path.read_text(encoding="utf-8"))}
            & told
            for path in files
        }
        assert {name: tables for name, tables in reading.items() if tables and name not in allowed} == {}

    def test_only_one_module_opens_connections(self) -> None:
        known = {named(path): packages(path) & {"psycopg"} for path in MODULES if named(path) not in DRIVERS}

        assert offenders(known) == {}

    def test_only_one_place_prints(self) -> None:
        printing = {
            named(path): [
                call.lineno
                for call in calls(path)
                if ast.unparse(call.func) in {"print", "click.echo", "sys.stdout.write"}
            ]
            for path in MODULES
            if named(path) != "cli/output.py"
        }

        assert offenders(printing) == {}

    def test_nothing_below_the_command_line_commits(self) -> None:
        committing = {
            named(path): [
                call.lineno
                for call in calls(path)
                if isinstance(call.func, ast.Attribute) and call.func.attr in {"commit", "rollback"}
            ]
            for room in ROOMS.keys() - {"cli", "server"}
            for path in within(room)
        }

        assert offenders(committing) == {}


class TestTheCommands:
    def test_a_command_says_in_one_sentence_what_it_does(self) -> None:
        first = {words: (command.help or "").strip().split("\n\n")[0].replace("\n", " ") for words, command in COMMANDS}

        assert {words: said for words, said in first.items() if not re.fullmatch(r"[A-Z].*\.", said)} == {}

    def test_a_noun_says_the_same_in_the_list_of_nouns(self) -> None:
        said = {words: " ".join((command.help or "").partition("\n\n")[0].split()) for words, command in COMMANDS}

        assert {name: said[name] for name, *_ in NOUNS} == {name: line for name, _, _, line in NOUNS}

    def test_an_option_says_what_it_is_for(self) -> None:
        silent = {
            words: [
                parameter.name
                for parameter in command.params
                if not getattr(parameter, "hidden", False) and not getattr(parameter, "help", None)
            ]
            for words, command in COMMANDS
        }

        assert offenders(silent) == {}

    def test_the_sentence_of_an_option_ends(self) -> None:
        open_ended = {
            words: [
                parameter.name
                for parameter in command.params
                if (said := getattr(parameter, "help", None)) and not re.search(r"[.)]$|\w=\S+$|\S+[:/@]\S+$", said)
            ]
            for words, command in COMMANDS
        }

        assert offenders(open_ended) == {}

    def test_every_answer_comes_in_every_format(self) -> None:
        without = {
            words
            for words, command in COMMANDS
            if not isinstance(command, click.Group)
            and not any(parameter.name == "output_format" for parameter in command.params)
        }
        # These print no answer, or a file in a fixed format; arguments after psql belong to psql. For the others see
        # tests/cli/test_formats.py.
        assert without == {
            *(f"db {verb}" for verb in ("init", "upgrade", "downgrade", "set", "dump", "restore", "stop", "psql")),
            *(f"export {kind}" for kind in ("codebook", "network", "package")),
        }

    def test_an_option_of_one_name_means_the_same_everywhere(self) -> None:
        shared = {"--known-at", "--as-of", "--dry-run", "--format", "--message", "--encoding", "--keep-going"}
        meanings: dict[str, set[str | None]] = {name: set() for name in shared}
        for words, command in COMMANDS:
            for parameter in command.params:
                for name in shared.intersection(parameter.opts):
                    # A network is not an answer in rows, and has its own formats.
                    if (words, name) == ("export network", "--format"):
                        continue
                    meanings[name].add(getattr(parameter, "help", None))

        assert {name for name, said in meanings.items() if len(said) > 1} == set()

    def test_there_is_no_delete(self) -> None:
        assert [words for words, _ in COMMANDS if words.endswith((" delete", " remove", " drop"))] == []


class TestTheErrors:
    def test_an_expected_failure_has_the_exit_code_of_its_family(self) -> None:
        families = {kind.__name__: kind.exit_code for kind in errors.StancedbError.__subclasses__()}
        others = [kind.__name__ for kind in FAILURES if "exit_code" in vars(kind) and kind.__name__ not in families]

        assert families == {
            "RefusedByRule": 1,
            "RecordsRefused": 1,
            "UnreadableInput": 1,
            "OutputUnwritable": 1,
            "UsageError": 2,
            "NoSuchThing": 3,
            "DatabaseUnreachable": 4,
            "NotAtHead": 4,
            "BelowBaseline": 4,
        }
        assert others == ["StancedbError"]

    def test_an_expected_failure_has_the_fields_that_its_sentence_names(self) -> None:
        named_in = {
            kind.__name__: {name for _, name, _, _ in Formatter().parse(kind.__doc__ or "") if name}
            - {name for parent in kind.__mro__ for name in inspect.get_annotations(parent)}
            for kind in FAILURES
            if kind is not errors.RecordsRefused
        }

        assert offenders(named_in) == {}

    def test_an_expected_failure_is_a_class_unless_it_is_listed(self) -> None:
        # An error that callers may want to distinguish is a class in errors.py, or a code in refusals.toml.
        generic = {"StancedbError", "RefusedByRule", "UsageError", "UnreadableInput", "DatabaseUnreachable"}
        sentences = {
            named(path): [
                f"line {call.lineno}: {ast.unparse(call)}"
                for call in calls(path)
                if (ast.unparse(call.func) in generic and call.keywords)
                or any(isinstance(part, ast.Constant) and part.value == "unreadable" for part in call.args)
            ]
            for path in MODULES
        }

        assert {module: said for module, said in sentences.items() if len(said) > SENTENCES.get(module, 0)} == {}

    def test_every_expected_failure_is_in_one_module(self) -> None:
        elsewhere = [
            (named(path), node.name)
            for path in MODULES
            if path.name != "errors.py"
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.ClassDef)
            and any("Error" in ast.unparse(base) or "Exception" in ast.unparse(base) for base in node.bases)
        ]
        # Errors that a reader of one format raises and catches itself, that the anchoring of quotes distinguishes, and
        # that a check of one value raises for the check of its record.
        readers = {
            "loading/quotes.py",
            "reading/article/front_matter.py",
            "reading/article/values.py",
            "reading/mapped.py",
            "records/characters.py",
            "refusals.py",
        }
        assert {module for module, _ in elsewhere} <= readers, elsewhere

    def test_the_readme_has_the_exit_codes(self) -> None:
        table = (ROOT / "README.md").read_text("utf-8").partition("## Exit codes")[2].partition("\n## ")[0]

        assert re.findall(r"^\| (\d) \|", table, re.MULTILINE) == ["0", "1", "2", "3", "4"]


class TestTheFiles:
    def test_a_module_says_what_it_is(self) -> None:
        said = {named(path): (ast.get_docstring(parsed(path)) or "").split("\n\n")[0].rstrip() for path in MODULES}

        assert {module: sentence for module, sentence in said.items() if not sentence.endswith(".")} == {}

    def test_no_file_names_a_place_on_a_machine(self) -> None:
        # /tmp and /usr appear in messages of the embedded server about paths of any machine.
        place = re.compile(r"/(?:home|Users|work|root|mnt)/\w")
        found = [
            str(path.relative_to(ROOT))
            for path in [*MODULES, *MIGRATIONS, *sorted((ROOT / "tests").rglob("*.py")), ROOT / "README.md"]
            if place.search(path.read_text(encoding="utf-8")) and path != Path(__file__).resolve()
        ]
        assert found == []

    def test_a_waiver_says_why_it_is_there(self) -> None:
        silent = re.compile(r"#\s*(?:noqa(?!: [A-Z0-9, ]+ - \w)|type: ignore(?!\[[a-z, -]+\]  # \w))")
        found = [
            f"{path.relative_to(ROOT)}:{number}"
            for folder in ("stancedb", "migrations", "tests", "benchmarks", "docs")
            for path in sorted((ROOT / folder).rglob("*.py"))
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
            if silent.search(line)
        ]
        assert found == []

    def test_a_statement_of_sql_has_a_unique_name_in_its_file(self) -> None:
        names = {
            named(path): re.findall(r"^-- name: (\w+)\n", path.read_text(encoding="utf-8"), re.MULTILINE)
            for path in sorted(PACKAGE.rglob("*.sql"))
        }
        twice = {module: sorted({name for name in found if found.count(name) > 1}) for module, found in names.items()}

        assert offenders(twice) == {}

    def test_every_relation_of_the_derivation_is_installed(self) -> None:
        listed = (PACKAGE / "derivation" / "install.py").read_text("utf-8")

        assert [path.name for path in (PACKAGE / "derivation").glob("*.sql") if path.stem not in listed] == []

    def test_every_object_that_is_shared_is_installed(self) -> None:
        listed = {name.partition("(")[0] for name in OBJECTS.comments}
        # Except those of a module's own statements.
        made = {path.stem for path in (PACKAGE / "shared").glob("*.sql") if not path.with_suffix(".py").exists()}

        assert made == listed

    def test_every_relation_of_the_reporting_is_installed(self) -> None:
        listed = (PACKAGE / "reporting" / "relations.py").read_text("utf-8")
        # Except those of a module's own statements.
        installed = [path for path in (PACKAGE / "reporting").glob("*.sql") if not path.with_suffix(".py").exists()]
        assert [
            path.name
            for path in installed
            if not {f'"{path.stem}"', f'"{path.name}"'} & set(re.findall(r'"[\w.]+"', listed))
            and path.stem != "touched"
        ] == []
