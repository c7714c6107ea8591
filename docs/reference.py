"""Pages generated from the program: commands, tables, exit codes, and sections of README and changelog.

This module does not depend on the site generator: it returns Markdown pages by their paths within ``docs``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from sqlalchemy import CheckConstraint, Column, Table
from sqlalchemy.dialects import postgresql

from stancedb import errors, rules
from stancedb.cli.main import NOUNS, Lazy, cli
from stancedb.model import SCHEMA, Base
from stancedb.rights import grants as rights

ROOT = Path(__file__).resolve().parents[1]
# Options of every command, described once on the first page of the commands.
SHARED = {"output_format", "verbose", "help"}
# The modules of the model, in the order in which a fact comes into being.
FAMILIES = {
    "provenance": "Sources",
    "actor": "Actors",
    "codebook": "Codebook",
    "speech": "Speech",
    "coding": "Codings",
    "workbench": "The workbench",
    "event": "Events",
    "derived": "Derived",
    "release": "Releases",
    "access": "Logins",
}
KINDS_OF_RELATION = {"dim": "Dimensions", "fact": "Facts", "wide": "Wide views", "": "Other relations"}


def pages(dictionary: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return all generated pages by path.

    Args:
        dictionary: The rows of ``reporting.data_dictionary``.
    """
    return {
        **command_pages(),
        **table_pages(),
        "dictionary/reporting.md": reporting_page(dictionary),
        "rights.md": rights_page(),
        "exit-codes.md": exit_codes_page(),
        "words.md": f"# The words\n{_of_readme('The words')}",
        "settings.md": f"# Settings\n{_of_readme('Settings')}\nThe options go before the noun:\n"
        "`stancedb --author ana statement load sheet.csv`.\n",
        "changelog.md": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
    }


def rights_page() -> str:
    """Return the page that lists what each role may write and run, from the list of grants."""
    verbs = {"i": "insert", "u": "update", "d": "delete"}
    tables = []
    for table, of_table in rights.LIST["tables"].items():
        cells = []
        for role in ("coder", "reviewer"):
            single = [f"{verb} `{column}`" for named, verb, column in rights.LIST["columns"][role] if named == table]
            cells.append(", ".join([*(verbs[letter] for letter in of_table[role]), *single]) or "no")
        tables.append(f"| `{table}` | {' | '.join(cells)} | {of_table.get('rule', '')} |")
    least = [
        f"| {role} | {', '.join(f'`{command}`' for command in sorted(commands))} |"
        for role, commands in rights.LIST["commands"].items()
    ]
    return "\n".join(
        (
            "# Rights\n",
            "What coders and reviewers may write, by table. The owner may write to all tables; tables not listed are",
            "written only by the owner and by functions of the database. The rule applies to coders; *own* means",
            "rows that the coder entered. See [logins and roles](logins.md) for how to create logins.\n",
            "| table | coder | reviewer | rule for coders |",
            "| --- | --- | --- | --- |",
            *tables,
            "\n## Commands\n",
            "The minimum role for each command. What a command may change is limited by the tables above.\n",
            "| role | commands |",
            "| --- | --- |",
            *least,
            "",
        )
    )


# --- Commands ---------------------------------------------------------------------------------------------------------


def command_pages() -> dict[str, str]:
    """Return a page for each noun, and one that lists them."""
    found = {}
    listed = []
    without_format = []
    for name, _, _, line in NOUNS:
        lazy = cli.commands[name]
        command = lazy.load() if isinstance(lazy, Lazy) else lazy
        without_format += [words for words, below in _below(name, command) if _lacks_format(below)]
        verbs = [words.partition(" ")[2] for words, verb in _below(name, command) if not isinstance(verb, click.Group)]
        listed.append([f"[`{name}`]({name}.md)", line, ", ".join(f"`{verb}`" for verb in verbs if verb)])
        found[f"commands/{name}.md"] = f"# `stancedb {name}`\n\n" + "\n".join(
            _command(words, below, is_first=words == name) for words, below in _below(name, command)
        )
    shared = [
        ["`-f`, `--format FORMAT`", "`table`, `json`, `ndjson` or `csv`; the default is the same when piped"],
        ["`-v`, `--verbose`", "show SQL statements and the tracebacks of unexpected errors"],
        ["`-h`, `--help`", "show this help"],
    ]
    found["commands/index.md"] = (
        "# Commands\n\n"
        "A command is a noun and a verb: `stancedb article load`. These pages are generated from the program and\n"
        "have the same text as `stancedb NOUN --help`.\n\n"
        f"{_table(['noun', 'description', 'verbs'], listed)}\n"
        "## Common options\n\n"
        f"{_table(['option', 'meaning'], shared)}\n"
        f"These commands have no `--format`, because they print a message or write a file in a fixed format:\n"
        f"{', '.join(f'`{words}`' for words in sorted(without_format))}.\n\n"
        "## Options before the noun\n\n"
        f"{_parameters(cli, 'stancedb')}"
    )
    return found


