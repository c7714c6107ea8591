-- name: add_issue
INSERT INTO stancedb.issue (slug, question, scope, parent_id, status)
VALUES (:slug, :question, :scope, :parent, :status);

-- name: set_issue
UPDATE stancedb.issue
SET question = coalesce(:question, question), scope = coalesce(:scope, scope), status = coalesce(:status, status)
WHERE id = :key;

-- name: add_position
INSERT INTO stancedb.position (issue_id, slug, label, definition, kind, rank, score, include, exclude)
VALUES (:issue, :slug, :label, :definition, :kind, :rank, :score, '{}', '{}');

-- name: set_position
UPDATE stancedb.position
SET label = coalesce(:label, label), definition = coalesce(:definition, definition), kind = coalesce(:kind, kind),
    rank = coalesce(:rank, rank), score = coalesce(:score, score)
WHERE id = :key;
