"""What every command that draws shares: the option ``--plot`` and what it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from stancedb.cli.app import App
from stancedb.cli.output import line_width, visible

F = TypeVar("F", bound=Callable[..., Any])


def plot_option(command: F) -> F:
    """Add ``--plot``, handed over as ``plot``: a file, ``-`` for the terminal, or None."""
    return click.option(
        "--plot",
        is_flag=False,
        flag_value="-",
        metavar="FILE",
        help="Draw a chart to FILE (.svg, .png or .html); without FILE, or with -, in the terminal.",
    )(command)


def draw(app: App, plot: str, *, issue: str, holders: Sequence[str], rule: str, known_at: str | None) -> None:
    """Draw the holders of an issue in the terminal or to a file, whose extension selects the format.

    Args:
        app: The app.
        plot: The file, or ``-``.
        issue: The slug of the issue.
        holders: The slugs of the holders; none means all.
        rule: The slug of the rule.
        known_at: The changeset, as typed, or None.
    """
    from stancedb.export.writing import replacing
    from stancedb.plot import chart, files, terminal
    from stancedb.plot.drawing import drawing
    from stancedb.questions import pages
    from stancedb.shared import asking

    ending = Path(plot).suffix.lower()
    if plot != "-":
        if ending not in files.ENDINGS:
            raise click.BadParameter(f"'{plot}' does not end in .svg, .png or .html.", param_hint="--plot")
        chart.require()
    with app.reading() as session:
        number = asking.changeset_number(session, known_at)
        shown = pages.issue_page(session, issue, rule=rule, holders=holders, known_at=number)
    if plot == "-":
        app.output.text(visible(terminal.chart(drawing(shown), line_width())))
        return
    with replacing(Path(plot)) as file:
        file.buffer.write(files.written(shown, ending))
    app.output.say(f"Written to {plot}.")
