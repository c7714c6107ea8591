"""Rounds, assignments and coding on the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest
from click.testing import Result

from stancedb.cli.app import App
from stancedb.cli.main import cli
from tests.operations.test_workbench import rows_of_speech
from tests.support.plugin import AUTHOR, Clone, Run, name_of
from tests.support.worlds import ARTICLE_LINE, LINE, WORDS, answer, done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

FIELDS = {name: LINE[name] for name in ("speaker", "said", "quote", "issue", "position")}
OTHER = {
    "speaker": "eva-falk",
    "said": "2025-03-01",
    "quote": "mistake of the century",
    "issue": "dam",
    "position": "oppose",
}
# What 'code save' takes by options.
OPTIONS = [word for name, value in FIELDS.items() for word in (f"--{name}", value)]
Edit = Callable[..., Result]


@pytest.fixture(scope="module")
def round_template(clone: Clone, small_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Name a database with a round on one issue in which the tester codes three texts; the first is opened."""
    directory = tmp_path_factory.mktemp("round")
    with clone(small_template) as url:
        run = invoker(url, directory)
        lines = [{**ARTICLE_LINE, "id": f"text-{n}", "title": f"Text {n}", "text": f"{WORDS} No. {n}."} for n in (1, 2)]
        done(run("article", "load", jsonl(directory / "texts.jsonl", *lines)))
        done(run("round", "add", "r", "--issue", "dam", "--seed", 1))
        done(run("assign", "--round", "r", "--new-coder", AUTHOR, "--per-coder", 3))
        done(run("code", "next"))
        yield name_of(url)


@pytest.fixture
def url(clone: Clone, round_template: str) -> Iterator[str]:
    with clone(round_template) as url:
        yield url


@pytest.fixture
def run(url: str, tmp_path: Path) -> Run:
    return invoker(url, tmp_path)


@pytest.fixture
def edit(run: Run, tmp_path: Path) -> Edit:
    """Give a function that opens the form in editors, one after the other, each of which makes some replacements.

    The last one leaves without saving whenever it is called again.
    """

    def edited(*replacements: dict[str, str], line: tuple[str, ...] = ()) -> Result:
        (tmp_path / "replacements.json").write_text(json.dumps(replacements), encoding="utf-8")
        editor = tmp_path / "editor.py"
        editor.write_text(
            "import json, pathlib, sys\n"
            f"left = pathlib.Path({str(tmp_path / 'replacements.json')!r})\n"
            f"seen = pathlib.Path({str(tmp_path / 'seen.json')!r})\n"
            "form = pathlib.Path(sys.argv[1])\n"
            "text = form.read_text(encoding='utf-8')\n"
            "seen.write_text(json.dumps([*(json.loads(seen.read_text()) if seen.exists() else []), text]))\n"
            "now, *rest = json.loads(left.read_text()) or [None]\n"
            "left.write_text(json.dumps(rest))\n"
            "for old, new in (now or {}).items():\n"
            "    assert old in text, old\n"
            "    text = text.replace(old, new, 1)\n"
            "if now is not None:\n"
            "    form.write_text(text, encoding='utf-8')\n",
            encoding="utf-8",
        )
        command = f"{sys.executable} {editor}"
        return run("code", "--editor", *line, env={"EDITOR": command, "VISUAL": command})

    return edited


def seen(directory: Path) -> list[str]:
    """Return the forms that the editors were given."""
    forms: list[str] = json.loads((directory / "seen.json").read_text())
    return forms


TYPED = {"speaker: \n": "speaker: ana-cole\n", "said: \n": "said: 2025-03-01\n", "> \n": f"> {LINE['quote']}\n"}
CODED = {**TYPED, "issue: \n": "issue: dam\n", "position: \n": "position: support\n"}


