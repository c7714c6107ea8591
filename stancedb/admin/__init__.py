"""What the keepers of a database do: schema, logins, copies."""
