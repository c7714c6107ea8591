"""From an answer to the data frames of pandas, polars and Arrow; each is imported only where it is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from stancedb.errors import NotInstalled

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from stancedb.api.answer import Answer, Column, Kind, Scale
    from stancedb.api.rows import Row

# Days before 1677, which nanoseconds cannot hold, are days too.
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
    """Return an answer as a pandas DataFrame; ``Answer.to_pandas`` says how.

    Raises:
        NotInstalled: pandas is not installed.
    """
    _require("pandas", purpose="get data frames of pandas", extra="pandas")
    import pandas as pd  # noqa: PLC0415 - an extra that is not always there

    scale = answer.scale
    positions = pd.CategoricalDtype(scale.slugs, ordered=scale.is_ordered)
    frame = pd.DataFrame(
        {
            column.name: pd.Series(values, dtype=positions if column.kind == "position" else _PANDAS[column.kind])
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
    """Return an answer as a polars DataFrame; ``Answer.to_polars`` says how.

    Raises:
        NotInstalled: polars is not installed.
    """
    _require("polars", purpose="get data frames of polars", extra="polars")
    import polars as pl  # noqa: PLC0415 - an extra that is not always there

    types: dict[Kind, Any] = {
        "text": pl.String,
        "integer": pl.Int64,
        "number": pl.Float64,
        "flag": pl.Boolean,
        "day": pl.Date,
        "instant": pl.Datetime("us", "UTC"),
        "texts": pl.List(pl.String),
        "position": pl.Enum(answer.scale.slugs),
    }
    return pl.DataFrame(
        [pl.Series(column.name, values, dtype=types[column.kind]) for column, values in _by_column(answer)]
    )


def to_arrow(answer: Answer[Row]) -> pa.Table:
    """Return an answer as an Arrow table; ``Answer.to_arrow`` says how.

    Raises:
        NotInstalled: pyarrow is not installed.
    """
    _require("pyarrow", purpose="get tables of Arrow", extra="parquet")
    import pyarrow as pa  # noqa: PLC0415 - an extra that is not always there

    types: dict[Kind, Any] = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "day": pa.date32(),
        "instant": pa.timestamp("us", tz="UTC"),
        "texts": pa.list_(pa.string()),
    }
    scale = answer.scale
    known = pa.array(scale.slugs, type=pa.string())
    arrays, fields = [], []
    for column, values in _by_column(answer):
        if column.kind == "position":
            places = {slug: place for place, slug in enumerate(scale.slugs)}
            codes = pa.array([places[value] if value is not None else None for value in values], type=pa.int32())
            array = pa.DictionaryArray.from_arrays(codes, known, ordered=scale.is_ordered)
        else:
            array = pa.array(values, type=types[column.kind])
        arrays.append(array)
        fields.append(pa.field(column.name, array.type, metadata=_metadata(column, scale)))
    said = {"known_at": str(answer.known_at), **({"rule": answer.rule} if answer.rule else {})}
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=said))


def _metadata(column: Column, scale: Scale) -> dict[str, str]:
    said = {"description": column.description}
    if column.kind == "position":
        said["labels"] = json.dumps(dict(scale.labels), ensure_ascii=False)
    return said


def _by_column(answer: Answer[Row]) -> list[tuple[Column, list[Any]]]:
    rows = answer.to_dicts()
    return [(column, [row[column.name] for row in rows]) for column in answer.schema]


def _require(module: str, *, purpose: str, extra: str) -> None:
    if find_spec(module) is None:
        raise NotInstalled(purpose=purpose, extra=extra)
