"""Releases: a state of the database under a name, which can be cited, written again and verified."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from stancedb.database import Reading, Writing
from stancedb.derivation.install import digest
from stancedb.errors import RefusedByRule
from stancedb.releases.files import Opening, build, title
from stancedb.releases.layout import LAYOUT, LAYOUTS
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of

_RELEASE = (
    "SELECT r.label, r.changeset_number AS changeset, r.released_on, r.author, r.reason, r.rules, r.codebook_versions,"
    " r.layout, r.license_name, r.derivation_sha256, r.manifest_sha256 AS digest FROM stancedb.release r"
)


# What BibTeX or LaTeX takes for a command, and how it is told to print it.
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
    """Give a state of the database a name, and keep the checksums of all its files.

    Args:
        session: The session; its changeset says who makes the release and why.
        label: The handle, one word.
        known_at: The number of the changeset that is released; None means the last one.
        license_name: The SPDX identifier of the licence under which the data may be used; None grants nothing.

    Returns:
        What ``show_release`` returns.

    Raises:
        RefusedByRule: There is such a release already, or label or licence is no word.
    """
    if session.execute(text("SELECT 1 FROM stancedb.release WHERE label = :label"), {"label": label}).scalar():
        raise RefusedByRule(sentence=f"there is a release '{label}' already, and a release is never edited")
    release = {**_about(session, label, known_at), "license_name": license_name}
    files, manifest = build(session, release)
    key = session.execute(
        text(
            "INSERT INTO stancedb.release (label, changeset_number, rules, codebook_versions, author, reason,"
            " released_on, layout, license_name, derivation_sha256, manifest_sha256)"
            " VALUES (:label, :changeset, :rules, :codebook_versions, :author, :reason, :released_on, :layout,"
            " :license_name, :derivation, :manifest) RETURNING id"
        ),
        {**release, "derivation": digest(), "manifest": manifest},
    ).scalar_one()
    session.execute(
        text(
            "INSERT INTO stancedb.release_file (release_id, name, content_sha256, row_count, byte_count)"
            " VALUES (:key, :name, :content_sha256, :row_count, :byte_count)"
        ),
        [
            {
                "key": key,
                "name": file.name,
                "content_sha256": file.content_sha256,
                "row_count": file.row_count,
                "byte_count": file.byte_count,
            }
            for file in files
        ],
    )
    return show_release(session, label)


def _about(session: Writing, label: str, known_at: int | None) -> Row:
    """Return what a release says of itself, from the open changeset and from what was known."""
    (opened,) = ask(
        session,
        "SELECT c.author, c.message AS reason, (clock_timestamp() AT TIME ZONE 'UTC')::date AS released_on,"
        " coalesce(CAST(:number AS bigint), (SELECT max(number) FROM stancedb.changeset)) AS changeset"
        " FROM stancedb.changeset c WHERE c.id = current_setting('stancedb.changeset')::bigint",
        number=known_at,
    )
    (known,) = ask(
        session,
        'SELECT ARRAY(SELECT r.slug FROM {derivation_rule} r ORDER BY r.slug COLLATE "C") AS rules,'
        ' ARRAY(SELECT v.label FROM {codebook_version} v ORDER BY v.issued_on, v.label COLLATE "C")'
        " AS codebook_versions",
        known_at=opened["changeset"],
    )
    return {"label": label, "layout": LAYOUT, **opened, **known}


def list_releases(session: Reading) -> list[Row]:
    """Return the releases, the newest first."""
    return ask(session, f"{_RELEASE} ORDER BY r.changeset_id DESC, r.id DESC")


def show_release(session: Reading, label: str) -> Row:
    """Return one release with its files.

    Raises:
        NoSuchThing: There is no such release; the nearest is offered.
    """
    release = _release(session, label)
    release["files"] = _manifest(session, label)
    return release


def _release(session: Reading, label: str) -> Row:
    id_of(session, "release", label)
    return ask(session, f"{_RELEASE} WHERE r.label = :label", label=label)[0]


def _manifest(session: Reading, label: str) -> list[Row]:
    return ask(
        session,
        "SELECT f.name AS file, f.row_count AS rows, f.byte_count AS bytes, f.content_sha256 AS sha256"
        " FROM stancedb.release_file f JOIN stancedb.release r ON r.id = f.release_id WHERE r.label = :label"
        " ORDER BY f.id",
        label=label,
    )


def write_release(session: Reading, label: str, opening: Opening | None = None) -> list[Row]:
    """Write the files of a release again and hold each against the manifest.

    Args:
        session: The session.
        label: The release.
        opening: Opens a file by its name; None writes nowhere, to verify alone.

    Returns:
        A row for each file: file, rows, expected, found, and whether they are the same.

    Raises:
        NoSuchThing: There is no such release; the nearest is offered.
        RefusedByRule: The release was made by a newer version of the program.
    """
    release = _release(session, label)
    if release["layout"] not in LAYOUTS:
        raise RefusedByRule(
            sentence=f"release '{label}' has files of layout {release['layout']}, and this version of stancedb writes"
            f" layouts up to {LAYOUT}; upgrade the program"
        )
    files, manifest = build(session, release, opening)
    expected = {row["file"]: row for row in _manifest(session, label)}
    found: dict[str, tuple[int | None, str]] = {file.name: (file.row_count, file.content_sha256) for file in files}
    compared = [
        _compared(name, found.get(name), expected.get(name)) for name in [*found, *(expected.keys() - found.keys())]
    ]
    return [*compared, _compared("SHA256SUMS", (None, manifest), {"sha256": release["digest"]})]


def _compared(name: str, found: tuple[int | None, str] | None, expected: dict[str, Any] | None) -> Row:
    rows, checksum = found or (None, None)
    wanted = expected["sha256"] if expected else None
    return {"file": name, "rows": rows, "expected": wanted, "found": checksum, "is_same": wanted == checksum}


def is_derived_as_now(session: Reading, label: str) -> bool:
    """Tell whether stances are defined today as they were when a release was made."""
    return bool(_release(session, label)["derivation_sha256"] == digest())


def cite(session: Reading, label: str) -> Row:
    """Return the citation of a release, as a sentence and as an entry of BibTeX.

    Raises:
        NoSuchThing: There is no such release; the nearest is offered.
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
    return {"label": label, "citation": sentence, "bibtex": entry, "released_on": release["released_on"],
            "author": release["author"], "digest": release["digest"]}  # fmt: skip