def findings(run: Run, *line: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer(run, "code", "show", *line)["findings"]
    return found


class TestNext:
    def test_prints_the_text_the_scope_and_what_was_found(self, run: Run) -> None:
        done(run("code", "save", *OPTIONS))
        shown = done(run("code", "next")).stdout

        assert "Her predecessor, Ben Dahl, is unwilling to comment." in shown
        assert "leaves it open" in shown
        assert "dam-cost" not in shown
        assert LINE["quote"] in shown.partition("Findings")[2]

    def test_gives_a_program_all_that_it_needs(self, run: Run) -> None:
        text = answer(run, "code", "next")
        (issue,) = text["issues"]

        assert text["body"].startswith("Prime Minister Ana Cole")
        assert [position["position"] for position in issue["positions"]] == ["oppose", "leaves-open", "support"]
        assert {"label", "definition", "include", "exclude"} <= issue["positions"][0].keys()
        assert (text["hides_suggestions"], text["draft"], text["findings"]) == (False, None, [])
        assert isinstance(text["version"], int)

    def test_offers_no_retired_position(self, run: Run) -> None:
        done(run("position", "retire", "dam", "oppose"))

        (issue,) = answer(run, "code", "next")["issues"]
        assert [position["position"] for position in issue["positions"]] == ["leaves-open", "support"]

    def test_takes_a_text_from_the_pool_where_the_own_queue_is_empty(self, run: Run) -> None:
        for _ in range(3):
            done(run("code", "next"))
            done(run("code", "done"))
        empty = run("code", "next")
        done(run("round", "add", "open"))
        done(run("assign", "--round", "open", "--pool", 1))

        assert (empty.exit_code, empty.stderr) == (1, f"Error: The coder '{AUTHOR}' has no open assignment.\n")
        assert answer(run, "code", "next", "--round", "open")["round"] == "open"

    def test_names_a_coder_who_is_not_known(self, run: Run) -> None:
        refused = run("code", "next", "--coder", "testr")

        assert (refused.exit_code, refused.stderr) == (3, "Error: There is no coder 'testr'. Did you mean 'tester'?\n")


class TestSave:
    def test_takes_one_statement_by_options(self, run: Run) -> None:
        (saved,) = answer(run, "code", "save", *OPTIONS, "--attribute", "frame:economy", "--seconds", 7)
        (found,) = findings(run)

        assert saved == {"assignment": 1, "finding": 1, "start": 46, "end": 72, "quote": LINE["quote"]}
        assert (found["seconds"], found["record"]["attributes"]) == (7, ["frame:economy"])

    def test_finds_the_words_at_the_place_that_it_returns(self, run: Run, tmp_path: Path) -> None:
        body = answer(run, "code", "next")["body"]
        saved = answer(run, "code", "save", jsonl(tmp_path / "found.jsonl", FIELDS, OTHER))

        assert [body[row["start"] : row["end"]] for row in saved] == [FIELDS["quote"], OTHER["quote"]]

    def test_takes_what_it_returns_as_a_span(self, run: Run, tmp_path: Path) -> None:
        (saved,) = answer(run, "code", "save", *OPTIONS)
        fields = {**FIELDS, "span": [saved["start"], saved["end"]]}
        del fields["quote"]
        (again,) = answer(run, "code", "save", jsonl(tmp_path / "found.json", fields))

        assert (again["start"], again["end"], again["quote"]) == (saved["start"], saved["end"], saved["quote"])

    def test_reads_an_object_over_several_lines_from_standard_input(self, run: Run) -> None:
        done(run("code", "save", "-", input=json.dumps(OTHER, indent=2)))

        assert [found["quote"] for found in findings(run)] == [OTHER["quote"]]

    def test_saves_all_of_a_file_or_nothing(self, run: Run, tmp_path: Path) -> None:
        bad = [
            {**FIELDS, "article": "text-2"},
            {**FIELDS, "issue": "dam-cost"},
            {**FIELDS, "speaker": "ana-col"},
            {**FIELDS, "position": "suport"},
            {**FIELDS, "quote": "Norland will never build a dam"},
            {**FIELDS, "span": [1]},
            {"speaker": "ana-cole", "said": "2025-03-01"},
            {**FIELDS, "sayd": "2025"},
        ]
        refused = run("code", "save", jsonl(tmp_path / "found.jsonl", FIELDS, *bad))

        assert refused.exit_code == 1
        assert "8 of 9 records rejected" in refused.stderr
        for sentence in (
            "line 2: article: Comes from the assignment. Leave it out.",
            "line 3: issue: 'dam-cost' is not in the scope of the round 'r'. Its issues are dam.",
            "line 4: speaker: There is no actor 'ana-col'. Did you mean 'ana-cole'?",
            "line 5: position: There is no position of issue 'dam' 'suport'. Did you mean 'support'?",
            "line 7: span: Found a list; expected two numbers",
            "line 8: quote: A finding needs the words of the text",
            "line 9: Unknown field 'sayd'. Did you mean 'said'?",
        ):
            assert sentence in refused.stderr
        assert "line 6: quote: The quote 'Norland will never build a dam' is not in the text" in refused.stderr
        assert findings(run) == []

    def test_says_what_is_wrong_with_an_option_as_other_commands_do(self, run: Run) -> None:
        refused = run("code", "save", *OPTIONS[:-1], "suport")

        assert refused.stderr == (
            "Error: position: There is no position of issue 'dam' 'suport'. Did you mean 'support'?\n"
        )

    def test_names_the_file_and_the_line(self, run: Run, tmp_path: Path) -> None:
        path = jsonl(tmp_path / "found.jsonl", FIELDS, {**FIELDS, "act": "shouts"})

        assert f"{path}, line 2: act: There is no act 'shouts'" in run("code", "save", path).stderr

    def test_refuses_an_empty_file(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "found.jsonl").write_text("\n")
        refused = run("code", "save", tmp_path / "found.jsonl")

        assert (refused.exit_code, "is empty" in refused.stderr) == (1, True)

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            ('{"speaker": "ana-cole"\n', "line 1: Invalid JSON"),
            ('{}\n{"a": 1,}\n', "line 2: Invalid JSON"),
            ("[]\n", "line 1: Found a list; expected an object with named fields"),
        ],
    )
    def test_refuses_what_is_no_object_of_json(self, run: Run, tmp_path: Path, content: str, sentence: str) -> None:
        (tmp_path / "found.json").write_text(content)
        refused = run("code", "save", tmp_path / "found.json")

        assert refused.exit_code == 1
        assert sentence in refused.stderr

    def test_corrects_an_earlier_finding(self, run: Run) -> None:
        done(run("code", "save", *OPTIONS))
        done(run("code", "save", *OPTIONS[:-1], "oppose", "--replaces", 1))
        twice = run("code", "save", *OPTIONS, "--replaces", 1)

        assert [(found["finding"], found["record"]["position"]) for found in findings(run)] == [(2, "oppose")]
        assert (twice.exit_code, "neither withdrawn nor corrected" in twice.stderr) == (1, True)

    @pytest.mark.parametrize("line", [(), ("-", "--speaker", "ana-cole")])
    def test_takes_either_a_file_or_fields(self, run: Run, line: tuple[str, ...]) -> None:
        refused = run("code", "save", *line)

        assert (refused.exit_code, "Give either a file or the fields" in refused.stderr) == (2, True)


