"""Index the words of titles and texts, so that a search reads what it finds and not every article.

Revision: index_article_words
Follows: comment_constraints
"""

from alembic import op

revision = "index_article_words"
down_revision = "comment_constraints"
branch_labels = None
depends_on = None

# Written out, because what a letter is and how it is lowered differs between the locales of servers.
_CAPITALS = [*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x410, 0x430)]
UPPER = "".join(map(chr, [*_CAPITALS, *range(0x400, 0x410), 0x490]))
LOWER = "".join(map(chr, [*(code + 32 for code in _CAPITALS), *range(0x450, 0x460), 0x491]))
# What has no accent to take off: o and l with a stroke, the dotless i; and the sigma that ends a word.
SIGNS = "\u00d8\u00f8\u0141\u0142\u0110\u0111\u0131\u03c2"
PLAIN = "oollddi\u03c3"
# Punctuation and signs; what is neither here nor an ASCII sign belongs to a word.
BETWEEN = (
    r"\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u02b0-\u02ff\u055a-\u055f\u060c\u061b\u061f\u066a-\u066d"
    r"\u06d4\u0964\u0965\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3006-\u303f\u30a0\u30fb\ufe00-\ufe6f"
)
UNSPACED = (
    r"\u3005\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)


def upgrade() -> None:
    """Create the two functions and an index on the words of titles and of texts."""
    op.execute(
        f"""
        CREATE FUNCTION stancedb.search_text(said text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
        RETURN ' ' || btrim(regexp_replace(regexp_replace(translate(lower(normalize(regexp_replace(
            normalize(said, NFKD), '[\\u0300-\\u036f]', '', 'g'), NFKC)), '{UPPER}{SIGNS}', '{LOWER}{PLAIN}'),
            '([{UNSPACED}]+)', ' \\1 ', 'g'), '[{BETWEEN}]+', ' ', 'g')) || ' '
        """
    )
    op.execute(
        "COMMENT ON FUNCTION stancedb.search_text(text) IS 'The words as a search compares them: small letters, no"
        " accents, one space between words and around a run of Chinese, Japanese or Korean.'"
    )
    op.execute(
        f"""
        CREATE FUNCTION stancedb.search_terms(said text) RETURNS text[]
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000
        BEGIN ATOMIC
            WITH word AS (
                SELECT w, n, w ~ '[{UNSPACED}]' AS unspaced
                FROM unnest(string_to_array(stancedb.search_text(said), ' ')) WITH ORDINALITY AS s (w, n) WHERE w <> ''
            ), letter AS (
                SELECT c, lead(c) OVER (PARTITION BY n ORDER BY i) AS follower
                FROM word, unnest(string_to_array(w, NULL)) WITH ORDINALITY AS l (c, i) WHERE unspaced
            )
            SELECT array_agg(term) FROM (
                SELECT left(w, 64) AS term FROM word WHERE NOT unspaced
                UNION SELECT c FROM letter
                UNION SELECT c || follower FROM letter WHERE follower IS NOT NULL
            ) AS every;
        END
        """
    )
    op.execute(
        "COMMENT ON FUNCTION stancedb.search_terms(text) IS 'What the search index holds of a text: its words, cut to"
        " 64 letters; of Chinese, Japanese and Korean every character and every two in a row.'"
    )
    op.execute("CREATE INDEX ix_article_title_terms ON stancedb.article USING gin (stancedb.search_terms(title))")
    op.execute(
        "CREATE INDEX ix_article_version_body_terms ON stancedb.article_version USING gin (stancedb.search_terms(body))"
    )


def downgrade() -> None:
    """Drop the indexes and the functions."""
    op.execute("DROP INDEX stancedb.ix_article_version_body_terms")
    op.execute("DROP INDEX stancedb.ix_article_title_terms")
    op.execute("DROP FUNCTION stancedb.search_terms(text)")
    op.execute("DROP FUNCTION stancedb.search_text(text)")
