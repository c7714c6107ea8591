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
    limit_option_of,
    message_option,
    pass_app,
    slug_argument,
    slug_option,
)
from stancedb.cli.loading import PathOrAddress, loading_options, run_load, source_of
from stancedb.cli.output import TABLE_ROWS, Column
from stancedb.model.vocabulary import DuplicateState

# Default number of hits in a table.
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
    help="Files, folders or URLs; - is standard input (JSONL).",
)
@slug_option("outlet", help="Outlet, for files that do not name one.")
@click.option("--language", metavar="TAG", help="Language as a BCP 47 tag, for files that do not name one.")
@click.option("--published", metavar="DATE", help="Publication date (EDTF), for files that do not name one.")
@slug_option("article_kind", "--kind", metavar="KIND", help="Kind of article, for files that do not name one.")
@click.option("--title", metavar="TEXT", help="Title, for a single file without one.")
@click.option("--url", metavar="URL", help="URL, for a single file without one.")
@click.option(
    "--id", "identifier", metavar="SLUG", help="Article slug, for a single file (default: from the file name)."
)
@click.option(
    "--manifest",
    type=click.Path(path_type=Path, dir_okay=False),
    help="CSV or JSONL list of the files in a folder: a column 'file' and article fields, which take precedence.",
)
@click.option(
    "--name-pattern",
    metavar="PATTERN",
    help="Pattern of the file names, such as '{outlet}_{date}_{title}'; {any} matches any text.",
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
    """Load articles from files, folders, web archives or URLs.

    Files may be .txt, .md, .html, .html.gz, .pdf, .jsonl, .csv, .rss, .atom or .warc; URLs (http, https) are fetched.
    Folders are read recursively; files that are skipped are counted. A .md file may begin with front matter. The text
    is frozen as a version, so that quotes can refer to it. Loading a file twice changes nothing.

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
@slug_option("outlet", help="Only articles of this outlet.")
@click.option("--uncoded", is_flag=True, help="Only articles without a statement, which are still to be coded.")
@limit_option
@known_at_option
@pass_app
def list_(app: App, outlet: str | None, limit: int | None, known_at: str | None, *, uncoded: bool) -> None:
    """List articles, newest first."""
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
@slug_argument("article", help="Article slug.")
@pass_app
def show(app: App, article: str) -> None:
    """Show an article with its text and the statements it prints."""
    from stancedb.questions import articles

    with app.reading() as session:
        app.output.record(articles.show_article(session, article))


@article.command()
@click.argument("words", help="Words that must all occur; phrases in double quotes, such as '\"red line\" Taiwan'.")
@slug_option("outlet", help="Only articles of this outlet.")
@click.option("--since", type=Day(), metavar="DATE", help="Only articles published on or after this date.")
@click.option("--until", type=Day(), metavar="DATE", help="Only articles published on or before this date.")
@click.option("--language", metavar="TAG", help="Only articles in this language (BCP 47); zh also matches zh-Hant.")
@click.option("--coded/--uncoded", default=None, help="Only articles with statements, or only those without.")
@click.option(
    "--sort",
    "by",
    type=click.Choice(["rank", "date"]),
    default="rank",
    show_default=True,
    help="Sort by relevance (rank), or newest first (date).",
)
@limit_option_of(_SHOWN)
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
    """Search titles and texts, ignoring case and accents.

    Chinese, Japanese and Korean words are found within a sentence. Hits are shown in square brackets.

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
            # One more than is shown, to find out whether there are more.
            limit=wanted + 1 if wanted else None,
            **options,
        )
    if wanted and len(rows) > wanted and app.output.format != "table":
        rows = rows[:wanted]
        app.output.say(f"Only the first {wanted} rows are printed; raise --limit or omit it to print all.")
    app.output.rows(
        rows, columns=["article", "outlet", "published", "title", Column("snippet", below=True)], at_most=wanted
    )


@article.command()
@slug_argument("article", help="Article slug.")
@click.option("--reason", required=True, metavar="TEXT", help="Reason for the retraction.")
@message_option
@dry_run_option
@pass_app
def retract(app: App, article: str, reason: str, message: str | None, *, dry_run: bool) -> None:
    """Retract an article; it is kept, with the reason."""
    from stancedb.operations import articles

    with app.writing(message or f"retract article {article}: {reason}", dry_run=dry_run) as session:
        row = articles.retract_article(session, article, reason=reason)
    app.output.record(row)


@article.group(cls=Noun)
def duplicates() -> None:
    """Decide which articles are copies of others.

    Every load proposes articles that share half of their words with another article. Copies count once as evidence.
    """


@duplicates.command("list")
@click.option(
    "--state",
    type=choice(DuplicateState),
    default=str(DuplicateState.PROPOSED),
    show_default=True,
    help="Only pairs in this state.",
)
@slug_option("outlet", help="Only pairs in which either article is of this outlet.")
@click.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="SHARE",
    help="Only pairs with at least this similarity, from 0 to 1, such as 0.8.",
)
@limit_option
@pass_app
def list_duplicates(app: App, state: str, outlet: str | None, min_score: float, limit: int | None) -> None:
    """List likely copies, most similar first.

    Each pair is shown with the beginning of its longest common passage.

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
@slug_argument("article", "articles", nargs=-1, required=True, help="Slugs of the copies.")
@slug_option("article", "--from", "original", metavar="ARTICLE", help="Original, if several are proposed.")
@message_option
@dry_run_option
@pass_app
def accept(app: App, articles: tuple[str, ...], original: str | None, message: str | None, *, dry_run: bool) -> None:
    """Mark articles as copies of the proposed originals.

    Statements that both articles print in the same words are merged into one with two mentions. 'changeset undo'
    reverts this.
    """
    from stancedb.operations import duplicates

    with app.writing(message or f"accept copies: {', '.join(articles)}", dry_run=dry_run) as session:
        rows = duplicates.accept_duplicates(session, articles, original=original)
    app.output.rows(rows, columns=["article", "syndicated_from", "score", "statements_merged"])


@duplicates.command()
@slug_argument("article", "articles", nargs=-1, required=True, help="Slugs of the articles that are not copies.")
@slug_option(
    "article", "--from", "original", metavar="ARTICLE", help="Original to reject (default: all that are proposed)."
)
@click.option("--reason", required=True, metavar="TEXT", help="Reason for the rejection.")
@message_option
@dry_run_option
@pass_app
def reject(
    app: App, articles: tuple[str, ...], original: str | None, reason: str, message: str | None, *, dry_run: bool
) -> None:
    """Mark articles as not copies.

    The pairs are not proposed again.
    """
    from stancedb.operations import duplicates

    with app.writing(message or f"reject copies: {', '.join(articles)}: {reason}", dry_run=dry_run) as session:
        rows = duplicates.reject_duplicates(session, articles, reason=reason, original=original)
    app.output.rows(rows, columns=["article", "no_copy_of", "score", "reason"])
