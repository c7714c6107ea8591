-- name: recode
UPDATE stancedb.coding
SET position_id = :position, confidence = coalesce(:confidence, confidence),
    rationale = coalesce(:rationale, rationale), carried_from_id = NULL
WHERE id = :key;

-- name: is_coder
SELECT EXISTS (SELECT FROM stancedb.coder WHERE name = :name);

-- name: add_coder
INSERT INTO stancedb.coder (name, kind) VALUES (:name, :kind) ON CONFLICT (name) DO NOTHING;

-- name: set_status
UPDATE stancedb.coding SET status = :status, is_final = :final WHERE id = :key;

-- name: add_review
INSERT INTO stancedb.coding_review (coding_id, old_status, new_status, reviewer_id, note)
SELECT :key, :old, :new, k.id, :note FROM stancedb.coder k WHERE k.name = :reviewer;
