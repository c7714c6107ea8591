"""How long it takes to find the candidates of a long text, as a multiple of one pass of a regular expression over it.

A text of 100,000 characters is searched for 5,000 names, in English, Chinese and Arabic. The expression matches each
word, or each character in Chinese, and does nothing with it. They run in turn, and the best run of each counts. The
text twice as long may take no more than 2.6 times as long. It exits 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Callable
from functools import partial
from time import process_time

from stancedb.candidates.finding import candidates
from stancedb.candidates.keywords import Keyword
from stancedb.candidates.names import Name

BAR = 80.0
GROWTH = 2.6
ALPHABETS = {
    "en": "abcdefghiklmnoprstuvy",
    "zh": "".join(map(chr, range(0x4E00, 0x4E00 + 2000))),
    "ar": "".join(map(chr, range(0x0627, 0x064B))),
}
SAID = {"en": " said that ", "zh": "表示\uff0c", "ar": " قال إن "}
ENDS = {"en": ". ", "zh": "。", "ar": ". "}
WORD = re.compile(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+|[^\w\s]")


def written(language: str, length: int, count: int) -> tuple[str, list[Name]]:
    """Return a text of the given length and the given number of names, some of which occur in it."""
    chance = random.Random(7)  # noqa: S311 - repeatable on purpose
    letters = ALPHABETS[language]
    space, shortest = ("", 1) if language == "zh" else (" ", 2)

    def word() -> str:
        return "".join(chance.choices(letters, k=chance.randint(shortest, 4 if language == "zh" else 9)))

    names = [Name(f"actor-{number}", f"{word()}{space}{word()}".title(), is_of_person=True) for number in range(count)]
    sentences: list[str] = []
    while length > 0:
        told = space.join(word() for _ in range(14))
        quoted = f"“{told}”" if chance.random() < 1 / 3 else told
        start = chance.choice(names).name + SAID[language] if chance.random() < 1 / 2 else ""
        sentence = start + quoted + ENDS[language] + ("\n\n" if chance.random() < 1 / 4 else "")
        sentences.append(sentence[:1].upper() + sentence[1:])
        length -= len(sentence)
    return "".join(sentences), names


def passed(text: str) -> int:
    """Pass over a text with the expression, and return how often it matched."""
    return sum(1 for _ in WORD.finditer(text))


def found(text: str, language: str, names: list[Name]) -> int:
    """Find the candidates of a text, and return how many there are."""
    keywords = [Keyword("issue", name.name) for name in names[:100]]
    return len(candidates(text, language=language, names=names, keywords=keywords))


def seconds(work: Callable[[], object]) -> float:
    """Return how much time of the processor it takes, so that a busy machine does not count."""
    begun = process_time()
    work()
    return process_time() - begun


def main() -> int:
    """Measure each language, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--characters", type=int, default=100_000)
    parser.add_argument("--names", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=7)
    chosen = parser.parse_args()
    failed = False
    for language in ALPHABETS:
        text, names = written(language, chosen.characters, chosen.names)
        base, once, twice = [], [], []
        for _ in range(chosen.runs):
            base.append(seconds(partial(passed, text)))
            once.append(seconds(partial(found, text, language, names)))
            twice.append(seconds(partial(found, text + text, language, names)))
        ratio, growth = min(once) / min(base), min(twice) / min(once)
        failed = failed or ratio > BAR or growth > GROWTH
        print(
            f"{language}: {len(text)} characters, {len(names)} names, {found(text, language, names)} candidates,"
            f" {min(once) * 1000:.0f} ms: {ratio:.1f}x of {BAR}x one pass ({min(base) * 1000:.1f} ms);"
            f" twice the text: {growth:.2f}x of {GROWTH}x"
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
