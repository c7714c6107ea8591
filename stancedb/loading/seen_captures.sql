-- What was read is known by the slug of the article that it is a capture of.
UPDATE seen_article d SET slug = s.slug FROM staged_article s WHERE s.ordinal = d.ordinal AND s.slug <> d.slug
