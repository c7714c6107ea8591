"""The list of mutants: a file for each area, with one change of the code an entry."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of the code that a test should notice.

    Attributes:
        area: The name of the list it stands in.
        name: What goes wrong with it.
        file: The file that is changed, from the root of the checkout.
        old: A text that occurs in the file once.
        new: What stands there instead.
        tests: The arguments of pytest that choose the nearest tests.
        reason: Why it may survive; empty if it may not.
        is_quick: Whether it belongs to the few that every run of the CI tries.
    """

    area: str
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    reason: str = ""
    is_quick: bool = False

    def fault(self, root: Path = ROOT) -> str | None:
        """Return why the mutant cannot be made in a checkout, or None if it can."""
        path = root / self.file
        if not path.is_file():
            return f"there is no file {self.file}"
        if self.old == self.new:
            return "'old' and 'new' are the same"
        count = path.read_text(encoding="utf-8").count(self.old)
        if count != 1:
            return f"'old' occurs {count} times in {self.file}"
        missing = [name for name in self.tests if name.startswith("tests/") and not (root / _file(name)).exists()]
        return f"there is no {missing[0]}" if missing else None


def mutants() -> list[Mutant]:
    """Read all lists; an entry without ``tests`` takes those of its list."""
    found = []
    for path in sorted(HERE.glob("*.toml")):
        listed = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in listed["mutant"]:
            tests = tuple(entry.pop("tests", listed["tests"]))
            is_quick = entry.pop("quick", False)
            found.append(Mutant(area=path.stem, tests=tests, is_quick=is_quick, **entry))
    return found


def _file(test: str) -> str:
    return test.partition("::")[0]
