"""Two actors that turn out to be the same count as one, and can be separated again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.plugin import AUTHOR, Clone, Run, name_of
from tests.support.worlds import LINE, answer, done, invoker, jsonl, last_number

pytest_plugins = ("tests.support.worlds",)


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the small world, where two names of one person spoke."""
    run = invoker(small_url, tmp_path)
    sheet = jsonl(
        tmp_path / "sheet.jsonl",
        LINE,
        {"statement": "a-cole-dam", "speaker": "a-cole", "said": "2025-03-05", "issue": "dam", "position": "oppose"},
    )
    done(run("statement", "load", sheet))
    return run


def timeline(run: Run, holder: str, *more: object) -> list[tuple[str, str]]:
    """Return since when the holder took which position on the dam."""
    rows = answer(run, "stance", "timeline", "--holder", holder, "--issue", "dam", *more)
    return [(row["since"], row["position"]) for row in rows]


def test_what_was_said_under_both_names_is_one_history(run: Run) -> None:
    done(run("actor", "merge", "a-cole", "ana-cole"))

    assert timeline(run, "ana-cole") == [("2025-03-01", "support"), ("2025-03-05", "oppose")]
    assert [row["change"] for row in answer(run, "stance", "changes", "--holder", "ana-cole")] == ["reversal"]


def test_the_name_that_was_merged_still_finds_the_history(run: Run) -> None:
    done(run("actor", "merge", "a-cole", "ana-cole"))

    assert timeline(run, "a-cole") == timeline(run, "ana-cole")
    assert answer(run, "actor", "show", "a-cole")["merged_into"] == "ana-cole"


def test_rows_keep_naming_whom_they_were_entered_for(run: Run) -> None:
    before = answer(run, "coding", "list")

    done(run("actor", "merge", "a-cole", "ana-cole"))

    assert answer(run, "coding", "list") == before


def test_before_the_merge_each_had_a_separate_history(run: Run, small_url: str) -> None:
    number = last_number(small_url)
    done(run("actor", "merge", "a-cole", "ana-cole"))

    assert timeline(run, "a-cole", "--known-at", number) == [("2025-03-05", "oppose")]
    assert timeline(run, "ana-cole", "--known-at", number) == [("2025-03-01", "support")]


def test_an_undone_merge_parts_them_again(run: Run, small_url: str) -> None:
    done(run("actor", "merge", "a-cole", "ana-cole"))

    done(run("changeset", "undo", last_number(small_url)))

    assert timeline(run, "a-cole") == [("2025-03-05", "oppose")]
    assert timeline(run, "ana-cole") == [("2025-03-01", "support")]
    done(run("db", "check"))


def test_a_second_merge_takes_the_first_along(run: Run) -> None:
    done(run("actor", "add", "cole", "--kind", "person", "--name", "Cole"))
    done(run("actor", "merge", "a-cole", "ana-cole"))

    done(run("actor", "merge", "ana-cole", "cole"))

    assert timeline(run, "cole") == [("2025-03-01", "support"), ("2025-03-05", "oppose")]
    assert answer(run, "actor", "show", "a-cole")["merged_into"] == "cole"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("a-cole", "ben-dahl"), "'a-cole' is already merged into another actor. Undo that changeset first."),
        (("ben-dahl", "a-cole"), "'a-cole' is itself merged into another actor. Merge 'ben-dahl' into that actor."),
    ],
)
def test_a_merged_actor_is_neither_merged_again_nor_merged_into(run: Run, line: tuple[str, str], said: str) -> None:
    done(run("actor", "merge", "a-cole", "ana-cole"))

    refused = run("actor", "merge", *line)

    assert (refused.exit_code, refused.stderr) == (1, f"Error: {said}\n")


def test_what_is_said_under_the_old_name_later_counts_for_the_one(run: Run) -> None:
    done(run("actor", "merge", "a-cole", "ana-cole"))

    done(
        run(
            "statement", "add", "--speaker", "a-cole", "--said", "2025-03-09", "--issue", "dam", "--position", "support"
        )
    )

    assert [position for _, position in timeline(run, "ana-cole")] == ["support", "oppose", "support"]


def test_a_former_name_stays_after_a_correction(run: Run) -> None:
    done(run("actor", "set", "ana-cole", "--name", "Ana B. Cole"))

    names = answer(run, "actor", "show", "ana-cole")["names"]

    assert [(name["name"], name["kind"]) for name in names] == [("Ana B. Cole", "preferred"), ("Ana Cole", "former")]


