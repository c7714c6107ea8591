"""A codebook is revised: positions and issues are retired, merged and split, and earlier answers stay the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stancedb.database import reading, writing
from stancedb.errors import MergedIntoRetired
from stancedb.operations import revising
from stancedb.questions import pages
from stancedb.settings import Settings
from tests.support.plugin import AUTHOR, Clone, Run, name_of
from tests.support.worlds import CODEBOOK, answer, done, invoker, jsonl, last_number

pytest_plugins = ("tests.support.worlds",)

SAID = [
    {
        "statement": f"{speaker}-{day}",
        "speaker": speaker,
        "said": f"2025-03-{day:02}",
        "issue": issue,
        "position": position,
        "citation": "x",
    }
    for speaker, day, issue, position in (
        ("ana-cole", 1, "dam", "support"),
        ("ana-cole", 5, "dam", "oppose"),
        ("ben-dahl", 2, "dam", "support"),
        ("eva-falk", 3, "river", "against"),
        ("eva-falk", 7, "river", "for"),
    )
]
RIVER = """
[[issue]]
slug = "river"
question = "Should there be a dam in the river?"

[[issue.position]]
slug = "against"
label = "against"
definition = "Says no."
rank = 1

[[issue.position]]
slug = "for"
label = "for"
definition = "Says yes."
rank = 2
"""
MERGED_RIVER = RIVER.replace('river?"', 'river?"\nmerged_into = "dam"')
WEAK_AND_STRONG = """
[[issue.position]]
slug = "support-weak"
label = "rather for it"
definition = "Says that there may be a dam."
rank = 3
score = 0.5

[[issue.position]]
slug = "support-strong"
label = "all for it"
definition = "Says that there must be a dam."
rank = 4
score = 1.0

[[issue]]
slug = "dam-cost"
"""
SUPPORT = CODEBOOK[
    CODEBOOK.index('[[issue.position]]\nslug = "support"') : CODEBOOK.index('[[issue]]\nslug = "dam-cost"')
]


@pytest.fixture(scope="module")
def dams_template(clone: Clone, small_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the name of a database where three people spoke of two dams, without connections."""
    directory = tmp_path_factory.mktemp("dams")
    with clone(small_template) as url:
        run = invoker(url, directory)
        done(load_codebook(run, directory, CODEBOOK + RIVER, "dam-1.0"))
        done(run("statement", "load", jsonl(directory / "sheet.jsonl", *SAID)))
        yield name_of(url)


@pytest.fixture
def url(clone: Clone, dams_template: str) -> Iterator[str]:
    """Provide the URL of a database where three people spoke of two dams, only for this test."""
    with clone(dams_template) as url:
        yield url


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """Provide the sheet that was loaded there."""
    return jsonl(tmp_path / "sheet.jsonl", *SAID)


