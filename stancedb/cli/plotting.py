"""The option ``--plot`` of commands that draw their answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stancedb.cli.app import App, asked_format
from stancedb.cli.output import line_width, visible

if TYPE_CHECKING:
    from stancedb.plot.analysis import Picture

F = TypeVar("F", bound=Callable[..., Any])


def plot_option(command: F) -> F:
    """Add ``--plot``."""
    return click.option(
        "--plot",
        is_flag=False,
        flag_value="-",
        metavar="FILE",
        help="Draw a chart to FILE (.svg, .png or .html); without FILE, or with -, in the terminal.",
    )(command)


def check_plot(app: App, plot: str) -> None:
    """Check before the query that the picture can be drawn.

    Raises:
        NotInstalled: The library that draws pictures is not installed.
    """
    from stancedb.plot import chart

    if asked_format(app) is not None:
        raise click.UsageError("--plot draws a chart; leave out --format.")
    if plot != "-":
        if Path(plot).suffix.lower() not in {".svg", ".png", ".html"}:
            raise click.BadParameter(f"'{plot}' does not end in .svg, .png or .html.", param_hint="--plot")
        chart.require()


def draw(app: App, plot: str, picture: Picture) -> None:
    """Draw a picture in the terminal or to a file, whose extension selects the format."""
    from stancedb.export.writing import replacing
    from stancedb.plot import sheet

    if plot == "-":
        app.output.text(visible(picture.terminal(line_width())))
        return
    ending = Path(plot).suffix.lower()
    if ending == ".png":
        content = sheet.png(picture.svg())
    else:
        content = (picture.html() if ending == ".html" else picture.svg()).encode()
    with replacing(Path(plot)) as file:
        file.buffer.write(content)
    app.output.say(f"Written to {plot}.")


def only(**chosen: object) -> list[str]:
    """Return the options that narrow an answer, as a citation names them."""
    return [f"{name.replace('_', ' ')} {value}" for name, value in chosen.items() if value]
