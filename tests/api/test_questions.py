"""Every command that answers has a method that gives the same answer and takes the same options."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import click
import pytest

import stancedb
from stancedb.api import rows
from stancedb.api.rows.base import descriptions
from stancedb.records.schemas import RECORDS
from tests.support.commands import commands
from tests.support.plugin import Clone, Run
from tests.support.worlds import answer, done, invoker

pytest_plugins = ("tests.support.worlds",)

ISSUE = "jp-taiwan-use-of-force"
HELD = ("--holder", "japan", "--issue", ISSUE)
WHO: dict[str, Any] = {"holder": "japan", "issue": ISSUE}
STATEMENT = "takaichi-2025-11-07-survival-threatening"
ARTICLE = "desk-2025-11-08-budget-committee"
EVENT = "china-travel-advisory-2025-11-14"
Ask = Callable[[stancedb.Database], Any]


@dataclass(frozen=True)
class Pair:
    """A command with the method that gives the same answer, and lines that call both."""

    method: str
    asked: tuple[tuple[tuple[str, ...], tuple[Any, ...], dict[str, Any]], ...] = (((), (), {}),)


def same(method: str, *asked: tuple[tuple[str, ...], tuple[Any, ...], dict[str, Any]]) -> Pair:
    return Pair(method, asked or (((), (), {}),))


PAIRS: dict[str, Pair] = {
    "stance as-of": same(
        "as_of",
        ((), (), {}),
        (("--as-of", "2025-11-09"), ("2025-11-09",), {}),
        (("--as-of", "2025-11-09", "--issue", ISSUE), (date(2025, 11, 9),), {"issue": ISSUE}),
        (("--holder", "china", "--rule", "authoritative"), (), {"holder": "china", "rule": "authoritative"}),
        (("--known-at", "2"), (), {"known_at": 2}),
    ),
    "stance timeline": same("timeline", (HELD, (), WHO), ((*HELD, "--known-at", "2"), (), {**WHO, "known_at": "2"})),
    "stance changes": same(
        "changes",
        ((), (), {}),
        (("--with-initial", "--since", "2025-11-01"), (), {"with_initial": True, "since": date(2025, 11, 1)}),
        (("--holder", "japan", "--until", "2025-11-08"), (), {"holder": "japan", "until": "2025-11-08"}),
    ),
    "stance compare": same(
        "compare", (HELD, (), WHO), ((*HELD, "--rule", "authoritative"), (), {**WHO, "rules": ["authoritative"]})
    ),
    "stance rules": same("rules"),
    "ask contradictions": same("contradictions", ((), (), {}), (("--holder", "japan"), (), {"holder": "japan"})),
    "ask claims": same("claims", ((), (), {}), (HELD, (), WHO)),
    "ask polarization": same(
        "polarization",
        (("--issue", ISSUE), (), {"issue": ISSUE}),
        (("--issue", ISSUE, "--every", "month"), (), {"issue": ISSUE, "every": "month"}),
    ),
    "ask first-movers": same(
        "first_movers",
        (("--issue", ISSUE), (), {"issue": ISSUE}),
        (("--issue", ISSUE, "--with-initial"), (), {"issue": ISSUE, "with_initial": True}),
    ),
    "ask after-event": same("after_event", ((EVENT,), (EVENT,), {}), ((EVENT, "--days", "14"), (EVENT,), {"days": 14})),
    "ask silence": same("silence", ((), (), {}), (("--days", "30", "--still"), (), {"days": 30, "still": True})),
    "ask disagreement": same("disagreement"),
    "ask coverage": same("coverage", ((), (), {}), (("--since", "2025-11-01"), (), {"since": "2025-11-01"})),
    "statement list": same(
        "statements",
        ((), (), {}),
        (("--issue", ISSUE, "--limit", "3"), (), {"issue": ISSUE, "limit": 3}),
        (
            ("--speaker", "sanae-takaichi", "--since", "2025-11-08"),
            (),
            {"speaker": "sanae-takaichi", "since": "2025-11-08"},
        ),
    ),
    "statement show": same("statement", ((STATEMENT,), (STATEMENT,), {})),
    "coding list": same(
        "codings", ((), (), {}), (("--holder", "japan", "--final"), (), {"holder": "japan", "final": True})
    ),
    "article list": same("articles", ((), (), {}), (("--uncoded",), (), {"uncoded": True})),
    "article show": same("article", ((ARTICLE,), (ARTICLE,), {})),
    "article search": same(
        "search", (("Taiwan",), ("Taiwan",), {}), (("Taiwan", "--sort", "date"), ("Taiwan",), {"sort": "date"})
    ),
    "article duplicates list": same("duplicates", ((), (), {}), (("--state", "accepted"), (), {"state": "accepted"})),
    "outlet list": same("outlets"),
    "actor list": same("actors", ((), (), {}), (("--kind", "person"), (), {"kind": "person"})),
    "actor show": same("actor", (("sanae-takaichi",), ("sanae-takaichi",), {}), (("japan",), ("japan",), {})),
    "actor scheme list": same("schemes"),
    "codebook list": same("codebooks"),
    "issue list": same("issues"),
    "issue show": same("issue", ((ISSUE,), (ISSUE,), {})),
    "position list": same("positions", ((ISSUE,), (ISSUE,), {})),
    "event list": same("events", ((), (), {}), (("--actor", "china"), (), {"actor": "china"})),
    "event show": same("event", ((EVENT,), (EVENT,), {})),
    "indicator list": same("indicators"),
    "indicator show": same("indicator", (("japan-retracts-remark",), ("japan-retracts-remark",), {})),
    "page": same("page", ((ISSUE,), (ISSUE,), {}), ((ISSUE, "--holder", "japan"), (ISSUE,), {"holders": ["japan"]})),
    "round list": same("rounds"),
    "round show": same("round", (("week-1",), ("week-1",), {})),
    "code list": same(
        "assignments",
        ((), (), {}),
        (("--round", "week-1", "--coder", "ana"), (), {"round": "week-1", "coder": "ana"}),
        (("--state", "open", "--limit", "2"), (), {"state": "open", "limit": 2}),
    ),
    "changeset list": same("changesets"),
    "changeset show": same("changeset", (("2",), (2,), {})),
    "release list": same("releases"),
    "release show": same("release", (("first",), ("first",), {})),
    "release verify": same("verify", (("first",), ("first",), {})),
    "release diff": same("diff", (("first", "second"), ("first", "second"), {})),
    "release cite": same("cite", (("first",), ("first",), {})),
    "reporting status": same("reported"),
    "db rights": same("rights"),
}
# Commands whose method has a separate name for each way to ask.
ALSO: dict[str, Pair] = {
    "stance timeline --evidence": same("evidence", (HELD, (), WHO)),
    "schema": same("schemas"),
    "schema statement": same("schema", ((), ("statement",), {})),
}
# Commands that do not query data: they set up a server, write files for other programs, or show the demo.
# What coders do in a round changes data.
NO_QUESTIONS = {
    "db check",
    "db grant-coder",
    "db grant-reader",
    "db grant-reviewer",
    "db seed",
    "db start",
    "db status",
    "db url",
    "demo",
    "reporting check",
    "reporting clients",
    "release export",
}
# Questions of groups that otherwise work.
OF_ROUNDS = {"round list", "round show", "code list"}
# Options of the command line about its own output.
OF_OUTPUT = {"output_format", "spreadsheet_safe", "verbose", "plot", "output", "with_evidence"}


def option_names(command: click.Command) -> dict[str, click.Option]:
    """Return the options of a command by the parameter names of its method."""
    found = {}
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name not in OF_OUTPUT:
            spelled = max(parameter.opts, key=len).removeprefix("--").replace("-", "_")
            found[str(parameter.name) if parameter.multiple else spelled] = parameter
    return found


def default_of(option: click.Option) -> object:
    """Return the default of an option, in the form of a method's signature."""
    if option.required:
        return inspect.Parameter.empty
    given = option.to_info_dict()["default"]
    if option.multiple:
        return ()
    # With a pair of flags the default is neither; a single flag is off.
    return False if option.is_flag and not option.secondary_opts else given


