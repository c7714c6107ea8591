"""Every command that accepts ``--format`` obeys it and can answer in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rights.test_rights import logins
from tests.support.commands import commands
from tests.support.dna_files import dna
from tests.support.plugin import Clone, Run
from tests.support.worlds import ARTICLE_LINE, CODEBOOK, done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

DRY = "--dry-run"
CODER = ("--coder", "coder")
HELD = ("--holder", "ana-cole", "--issue", "dam")
# A line that succeeds in the world below, for each command that answers; commands that write are dry runs if possible.
LINES: dict[str, tuple[str, ...]] = {
    "article load": ("{folder}/article.jsonl", DRY),
    "article list": (),
    "article show": ("herald-2025-03-01",),
    "article search": ("dam",),
    "article retract": ("copied", "--reason", "wrong", DRY),
    "article duplicates list": (),
    "article duplicates accept": ("copied", DRY),
    "article duplicates reject": ("copied", "--reason", "wrong", DRY),
    "actor load": ("{folder}/actor.jsonl", DRY),
    "actor add": ("uma", "--kind", "person", "--name", "Uma", DRY),
    "actor list": (),
    "actor show": ("ana-cole",),
    "actor set": ("ana-cole", "--name", "Anna Cole", DRY),
    "actor merge": ("a-cole", "ana-cole", DRY),
    "actor scheme list": (),
    "actor scheme add": ("rivers", "--label", "Rivers", "--definition", "Numbers of rivers.", DRY),
    "outlet load": ("{folder}/outlet.jsonl", DRY),
    "outlet add": ("gazette", "--name", "The Gazette", DRY),
    "outlet list": (),
    "codebook load": ("{folder}/codebook.toml", DRY),
    "codebook list": (),
    "issue add": ("weir", "--question", "A weir?", DRY),
    "issue set": ("dam", "--scope", "Dams.", DRY),
    "issue list": (),
    "issue show": ("dam",),
    "issue retire": ("dam-cost", DRY),
    "issue merge": ("dam-cost", "--into", "dam", "--position", "state-pays=support", DRY),
    "issue restore": ("old", DRY),
    "position add": ("dam", "delay", "--label", "later", "--definition", "Not now.", DRY),
    "position set": ("dam", "oppose", "--label", "no", DRY),
    "position list": ("dam",),
    "position retire": ("dam", "oppose", DRY),
    "position merge": ("dam", "oppose", "--into", "leaves-open", DRY),
    "position split": ("dam", "support", "--into", "oppose", "--into", "leaves-open", DRY),
    "position restore": ("dam", "gone", DRY),
    "statement load": ("{folder}/statement.jsonl", DRY),
    "statement add": ("--speaker", "ben-dahl", "--said", "2025-03-01", DRY),
    "statement set": ("cole-dam", "--authority", "3", DRY),
    "statement list": (),
    "statement show": ("cole-dam",),
    "statement link": ("cole-dam", "responds_to", "dahl-dam", DRY),
    "statement retract": ("cole-dam", "--reason", "wrong", DRY),
    "coding add": ("cole-dam", "--issue", "dam-cost", DRY),
    "coding recode": ("cole-dam", "--position", "oppose", DRY),
    "coding review": ("cole-dam", "--status", "accepted", DRY),
    "coding carry": ("--to", "dam-1.0", DRY),
    "coding list": (),
    "round add": ("next", DRY),
    "round list": (),
    "round show": ("first",),
    "round close": ("first", DRY),
    "round withdraw": ("{assignment}", "--reason", "wrong", DRY),
    "assign": ("--round", "first", "--new-coder", "ben", "--per-coder", "1", DRY),
    "code next": CODER,
    "code show": ("{assignment}", *CODER),
    "code candidates": ("{assignment}", *CODER),
    "code list": (),
    "code save": (*CODER, "--speaker", "ana-cole", "--said", "2025-03-01", "--quote", "Norland will build the dam"),
    "code later": CODER,
    "code problem": (*CODER, "--reason", "other"),
    "code undo": CODER,
    "code done": CODER,
    "code reopen": ("{finished}", *CODER),
    "event load": ("{folder}/event.jsonl", DRY),
    "event add": ("vote", "--kind", "meeting", "--title", "A vote", "--during", "2025", DRY),
    "event list": (),
    "event show": ("visit",),
    "round load": ("{folder}/round.jsonl", DRY),
    "indicator load": ("{folder}/indicator.jsonl", DRY),
    "indicator add": ("fish", "--question", "Fish?", "--counts-if", "A fish.", DRY),
    "indicator observe": ("digging", "--on", "2025-03-01", "--not-seen", DRY),
    "indicator list": (),
    "indicator show": ("digging",),
    "stance as-of": (),
    "stance timeline": HELD,
    "stance changes": ("--with-initial",),
    "stance compare": HELD,
    "stance rules": (),
    "ask contradictions": (),
    "ask claims": (),
    "ask polarization": ("--issue", "dam"),
    "ask first-movers": ("--issue", "dam"),
    "ask after-event": ("visit",),
    "ask silence": (),
    "ask disagreement": (),
    "ask coverage": (),
    "page": ("dam",),
    "changeset list": (),
    "changeset show": ("2",),
    "changeset undo": ("{last}", DRY),
    "release create": ("second",),
    "release list": (),
    "release show": ("first",),
    "release verify": ("first",),
    "release export": ("first", "--output", "{folder}/release"),
    "release diff": ("first", "first"),
    "release cite": ("first",),
    "export outlet": (),
    "export actor": (),
    "export article": (),
    "export statement": (),
    "export event": (),
    "export indicator": (),
    "export round": (),
    "export annotations": (),
    "export table": ("dim_actor",),
    "dna load": ("{folder}/sample.dna", "--keep-going", DRY),
    "reporting refresh": (),
    "reporting status": (),
    "reporting check": (),
    "reporting clients": ("{login}", "--output", "{folder}/clients"),
    "schema": ("statement",),
    "db check": (),
    "db status": (),
    "db seed": ("--no-example",),
    "db rights": (),
    "db url": (),
    "db grant-reader": ("{login}",),
    "db grant-coder": ("{login}",),
    "db grant-reviewer": ("{login}",),
}
# The demo fills its own database, and 'db start' starts its own server; their tests ask for JSON.
ELSEWHERE = {"demo", "db start"}


@pytest.fixture(scope="module")
def world(
    clone: Clone, spoken_template: str, admin_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Run, dict[str, str]]]:
    """Provide a function that runs a command on a world with an object of each kind, with the handles used in lines."""
    folder = tmp_path_factory.mktemp("formats")
    written = {
        "outlet": {"slug": "sun", "name": "The Sun"},
        "actor": {"slug": "zoe", "kind": "person", "name": "Zoe"},
        "article": {**ARTICLE_LINE, "id": "copied", "outlet": "sun"},
        "statement": {
            "statement": "dahl-dam",
            "speaker": "ben-dahl",
            "said": "2025-02-01",
            "issue": "dam",
            "position": "oppose",
        },
        "event": {"slug": "visit", "kind": "visit", "title": "A visit", "during": "2025-02-10"},
        "indicator": {"slug": "digging", "question": "Digging?", "counts_if": "A hole.", "issue": "dam"},
        "round": {"slug": "x", "codebook": "dam-1.0", "seed": 1, "opened_by": "x", "opened_at": "2025-01-01T10:00:00Z"},
    }
    (folder / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    dna(folder / "sample.dna")
    # Drop the database first, because a role can be dropped only when nothing is granted to it.
    with logins(admin_url, "LOGIN") as (login,), clone(spoken_template) as url:
        run = invoker(url, folder)
        for kind, record in written.items():
            done(run(kind, "load", jsonl(folder / f"{kind}.jsonl", record)))
        done(run("position", "add", "dam", "gone", "--label", "gone", "--definition", "Gone."))
        done(run("position", "retire", "dam", "gone"))
        done(run("issue", "add", "old", "--question", "Old?"))
        done(run("issue", "retire", "old"))
        done(run("release", "create", "first"))
        done(run("reporting", "refresh"))
        done(run("db", "grant-reader", login))
        last = json.loads(done(run("changeset", "list", "--format", "json")).stdout)[0]["number"]
        done(run("round", "add", "first"))
        done(run("assign", "--round", "first", "--new-coder", "coder", "--per-coder", "1"))
        done(run("code", "next", *CODER))
        done(run("round", "add", "finished"))
        done(run("assign", "--round", "finished", "--coder", "coder", "--per-coder", "1"))
        assignments = json.loads(done(run("code", "list", "--format", "json")).stdout)
        of_round = {row["round"]: str(row["assignment"]) for row in assignments}
        done(run("code", "done", of_round["finished"], *CODER))
        numbers = {"assignment": of_round["first"], "finished": of_round["finished"]}
        yield run, {"folder": str(folder), "login": login, "last": str(last), **numbers}


def test_every_command_with_a_format_is_tried() -> None:
    answering = {
        " ".join(words)
        for words, command in commands()
        if any(parameter.name == "output_format" for parameter in command.params)
    }

    assert answering == set(LINES) | ELSEWHERE


@pytest.mark.parametrize("words", LINES)
def test_json_is_json(world: tuple[Run, dict[str, str]], words: str) -> None:
    run, names = world
    line = [word.format(**names) for word in LINES[words]]
    if words == "reporting check":
        # Earlier lines may have changed something, which would make this one fail.
        done(run("reporting", "refresh"))

    assert json.loads(done(run(*words.split(), *line, "--format", "json")).stdout) is not None


def test_the_demo_answers_in_json(connection_url: str, tmp_path: Path) -> None:
    answered = json.loads(done(invoker(connection_url, tmp_path)("demo", "--format", "json")).stdout)

    assert answered["holder"] == "japan"


def test_a_picture_has_no_format(world: tuple[Run, dict[str, str]]) -> None:
    run, _ = world
    refused = run("stance", "timeline", *HELD, "--plot", "--format", "json")

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--plot draws a chart; leave out --format." in refused.stderr
