"""``stancedb release``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stancedb.cli.app import App, Noun, known_at_option, message_option, pass_app, slug_argument
from stancedb.cli.former import former_option
from stancedb.cli.output import Column
from stancedb.errors import NotAsReleased

if TYPE_CHECKING:
    from stancedb.database import Reading


@click.group(cls=Noun)
def release() -> None:
    """States of the database under a name: cite, verify, compare.

    A release is a changeset with a label and the checksums of its files. It is written again byte for byte, whatever
    was corrected since.
    """


@release.command()
@click.argument("label", help="The name to give, one word such as 2026-03.")
@known_at_option
@former_option("release", "create", "--at")
@click.option(
    "--license",
    "license_name",
    metavar="NAME",
    help="The licence under which the data may be used, such as CC-BY-4.0; none if not given.",
)
@message_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write the files as well."
)
@pass_app
def create(
    app: App, label: str, *, known_at: str | None, license_name: str | None, message: str | None, output: Path | None
) -> None:
    """Give a state of the database a name.

    Kept are the label, the changeset, the licence, the rules, the versions of the codebook, who made it and why, and a
    manifest with the checksum of every file.

    Example:
      stancedb release create 2026-03 --output release-2026-03
    """
    from stancedb.releases import register as releases
    from stancedb.shared import asking

    with app.writing(message or f"release {label}") as session:
        row = releases.create_release(
            session, label, known_at=asking.changeset_number(session, known_at), license_name=license_name
        )
        # Where the files cannot be written there is no release, so that its label is not taken.
        if output is not None:
            _write(session, label, output)
    app.output.record(row)


@release.command("list")
@pass_app
def list_(app: App) -> None:
    """List the releases, the newest first."""
    from stancedb.releases import register as releases

    with app.reading() as session:
        rows = releases.list_releases(session)
    app.output.rows(
        rows,
        columns=[
            "label",
            "changeset",
            "released_on",
            "author",
            "reason",
            Column("rules", table=False),
            Column("codebook_versions", table=False),
            Column("license_name", table=False),
            Column("digest", table=False),
        ],
    )


@release.command()
@slug_argument("release", help="The label of the release.")
@pass_app
def show(app: App, release: str) -> None:
    """Show one release with its manifest."""
    from stancedb.releases import register as releases

    with app.reading() as session:
        app.output.record(releases.show_release(session, release))


@release.command()
@slug_argument("release", help="The label of the release.")
@pass_app
def verify(app: App, release: str) -> None:
    """Build a release again and compare every checksum.

    Nothing is written. Exits with 1 and names the files if any differs.
    """
    from stancedb.releases import register as releases

    with app.reading() as session:
        rows = releases.write_release(session, release)
        is_derived_as_now = releases.is_derived_as_now(session, release)
    app.output.rows(rows, columns=_columns(), title=f"Release {release}, built again")
    if any(not row["is_same"] for row in rows):
        if not is_derived_as_now:
            app.output.say("Stances are derived otherwise in this version of stancedb than when the release was made.")
        raise NotAsReleased.of(release, rows)
    app.output.say(f"All {len(rows)} files are as they were released.")


@release.command()
@slug_argument("release", help="The label of the release.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    required=True,
    help="Where to; files of the same names are replaced.",
)
@pass_app
def export(app: App, release: str, output: Path) -> None:
    """Write the files of a release again.

    Tables as CSV, datapackage.json which describes them (Frictionless), CITATION.cff, and SHA256SUMS with the checksum
    of each.
    """
    with app.reading() as session:
        rows = _write(session, release, output)
    app.output.rows(rows, columns=_columns(), title=f"Release {release}, written to {output}")


@release.command()
@slug_argument("release", "before", help="The release to start from.")
@slug_argument("release", "after", help="The release to compare with it.")
@pass_app
def diff(app: App, before: str, after: str) -> None:
    """Show what differs between two releases, and why.

    First the stances and changes of stance under every rule, then the codings behind them that were added, recoded or
    withdrawn, each with its changeset and who made it.
    """
    from stancedb.releases import diff as release_diff

    with app.reading() as session:
        rows = release_diff.diff_releases(session, before, after)
    app.output.rows(
        rows,
        columns=[Column(name, below=name == "message") for name in release_diff.COLUMNS],
        title=f"From release {before} to release {after}",
        empty="No stance and no change differs.",
    )


@release.command()
@slug_argument("release", help="The label of the release.")
@pass_app
def cite(app: App, release: str) -> None:
    """Print the citation of a release, which names its digest.

    The data formats have an entry of BibTeX too.
    """
    from stancedb.releases import register as releases

    with app.reading() as session:
        row = releases.cite(session, release)
    if app.output.format == "table":
        app.output.text(f"{row['citation']}\n")
    else:
        app.output.record(row)


def _columns() -> list[Column | str]:
    return ["file", "rows", Column("expected", table=False), Column("found", label="sha256"), "is_same"]


def _write(session: Reading, label: str, directory: Path) -> list[dict[str, object]]:
    """Write the files of a release into a folder, and refuse what is not as it was released."""
    from stancedb.export.writing import make_folder, replacing
    from stancedb.releases import register as releases

    make_folder(directory)
    rows = releases.write_release(session, label, lambda name: replacing(directory / name))
    if any(not row["is_same"] for row in rows):
        raise NotAsReleased.of(label, rows)
    return rows
