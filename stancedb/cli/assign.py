"""``stancedb assign``."""

from __future__ import annotations

from datetime import date
from functools import partial

import click

from stancedb.cli.app import App, Command, Day, dry_run_option, pass_app, share_options, slug_option


@click.command(cls=Command)
@slug_option("round", "--round", "round_slug", required=True, help="The round.")
@slug_option("coder", "--coder", "coders", metavar="NAME", multiple=True, help="A coder who gets texts; repeatable.")
@click.option(
    "--new-coder",
    "new_coders",
    metavar="NAME",
    multiple=True,
    help="A coder who is not in the database yet; repeatable.",
)
@click.option("--per-coder", type=click.IntRange(1), metavar="N", help="Number of texts for each coder.")
@click.option(
    "--pool", type=click.IntRange(1), metavar="N", help="Number of texts for the pool, where coders take the next one."
)
@share_options(" (default: that of the round)")
@click.option("--seed", type=int, metavar="N", help="Seed of the random choice (default: that of the round).")
@slug_option("article", "--article", "articles", multiple=True, help="Only this article; repeatable.")
@slug_option("outlet", help="Only articles of this outlet.")
@click.option("--language", metavar="TAG", help="Only articles in this language, such as en or zh-Hant.")
@click.option("--since", type=Day(), metavar="DATE", help="Only articles published on this day or later.")
@click.option("--until", type=Day(), metavar="DATE", help="Only articles published on this day or earlier.")
@dry_run_option
@pass_app
def assign(
    app: App,
    /,
    *,
    round_slug: str,
    coders: tuple[str, ...],
    new_coders: tuple[str, ...],
    per_coder: int | None,
    pool: int | None,
    seed: int | None,
    articles: tuple[str, ...],
    outlet: str | None,
    language: str | None,
    since: date | None,
    until: date | None,
    dry_run: bool,
    **shares: float | None,
) -> None:
    r"""Assign texts of a round to coders, or to its pool.

    The texts are chosen at random: the same seed chooses the same texts from the same articles. Copies of a wire story
    go with their original, and no text is assigned twice to a coder in a round.

    Example:
      stancedb assign --round 2026-w49 --coder ana --coder ben --per-coder 50 \
          --double 10% --again 2% --seed 7 --dry-run
    """
    from stancedb.operations import rounds

    named = (*coders, *new_coders)
    if (pool is None) != bool(named) or (per_coder is None) == bool(named):
        raise click.UsageError("Give either --coder and --per-coder, or --pool.")
    chosen = partial(
        rounds.assign,
        round_slug=round_slug,
        coders=named,
        per_coder=per_coder,
        pool=pool,
        shares=rounds.Shares(**shares),
        seed=seed,
        texts=rounds.Texts(articles=articles, outlet=outlet, language=language, since=since, until=until),
    )
    if new_coders:
        with app.writing(f"add coders: {', '.join(new_coders)}", dry_run=dry_run) as writing:
            rounds.add_coders(writing, new_coders)
            rows = chosen(writing)
    else:
        with app.working(dry_run=dry_run) as working:
            rows = chosen(working)
    app.output.rows(rows, columns=["coder", "texts", "double", "again", "blind"])
    wanted = pool or len({*named}) * (per_coder or 0)
    found = sum(row["texts"] for row in rows)
    if found < wanted:
        app.output.say(f"Only {found} of {wanted} could be assigned: no other article of this selection is left.")
