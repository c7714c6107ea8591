"""``stancedb page``."""

from __future__ import annotations

from pathlib import Path

import click

from stancedb.cli.app import (
    App,
    Command,
    asked_format,
    known_at_option,
    output_option,
    pass_app,
    rule_option,
    slug_argument,
    slug_option,
)
from stancedb.cli.drawing import draw, plot_option


@click.command(cls=Command)
@slug_argument("issue", help="Issue slug.")
@slug_option(
    "actor",
    "--holder",
    "holders",
    metavar="ACTOR",
    multiple=True,
    help="Holder to show; repeatable (default: all who held a position).",
)
@rule_option
@known_at_option
@output_option
@plot_option
@pass_app
def page(
    app: App,
    /,
    issue: str,
    *,
    holders: tuple[str, ...],
    rule: str,
    known_at: str | None,
    output: Path | None,
    plot: str | None,
) -> None:
    """Write an HTML page about an issue, or draw its chart.

    It shows who stood where, what changed, and how certain this is. The page is self-contained (no network requests)
    and works without its script, so it opens from disk and can be emailed. With --format json the content of the page
    is printed as data.

    Example:
      stancedb page jp-taiwan-use-of-force --holder japan --output japan.html
    """
    from stancedb.export.writing import replacing
    from stancedb.plot import chart
    from stancedb.plot.page import page as drawn
    from stancedb.questions import pages
    from stancedb.shared import asking

    if plot is not None:
        if output is not None or asked_format(app) is not None:
            raise click.UsageError("--plot draws a chart; leave out --output and --format.")
        draw(app, plot, issue=issue, holders=holders, rule=rule, known_at=known_at)
        return
    is_page = app.output.format == "table"
    if is_page:
        chart.require()
    elif output is not None:
        raise click.UsageError("--output is only for the HTML page; leave out --format.")
    with app.reading() as session:
        number = asking.changeset_number(session, known_at)
        found = pages.issue_page(session, issue, rule=rule, holders=holders, known_at=number)
    if not is_page:
        app.output.record(found)
        return
    written = drawn(found)
    if output is None:
        app.output.text(written)
        return
    with replacing(output) as file:
        file.write(written)
    app.output.say(f"Written to {output}.")
