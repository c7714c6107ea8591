"""Write pictures to files: the strip chart of an issue, with the step chart of a single holder below it."""

from __future__ import annotations

from stancedb.plot import chart
from stancedb.plot.drawing import Row, drawing
from stancedb.plot.frame import frame
from stancedb.plot.page import page
from stancedb.plot.picture import picture
from stancedb.plot.strips import strips

ENDINGS = (".svg", ".png", ".html")
# Pixels of the PNG per pixel of the SVG, for high-resolution screens and print.
_SCALE = 2


def written(found: Row, ending: str) -> bytes:
    """Return the picture or the page of an issue, given what ``questions.pages.issue_page`` returns.

    Args:
        found: The issue.
        ending: Extension of the file, one of ``ENDINGS``.
    """
    if ending == ".html":
        return page(found).encode()
    drawn = drawing(found)
    has_steps = len(drawn.panels) == 1 and bool(drawn.panels[0].spans)
    steps = chart.svg(drawn) if has_steps else None
    content = picture(strips(drawn), frame(found, drawn), steps=steps)
    return chart.png(content, _SCALE) if ending == ".png" else content.encode()