def test_a_merge_and_its_undoing_leave_a_trail(run: Run, small_url: str) -> None:
    done(run("actor", "merge", "a-cole", "ana-cole", "--message", "same birth date"))
    number = last_number(small_url)
    done(run("changeset", "undo", number))

    for slug in ("a-cole", "ana-cole"):
        trail = answer(run, "actor", "show", slug)["merges"]
        assert [
            (row["changeset"], row["author"], row["actor"], row["merged_into"], row["parted_from"]) for row in trail
        ] == [
            (number, AUTHOR, "a-cole", "ana-cole", None),
            (number + 1, AUTHOR, "a-cole", None, "ana-cole"),
        ]
        assert trail[0]["message"] == "same birth date"
    assert answer(run, "actor", "show", "ben-dahl")["merges"] == []


def test_an_undone_merge_gives_back_everything_as_it_was(run: Run, small_url: str) -> None:
    def everything() -> list[object]:
        asked = [("statement", "list"), ("coding", "list"), ("stance", "changes"), ("actor", "list")]
        shown = [answer(run, "actor", "show", slug) for slug in ("a-cole", "ana-cole")]
        for actor in shown:
            del actor["merges"]
        return [*(answer(run, *line) for line in asked), shown, timeline(run, "a-cole"), timeline(run, "ana-cole")]

    before = everything()
    done(run("actor", "merge", "a-cole", "ana-cole"))
    merged = everything()

    done(run("changeset", "undo", last_number(small_url)))

    assert merged != before
    assert everything() == before


def test_coders_who_named_the_one_differently_are_compared(run: Run) -> None:
    code = ("coding", "add", "a-cole-dam", "--issue", "dam", "--position", "support", "--coder", "zoe")
    done(run(*code, "--holder", "ana-cole", "--basis", "on_behalf"))

    def compared(holder: str) -> list[tuple[str, ...]]:
        asked = ("statement", "holder", "coder", "position", "other_coder", "other_position")
        rows = answer(run, "ask", "disagreement", "--holder", holder)
        return [tuple(row[name] for name in asked) for row in rows]

    done(run("actor", "merge", "a-cole", "ana-cole"))
    done(run("reporting", "refresh"))

    assert compared("a-cole") == compared("ana-cole")
    assert compared("ana-cole") == [("a-cole-dam", "ana-cole", AUTHOR, "oppose", "zoe", "support")]
    (holder,) = answer(run, "page", "dam")["holders"]
    assert (holder["holder"], holder["coded_by_several"], holder["agreed"]) == ("ana-cole", 1, 0)

    done(run("statement", "retract", "a-cole-dam", "--reason", "recorded wrongly"))

    assert answer(run, "page", "dam")["holders"][0]["coded_by_several"] == 0


@pytest.mark.parametrize("is_kept", [False, True], ids=["the office merged away", "the office kept"])
def test_an_office_under_two_names_leads_to_its_government(run: Run, small_url: str, *, is_kept: bool) -> None:
    office, other = "prime-minister-of-norland", "pm-of-norland"
    done(run("actor", "add", other, "--kind", "office", "--name", "PM of Norland"))
    done(
        run(
            "statement",
            "add",
            "--speaker",
            "government-of-norland",
            "--said",
            "2025-02-01",
            "--issue",
            "dam",
            "--position",
            "oppose",
        )
    )
    # Tenures are entered under one name, what the office governs under the other.
    with psycopg.connect(small_url) as connection:
        connection.execute("SELECT stancedb.open_changeset('ana', 'a change')")
        connection.execute(
            "UPDATE stancedb.actor_relation SET subject_id = (SELECT id FROM stancedb.actor WHERE slug = %s)"
            " WHERE subject_id = (SELECT id FROM stancedb.actor WHERE slug = %s)",
            (other, office),
        )
    done(run("actor", "merge", *((other, office) if is_kept else (office, other))))
    done(run("reporting", "refresh"))

    rows = answer(run, "ask", "contradictions", "--holder", "ana-cole")

    assert [(row["government"], row["since"]) for row in rows] == [("government-of-norland", "2025-03-01")]


# --- Offices ----------------------------------------------------------------------------------------------------------

