-- The statements behind each stance, with their roles.
--
-- Parameters: see stancedb.states; without a number the stored stances are read. For the roles see stancedb.role_of; a
-- statement with two codings for the same position, such as for two records of one person, does not reaffirm itself.
-- The place is the order within a stance: by day; within a day by instant if all statements have one, or else the onset
-- first, then by authority and by the tie key.
CREATE FUNCTION stancedb.evidence_of(p_rule_id bigint, p_number bigint, p_holder_id bigint, p_issue_id bigint)
RETURNS TABLE (
    holder_id bigint, issue_id bigint, valid_from date, coding_id bigint, statement_id bigint, position_id bigint,
    said_from date, said_to date, authority smallint, role text, place bigint
) LANGUAGE plpgsql STABLE AS $function$
DECLARE
    wanted text := CASE WHEN p_holder_id IS NULL THEN '' ELSE ' AND %1$s.holder_id = $3' END
        || CASE WHEN p_issue_id IS NULL THEN '' ELSE ' AND %1$s.issue_id = $4' END;
    stances text := CASE WHEN p_number IS NULL
        THEN 'SELECT * FROM stancedb.stance x WHERE x.rule_id = $1' || format(wanted, 'x')
        ELSE 'SELECT * FROM stancedb.states($1, $2, $3, $4, NULL) x WHERE x.position_id IS NOT NULL' END;
    known text := CASE WHEN p_number IS NULL THEN 'e.known_until_id IS NULL' ELSE
        'EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = e.known_from_id AND k.number <= $2)'
        ' AND NOT EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = e.known_until_id AND k.number <= $2)' END;
BEGIN
    RETURN QUERY EXECUTE format($query$
        SELECT b.holder_id, b.issue_id, b.valid_from, b.coding_id, b.statement_id, b.position_id, b.said_from, b.said_to,
            b.authority, b.role, row_number() OVER (
                PARTITION BY b.holder_id, b.issue_id, b.valid_from
                ORDER BY b.said_from, b.instant, b.role = 'onset' DESC, b.authority, b.tie_key
            )
        FROM (
        SELECT s.holder_id, s.issue_id, s.valid_from, e.coding_id, e.statement_id, e.position_id, e.said_from, e.said_to,
            e.authority, e.tie_key, CASE WHEN bool_and(e.said_at IS NOT NULL) OVER of_day THEN e.said_at END AS instant,
            CASE WHEN o.role = 'reaffirmation' AND bool_or(o.role = 'onset') OVER of_statement THEN 'onset' ELSE o.role END
                AS role
        FROM stancedb.derivation_rule r, (%1$s) s
        JOIN stancedb.evidence e ON e.holder_id = s.holder_id AND e.issue_id = s.issue_id
            AND e.said_from >= s.valid_from AND e.said_from < coalesce(s.valid_to, 'infinity')
        CROSS JOIN LATERAL stancedb.role_of(e, s.position_id, s.onset_coding_id, r) o (role)
        WHERE r.id = $1 AND e.act = 'expresses' AND %2$s%3$s
        WINDOW of_day AS (PARTITION BY s.holder_id, s.issue_id, s.valid_from, e.said_from),
            of_statement AS (PARTITION BY s.holder_id, s.issue_id, s.valid_from, e.statement_id)
        ) b
        ORDER BY b.holder_id, b.issue_id, b.valid_from, 11
    $query$, stances, known, format(wanted, 'e'))
    USING p_rule_id, p_number, p_holder_id, p_issue_id;
END
$function$