def _lacks_format(command: click.Command) -> bool:
    return not isinstance(command, click.Group) and all(option.name != "output_format" for option in command.params)


def _below(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        for verb in sorted(command.commands):
            yield from _below(f"{words} {verb}", command.commands[verb])


def _command(words: str, command: click.Command, *, is_first: bool) -> str:
    heading = "" if is_first else f"## `{words.partition(' ')[2]}`\n\n"
    if isinstance(command, click.Group):
        return f"{heading}{_help(command)}"
    context = click.Context(command, info_name=f"stancedb {words}")
    usage = " ".join([f"stancedb {words}", *command.collect_usage_pieces(context)])
    said = f"{heading}{_help(command)}\n```text\n{usage}\n```\n\n{_parameters(command, words)}"
    example = _said(command)[1]
    return f"{said}\n```sh\n{inspect.cleandoc(example)}\n```\n" if example else said


def _help(command: click.Command) -> str:
    """Return the help of a command without its example."""
    return "\n\n".join(escaped(" ".join(paragraph.split())) for paragraph in _said(command)[0].split("\n\n")) + "\n"


def _said(command: click.Command) -> tuple[str, str]:
    """Return the text and the example in the help of a command; the example may be empty."""
    text, _, example = inspect.cleandoc(command.help or "").replace("\b\n", "").partition("\n\nExample:\n")
    return text, example


def _parameters(command: click.Command, words: str) -> str:
    context = click.Context(command, info_name=words)
    rows = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None or parameter.name in SHARED:
            continue
        # A long list of choices may break after each of them.
        rows.append([f"`{record[0]}`".replace("|", "` &#124; `"), escaped(record[1])])
    return f"{_table(['argument or option', 'meaning'], rows)}\n" if rows else ""


# --- Tables -----------------------------------------------------------------------------------------------------------


def table_pages() -> dict[str, str]:
    """Return a page for each family of tables, and one that lists them."""
    family_of = {
        mapper.local_table.name: mapper.class_.__module__.rpartition(".")[2]
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, Table)
    }
    tables = [table for table in Base.metadata.sorted_tables if table.schema == SCHEMA]
    kept = rules_of(tables)
    found = {}
    listed = []
    for family, title in FAMILIES.items():
        members = sorted((table for table in tables if family_of[table.name] == family), key=lambda table: table.name)
        path = f"dictionary/{family}.md"
        said = _said_of(family)
        found[path] = f"# {title}\n\n{said}\n\n" + "\n".join(_described(table, kept, family_of) for table in members)
        listed += [
            [f"[`{table.name}`]({family}.md#{table.name})", title.lower(), escaped(table.comment or "")]
            for table in members
        ]
    rest = [[f"`{name}`", _sentence(name)] for name, table in kept.items() if table is None]
    found["dictionary/index.md"] = (
        "# The tables\n\n"
        "The schema `stancedb` contains what people enter and what is derived from it. Readers and BI tools use the\n"
        "schema [reporting](reporting.md) instead. Each table that people write to, except those of the workbench,\n"
        "has a twin with the same columns in the schema `history`, with the earlier versions of its rows, and a view\n"
        "`history.<table>_as_known`\n"
        "([two clocks](../database.md#two-clocks)). These pages are generated from the model of the program; the\n"
        "database has the same descriptions as comments.\n\n"
        f"{_table(['table', 'family', 'one row is'], listed)}\n"
        "## Rules of all tables\n\n"
        f"{_table(['rule', 'sentence'], rest)}"
    )
    return found


def rules_of(tables: Iterable[Table]) -> dict[str, str | None]:
    """Return the table to which each rule of the database belongs, by the rule's name; None for rules of all tables.

    Rules enforced by a trigger are not in the model; their names begin with the name of the table.
    """
    names: dict[str, str] = {}
    for table in tables:
        names |= {str(rule.name): table.name for rule in table.constraints}
        names |= {str(index.name): table.name for index in table.indexes}
    known = sorted((table.name for table in tables), key=len, reverse=True)
    return {
        rule: names.get(rule) or next((name for name in known if rule.partition("_")[2].startswith(f"{name}_")), None)
        for rule in rules.SENTENCES
    }


def _described(table: Table, kept: Mapping[str, str | None], family_of: Mapping[str, str]) -> str:
    closed = {
        rule.info["column"]: ", ".join(f"`{member}`" for member in rule.info["members"])
        for rule in table.constraints
        if isinstance(rule, CheckConstraint) and "members" in rule.info
    }
    rows = [[f"`{column.name}`", *_column(column, closed, family_of)] for column in table.columns]
    sentences = [[f"`{name}`", _sentence(name)] for name, of in kept.items() if of == table.name]
    return (
        f"## `{table.name}` {{ #{table.name} }}\n\n{escaped(table.comment or '')}\n\n"
        f"{_table(['column', 'type', 'meaning'], rows)}\n"
        + (f"{_table(['rule', 'sentence'], sentences)}\n" if sentences else "")
    )


