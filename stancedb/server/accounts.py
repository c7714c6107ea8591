"""The account that runs the server, with its programs and files.

PostgreSQL refuses to run as root, so root runs it under an account without privileges. None as an account means the
user's own.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from stancedb.errors import NoAccountForServer

ROLE = "stancedb"


def unprivileged_account(data_dir: Path) -> pwd.struct_passwd:
    """Return the account under which root runs the server; create it if possible.

    Raises:
        DatabaseUnreachable: There is no such account.
    """
    if (account := account_of(ROLE)) is not None:
        return account
    if useradd := shutil.which("useradd"):
        shell = shutil.which("nologin") or "/bin/false"
        options = ["--system", "--user-group", "--no-create-home", "--home-dir=/nonexistent", f"--shell={shell}"]
        # Fails if accounts are read-only, or if another command has just created the account.
        subprocess.run([useradd, *options, ROLE], capture_output=True, check=False)
    for name in (ROLE, "postgres", "_postgres", "nobody"):
        if (account := account_of(name)) is not None:
            return account
    raise NoAccountForServer(where=data_dir)


def account_of(name: str | int) -> pwd.struct_passwd | None:
    """Return an account by its name or its uid, or None."""
    try:
        return pwd.getpwuid(name) if isinstance(name, int) else pwd.getpwnam(name)
    except KeyError:
        return None


def name_of(uid: int) -> str:
    """Return the name of an account for messages, from its uid."""
    account = account_of(uid)
    return account.pw_name if account else f"with the uid {uid}"


def can(account: pwd.struct_passwd, script: str, path: Path) -> bool:
    """Return whether a shell command on a path succeeds for the account; only a trial applies every access rule."""
    return run(["/bin/sh", "-c", script, "sh", str(path)], account).returncode == 0


def open_owned(path: Path, account: pwd.struct_passwd | None) -> int:
    """Open a private file of an account for appending, created if it does not exist; return its descriptor."""
    # The home belongs to the account, so root must not follow a link in it.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    if account is not None:
        os.fchown(descriptor, account.pw_uid, account.pw_gid)
    return descriptor


def hand_over(path: Path, account: pwd.struct_passwd | None) -> None:
    """Give a file to an account."""
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def write_private(path: Path, text: str, account: pwd.struct_passwd | None) -> None:
    """Write a private file in one step."""
    descriptor, unfinished = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    hand_over(Path(unfinished), account)
    Path(unfinished).replace(path)


def run(
    command: list[str],
    account: pwd.struct_passwd | None,
    *,
    environment: dict[str, str] | None = None,
    pass_fds: tuple[int, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a program to completion, in its own session and as the given account."""
    # The variables of libpq and the user's locale are not meant for our server, nor is another server's password.
    strange = ("PG", "LC_", "STANCEDB_DATABASE_URL")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    return subprocess.run(
        command,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        cwd="/",
        env={**inherited, "LC_ALL": "C", **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        start_new_session=True,
        pass_fds=pass_fds,
    )


def detach(
    command: list[str], log: Path, account: pwd.struct_passwd | None, environment: dict[str, str] | None = None
) -> int:
    """Start a program that outlives this process, and return its pid."""
    # The shell exits at once, so that the program is not our child and never becomes our zombie.
    script = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'
    return int(run(["/bin/sh", "-c", script, "sh", str(log), *command], account, environment=environment).stdout)


def tail(text: str) -> str:
    """Return the last lines of a log or an error as one clause."""
    return "; ".join(line.strip() for line in text.strip().splitlines()[-3:]).rstrip(".") or "nothing"
