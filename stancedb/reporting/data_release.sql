-- What the other relations show: up to which changeset, as of which day, under which contract.
CREATE TABLE reporting.data_release (
    release_key integer PRIMARY KEY,
    contract_version text NOT NULL,
    changeset_number bigint NOT NULL,
    as_of_date date NOT NULL,
    refreshed_at timestamp with time zone NOT NULL,
    statement_count bigint NOT NULL,
    stance_count bigint NOT NULL,
    change_count bigint NOT NULL,
    is_current boolean NOT NULL
);
COMMENT ON COLUMN reporting.data_release.release_key IS 'Number of the release; always 1.';
COMMENT ON COLUMN reporting.data_release.contract_version IS 'Version of the contract on relations and columns.';
COMMENT ON COLUMN reporting.data_release.changeset_number IS 'The last changeset in the reporting schema; cite it with the numbers.';
COMMENT ON COLUMN reporting.data_release.as_of_date IS 'The day as of which stances are current, and up to which months are filled.';
COMMENT ON COLUMN reporting.data_release.refreshed_at IS 'When the relations were last brought up to date.';
COMMENT ON COLUMN reporting.data_release.statement_count IS 'Rows of fact_statement.';
COMMENT ON COLUMN reporting.data_release.stance_count IS 'Rows of fact_stance, all rules together.';
COMMENT ON COLUMN reporting.data_release.change_count IS 'Rows of fact_stance_change, all rules together.';
COMMENT ON COLUMN reporting.data_release.is_current IS 'True for the release that the relations show.';
