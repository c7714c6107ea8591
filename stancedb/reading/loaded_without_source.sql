-- Whether a file of this name was loaded by a version that kept no sources, or had nothing that holds in its source
-- alone.
SELECT EXISTS (SELECT FROM stancedb.load l WHERE l.kind = 'actor' AND l.source IS NULL AND l.origin = :origin)
