"""Candidates of the articles of the worked example, compared with the mentions that were coded in them."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from stancedb.candidates.finding import Candidate, candidates
from stancedb.candidates.keywords import IssueWords, Keyword, keywords_of
from stancedb.candidates.languages import language_of
from stancedb.candidates.names import Name
from stancedb.candidates.sentences import sentences
from stancedb.settings import bundled

SEEDS = bundled("seeds")


class Mention(NamedTuple):
    start: int
    end: int
    speaker: str


class Compared(NamedTuple):
    found: list[Candidate]
    mentions: list[Mention]
    sentence_count: int


def names_on(day: str) -> Iterator[Name]:
    """Yield the names of all actors, and the offices that they held on the day."""
    actors = list(csv.DictReader((SEEDS / "actor.csv").read_text(encoding="utf-8").splitlines()))
    called = {
        actor["slug"]: [actor["name"], *re.findall(r"(?:^|\|)[^:|]+:([^|]+)", actor["other_names"])] for actor in actors
    }
    for actor in actors:
        for name in called[actor["slug"]]:
            yield Name(actor["slug"], name, is_of_person=actor["kind"] == "person")
        for tenure in filter(None, actor["tenures"].split("|")):
            office, _, range_ = tenure.partition("@")
            first, _, last = range_.partition("/")
            if first.rstrip("~") <= day and (last == ".." or last >= day):
                for name in called[office.partition("#")[0]]:
                    yield Name(actor["slug"], name)


def keywords() -> list[Keyword]:
    """Return the keywords of the example's codebook."""
    codebook = tomllib.loads((SEEDS / "codebook/taiwan.toml").read_text(encoding="utf-8"))
    return keywords_of(
        IssueWords(
            issue["slug"],
            issue["question"],
            [position["label"] for position in issue["position"]],
            [issue["scope"], *(position["definition"] for position in issue["position"])],
        )
        for issue in codebook["issue"]
    )


@cache
def compared() -> list[Compared]:
    """Return what is found in each article beside what was coded in it."""
    lines = [json.loads(line) for line in (SEEDS / "statement.jsonl").read_text(encoding="utf-8").splitlines()]
    coded = {(line["article"], line["quote"], line["speaker"]) for line in lines if "quote" in line}
    result = []
    for path in sorted((SEEDS / "article").glob("*.md")):
        head, _, text = path.read_text(encoding="utf-8").removeprefix("---\n").partition("---\n")
        said = dict(re.findall(r'^(\w+): "(.*)"$', head, re.MULTILINE))
        places = [
            Mention(text.index(quote), text.index(quote) + len(quote), speaker)
            for article, quote, speaker in sorted(coded)
            if article == path.stem
        ]
        names = list(names_on(said["published"]))
        found = candidates(text, language=said["language"], names=names, keywords=keywords())
        count = sum(1 for _ in sentences(text, language_of(said["language"])))
        result.append(Compared(found, places, count))
    return result


def meets(candidate: Candidate, mention: Mention) -> bool:
    return candidate.span.start < mention.end and mention.start < candidate.span.end


def test_nine_of_ten_mentions_of_the_example_are_in_a_candidate() -> None:
    hit = [
        any(meets(candidate, mention) for candidate in article.found)
        for article in compared()
        for mention in article.mentions
    ]

    # 52 of 55: the others say "did the same", "was not in it" and what commentators read.
    assert len(hit) == 55
    assert sum(hit) / len(hit) >= 0.9


def test_two_of_three_candidates_of_the_example_hold_a_mention() -> None:
    hold = [
        any(meets(candidate, mention) for mention in article.mentions)
        for article in compared()
        for candidate in article.found
    ]

    # 49 of 67, of 96 sentences.
    assert sum(hold) / len(hold) >= 0.67
    assert len(hold) <= 0.75 * sum(article.sentence_count for article in compared())


def test_speakers_named_in_the_example_are_nearly_all_right() -> None:
    right = [
        candidate.speaker in speakers
        for article in compared()
        for candidate in article.found
        if (speakers := {mention.speaker for mention in article.mentions if meets(candidate, mention)})
        and candidate.speaker
    ]

    # 16 of 17: "A White House official" is an actor of its own. The other sentences say "he", "she" or "it".
    assert len(right) >= 15
    assert sum(right) / len(right) >= 0.9
