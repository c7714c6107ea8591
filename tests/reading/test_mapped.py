"""Tables in other formats, loaded with a mapping."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Literal
from unicodedata import normalize

import psycopg
import pytest

from tests.support.plugin import Run
from tests.support.worlds import answer, done, invoker, last_number

pytest_plugins = ("tests.support.worlds",)

PAGE = (Path(__file__).parents[2] / "docs" / "mapped-tables.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```csv\n(.+?)^```\n\n```toml\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)
(VOTES, SURVEY, LABELS) = EXAMPLES
[NAMES] = re.findall(r"^```text\n(id,who.+?)^```\n\n```toml\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PERIODS = re.findall(r"^```text\n(.+?)^```\n\n```toml\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)[-1]
CODED = """
SELECT st.slug, h.slug, p.slug, st.said_edtf, st.act, st.citation, k.kind FROM stancedb.coding c
JOIN stancedb.statement st ON st.id = c.statement_id JOIN stancedb.actor h ON h.id = c.holder_id
JOIN stancedb.position p ON p.id = c.position_id JOIN stancedb.coder k ON k.id = c.coder_id ORDER BY 1
"""


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the small world."""
    return invoker(small_url, tmp_path)


def files(directory: Path, table: str, mapping: str) -> tuple[object, ...]:
    """Write a table and its mapping, and return the words of the command that loads them."""
    (directory / "table.csv").write_text(table, encoding="utf-8")
    (directory / "mapping.toml").write_text(mapping, encoding="utf-8")
    return "statement", "load", directory / "table.csv", "--mapping", directory / "mapping.toml"


def coded(url: str) -> list[tuple[object, ...]]:
    """Return the codings in the database."""
    with psycopg.connect(url) as connection:
        return connection.execute(CODED.encode()).fetchall()


class TestTheExamplesOfTheDocs:
    def test_names_become_holders(self, run: Run, small_url: str, tmp_path: Path) -> None:
        done(run(*files(tmp_path, *NAMES)))

        assert [row[:4] for row in coded(small_url)] == [
            ("names-1", "ana-cole", "support", "2025-03"),
            ("names-2", "ben-dahl", "oppose", "2025-03-05"),
        ]

    def test_a_roll_call_becomes_votes(self, run: Run, small_url: str, tmp_path: Path) -> None:
        said = done(run(*files(tmp_path, *VOTES))).stderr

        assert coded(small_url) == [
            ("r-1-nor", "norland", "support", "2025-02-03", "vote", "Assembly, roll call R-1", "import"),
            ("r-1-riv", "government-of-norland", "oppose", "2025-02-03", "vote", "Assembly, roll call R-1", "import"),
        ]
        assert "1 row without a position was skipped" in said

    def test_a_table_of_memberships_says_once_that_they_end(self, run: Run, small_url: str, tmp_path: Path) -> None:
        done(run(*files(tmp_path, *PERIODS)))

        with psycopg.connect(small_url) as connection:
            said = connection.execute("SELECT said_edtf, ends FROM stancedb.statement ORDER BY said_from").fetchall()
            kinds = connection.execute(
                "SELECT DISTINCT c.changed_on, c.kind FROM stancedb.stance_change c WHERE c.kind <> 'initial'"
            ).fetchall()
        assert said == [("1955-05-09/", False), ("1960-01-01/1966-03-10", True)]
        assert kinds == [(date(1966, 3, 11), "ended")]

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


def test_a_dry_run_shows_how_the_first_rows_are_understood(run: Run, small_url: str, tmp_path: Path) -> None:
    said = done(run(*files(tmp_path, *VOTES), "--dry-run")).stderr

    assert (
        "Interpreted as: line 2, holder norland, issue dam, position support, said 2025-02-03,"
        " source Assembly, roll call R-1, statement r-1-nor"
    ) in said
    assert coded(small_url) == []


def test_a_dry_run_shows_at_most_ten_rows(run: Run, tmp_path: Path) -> None:
    table = "id;target;stance;author;created\n" + "".join(
        f"{number};the dam;FAVOR;Ana Cole;2025-03-01\n" for number in range(12)
    )

    assert done(run(*files(tmp_path, table, LABELS[1]), "--dry-run")).stderr.count("Interpreted as:") == 10


def test_only_what_is_named_as_missing_says_nothing(run: Run, small_url: str, tmp_path: Path) -> None:
    table = "id;target;stance;author;created\n1;the dam;NA;Ana Cole;2025-03-01\n"
    mapping = LABELS[1].replace('FAVOR = "support"', 'NA = "support"')

    done(run(*files(tmp_path, table, mapping)))

    assert [row[2] for row in coded(small_url)] == ["support"]


