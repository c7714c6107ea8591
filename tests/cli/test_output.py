"""What a command passes to Output, and what appears on the two streams."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from stancedb.cli.output import FORMATS, TABLE_ROWS, Column, Format, Output, concealed, on_one_line, visible

STANCES: list[dict[str, object]] = [
    {"holder": "Green League", "position": "support", "since": date(2024, 5, 31), "statement_count": 12},
    {"holder": "Mining Board", "position": None, "since": None, "statement_count": 3},
]
STANCE_COLUMNS: list[Column | str] = [
    "holder",
    "position",
    Column("since", "Since"),
    Column("statement_count", "Statements"),
]

ONE_OF_EACH: dict[str, object] = {
    "day": date(2024, 5, 31),
    "moment": datetime(2024, 5, 31, 9, 5, 7, 250000, tzinfo=timezone(timedelta(hours=2))),
    "share": Decimal("0.50"),
    "score": 0.1 + 0.2,
    "count": 7,
    "is_final": True,
    "is_quoted": False,
    "nothing": None,
    "issues": ["carbon-tax", "rent-cap"],
    "none_of_them": [],
    "codings": [{"coder": "ana", "position": "support"}, {"coder": "bo", "position": None}],
}

ESCAPES = "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J back\x08 \x7f \u202eevil\u202c"


class Terminal(io.StringIO):
    """A standard output that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_table_has_a_title_a_header_rule_and_no_other_lines(capsys: pytest.CaptureFixture[str]) -> None:
    Output().rows(STANCES, columns=STANCE_COLUMNS, title="Stances on carbon-tax, rule latest-word")

    assert capsys.readouterr().out == (
        "Stances on carbon-tax, rule latest-word\n"
        "\n"
        "holder         position   Since        Statements\n"
        "─────────────────────────────────────────────────\n"
        "Green League   support    2024-05-31           12\n"
        "Mining Board   \N{EN DASH}          \N{EN DASH}                     3\n"
    )


def test_json_is_one_array_of_objects(capsys: pytest.CaptureFixture[str]) -> None:
    Output("json").rows(STANCES, columns=STANCE_COLUMNS, title="Not part of the data")

    assert capsys.readouterr().out == (
        "[\n"
        "  {\n"
        '    "holder": "Green League",\n'
        '    "position": "support",\n'
        '    "since": "2024-05-31",\n'
        '    "statement_count": 12\n'
        "  },\n"
        "  {\n"
        '    "holder": "Mining Board",\n'
        '    "position": null,\n'
        '    "since": null,\n'
        '    "statement_count": 3\n'
        "  }\n"
        "]\n"
    )


def test_ndjson_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    Output("ndjson").rows(STANCES, columns=STANCE_COLUMNS, title="Not part of the data")

    assert capsys.readouterr().out == (
        '{"holder": "Green League", "position": "support", "since": "2024-05-31", "statement_count": 12}\n'
        '{"holder": "Mining Board", "position": null, "since": null, "statement_count": 3}\n'
    )


def test_csv_has_a_header_and_empty_fields_for_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Output("csv").rows(STANCES, columns=STANCE_COLUMNS, title="Not part of the data")

    assert capsys.readouterr().out == (
        "holder,position,since,statement_count\nGreen League,support,2024-05-31,12\nMining Board,,,3\n"
    )


@pytest.mark.parametrize(
    ("output_format", "out", "err"),
    [("table", "", "No stances yet.\n"), ("json", "[]\n", ""), ("ndjson", "", ""), ("csv", "holder,position\n", "")],
)
def test_an_empty_answer_is_an_answer(
    capsys: pytest.CaptureFixture[str], output_format: Format, out: str, err: str
) -> None:
    Output(output_format).rows([], columns=["holder", "position"], title="Stances", empty="No stances yet.")

    assert capsys.readouterr() == (out, err)


def test_every_kind_of_value_in_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    Output().record(ONE_OF_EACH, title="One of each")

    assert capsys.readouterr().out == (
        "One of each\n"
        "\n"
        "day           2024-05-31\n"
        "moment        2024-05-31 09:05:07+02:00\n"
        "share         0.50\n"
        "score         0.3\n"
        "count         7\n"
        "is final      yes\n"
        "is quoted     no\n"
        "nothing       \N{EN DASH}\n"
        "issues        carbon-tax, rent-cap\n"
        "none of them  \N{EN DASH}\n"
        "codings       coder: ana, position: support\n"
        "              coder: bo, position: \N{EN DASH}\n"
    )


def test_every_kind_of_value_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    Output("json").record(ONE_OF_EACH, title="Not part of the data")

    assert json.loads(capsys.readouterr().out) == {
        **ONE_OF_EACH,
        "day": "2024-05-31",
        "moment": "2024-05-31T09:05:07.250000+02:00",
        "share": 0.5,
    }


