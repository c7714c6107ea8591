"""Hooks for MkDocs that add the generated pages to the site and its navigation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from reference import pages


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Replace each folder in the navigation, such as ``commands/``, with its generated pages, index first."""
    config.nav = _with_pages(config.nav)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    for path, text in generated().items():
        files.append(File.generated(config, path, content=text))
    return files


def _with_pages(entry: Any) -> Any:  # noqa: ANN401 - a nav is a tree of lists, mappings and paths
    if isinstance(entry, list):
        return [_with_pages(inner) for inner in entry]
    if isinstance(entry, dict):
        return {title: _with_pages(inner) for title, inner in entry.items()}
    if not entry.endswith("/"):
        return entry
    found = [path for path in generated() if path.startswith(entry) and path != "dictionary/reporting.md"]
    return sorted(found, key=lambda path: (not path.endswith("/index.md"), list(generated()).index(path)))


@cache
def generated() -> dict[str, str]:
    """Return the generated pages by path; those on the reporting schema are read from a temporary database."""
    # The process that watches the server may still write a file while the folder is removed.
    with TemporaryDirectory(prefix="stancedb-site-", ignore_cleanup_errors=True) as place:
        # When root runs the embedded server, its unprivileged account needs access to this folder.
        Path(place).chmod(0o711)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("STANCEDB_")}
        environment["STANCEDB_DATA_DIR"] = str(Path(place) / "data")

        def stancedb(*line: str) -> str:
            program = [sys.executable, "-m", "stancedb", *line]
            # Messages matter only if the command fails.
            ended = subprocess.run(program, env=environment, check=False, capture_output=True, text=True)
            if ended.returncode:
                raise PluginError(f"'stancedb {' '.join(line)}' ended with {ended.returncode}: {ended.stderr.strip()}")
            return ended.stdout

        stancedb("db", "init")
        try:
            stancedb("reporting", "refresh")
            lines = stancedb("export", "table", "data_dictionary", "--format", "ndjson").splitlines()
        finally:
            stancedb("db", "stop")
    return pages([json.loads(line) for line in lines])
