"""The relations of ``reporting``: its tables and views, and their contract."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from stancedb.installed import Objects
from stancedb.sql import Queries

SQL = Queries(__file__)
SCHEMA = "reporting"
CONTRACT = json.loads((Path(__file__).parent / "contract.json").read_text(encoding="utf-8"))
VERSION = str(CONTRACT["version"])


@dataclass(frozen=True)
class Table:
    """One table of the schema.

    Attributes:
        name: Name of the table and of its file.
        touched: Temporary table of the keys whose rows a refresh looks at, or None to look at all rows.
        by: Columns of that temporary table, which this table also has.
        sources: Curated tables; if none of them has changed, a refresh looks at no row. Empty: it always looks.
    """

    name: str
    touched: str | None = None
    by: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


_PAIR = ("actor_key", "issue_key")
# In order of installation: referenced tables come first.
TABLES = (
    Table("dim_rule", sources=("derivation_rule",)),
    Table("dim_actor", sources=("actor", "actor_identifier", "actor_attribute")),
    Table("dim_actor_attribute", sources=("actor", "actor_attribute")),
    Table("dim_issue", sources=("issue",)),
    Table("dim_position", sources=("position",)),
    Table("dim_outlet", sources=("outlet",)),
    Table("dim_article", "touched_article", ("article_key",)),
    Table("dim_coder", sources=("coder",)),
    # The workbench writes without changesets, and is small.
    Table("coding_work"),
    Table("dim_event", sources=("event",)),
    Table("dim_date"),
    Table("fact_statement", "touched_coding", ("coding_key",)),
    Table("statement_attribute", "touched_coding", ("coding_key",)),
    Table("fact_mention", "touched_mention", ("mention_key",)),
    Table("fact_stance", "touched_pair", _PAIR),
    Table("fact_stance_change", "touched_pair", _PAIR),
    Table("fact_stance_evidence", "touched_pair", _PAIR),
    Table("fact_stance_month", "touched_month", _PAIR),
    Table("fact_coverage", "touched_coverage", ("outlet_key", "month_start")),
)
VIEWS = (
    "statement_wide",
    "mention_wide",
    "stance_wide",
    "stance_change_wide",
    "stance_evidence_wide",
    "stance_month_wide",
    "coverage_wide",
    "current_stance",
    "data_dictionary",
)
# Each file comments on what it creates, except for the comment that ends with the digest.
OBJECTS = Objects(
    __file__,
    SCHEMA,
    {
        **dict.fromkeys(table.name for table in TABLES),
        "data_release": "Grain: the release that the other relations show.",
        **dict.fromkeys(VIEWS),
        "comments.sql": None,
    },
    witness="data_release",
    version=VERSION,
)


def columns(connection: Connection) -> dict[str, dict[str, str]]:
    """Return the columns that the database has, with their types, by relation; what the contract is compared with."""
    found: dict[str, dict[str, str]] = {}
    for relation, column, kind in connection.execute(SQL["columns"]):
        found.setdefault(relation, {})[column] = kind
    return found
