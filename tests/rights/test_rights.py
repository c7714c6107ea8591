"""PUBLIC has no rights in our schemas, and a login cannot run code with the owner's rights."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from stancedb.admin import schema
from stancedb.derivation import install as derivation
from stancedb.reporting import install as reporting
from stancedb.rights import grants as rights
from tests.admin.test_restore import call, programs_of
from tests.support.plugin import Clone, Run
from tests.support.worlds import done, invoker

pytest_plugins = ("tests.support.worlds",)

Connection = psycopg.Connection[Any]

OURS = "('stancedb'::regnamespace, 'history'::regnamespace, 'reporting'::regnamespace)"
# A type whose assignment runs a function of its creator, and a table with the name of ours and a column of that type.
OWN_CODE = """
CREATE TYPE pg_temp.bait AS (said text);
CREATE FUNCTION pg_temp.spring(pg_temp.bait) RETURNS bigint LANGUAGE plpgsql AS
    $body$ BEGIN CREATE ROLE {role} SUPERUSER; RETURN 1; END $body$;
CREATE CAST (pg_temp.bait AS bigint) WITH FUNCTION pg_temp.spring(pg_temp.bait) AS ASSIGNMENT;
CREATE TEMPORARY TABLE coding (id bigint, holder_id bigint, issue_id bigint, is_final boolean, changeset_id bigint,
    note pg_temp.bait);
