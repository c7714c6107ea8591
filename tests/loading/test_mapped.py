"""Tables of somebody else's making, by a mapping."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from unicodedata import normalize

import psycopg
import pytest

from tests.conftest import Run
from tests.operations.worlds import answer, done, invoker, last_number

pytest_plugins = ("tests.operations.worlds",)

PAGE = (Path(__file__).parents[2] / "docs" / "mapped-tables.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```csv\n(.+?)^```\n\n```toml\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)
(VOTES, SURVEY, LABELS) = EXAMPLES
CODED = """
SELECT st.slug, h.slug, p.slug, st.said_edtf, st.act, st.citation, k.kind FROM stancedb.coding c
JOIN stancedb.statement st ON st.id = c.statement_id JOIN stancedb.actor h ON h.id = c.holder_id
JOIN stancedb.position p ON p.id = c.position_id JOIN stancedb.coder k ON k.id = c.coder_id ORDER BY 1
"""


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Give a function that runs one line of ``stancedb`` on the small world."""
    return invoker(small_url, tmp_path)


def files(directory: Path, table: str, mapping: str) -> tuple[object, ...]:
    """Write a table and its mapping, and return the words of the command that loads them."""
    (directory / "table.csv").write_text(table, encoding="utf-8")
    (directory / "mapping.toml").write_text(mapping, encoding="utf-8")
    return "statement", "load", directory / "table.csv", "--mapping", directory / "mapping.toml"


def coded(url: str) -> list[tuple[object, ...]]:
    """Return what the database holds of the codings."""
    with psycopg.connect(url) as connection:
        return connection.execute(CODED.encode()).fetchall()


class TestTheExamplesOfTheDocs:
    def test_a_roll_call_becomes_votes(self, run: Run, small_url: str, tmp_path: Path) -> None:
        said = done(run(*files(tmp_path, *VOTES))).stderr

        assert coded(small_url) == [
            ("r-1-nor", "norland", "support", "2025-02-03", "vote", "Assembly, roll call R-1", "import"),
            ("r-1-riv", "government-of-norland", "oppose", "2025-02-03", "vote", "Assembly, roll call R-1", "import"),
        ]
        assert "1 row without a position was skipped" in said

    def test_a_survey_becomes_a_statement_of_each_actor(self, run: Run, small_url: str, tmp_path: Path) -> None:
        done(run(*files(tmp_path, *SURVEY)))

        assert [row[:4] for row in coded(small_url)] == [
            ("survey-2024-q7-ana-cole", "ana-cole", "oppose", "2024"),
            ("survey-2024-q7-norland", "norland", "support", "2024"),
            ("survey-2025-q7-ana-cole", "ana-cole", "support", "2025"),
        ]

    def test_labels_become_codings(self, run: Run, small_url: str, tmp_path: Path) -> None:
        done(run(*files(tmp_path, *LABELS)))

        assert [row[:4] for row in coded(small_url)] == [("label-17", "ana-cole", "support", "2025-03-01")]

    @pytest.mark.parametrize("example", EXAMPLES)
    def test_loaded_twice_they_change_nothing(
        self, run: Run, small_url: str, tmp_path: Path, example: tuple[str, str]
    ) -> None:
        done(run(*files(tmp_path, *example)))
        before = last_number(small_url)

        assert "nothing to change" in done(run(*files(tmp_path, *example))).stderr
        assert last_number(small_url) == before


def test_a_dry_run_tells_how_the_first_rows_are_understood(run: Run, small_url: str, tmp_path: Path) -> None:
    said = done(run(*files(tmp_path, *VOTES), "--dry-run")).stderr

    assert (
        "Understood: line 2, holder norland, issue dam, position support, said 2025-02-03,"
        " source Assembly, roll call R-1, statement r-1-nor"
    ) in said
    assert coded(small_url) == []


def test_a_dry_run_tells_of_ten_rows_at_most(run: Run, tmp_path: Path) -> None:
    table = "id;target;stance;author;created\n" + "".join(
        f"{number};the dam;FAVOR;Ana Cole;2025-03-01\n" for number in range(12)
    )

    assert done(run(*files(tmp_path, table, LABELS[1]), "--dry-run")).stderr.count("Understood:") == 10


def test_only_what_is_named_as_missing_says_nothing(run: Run, small_url: str, tmp_path: Path) -> None:
    table = "id;target;stance;author;created\n1;the dam;NA;Ana Cole;2025-03-01\n"
    mapping = LABELS[1].replace('FAVOR = "support"', 'NA = "support"')

    done(run(*files(tmp_path, table, mapping)))

    assert [row[2] for row in coded(small_url)] == ["support"]


