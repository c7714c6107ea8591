-- name: spell_floats
-- A server, a database or a login may be set to spell numbers, days and instants otherwise.
SET LOCAL extra_float_digits = 1;

-- name: spell_days
SET LOCAL datestyle = 'ISO, YMD';

-- name: spell_instants
SET LOCAL timezone = 'UTC';
