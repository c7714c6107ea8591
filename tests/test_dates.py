from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancedb.dates import When, check_zone, has_last_day, parse_when

TABLE = [
    # The typed text, its EDTF, its range, approximate, lasting.
    ("2025-11-07", "2025-11-07", "[2025-11-07,2025-11-08)", False, False),
    (" 2025-11-07 ", "2025-11-07", "[2025-11-07,2025-11-08)", False, False),
    ("2025-11", "2025-11", "[2025-11-01,2025-12-01)", False, False),
    ("2025-12", "2025-12", "[2025-12-01,2026-01-01)", False, False),
    ("2024-02", "2024-02", "[2024-02-01,2024-03-01)", False, False),
    ("2025", "2025", "[2025-01-01,2026-01-01)", False, False),
    ("0001-01-01", "0001-01-01", "[0001-01-01,0001-01-02)", False, False),
    ("9999-12-30", "9999-12-30", "[9999-12-30,9999-12-31)", False, False),
    # Approximate, uncertain, both; as a whole and in part.
    ("2025-11-07~", "2025-11-07~", "[2025-11-07,2025-11-08)", True, False),
    ("2025-11?", "2025-11?", "[2025-11-01,2025-12-01)", True, False),
    ("2025%", "2025%", "[2025-01-01,2026-01-01)", True, False),
    ("2025-11-~07", "2025-11-~07", "[2025-11-07,2025-11-08)", True, False),
    # One of several days.
    ("[2025-11-01..2025-11-10]", "[2025-11-01..2025-11-10]", "[2025-11-01,2025-11-11)", False, False),
    ("[2025-11-05, 2025-11-01]", "[2025-11-05,2025-11-01]", "[2025-11-01,2025-11-06)", False, False),
    ("[2025-11-01 .. 2025-11-03,2026]", "[2025-11-01..2025-11-03,2026]", "[2025-11-01,2027-01-01)", False, False),
    ("[..2025-11-10]", "[..2025-11-10]", "(,2025-11-11)", False, False),
    ("[2025-11-10..]", "[2025-11-10..]", "[2025-11-10,)", False, False),
    # Lasting from the first to the last.
    ("2025-11-01/2025-11-10", "2025-11-01/2025-11-10", "[2025-11-01,2025-11-11)", False, True),
    ("2025-11-01 / 2025-11-10", "2025-11-01/2025-11-10", "[2025-11-01,2025-11-11)", False, True),
    ("2025/2026", "2025/2026", "[2025-01-01,2027-01-01)", False, True),
    ("2025/2026-03", "2025/2026-03", "[2025-01-01,2026-04-01)", False, True),
    ("2025-11/2026", "2025-11/2026", "[2025-11-01,2027-01-01)", False, True),
    ("2025-11-10/2025-11", "2025-11-10/2025-11", "[2025-11-10,2025-12-01)", False, True),
    ("2025-11~/2025-12", "2025-11~/2025-12", "[2025-11-01,2026-01-01)", True, True),
    ("2025-11-07/..", "2025-11-07/..", "[2025-11-07,)", False, True),
    ("2025-11-07/", "2025-11-07/", "[2025-11-07,)", False, True),
    ("../2025-11-10", "../2025-11-10", "(,2025-11-11)", False, True),
    ("/2025-11-10", "/2025-11-10", "(,2025-11-11)", False, True),
    # Unknown digits.
    ("2025-11-XX", "2025-11-XX", "[2025-11-01,2025-12-01)", False, False),
    ("2025-11-1x", "2025-11-1X", "[2025-11-10,2025-11-20)", False, False),
    ("2025-XX", "2025-XX", "[2025-01-01,2026-01-01)", False, False),
    ("2025-XX-31", "2025-XX-31", "[2025-01-31,2026-01-01)", False, False),
    ("2023-02-XX", "2023-02-XX", "[2023-02-01,2023-03-01)", False, False),
    ("202X", "202X", "[2020-01-01,2030-01-01)", False, False),
    ("202X-02-29", "202X-02-29", "[2020-02-29,2028-03-01)", False, False),
    # Seasons, first without a hemisphere, then northern and southern; quarters, thirds, halves.
    ("2025-21", "2025-21", "[2025-03-01,2025-06-01)", False, False),
    ("2025-22", "2025-22", "[2025-06-01,2025-09-01)", False, False),
    ("2025-23", "2025-23", "[2025-09-01,2025-12-01)", False, False),
    ("2025-24", "2025-24", "[2025-12-01,2026-03-01)", False, False),
    ("2025-25", "2025-25", "[2025-03-01,2025-06-01)", False, False),
    ("2025-26", "2025-26", "[2025-06-01,2025-09-01)", False, False),
    ("2025-27", "2025-27", "[2025-09-01,2025-12-01)", False, False),
    ("2025-28", "2025-28", "[2025-12-01,2026-03-01)", False, False),
    ("2025-29", "2025-29", "[2025-09-01,2025-12-01)", False, False),
    ("2025-30", "2025-30", "[2025-12-01,2026-03-01)", False, False),
    ("2025-31", "2025-31", "[2025-03-01,2025-06-01)", False, False),
    ("2025-32", "2025-32", "[2025-06-01,2025-09-01)", False, False),
    ("2025-33", "2025-33", "[2025-01-01,2025-04-01)", False, False),
    ("2025-34", "2025-34", "[2025-04-01,2025-07-01)", False, False),
    ("2025-35", "2025-35", "[2025-07-01,2025-10-01)", False, False),
    ("2025-36", "2025-36", "[2025-10-01,2026-01-01)", False, False),
    ("2025-37", "2025-37", "[2025-01-01,2025-05-01)", False, False),
    ("2025-38", "2025-38", "[2025-05-01,2025-09-01)", False, False),
    ("2025-39", "2025-39", "[2025-09-01,2026-01-01)", False, False),
    ("2025-40", "2025-40", "[2025-01-01,2025-07-01)", False, False),
    ("2025-41", "2025-41", "[2025-07-01,2026-01-01)", False, False),
    # An instant means the day on its own clock; in UTC the second of these is the day before.
    ("2025-11-07T20:30:00+09:00", "2025-11-07", "[2025-11-07,2025-11-08)", False, False),
    ("2025-11-07T08:30+09:00", "2025-11-07", "[2025-11-07,2025-11-08)", False, False),
    ("2025-11-07 08:30", "2025-11-07", "[2025-11-07,2025-11-08)", False, False),
    ("2025-11-07T08:30Z/2025-11-08", "2025-11-07/2025-11-08", "[2025-11-07,2025-11-09)", False, True),
]