def is_change(words: tuple[str, ...], command: click.Command) -> bool:
    """Return whether a command changes something: it takes a reason for the changeset."""
    return any(parameter.name == "message" for parameter in command.params) or words == ("reporting", "refresh")


QUESTIONS = {
    " ".join(words): command
    for words, command in commands()
    if any(parameter.name == "output_format" for parameter in command.params)
    and not is_change(words, command)
    and (words[0] not in {"export", "round", "assign", "code"} or " ".join(words) in OF_ROUNDS)
    and " ".join(words) not in NO_QUESTIONS
}


@pytest.fixture(scope="module")
def url(clone: Clone, seeded_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Provide the URL of the seeds, reported, with two releases, which no test changes."""
    with clone(seeded_template) as url:
        run = invoker(url, tmp_path_factory.mktemp("questions"))
        done(run("release", "create", "first"))
        done(run("coding", "recode", STATEMENT, "--holder", "japan", "--no-position"))
        done(run("release", "create", "second", "--license", "CC-BY-4.0"))
        done(run("round", "add", "week-1", "--seed", "1"))
        done(run("assign", "--round", "week-1", "--new-coder", "ana", "--per-coder", "3"))
        done(run("assign", "--round", "week-1", "--pool", "1"))
        done(run("reporting", "refresh"))
        yield url


@pytest.fixture(scope="module")
def run(url: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Provide a function that runs a command on it."""
    return invoker(url, tmp_path_factory.mktemp("lines"))


@pytest.fixture(scope="module")
def database(url: str) -> Iterator[stancedb.Database]:
    """Provide it opened by the API."""
    with stancedb.connect(url) as database:
        yield database


def as_json(answered: object) -> Any:  # noqa: ANN401 - whatever the method answers
    """Return an answer as JSON."""
    plain = answered.to_dicts() if isinstance(answered, stancedb.Answer) else answered
    plain = plain.to_dict() if isinstance(plain, rows.Row) else plain
    return json.loads(json.dumps(plain, default=lambda value: value.isoformat()))


def test_every_question_of_the_command_line_has_a_method() -> None:
    assert set(QUESTIONS) - {"schema"} == set(PAIRS)


@pytest.mark.parametrize(
    ("words", "asked"),
    [(words, asked) for words, pair in {**PAIRS, **ALSO}.items() for asked in pair.asked],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[0]) or "-",
)
def test_a_method_gives_the_answer_of_its_command(
    words: str,
    asked: tuple[tuple[str, ...], tuple[Any, ...], dict[str, Any]],
    run: Run,
    database: stancedb.Database,
) -> None:
    line, given, named = asked
    method = getattr(database, ({**PAIRS, **ALSO})[words].method)

    assert as_json(method(*given, **named)) == answer(run, *words.split(), *line)


