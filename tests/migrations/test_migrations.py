"""The migrations form one line, each can be reverted without a trace, and no row is lost."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from stancedb.database import HEAD
from stancedb.model import HISTORY_SCHEMA, SCHEMA, Base
from stancedb.settings import bundled
from tests.support.build import one, open_changeset
from tests.support.plugin import Clone, migrate

Catalogue = dict[str, str]
Rows = dict[str, list[dict[str, Any]]]

VERBS = "create|add|drop|rename|require|relax|index|backfill|split|merge|comment"
SCRIPTS: list[Script] = list(
    reversed(list(ScriptDirectory.from_config(Config(bundled("alembic.ini"))).walk_revisions()))
)
REVISIONS = [script.revision for script in SCRIPTS]
# The last revision of the baseline, below which no downgrade goes, and the revisions after it.
BASELINE = "create_merged_issue_check"
AFTER_BASELINE = REVISIONS[REVISIONS.index(BASELINE) :]
CHECKSUMS = bundled("migrations") / "checksums.txt"

# Tables in which upgrades count and derive: they hold the state of the database, not entries of users.
BOOKKEEPING = {"stancedb.changeset_counter", "stancedb.pair"}

# Every object of a database that has a definition, except those of PostgreSQL and Alembic.
CATALOGUE = """
WITH ours AS (
    SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
relation AS (
    SELECT c.*, nspname || '.' || relname AS name
    FROM pg_class c JOIN ours ON ours.oid = relnamespace WHERE relname !~ '^alembic_version'
)
SELECT 'schema ' || nspname, coalesce(obj_description(oid, 'pg_namespace'), '') FROM ours
UNION ALL
SELECT 'relation ' || name, concat_ws(' | ', relkind, relpersistence, relreplident, relrowsecurity, reloptions,
    CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END, obj_description(oid, 'pg_class'))
FROM relation
UNION ALL
SELECT 'column ' || name || '.' || attname, concat_ws(' | ', format_type(atttypid, atttypmod), attnotnull, attidentity,
    attgenerated, pg_get_expr(adbin, adrelid), attcollation, col_description(relation.oid, attnum),
    'after ' || lag(attname) OVER (PARTITION BY relation.oid ORDER BY attnum))
FROM relation JOIN pg_attribute a ON attrelid = relation.oid
LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'v', 'm')
UNION ALL
SELECT 'constraint ' || name || '.' || conname, concat_ws(' | ', pg_get_constraintdef(c.oid), condeferrable,
    condeferred, convalidated, obj_description(c.oid, 'pg_constraint'))
FROM relation JOIN pg_constraint c ON conrelid = relation.oid
UNION ALL
SELECT 'index ' || name || '.' || indexrelid::regclass, pg_get_indexdef(indexrelid)
FROM relation JOIN pg_index ON indrelid = relation.oid
UNION ALL
SELECT 'trigger ' || name || '.' || tgname, concat_ws(' | ', pg_get_triggerdef(t.oid), tgenabled,
    obj_description(t.oid, 'pg_trigger'))
FROM relation JOIN pg_trigger t ON tgrelid = relation.oid WHERE NOT tgisinternal
UNION ALL
SELECT 'function ' || p.oid::regprocedure, concat_ws(' | ', pg_get_functiondef(p.oid),
    obj_description(p.oid, 'pg_proc'))
