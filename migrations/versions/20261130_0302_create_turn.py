"""Create turns: locks that only the functions of the database take, and that say who has them.

Advisory locks can be taken by everybody who may connect, so a reader stopped every writer with one. A turn is a table
that nobody was granted, locked as a whole by a function with the rights of the owner. Whoever waits for one in vain is
told which login has it; a login that has one and idles, or runs a statement for long, is cut off by a timeout.

Checks that read other rows than their own lock those, so that two writers who break a rule together wait for each other.

Revision: create_turn
Follows: create_login
"""

import sqlalchemy as sa
from alembic import op

revision = "create_turn"
down_revision = "create_login"
branch_labels = None
depends_on = None

DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
GUARD = """
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', '{name}' USING ERRCODE = 'insufficient_privilege';
    END IF;
"""
TURNS = {
    "settling": "The turn of settling: writers that touch codings alone share it, those whose changes reach further have it alone.",
}

TAKE_TURN = """
CREATE FUNCTION stancedb.take_turn(p_table regclass, p_mode text) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
    patience CONSTANT text := current_setting('lock_timeout');
    keeping int[];
    holders text;
    is_ended boolean;
BEGIN
    PERFORM set_config('lock_timeout', CASE patience WHEN '0' THEN '60s' ELSE patience END, true);
    FOR attempt IN 1..2 LOOP
        BEGIN
            EXECUTE format('LOCK TABLE %s IN %s MODE', p_table, p_mode);
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            SELECT array_agg(DISTINCT l.pid) INTO keeping
            FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database
            WHERE d.datname = current_database() AND l.relation = p_table AND l.granted
                AND l.mode <> 'AccessShareLock' AND l.pid <> pg_backend_pid();
            -- A login may lift the limits below again. One that idles or dawdles all the same is ended by whoever
            -- waits, where the owner may end sessions; a commit that derives much is waited for, however long it takes.
            BEGIN
                SELECT coalesce(bool_or(pg_terminate_backend(a.pid, 5000)), false) INTO is_ended
                FROM pg_catalog.pg_stat_activity a JOIN stancedb.login o ON o.name = a.usename::text
                WHERE attempt = 1 AND a.pid = ANY (keeping) AND (
                    a.state LIKE 'idle in transaction%' AND a.state_change < clock_timestamp() - interval '10 s'
                    OR a.state = 'active' AND a.query_start < clock_timestamp() - interval '60 s'
                        AND lower(btrim(a.query, E' \\t\\r\\n;')) NOT IN ('commit', 'end')
                );
            EXCEPTION WHEN insufficient_privilege THEN
                is_ended := false;
            END;
            IF NOT is_ended THEN
                SELECT string_agg(DISTINCT format('''%s'' (process %s)', a.usename, a.pid), ', ') INTO holders
                FROM pg_catalog.pg_stat_activity a WHERE a.pid = ANY (keeping);
                RAISE EXCEPTION 'the login % has kept others waiting', coalesce(holders, 'that held the lock')
                    USING ERRCODE = 'lock_not_available', CONSTRAINT = 'ck_changeset_waits_its_turn', DETAIL = holders;
            END IF;
        END;
    END LOOP;
    PERFORM set_config('lock_timeout', patience, true);
    -- Until the transaction ends nobody else gets this turn, so a login that has it may neither idle nor dawdle.
    IF stancedb.me() IS NOT NULL THEN
        IF current_setting('idle_in_transaction_session_timeout')::interval NOT BETWEEN '1 ms' AND '10 s' THEN
            PERFORM set_config('idle_in_transaction_session_timeout', '10s', true);
        END IF;
        IF current_setting('statement_timeout')::interval NOT BETWEEN '1 ms' AND '60 s' THEN
            PERFORM set_config('statement_timeout', '60s', true);
        END IF;
    END IF;
END
$body$
"""
CLOSE_CHANGESET = f"""
CREATE OR REPLACE FUNCTION stancedb.close_changeset() RETURNS trigger {DEFINER} AS $body$
DECLARE
    given bigint;
BEGIN{GUARD.replace("{name}", "close_changeset")}
    -- Settling derives what this changeset touched; it is installed beside the migrations, at head.
    IF EXISTS (SELECT FROM stancedb.touched WHERE changeset_id = NEW.id) THEN
        PERFORM stancedb.settle(NEW.id);
    END IF;
    PERFORM stancedb.take_turn('stancedb.changeset_counter', 'EXCLUSIVE');
    UPDATE stancedb.changeset_counter SET last_number = last_number + 1 RETURNING last_number INTO given;
    UPDATE stancedb.changeset SET number = given, committed_at = clock_timestamp() WHERE id = NEW.id;
    RETURN NULL;
END
$body$
"""
CLOSE_CHANGESET_BEFORE = CLOSE_CHANGESET.replace(
    "    PERFORM stancedb.take_turn('stancedb.changeset_counter', 'EXCLUSIVE');\n", ""
)
# Locking takes rights that a coder who refers to a row need not have.
CHECK = f"""
CREATE {{or_replace}}FUNCTION stancedb.{{name}}() RETURNS trigger {DEFINER} AS $body$
{{declared}}BEGIN{{guard}}{{body}}    RETURN NULL;
END
$body$
"""
_MERGE = """
    -- A merge that stays as it was is not looked at, or whoever renames what is merged away would wait for its target.
    IF TG_OP = 'UPDATE' THEN
        merged := ARRAY(
            SELECT n.id FROM new_rows n JOIN old_rows o USING (id)
            WHERE n.merged_into_id IS NOT NULL AND n.merged_into_id IS DISTINCT FROM o.merged_into_id
        );
    ELSE
        merged := ARRAY(SELECT n.id FROM new_rows n WHERE n.merged_into_id IS NOT NULL);
    END IF;
    IF merged = '{{}}' THEN
        RETURN NULL;
    END IF;
    -- Whoever merges the target away, or into what is merged away here, waits until this commits, or this waits and sees it.
    PERFORM FROM stancedb.{table} t WHERE t.id IN (
        SELECT n.merged_into_id FROM new_rows n WHERE n.id = ANY (merged)
    ) ORDER BY t.id FOR SHARE;
    IF EXISTS (
        SELECT FROM new_rows n JOIN stancedb.{table} t ON t.id = n.merged_into_id
        WHERE n.id = ANY (merged) AND t.merged_into_id IS NOT NULL
    ) OR EXISTS (
        SELECT FROM stancedb.{table} s WHERE s.merged_into_id = ANY (merged)
    ) THEN
        RAISE EXCEPTION '{noun} is merged into one that is merged away itself' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_{table}_merged_into_a_live_one', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
"""
_SYNDICATION_CONSTRAINT = ("ck_article_syndication_has_an_origin", "an article is a copy of its own copy")
# What stands above is locked, in the order of the keys, until nothing more is found above it; then it is looked at. So
# whoever moves something on the way waits until this commits, or this waits and sees it.
_CIRCLE = """
    LOOP
        SELECT array_agg(DISTINCT c.next_id) INTO above FROM (
            WITH RECURSIVE chain AS (
                SELECT n.id AS first_id, n.{column} AS next_id FROM new_rows n WHERE n.{column} IS NOT NULL
                UNION
                SELECT c.first_id, a.{column} FROM chain c JOIN stancedb.{table} a ON a.id = c.next_id
                WHERE a.{column} IS NOT NULL AND c.next_id <> c.first_id
            )
            SELECT * FROM chain
        ) c;
        EXIT WHEN above IS NULL OR above <@ locked;
        PERFORM FROM stancedb.{table} t WHERE t.id = ANY (above) ORDER BY t.id FOR SHARE;
        locked := above;
    END LOOP;
    IF EXISTS (
        WITH RECURSIVE chain AS (
            SELECT n.id AS first_id, n.{column} AS next_id FROM new_rows n WHERE n.{column} IS NOT NULL
            UNION
            SELECT c.first_id, a.{column} FROM chain c JOIN stancedb.{table} a ON a.id = c.next_id
            WHERE a.{column} IS NOT NULL AND c.next_id <> c.first_id
        )
        SELECT FROM chain c WHERE c.next_id = c.first_id
    ) THEN
        RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation',
            CONSTRAINT = '{constraint}', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
"""
_TENURE = """
    -- A tenure that is moved meanwhile is waited for, and one that is read here stays until this transaction ends.
    PERFORM FROM stancedb.tenure t WHERE t.id IN (
        SELECT n.tenure_id FROM new_rows n WHERE n.tenure_id IS NOT NULL
    ) ORDER BY t.id FOR SHARE;
    IF EXISTS (SELECT FROM new_rows n JOIN stancedb.tenure t ON t.id = n.tenure_id WHERE NOT t.held && n.said) THEN
        RAISE EXCEPTION 'a speaker did not hold the office when the statement was made' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_statement_tenure_held_when_said', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
"""
# On no day is an actor a part of itself, or governed by itself, over however many others.
_RELATION = """
    LOOP
        SELECT array_agg(DISTINCT x.id) INTO above FROM (
            WITH RECURSIVE chain AS (
                SELECT n.relation, n.subject_id, n.object_id, n.during FROM new_rows n
                WHERE n.relation IN ('part_of', 'governs')
                UNION
                SELECT c.relation, r.subject_id, r.object_id, c.during * r.during FROM chain c
                JOIN stancedb.actor_relation r ON r.subject_id = c.object_id AND r.relation = c.relation AND r.during && c.during
            )
            SELECT unnest(ARRAY[c.subject_id, c.object_id]) AS id FROM chain c
        ) x;
        EXIT WHEN above IS NULL OR above <@ locked;
        PERFORM FROM stancedb.actor a WHERE a.id = ANY (above) ORDER BY a.id FOR NO KEY UPDATE;
        locked := above;
    END LOOP;
    IF EXISTS (
        WITH RECURSIVE chain AS (
            SELECT n.relation, n.subject_id AS first_id, n.object_id AS next_id, n.during FROM new_rows n
            WHERE n.relation IN ('part_of', 'governs')
            UNION
            SELECT c.relation, c.first_id, r.object_id, c.during * r.during FROM chain c
            JOIN stancedb.actor_relation r ON r.subject_id = c.next_id AND r.relation = c.relation AND r.during && c.during
            WHERE c.next_id <> c.first_id
        )
        SELECT FROM chain c WHERE c.next_id = c.first_id
    ) THEN
        RAISE EXCEPTION 'an actor is a part of itself' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_actor_relation_has_an_origin', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
"""
PARENTS = {
    "issue": (
        "ck_issue_parent_has_an_origin",
        "an issue belongs to one that belongs to it",
        "Above an issue there is always an end.",
    ),
    "outlet": (
        "ck_outlet_parent_has_an_origin",
        "an outlet belongs to one that belongs to it",
        "Above an outlet there is always an end.",
    ),
}


