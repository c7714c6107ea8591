"""Releases: labelled states of the database, which can be cited, written again and verified."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from stancedb.database import Reading, Writing
from stancedb.derivation.install import digest
from stancedb.errors import OfNewerLayout, ReleasedAlready
from stancedb.releases.files import MANIFEST, Opening, build, title
from stancedb.releases.layout import LAYOUT, LAYOUTS
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of
from stancedb.sql import Queries

SQL = Queries(__file__)


# Characters that BibTeX or LaTeX treats as commands, and how to escape them.
_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "{}&%$#_"},
    }
)


def create_release(
    session: Writing, label: str, *, known_at: int | None = None, license_name: str | None = None
) -> Row:
    """Label a state of the database, and record the checksums of all its files.

    Args:
        session: The session; its changeset has the author and the reason.
        label: The handle, one word.
        known_at: The number of the changeset that is released; None means the latest.
        license_name: The SPDX identifier of the licence under which the data may be used; None grants no rights.

    Returns:
        The result of ``show_release``.

    Raises:
        RefusedByRule: The release already exists, or the label or licence is not a single word.
    """
    if ask(session, SQL["releases"], label=label):
        raise ReleasedAlready(label=label)
    release = {**_about(session, label, known_at), "license_name": license_name}
    files, manifest = build(session, release)
    parameters = {**release, "derivation": digest(), "manifest": manifest}
    key = session.execute(SQL["create"], parameters).scalar_one()
    session.execute(SQL["add_file"], [{"key": key, **asdict(file)} for file in files])
    return show_release(session, label)


def _about(session: Writing, label: str, known_at: int | None) -> Row:
    """Return the fields of a release, from the open changeset and from what was known."""
    (opened,) = ask(session, SQL["opened"], number=known_at)
    (known,) = ask(session, SQL["known"], known_at=opened["changeset"])
    return {"label": label, "layout": LAYOUT, **opened, **known}


def list_releases(session: Reading) -> list[Row]:
    """Return the releases, newest first."""
    return ask(session, SQL["releases"])


def show_release(session: Reading, label: str) -> Row:
    """Return one release with its files.

    Raises:
        NoSuchThing: There is no such release; the nearest is suggested.
    """
    release = _release(session, label)
    release["files"] = _manifest(session, label)
    return release


def _release(session: Reading, label: str) -> Row:
    id_of(session, "release", label)
    return ask(session, SQL["releases"], label=label)[0]


def _manifest(session: Reading, label: str) -> list[Row]:
    return ask(session, SQL["manifest"], label=label)


def write_release(session: Reading, label: str, opening: Opening | None = None) -> list[Row]:
    """Write the files of a release again and compare each with the manifest.

    Args:
        session: The session.
        label: The release.
        opening: Opens a file by its name; None writes nothing and only verifies.

    Returns:
        A row for each file: file, rows, expected, found, and whether they are the same.

    Raises:
        NoSuchThing: There is no such release; the nearest is suggested.
        RefusedByRule: The release was made by a newer version of the program.
    """
    release = _release(session, label)
    if release["layout"] not in LAYOUTS:
        raise OfNewerLayout(label=label, layout=release["layout"], newest=LAYOUT)
    files, manifest = build(session, release, opening)
    expected = {row["file"]: row for row in _manifest(session, label)}
    found: dict[str, tuple[int | None, str]] = {file.name: (file.row_count, file.content_sha256) for file in files}
    compared = [
        _compared(name, found.get(name), expected.get(name)) for name in [*found, *(expected.keys() - found.keys())]
    ]
    return [*compared, _compared(MANIFEST, (None, manifest), {"sha256": release["digest"]})]


def _compared(name: str, found: tuple[int | None, str] | None, expected: dict[str, Any] | None) -> Row:
    rows, checksum = found or (None, None)
    wanted = expected["sha256"] if expected else None
    return {"file": name, "rows": rows, "expected": wanted, "found": checksum, "is_same": wanted == checksum}


def is_derived_as_now(session: Reading, label: str) -> bool:
    """Return whether stances are defined today as they were when a release was made."""
    return bool(_release(session, label)["derivation_sha256"] == digest())


def cite(session: Reading, label: str) -> Row:
    """Return the citation of a release, as a sentence and as a BibTeX entry.

    Raises:
        NoSuchThing: There is no such release; the nearest is suggested.
    """
    release = _release(session, label)
    year = release["released_on"].year
    rules = ", ".join(release["rules"])
    sentence = (
        f"{release['author']} ({year}). {title(release)} [Data set]. As known at changeset {release['changeset']},"
        f" under the rules {rules}. SHA-256 {release['digest']}."
    )
    author, called = release["author"].translate(_BIBTEX), title(release).translate(_BIBTEX)
    entry = (
        f"@misc{{stancedb-{label},\n  author = {{{{{author}}}}},\n  title = {{{called}}},\n"
        f"  year = {{{year}}},\n  note = {{Data set, as known at changeset {release['changeset']},"
        f" SHA-256 {release['digest']}}}\n}}"
    )
    cited = {name: release[name] for name in ("released_on", "author", "digest")}
    return {"label": label, "citation": sentence, "bibtex": entry, **cited}
