-- How many codings are carried over, of them by other coders, and how many stay where they are.
SELECT count(*) FILTER (WHERE is_judged_anew), count(*) FILTER (WHERE is_retired AND NOT is_judged_anew),
    count(*) FILTER (WHERE NOT is_retired AND NOT is_judged_anew),
    count(*) FILTER (WHERE NOT is_retired AND NOT is_judged_anew AND coder <> :author)
FROM carrying