def test_every_kind_of_value_in_ndjson_is_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Output("ndjson").record(ONE_OF_EACH)

    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out)["issues"] == ["carbon-tax", "rent-cap"]


def test_every_kind_of_value_in_csv(capsys: pytest.CaptureFixture[str]) -> None:
    Output("csv").record({key: value for key, value in ONE_OF_EACH.items() if key != "codings"})

    assert capsys.readouterr().out == (
        "day,moment,share,score,count,is_final,is_quoted,nothing,issues,none_of_them\n"
        "2024-05-31,2024-05-31T09:05:07.250000+02:00,0.50,0.30000000000000004,7,true,false,,carbon-tax|rent-cap,\n"
    )


def test_numbers_json_cannot_write_become_null(capsys: pytest.CaptureFixture[str]) -> None:
    Output("ndjson").record({"a": float("nan"), "b": float("inf"), "c": Decimal("NaN")})

    assert capsys.readouterr().out == '{"a": null, "b": null, "c": null}\n'


def test_a_value_nobody_taught_it_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(TypeError, match="value of type object"):
        Output("json").record({"what": object()})


def test_numbers_are_right_aligned_unless_a_column_overrides_it(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"n": 1, "m": 1, "t": "long text", "u": "x"}, {"n": 100, "m": 100, "t": "x", "u": None}]

    Output().rows(rows, columns=["n", Column("m", align="left"), Column("t", align="right"), Column("u")])

    assert capsys.readouterr().out == (
        "  n   m             t   u\n"
        "─────────────────────────\n"
        "  1   1     long text   x\n"
        "100   100           x   \N{EN DASH}\n"
    )


def test_a_column_can_be_kept_out_of_the_table_only(capsys: pytest.CaptureFixture[str]) -> None:
    columns: list[Column | str] = ["slug", Column("coding_id", table=False)]

    Output().rows([{"slug": "a", "coding_id": 1}], columns=columns)
    Output("csv").rows([{"slug": "a", "coding_id": 1}], columns=columns)

    assert capsys.readouterr().out == "slug\n────\na\nslug,coding_id\na,1\n"


def test_only_the_named_columns_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    Output("ndjson").rows([{"slug": "a", "secret": "b"}], columns=["slug"])

    assert capsys.readouterr().out == '{"slug": "a"}\n'


def test_long_text_wraps_and_nothing_is_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    quote = "We will never support a carbon tax. " * 12 + "x" * 200

    Output().rows([{"slug": "a", "quote": quote}], columns=["slug", "quote"])

    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines) <= 120
    assert lines[:1] + lines[2:3] == ["slug", "a"]
    assert "".join("".join(lines[3:]).split()) == "quote" + quote.replace(" ", "")


def test_a_column_that_does_not_fit_is_below_its_row_with_its_heading(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"slug": "a-slug", "many": "x" * 115, "n": 1, "none": None}, {"slug": "b", "many": "y", "n": 2, "none": 3}]

    Output().rows(rows, columns=["slug", Column("many", "Many\x1b[2J of\nthem"), "n", "none"])

    assert capsys.readouterr().out == (
        "slug     n   none\n"
        f"{'─' * 119}\n"
        f"a-slug   1      \N{EN DASH}\n"
        f"    Many␛[2J of them\n    {'x' * 115}\n"
        "b        2      3\n"
        "    Many␛[2J of them y\n"
    )


def test_words_that_belong_below_are_there_however_much_room_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    columns: list[Column | str] = ["slug", Column("quote", below=True), Column("outlet", below=True)]

    Output().rows(
        [{"slug": "a", "quote": "one\ntwo", "outlet": "The Herald"}, {"slug": "b", "quote": None, "outlet": None}],
        columns=columns,
    )

    assert capsys.readouterr().out == "slug\n────────────────────────\na\n    one two \N{EM DASH} The Herald\nb\n"


def test_headings_of_several_words_are_stacked_where_room_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    out = on_a_terminal(monkeypatch, COLUMNS="31", TERM="dumb")

    Output().rows([{"on": "2025-11-07", "last_evidence": 1, "x": "yes sir"}], columns=["on", "last_evidence", "x"])

    assert out.getvalue() == (
        "on               last   x\n"
        "             evidence\n"
        "───────────────────────────────\n"
        "2025-11-07          1   yes sir\n"
    )


