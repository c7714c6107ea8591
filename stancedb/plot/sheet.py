"""A picture with its words inside: heading and footer around a body, so that it stands alone as SVG, PNG or HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from stancedb.plot.frame import Frame
from stancedb.plot.text import is_right_to_left, width, wrapped

INK = "#1b2430"
SOFT = "#4d5866"
PAPER = "#ffffff"
WIDTH = 960
EDGE = 24
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Body:
    """What a frame surrounds.

    Attributes:
        svg: The elements, drawn from 0, 0.
        width: In pixels.
        height: In pixels.
    """

    svg: str
    width: float
    height: float


def sentence(words: str) -> Body:
    """Return a sentence in place of a picture that would be empty."""
    lines = wrapped(words, 13, WIDTH - 2 * EDGE, lines=3)
    written = "".join(text(0, 18 * at + 14, line, size=13) for at, line in enumerate(lines))
    return Body(written, WIDTH - 2 * EDGE, 18 * len(lines))


def framed(frame: Frame, body: Body, *, notes: Sequence[str] = (), description: str) -> str:
    """Return an SVG that stands alone.

    Args:
        frame: The question, what the answer depends on, the source and the citation.
        body: The picture.
        notes: Sentences below the picture, such as its legend and what is left out.
        description: The text for those who do not see the picture.
    """
    page_width = max(WIDTH, body.width + 2 * EDGE)
    most = page_width - 2 * EDGE
    parts: list[str] = []
    y = 10.0
    blocks = ((frame.title, 19, INK, "bold", 3), (frame.subtitle, 12, SOFT, "normal", 2))
    for words, size, fill, weight, lines in blocks:
        for line in wrapped(words, size, most, lines=lines):
            y += size * 1.3
            parts.append(_aligned(line, y, page_width, size=size, fill=fill, weight=weight))
    y += 20
    parts.append(f'<g transform="translate({EDGE},{y:g})">{body.svg}</g>')
    y += body.height + 12
    for words, fill in (*((note, INK) for note in notes), (frame.source, SOFT), (frame.citation, SOFT)):
        for line in wrapped(words, 11, most, lines=4):
            y += 15
            parts.append(_aligned(line, y, page_width, size=11, fill=fill))
        y += 3
    high = round(y + 18)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{page_width:g}" height="{high}"'
        f' viewBox="0 0 {page_width:g} {high}" font-family="sans-serif" role="img" aria-labelledby="title description">'
        f'<title id="title">{escape(frame.title)}</title><desc id="description">{escape(description)}</desc>'
        f'<rect width="{page_width:g}" height="{high}" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )


def text(
    x: float, y: float, words: str, *, size: float = 12, fill: str = INK, anchor: str = "start", weight: str = "normal"
) -> str:
    """Return one line of text as SVG, anchored at the same end in every script."""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}"'
        f' font-weight="{weight}">{escape(isolated(words))}</text>'
    )


def isolated(words: str) -> str:
    """Return right-to-left text in marks that keep its numbers and punctuation in place.

    The attribute ``direction`` would do so as well, but programs differ in whether it moves the anchor of a text.
    """
    return f"\N{RIGHT-TO-LEFT ISOLATE}{words}\N{POP DIRECTIONAL ISOLATE}" if is_right_to_left(words) else words


def fitted(words: str, size: float, most: float) -> str:
    """Return a text cut to one line of at most a width in pixels, also within a word."""
    if width(words, size) <= most:
        return words
    while words and width(words + _ELLIPSIS, size) > most:
        words = words[:-1]
    return words.rstrip() + _ELLIPSIS


def png(svg: str) -> bytes:
    """Return a picture as PNG, with twice as many pixels as the SVG."""
    import vl_convert  # noqa: PLC0415 - an extra that is not always there

    return vl_convert.svg_to_png(svg, scale=2)


def html(svg: str, title: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a page that needs no network: the picture, and its numbers as a table."""
    columns = list(rows[0]) if rows else []
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    lines = ("".join(f'<td dir="auto">{escape(_shown(row[name]))}</td>' for name in columns) for row in rows)
    cells = "".join(f"<tr>{line}</tr>" for line in lines)
    table = f'<div tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table></div>'
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>body{{font-family:sans-serif;margin:1rem;color:{INK};background:{PAPER}}}"
        "svg{max-width:100%;height:auto}div{overflow-x:auto}table{border-collapse:collapse;font-size:.85rem}"
        "th,td{text-align:start;padding:.2rem .6rem;border-bottom:1px solid #d9dfe7;vertical-align:top}</style></head>"
        f"<body><main>{svg}{table if rows else ''}</main></body></html>\n"
    )


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else str(value)


def _aligned(line: str, y: float, page_width: float, *, size: float, fill: str, weight: str = "normal") -> str:
    """Return a line at the edge at which its script begins."""
    if is_right_to_left(line):
        return text(page_width - EDGE, y, line, size=size, fill=fill, weight=weight, anchor="end")
    return text(EDGE, y, line, size=size, fill=fill, weight=weight)
