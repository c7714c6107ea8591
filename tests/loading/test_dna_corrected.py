"""A corrected file of Discourse Network Analyzer corrects what it loaded, and files of several coders are combined."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from shutil import copyfile
from typing import Any

import psycopg
import pytest

from tests.support.dna_files import CHINESE, DO, DONT, dna, edit, only_of
from tests.support.plugin import Clone, Run
from tests.support.worlds import answer, done, invoker

pytest_plugins = ("tests.support.worlds",)

Rows = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the small world."""
    return invoker(small_url, tmp_path)


def asked(url: str, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


@pytest.fixture
def rows(small_url: str) -> Rows:
    """Provide a function that returns the rows of a query on the small world."""
    return lambda query: asked(small_url, query)


# What counts, by name: codings that are not rejected, of statements that are not withdrawn.
LIVE = (
    "SELECT m.quote, s.name, h.name, i.question, p.slug, k.name, c.status, c.is_final, st.said_edtf"
    " FROM stancedb.coding c JOIN stancedb.statement st ON st.id = c.statement_id"
    " JOIN stancedb.mention m ON m.statement_id = st.id JOIN stancedb.actor s ON s.id = st.speaker_id"
    " JOIN stancedb.actor h ON h.id = c.holder_id JOIN stancedb.issue i ON i.id = c.issue_id"
    " JOIN stancedb.coder k ON k.id = c.coder_id LEFT JOIN stancedb.position p ON p.id = c.position_id"
    " WHERE c.status <> 'rejected' AND st.retracted_on IS NULL ORDER BY 1, 2, 3, 4, 5, 6"
)
OF_ANA = "SELECT DISTINCT i.question FROM stancedb.coding c JOIN stancedb.issue i ON i.id = c.issue_id WHERE c.is_final"


def test_a_corrected_name_and_concept_are_corrected_and_not_doubled(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna")
    done(run("dna", "load", path))
    before = rows(LIVE)
    edit(
        path,
        "UPDATE ENTITIES SET Value = 'Anna Cole' WHERE Value = 'Ana Cole'",
        f"UPDATE ENTITIES SET Value = 'Build the dam now' WHERE Value = '{DO}'",
    )

    told = done(run("dna", "load", path)).stderr

    assert "Names and concepts corrected in the file and now in the database: 2\n" in told
    assert rows(LIVE) == sorted(
        tuple({"Ana Cole": "Anna Cole", DO: "Build the dam now"}.get(value, value) for value in row) for row in before
    )
    assert rows("SELECT count(*) FROM stancedb.actor_identifier WHERE value ~ '^dams/person/.* Cole$'") == [(1,)]
    assert "nothing to change" in done(run("dna", "load", path)).stderr


def test_a_name_that_was_changed_here_stays(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna")
    done(run("dna", "load", path))
    ((slug,),) = rows("SELECT slug FROM stancedb.actor WHERE name = 'Norland' AND slug <> 'norland'") or [("norland",)]
    done(run("actor", "set", slug, "--name", "Republic of Norland"))
    edit(path, "UPDATE ENTITIES SET Value = 'Nordland' WHERE Value = 'Norland'")

    told = done(run("dna", "load", path)).stderr

    assert "Names and concepts corrected in the file but changed in the database, and kept: 1\n" in told
    assert rows(f"SELECT name FROM stancedb.actor WHERE slug = '{slug}'") == [("Republic of Norland",)]


def test_a_statement_of_another_concept_leaves_no_tie_to_the_old_one(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna")
    done(run("dna", "load", path))
    edit(
        path,
        "UPDATE DATASHORTTEXT SET Entity = (SELECT ID FROM ENTITIES WHERE Value = '" + CHINESE + "')"
        " WHERE StatementId = 3 AND VariableId = 3",
    )

    told = done(run("dna", "load", path)).stderr

    assert "Codings rejected because the statements of the file are corrected: 1\n" in told
    said = [(row[3], row[4]) for row in rows(LIVE) if row[0] == "build it" and row[5] == "dams/ida"]
    assert sorted(said) == sorted([(DO, "support"), (CHINESE, "oppose")])
    # If a statement has another coding left, the corrected one is rejected and can still be looked up.
    assert rows(
        "SELECT i.question, c.is_final FROM stancedb.coding c JOIN stancedb.issue i ON i.id = c.issue_id"
        " WHERE c.status = 'rejected'"
    ) == [(DONT, False)]


def test_a_statement_of_another_speaker_takes_the_place_of_the_old_one(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna")
    done(run("dna", "load", path))
    edit(
        path,
        "UPDATE DATASHORTTEXT SET Entity = (SELECT ID FROM ENTITIES WHERE Value = 'Ana Cole')"
        " WHERE StatementId IN (7, 8) AND VariableId = 1",
    )

    done(run("dna", "load", path))

    assert {row[1] for row in rows(LIVE) if row[0] == "e waver"} == {"Ana Cole"}
    assert rows("SELECT DISTINCT retracted_reason FROM stancedb.statement WHERE retracted_on IS NOT NULL") == [
        ("no longer in dams.dna",)
    ]


def test_what_is_missing_from_the_file_is_withdrawn_only_on_request(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna")
    done(run("dna", "load", path))
    before = rows(LIVE)
    edit(path, "DELETE FROM STATEMENTS WHERE ID IN (5, 7)")

    kept = done(run("dna", "load", path)).stderr
    assert "Codings of an earlier load that are no longer in the file, kept: 2\n" in kept
    assert rows(LIVE) == before
    replaced = done(run("dna", "load", path, "--replace")).stderr

    # Statement 8 takes the place of 7, which it contradicted, and leaves its own.
    assert "Codings rejected because the statements of the file are gone: 1\n" in replaced
    assert "Codings rejected because the statements of the file are corrected: 1\n" in replaced
    # Bo's answer on the place of statement 5 is the only one left, and counts.
    assert [row[5:8] for row in rows(LIVE) if row[3] == CHINESE] == [("dams/bo", "accepted", True)]
    assert [row[4] for row in rows(LIVE) if row[0] == "e waver"] == ["oppose"]


def test_what_a_person_changed_here_outlasts_a_correction_and_is_told(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna")
    done(run("dna", "load", path))
    ((statement, issue),) = rows(
        "SELECT st.slug, i.slug FROM stancedb.coding c JOIN stancedb.statement st ON st.id = c.statement_id"
        f" JOIN stancedb.issue i ON i.id = c.issue_id WHERE i.question = '{DONT}'"
    )
    review = ("coding", "review", statement, "--issue", issue, "--coder", "dams/ida", "--status", "submitted")
    done(run(*review))
    before = rows(LIVE)
    edit(
        path,
        f"UPDATE DATASHORTTEXT SET Entity = (SELECT ID FROM ENTITIES WHERE Value = '{CHINESE}')"
        " WHERE StatementId = 3 AND VariableId = 3",
    )

    told = done(run("dna", "load", path, "--replace")).stderr

    assert "Codings that a user decided on, kept although the file differs: 1\n" in told
    assert rows(LIVE) == before


STEPS = (
    "UPDATE ENTITIES SET Value = 'Anna Cole' WHERE Value = 'Ana Cole'",
    (
        "UPDATE DATASHORTTEXT SET Entity = (SELECT ID FROM ENTITIES WHERE Value = 'Li' AND VariableId = 1)"
        " WHERE StatementId = 1 AND VariableId = 1"
    ),
    "UPDATE DATABOOLEAN SET Value = 0 WHERE StatementId = 6",
    "DELETE FROM STATEMENTS WHERE ID = 5",
    "UPDATE DOCUMENTS SET Date = Date + 86400 WHERE ID = 1",
    (
        "UPDATE DATASHORTTEXT SET Entity = (SELECT ID FROM ENTITIES WHERE Value = 'Anna Cole')"
        " WHERE StatementId = 1 AND VariableId = 1"
    ),
    "UPDATE DOCUMENTS SET Title = 'The great dam', Source = 'The Times' WHERE ID = 1",
    (
        f"UPDATE DATASHORTTEXT SET Entity = (SELECT ID FROM ENTITIES WHERE Value = '{DO}')"
        " WHERE StatementId = 3 AND VariableId = 3"
    ),
    "DELETE FROM STATEMENTS WHERE ID IN (3, 7)",
    f"UPDATE ENTITIES SET Value = 'Raise the dam' WHERE Value = '{CHINESE}'",
)


def test_a_file_corrected_ten_times_gives_what_its_last_state_gives(
    run: Run, rows: Rows, clone: Clone, small_template: str, tmp_path: Path
) -> None:
    path = dna(tmp_path / "dams.dna")
    done(run("dna", "load", path))
    for step in STEPS:
        done(run("dna", "load", edit(path, step), "--replace"))

    with clone(small_template) as url:
        done(invoker(url, tmp_path)("dna", "load", path))
        assert rows(LIVE) == asked(url, LIVE)
    assert "nothing to change" in done(run("dna", "load", path, "--replace")).stderr


def test_a_statement_that_comes_back_counts_again(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna")
    earlier = Path(copyfile(path, tmp_path / "earlier.dna"))
    done(run("dna", "load", path))
    before = rows(LIVE)
    done(run("dna", "load", edit(path, "DELETE FROM STATEMENTS WHERE ID IN (1, 2, 3, 5)"), "--replace"))
    # Statement 4 has the same content as the first.
    assert [(row[0], *row[4:8]) for row in rows(LIVE)] == [
        ("Café owners said no", "support", "dams/bo", "accepted", True),
        ("Nobody knows", None, "dams/ida", "draft", False),
        # Statement 4 has the same content as the first.
        ("build it", "support", "dams/ida", "accepted", True),
        ("e waver", "oppose", "dams/ida", "accepted", True),
        ("e waver", "support", "dams/ida", "accepted", True),
    ]

    copyfile(earlier, path)
    done(run("dna", "load", path, "--replace"))

    assert rows(LIVE) == before


def two_coders(folder: Path) -> tuple[Path, Path]:
    """Write the files of two coders of one project, both of whom call themselves Admin."""
    return (
        only_of(dna(folder / "of-ida" / "first.dna"), 2),
        only_of(dna(folder / "of-bo" / "second.dna"), 3),
    )


@pytest.mark.parametrize("order", list(permutations(("ida", "bo"))))
def test_files_of_two_coders_go_together_in_either_order(
    run: Run, rows: Rows, tmp_path: Path, order: tuple[str, ...]
) -> None:
    files = dict(zip(("ida", "bo"), two_coders(tmp_path), strict=True))

    accounts = [answer(run, "dna", "load", files[who], "--name", "dams", "--coder", who) for who in order]

    # Both coded two things at the same places, and agree on one of them.
    assert [(line["kind"], line["agree"], line["differ"]) for line in accounts[1] if line["side"] == "coders"] == [
        ("dams/bo, dams/ida", 1, 1)
    ]
    assert [row[3:8] for row in rows(LIVE) if row[0] != "e waver" and row[3] != DONT and row[4]] == [
        (CHINESE, "oppose", "dams/ida", "submitted", False),
        (CHINESE, "support", "dams/bo", "submitted", False),
        (DO, "support", "dams/bo", "accepted", True),
        (DO, "support", "dams/ida", "accepted", False),
    ]
    for who in order:
        again = done(run("dna", "load", files[who], "--name", "dams", "--coder", who)).stderr
        assert "nothing to change" in again


def test_two_coders_files_give_the_same_database_in_both_orders(
    clone: Clone, small_template: str, tmp_path: Path
) -> None:
    ida, bo = two_coders(tmp_path)
    states = []
    for order in permutations(((ida, "ida"), (bo, "bo"))):
        with clone(small_template) as url:
            for path, coder in order:
                done(invoker(url, tmp_path)("dna", "load", path, "--name", "dams", "--coder", coder))
            states.append([asked(url, LIVE), *(asked(url, query) for query in HANDLES)])

    assert states[0] == states[1]


HANDLES = (
    "SELECT slug, kind, name FROM stancedb.actor ORDER BY slug",
    "SELECT slug, question FROM stancedb.issue ORDER BY slug",
    "SELECT slug, title, published_edtf FROM stancedb.article ORDER BY slug",
    "SELECT slug, said_edtf, retracted_on FROM stancedb.statement ORDER BY slug",
    "SELECT label, issued_on FROM stancedb.codebook_version ORDER BY label",
    "SELECT t.key, t.value FROM stancedb.coding_attribute t ORDER BY 1, 2",
)


def test_the_file_of_another_coder_of_the_name_overwrites_nothing(run: Run, rows: Rows, tmp_path: Path) -> None:
    ida, bo = two_coders(tmp_path)
    done(run("dna", "load", ida, "--name", "dams"))
    before = rows(LIVE)

    refused = run("dna", "load", bo, "--name", "dams")

    assert refused.exit_code == 1
    assert "second.dna: " in refused.stderr
    assert "coded by dams/admin differ from those loaded from 'first.dna'. Name the coder" in refused.stderr
    assert rows(LIVE) == before


def test_a_coder_is_named_by_the_name_in_the_file_where_there_are_several(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna")
    unclear = run("dna", "load", path, "--coder", "ana")
    nobody = run("dna", "load", path, "--coder", "Eve=ana")
    done(run("dna", "load", path, "--coder", "Ida=ana"))

    assert "The file has statements by several coders: 'Ida', 'Bo'. Name each with --coder 'OLD=NEW'." in unclear.stderr
    assert "The file has no coder 'Eve'. Known: 'Admin', 'Ida', 'Bo'." in nobody.stderr
    assert (unclear.exit_code, nobody.exit_code) == (1, 1)
    assert {row[5] for row in rows(LIVE)} == {"dams/ana", "dams/bo"}


def test_a_person_decides_and_a_third_coder_changes_nothing_of_it(run: Run, rows: Rows, tmp_path: Path) -> None:
    ida, bo = two_coders(tmp_path)
    done(run("dna", "load", ida, "--name", "dams", "--coder", "ida"))
    done(run("dna", "load", bo, "--name", "dams", "--coder", "bo"))
    ((statement, issue),) = rows(
        "SELECT DISTINCT st.slug, i.slug FROM stancedb.coding c JOIN stancedb.statement st ON st.id = c.statement_id"
        f" JOIN stancedb.issue i ON i.id = c.issue_id WHERE i.question = '{CHINESE}'"
    )
    decided = ("--coder", "dams/bo", "--status", "accepted", "--final")
    done(run("coding", "review", statement, "--issue", issue, *decided))

    done(run("dna", "load", ida, "--name", "dams", "--coder", "eve"))

    standing = sorted(row[5:8] for row in rows(LIVE) if row[3] == CHINESE)
    assert standing == [
        ("dams/bo", "accepted", True),
        ("dams/eve", "submitted", False),
        ("dams/ida", "submitted", False),
    ]


def test_new_statements_on_a_concept_that_was_merged_here_go_to_what_it_became(
    run: Run, rows: Rows, tmp_path: Path
) -> None:
    path = dna(tmp_path / "dams.dna")
    done(run("dna", "load", path))
    slugs: dict[str, str] = dict(rows("SELECT question, slug FROM stancedb.issue WHERE slug ~ 'dams/'"))
    done(run("issue", "merge", slugs[DONT], "--into", slugs[CHINESE]))
    edit(
        path,
        "INSERT INTO STATEMENTS VALUES (90, 1, 2, 0, 3, 2)",
        "INSERT INTO DATASHORTTEXT (StatementId, VariableId, Entity)"
        f" SELECT 90, VariableId, ID FROM ENTITIES WHERE Value IN ('Li', '{DONT}')",
        "INSERT INTO DATABOOLEAN (StatementId, VariableId, Value) VALUES (90, 4, 1)",
    )

    done(run("dna", "load", path))

    assert [row[3] for row in rows(LIVE) if row[0] == "The"] == [CHINESE]
    assert "nothing to change" in done(run("dna", "load", path)).stderr


def test_documents_that_are_gone_are_withdrawn_on_request_and_come_back(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna")
    earlier = Path(copyfile(path, tmp_path / "earlier.dna"))
    done(run("dna", "load", path))
    withdrawn = "SELECT title, retracted_reason FROM stancedb.article WHERE retracted_on IS NOT NULL"
    edit(path, "DELETE FROM DOCUMENTS WHERE ID IN (2, 4)", "DELETE FROM STATEMENTS WHERE DocumentId IN (2, 4)")

    done(run("dna", "load", path))
    assert rows(withdrawn) == []
    done(run("dna", "load", path, "--replace"))
    assert sorted(rows(withdrawn)) == [
        ("Document 2", "no longer in dams.dna"),
        ("Undated", "no longer in dams.dna"),
    ]
    copyfile(earlier, path)
    done(run("dna", "load", path))

    assert rows(withdrawn) == []


def test_the_last_of_several_contradictions_stays_the_statement_that_it_was(
    run: Run, rows: Rows, tmp_path: Path
) -> None:
    path = edit(
        dna(tmp_path / "dams.dna"),
        "DELETE FROM STATEMENTS WHERE ID = 9",
        "UPDATE VARIABLES SET DataType = 'integer' WHERE ID = 4",
        "INSERT INTO DATAINTEGER SELECT ID, StatementId, VariableId, Value FROM DATABOOLEAN",
        "DELETE FROM DATABOOLEAN",
        "INSERT INTO STATEMENTS SELECT 70, 1, DocumentId, Start, Stop, Coder FROM STATEMENTS WHERE ID = 7",
        "INSERT INTO DATASHORTTEXT (StatementId, VariableId, Entity)"
        " SELECT 70, VariableId, Entity FROM DATASHORTTEXT WHERE StatementId = 7",
        "INSERT INTO DATAINTEGER (StatementId, VariableId, Value) VALUES (70, 4, 2)",
    )
    scale = ("--agreement-scale", "0=oppose,1=neutral,2=support")
    done(run("dna", "load", path, *scale))
    before = [row for row in rows(LIVE) if row[0] == "e waver"]
    edit(path, "DELETE FROM STATEMENTS WHERE ID IN (7, 8)")

    done(run("dna", "load", path, *scale))

    assert [row for row in rows(LIVE) if row[0] == "e waver"] == before


def test_an_organization_of_several_answers_is_told_and_a_rule_of_majority_is_offered(
    run: Run, rows: Rows, tmp_path: Path
) -> None:
    path = edit(
        dna(tmp_path / "dams.dna"),
        "INSERT INTO DATASHORTTEXT (StatementId, VariableId, Entity)"
        " SELECT s.ID, 2, e.ID FROM STATEMENTS s, ENTITIES e WHERE s.ID IN (7, 8) AND e.Value = 'Norland'",
    )

    told = done(run("dna", "load", path)).stderr
    done(run("dna", "load", path, "--majority-rule"))

    assert "days on which an organization speaks on a concept, those with several answers:" in told
    # Two statements support and one opposes.
    ((norland, dam),) = rows(
        "SELECT DISTINCT h.slug, i.slug FROM stancedb.coding c JOIN stancedb.actor h ON h.id = c.holder_id"
        f" JOIN stancedb.issue i ON i.id = c.issue_id WHERE h.name = 'Norland' AND i.question = '{DO}'"
    )
    asking = ("stance", "timeline", "--holder", norland, "--issue", dam, "--rule", "majority-of-day")
    assert [line["position"] for line in answer(run, *asking)] == ["support"]
    assert "nothing to change" in done(run("dna", "load", path, "--majority-rule")).stderr
