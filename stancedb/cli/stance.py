"""``stancedb stance``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from stancedb.cli.app import (
    App,
    Day,
    Noun,
    as_of_option,
    asked_format,
    known_at_option,
    pass_app,
    rule_option,
    slug_option,
)
from stancedb.cli.output import Column, line_width, visible

# Under each row, so that the words can be read: the quote, who printed it, and where.
QUOTE = (Column("quote", below=True), Column("outlet", below=True), Column("article", below=True))


@click.group(cls=Noun)
def stance() -> None:
    """Who stands where, since when, and on what evidence.

    A stance is never typed in: a named rule derives it from the final codings. The same evidence gives different
    answers under different rules, so every answer names its rule. --known-at asks what the database said then.
    """


@stance.command("as-of")
@as_of_option
@slug_option("actor", "--holder", metavar="ACTOR", help="This holder alone.")
@slug_option("issue", help="This issue alone.")
@rule_option
@known_at_option
@pass_app
def as_of_(
    app: App, *, as_of: date | None, holder: str | None, issue: str | None, rule: str, known_at: str | None
) -> None:
    """Show where everybody stood on a day.

    Without --as-of the day is today, and with --known-at that of the changeset.

    Example:
      stancedb stance as-of --as-of 2025-11-10 --issue jp-taiwan-use-of-force
    """
    from stancedb.questions import stances
    from stancedb.shared import asking

    with app.reading() as session:
        number = asking.changeset_number(session, known_at)
        rows = stances.as_of(session, day=as_of, rule=rule, holder=holder, issue=issue, known_at=number)
    app.output.rows(
        stances.as_said(rows),
        columns=[
            "holder",
            "issue",
            "position",
            Column("label", table=False),
            "since",
            Column("since_from", table=False),
            Column("until", table=False),
            Column("valid_last", table=False),
            "evidence",
            Column("contrary", table=False),
            "contested",
            "last_evidence",
            Column("last_evidence_from", table=False),
            "days_old",
            Column("statement", table=False),
            *QUOTE,
        ],
        title=f"Stances as of {as_of or ('that day' if known_at else 'today')}, rule {rule}{_known(known_at)}",
    )


@stance.command()
@slug_option("actor", "--holder", metavar="ACTOR", required=True, help="Who.")
@slug_option("issue", required=True, help="On which issue.")
@rule_option
@click.option("--evidence", "with_evidence", is_flag=True, help="Every statement behind it, with its role.")
@click.option(
    "--plot",
    is_flag=False,
    flag_value="-",
    metavar="FILE",
    help="Draw it: to FILE.svg, .png or .html; without a file, or with -, as a small chart in the terminal.",
)
@known_at_option
@pass_app
def timeline(
    app: App, holder: str, issue: str, *, rule: str, with_evidence: bool, plot: str | None, known_at: str | None
) -> None:
    """Show the stances of one holder on one issue in order.

    Each has the words with which it began.

    Example:
      stancedb stance timeline --holder japan --issue jp-taiwan-use-of-force
    """
    from stancedb.questions import stances
    from stancedb.shared import asking

    if plot is not None:
        if asked_format(app) is not None:
            raise click.UsageError("--plot draws a picture; leave out --format.")
        _draw(app, plot, holder=holder, issue=issue, rule=rule, known_at=known_at)
        return
    with app.reading() as session:
        number = asking.changeset_number(session, known_at)
        ask = stances.evidence if with_evidence else stances.timeline
        rows = ask(session, holder=holder, issue=issue, rule=rule, known_at=number)
        rows = rows if with_evidence else stances.as_said(rows)
    shown: list[Column | str] = [
        "since",
        Column("since_from", table=False),
        Column("until", table=False),
        "valid_last",
        "position",
        Column("label", table=False),
        "evidence",
        "contrary",
        "contested",
        "pending",
        "last_evidence",
        Column("last_evidence_from", table=False),
        Column("statement", table=False),
        *QUOTE,
    ]
    told: list[Column | str] = [
        "stance_since",
        "role",
        "said",
        "position",
        "authority",
        "speaker",
        "statement",
        "coder",
        *QUOTE,
    ]
    app.output.rows(
        rows, columns=told if with_evidence else shown, title=f"{holder} on {issue}, rule {rule}{_known(known_at)}"
    )


@stance.command()
@slug_option("actor", "--holder", metavar="ACTOR", help="This holder alone.")
@slug_option("issue", help="This issue alone.")
@rule_option
@click.option("--since", type=Day(), metavar="DATE", help="Changes that may have happened on this day or later.")
@click.option("--until", type=Day(), metavar="DATE", help="Changes that may have happened on this day or earlier.")
@click.option("--with-initial", is_flag=True, help="Show the first stance of each holder as well.")
@known_at_option
@pass_app
def changes(
    app: App,
    *,
    holder: str | None,
    issue: str | None,
    rule: str,
    since: date | None,
    until: date | None,
    known_at: str | None,
    with_initial: bool,
) -> None:
    """Show who changed, how, and the window in which it happened.

    A change has a window and not a date: from the day after the last evidence of the old stance to the first of the
    new.

    Example:
      stancedb stance changes --issue jp-taiwan-use-of-force --since 2025-11-01
    """
    from stancedb.questions import stances
    from stancedb.shared import asking

    with app.reading() as session:
        number = asking.changeset_number(session, known_at)
        rows = stances.changes(
            session,
            rule=rule,
            holder=holder,
            issue=issue,
            since=since,
            until=until,
            with_initial=with_initial,
            known_at=number,
        )
    app.output.rows(
        rows,
        columns=[
            "holder",
            "issue",
            Column("change", table=False),
            Column("change_label", label="change"),
            "from_position",
            "to_position",
            "window_from",
            "window_until",
            Column("delta_rank", table=False),
            Column("delta_score", table=False),
            Column("clarity", table=False),
            Column("days_away", table=False),
            Column("pending", table=False),
            Column("self_declared", table=False),
            Column("statement", table=False),
            *QUOTE,
        ],
        title=f"Changes of stance, rule {rule}{_known(known_at)}",
        empty="No changes; --with-initial shows the first stances too.",
    )


@stance.command()
@slug_option("actor", "--holder", metavar="ACTOR", required=True, help="Who.")
@slug_option("issue", required=True, help="On which issue.")
@slug_option(
    "rule",
    "--rule",
    "rules",
    metavar="NAME",
    multiple=True,
    help="A rule that derives the stances; repeat it to compare several. Without it all rules are compared.",
)
@known_at_option
@pass_app
def compare(app: App, holder: str, issue: str, rules: tuple[str, ...], known_at: str | None) -> None:
    r"""Show what several rules say of one holder on one issue.

    They stand side by side, and each row says whether they agree.

    Example:
      stancedb stance compare --holder japan --issue jp-taiwan-use-of-force \
          --rule latest-word --rule authoritative
    """
    from stancedb.questions import stances
    from stancedb.shared import asking

    with app.reading() as session:
        number = asking.changeset_number(session, known_at)
        chosen = rules or tuple(row["rule"] for row in stances.rules(session, known_at=number))
        rows = stances.compare(session, holder=holder, issue=issue, rules=chosen, known_at=number)
    app.output.rows(
        rows,
        columns=["since", Column("until", table=False), "valid_last", *chosen, "rules_agree"],
        title=f"{holder} on {issue}, by rule{_known(known_at)}",
    )


@stance.command("rules")
@pass_app
def rules_(app: App) -> None:
    """Show the rules that derive stances, and what each does."""
    from stancedb.questions import stances

    with app.reading() as session:
        rows = stances.rules(session)
    app.output.rows(
        rows,
        columns=[
            "rule",
            "is_default",
            "definition",
            "min_authority",
            "bases",
            "sustain_days",
            "retraction_effect",
            "tenure_effect",
            Column("expiry_days", table=False),
            Column("same_day", table=False),
        ],
    )


def _draw(app: App, plot: str, *, holder: str, issue: str, rule: str, known_at: str | None) -> None:
    """Draw the stances of one holder in the terminal or to a file, whose ending says as what."""
    from stancedb.export.writing import replacing
    from stancedb.plot import chart, page, terminal
    from stancedb.plot.drawing import drawing
    from stancedb.questions import pages
    from stancedb.shared import asking

    ending = Path(plot).suffix.lower()
    if plot != "-":
        if ending not in {".svg", ".png", ".html"}:
            raise click.BadParameter(f"'{plot}' does not end in .svg, .png or .html.", param_hint="--plot")
        chart.require()
    with app.reading() as session:
        number = asking.changeset_number(session, known_at)
        shown = pages.issue_page(session, issue, rule=rule, holders=[holder], known_at=number)
    if plot == "-":
        app.output.text(visible(terminal.chart(drawing(shown), line_width())))
        return
    if ending == ".png":
        content = chart.png(drawing(shown))
    else:
        content = (page.page(shown) if ending == ".html" else chart.svg(drawing(shown))).encode()
    with replacing(Path(plot)) as file:
        file.buffer.write(content)
    app.output.say(f"Written to {plot}.")


def _known(known_at: str | None) -> str:
    return f", as known at {known_at}" if known_at else ""
