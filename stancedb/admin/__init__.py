"""Administration of a database: schema, logins, dumps."""
