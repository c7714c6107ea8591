-- Tell the last capture of each staged article from those before it.
UPDATE staged_article s SET is_latest = false
WHERE EXISTS (SELECT FROM staged_article d WHERE d.slug = s.slug AND d.ordinal > s.ordinal)
