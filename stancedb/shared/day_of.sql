-- The day for which a question is answered: the day of a changeset by its number, or today if the number is null.
CREATE FUNCTION stancedb.day_of(p_number bigint) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $function$
SELECT coalesce((SELECT CAST(c.committed_at AS date) FROM stancedb.changeset c WHERE c.number = p_number), current_date)
$function$