"""


@contextmanager
def logins(admin_url: str, *attributes: str) -> Iterator[list[str]]:
    """Create logins with a password, and drop them after use."""
    names = [f"login_{secrets.token_hex(4)}" for _ in attributes]
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for name, given in zip(names, attributes, strict=True):
            admin.execute(f"CREATE ROLE {name} PASSWORD 's3cret' {given}".encode())
    try:
        yield names
    finally:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            for name in reversed(names):
                admin.execute(f"DROP ROLE {name}".encode())


def url_as(url: str, role: str) -> str:
    return make_url(url).set(username=role, password="s3cret").render_as_string(hide_password=False)  # noqa: S106 - only for this test


def rows(url: str, question: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(question.encode()).fetchall()


class TestEverybody:
    def test_may_execute_no_function_of_ours(self, connection_url: str) -> None:
        open_to_all = rows(
            connection_url,
            "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace IN "
            f"{OURS} AND has_function_privilege('public', p.oid, 'EXECUTE')",
        )

        assert open_to_all == []

    def test_has_no_right_on_any_relation_or_schema_of_ours(self, connection_url: str) -> None:
        granted = rows(
            connection_url,
            f"SELECT c.relname FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace IN {OURS} AND a.grantee = 0"
            " UNION ALL SELECT n.nspname FROM pg_namespace n, aclexplode(n.nspacl) a"
            f" WHERE n.oid IN {OURS} AND a.grantee = 0",
        )

        assert granted == []

    def test_may_not_execute_a_function_that_the_owner_makes_later(self, connection_url: str) -> None:
        with psycopg.connect(connection_url) as owner:
            owner.execute("CREATE FUNCTION stancedb.later() RETURNS int LANGUAGE sql AS 'SELECT 1'")
            may = owner.execute("SELECT has_function_privilege('public', 'stancedb.later()', 'EXECUTE')").fetchone()

        assert may == (False,)

    def test_keeps_nothing_that_others_granted_to_them(self, connection_url: str, tmp_path: Path) -> None:
        run: Run = invoker(connection_url, tmp_path)
        with psycopg.connect(connection_url) as owner:
            owner.execute("GRANT SELECT ON stancedb.actor TO PUBLIC")
            owner.execute("GRANT USAGE ON SCHEMA reporting TO PUBLIC")
            owner.execute("GRANT EXECUTE ON FUNCTION stancedb.me() TO PUBLIC")

        checked = run("db", "check")
        done(run("db", "upgrade"))

        assert checked.exit_code == 1
        for fault in (
            "everybody may select stancedb.actor",
            "everybody may usage in the schema reporting",
            "everybody may execute stancedb.me()",
        ):
            assert fault in checked.stdout
        done(run("db", "check"))


class TestAFunctionWithTheRightsOfItsOwner:
    def test_is_found_where_its_path_was_removed(self, connection_url: str, tmp_path: Path) -> None:
        run: Run = invoker(connection_url, tmp_path)
        with psycopg.connect(connection_url) as owner:
            owner.execute("ALTER FUNCTION stancedb.my_name() RESET search_path")

        checked = run("db", "check")

        assert checked.exit_code == 1
        assert "stancedb.my_name() runs with the rights of its owner and does not pin its search_path" in checked.stdout

    def test_looks_names_up_where_nobody_else_can_put_any(self, connection_url: str) -> None:
        unpinned = rows(
            connection_url,
            f"SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace IN {OURS} AND p.prosecdef"
            " AND NOT coalesce(p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false)",
        )

        assert unpinned == []

    def test_that_is_a_trigger_runs_on_no_table_outside_its_schema(self, connection_url: str) -> None:
        ran = []
        with psycopg.connect(connection_url, autocommit=True) as owner:
            functions = owner.execute(
                "SELECT proname FROM pg_proc WHERE pronamespace = 'stancedb'::regnamespace"
                " AND prorettype = 'trigger'::regtype ORDER BY proname"
            ).fetchall()
            owner.execute("CREATE TABLE public.coding (LIKE stancedb.coding)")
            owner.execute("CREATE SCHEMA elsewhere")
            for (name,) in functions:
                with owner.transaction(force_rollback=True):
                    owner.execute(
                        "CREATE TRIGGER mine BEFORE INSERT ON public.coding FOR EACH ROW"
                        f" EXECUTE FUNCTION stancedb.{name}()".encode()
                    )
                    try:
                        with owner.transaction():
                            owner.execute("INSERT INTO public.coding (changeset_id) VALUES (1)")
                        ran.append(name)
                    except psycopg.errors.InsufficientPrivilege:
                        pass
        assert functions
        assert ran == []


class TestACoder:
    def test_runs_no_code_of_her_own_as_the_owner(
        self, admin_url: str, clone: Clone, template: str, tmp_path: Path
    ) -> None:
        with logins(admin_url, "LOGIN") as [coder], clone(template) as url:
            done(invoker(url, tmp_path)("db", "grant-coder", coder))
            functions = rows(
                url,
                "SELECT proname FROM pg_proc WHERE pronamespace = 'stancedb'::regnamespace"
                " AND prorettype = 'trigger'::regtype",
            )
            attached = []
            with psycopg.connect(url_as(url, coder), autocommit=True) as connection:
                connection.execute(OWN_CODE.format(role="forged").encode())
                for (name,) in functions:
                    try:
                        connection.execute(
                            f"CREATE TRIGGER t_{name} AFTER INSERT ON pg_temp.coding REFERENCING NEW TABLE AS new_rows"
                            f" FOR EACH STATEMENT EXECUTE FUNCTION stancedb.{name}()".encode()
                        )
                        attached.append(name)
                    except psycopg.errors.InsufficientPrivilege:
                        pass
        assert attached == []


class TestAnInstallation:
    def test_by_another_member_of_the_owning_role_leaves_nothing_open(self, admin_url: str, clone: Clone) -> None:
        with psycopg.connect(admin_url) as admin:
            if admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() != (True,):
                pytest.skip("it takes a superuser to give a database to a role of others")
        with logins(admin_url, "", "LOGIN", "LOGIN") as [owner, first, second]:
            with psycopg.connect(admin_url, autocommit=True) as admin:
                admin.execute(f"GRANT {owner} TO {first}, {second}".encode())
            with clone() as url:
                with psycopg.connect(url, autocommit=True) as admin:
                    admin.execute(f"ALTER DATABASE {make_url(url).database} OWNER TO {owner}".encode())
                    admin.execute(f"ALTER ROLE {first} SET role = {owner}".encode())
                    admin.execute(f"ALTER SCHEMA public OWNER TO {owner}".encode())
                engine = create_engine(
                    url_as(url, first).replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool
                )
                schema.upgrade(engine)
                other = create_engine(
                    url_as(url, second).replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool
                )
                # As an upgrade to another definition does.
                with other.begin() as connection:
                    derivation.uninstall(connection)
                    reporting.uninstall(connection)
                schema.upgrade(other)
                with other.begin() as connection:
                    found = rights.faults(connection)
                by_second = rows(
                    url,
                    "SELECT count(*) > 0 FROM pg_proc WHERE pronamespace = 'stancedb'::regnamespace"
                    f" AND proowner = '{second}'::regrole",
                )
        assert by_second == [(True,)]
        assert found == []

    def test_from_a_dump_without_rights_is_found_and_mended(
        self, admin_url: str, connection_url: str, empty_url: str, tmp_path: Path
    ) -> None:
        with psycopg.connect(admin_url) as admin:
            programs = programs_of(admin.info.server_version // 10000)
        if programs is None:
            pytest.skip("the programs of this server's version are not installed")
        dump = tmp_path / "copy.dump"
        call([programs / "pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={dump}", connection_url])
        call([programs / "pg_restore", "--no-owner", "--no-acl", "--exit-on-error", f"--dbname={empty_url}", dump])
        run: Run = invoker(empty_url, tmp_path)

        checked = run("db", "check")
        done(run("db", "upgrade"))

        assert checked.exit_code == 1
        assert "everybody may execute stancedb.keep_history()" in checked.stdout
        done(run("db", "check"))

    def test_of_what_was_dropped_grants_it_again(self, admin_url: str, connection_url: str, tmp_path: Path) -> None:
        run: Run = invoker(connection_url, tmp_path)
        with logins(admin_url, "LOGIN") as [coder]:
            done(run("db", "grant-coder", coder))
            with psycopg.connect(connection_url) as owner:
                owner.execute("DROP FUNCTION stancedb.requires_review()")
                owner.execute("CREATE TABLE stancedb.beside (id int)")
            done(run("db", "upgrade"))

            may = rows(
                connection_url,
                f"SELECT has_function_privilege('{coder}', 'stancedb.requires_review()', 'EXECUTE'),"
                f" has_table_privilege('{coder}', 'stancedb.beside', 'SELECT')",
            )
            with psycopg.connect(connection_url) as owner:
                # An owner who is not a superuser can drop a role's objects only as a member of the role.
                owner.execute(f"GRANT {coder} TO CURRENT_USER; DROP OWNED BY {coder}".encode())

        assert may == [(True, False)]
