"""Read a file as a stream of checked records, each with its line number: JSON Lines, CSV or TOML.

A valid line costs one parse and one validation. Only an invalid line is read again, slowly, to report in one sentence
what was found and what is expected. Memory use stays constant: nothing here keeps more than one record.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from stancedb.errors import UnreadableInput
from stancedb.reading.csv_rows import read_csv
from stancedb.reading.decoding import STANDARD_INPUT, first_byte, open_source
from stancedb.reading.json_lines import read_jsonl
from stancedb.reading.toml_file import read_toml
from stancedb.records.checking import Item, R
from stancedb.records.codebook import CodebookRecord
from stancedb.refusals import Fault

_JSON_SUFFIXES = {".jsonl", ".ndjson", ".json"}
_CSV_SUFFIXES = {".csv", ".tsv"}


def read_records(path: Path | Literal["-"], record_type: type[R], *, encoding: str | None = None) -> Iterator[Item[R]]:
    """Read the records of a JSONL, CSV or TOML file, recognised by its extension; standard input by how it begins.

    Whatever is not JSON is read as CSV, except for a codebook, which is TOML.

    Raises:
        UnreadableInput: The file is missing, of another kind, binary, or not in the expected encoding.
    """
    source = STANDARD_INPUT if path == "-" else str(path)
    suffix = "" if path == "-" else path.suffix.lower()
    with open_source(path, encoding=encoding) as stream:
        if path == "-":
            other = ".toml" if record_type is CodebookRecord else ".csv"
            suffix = ".jsonl" if first_byte(stream) in {b"{", b"["} else other
        if suffix in _JSON_SUFFIXES:
            yield from read_jsonl(stream, record_type, source)
        elif suffix in _CSV_SUFFIXES:
            yield from read_csv(stream, record_type, source)
        elif suffix == ".toml":
            yield read_toml(stream, record_type, source)
        else:
            values = {"ending": suffix, "endings": ".jsonl, .csv, .tsv or .toml"}
            raise UnreadableInput.of(source, Fault("other_ending" if suffix else "no_ending", values))