PHRASES = [
    ("Nov 7, 2025", "2025-11-07"),
    ("Nov. 7, 2025", "2025-11-07"),
    ("November 7th 2025", "2025-11-07"),
    ("7 November 2025", "2025-11-07"),
    ("7 NOVEMBER 2025", "2025-11-07"),
    ("on the 7th of November, 2025", "2025-11-07"),
    ("7-Nov-2025", "2025-11-07"),
    ("7\u00a0Sept. 2025", "2025-09-07"),
    ("Friday, November 7, 2025", "2025-11-07"),
    ("Fri 7 Nov 2025", "2025-11-07"),
    ("Wednesday, 5 November 2025", "2025-11-05"),
    ("November 2025", "2025-11"),
    ("in November, 2025", "2025-11"),
    ("May 2025", "2025-05"),
    ("early November 2025", "[2025-11-01..2025-11-10]"),
    ("Early in November 2025", "[2025-11-01..2025-11-10]"),
    ("mid-November 2025", "[2025-11-11..2025-11-20]"),
    ("mid\u2013Nov. 2025", "[2025-11-11..2025-11-20]"),
    ("late November 2025", "[2025-11-21..2025-11-30]"),
    ("late 2025-11", "[2025-11-21..2025-11-30]"),
    ("late February 2024", "[2024-02-21..2024-02-29]"),
    ("late February 2023", "[2023-02-21..2023-02-28]"),
    ("early December 9999", "[9999-12-01..9999-12-10]"),
    ("around 7 Nov 2025", "2025-11-07~"),
    ("about November 2025", "2025-11~"),
    ("circa 2025", "2025~"),
    ("since 7 Nov 2025", "2025-11-07/.."),
]