@pytest.mark.parametrize(
    ("table", "mapping", "sentence"),
    [
        (VOTES[0].replace("NOR", "NRW"), VOTES[1], "holder: Found 'NRW' in column 'country'"),
        (VOTES[0].replace("03/02/2025,1", "2025-02-03,1"), VOTES[1], "not a date of the form '%d/%m/%Y'"),
        (VOTES[0].replace("country", "land"), VOTES[1], "The file has no column 'country', which the mapping names."),
        (VOTES[0].replace("R-1,RIV,", "R-1,"), VOTES[1], "line 3: Found 3 cells; expected 4 as in the header"),
        (VOTES[0], VOTES[1].replace("[field.act]", "[field.acts]"), "Unknown statement field 'acts'."),
        (
            VOTES[0],
            VOTES[1].replace('constant = "dam"', ""),
            "field.issue: Give only one of column, constant and template.",
        ),
        (VOTES[0], VOTES[1].replace("unlisted =", "unlistd ="), "field.position.unlistd"),
        (VOTES[0], "[field", "Invalid TOML"),
        (VOTES[0], f"missing = {'[' * 20_000}", "The brackets of the mapping are nested too deeply."),
        (VOTES[0].replace("NOR", "\x7f"), VOTES[1], r"holder: Found '\x7f' in column 'country'"),
        (VOTES[0].replace("R-1,NOR,03/02/2025", "R-1,NOR,\x07"), VOTES[1], r"said: Found '\x07' in column 'date'"),
        (VOTES[0].replace("R-1,NOR,03/02/2025", f"R-1,NOR,{'3' * 9000}"), VOTES[1], "33…' in column 'date'"),
        (VOTES[0].replace("date", "da\x07e"), VOTES[1], r"Did you mean 'da\x07e'?"),
        (
            SURVEY[0],
            SURVEY[1].replace('columns = ["norland", "ana-cole"]', ""),
            "Give either the columns of the actors",
        ),
        (
            VOTES[0],
            VOTES[1].replace("{country}", "{country"),
            "field.statement: A brace of the template has no counterpart",
        ),
        (VOTES[0], VOTES[1].replace("%d/%m/%Y", "%d/%m/"), "field.said: The format '%d/%m/' has no year"),
        (SURVEY[0], SURVEY[1].replace('"%Y"', '"%Y"\nprecision = "month"'), "gives the year, not the month"),
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


def test_a_value_with_braces_is_taken_literally(run: Run, small_url: str, tmp_path: Path) -> None:
    table = "id;target;stance;author;created\n{author} {x};the dam;FAVOR;Ana Cole;2025-03-01\n"
    mapping = LABELS[1].replace('template = "label-{id}"', 'template = "label-{id}"\nslugify = true')
    mapping = mapping.replace("of the data set", "of {author}")

    done(run(*files(tmp_path, table, mapping)))

    assert [(row[0], row[5]) for row in coded(small_url)] == [("label-author-x", "Label {author} {x} of Ana Cole")]


def test_the_stances_that_follow_are_there(run: Run, tmp_path: Path) -> None:
    done(run(*files(tmp_path, *VOTES)))

    (row,) = answer(run, "stance", "as-of", "--as-of", "2025-02-03", "--holder", "norland", "--rule", "latest-word")
    assert (row["issue"], row["position"]) == ("dam", "support")


# --- Cells that say nothing, precision by row, keys, names


def mapping(**fields: str) -> str:
    """Return a mapping of a roll call with other fields, each given as the content of a TOML table."""
    usual = {
        "statement": "template = 'v-{id}'\nslugify = true",
        "holder": "column = 'name'",
        "issue": "constant = 'dam'",
        "position": "column = 'vote'\nvalues = { yes = 'support', no = 'oppose' }",
        "said": "column = 'date'",
        "citation": "constant = 'Roll call'",
    }
    return "".join(f"[field.{name}]\n{inner}\n\n" for name, inner in {**usual, **fields}.items() if inner)


def test_a_template_of_empty_columns_is_an_empty_field(run: Run, small_url: str, tmp_path: Path) -> None:
    table = "id,name,vote,date,page,note\n1,Ana Cole,yes,2024,,\n2,Ana Cole,no,2025,7,\n3,Ana Cole,no,2026, ,-\n"
    said = "missing = ['-']\n" + mapping(summary="template = 'Page {page} {note}'")
    done(run(*files(tmp_path, table, said)))

    with psycopg.connect(small_url) as connection:
        found = connection.execute("SELECT slug, summary FROM stancedb.statement ORDER BY 1").fetchall()
    assert found == [("v-1", None), ("v-2", "Page 7"), ("v-3", None)]


def test_a_position_by_a_template_of_empty_columns_skips_the_row(run: Run, small_url: str, tmp_path: Path) -> None:
    table = "id,name,a,b,date\n1,Ana Cole,,,2024\n2,Ana Cole,y,n,2024\n"
    said = mapping(position="template = '{a}/{b}'\nvalues = { 'y/n' = 'support' }")

    assert "1 row without a position was skipped" in done(run(*files(tmp_path, table, said))).stderr
    assert [row[0] for row in coded(small_url)] == ["v-2"]


ROW_PRECISION = "column = 'date'\nformat = '%d/%m/%Y'\nprecision = {{ column = 'known', values = {{ {} }} }}"


def test_precision_is_said_by_row(run: Run, small_url: str, tmp_path: Path) -> None:
    table = (
        "id,name,vote,date,known\n1,Ana Cole,yes,05/03/2024,3\n2,Ana Cole,yes,05/03/2024,2\n"
        "3,Ana Cole,yes,05/03/2024,1\n4,Ana Cole,yes,05/03/2024,day\n"
    )
    said = mapping(said=ROW_PRECISION.format("1 = 'year', 2 = 'month', 3 = 'day'"))
    done(run(*files(tmp_path, table, said)))

    assert [row[3] for row in coded(small_url)] == ["2024-03-05", "2024-03", "2024", "2024-03-05"]


def test_precision_is_said_of_iso_dates_too(run: Run, small_url: str, tmp_path: Path) -> None:
    table = "id,name,vote,date\n1,Ana Cole,yes,2024-03-05\n"
    done(run(*files(tmp_path, table, mapping(said="column = 'date'\nprecision = 'month'"))))

    assert [row[3] for row in coded(small_url)] == ["2024-03"]


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ("9", "said: Found '9' in column 'known'; expected day, month, year or a value that the mapping lists."),
        ("", "said: Found '' in column 'known'; expected day, month"),
    ],
)
def test_an_invalid_precision_is_refused_by_line(run: Run, tmp_path: Path, known: str, reason: str) -> None:
    table = f"id,name,vote,date,known\n1,Ana Cole,yes,05/03/2024,{known}\n"
    refused = run(*files(tmp_path, table, mapping(said=ROW_PRECISION.format("1 = 'year'"))))

    assert refused.exit_code == 1
    assert f"line 2: {reason}" in refused.stderr


