"""Create logins: who a session is, what it may write, and which changeset is its own.

A login is one coder or reviewer. It signs with the name of its coder, and its rows are compared with what its role
may do by triggers, because a policy would hide rows from an update instead of refusing it.

Revision: create_login
Follows: require_trigger_schema
"""

import sqlalchemy as sa
from alembic import op

revision = "create_login"
down_revision = "require_trigger_schema"
branch_labels = None
depends_on = None

DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
# The first words of each trigger function.
GUARD = """
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', '{name}' USING ERRCODE = 'insufficient_privilege';
    END IF;
"""

SESSION_IS_OWNER = """
CREATE FUNCTION stancedb.session_is_owner() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    SELECT pg_has_role(session_user, n.nspowner, 'MEMBER') FROM pg_catalog.pg_namespace n WHERE n.nspname = 'stancedb'
$body$
"""
ME = """
CREATE FUNCTION stancedb.me() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    SELECT c.id FROM stancedb.coder c JOIN stancedb.login l ON l.name = c.login
    WHERE c.login = session_user::text AND l.role IN ('coder', 'reviewer') AND NOT stancedb.session_is_owner()
$body$
"""
MY_NAME = """
CREATE FUNCTION stancedb.my_name() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    SELECT c.name FROM stancedb.coder c WHERE c.id = stancedb.me()
$body$
"""
MY_ROLE = """
CREATE FUNCTION stancedb.my_role() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    SELECT CASE WHEN stancedb.session_is_owner() THEN 'owner'
        ELSE (SELECT l.role FROM stancedb.login l WHERE l.name = session_user::text) END
$body$
"""
IS_MINE = """
CREATE FUNCTION stancedb.is_mine(p_changeset_id bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    -- A changeset of a time when nobody had to sign with a name of their own has no login, and is nobody's.
    SELECT EXISTS (
        SELECT FROM stancedb.changeset c JOIN stancedb.changeset_login l ON l.changeset_id = c.id
        WHERE c.id = p_changeset_id AND c.author = stancedb.my_name()
    )
$body$
"""
REQUIRES_REVIEW = """
CREATE FUNCTION stancedb.requires_review() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    SELECT EXISTS (SELECT FROM stancedb.setting s WHERE s.name = 'review' AND s.value = 'required')
$body$
"""
CHANGESET_IN_FORCE = f"""
CREATE FUNCTION stancedb.changeset_in_force(p_table text) RETURNS bigint {DEFINER} AS $body$
DECLARE
    opened bigint;
BEGIN
    -- A committed changeset has its number, so one without is open in this very transaction.
    SELECT c.id INTO opened
    FROM stancedb.changeset c LEFT JOIN stancedb.changeset_login l ON l.changeset_id = c.id
    WHERE c.id = nullif(current_setting('stancedb.changeset', true), '')::bigint AND c.number IS NULL
        AND (l.login = session_user::text OR stancedb.session_is_owner());
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a write to % needs an open changeset', p_table
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_open',
                  HINT = 'Begin the transaction with SELECT stancedb.open_changeset(author, message).';
    END IF;
    RETURN opened;
END
$body$
"""
OPEN_CHANGESET = f"""
CREATE OR REPLACE FUNCTION stancedb.open_changeset(
    author text, message text, tool text DEFAULT 'psql', undoes bigint DEFAULT NULL
) RETURNS bigint {DEFINER} AS $body$
DECLARE
    opened bigint;
    taken_role CONSTANT name := current_setting('role');
    my_name CONSTANT text := stancedb.my_name();
    signed text := open_changeset.author;
BEGIN
    -- In a transaction that sees one state for long, a check would not see what others commit meanwhile.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a changeset is written at READ COMMITTED'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_read_committed';
    END IF;
    -- A person is known by the login. SET ROLE neither gives a name nor takes one, so whoever pools connections under
    -- one login and changes roles is nobody.
    IF taken_role NOT IN ('none', session_user::name) AND NOT (
        stancedb.session_is_owner() AND EXISTS (
            SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = 'stancedb' AND pg_has_role(taken_role, n.nspowner, 'MEMBER')
        )
    ) THEN
        RAISE EXCEPTION 'a connection that has changed its role writes nothing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_login_is_the_session';
    END IF;
    IF NOT stancedb.session_is_owner() THEN
        IF my_name IS NULL THEN
            RAISE EXCEPTION 'this login is not tied to a coder' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'ck_changeset_login_is_a_coder', DETAIL = format('Key (login)=(%s) is not present', session_user);
        END IF;
        IF signed IS DISTINCT FROM my_name AND signed IS NOT NULL THEN
            RAISE EXCEPTION 'a login signs with the name of its coder' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'ck_changeset_author_is_the_login', DETAIL = format('Key (author)=(%s) is not present', signed);
        END IF;
        signed := my_name;
        -- Only this transaction sees a changeset without a number. Going to and fro between two would leave a history
        -- whose versions do not follow each other.
        IF EXISTS (SELECT FROM stancedb.changeset c WHERE c.number IS NULL) THEN
            RAISE EXCEPTION 'a changeset is open already'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_one_at_a_time';
        END IF;
        IF stancedb.my_role() <> 'reviewer' AND NOT stancedb.is_mine(open_changeset.undoes) AND open_changeset.undoes IS NOT NULL THEN
            RAISE EXCEPTION 'a coder takes back changesets of her own'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_undoes_own';
        END IF;
    END IF;
    INSERT INTO stancedb.changeset (author, message, tool, undoes_id)
    VALUES (signed, open_changeset.message, open_changeset.tool, open_changeset.undoes)
    RETURNING id INTO opened;
    INSERT INTO stancedb.changeset_login (changeset_id, login, client_address)
    VALUES (opened, session_user::text, host(inet_client_addr()));
    PERFORM set_config('stancedb.changeset', opened::text, true);
    RETURN opened;
END
$body$
"""
REQUIRE_CHANGESET = f"""
CREATE OR REPLACE FUNCTION stancedb.require_changeset() RETURNS trigger {DEFINER} AS $body$
BEGIN
{GUARD.replace("{name}", "require_changeset")}
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'rows of % are kept: delete under a changeset instead of truncating', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_no_truncate';
    END IF;
    PERFORM stancedb.changeset_in_force(TG_TABLE_NAME);
    RETURN NULL;
END
$body$
"""
GUARD_CHANGESET = f"""
CREATE OR REPLACE FUNCTION stancedb.guard_changeset() RETURNS trigger {DEFINER} AS $body$
BEGIN
{GUARD.replace("{name}", "guard_changeset")}
    IF TG_OP = 'UPDATE' THEN
        -- The open changeset may say what it undoes, and its closing gives it its number; that is all.
        IF OLD.number IS NULL AND (NEW.number IS NULL OR pg_trigger_depth() > 1)
            AND (OLD.undoes_id IS NULL OR OLD.undoes_id IS NOT DISTINCT FROM NEW.undoes_id)
            AND (OLD.id, OLD.author, OLD.message, OLD.tool, OLD.opened_at)
                IS NOT DISTINCT FROM (NEW.id, NEW.author, NEW.message, NEW.tool, NEW.opened_at)
        THEN
            IF NEW.undoes_id IS DISTINCT FROM OLD.undoes_id AND stancedb.my_role() = 'coder'
                AND NOT stancedb.is_mine(NEW.undoes_id)
            THEN
                RAISE EXCEPTION 'a coder takes back changesets of her own'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_undoes_own';
            END IF;
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a changeset is never edited or removed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_kept';
END
$body$
"""