REFUSALS = [
    # The typed text and a part of the sentence, which says what would do.
    ("22/11/2026", "either number could be the day or the month. Write 2026-11-22"),
    ("11/22/2026", "Write 2026-11-22"),
    ("07/11/2025", "Write 2025-07-11 or 2025-11-07"),
    ("7.11.2025", "Write 2025-07-11 or 2025-11-07"),
    ("7-11-2025", "Write 2025-07-11 or 2025-11-07"),
    ("11/11/2025", "Write 2025-11-11"),
    ("07/11/25", "such as 2025-11-07"),
    ("2025/11/07", "with hyphens and two digits each. Write 2025-11-07"),
    ("2025-11-7", "Write 2025-11-07"),
    ("2025.11", "Write 2025-11"),
    ("11/2025", "Write 2025-11"),
    ("2025-11-10/2025-11-01", "Put the earlier date first"),
    ("2025-11/2025-10-31", "Put the earlier date first"),
    ("[2025-11-10..2025-11-01]", "Put the earlier date first"),
    ("2025-02-30", "'2025-02-30' is not in the calendar"),
    ("30 February 2025", "'2025-02-30' is not in the calendar"),
    ("2023-02-29", "is not in the calendar"),
    ("2025-02-3X", "is not in the calendar"),
    ("2025-13", "is not in the calendar"),
    ("2025-00", "is not in the calendar"),
    ("0000", "0001 to 9999"),
    ("0000-21", "0001 to 9999"),
    ("9999-12-31", "2025-11-07/.."),
    ("9999-12", "2025-11-07/.."),
    ("9999", "2025-11-07/.."),
    ("9999-24", "2025-11-07/.."),
    ("9999-36", "2025-11-07/.."),
    ("XXXX", "2025-11-07/.."),
    ("2025-11-07/9999-12-31", "2025-11-07/.."),
    ("late December 9999", "2025-11-07/.."),
    ("2025-21-01", "such as 2025-21"),
    ("202X-21", "such as 2025-21"),
    ("2025-11-07T25:00", "2025-11-07T20:30:00+09:00"),
    ("2025-02-30T12:00Z", "an invalid day, time or offset"),
    ("../..", "open at both ends"),
    ("/", "open at both ends"),
    ("[..]", "open at both ends"),
    ("{2025-11-01,2025-11-05}", "each date its own record"),
    ("Monday, 7 November 2025", "is not a date"),
    ("early 2025", "is not a date"),
    ("late 2025-13", "is not a date"),
    ("early November 0000", "is not a date"),
    ("around early November 2025", "is not a date"),
    ("next April", "is not a date"),
    ("on", "is not a date"),
    ("7 November", "is not a date"),
    ("Y17000", "is not a date"),
    ("-0044", "is not a date"),
    ("20251107", "is not a date"),
    ("\uff12\uff10\uff12\uff15-11", "is not a date"),
    ("2025-11-07/2025-11-08/2025-11-09", "is not a date"),
    ("[2025-11-01..2025-11-02..2025-11-03]", "is not a date"),
    ("[[2025]]", "is not a date"),
    ("[]", "is not a date"),
    ("", "is not a date"),
    ("NA", "is not a date"),
]


@pytest.mark.parametrize(("typed", "edtf", "daterange", "is_approximate", "is_lasting"), TABLE)
def test_a_date_means_what_the_table_says(
    *, typed: str, edtf: str, daterange: str, is_approximate: bool, is_lasting: bool
) -> None:
    when = parse_when(typed)
    assert when.edtf == edtf
    assert when.daterange() == daterange
    assert when.is_approximate is is_approximate
    assert when.is_lasting is is_lasting


@pytest.mark.parametrize(("phrase", "edtf"), PHRASES)
def test_a_printed_phrase_becomes_its_edtf(phrase: str, edtf: str) -> None:
    assert parse_when(phrase) == parse_when(edtf)
    assert parse_when(phrase).edtf == edtf


@pytest.mark.parametrize(("typed", "remedy"), REFUSALS)
def test_a_refused_date_says_what_would_do(typed: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as refusal:
        parse_when(typed)
    assert remedy in str(refusal.value)


def test_a_date_without_an_earliest_day_is_refused_where_one_is_needed() -> None:
    assert parse_when("../2025-11-10").start is None
    for typed in ("../2025-11-10", "/2025-11-10", "[..2025-11-10]", "[2025,..2025-11-10]"):
        with pytest.raises(ValueError, match="no earliest day"):
            parse_when(typed, bounded_start=True)
    assert parse_when("2025-11-07/..", bounded_start=True).start == date(2025, 11, 7)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2025-11-01/2025-11-10", True),
        ("2025-11-01/..", False),
        ("2025-11-01", False),
        ("[2025-11-01..2025-11-10]", False),
    ],
)
def test_only_a_lasting_date_with_an_end_has_a_last_day(typed: str, expected: bool) -> None:
    assert has_last_day(typed) is expected


