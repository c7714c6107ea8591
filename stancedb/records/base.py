"""Field types and validation shared by all records.

Unknown keys are rejected unless they begin with ``x_``. No value is treated as null because of how it is written: "NA"
is Namibia.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from stancedb.dates import check_zone, parse_when
from stancedb.refusals import FaultError

SLUG_PATTERN = r"^[a-z0-9]+(?:[-._/][a-z0-9]+)*$"
LANGUAGE_PATTERN = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
COUNTRY_PATTERN = r"^[A-Z]{2}$"
SHA256_PATTERN = r"^[0-9a-f]{64}$"
BASE64_PATTERN = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}(\.0*)?")
_NUMBER = re.compile(r"[+-]?([0-9]{1,18}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}.*", re.DOTALL)


@lru_cache(maxsize=65536)
def _check_when(value: str) -> str:
    parse_when(value)
    return value


def _check_starting(value: str) -> str:
    parse_when(value, bounded_start=True)
    return value


def _check_address(value: str) -> str:
    try:
        urlsplit(value)
    except ValueError:
        raise FaultError("not_an_address") from None
    return value


def _as_list(value: object) -> object:
    """Return the list in a CSV cell, whose items are separated by ``|``; other values are returned unchanged."""
    if isinstance(value, str):
        return [item.strip() for item in value.split("|") if item.strip()]
    return value


def _check_number(value: object, shape: re.Pattern[str]) -> object:
    # By default pydantic also reads true as 1 and "1_0" as 10, although neither is meant as a number.
    if isinstance(value, bool) or (isinstance(value, str) and not shape.fullmatch(value.strip())):
        raise PydanticCustomError("spelling", "not a number")
    return value


def _check_whole(value: object) -> object:
    return _check_number(value, _WHOLE)


def _check_decimal(value: object) -> object:
    return _check_number(value, _NUMBER)


def _as_flag(value: object) -> object:
    """Return the flag for one of six spellings; pydantic would also accept "off", "t" and 0.0."""
    if isinstance(value, bool):
        return value
    flag = _FLAGS.get(str(value).strip().lower()) if isinstance(value, (str, int)) else None
    if flag is None:
        raise PydanticCustomError("spelling", "not a flag")
    return flag


def _check_day(value: object) -> object:
    # By default pydantic reads a bare number as seconds since 1970.
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value.strip())):
        return value.strip() if isinstance(value, str) else value
    raise PydanticCustomError("spelling", "not a day")


def _check_instant(value: object) -> object:
    # By default pydantic reads a bare number as seconds since 1970.
    if isinstance(value, datetime) or (isinstance(value, str) and _INSTANT.fullmatch(value.strip())):
        return value
    raise PydanticCustomError("spelling", "not an instant")


Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
# An actor as named in a source: by slug, by ``scheme:value``, or by a name in use on the day.
Called = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)]
When = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_check_when)]
# A date of which only one day is stored, the earliest.
Starting = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_check_starting)]
Address = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_check_address)]
Zone = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(check_zone)]
Day = Annotated[date, BeforeValidator(_check_day)]
Instant = Annotated[AwareDatetime, BeforeValidator(_check_instant)]
# The bounds come before the check of the format, so that pydantic's fast built-in validator applies them.
Authority = Annotated[int, Field(ge=1, le=6), BeforeValidator(_check_whole)]
Rank = Annotated[int, Field(ge=1, le=1000), BeforeValidator(_check_whole)]
Score = Annotated[float, Field(ge=-1, le=1), BeforeValidator(_check_decimal)]
Share = Annotated[float, Field(ge=0, le=1), BeforeValidator(_check_decimal)]
Seconds = Annotated[float, Field(ge=0), BeforeValidator(_check_decimal)]
Whole = Annotated[int, BeforeValidator(_check_whole)]
# A number that people see, and a place in a text; both are stored in four bytes.
Number = Annotated[int, Field(ge=1, le=2_147_483_647), BeforeValidator(_check_whole)]
Place = Annotated[int, Field(ge=0, le=2_147_483_647), BeforeValidator(_check_whole)]
Flag = Annotated[bool, BeforeValidator(_as_flag)]
Sha256 = Annotated[str, StringConstraints(pattern=SHA256_PATTERN)]
Base64 = Annotated[str, StringConstraints(min_length=1, pattern=BASE64_PATTERN)]
TextList = Annotated[list[Text], BeforeValidator(_as_list)]


class Record(BaseModel):
    """A record of any kind. Keys that begin with ``x_`` are private to the sender and are ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_private_keys(cls, values: Any) -> Any:  # noqa: ANN401 - pydantic passes on any input
        # Searching all keys at once is cheap, and this runs for each of a million records.
        if isinstance(values, dict) and "x_" in "".join(values):
            return {key: value for key, value in values.items() if not str(key).startswith("x_")}
        return values


def input_fields(record_type: type[Record]) -> list[str]:
    """Return the field names of a record that a file may use."""
    return [info.alias or name for name, info in record_type.model_fields.items() if not info.exclude]
