"""Numbers, types, attributes and clocks in a file of Discourse Network Analyzer are understood or rejected."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stancedb.errors import AgreementScaleUnreadable
from stancedb.loading.dna.scale import Scale
from tests.support.dna_files import dna, edit, with_numbers
from tests.support.plugin import Run
from tests.support.worlds import answer, done, invoker

pytest_plugins = ("tests.support.worlds",)

Rows = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the small world."""
    return invoker(small_url, tmp_path)


@pytest.fixture
def rows(small_url: str) -> Rows:
    """Provide a function that returns the rows of a query on the small world."""

    def asked(query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(small_url) as connection:
            return connection.execute(query.encode()).fetchall()

    return asked


CODED = (
    "SELECT DISTINCT p.slug, p.rank, p.score FROM stancedb.coding c"
    " JOIN stancedb.position p ON p.id = c.position_id ORDER BY p.rank"
)


@pytest.mark.parametrize(("yes", "no"), [(1, -1), (5, 1), (2, 0)])
def test_agreement_by_numbers_is_refused_until_they_are_said_to_mean_something(
    run: Run, rows: Rows, tmp_path: Path, yes: int, no: int
) -> None:
    refused = run("dna", "load", with_numbers(dna(tmp_path / "dams.dna"), yes, no))

    assert refused.exit_code == 1
    assert f"The file has agreement values other than yes and no: {min(no, yes)} (" in refused.stderr
    assert f" times), {max(no, yes)} (" in refused.stderr
    assert "Use --agreement-scale to give the meaning of each." in refused.stderr
    assert rows("SELECT count(*) FROM stancedb.coding") == [(0,)]


def test_the_positions_of_a_scale_have_ranks_and_scores(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = edit(
        with_numbers(dna(tmp_path / "dams.dna"), 1, -1),
        "INSERT INTO DATAINTEGER (StatementId, VariableId, Value) VALUES (11, 4, 0)",
    )
    done(run("dna", "load", path, "--agreement-scale", "-1=oppose,0=neutral,1=support"))

    assert rows(CODED) == [("oppose", 1, -1.0), ("neutral", 2, 0.0), ("support", 3, 1.0)]
    ((neutral,),) = rows(
        "SELECT m.quote FROM stancedb.coding c JOIN stancedb.position p ON p.id = c.position_id AND p.slug = 'neutral'"
        " JOIN stancedb.mention m ON m.statement_id = c.statement_id"
    )
    assert neutral == "Nobody knows"
    again = run("dna", "load", path, "--agreement-scale", "-1=oppose,0=neutral,1=support")
    assert "nothing to change" in done(again).stderr


def test_a_range_has_a_position_for_each_number(run: Run, rows: Rows, tmp_path: Path) -> None:
    done(run("dna", "load", with_numbers(dna(tmp_path / "dams.dna"), 5, 2), "--agreement-scale", "1..5"))

    assert rows(CODED) == [("level-2", 2, -0.5), ("level-5", 5, 1.0)]
    assert rows(
        "SELECT DISTINCT count(*) FROM stancedb.position p JOIN stancedb.issue i ON i.id = p.issue_id"
        " WHERE i.slug ~ 'dams/' GROUP BY i.id"
    ) == [(5,)]


def test_a_value_that_the_scale_leaves_out_is_named(run: Run, tmp_path: Path) -> None:
    path = with_numbers(dna(tmp_path / "dams.dna"), 7, 1)

    refused = run("dna", "load", path, "--agreement-scale", "1..5")

    assert (
        refused.exit_code,
        "The agreement scale has no position for 7. Values in the file: 1 (" in refused.stderr,
    ) == (
        1,
        True,
    )


def test_another_scale_than_that_of_before_is_refused(run: Run, tmp_path: Path) -> None:
    path = with_numbers(dna(tmp_path / "dams.dna"), 1, 0)
    done(run("dna", "load", path))
    same = run("dna", "load", path, "--agreement-scale", "0=oppose,1=support")
    turned = run("dna", "load", path, "--agreement-scale", "1=oppose,0=support")
    wider = run("dna", "load", path, "--agreement-scale", "0=oppose,1=neutral,2=support")

    assert "nothing to change" in done(same).stderr
    assert (turned.exit_code, wider.exit_code) == (1, 1)
    assert "not oppose (Coded as 1), support (Coded as 0). Use the same scale, or another --name" in turned.stderr
    assert "not oppose (Coded as 0), neutral (Coded as 1), support (Coded as 2). Use" in wider.stderr


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("1=support", "it has 1 positions, but 2 to 21 are allowed"),
        ("1..400", "it has 400 positions, but 2 to 21 are allowed"),
        ("0=no,2=perhaps,1=yes", "its numbers are not in order"),
        ("0=no,0=yes", "'0' appears twice"),
        ("0=no,1=no", "'no' appears twice"),
        ("0=no,1", "'1' is not written as VALUE=POSITION"),
        ("0=Not At All,1=yes", "'0=Not At All' is not written as VALUE=POSITION"),
    ],
)
def test_a_scale_that_says_nothing_is_refused_with_the_reason(given: str, reason: str) -> None:
    with pytest.raises(AgreementScaleUnreadable) as refused:
        Scale.parse(given)

    assert f"Invalid agreement scale: {reason}. Write it as" in str(refused.value)