@pytest.mark.parametrize("words", PAIRS)
def test_a_method_takes_the_options_of_its_command_with_the_same_defaults(words: str) -> None:
    method = getattr(stancedb.Database, PAIRS[words].method)
    taken = {
        name: parameter.default
        for name, parameter in list(inspect.signature(method).parameters.items())[1:]
        if parameter.kind is parameter.KEYWORD_ONLY or parameter.default is not parameter.empty
    }
    expected = {name: default_of(option) for name, option in option_names(QUESTIONS[words]).items()}

    assert taken == expected


def test_every_kind_that_loads_on_the_command_line_is_taken_by_the_method() -> None:
    kinds = {words[0] for words, _ in commands() if words[1:] == ("load",)}

    # A file of DNA has many kinds of records.
    assert kinds - {"dna"} == set(RECORDS)


@pytest.mark.parametrize(
    "kind", [kind for _, kind in inspect.getmembers(rows, inspect.isclass) if issubclass(kind, rows.Row)]
)
def test_every_field_of_a_row_says_what_it_means(kind: type[rows.Row]) -> None:
    said = descriptions(kind)

    assert [*said] == list(inspect.get_annotations(kind)) if kind is not rows.Row else said == {}
    assert all(text.endswith(".") for text in said.values())


def test_instants_and_days_are_what_they_are(database: stancedb.Database) -> None:
    changeset = database.changesets()[0]
    stance = database.timeline(holder="japan", issue=ISSUE)[0]

    assert (type(changeset.committed_at), type(stance.since_from)) == (datetime, date)


def test_the_events_around_an_issue_are_those_of_its_page(database: stancedb.Database) -> None:
    assert tuple(database.around(ISSUE)) == database.page(ISSUE).events


def test_an_answer_is_given_again_as_known_at_its_changeset(database: stancedb.Database) -> None:
    now = database.timeline(holder="japan", issue=ISSUE)

    assert now == database.timeline(holder="japan", issue=ISSUE, known_at=now.known_at)
