"""``stancedb ask``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stancedb.cli.app import App, Day, Noun, pass_app, rule_option, slug_argument, slug_option
from stancedb.cli.output import Column
from stancedb.cli.plotting import check_plot, draw, only, plot_option

if TYPE_CHECKING:
    from stancedb.database import Reading
    from stancedb.dates import Every

F = TypeVar("F", bound=Callable[..., Any])
QUOTE = (Column("statement", table=False), Column("quote", below=True))


def _narrowing(command: F) -> F:
    """Add ``--holder`` and ``--issue``."""
    command = slug_option("issue", help="Only this issue.")(command)
    return slug_option("actor", "--holder", metavar="ACTOR", help="Only this holder.")(command)


@contextmanager
def reported(app: App) -> Iterator[Reading]:
    """Open a session that reads the reporting schema, and print a message if it is behind the database."""
    from stancedb.questions import standard as questions

    with app.reading() as session:
        changesets, day = questions.behind(session)
        yield session
    if changesets or day:
        old = f"{changesets} changeset{'s' if changesets != 1 else ''} behind" if changesets else f"as of {day}"
        app.output.say(f"The answer is {old}; run 'stancedb reporting refresh'.")


@click.group(cls=Noun)
def ask() -> None:
    """Questions that researchers ask.

    Each is answered from the reporting schema. For who changed and when, see 'stance changes'; for who stands where and
    how old the evidence is, see 'stance as-of'. docs/questions.md has each question as SQL.
    """


@ask.command()
@_narrowing
@rule_option
@pass_app
def contradictions(app: App, /, *, rule: str, holder: str | None, issue: str | None) -> None:
    """Show office holders who opposed their own government.

    The government and the state are those above the office at the time. Days count while both stances lasted.

    Example:
      stancedb ask contradictions --holder sanae-takaichi
    """
    from stancedb.questions import standard as questions

    with reported(app) as session:
        rows = questions.contradictions(session, rule=rule, holder=holder, issue=issue)
    app.output.rows(
        rows,
        columns=[
            "holder",
            "government",
            "issue",
            "position",
            "government_position",
            "since",
            Column("until", table=False),
            "valid_last",
            "days",
            Column("statement", table=False),
            Column("government_statement", table=False),
            Column("quote", below=True),
            Column("government_quote", below=True),
        ],
        title=f"Positions against the holder's own government, rule {rule}",
    )


@ask.command()
@_narrowing
@rule_option
@pass_app
def claims(app: App, /, *, rule: str, holder: str | None, issue: str | None) -> None:
    """Compare claims of continuity or change with observations.

    A claim of continuity holds if the position expressed is that of the day before, a claim of change if it is not.
    Before the first stance neither can be decided.

    Example:
      stancedb ask claims --holder japan --issue jp-taiwan-use-of-force
    """
    from stancedb.questions import standard as questions

    with reported(app) as session:
        rows = questions.claims(session, rule=rule, holder=holder, issue=issue)
    app.output.rows(
        rows,
        columns=[
            "holder",
            "issue",
            "said",
            "claim",
            "position_before",
            "position_said",
            "observed",
            "claim_holds",
            Column("change", table=False),
            Column("change_label", label="change"),
            Column("speaker", table=False),
            *QUOTE,
            Column("article", table=False),
        ],
        title=f"Claimed and observed, rule {rule}",
    )


@ask.command()
@slug_option("issue", required=True, help="Issue slug.")
@click.option(
    "--every",
    type=click.Choice(["month", "quarter", "year"]),
    default="year",
    show_default=True,
    help="Measure at the end of each of these periods, and today.",
)
@rule_option
@plot_option
@pass_app
def polarization(app: App, /, *, rule: str, issue: str, every: Every, plot: str | None) -> None:
    """Show agreement and polarization among holders over time.

    Agreement is the share of pairs of holders with the same position. Polarization ranges from 0 (all at one rank of
    the scale) to 1 (half at each end). It differs from dna_polarization in rDNA, which looks for groups in a network of
    actors.

    Example:
      stancedb ask polarization --issue taiwan-status-wording --every year
    """
    from stancedb.plot import analysis
    from stancedb.questions import about
    from stancedb.questions import standard as questions

    if plot is not None:
        check_plot(app, plot)
    with reported(app) as session:
        rows = questions.polarization(session, rule=rule, issue=issue, every=every)
        shown = about.about(session, issue)
    if plot is not None:
        draw(app, plot, analysis.polarization(rows, shown, issue=issue, every=every, rule=rule))
        return
    app.output.rows(
        rows,
        columns=["on_day", "holders", "positions", "unranked", "agreement", "polarization"],
        title=f"{issue} at the end of each {every}, rule {rule}",
    )


@ask.command("first-movers")
@slug_option("issue", required=True, help="Issue slug.")
@slug_option("position", help="Only moves to this position.")
@click.option("--with-initial", is_flag=True, help="Also count the first stance of a holder as a move.")
@rule_option
@plot_option
@pass_app
def first_movers(
    app: App, /, *, rule: str, issue: str, position: str | None, with_initial: bool, plot: str | None
) -> None:
    """Show who moved to a position first, and who followed.

    A change has a window, not a date; surely_later is true only if the windows leave no doubt about the order.

    Example:
      stancedb ask first-movers --issue jp-taiwan-use-of-force --with-initial
    """
    from stancedb.plot import analysis
    from stancedb.questions import about
    from stancedb.questions import standard as questions

    if plot is not None:
        check_plot(app, plot)
    with reported(app) as session:
        rows = questions.first_movers(session, rule=rule, issue=issue, position=position, with_initial=with_initial)
        shown = about.about(session, issue)
        names = about.names(session, (row[name] for row in rows for name in ("holder", "position")), issue)
    if plot is not None:
        draw(app, plot, analysis.first_movers(rows, shown, names, issue=issue, rule=rule, only=only(position=position)))
        return
    app.output.rows(
        rows,
        columns=[
            "position",
            "place",
            "holder",
            Column("change", table=False),
            Column("change_label", label="change"),
            "from_position",
            "window_from",
            "window_until",
            "days_after",
            "surely_later",
            *QUOTE,
        ],
        title=f"Moves on {issue}, rule {rule}",
    )


@ask.command("after-event")
@slug_argument("event", help="Event slug.")
@click.option(
    "--days",
    type=click.IntRange(0, 100_000),
    default=30,
    show_default=True,
    metavar="N",
    help="Number of days after the first day of the event.",
)
@_narrowing
@rule_option
@pass_app
def after_event(app: App, /, event: str, *, days: int, rule: str, holder: str | None, issue: str | None) -> None:
    """Show what was said after an event.

    Each statement is shown with the position held before, and marked if it was made during the event. That a change
    follows an event does not mean that the event caused it.

    Example:
      stancedb ask after-event china-travel-advisory-2025-11-14 --days 14
    """
    from stancedb.questions import standard as questions

    with reported(app) as session:
        rows = questions.after_event(session, event, days=days, rule=rule, holder=holder, issue=issue)
    app.output.rows(
        rows,
        columns=[
            "said",
            "days_after",
            "in_its_course",
            "holder",
            "issue",
            "position_before",
            "position",
            "differs",
            Column("speaker", table=False),
            *QUOTE,
            Column("article", table=False),
        ],
        title=f"Said within {days} days of {event}, rule {rule}",
    )


@ask.command()
@click.option(
    "--days",
    type=click.IntRange(0, 100_000),
    default=365,
    show_default=True,
    metavar="N",
    help="Only silences of more than this number of days.",
)
@click.option("--still", is_flag=True, help="Only silences that continue today.")
@_narrowing
@rule_option
@plot_option
@pass_app
def silence(
    app: App, /, *, days: int, rule: str, still: bool, holder: str | None, issue: str | None, plot: str | None
) -> None:
    """Show how long holders were silent on an issue.

    A silence is the gap between two statements that show the holder's position, or since the latest one; a lasting
    statement, such as a law, speaks until its last day. A silence is not a change of position.

    Example:
      stancedb ask silence --days 365 --still
    """
    from stancedb.plot import analysis
    from stancedb.questions import about
    from stancedb.questions import standard as questions

    if plot is not None:
        check_plot(app, plot)
    with reported(app) as session:
        rows = questions.silence(session, days=days, rule=rule, still=still, holder=holder, issue=issue)
        shown = about.about(session)
        names = about.names(session, (row["holder"] for row in rows))
    if plot is not None:
        draw(app, plot, analysis.silence(rows, shown, names, days=days, only=only(holder=holder, issue=issue)))
        return
    app.output.rows(
        rows,
        columns=["holder", "issue", "last_said", "said_again", "days", "is_silent_still", "position"],
        title=f"Silences of more than {days} days",
    )


@ask.command()
@slug_option("coder", metavar="NAME", help="Only pairs with this coder.")
@_narrowing
@pass_app
def disagreement(app: App, /, *, coder: str | None, holder: str | None, issue: str | None) -> None:
    """Show where two coders coded the same words differently.

    All codings except drafts are compared, including rejected ones. The largest differences come first.

    Example:
      stancedb ask disagreement --coder example-model
    """
    from stancedb.questions import standard as questions

    with app.reading() as session:
        rows = questions.disagreement(session, coder=coder, holder=holder, issue=issue)
    app.output.rows(
        rows,
        columns=[
            "statement",
            "holder",
            "issue",
            "coder",
            "position",
            "status",
            "other_coder",
            "other_position",
            "other_status",
            "ranks_apart",
            "final_coder",
        ],
        title="Codings that differ",
    )


@ask.command()
@slug_option("outlet", help="Only this outlet.")
@click.option("--since", type=Day(), metavar="DATE", help="Start with the month of this date.")
@click.option("--until", type=Day(), metavar="DATE", help="End with the month of this date.")
@plot_option
@pass_app
def coverage(app: App, *, outlet: str | None, since: date | None, until: date | None, plot: str | None) -> None:
    """Show how much of each outlet and month is coded.

    Articles count in the month of publication; articles with an unknown date are excluded.

    Example:
      stancedb ask coverage --since 2025-11-01
    """
    from stancedb.plot import analysis
    from stancedb.questions import about
    from stancedb.questions import standard as questions

    if plot is not None:
        check_plot(app, plot)
    with reported(app) as session:
        rows = questions.coverage(session, outlet=outlet, since=since, until=until)
        shown = about.about(session)
        names = about.names(session, (row["outlet"] for row in rows))
    if plot is not None:
        draw(app, plot, analysis.coverage(rows, shown, names, only=only(outlet=outlet, since=since, until=until)))
        return
    app.output.rows(
        rows,
        columns=["outlet", "month", "articles", "coded", "coded_share", "statements", "mentions"],
        title="Articles by outlet and month",
    )
