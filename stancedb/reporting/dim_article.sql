-- The source articles, without their text.
CREATE TABLE reporting.dim_article (
    article_key bigint PRIMARY KEY,
    article_code text NOT NULL UNIQUE DEFERRABLE,
    outlet_key bigint NOT NULL REFERENCES reporting.dim_outlet DEFERRABLE,
    article_title text NOT NULL,
    article_url text,
    article_byline text,
    article_language text NOT NULL,
    article_kind text NOT NULL,
    published_date date,
    is_copy boolean NOT NULL,
    is_withdrawn boolean NOT NULL
);
COMMENT ON TABLE reporting.dim_article IS 'Grain: one source text. Its text is not published; the quotes taken from it are.';
COMMENT ON COLUMN reporting.dim_article.article_key IS 'Internal key of the article; joins facts to dim_article.';
COMMENT ON COLUMN reporting.dim_article.article_code IS 'Stable public handle of the article.';
COMMENT ON COLUMN reporting.dim_article.outlet_key IS 'The outlet that published it; joins dim_outlet.';
COMMENT ON COLUMN reporting.dim_article.article_title IS 'Title of the article as printed.';
COMMENT ON COLUMN reporting.dim_article.article_url IS 'URL of the article as published.';
COMMENT ON COLUMN reporting.dim_article.article_byline IS 'Authors of the article as printed.';
COMMENT ON COLUMN reporting.dim_article.article_language IS 'BCP 47 tag of the language of the article.';
COMMENT ON COLUMN reporting.dim_article.article_kind IS 'What kind of text the article is: news, analysis, wire and so on.';
COMMENT ON COLUMN reporting.dim_article.published_date IS 'First possible day of publication; empty if unknown.';
COMMENT ON COLUMN reporting.dim_article.is_copy IS 'True if the article is a copy of another one, such as a wire story.';
COMMENT ON COLUMN reporting.dim_article.is_withdrawn IS 'True if the article was retracted.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT a.id AS article_key, a.slug AS article_code, a.outlet_id AS outlet_key, left(a.title, 8000) AS article_title,
    left(a.url, 8000) AS article_url, left(a.byline, 8000) AS article_byline, a.language AS article_language,
    a.kind AS article_kind, a.published_from AS published_date, a.syndicated_from_id IS NOT NULL AS is_copy,
    a.retracted_on IS NOT NULL AS is_withdrawn
FROM touched_article t JOIN stancedb.article a ON a.id = t.article_key
UNION ALL
SELECT -1, 'unknown', -1, '(unknown)', NULL, NULL, 'und', 'unknown', NULL, false, false;
