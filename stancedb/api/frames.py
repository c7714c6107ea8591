"""Conversion of answers to pandas, polars and Arrow; each library is imported only when it is used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from stancedb.errors import NotInstalled

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from stancedb.api.answer import Answer, Column, Kind, Scale
    from stancedb.api.rows import Row

# Dates use seconds, because nanoseconds cannot represent years before 1677.
_PANDAS: Mapping[Kind, str] = {
    "text": "string",
    "integer": "Int64",
    "number": "float64",
    "flag": "boolean",
    "day": "datetime64[s]",
    "instant": "datetime64[us, UTC]",
    "texts": "object",
}


def to_pandas(answer: Answer[Row]) -> pd.DataFrame:
    """Return an answer as a pandas DataFrame; see ``Answer.to_pandas``.

    Raises:
        NotInstalled: pandas is not installed.
    """
    pandas = _required("pandas", purpose="get data frames of pandas", extra="pandas")

    scale = answer.scale
    positions = pandas.CategoricalDtype(scale.slugs, ordered=scale.is_ordered)
    frame: pd.DataFrame = pandas.DataFrame(
        {
            column.name: pandas.Series(values, dtype=positions if column.kind == "position" else _PANDAS[column.kind])
            for column, values in _by_column(answer)
        }
    )
    frame.attrs = {
        "known_at": answer.known_at,
        "rule": answer.rule,
        "columns": {column.name: column.description for column in answer.schema},
        "positions": dict(scale.labels),
    }
    return frame


def to_polars(answer: Answer[Row]) -> pl.DataFrame:
    """Return an answer as a polars DataFrame; see ``Answer.to_polars``.

    Raises:
        NotInstalled: polars is not installed.
    """
    polars = _required("polars", purpose="get data frames of polars", extra="polars")

    types: dict[Kind, Any] = {
        "text": polars.String,
        "integer": polars.Int64,
        "number": polars.Float64,
        "flag": polars.Boolean,
        "day": polars.Date,
        "instant": polars.Datetime("us", "UTC"),
        "texts": polars.List(polars.String),
        "position": polars.Enum(answer.scale.slugs),
    }
    frame: pl.DataFrame = polars.DataFrame(
        [polars.Series(column.name, values, dtype=types[column.kind]) for column, values in _by_column(answer)]
    )
    return frame


def to_arrow(answer: Answer[Row]) -> pa.Table:
    """Return an answer as an Arrow table; see ``Answer.to_arrow``.

    Raises:
        NotInstalled: pyarrow is not installed.
    """
    pyarrow = _required("pyarrow", purpose="get tables of Arrow", extra="parquet")

    types: dict[Kind, Any] = {
        "text": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "flag": pyarrow.bool_(),
        "day": pyarrow.date32(),
        "instant": pyarrow.timestamp("us", tz="UTC"),
        "texts": pyarrow.list_(pyarrow.string()),
    }
    scale = answer.scale
    known = pyarrow.array(scale.slugs, type=pyarrow.string())
    arrays, fields = [], []
    for column, values in _by_column(answer):
        if column.kind == "position":
            places = {slug: place for place, slug in enumerate(scale.slugs)}
            given = [places[value] if value is not None else None for value in values]
            codes = pyarrow.array(given, type=pyarrow.int32())
            array = pyarrow.DictionaryArray.from_arrays(codes, known, ordered=scale.is_ordered)
        else:
            array = pyarrow.array(values, type=types[column.kind])
        arrays.append(array)
        fields.append(pyarrow.field(column.name, array.type, metadata=_metadata(column, scale)))
    said = {"known_at": str(answer.known_at), **({"rule": answer.rule} if answer.rule else {})}
    table: pa.Table = pyarrow.Table.from_arrays(arrays, schema=pyarrow.schema(fields, metadata=said))
    return table


def _metadata(column: Column, scale: Scale) -> dict[str, str]:
    said = {"description": column.description}
    if column.kind == "position":
        said["labels"] = json.dumps(dict(scale.labels), ensure_ascii=False)
    return said


def _by_column(answer: Answer[Row]) -> list[tuple[Column, list[Any]]]:
    rows = answer.to_dicts()
    return [(column, [row[column.name] for row in rows]) for column in answer.schema]


def _required(module: str, *, purpose: str, extra: str) -> ModuleType:
    """Import and return an optional library."""
    if find_spec(module) is None:
        raise NotInstalled(purpose=purpose, extra=extra)
    return import_module(module)