class TestDone:
    def test_prints_the_account_of_the_load(self, run: Run) -> None:
        done(run("code", "save", *OPTIONS))
        finished = done(run("code", "done"))

        assert "statement          1         0           0" in finished.stdout
        assert "Assignment 1 is done; its findings are released." in finished.stderr

    def test_finishes_a_text_without_findings_and_writes_no_changeset(self, run: Run) -> None:
        before = answer(run, "changeset", "list")
        finished = done(run("code", "done", "--format", "json"))

        assert json.loads(finished.stdout)["findings"] == 0
        assert "Assignment 1 is done; it has no findings." in finished.stderr
        assert answer(run, "changeset", "list") == before

    def test_twice_does_not_finish_a_text_that_was_never_opened(self, run: Run) -> None:
        done(run("code", "done"))
        refused = run("code", "done")

        assert refused.exit_code == 1
        assert "has no text open. Open the next one with 'stancedb code next'" in refused.stderr
        assert [row["state"] for row in answer(run, "code", "list")] == ["done", "open", "open"]

    def test_asks_for_the_number_where_several_texts_are_open(self, run: Run) -> None:
        done(run("code", "done"))
        done(run("code", "next"))
        done(run("code", "reopen", 1))
        refused = run("code", "done")

        assert (refused.exit_code, refused.stderr) == (
            1,
            "Error: Several texts are open: 1, 2. Give the number of one.\n",
        )
        done(run("code", "done", 2))


