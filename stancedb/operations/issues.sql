-- name: add_issue
INSERT INTO stancedb.issue (slug, question, scope, low_pole, high_pole, parent_id, status)
VALUES (:slug, :question, :scope, :low_pole, :high_pole, :parent, :status);

-- name: set_issue
UPDATE stancedb.issue
SET question = coalesce(:question, question), scope = coalesce(:scope, scope),
    low_pole = coalesce(:low_pole, low_pole), high_pole = coalesce(:high_pole, high_pole),
    status = coalesce(:status, status)
WHERE id = :key;

-- name: add_position
INSERT INTO stancedb.position (issue_id, slug, label, definition, kind, rank, score, include, exclude)
VALUES (:issue, :slug, :label, :definition, :kind, :rank, :score, '{}', '{}');

-- name: set_position
UPDATE stancedb.position
SET label = coalesce(:label, label), definition = coalesce(:definition, definition), kind = coalesce(:kind, kind),
    rank = coalesce(:rank, rank), score = coalesce(:score, score)
WHERE id = :key;
