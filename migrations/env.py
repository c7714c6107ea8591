"""The one meeting of Alembic and the tables: timeouts, one upgrade at a time, and what is installed at head."""

from alembic import context
from sqlalchemy import Connection, text

from stancedb import installed as repeatable
from stancedb.derivation.install import digest, install, uninstall
from stancedb.model import HISTORY_SCHEMA, SCHEMA, Base
from stancedb.reporting import install as reporting
from stancedb.rights import grants as rights
from stancedb.shared.objects import OBJECTS as SHARED
from stancedb.workbench.objects import OBJECTS as WORKBENCH

# Any number does, as long as every first upgrade of stancedb takes the same one.
UPGRADE_LOCK = 7_215_020_001
# One upgrade at a time. A login that may connect could hold the number, and so may not where there are logins: there is
# a table then, which they may read and not lock.
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
    """Compare the schemas of stancedb and nothing else that lives in the same database."""
    return name in {SCHEMA, HISTORY_SCHEMA} if type_ == "schema" else True


def run(connection: Connection) -> None:
    """Run the migrations asked for in one transaction and install the derivation when they end at head."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_schemas=True,
        include_name=include_name,
        compare_server_default=True,
        autogenerate_plugins=["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
    )
    with context.begin_transaction():
        # A migration that waits longer than this for a lock would hold up every reader behind it.
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        # A role with a schema of its own, or one called stancedb, would have Alembic look and write there.
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
            # What was derived under another definition, or under none, is derived anew.
            install(connection, rebuild=bool(before) and installed != digest())
            repeatable.install(connection, SHARED)
            repeatable.install(connection, WORKBENCH)
            reporting.install(connection)
            rights.secure(connection)
        else:
            reporting.uninstall(connection)


run(context.config.attributes["connection"])