FROM pg_proc p JOIN ours ON ours.oid = pronamespace
UNION ALL
SELECT 'type ' || t.oid::regtype, typtype::text FROM pg_type t JOIN ours ON ours.oid = typnamespace
WHERE typtype IN ('e', 'd')
"""


@pytest.fixture(scope="module")
def catalogues(clone: Clone) -> dict[str, Catalogue]:
    """Provide the catalogue at every revision, as created by the first upgrade."""
    found = {}
    with clone() as url:
        for revision in AFTER_BASELINE:
            upgrade(url, revision)
            found[revision] = catalogue(url)
    return found


class TestTheFiles:
    def test_there_is_one_head_and_the_program_knows_it(self) -> None:
        assert ScriptDirectory.from_config(Config(bundled("alembic.ini"))).get_heads() == [HEAD]

    def test_a_name_says_when_and_what(self) -> None:
        odd = [
            Path(script.path).name
            for script in SCRIPTS
            if not re.fullmatch(rf"\d{{8}}_\d{{4}}_{script.revision}\.py", Path(script.path).name)
            or not re.fullmatch(rf"(?:{VERBS})_[a-z]+(?:_[a-z]+)*", script.revision)
        ]

        assert odd == []

    def test_a_migration_names_itself_and_the_one_it_follows(self) -> None:
        wrong = [
            script.revision
            for script in SCRIPTS
            if not script.longdoc.endswith(f"Revision: {script.revision}\nFollows: {script.down_revision or 'nothing'}")
        ]

        assert wrong == []

    def test_a_file_never_changes_once_it_has_landed(self) -> None:
        lines = (line.split() for line in CHECKSUMS.read_text(encoding="utf-8").splitlines())
        listed = {name: checksum for checksum, name in lines}
        found = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (bundled("migrations") / "versions").iterdir()
            if path.is_file()
        }

        # A new migration adds its lines to checksums.txt; existing lines never change.
        assert found == listed

    def test_no_revision_of_the_baseline_but_its_last_has_the_name_of_one_that_it_replaced(self) -> None:
        replaced = (bundled("migrations") / "replaced.txt").read_text(encoding="utf-8").splitlines()

        assert {*REVISIONS} & {*replaced} == set()

    def test_names_sort_in_the_order_of_the_revisions(self) -> None:
        names = [Path(script.path).name for script in SCRIPTS]
        assert names == sorted(names)
        assert len({name[:13] for name in names}) == len(names)

    def test_a_migration_imports_nothing_that_moves_on(self) -> None:
        lasting = {"__future__", "alembic", "pathlib", "sqlalchemy"}
        moving = {script.revision: imported_by(Path(script.path)) - lasting for script in SCRIPTS}

        assert {revision: names for revision, names in moving.items() if names} == {}

    def test_a_migration_says_what_it_does_and_undoes(self) -> None:
        silent = [
            script.revision
            for script in SCRIPTS
            if not (script.module.upgrade.__doc__ and script.module.downgrade.__doc__)
        ]

        assert silent == []


class TestTheSchema:
    def test_the_model_has_not_drifted_from_it(self, connection_url: str) -> None:
        migrate(connection_url, command.check)

    @pytest.mark.parametrize("path", ["stancedb, public", "own, public"])
    def test_it_stands_in_the_same_place_whatever_the_search_path(
        self, empty_url: str, catalogues: dict[str, Catalogue], path: str
    ) -> None:
        with psycopg.connect(empty_url) as connection:
            connection.execute("CREATE SCHEMA own")
            connection.execute(f"ALTER DATABASE {connection.info.dbname} SET search_path = {path}".encode())
        upgrade(empty_url, "head")
        migrate(empty_url, command.check)

        with psycopg.connect(empty_url) as connection:
            assert one(connection, "SELECT version_num FROM public.alembic_version") == HEAD
            connection.execute("DROP SCHEMA own")
            connection.execute(f"ALTER DATABASE {connection.info.dbname} RESET search_path".encode())
        assert_same(catalogue(empty_url), catalogues[HEAD], path)

    def test_every_column_constraint_and_index_is_defined_as_in_the_model(
        self, empty_url: str, catalogues: dict[str, Catalogue]
    ) -> None:
        engine = create_engine(make_url(empty_url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
        with engine.begin() as connection:
            for schema in (SCHEMA, HISTORY_SCHEMA):
                connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
            # Indexes and a constraint use functions that only the migrations define.
            connection.exec_driver_sql(
                f"CREATE FUNCTION {SCHEMA}.search_terms(text) RETURNS text[] LANGUAGE sql IMMUTABLE RETURN ARRAY[$1]"
            )
            connection.exec_driver_sql(
                f"CREATE FUNCTION {SCHEMA}.tenure_certain(daterange, text) RETURNS tsrange LANGUAGE sql IMMUTABLE"
                " RETURN tsrange(lower($1), upper($1))"
            )
            Base.metadata.create_all(connection)

        # The order of columns is not guaranteed, and comments of constraints are compared with the rules.
        assert definitions(catalogue(empty_url)) == definitions(catalogues[HEAD])


class TestDownAndUp:
    def test_the_tables_of_the_test_hold_a_row_each(self, built_url: str) -> None:
        assert [table for table, kept in rows(built_url).items() if not kept] == []

    def test_every_step_down_and_up_and_down_leaves_no_trace_and_loses_no_row(
        self, built_url: str, catalogues: dict[str, Catalogue]
    ) -> None:
        steps = list(pairwise(AFTER_BASELINE))
        for below, above in reversed(steps):
            before = rows(built_url)
            downgrade(built_url, below)
            assert_same(catalogue(built_url), catalogues[below], f"down to {below}")
            assert_kept(before, rows(built_url), f"down to {below}")

            before = rows(built_url)
            upgrade(built_url, above)
            assert_same(catalogue(built_url), catalogues[above], f"up to {above} again")
            assert_kept(before, rows(built_url), f"up to {above} again")

            before = rows(built_url)
            downgrade(built_url, below)
            assert_same(catalogue(built_url), catalogues[below], f"down to {below} again")
            assert_kept(before, rows(built_url), f"down to {below} again")

    @pytest.mark.parametrize("revision", AFTER_BASELINE)
    def test_a_database_that_was_down_and_comes_up_works_on(
        self, built_url: str, catalogues: dict[str, Catalogue], revision: str
    ) -> None:
        downgrade(built_url, revision)
        before = rows(built_url)
        upgrade(built_url, "head")

        assert_same(catalogue(built_url), catalogues[HEAD], "up to head")
        assert_kept(before, rows(built_url), "up to head")
        with psycopg.connect(built_url) as connection:
            opened = open_changeset(connection)
            connection.commit()
            given = connection.execute("SELECT number FROM stancedb.changeset ORDER BY number").fetchall()
            assert [number for (number,) in given] == list(range(1, len(given) + 1))
            assert one(connection, "SELECT number FROM stancedb.changeset WHERE id = %s", opened) == len(given)
            derived = one(connection, "SELECT count(*) FROM stancedb.stance")
            assert bool(derived) == bool(before.get("stancedb.coding"))

    def test_an_upgrade_at_head_changes_no_stance(self, built_url: str) -> None:
        before = rows(built_url)
        upgrade(built_url, "head")
        after = rows(built_url)

        for table in ("evidence", "scale", "stance", "stance_change", "succession"):
            assert as_counter(before[f"stancedb.{table}"]) == as_counter(after[f"stancedb.{table}"])


class TestAMigrationThatFails:
    def test_leaves_the_database_as_it_was(self, built_url: str, tmp_path: Path) -> None:
        (tmp_path / "29991231_2359_add_trouble.py").write_text(
            "from alembic import op\n"
            f'revision, down_revision = "add_trouble", "{HEAD}"\n'
            "branch_labels = depends_on = None\n"
            "def upgrade():\n"
            "    op.execute('ALTER TABLE stancedb.actor ADD COLUMN trouble text')\n"
            "    op.execute('DELETE FROM stancedb.touched')\n"
            "    op.execute('SELECT 1 / 0')\n"
            "def downgrade():\n"
            "    pass\n",
            encoding="utf-8",
        )
        before = (catalogue(built_url), rows(built_url))

        def upgrade_into_trouble(config: Config) -> None:
            config.set_main_option("version_locations", f"{bundled('migrations')}/versions:{tmp_path}")
            command.upgrade(config, "add_trouble")

        with pytest.raises(Exception, match="division by zero"):
            migrate(built_url, upgrade_into_trouble)

        assert (catalogue(built_url), rows(built_url)) == before
        with psycopg.connect(built_url) as connection:
            assert one(connection, "SELECT version_num FROM alembic_version") == HEAD


def imported_by(path: Path) -> set[str]:
    """Return the packages that a file imports; a relative import is ``.``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    names |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] or "." for name in names}