def test_a_precision_by_a_column_that_is_not_there_is_refused(run: Run, tmp_path: Path) -> None:
    table = "id,name,vote,date\n1,Ana Cole,yes,05/03/2024\n"
    refused = run(*files(tmp_path, table, mapping(said=ROW_PRECISION.format(""))))

    assert "The file has no column 'known', which the mapping names." in refused.stderr


@pytest.mark.parametrize(("first", "second"), [("A/1", "A-1"), ("A 1", "a-1"), ("\u00c4-1", "A-1")])
def test_two_keys_that_fold_to_one_slug_are_refused_by_line(
    run: Run, small_url: str, tmp_path: Path, first: str, second: str
) -> None:
    table = f"id,name,vote,date\n{first},Ana Cole,yes,2024-01-01\n{second},Ana Cole,yes,2024-01-01\n"

    refused = run(*files(tmp_path, table, mapping()))

    assert refused.exit_code == 1
    assert (
        f"line 3: statement: 'v-{second}' gives the slug 'v-a-1', and so does 'v-{first}' on line 2" in refused.stderr
    )
    assert coded(small_url) == []


def test_a_key_that_comes_again_is_the_same_statement(run: Run, small_url: str, tmp_path: Path) -> None:
    table = "id,name,vote,date,whose\nA/1,Ana Cole,yes,2024-01-01,norland\nA/1,Ana Cole,no,2024-01-01,ben-dahl\n"
    done(
        run(
            *files(
                tmp_path,
                table,
                mapping(speaker="column = 'name'", holder="column = 'whose'", basis="constant = 'attributed_by_other'"),
            )
        )
    )

    assert [row[:2] for row in coded(small_url)] == [("v-a-1", "ben-dahl"), ("v-a-1", "norland")]