# What each function of this kind asks first: the changeset in force has to be the one that the rows name, because an
# expression within a write could put another in its place between the first row and the last.
_BEGINS = """
CREATE FUNCTION stancedb.{name}() RETURNS trigger {definer} AS $body$
DECLARE
    opened bigint;
    acting text;
    mine bigint;
    is_chosen boolean;
    is_seized boolean;
BEGIN
{guard}
    opened := stancedb.changeset_in_force(TG_TABLE_NAME);
    acting := stancedb.my_role();
    mine := stancedb.me();
    IF TG_OP <> 'DELETE' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.changeset_id <> opened) THEN
            RAISE EXCEPTION 'a write to % names another changeset than the one in force', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_open';
        END IF;
    END IF;
    IF acting = 'owner' THEN
        RETURN NULL;
    END IF;
{keys}
{body}
    RETURN NULL;
END
$body$
"""
# A key of somebody's own choosing would stop others when the counter of keys comes to it, or continue the history of
# a row that was removed; a row that changes its key would leave its history, and every comparison of old and new.
_KEYS = """
    IF TG_OP <> 'DELETE' AND EXISTS (
        SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = TG_RELID AND a.attname = 'id' AND a.attidentity <> ''
    ) THEN
        EXECUTE CASE TG_OP
            WHEN 'UPDATE' THEN
                'SELECT EXISTS (SELECT FROM new_rows n WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = n.id))'
            ELSE format(
                'SELECT EXISTS (SELECT FROM new_rows n WHERE n.id > coalesce(pg_sequence_last_value(%1$L::regclass), 0))'
                ' OR EXISTS (SELECT FROM new_rows n WHERE EXISTS (SELECT FROM history.%2$I h WHERE h.id = n.id) AND NOT EXISTS ('
                'SELECT FROM history.%2$I h JOIN stancedb.changeset c ON c.undoes_id = h.ended_changeset_id WHERE h.id = n.id AND c.id = %3$s))',
                pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'id'), TG_TABLE_NAME, opened
            )
        END INTO is_chosen;
        IF is_chosen THEN
            {raise_key}
        END IF;
    END IF;
"""
_OWN = """
    IF acting IS DISTINCT FROM 'reviewer' AND TG_OP <> 'INSERT' THEN
        IF EXISTS (SELECT FROM (SELECT DISTINCT o.changeset_id FROM old_rows o) o WHERE NOT stancedb.is_mine(o.changeset_id)) THEN
            {raise_row_is_own}
        END IF;
    END IF;
"""


