"""``stancedb article``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from stancedb.cli.app import (
    App,
    Day,
    Noun,
    choice,
    dry_run_option,
    known_at_option,
    limit_option,
    message_option,
    pass_app,
    slug_argument,
    slug_option,
)
from stancedb.cli.loading import PathOrAddress, loading_options, run_load, source_of
from stancedb.cli.output import TABLE_ROWS, Column
from stancedb.model.vocabulary import DuplicateState

# How many hits a table shows.
_SHOWN = 20


@click.group(cls=Noun)
def article() -> None:
    """Load, correct and read articles."""


@article.command()
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=PathOrAddress(path_type=Path, allow_dash=True),
    help="Files, folders or addresses; - is standard input (JSONL).",
)
@slug_option("outlet", help="The outlet, where a file does not say.")
@click.option("--language", metavar="TAG", help="Language of the text (BCP 47), where a file does not say.")
@click.option("--published", metavar="DATE", help="Day of publication (EDTF), where a file does not say.")
@slug_option("article_kind", "--kind", metavar="KIND", help="Kind of article, where a file does not say.")
@click.option("--title", metavar="TEXT", help="Title of a single file that has none.")
@click.option("--url", metavar="URL", help="Address of a single file that has none.")
@click.option("--id", "identifier", metavar="SLUG", help="Slug of a single file; else it is taken from the file name.")
@click.option(
    "--manifest",
    type=click.Path(path_type=Path, dir_okay=False),
    help="CSV or JSONL list of the files of a folder: column file, and fields of articles that go before all else.",
)
@click.option(
    "--name-pattern",
    metavar="PATTERN",
    help="What the names of files say, as '{outlet}_{date}_{title}'; {any} is whatever stands there.",
)
@loading_options
@pass_app
def load(
    app: App,
    /,
    paths: tuple[Path, ...],
    identifier: str | None,
    manifest: Path | None,
    name_pattern: str | None,
    **options: Any,
) -> None:
    """Load articles from files, folders, web archives or addresses.

    A file is .txt, .md, .html, .html.gz, .pdf, .jsonl, .csv, .rss, .atom or .warc; an address (http, https) is
    fetched. Folders are read at any depth; what is left out of them is counted. A .md file may begin with front matter.
    The text is frozen as a version, so that quotes can point into it. Loading a file twice changes nothing.

    Example:
      stancedb article load --outlet anewz --published 2025-11-26 call.txt
    """
    from stancedb.reading.article.completing import ArticleDefaults
    from stancedb.reading.article.files import read_articles
    from stancedb.reading.article.folders import NamePattern

    said = {name: options.pop(name) for name in ("outlet", "language", "published", "title", "url")}
    encoding = options.pop("encoding")
    items = read_articles(
        [source_of(path) for path in paths],
        defaults=ArticleDefaults(kind=options.pop("kind"), id=identifier, **said),
        encoding=encoding,
        manifest=manifest,
        names=NamePattern(name_pattern) if name_pattern is not None else None,
        tell=app.output.say,
    )
    origin = ", ".join(path.name for path in paths)
    run_load(app, "article", items, origin=origin, **options)


@article.command("list")
@slug_option("outlet", help="Articles of this outlet alone.")
@click.option("--uncoded", is_flag=True, help="Articles without a statement: what is left to do.")
@limit_option
@known_at_option
@pass_app
def list_(app: App, outlet: str | None, limit: int | None, known_at: str | None, *, uncoded: bool) -> None:
    """List articles, the newest first."""
    from stancedb.questions import articles
    from stancedb.shared import asking

    with app.reading() as session:
        number = asking.changeset_number(session, known_at)
        rows = articles.list_articles(
            session, outlet=outlet, uncoded=uncoded, limit=app.output.asked(limit), known_at=number
        )
    app.output.rows(
        rows,
        columns=[
            "article",
            "outlet",
            "published",
            "language",
            "kind",
            "statements",
            Column("title", below=True),
            "retracted_on",
        ],
        at_most=limit or TABLE_ROWS,
    )


@article.command()
@slug_argument("article", help="The article.")
@pass_app
def show(app: App, article: str) -> None:
    """Show an article with its text and the statements printed in it."""
    from stancedb.questions import articles

    with app.reading() as session:
        app.output.record(articles.show_article(session, article))


@article.command()
@click.argument("words", help="Words that all occur; a phrase in double quotes, as in '\"red line\" Taiwan'.")
@slug_option("outlet", help="Articles of this outlet alone.")
@click.option("--since", type=Day(), metavar="DATE", help="Published on this day or later.")
@click.option("--until", type=Day(), metavar="DATE", help="Published on this day or earlier.")
@click.option("--language", metavar="TAG", help="In this language (BCP 47); zh means zh-Hant as well.")
@click.option("--coded/--uncoded", default=None, help="Only with statements, or only without.")
@click.option(
    "--sort",
    "by",
    type=click.Choice(["rank", "date"]),
    default="rank",
    show_default=True,
    help="The most to the point first, or the newest.",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    help=f"At most so many; if not given, a table shows {_SHOWN} and the other formats all.",
)
@pass_app
def search(
    app: App,
    /,
    words: str,
    since: date | None,
    until: date | None,
    *,
    coded: bool | None,
    limit: int | None,
    **options: Any,
) -> None:
    """Search titles and texts, without regard to case and accents.

    Chinese, Japanese and Korean are found inside a sentence; hits are shown in square brackets.

    Example:
      stancedb article search '"red line" Taiwan' --since 2025-11-01
    """
    from stancedb.questions import articles

    wanted = limit or (_SHOWN if app.output.format == "table" else None)
    with app.reading() as session:
        rows = articles.search_articles(
            session,
            words,
            since=since,
            until=until,
            coded=coded,
            # One more than is given, to tell whether there are more.
            limit=wanted + 1 if wanted else None,
            **options,
        )
    if wanted and len(rows) > wanted and app.output.format != "table":
        rows = rows[:wanted]
        app.output.say(f"{wanted} given, there are more; --limit N gives more, no --limit all.")
    app.output.rows(
        rows, columns=["article", "outlet", "published", "title", Column("snippet", below=True)], at_most=wanted
    )


@article.command()
@slug_argument("article", help="The article.")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is withdrawn.")
@message_option
@dry_run_option
@pass_app
def retract(app: App, article: str, reason: str, message: str | None, *, dry_run: bool) -> None:
    """Withdraw an article from use; it stays, with the reason."""
    from stancedb.operations import articles

    with app.writing(message or f"retract article {article}: {reason}", dry_run=dry_run) as session:
        row = articles.retract_article(session, article, reason=reason)
    app.output.record(row)


@article.group(cls=Noun)
def duplicates() -> None:
    """Decide which articles are copies of others.

    Every load proposes what shares half of its words with another article; a copy counts once as evidence.
    """


@duplicates.command("list")
@click.option(
    "--state",
    type=choice(DuplicateState),
    default=str(DuplicateState.PROPOSED),
    show_default=True,
    help="Pairs in this state.",
)
@slug_option("outlet", help="Pairs with an article of this outlet on either side.")
@click.option(
    "--min-score", type=click.FloatRange(0, 1), default=0.0, metavar="SHARE", help="Pairs at least so alike, as 0.8."
)
@limit_option
@pass_app
def list_duplicates(app: App, state: str, outlet: str | None, min_score: float, limit: int | None) -> None:
    """List likely copies, the most alike first.

    Each is shown with the beginning of the longest passage that both have.

    Example:
      stancedb article duplicates list --min-score 0.8
    """
    from stancedb.questions import duplicates

    with app.reading() as session:
        rows = duplicates.list_duplicates(
            session, state=state, outlet=outlet, min_score=min_score, limit=app.output.asked(limit)
        )
    app.output.rows(
        rows,
        columns=[
            "article",
            "original",
            "score",
            "outlet",
            "original_outlet",
            "published",
            "original_published",
            Column("title", below=True),
            Column("original_title", table=False),
            Column("passage", below=True),
            "state",
            "decided_by",
            "reason",
        ],
        at_most=limit or TABLE_ROWS,
    )


@duplicates.command()
@slug_argument("article", "articles", nargs=-1, required=True, help="The copies.")
@slug_option("article", "--from", "original", metavar="ARTICLE", help="The original, where several are proposed.")
@message_option
@dry_run_option
@pass_app
def accept(app: App, articles: tuple[str, ...], original: str | None, message: str | None, *, dry_run: bool) -> None:
    """Say that articles are copies of the proposed originals.

    A statement that both print in the same words becomes one with two mentions. 'changeset undo' takes it back.
    """
    from stancedb.operations import duplicates

    with app.writing(message or f"accept copies: {', '.join(articles)}", dry_run=dry_run) as session:
        rows = duplicates.accept_duplicates(session, articles, original=original)
    app.output.rows(rows, columns=["article", "syndicated_from", "score", "statements_merged"])


@duplicates.command()
@slug_argument("article", "articles", nargs=-1, required=True, help="What is no copy.")
@slug_option("article", "--from", "original", metavar="ARTICLE", help="Of this article alone; of all if not given.")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@message_option
@dry_run_option
@pass_app
def reject(
    app: App, articles: tuple[str, ...], original: str | None, reason: str, message: str | None, *, dry_run: bool
) -> None:
    """Say that articles are no copies.

    The pairs are not proposed again.
    """
    from stancedb.operations import duplicates

    with app.writing(message or f"reject copies: {', '.join(articles)}: {reason}", dry_run=dry_run) as session:
        rows = duplicates.reject_duplicates(session, articles, reason=reason, original=original)
    app.output.rows(rows, columns=["article", "no_copy_of", "score", "reason"])