def test_codes_that_fold_to_one_slug_are_refused_in_other_fields_too(run: Run, tmp_path: Path) -> None:
    table = "id,name,vote,date\n1,A/1,yes,2024-01-01\n2,A-1,yes,2024-01-01\n"
    refused = run(*files(tmp_path, table, mapping(holder="column = 'name'\nslugify = true")), "--make-actors")

    assert "line 3: holder: 'A-1' gives the slug 'a-1', and so does another value on line 2" in refused.stderr


@pytest.mark.parametrize("name", ["ANA COLE", "\u00c1na C\u00f6le", "ana  cole", "Ana-Cole", "a\u0301na cole"])
def test_neither_case_nor_accents_keep_a_name_from_being_found(
    run: Run, small_url: str, tmp_path: Path, name: str
) -> None:
    done(run(*files(tmp_path, f"id,name,vote,date\n1,{name},yes,2024-01-01\n", mapping())))

    assert [row[1] for row in coded(small_url)] == ["ana-cole"]


@pytest.mark.parametrize("written", ["Jose Nunez", "JOS\u00c9 N\u00da\u00d1EZ", "jose\u0301 nun\u0303ez"])
def test_an_actor_with_accents_is_found_without_them(run: Run, small_url: str, tmp_path: Path, written: str) -> None:
    done(run("actor", "add", "jn", "--kind", "person", "--name", "Jos\u00e9 N\u00fa\u00f1ez"))
    done(run(*files(tmp_path, f"id,name,vote,date\n1,{written},yes,2024-01-01\n", mapping())))

    assert [row[1] for row in coded(small_url)] == ["jn"]


def test_of_two_spellings_of_two_actors_the_exact_spelling_is_meant(run: Run, small_url: str, tmp_path: Path) -> None:
    for slug, name in (("one", "Jose Nunez"), ("two", "Jos\u00e9 N\u00fa\u00f1ez")):
        done(run("actor", "add", slug, "--kind", "person", "--name", name))
    table = "id,name,vote,date\n1,jose nunez,yes,2024-01-01\n2,Jos\u00e9 N\u00fa\u00f1ez,yes,2024-01-01\n"
    done(run(*files(tmp_path, table, mapping())))

    assert [row[1] for row in coded(small_url)] == ["one", "two"]
    ambiguous = table.replace("jose nunez", "Jos\u00e9 Nunez")
    assert "is ambiguous: 'one'" in run(*files(tmp_path, ambiguous, mapping())).stderr


# --- Actors that are made on request


def test_unknown_holders_are_made_on_request_and_listed(run: Run, small_url: str, tmp_path: Path) -> None:
    table = (
        "id,name,vote,date\n1,Jos\u00e9 N\u00fa\u00f1ez,yes,2024-01-01\n2,JOSE NUNEZ,no,2024-02-01\n"
        "3,Ana Cole,yes,2024-01-01\n4,\u9ad8\u5e02,yes,2024-01-01\n"
    )
    assert run(*files(tmp_path, table, mapping())).exit_code == 1

    told = done(run(*files(tmp_path, table, mapping()), "--make-actors"))

    assert "Created 2 actors from unknown names: 'jose-nunez' (Jos\u00e9 N\u00fa\u00f1ez), 'text-" in told.stderr
    assert re.search(r"^actor +2 ", told.stdout, re.MULTILINE)
    assert [row[1] for row in coded(small_url)][:3] == ["jose-nunez", "jose-nunez", "ana-cole"]
    assert answer(run, "actor", "show", "jose-nunez")["name"] == "Jos\u00e9 N\u00fa\u00f1ez"
    assert "nothing to change" in done(run(*files(tmp_path, table, mapping()), "--make-actors")).stderr


def test_a_made_actor_has_the_name_that_its_slug_was_made_of(run: Run, tmp_path: Path) -> None:
    table = "id,name,vote,date\n1,C\u00f4te d\u2019Ivoire,yes,2024-01-01\n"
    said = mapping(holder="column = 'name'\nslugify = true")
    done(run(*files(tmp_path, table, said), "--make-actors", "--actor-kind", "state"))

    shown = answer(run, "actor", "show", "cote-d-ivoire")
    assert (shown["name"], shown["kind"]) == ("C\u00f4te d\u2019Ivoire", "state")