@pytest.mark.parametrize(
    ("given", "scores"),
    [
        ("-1=oppose,0=neutral,1=support", {"-1": -1, "0": 0, "1": 1}),
        ("5=oppose,3=neutral,1=support", {"5": -1, "3": 0, "1": 1}),
        ("contra=oppose,unsure=neutral,pro=support", {"contra": -1, "unsure": 0, "pro": 1}),
        ("0=oppose,1=rather,4=support", {"0": -1, "1": -0.5, "4": 1}),
        ("1=support,2=neutral,3=oppose", {"3": -1, "2": 0, "1": 1}),
        ("5..1", {"5": -1, "4": -0.5, "3": 0, "2": 0.5, "1": 1}),
        ("-2..2", {"-2": -1, "-1": -0.5, "0": 0, "1": 0.5, "2": 1}),
    ],
)
def test_scores_follow_the_values_from_opposition_to_support(given: str, scores: dict[str, float]) -> None:
    scale = Scale.parse(given)

    of = {position["slug"]: position["score"] for position in scale.positions}
    assert {value: of[str(scale.position_of(f" {value.upper()} "))] for value in scores} == scores
    assert [position["rank"] for position in scale.positions] == list(range(1, len(scores) + 1))


def second_type(path: Path, statements: int) -> Path:
    """Add a second statement type with the right variables, and a frame, to a file."""
    return edit(
        path,
        "INSERT INTO STATEMENTTYPES (ID, Label) VALUES (7, 'Claim')",
        "INSERT INTO VARIABLES VALUES (71, 'person', 'short text', 7), (72, 'organization', 'short text', 7),"
        " (73, 'concept', 'short text', 7), (74, 'agreement', 'boolean', 7), (75, 'frame', 'short text', 7),"
        " (76, 'weight', 'integer', 7)",
        "INSERT INTO ENTITIES (ID, VariableId, Value) VALUES (701, 71, 'Li'), (703, 73, 'Keep the river'),"
        " (705, 75, 'nature: first')",
        *(
            statement
            for key in range(900, 900 + statements)
            for statement in (
                f"INSERT INTO STATEMENTS VALUES ({key}, 7, 2, {key - 900}, 9, 2)",
                (
                    f"INSERT INTO DATASHORTTEXT (StatementId, VariableId, Entity) VALUES ({key}, 71, 701),"
                    f" ({key}, 73, 703), ({key}, 75, 705)"
                ),
                f"INSERT INTO DATABOOLEAN (StatementId, VariableId, Value) VALUES ({key}, 74, 1)",
                f"INSERT INTO DATAINTEGER (StatementId, VariableId, Value) VALUES ({key}, 76, {key})",
            )
        ),
    )


