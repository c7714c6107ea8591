"""Every failure that stancedb expects: the docstring is the message, and each has its exit code.

A message says in one sentence what is wrong and what would help. Placeholders in a docstring are the keyword
arguments the error is raised with, so the text a person reads stands in one place.
"""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stancedb.refusals import Refusal

EXIT_CODES = {
    0: "done, also when a list is empty",
    1: "refused by a rule, or records refused",
    2: "the command was not understood",
    3: "there is no such thing; the nearest handle is offered",
    4: "the database cannot be reached, or is not of this version",
    70: "an unexpected failure; `-v` shows the details",
    130: "interrupted; a change that was not finished is rolled back",
    141: "whoever read the output stopped reading",
}


class StancedbError(Exception):
    """{message}"""

    exit_code: ClassVar[int] = 1

    def __init__(self, **details: object) -> None:
        self.details = details
        sentence = inspect.cleandoc(type(self).__doc__ or "").replace("\n", " ").format(**details)
        # A sentence that ends in the question for another handle needs no full stop behind it.
        super().__init__(sentence.removesuffix(".") if sentence.endswith("?.") else sentence)

    def __reduce__(self) -> tuple[object, ...]:
        return _raised_again, (type(self), self.args, self.__dict__)


def _raised_again(kind: type[StancedbError], args: tuple[object, ...], state: dict[str, object]) -> StancedbError:
    """Rebuild an error that came from another process, without saying its sentence twice."""
    failure = kind.__new__(kind, *args)
    failure.args = args
    failure.__dict__.update(state)
    return failure


class RefusedByRule(StancedbError):
    """{sentence}"""


class MergedAlready(RefusedByRule):
    """{thing} is merged into '{into}' already; put it in force again first, by '{kind} restore'."""


class MergedIntoItself(RefusedByRule):
    """'{slug}' is merged into another {kind}, not into itself."""


class RetiredAlready(RefusedByRule):
    """{thing} is retired already; '{kind} restore' puts it in force."""


class InForce(RefusedByRule):
    """{thing} is in force."""


class NotAsReleased(RefusedByRule):
    """Release '{label}' is not as it was released; these files differ: {files}."""


class NotInstalled(RefusedByRule):
    """To {purpose}, pip install 'stancedb[{extra}]'."""


class NotReachable(RefusedByRule):
    """The embedded server listens on no port that others can reach; run 'stancedb db start --port 5544'."""


class NotReadableByAll(RefusedByRule):
    """'{value}' has signs that not all of these programs can read."""


class NotOnlyTheDemo(RefusedByRule):
    """This database holds {count} articles of your own; name another place for the demo with STANCEDB_DATA_DIR."""


class ReadOnlyDatabase(RefusedByRule):
    """This database was opened for reading only; open it with stancedb.connect(read_only=False) to change it."""


class Unwritable(RefusedByRule):
    """'{path}' cannot be {done}: {reason}."""

    @classmethod
    def of(cls, path: object, failure: OSError, *, done: str = "written") -> Unwritable:
        """Build the error for what the system refuses to write, or to make."""
        return cls(path=path, done=done, reason=failure.strerror or failure)


class UsageError(StancedbError):
    """{message}"""

    exit_code = 2


class DatabaseClosed(UsageError):
    """This database is closed; open it again with stancedb.connect()."""


class SafeNeedsCsv(UsageError):
    """--spreadsheet-safe goes with CSV alone, which is {option}."""


class AgreementScaleUnreadable(UsageError):
    """The agreement scale cannot be read: {reason}; write it as '-1=oppose,0=neutral,1=support', or as 1..5."""


class NothingToSet(UsageError):
    """Nothing to set; give {options}."""

    @classmethod
    def of(cls, fields: Iterable[str]) -> NothingToSet:
        """Build the error for a change that names none of its fields."""
        return cls(options=" or ".join(f"--{field.replace('_', '-')}" for field in fields))


class OutputUnwritable(StancedbError):
    """Standard output cannot be written: {reason}."""


class NoSuchThing(StancedbError):
    """There is no {kind} '{handle}'{offer}."""

    exit_code = 3

    @classmethod
    def of(cls, kind: str, handle: str, known: Iterable[str] = ()) -> NoSuchThing:
        """Build the error for one unknown handle and offer the nearest known one."""
        return cls(kind=kind, handle=handle, offer=nearest(handle, known))


class DatabaseUnreachable(StancedbError):
    """The database at {where} cannot be used: {reason}."""

    exit_code = 4


class ServerDiskFull(DatabaseUnreachable):
    """The disk of the server is full, and nothing was stored; free some space on it and run the same command again."""


class NotAtHead(StancedbError):
    """The database is at {current}, and this version of stancedb needs {head}; run 'stancedb db {remedy}'."""

    exit_code = 4


class BelowBaseline(StancedbError):
    """The database is at '{current}', from before the baseline; upgrade it by stancedb of commit {commit} first."""

    exit_code = 4


class UnreadableInput(StancedbError):
    """{source}: {reason}."""


class AgreementUnknown(UnreadableInput):
    """{source}: agreement is not only yes or no, but {found}; say with --agreement-scale what these values mean."""


class AgreementNotOnScale(UnreadableInput):
    """{source}: the agreement scale says nothing of {values}; the values are {found}."""


class AgreementScaleDiffers(UnreadableInput):
    """{source}: '{issue}' was loaded with positions {known}, not {given}; give the same scale, or another --name."""


class StatementTypeUnclear(UnreadableInput):
    """{source}: several types of statements can be loaded, {types}; choose with --type."""


class CoderUnclear(UnreadableInput):
    """{source}: it has statements of {coders}; say who is meant with --coder 'OLD=NEW'."""


class NoneInFile(UnreadableInput):
    """{source}: it has no {noun} '{name}', but {listed}."""


class OtherFileOfCoder(UnreadableInput):
    """{source}: {differing} statements of {coder} differ from '{before}'; name its --coder, or --replace that file."""


class RecordsRefused(StancedbError):
    """{count} of {total} records refused, nothing was loaded."""

    def __init__(self, refusals: Sequence[Refusal], total: int) -> None:
        self.refusals = tuple(refusals)
        self.total = total
        super().__init__(count=min(len({(refusal.source, refusal.line) for refusal in refusals}), total), total=total)
        if self.is_whole:
            self.args = (self.refusals[0].alone,)

    @property
    def is_whole(self) -> bool:
        """Whether the message already says everything: one thing is wrong with one record that has no lines."""
        return self.total == len(self.refusals) == 1 and self.refusals[0].line is None


def nearest(handle: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the known handle nearest to the given one, or an empty string."""
    offered = nearest_of(handle, known)
    if not offered:
        return ""
    return f"; did you mean '{offered}'?" if offered.isprintable() else f"; did you mean {offered!r}?"


def nearest_of(handle: str, known: Iterable[str]) -> str | None:
    """Return the known handle nearest to the given one, None where none is near.

    Handles whose words stand in another order are as near as they can be: family names come first or last.
    """
    handles = list(known)
    turned = {_in_order(candidate): candidate for candidate in handles}
    found = get_close_matches(handle, handles, n=1, cutoff=0.6)
    same_words = turned.get(_in_order(handle))
    if not found and same_words is None:
        turned_found = get_close_matches(_in_order(handle), list(turned), n=1, cutoff=0.75)
        same_words = turned[turned_found[0]] if turned_found else None
    return same_words or (found[0] if found else None)


def _in_order(handle: str) -> str:
    return "-".join(sorted(handle.split("-")))