@pytest.mark.parametrize(
    ("table", "mapping", "sentence"),
    [
        (VOTES[0].replace("NOR", "NRW"), VOTES[1], "holder: found 'NRW' in column 'country'"),
        (VOTES[0].replace("03/02/2025,1", "2025-02-03,1"), VOTES[1], "no date of the form '%d/%m/%Y'"),
        (VOTES[0].replace("country", "land"), VOTES[1], "it has no column 'country', which the mapping names"),
        (VOTES[0].replace("R-1,RIV,", "R-1,"), VOTES[1], "line 3: found 3 cells, expected 4"),
        (VOTES[0], VOTES[1].replace("[field.act]", "[field.acts]"), "a statement has no field 'acts'"),
        (VOTES[0], VOTES[1].replace('constant = "dam"', ""), "field.issue: name one of column, constant and template"),
        (VOTES[0], VOTES[1].replace("unlisted =", "unlistd ="), "field.position.unlistd"),
        (VOTES[0], "[field", "not TOML"),
        (VOTES[0], f"missing = {'[' * 20_000}", "a mapping has no such depth of brackets"),
        (VOTES[0].replace("NOR", "\x7f"), VOTES[1], r"holder: found '\x7f' in column 'country'"),
        (VOTES[0].replace("R-1,NOR,03/02/2025", "R-1,NOR,\x07"), VOTES[1], r"said: found '\x07' in column 'date'"),
        (VOTES[0].replace("R-1,NOR,03/02/2025", f"R-1,NOR,{'3' * 9000}"), VOTES[1], "33…' in column 'date'"),
        (VOTES[0].replace("date", "da\x07e"), VOTES[1], r"did you mean 'da\x07e'?"),
        (SURVEY[0], SURVEY[1].replace('columns = ["norland", "ana-cole"]', ""), "name the columns of the actors"),
        (VOTES[0], VOTES[1].replace("{country}", "{country"), "field.statement: a brace of the template is not closed"),
        (VOTES[0], VOTES[1].replace("%d/%m/%Y", "%d/%m/"), "field.said: the format '%d/%m/' has no year"),
        (SURVEY[0], SURVEY[1].replace('"%Y"', '"%Y"\nprecision = "month"'), "says the year and not the month"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(
    run: Run, small_url: str, tmp_path: Path, *, table: str, mapping: str, sentence: str
) -> None:
    before = last_number(small_url)

    result = run(*files(tmp_path, table, mapping))

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert last_number(small_url) == before


@pytest.mark.parametrize(
    ("form", "written", "said"),
    [
        ('"%Y"', "2025", "2025"),
        ('"%m/%Y"', "03/2025", "2025-03"),
        ('"%B %Y"', "March 2025", "2025-03"),
        ('"%d.%m.%y"', "01.03.25", "2025-03-01"),
        ('"%Y-%j"', "2025-060", "2025-03-01"),
        ('"%G week %V, %a"', "2025 week 10, Mon", "2025-03-03"),
        ('"%d.%m.%Y"\nprecision = "month"', "01.03.2025", "2025-03"),
    ],
)
def test_a_date_is_as_precise_as_its_format_says(
    run: Run, small_url: str, tmp_path: Path, *, form: str, written: str, said: str
) -> None:
    table = f"id;target;stance;author;created\n1;the dam;FAVOR;Ana Cole;{written}\n"
    mapping = LABELS[1].replace('column = "created"', f'column = "created"\nformat = {form}')

    done(run(*files(tmp_path, table, mapping)))

    assert [row[3] for row in coded(small_url)] == [said]


@pytest.mark.parametrize("in_table", ["NFC", "NFD"])
@pytest.mark.parametrize("in_mapping", ["NFC", "NFD"])
def test_a_value_is_the_one_listed_however_its_letters_are_composed(
    run: Run, small_url: str, tmp_path: Path, *, in_table: Literal["NFC", "NFD"], in_mapping: Literal["NFC", "NFD"]
) -> None:
    table = "id;target;opini\u00f3n;author;created\n1;the dam;S\u00ed;Ana Cole;2025-03-01\n"
    mapping = LABELS[1].replace('column = "stance"', 'column = "opini\u00f3n"').replace("FAVOR =", '"S\u00ed" =')

    done(run(*files(tmp_path, normalize(in_table, table), normalize(in_mapping, mapping))))

    assert [row[2] for row in coded(small_url)] == ["support"]


def test_a_value_with_braces_is_taken_as_it_stands(run: Run, small_url: str, tmp_path: Path) -> None:
    table = "id;target;stance;author;created\n{author} {x};the dam;FAVOR;Ana Cole;2025-03-01\n"
    mapping = LABELS[1].replace('template = "label-{id}"', 'template = "label-{id}"\nslugify = true')
    mapping = mapping.replace("of the data set", "of {author}")

    done(run(*files(tmp_path, table, mapping)))

    assert [(row[0], row[5]) for row in coded(small_url)] == [("label-author-x", "Label {author} {x} of Ana Cole")]


def test_the_stances_that_follow_are_there(run: Run, tmp_path: Path) -> None:
    done(run(*files(tmp_path, *VOTES)))

    (row,) = answer(run, "stance", "as-of", "--as-of", "2025-02-03", "--holder", "norland", "--rule", "latest-word")
    assert (row["issue"], row["position"]) == ("dam", "support")
