"""``stancedb actor``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from stancedb.cli.app import App, Noun, choice, dry_run_option, known_at_option, message_option, pass_app, slug_argument
from stancedb.cli.loading import SOURCE, load_file, loading_options, run_load, run_one
from stancedb.cli.output import Column
from stancedb.model.vocabulary import ActorKind

KIND = choice(ActorKind)
force_option = click.option(
    "--force", is_flag=True, help="Allow one actor two identifiers of a world-wide scheme, such as wikidata."
)


@click.group(cls=Noun)
def actor() -> None:
    """Persons, offices, governments, states and other bodies."""


@actor.command()
@click.argument("path", type=SOURCE, help="A CSV, JSONL or Popolo JSON file; - is standard input.")
@click.option(
    "--source",
    metavar="NAME",
    help="Source of a Popolo file, whose own ids hold within it (default: the source it was loaded under before, else "
    "a new one).",
)
@force_option
@loading_options
@pass_app
def load(app: App, /, path: Path, source: str | None, *, force: bool, **options: Any) -> None:
    """Load actors from CSV, JSONL or Popolo JSON.

    Names, identifiers, relations, tenures and attributes come with them. What a Popolo file says besides is counted and
    told.

    Example:
      stancedb actor load actors.csv
    """
    if path.suffix.lower() == ".json":
        from stancedb.reading.popolo.document import read_popolo
        from stancedb.reading.sources import source_of

        popolo = read_popolo(path, encoding=options["encoding"])
        if popolo is not None:
            with app.reading() as session:
                of = source_of(session, path, popolo.sha256, source)
                records = list(popolo.records(session, of))
            del options["encoding"]
            run_load(
                app,
                "actor",
                records,
                origin=path.name,
                of=of if popolo.has_local_ids else None,
                forces=force,
                **options,
            )
            return
    if source is not None:
        raise click.UsageError(
            "--source goes with a Popolo file; slugs and identifiers of other files hold in the whole database."
        )
    load_file(app, "actor", path, forces=force, **options)


@actor.command()
@click.argument("slug", help="The handle to give it, such as sanae-takaichi.")
@click.option("--kind", required=True, type=KIND, help="What it is.")
@click.option("--name", required=True, metavar="NAME", help="The name that tables show.")
@click.option("--language", metavar="TAG", help="Language of the name (BCP 47); English if not given.")
@click.option(
    "--other-name", "other_names", multiple=True, metavar="LANGUAGE:NAME", help="Another name, as ja:高市早苗."
)
@click.option("--identifier", "identifiers", multiple=True, metavar="SCHEME:VALUE", help="As wikidata:Q17.")
@click.option(
    "--relation", "relations", multiple=True, metavar="KIND:ACTOR@PERIOD", help="As governs:japan@2025-10-21/.."
)
@click.option(
    "--tenure", "tenures", multiple=True, metavar="OFFICE@PERIOD", help="As prime-minister-of-japan@2025-10-21/.."
)
@click.option(
    "--attribute",
    "attributes",
    multiple=True,
    metavar="KEY:VALUE",
    help="An attribute, as type:party, or for a period, as party@2020/..:Greens.",
)
@click.option("--citation", metavar="TEXT", help="Where this can be checked.")
@force_option
@message_option
@dry_run_option
@pass_app
def add(app: App, /, message: str | None, *, force: bool, dry_run: bool, **fields: Any) -> None:
    """Add one actor; given again it adds to what is known of the actor.

    Example:
      stancedb actor add okada-katsuya --kind person --name "Okada Katsuya"
    """
    from stancedb.operations import adding

    add = partial(adding.add_actor, forces=force, **fields)
    run_one(app, "actor", add, message=message, dry_run=dry_run)


@actor.command("list")
@click.option("--kind", type=KIND, help="Actors of this kind alone.")
@known_at_option
@pass_app
def list_(app: App, kind: str | None, known_at: str | None) -> None:
    """List actors with what they hold and how much is recorded of them."""
    from stancedb.questions import actors
    from stancedb.shared import asking

    with app.reading() as session:
        rows = actors.list_actors(session, kind=kind, known_at=asking.changeset_number(session, known_at))
    app.output.rows(rows, columns=["actor", "kind", "name", "holds", "statements", "codings", "merged_into"])


@actor.command()
@slug_argument("actor", help="The actor.")
@known_at_option
@pass_app
def show(app: App, actor: str, known_at: str | None) -> None:
    """Show an actor with names, relations, tenures and attributes."""
    from stancedb.questions import actors
    from stancedb.shared import asking

    with app.reading() as session:
        row = actors.show_actor(session, actor, known_at=asking.changeset_number(session, known_at))
    app.output.record(row)


@actor.command("set")
@slug_argument("actor", help="The actor.")
@click.option("--kind", type=KIND, help="What it is.")
@click.option("--name", metavar="NAME", help="The English name that tables show; the one before becomes a former name.")
@click.option(
    "--attribute",
    "attributes",
    multiple=True,
    metavar="KEY:VALUE",
    help="An attribute, as type:party, or for a period, as party@2020/..:Greens.",
)
@click.option("--citation", metavar="TEXT", help="Where this can be checked.")
@message_option
@dry_run_option
@pass_app
def set_(
    app: App,
    actor: str,
    *,
    kind: str | None,
    name: str | None,
    attributes: tuple[str, ...],
    citation: str | None,
    message: str | None,
    dry_run: bool,
) -> None:
    """Correct an actor; the earlier version stays in history."""
    from stancedb.operations import actors

    with app.writing(message or f"set actor {actor}", dry_run=dry_run) as session:
        row = actors.set_actor(session, actor, kind=kind, name=name, citation=citation, attributes=attributes)
    app.output.record(row)


@actor.command()
@slug_argument("actor", help="The one that turned out to be another.")
@slug_argument("actor", "into", help="The one that it is.")
@force_option
@message_option
@dry_run_option
@pass_app
def merge(app: App, actor: str, into: str, message: str | None, *, force: bool, dry_run: bool) -> None:
    """Say that two actors are one; 'changeset undo' takes it back.

    Example:
      stancedb actor add takaichi-sanae --kind person --name "Takaichi Sanae"
      stancedb actor merge takaichi-sanae sanae-takaichi
    """
    from stancedb.operations import actors

    with app.writing(message or f"merge actor {actor} into {into}", dry_run=dry_run) as session:
        row = actors.merge_actors(session, actor, into=into, forces=force)
    app.output.record(row)


@actor.group(cls=Noun)
def scheme() -> None:
    """Systems of identifiers, such as wikidata.

    An identifier is SCHEME:VALUE.
    """


@scheme.command("list")
@pass_app
def list_schemes(app: App) -> None:
    """List the systems of identifiers with how many identifiers of each there are."""
    from stancedb.questions import actors

    with app.reading() as session:
        rows = actors.list_schemes(session)
    app.output.rows(
        rows,
        columns=[
            "scheme",
            "label",
            "pattern",
            "identifiers",
            Column("definition", below=True),
            Column("url_template", table=False),
        ],
    )


@scheme.command("add")
@click.argument("scheme", metavar="CODE", help="What stands before the colon, such as eu-whoiswho.")
@click.option("--label", required=True, metavar="TEXT", help="What tables show.")
@click.option("--definition", required=True, metavar="TEXT", help="What it identifies, and whose it is.")
@click.option("--pattern", metavar="REGEX", help="What its identifiers match, such as '^[0-9]+$'.")
@click.option("--url-template", metavar="URL", help="The address of an identifier, with {value} in its place.")
@message_option
@dry_run_option
@pass_app
def add_scheme(
    app: App,
    scheme: str,
    *,
    label: str,
    definition: str,
    pattern: str | None,
    url_template: str | None,
    message: str | None,
    dry_run: bool,
) -> None:
    """Add a system of identifiers.

    Example:
      stancedb actor scheme add marpor --label MARPOR --definition "Parties."
    """
    from stancedb.operations import actors

    with app.writing(message or f"add identifier scheme {scheme}", dry_run=dry_run) as session:
        row = actors.add_scheme(
            session, scheme, label=label, definition=definition, pattern=pattern, url_template=url_template
        )
    app.output.record(row)
