-- name: drop_versions
-- SQL that drops the views of earlier versions, which versions.sql creates, if there are any. Other views that users
-- keep in the schema stay.
SELECT 'DROP VIEW ' || string_agg(format('history.%I', viewname), ', ')
FROM pg_catalog.pg_views WHERE schemaname = 'history' AND viewname LIKE '%\_as\_known'
HAVING count(*) > 0;

-- name: open_changeset
SELECT stancedb.open_changeset('stancedb', 'Derive all stances again', 'stancedb');

-- name: touch_all
SELECT stancedb.touch_all(:opened);

-- name: settle
SET CONSTRAINTS ALL IMMEDIATE;

-- name: defer
SET CONSTRAINTS ALL DEFERRED;
