"""Handle what HTML says by its elements and plain text would lose: deletions, insertions, quotations, lists in cells.

The trees are changed in place before the text is extracted. What a page prints in its article and the text lacks can
be counted afterwards.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.html import HtmlElement  # type: ignore[import-untyped]  # lxml has no stubs of its own

_STRUCK = ("del", "s", "strike")
_STRUCK_STYLE = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)
# The same in a line of metadata, which is not parsed any further.
_STRUCK_TAGS = re.compile(rf"<({'|'.join(_STRUCK)})(?:\s[^<>]{{0,300}})?>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
# The marks that browsers print for <q>, outer and inner, by the language around it; English is the default.
_DOUBLE, _SINGLE, _LOW, _LOW_SINGLE = "\u201c\u201d", "\u2018\u2019", "\u201e\u201c", "\u201a\u2018"
_POINTED, _POINTED_SINGLE, _CORNERS = "\u00ab\u00bb", "\u2039\u203a", ("\u300c\u300d", "\u300e\u300f")
_MARKS = {
    "cs": (_LOW, _LOW_SINGLE),
    "de": (_LOW, _LOW_SINGLE),
    "es": (_POINTED, _DOUBLE),
    "fr": (_POINTED, _POINTED_SINGLE),
    "it": (_POINTED, _DOUBLE),
    "ja": _CORNERS,
    "pl": ("\u201e\u201d", _POINTED),
    "pt": (_POINTED, _DOUBLE),
    "ru": (_POINTED, _LOW),
    "uk": (_POINTED, _LOW),
    "fi": ("\u201d\u201d", "\u2019\u2019"),
    "sv": ("\u201d\u201d", "\u2019\u2019"),
}
_USUAL_MARKS = (_DOUBLE, _SINGLE)
_ANY_MARK = f"\"'{_DOUBLE}{_SINGLE}{_LOW}{_LOW_SINGLE}{_POINTED}{_POINTED_SINGLE}\u201f\u201b{''.join(_CORNERS)}"
_SHOWN = 3
_LONGEST_SHOWN = 60


# --- Words that are struck out, put in, quoted ------------------------------------------------------------------------


def settle_edits(tree: HtmlElement) -> list[str]:
    """Remove deletions, keep insertions, and give quotations their marks; return what was removed."""
    struck = []
    for element in [*tree.iter()]:
        if _is_struck(element) and element.getparent() is not None:
            words = " ".join(element.text_content().split())
            if words:
                struck.append(words)
            element.drop_tree()
    for element in [*tree.iter("ins")]:
        if element.getparent() is not None:
            element.drop_tag()
    # Inner quotations first, while those around them can still be counted.
    for element in reversed([*tree.iter("q")]):
        _mark(element)
    return struck


def _is_struck(element: HtmlElement) -> bool:
    return isinstance(element.tag, str) and (
        element.tag in _STRUCK or bool(_STRUCK_STYLE.search(element.get("style") or ""))
    )


def _mark(element: HtmlElement) -> None:
    """Add the quotation marks that browsers print for an element, unless its text already has some."""
    if element.getparent() is None:
        return
    words = element.text_content().strip()
    if words and words[0] not in _ANY_MARK:
        depth = sum(1 for _ in element.iterancestors("q")) % 2
        marks = _MARKS.get(_language_of(element), _USUAL_MARKS)[depth]
        opening, closing = marks[0], marks[1]
        element.text = f"{opening}{(element.text or '').lstrip()}"
        last = element[-1] if len(element) else None
        if last is None:
            element.text = f"{element.text.rstrip()}{closing}"
        else:
            last.tail = f"{(last.tail or '').rstrip()}{closing}"
    element.drop_tag()


def _language_of(element: HtmlElement) -> str:
    for place in (element, *element.iterancestors()):
        if language := place.get("lang"):
            return str(language).partition("-")[0].lower()
    return "en"


def without_struck(line: str) -> str:
    """Return a line of metadata without what its tags strike out."""
    return _STRUCK_TAGS.sub(" ", line)


def note_of_struck(struck: Sequence[str]) -> list[str]:
    """Return a note of the struck-out text that was left out, if any."""
    if not struck:
        return []
    passages = "1 struck-out passage" if len(struck) == 1 else f"{len(struck)} struck-out passages"
    return [f"left out {passages}: {_shown(struck)}"]


def _shown(passages: Sequence[str]) -> str:
    shown = [
        f"'{words}'" if len(words) <= _LONGEST_SHOWN else f"'{words[:_LONGEST_SHOWN].rstrip()}…'"
        for words in passages[:_SHOWN]
    ]
    return ", ".join([*shown, "…"] if len(passages) > _SHOWN else shown)


# --- What the extractor would lose ------------------------------------------------------------------------------------

_LISTS, _ITEMS = ("ul", "ol", "dl"), ("li", "dt", "dd")
# Part of a sentence for the reader, but something else for the extractor.
_INLINE = ("time", "output", "label", "blink")
_SENTENCES = ("p", "li", "td", "th", "dd", "blockquote", "h2", "h3", "h4", "h5", "h6")


def keep_words(tree: HtmlElement) -> None:
    """Turn lists in cells into paragraphs, and elements in a sentence into plain words, which the extractor keeps.

    Metadata must be extracted first, because the extractor looks for some of these elements.
    """
    for cell in tree.iter("td", "th"):
        for item in cell.iter("li"):
            if len(item.getparent()) > 1:
                item.text = f"- {(item.text or '').lstrip()}"
        for element in [*cell.iter(*_LISTS, *_ITEMS)]:
            if element.tag in _LISTS:
                # Text after the list would be lost if a division were around the paragraphs.
                element.drop_tag()
            else:
                element.tag = "p"
    for element in [*tree.iter(*_INLINE)]:
        if element.getparent() is not None and next(element.iterancestors(*_SENTENCES), None) is not None:
            element.drop_tag()


# --- What a text lacks ------------------------------------------------------------------------------------------------

_KINDS = {
    "p": "paragraph",
    "blockquote": "paragraph",
    "pre": "paragraph",
    "h2": "heading",
    "h3": "heading",
    "h4": "heading",
    "h5": "heading",
    "h6": "heading",
    "li": "item of a list",
    "dt": "item of a list",
    "dd": "item of a list",
    "td": "table cell",
    "th": "table cell",
    "caption": "caption",
    "figcaption": "caption",
}
_NOT_PRINTED = {
    "nav",
    "aside",
    "footer",
    "form",
    "button",
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "svg",
    "select",
    "object",
}
# Shorter passages of the other kinds are buttons and bylines.
_FEW_WORDS, _FEW_CHARACTERS = 5, 12
_NOT_WORDS = re.compile(r"[\W_]+")


def printed_passages(tree: HtmlElement) -> list[tuple[str, str]]:
    """Return the passages that a page prints in its article, each with its kind; none if no article is marked."""
    marked = [*tree.iter("article")] or tree.xpath("//*[contains(@itemprop, 'articleBody')]") or [*tree.iter("main")]
    if not marked:
        return []
    article = max(marked, key=lambda element: len(element.text_content()))
    passages = []
    for element in article.iter(*_KINDS):
        if not _is_not_printed(element, article):
            kind = "caption" if next(element.iterancestors("figcaption"), None) is not None else _KINDS[element.tag]
            passages += [(kind, " ".join(words.split())) for words in _own_words(element)]
    return passages


def _own_words(element: HtmlElement) -> list[str]:
    """Return the words of an element without its inner passages: one piece before, between and after them."""
    pieces = [element.text or ""]
    for child in element:
        if child.tag in _KINDS or child.tag in _NOT_PRINTED:
            pieces.append("")
        else:
            first, *others = _own_words(child)
            pieces[-1] += first
            pieces += others
        pieces[-1] += child.tail or ""
    return pieces


def _is_not_printed(element: HtmlElement, article: HtmlElement) -> bool:
    for place in (element, *element.iterancestors()):
        if place is article:
            return False
        is_hidden = place.get("hidden") is not None or place.get("aria-hidden") == "true"
        if place.tag in _NOT_PRINTED or is_hidden or "display:none" in (place.get("style") or "").replace(" ", ""):
            return True
    return False


def note_of_missing(passages: Iterable[tuple[str, str]], *kept: str | None) -> list[str]:
    """Return a note of the passages that occur nowhere in what is kept of a page, if there are any.

    Args:
        passages: What the page prints, each passage with its kind.
        kept: The text, the title and whatever else is kept.
    """
    whole = " ".join(_folded(text) for text in kept if text)
    missing = [
        (kind, words) for kind, words in passages if _is_long_enough(kind, words) and _folded(words) not in whole
    ]
    if not missing:
        return []
    counts = Counter(kind for kind, _ in missing)
    listed = ", ".join(f"{count} {_plural(kind, count)}" for kind, count in counts.items())
    return [f"The text lacks passages of the article on the page ({listed}): {_shown([words for _, words in missing])}"]


def _folded(words: str) -> str:
    return _NOT_WORDS.sub("", words.casefold())


def _is_long_enough(kind: str, words: str) -> bool:
    if not _folded(words):
        return False
    return (
        kind in {"caption", "table cell"}
        or len(words.split()) >= _FEW_WORDS
        or (not words.isascii() and " " not in words and len(words) >= _FEW_CHARACTERS)
    )


def _plural(kind: str, count: int) -> str:
    if count == 1:
        return kind
    return kind.replace("item ", "items ") if kind.startswith("item") else f"{kind}s"
