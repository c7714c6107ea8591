"""Extract phrases from the codebook by which an article may refer to an issue."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from stancedb.candidates.languages import language_of
from stancedb.candidates.phrases import KATAKANA, fold, folded
from stancedb.candidates.sentences import paragraphs, quotations

# Shorter words occur in too many sentences, and shorter runs of characters are parts of many words.
_SHORTEST_WORD = 5
_SHORTEST_RUN = 2
_LONGEST_RUN = 8
_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WITHOUT_SPACES = re.compile(rf"[{_HAN}{KATAKANA}]+")
_RUN = re.compile(rf"[{_HAN}]+|[{KATAKANA}]+|(?:(?![{_HAN}{KATAKANA}\u3041-\u309f])[^\W\d_])+")


class Keyword(NamedTuple):
    """A phrase that refers to an issue."""

    issue: str
    phrase: str


@dataclass(frozen=True, slots=True)
class IssueWords:
    """What a codebook says about an issue.

    Attributes:
        slug: Slug of the issue.
        question: Question of the issue.
        labels: Labels of its positions.
        definitions: Definitions of its positions, and the scope of the issue.
    """

    slug: str
    question: str
    labels: Sequence[str] = ()
    definitions: Sequence[str] = ()


def keywords_of(issues: Iterable[IssueWords]) -> list[Keyword]:
    """Return the phrases by which an article may refer to issues, whatever the language of the codebook.

    These are words in quotation marks in any text of an issue, labels, and those words of the question that occur for
    no other issue. In Japanese and Chinese, runs of one script are treated as words.

    Args:
        issues: All issues of the codebook, because a word that several issues share identifies none of them.
    """
    listed = list(issues)
    used = Counter(word for issue in listed for word in _words_said(issue))
    found: dict[tuple[str, str], Keyword] = {}
    for issue in listed:
        labels = (label for label in issue.labels if len(_RUN.findall(label)) > 1 or _is_long_enough(label))
        telling = (word for word in _RUN.findall(issue.question) if _is_long_enough(word) and used[fold(word)] == 1)
        for phrase in (*_quoted(issue), *labels, *telling):
            key = " ".join(folded(phrase))
            if key:
                found.setdefault((issue.slug, key), Keyword(issue.slug, phrase))
    return list(found.values())


def _said(issue: IssueWords) -> tuple[str, ...]:
    return (issue.question, *issue.labels, *issue.definitions)


def _words_said(issue: IssueWords) -> set[str]:
    return {fold(word) for said in _said(issue) for word in _RUN.findall(said)}


def _quoted(issue: IssueWords) -> Iterator[str]:
    any_language = language_of(None)
    for text in _said(issue):
        for paragraph in paragraphs(text):
            for quotation in quotations(text, paragraph, any_language):
                if quotation.is_closed:
                    yield text[quotation.span.start : quotation.span.end]


def _is_long_enough(run: str) -> bool:
    if _WITHOUT_SPACES.fullmatch(run):
        return _SHORTEST_RUN <= len(run) <= _LONGEST_RUN
    return len(run) >= _SHORTEST_WORD
