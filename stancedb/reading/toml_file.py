"""Read one record from a TOML file."""

from __future__ import annotations

import re
import tomllib
from typing import BinaryIO

from stancedb.reading.decoding import read_text
from stancedb.records.checking import Checker, Item, R
from stancedb.refusals import Fault

_TOML_PLACE = re.compile(r"(?P<fault>.*) \(at (?:line (?P<line>[0-9]+), column [0-9]+|end of document)\)", re.DOTALL)


def read_toml(stream: BinaryIO, record_type: type[R], source: str) -> Item[R]:
    """Read a TOML file as one record.

    Raises:
        UnreadableInput: The file is not UTF-8 text, or is larger than a single text may be.
    """
    checker = Checker(record_type, source)
    try:
        values = tomllib.loads(read_text(stream, source))
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.fullmatch(str(error))
        fault = place["fault"] if place else str(error)
        line = int(place["line"]) if place and place["line"] else None
        return checker.refused(line, [Fault("not_toml", {"fault": f"{fault[:1].lower()}{fault[1:]}"})], None)
    except RecursionError:
        return checker.refused(None, [Fault("too_deep", {})], None)
    except ValueError as error:
        # A number with thousands of digits, or a date that does not exist.
        return checker.refused(None, [Fault("not_toml", {"fault": str(error)})], None)
    return checker.item(values, None, values)