class TestUndo:
    def test_takes_everything_back_to_the_morning(self, run: Run, url: str) -> None:
        def state() -> object:
            assignments = answer(run, "code", "list")
            return rows_of_speech(url), assignments, answer(run, "stance", "as-of")

        morning = state()
        done(run("code", "save", *OPTIONS))
        done(run("code", "save", *OPTIONS[:-1], "oppose", "--replaces", 1))
        done(run("code", "done"))
        done(run("code", "next"))
        done(run("code", "later"))
        done(run("code", "next"))
        done(run("code", "problem", "--reason", "unreadable", "--note", "blurred"))
        assert state() != morning
        undone = [answer(run, "code", "undo")["undone"] for _ in range(5)]
        refused = run("code", "undo")

        assert undone == ["problem", "later", "done", "finding", "finding"]
        assert (refused.exit_code, "has done nothing today that could be undone" in refused.stderr) == (1, True)
        assert state() == morning

    def test_of_a_changeset_says_which_text_is_open_again(self, run: Run) -> None:
        done(run("code", "save", *OPTIONS))
        done(run("code", "done"))
        number = answer(run, "changeset", "list")[0]["number"]
        undone = done(run("changeset", "undo", number))
        (text, *_) = answer(run, "code", "list")

        assert f"Assignment 1 of {AUTHOR} is open again: {text['article']}." in undone.stderr
        assert (text["state"], text["findings"]) == ("open", 1)

    def test_is_refused_once_somebody_has_built_on_the_release(self, run: Run) -> None:
        done(run("code", "save", *OPTIONS))
        done(run("code", "done"))
        (coding,) = answer(run, "coding", "list")
        done(run("coding", "recode", coding["statement"], "--position", "oppose"))
        refused = run("code", "undo")

        assert refused.exit_code == 1
        assert "changeset" in refused.stderr
        assert answer(run, "code", "list")[0]["state"] == "done"

    def test_of_the_release_is_needed_before_it_is_reopened(self, run: Run) -> None:
        done(run("code", "save", *OPTIONS))
        done(run("code", "done"))
        refused = run("code", "reopen", 1, "--reason", "look again")

        assert refused.exit_code == 1
        assert "An assignment stays done while its findings are released" in refused.stderr


class TestSettingAside:
    def test_later_is_the_last_of_the_queue(self, run: Run) -> None:
        done(run("code", "later"))

        assert [row["assignment"] for row in answer(run, "code", "list")] == [2, 3, 1]

    def test_a_problem_waits_with_its_reason(self, run: Run) -> None:
        done(run("code", "problem", "--reason", "incomplete", "--note", "a page is missing"))
        (first, *_) = answer(run, "code", "list")

        assert (first["state"], first["reason"], first["note"]) == ("problem", "incomplete", "a page is missing")
        done(run("code", "reopen", 1, "--reason", "the page is there now"))
        assert answer(run, "code", "list")[0]["note"] == "the page is there now"

    def test_a_withdrawn_text_is_no_longer_in_the_queue(self, run: Run) -> None:
        withdrawn = answer(run, "round", "withdraw", 1, "--reason", "off topic")

        assert withdrawn["state"] == "withdrawn"
        assert answer(run, "code", "next")["assignment"] == 2
        assert run("round", "withdraw", 1, "--reason", "again").exit_code == 3


