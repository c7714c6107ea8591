"""Questions to a database, one method for each question of the command line."""

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
        number: The number of the changeset as of which to query; None for the latest.
        known_at: The number of the changeset as of which the answer is.
        notes: Notes about the answer.
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
            kind: The class of the rows.
            found: The rows as the question returns them.
            rule: The rule that derived them.
            issue: The issue of the question, whose scale the answer has even without rows; None for any.
        """
        taken = [kind.of(row) for row in found]
        return self.of(taken, columns_of(kind), rule=rule, issue=issue)

    def of(self, taken: list[R], columns: Sequence[Column], *, rule: str | None, issue: str | None) -> Answer[R]:
        """Return rows with given columns as an answer, with the scales of their issues."""
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
        """Return the slug of an issue, or of the issue into which it was merged."""
        return issue and kept_issue(self.session, issue, known_at=self.number)[1]


class Questions:
    """The questions of a database, all of which ``stancedb.Database`` has.

    Parameters of the same name mean the same everywhere. ``holder``, ``issue``, ``outlet`` and the like are slugs; an
    actor may also be given by a name or an identifier such as ``wikidata:Q17``. ``since``, ``until`` and ``as_of`` are
    dates: a ``datetime.date``, or text such as ``"2025-11-07"``. ``known_at`` is the number of a changeset, or a date
    for the last changeset of that day; without it the answer is current. ``rule`` names the rule that derives the
    stances. ``limit`` is the maximum number of rows (default: no limit).

    Every method that queries the database raises ``UsageError`` for an invalid argument, ``NoSuchThing`` for an unknown
    slug or name, and ``DatabaseUnreachable`` or ``NotAtHead`` if the database cannot be queried; all are in
    ``stancedb.errors``. ``contradictions``, ``claims``, ``polarization``, ``first_movers``, ``after_event``,
    ``silence`` and ``coverage`` read the schema ``reporting``, as of the changeset of its last refresh, and raise
    ``RefusedByRule`` if it was never refreshed.

    Args:
        work: The object that opens sessions on the database.
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
        """Return the stances of all holders on a date (default: today, or the day of the changeset)."""
        with self._asking(known_at) as asked:
            found = stances.as_of(
                asked.session, day=as_day(as_of), rule=rule, holder=holder, issue=issue, known_at=asked.number
            )
            return asked.answer(rows.Held, stances.as_said(found), rule=rule, issue=asked.kept(issue))

    @checked
    def timeline(
        self, *, holder: Text, issue: Text, rule: Text = DEFAULT_RULE, known_at: KnownAt | None = None
    ) -> Answer[rows.Stance]:
        """Return the stances of one holder on one issue over time."""
        with self._asking(known_at) as asked:
            found = stances.timeline(asked.session, holder=holder, issue=issue, rule=rule, known_at=asked.number)
            return asked.answer(rows.Stance, stances.as_said(found), rule=rule, issue=asked.kept(issue))

    @checked
    def evidence(
        self, *, holder: Text, issue: Text, rule: Text = DEFAULT_RULE, known_at: KnownAt | None = None
    ) -> Answer[rows.Evidence]:
        """Return the statements behind the stances of one holder on one issue, with their roles."""
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
            since: Only changes that may have happened on or after this date.
            until: Only changes that may have happened on or before this date.
            with_initial: Whether to include the first stance of each holder.
            known_at: The changeset as of which to query.
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
        """Compare the stances of one holder on one issue under several rules (default: all rules).

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
        """Return office holders who opposed their own government."""
        with self._asking_reported() as asked:
            found = standard.contradictions(asked.session, rule=rule, holder=holder, issue=issue)
            return asked.answer(rows.Contradiction, found, rule=rule, issue=asked.kept(issue))

    @checked
    def claims(
        self, *, holder: Text | None = None, issue: Text | None = None, rule: Text = DEFAULT_RULE
    ) -> Answer[rows.Claim]:
        """Return claims of continuity or change, compared with observations."""
        with self._asking_reported() as asked:
            found = standard.claims(asked.session, rule=rule, holder=holder, issue=issue)
            return asked.answer(rows.Claim, found, rule=rule, issue=asked.kept(issue))

    @checked
    def polarization(
        self, *, issue: Text, every: Period = "year", rule: Text = DEFAULT_RULE
    ) -> Answer[rows.Polarization]:
        """Return agreement and polarization among holders at the end of each period, and today.

        Agreement is the share of pairs of holders with the same position (Simpson 1949, without replacement).
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
            with_initial: Whether the first stance of a holder also counts as a move.
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
        """Return what was said within ``days`` days after the first day of an event."""
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
        """Return silences of holders of more than ``days`` days; with ``still`` only those that continue today."""
        with self._asking_reported() as asked:
            found = standard.silence(asked.session, days=days, rule=rule, still=still, holder=holder, issue=issue)
            return asked.answer(rows.Silence, found, rule=rule, issue=asked.kept(issue))

    @checked
    def disagreement(
        self, *, coder: Text | None = None, holder: Text | None = None, issue: Text | None = None
    ) -> Answer[rows.Disagreement]:
        """Return where two coders coded the same words differently, largest differences first."""
        with self._asking() as asked:
            found = standard.disagreement(asked.session, coder=coder, holder=holder, issue=issue)
            return asked.answer(rows.Disagreement, found, issue=asked.kept(issue))

    @checked
    def coverage(
        self, *, outlet: Text | None = None, since: Day | None = None, until: Day | None = None
    ) -> Answer[rows.Coverage]:
        """Return how much of each outlet and month is coded, from the month of ``since`` to the month of ``until``."""
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
        """Return statements made from ``since`` to ``until``, by date."""
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
        """Return a statement with its quotes, codings, links and history."""
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
        """Return codings by statement date.

        Args:
            statement: Only codings of this statement.
            holder: Only codings for this holder.
            issue: Only codings on this issue.
            coder: Only codings by this coder.
            status: Only codings with this status.
            final: Only codings that count, or only those that do not.
            retired: Only codings on retired positions, which should be recoded.
            limit: Maximum number of rows.
            known_at: The changeset as of which to query.
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
        """Return articles, newest first; with ``uncoded`` only those without a statement."""
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
        """Return the articles whose title or text contains all words, ignoring case and accents.

        Args:
            words: Words that must all occur; phrases in double quotes.
            outlet: Only articles of this outlet.
            since: Only articles that may have been published on or after this date.
            until: Only articles that may have been published on or before this date.
            language: Only articles in this language (BCP 47); ``zh`` also matches ``zh-Hant``.
            coded: Only articles with statements, or only those without.
            sort: By relevance (rank), or newest first (date).
            limit: Maximum number of rows.

        Raises:
            UsageError: ``words`` contains no word.
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
        """Return likely copies of articles, most similar first.

        Args:
            state: Only pairs in this state: proposed, accepted or rejected.
            outlet: Only pairs in which either article is of this outlet.
            min_score: Only pairs with at least this similarity, from 0 to 1.
            limit: Maximum number of rows.
        """
        with self._asking() as asked:
            found = duplicates.list_duplicates(
                asked.session, state=state, outlet=outlet, min_score=min_score, limit=limit
            )
            return asked.answer(rows.Duplicate, found)

    @checked
    def outlets(self) -> Answer[rows.Outlet]:
        """Return the outlets with the number of their articles."""
        with self._asking() as asked:
            return asked.answer(rows.Outlet, actors.list_outlets(asked.session))

    # --- Actors -------------------------------------------------------------------------------------------------------

    @checked
    def actors(self, *, kind: OfActors | None = None, known_at: KnownAt | None = None) -> Answer[rows.ListedActor]:
        """Return the actors with their offices and counts of statements and codings."""
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
        """Return the identifier schemes with the number of their identifiers."""
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
        """Return an issue with its positions and their definitions."""
        with self._asking(known_at) as asked:
            return rows.Issue.of(issues.show_issue(asked.session, issue, known_at=asked.number))

    @checked
    def positions(self, issue: Text, *, known_at: KnownAt | None = None) -> Answer[rows.ListedPosition]:
        """Return the positions of an issue in the order of its scale."""
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
        """Return events by date; with ``actor`` only those with this participant, with ``kind`` of this kind."""
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
        """Return the events during which statements on an issue were made, and their asserted effects."""
        with self._asking(known_at) as asked:
            return asked.answer(rows.EventAround, events.list_around(asked.session, issue, known_at=asked.number))

    @checked
    def indicators(
        self, *, issue: Text | None = None, status: OfIndicators | None = None
    ) -> Answer[rows.ListedIndicator]:
        """Return the indicators with the latest observation of each."""
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
        """Return the content of a page about one issue (default: all holders who held a position)."""
        with self._asking(known_at) as asked:
            found = pages.issue_page(asked.session, issue, rule=rule, holders=holders, known_at=asked.number)
            return rows.Page.of(found)

    @checked
    def changesets(self, *, limit: Limit | None = None) -> Answer[rows.ListedChangeset]:
        """Return the changesets, newest first."""
        with self._asking() as asked:
            return asked.answer(rows.ListedChangeset, changesets.list_changesets(asked.session, limit=limit))

    @checked
    def changeset(self, number: Number) -> rows.Changeset:
        """Return one changeset and the number of rows it changed."""
        with self._asking() as asked:
            found = changesets.show_changeset(asked.session, number)
            return rows.Changeset.of({"login": None, "client_address": None, **found})

    @checked
    def releases(self) -> Answer[rows.ListedRelease]:
        """Return the releases, newest first."""
        with self._asking() as asked:
            return asked.answer(rows.ListedRelease, releases.list_releases(asked.session))

    @checked
    def release(self, release: Text) -> rows.Release:
        """Return one release with its manifest."""
        with self._asking() as asked:
            return rows.Release.of(releases.show_release(asked.session, release))

    @checked
    def verify(self, release: Text) -> Answer[rows.VerifiedFile]:
        """Regenerate a release and return each file with whether its checksum matches the release."""
        with self._asking() as asked:
            return asked.answer(rows.VerifiedFile, releases.write_release(asked.session, release))

    @checked
    def diff(self, before: Text, after: Text) -> Answer[rows.Difference]:
        """Return the differences between two releases, and their reasons."""
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
        """Return the changeset and date of the schema ``reporting``."""
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
        """Return the kinds of records that can be loaded."""
        self._opened()
        found = [
            rows.RecordKind(kind, (record.__doc__ or "").partition("\n")[0].replace("`", ""))
            for kind, record in RECORDS.items()
        ]
        return Answer(found, columns=columns_of(rows.RecordKind), known_at=None)

    @checked
    def schema(self, kind: Text) -> dict[str, Any]:
        """Return the JSON Schema of a kind of record."""
        self._opened()
        return json_schema(kind)