@pytest.fixture
def run(url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on it."""
    return invoker(url, tmp_path)


def load_codebook(run: Run, directory: Path, text: str, label: str) -> Any:  # noqa: ANN401 - Click's result
    """Load a codebook under a label, and return the result."""
    path = directory / f"{label}.toml"
    path.write_text(text.replace("dam-1.0", label), encoding="utf-8")
    return run("codebook", "load", path)


def timeline(run: Run, holder: str, issue: str = "dam", *more: object) -> list[tuple[str, str]]:
    rows = answer(run, "stance", "timeline", "--holder", holder, "--issue", issue, *more)
    return [(row["since"], row["position"]) for row in rows]


def changes(run: Run, holder: str, *more: object) -> list[tuple[str, int | None]]:
    rows = answer(run, "stance", "changes", "--holder", holder, *more)
    return [(row["change"], row["delta_rank"]) for row in rows]


def stances(run: Run, holder: str) -> set[tuple[str, str]]:
    rows = answer(run, "stance", "changes", "--holder", holder, "--with-initial")
    return {(row["issue"], row["to_position"]) for row in rows}


def positions(run: Run, issue: str = "dam") -> dict[str, tuple[object, ...]]:
    rows = answer(run, "position", "list", issue)
    return {row["position"]: (row["rank"], row["status"], row["merged_into"]) for row in rows}


def add(run: Run, slug: str, *more: object, issue: str = "dam") -> None:
    done(run("position", "add", issue, slug, "--label", slug, "--definition", "It.", *more))


def merge_river(run: Run, into: str) -> None:
    done(run("issue", "merge", "river", "--into", "dam", "--position", "against=oppose", "--position", f"for={into}"))


def copy_of(run: Run, url: str, directory: Path) -> Run:
    """Transfer a whole database to an empty one with files."""
    other = invoker(url, directory)
    for kind, *options in (("codebook", "--in-force", "--label", "dam-1.0"), ("actor",), ("statement",), ("codebook",)):
        path = directory / ("whole.toml" if kind == "codebook" else f"{kind}.jsonl")
        done(run("export", kind, "--output", path, *options))
        done(other(kind, "load", path))
    return other


class TestRetiring:
    def test_keeps_the_codings_and_frees_the_rank(self, run: Run, url: str) -> None:
        number = last_number(url)

        done(run("position", "retire", "dam", "support"))
        add(run, "support-weak", "--rank", 3)

        assert positions(run) == {
            "oppose": (1, "active", None),
            "leaves-open": (2, "active", None),
            "support-weak": (3, "active", None),
            "support": (None, "retired", None),
        }
        assert timeline(run, "ana-cole") == [("2025-03-01", "support"), ("2025-03-05", "oppose")]
        assert changes(run, "ana-cole") == [("shift", None)]
        assert changes(run, "ana-cole", "--known-at", number) == [("reversal", -2)]
        assert len(answer(run, "coding", "list", "--retired")) == 2

    def test_no_door_takes_a_new_coding_to_it(self, run: Run, url: str, tmp_path: Path) -> None:
        done(run("position", "retire", "dam", "support"))
        new = {**SAID[0], "statement": "new", "said": "2025-04-01"}
        number = last_number(url)

        doors = [
            run("statement", "load", jsonl(tmp_path / "new.jsonl", new)),
            run("statement", "load", jsonl(tmp_path / "turned.jsonl", {**SAID[1], "position": "support"})),
            run(
                "statement",
                "add",
                "--speaker",
                "ana-cole",
                "--said",
                "2025-04-01",
                "--issue",
                "dam",
                "--position",
                "support",
            ),
            run(
                "coding",
                "add",
                "ana-cole-5",
                "--issue",
                "dam",
                "--position",
                "support",
                "--coder",
                "zoe",
                "--not-final",
            ),
            run("coding", "recode", "ana-cole-5", "--position", "support"),
        ]

        assert [result.exit_code for result in doors] == [1] * 5
        for result in doors[:4]:
            assert (
                "Position 'support' of 'dam' is retired. Use a position in force: oppose, leaves-open." in result.stderr
            )
        assert "new.jsonl, line 1: position" in doors[0].stderr
        assert (
            doors[4].stderr
            == "Error: A new coding must use a position in force. Choose a position that is not retired.\n"
        )
        with psycopg.connect(url) as connection:
            connection.execute("SELECT stancedb.open_changeset('tester', 'by psql')")
            with pytest.raises(psycopg.errors.CheckViolation, match="retired position"):
                connection.execute(
                    "UPDATE stancedb.coding SET position_id = (SELECT id FROM stancedb.position WHERE slug = 'support')"
                    " WHERE issue_id = (SELECT id FROM stancedb.issue WHERE slug = 'dam')"
                )
        assert last_number(url) == number

    def test_the_sheets_of_before_load_again_though_codings_were_recoded_by_hand(self, run: Run, sheet: Path) -> None:
        done(run("position", "retire", "dam", "support"))
        again = done(run("statement", "load", sheet))
        add(run, "support-weak")
        done(run("coding", "recode", "ben-dahl-2", "--position", "support-weak"))
        told = done(run("statement", "load", sheet))
        done(run("coding", "review", "ana-cole-1", "--status", "accepted"))

        assert "nothing to change" in again.stderr
        assert "corrected by a user, kept" in told.stderr
        assert timeline(run, "ben-dahl") == [("2025-03-02", "support-weak")]

    def test_is_taken_back_by_undoing_and_by_restoring(self, run: Run, url: str) -> None:
        before = (positions(run), changes(run, "ana-cole"))
        done(run("position", "retire", "dam", "support"))
        done(run("changeset", "undo", last_number(url)))
        undone = (positions(run), changes(run, "ana-cole"))
        done(run("position", "retire", "dam", "support"))
        done(run("position", "restore", "dam", "support"))

        assert undone == before
        assert (positions(run), changes(run, "ana-cole")) == before

    def test_undoing_gives_a_coding_back_to_it(self, run: Run, url: str) -> None:
        done(run("position", "retire", "dam", "support"))
        done(run("coding", "recode", "ben-dahl-2", "--position", "oppose"))

        done(run("changeset", "undo", last_number(url)))

        assert timeline(run, "ben-dahl") == [("2025-03-02", "support")]

    def test_is_refused_in_one_sentence_where_it_makes_no_sense(self, run: Run) -> None:
        done(run("position", "retire", "dam", "support"))
        add(run, "strong", "--rank", 3)

        told = [
            run("position", "retire", "dam", "support"),
            run("position", "restore", "dam", "oppose"),
            run("position", "restore", "dam", "support"),
            run("position", "retire", "dam", "suport"),
        ]

        assert [(result.exit_code, result.stderr) for result in told] == [
            (1, "Error: 'support' of 'dam' is already retired. Use 'position restore' to put it back in force.\n"),
            (1, "Error: 'oppose' of 'dam' is already in force.\n"),
            (1, "Error: Rank 3 of 'dam' is taken by 'strong'. Choose another with --rank.\n"),
            (3, told[3].stderr),
        ]

    def test_who_codes_at_the_same_time_comes_first_or_is_refused(self, run: Run, url: str) -> None:
        take = (
            "UPDATE stancedb.coding SET position_id = (SELECT id FROM stancedb.position WHERE slug = 'support')"
            " WHERE statement_id = (SELECT id FROM stancedb.statement WHERE slug = 'ana-cole-5')"
        )
        retire = "UPDATE stancedb.position SET status = 'retired', rank = NULL WHERE slug = 'support'"

        came_first = side_by_side(url, take, retire)
        recoded = timeline(run, "ana-cole")
        done(run("position", "restore", "dam", "support"))
        done(run("coding", "recode", "ana-cole-5", "--position", "oppose"))
        came_second = side_by_side(url, retire, take)

        assert came_first is None
        assert recoded == [("2025-03-01", "support")]
        assert isinstance(came_second, psycopg.errors.CheckViolation)
        assert came_second.diag.constraint_name == "ck_coding_position_in_force"


def side_by_side(url: str, first: str, second: str) -> Exception | None:
    """Run a SQL statement while an earlier one is uncommitted; return the result of the second."""
    found: list[Exception] = []
    with psycopg.connect(url) as one, psycopg.connect(url) as other:
        for connection in (one, other):
            connection.execute("SELECT stancedb.open_changeset('tester', 'side by side')")
        one.execute(first.encode())

        def run() -> None:
            try:
                other.execute(second.encode())
                other.commit()
            except psycopg.Error as failure:
                found.append(failure)
                other.rollback()

        thread = threading.Thread(target=run)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "the second waits for the first"
        one.commit()
        thread.join(20)
    return found[0] if found else None


class TestMerging:
    def test_codings_keep_naming_the_one_and_count_for_the_other(self, run: Run, url: str) -> None:
        number = last_number(url)
        add(run, "for-it", "--rank", 5)
        coded = answer(run, "coding", "list")

        done(run("position", "merge", "dam", "support", "--into", "for-it"))

        assert answer(run, "coding", "list") == coded
        assert timeline(run, "ana-cole") == [("2025-03-01", "for-it"), ("2025-03-05", "oppose")]
        assert changes(run, "ana-cole") == [("reversal", -4)]
        assert positions(run)["support"] == (None, "retired", "for-it")
        assert answer(run, "coding", "list", "--retired") == []
        assert timeline(run, "ana-cole", "dam", "--known-at", number)[0] == ("2025-03-01", "support")

    def test_one_step_leads_to_the_last_and_each_can_be_taken_back(self, run: Run, url: str) -> None:
        for slug in ("for-it", "all-for-it"):
            add(run, slug)
        done(run("position", "merge", "dam", "support", "--into", "for-it"))
        done(run("position", "merge", "dam", "for-it", "--into", "all-for-it"))
        both = (positions(run)["support"], timeline(run, "ben-dahl"))
        done(run("changeset", "undo", last_number(url)))
        one = (positions(run)["support"], timeline(run, "ben-dahl"))
        done(run("position", "restore", "dam", "support"))

        assert both == ((None, "retired", "all-for-it"), [("2025-03-02", "all-for-it")])
        assert one == ((None, "retired", "for-it"), [("2025-03-02", "for-it")])
        assert (positions(run)["support"], timeline(run, "ben-dahl")) == (
            (3, "active", None),
            [("2025-03-02", "support")],
        )

    def test_two_merges_at_the_same_time_make_no_chain(self, run: Run, url: str) -> None:
        add(run, "for-it")
        merge = (
            "UPDATE stancedb.position SET status = 'retired', rank = NULL, merged_into_id ="
            " (SELECT id FROM stancedb.position WHERE slug = '{}') WHERE slug = '{}'"
        )

        failure = side_by_side(url, merge.format("for-it", "support"), merge.format("support", "oppose"))

        assert isinstance(failure, psycopg.errors.CheckViolation)
        assert failure.diag.constraint_name == "ck_position_merged_into_a_live_one"

    def test_coders_who_name_either_agree(self, run: Run) -> None:
        add(run, "for-it")
        done(
            run(
                "coding", "add", "ben-dahl-2", "--issue", "dam", "--position", "for-it", "--coder", "zoe", "--not-final"
            )
        )
        done(run("reporting", "refresh"))
        before = len(answer(run, "ask", "disagreement"))

        done(run("position", "merge", "dam", "support", "--into", "for-it"))
        done(run("reporting", "refresh"))

        assert (before, answer(run, "ask", "disagreement")) == (1, [])

    def test_is_refused_where_it_leads_nowhere(self, run: Run) -> None:
        add(run, "for-it")
        done(run("position", "merge", "dam", "support", "--into", "for-it"))

        told = [
            run("position", "merge", "dam", "support", "--into", "oppose"),
            run("position", "merge", "dam", "oppose", "--into", "support"),
            run("position", "merge", "dam", "oppose", "--into", "oppose"),
        ]

        assert [result.exit_code for result in told] == [1, 1, 1]
        assert "is already merged into 'for-it'" in told[0].stderr
        assert "'support' of 'dam' is already merged into 'for-it'" in told[1].stderr
        assert "cannot be merged into itself" in told[2].stderr


class TestSplitting:
    def test_codings_count_for_the_old_one_until_they_are_recoded(self, run: Run, url: str) -> None:
        number = last_number(url)
        for slug in ("support-weak", "support-strong"):
            add(run, slug)

        done(run("position", "split", "dam", "support", "--into", "support-weak@3", "--into", "support-strong@4"))
        split = (timeline(run, "ben-dahl"), changes(run, "ana-cole"))
        left = {row["statement"] for row in answer(run, "coding", "list", "--retired")}
        done(run("coding", "recode", "ana-cole-1", "--position", "support-strong"))

        assert split == ([("2025-03-02", "support")], [("shift", None)])
        assert left == {"ana-cole-1", "ben-dahl-2"}
        assert [row["statement"] for row in answer(run, "coding", "list", "--retired")] == ["ben-dahl-2"]
        assert changes(run, "ana-cole") == [("reversal", -3)]
        assert positions(run)["support-weak"] == (3, "active", None)
        assert changes(run, "ana-cole", "--known-at", number) == [("reversal", -2)]

    def test_takes_two_parts_in_force(self, run: Run) -> None:
        split = ("position", "split", "dam", "support", "--into")

        assert run(*split, "oppose").exit_code == 2
        assert run(*split, "oppose", "--into", "oppose").exit_code == 2
        assert run(*split, "oppose@x", "--into", "leaves-open").exit_code == 2
        assert run(*split, "oppose", "--into", "weak").exit_code == 3


class TestIssues:
    def test_a_retired_one_takes_no_new_coding_and_keeps_its_stances(
        self, run: Run, sheet: Path, tmp_path: Path
    ) -> None:
        before = timeline(run, "eva-falk", "river")
        done(run("issue", "retire", "river"))
        new = {**SAID[3], "statement": "new"}

        refused = run("statement", "load", jsonl(tmp_path / "new.jsonl", new))
        added = run("coding", "add", "ana-cole-5", "--issue", "river", "--not-final")

        assert timeline(run, "eva-falk", "river") == before
        for result in (refused, added):
            assert result.exit_code == 1
            assert "Issue 'river' is retired and cannot take new codings." in result.stderr
        assert "nothing to change" in done(run("statement", "load", sheet)).stderr
        done(run("issue", "restore", "river"))
        done(run("statement", "load", jsonl(tmp_path / "new.jsonl", new)))

    def test_codings_of_a_merged_one_count_for_the_other(self, run: Run, url: str) -> None:
        number = last_number(url)
        coded = answer(run, "coding", "list")
        before = timeline(run, "eva-falk", "river")

        missing = run("issue", "merge", "river", "--into", "dam")
        done(
            run("issue", "merge", "river", "--into", "dam", "--position", "against=oppose", "--position", "for=support")
        )

        assert missing.exit_code == 1
        assert "'dam' has no position in force for 'against', 'for' of 'river'" in missing.stderr
        merged = [("2025-03-03", "oppose"), ("2025-03-07", "support")]
        assert timeline(run, "eva-falk") == timeline(run, "eva-falk", "river") == merged
        assert changes(run, "eva-falk") == [("reversal", 2)]
        assert answer(run, "coding", "list") == coded
        assert len(answer(run, "coding", "list", "--issue", "dam")) == 5
        assert timeline(run, "eva-falk", "river", "--known-at", number) == before
        shown = answer(run, "issue", "show", "river")
        assert (shown["status"], shown["merged_into"]) == ("retired", "dam")
        assert [row["merged_into"] for row in shown["positions"]] == ["dam/oppose", "dam/support"]

    @pytest.mark.parametrize("by", ["undo", "restore"])
    def test_a_merge_is_taken_back(self, run: Run, url: str, by: str) -> None:
        before = (positions(run, "river"), timeline(run, "eva-falk", "river"))
        done(
            run("issue", "merge", "river", "--into", "dam", "--position", "against=oppose", "--position", "for=support")
        )

        done(run("changeset", "undo", last_number(url)) if by == "undo" else run("issue", "restore", "river"))

        assert (positions(run, "river"), timeline(run, "eva-falk", "river")) == before
        assert answer(run, "stance", "as-of", "--issue", "dam", "--holder", "eva-falk") == []

    def test_a_coding_of_a_merged_issue_that_no_longer_counts_leaves_no_stance(self, run: Run) -> None:
        done(
            run("issue", "merge", "river", "--into", "dam", "--position", "against=oppose", "--position", "for=support")
        )

        for statement in ("eva-falk-3", "eva-falk-7"):
            done(run("coding", "review", statement, "--status", "rejected"))

        assert answer(run, "stance", "as-of", "--issue", "dam", "--holder", "eva-falk") == []

    def test_it_is_not_taken_apart_from_its_positions(self, run: Run, url: str) -> None:
        merge_river(run, "support")

        with psycopg.connect(url) as connection:
            connection.execute("SELECT stancedb.open_changeset('tester', 'an issue without its positions')")
            connection.execute(
                "UPDATE stancedb.issue SET status = 'active', merged_into_id = NULL WHERE slug = 'river'"
            )
            with pytest.raises(psycopg.errors.CheckViolation) as refused:
                connection.commit()

        assert refused.value.diag.constraint_name == "ck_position_merged_within_issue"

    def test_a_position_that_it_left_in_force_takes_no_coding(self, run: Run) -> None:
        add(run, "undecided", issue="river")
        merge_river(run, "support")

        refused = run("coding", "recode", "eva-falk-7", "--position", "undecided")

        assert refused.exit_code == 1
        assert "A position with codings must be retired when its issue is merged into another." in refused.stderr

    def test_a_position_without_codings_that_is_left_behind_by_its_target_counts_for_itself(self, run: Run) -> None:
        add(run, "undecided", issue="river")
        add(run, "cannot-say")
        done(
            run(
                "issue",
                "merge",
                "river",
                "--into",
                "dam",
                "--position",
                "against=oppose",
                "--position",
                "for=support",
                "--position",
                "undecided=cannot-say",
            )
        )
        done(
            run(
                "issue",
                "merge",
                "dam",
                "--into",
                "dam-cost",
                "--position",
                "oppose=state-pays",
                "--position",
                "support=state-pays",
            )
        )

        assert positions(run, "river") == {
            "against": (None, "retired", "dam-cost/state-pays"),
            "for": (None, "retired", "dam-cost/state-pays"),
            "undecided": (None, "retired", None),
        }

    @pytest.mark.usefixtures("run")
    def test_a_merge_into_an_actor_that_is_being_merged_waits_and_reports_it(self, url: str, tmp_path: Path) -> None:
        settings = Settings(database_url=url, data_dir=tmp_path, author=AUTHOR)
        told: list[str] = []

        def merge_the_other_way() -> None:
            with pytest.raises(MergedIntoRetired) as refused, writing(settings, message="beside") as session:
                revising.merge_issues(session, "dam", into="river", positions={})
            told.append(str(refused.value))

        thread = threading.Thread(target=merge_the_other_way)
        with writing(settings, message="first") as session:
            revising.merge_issues(session, "river", into="dam", positions={"against": "oppose", "for": "support"})
            thread.start()
            thread.join(0.5)
            assert thread.is_alive(), "the second waits for the first"
        thread.join(20)

        assert told == ["'river' is retired. Merge 'dam' into an issue in force."]

    def test_who_recodes_while_it_is_merged_comes_first(self, run: Run, url: str) -> None:
        add(run, "undecided", issue="river")
        done(run("issue", "retire", "river"))
        recode = (
            "UPDATE stancedb.coding c SET position_id = p.id FROM stancedb.position p, stancedb.statement s"
            " WHERE p.slug = 'undecided' AND s.id = c.statement_id AND s.slug = 'eva-falk-7'"
        )
        merge = (
            "UPDATE stancedb.issue i SET merged_into_id = o.id FROM stancedb.issue o"
            " WHERE i.slug = 'river' AND o.slug = 'dam'"
        )

        failure = side_by_side(url, recode, merge)

        assert isinstance(failure, psycopg.errors.CheckViolation)
        assert failure.diag.constraint_name == "ck_position_retired_with_merged_issue"


class TestInTheFile:
    def test_a_position_gives_its_rank_to_another_of_the_same_file(self, run: Run, tmp_path: Path) -> None:
        retired = SUPPORT.replace("rank = 3", 'rank = 3\nstatus = "retired"')
        revised = CODEBOOK.replace(SUPPORT, retired).replace('[[issue]]\nslug = "dam-cost"\n', WEAK_AND_STRONG)

        done(load_codebook(run, tmp_path, revised, "dam-2.0"))

        assert positions(run) == {
            "oppose": (1, "active", None),
            "leaves-open": (2, "active", None),
            "support-weak": (3, "active", None),
            "support-strong": (4, "active", None),
            "support": (None, "retired", None),
        }
        assert "nothing to change" in done(load_codebook(run, tmp_path, revised, "dam-2.0")).stderr
        # The earlier version does not mention a status, so retired positions stay retired.
        done(load_codebook(run, tmp_path, CODEBOOK + RIVER, "dam-1.0"))
        assert positions(run)["support"] == (None, "retired", None)

    def test_what_a_file_leaves_out_stays_and_the_error_names_both_and_the_remedy(
        self, run: Run, tmp_path: Path
    ) -> None:
        left_out = CODEBOOK.replace(SUPPORT, "")
        blocked = left_out.replace('[[issue]]\nslug = "dam-cost"\n', WEAK_AND_STRONG)

        done(load_codebook(run, tmp_path, left_out, "dam-1.5"))
        result = load_codebook(run, tmp_path, blocked, "dam-2.0")

        assert positions(run)["support"] == (3, "active", None)
        assert result.exit_code == 1
        assert (
            "position.rank: 'support-weak' of 'dam' has rank 3, which belongs to 'support', a position missing from"
            ' the file. Add that position with status = "retired", or use another rank.'
        ) in result.stderr

    def test_positions_are_merged_and_restored(self, run: Run, tmp_path: Path) -> None:
        merged = CODEBOOK.replace("rank = 3", 'merged_into = "leaves-open"')
        restored = CODEBOOK.replace("rank = 3", 'rank = 3\nstatus = "active"')

        done(load_codebook(run, tmp_path, merged, "dam-2.0"))
        after = (positions(run)["support"], timeline(run, "ben-dahl"))
        again = done(load_codebook(run, tmp_path, merged, "dam-2.0"))
        done(load_codebook(run, tmp_path, restored, "dam-3.0"))

        assert after == ((None, "retired", "leaves-open"), [("2025-03-02", "leaves-open")])
        assert "nothing to change" in again.stderr
        assert (positions(run)["support"], timeline(run, "ben-dahl")) == (
            (3, "active", None),
            [("2025-03-02", "support")],
        )

    def test_issues_are_merged(self, run: Run, tmp_path: Path) -> None:
        river = RIVER.replace('river?"', 'river?"\nmerged_into = "dam"').replace("rank = 1", 'merged_into = "oppose"')
        lost = load_codebook(run, tmp_path, CODEBOOK + river, "dam-2.0")

        done(load_codebook(run, tmp_path, CODEBOOK + river.replace("rank = 2", 'merged_into = "support"'), "dam-2.0"))

        assert lost.exit_code == 1
        assert "'dam' has no position in force for 'for' of 'river', which has codings" in lost.stderr
        assert timeline(run, "eva-falk", "river") == [("2025-03-03", "oppose"), ("2025-03-07", "support")]
        back = load_codebook(run, tmp_path, CODEBOOK + RIVER.replace('river?"', 'river?"\nstatus = "active"'), "dam-3")
        assert "Issue 'river' is merged into 'dam'. Use 'issue restore' to put it back in force." in back.stderr

    @pytest.mark.parametrize("into", ["support", "nowhere", "against"])
    def test_a_merge_that_leads_nowhere_is_refused(self, run: Run, tmp_path: Path, into: str) -> None:
        result = load_codebook(run, tmp_path, CODEBOOK.replace("rank = 3", f'merged_into = "{into}"'), "dam-2.0")

        assert result.exit_code == 1
        assert (
            f"Position 'support' of 'dam' is merged into '{into}', which is not another position of 'dam' in"
            in result.stderr
        )

    def test_what_is_exported_is_what_is_loaded(self, run: Run, tmp_path: Path) -> None:
        add(run, "for-it")
        done(run("position", "merge", "dam", "support", "--into", "for-it"))
        done(run("position", "retire", "dam", "leaves-open"))
        done(
            run("issue", "merge", "river", "--into", "dam", "--position", "against=oppose", "--position", "for=for-it")
        )

        done(run("export", "codebook", "--output", tmp_path / "exported.toml"))

        assert "nothing to change" in done(run("codebook", "load", tmp_path / "exported.toml")).stderr

    def test_all_of_it_goes_into_an_empty_database(self, run: Run, connection_url: str, tmp_path: Path) -> None:
        add(run, "for-it")
        done(run("position", "merge", "dam", "support", "--into", "for-it"))
        done(run("position", "retire", "dam", "oppose"))
        done(
            run(
                "issue",
                "merge",
                "river",
                "--into",
                "dam",
                "--position",
                "against=leaves-open",
                "--position",
                "for=for-it",
            )
        )
        other = invoker(connection_url, tmp_path)
        steps = (("codebook", "--in-force"), ("actor",), ("statement",), ("codebook",))

        for number, (kind, *options) in enumerate(steps):
            path = tmp_path / f"{number}.{'toml' if kind == 'codebook' else 'jsonl'}"
            done(run("export", kind, "--output", path, *options))
            done(other(kind, "load", path))

        for line in (("stance", "changes", "--with-initial"), ("position", "list", "dam"), ("issue", "show", "river")):
            assert answer(other, *line) == answer(run, *line)

    def test_what_was_merged_into_goes_along_though_it_was_retired_since(
        self, run: Run, connection_url: str, tmp_path: Path
    ) -> None:
        add(run, "for-it")
        done(run("position", "merge", "dam", "support", "--into", "for-it"))
        merge_river(run, "for-it")
        done(run("position", "retire", "dam", "for-it"))

        other = copy_of(run, connection_url, tmp_path)

        assert positions(other) == positions(run)
        assert positions(other, "river") == positions(run, "river")
        assert timeline(other, "eva-falk") == timeline(run, "eva-falk")
        assert "nothing to change" in done(run("codebook", "load", tmp_path / "whole.toml")).stderr

    def test_a_retired_position_of_a_merged_issue_counts_for_itself(
        self, run: Run, connection_url: str, tmp_path: Path
    ) -> None:
        # The other issue has a position with its slug, into which it is not merged.
        dam = CODEBOOK.replace(SUPPORT, SUPPORT + SUPPORT.replace('"support"', '"for"').replace("rank = 3", "rank = 4"))
        silent = dam + MERGED_RIVER.replace("rank = 1", 'merged_into = "oppose"')
        retired = silent.replace("rank = 2", 'status = "retired"')
        stands = {"against": (None, "retired", "dam/oppose"), "for": (None, "retired", None)}

        done(load_codebook(run, tmp_path, retired, "dam-2.0"))

        assert positions(run, "river") == stands
        assert stances(run, "eva-falk") == {("dam", "oppose"), ("river", "for")}
        # The issue is already merged there, so a file that does not mention the position leaves it unchanged.
        for text in (retired, silent):
            assert "nothing to change" in done(load_codebook(run, tmp_path, text, "dam-2.0")).stderr
        other = copy_of(run, connection_url, tmp_path)
        assert positions(other, "river") == stands
        assert stances(other, "eva-falk") == stances(run, "eva-falk")

    def test_a_position_is_merged_within_a_merged_issue(self, run: Run, connection_url: str, tmp_path: Path) -> None:
        surely = '[[issue.position]]\nslug = "surely"\nlabel = "surely"\ndefinition = "Says yes, yes."\n'
        done(load_codebook(run, tmp_path, CODEBOOK + RIVER + surely, "dam-1.5"))
        done(run("coding", "recode", "eva-falk-3", "--position", "surely"))
        merged = MERGED_RIVER.replace("rank = 2", 'status = "retired"') + surely + 'merged_into = "for"\n'

        done(load_codebook(run, tmp_path, CODEBOOK + merged.replace("rank = 1", 'merged_into = "oppose"'), "dam-2.0"))

        assert positions(run, "river") == {
            "against": (None, "retired", "dam/oppose"),
            "for": (None, "retired", None),
            "surely": (None, "retired", "for"),
        }
        assert stances(run, "eva-falk") == {("river", "for")}
        other = copy_of(run, connection_url, tmp_path)
        assert positions(other, "river") == positions(run, "river")
        assert stances(other, "eva-falk") == stances(run, "eva-falk")
        assert "nothing to change" in done(run("codebook", "load", tmp_path / "whole.toml")).stderr

    def test_an_own_export_of_what_a_merge_left_behind_changes_nothing(
        self, run: Run, connection_url: str, tmp_path: Path
    ) -> None:
        add(run, "undecided", "--rank", 3, issue="river")
        merge_river(run, "support")
        # It was left behind without codings, and stays so, although the other issue now has one with its slug.
        add(run, "undecided")
        other = copy_of(run, connection_url, tmp_path)

        assert "nothing to change" in done(run("codebook", "load", tmp_path / "whole.toml")).stderr
        assert positions(run, "river")["undecided"] == (3, "active", None)
        assert timeline(other, "eva-falk") == timeline(run, "eva-falk")

    def test_positions_go_along_when_the_issue_that_theirs_is_merged_into_is_merged(
        self, run: Run, tmp_path: Path
    ) -> None:
        works = '\n[[issue]]\nslug = "works"\nquestion = "Should there be works?"\n' + "".join(
            f'[[issue.position]]\nslug = "{slug}"\nlabel = "{slug}"\ndefinition = "It."\n'
            for slug in ("oppose", "leaves-open", "support", "surely")
        )
        river = MERGED_RIVER.replace("rank = 1", 'merged_into = "oppose"')
        river = river.replace("rank = 2", 'merged_into = "support"')
        done(load_codebook(run, tmp_path, CODEBOOK + river, "dam-2.0"))
        dam = CODEBOOK.replace('dam?"', 'dam?"\nmerged_into = "works"').replace("rank = 3", 'merged_into = "surely"')

        done(load_codebook(run, tmp_path, dam + works, "dam-3.0"))

        assert positions(run, "river") == {
            "against": (None, "retired", "works/oppose"),
            "for": (None, "retired", "works/surely"),
        }
        assert timeline(run, "eva-falk", "works") == [("2025-03-03", "oppose"), ("2025-03-07", "surely")]
        assert "nothing to change" in done(load_codebook(run, tmp_path, dam + works, "dam-3.0")).stderr

    def test_codings_that_would_be_left_behind_by_the_target_of_their_position_are_refused(
        self, run: Run, tmp_path: Path
    ) -> None:
        merge_river(run, "support")
        works = RIVER.replace("river", "works").replace('"against"', '"oppose"')
        dam = CODEBOOK.replace('dam?"', 'dam?"\nmerged_into = "works"').replace("rank = 3", 'status = "retired"')

        result = load_codebook(run, tmp_path, dam + works, "dam-3.0")

        assert result.exit_code == 1
        assert "'works' has no position in force for 'support' of 'dam', which has codings" in result.stderr

    def test_a_target_that_the_same_file_merges_away_is_refused(self, run: Run, tmp_path: Path) -> None:
        chain = CODEBOOK.replace("rank = 3", 'merged_into = "leaves-open"')
        chain = chain.replace("rank = 2", 'merged_into = "oppose"')

        result = load_codebook(run, tmp_path, chain, "dam-2.0")

        assert result.exit_code == 1
        assert (
            "Position 'support' of 'dam' is merged into 'leaves-open', which is not another position" in result.stderr
        )

    def test_a_target_that_was_retired_before_is_named_as_retired(self, run: Run, tmp_path: Path) -> None:
        done(run("position", "retire", "dam", "leaves-open"))
        merged = CODEBOOK.replace("rank = 3", 'merged_into = "leaves-open"')

        refused = load_codebook(run, tmp_path, merged, "dam-2.0")
        done(load_codebook(run, tmp_path, merged.replace("rank = 2", 'status = "retired"'), "dam-2.0"))

        assert "which is not another position of 'dam' in force" in refused.stderr
        assert positions(run)["support"] == (None, "retired", "leaves-open")

    def test_an_issue_that_was_loaded_as_merged_is_put_in_force(
        self, run: Run, connection_url: str, tmp_path: Path
    ) -> None:
        merge_river(run, "support")
        whole = tmp_path / "whole.toml"
        done(run("export", "codebook", "--output", whole))
        other = invoker(connection_url, tmp_path)
        done(other("codebook", "load", whole))

        done(other("issue", "restore", "river"))

        assert positions(other, "river") == {"against": (None, "active", None), "for": (None, "active", None)}


def test_a_retired_position_is_not_on_the_scale_of_a_page_unless_it_was_held(
    run: Run, url: str, tmp_path: Path
) -> None:
    done(run("position", "retire", "dam", "leaves-open"))
    done(run("position", "retire", "dam", "support"))

    with reading(Settings(database_url=url, data_dir=tmp_path, author=AUTHOR)) as session:
        shown = pages.issue_page(session, "dam", rule="latest-word")

    assert [(row["position"], row["rank"]) for row in shown["positions"]] == [("oppose", 1), ("support", None)]
    assert done(run("stance", "timeline", "--holder", "ana-cole", "--issue", "dam", "--plot")).exit_code == 0


def test_what_is_reported_follows_merges_and_the_scale_in_force(run: Run, url: str) -> None:
    done(run("reporting", "refresh"))
    add(run, "for-it", "--rank", 5)
    done(run("position", "merge", "dam", "support", "--into", "for-it"))
    done(run("position", "retire", "dam", "leaves-open"))
    done(run("issue", "merge", "river", "--into", "dam", "--position", "against=oppose", "--position", "for=for-it"))
    done(run("reporting", "refresh"))
    by_difference = reported(url)
    done(run("reporting", "refresh", "--full"))

    assert by_difference == reported(url)
    facts, scale = by_difference
    assert facts == {
        ("ana-cole-1", "dam", "for-it"),
        ("ana-cole-5", "dam", "oppose"),
        ("ben-dahl-2", "dam", "for-it"),
        ("eva-falk-3", "dam", "oppose"),
        ("eva-falk-7", "dam", "for-it"),
    }
    assert scale == {("oppose", 1, False), ("leaves-open", None, True), ("support", None, True), ("for-it", 5, False)}
    # Of three at the ends of the scale two stand for it.
    (row,) = {row["polarization"] for row in answer(run, "ask", "polarization", "--issue", "river")}
    assert row == pytest.approx(0.918, abs=0.001)


def reported(url: str) -> tuple[set[Any], set[Any]]:
    with psycopg.connect(url) as connection:
        facts = connection.execute(
            "SELECT f.statement_code, i.issue_code, p.position_code FROM reporting.fact_statement f"
            " JOIN reporting.dim_issue i USING (issue_key) JOIN reporting.dim_position p USING (position_key)"
        ).fetchall()
        scale = connection.execute(
            "SELECT position_code, position_rank, is_retired FROM reporting.dim_position p"
            " JOIN reporting.dim_issue i USING (issue_key) WHERE i.issue_code = 'dam'"
        ).fetchall()
    return set(facts), set(scale)
