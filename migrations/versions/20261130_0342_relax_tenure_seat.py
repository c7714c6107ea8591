"""Let two tenures of one seat meet on a day, or where their dates are too coarse to keep them apart.

A seat has one holder at a time for certain: from the latest possible first day of a tenure to the earliest possible
last one. A function makes these out of the dates as said, so that the database keeps the rule against everybody.

Revision: relax_tenure_seat
Follows: relax_statement_tenure
"""

from alembic import op

revision = "relax_tenure_seat"
down_revision = "relax_statement_tenure"
branch_labels = None
depends_on = None

# How long a side of an EDTF interval may be, marks left out: codes from 21 on are seasons and other parts of a year.
WIDTH = """
CASE
    WHEN {0} ~ '^\\d{{4}}-\\d{{2}}-\\d{{2}}$' THEN interval '1 day'
    WHEN {0} ~ '^\\d{{4}}-(0\\d|1[0-2])(-.*X.*)?$' THEN interval '1 month'
    WHEN {0} ~ '^\\d{{4}}-(2\\d|3[0-6])$' THEN interval '3 months'
    WHEN {0} ~ '^\\d{{4}}-3[7-9]$' THEN interval '4 months'
    WHEN {0} ~ '^\\d{{4}}-4[01]$' THEN interval '6 months'
    WHEN {0} ~ '^\\d{{4}}(-.*X.*)?$' THEN interval '1 year'
    WHEN {0} ~ '^\\d{{3}}X' THEN interval '10 years'
    WHEN {0} ~ '^\\d{{2}}XX' THEN interval '100 years'
    WHEN {0} ~ '^\\dXXX' THEN interval '1000 years'
    ELSE interval '1 day'
END
"""
# From noon to noon, so that two tenures that share a day meet at its noon. One that may have been a single day is known
# for a moment alone: the middle of the days between its earliest last and its latest first one.
TENURE_CERTAIN = f"""
CREATE FUNCTION stancedb.tenure_certain(held daterange, held_edtf text) RETURNS tsrange
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    WITH side AS (
        SELECT split_part(said, '/', 1) AS first, split_part(said, '/', 2) AS last, strpos(said, '/') > 0 AS is_interval
        FROM (SELECT translate(upper(held_edtf), '?~% ', '') AS said) plain
    ),
    width AS (
        SELECT is_interval OR lower_inf(held) OR upper_inf(held) AS has_ends,
            {WIDTH.format("first")} AS first, {WIDTH.format("last")} AS last
        FROM side
    ),
    day AS (
        SELECT CASE WHEN has_ends THEN least(CAST(lower(held) + first AS date) - 1, upper(held) - 1)
                ELSE upper(held) - 1 END AS latest_first,
            CASE WHEN has_ends THEN greatest(CAST(upper(held) - last AS date), lower(held)) ELSE lower(held) END
                AS earliest_last
        FROM width
    ),
    end_of AS (
        SELECT CASE WHEN NOT lower_inf(held) THEN latest_first END AS first,
            CASE WHEN NOT upper_inf(held) THEN earliest_last END AS last FROM day
    )
    SELECT CASE WHEN last <= first
        THEN tsrange(last + (first - last) / 2 + time '12:00', last + (first - last) / 2 + time '12:00', '[]')
        ELSE tsrange(first + time '12:00', last + time '12:00', '()') END
    FROM end_of;
END
"""
RULE = (
    "ALTER TABLE stancedb.tenure ADD CONSTRAINT ex_tenure_one_holder_of_a_seat EXCLUDE USING gist ("
    "int8range(office_id, office_id, '[]') WITH &&, int8range(seat, seat, '[]') WITH &&, {period} WITH &&)"
    " DEFERRABLE INITIALLY IMMEDIATE"
)
COMMENT = "COMMENT ON CONSTRAINT ex_tenure_one_holder_of_a_seat ON stancedb.tenure IS 'one seat of an office has one holder at a time; {rest}'"
# Who begins while another is in the seat takes the next one that is free, as it was before.
PART = """
DO $body$
DECLARE
    term record;
BEGIN
    IF NOT EXISTS (
        SELECT FROM stancedb.tenure t JOIN stancedb.tenure o ON o.office_id = t.office_id AND o.seat = t.seat
            AND o.id < t.id AND o.held && t.held
    ) THEN
        RETURN;
    END IF;
    PERFORM stancedb.open_changeset('stancedb', 'Tenures that meet another one have a seat of their own', 'migration');
    FOR term IN SELECT t.id, t.office_id, t.held FROM stancedb.tenure t ORDER BY t.office_id, t.held, t.id LOOP
        UPDATE stancedb.tenure t SET seat = (
            SELECT min(n.seat) FROM generate_series(t.seat, t.seat + (SELECT count(*) FROM stancedb.tenure)) n (seat)
            WHERE NOT EXISTS (
                SELECT FROM stancedb.tenure o WHERE o.office_id = term.office_id AND o.seat = n.seat
                    AND o.id <> term.id AND o.held && term.held
            )
        )
        WHERE t.id = term.id AND EXISTS (
            SELECT FROM stancedb.tenure o WHERE o.office_id = term.office_id AND o.seat = t.seat AND o.held && term.held
                AND (o.held, o.id) < (term.held, term.id)
        );
    END LOOP;
    DELETE FROM stancedb.touched t WHERE t.changeset_id = current_setting('stancedb.changeset')::bigint;
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
END $body$
"""


def upgrade() -> None:
    """Let the rule stand on the period that is certain."""
    op.execute(TENURE_CERTAIN)
    op.execute(
        "COMMENT ON FUNCTION stancedb.tenure_certain(daterange, text) IS"
        " 'The time for which nobody else can have held the seat of a tenure, as its dates are said.'"
    )
    op.execute("ALTER TABLE stancedb.tenure DROP CONSTRAINT ex_tenure_one_holder_of_a_seat")
    op.execute(RULE.format(period="stancedb.tenure_certain(held, held_edtf)"))
    op.execute(COMMENT.format(rest="the periods overlap by more than a shared day or coarse dates explain"))


def downgrade() -> None:
    """Let the rule stand on the whole period; tenures that meet get a seat of their own, under a changeset."""
    op.execute("ALTER TABLE stancedb.tenure DROP CONSTRAINT ex_tenure_one_holder_of_a_seat")
    op.execute("DROP FUNCTION stancedb.tenure_certain(daterange, text)")
    op.execute(PART)
    op.execute(RULE.format(period="held"))
    op.execute(COMMENT.format(rest="the periods overlap"))