def _check(name: str, body: str, *, replaces: bool = False) -> str:
    declared = "DECLARE\n    above bigint[];\n    locked bigint[] := '{}';\n" if "locked" in body else ""
    if "merged :=" in body:
        declared = "DECLARE\n    merged bigint[];\n"
    return CHECK.format(
        or_replace="OR REPLACE " if replaces else "",
        name=name,
        declared=declared,
        guard=GUARD.replace("{name}", name),
        body=body,
    )


def _trigger(name: str, table: str, operations: tuple[str, ...] = ("INSERT", "UPDATE")) -> None:
    for operation in operations:
        op.execute(
            f"CREATE TRIGGER {name}_{operation.lower()} AFTER {operation} ON stancedb.{table}"
            f" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.{name}()"
        )


def upgrade() -> None:
    """Create the turns, and let checks lock what they read."""
    for table, comment in TURNS.items():
        op.create_table(
            table,
            sa.Column(
                "is_only",
                sa.Boolean(),
                nullable=False,
                server_default=sa.text("true"),
                comment="Never filled: the table is a lock.",
            ),
            sa.CheckConstraint("is_only", name=op.f(f"ck_{table}_has_one_row")),
            sa.PrimaryKeyConstraint("is_only", name=op.f(f"pk_{table}")),
            schema="stancedb",
            comment=comment,
        )
        op.execute(
            f"COMMENT ON CONSTRAINT ck_{table}_has_one_row ON stancedb.{table} IS 'a turn has one row at the most'"
        )
        op.execute(f"COMMENT ON CONSTRAINT pk_{table} ON stancedb.{table} IS '''{table}'' is given once'")
    op.execute(TAKE_TURN)
    op.execute(
        "COMMENT ON FUNCTION stancedb.take_turn(regclass, text) IS"
        " 'Waits for a turn, says who has it where that takes too long, and sets a limit to having it.'"
    )
    op.execute(CLOSE_CHANGESET)
    merge = {
        noun: _MERGE.format(table=noun, noun=f"{article} {noun}")
        for noun, article in (("actor", "an"), ("statement", "a"))
    }
    op.execute(_check("check_actor_merge", merge["actor"], replaces=True))
    op.execute(_check("check_statement_merge", merge["statement"]))
    op.execute(
        "COMMENT ON FUNCTION stancedb.check_statement_merge() IS 'A statement is merged into one that is not merged away itself.'"
    )
    op.execute("DROP TRIGGER check_actor_merge_update ON stancedb.actor")
    for table in ("actor", "statement"):
        op.execute(
            f"CREATE TRIGGER check_{table}_merge_update AFTER UPDATE ON stancedb.{table} REFERENCING OLD TABLE AS old_rows"
            f" NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_{table}_merge()"
        )
    op.execute(_check("check_statement_tenure", _TENURE, replaces=True))
    constraint, message = _SYNDICATION_CONSTRAINT
    circle = _CIRCLE.format(table="article", column="syndicated_from_id", constraint=constraint, message=message)
    op.execute(_check("check_article_syndication", circle, replaces=True))
    op.execute(_check("check_actor_relation", _RELATION))
    op.execute("COMMENT ON FUNCTION stancedb.check_actor_relation() IS 'On no day is an actor a part of itself.'")
    _trigger("check_actor_relation", "actor_relation")
    for table, (constraint, message, comment) in PARENTS.items():
        name = f"check_{table}_parent"
        circle = _CIRCLE.format(table=table, column="parent_id", constraint=constraint, message=message)
        op.execute(_check(name, circle))
        op.execute(f"COMMENT ON FUNCTION stancedb.{name}() IS '{comment}'")
        _trigger(name, table)