@pytest.mark.parametrize("columns", ["30", "47", "80"])
def test_no_slug_is_broken_and_nothing_is_lost_however_narrow_the_terminal(
    monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    row = {name: f"{name}-2025-11-07" for name in ("holder", "issue", "position", "coder", "speaker")}
    out = on_a_terminal(monkeypatch, COLUMNS=columns, TERM="dumb")

    Output().rows([row], columns=list(row))

    shown = out.getvalue()
    assert max(map(len, shown.splitlines())) <= int(columns)
    assert all(slug in shown.split() or f"{slug}," in shown.split() for slug in row.values())


def test_a_cell_wider_than_the_terminal_wraps(monkeypatch: pytest.MonkeyPatch) -> None:
    out = on_a_terminal(monkeypatch, COLUMNS="20", TERM="dumb")

    Output().rows([{"a": "one two three four five", "b": "x" * 25}, {"a": "環境省" * 4, "b": None}], columns=["a", "b"])

    assert out.getvalue() == (
        "a\n────────────────────\n"
        "one two three four\nfive\n"
        f"    b\n    {'x' * 16}\n    {'x' * 9}\n"
        "環境省環境省環境省環\n境省\n"
    )


def test_a_table_that_has_more_rows_says_how_to_see_them(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"n": n} for n in range(3)]

    Output().rows(rows, columns=["n"], at_most=3)
    assert capsys.readouterr() == ("n\n─\n0\n1\n2\n", "")
    Output().rows(rows, columns=["n"], at_most=2)
    assert capsys.readouterr() == ("n\n─\n0\n1\n", "Only the first 2 rows are shown; use --limit N to show more.\n")
    Output("ndjson").rows(rows, columns=["n"], at_most=2)
    assert capsys.readouterr() == ('{"n": 0}\n{"n": 1}\n{"n": 2}\n', "")


def test_only_a_table_asks_for_no_more_than_it_shows() -> None:
    assert [Output(each).asked(None) for each in FORMATS] == [TABLE_ROWS + 1, None, None, None]
    assert [Output(each).asked(7) for each in FORMATS] == [7, 7, 7, 7]


def test_things_in_a_record_are_parted_only_where_one_takes_several_lines(capsys: pytest.CaptureFixture[str]) -> None:
    things = [{"n": 1}, {"n": 2}, {"n": 3, "quote": "word " * 30}, {"n": 4, "quote": "two\nlines"}]

    Output().record({"things": things})

    assert capsys.readouterr().out == (
        "things  n: 1\n"
        "        n: 2\n"
        "\n"
        f"        n: 3, quote: {'word ' * 19}word\n"
        f"        {'word ' * 9}word\n"
        "\n"
        "        n: 4, quote: two lines\n"
    )


def test_a_long_text_is_last_in_a_record(capsys: pytest.CaptureFixture[str]) -> None:
    Output().record({"text": "word " * 100 + "\n\nend\x1b[2J", "mentions": [{"n": 1}], "language": "en"})

    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["mentions  n: 1", "language  en"]
    assert lines[2].startswith("text      word word")
    assert lines[-2:] == ["", "          end␛[2J"]


def test_wide_characters_keep_the_columns_straight(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"name": "環境省", "n": 1}, {"name": "Umwelt", "n": 22}, {"name": "녹색당", "n": 3}]

    Output().rows(rows, columns=["name", "n"])

    assert capsys.readouterr().out == ("name      n\n───────────\n環境省    1\nUmwelt   22\n녹색당    3\n")


@pytest.mark.parametrize("output_format", FORMATS)
def test_markup_in_data_is_only_text(capsys: pytest.CaptureFixture[str], output_format: Format) -> None:
    text = "[red]not red[/red] [link=x]y[/] :smile: [/"

    Output(output_format).rows([{"a": text}], columns=[Column("a", "[bold]a[/bold]")], title="[blink]T[/blink]")

    assert text in capsys.readouterr().out


def test_a_table_shows_escape_sequences_instead_of_obeying_them(capsys: pytest.CaptureFixture[str]) -> None:
    Output().rows([{"a": ESCAPES}], columns=[Column("a", "a\x1b[2J")], title="t\x1b[1A\rnew")
    Output().record({"k\x1b[2J": ESCAPES}, title="\x1b[2J")

    shown = "␛[31mred␛[0m ␛]0;title␇ �2J back␈ ␡ �evil�"
    assert capsys.readouterr().out == (f"t␛[1A␍new\n\na␛[2J\n{'─' * 42}\n{shown}\n␛[2J\n\nk␛[2J  {shown}\n")


@pytest.mark.parametrize("output_format", ["json", "ndjson"])
def test_json_escapes_what_a_terminal_would_obey_and_loses_nothing(
    capsys: pytest.CaptureFixture[str], output_format: Format
) -> None:
    Output(output_format).record({"a": ESCAPES + "\udcff\u2028"})

    out = capsys.readouterr().out
    assert all(character == "\n" or character.isprintable() for character in out)
    assert json.loads(out) == {"a": ESCAPES + "\udcff\u2028"}


