"""Index the words of texts in less time: the steps that a text has no use for are left out.

Most of a load of articles went into them. What the functions return is what they returned, so the indexes stay.

Revision: index_words_in_less_time
Follows: index_article_words
"""

from alembic import op

revision = "index_words_in_less_time"
down_revision = "index_article_words"
branch_labels = None
depends_on = None

# As in the revision before, written out again because a migration stays what it was.
_CAPITALS = [*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x410, 0x430)]
UPPER = "".join(map(chr, [*_CAPITALS, *range(0x400, 0x410), 0x490]))
LOWER = "".join(map(chr, [*(code + 32 for code in _CAPITALS), *range(0x450, 0x460), 0x491]))
SIGNS = "\u00d8\u00f8\u0141\u0142\u0110\u0111\u0131\u03c2"
PLAIN = "oollddi\u03c3"
BETWEEN = (
    r"\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u02b0-\u02ff\u055a-\u055f\u060c\u061b\u061f\u066a-\u066d"
    r"\u06d4\u0964\u0965\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3006-\u303f\u30a0\u30fb\ufe00-\ufe6f"
)
UNSPACED = (
    r"\u3005\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
# Letters and digits of ASCII, small: all that is a word in a text of one byte a character.
BETWEEN_ASCII = r"\u0001-\u002f\u003a-\u0060\u007b-\u007f"

PLAIN_TEXT = f"' ' || btrim(regexp_replace(lower(said), '[{BETWEEN_ASCII}]+', ' ', 'g')) || ' '"
FOLDED = r"lower(normalize(regexp_replace(normalize(said, NFKD), '[\u0300-\u036f]', '', 'g'), NFKC))"
# Western European letters and the marks of typography have nothing to translate, but for the o with a stroke.
TRANSLATED = (
    f"CASE WHEN said ~ '[\\u00d8\\u00f8\\u0100-\\u1fff\\u2030-\\U0010ffff]' THEN translate({FOLDED}, '{UPPER}{SIGNS}', '{LOWER}{PLAIN}')"
    f" ELSE {FOLDED} END"
)
TEXT = """
CREATE OR REPLACE FUNCTION stancedb.search_text(said text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
RETURN {body}
"""
TERMS = """
CREATE OR REPLACE FUNCTION stancedb.search_terms(said text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000
BEGIN ATOMIC
    {body};
END
"""
EVERY_TERM = f"""
    WITH word AS (
        SELECT w, n, w ~ '[{UNSPACED}]' AS unspaced
        FROM unnest(string_to_array({{text}}, ' ')) WITH ORDINALITY AS s (w, n) WHERE w <> ''
    ), letter AS (
        SELECT c, lead(c) OVER (PARTITION BY n ORDER BY i) AS follower
        FROM word, unnest(string_to_array(w, NULL)) WITH ORDINALITY AS l (c, i) WHERE unspaced
    )
    SELECT array_agg(term) FROM (
        SELECT left(w, 64) AS term FROM word WHERE NOT unspaced
        UNION SELECT c FROM letter
        UNION SELECT c || follower FROM letter WHERE follower IS NOT NULL
    ) AS every
"""


def upgrade() -> None:
    """Replace the two functions."""
    spread = f"regexp_replace({TRANSLATED}, '([{UNSPACED}]+)', ' \\1 ', 'g')"
    folded_text = f"' ' || btrim(regexp_replace({spread}, '[{BETWEEN}]+', ' ', 'g')) || ' '"
    op.execute(
        TEXT.format(body=f"CASE WHEN octet_length(said) = char_length(said) THEN {PLAIN_TEXT} ELSE {folded_text} END")
    )
    # OFFSET 0 keeps the text from being made once for each place where it is named.
    op.execute(
        TERMS.format(
            body=f"""
            SELECT CASE
                WHEN t ~ '[{UNSPACED}]' THEN ({EVERY_TERM.format(text="t")})
                ELSE (
                    SELECT array_agg(DISTINCT left(w, 64)) FROM unnest(string_to_array(t, ' ')) AS s (w) WHERE w <> ''
                )
            END
            FROM (SELECT stancedb.search_text(said) AS t OFFSET 0) AS made
            """
        )
    )


def downgrade() -> None:
    """Put the functions back that do every step for every text."""
    translated = f"translate({FOLDED}, '{UPPER}{SIGNS}', '{LOWER}{PLAIN}')"
    spread = f"regexp_replace({translated}, '([{UNSPACED}]+)', ' \\1 ', 'g')"
    op.execute(TEXT.format(body=f"' ' || btrim(regexp_replace({spread}, '[{BETWEEN}]+', ' ', 'g')) || ' '"))
    op.execute(TERMS.format(body=EVERY_TERM.format(text="stancedb.search_text(said)")))
