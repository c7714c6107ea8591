-- Create changesets, logins, coders, loads and settings: who wrote what, and when.

CREATE SCHEMA stancedb;
COMMENT ON SCHEMA stancedb IS 'Everything people enter, and what is derived from it.';

CREATE SCHEMA history;
COMMENT ON SCHEMA history IS 'Earlier versions of everything people enter.';

CREATE SCHEMA reporting;
COMMENT ON SCHEMA reporting IS 'What readers and BI tools see: dimensions, facts and wide views. It is filled by the command reporting refresh.';

CREATE FUNCTION stancedb.search_text(said text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
RETURN CASE
    WHEN said !~ '[^\u0001-\u007f\u00a0\u2013\u2014\u2018\u2019\u201c\u201d\u2026]' THEN ' ' || btrim(regexp_replace(regexp_replace(lower(said), '[\u0001-\u001f\u0021-\u002f\u003a-\u0060\u007b-\u007f\u00a0\u2013\u2014\u2018\u2019\u201c\u201d\u2026]+', ' ', 'g'), ' {2,}', ' ', 'g')) || ' '
    ELSE ' ' || btrim(regexp_replace(regexp_replace(regexp_replace(CASE WHEN said ~ '[\u00d8\u00f8\u0100-\u1fff\u2030-\U0010ffff]' THEN translate(lower(normalize(regexp_replace(normalize(said, NFKD), '[\u0300-\u036f]', '', 'g'), NFKC)), 'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏҐØøŁłĐđıς', 'αβγδεζηθικλμνξοπρστυφχψωабвгдежзийклмнопрстуфхцчшщъыьэюяѐёђѓєѕіїјљњћќѝўџґoollddiσ') ELSE lower(normalize(regexp_replace(normalize(said, NFKD), '[\u0300-\u036f]', '', 'g'), NFKC)) END, '([\u3005\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+)', ' \1 ', 'g'), '[\u0001-\u001f\u0021-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u02b0-\u02ff\u055a-\u055f\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3006-\u303f\u30a0\u30fb\ufe00-\ufe6f]+', ' ', 'g'), ' {2,}', ' ', 'g')) || ' '
END;
REVOKE ALL ON FUNCTION stancedb.search_text(text) FROM PUBLIC;
COMMENT ON FUNCTION stancedb.search_text(text) IS 'The words as a search compares them: small letters, no accents, one space between words and around a run of Chinese, Japanese or Korean.';

CREATE FUNCTION stancedb.search_terms(said text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000
BEGIN ATOMIC
    SELECT CASE
        WHEN octet_length(t) <> char_length(t) AND t ~ '[\u3005\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]' THEN (
            WITH word AS (
                SELECT w, n, w ~ '[\u3005\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]' AS unspaced
                FROM unnest(string_to_array(t, ' ')) WITH ORDINALITY AS s (w, n) WHERE w <> ''
            ), letter AS (
                SELECT c, lead(c) OVER (PARTITION BY n ORDER BY i) AS follower
                FROM word, unnest(string_to_array(w, NULL)) WITH ORDINALITY AS l (c, i) WHERE unspaced
            )
            SELECT array_agg(term) FROM (
                SELECT left(w, 64) AS term FROM word WHERE NOT unspaced
                UNION SELECT c FROM letter
                UNION SELECT c || follower FROM letter WHERE follower IS NOT NULL
            ) AS every
        )
        WHEN octet_length(t) < 1000000 AND t !~ '[^ ]{65}'
            -- A vector of words sorts them and drops those that come again, in a third of the time; it holds a mebibyte.
            THEN tsvector_to_array(array_to_tsvector(string_to_array(nullif(btrim(t), ''), ' ')))
        ELSE (SELECT array_agg(DISTINCT left(w, 64)) FROM unnest(string_to_array(t, ' ')) AS s (w) WHERE w <> '')
    END
    -- OFFSET 0 keeps the text from being made once for each place where it is named.
    FROM (SELECT stancedb.search_text(said) AS t OFFSET 0) AS made;
END;
REVOKE ALL ON FUNCTION stancedb.search_terms(text) FROM PUBLIC;
COMMENT ON FUNCTION stancedb.search_terms(text) IS 'What the search index holds of a text: its words, cut to 64 letters; of Chinese, Japanese and Korean every character and every two in a row.';

CREATE FUNCTION stancedb.text_shingles(said text) RETURNS bigint[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000
BEGIN ATOMIC
    WITH spaced AS MATERIALIZED (
        SELECT CASE
            WHEN said !~ '[^\u0001-\u007f\u00c0-\u00ff\u2010\u2012-\u2016\u2018-\u201f]'
                THEN regexp_replace(lower(said), '[\u0001-\u001f\u0021-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u02b0-\u02ff\u055a-\u055f\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3006-\u303f\u30a0\u30fb\ufe00-\ufe6f]+', ' ', 'g')
            ELSE (
                SELECT CASE WHEN t ~ '[\u3005\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]'
                    THEN regexp_replace(t, '([\u3005\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])|[\u0001-\u001f\u0021-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u02b0-\u02ff\u055a-\u055f\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3006-\u303f\u30a0\u30fb\ufe00-\ufe6f]+', ' \1 ', 'g')
                    ELSE regexp_replace(t, '[\u0001-\u001f\u0021-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u02b0-\u02ff\u055a-\u055f\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3006-\u303f\u30a0\u30fb\ufe00-\ufe6f]+', ' ', 'g') END
                FROM (SELECT lower(CASE WHEN said IS NFKC NORMALIZED THEN said ELSE normalize(said, NFKC) END) AS t OFFSET 0) AS plain
            )
        END AS t
    ), token AS MATERIALIZED (
        SELECT ARRAY(
            SELECT (hashtextextended(w, 0) & -2) | (ascii(w) >= 12293)::integer::bigint
            FROM (SELECT unnest(string_to_array(t, ' ')) AS w FROM spaced) AS word
            WHERE w <> ''
        ) AS h
    )
    SELECT coalesce(array_agg(DISTINCT run), '{}') FROM (
        SELECT hash_array_extended(h[i : i + 4 + 5 * (a & 1)::integer], 0) AS run
        FROM token CROSS JOIN LATERAL (
            SELECT generate_series(1, cardinality(h)) AS i,
                unnest(h) AS a, unnest(h[2:]) AS b, unnest(h[3:]) AS c, unnest(h[4:]) AS d, unnest(h[5:]) AS e
        ) AS five
        WHERE (a # b # c # d # e) & 14 = 0 AND i + 4 + 5 * (a & 1) <= cardinality(h)
        OFFSET 0
    ) AS sampled;
END;
REVOKE ALL ON FUNCTION stancedb.text_shingles(text) FROM PUBLIC;
COMMENT ON FUNCTION stancedb.text_shingles(text) IS 'One in eight of the runs of five words in a text, or of ten characters of Chinese, Japanese and Korean, each as a number.';

CREATE FUNCTION stancedb.tenure_certain(held daterange, held_edtf text) RETURNS tsrange
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    WITH side AS (
        SELECT split_part(said, '/', 1) AS first, split_part(said, '/', 2) AS last, strpos(said, '/') > 0 AS is_interval
        FROM (SELECT translate(upper(held_edtf), '?~% ', '') AS said) plain
    ),
    width AS (
        SELECT is_interval OR lower_inf(held) OR upper_inf(held) AS has_ends,
            CASE
                WHEN first ~ '^\d{4}-\d{2}-\d{2}$' THEN interval '1 day'
                WHEN first ~ '^\d{4}-(0\d|1[0-2])(-.*X.*)?$' THEN interval '1 month'
                WHEN first ~ '^\d{4}-(2\d|3[0-6])$' THEN interval '3 months'
                WHEN first ~ '^\d{4}-3[7-9]$' THEN interval '4 months'
                WHEN first ~ '^\d{4}-4[01]$' THEN interval '6 months'
                WHEN first ~ '^\d{4}(-.*X.*)?$' THEN interval '1 year'
                WHEN first ~ '^\d{3}X' THEN interval '10 years'
                WHEN first ~ '^\d{2}XX' THEN interval '100 years'
                WHEN first ~ '^\dXXX' THEN interval '1000 years'
                ELSE interval '1 day'
            END AS first,
            CASE
                WHEN last ~ '^\d{4}-\d{2}-\d{2}$' THEN interval '1 day'
                WHEN last ~ '^\d{4}-(0\d|1[0-2])(-.*X.*)?$' THEN interval '1 month'
                WHEN last ~ '^\d{4}-(2\d|3[0-6])$' THEN interval '3 months'
                WHEN last ~ '^\d{4}-3[7-9]$' THEN interval '4 months'
                WHEN last ~ '^\d{4}-4[01]$' THEN interval '6 months'
                WHEN last ~ '^\d{4}(-.*X.*)?$' THEN interval '1 year'
                WHEN last ~ '^\d{3}X' THEN interval '10 years'
                WHEN last ~ '^\d{2}XX' THEN interval '100 years'
                WHEN last ~ '^\dXXX' THEN interval '1000 years'
                ELSE interval '1 day'
            END AS last
        FROM side
    ),
    day AS (
        SELECT CASE WHEN has_ends THEN least(CAST(lower(held) + first AS date) - 1, upper(held) - 1)
                ELSE upper(held) - 1 END AS latest_first,
            CASE WHEN has_ends THEN greatest(CAST(upper(held) - last AS date), lower(held)) ELSE lower(held) END
                AS earliest_last
        FROM width
    ),
    end_of AS (
        SELECT CASE WHEN NOT lower_inf(held) THEN latest_first END AS first,
            CASE WHEN NOT upper_inf(held) THEN earliest_last END AS last FROM day
    )
    SELECT CASE WHEN last <= first
        THEN tsrange(last + (first - last) / 2 + time '12:00', last + (first - last) / 2 + time '12:00', '[]')
        ELSE tsrange(first + time '12:00', last + time '12:00', '()') END
    FROM end_of;
END;
REVOKE ALL ON FUNCTION stancedb.tenure_certain(daterange,text) FROM PUBLIC;
COMMENT ON FUNCTION stancedb.tenure_certain(daterange,text) IS 'The time for which nobody else can have held the seat of a tenure, as its dates are said.';

CREATE TABLE stancedb.changeset (
    id bigserial,
    number bigint,
    author text NOT NULL,
    message text NOT NULL,
    tool text NOT NULL,
    undoes_id bigint,
    opened_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    committed_at timestamp with time zone,
    CONSTRAINT pk_changeset PRIMARY KEY (id),
    CONSTRAINT uq_changeset_number UNIQUE (number),
    CONSTRAINT ck_changeset_author_not_blank CHECK (author <> ''),
    CONSTRAINT ck_changeset_number_comes_with_commit CHECK ((number IS NULL) = (committed_at IS NULL)),
    CONSTRAINT fk_changeset_undoes_id FOREIGN KEY (undoes_id) REFERENCES stancedb.changeset(id)
);

COMMENT ON TABLE stancedb.changeset IS 'One transaction of writes: who, why, with which version of the program. Every curated row names one.';
COMMENT ON COLUMN stancedb.changeset.id IS 'Inner key, in the order of opening, which is not the order of commit.';
COMMENT ON COLUMN stancedb.changeset.number IS 'Gapless number in commit order; ''known at N'' means this. Null only inside the open transaction.';
COMMENT ON COLUMN stancedb.changeset.author IS 'Who made the change.';
COMMENT ON COLUMN stancedb.changeset.message IS 'Why, in the words of the author.';
COMMENT ON COLUMN stancedb.changeset.tool IS 'Program and version that wrote it.';
COMMENT ON COLUMN stancedb.changeset.undoes_id IS 'The changeset that this one takes back.';
COMMENT ON COLUMN stancedb.changeset.opened_at IS 'When the transaction opened the changeset.';
COMMENT ON COLUMN stancedb.changeset.committed_at IS 'When the changeset got its number, at commit.';
COMMENT ON CONSTRAINT pk_changeset ON stancedb.changeset IS '''changeset'' is given once';
COMMENT ON CONSTRAINT uq_changeset_number ON stancedb.changeset IS 'a changeset number is given once';
COMMENT ON CONSTRAINT ck_changeset_author_not_blank ON stancedb.changeset IS 'a changeset has an author';
COMMENT ON CONSTRAINT ck_changeset_number_comes_with_commit ON stancedb.changeset IS 'a changeset gets its number and its time of commit together';
COMMENT ON CONSTRAINT fk_changeset_undoes_id ON stancedb.changeset IS '''changeset undoes'' names a row that exists, and rows in use stay';

CREATE TABLE stancedb.changeset_counter (
    is_only boolean DEFAULT true NOT NULL,
    last_number bigint NOT NULL,
    CONSTRAINT pk_changeset_counter PRIMARY KEY (is_only),
    CONSTRAINT ck_changeset_counter_has_one_row CHECK (is_only)
);

COMMENT ON TABLE stancedb.changeset_counter IS 'The last changeset number; its row lock, taken at commit, puts changesets in commit order.';
COMMENT ON COLUMN stancedb.changeset_counter.is_only IS 'Always true: the table has one row.';
COMMENT ON COLUMN stancedb.changeset_counter.last_number IS 'The number of the changeset that committed last.';
COMMENT ON CONSTRAINT pk_changeset_counter ON stancedb.changeset_counter IS '''changeset counter'' is given once';
COMMENT ON CONSTRAINT ck_changeset_counter_has_one_row ON stancedb.changeset_counter IS 'the counter of changesets has one row';

CREATE TABLE stancedb.changeset_login (
    changeset_id bigint NOT NULL,
    login text NOT NULL,
    client_address text,
    CONSTRAINT pk_changeset_login PRIMARY KEY (changeset_id),
    CONSTRAINT fk_changeset_login_changeset_id FOREIGN KEY (changeset_id) REFERENCES stancedb.changeset(id)
);

COMMENT ON TABLE stancedb.changeset_login IS 'Which login opened a changeset, and from where; for owner and reviewers, and in no release or export.';
COMMENT ON COLUMN stancedb.changeset_login.changeset_id IS 'The changeset that was opened.';
COMMENT ON COLUMN stancedb.changeset_login.login IS 'The login that opened it.';
COMMENT ON COLUMN stancedb.changeset_login.client_address IS 'The address it came from; null for a local socket.';
COMMENT ON CONSTRAINT pk_changeset_login ON stancedb.changeset_login IS '''changeset login'' is given once';
COMMENT ON CONSTRAINT fk_changeset_login_changeset_id ON stancedb.changeset_login IS '''changeset login changeset'' names a row that exists, and rows in use stay';

CREATE TABLE stancedb.login (
    name text NOT NULL,
    role text NOT NULL,
    CONSTRAINT pk_login PRIMARY KEY (name),
    CONSTRAINT ck_login_name_not_blank CHECK (name <> ''),
    CONSTRAINT ck_login_role_is_known CHECK (role IN ('reader', 'coder', 'reviewer'))
);

COMMENT ON TABLE stancedb.login IS 'Logins that were granted rights here, so that their rights can be compared and granted again.';
COMMENT ON COLUMN stancedb.login.name IS 'Name of the role in PostgreSQL.';
COMMENT ON COLUMN stancedb.login.role IS 'What it was granted.';
COMMENT ON CONSTRAINT pk_login ON stancedb.login IS '''login'' is given once';
COMMENT ON CONSTRAINT ck_login_name_not_blank ON stancedb.login IS 'a login has a name';
COMMENT ON CONSTRAINT ck_login_role_is_known ON stancedb.login IS '''login role'' takes one of the values of its closed set';

CREATE TABLE stancedb.coder (
    id bigint GENERATED BY DEFAULT AS IDENTITY,
    name text NOT NULL,
    kind text NOT NULL,
    version text,
    changeset_id bigint DEFAULT (current_setting('stancedb.changeset'))::bigint NOT NULL,
    login text,
    CONSTRAINT pk_coder PRIMARY KEY (id),
    CONSTRAINT uq_coder_login UNIQUE (login),
    CONSTRAINT uq_coder_name UNIQUE (name),
    CONSTRAINT ck_coder_kind_is_known CHECK (kind IN ('human', 'model', 'import'))
);

COMMENT ON TABLE stancedb.coder IS 'Who or what codes. A model''s suggestion and a person''s decision are rows of two coders.';
COMMENT ON COLUMN stancedb.coder.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN stancedb.coder.name IS 'The handle that people type.';
COMMENT ON COLUMN stancedb.coder.kind IS 'Person, model or import.';
COMMENT ON COLUMN stancedb.coder.version IS 'Version of the model or of the import.';
COMMENT ON COLUMN stancedb.coder.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN stancedb.coder.login IS 'The one login that codes under this name.';
COMMENT ON CONSTRAINT pk_coder ON stancedb.coder IS '''coder'' is given once';
COMMENT ON CONSTRAINT uq_coder_login ON stancedb.coder IS 'a login is one coder';
COMMENT ON CONSTRAINT uq_coder_name ON stancedb.coder IS '''coder name'' is given once';
COMMENT ON CONSTRAINT ck_coder_kind_is_known ON stancedb.coder IS '''coder kind'' takes one of the values of its closed set';

CREATE TABLE stancedb.load (
    id bigint GENERATED BY DEFAULT AS IDENTITY,
    kind text NOT NULL,
    origin text NOT NULL,
    input_sha256 text NOT NULL,
    inserted bigint NOT NULL,
    updated bigint NOT NULL,
    unchanged bigint NOT NULL,
    refused bigint NOT NULL,
    changeset_id bigint DEFAULT (current_setting('stancedb.changeset'))::bigint NOT NULL,
    source text,
    place_sha256 text,
    CONSTRAINT pk_load PRIMARY KEY (id),
    CONSTRAINT ck_load_counts_not_negative CHECK (LEAST(inserted, updated, unchanged, refused) >= 0),
    CONSTRAINT ck_load_input_sha256_is_hex CHECK (input_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_load_place_sha256_is_hex CHECK (place_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_load_source_has_a_place CHECK ((source IS NULL) = (place_sha256 IS NULL))
);

COMMENT ON TABLE stancedb.load IS 'One run of a loader and what it did to each kind of row.';
COMMENT ON COLUMN stancedb.load.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN stancedb.load.kind IS 'What was loaded: article, statement, actor, codebook, event, ...';
COMMENT ON COLUMN stancedb.load.origin IS 'The file or command the records came from.';
COMMENT ON COLUMN stancedb.load.input_sha256 IS 'SHA-256 of the input, so that a file can be recognised.';
COMMENT ON COLUMN stancedb.load.inserted IS 'Rows that were new.';
COMMENT ON COLUMN stancedb.load.updated IS 'Rows that changed; the earlier version is in history.';
COMMENT ON COLUMN stancedb.load.unchanged IS 'Rows that were there already, the same.';
COMMENT ON COLUMN stancedb.load.refused IS 'Records that were refused.';
COMMENT ON COLUMN stancedb.load.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN stancedb.load.source IS 'The source whose local identifiers the file has; null where it has none.';
COMMENT ON COLUMN stancedb.load.place_sha256 IS 'SHA-256 of the path of such a file, so that a later edition can be recognised.';
COMMENT ON CONSTRAINT pk_load ON stancedb.load IS '''load'' is given once';
COMMENT ON CONSTRAINT ck_load_counts_not_negative ON stancedb.load IS 'a load counts rows from zero up';
COMMENT ON CONSTRAINT ck_load_input_sha256_is_hex ON stancedb.load IS 'the checksum of an input is 64 hexadecimal digits';
COMMENT ON CONSTRAINT ck_load_place_sha256_is_hex ON stancedb.load IS 'the checksum of a path is 64 hexadecimal digits';
COMMENT ON CONSTRAINT ck_load_source_has_a_place ON stancedb.load IS 'a load keeps the source of a file together with the place of the file';

CREATE TABLE stancedb.setting (
    name text NOT NULL,
    value text NOT NULL,
    CONSTRAINT pk_setting PRIMARY KEY (name),
    CONSTRAINT ck_setting_review_is_optional_or_required CHECK ((name = 'review') AND (value IN ('optional', 'required')))
);

COMMENT ON TABLE stancedb.setting IS 'How this database is run, as its owner set it; what is not here is as it comes.';
COMMENT ON COLUMN stancedb.setting.name IS 'What is set.';
COMMENT ON COLUMN stancedb.setting.value IS 'How it is set.';
COMMENT ON CONSTRAINT pk_setting ON stancedb.setting IS '''setting'' is given once';
COMMENT ON CONSTRAINT ck_setting_review_is_optional_or_required ON stancedb.setting IS 'the setting of review is optional or required';