_MERGE_BEFORE = (
    " IF EXISTS (SELECT FROM new_rows n JOIN stancedb.actor t ON t.id = n.merged_into_id"
    " WHERE t.merged_into_id IS NOT NULL) OR EXISTS (SELECT FROM new_rows n JOIN stancedb.actor s"
    " ON s.merged_into_id = n.id WHERE n.merged_into_id IS NOT NULL) THEN"
    " RAISE EXCEPTION 'an actor is merged into one that is merged away itself' USING ERRCODE = 'check_violation',"
    " CONSTRAINT = 'ck_actor_merged_into_a_live_one', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA; END IF;"
)
_TENURE_BEFORE = (
    " IF EXISTS (SELECT FROM new_rows n JOIN stancedb.tenure t ON t.id = n.tenure_id WHERE NOT t.held && n.said) THEN"
    " RAISE EXCEPTION 'a speaker did not hold the office when the statement was made' USING ERRCODE = 'check_violation',"
    " CONSTRAINT = 'ck_statement_tenure_held_when_said', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA; END IF;"
)


_SYNDICATION_BEFORE = """
    IF EXISTS (
        WITH RECURSIVE chain AS (
            SELECT n.id AS first_id, n.syndicated_from_id AS next_id FROM new_rows n
            WHERE n.syndicated_from_id IS NOT NULL
            UNION
            SELECT c.first_id, a.syndicated_from_id FROM chain c JOIN stancedb.article a ON a.id = c.next_id
            WHERE a.syndicated_from_id IS NOT NULL
        )
        SELECT FROM chain c WHERE c.next_id = c.first_id
    ) THEN
        RAISE EXCEPTION 'an article is a copy of its own copy' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_article_syndication_has_an_origin', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
"""