def test_a_coding_sheet_makes_actors_on_request_too(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("speaker,said,issue,position,citation\nEva Novak,2024,dam,support,x\n", encoding="utf-8")
    done(run("statement", "load", sheet, "--make-actors"))

    assert [row["speaker"] for row in answer(run, "statement", "list")] == ["eva-novak"]


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["wikidata:Q7"], "There is no actor 'wikidata:Q7'."),
        (
            ["A/1", "A-1"],
            "'A-1' gives the slug 'a-1', and so does the different name 'A/1'. Give the slug of the actor you mean.",
        ),
        (["Norland, "], None),
        (["Nor land"], "gives the slug 'nor-land'"),
    ],
)
def test_no_actor_is_made_of_what_may_be_another(
    run: Run, small_url: str, tmp_path: Path, names: list[str], reason: str | None
) -> None:
    done(run("actor", "add", "nor-land", "--kind", "state", "--name", "Something else"))
    rows = "".join(f'{number},"{name}",yes,2024-01-01\n' for number, name in enumerate(names))
    loaded = run(*files(tmp_path, f"id,name,vote,date\n{rows}", mapping()), "--make-actors")

    if reason is None:
        assert [row[1] for row in coded(small_url)] == ["norland"]
    else:
        assert loaded.exit_code == 1
        assert reason in loaded.stderr


# --- Delimiters at the ends of lines, and rows that were refused


def test_delimiters_at_the_ends_of_lines_are_not_columns(run: Run, small_url: str, tmp_path: Path) -> None:
    first = "id;name;vote;date;;;;\n1;Ana Cole;yes;2024-01-01;;;;\n"
    table = f"{first}2;Ben Dahl;no;2024-01-01\n3;Eva Falk;no;2024;;\n;;;;;;;\n"
    done(run(*files(tmp_path, table, mapping())))

    assert [row[1] for row in coded(small_url)] == ["ana-cole", "ben-dahl", "eva-falk"]


