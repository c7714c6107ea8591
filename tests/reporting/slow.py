"""The content of the reporting schema, computed in a second, slower way: loops over the tables behind it."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import psycopg
from psycopg.rows import dict_row

Row = dict[str, Any]
Content = dict[str, Counter[tuple[Any, ...]]]

A_DAY = timedelta(days=1)
# The compared columns of each view, from which the others follow.
COLUMNS = {
    "statement_wide": "statement_code, holder_code, speaker_code, issue_code, position_code, position_score,"
    " statement_date, statement_end, statement_last, statement_edtf, coder_code, codebook_version, event_code,"
    " article_code, outlet_code, quote_text,"
    " mention_count, is_evidence, statement_act, authority, verification, self_declared, coding_basis, explicitness,"
    " vagueness, confidence, confidence_rank, stated_condition, quote_rendering, published_date",
    "mention_wide": "statement_code, speaker_code, article_code, outlet_code, quote_text, published_date,"
    " mention_preference, quote_rendering, quote_assertion, is_copy, is_withdrawn",
    "stance_wide": "rule_code, holder_code, issue_code, position_code, position_score, valid_from, valid_to,"
    " valid_last, valid_to_or_today, is_current, duration_days, evidence_count, statement_code, valid_last_or_today,"
    " valid_from_edtf, contrary_count, is_contested, confirmed_date, last_evidence_date, last_evidence_edtf",
    "stance_change_wide": "rule_code, holder_code, issue_code, change_date, change_kind, from_position_code,"
    " position_code, window_from, window_to, window_last, statement_code, confirmed_date, rank_delta, score_delta,"
    " change_clarity, days_away, is_initial",
    "stance_evidence_wide": "rule_code, holder_code, issue_code, stance_from, statement_code, evidence_role,"
    " position_code, statement_date, role_rank, authority",
    "stance_month_wide": "rule_code, holder_code, issue_code, month_start, position_code, position_score,"
    " evidence_count, is_contested",
    "coverage_wide": "outlet_code, month_start, article_count, coded_article_count, statement_count, mention_count",
    "dim_actor": "actor_code, actor_attributes",
    "dim_actor_attribute": "actor_key, attribute, value, valid_from, valid_to, valid_last, is_open",
    "statement_attribute": "coding_key, attribute, value",
    "coding_work": "coder_key, round_code, open_count, done_count, problem_count, withdrawn_count, statement_count,"
    " seconds_per_statement",
}


def reported(connection: psycopg.Connection[Any]) -> Content:
    """Return the content of the wide views and the tables of attributes, in the columns above."""
    return {
        view: Counter(connection.execute(f"SELECT {columns} FROM reporting.{view}".encode()).fetchall())
        for view, columns in COLUMNS.items()
    }


def computed(connection: psycopg.Connection[Any], day: date) -> Content:
    """Return the expected content on a day."""
    return {view: Counter(rows) for view, rows in Slow(connection, day).views().items()}


class Slow:
    """The tables, read completely, and the views computed from them row by row."""

    def __init__(self, connection: psycopg.Connection[Any], day: date) -> None:
        self.day = day
        cursor = connection.cursor(row_factory=dict_row)
        self.tables: dict[str, list[Row]] = {}
        self.by_id: dict[str, dict[int, Row]] = {}
        for table in (
            "actor",
            "actor_attribute",
            "coding_attribute",
            "issue",
            "position",
            "coder",
            "codebook_version",
            "event",
            "outlet",
            "article",
            "article_version",
            "statement",
            "mention",
            "coding",
            "derivation_rule",
            "evidence",
            "stance",
            "stance_change",
            "coding_round",
            "assignment",
            "finding",
        ):
            rows = cursor.execute(f"SELECT * FROM stancedb.{table}".encode()).fetchall()
            self.tables[table] = rows
            if rows and "id" in rows[0]:
                self.by_id[table] = {row["id"]: row for row in rows}

    def views(self) -> dict[str, list[tuple[Any, ...]]]:
        return {
            "statement_wide": list(self.statements()),
            "mention_wide": list(self.mentions()),
            "stance_wide": [shown[1] for shown in self.stances()],
            "stance_change_wide": list(self.changes()),
            "stance_evidence_wide": list(self.evidence()),
            "stance_month_wide": list(self.months()),
            "coverage_wide": list(self.coverage()),
            "dim_actor": list(self.actors()),
            "dim_actor_attribute": [row for _, row in self.attributes()],
            "statement_attribute": list(self.attributes_of_codings()),
            "coding_work": list(self.work()),
        }

    def slug(self, table: str, key: int | None) -> str:
        """Return the handle of a row; for a merged actor, that of the actor it was merged into."""
        if key is None:
            return "unknown"
        row = self.by_id[table][key]
        if table == "actor" and row["merged_into_id"]:
            row = self.by_id[table][row["merged_into_id"]]
        return str(row["slug"])

    def attributes(self) -> Iterator[tuple[Row, tuple[Any, ...]]]:
        """Yield each attribute shown for an actor, after its row; those of actors merged into it come last."""
        taken: list[tuple[int, Row]] = []
        for row in sorted(
            self.tables["actor_attribute"],
            key=lambda row: (
                self.by_id["actor"][row["actor_id"]]["merged_into_id"] is not None,
                self.by_id["actor"][row["actor_id"]]["slug"],
            ),
        ):
            standing = self.by_id["actor"][row["actor_id"]]["merged_into_id"] or row["actor_id"]
            others = [
                other
                for key, other in taken
                if key == standing and other["actor_id"] != row["actor_id"] and other["key"] == row["key"]
            ]
            taken.append((standing, row))
            if not any(together(other, row) for other in others):
                end = row["during_to"]
                of_view = (row["key"], row["value"], row["during_from"], end, end and end - A_DAY, end is None)
                yield row, (standing, *of_view)

    def actors(self) -> Iterator[tuple[Any, ...]]:
        yield "unknown", None
        latest: dict[int, dict[str, tuple[date, str]]] = {}
        for row, (standing, key, value, *_) in self.attributes():
            begin = row["during_from"] or date.min
            of_actor = latest.setdefault(standing, {})
            if key not in of_actor or of_actor[key][0] < begin:
                of_actor[key] = begin, value
        for actor in self.tables["actor"]:
            if actor["merged_into_id"] is None:
                values = {key: value for key, (_, value) in latest.get(actor["id"], {}).items()}
                yield actor["slug"], "; ".join(f"{key}: {values[key]}" for key in sorted(values)) or None

    def attributes_of_codings(self) -> Iterator[tuple[Any, ...]]:
        for row in self.tables["coding_attribute"]:
            coding = self.by_id["coding"][row["coding_id"]]
            if coding["is_final"] and self.live(coding["statement_id"]):
                yield row["coding_id"], row["key"], row["value"]

    def article_of(self, mention: Row) -> Row:
        return self.by_id["article"][self.by_id["article_version"][mention["article_version_id"]]["article_id"]]

    def live(self, statement_id: int) -> bool:
        statement = self.by_id["statement"][statement_id]
        return statement["merged_into_id"] is None and statement["retracted_on"] is None

    def statements(self) -> Iterator[tuple[Any, ...]]:
        for coding in self.tables["coding"]:
            statement = self.by_id["statement"][coding["statement_id"]]
            if not coding["is_final"] or not self.live(statement["id"]):
                continue
            places = [row for row in self.tables["mention"] if row["statement_id"] == statement["id"]]
            best = min(places, key=lambda place: self.preference(place, coding["mention_id"]), default=None)
            article = self.article_of(best) if best else None
            position = self.by_id["position"].get(coding["position_id"])
            yield (
                statement["slug"],
                self.slug("actor", coding["holder_id"]),
                self.slug("actor", statement["speaker_id"]),
                self.slug("issue", coding["issue_id"]),
                position["slug"] if position else "unknown",
                position["score"] if position else None,
                statement["said_from"],
                statement["said_to"],
                statement["said_to"] and statement["said_to"] - A_DAY,
                statement["said_edtf"],
                self.by_id["coder"][coding["coder_id"]]["name"],
                self.by_id["codebook_version"][coding["codebook_version_id"]]["label"],
                self.slug("event", statement["event_id"]),
                article["slug"] if article else "unknown",
                self.slug("outlet", article["outlet_id"] if article else None),
                best["quote"] if best else None,
                len(places),
                position is not None and statement["verification"] not in {"denied", "refuted"},
                *(statement[column] for column in ("act", "authority", "verification", "self_declared")),
                *(coding[column] for column in ("basis", "explicitness", "vagueness", "confidence")),
                {"low": 1, "moderate": 2, "high": 3}[coding["confidence"]],
                coding["condition"],
                best["rendering"] if best else None,
                article["published_from"] if article else None,
            )

    def preference(self, mention: Row, rests_on: int | None) -> tuple[Any, ...]:
        is_withdrawn = self.article_of(mention)["retracted_on"] is not None
        return (
            is_withdrawn or mention["rank"] == "deprecated",
            mention["id"] != rests_on,
            self.article_of(mention)["retracted_on"] is not None,
            mention["rank"] != "preferred",
            mention["rank"] == "deprecated",
            mention["asserts"] != "asserts",
            mention["rendering"] not in {"verbatim", "partial_quote"},
            self.article_of(mention)["published_from"] or date.max,
            mention["id"],
        )

    def mentions(self) -> Iterator[tuple[Any, ...]]:
        for mention in self.tables["mention"]:
            statement = self.by_id["statement"][mention["statement_id"]]
            if self.live(statement["id"]):
                article = self.article_of(mention)
                yield (
                    statement["slug"],
                    self.slug("actor", statement["speaker_id"]),
                    article["slug"],
                    self.slug("outlet", article["outlet_id"]),
                    mention["quote"],
                    article["published_from"],
                    mention["rank"],
                    mention["rendering"],
                    mention["asserts"],
                    article["syndicated_from_id"] is not None,
                    article["retracted_on"] is not None,
                )

    def groups(self) -> dict[tuple[int, int, int], list[Row]]:
        """Return the derived stances in order, by holder, issue and rule."""
        found: dict[tuple[int, int, int], list[Row]] = {}
        for row in sorted(self.tables["stance"], key=lambda row: row["valid_from"]):
            found.setdefault((row["holder_id"], row["issue_id"], row["rule_id"]), []).append(row)
        return found

    def stances(self) -> Iterator[tuple[Row, tuple[Any, ...]]]:
        """Yield each stance that is confirmed by the day, with its row in the view."""
        for rows in self.groups().values():
            for row, following in pairwise([*rows, None]):
                assert row is not None
                if row["confirmed_on"] > self.day:
                    continue
                # A stance that had already ended does not carry on while the next one is pending.
                is_replaced = following is not None and following["valid_from"] == row["valid_to"]
                is_pending = following is not None and following["confirmed_on"] > self.day
                end = row["carried_to"] if is_replaced and is_pending else row["valid_to"]
                shown_end = end or max(self.day, row["valid_from"]) + A_DAY
                position = self.by_id["position"][row["position_id"]]
                onset = self.by_id["coding"][row["onset_coding_id"]]
                yield (
                    {**row, "valid_to": end},
                    (
                        self.slug("derivation_rule", row["rule_id"]),
                        self.slug("actor", row["holder_id"]),
                        self.slug("issue", row["issue_id"]),
                        position["slug"],
                        position["score"],
                        row["valid_from"],
                        end,
                        end and end - A_DAY,
                        shown_end,
                        row["valid_from"] <= self.day and (end is None or end > self.day),
                        (shown_end - row["valid_from"]).days,
                        row["evidence_count"],
                        self.by_id["statement"][onset["statement_id"]]["slug"],
                        shown_end - A_DAY,
                        self.edtf(row, row["valid_from"]),
                        row["contrary_count"],
                        row["is_contested"],
                        row["confirmed_on"],
                        row["last_evidence_on"],
                        self.edtf(row, row["last_evidence_on"]),
                    ),
                )

    def edtf(self, stance: Row, day: date) -> str:
        """Return a day in the precision of the statements of that day."""
        of_day = [
            item
            for item in self.said(stance)
            if item["said_from"] == day and item["position_id"] == stance["position_id"]
        ]
        if not of_day or any(item["said_to"] == day + A_DAY for item in of_day):
            return str(day)
        written = [
            (item["said_to"] or date.max, self.by_id["statement"][item["statement_id"]]["said_edtf"]) for item in of_day
        ]
        return str(min(written)[1].partition("/")[0])

    def said(self, row: Row) -> list[Row]:
        """Return the current evidence for the holder and the issue of a row."""
        return [
            item
            for item in self.tables["evidence"]
            if (item["holder_id"], item["issue_id"]) == (row["holder_id"], row["issue_id"])
            and item["act"] == "expresses"
            and item["known_until_id"] is None
        ]

    def counts(self, item: Row, rule_id: int) -> bool:
        rule = self.by_id["derivation_rule"][rule_id]
        return item["authority"] >= rule["min_authority"] and item["basis"] in rule["bases"]

    def changes(self) -> Iterator[tuple[Any, ...]]:
        for row in self.tables["stance_change"]:
            if row["confirmed_on"] > self.day:
                continue
            onset = {
                (stance["holder_id"], stance["issue_id"], stance["rule_id"], stance["valid_from"]): stance
                for stance in self.tables["stance"]
            }.get((row["holder_id"], row["issue_id"], row["rule_id"], row["changed_on"]))
            makers = [
                item
                for item in self.said(row)
                if item["said_from"] == row["changed_on"]
                and item["position_id"] == row["to_position_id"]
                and self.counts(item, row["rule_id"])
            ]
            makers.sort(
                key=lambda item: (
                    onset is not None and item["coding_id"] == onset["onset_coding_id"],
                    item["authority"],
                    item["tie_key"],
                )
            )
            yield (
                self.slug("derivation_rule", row["rule_id"]),
                self.slug("actor", row["holder_id"]),
                self.slug("issue", row["issue_id"]),
                row["changed_on"],
                row["kind"],
                self.slug("position", row["from_position_id"]),
                self.slug("position", row["to_position_id"]),
                row["window_from"],
                row["window_to"],
                row["window_to"] - A_DAY,
                self.by_id["statement"][makers[-1]["statement_id"]]["slug"] if makers else None,
                row["confirmed_on"],
                self.difference(row, "rank"),
                self.difference(row, "score"),
                row["clarity"],
                row["walked_back_within"],
                row["from_position_id"] is None,
            )

    def difference(self, change: Row, column: str) -> float | None:
        """Return the difference that a change makes to the rank or the score; None if either side has none."""
        before, after = (
            self.by_id["position"].get(change[side], {}).get(column) for side in ("from_position_id", "to_position_id")
        )
        return None if before is None or after is None else after - before

    def evidence(self) -> Iterator[tuple[Any, ...]]:
        for stance in self.tables["stance"]:
            if stance["confirmed_on"] > self.day:
                continue
            for item in self.said(stance):
                if stance["valid_from"] <= item["said_from"] < (stance["valid_to"] or date.max):
                    if not self.counts(item, stance["rule_id"]):
                        role = "qualifying"
                    elif item["position_id"] != stance["position_id"]:
                        role = "contrary"
                    else:
                        # Two codings of one statement, as from two records of one person, are one utterance.
                        onset = self.by_id["coding"][stance["onset_coding_id"]]["statement_id"]
                        role = "onset" if item["statement_id"] == onset else "reaffirmation"
                    yield (
                        self.slug("derivation_rule", stance["rule_id"]),
                        self.slug("actor", stance["holder_id"]),
                        self.slug("issue", stance["issue_id"]),
                        stance["valid_from"],
                        self.by_id["statement"][item["statement_id"]]["slug"],
                        role,
                        self.slug("position", item["position_id"]),
                        item["said_from"],
                        ("onset", "reaffirmation", "contrary", "qualifying").index(role) + 1,
                        item["authority"],
                    )

    def months(self) -> Iterator[tuple[Any, ...]]:
        for stance, shown in self.stances():
            if not self.by_id["derivation_rule"][stance["rule_id"]]["is_default"]:
                continue
            counting = [item for item in self.said(stance) if self.counts(item, stance["rule_id"])]
            begun = [
                row["valid_from"]
                for row, _ in self.stances()
                if all(row[key] == stance[key] for key in ("holder_id", "issue_id", "rule_id"))
            ]
            for month in sorted({day.replace(day=1) for day in (*begun, *(item["said_from"] for item in counting))}):
                last = min(month.replace(day=monthrange(month.year, month.month)[1]), self.day)
                if month <= self.day and stance["valid_from"] <= last < (stance["valid_to"] or date.max):
                    said = {item["statement_id"] for item in counting if item["said_from"].replace(day=1) == month}
                    yield (*shown[:3], month, *shown[3:5], len(said), stance["is_contested"])

    def coverage(self) -> Iterator[tuple[Any, ...]]:
        found: dict[tuple[int, date], list[Row]] = {}
        for article in self.tables["article"]:
            if article["published_from"] and not article["retracted_on"]:
                found.setdefault((article["outlet_id"], article["published_from"].replace(day=1)), []).append(article)
        for (outlet_id, month), articles in found.items():
            keys = {article["id"] for article in articles}
            marked = [
                row
                for row in self.tables["mention"]
                if self.live(row["statement_id"]) and self.article_of(row)["id"] in keys
            ]
            yield (
                self.slug("outlet", outlet_id),
                month,
                len(articles),
                len({self.article_of(row)["id"] for row in marked}),
                len({row["statement_id"] for row in marked}),
                len(marked),
            )

    def work(self) -> Iterator[tuple[Any, ...]]:
        of_coder: dict[tuple[int, int], list[Row]] = {}
        for assignment in self.tables["assignment"]:
            if assignment["coder_id"] is not None:
                of_coder.setdefault((assignment["coder_id"], assignment["round_id"]), []).append(assignment)
        for (coder_id, round_id), assignments in of_coder.items():
            keys = {assignment["id"] for assignment in assignments}
            released = [row for row in self.tables["finding"] if row["assignment_id"] in keys and row["statement_id"]]
            statements = {(row["assignment_id"], row["statement_id"]) for row in released}
            states = Counter(assignment["state"] for assignment in assignments)
            yield (
                coder_id,
                self.slug("coding_round", round_id),
                *(states[state] for state in ("open", "done", "problem", "withdrawn")),
                len(statements),
                sum(row["seconds"] for row in released) / len(statements) if statements else None,
            )


def together(one: Row, other: Row) -> bool:
    """Return whether two attributes share a day."""
    begin = max(one["during_from"] or date.min, other["during_from"] or date.min)
    return begin < min(one["during_to"] or date.max, other["during_to"] or date.max)
