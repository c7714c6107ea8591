"""Let a statement name a tenure that was entered under another name of its speaker.

Rows keep naming an actor that is merged away, so a statement of the one and a tenure of the other belong together. A
key between the two rows cannot follow a merge; these triggers do.

Revision: relax_statement_tenure
Follows: add_load_source
"""

from alembic import op

revision = "relax_statement_tenure"
down_revision = "add_load_source"
branch_labels = None
depends_on = None

RAISE = (
    "RAISE EXCEPTION 'a statement names the tenure of another person' USING ERRCODE = 'check_violation',"
    " CONSTRAINT = 'ck_statement_tenure_of_its_speaker', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA"
)
OF_ANOTHER = "coalesce(p.merged_into_id, p.id) <> coalesce(k.merged_into_id, k.id)"
CHECKS = {
    "check_statement_speaker": (
        "statement",
        "The tenure of a statement is of its speaker, by whichever name.",
        "SELECT FROM new_rows n JOIN stancedb.tenure t ON t.id = n.tenure_id JOIN stancedb.actor p ON p.id = t.person_id"
        f" JOIN stancedb.actor k ON k.id = n.speaker_id WHERE {OF_ANOTHER}",
        ("INSERT", "UPDATE"),
    ),
    "check_tenure_person": (
        "tenure",
        "A tenure stays with the speaker of the statements made in it.",
        "SELECT FROM new_rows n JOIN stancedb.statement s ON s.tenure_id = n.id JOIN stancedb.actor p ON p.id = n.person_id"
        f" JOIN stancedb.actor k ON k.id = s.speaker_id WHERE {OF_ANOTHER}",
        ("UPDATE",),
    ),
}
# An undoing puts back several tables, one after the other, so this waits until all are.
PARTED = f"""
SELECT FROM stancedb.statement s JOIN stancedb.tenure t ON t.id = s.tenure_id JOIN stancedb.actor p ON p.id = t.person_id
JOIN stancedb.actor k ON k.id = s.speaker_id WHERE {{column}} = NEW.id AND {OF_ANOTHER}
"""
# What no key can say is forgotten under a changeset, so that the history keeps it; no stance hangs on it.
FORGET = """
DO $body$ BEGIN
    IF EXISTS (
        SELECT FROM stancedb.statement s JOIN stancedb.tenure t ON t.id = s.tenure_id WHERE t.person_id <> s.speaker_id
    ) THEN
        PERFORM stancedb.open_changeset(
            'stancedb', 'Statements lose a tenure that was entered under another name of the speaker', 'migration'
        );
        UPDATE stancedb.statement s SET tenure_id = NULL FROM stancedb.tenure t
        WHERE t.id = s.tenure_id AND t.person_id <> s.speaker_id;
        DELETE FROM stancedb.touched t WHERE t.changeset_id = current_setting('stancedb.changeset')::bigint;
        SET CONSTRAINTS ALL IMMEDIATE;
        SET CONSTRAINTS ALL DEFERRED;
    END IF;
END $body$
"""


def upgrade() -> None:
    """Put triggers in the place of the key."""
    op.execute("ALTER TABLE stancedb.statement DROP CONSTRAINT fk_statement_tenure")
    op.execute("ALTER TABLE stancedb.tenure DROP CONSTRAINT uq_tenure_id_person_id")
    op.execute(
        "ALTER TABLE stancedb.statement ADD CONSTRAINT fk_statement_tenure_id FOREIGN KEY (tenure_id)"
        " REFERENCES stancedb.tenure (id)"
    )
    op.execute(
        "COMMENT ON CONSTRAINT fk_statement_tenure_id ON stancedb.statement IS"
        " '''statement tenure'' names a row that exists, and rows in use stay'"
    )
    for name, (table, comment, broken, operations) in CHECKS.items():
        _create_function(name, table, f"EXISTS ({broken})", comment)
        for operation in operations:
            op.execute(
                f"CREATE TRIGGER {name}_{operation.lower()} AFTER {operation} ON stancedb.{table}"
                f" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.{name}()"
            )
    parted = " OR ".join(f"EXISTS ({PARTED.format(column=column)})" for column in ("s.speaker_id", "t.person_id"))
    _create_function(
        "check_actor_parting", "actor", parted, "Two actors are not parted while one speaks in a tenure of the other."
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER check_actor_parting AFTER UPDATE ON stancedb.actor DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW WHEN (OLD.merged_into_id IS NOT NULL AND OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id)"
        " EXECUTE FUNCTION stancedb.check_actor_parting()"
    )


