# Who stands where, as data frames. Run it with: Rscript starter.R
# The password is read from the environment variable PGPASSWORD or from ~/.pgpass, never from this file.
library(DBI)

driver <- if (requireNamespace("RPostgres", quietly = TRUE)) RPostgres::Postgres() else RPostgreSQL::PostgreSQL()
Sys.setenv(PGSSLMODE = "@sslmode@")
reader <- dbConnect(driver,
  host = "@host@", port = @port@, dbname = "@database@", user = "@login@",
  password = Sys.getenv("PGPASSWORD")
)

release <- dbGetQuery(reader, "SELECT as_of_date, changeset_number FROM reporting.data_release")
cat("As of", format(release$as_of_date), "at changeset", format(release$changeset_number), "\n\n")

today <- dbGetQuery(reader, "
  SELECT issue_code, holder_name, position_label, valid_from, evidence_count
  FROM reporting.stance_wide
  WHERE is_default_rule AND is_current
  ORDER BY issue_code, position_rank, holder_name")
cat("Where everybody stands:\n")
print(head(today, 20))

changes <- dbGetQuery(reader, "
  SELECT change_date, issue_code, holder_name, change_label, from_position_label, position_label
  FROM reporting.stance_change_wide
  WHERE is_default_rule AND NOT is_initial
  ORDER BY change_date DESC")
cat("\nWho changed:\n")
print(head(changes, 20))

cat("\nChanges a year:\n")
print(table(format(changes$change_date, "%Y"), changes$change_label))

invisible(dbDisconnect(reader))
