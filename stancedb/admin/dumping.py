"""Dump everything to a file with PostgreSQL's own programs, and restore it into a database without stancedb."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, cast

from sqlalchemy import Engine

from stancedb.errors import DatabaseUnreachable, DumpFailed, NotEmpty, OlderProgram, RestoreFailed, UnreadableInput
from stancedb.refusals import Fault
from stancedb.server.embedded import MAJOR, binary
from stancedb.sql import Queries

SQL = Queries(__file__)

# The last line of a complete dump by pg_dump.
_COMPLETE = b"PostgreSQL database dump complete"
_TAIL = 4096
# Settings at the head of a dump that older servers do not know, with the first version that knows them.
_SETTINGS = {b"SET transaction_timeout": 17}
_FIRST_THING = b"-- Name: "
_CUSTOM = b"PGDMP"


def dump(engine: Engine, address: str, secret: dict[str, str], file: BinaryIO, *, is_plain: bool) -> None:
    """Write the whole database to a file.

    Args:
        engine: Engine of the database.
        address: URL of the database without the password.
        secret: Environment variables that carry the password.
        file: File to write to.
        is_plain: Whether to write SQL instead of the format that pg_restore reads.

    Raises:
        RefusedByRule: The installed programs are older than the server, or the dump fails.
    """
    command = [
        program_named("pg_dump", at_least=_major(engine)),
        f"--format={'plain' if is_plain else 'custom'}",
        # Owners and rights are never restored; restored objects belong to whoever restores them.
        "--no-owner",
        "--no-acl",
        "--no-publications",
        "--no-subscriptions",
        f"--dbname={address}",
    ]
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(command, stdout=file, stderr=said, env=_environment(secret), check=False)
        if done.returncode != 0:
            raise DumpFailed(said=_last_words(said))


def restore(engine: Engine, address: str, secret: dict[str, str], path: Path) -> None:
    """Restore a file written by :func:`dump` or pg_dump, in one transaction, even into an older PostgreSQL.

    Owners and rights are those of whoever restores.

    Raises:
        UnreadableInput: The file is missing, or is not a complete dump.
        RefusedByRule: The database already has a schema of stancedb, or rejects the dump.
    """
    is_custom = _is_custom(path)
    with engine.connect() as connection:
        if found := connection.execute(SQL["what_is_there"]).scalar_one():
            raise NotEmpty(found=found)
    major = _major(engine)
    psql = [
        program_named("psql"),
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        f"--dbname={address}",
    ]
    with (
        tempfile.TemporaryFile() as said,
        _lines(path, is_custom=is_custom) as lines,
        subprocess.Popen(
            psql, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=_environment(secret)
        ) as writer,
    ):
        try:
            _copy(known_to(major, lines), cast("IO[bytes]", writer.stdin))
        except BaseException:
            # psql would take the end of its input for the end of the dump, and commit.
            writer.kill()
            with suppress(BrokenPipeError):
                cast("IO[bytes]", writer.stdin).close()
            raise
        if writer.wait() != 0:
            raise RestoreFailed(said=_last_words(said))


def _is_custom(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            is_custom = file.read(len(_CUSTOM)) == _CUSTOM
            file.seek(max(0, path.stat().st_size - _TAIL))
            is_complete = is_custom or _COMPLETE in file.read()
    except OSError as error:
        raise UnreadableInput.of(path, Fault("dump_unopened", {"error": error.strerror or str(error)})) from None
    if not is_complete:
        raise UnreadableInput.of(path, Fault("no_whole_dump", {}))
    return is_custom


@contextmanager
def _lines(path: Path, *, is_custom: bool) -> Iterator[Iterator[bytes]]:
    """Yield the lines of a dump as SQL; an incomplete dump is an error."""
    if not is_custom:
        with path.open("rb") as file:
            yield iter(file)
        return
    command = [program_named("pg_restore"), "--no-owner", "--no-acl", "--file=-", str(path)]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said) as reader,
    ):

        def checked() -> Iterator[bytes]:
            yield from cast("IO[bytes]", reader.stdout)
            if reader.wait() != 0:
                raise UnreadableInput.of(path, Fault("dump_damaged", {"said": _last_words(said)}))

        try:
            yield checked()
        finally:
            reader.kill()


def known_to(major: int, lines: Iterator[bytes]) -> Iterator[bytes]:
    """Leave out the settings at the head of a dump that the major version of the server does not support."""
    unknown = tuple(setting for setting, since in _SETTINGS.items() if major < since)
    for line in lines:
        if not (unknown and line.startswith(unknown)):
            yield line
        if line.startswith(_FIRST_THING):
            break
    # What follows may be data, of which no line is left out.
    yield from lines


def _copy(lines: Iterator[bytes], target: IO[bytes]) -> None:
    # A program that ended early reports why itself, and the rest is closed with it.
    with suppress(BrokenPipeError):
        target.writelines(lines)
    with suppress(BrokenPipeError):
        target.close()


def _major(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(SQL["version"]).scalar_one()) // 10000


def program_named(name: str, *, at_least: int = 0) -> str:
    """Return the path of a PostgreSQL program: the embedded server's, or else the one on the PATH.

    Args:
        name: Name of the program, such as psql.
        at_least: Lowest major version; pg_dump cannot read a newer server.

    Raises:
        DatabaseUnreachable: There is no such program.
        RefusedByRule: The embedded program is too old, and there is no other.
    """
    if at_least <= MAJOR:
        try:
            return str(binary(name))
        except DatabaseUnreachable:
            if (found := shutil.which(name)) is not None:
                return found
            raise
    if (found := shutil.which(name)) is None:
        raise OlderProgram(server=at_least, program=name, version=MAJOR)
    return found


def _environment(secret: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **secret}


def _last_words(said: IO[bytes]) -> str:
    """Return the first error that a program reported, as a clause."""
    said.seek(0)
    lines: Sequence[str] = said.read().decode(errors="replace").strip().splitlines() or ["no message"]
    first = next((line for line in lines if "error:" in line.lower()), lines[-1])
    return " ".join(first.split()).rstrip(".")