TWO_NAMES = """\
slug,kind,name,relations,tenures
norland-two,state,Norland Two,,
cabinet,government,Cabinet,governs:norland-two,
chair,office,Chair,governs:cabinet,
a1,person,Anna One,,chair@2020-01-01/2021-12-31
a2,person,A. One,,chair@2022-01-01/..
b1,person,Ben Two,,
"""
IN_OFFICE = {
    "statement": "s1",
    "speaker": "a1",
    "said": "2021-06-01",
    "on_behalf_of": "chair",
    "holder": "chair",
    "issue": "dam",
    "position": "support",
    "citation": "x",
}


@pytest.fixture(scope="module")
def office_template(clone: Clone, small_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the name of a database where one person holds an office under two names, without connections."""
    directory = tmp_path_factory.mktemp("office")
    (directory / "actors.csv").write_text(TWO_NAMES, encoding="utf-8")
    with clone(small_template) as url:
        run = invoker(url, directory)
        done(run("actor", "load", directory / "actors.csv"))
        done(run("statement", "load", jsonl(directory / "sheet.jsonl", IN_OFFICE)))
        yield name_of(url)


@pytest.fixture
def office_url(clone: Clone, office_template: str) -> Iterator[str]:
    """Provide the URL of a database where one person holds an office under two names, only for this test."""
    with clone(office_template) as url:
        yield url


@pytest.fixture
def office(office_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on it."""
    return invoker(office_url, tmp_path)


def of_chair(run: Run, *more: object) -> list[tuple[str, str | None, str]]:
    """Return the changes of the chair on the dam, each with the last possible day of the change."""
    rows = answer(run, "stance", "changes", "--holder", "chair", "--with-initial", *more)
    return [(row["window_until"], row["to_position"], row["change"]) for row in rows]


CUT = [("2021-06-01", "support", "initial"), ("2022-01-01", None, "succession")]
KEPT = CUT[:1]


def test_an_office_stays_with_the_person_whose_two_names_are_one(office: Run, office_url: str) -> None:
    assert of_chair(office) == CUT
    before = last_number(office_url)

    done(office("actor", "merge", "a2", "a1"))

    assert of_chair(office) == KEPT
    assert [
        row["position"] for row in answer(office, "stance", "as-of", "--as-of", "2023-01-01", "--holder", "chair")
    ] == ["support"]
    assert of_chair(office, "--known-at", before) == CUT
    done(office("db", "upgrade", "--rebuild"))
    assert of_chair(office) == KEPT
    assert of_chair(office, "--known-at", before) == CUT
    done(office("db", "check"))


def test_an_office_changes_hands_again_when_the_two_are_parted(office: Run, office_url: str) -> None:
    done(office("actor", "merge", "a2", "a1"))

    done(office("changeset", "undo", last_number(office_url)))

    assert of_chair(office) == CUT
    done(office("db", "check"))


def test_a_merge_into_a_third_name_brings_both_terms_together(office: Run) -> None:
    done(office("actor", "merge", "a1", "b1"))
    assert of_chair(office) == CUT

    done(office("actor", "merge", "a2", "b1"))

    assert of_chair(office) == KEPT


def test_two_records_of_one_office_are_one_row_of_terms(office: Run, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text(
        "slug,kind,name,tenures\nhead-chair,office,Head Chair,\nb1,person,Ben Two,head-chair@2021-09-01/2021-10-31\n",
        encoding="utf-8",
    )
    done(office("actor", "load", tmp_path / "more.csv"))

    done(office("actor", "merge", "head-chair", "chair"))

    assert of_chair(office)[1:] == [("2021-09-01", None, "succession")]
    done(office("db", "check"))


def test_a_merged_office_passes_its_statements_and_its_terms_on(office: Run) -> None:
    done(office("actor", "add", "presidium", "--kind", "office", "--name", "Presidium"))

    done(office("actor", "merge", "chair", "presidium"))

    changes = answer(office, "stance", "changes", "--holder", "presidium", "--with-initial")
    assert [(row["window_until"], row["to_position"], row["change"]) for row in changes] == CUT
    shown = answer(office, "actor", "show", "presidium")
    assert [(row["person"], row["office"]) for row in shown["tenures"]] == [("a1", "presidium"), ("a2", "presidium")]
    assert [(row["relation"], row["object"]) for row in shown["relations"]] == [("governs", "cabinet")]
    done(office("db", "check"))


@pytest.mark.parametrize("merge", [("cabinet", "council"), ("chair", "presidium")])
def test_a_government_follows_the_merges_of_itself_and_of_the_office_that_governs(
    office: Run, tmp_path: Path, merge: tuple[str, str]
) -> None:
    kind = {"council": "government", "presidium": "office"}[merge[1]]
    done(office("actor", "add", merge[1], "--kind", kind, "--name", merge[1].title()))
    lines = [
        {
            **IN_OFFICE,
            "statement": f"c{number}",
            "said": said,
            "on_behalf_of": "cabinet",
            "holder": "cabinet",
            "position": position,
            "authority": 5,
        }
        for number, (said, position) in enumerate([("2021-06-01", "support"), ("2022-03-01", "oppose")])
    ]
    lines[1]["speaker"] = "a2"
    done(office("statement", "load", jsonl(tmp_path / "more.jsonl", *lines)))
    question = ("stance", "changes", "--rule", "authoritative", "--holder", "cabinet")
    assert [row["change"] for row in answer(office, *question)] == ["succession"]

    done(office("actor", "merge", *merge))
    assert [row["change"] for row in answer(office, *question)] == ["succession"]

    done(office("actor", "merge", "a2", "a1"))
    assert [row["change"] for row in answer(office, *question)] == ["reversal"]
    done(office("db", "check"))


def test_lists_find_what_was_entered_under_either_name(office: Run) -> None:
    done(office("actor", "merge", "a1", "a2"))

    for name in ("a1", "a2"):
        assert [row["statement"] for row in answer(office, "statement", "list", "--speaker", name)] == ["s1"]
        assert len(answer(office, "actor", "show", name)["tenures"]) == (2 if name == "a2" else 1)
    done(office("actor", "add", "presidium", "--kind", "office", "--name", "Presidium"))
    done(office("actor", "merge", "chair", "presidium"))
    for name in ("chair", "presidium"):
        assert len(answer(office, "coding", "list", "--holder", name)) == 1
    holds = {row["actor"]: row["holds"] for row in answer(office, "actor", "list", "--kind", "person")}
    assert (holds["a1"], holds["a2"]) == (None, "presidium")


def test_events_are_found_by_either_name_of_a_participant(office: Run, tmp_path: Path) -> None:
    event = {
        "slug": "talk",
        "kind": "call",
        "title": "A talk",
        "during": "2021-05-01",
        "status": "occurred",
        "participants": ["actor:a1"],
    }
    done(office("event", "load", jsonl(tmp_path / "event.jsonl", event)))

    done(office("actor", "merge", "a1", "a2"))

    for name in ("a1", "a2"):
        assert [row["event"] for row in answer(office, "event", "list", "--actor", name)] == ["talk"]


def test_a_statement_finds_the_term_that_was_entered_under_the_other_name(office: Run, tmp_path: Path) -> None:
    done(office("actor", "merge", "a2", "a1"))
    done(office("actor", "add", "presidium", "--kind", "office", "--name", "Presidium"))
    done(office("actor", "merge", "chair", "presidium"))
    lines = [
        {"statement": "own", "speaker": "a1", "said": "2022-06-01", "issue": "dam", "position": "oppose"},
        {"statement": "named", "speaker": "a1", "said": "2022-06-02", "office": "chair", "issue": "dam"},
        {"statement": "kept", "speaker": "a2", "said": "2021-02-01", "office": "presidium", "issue": "dam"},
        {"statement": "called", "speaker": "Chair", "said": "2022-06-03", "issue": "dam"},
        {"statement": "held", "speaker": "a1", "said": "2022-06-04", "holder": "a2", "issue": "dam"},
    ]
    done(office("statement", "load", jsonl(tmp_path / "more.jsonl", *({**line, "citation": "x"} for line in lines))))

    shown = {line["statement"]: answer(office, "statement", "show", line["statement"]) for line in lines}
    assert {name: row["office"] for name, row in shown.items()} == dict.fromkeys(shown, "chair")
    assert shown["called"]["speaker"] == "a1"
    assert shown["held"]["codings"][0]["basis"] == "self"


def test_two_names_are_not_parted_while_one_speaks_in_a_term_of_the_other(
    office: Run, office_url: str, tmp_path: Path
) -> None:
    done(office("actor", "merge", "a2", "a1"))
    number = last_number(office_url)
    line = {"statement": "own", "speaker": "a1", "said": "2022-06-01", "issue": "dam", "citation": "x"}
    done(office("statement", "load", jsonl(tmp_path / "more.jsonl", line)))

    refused = office("changeset", "undo", number)

    assert refused.exit_code == 1
    assert refused.stderr == "Error: The tenure named by a statement must be one of its own speaker, under any name.\n"


# --- Handovers --------------------------------------------------------------------------------------------------------

HANDOVER = """\
slug,kind,name,tenures
prime-post,office,Prime Post,
old-one,person,Old One,prime-post@2014-01-01/2016-12-07
new-one,person,New One,prime-post@2016-12-07/..
"""


@pytest.fixture
def handed_over(small_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command where an office changed hands on a day that both held it."""
    run = invoker(small_url, tmp_path)
    (tmp_path / "actors.csv").write_text(HANDOVER, encoding="utf-8")
    done(run("actor", "load", tmp_path / "actors.csv"))
    lines = [
        {
            "statement": name,
            "speaker": speaker,
            "said": said,
            "on_behalf_of": "prime-post",
            "holder": "prime-post",
            "issue": "dam",
            "position": position,
            "citation": "x",
        }
        for name, speaker, said, position in [
            ("h1", "old-one", "2016-01-01", "oppose"),
            ("h2", "new-one", "2016-12-07", "support"),
        ]
    ]
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *lines)))
    return run


def test_a_handover_on_a_shared_day_is_one_change(handed_over: Run) -> None:
    rows = answer(handed_over, "stance", "timeline", "--holder", "prime-post", "--issue", "dam")

    assert [(row["position"], row["since"], row["until"]) for row in rows] == [
        ("oppose", "2016-01-01", "2016-12-07"),
        ("support", "2016-12-07", None),
    ]
    assert [row["change"] for row in answer(handed_over, "stance", "changes", "--holder", "prime-post")] == [
        "succession"
    ]


def test_on_a_shared_day_both_spoke_in_office_and_its_name_means_the_newcomer(handed_over: Run, tmp_path: Path) -> None:
    lines = [
        {"statement": name, "speaker": speaker, "said": "2016-12-07", "office": "prime-post", "citation": "x"}
        for name, speaker in (("last", "old-one"), ("first", "new-one"))
    ]
    called = {"statement": "called", "speaker": "Prime Post", "said": "2016-12-07", "citation": "x"}
    done(handed_over("statement", "load", jsonl(tmp_path / "more.jsonl", *lines, called)))

    assert answer(handed_over, "statement", "show", "called")["speaker"] == "new-one"


def test_the_name_of_an_office_is_ambiguous_where_coarse_dates_leave_two_holders(run: Run, tmp_path: Path) -> None:
    (tmp_path / "actors.csv").write_text(
        HANDOVER.replace("2014-01-01/2016-12-07", "2014/2016-12").replace("2016-12-07/", "2016/"), encoding="utf-8"
    )
    done(run("actor", "load", tmp_path / "actors.csv"))
    line = {"statement": "called", "speaker": "Prime Post", "said": "2016-12-07", "citation": "x"}

    refused = run("statement", "load", jsonl(tmp_path / "more.jsonl", line))

    assert refused.exit_code == 1
    assert "'Prime Post' is ambiguous: 'new-one' (person, held Prime Post 2016/..) or 'old-one'" in refused.stderr


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2014-01-01/2016-12-08", "2016-12-07/.."),
        ("2014/2017", "2016-12/.."),
        ("2014/2016", "2015/.."),
        ("2014/..", "2016/.."),
        ("2010/2020", "2016/2016"),
    ],
)
def test_tenures_that_overlap_beyond_their_precision_are_refused_by_line(
    run: Run, tmp_path: Path, old: str, new: str
) -> None:
    lines = HANDOVER.replace("2014-01-01/2016-12-07", old).replace("2016-12-07/..", new)
    (tmp_path / "actors.csv").write_text(lines, encoding="utf-8")

    refused = run("actor", "load", tmp_path / "actors.csv")

    assert refused.exit_code == 1
    assert f"line 4: tenures: 'prime-post' is held by 'old-one' at the same time ({old} and {new})." in refused.stderr


def test_who_holds_an_office_now_is_the_newcomer(run: Run, small_url: str) -> None:
    with psycopg.connect(small_url) as connection:
        row = connection.execute("SELECT current_date, extract(year FROM current_date)::int").fetchone()
    assert row is not None
    today, year = row
    done(run("actor", "add", "post", "--kind", "office", "--name", "Post"))
    done(run("actor", "add", "old", "--kind", "person", "--name", "Old", "--tenure", f"post@2000/{year}"))
    done(run("actor", "add", "new", "--kind", "person", "--name", "New", "--tenure", f"post@{today}/.."))

    holds = {row["actor"]: row["holds"] for row in answer(run, "actor", "list", "--kind", "person")}

    assert (holds["old"], holds["new"]) == (None, "post")
