-- The number of the last committed changeset; 0 before the first.
CREATE FUNCTION stancedb.last_number() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $function$
SELECT coalesce(max(c.number), 0) FROM stancedb.changeset c
$function$
