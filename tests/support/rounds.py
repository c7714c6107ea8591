"""A database with rounds of coding in which there is work in every state."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.support.desk import opened
from tests.support.plugin import Clone
from tests.support.worlds import ARTICLE, ARTICLE_LINE, LINE, WORDS, done, invoker, jsonl

FIELDS = {name: LINE[name] for name in ("speaker", "said", "quote", "issue", "position")}
TEXTS = [{**ARTICLE_LINE, "id": f"text-{n}", "title": f"Text {n}", "text": f"{WORDS} No. {n}."} for n in range(1, 6)]


@pytest.fixture(scope="module")
def coded_url(clone: Clone, spoken_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give a database with work in every state; tests leave it as it is.

    Ana has released a text with a corrected and a withdrawn finding, found again what a sheet has coded as her, set one
    aside and begun another; Ben has found something in a text that two code; places are left in the pool.
    """
    directory = tmp_path_factory.mktemp("coded")
    with clone(spoken_template) as url:
        run = invoker(url, directory)

        def save(assignment: str, **fields: object) -> str:
            return str(jsonl(directory / f"{assignment}-{len([*directory.iterdir()])}.jsonl", {**FIELDS, **fields}))

        done(run("article", "load", jsonl(directory / "texts.jsonl", *TEXTS)))
        done(run("statement", "load", jsonl(directory / "ana.jsonl", {**FIELDS, "article": ARTICLE, "coder": "ana"})))
        done(run("round", "add", "single", "--issue", "dam", "--seed", "7", "--blind", "30%"))
        done(run("assign", "--round", "single", "--coder", "ana", "--per-coder", "4", "--article", ARTICLE,
                 *(part for n in (1, 2, 3) for part in ("--article", f"text-{n}"))))  # fmt: skip
        done(run("round", "add", "double", "--issue", "dam", "--seed", "8", "--double", "100%"))
        done(
            run(
                "assign",
                "--round",
                "double",
                "--new-coder",
                "ben",
                "--new-coder",
                "cleo",
                "--per-coder",
                "1",
                "--article",
                "text-4",
            )
        )
        done(run("round", "add", "pool", "--seed", "9", "--needs-review"))
        done(
            run(
                "assign",
                "--round",
                "pool",
                "--pool",
                "2",
                "--double",
                "100%",
                "--article",
                "text-1",
                "--article",
                "text-5",
            )
        )
        with psycopg.connect(url) as connection:
            number = {
                article: str(key)
                for key, article in connection.execute(
                    "SELECT a.id, t.slug FROM stancedb.assignment a JOIN stancedb.coder k ON k.id = a.coder_id"
                    " JOIN stancedb.article_version v ON v.id = a.article_version_id"
                    " JOIN stancedb.article t ON t.id = v.article_id WHERE k.name = 'ana'"
                )
            }
        ana = ("--coder", "ana")
        done(run("code", "save", save("1"), "--assignment", number["text-1"], *ana))
        done(
            run("code", "save", save("1", position="oppose"), "--assignment", number["text-1"], "--replaces", "1", *ana)
        )
        done(run("code", "save", save("1", quote="Ben Dahl"), "--assignment", number["text-1"], *ana))
        done(run("code", "undo", *ana))
        done(run("code", "done", number["text-1"], "--seconds", "61.25", *ana))
        done(run("code", "save", save("2"), "--assignment", number[ARTICLE], *ana))
        done(run("code", "done", number[ARTICLE], *ana))
        done(run("code", "problem", number["text-2"], "--reason", "copy", "--note", "Twice.", *ana))
        done(run("code", "save", save("3"), "--assignment", number["text-3"], *ana))
        ben = opened(run, "ben")
        done(run("code", "save", save(ben), "--assignment", ben, "--coder", "ben"))
        done(run("code", "done", ben, "--coder", "ben"))
        with psycopg.connect(url) as connection:
            connection.execute(
                "INSERT INTO stancedb.draft (assignment_id, number, form) VALUES (%s, 1, 'x')", [number["text-3"]]
            )
        yield url
