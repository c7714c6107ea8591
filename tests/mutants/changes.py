"""The list of mutants: a file for each area, with one change of the code per entry."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of the code that a test should detect.

    Attributes:
        area: The name of its list.
        name: What the change breaks.
        file: The file to change, from the root of the checkout.
        old: A text that occurs in the file once.
        new: The replacement.
        tests: The arguments of pytest that select the nearest tests.
        reason: Why it may survive; empty if it may not.
        is_quick: Whether it is one of the few that every CI run tries.
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
        """Return why the mutant cannot be made in a checkout, or None if it can be made."""
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
    """Read all lists; an entry without ``tests`` uses those of its list."""
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
