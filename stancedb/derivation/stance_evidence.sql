-- The statements behind each current stance under every rule, with their roles.
CREATE VIEW stancedb.stance_evidence AS
SELECT r.id AS rule_id, e.holder_id, e.issue_id, e.valid_from, e.coding_id, e.statement_id, e.role
FROM stancedb.derivation_rule r CROSS JOIN LATERAL stancedb.evidence_of(r.id, NULL, NULL, NULL) e
