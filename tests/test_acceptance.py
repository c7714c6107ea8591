"""The story of the seeds: who stood where on Taiwan in November 2025, under which rule, and on what evidence."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from datetime import date, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stancedb.dates import parse_when
from stancedb.settings import bundled
from tests.support.plugin import Clone, Run
from tests.support.worlds import answer, done, invoker, last_number

pytest_plugins = ("tests.support.worlds",)

JAPAN = ("--holder", "japan", "--issue", "jp-taiwan-use-of-force")
AMBIGUITY = "strategic-ambiguity"
DAY = timedelta(days=1)
Row = dict[str, Any]


@pytest.fixture
def ask(seeded_once: str, tmp_path: Path) -> Run:
    """Provide a function that reads the seeded database, which these tests share."""
    return invoker(seeded_once, tmp_path)


def some(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    """Return some columns of the rows."""
    return [tuple(row[column] for column in columns) for row in rows]


class TestJapanOnTheUseOfForce:
    def test_under_latest_word_it_leaves_ambiguity_for_four_days(self, ask: Run) -> None:
        stances = answer(ask, "stance", "timeline", *JAPAN)

        assert some(stances, "since", "until", "position") == [
            ("2021-04-04", "2025-11-07", AMBIGUITY),
            ("2025-11-07", "2025-11-11", "may-warrant"),
            ("2025-11-11", None, AMBIGUITY),
        ]

    def test_under_latest_word_each_change_has_its_window_its_kind_and_what_it_did(self, ask: Run) -> None:
        changes = answer(ask, "stance", "changes", *JAPAN)

        assert some(changes, "change", "from_position", "to_position", "window_from", "window_until") == [
            ("clarification", AMBIGUITY, "may-warrant", "2023-05-10", "2025-11-07"),
            ("return", "may-warrant", AMBIGUITY, "2025-11-08", "2025-11-11"),
        ]
        assert some(changes, "delta_rank", "delta_score", "clarity", "days_away", "self_declared") == [
            (1, None, "clarified", None, "none"),
            (-1, None, "obscured", 4, "claims_unchanged"),
        ]

    def test_under_authoritative_it_never_moves(self, ask: Run) -> None:
        stances = answer(ask, "stance", "timeline", *JAPAN, "--rule", "authoritative")

        assert some(stances, "since", "until", "position") == [("2023-05-09", None, AMBIGUITY)]
        assert answer(ask, "stance", "changes", *JAPAN, "--rule", "authoritative") == []

    def test_under_sustained_four_days_are_not_enough_and_count_as_contrary(self, ask: Run) -> None:
        stances = answer(ask, "stance", "timeline", *JAPAN, "--rule", "sustained")

        assert some(stances, "since", "until", "position", "evidence", "contrary") == [
            ("2021-04-04", None, AMBIGUITY, 7, 1)
        ]

    def test_the_first_stance_is_a_change_on_request_and_has_no_first_day(self, ask: Run) -> None:
        first = answer(ask, "stance", "changes", *JAPAN, "--with-initial")[0]

        assert (first["change"], first["window_from"], first["window_until"]) == ("initial", None, "2021-04-04")

    @pytest.mark.parametrize(
        ("rule", "evidence"),
        [
            (
                "latest-word",
                [
                    ("2021-04-04", "onset", "2021-04-04", 3, "yoshihide-suga"),
                    ("2021-04-04", "reaffirmation", "2022-10", 3, "fumio-kishida"),
                    ("2021-04-04", "reaffirmation", "2023-05-09", 6, "cabinet-of-japan"),
                    ("2025-11-07", "onset", "2025-11-07", 3, "sanae-takaichi"),
                    ("2025-11-11", "onset", "2025-11-11", 3, "sanae-takaichi"),
                    ("2025-11-11", "reaffirmation", "2025-11-21", 3, "sanae-takaichi"),
                    ("2025-11-11", "reaffirmation", "2025-11-25", 6, "cabinet-of-japan"),
                    ("2025-11-11", "reaffirmation", "2025-12-16", 3, "sanae-takaichi"),
                ],
            ),
            (
                "authoritative",
                [
                    ("2023-05-09", "onset", "2023-05-09", 6, "cabinet-of-japan"),
                    ("2023-05-09", "qualifying", "2025-11-07", 3, "sanae-takaichi"),
                    ("2023-05-09", "qualifying", "2025-11-11", 3, "sanae-takaichi"),
                    ("2023-05-09", "qualifying", "2025-11-21", 3, "sanae-takaichi"),
                    ("2023-05-09", "reaffirmation", "2025-11-25", 6, "cabinet-of-japan"),
                    ("2023-05-09", "qualifying", "2025-12-16", 3, "sanae-takaichi"),
                ],
            ),
        ],
    )
    def test_the_evidence_is_every_statement_with_its_role_and_words(
        self, ask: Run, rule: str, evidence: list[tuple[object, ...]]
    ) -> None:
        rows = answer(ask, "stance", "timeline", *JAPAN, "--rule", rule, "--evidence")

        assert some(rows, "stance_since", "role", "said", "authority", "speaker") == evidence
        assert all(row["quote"] and row["article"] and row["outlet"] and row["coder"] for row in rows)

    @pytest.mark.parametrize("rule", ["latest-word", "authoritative", "sustained"])
    def test_the_number_of_statements_behind_a_stance_is_that_of_its_evidence(self, ask: Run, rule: str) -> None:
        stances = answer(ask, "stance", "timeline", *JAPAN, "--rule", rule)
        evidence = answer(ask, "stance", "timeline", *JAPAN, "--rule", rule, "--evidence")

        for stance in stances:
            roles = [row["role"] for row in evidence if row["stance_since"] == stance["since"]]
            assert roles.count("onset") + roles.count("reaffirmation") == stance["evidence"]
            # Statements that the rule does not count are also shown as contrary, but are not in the number.
            assert roles.count("contrary") == stance["contrary"]

    @pytest.mark.parametrize(
        ("day", "latest", "authoritative"),
        [
            ("2020-01-01", None, None),
            ("2025-11-06", AMBIGUITY, AMBIGUITY),
            ("2025-11-07", "may-warrant", AMBIGUITY),
            ("2025-11-10", "may-warrant", AMBIGUITY),
            ("2025-11-11", AMBIGUITY, AMBIGUITY),
        ],
    )
    def test_on_any_day_it_stood_where_the_timeline_says(
        self, ask: Run, day: str, latest: str | None, authoritative: str | None
    ) -> None:
        for rule, position in (("latest-word", latest), ("authoritative", authoritative)):
            stances = answer(ask, "stance", "as-of", *JAPAN, "--as-of", day, "--rule", rule)
            assert some(stances, "position") == ([(position,)] if position else [])

    def test_two_rules_are_shown_side_by_side(self, ask: Run) -> None:
        shown = done(ask("stance", "compare", *JAPAN, "--rule", "latest-word", "--rule", "authoritative"))

        assert shown.stdout == (
            "japan on jp-taiwan-use-of-force, by rule\n"
            "\n"
            "since        valid last   latest-word           authoritative         rules agree\n"
            "─────────────────────────────────────────────────────────────────────────────────\n"
            "2021-04-04   2023-05-08   strategic-ambiguity   \N{EN DASH}                     no\n"
            "2023-05-09   2025-11-06   strategic-ambiguity   strategic-ambiguity   yes\n"
            "2025-11-07   2025-11-10   may-warrant           strategic-ambiguity   no\n"
            "2025-11-11   \N{EN DASH}            strategic-ambiguity   strategic-ambiguity   yes\n"
        )


class TestTheOthers:
    def test_the_person_and_the_state_are_coded_apart(self, ask: Run) -> None:
        hers = answer(ask, "stance", "timeline", "--holder", "sanae-takaichi", "--issue", "jp-taiwan-use-of-force")

        assert some(hers, "since", "until", "position", "evidence") == [("2024-09-12", None, "may-warrant", 2)]
        assert {
            row["holder"] for row in answer(ask, "coding", "list", "--issue", "jp-taiwan-use-of-force", "--final")
        } == {"japan", "sanae-takaichi"}

    def test_japan_reaffirms_the_peaceful_resolution(self, ask: Run) -> None:
        (stance,) = answer(ask, "stance", "timeline", "--holder", "japan", "--issue", "taiwan-peaceful-resolution")

        assert (stance["position"], stance["evidence"], stance["last_evidence"]) == (
            "insists-on-peaceful-resolution",
            2,
            "2025-11-14",
        )

    def test_two_answers_of_one_day_make_it_contested(self, ask: Run) -> None:
        stances = answer(ask, "stance", "timeline", "--holder", "japan", "--issue", "jp-remark-retraction")

        assert some(stances, "since", "position", "contested") == [
            ("2025-11-10", "tone-down", True),
            ("2025-11-18", "oppose", False),
            ("2025-12-16", "tone-down", False),
        ]

    def test_china_demands_a_retraction_throughout(self, ask: Run) -> None:
        (stance,) = answer(ask, "stance", "timeline", "--holder", "china", "--issue", "jp-remark-retraction")

        assert (stance["since"], stance["until"], stance["position"]) == ("2025-11-13", None, "support")
        assert (stance["evidence"], stance["last_evidence"]) == (7, "2025-12-04")

    def test_what_china_did_names_who_says_that_it_was_an_answer(self, ask: Run) -> None:
        reactions = {row["event"]: row for row in answer(ask, "event", "list") if row["follows_from"]}

        advice = reactions["china-travel-advisory-2025-11-14"]
        assert advice["during"] == "2025-11-14/.."
        assert advice["follows_from"] == (
            "responds_to takaichi-2025-11-07-survival-threatening (says ministry-of-foreign-affairs-of-china); "
            "retaliates_for takaichi-2025-11-07-survival-threatening (says analysts)"
        )
        assert reactions["tokyo-beijing-forum-2025"]["status"] == "postponed"
        assert len(reactions) == 10

    def test_what_one_side_says_that_the_other_understands_is_left_out(self, ask: Run) -> None:
        codings = answer(ask, "coding", "list", "--holder", "united-states", "--issue", "taiwan-status-wording")
        stances = answer(ask, "stance", "timeline", "--holder", "united-states", "--issue", "taiwan-status-wording")

        assert ("takes-note", "attributed_by_other", True) in some(codings, "position", "basis", "final")
        assert some(stances, "position", "evidence", "contrary") == [("acknowledges", 1, 0)]

    def test_one_call_is_on_two_days_of_two_places(self, ask: Run) -> None:
        call = answer(ask, "event", "show", "trump-takaichi-call-2025-11-25")
        post = answer(ask, "statement", "show", "trump-2025-11-24-post-on-call")

        assert (call["during"], call["zone"]) == ("2025-11-25", "Asia/Tokyo")
        assert (post["said"], post["zone"]) == ("2025-11-24", "America/New_York")

    def test_a_visit_that_one_report_names_is_scheduled_and_watched(self, ask: Run) -> None:
        visit = answer(ask, "event", "show", "trump-visit-to-japan-as-reported-2025-11")
        watched = answer(ask, "indicator", "list", "--status", "open")

        assert visit["status"] == "scheduled"
        assert some(watched, "indicator", "observed_on", "seen") == [
            ("defence-documents-name-taiwan", "2025-12-17", "not seen"),
            ("export-control-coordination", "2025-12-17", "not seen"),
            ("japan-keeps-strategic-ambiguity", "2025-12-16", "seen"),
            ("japan-retracts-remark", "2025-12-16", "not seen"),
            ("joint-message-on-taiwan-and-south-china-sea", "2025-12-17", "not seen"),
            ("trump-visits-japan-again", "2026-02-06", "not seen"),
        ]

    def test_a_suggestion_of_a_model_and_the_judgement_of_a_person_are_two_codings(self, ask: Run) -> None:
        codings = answer(
            ask, "coding", "list", "--statement", "takaichi-2025-11-07-survival-threatening", "--holder", "japan"
        )

        assert sorted(some(codings, "coder", "position", "status", "final")) == [
            ("example-coder", "may-warrant", "accepted", True),
            ("example-model", "commits", "rejected", False),
        ]

    def test_a_disputed_report_and_its_denial_are_both_there(self, ask: Run) -> None:
        report = answer(ask, "statement", "show", "trump-2025-11-24-advice-reported")

        assert (report["verification"], report["authority"]) == ("disputed", 1)
        assert {"kind": "denies_saying (by)", "statement": "kihara-2025-11-27-denial"} in report["links"]


class TestTheSeedsThemselves:
    def test_every_quote_is_what_the_frozen_text_says_at_its_place(self, seeded_once: str) -> None:
        with psycopg.connect(seeded_once) as connection:
            rows = connection.execute(
                "SELECT v.body, m.char_start, m.char_end, m.quote, m.prefix, m.suffix FROM stancedb.mention m"
                " JOIN stancedb.article_version v ON v.id = m.article_version_id"
            ).fetchall()

        assert len(rows) > 40
        for body, start, end, quote, prefix, suffix in rows:
            assert body[start:end] == quote
            assert body[:start].endswith(prefix)
            assert body[end:].startswith(suffix)

    def test_every_line_of_the_sheets_has_a_citation(self) -> None:
        for name in ("statement.jsonl", "event.jsonl", "event-response.jsonl", "indicator.jsonl"):
            lines = [json.loads(line) for line in (bundled("seeds") / name).read_text("utf-8").splitlines()]
            assert [line.get("slug") or line.get("statement") for line in lines if not line.get("citation")] == []

    def test_every_outlet_and_every_person_has_a_citation(self) -> None:
        outlets = list(csv.DictReader((bundled("seeds") / "outlet.csv").read_text("utf-8").splitlines()))
        actors = list(csv.DictReader((bundled("seeds") / "actor.csv").read_text("utf-8").splitlines()))

        assert [row["slug"] for row in outlets if not row["citation"]] == []
        assert [row["slug"] for row in actors if row["tenures"] and not row["citation"]] == []

    def test_every_position_of_the_codebook_says_what_belongs_to_it_and_what_does_not(self) -> None:
        codebook = tomllib.loads((bundled("seeds") / "codebook" / "taiwan.toml").read_text("utf-8"))

        unclear = [
            (issue["slug"], position["slug"])
            for issue in codebook["issue"]
            for position in issue["position"]
            if not (position.get("definition") and position.get("include") and position.get("exclude"))
        ]
        assert unclear == []

    def test_seeding_again_changes_nothing(self, seeded_url: str, tmp_path: Path) -> None:
        run = invoker(seeded_url, tmp_path)
        before = last_number(seeded_url)

        rows = answer(run, "db", "seed")

        assert sum(row["inserted"] + row["updated"] for row in rows) == 0
        assert last_number(seeded_url) == before

    def test_the_database_is_what_it_should_be(self, ask: Run) -> None:
        checked = done(ask("db", "check"))

        assert (checked.stdout, checked.stderr) == ("", "Schema and stances are correct.\n")


class TestTheDemo:
    def test_it_prints_the_answer_and_three_commands_to_try(self, clone: Clone, tmp_path: Path) -> None:
        with clone() as url:
            result = done(invoker(url, tmp_path)("demo"))

        out = result.stdout
        assert out.startswith("Would Japan use force in a Taiwan contingency? Japan, by two rules\n")
        assert "2025-11-07   2025-11-10   may-warrant           strategic-ambiguity   no\n" in out
        assert ["return", "may-warrant", AMBIGUITY, "2025-11-08", "2025-11-11"] in [
            line.split() for line in out.splitlines()
        ]
        assert "China: should Japan take the remark back? (rule latest-word)" in out
        assert "What is being watched" in out
        tried = out.partition("Three commands to try next:\n\n")[2].splitlines()
        assert [line.partition(" stance ")[2] or line.partition(" statement ")[2] for line in tried] == [
            "timeline --holder japan --issue jp-taiwan-use-of-force --evidence",
            "show takaichi-2025-11-07-survival-threatening",
            "as-of --as-of 2025-11-09 --rule latest-word",
        ]
        assert "Database ready, " in result.stderr

    def test_the_three_commands_work(self, seeded_url: str, tmp_path: Path) -> None:
        run = invoker(seeded_url, tmp_path)
        tried = done(run("demo")).stdout.partition("Three commands to try next:\n\n")[2].splitlines()

        for line in tried:
            words = line.split()
            noun = next(word for word in words if word in {"stance", "statement"})
            assert done(run(*words[words.index(noun) :])).stdout

    def test_it_is_one_document_in_json(self, seeded_url: str, tmp_path: Path) -> None:
        document = answer(invoker(seeded_url, tmp_path), "demo")

        assert some(document["compare"], "since", "latest-word", "authoritative") == [
            ("2021-04-04", AMBIGUITY, None),
            ("2023-05-09", AMBIGUITY, AMBIGUITY),
            ("2025-11-07", "may-warrant", AMBIGUITY),
            ("2025-11-11", AMBIGUITY, AMBIGUITY),
        ]
        assert {len(document["changes"]), len(document["china_on_retraction"])} == {2, 1}
        assert all(document[key] for key in ("timeline_latest_word", "timeline_authoritative", "reactions", "watched"))

    def test_the_second_time_changes_nothing(self, seeded_url: str, tmp_path: Path) -> None:
        run = invoker(seeded_url, tmp_path)
        before, first = last_number(seeded_url), done(run("demo"))

        again = done(run("demo"))

        assert again.stdout == first.stdout
        assert again.stderr == "Database ready.\nThe example was already loaded; nothing to change.\n"
        assert last_number(seeded_url) == before

    def test_it_refuses_a_database_with_other_articles(self, clone: Clone, small_template: str, tmp_path: Path) -> None:
        with clone(small_template) as url:
            before = last_number(url)
            refused = invoker(url, tmp_path)("demo")
            after = last_number(url)

        assert refused.exit_code == 1
        assert refused.stdout == ""
        assert "This database contains 1 articles of your own" in refused.stderr
        assert after == before


class TestTheNumbersComputedASecondWay:
    """Plain Python over the output of ``coding list`` and ``statement list``: ``latest-word``, no retractions."""

    @pytest.fixture
    def pairs(self, ask: Run) -> dict[tuple[str, str], list[Row]]:
        """Return the final codings that count, by holder and issue, in the order of the rule."""
        said = {row["statement"]: row for row in answer(ask, "statement", "list", "--limit", 1000)}
        counted = [
            {**row, **said[row["statement"]], "holder": row["holder"], "issue": row["issue"]}
            for row in answer(ask, "coding", "list", "--final", "--limit", 1000)
            if row["position"] and row["basis"] != "attributed_by_other"
            if said[row["statement"]]["verification"] not in {"denied", "refuted"}
        ]
        counted.sort(key=lambda row: (row["holder"], row["issue"]))
        return {pair: list(rows) for pair, rows in groupby(counted, key=lambda row: (row["holder"], row["issue"]))}

    @pytest.fixture
    def order(self, seeded_once: str) -> dict[str, int]:
        """Return the place of each statement, which breaks ties between statements of one day and authority."""
        with psycopg.connect(seeded_once) as connection:
            return dict(connection.execute("SELECT slug, id FROM stancedb.statement").fetchall())

    def test_timelines(self, ask: Run, pairs: dict[tuple[str, str], list[Row]], order: dict[str, int]) -> None:
        assert len(pairs) > 10
        for (holder, issue), rows in pairs.items():
            published = answer(ask, "stance", "timeline", "--holder", holder, "--issue", issue)
            found = [(row["since_from"], row["until"], row["position"], row["evidence"]) for row in published]
            assert found == slow_timeline(rows, order), (holder, issue)

    @pytest.mark.parametrize("day", [date(1975, 1, 1), date(2024, 9, 20), date(2025, 11, 9), date(2025, 12, 1)])
    def test_where_every_holder_stood_on_a_day(
        self, ask: Run, pairs: dict[tuple[str, str], list[Row]], order: dict[str, int], day: date
    ) -> None:
        expected = {
            (holder, issue, position)
            for (holder, issue), rows in pairs.items()
            for since, until, position, _ in slow_timeline(rows, order)
            if since <= str(day) and (until is None or str(day) < until)
        }

        published = answer(ask, "stance", "as-of", "--as-of", day)

        assert set(some(published, "holder", "issue", "position")) == expected

    def test_the_csv_of_a_day_has_a_row_for_each_of_them(self, ask: Run) -> None:
        line = ("stance", "as-of", "--as-of", "2025-11-10")

        table = list(csv.DictReader(io.StringIO(done(ask(*line, "-f", "csv")).stdout)))

        assert len(table) == len(answer(ask, *line))


def slow_timeline(rows: list[Row], order: dict[str, int]) -> list[tuple[str, str | None, str, int]]:
    """Derive the stances of one pair under ``latest-word``, without retractions or changes of office."""

    def earliest(row: Row) -> date:
        start = parse_when(row["said"]).start
        assert start is not None
        return start

    counted = sorted(rows, key=lambda row: (earliest(row), row["authority"], order[row["statement"]]))
    days = [(day, list(said)) for day, said in groupby(counted, key=earliest)]
    runs = [list(run) for _, run in groupby(days, key=lambda day: day[1][-1]["position"])]
    table = []
    for run, following in pairwise([*runs, None]):
        assert run is not None
        position = run[0][1][-1]["position"]
        count = sum(row["position"] == position for _, said in run for row in said)
        table.append((str(run[0][0]), str(following[0][0]) if following else None, position, count))
    return table
