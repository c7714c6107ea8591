"""Questions to a database, one method for each that the command line answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from stancedb.admin import refreshing, roles
from stancedb.api import rows
from stancedb.api.answer import Answer, Column, Place, columns_of
from stancedb.api.arguments import (
    DEFAULT_RULE,
    Day,
    Days,
    Flag,
    KnownAt,
    Limit,
    Number,
    OfActors,
    OfAssignments,
    OfCodings,
    OfDuplicates,
    OfIndicators,
    Order,
    Period,
    Share,
    Text,
    Texts,
    as_day,
    as_typed,
    checked,
)
from stancedb.database import Reading
from stancedb.errors import DatabaseClosed
from stancedb.questions import (
    actors,
    articles,
    changesets,
    codings,
    duplicates,
    events,
    issues,
    pages,
    stances,
    standard,
    statements,
    workbench,
)
from stancedb.records.schemas import RECORDS, json_schema
from stancedb.releases import diff as release_diff
from stancedb.releases import register as releases
from stancedb.shared.asking import changeset_number, last_changeset
from stancedb.shared.handles import kept_issue
from stancedb.work import Work

R = TypeVar("R", bound=rows.Row)


@dataclass(frozen=True, slots=True)
class Asked:
    """A session in which a question is asked.

    Attributes:
        session: The session.
        number: The number of the changeset at which the database is asked; None means now.
        known_at: The number of the changeset up to which the answer is.
        notes: What a person should know of the answer.
    """

    session: Reading
    number: int | None
    known_at: int
    notes: tuple[str, ...] = ()

    def answer(
        self,
        kind: type[R],
        found: Iterable[dict[str, Any]],
        *,
        rule: str | None = None,
        issue: str | None = None,
    ) -> Answer[R]:
        """Return rows as an answer.

        Args:
            kind: The form of the rows.
            found: The rows as the question returns them.
            rule: The rule that derived them.
            issue: The issue that was asked about, whose scale the answer has even if it has no rows; None for any.
        """
        taken = [kind.of(row) for row in found]
        return self.of(taken, columns_of(kind), rule=rule, issue=issue)

    def of(self, taken: list[R], columns: Sequence[Column], *, rule: str | None, issue: str | None) -> Answer[R]:
        """Return rows of given columns as an answer, with the scales of the issues they are about."""
        named = {str(row.issue) for row in taken if hasattr(row, "issue")} | ({issue} if issue else set())
        has_positions = any(column.kind == "position" for column in columns)
        scales = issues.scales(self.session, named, known_at=self.number) if has_positions and named else ()
        return Answer(
            taken,
            columns=columns,
            known_at=self.known_at,
            rule=rule,
            places=[Place(**place) for place in scales],
            notes=self.notes,
        )

    def kept(self, issue: str | None) -> str | None:
        """Return the slug of the issue that an issue counts for."""
        return issue and kept_issue(self.session, issue, known_at=self.number)[1]


class Questions:
    """The questions of a database; ``stancedb.Database`` has all of them.

    Parameters of one name mean the same everywhere. ``holder``, ``issue``, ``outlet`` and the like are slugs; an actor
    may also be given by a name or an identifier such as ``wikidata:Q17``. ``since``, ``until`` and ``as_of`` are days:
    a ``datetime.date``, or text such as ``"2025-11-07"``. ``known_at`` is the number of a changeset or a day, which
    means the last changeset of that day; without it the answer is of now. ``rule`` names the rule that derives the
    stances. ``limit`` is the maximum number of rows; without it all are returned.

    Every method that asks the database raises ``UsageError`` for an argument that it does not take, ``NoSuchThing`` if
    what it names does not exist, and ``DatabaseUnreachable`` or ``NotAtHead`` if the database cannot be asked; all of
    them are in ``stancedb.errors``. The methods for ``contradictions``, ``claims``, ``polarization``, ``first_movers``,
    ``after_event``, ``silence`` and ``coverage`` answer from the schema ``reporting``, up to the changeset that it was
    refreshed to, and raise ``RefusedByRule`` if that never happened.

    Args:
        work: What opens sessions on the database.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._is_open = True

    def _opened(self) -> Work:
        if not self._is_open:
            raise DatabaseClosed
        return self._work

    @contextmanager
    def _asking(self, known_at: KnownAt | None = None) -> Iterator[Asked]:
        with self._opened().reading() as session:
            number = changeset_number(session, as_typed(known_at))
            yield Asked(session, number, number or last_changeset(session))

    @contextmanager
    def _asking_reported(self) -> Iterator[Asked]:
        with self._opened().reading() as session:
            behind, day = standard.behind(session)
            old = f"{behind} changeset{'s' if behind != 1 else ''} behind" if behind else f"as of {day}"
            notes = (f"The answer is {old}; refresh() brings it up to date.",) if behind or day else ()
            yield Asked(session, None, last_changeset(session) - behind, notes)

    # --- Stances ------------------------------------------------------------------------------------------------------

    @checked
    def as_of(
        self,
        as_of: Day | None = None,
        *,
        holder: Text | None = None,
        issue: Text | None = None,
        rule: Text = DEFAULT_RULE,
        known_at: KnownAt | None = None,
    ) -> Answer[rows.Held]:
        """Return where everybody stood on a day; without a day, today or the day of the changeset."""
        with self._asking(known_at) as asked:
            found = stances.as_of(
                asked.session, day=as_day(as_of), rule=rule, holder=holder, issue=issue, known_at=asked.number
            )
            return asked.answer(rows.Held, stances.as_said(found), rule=rule, issue=asked.kept(issue))

    @checked
    def timeline(
        self, *, holder: Text, issue: Text, rule: Text = DEFAULT_RULE, known_at: KnownAt | None = None
    ) -> Answer[rows.Stance]:
        """Return the stances of one holder on one issue in order."""
        with self._asking(known_at) as asked:
            found = stances.timeline(asked.session, holder=holder, issue=issue, rule=rule, known_at=asked.number)
            return asked.answer(rows.Stance, stances.as_said(found), rule=rule, issue=asked.kept(issue))

    @checked
    def evidence(
        self, *, holder: Text, issue: Text, rule: Text = DEFAULT_RULE, known_at: KnownAt | None = None
    ) -> Answer[rows.Evidence]:
        """Return every statement behind the stances of one holder on one issue, with its role."""
        with self._asking(known_at) as asked:
            found = stances.evidence(asked.session, holder=holder, issue=issue, rule=rule, known_at=asked.number)
            return asked.answer(rows.Evidence, found, rule=rule, issue=asked.kept(issue))

    @checked
    def changes(
        self,
        *,
        holder: Text | None = None,
        issue: Text | None = None,
        rule: Text = DEFAULT_RULE,
        since: Day | None = None,
        until: Day | None = None,
        with_initial: Flag = False,
        known_at: KnownAt | None = None,
    ) -> Answer[rows.Change]:
        """Return who changed, how, and the window in which it happened.

        Args:
            holder: Only changes of this holder.
            issue: Only changes on this issue.
            rule: The rule that derives the stances.
            since: Only changes that may have happened on this day or later.
            until: Only changes that may have happened on this day or earlier.
            with_initial: Whether the first stance of each holder is among them.
            known_at: The changeset at which the database is asked.
        """
        with self._asking(known_at) as asked:
            found = stances.changes(
                asked.session,
                rule=rule,
                holder=holder,
                issue=issue,
                since=as_day(since),
                until=as_day(until),
                with_initial=with_initial,
                known_at=asked.number,
            )
            return asked.answer(rows.Change, found, rule=rule, issue=asked.kept(issue))

    @checked
    def compare(
        self, *, holder: Text, issue: Text, rules: Texts = (), known_at: KnownAt | None = None
    ) -> Answer[rows.Compared]:
        """Return what several rules say of one holder on one issue, side by side; without ``rules`` all of them.

        In mappings and data frames each rule is a column.
        """
        with self._asking(known_at) as asked:
            chosen = rules or [row["rule"] for row in stances.rules(asked.session, known_at=asked.number)]
            found = stances.compare(asked.session, holder=holder, issue=issue, rules=chosen, known_at=asked.number)
            taken = [rows.Compared.of({**row, "positions": {rule: row[rule] for rule in chosen}}) for row in found]
            columns = [
                shown
                for column in columns_of(rows.Compared)
                for shown in (
                    [Column(rule, "position", f"Slug of the position under the rule {rule}.") for rule in chosen]
                    if column.name == "positions"
                    else [column]
                )
            ]
            return asked.of(taken, columns, rule=None, issue=asked.kept(issue))

    @checked
    def rules(self) -> Answer[rows.Rule]:
        """Return the rules that derive stances."""
        with self._asking() as asked:
            return asked.answer(rows.Rule, stances.rules(asked.session))

    # --- Questions that researchers ask -------------------------------------------------------------------------------

    @checked
    def contradictions(
        self, *, holder: Text | None = None, issue: Text | None = None, rule: Text = DEFAULT_RULE
    ) -> Answer[rows.Contradiction]:
        """Return who in office stood against their own government."""
        with self._asking_reported() as asked:
            found = standard.contradictions(asked.session, rule=rule, holder=holder, issue=issue)
            return asked.answer(rows.Contradiction, found, rule=rule, issue=asked.kept(issue))

    @checked
    def claims(
        self, *, holder: Text | None = None, issue: Text | None = None, rule: Text = DEFAULT_RULE
    ) -> Answer[rows.Claim]:
        """Return claims of continuity or change beside what is observed."""
        with self._asking_reported() as asked:
            found = standard.claims(asked.session, rule=rule, holder=holder, issue=issue)
            return asked.answer(rows.Claim, found, rule=rule, issue=asked.kept(issue))

    @checked
    def polarization(
        self, *, issue: Text, every: Period = "year", rule: Text = DEFAULT_RULE
    ) -> Answer[rows.Polarization]:
        """Return how far holders agree, and stand apart, at the end of each period, and today.

        Agreement is the share of pairs of holders that take the same position (Simpson 1949, without replacement).
        Polarization is the dissention of Tastle and Wierman (2007) on the ranks of the positions.

        Args:
            issue: The issue.
            every: The period: month, quarter or year.
            rule: The rule that derives the stances.
        """
        with self._asking_reported() as asked:
            found = standard.polarization(asked.session, rule=rule, issue=issue, every=every)
            return asked.answer(rows.Polarization, found, rule=rule)

    @checked
    def first_movers(
        self, *, issue: Text, position: Text | None = None, with_initial: Flag = False, rule: Text = DEFAULT_RULE
    ) -> Answer[rows.Move]:
        """Return who moved to a position first, and who followed.

        Args:
            issue: The issue.
            position: Only moves to this position.
            with_initial: Whether the first stance of a holder counts as a move.
            rule: The rule that derives the stances.
        """
        with self._asking_reported() as asked:
            found = standard.first_movers(
                asked.session, rule=rule, issue=issue, position=position, with_initial=with_initial
            )
            return asked.answer(rows.Move, found, rule=rule, issue=asked.kept(issue))

    @checked
    def after_event(
        self,
        event: Text,
        *,
        days: Days = 30,
        holder: Text | None = None,
        issue: Text | None = None,
        rule: Text = DEFAULT_RULE,
    ) -> Answer[rows.Reaction]:
        """Return what was said within so many days after the first day of an event."""
        with self._asking_reported() as asked:
            found = standard.after_event(asked.session, event, days=days, rule=rule, holder=holder, issue=issue)
            return asked.answer(rows.Reaction, found, rule=rule, issue=asked.kept(issue))

    @checked
    def silence(
        self,
        *,
        days: Days = 365,
        still: Flag = False,
        holder: Text | None = None,
        issue: Text | None = None,
        rule: Text = DEFAULT_RULE,
    ) -> Answer[rows.Silence]:
        """Return who said nothing on an issue for more than so many days; with ``still`` only until today."""
        with self._asking_reported() as asked:
            found = standard.silence(asked.session, days=days, rule=rule, still=still, holder=holder, issue=issue)
            return asked.answer(rows.Silence, found, rule=rule, issue=asked.kept(issue))

    @checked
    def disagreement(
        self, *, coder: Text | None = None, holder: Text | None = None, issue: Text | None = None
    ) -> Answer[rows.Disagreement]:
        """Return where two coders read the same words differently, the widest apart first."""
        with self._asking() as asked:
            found = standard.disagreement(asked.session, coder=coder, holder=holder, issue=issue)
            return asked.answer(rows.Disagreement, found, issue=asked.kept(issue))

    @checked
    def coverage(
        self, *, outlet: Text | None = None, since: Day | None = None, until: Day | None = None
    ) -> Answer[rows.Coverage]:
        """Return how much of each outlet and month is coded, from the month of ``since`` to that of ``until``."""
        with self._asking_reported() as asked:
            found = standard.coverage(asked.session, outlet=outlet, since=as_day(since), until=as_day(until))
            return asked.answer(rows.Coverage, found)

    # --- Statements and codings ---------------------------------------------------------------------------------------

    @checked
    def statements(
        self,
        *,
        speaker: Text | None = None,
        article: Text | None = None,
        issue: Text | None = None,
        since: Day | None = None,
        until: Day | None = None,
        limit: Limit | None = None,
        known_at: KnownAt | None = None,
    ) -> Answer[rows.ListedStatement]:
        """Return statements in order of date, said from ``since`` to ``until``."""
        with self._asking(known_at) as asked:
            found = statements.list_statements(
                asked.session,
                speaker=speaker,
                article=article,
                issue=issue,
                since=as_day(since),
                until=as_day(until),
                limit=limit,
                known_at=asked.number,
            )
            return asked.answer(rows.ListedStatement, found)

    @checked
    def statement(self, statement: Text, *, known_at: KnownAt | None = None) -> rows.Statement:
        """Return a statement with its quotes, codings, links and record."""
        with self._asking(known_at) as asked:
            return rows.Statement.of(statements.show_statement(asked.session, statement, known_at=asked.number))

    @checked
    def codings(
        self,
        *,
        statement: Text | None = None,
        holder: Text | None = None,
        issue: Text | None = None,
        coder: Text | None = None,
        status: OfCodings | None = None,
        final: Flag | None = None,
        retired: Flag = False,
        limit: Limit | None = None,
        known_at: KnownAt | None = None,
    ) -> Answer[rows.Coding]:
        """Return codings in order of the statements' dates.

        Args:
            statement: Only codings of this statement.
            holder: Only codings of this holder.
            issue: Only codings on this issue.
            coder: Only codings by this coder.
            status: Only codings with this status.
            final: Only codings that count, or only those that do not.
            retired: Only codings on retired positions, which are to be recoded.
            limit: Maximum number of rows.
            known_at: The changeset at which the database is asked.
        """
        with self._asking(known_at) as asked:
            found = codings.list_codings(
                asked.session,
                statement=statement,
                holder=holder,
                issue=issue,
                coder=coder,
                status=status,
                final=final,
                retired=retired,
                limit=limit,
                known_at=asked.number,
            )
            return asked.answer(rows.Coding, found, issue=asked.kept(issue))

    # --- Articles and outlets -----------------------------------------------------------------------------------------

    @checked
    def articles(
        self,
        *,
        outlet: Text | None = None,
        uncoded: Flag = False,
        limit: Limit | None = None,
        known_at: KnownAt | None = None,
    ) -> Answer[rows.ListedArticle]:
        """Return articles, the newest first; with ``uncoded`` only those without a statement."""
        with self._asking(known_at) as asked:
            found = articles.list_articles(
                asked.session, outlet=outlet, uncoded=uncoded, limit=limit, known_at=asked.number
            )
            return asked.answer(rows.ListedArticle, found)

    @checked
    def article(self, article: Text) -> rows.Article:
        """Return an article with its text and the statements printed in it."""
        with self._asking() as asked:
            return rows.Article.of(articles.show_article(asked.session, article))

    @checked
    def search(
        self,
        words: Text,
        *,
        outlet: Text | None = None,
        since: Day | None = None,
        until: Day | None = None,
        language: Text | None = None,
        coded: Flag | None = None,
        sort: Order = "rank",
        limit: Limit | None = None,
    ) -> Answer[rows.Hit]:
        """Return the articles whose title or text has all the words, without regard to case and accents.

        Args:
            words: Words that all occur; a phrase in double quotes.
            outlet: Only articles of this outlet.
            since: Only articles that may have been published on this day or later.
            until: Only articles that may have been published on this day or earlier.
            language: Only articles in this language (BCP 47); ``zh`` includes ``zh-Hant``.
            coded: Only articles with statements, or only those without.
            sort: By relevance (rank), or the newest first (date).
            limit: Maximum number of rows.

        Raises:
            UsageError: There is no word in the words.
        """
        with self._asking() as asked:
            found = articles.search_articles(
                asked.session,
                words,
                outlet=outlet,
                since=as_day(since),
                until=as_day(until),
                language=language,
                coded=coded,
                by=sort,
                limit=limit,
            )
            return asked.answer(rows.Hit, found)

    @checked
    def duplicates(
        self,
        *,
        state: OfDuplicates = "proposed",
        outlet: Text | None = None,
        min_score: Share = 0.0,
        limit: Limit | None = None,
    ) -> Answer[rows.Duplicate]:
        """Return likely copies of articles, the most alike first.

        Args:
            state: Pairs in this state: proposed, accepted or rejected.
            outlet: Only pairs with an article of this outlet on either side.
            min_score: Only pairs at least so alike, from 0 to 1.
            limit: Maximum number of rows.
        """
        with self._asking() as asked:
            found = duplicates.list_duplicates(
                asked.session, state=state, outlet=outlet, min_score=min_score, limit=limit
            )
            return asked.answer(rows.Duplicate, found)

    @checked
    def outlets(self) -> Answer[rows.Outlet]:
        """Return the outlets with how many articles each has."""
        with self._asking() as asked:
            return asked.answer(rows.Outlet, actors.list_outlets(asked.session))

    # --- Actors -------------------------------------------------------------------------------------------------------

    @checked
    def actors(self, *, kind: OfActors | None = None, known_at: KnownAt | None = None) -> Answer[rows.ListedActor]:
        """Return the actors with the offices they hold and how much is recorded of them."""
        with self._asking(known_at) as asked:
            found = actors.list_actors(asked.session, kind=kind, known_at=asked.number)
            return asked.answer(rows.ListedActor, found)

    @checked
    def actor(self, actor: Text, *, known_at: KnownAt | None = None) -> rows.Actor:
        """Return an actor with names, relations, tenures and attributes."""
        with self._asking(known_at) as asked:
            return rows.Actor.of(actors.show_actor(asked.session, actor, known_at=asked.number))

    @checked
    def schemes(self) -> Answer[rows.Scheme]:
        """Return the systems of identifiers with how many identifiers of each there are."""
        with self._asking() as asked:
            return asked.answer(rows.Scheme, actors.list_schemes(asked.session))

    # --- Codebook -----------------------------------------------------------------------------------------------------

    @checked
    def codebooks(self) -> Answer[rows.Codebook]:
        """Return the codebook versions."""
        with self._asking() as asked:
            return asked.answer(rows.Codebook, issues.list_codebooks(asked.session))

    @checked
    def issues(self, *, known_at: KnownAt | None = None) -> Answer[rows.ListedIssue]:
        """Return the issues."""
        with self._asking(known_at) as asked:
            return asked.answer(rows.ListedIssue, issues.list_issues(asked.session, known_at=asked.number))

    @checked
    def issue(self, issue: Text, *, known_at: KnownAt | None = None) -> rows.Issue:
        """Return an issue with its positions and how to tell them apart."""
        with self._asking(known_at) as asked:
            return rows.Issue.of(issues.show_issue(asked.session, issue, known_at=asked.number))

    @checked
    def positions(self, issue: Text, *, known_at: KnownAt | None = None) -> Answer[rows.ListedPosition]:
        """Return the positions of an issue, along its scale."""
        with self._asking(known_at) as asked:
            found = issues.list_positions(asked.session, issue, known_at=asked.number)
            return asked.answer(rows.ListedPosition, found, issue=issue)

    # --- Rounds of coding ---------------------------------------------------------------------------------------------

    @checked
    def rounds(self) -> Answer[rows.ListedRound]:
        """Return the rounds of coding with their progress, the newest first; a coder sees that of her own texts."""
        with self._asking() as asked:
            return asked.answer(rows.ListedRound, workbench.list_rounds(asked.session))

    @checked
    def round(self, round: Text) -> rows.Round:  # noqa: A002 - the word of the command line
        """Return a round with its scope and the progress of each coder whom the login may see."""
        with self._asking() as asked:
            return rows.Round.of(workbench.show_round(asked.session, round))

    @checked
    def assignments(
        self,
        *,
        round: Text | None = None,  # noqa: A002 - the word of the command line
        coder: Text | None = None,
        state: OfAssignments | None = None,
        limit: Limit | None = None,
    ) -> Answer[rows.Assignment]:
        """Return assignments in the order in which they are coded.

        Args:
            round: Only assignments of this round.
            coder: Only assignments of this coder.
            state: Only assignments in this state: open, done, problem or withdrawn.
            limit: Maximum number of rows.
        """
        with self._asking() as asked:
            found = workbench.list_assignments(asked.session, round_slug=round, coder=coder, state=state, limit=limit)
            return asked.answer(rows.Assignment, found)

    # --- Events and indicators ----------------------------------------------------------------------------------------

    @checked
    def events(
        self, *, actor: Text | None = None, kind: Text | None = None, known_at: KnownAt | None = None
    ) -> Answer[rows.ListedEvent]:
        """Return events in order; with ``actor`` only those with this participant, with ``kind`` of this kind."""
        with self._asking(known_at) as asked:
            found = events.list_events(asked.session, actor=actor, kind=kind, known_at=asked.number)
            return asked.answer(rows.ListedEvent, found)

    @checked
    def event(self, event: Text, *, known_at: KnownAt | None = None) -> rows.Event:
        """Return an event with its participants, causes and statements."""
        with self._asking(known_at) as asked:
            return rows.Event.of(events.show_event(asked.session, event, known_at=asked.number))

    @checked
    def around(self, issue: Text, *, known_at: KnownAt | None = None) -> Answer[rows.EventAround]:
        """Return the events around an issue: in whose course statements on it were made, and what follows from it."""
        with self._asking(known_at) as asked:
            return asked.answer(rows.EventAround, events.list_around(asked.session, issue, known_at=asked.number))

    @checked
    def indicators(
        self, *, issue: Text | None = None, status: OfIndicators | None = None
    ) -> Answer[rows.ListedIndicator]:
        """Return what is being watched, with the latest observation of each."""
        with self._asking() as asked:
            return asked.answer(rows.ListedIndicator, events.list_indicators(asked.session, issue=issue, status=status))

    @checked
    def indicator(self, indicator: Text) -> rows.Indicator:
        """Return an indicator with all its observations."""
        with self._asking() as asked:
            return rows.Indicator.of(events.show_indicator(asked.session, indicator))

    # --- Pages, changesets and releases -------------------------------------------------------------------------------

    @checked
    def page(
        self, issue: Text, *, holders: Texts = (), rule: Text = DEFAULT_RULE, known_at: KnownAt | None = None
    ) -> rows.Page:
        """Return all that a page shows of one issue; without ``holders`` of all who held a position."""
        with self._asking(known_at) as asked:
            found = pages.issue_page(asked.session, issue, rule=rule, holders=holders, known_at=asked.number)
            return rows.Page.of(found)

    @checked
    def changesets(self, *, limit: Limit | None = None) -> Answer[rows.ListedChangeset]:
        """Return the changesets, the newest first."""
        with self._asking() as asked:
            return asked.answer(rows.ListedChangeset, changesets.list_changesets(asked.session, limit=limit))

    @checked
    def changeset(self, number: Number) -> rows.Changeset:
        """Return one changeset with the rows it wrote."""
        with self._asking() as asked:
            found = changesets.show_changeset(asked.session, number)
            return rows.Changeset.of({"login": None, "client_address": None, **found})

    @checked
    def releases(self) -> Answer[rows.ListedRelease]:
        """Return the releases, the newest first."""
        with self._asking() as asked:
            return asked.answer(rows.ListedRelease, releases.list_releases(asked.session))

    @checked
    def release(self, release: Text) -> rows.Release:
        """Return one release with its manifest."""
        with self._asking() as asked:
            return rows.Release.of(releases.show_release(asked.session, release))

    @checked
    def verify(self, release: Text) -> Answer[rows.VerifiedFile]:
        """Build a release again and return each file with whether its checksum is the one that was released."""
        with self._asking() as asked:
            return asked.answer(rows.VerifiedFile, releases.write_release(asked.session, release))

    @checked
    def diff(self, before: Text, after: Text) -> Answer[rows.Difference]:
        """Return what differs between two releases, and why."""
        with self._asking() as asked:
            return asked.answer(rows.Difference, release_diff.diff_releases(asked.session, before, after))

    @checked
    def cite(self, release: Text) -> rows.Citation:
        """Return the citation of a release, as a sentence and as BibTeX."""
        with self._asking() as asked:
            return rows.Citation.of(releases.cite(asked.session, release))

    # --- The database -------------------------------------------------------------------------------------------------

    @checked
    def reported(self) -> rows.Reported:
        """Return up to which changeset and day the schema ``reporting`` answers."""
        with self._asking() as asked:
            return rows.Reported.of(refreshing.status(asked.session))

    @checked
    def rights(self) -> Answer[rows.Right]:
        """Return what coders and reviewers may do."""
        self._opened()
        found = [rows.Right.of(row) for row in roles.list_rights()]
        return Answer(found, columns=columns_of(rows.Right), known_at=None)

    @checked
    def schemas(self) -> Answer[rows.RecordKind]:
        """Return the kinds of records that load."""
        self._opened()
        found = [
            rows.RecordKind(kind, (record.__doc__ or "").partition("\n")[0].replace("`", ""))
            for kind, record in RECORDS.items()
        ]
        return Answer(found, columns=columns_of(rows.RecordKind), known_at=None)

    @checked
    def schema(self, kind: Text) -> dict[str, Any]:
        """Return what a record of a kind may say, as JSON Schema."""
        self._opened()
        return json_schema(kind)
