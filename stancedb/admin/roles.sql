-- name: record_login
INSERT INTO stancedb.login (name, role) VALUES (:login, :role)
ON CONFLICT (name) DO UPDATE SET role = excluded.role;

-- name: set_review
INSERT INTO stancedb.setting (name, value) VALUES ('review', :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: is_owner
-- Whether a login may do everything in the database; no row if there is no such login.
SELECT r.rolsuper OR r.rolname = current_user OR pg_has_role(r.rolname, n.nspowner, 'MEMBER')
FROM pg_roles r, pg_namespace n WHERE r.rolname = :login AND n.nspname = 'stancedb';

-- name: create
SELECT format('CREATE ROLE %I LOGIN', CAST(:login AS text));

-- name: close
-- By default a login may do what PUBLIC may: a reader could write temporary tables. On a server of others, functions
-- that write outside tables can be revoked only by their owner.
SELECT format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database())
UNION ALL
SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'
UNION ALL
SELECT format('REVOKE EXECUTE ON FUNCTION pg_catalog.%s FROM PUBLIC', f.made)
FROM unnest(ARRAY['lo_creat(integer)', 'lo_create(oid)', 'lo_from_bytea(oid, bytea)']) f (made)
WHERE (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user);

-- name: coder_of
SELECT c.name FROM stancedb.coder c WHERE c.login = :login;

-- name: other_login
-- The login of a coder, if it is a different one.
SELECT c.login FROM stancedb.coder c WHERE c.name = CAST(:coder AS text) AND c.login <> :login;

-- name: differs
-- Whether a login belongs to another coder than it should, or to none.
SELECT CAST(:coder AS text) IS NOT NULL
        AND NOT EXISTS (SELECT FROM stancedb.coder c WHERE (c.name, c.login) = (:coder, :login))
    OR EXISTS (SELECT FROM stancedb.coder c WHERE c.login = :login AND c.name IS DISTINCT FROM :coder);

-- name: untie
UPDATE stancedb.coder SET login = NULL WHERE login = :login AND name IS DISTINCT FROM :coder;

-- name: tie
INSERT INTO stancedb.coder (name, kind, login) VALUES (:coder, :kind, :login)
ON CONFLICT (name) DO UPDATE SET login = excluded.login;

-- name: set
-- Sets what applies to every session of a login in this database, and how many sessions it may have at a time.
SELECT format('ALTER ROLE %I CONNECTION LIMIT %s', CAST(:login AS text), CAST(:connections AS integer))
UNION ALL
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', CAST(:login AS text), current_database())
UNION ALL
SELECT format('ALTER ROLE %I IN DATABASE %I %s', CAST(:login AS text), current_database(), s.setting)
FROM unnest(CAST(:settings AS text[])) s (setting);
