"""Index texts in less time: their words for the search, and the runs of words by which copies are found.

What the two functions return is what they returned, so the indexes and the sketches stay.

Revision: index_texts_in_less_time
Follows: create_release
"""

from alembic import op

revision = "index_texts_in_less_time"
down_revision = "create_release"
branch_labels = None
depends_on = None

# As in the revisions before, written out again because a migration stays what it was.
_CAPITALS = [*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x410, 0x430)]
UPPER = "".join(map(chr, [*_CAPITALS, *range(0x400, 0x410), 0x490]))
LOWER = "".join(map(chr, [*(code + 32 for code in _CAPITALS), *range(0x450, 0x460), 0x491]))
SIGNS = "\u00d8\u00f8\u0141\u0142\u0110\u0111\u0131\u03c2"
PLAIN = "oollddi\u03c3"
UNSPACED = (
    r"\u3005\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_BEYOND_ASCII = (
    r"\u007b-\u00bf\u00d7\u00f7\u02b0-\u02ff\u055a-\u055f\u060c\u061b\u061f\u066a-\u066d"
    r"\u06d4\u0964\u0965\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3006-\u303f\u30a0\u30fb\ufe00-\ufe6f"
)
# What stands between words, with the space and without: most of a text's time went into replacing spaces by spaces.
BETWEEN = rf"\u0001-\u002f\u003a-\u0060{_BEYOND_ASCII}"
MARKS = rf"\u0001-\u001f\u0021-\u002f\u003a-\u0060{_BEYOND_ASCII}"
MARKS_OF_ASCII = r"\u0001-\u001f\u0021-\u002f\u003a-\u0060\u007b-\u007f"
BETWEEN_ASCII = r"\u0001-\u002f\u003a-\u0060\u007b-\u007f"

FOLDED = r"lower(normalize(regexp_replace(normalize(said, NFKD), '[\u0300-\u036f]', '', 'g'), NFKC))"
TRANSLATED = (
    f"CASE WHEN said ~ '[\\u00d8\\u00f8\\u0100-\\u1fff\\u2030-\\U0010ffff]' THEN translate({FOLDED}, '{UPPER}{SIGNS}', '{LOWER}{PLAIN}')"
    f" ELSE {FOLDED} END"
)
SPREAD = f"regexp_replace({TRANSLATED}, '([{UNSPACED}]+)', ' \\1 ', 'g')"


def _without(text: str, marks: str) -> str:
    """Return the SQL for a text with one space for each row of marks and spaces."""
    return f"' ' || btrim(regexp_replace(regexp_replace({text}, '[{marks}]+', ' ', 'g'), ' {{2,}}', ' ', 'g')) || ' '"


# The marks of typography, of which English has no others than ASCII; a text without them is one of a byte a character.
TYPOGRAPHY = "said"
for _mark in (0x201C, 0x201D, 0x2018, 0x2019, 0x2013, 0x2014, 0x2026, 0x00A0):
    TYPOGRAPHY = f"replace({TYPOGRAPHY}, U&'\\{_mark:04x}', ' ')"

# OFFSET 0 keeps what is made once from being made for each place where it is named.
SEARCH_TEXT = f"""
CREATE OR REPLACE FUNCTION stancedb.search_text(said text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
    SELECT CASE
        WHEN octet_length(t) = char_length(t) THEN {_without("lower(t)", MARKS_OF_ASCII)}
        ELSE {_without(SPREAD, MARKS)}
    END
    FROM (SELECT {TYPOGRAPHY} AS t OFFSET 0) AS made;
END
"""
SEARCH_TEXT_BEFORE = f"""
CREATE OR REPLACE FUNCTION stancedb.search_text(said text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
RETURN CASE
    WHEN octet_length(said) = char_length(said)
    THEN ' ' || btrim(regexp_replace(lower(said), '[{BETWEEN_ASCII}]+', ' ', 'g')) || ' '
    ELSE ' ' || btrim(regexp_replace({SPREAD}, '[{BETWEEN}]+', ' ', 'g')) || ' '
END
"""

TEXT_SHINGLES = """
CREATE OR REPLACE FUNCTION stancedb.text_shingles(said text) RETURNS bigint[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000
BEGIN ATOMIC
    WITH plain AS MATERIALIZED (
        SELECT lower(CASE WHEN said IS NFKC NORMALIZED THEN said ELSE normalize(said, NFKC) END) AS t
    ), token AS MATERIALIZED (
        SELECT ARRAY(
            SELECT (hashtextextended(w, 0) & -2) | (ascii(w) >= 12293)::integer::bigint
            FROM plain, unnest(string_to_array(
                CASE WHEN t ~ '[{unspaced}]' THEN regexp_replace(t, '([{unspaced}])|[{between}]+', ' \\1 ', 'g')
                ELSE regexp_replace(t, '[{between}]+', ' ', 'g') END, ' ')) w
            WHERE w <> ''
        ) AS h
    )
    {runs};
END
"""
_SAMPLED = """
FROM token, generate_series(1, cardinality(h) - 4) i
WHERE (h[i] # h[i + 1] # h[i + 2] # h[i + 3] # h[i + 4]) & 14 = 0 AND i + 4 + 5 * (h[i] & 1) <= cardinality(h)
"""
_RUN = "hash_array_extended(h[i : i + 4 + 5 * (h[i] & 1)::integer], 0)"
# A sort of the runs drags the tokens of the whole text with every one of them, so it gets the numbers alone.
RUNS = f"SELECT coalesce(array_agg(DISTINCT run), '{{}}') FROM (SELECT {_RUN} AS run {_SAMPLED} OFFSET 0) AS sampled"
RUNS_BEFORE = f"SELECT coalesce(array_agg(DISTINCT {_RUN}), '{{}}') {_SAMPLED}"


def upgrade() -> None:
    """Replace the functions by quicker ones."""
    op.execute(SEARCH_TEXT)
    op.execute(TEXT_SHINGLES.format(unspaced=UNSPACED, between=MARKS, runs=RUNS))


def downgrade() -> None:
    """Put the slower ones back."""
    op.execute(SEARCH_TEXT_BEFORE)
    op.execute(TEXT_SHINGLES.format(unspaced=UNSPACED, between=BETWEEN, runs=RUNS_BEFORE))
