"""Build the dashboard for Superset as a bundle that it imports: YAML in its own export format, zipped.

The files in ``dashboard`` contain what a person decides: which charts there are, and how they look. This module adds
what is known elsewhere: where the database is, the columns of what is reported with their descriptions, and the query
of each chart, which Superset stores beside the look of the chart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import yaml

from stancedb.clients.place import Place

FOLDER = Path(__file__).parent / "dashboard"
# Everything in a bundle is in one folder, whose name does not matter.
ROOT = "stancedb"
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
# Placeholder for a password, which makes Superset ask for it.
_ASKED = "X" * 10
# Zip files cannot store an earlier time; the same input must give the same bytes.
_TIME = (1980, 1, 1, 0, 0, 0)

Yaml = dict[str, Any]


def bundle(place: Place, dictionary: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the bundle; the same place and dictionary always give the same bytes.

    Args:
        place: Where the database is, and the login under which Superset reads it.
        dictionary: Rows of ``data_dictionary``, each with the names and the meaning of a relation and column.
    """
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as zipped:
        for path in sorted(FOLDER.rglob("*.yaml")):
            name = path.relative_to(FOLDER)
            # Two databases in one Superset stay separate, each with its own dashboard.
            text = _UUID.sub(lambda found: str(uuid5(UUID(found[0]), place.url)), path.read_text(encoding="utf-8"))
            found = yaml.safe_load(text)
            match name.parts[0]:
                case "databases":
                    found["database_name"] = f"stancedb, {place.database} at {place.server}"
                    found["sqlalchemy_uri"] = f"postgresql+psycopg2://{place.url.replace('@', f':{_ASKED}@', 1)}"
                case "datasets":
                    _describe(found, dictionary)
                case "charts":
                    _ask(found)
            written = yaml.safe_dump(found, sort_keys=False, allow_unicode=True)
            zipped.writestr(ZipInfo(f"{ROOT}/{name.as_posix()}", _TIME), written, ZIP_DEFLATED)
    return file.getvalue()


def _describe(dataset: Yaml, dictionary: Sequence[Mapping[str, Any]]) -> None:
    """Add the columns and their descriptions to a dataset."""
    rows = [row for row in dictionary if row["table_name"] == dataset["table_name"]]
    dataset["description"] = rows[0]["table_description"]
    dataset["columns"] = [
        {
            "column_name": row["column_name"],
            "verbose_name": _label(row["column_name"]),
            "description": row["column_description"],
            "type": str(row["column_type"]).upper(),
            "is_dttm": row["column_type"] in {"date", "timestamp with time zone"},
            "is_active": True,
            "groupby": True,
            "filterable": True,
        }
        for row in rows
    ]


def _label(column: str) -> str:
    """Return the heading of a column in a table: its words, without those that only indicate its type."""
    words = column.removesuffix("_name").removesuffix("_label").removesuffix("_text").removeprefix("is_").split("_")
    return " ".join(words).capitalize()


def _ask(chart: Yaml) -> None:
    """Add to a chart the query that Superset would build from its look, so that it can be run without a browser."""
    look = chart["params"]
    orders = [json.loads(order) for order in look.get("order_by_cols", [])]
    dimensions = [*look.get("groupby", []), *look.get("all_columns", [])]
    if look["viz_type"] == "gantt_chart":
        bars = [look[part] for part in ("start_time", "end_time", "y_axis", "series")]
        dimensions = [*dict.fromkeys([*bars, *look["tooltip_columns"], *(column for column, _ in orders)])]
    time = look.get("x_axis")
    metrics = [*look.get("metrics", []), *([look["metric"]] if "metric" in look else [])]
    sorted_by = look.get("timeseries_limit_metric")
    query = {
        "columns": [_axis(time, look["time_grain_sqla"]), *dimensions] if time else dimensions,
        "metrics": metrics,
        "orderby": orders or ([[sorted_by or metrics[0], not look.get("order_desc", True)]] if dimensions else []),
        "filters": [],
        "extras": {
            "where": " AND ".join(
                f"({condition['sqlExpression']})"
                for condition in look["adhoc_filters"]
                if condition["expressionType"] == "SQL"
            ),
            "having": "",
        },
        "row_limit": look.get("row_limit") or look.get("server_page_length", 1),
        "annotation_layers": [],
        "applied_time_extras": {},
        "url_params": {},
    }
    chart["query_context"] = json.dumps(
        {
            "datasource": {"id": 0, "type": "table"},
            "force": False,
            "queries": [query],
            "form_data": look,
            "result_format": "json",
            "result_type": "full",
        }
    )


def _axis(column: str, grain: str) -> dict[str, str]:
    return {
        "columnType": "BASE_AXIS",
        "expressionType": "SQL",
        "sqlExpression": column,
        "label": column,
        "timeGrain": grain,
    }
