"""Run the migrations: set timeouts, allow one upgrade at a time, and install functions and views at head."""

from alembic import context
from sqlalchemy import Connection, text

from stancedb import installed as repeatable
from stancedb.derivation.install import digest, install, uninstall
from stancedb.model import HISTORY_SCHEMA, SCHEMA, Base
from stancedb.reporting import install as reporting
from stancedb.rights import grants as rights
from stancedb.shared.objects import OBJECTS as SHARED
from stancedb.workbench.objects import OBJECTS as WORKBENCH

# The number is arbitrary, but every version must use the same one.
UPGRADE_LOCK = 7_215_020_001
# Allow one upgrade at a time. Any login could hold an advisory lock, so it is used only before the first upgrade, when
# there are no logins yet. Later there is a table, which other logins can read but not lock.
ONE_AT_A_TIME = """
DO $body$
BEGIN
    IF to_regclass('public.alembic_version') IS NULL THEN
        PERFORM pg_advisory_xact_lock({number});
    ELSE
        LOCK TABLE public.alembic_version IN SHARE ROW EXCLUSIVE MODE;
    END IF;
END
$body$
"""


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """Compare only the schemas of stancedb, not other schemas in the same database."""
    return name in {SCHEMA, HISTORY_SCHEMA} if type_ == "schema" else True


def run(connection: Connection) -> None:
    """Run the requested migrations in one transaction and install functions and views if they end at head."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_schemas=True,
        include_name=include_name,
        compare_server_default=True,
        autogenerate_plugins=["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
    )
    with context.begin_transaction():
        # A migration that waits for a lock blocks every later reader, so limit the wait.
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        # If the role has its own schema, or is called stancedb, Alembic would otherwise look and write there.
        connection.execute(text("SET LOCAL search_path = public"))
        connection.dialect.default_schema_name = "public"
        connection.execute(text(ONE_AT_A_TIME.format(number=UPGRADE_LOCK)))
        before = context.get_context().get_current_heads()
        repeatable.uninstall(connection, WORKBENCH)
        repeatable.uninstall(connection, SHARED)
        installed = uninstall(connection)
        context.run_migrations()
        after = context.get_context().get_current_heads()
        if after and set(after) == set(context.script.get_heads()):
            # Derive again what was derived under another definition or none.
            install(connection, rebuild=bool(before) and installed != digest())
            repeatable.install(connection, SHARED)
            repeatable.install(connection, WORKBENCH)
            reporting.install(connection)
            rights.secure(connection)
        else:
            reporting.uninstall(connection)


run(context.config.attributes["connection"])