def test_csv_keeps_the_data_in_a_pipe_and_is_harmless_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, expected in ((io.StringIO(), "a\x1b[2J"), (Terminal(), "a␛[2J")):
        monkeypatch.setattr(sys, "stdout", stream)
        Output("csv").rows([{"a": "a\x1b[2J"}], columns=["a"])
        assert stream.getvalue() == f"a\n{expected}\n"


def test_csv_can_be_read_back_whatever_it_contains(capsys: pytest.CaptureFixture[str]) -> None:
    hard = ['say "no"', "a,b", "one\ntwo", "one\r\ntwo", "one\rtwo", " padded ", "環境省", "'=1+1", "|"]

    Output("csv").rows(({"n": n, "text": text} for n, text in enumerate(hard)), columns=["n", "text"])

    out = capsys.readouterr().out
    assert [row["text"] for row in csv.DictReader(io.StringIO(out, newline=""))] == hard


@pytest.mark.parametrize("output_format", ["ndjson", "csv"])
def test_streams_are_written_as_the_rows_arrive(capsys: pytest.CaptureFixture[str], output_format: Format) -> None:
    def rows() -> Iterator[Mapping[str, object]]:
        yield {"n": 1}
        assert "1" in capsys.readouterr().out
        yield {"n": 2}

    Output(output_format).rows(rows(), columns=["n"])

    assert "2" in capsys.readouterr().out


@pytest.mark.parametrize("output_format", ["json", "ndjson", "csv"])
def test_data_is_answered_once(output_format: Format) -> None:
    output = Output(output_format)
    output.record({"a": 1})

    with pytest.raises(RuntimeError, match="only once"):
        output.rows([], columns=["a"])


def test_a_terminal_gets_its_own_width_and_bold_headings(monkeypatch: pytest.MonkeyPatch) -> None:
    out = on_a_terminal(monkeypatch, COLUMNS="30", TERM="xterm-256color", NO_COLOR="")

    Output().rows([{"slug": "a", "quote": "one two three four five six"}], columns=["slug", "quote"], title="Q")

    assert "\x1b[1mQ" in out.getvalue()
    assert "\x1b[1mslug" in out.getvalue()
    assert "one two three four" in out.getvalue()
    assert "four five six" not in out.getvalue()


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1", "TERM": "xterm"}, {"NO_COLOR": "", "TERM": "dumb"}])
def test_a_terminal_that_wants_no_colour_gets_none(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    out = on_a_terminal(monkeypatch, COLUMNS="80", **environment)

    Output().rows([{"slug": "a"}], columns=["slug"], title="Q")

    assert out.getvalue() == "Q\n\nslug\n────\na\n"


def test_a_pipe_gets_no_colour_and_a_fixed_width_whatever_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "20")

    Output().rows([{"quote": "a b c d " * 12}], columns=["quote"])

    assert capsys.readouterr().out.splitlines()[-1] == ("a b c d " * 12).strip()


def test_messages_go_to_standard_error_without_passwords_and_escape_sequences(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Output().say("Using postgresql://ana:s3cr3t@db/x.\n\x1b[2J环境")

    assert capsys.readouterr() == ("", "Using postgresql://ana:***@db/x.\n␛[2J环境\n")


def test_text_is_written_exactly_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    Output("json").text("CREATE TABLE x;\t\x1b")

    assert capsys.readouterr() == ("CREATE TABLE x;\t\x1b", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://ana:s3cr3t@db:5432/x?sslmode=off", "postgresql://ana:***@db:5432/x?sslmode=off"),
        ("postgres://ana:p@ss:w/rd@db/x", "postgres://ana:***@db/x"),
        ("'postgresql+psycopg://:s3cr3t@/x'", "'postgresql+psycopg://:***@/x'"),
        ("postgresql://db/x?user=ana&password=s3cr3t&port=1", "postgresql://db/x?user=ana&password=***&port=1"),
        ("host=db password = 's3 cr3t' port=1", "host=db password = *** port=1"),
        ("postgresql://ana@db/x", "postgresql://ana@db/x"),
        ("https://news.example:443/@desk", "https://news.example:443/@desk"),
    ],
)
def test_passwords_of_database_addresses_are_concealed(text: str, shown: str) -> None:
    assert concealed(text) == shown


def test_text_on_one_line_cannot_forge_another() -> None:
    assert on_one_line("no such actor 'a\n\rError: all is well\u2028'") == "no such actor 'a ␍Error: all is well '"


def test_visible_text_keeps_its_lines() -> None:
    assert visible("one\r\ntwo\nthree\tfour") == "one\ntwo\nthree four"


def test_a_moment_in_universal_time_has_its_offset(capsys: pytest.CaptureFixture[str]) -> None:
    Output("csv").record({"at": datetime(2024, 5, 31, tzinfo=UTC)})

    assert capsys.readouterr().out == "at\n2024-05-31T00:00:00+00:00\n"


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Terminal:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    return out