def _raise(constraint: str, message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;"


OWN = _OWN.format(raise_row_is_own=_raise("ck_row_is_own", "a coder changes rows of her own"))
KEYS = _KEYS.format(raise_key=_raise("ck_row_key_is_given", "the key of a row is given by the database"))
# Where a coder changes rows of others, changing one does not make it hers: who added it removes it.
_ENTERED = """
    IF acting IS DISTINCT FROM 'reviewer' AND TG_OP = 'DELETE' THEN
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM ('
            'SELECT o.changeset_id FROM old_rows o'
            ' UNION SELECT h.changeset_id FROM old_rows o JOIN history.%I h ON h.id = o.id'
            ') w WHERE NOT stancedb.is_mine(w.changeset_id))', TG_TABLE_NAME
        ) INTO is_seized;
        IF is_seized THEN
            {raise_row_is_own}
        END IF;
    END IF;
"""
ENTERED = _ENTERED.format(raise_row_is_own=_raise("ck_row_is_own", "a coder removes rows of her own"))
_CODED_BY_OTHERS = (
    """
    IF acting IS DISTINCT FROM 'reviewer' THEN
        IF TG_OP <> 'INSERT' THEN
            IF EXISTS (
                SELECT FROM old_rows o JOIN stancedb.coding c ON c.statement_id = o.{{statement}}
                WHERE c.coder_id IS DISTINCT FROM mine
            ) THEN
                {coded}
            END IF;
        END IF;
        -- A place where a statement is printed, and whom it addresses, may be added to every statement.
        IF TG_OP = 'UPDATE' OR TG_OP = 'INSERT' AND TG_TABLE_NAME = 'statement_link' THEN
            IF EXISTS (
                SELECT FROM new_rows n JOIN stancedb.coding c ON c.statement_id = n.{{statement}}
                WHERE c.coder_id IS DISTINCT FROM mine
            ) THEN
                {coded}
            END IF;
        END IF;
    END IF;
""".format(coded=_raise("ck_statement_is_coded_by_others", "a coding of another coder rests on the statement"))
    + ENTERED
)
_MERGED = """
    IF acting IS DISTINCT FROM 'reviewer' AND TG_OP = 'UPDATE' THEN
        IF EXISTS (SELECT FROM new_rows n JOIN old_rows o USING (id) WHERE n.merged_into_id IS DISTINCT FROM o.merged_into_id) THEN
            {reviewed}
        END IF;
    ELSIF acting IS DISTINCT FROM 'reviewer' AND TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.merged_into_id IS NOT NULL) THEN
            {reviewed}
        END IF;
    END IF;
"""
# By the name of the function: what it is for, and what it asks.
ALLOWING = {
    "allow_rows": ("A coder changes and removes rows that she entered; a reviewer those of others too.", OWN),
    "allow_actor": (
        "A coder changes actors that she entered and merges none.",
        OWN + _MERGED.format(reviewed=_raise("ck_actor_merge_is_reviewed", "actors are merged by a reviewer")),
    ),
    "allow_article": (
        "A coder changes every article and removes those that she entered.",
        ENTERED,
    ),
    "allow_statement": (
        "A coder changes a statement while no coding of another coder rests on it, and merges none.",
        _CODED_BY_OTHERS.replace("{statement}", "id")
        + _MERGED.format(reviewed=_raise("ck_statement_merge_is_reviewed", "statements are merged by a reviewer")),
    ),
    "allow_of_statement": (
        "A coder changes what hangs on a statement while no coding of another coder rests on it.",
        _CODED_BY_OTHERS.replace("{statement}", "statement_id"),
    ),
    "allow_coding": (
        "A coder codes under her own name; a reviewer decides, and on her own codings only where no review is required.",
        """
    IF TG_OP = 'DELETE' THEN
        -- Only what takes back the changeset that added a coding removes it.
        IF EXISTS (
            SELECT FROM old_rows o LEFT JOIN stancedb.changeset c ON c.id = opened
            WHERE acting IS DISTINCT FROM 'reviewer' AND o.coder_id IS DISTINCT FROM mine
                OR c.undoes_id IS NULL OR o.changeset_id <> c.undoes_id AND NOT EXISTS (
                    SELECT FROM history.coding h WHERE h.id = o.id AND h.changeset_id = c.undoes_id
                )
                -- A version that ended with it was there before, so that it changed the coding and did not add it.
                OR EXISTS (SELECT FROM history.coding h WHERE h.id = o.id AND h.ended_changeset_id = c.undoes_id)
        ) THEN
            {kept}
        END IF;
        RETURN NULL;
    END IF;
    IF acting IS DISTINCT FROM 'reviewer' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.coder_id IS DISTINCT FROM mine) THEN
            {by_its_coder}
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF EXISTS (SELECT FROM old_rows o WHERE o.coder_id IS DISTINCT FROM mine) THEN
                {by_its_coder}
            END IF;
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF stancedb.requires_review() AND EXISTS (
            SELECT FROM new_rows n WHERE n.coder_id = mine AND (n.is_final OR n.status = 'accepted')
        ) THEN
            {reviewed}
        END IF;
        RETURN NULL;
    END IF;
    -- Whose a coding is stays, or a reviewer would accept her own under the name of another.
    IF EXISTS (SELECT FROM new_rows n JOIN old_rows o USING (id) WHERE n.coder_id <> o.coder_id) THEN
        {by_its_coder}
    END IF;
    -- A decision is about one statement, holder and issue; moved elsewhere it would be about what nobody has judged.
    IF EXISTS (
        SELECT FROM new_rows n JOIN old_rows o USING (id)
        WHERE o.coder_id = mine AND (n.status, n.is_final, n.statement_id, n.holder_id, n.issue_id)
            IS DISTINCT FROM (o.status, o.is_final, o.statement_id, o.holder_id, o.issue_id)
            AND EXISTS (SELECT FROM stancedb.coding_review r WHERE r.coding_id = o.id AND r.reviewer_id <> mine)
    ) THEN
        {decision}
    END IF;
    IF stancedb.requires_review() THEN
        IF EXISTS (SELECT FROM old_rows o WHERE o.coder_id = mine AND o.status = 'accepted') THEN
            {accepted}
        END IF;
        IF EXISTS (SELECT FROM new_rows n WHERE n.coder_id = mine AND (n.is_final OR n.status = 'accepted')) THEN
            {reviewed}
        END IF;
    END IF;
""".format(
            kept=_raise("ck_coding_is_kept", "a coding is rejected and not deleted"),
            by_its_coder=_raise("ck_coding_is_by_its_coder", "a coder codes under her own name"),
            reviewed=_raise("ck_coding_is_reviewed", "a reviewer accepts a coding"),
            decision=_raise("ck_coding_decision_stands", "somebody else has decided on the coding"),
            accepted=_raise("ck_coding_accepted_is_kept", "an accepted coding is changed by a reviewer"),
        ),
    ),
    "allow_coding_review": (
        "A review is signed by the login that writes it and says what it did to the coding.",
        """
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (
            SELECT FROM old_rows o LEFT JOIN stancedb.changeset c ON c.id = opened
            WHERE acting IS DISTINCT FROM 'reviewer' AND o.reviewer_id IS DISTINCT FROM mine OR c.undoes_id IS NULL
                OR o.changeset_id <> c.undoes_id
        ) THEN
            {kept}
        END IF;
        RETURN NULL;
    END IF;
    -- Whoever changes the coding meanwhile waits, and then meets this decision.
    PERFORM FROM stancedb.coding c WHERE c.id IN (SELECT n.coding_id FROM new_rows n) ORDER BY c.id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM new_rows n JOIN stancedb.coding c ON c.id = n.coding_id
        WHERE n.reviewer_id IS DISTINCT FROM mine OR acting IS DISTINCT FROM 'reviewer' AND c.coder_id IS DISTINCT FROM mine
    ) THEN
        {by_its_reviewer}
    END IF;
    IF EXISTS (
        SELECT FROM new_rows n JOIN stancedb.coding c ON c.id = n.coding_id WHERE n.new_status <> c.status
    ) THEN
        {of_the_coding}
    END IF;
    -- What an undoing gives back keeps its date.
    IF EXISTS (
        SELECT FROM new_rows n WHERE n.reviewed_at <> now() AND NOT EXISTS (
            SELECT FROM history.coding_review h WHERE h.id = n.id AND h.reviewed_at = n.reviewed_at
        )
    ) THEN
        {dated}
    END IF;
""".format(
            kept=_raise("ck_coding_review_is_kept", "a review is kept"),
            by_its_reviewer=_raise("ck_coding_review_is_by_its_reviewer", "a review is signed by its reviewer"),
            dated=_raise("ck_coding_review_is_of_its_day", "a review has the time at which it is written"),
            of_the_coding=_raise("ck_coding_review_is_of_the_coding", "a review ends with the status of the coding"),
        ),
    ),
    "allow_release": (
        "A release is signed by the login that makes it.",
        """
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.author IS DISTINCT FROM stancedb.my_name()) THEN
            {signed}
        END IF;
    END IF;
""".format(signed=_raise("ck_release_author_is_the_login", "a release is signed by its login"))
        + OWN,
    ),
    "allow_coder": (
        "The login of a coder, and the name that it signs with, are set by the owner.",
        """
    IF TG_OP <> 'DELETE' THEN
        IF TG_OP = 'INSERT' THEN
            IF EXISTS (SELECT FROM new_rows n WHERE n.login IS NOT NULL) THEN
                {granted}
            END IF;
        ELSIF EXISTS (
            SELECT FROM new_rows n JOIN old_rows o USING (id) WHERE (n.login, n.name) IS DISTINCT FROM (o.login, o.name)
        ) THEN
            {granted}
        END IF;
    ELSIF EXISTS (SELECT FROM old_rows o WHERE o.login IS NOT NULL) THEN
        {granted}
    END IF;
""".format(granted=_raise("ck_coder_login_is_granted", "the login of a coder is set by the owner"))
        + OWN,
    ),
}
OF_TABLE = {
    "actor": "allow_actor",
    "article": "allow_article",
    "article_duplicate": "allow_article",
    "statement": "allow_statement",
    "statement_addressee": "allow_of_statement",
    "statement_link": "allow_of_statement",
    "mention": "allow_of_statement",
    "coding": "allow_coding",
    "coding_review": "allow_coding_review",
    "coder": "allow_coder",
    "release": "allow_release",
}
# The tables with a history, at this revision.
CURATED = (
    "act",
    "actor",
    "actor_identifier",
    "actor_name",
    "actor_relation",
    "article",
    "article_duplicate",
    "article_kind",
    "article_version",
    "capacity",
    "causal_link",
    "codebook_version",
    "coder",
    "coding",
    "coding_review",
    "derivation_rule",
    "event",
    "event_kind",
    "event_participant",
    "identifier_scheme",
    "indicator",
    "indicator_observation",
    "issue",
    "issue_code",
    "load",
    "mention",
    "outlet",
    "outlet_kind",
    "position",
    "release",
    "release_file",
    "statement",
    "statement_addressee",
    "statement_link",
    "tenure",
)
TRANSITIONS = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}
FUNCTIONS = (
    (
        "session_is_owner()",
        SESSION_IS_OWNER,
        "Whether the login of this session owns the database, or is a member of the role that does.",
    ),
    ("me()", ME, "The coder whom the login of this session is; null for the owner and for a login tied to none."),
    ("my_name()", MY_NAME, "The name of the coder whom the login of this session is."),
    ("my_role()", MY_ROLE, "What the login of this session was granted: reader, coder, reviewer, or owner."),
    ("is_mine(bigint)", IS_MINE, "Whether a changeset was opened by the coder whom the login of this session is."),
    ("requires_review()", REQUIRES_REVIEW, "Whether codings wait for a reviewer before they count."),
    (
        "changeset_in_force(text)",
        CHANGESET_IN_FORCE,
        "The changeset that this session opened in this transaction; refuses where there is none.",
    ),
)
CONSTRAINTS = (
    ("login", "ck_login_name_not_blank", "a login has a name"),
    ("login", "ck_login_role_is_known", "'login role' takes one of the values of its closed set"),
    ("login", "pk_login", "'login' is given once"),
    (
        "changeset_login",
        "fk_changeset_login_changeset_id",
        "'changeset login changeset' names a row that exists, and rows in use stay",
    ),
    ("changeset_login", "pk_changeset_login", "'changeset login' is given once"),
    ("setting", "ck_setting_review_is_optional_or_required", "the setting of review is optional or required"),
    ("setting", "pk_setting", "'setting' is given once"),
    ("coder", "uq_coder_login", "a login is one coder"),
)


