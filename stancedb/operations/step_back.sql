-- The coding that is carried over stays as it is, and no longer counts.
UPDATE stancedb.coding c SET is_final = false
FROM carrying y WHERE y.id = c.id AND NOT (y.is_judged_anew OR y.is_retired) AND c.is_final