def _column(column: Column[Any], closed: Mapping[str, str], family_of: Mapping[str, str]) -> list[str]:
    kind = column.type.compile(dialect=postgresql.dialect()).lower()  # type: ignore[no-untyped-call]  # not typed there
    meaning = [escaped(column.comment or "")]
    if column.name in closed:
        meaning.append(f"One of {closed[column.name]}.")
    for key in column.foreign_keys:
        name = key.column.table.name
        meaning.append(f"→ [`{name}`]({family_of[name]}.md#{name})")
    return [f"{kind}{', may be null' if column.nullable else ''}", " ".join(meaning)]


def _said_of(family: str) -> str:
    said = inspect.getdoc(__import__(f"stancedb.model.{family}", fromlist=["__doc__"])) or ""
    return escaped(" ".join(said.partition("\n\n")[0].split()))


def _sentence(rule: str) -> str:
    said = rules.SENTENCES[rule]
    return escaped(f"{said[0].upper()}{said[1:].removesuffix('.')}.")


# --- The reporting schema ---------------------------------------------------------------------------------------------


def reporting_page(dictionary: Iterable[Mapping[str, Any]]) -> str:
    """Return the page on the schema ``reporting``.

    Args:
        dictionary: The rows of ``reporting.data_dictionary``.
    """

    def place(row: Mapping[str, Any]) -> tuple[int, str, int]:
        return list(KINDS_OF_RELATION).index(_kind(row["table_name"])), row["table_name"], row["column_order"]

    head = (
        "# The reporting schema\n\n"
        "Every relation of the schema `reporting` with every column, with the same text as in\n"
        "`reporting.data_dictionary`. [The reporting schema](../reporting.md) describes how to use them.\n"
    )
    parts = [head]
    for kind, of_kind in groupby(sorted(dictionary, key=place), key=lambda row: _kind(row["table_name"])):
        parts.append(f"## {KINDS_OF_RELATION[kind]}\n")
        for name, columns in groupby(of_kind, key=lambda row: row["table_name"]):
            rows = list(columns)
            parts.append(f"### `{name}` {{ #{name} }}\n\n{escaped(rows[0]['table_description'])}\n")
            parts.append(_table(["column", "type", "meaning"], [_reported(row) for row in rows]))
    return "\n".join(parts)


def _kind(relation: str) -> str:
    return next((kind for kind in KINDS_OF_RELATION if kind and kind in relation.split("_")), "")


def _reported(row: Mapping[str, Any]) -> list[str]:
    joins = f" → [`{row['joins_table']}`](#{row['joins_table']})" if row["joins_table"] else ""
    return [
        f"`{row['column_name']}`",
        f"{row['column_type']}{', key' if row['is_key'] else ''}",
        f"{escaped(row['column_description'])}{joins}",
    ]


# --- Exit codes, and sections of README -------------------------------------------------------------------------------


def exit_codes_page() -> str:
    """Return the page on exit codes, with the messages of the expected failures under each."""
    said: dict[int, list[str]] = {}
    for _, kind in inspect.getmembers(errors, inspect.isclass):
        if not issubclass(kind, errors.StancedbError) or kind is errors.StancedbError:
            continue
        message = re.sub(r"\{(\w+):\S+?\}", r"{\1}", " ".join((kind.__doc__ or "").split()))
        # An error whose whole message is a placeholder has no fixed text.
        if not re.fullmatch(r"\{\w+\}", message):
            words = message.replace("{{", "{").replace("}}", "}")
            said.setdefault(kind.exit_code, []).append(f"- {escaped(words)}\n")
    rows = [[f"`{code}`", meaning] for code, meaning in errors.EXIT_CODES.items()]
    lists = "".join(
        f"\n## Messages with exit code {code}\n\n{''.join(sorted(said[code], key=str.casefold))}"
        for code in sorted(said)
    )
    return (
        "# Exit codes\n\n"
        "Results go to standard output. An error is one sentence on standard error, with the remedy.\n\n"
        f"{_table(['code', 'meaning'], rows)}\n"
        "Words in braces are placeholders. Errors in records and files have further messages.\n"
        f"{lists}"
    )


def _of_readme(heading: str) -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


# --- Markdown ---------------------------------------------------------------------------------------------------------


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (f"| {' | '.join(cells)} |\n" for cells in (heading, ["---"] * len(heading), *rows))
    return "".join(lines)


def escaped(text: str) -> str:
    """Escape a text so that Markdown shows it unchanged; text between backticks stays code."""
    parts = text.replace("``", "`").split("`")
    shown = [re.sub(r"([\\*_\[\]])", r"\\\1", part).replace("<", "&lt;") for part in parts[::2]]
    parts[::2] = shown
    return "`".join(parts).replace("|", "&#124;")