@pytest.mark.parametrize("name", ["Asia/Tokyo", "America/Argentina/Buenos_Aires", "UTC"])
def test_an_iana_zone_is_a_zone(name: str) -> None:
    assert check_zone(name) == name


@pytest.mark.parametrize(
    ("name", "offer"),
    [
        ("asia/tokyo", "Did you mean 'Asia/Tokyo'?"),
        ("tokyo", "Did you mean 'Asia/Tokyo'?"),
        ("New York", "Did you mean 'America/New_York'?"),
        ("Asia/Tokio", "Did you mean 'Asia/Tokyo'?"),
        ("+09:00", "such as Asia/Tokyo"),
        ("localtime", "such as Asia/Tokyo"),
        ("", "such as Asia/Tokyo"),
        ("../../etc/passwd", "such as Asia/Tokyo"),
    ],
)
def test_an_unknown_zone_is_refused_and_the_nearest_offered(name: str, offer: str) -> None:
    with pytest.raises(ValueError, match="is not an IANA time zone") as refusal:
        check_zone(name)
    assert offer in str(refusal.value)


days = st.dates(max_value=date(9998, 12, 31))
marks = st.sampled_from(["", "~", "?", "%"])


@st.composite
def simple_dates(draw: st.DrawFn) -> str:
    day = draw(days)
    length = draw(st.sampled_from([len("2025-11-07"), len("2025-11"), len("2025")]))
    return day.isoformat()[:length] + draw(marks)


@st.composite
def edtf_texts(draw: st.DrawFn) -> str:
    one = draw(simple_dates())
    other = draw(simple_dates())
    return draw(
        st.sampled_from(
            [one, f"{one}/{other}", f"{one}/..", f"{one}/", f"../{one}", f"[{one}..{other}]", f"[{one},{other}]"]
        )
    )


def read_or_none(text: str) -> When | None:
    try:
        return parse_when(text)
    except ValueError:
        return None


@given(edtf_texts())
def test_reading_the_canonical_text_again_gives_the_same(text: str) -> None:
    when = read_or_none(text)
    if when is not None:
        assert parse_when(when.edtf) == when
        assert when.edtf == text


@given(edtf_texts())
def test_no_range_is_empty(text: str) -> None:
    when = read_or_none(text)
    if when is not None and when.start is not None and when.end is not None:
        assert when.start < when.end


@given(st.text(max_size=30) | st.text(alphabet="0123456789-/.[],X~? TZ:+", max_size=30))
def test_any_text_is_read_or_refused_with_one_sentence(text: str) -> None:
    try:
        when = parse_when(text)
    except ValueError as refusal:
        assert ". " in str(refusal)  # noqa: PT017 - both outcomes are right, and each has its own expectation.
    else:
        assert parse_when(when.edtf) == when
        assert when.start is not None or when.end is not None


@given(days)
def test_a_day_is_one_day_within_its_month_and_its_year(day: date) -> None:
    ranges = [parse_when(text) for text in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4])]
    assert ranges[0].start == day
    assert ranges[0].end == day + timedelta(days=1)
    for inner, outer in pairwise(ranges):
        assert inner.start is not None
        assert inner.end is not None
        assert outer.start is not None
        assert outer.end is not None
        assert outer.start <= inner.start < inner.end <= outer.end


@given(days, st.integers(0, 9))
def test_a_digit_less_known_never_narrows_a_date(day: date, hidden: int) -> None:
    text = day.isoformat()
    blurred = text if text[hidden] == "-" else f"{text[:hidden]}X{text[hidden + 1 :]}"
    known, vague = parse_when(text), read_or_none(blurred)
    if vague is not None:
        assert vague.start is not None
        assert vague.end is not None
        assert known.start is not None
        assert known.end is not None
        assert vague.start <= known.start < known.end <= vague.end


@given(days)
def test_early_mid_and_late_divide_a_month(day: date) -> None:
    month = day.strftime("%B")
    parts = [parse_when(f"{part} {month} {day.year:04d}") for part in ("early", "mid", "late")]
    whole = parse_when(day.isoformat()[:7])
    assert parts[0].start == whole.start
    assert [part.end for part in parts[:2]] == [part.start for part in parts[1:]]
    assert parts[2].end == whole.end
    assert sum(part.start <= day < part.end for part in parts if part.start and part.end) == 1
