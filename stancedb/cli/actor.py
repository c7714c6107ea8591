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
KINDS = ", ".join(ActorKind)
force_option = click.option(
    "--force", is_flag=True, help="Allow an actor to have two identifiers of a global scheme such as wikidata."
)


@click.group(cls=Noun)
def actor() -> None:
    """People, offices, governments, states and other bodies."""


@actor.command()
@click.argument("path", type=SOURCE, help="CSV, JSONL or Popolo JSON file; - is standard input.")
@click.option(
    "--source",
    metavar="NAME",
    help="Source of a Popolo file, within which ids are unique (default: that of an earlier load of the file, or a new "
    "one).",
)
@force_option
@loading_options
@pass_app
def load(app: App, /, path: Path, source: str | None, *, force: bool, **options: Any) -> None:
    """Load actors from CSV, JSONL or Popolo JSON.

    Names, identifiers, relations, tenures and attributes are loaded with them. Other data in a Popolo file is counted
    and reported.

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
            "--source requires a Popolo file; slugs and identifiers in other files are unique in the whole database."
        )
    load_file(app, "actor", path, forces=force, **options)


@actor.command()
@click.argument("slug", help="Slug of the new actor, such as sanae-takaichi.")
@click.option("--kind", required=True, type=KIND, metavar="KIND", help=f"Kind of actor: {KINDS}.")
@click.option("--name", required=True, metavar="NAME", help="Name shown in tables.")
@click.option("--language", metavar="TAG", help="Language of the name as a BCP 47 tag (default: en).")
@click.option(
    "--other-name",
    "other_names",
    multiple=True,
    metavar="LANGUAGE:NAME",
    help="Another name, such as ja:高市早苗; repeatable.",
)
@click.option(
    "--identifier",
    "identifiers",
    multiple=True,
    metavar="SCHEME:VALUE",
    help="Identifier, such as wikidata:Q17; repeatable.",
)
@click.option(
    "--relation",
    "relations",
    multiple=True,
    metavar="KIND:ACTOR@PERIOD",
    help="Relation to another actor, such as governs:japan@2025-10-21/..; repeatable.",
)
@click.option(
    "--tenure",
    "tenures",
    multiple=True,
    metavar="OFFICE@PERIOD",
    help="Office held, such as prime-minister-of-japan@2025-10-21/..; repeatable.",
)
@click.option(
    "--attribute",
    "attributes",
    multiple=True,
    metavar="KEY:VALUE",
    help="Attribute such as type:party, or with a period, party@2020/..:Greens; repeatable.",
)
@click.option("--citation", metavar="TEXT", help="Source that supports this.")
@force_option
@message_option
@dry_run_option
@pass_app
def add(app: App, /, message: str | None, *, force: bool, dry_run: bool, **fields: Any) -> None:
    """Add one actor, or add data to an existing one.

    Example:
      stancedb actor add okada-katsuya --kind person --name "Okada Katsuya"
    """
    from stancedb.operations import adding

    add = partial(adding.add_actor, forces=force, **fields)
    run_one(app, "actor", add, message=message, dry_run=dry_run)


@actor.command("list")
@click.option("--kind", type=KIND, metavar="KIND", help=f"Only actors of this kind: {KINDS}.")
@known_at_option
@pass_app
def list_(app: App, kind: str | None, known_at: str | None) -> None:
    """List actors with offices and counts of statements and codings."""
    from stancedb.questions import actors
    from stancedb.shared import asking

    with app.reading() as session:
        rows = actors.list_actors(session, kind=kind, known_at=asking.changeset_number(session, known_at))
    app.output.rows(rows, columns=["actor", "kind", "name", "holds", "statements", "codings", "merged_into"])


@actor.command()
@slug_argument("actor", help="Actor slug.")
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
@slug_argument("actor", help="Actor slug.")
@click.option("--kind", type=KIND, metavar="KIND", help=f"Kind of actor: {KINDS}.")
@click.option("--name", metavar="NAME", help="English name shown in tables; the current name is kept as a former name.")
@click.option(
    "--attribute",
    "attributes",
    multiple=True,
    metavar="KEY:VALUE",
    help="Attribute such as type:party, or with a period, party@2020/..:Greens; repeatable.",
)
@click.option("--citation", metavar="TEXT", help="Source that supports this.")
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
    """Correct an actor; the earlier version stays in the history."""
    from stancedb.operations import actors

    with app.writing(message or f"set actor {actor}", dry_run=dry_run) as session:
        row = actors.set_actor(session, actor, kind=kind, name=name, citation=citation, attributes=attributes)
    app.output.record(row)


@actor.command()
@slug_argument("actor", help="Slug of the duplicate actor.")
@slug_argument("actor", "into", help="Slug of the actor to keep.")
@force_option
@message_option
@dry_run_option
@pass_app
def merge(app: App, actor: str, into: str, message: str | None, *, force: bool, dry_run: bool) -> None:
    """Merge a duplicate actor into another; 'changeset undo' reverts it.

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
    """Identifier schemes, such as wikidata.

    An identifier is written SCHEME:VALUE.
    """


@scheme.command("list")
@pass_app
def list_schemes(app: App) -> None:
    """List identifier schemes with the number of their identifiers."""
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
@click.argument("scheme", metavar="CODE", help="Code of the new scheme, which precedes the colon, such as eu-whoiswho.")
@click.option("--label", required=True, metavar="TEXT", help="Label shown in tables.")
@click.option("--definition", required=True, metavar="TEXT", help="What the scheme identifies, and who maintains it.")
@click.option("--pattern", metavar="REGEX", help="Regular expression that identifiers match, such as '^[0-9]+$'.")
@click.option("--url-template", metavar="URL", help="URL of an identifier, with {value} in its place.")
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
    """Add an identifier scheme.

    Example:
      stancedb actor scheme add marpor --label MARPOR --definition "Parties."
    """
    from stancedb.operations import actors

    with app.writing(message or f"add identifier scheme {scheme}", dry_run=dry_run) as session:
        row = actors.add_scheme(
            session, scheme, label=label, definition=definition, pattern=pattern, url_template=url_template
        )
    app.output.record(row)
