"""Phrases that this project does not use, and a command that finds them.

``python -m tests.support.english PATH …`` lists every place that uses one of them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Idiom:
    """A phrase to avoid.

    Attributes:
        pattern: The pattern to search for, ignoring case.
        instead: What to write.
    """

    pattern: re.Pattern[str]
    instead: str


def _idiom(pattern: str, instead: str) -> Idiom:
    return Idiom(re.compile(pattern, re.IGNORECASE), instead)


IDIOMS = (
    _idiom(r"\bat hand\b", "existing"),
    _idiom(r"(?<!let )(?<!leave )(?<!left )(?<!stands )(?<!stand )(?<!standing )\balone\b", "only X"),
    _idiom(r"\bif (?:not|none is) given\b", "default: …"),
    _idiom(r"\banew\b", "again"),
    _idiom(r"\bbesides\b", "also"),
    _idiom(r"\bas well\b(?! as)", "also"),
    _idiom(r"(?<!there )\b(?:is|are|was|were|be) no (?!longer\b|more than\b|fewer\b|such\b|need\b|way\b)", "is not a"),
    _idiom(r"\bsays? otherwise\b", "differs, conflicts"),
    _idiom(
        r"\b(?:tells?|told) (?:the|what|which|how|whether|where|who|it|all|of|that|its|this)\b",
        "prints, shows, reports",
    ),
    _idiom(r"\btalks?\b(?= (?:to|goes))", "messages"),
    _idiom(r"\bat most so many\b|\bso many\b", "maximum number of"),
    _idiom(r"^(?:kept|released|shown|printed|counted|left out|refused|given) (?:is|are)\b", "subject first"),
    _idiom(r"\bnot any more\b", "no longer"),
    _idiom(r"\bthe one (?:that|which|of|who)\b", "the noun"),
    _idiom(r"\bnobody (?:has|is|says|said|knows|asks|asked)\b(?! else)", "no user, no coder; passive"),
    _idiom(r"\bin the course of which\b", "during which"),
    _idiom(r"\bby heart\b|\bof its own accord\b", "automatically"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """An occurrence of a phrase to avoid."""

    path: Path
    line: int
    phrase: str
    instead: str
    text: str


def idioms(text: str) -> Iterator[tuple[str, str]]:
    """Yield each phrase of a text that this project does not use, with what to write instead."""
    for idiom in IDIOMS:
        for match in idiom.pattern.finditer(text):
            yield match[0], idiom.instead


def listed(path: Path) -> Iterator[Found]:
    """Yield the occurrences in a file, line by line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for phrase, instead in idioms(line):
            yield Found(path, number, phrase, instead, line.strip())


def main() -> None:
    """List the occurrences in the files and folders named on the command line, and their number."""
    kinds = {".py", ".md", ".toml", ".sql", ".j2", ".R", ".yaml", ".ipynb"}
    total = 0
    for name in sys.argv[1:]:
        root = Path(name)
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file() and path.suffix in kinds and "__pycache__" not in path.parts:
                for found in listed(path):
                    total += 1
                    print(f"{found.path}:{found.line}: {found.phrase!r} -> {found.instead}: {found.text}")
    print(total)


if __name__ == "__main__":
    main()