def upgrade() -> None:
    """Create logins, their functions and the triggers that compare what they write with what they may."""
    op.create_table(
        "login",
        sa.Column("name", sa.Text(), nullable=False, comment="Name of the role in PostgreSQL."),
        sa.Column("role", sa.Text(), nullable=False, comment="What it was granted."),
        sa.CheckConstraint("name <> ''", name=op.f("ck_login_name_not_blank")),
        sa.CheckConstraint("role IN ('reader', 'coder', 'reviewer')", name=op.f("ck_login_role_is_known")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_login")),
        schema="stancedb",
        comment="Logins that were granted rights here, so that their rights can be compared and granted again.",
    )
    op.create_table(
        "changeset_login",
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            nullable=False,
            autoincrement=False,
            comment="The changeset that was opened.",
        ),
        sa.Column("login", sa.Text(), nullable=False, comment="The login that opened it."),
        sa.Column("client_address", sa.Text(), comment="The address it came from; null for a local socket."),
        sa.ForeignKeyConstraint(
            ["changeset_id"], ["stancedb.changeset.id"], name=op.f("fk_changeset_login_changeset_id")
        ),
        sa.PrimaryKeyConstraint("changeset_id", name=op.f("pk_changeset_login")),
        schema="stancedb",
        comment="Which login opened a changeset, and from where; for owner and reviewers, and in no release or export.",
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False, comment="What is set."),
        sa.Column("value", sa.Text(), nullable=False, comment="How it is set."),
        sa.CheckConstraint(
            "name = 'review' AND value IN ('optional', 'required')",
            name=op.f("ck_setting_review_is_optional_or_required"),
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
        schema="stancedb",
        comment="How this database is run, as its owner set it; what is not here is as it comes.",
    )
    for schema in ("stancedb", "history"):
        op.add_column(
            "coder", sa.Column("login", sa.Text(), comment="The one login that codes under this name."), schema=schema
        )
    op.create_unique_constraint(op.f("uq_coder_login"), "coder", ["login"], schema="stancedb")
    # Logins that were granted before read on; who they are the owner says when granting again.
    op.execute(
        """
        INSERT INTO stancedb.login (name, role)
        SELECT r.rolname, CASE WHEN bool_or(c.relname = 'coding' AND a.privilege_type = 'INSERT') THEN 'coder' ELSE 'reader' END
        FROM pg_catalog.pg_class c CROSS JOIN pg_catalog.aclexplode(c.relacl) a JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
        WHERE a.grantee <> c.relowner AND NOT pg_has_role(r.oid, c.relowner, 'MEMBER') AND (
            c.oid = 'stancedb.coding'::regclass AND a.privilege_type = 'INSERT'
            OR c.oid = to_regclass('reporting.data_release') AND a.privilege_type = 'SELECT'
        )
        GROUP BY r.rolname
        """
    )
    for signature, source, comment in FUNCTIONS:
        op.execute(source)
        op.execute(f"COMMENT ON FUNCTION stancedb.{signature} IS '{comment}'")
    for source in (OPEN_CHANGESET, REQUIRE_CHANGESET, GUARD_CHANGESET):
        op.execute(source)
    for name, (comment, body) in ALLOWING.items():
        guard = GUARD.replace("{name}", name)
        op.execute(_BEGINS.format(name=name, definer=DEFINER, guard=guard, keys=KEYS, body=body))
        op.execute(f"COMMENT ON FUNCTION stancedb.{name}() IS '{comment}'")
    for table in CURATED:
        for operation, transition in TRANSITIONS.items():
            # Triggers run in the order of their names: this one before history is kept and what is touched is noted.
            op.execute(
                f"CREATE TRIGGER allow_{operation.lower()} AFTER {operation} ON stancedb.{table} REFERENCING {transition}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION stancedb.{OF_TABLE.get(table, 'allow_rows')}()"
            )
    for table, name, sentence in CONSTRAINTS:
        quoted = sentence.replace("'", "''")
        op.execute(f"COMMENT ON CONSTRAINT {name} ON stancedb.{table} IS '{quoted}'")