class TestRounds:
    def test_shows_who_has_how_many_and_how_long_a_statement_took(self, run: Run) -> None:
        done(run("code", "save", *OPTIONS, "--seconds", 30))
        done(run("code", "save", *OPTIONS[:-1], "oppose", "--seconds", 10, "--quote", "oppose the dam"))
        done(run("code", "problem", "--reason", "other"))
        done(run("code", "next"))
        done(run("code", "done"))
        (coder,) = answer(run, "round", "show", "r")["coders"]

        assert coder == {
            "coder": AUTHOR,
            "open": 1,
            "done": 1,
            "problem": 1,
            "withdrawn": 0,
            "statements": 2,
            "seconds_a_statement": 20,
        }
        assert "seconds a statement" in done(run("round", "show", "r")).stdout

    def test_a_statement_that_nobody_timed_took_no_time_that_is_known(self, run: Run) -> None:
        done(run("code", "save", *OPTIONS))

        assert answer(run, "round", "show", "r")["coders"][0]["seconds_a_statement"] is None

    def test_a_closed_round_gives_nothing_from_its_pool(self, run: Run) -> None:
        done(run("round", "add", "open"))
        done(run("assign", "--round", "open", "--pool", 2))
        closed = answer(run, "round", "close", "open")

        assert closed == {"round": "open", "withdrawn": 2}
        assert run("code", "next", "--round", "open").exit_code == 1
        again = run("round", "close", "open")
        assert (again.exit_code, again.stderr) == (1, "Error: The round 'open' is closed.\n")

    def test_a_dry_run_changes_nothing(self, run: Run) -> None:
        done(run("round", "add", "next", "--dry-run"))
        done(run("round", "close", "r", "--dry-run"))
        done(run("round", "withdraw", 1, "--reason", "off topic", "--dry-run"))
        (shown,) = answer(run, "round", "list")

        assert (shown["round"], shown["closed"], shown["open"]) == ("r", None, 3)


class TestAssigning:
    def test_says_that_fewer_texts_are_left_than_asked_for(self, run: Run) -> None:
        done(run("round", "add", "wide"))
        assigned = done(run("assign", "--round", "wide", "--coder", AUTHOR, "--new-coder", "ben", "--per-coder", 4))

        assert "Only 3 of 8 could be assigned: no other article of this selection is left." in assigned.stderr
        assert [row.split() for row in assigned.stdout.splitlines()[2:]] == [
            ["ben", "1", "0", "0", "0"],
            [AUTHOR, "2", "0", "0", "0"],
        ]

    def test_dry_runs_are_rolled_back_with_their_new_coders(self, run: Run) -> None:
        done(run("round", "add", "wide"))
        before = answer(run, "changeset", "list")
        dry = run("assign", "--round", "wide", "--new-coder", "ben", "--per-coder", 1, "--dry-run", "--format", "json")

        assert [row["coder"] for row in json.loads(done(dry).stdout)] == ["ben"]
        assert "Dry run: nothing was changed." in dry.stderr
        assert answer(run, "changeset", "list") == before
        assert run("assign", "--round", "wide", "--coder", "ben", "--per-coder", 1).exit_code == 3

    @pytest.mark.parametrize("share", ["101%", "1.5", "-1", "ten", "10 %", "nan", ""])
    def test_a_share_is_a_percentage_or_a_fraction(self, run: Run, share: str) -> None:
        refused = run("assign", "--round", "r", "--coder", AUTHOR, "--per-coder", 1, f"--double={share}")

        assert refused.exit_code == 2
        assert "is not a share; write it as a percentage or a fraction: 10% or 0.1." in " ".join(refused.stderr.split())

    def test_a_percentage_and_a_fraction_are_the_same(self, run: Run) -> None:
        shares = [
            answer(run, "round", "add", f"r{n}", "--double", share)["double"]
            for n, share in enumerate(("12.5%", "0.125"))
        ]

        assert shares == [0.125, 0.125]

    @pytest.mark.parametrize(
        "line", [(), ("--coder", AUTHOR), ("--per-coder", "1"), ("--pool", "1", "--coder", AUTHOR)]
    )
    def test_takes_coders_with_a_number_or_a_pool(self, run: Run, line: tuple[str, ...]) -> None:
        refused = run("assign", "--round", "r", *line)

        assert (refused.exit_code, "Give either --coder and --per-coder, or --pool." in refused.stderr) == (2, True)


