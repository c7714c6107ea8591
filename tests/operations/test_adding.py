"""The main task from Python: plain functions of a session and values, without the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stancedb.database import Writing
from stancedb.errors import NoSuchThing, NothingToSet, RecordsRefused, RefusedByRule
from stancedb.operations import adding
from stancedb.questions.events import show_event, show_indicator
from stancedb.questions.statements import show_statement
from stancedb.settings import Settings
from stancedb.work import Work
from tests.support.plugin import AUTHOR
from tests.support.worlds import last_number

# Run in a separate process without other imports.
MAIN_JOB = """
import json, sys
from pathlib import Path

from stancedb.operations import adding
from stancedb.questions import codings, stances
from stancedb.settings import Settings
from stancedb.work import Work

work = Work(Settings(database_url=sys.argv[1], data_dir=Path(sys.argv[2]), author="ana"))
with work.writing("Set up the dam") as session:
    adding.add_outlet(session, "gazette", name="The Gazette")
    adding.add_codebook(
        session, "dam-1.0", issued_on="2025-01-01",
        issues=[{
            "slug": "dam",
            "question": "Should Norland build the dam?",
            "position": [
                {"slug": "oppose", "label": "against it", "definition": "There should be no dam.", "rank": 1},
                {"slug": "support", "label": "for it", "definition": "There should be a dam.", "rank": 2},
            ],
        }],
    )
    adding.add_actor(session, "ana-cole", kind="person", name="Ana Cole")
    adding.add_actor(session, "norland", kind="state", name="Norland")
    adding.add_article(
        session, id="dam-vote", outlet="gazette", title="A vote", published="2025-03-02",
        text="Ana Cole said that Norland will build the dam.",
    )
with work.writing("Code the vote") as session:
    adding.add_statement(
        session, statement="cole-on-dam", speaker="ana-cole", on_behalf_of="norland", said="2025-03-01",
        article="dam-vote", quote="Norland will build the dam", holder="ana-cole", issue="dam", position="support",
    )
    adding.add_coding(session, "cole-on-dam", holder="norland", issue="dam", position="support")
with work.reading() as session:
    held = stances.as_of(session, day=None, rule="latest-word", holder="ana-cole", issue="dam", known_at=None)
    evidence = stances.evidence(session, holder="norland", issue="dam", rule="latest-word")
    coded = codings.list_codings(session, statement="cole-on-dam")
assert not {"click", "rich"} & set(sys.modules), "the command line was imported"
print(json.dumps({"held": held, "evidence": evidence, "coded": coded}, default=str))
"""


@pytest.fixture
def work(settings: Settings) -> Work:
    """Open sessions on the test's own database."""
    return Work(settings)


def test_the_main_job_needs_no_command_line(connection_url: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MAIN_JOB, connection_url, str(tmp_path)], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)

    assert [(row["holder"], row["position"], row["quote"]) for row in found["held"]] == [
        ("ana-cole", "support", "Norland will build the dam")
    ]
    assert [(row["statement"], row["position"], row["article"]) for row in found["evidence"]] == [
        ("cole-on-dam", "support", "dam-vote")
    ]
    assert {row["holder"]: row["coder"] for row in found["coded"]} == {"ana-cole": "ana", "norland": "ana"}


class TestAdding:
    @pytest.fixture
    def session(self, session: Writing) -> Writing:
        """Provide a session on a database with two actors."""
        adding.add_actor(session, "ana-cole", kind="person", name="Ana Cole")
        adding.add_actor(session, "norland", kind="state", name="Norland")
        return session

    def test_the_account_counts_what_was_inserted(self, session: Writing) -> None:
        account = adding.add_outlet(session, "gazette", name="The Gazette", country="GB")

        assert [*account.lines()] == [{"rows": "outlet", "inserted": 1, "updated": 0, "unchanged": 0}]
        assert adding.add_outlet(session, "gazette", name="The Gazette").changed_nothing

    def test_an_event_names_who_took_part(self, session: Writing) -> None:
        adding.add_event(
            session, "visit", kind="visit", title="A visit", during="2025-03", participants=("visitor:ana-cole",)
        )

        assert show_event(session, "visit")["participants"] == [{"role": "visitor", "actor": "ana-cole"}]

    def test_an_indicator_says_what_counts(self, session: Writing) -> None:
        adding.add_indicator(session, "digging", question="Is there digging?", counts_if="A hole.", due="2026")

        assert show_indicator(session, "digging")["counts_if"] == "A hole."

    def test_an_add_changes_nothing_that_is_there(self, session: Writing) -> None:
        with pytest.raises(RefusedByRule, match="kind"):
            adding.add_actor(session, "norland", kind="government", name="Norland")

    def test_an_invalid_value_is_refused_by_its_field(self, session: Writing) -> None:
        with pytest.raises(
            RecordsRefused, match=r"^authority: Found 9; expected a whole number from 1 to 6\.$"
        ) as refused:
            adding.add_statement(session, speaker="ana-cole", said="2025-03-01", authority=9)

        assert [refusal.field for refusal in refused.value.refusals] == ["authority"]

    def test_a_correction_changes_what_is_given_and_nothing_else(self, session: Writing) -> None:
        adding.add_statement(session, statement="one", speaker="ana-cole", said="2025-03-01", place="Norland")
        adding.set_statement(session, "one", authority=3, zone=None)

        shown = show_statement(session, "one")
        assert (shown["authority"], shown["place"], shown["said"]) == (3, "Norland", "2025-03-01")

    def test_a_correction_needs_something_to_correct(self, session: Writing) -> None:
        with pytest.raises(NothingToSet, match=r"^Nothing to set\. Give --zone or --self-declared\.$"):
            adding.set_statement(session, "one", zone=None, self_declared=None)

    def test_what_is_coded_must_be_there(self, session: Writing) -> None:
        with pytest.raises(NoSuchThing):
            adding.add_coding(session, "none", issue="dam")


class TestWork:
    def test_a_dry_run_leaves_nothing(self, work: Work, connection_url: str) -> None:
        before = last_number(connection_url)
        with work.writing("try it", dry_run=True) as session:
            adding.add_outlet(session, "gazette", name="The Gazette")

        assert last_number(connection_url) == before

    def test_a_change_is_signed_and_reports_that_it_is_committed(self, settings: Settings, connection_url: str) -> None:
        committed: list[int] = []
        before = last_number(connection_url)
        work = Work(settings, committed=lambda: committed.append(last_number(connection_url)))

        with work.writing("add an outlet") as session:
            adding.add_outlet(session, "gazette", name="The Gazette")
            assert session.author == AUTHOR
        assert committed == [before + 1]

    def test_the_reporting_schema_follows_when_asked(self, settings: Settings) -> None:
        work = Work(settings, refreshes=True)

        with work.writing("add an outlet") as session:
            adding.add_outlet(session, "gazette", name="The Gazette")
        with work.refreshing() as refreshing:
            reported = (
                refreshing.connection.exec_driver_sql("SELECT outlet_code FROM reporting.dim_outlet").scalars().all()
            )
        assert "gazette" in reported
