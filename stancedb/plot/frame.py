"""The text around a picture, so that it can be understood and cited without the page it came from."""

from __future__ import annotations

from dataclasses import dataclass

from stancedb import __version__
from stancedb.plot.drawing import Drawing, Row


@dataclass(frozen=True, slots=True)
class Frame:
    """The text around a picture.

    Attributes:
        title: Question of the issue.
        subtitle: Rule, period and whatever else the picture depends on.
        source: What the picture was made from.
        citation: How to cite it.
    """

    title: str
    subtitle: str
    source: str
    citation: str


def frame(found: Row, drawing: Drawing) -> Frame:
    """Return the text around a picture of an issue, given what ``questions.pages.issue_page`` returns."""
    evidence = [row for holder in found["holders"] for row in holder["evidence"]]
    statements = len({row["statement"] for row in evidence})
    articles = len({row["article"] for row in evidence if row["article"]})
    known = ", as known then" if found["known_at"] else ""
    return Frame(
        title=drawing.title,
        subtitle=f"Rule {drawing.rule}, {drawing.since} to {drawing.until}",
        source=f"Source: {_counted(statements, 'statement')} in {_counted(articles, 'article')},"
        f" changeset {found['changeset']}{known}. A gap means that no position is known.",
        citation=f"Cite as: stancedb {__version__}, issue {found['issue']}, rule {drawing.rule},"
        f" changeset {found['changeset']}, {found['day']}.",
    )


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