def downgrade() -> None:
    """Put the key back; statements keep no tenure that was entered under another name of the speaker."""
    op.execute("DROP TRIGGER check_actor_parting ON stancedb.actor")
    op.execute("DROP FUNCTION stancedb.check_actor_parting()")
    for name, (table, _comment, _broken, operations) in reversed(CHECKS.items()):
        for operation in operations:
            op.execute(f"DROP TRIGGER {name}_{operation.lower()} ON stancedb.{table}")
        op.execute(f"DROP FUNCTION stancedb.{name}()")
    op.execute("ALTER TABLE stancedb.statement DROP CONSTRAINT fk_statement_tenure_id")
    op.execute("ALTER TABLE stancedb.tenure ADD CONSTRAINT uq_tenure_id_person_id UNIQUE (id, person_id)")
    op.execute(FORGET)
    op.execute(
        "ALTER TABLE stancedb.statement ADD CONSTRAINT fk_statement_tenure FOREIGN KEY (tenure_id, speaker_id)"
        " REFERENCES stancedb.tenure (id, person_id)"
    )
    op.execute("COMMENT ON CONSTRAINT uq_tenure_id_person_id ON stancedb.tenure IS 'a tenure is of one person'")
    op.execute(
        "COMMENT ON CONSTRAINT fk_statement_tenure ON stancedb.statement IS"
        " 'a statement names a tenure of its own speaker'"
    )


# Whoever moves the tenure, or parts its two names, meanwhile is waited for, and waits until this transaction ends. Locking
# takes rights that a coder who refers to a row need not have.
LOCKS = {
    "check_statement_speaker": """
    PERFORM FROM stancedb.tenure t WHERE t.id IN (
        SELECT n.tenure_id FROM new_rows n WHERE n.tenure_id IS NOT NULL
    ) ORDER BY t.id FOR SHARE;
    PERFORM FROM stancedb.actor a WHERE a.id IN (
        SELECT unnest(ARRAY[n.speaker_id, t.person_id]) FROM new_rows n JOIN stancedb.tenure t ON t.id = n.tenure_id
        WHERE t.person_id <> n.speaker_id
    ) ORDER BY a.id FOR SHARE;
    """,
    # Whoever parts two actors of whom one is to speak in a tenure of the other waits, or this waits and sees it.
    "check_tenure_person": """
    PERFORM FROM stancedb.actor a WHERE a.id IN (
        SELECT unnest(ARRAY[s.speaker_id, n.person_id]) FROM new_rows n JOIN stancedb.statement s ON s.tenure_id = n.id
        WHERE n.person_id <> s.speaker_id
    ) ORDER BY a.id FOR SHARE;
    """,
}


def _create_function(name: str, table: str, condition: str, comment: str) -> None:
    """Create a trigger function that reads nothing but what its table is checked against."""
    op.execute(
        f"CREATE FUNCTION stancedb.{name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        " SET search_path = pg_catalog, pg_temp AS"
        f" $body$ BEGIN IF (TG_TABLE_SCHEMA, TG_TABLE_NAME) IS DISTINCT FROM ('stancedb', '{table}') THEN"
        f" RAISE EXCEPTION 'stancedb.{name}() is for stancedb.{table} alone' USING ERRCODE = 'insufficient_privilege';"
        f" END IF; {LOCKS.get(name, '')} IF {condition} THEN {RAISE}; END IF; RETURN NULL; END $body$"
    )
    op.execute(f"COMMENT ON FUNCTION stancedb.{name}() IS '{comment}'")
