-- Events other than speech, including those during which statements were made.
CREATE TABLE reporting.dim_event (
    event_key bigint PRIMARY KEY,
    event_code text NOT NULL UNIQUE DEFERRABLE,
    event_title text NOT NULL,
    event_kind text NOT NULL,
    event_status text NOT NULL,
    event_begin date,
    event_end date,
    event_last date
);
COMMENT ON TABLE reporting.dim_event IS 'Grain: one event: a call, a visit, a vote, a travel advisory and so on.';
COMMENT ON COLUMN reporting.dim_event.event_key IS 'Internal key of the event; joins facts to dim_event. -1 if a statement belongs to none.';
COMMENT ON COLUMN reporting.dim_event.event_code IS 'Stable public handle of the event.';
COMMENT ON COLUMN reporting.dim_event.event_title IS 'Title of the event as shown in tables.';
COMMENT ON COLUMN reporting.dim_event.event_kind IS 'What kind of event it is.';
COMMENT ON COLUMN reporting.dim_event.event_status IS 'Whether it took place: scheduled, confirmed, occurred, cancelled or postponed.';
COMMENT ON COLUMN reporting.dim_event.event_begin IS 'First possible day of the event.';
COMMENT ON COLUMN reporting.dim_event.event_end IS 'First day after the event (exclusive); empty while it lasts.';
COMMENT ON COLUMN reporting.dim_event.event_last IS 'Last possible day of the event (inclusive); empty while it lasts.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT e.id AS event_key, e.slug AS event_code, left(e.title, 8000) AS event_title, e.kind AS event_kind,
    e.status AS event_status, e.during_from AS event_begin, e.during_to AS event_end,
    e.during_to - 1 AS event_last
FROM stancedb.event e
UNION ALL
SELECT -1, 'unknown', '(none)', 'unknown', 'unknown', NULL, NULL, NULL;