def test_several_types_of_statements_want_a_choice(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = second_type(dna(tmp_path / "dams.dna"), 2)

    unclear = run("dna", "load", path)
    nothing = run("dna", "load", path, "--type", "Annotation")
    lines = answer(run, "dna", "load", path, "--type", "claim")

    assert (unclear.exit_code, nothing.exit_code) == (1, 1)
    assert "The file has several statement types: 'DNA Statement' (14 statements), 'Claim' (2 statements)." in (
        unclear.stderr
    )
    assert "The file has no statement type 'Annotation'. Known: 'DNA Statement', 'Claim'." in nothing.stderr
    assert {line["kind"]: line["inserted"] for line in lines}["coding"] == 2
    assert rows("SELECT question FROM stancedb.issue WHERE slug ~ '^dams/'") == [("Keep the river",)]


def test_several_types_are_loaded_together_where_all_are_named(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = second_type(dna(tmp_path / "dams.dna"), 2)

    done(run("dna", "load", path, "--type", "Claim", "--type", "DNA Statement"))

    assert rows("SELECT count(*) FROM stancedb.coding") == [(10,)]


def test_a_type_without_statements_needs_no_choice(run: Run, tmp_path: Path) -> None:
    done(run("dna", "load", second_type(dna(tmp_path / "dams.dna"), 0)))


def test_other_variables_are_attributes_of_the_coding(run: Run, rows: Rows, tmp_path: Path) -> None:
    done(run("dna", "load", second_type(dna(tmp_path / "dams.dna"), 1), "--type", "Claim"))

    assert rows("SELECT key, value FROM stancedb.coding_attribute ORDER BY key") == [
        ("dna", "dams.dna#900"),
        ("frame", "nature: first"),
        ("weight", "900"),
    ]


def with_attributes(path: Path, version: int) -> Path:
    """Set the attributes of a person that both versions have."""
    if version == 2:
        return edit(
            path,
            "UPDATE ATTRIBUTES SET Alias = 'A. M. Cole', Notes = 'born 1970', ChildOf = 'Unused', Red = 255"
            " WHERE Value = 'Ana Cole'",
        )
    return edit(
        path,
        "INSERT INTO ATTRIBUTEVARIABLES VALUES (2, 1, 'Alias'), (3, 1, 'Notes'), (4, 1, 'Party: 2005'), (5, 3, 'Type')",
        "INSERT INTO ATTRIBUTEVALUES VALUES (2, 1, 2, 'A. M. Cole'), (3, 1, 3, 'born 1970'), (4, 1, 4, 'Greens @home')",
        "INSERT INTO ATTRIBUTEVALUES SELECT 5, ID, 5, 'goal' FROM ENTITIES WHERE VariableId = 3 LIMIT 1",
        "INSERT INTO ENTITIES (ID, VariableId, Value, Red, Green, Blue) VALUES (99, 1, 'Unused', 0, 0, 0)",
        "UPDATE ENTITIES SET Red = 255, ChildOf = 99 WHERE Value = 'Ana Cole'",
    )


@pytest.mark.parametrize("version", [2, 3])
def test_attributes_of_a_person_come_along(run: Run, rows: Rows, tmp_path: Path, version: int) -> None:
    path = with_attributes(dna(tmp_path / "dams.dna", version), version)

    told = {line["kind"]: line for line in answer(run, "dna", "load", path) if line["side"] == "file"}

    of_ana = (
        "SELECT t.key, t.value FROM stancedb.actor_attribute t JOIN stancedb.actor_identifier i USING (actor_id)"
        " WHERE i.value = 'dams/person/Ana Cole' ORDER BY t.key"
    )
    assert rows(of_ana) == [
        ("Notes", "born 1970"),
        *([("Party 2005", "Greens @home")] if version == 3 else []),
        ("Type", "politician"),
        ("colour", "#ff0900"),
        ("parent", "Unused"),
    ]
    assert rows(
        "SELECT n.name FROM stancedb.actor_name n JOIN stancedb.actor_identifier i USING (actor_id)"
        " WHERE i.value = 'dams/person/Ana Cole' ORDER BY n.name"
    ) == [("A. M. Cole",), ("Ana Cole",)]
    assert (told["attribute Alias"]["loaded"], told["parent of an entity"]["loaded"]) == (1, 1)
    if version == 3:
        assert told["attribute Type"]["why"] == "1 not of a person or an organization"
    assert "nothing to change" in done(run("dna", "load", path)).stderr


def test_a_concept_that_belongs_to_another_is_an_issue_below_it(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna")
    with sqlite3.connect(path) as file:
        (a, b, c) = [key for (key,) in file.execute("SELECT ID FROM ENTITIES WHERE VariableId = 3 AND Value <> ''")]
        file.executemany("UPDATE ENTITIES SET ChildOf = ? WHERE ID = ?", [(b, a), (c, b), (a, c)])
    file.close()

    lines = {line["kind"]: line for line in answer(run, "dna", "load", path)}

    # The third would close a cycle.
    assert (lines["parent of an entity"]["loaded"], lines["parent of an entity"]["not_taken"]) == (2, 1)
    assert rows("SELECT count(*) FROM stancedb.issue WHERE parent_id IS NOT NULL AND slug ~ 'dams/'") == [(2,)]


def test_a_note_that_is_an_address_is_that_of_the_article(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = edit(
        dna(tmp_path / "dams.dna"),
        "UPDATE DOCUMENTS SET Notes = 'https://herald.example/dam' WHERE ID IN (1, 2)",
        "UPDATE DOCUMENTS SET Notes = 'see https://herald.example/other' WHERE ID = 4",
    )

    lines = {line["kind"]: line for line in answer(run, "dna", "load", path)}

    assert rows("SELECT url FROM stancedb.article WHERE slug ~ '^dams/' AND url IS NOT NULL") == [
        ("https://herald.example/dam",)
    ]
    assert (lines["note of a document"]["loaded"], lines["note of a document"]["not_taken"]) == (1, 2)


@pytest.mark.parametrize("version", [2, 3])
def test_days_shortly_before_midnight_are_reported_and_rounded_on_request(
    run: Run, rows: Rows, tmp_path: Path, version: int
) -> None:
    path = dna(tmp_path / "dams.dna", version, hours=-2)
    warned = done(run("dna", "load", path, *(("--zone", "UTC") if version == 2 else ()), "--dry-run")).stderr
    rounded = done(run("dna", "load", path, "--round-dates")).stderr

    assert "which are the majority; if the following day is meant, use --round-dates: 2\n" in warned
    assert "Documents of 22:00 or 23:00 rounded to the following day: 2\n" in rounded
    assert rows("SELECT DISTINCT said_edtf FROM stancedb.statement") == [("2025-03-01",)]
    assert rows("SELECT count(published_at) FROM stancedb.article WHERE slug ~ '^dams/'") == [(0,)]
