"""Give tenures that meet one seat, where a Popolo file gave them two.

A file in which a tenure ends on the day on which the next one begins made a second seat of every other tenure. They are
given seats as such a file is given them now, under a changeset that lists them; the history keeps the seats of before.

Revision: merge_second_seats
Follows: add_succession_end
"""

from alembic import op

revision = "merge_second_seats"
down_revision = "add_succession_end"
branch_labels = None
depends_on = None

MERGE = r"""
DO $body$
DECLARE
    term record;
    free bigint;
    moved text[];
    listed text;
BEGIN
    CREATE TEMPORARY TABLE seat_now ON COMMIT DROP AS
    SELECT t.id, t.office_id, t.seat, CAST(NULL AS bigint) AS given, t.held, stancedb.tenure_certain(t.held, t.held_edtf) AS certain
    FROM stancedb.tenure t
    -- Files of Popolo name their posts; of these the ones where two tenures meet in two seats.
    WHERE EXISTS (
        SELECT FROM stancedb.actor_identifier i WHERE i.actor_id = t.office_id AND i.scheme = 'popolo'
    ) AND t.office_id IN (
        SELECT a.office_id FROM stancedb.tenure a JOIN stancedb.tenure b
            ON b.office_id = a.office_id AND b.seat > a.seat AND b.held && a.held
            AND NOT stancedb.tenure_certain(a.held, a.held_edtf) && stancedb.tenure_certain(b.held, b.held_edtf)
    );
    FOR term IN SELECT s.* FROM seat_now s ORDER BY s.office_id, s.held, s.seat, s.id LOOP
        -- The first seat that nobody else holds for certain at the time.
        SELECT min(n.seat) INTO free
        FROM generate_series(1, (SELECT count(*) FROM seat_now o WHERE o.office_id = term.office_id)) n (seat)
        WHERE NOT EXISTS (
            SELECT FROM seat_now o
            WHERE o.office_id = term.office_id AND o.given = n.seat AND o.certain && term.certain
        );
        UPDATE seat_now s SET given = free WHERE s.id = term.id;
    END LOOP;
    SELECT array_agg(
        format('%s in %s, %s: seat %s becomes %s', p.slug, o.slug, t.held_edtf, s.seat, s.given)
        ORDER BY o.slug COLLATE "C", t.held, p.slug COLLATE "C"
    ) INTO moved
    FROM seat_now s JOIN stancedb.tenure t USING (id) JOIN stancedb.actor p ON p.id = t.person_id
    JOIN stancedb.actor o ON o.id = t.office_id WHERE s.given <> s.seat;
    IF moved IS NOT NULL THEN
        FOREACH listed IN ARRAY moved LOOP
            RAISE NOTICE '%', listed;
        END LOOP;
        PERFORM stancedb.open_changeset(
            'stancedb', 'Tenures that meet another one share its seat: ' || array_to_string(moved, '; '), 'migration'
        );
        -- The rows stay those of a load, not corrections by hand, so that the next file may go on with them.
        INSERT INTO stancedb.load (kind, origin, input_sha256, inserted, updated, unchanged, refused)
        VALUES ('actor', 'migration merge_second_seats', encode(sha256(convert_to(array_to_string(moved, E'\n'), 'UTF8')),
            'hex'), 0, cardinality(moved), 0, 0);
        SET CONSTRAINTS stancedb.ex_tenure_one_holder_of_a_seat DEFERRED;
        UPDATE stancedb.tenure t SET seat = s.given FROM seat_now s WHERE s.id = t.id AND s.given <> s.seat;
        -- All is derived anew at head.
        DELETE FROM stancedb.touched t WHERE t.changeset_id = current_setting('stancedb.changeset')::bigint;
        SET CONSTRAINTS ALL IMMEDIATE;
        SET CONSTRAINTS ALL DEFERRED;
    END IF;
    DROP TABLE seat_now;
END $body$
"""


def upgrade() -> None:
    """Give each tenure of such a post the first seat that nobody else holds for certain at the time."""
    op.execute(MERGE)


def downgrade() -> None:
    """Leave the seats: the revision before the rule was relaxed gives tenures that meet seats of their own again."""