OPEN_CHANGESET_BEFORE = f"""
CREATE OR REPLACE FUNCTION stancedb.open_changeset(
    author text, message text, tool text DEFAULT 'psql', undoes bigint DEFAULT NULL
) RETURNS bigint {DEFINER} AS $body$
DECLARE
    opened bigint;
BEGIN
    INSERT INTO stancedb.changeset (author, message, tool, undoes_id)
    VALUES (open_changeset.author, open_changeset.message, open_changeset.tool, open_changeset.undoes)
    RETURNING id INTO opened;
    PERFORM set_config('stancedb.changeset', opened::text, true);
    RETURN opened;
END
$body$
"""
REQUIRE_CHANGESET_BEFORE = (
    """
CREATE OR REPLACE FUNCTION stancedb.require_changeset() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN"""
    + GUARD.replace("{name}", "require_changeset")
    + """
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'rows of % are kept: delete under a changeset instead of truncating', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_no_truncate';
    END IF;
    -- A committed changeset has its number, so one without is open in this very transaction.
    PERFORM 1 FROM stancedb.changeset
    WHERE id = nullif(current_setting('stancedb.changeset', true), '')::bigint AND number IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a write to % needs an open changeset', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_open',
                  HINT = 'Begin the transaction with SELECT stancedb.open_changeset(author, message).';
    END IF;
    RETURN NULL;
END
$body$
"""
)
GUARD_CHANGESET_BEFORE = (
    """
CREATE OR REPLACE FUNCTION stancedb.guard_changeset() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN"""
    + GUARD.replace("{name}", "guard_changeset")
    + """
    IF TG_OP = 'UPDATE' THEN
        -- The open changeset may say what it undoes, and its closing gives it its number; that is all.
        IF OLD.number IS NULL AND (NEW.number IS NULL OR pg_trigger_depth() > 1)
            AND (OLD.undoes_id IS NULL OR OLD.undoes_id IS NOT DISTINCT FROM NEW.undoes_id)
            AND (OLD.id, OLD.author, OLD.message, OLD.tool, OLD.opened_at)
                IS NOT DISTINCT FROM (NEW.id, NEW.author, NEW.message, NEW.tool, NEW.opened_at)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a changeset is never edited or removed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_kept';
END
$body$
"""
)


def downgrade() -> None:
    """Drop logins; below this revision a coder signs as anybody, and nothing says who a login is."""
    for table in CURATED:
        for operation in TRANSITIONS:
            op.execute(f"DROP TRIGGER allow_{operation.lower()} ON stancedb.{table}")
    for name in ALLOWING:
        op.execute(f"DROP FUNCTION stancedb.{name}()")
    for source in (OPEN_CHANGESET_BEFORE, REQUIRE_CHANGESET_BEFORE, GUARD_CHANGESET_BEFORE):
        op.execute(source)
    for signature, _source, _comment in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION stancedb.{signature}")
    for schema in ("stancedb", "history"):
        op.drop_column("coder", "login", schema=schema)
    for table in ("setting", "changeset_login", "login"):
        op.drop_table(table, schema="stancedb")
