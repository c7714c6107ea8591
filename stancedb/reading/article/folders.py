"""Find the files that a load of articles reads, in folders at any depth or by a manifest, and read their names."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from stancedb.errors import NameFieldsTouch, NameFieldTwice, NoNameField, UnknownNameField, UnreadableInput, nearest
from stancedb.fetching.fetch import Address
from stancedb.reading.files import read_records
from stancedb.records.article import ManifestRecord
from stancedb.records.checking import Read
from stancedb.refusals import Fault, Refusal

Tell = Callable[[str], object]
Place = Path | Address | Literal["-"]


def unheard(_note: str) -> None:
    """Ignore the note."""


# A browser that saves a complete page puts its parts into a folder beside it.
_PARTS_OF_A_PAGE = ("_files", "_Dateien", "_fichiers", "_archivos", ".files")
PACKED_PAGES = (".html.gz", ".htm.gz")
PAGES = (".html", ".htm", *PACKED_PAGES)
# Extensions of two parts.
_PACKED = (".warc.gz", *PACKED_PAGES)
_SHOWN_ENDINGS = 5


@dataclass(frozen=True, slots=True)
class Found:
    """One file to be read.

    Attributes:
        path: The file, the address, or ``-``.
        inside: Path of its folder within the named folder; empty at the top.
        said: Fields of its article from a manifest.
    """

    path: Place
    inside: str = ""
    said: Mapping[str, object] = field(default_factory=dict)


# --- Folders ----------------------------------------------------------------------------------------------------------


def files_of(path: Path, endings: Collection[str], tell: Tell) -> Iterator[Found | Refusal]:
    """Yield the files of a folder and its subfolders, each sorted by name.

    Hidden files and folders, files with other extensions, the parts of pages saved by a browser, and links to folders
    (which could form a loop) are left out, counted and reported. A pipe or a device, and a link that leads out of the
    folder, are rejected before anything is read.
    """
    left_out: Counter[str] = Counter()
    found = 0
    whole = path.resolve()
    for item in _walk(path, "", left_out):
        if isinstance(item, Refusal):
            yield item
        elif ending_of(item.path) not in endings:
            left_out[f"of the type {ending_of(item.path) or 'without an ending'}"] += 1
        elif fault := _no_file_of(Path(str(item.path)), whole):
            found += 1
            yield Refusal.of(str(item.path), None, fault)
        else:
            found += 1
            yield item
    if left_out:
        tell(f"{path}: Left out {_counted(left_out)}.")
    if not found:
        yield Refusal(str(path), None, "folder_empty", {})


def _no_file_of(path: Path, folder: Path) -> Fault | None:
    """Return why a path, with links already resolved, is not a file of a folder, or None."""
    try:
        kind = path.stat().st_mode
        place = path.resolve()
    except (OSError, RuntimeError):
        return Fault("link_to_nowhere", {})
    if not place.is_relative_to(folder):
        return Fault("link_out_of_folder", {"place": str(place)})
    return None if stat.S_ISREG(kind) else Fault("no_plain_file", {})


def ending_of(path: Place) -> str:
    """Return the extension of a file in lower case, including the one before a compression suffix."""
    name = str(path).lower()
    return next((ending for ending in _PACKED if name.endswith(ending)), Path(name).suffix)


def stem_of(path: Path) -> str:
    """Return the name of a file without its extension."""
    return path.name[: len(path.name) - len(ending_of(path))]


def _walk(path: Path, inside: str, left_out: Counter[str]) -> Iterator[Found | Refusal]:
    try:
        with os.scandir(path) as entries:
            listed = sorted((entry.name, entry.is_dir(), entry.is_symlink()) for entry in entries)
    except OSError as error:
        yield Refusal(str(path), None, "folder_unreadable", {"error": error.strerror})
        return
    names = {name for name, _, _ in listed}
    for name, is_folder, is_link in listed:
        if name.startswith("."):
            left_out["hidden"] += 1
        elif not is_folder:
            yield Found(path / name, inside)
        elif is_link:
            left_out["a link to a folder"] += 1
        elif _is_part_of_a_page(name, names):
            left_out["a folder with the parts of a page"] += 1
        else:
            yield from _walk(path / name, f"{inside}{name}/", left_out)


def _is_part_of_a_page(name: str, beside: Collection[str]) -> bool:
    return any(
        name.endswith(ending) and f"{name.removesuffix(ending)}{page}" in beside
        for ending in _PARTS_OF_A_PAGE
        for page in PAGES
    )


def _counted(left_out: Counter[str]) -> str:
    shown = [f"{count} {what}" for what, count in left_out.most_common(_SHOWN_ENDINGS)]
    rest = left_out.total() - sum(count for _, count in left_out.most_common(_SHOWN_ENDINGS))
    return ", ".join([*shown, f"{rest} others"] if rest else shown)


# --- Manifests --------------------------------------------------------------------------------------------------------


def files_in_manifest(
    manifest: Path, folder: Path, endings: Collection[str], tell: Tell, *, encoding: str | None = None
) -> Iterator[Found | Refusal]:
    """Yield the files of a folder that a manifest lists, in its order, with the fields it gives for each.

    A line of the manifest that names no file of the folder, or one already named, is refused. Files that it does not
    list are counted and reported.

    Args:
        manifest: CSV or JSON Lines; the column ``file`` is the path within the folder, all others are article fields.
        folder: The folder.
        endings: Extensions of files that can be loaded.
        tell: Called with each note.
        encoding: Encoding of the manifest, if not UTF-8.
    """
    lines: dict[str, int | None] = {}
    try:
        for item in read_records(manifest, ManifestRecord, encoding=encoding):
            if isinstance(item, Refusal):
                yield item
                continue
            name = _as_on_disk(folder, PurePosixPath(item.record.file))
            fault = _fault(folder, name, lines)
            if fault:
                yield Refusal.of(item.source, item.line, fault, original=item.original)
                continue
            lines[str(name)] = item.line
            inside = "" if name.parent == PurePosixPath() else f"{name.parent}/"
            yield Found(folder / name, inside, _said(item))
    except UnreadableInput as error:
        yield error.refusal(str(manifest))
        return
    unlisted = sum(
        isinstance(item, Found)
        and f"{item.inside}{Path(str(item.path)).name}" not in lines
        and ending_of(item.path) in endings
        and not _is_same(item.path, manifest)
        for item in _walk(folder, "", Counter())
    )
    if unlisted:
        files = "1 file is" if unlisted == 1 else f"{unlisted} files are"
        tell(f"{folder}: {files} not in the manifest, so not loaded.")


def _as_on_disk(folder: Path, name: PurePosixPath) -> PurePosixPath:
    """Return a name as it is on disk: reading composes its letters, but some systems store them decomposed."""
    apart = PurePosixPath(unicodedata.normalize("NFD", str(name)))
    return apart if apart != name and not _is_file(folder / name) and _is_file(folder / apart) else name


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # A name that no file can have, such as one that is too long, is not a file.
        return False


def _said(item: Read[ManifestRecord]) -> dict[str, object]:
    record = item.record
    return {name: getattr(record, name) for name in record.model_fields_set if name != "file"}


def _fault(folder: Path, name: PurePosixPath, lines: Mapping[str, int | None]) -> Fault | None:
    listed = {"file": str(name), "folder": str(folder)}
    if name.is_absolute() or ".." in name.parts:
        return Fault("listed_outside_folder", listed)
    if str(name) in lines:
        return Fault("listed_twice", {**listed, "line": lines[str(name)]})
    if not _is_file(folder / name):
        return Fault("listed_not_there", listed)
    fault = _no_file_of(folder / name, folder.resolve())
    return Fault("listed_no_file", {**listed, "fault": fault}) if fault else None


def _is_same(path: Place, other: Path) -> bool:
    return Path(str(path)).name == other.name and Path(str(path)).samefile(other)


# --- Names ------------------------------------------------------------------------------------------------------------

_DATE = r"[12]\d{3}(?:-?(?:0[1-9]|1[0-2])(?:-?(?:0[1-9]|[12]\d|3[01]))?)?"
_SHAPES = {
    "date": _DATE,
    "language": r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*",
    "outlet": r"[^/]+?",
    "kind": r"[^/]+?",
    "id": r"[^/]+?",
    "title": r"[^/]+?",
    "any": r"[^/]*?",
}
_FIELD = re.compile(r"\{(\w*)\}")


class NamePattern:
    """A pattern of file names, such as ``{outlet}_{date}_{title}``; a slash separates folder and name.

    Args:
        pattern: Text with fields in braces; ``{any}`` matches any text.

    Raises:
        UsageError: The pattern has an unknown field, a repeated field, no field, or two adjacent fields.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        pieces = _FIELD.split(pattern)
        names = pieces[1::2]
        for name in names:
            if name not in _SHAPES:
                raise UnknownNameField(field=name, offer=nearest(name, _SHAPES) or f" Known fields: {_known()}.")
            if name != "any" and names.count(name) > 1:
                raise NameFieldTwice(field=name)
        if not [name for name in names if name != "any"]:
            raise NoNameField(pattern=pattern, known=_known())
        if "" in pieces[2:-1:2]:
            raise NameFieldsTouch(pattern=pattern)
        shape = "".join(re.escape(piece) if index % 2 == 0 else _group(piece) for index, piece in enumerate(pieces))
        self._shape = re.compile(shape, re.ASCII)
        self._depth = pattern.count("/")

    def read(self, path: Path) -> dict[str, str] | None:
        """Return the fields in the name of a file, without its extension, or None if it does not match."""
        named = "/".join([*path.parts[len(path.parts) - 1 - self._depth : -1], stem_of(path)])
        found = self._shape.fullmatch(named)
        if found is None:
            return None
        said = found.groupdict()
        if digits := said.pop("date", None):
            parts = (digits[:4], digits[4:6], digits[6:])
            said["published"] = digits if "-" in digits else "-".join(filter(None, parts))
        return said


def _group(name: str) -> str:
    return f"(?:{_SHAPES[name]})" if name == "any" else f"(?P<{name}>{_SHAPES[name]})"


def _known() -> str:
    return ", ".join(f"{{{name}}}" for name in _SHAPES)
