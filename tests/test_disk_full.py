"""The disk fills up while articles load: one sentence, nothing lost, and the load succeeds once there is space."""

from __future__ import annotations

import base64
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.trial

SIZE, ROOMY = "140m", "600m"
PAGES, PAGE = 24, 4 << 20
TEXT = "The dam will be built, said the minister of rivers on Tuesday in the capital of Norland."


def mount(directory: Path, size: str, *options: str) -> bool:
    """Mount a file system of the given size in memory, or skip if this machine does not allow it."""
    tool = shutil.which("mount")
    if tool is None or os.geteuid() != 0:
        return False
    asked = [
        tool,
        "-t",
        "tmpfs",
        "-o",
        ",".join([*options, f"size={size}", "mode=711"]),
        "stancedb-test",
        str(directory),
    ]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Provide a small separate file system."""
    directory = tmp_path / "disk"
    directory.mkdir()
    # When root runs the server, its unprivileged account needs access to all of them, or the data would go elsewhere.
    for parent in tmp_path.parents:
        if parent.stat().st_uid == os.geteuid() and parent != Path(parent.anchor):
            parent.chmod(parent.stat().st_mode | 0o011)
    tmp_path.chmod(0o711)
    if not mount(directory, SIZE):
        pytest.skip("only an administrator may mount a small disk, and only where the machine allows it")
    try:
        yield directory
    finally:
        stancedb(directory, "db", "stop")
        subprocess.run([str(shutil.which("umount")), "--lazy", str(directory)], check=True)


def stancedb(directory: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a ``stancedb`` command on the embedded server of the small disk."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("STANCEDB_")},
        "STANCEDB_DATA_DIR": str(directory / "data"),
        "STANCEDB_AUTHOR": "tests",
    }
    line = [sys.executable, "-m", "stancedb", *map(str, arguments)]
    return subprocess.run(line, env=environment, capture_output=True, text=True, timeout=120, check=False)


def write_pages(path: Path) -> None:
    """Write articles with incompressible pages, more than the disk can hold."""
    chance = random.Random(7)  # noqa: S311 - bytes that do not repeat, the same in every run
    with path.open("w", encoding="utf-8") as file:
        for number in range(PAGES):
            raw = base64.b64encode(chance.randbytes(PAGE)).decode()
            article = {
                "id": f"page-{number}",
                "outlet": "post",
                "title": f"Page {number}",
                "text": f"{number}. {TEXT}",
                "raw_bytes": raw,
                "raw_media_type": "text/html",
            }
            file.write(f"{json.dumps(article)}\n")


def test_a_load_that_fills_the_disk_changes_nothing_and_goes_through_when_there_is_room(
    disk: Path, tmp_path: Path
) -> None:
    pages, first = tmp_path / "pages.jsonl", tmp_path / "first.jsonl"
    write_pages(pages)
    first.write_text(f"{json.dumps({'id': 'first', 'outlet': 'post', 'title': 'First', 'text': TEXT})}\n", "utf-8")
    for line in (("db", "init"), ("outlet", "add", "post", "--name", "The Post"), ("article", "load", first)):
        done = stancedb(disk, *line)
        assert done.returncode == 0, done.stderr

    full = stancedb(disk, "article", "load", pages)
    kept = stancedb(disk, "article", "list", "--format", "csv").stdout.splitlines()
    assert mount(disk, ROOMY, "remount")
    again = stancedb(disk, "article", "load", pages)

    assert full.returncode == 4, full.stderr
    assert full.stderr.splitlines()[-1] == (
        "Error: The disk of the server is full; nothing was saved. Free some space on it and run the command again."
    )
    assert [row.split(",")[0] for row in kept[1:]] == ["first"]
    assert (again.returncode, f"{PAGES} article records: loaded, 0 rejected" in again.stderr) == (0, True), again.stderr
