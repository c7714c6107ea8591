"""Checks of the arguments of the API, made before the database is queried.

The annotation of a parameter defines the valid values, and ``checked`` rejects all others with one sentence. Names in
the values, such as actors, are looked up and rejected later.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, wraps
from pathlib import Path
from typing import Annotated, Any, Literal, ParamSpec, TypeAlias, TypeVar, get_args, get_type_hints

from stancedb.api.rows.base import without_none
from stancedb.errors import UnfitArgument, nearest
from stancedb.model.vocabulary import ActorKind, AssignmentState, CodingStatus, DuplicateState, IndicatorStatus

P = ParamSpec("P")
R = TypeVar("R")

# The default rule of the command line; a test checks that the two are equal.
DEFAULT_RULE = "latest-word"
# The maximum of an integer in the database.
_MOST = 2**31 - 1
# Maximum number of characters of a value repeated in an error.
_SHOWN = 60
_WRITTEN_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Takes:
    """The valid values of a parameter.

    Attributes:
        fits: Returns whether a value is valid.
        expected: A description of valid values.
        choices: All valid values, if there are few, so that the closest can be suggested.
    """

    fits: Callable[[Any], bool]
    expected: str
    choices: tuple[str, ...] = ()


def _is_text(value: object) -> bool:
    # PostgreSQL cannot store NUL, and no encoding can represent a lone surrogate.
    return isinstance(value, str) and not re.search("[\0\ud800-\udfff]", value)


def _is_whole(least: int, most: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_day(value: object) -> bool:
    if isinstance(value, str) and _WRITTEN_DAY.fullmatch(value):
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
        return True
    return isinstance(value, date)


def _among(choices: Iterable[str]) -> Takes:
    known = tuple(map(str, choices))
    return Takes(lambda value: isinstance(value, str) and value in known, f"one of {', '.join(known)}", known)


Text: TypeAlias = Annotated[str, Takes(_is_text, "text without NUL characters")]
Folder: TypeAlias = Annotated[
    str | Path, Takes(lambda value: isinstance(value, str | Path) and _is_text(str(value)), "the path of a folder")
]
Texts: TypeAlias = Annotated[
    Sequence[str],
    Takes(
        lambda value: isinstance(value, Sequence) and not isinstance(value, str) and all(map(_is_text, value)),
        "a list of slugs",
    ),
]
Flag: TypeAlias = Annotated[bool, Takes(lambda value: isinstance(value, bool), "True or False")]
Day: TypeAlias = Annotated[date | str, Takes(_is_day, "a day such as 2024-05-31")]
KnownAt: TypeAlias = Annotated[
    int | str | date,
    Takes(
        lambda value: (isinstance(value, int | date) and not isinstance(value, bool)) or _is_text(value),
        "the number of a changeset, or a day such as 2025-11-30",
    ),
]
Limit: TypeAlias = Annotated[int, Takes(_is_whole(1, _MOST), f"a whole number from 1 to {_MOST}")]
Number: TypeAlias = Annotated[int, Takes(_is_whole(1, 2**63 - 1), "the number of a changeset, from 1")]
Days: TypeAlias = Annotated[int, Takes(_is_whole(0, 100_000), "a number of days from 0 to 100000")]
Share: TypeAlias = Annotated[
    float,
    Takes(
        lambda value: isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1,
        "a number from 0 to 1",
    ),
]
OfActors: TypeAlias = Annotated[str, _among(ActorKind)]
OfAssignments: TypeAlias = Annotated[str, _among(AssignmentState)]
OfCodings: TypeAlias = Annotated[str, _among(CodingStatus)]
OfDuplicates: TypeAlias = Annotated[str, _among(DuplicateState)]
OfIndicators: TypeAlias = Annotated[str, _among(IndicatorStatus)]
Period: TypeAlias = Annotated[Literal["month", "quarter", "year"], _among(["month", "quarter", "year"])]
Order: TypeAlias = Annotated[Literal["rank", "date"], _among(["rank", "date"])]


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a function or method so that it checks its arguments by its annotations.

    Raises:
        UnfitArgument: An argument is invalid; raised by the decorated function.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        given = signature.bind(*args, **kwargs).arguments
        for name, takes in _taken(function).items():
            if name in given and not _fits(takes, given[name]):
                raise UnfitArgument(fault=_refusal(name, given[name], takes))
        return function(*args, **kwargs)

    return call


def _fits(takes: tuple[Takes, bool], value: object) -> bool:
    takes_it, may_be_none = takes
    return may_be_none if value is None else takes_it.fits(value)


@cache
def _taken(function: Callable[..., Any]) -> Mapping[str, tuple[Takes, bool]]:
    """Return the valid values of each parameter, and whether it may be None."""
    taken = {}
    for name, hint in get_type_hints(function, include_extras=True).items():
        of = next((said for said in getattr(without_none(hint), "__metadata__", ()) if isinstance(said, Takes)), None)
        if of is not None:
            taken[name] = (of, type(None) in get_args(hint))
    return taken


def _refusal(name: str, value: object, takes: tuple[Takes, bool]) -> str:
    is_short = isinstance(value, str | int | float | date | None)
    found = repr(value) if is_short else f"of type {type(value).__name__}"
    shown = found if len(found) <= _SHOWN else f"{found[: _SHOWN - 1]}…"
    offer = nearest(value, takes[0].choices) if isinstance(value, str) else ""
    return f"{name} is {shown}; expected {takes[0].expected}.{offer}"


def as_day(value: date | str | None) -> date | None:
    """Return the date given as a date, a datetime or text."""
    if isinstance(value, datetime):
        return value.date()
    return date.fromisoformat(value) if isinstance(value, str) else value


def as_typed(known_at: int | str | date | None) -> str | None:
    """Return the value as it would be typed for ``--known-at``."""
    if known_at is None:
        return None
    day = as_day(known_at) if isinstance(known_at, date) else None
    return day.isoformat() if day else str(known_at)