def upgrade(url: str, revision: str) -> None:
    migrate(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    migrate(url, lambda config: command.downgrade(config, revision))


def catalogue(url: str) -> Catalogue:
    with psycopg.connect(url) as connection:
        # Definitions then include every schema name.
        connection.execute("SET search_path = pg_catalog")
        return dict(connection.execute(CATALOGUE).fetchall())


def definitions(found: Catalogue) -> Catalogue:
    """Return the part of a catalogue that the model defines: tables, without the order of their columns."""
    # The reporting schema is defined by the files of its relations, and compared with its contract.
    tables = {
        name.partition(" ")[2]
        for name, definition in found.items()
        if definition.startswith("r | ") and not name.startswith("relation reporting.")
    }
    kept = {}
    for name, definition in found.items():
        kind, _, owned = name.partition(" ")
        if kind not in {"column", "constraint", "index"} or ".".join(owned.split(".")[:2]) not in tables:
            continue
        if kind == "column":
            kept[name] = re.sub(r" \| after \w+$", "", definition)
        elif kind == "index":
            kept[name] = definition
        elif not definition.startswith("TRIGGER"):
            kept[name] = " | ".join(definition.split(" | ")[:4])
    return kept


def rows(url: str) -> Rows:
    """Return all rows of all tables."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT nspname || '.' || relname, format('%I.%I', nspname, relname)"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relkind = 'r' AND nspname IN ('stancedb', 'history')"
        ).fetchall()
        return {
            name: [row for (row,) in connection.execute(f"SELECT to_jsonb(t) FROM {quoted} t".encode())]
            for name, quoted in tables
        }


def as_counter(kept: list[dict[str, Any]], columns: set[str] | None = None) -> Counter[str]:
    return Counter(
        json.dumps({name: value for name, value in row.items() if columns is None or name in columns}, sort_keys=True)
        for row in kept
    )


def assert_same(found: Catalogue, expected: Catalogue, step: str) -> None:
    left_over = {name: found[name] for name in found.keys() - expected.keys()}
    missing = {name: expected[name] for name in expected.keys() - found.keys()}
    differing = {
        name: (found[name], expected[name]) for name in found.keys() & expected.keys() if found[name] != expected[name]
    }
    assert (step, left_over, missing, differing) == (step, {}, {}, {})


def assert_kept(before: Rows, after: Rows, step: str) -> None:
    """Assert that the rows of tables that exist on both sides are the same, in the columns that both have."""
    for table in (before.keys() & after.keys()) - BOOKKEEPING:
        if before[table]:
            assert after[table], (step, table)
            columns = before[table][0].keys() & after[table][0].keys()
            lost = as_counter(before[table], columns) - as_counter(after[table], columns)
            assert (step, table, lost) == (step, table, Counter())
