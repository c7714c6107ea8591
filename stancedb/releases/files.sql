-- name: spell_floats
-- A server, a database or a login may have other settings for the format of numbers, days and instants.
SET LOCAL extra_float_digits = 1;

-- name: spell_days
SET LOCAL datestyle = 'ISO, YMD';

-- name: spell_instants
SET LOCAL timezone = 'UTC';
