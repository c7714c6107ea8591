"""Create, upgrade, downgrade and check the schema of a database."""

from __future__ import annotations

from io import StringIO
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from stancedb import installed
from stancedb.admin import catalogue, mending
from stancedb.admin.sequences import secure_sequences, sequences_behind
from stancedb.database import HEAD, check_baseline, check_head, current_revision
from stancedb.derivation.install import digest, installed_digest, rebuild_all
from stancedb.errors import NewerSchema, NotMended, NoWayBack, UnknownRevision
from stancedb.reporting import install as reporting
from stancedb.rights import grants as rights
from stancedb.settings import bundled
from stancedb.shared.objects import OBJECTS as SHARED
from stancedb.sql import Queries, beside
from stancedb.workbench.objects import OBJECTS as WORKBENCH

SQL = Queries(__file__)
# Maximum number of objects that are named in a message.
_NAMED = 5


def upgrade(engine: Engine, revision: str = "head") -> list[str]:
    """Upgrade the schema to a revision, in one transaction; return the applied revisions.

    Sequences that a crash left behind, and rights that a restored backup lacks, are repaired even if the schema is up
    to date.
    """
    with engine.begin() as connection:
        before = after = current_revision(connection)
        check_baseline(before)
        is_current = (
            before == HEAD
            and revision in {"head", HEAD}
            and installed_digest(connection) == digest()
            and all(
                installed.installed_digest(connection, objects) == installed.digest(objects)
                for objects in (SHARED, WORKBENCH)
            )
            and reporting.installed_digest(connection) == reporting.digest()
        )
        if not is_current:
            if before == HEAD:
                # Objects that are created again may depend on objects that somebody dropped.
                mending.mend(connection, only_stored=True)
            _run(command.upgrade, connection, revision)
            after = current_revision(connection)
        elif rights.faults(connection):
            rights.secure(connection)
    with engine.begin() as connection:
        if not is_current or sequences_behind(connection):
            secure_sequences(connection)
    return _between(before, after)


def mend(engine: Engine) -> list[str]:
    """Repair a database at head that differs from what the migrations make; return descriptions of the repairs.

    RefusedByRule: Something cannot be repaired; everything else has been.
        RefusedByRule: Something cannot be mended; the rest is.
    """
    with engine.begin() as connection:
        check_head(current_revision(connection))
        mended, refused = mending.mend(connection)
        # A function that was created again can be executed by everybody until this has run.
        rights.secure(connection)
    if mended:
        with engine.begin() as connection:
            secure_sequences(connection)
    if refused:
        some = "; ".join(f"{thing} {reason}" for thing, reason in refused[:_NAMED])
        more = f"; and {len(refused) - _NAMED} more" if len(refused) > _NAMED else ""
        raise NotMended(count=len(refused), things=f"{some}{more}")
    return [str(thing) for thing in mended]


def downgrade(engine: Engine, revision: str) -> list[str]:
    """Downgrade the schema to a revision, in one transaction; return the reverted revisions.

    Raises:
        UsageError: There is no such revision below the current one.
        RefusedByRule: The revision is below the baseline.
    """
    with engine.begin() as connection:
        before = current_revision(connection)
        check_baseline(before)
        _run(command.downgrade, connection, revision)
        after = current_revision(connection)
    return list(reversed(_between(after, before)))