class TestTheEditor:
    def test_saves_what_is_typed_and_finishes_the_text(self, edit: Edit, run: Run) -> None:
        edited = done(edit({**CODED, "done: no": "done: yes"}))

        assert "Assignment 1 is done; its findings are released." in edited.stderr
        (coding,) = answer(run, "coding", "list")
        assert (coding["issue"], coding["position"], coding["coder"]) == ("dam", "support", AUTHOR)

    def test_shows_the_text_and_the_scope_as_comments(self, edit: Edit, tmp_path: Path) -> None:
        edit()
        (form,) = seen(tmp_path)

        assert "# Prime Minister Ana Cole said on Saturday" in form
        assert "position leaves-open: leaves it open." in form
        assert all(line.startswith("#") or len(line) < 40 for line in form.splitlines())

    def test_that_is_left_without_saving_changes_nothing(self, edit: Edit, run: Run) -> None:
        left = done(edit())

        assert left.stderr == "Nothing was changed.\n"
        assert (findings(run), answer(run, "code", "show")["draft"]) == ([], None)

    def test_comes_back_with_a_sentence_above_the_block_that_is_wrong(
        self, edit: Edit, run: Run, tmp_path: Path
    ) -> None:
        wrong = {**CODED, "speaker: \n": "speaker: ana-col\n"}
        done(edit(wrong, {"ana-col\n": "ana-cole\n"}))
        _, again = seen(tmp_path)

        assert "#! speaker: There is no actor 'ana-col'. Did you mean 'ana-cole'?\nspeaker: ana-col\n" in again
        assert [found["record"]["speaker"] for found in findings(run)] == ["ana-cole"]

    def test_keeps_a_wrong_form_that_is_left_and_offers_it_again(self, edit: Edit, run: Run, tmp_path: Path) -> None:
        refused = edit({**CODED, "speaker: \n": "speaker: ana-col\n"})
        shown = run("code", "show")
        offered = edit({"ana-col\n": "ana-cole\n"})

        assert refused.exit_code == 1
        assert "The form is kept as a draft; 'stancedb code --editor' opens it again." in refused.stderr
        assert "A draft of the form is kept" in shown.stderr
        assert "The form opens with the draft that was kept." in offered.stderr
        assert "speaker: ana-col\n" in seen(tmp_path)[2]
        assert "#!" not in seen(tmp_path)[2]
        assert len(findings(run)) == 1
        assert answer(run, "code", "show")["draft"] is None

    def test_does_not_come_back_for_ever_to_an_editor_that_nobody_uses(self, edit: Edit) -> None:
        refused = edit({**CODED, "position: \n": "position: suport\n"}, {})

        assert (refused.exit_code, "Did you mean 'support'?" in refused.stderr) == (1, True)

    def test_says_what_cannot_be_read(self, edit: Edit, tmp_path: Path) -> None:
        refused = edit({**CODED, "rationale: \n": "rationale\n"})

        assert "The form has 1 mistakes." in refused.stderr
        assert "#! 'rationale' is not a key with a value" in seen(tmp_path)[1]

    def test_corrects_a_finding(self, edit: Edit, run: Run) -> None:
        done(run("code", "save", *OPTIONS))
        done(edit({"position: support": "position: oppose"}))

        assert [(found["finding"], found["record"]["position"]) for found in findings(run)] == [(2, "oppose")]

    def test_leaves_a_finding_where_it_was_found(self, edit: Edit, run: Run, tmp_path: Path) -> None:
        # The words stand twice in the text, and only the span says which were meant.
        body = answer(run, "code", "show")["body"]
        place = body.rindex("the dam")
        fields = {**FIELDS, "span": [place, place + len("the dam")]}
        del fields["quote"]
        done(run("code", "save", jsonl(tmp_path / "found.json", fields)))
        done(edit({"position: support": "position: oppose"}))

        assert [(found["start"], found["record"]["position"]) for found in findings(run)] == [(place, "oppose")]

    def test_leaves_a_finding_alone_that_is_not_changed(self, edit: Edit, run: Run) -> None:
        done(run("code", "save", *OPTIONS))
        done(edit({**TYPED, "> \n": "> no debt\n"}))

        assert [found["finding"] for found in findings(run)] == [1, 2]

    def test_withdraws_a_finding_whose_block_is_removed_with_those_it_corrected(self, edit: Edit, run: Run) -> None:
        done(run("code", "save", *OPTIONS))
        done(run("code", "save", *OPTIONS[:-1], "oppose", "--replaces", 1))
        lines = ("finding: 2", "said: 2025-03-01", "issue: dam", "speaker: ana-cole", "position: oppose")
        edited = done(edit({"\n".join([*lines, f"> {LINE['quote']}\n"]): ""}))

        assert "Finding 2 is withdrawn." in edited.stderr
        assert findings(run) == []

    def test_keeps_what_was_typed_where_the_draft_cannot_be_saved(
        self, edit: Edit, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr("tempfile.tempdir", None)
        done(run("code", "show"))
        real = click.edit

        def withdrawn_meanwhile(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - Click's own signature
            done(run("round", "withdraw", 1, "--reason", "off topic"))
            return real(*given, **named)

        monkeypatch.setattr("click.edit", withdrawn_meanwhile)
        refused = edit(CODED)
        (kept,) = tmp_path.glob("stancedb-1-*.txt")

        assert refused.exit_code == 1
        assert f"The form could not be saved; it is kept in {kept}." in refused.stderr
        assert "speaker: ana-cole\n" in kept.read_text(encoding="utf-8")

    def test_is_not_opened_for_a_text_that_is_finished(self, edit: Edit, run: Run, tmp_path: Path) -> None:
        done(run("code", "done"))
        refused = edit(line=("--assignment", "1"))

        assert (refused.exit_code, "must exist, be the coder's own" in refused.stderr) == (1, True)
        assert not (tmp_path / "seen.json").exists()

    @pytest.mark.parametrize("line", [("--coder", AUTHOR), ("--coder", AUTHOR, "next")])
    def test_is_what_the_options_before_a_command_are_for(self, run: Run, line: tuple[str, ...]) -> None:
        assert run("code", *line).exit_code == 2


def test_rounds_and_open_assignments_are_completed(run: Run, url: str) -> None:
    done(run("code", "done", 1))
    app = App(database_url=url)
    code = cli.commands["code"].load()  # type: ignore[attr-defined]  # a command that is imported when it is used
    context = click.Context(code.commands["done"], obj=app)
    (assignment,) = [parameter for parameter in code.commands["done"].params if parameter.name == "assignment"]
    (round_slug,) = [parameter for parameter in code.commands["next"].params if parameter.name == "round"]

    assert [item.value for item in assignment.shell_complete(context, "")] == ["2", "3"]
    assert [item.value for item in round_slug.shell_complete(context, "")] == ["r"]


def test_a_draft_of_another_window_is_not_overwritten(
    run: Run, url: str, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = click.edit

    def elsewhere(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - Click's own signature
        with psycopg.connect(url) as connection:
            connection.execute("SELECT stancedb.save_draft(1, %s, 5, 'of another window')", (AUTHOR,))
        return real(*given, **named)

    monkeypatch.setattr("click.edit", elsewhere)
    refused = edit(CODED)

    assert "A later draft of assignment 1 was saved from another window." in refused.stderr
    assert answer(run, "code", "show")["draft"] == "of another window"


class TestCandidates:
    def test_each_is_a_place_of_the_text_with_what_was_found_there(self, run: Run) -> None:
        text = answer(run, "code", "show")
        found = answer(run, "code", "candidates")

        assert found == text["candidates"]
        assert [text["body"][place["start"] : place["end"]] for place in found] == [place["quote"] for place in found]
        assert any("We will not ask twice" in place["quote"] for place in found)
        assert all(place["why"] and 0 < place["score"] <= 1 for place in found)

    def test_a_name_beside_a_reporting_verb_is_the_speaker(self, run: Run) -> None:
        speakers = {place["quote"]: place["speaker"] for place in answer(run, "code", "candidates")}

        (said,) = [quote for quote in speakers if quote.startswith("Prime Minister Ana Cole said")]
        assert speakers[said] == "ana-cole"

    def test_the_holder_of_an_office_on_the_day_is_the_speaker(self, run: Run, tmp_path: Path) -> None:
        text = "The Prime Minister of Norland said that the dam will be built. That was all."
        line = {**ARTICLE_LINE, "id": "office", "title": "Office", "published": "2024-05-01", "text": text}
        done(run("article", "load", jsonl(tmp_path / "office.jsonl", line)))
        done(run("round", "add", "offices", "--issue", "dam"))
        done(run("assign", "--round", "offices", "--coder", AUTHOR, "--per-coder", 1, "--article", "office"))

        opened = answer(run, "code", "next", "--round", "offices")
        assert [place["speaker"] for place in opened["candidates"]] == ["ben-dahl"]
