"""``stancedb stance``."""

from __future__ import annotations

from datetime import date

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
from stancedb.cli.drawing import draw, plot_option
from stancedb.cli.output import Column

# Printed under each row so that they are readable: the quote, its outlet and its article.
QUOTE = (Column("quote", below=True), Column("outlet", below=True), Column("article", below=True))


@click.group(cls=Noun)
def stance() -> None:
    """Who stands where, since when, and on what evidence.

    A stance is never entered by hand: a named rule derives it from the final codings. The same evidence gives different
    answers under different rules, so every answer names its rule. --known-at shows the answer at an earlier changeset.
    """


@stance.command("as-of")
@as_of_option
@slug_option("actor", "--holder", metavar="ACTOR", help="Only this holder.")
@slug_option("issue", help="Only this issue.")
@rule_option
@known_at_option
@pass_app
def as_of_(
    app: App, *, as_of: date | None, holder: str | None, issue: str | None, rule: str, known_at: str | None
) -> None:
    """Show the stances of all holders on a date.

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
@slug_option("actor", "--holder", metavar="ACTOR", required=True, help="Actor slug.")
@slug_option("issue", required=True, help="Issue slug.")
@rule_option
@click.option("--evidence", "with_evidence", is_flag=True, help="Show every statement used as evidence, with its role.")
@plot_option
@known_at_option
@pass_app
def timeline(
    app: App, holder: str, issue: str, *, rule: str, with_evidence: bool, plot: str | None, known_at: str | None
) -> None:
    """Show the stances of one holder on one issue over time.

    Each stance is shown with the quote that began it.

    Example:
      stancedb stance timeline --holder japan --issue jp-taiwan-use-of-force
    """
    from stancedb.questions import stances
    from stancedb.shared import asking

    if plot is not None:
        if asked_format(app) is not None:
            raise click.UsageError("--plot draws a chart; leave out --format.")
        draw(app, plot, issue=issue, holders=[holder], rule=rule, known_at=known_at)
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
@slug_option("actor", "--holder", metavar="ACTOR", help="Only this holder.")
@slug_option("issue", help="Only this issue.")
@rule_option
@click.option("--since", type=Day(), metavar="DATE", help="Only changes that may have happened on or after this date.")
@click.option("--until", type=Day(), metavar="DATE", help="Only changes that may have happened on or before this date.")
@click.option("--with-initial", is_flag=True, help="Also show the first stance of each holder.")
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

    A change has a window, not a date: from the day after the last evidence of the old stance to the first evidence of
    the new one.

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
        empty="No changes found; --with-initial also shows the first stances.",
    )


@stance.command()
@slug_option("actor", "--holder", metavar="ACTOR", required=True, help="Actor slug.")
@slug_option("issue", required=True, help="Issue slug.")
@slug_option(
    "rule",
    "--rule",
    "rules",
    metavar="NAME",
    multiple=True,
    help="Rule to compare; repeatable (default: all rules).",
)
@known_at_option
@pass_app
def compare(app: App, holder: str, issue: str, rules: tuple[str, ...], known_at: str | None) -> None:
    r"""Compare the stances of a holder under several rules.

    The rules are shown side by side, and each row shows whether they agree.

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
    """List the rules that derive stances, with their settings."""
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


def _known(known_at: str | None) -> str:
    return f", as known at {known_at}" if known_at else ""
