"""The one meeting of Alembic and the tables: timeouts, one upgrade at a time, and what is installed at head."""

from alembic import context
from sqlalchemy import Connection, text

from stancedb.derivation import install, uninstall
from stancedb.model import HISTORY_SCHEMA, SCHEMA, Base

# Any number does, as long as every upgrade of stancedb takes the same one.
UPGRADE_LOCK = 7_215_020_001


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
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
        before = context.get_context().get_current_heads()
        uninstall(connection)
        context.run_migrations()
        after = context.get_context().get_current_heads()
        if after and set(after) == set(context.script.get_heads()):
            install(connection, rebuild=bool(before))


run(context.config.attributes["connection"])