def test_delimiters_at_the_ends_of_lines_of_a_sheet_are_not_columns(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "actors.csv"
    sheet.write_text("slug;kind;name;;;;\na;person;A;;;;\nb;person;B\n", encoding="utf-8")

    assert "2 actor records: loaded" in done(run("actor", "load", sheet)).stderr


def test_a_cell_behind_the_last_column_is_refused(run: Run, tmp_path: Path) -> None:
    refused = run(*files(tmp_path, "id;name;vote;date;;\n1;Ana Cole;yes;2024-01-01;x;\n", mapping()))

    assert "line 2: Found 6 cells; expected 4 as in the header." in refused.stderr


REFUSABLE = (
    "id,name,vote,date,more\n1,Ana Cole,yes,2024-01-01,a\n2,Nobody,yes,2024-01-01,b\n3,Ana Cole,maybe,2024-01-01,c\n"
    "4,Ana Cole,no,2024-13-01,d\n"
)


@pytest.mark.parametrize("ending", ["csv", "jsonl", "tsv", "txt"])
def test_refused_rows_of_a_table_load_again_when_they_are_right(
    run: Run, small_url: str, tmp_path: Path, ending: str
) -> None:
    words = files(tmp_path, REFUSABLE, mapping())
    refused = tmp_path / f"bad.{ending}"
    assert run(*words, "--keep-going", "--refused", refused).exit_code == 1
    assert [row[0] for row in coded(small_url)] == ["v-1"]

    again = run("statement", "load", refused, *words[3:])
    assert "3 of 3 records rejected" in again.stderr
    right = refused.read_text("utf-8").replace("maybe", "no").replace("2024-13-01", "2024-12-01")
    refused.write_text(right.replace("Nobody", "Ben Dahl"), encoding="utf-8")

    done(run("statement", "load", refused, *words[3:]))
    assert [row[:3] for row in coded(small_url)] == [
        ("v-1", "ana-cole", "support"),
        ("v-2", "ben-dahl", "support"),
        ("v-3", "ana-cole", "oppose"),
        ("v-4", "ana-cole", "oppose"),
    ]


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_refused_rows_of_a_wide_table_load_again(run: Run, small_url: str, tmp_path: Path, ending: str) -> None:
    table = SURVEY[0].replace("2025,q7,.,yes", "2025,q7,perhaps,yes")
    said = SURVEY[1].replace('columns = ["norland", "ana-cole"]', 'other_columns = ["year", "question"]')
    words = files(tmp_path, table, said)
    refused = tmp_path / f"bad.{ending}"
    assert run(*words, "--keep-going", "--refused", refused).exit_code == 1

    refused.write_text(refused.read_text("utf-8").replace("perhaps", "no"), encoding="utf-8")
    done(run("statement", "load", refused, *words[3:]))

    assert [row[:3] for row in coded(small_url)] == [
        ("survey-2024-q7-ana-cole", "ana-cole", "oppose"),
        ("survey-2024-q7-norland", "norland", "support"),
        ("survey-2025-q7-ana-cole", "ana-cole", "support"),
        ("survey-2025-q7-norland", "norland", "oppose"),
    ]


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_table_of_classic_mac_is_refused_for_what_it_is(run: Run, tmp_path: Path, quote: str) -> None:
    table = f"id,name,vote,date\r1,{quote}Ana Cole{quote},yes,2024-01-01\r"
    for words in (files(tmp_path, table, mapping()), ("statement", "load", tmp_path / "table.csv")):
        refused = run(*words)
        assert refused.exit_code == 1
        assert "Found a carriage return without a line feed. Convert the line endings." in refused.stderr


# --- Codebooks whose issues have one scale

SCALE = """
label = "votes-1.0"
issued_on = "2025-01-01"

[[scale]]
slug = "vote"

[[scale.position]]
slug = "against"
label = "against"
definition = "Votes against it."
rank = 1
score = -1.0

[[scale.position]]
slug = "for"
label = "for"
definition = "Votes for it."
rank = 2
score = 1.0
"""
ISSUE = '\n[[issue]]\nslug = "{}"\nquestion = "Should it pass?"\nscale = "{}"\n'
ABSTAINS = '\n[[issue.position]]\nslug = "{}"\nlabel = "abstains"\ndefinition = "Abstains."\nkind = "no_position"\n'


def codebook(directory: Path, *parts: str) -> Path:
    """Write a codebook and return its path."""
    path = directory / "votes.toml"
    path.write_text("".join([SCALE, *parts]), encoding="utf-8")
    return path


def test_a_scale_is_named_once_and_used_by_many_issues(run: Run, small_url: str, tmp_path: Path) -> None:
    path = codebook(tmp_path, *(ISSUE.format(f"roll-call-{number}", "vote") for number in range(217)))
    done(run("codebook", "load", path))

    with psycopg.connect(small_url) as connection:
        found = connection.execute(
            "SELECT count(DISTINCT i.id), count(*), sum(p.score) FROM stancedb.position p"
            " JOIN stancedb.issue i ON i.id = p.issue_id WHERE i.slug LIKE 'roll-call-%'"
        ).fetchone()
    assert found == (217, 434, 0)
    assert "nothing to change" in done(run("codebook", "load", path)).stderr


def test_an_issue_has_its_own_positions_beside_its_scale(run: Run, tmp_path: Path) -> None:
    done(run("codebook", "load", codebook(tmp_path, ISSUE.format("a", "vote"), ABSTAINS.format("abstains"))))

    shown = answer(run, "issue", "show", "a")
    assert {position["position"] for position in shown["positions"]} == {"against", "for", "abstains"}


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (
            (ISSUE.format("a", "votes"),),
            "Issue 'a' uses the scale 'votes', which is not in the codebook. Did you mean",
        ),
        (
            (ISSUE.format("a", "vote"), ABSTAINS.format("for")),
            "Issue 'a' lists the position 'for', which its scale already has",
        ),
        ((SCALE.partition("\n\n")[2], ISSUE.format("a", "vote")), "A scale is listed twice"),
    ],
)
def test_a_scale_that_does_not_fit_is_refused(run: Run, tmp_path: Path, parts: tuple[str, ...], reason: str) -> None:
    refused = run("codebook", "load", codebook(tmp_path, *parts))

    assert refused.exit_code == 1
    assert reason in refused.stderr


def test_refusals_come_in_the_order_of_the_lines_whichever_check_finds_them(run: Run, tmp_path: Path) -> None:
    table = (
        "id,name,vote,date\n1,Nobody At All,yes,2024-01-01\n2,Ana Cole,maybe,2024-01-01\n3,Ana Cole,yes,2024-01-01\n"
        "3,Ana Cole,no,2024-01-01\n5,Somebody Else,yes,2024-01-01\n6,Ana Cole,yes,2024-13-01\n"
    )
    refused = tmp_path / "bad.csv"
    result = run(*files(tmp_path, table, mapping()), "--keep-going", "--refused", refused)

    assert re.findall(r", line (\d+): ", result.stderr) == ["2", "3", "5", "6", "7"]
    assert [line.partition(",")[0] for line in refused.read_text("utf-8").splitlines()[1:]] == ["1", "2", "3", "5", "6"]