def check(engine: Engine) -> list[dict[str, Any]]:
    """Compare the catalogue with that of the migrations, and the stances with their derivation.

    Returns:
        One mapping per fault, with ``what`` and ``fault``; none if the database is sound.
    """
    with engine.begin() as connection:
        check_head(current_revision(connection))
        found, _ = catalogue.compare(connection)
        if installed_digest(connection) != digest():
            # Its functions and views are those of another version, and one sentence about them is enough.
            found = [fault for fault in found if fault.thing.kind not in {"function", "view"}]
    faults: list[dict[str, Any]] = [{"what": str(fault.thing), "fault": fault.sentence()} for fault in found]
    with engine.begin() as connection:
        if installed_digest(connection) != digest():
            faults.append(
                {"what": "derivation", "fault": "is of another version of stancedb; run 'stancedb db upgrade'"}
            )
        # A database without its tables and functions cannot be queried.
        if any(fault.found is None for fault in found):
            return faults
        faults += [
            {
                "what": table,
                "fault": "its next number is already used, perhaps after a crash; run 'stancedb db upgrade'",
            }
            for table in sequences_behind(connection)
        ]
        faults += _circles(connection)
        faults += _faulty_assignments(connection)
        faults += [{"what": "rights", "fault": fault} for fault in rights.faults(connection)]
        faults += _stale_stances(connection)
    return faults


def others(engine: Engine) -> list[str]:
    """Return descriptions of foreign objects in the schemas and on the tables of stancedb."""
    with engine.begin() as connection:
        check_head(current_revision(connection))
        return [str(thing) for thing in catalogue.compare(connection)[1]]


def status(engine: Engine) -> dict[str, Any]:
    """Return the revision, the server and how much is stored."""
    with engine.connect() as connection:
        revision = current_revision(connection)
        answer: dict[str, Any] = {
            "server": connection.execute(SQL["version"]).scalar_one().split(" ")[0],
            "revision": revision or "none",
            "head": HEAD,
            "is_at_head": revision == HEAD,
        }
        if revision == HEAD:
            answer |= connection.execute(SQL["counts"]).mappings().one()
        answer["size"] = connection.execute(SQL["size"]).scalar_one()
    return answer


# Raised by the migration that ends the baseline.
_BELOW_BASELINE = "there is no way back below the baseline"


def _stale_stances(connection: Connection) -> list[dict[str, Any]]:
    """Derive everything again and return where the stored stances differ; they never should."""
    faults = []
    for table, question in (("stance", "stale_stances"), ("stance_change", "stale_changes")):
        faults += [
            {
                "what": f"{table} under {rule}",
                "fault": f"{count} rows differ from their derivation; run 'stancedb db upgrade --rebuild'",
            }
            for rule, count in connection.execute(SQL[question])
        ]
    return faults


def _circles(connection: Connection) -> list[dict[str, Any]]:
    """Return circles, and merges whose target is itself merged."""
    return [
        {
            "what": row.what,
            "fault": f"leads back to itself: {row.slugs}; undo one of these changes"
            if row.is_circle
            else f"leads to a merged target: {row.slugs}; merge into the last of them",
        }
        for row in connection.execute(beside(__file__, "circles"))
    ]


def _faulty_assignments(connection: Connection) -> list[dict[str, Any]]:
    """Return assignments with findings or codings that they cannot have."""
    return [
        {"what": f"assignment {row.assignment}", "fault": row.fault}
        for row in connection.execute(beside(__file__, "assignments"))
    ]


def rebuild(engine: Engine) -> None:
    """Derive all stances again, in a changeset of its own."""
    with engine.begin() as connection:
        check_head(current_revision(connection))
        rebuild_all(connection)


def _run(what: Any, connection: Connection, *arguments: str) -> None:  # noqa: ANN401 - a command of Alembic
    config = Config(str(bundled("alembic.ini")), stdout=StringIO())
    config.set_main_option("script_location", str(bundled("migrations")))
    config.attributes["connection"] = connection
    try:
        what(config, *arguments)
    except CommandError as failure:
        if str(failure) == _BELOW_BASELINE:
            raise NoWayBack from None
        if "locate revision" in str(failure) and not arguments:
            raise NewerSchema from None
        raise UnknownRevision(fault=str(failure)) from None


def _between(lower: str | None, upper: str | None) -> list[str]:
    script = ScriptDirectory(str(bundled("migrations")))
    passed = [found.revision for found in script.iterate_revisions(upper, lower or "base")] if upper else []
    return list(reversed(passed))
