"""A load of articles is merged in parts, with the same messages and results wherever a part ends."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from stancedb.loading import articles as into_article
from tests.support.plugin import Clone
from tests.support.worlds import answer, done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

DRAW = random.Random(5)  # noqa: S311 - the same texts each time, not a secret
WORDS = ["".join(DRAW.choices("abcdefghiklmnoprstuvy", k=DRAW.randint(2, 9))) for _ in range(300)]
TEXTS = [" ".join(DRAW.choices(WORDS, k=90)) for _ in range(9)]
URL = "https://herald.example/"


def article(slug: str, text: int, **more: object) -> dict[str, Any]:
    """Provide the line of an article with one of the texts."""
    return {"id": slug, "outlet": "herald", "title": slug, "published": "2025-03-01", "text": TEXTS[text], **more}


THERE = [article("there", 0, url=f"{URL}there"), article("named", 1), article("owner", 2, url=f"{URL}owner")]
GOOD = [
    # A copy of a later article, of an earlier one, and of an existing one.
    article("copy", 3, syndicated_from="original"),
    article("there-by-its-address", 4, url=f"{URL}there?utm_source=x"),
    article("named-by-its-text", 1),
    article("original", 3, title="The original"),
    article("second-copy", 3, syndicated_from="original"),
    article("third-copy", 8, syndicated_from="there"),
    # The same text twice in one load is two articles, one of which is proposed as a copy of the other.
    article("twice", 5),
    article("twice-again", 5),
    article("owner", 6, section="World"),
    # The text of an existing article, declared as a copy of it.
    article("copy-of-its-own-outlet", 1, syndicated_from="named"),
]
BAD = [
    article("nowhere", 7, outlet="heralt"),
    article("lost", 7, syndicated_from="nothing"),
    # Rejected because its original is omitted; a strict load reports only the original.
    article("copy-of-a-refused-one", 7, syndicated_from="nowhere"),
    article("original", 7),
    article("same-address", 7, url=f"{URL}there?utm_source=y"),
    article("copy", 7),
    article("named", 7, url=f"{URL}owner"),
    article("lost", 6),
    article("itself", 7, syndicated_from="itself"),
    article("itself-by-its-address", 7, url=f"{URL}there?utm_source=z", syndicated_from="there"),
]
WHOLE = into_article._PART  # noqa: SLF001 - only this test needs to know where a part ends
ONE_EACH = 1


@pytest.fixture(scope="module")
def outcomes(clone: Clone, small_template: str, tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[Any]]:
    """Provide the messages and results of the same loads in one part, and with a part for every record."""
    found: dict[int, list[Any]] = {}
    with pytest.MonkeyPatch.context() as patch:
        for size in (WHOLE, ONE_EACH):
            patch.setattr(into_article, "_PART", size)
            directory = tmp_path_factory.mktemp("parts")
            with clone(small_template) as url:
                run = invoker(url, directory)
                there = jsonl(directory / "there.jsonl", *THERE)
                mixed = jsonl(directory / "mixed.jsonl", *GOOD[:4], *BAD[:4], *GOOD[4:], *BAD[4:])
                done(run("article", "load", there))
                strict = run("article", "load", mixed)
                before = answer(run, "article", "list", "--limit", 99)
                kept = run("article", "load", mixed, "--keep-going", "--format", "json")
                found[size] = [
                    [strict.exit_code, sorted(strict.stderr.replace(str(directory), "").splitlines()), before],
                    [kept.exit_code, kept.stdout, sorted(said(kept.stderr.replace(str(directory), "")))],
                    [json.loads(line) for line in done(run("export", "article")).stdout.splitlines()],
                    sorted(row["article"] for row in answer(run, "article", "duplicates", "list", "--limit", 99)),
                ]
    return found


def said(talk: str) -> list[str]:
    """Return the messages without timings."""
    return [line for line in talk.splitlines() if " a second" not in line and " in 0." not in line]


@pytest.mark.parametrize(
    "what", range(4), ids=["a strict load", "a load that keeps going", "the articles", "the proposed copies"]
)
def test_nothing_depends_on_where_a_part_ends(outcomes: dict[int, list[Any]], what: int) -> None:
    whole, parts = (outcomes[size][what] for size in (WHOLE, ONE_EACH))
    for article_of_either in [*whole, *parts]:
        if isinstance(article_of_either, dict):
            article_of_either.pop("retrieved_at")

    assert parts == whole


def test_every_good_record_is_there_and_every_bad_one_refused(outcomes: dict[int, list[Any]]) -> None:
    strict, kept, articles, copies = outcomes[ONE_EACH]
    by_slug = {line["id"]: line for line in articles}

    assert (strict[0], kept[0]) == (1, 1)
    assert {row["article"] for row in strict[2]} == {"herald-2025-03-01", "there", "named", "owner"}
    assert len({line.partition(":")[0] for line in strict[1] if "mixed.jsonl, line" in line}) == len(BAD) - 1
    assert by_slug["copy"]["syndicated_from"] == by_slug["second-copy"]["syndicated_from"] == "original"
    assert by_slug["third-copy"]["syndicated_from"] == "there"
    assert by_slug["copy-of-its-own-outlet"]["syndicated_from"] == "named"
    assert {*by_slug} == {
        "herald-2025-03-01",
        "there",
        "named",
        "owner",
        "copy",
        "original",
        "second-copy",
        "third-copy",
        "twice",
        "twice-again",
        "copy-of-its-own-outlet",
    }
    assert "twice-again" in copies
