-- The label of a kind of change: the pole of the scale that it leads towards, or its direction along the scale, or else
-- the code of the kind.
CREATE FUNCTION stancedb.change_label(p_kind text, p_low_pole text, p_high_pole text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE p_kind
    WHEN 'hardening' THEN coalesce('towards ' || p_high_pole, 'up the scale')
    WHEN 'softening' THEN coalesce('towards ' || p_low_pole, 'down the scale')
    ELSE p_kind
END
