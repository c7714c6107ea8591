-- What others change until now is what is carried; from here on they wait.
SELECT FROM stancedb.coding c WHERE c.id IN (SELECT y.id FROM carrying y WHERE NOT (y.is_judged_anew OR y.is_retired))
ORDER BY c.id FOR NO KEY UPDATE
