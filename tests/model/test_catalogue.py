"""The catalogue of the database: names, comments, closed sets, and rules for sharding."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import psycopg
import pytest

from stancedb.model import CURATED, SCHEMA, Base, vocabulary
from tests.support.plugin import Clone

Connection = psycopg.Connection[Any]

OURS = "('stancedb'::regnamespace, 'history'::regnamespace)"
ENUMS = [
    member
    for _, member in inspect.getmembers(vocabulary, inspect.isclass)
    if issubclass(member, StrEnum) and member is not StrEnum
]
CLOSED_SETS = [
    (table.name, str(constraint.name), constraint.info["members"])
    for table in Base.metadata.sorted_tables
    for constraint in sorted(table.constraints, key=lambda constraint: str(constraint.name))
    if "members" in constraint.info
]

# Derivation reads and writes these; they could be distributed over servers by holder.
ZONE = {"evidence", "pair", "scale", "stance", "stance_change", "succession", "touched"}
# A small table that every server would hold completely, and the scratch tables of the open transaction.
ZONE_WITHOUT_HOLDER = {"scale", "touched"}
# Tables that are read across holders, and never used by the derivation.
ZONE_ACROSS_HOLDERS = {"ix_stance_issue", "ix_stance_change_issue", "ix_pair_derived_by_id"}

# Coders and reviewers work there before anything is released; it has row security and no history.
WORKBENCH = {"coding_round", "coding_round_issue", "assignment", "draft", "finding"}

# Without an index, removing or renumbering the referenced row scans the table.
UNINDEXED_REFERENCES = {
    "fk_changeset_undoes_id": "a changeset is never removed",
    "fk_outlet_kind": "a vocabulary rarely loses a word, and there are few outlets",
    "fk_article_kind": "a vocabulary rarely loses a word",
    "fk_event_kind": "a vocabulary rarely loses a word",
    "fk_statement_act": "a vocabulary rarely loses a word",
    "fk_statement_capacity": "a vocabulary rarely loses a word",
    "fk_actor_relation_subject_id": "few rows; the exclusion constraint finds overlaps by the subject",
    "fk_tenure_office_id": "few rows; the exclusion constraint finds overlaps by the office",
    "fk_statement_on_behalf_of_id": "actors are merged and hardly ever removed",
    "fk_coding_coder_id": "a coder who has coded stays",
    "fk_release_changeset_number": "a changeset is never removed",
    "fk_coding_codebook_version_id": "a codebook version that was coded under stays",
    "fk_coding_round_codebook_version_id": "a codebook version that was coded under stays",
}

# The triggers of a curated table, as PostgreSQL names an enabled one.
RECORDING = {
    "require_changeset O",
    "stamp_changeset_insert O",
    "stamp_changeset_update O",
    "keep_history_update O",
    "keep_history_delete O",
    "guard_history O",
    "allow_insert O",
    "allow_update O",
    "allow_delete O",
}

# Words without meaning in a comment.
EMPTY_WORDS = {"a", "an", "and", "for", "in", "is", "it", "its", "of", "on", "that", "the", "this", "to"}


@pytest.fixture(scope="module")
def catalogue(clone: Clone, template: str) -> Iterator[Connection]:
    with clone(template) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection


def column(connection: Connection, query: str) -> list[Any]:
    return [value for (value,) in connection.execute(query.encode())]


class TestNames:
    def test_all_are_shorter_than_postgresql_cuts_them(self, catalogue: Connection) -> None:
        names = column(
            catalogue,
            f"SELECT relname FROM pg_class WHERE relnamespace IN {OURS}"
            f" UNION SELECT attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace IN {OURS}"
            f" UNION SELECT conname FROM pg_constraint WHERE connamespace IN {OURS}"
            f" UNION SELECT proname FROM pg_proc WHERE pronamespace IN {OURS}"
            f" UNION SELECT tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE relnamespace IN {OURS}",
        )
        assert [name for name in names if len(name.encode()) >= 63] == []

    def test_no_table_or_column_is_a_reserved_word(self, catalogue: Connection) -> None:
        reserved = column(catalogue, "SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')")
        names = column(
            catalogue,
            "SELECT relname FROM pg_class WHERE relnamespace = 'stancedb'::regnamespace AND relkind IN ('r', 'v')"
            " UNION SELECT attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
            " WHERE relnamespace = 'stancedb'::regnamespace AND relkind IN ('r', 'v')",
        )
        assert sorted({*names} & {*reserved}) == []

    def test_a_constraint_begins_with_its_kind_and_its_table(self, catalogue: Connection) -> None:
        odd = column(
            catalogue,
            "SELECT conname FROM pg_constraint JOIN pg_class t ON t.oid = conrelid"
            " JOIN (VALUES ('p', 'pk_'), ('u', 'uq_'), ('c', 'ck_'), ('f', 'fk_'), ('x', 'ex_')) k (kind, prefix)"
            f" ON kind = contype::text WHERE connamespace IN {OURS} AND NOT starts_with(conname, prefix || relname)",
        )
        assert odd == []


class TestComments:
    def test_every_table_view_and_column_has_one(self, catalogue: Connection) -> None:
        missing = column(
            catalogue,
            "SELECT c.oid::regclass::text FROM pg_class c"
            f" WHERE relnamespace IN {OURS} AND relkind IN ('r', 'v', 'm')"
            " AND obj_description(c.oid, 'pg_class') IS NULL"
            " UNION ALL SELECT c.oid::regclass || '.' || attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
            f" WHERE relnamespace IN {OURS} AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"
            " AND col_description(attrelid, attnum) IS NULL",
        )
        assert missing == []

    def test_every_schema_and_function_has_one(self, catalogue: Connection) -> None:
        missing = column(
            catalogue,
            f"SELECT nspname FROM pg_namespace n WHERE n.oid IN {OURS}"
            " AND obj_description(n.oid, 'pg_namespace') IS NULL"
            f" UNION ALL SELECT proname FROM pg_proc p WHERE pronamespace IN {OURS}"
            " AND obj_description(p.oid, 'pg_proc') IS NULL",
        )
        assert missing == []

    def test_every_constraint_and_unique_index_has_one(self, catalogue: Connection) -> None:
        missing = column(
            catalogue,
            "SELECT conname FROM pg_constraint c WHERE connamespace = 'stancedb'::regnamespace"
            # A NOT NULL constraint has no message of its own, and a trigger has the comment of its function.
            " AND contype NOT IN ('n', 't') AND obj_description(c.oid, 'pg_constraint') IS NULL"
            " UNION ALL SELECT relname FROM pg_index JOIN pg_class c ON c.oid = indexrelid"
            " WHERE relnamespace = 'stancedb'::regnamespace AND indisunique"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
            " AND obj_description(c.oid, 'pg_class') IS NULL",
        )
        assert missing == []

    def test_every_one_says_more_than_the_name(self, catalogue: Connection) -> None:
        said = catalogue.execute(
            "SELECT relname, '', obj_description(c.oid, 'pg_class') FROM pg_class c"
            f" WHERE relnamespace IN {OURS} AND relkind IN ('r', 'v', 'm')"
            " UNION ALL SELECT relname, attname, col_description(attrelid, attnum)"
            " FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
            f" WHERE relnamespace IN {OURS} AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"
            " UNION ALL SELECT proname, '', obj_description(p.oid, 'pg_proc')"
            f" FROM pg_proc p WHERE pronamespace IN {OURS}"
        ).fetchall()

        empty = []
        for owner, name, comment in said:
            words = {*re.findall(r"[a-z0-9]+", comment.lower())} - EMPTY_WORDS
            if not words - {*(name or owner).split("_")}:
                empty.append((owner, name, comment))
        assert empty == []

    def test_every_one_is_a_sentence(self, catalogue: Connection) -> None:
        said = column(
            catalogue,
            "SELECT obj_description(c.oid, 'pg_class') FROM pg_class c"
            f" WHERE relnamespace IN {OURS} AND relkind IN ('r', 'v', 'm')"
            " UNION SELECT col_description(attrelid, attnum) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
            f" WHERE relnamespace IN {OURS} AND relkind = 'r' AND attnum > 0"
            f" UNION SELECT obj_description(p.oid, 'pg_proc') FROM pg_proc p WHERE pronamespace IN {OURS}",
        )
        # The current definition is named after the sentence.
        sentence = re.compile(r"[A-Z0-9].*[.…]( Definition: [0-9a-f]{64})?")
        assert [comment for comment in said if not sentence.fullmatch(comment)] == []


class TestHistory:
    def test_every_curated_table_and_no_other_has_a_twin_and_a_view(self, catalogue: Connection) -> None:
        twins = "SELECT relname FROM pg_class WHERE relnamespace = 'history'::regnamespace AND relkind = '{}'"
        names = {table.name for table in CURATED}

        assert {*column(catalogue, twins.format("r"))} == names
        assert {*column(catalogue, twins.format("v"))} == {f"{name}_as_known" for name in names}
        written_by_changesets = column(
            catalogue,
            "SELECT relname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
            " WHERE relnamespace = 'stancedb'::regnamespace AND relkind = 'r' AND attname = 'changeset_id'",
        )
        assert {*written_by_changesets} - ZONE - {"changeset_login"} == names

    def test_a_twin_has_the_columns_of_its_table_in_their_order(self, catalogue: Connection) -> None:
        def columns(schema: str, table: str) -> list[tuple[Any, ...]]:
            return catalogue.execute(
                "SELECT attname, format_type(atttypid, atttypmod), attnotnull, col_description(attrelid, attnum)"
                f" FROM pg_attribute WHERE attrelid = '{schema}.{table}'::regclass AND attnum > 0"
                " AND NOT attisdropped ORDER BY attnum".encode()
            ).fetchall()

        # A column that was added later is after the changeset that ended the version.
        kept = {table.name: columns("history", table.name) for table in CURATED}
        ended = {name: [column for column in of if column[0] == "ended_changeset_id"] for name, of in kept.items()}
        others = {name: [column for column in of if column not in ended[name]] for name, of in kept.items()}
        assert {name: [column[:3] for column in of] for name, of in ended.items()} == {
            name: [("ended_changeset_id", "bigint", True)] for name in kept
        }
        assert others == {name: columns("stancedb", name) for name in kept}

    def test_a_curated_table_has_every_trigger_of_the_recording(self, catalogue: Connection) -> None:
        triggers = {
            table.name: column(
                catalogue,
                f"SELECT tgname || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"
                f" AND tgrelid IN ('stancedb.{table.name}'::regclass, 'history.{table.name}'::regclass)",
            )
            for table in CURATED
        }
        missing = {name: RECORDING - {*found} for name, found in triggers.items()}
        assert {name: lacking for name, lacking in missing.items() if lacking} == {}


class TestClosedSets:
    def test_the_check_has_the_members_of_its_enum(self, catalogue: Connection) -> None:
        checked = {name: values_of(catalogue, table, name) for table, name, _ in CLOSED_SETS}

        assert checked == {name: [*members] for _, name, members in CLOSED_SETS}

    def test_the_bases_of_a_rule_are_those_of_a_coding(self, catalogue: Connection) -> None:
        known = values_of(catalogue, "derivation_rule", "ck_derivation_rule_bases_are_known")
        assert known == [*vocabulary.Basis]

    def test_every_check_of_a_closed_set_is_compared_above(self, catalogue: Connection) -> None:
        checks = column(
            catalogue,
            "SELECT conname FROM pg_constraint WHERE connamespace = 'stancedb'::regnamespace AND contype = 'c'"
            " AND conname ~ '_is_known$'",
        )
        assert {*checks} == {name for _, name, _ in CLOSED_SETS}

    def test_every_enum_is_kept_by_a_check(self) -> None:
        assert {*ENUMS} == {members for _, _, members in CLOSED_SETS}


class TestTheZoneOfTheDerivation:
    """Its tables could be distributed over servers by holder without a rewrite."""

    def test_is_everything_that_is_not_curated(self) -> None:
        tables = {table.name for table in Base.metadata.tables.values() if table.schema == SCHEMA}
        # A sketch follows from its text, and is not part of the derivation either.
        others = {table.name for table in CURATED} | {"changeset", "changeset_counter", "article_sketch"}
        # Logins, and how the database is run.
        others |= {"login", "changeset_login", "setting", "settling"} | WORKBENCH
        assert tables - others == ZONE

    def test_every_key_and_index_begins_with_the_holder(self, catalogue: Connection) -> None:
        others = column(
            catalogue,
            "SELECT c.relname FROM pg_index JOIN pg_class c ON c.oid = indexrelid"
            " JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = indkey[0]"
            f" WHERE indrelid IN ({regclasses(ZONE - ZONE_WITHOUT_HOLDER)}) AND a.attname <> 'holder_id'",
        )
        assert {*others} <= ZONE_ACROSS_HOLDERS

    def test_has_no_trigger_no_reference_no_exclusion_and_no_identity(self, catalogue: Connection) -> None:
        zone = regclasses(ZONE)
        found = column(
            catalogue,
            f"SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE tgrelid IN ({zone})"
            " UNION ALL SELECT conrelid::regclass || ' ' || conname FROM pg_constraint"
            f" WHERE (conrelid IN ({zone}) OR confrelid IN ({zone})) AND contype IN ('f', 'x')"
            " UNION ALL SELECT attrelid::regclass || ' ' || attname FROM pg_attribute"
            f" WHERE attrelid IN ({zone}) AND attidentity <> ''",
        )
        assert found == []


def test_every_reference_has_an_index_or_a_reason_to_have_none(catalogue: Connection) -> None:
    # A partial index is sufficient if it omits only rows without a reference.
    unindexed = column(
        catalogue,
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND connamespace = 'stancedb'::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_index JOIN pg_class i ON i.oid = indexrelid JOIN pg_am m ON m.oid = relam"
        " JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1]"
        " WHERE indrelid = conrelid AND amname = 'btree' AND indkey[0] = conkey[1]"
        " AND (indpred IS NULL OR pg_get_expr(indpred, indrelid) = format('(%s IS NOT NULL)', attname)))",
    )
    assert {*unindexed} == {*UNINDEXED_REFERENCES}


def regclasses(tables: set[str]) -> str:
    """Return tables of the schema as a list in SQL; a missing table is an error."""
    return ", ".join(f"'stancedb.{table}'::regclass" for table in sorted(tables))


def values_of(connection: Connection, table: str, constraint: str) -> list[str]:
    (definition,) = column(
        connection,
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
        f" WHERE conrelid = 'stancedb.{table}'::regclass AND conname = '{constraint}'",
    )
    return re.findall(r"'([^']*)'::text", definition)
