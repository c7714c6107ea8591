-- name: records
SELECT o.slug, o.name, o.kind, o.country, p.slug AS parent, o.reliability, o.citation
FROM stancedb.outlet o LEFT JOIN stancedb.outlet p ON p.id = o.parent_id ORDER BY o.slug COLLATE "C";

-- name: left_out
SELECT count(*) AS earlier_versions FROM history.outlet;