def downgrade() -> None:
    """Drop the turns; below this revision two writers at once may break a rule that neither breaks alone."""
    for table in PARENTS:
        for operation in ("insert", "update"):
            op.execute(f"DROP TRIGGER check_{table}_parent_{operation} ON stancedb.{table}")
        op.execute(f"DROP FUNCTION stancedb.check_{table}_parent()")
    op.execute("DROP TRIGGER check_statement_merge_update ON stancedb.statement")
    op.execute("DROP FUNCTION stancedb.check_statement_merge()")
    op.execute("DROP TRIGGER check_actor_merge_update ON stancedb.actor")
    _trigger("check_actor_merge", "actor", ("UPDATE",))
    for operation in ("insert", "update"):
        op.execute(f"DROP TRIGGER check_actor_relation_{operation} ON stancedb.actor_relation")
    op.execute("DROP FUNCTION stancedb.check_actor_relation()")
    for name, begins, body in (
        ("check_actor_merge", " BEGIN", f"{_MERGE_BEFORE} RETURN NULL; END "),
        ("check_statement_tenure", " BEGIN", f"{_TENURE_BEFORE} RETURN NULL; END "),
        ("check_article_syndication", "\nBEGIN", _SYNDICATION_BEFORE),
    ):
        op.execute(
            f"CREATE OR REPLACE FUNCTION stancedb.{name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $body${begins}{GUARD.replace('{name}', name)}{body}$body$"
        )
        op.execute(f"ALTER FUNCTION stancedb.{name}() SECURITY INVOKER")
        op.execute(f"ALTER FUNCTION stancedb.{name}() RESET ALL")
    op.execute(CLOSE_CHANGESET_BEFORE)
    op.execute("DROP FUNCTION stancedb.take_turn(regclass, text)")
    for table in reversed(TURNS):
        op.drop_table(table, schema="stancedb")
