-- Who stands where: five queries to start with.
--   psql "host=@host@ port=@port@ dbname=@database@ user=@login@ sslmode=@sslmode@" -f starter.sql
-- psql asks for the password unless it is in ~/.pgpass. reporting.data_dictionary describes every column.

-- Which state of the database is this? Cite the changeset with every number.
SELECT as_of_date, changeset_number, contract_version, refreshed_at
FROM reporting.data_release;

-- Where does each holder stand today, and since when?
SELECT issue_question, holder_name, position_label, valid_from, evidence_count, last_evidence_date
FROM reporting.stance_wide
WHERE is_default_rule AND is_current
ORDER BY issue_question, position_rank, holder_name
LIMIT 50;

-- Who changed position, when, and with which words? The change happened between window_from and window_last.
SELECT holder_name, change_label, from_position_label, position_label, window_from, window_last, quote_text
FROM reporting.stance_change_wide
WHERE is_default_rule AND NOT is_initial
ORDER BY change_date DESC
LIMIT 50;

-- What is the evidence?
SELECT statement_date, holder_name, speaker_name, authority, evidence_role, quote_text, article_title, outlet_name
FROM reporting.stance_evidence_wide
WHERE is_default_rule
ORDER BY statement_date DESC
LIMIT 50;

-- How much of the published material is coded?
SELECT month_start, outlet_name, article_count, coded_article_count
FROM reporting.coverage_wide
ORDER BY month_start DESC, article_count DESC
LIMIT 50;
