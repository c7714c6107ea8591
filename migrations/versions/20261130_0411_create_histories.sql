-- Create the twins that keep the earlier versions of curated rows.

CREATE TABLE history.coder (
    id bigint NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    version text,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    login text,
    CONSTRAINT pk_coder PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_coder_ended ON history.coder (ended_changeset_id);

COMMENT ON TABLE history.coder IS 'Earlier versions of the rows of coder.';
COMMENT ON COLUMN history.coder.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.coder.name IS 'The handle that people type.';
COMMENT ON COLUMN history.coder.kind IS 'Person, model or import.';
COMMENT ON COLUMN history.coder.version IS 'Version of the model or of the import.';
COMMENT ON COLUMN history.coder.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.coder.ended_changeset_id IS 'The changeset that replaced or removed this version.';
COMMENT ON COLUMN history.coder.login IS 'The one login that codes under this name.';

CREATE TABLE history.load (
    id bigint NOT NULL,
    kind text NOT NULL,
    origin text NOT NULL,
    input_sha256 text NOT NULL,
    inserted bigint NOT NULL,
    updated bigint NOT NULL,
    unchanged bigint NOT NULL,
    refused bigint NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    source text,
    place_sha256 text,
    CONSTRAINT pk_load PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_load_ended ON history.load (ended_changeset_id);

COMMENT ON TABLE history.load IS 'Earlier versions of the rows of load.';
COMMENT ON COLUMN history.load.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.load.kind IS 'What was loaded: article, statement, actor, codebook, event, ...';
COMMENT ON COLUMN history.load.origin IS 'The file or command the records came from.';
COMMENT ON COLUMN history.load.input_sha256 IS 'SHA-256 of the input, so that a file can be recognised.';
COMMENT ON COLUMN history.load.inserted IS 'Rows that were new.';
COMMENT ON COLUMN history.load.updated IS 'Rows that changed; the earlier version is in history.';
COMMENT ON COLUMN history.load.unchanged IS 'Rows that were there already, the same.';
COMMENT ON COLUMN history.load.refused IS 'Records that were refused.';
COMMENT ON COLUMN history.load.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.load.ended_changeset_id IS 'The changeset that replaced or removed this version.';
COMMENT ON COLUMN history.load.source IS 'The source whose local identifiers the file has; null where it has none.';
COMMENT ON COLUMN history.load.place_sha256 IS 'SHA-256 of the path of such a file, so that a later edition can be recognised.';

CREATE TABLE history.outlet_kind (
    id bigint NOT NULL,
    code text NOT NULL,
    label text NOT NULL,
    definition text NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_outlet_kind PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_outlet_kind_ended ON history.outlet_kind (ended_changeset_id);

COMMENT ON TABLE history.outlet_kind IS 'Earlier versions of the rows of outlet_kind.';
COMMENT ON COLUMN history.outlet_kind.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.outlet_kind.code IS 'The word that records and commands use.';
COMMENT ON COLUMN history.outlet_kind.label IS 'The word that tables and pictures show.';
COMMENT ON COLUMN history.outlet_kind.definition IS 'What belongs under this code and what does not.';
COMMENT ON COLUMN history.outlet_kind.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.outlet_kind.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.article_kind (
    id bigint NOT NULL,
    code text NOT NULL,
    label text NOT NULL,
    definition text NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_article_kind PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_article_kind_ended ON history.article_kind (ended_changeset_id);

COMMENT ON TABLE history.article_kind IS 'Earlier versions of the rows of article_kind.';
COMMENT ON COLUMN history.article_kind.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.article_kind.code IS 'The word that records and commands use.';
COMMENT ON COLUMN history.article_kind.label IS 'The word that tables and pictures show.';
COMMENT ON COLUMN history.article_kind.definition IS 'What belongs under this code and what does not.';
COMMENT ON COLUMN history.article_kind.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.article_kind.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.identifier_scheme (
    id bigint NOT NULL,
    pattern text,
    url_template text,
    code text NOT NULL,
    label text NOT NULL,
    definition text NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_identifier_scheme PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_identifier_scheme_ended ON history.identifier_scheme (ended_changeset_id);

COMMENT ON TABLE history.identifier_scheme IS 'Earlier versions of the rows of identifier_scheme.';
COMMENT ON COLUMN history.identifier_scheme.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.identifier_scheme.pattern IS 'Regular expression that a value must match.';
COMMENT ON COLUMN history.identifier_scheme.url_template IS 'Address of a value, with {value} in its place.';
COMMENT ON COLUMN history.identifier_scheme.code IS 'The word that records and commands use.';
COMMENT ON COLUMN history.identifier_scheme.label IS 'The word that tables and pictures show.';
COMMENT ON COLUMN history.identifier_scheme.definition IS 'What belongs under this code and what does not.';
COMMENT ON COLUMN history.identifier_scheme.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.identifier_scheme.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.event_kind (
    id bigint NOT NULL,
    code text NOT NULL,
    label text NOT NULL,
    definition text NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_event_kind PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_event_kind_ended ON history.event_kind (ended_changeset_id);

COMMENT ON TABLE history.event_kind IS 'Earlier versions of the rows of event_kind.';
COMMENT ON COLUMN history.event_kind.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.event_kind.code IS 'The word that records and commands use.';
COMMENT ON COLUMN history.event_kind.label IS 'The word that tables and pictures show.';
COMMENT ON COLUMN history.event_kind.definition IS 'What belongs under this code and what does not.';
COMMENT ON COLUMN history.event_kind.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.event_kind.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.act (
    id bigint NOT NULL,
    code text NOT NULL,
    label text NOT NULL,
    definition text NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_act PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_act_ended ON history.act (ended_changeset_id);

COMMENT ON TABLE history.act IS 'Earlier versions of the rows of act.';
COMMENT ON COLUMN history.act.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.act.code IS 'The word that records and commands use.';
COMMENT ON COLUMN history.act.label IS 'The word that tables and pictures show.';
COMMENT ON COLUMN history.act.definition IS 'What belongs under this code and what does not.';
COMMENT ON COLUMN history.act.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.act.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.capacity (
    id bigint NOT NULL,
    code text NOT NULL,
    label text NOT NULL,
    definition text NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_capacity PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_capacity_ended ON history.capacity (ended_changeset_id);

COMMENT ON TABLE history.capacity IS 'Earlier versions of the rows of capacity.';
COMMENT ON COLUMN history.capacity.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.capacity.code IS 'The word that records and commands use.';
COMMENT ON COLUMN history.capacity.label IS 'The word that tables and pictures show.';
COMMENT ON COLUMN history.capacity.definition IS 'What belongs under this code and what does not.';
COMMENT ON COLUMN history.capacity.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.capacity.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.outlet (
    id bigint NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    country text,
    parent_id bigint,
    reliability text,
    citation text,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_outlet PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_outlet_ended ON history.outlet (ended_changeset_id);

COMMENT ON TABLE history.outlet IS 'Earlier versions of the rows of outlet.';
COMMENT ON COLUMN history.outlet.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.outlet.slug IS 'The handle that people type.';
COMMENT ON COLUMN history.outlet.name IS 'The name as printed.';
COMMENT ON COLUMN history.outlet.kind IS 'What kind of publisher it is.';
COMMENT ON COLUMN history.outlet.country IS 'ISO 3166-1 alpha-2 code of the country it publishes from.';
COMMENT ON COLUMN history.outlet.parent_id IS 'The house it belongs to.';
COMMENT ON COLUMN history.outlet.reliability IS 'Admiralty grade of the source, A to F; F means it cannot be judged.';
COMMENT ON COLUMN history.outlet.citation IS 'Where what is said of the outlet can be checked.';
COMMENT ON COLUMN history.outlet.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.outlet.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.article (
    id bigint NOT NULL,
    slug text NOT NULL,
    outlet_id bigint NOT NULL,
    url text,
    url_key text,
    title text NOT NULL,
    standfirst text,
    byline text,
    section text,
    language text NOT NULL,
    kind text NOT NULL,
    access text NOT NULL,
    published_edtf text,
    published daterange,
    published_from date,
    published_to date,
    published_at timestamp with time zone,
    syndicated_from_id bigint,
    retracted_on date,
    retracted_reason text,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    authors text[],
    agency text,
    updated_on date,
    updated_at timestamp with time zone,
    CONSTRAINT pk_article PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_article_ended ON history.article (ended_changeset_id);

COMMENT ON TABLE history.article IS 'Earlier versions of the rows of article.';
COMMENT ON COLUMN history.article.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.article.slug IS 'The handle that people type; the provider''s id in a load.';
COMMENT ON COLUMN history.article.outlet_id IS 'The outlet that published it.';
COMMENT ON COLUMN history.article.url IS 'The address as published.';
COMMENT ON COLUMN history.article.url_key IS 'The address without tracking keys and other differences that do not matter.';
COMMENT ON COLUMN history.article.title IS 'The title as printed.';
COMMENT ON COLUMN history.article.standfirst IS 'The lead under the title, where the outlet sets it apart.';
COMMENT ON COLUMN history.article.byline IS 'The authors as printed.';
COMMENT ON COLUMN history.article.section IS 'The section of the outlet it ran in.';
COMMENT ON COLUMN history.article.language IS 'BCP 47 tag of the language of the text.';
COMMENT ON COLUMN history.article.kind IS 'What kind of text it is.';
COMMENT ON COLUMN history.article.access IS 'Whether the whole text was to be had or an excerpt.';
COMMENT ON COLUMN history.article.published_edtf IS 'Day of publication as an EDTF string.';
COMMENT ON COLUMN history.article.published IS 'The days that published_edtf means, half-open.';
COMMENT ON COLUMN history.article.published_from IS 'First possible day of published.';
COMMENT ON COLUMN history.article.published_to IS 'First day after published (half-open); null while it lasts.';
COMMENT ON COLUMN history.article.published_at IS 'The instant of publication, if known.';
COMMENT ON COLUMN history.article.syndicated_from_id IS 'The article this one is a copy of; copies count once as evidence.';
COMMENT ON COLUMN history.article.retracted_on IS 'The day the article was withdrawn from use here.';
COMMENT ON COLUMN history.article.retracted_reason IS 'Why it was withdrawn.';
COMMENT ON COLUMN history.article.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.article.ended_changeset_id IS 'The changeset that replaced or removed this version.';
COMMENT ON COLUMN history.article.authors IS 'The authors one by one, in the order of the byline.';
COMMENT ON COLUMN history.article.agency IS 'The news agency that the outlet names as the source of the text.';
COMMENT ON COLUMN history.article.updated_on IS 'The day on which the outlet last changed the article, on the clock of the outlet.';
COMMENT ON COLUMN history.article.updated_at IS 'The instant of the last change, if known.';

CREATE TABLE history.article_version (
    id bigint NOT NULL,
    article_id bigint NOT NULL,
    body text NOT NULL,
    text_sha256 text NOT NULL,
    retrieved_at timestamp with time zone NOT NULL,
    normalisation text NOT NULL,
    extractor text NOT NULL,
    raw bytea,
    raw_media_type text,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    raw_encoding text NOT NULL,
    CONSTRAINT pk_article_version PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_article_version_ended ON history.article_version (ended_changeset_id);
ALTER TABLE history.article_version ALTER COLUMN raw SET STORAGE EXTERNAL;

COMMENT ON TABLE history.article_version IS 'Earlier versions of the rows of article_version.';
COMMENT ON COLUMN history.article_version.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.article_version.article_id IS 'The article this is a text of.';
COMMENT ON COLUMN history.article_version.body IS 'The text, in Unicode NFC, lines ended by a line feed.';
COMMENT ON COLUMN history.article_version.text_sha256 IS 'SHA-256 of the body in UTF-8.';
COMMENT ON COLUMN history.article_version.retrieved_at IS 'When the text was retrieved.';
COMMENT ON COLUMN history.article_version.normalisation IS 'Name of the recipe that made the body from what came in.';
COMMENT ON COLUMN history.article_version.extractor IS 'Program and version that took the text out of the source.';
COMMENT ON COLUMN history.article_version.raw IS 'The bytes as they came in, where they differ from the body, packed as raw_encoding says.';
COMMENT ON COLUMN history.article_version.raw_media_type IS 'MIME type of raw, such as text/html.';
COMMENT ON COLUMN history.article_version.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.article_version.ended_changeset_id IS 'The changeset that replaced or removed this version.';
COMMENT ON COLUMN history.article_version.raw_encoding IS 'How raw is packed: identity, which is not at all, or gzip (RFC 1952).';

CREATE TABLE history.article_duplicate (
    id bigint NOT NULL,
    copy_id bigint NOT NULL,
    original_id bigint NOT NULL,
    score double precision NOT NULL,
    state text NOT NULL,
    reason text,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_article_duplicate PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_article_duplicate_ended ON history.article_duplicate (ended_changeset_id);

COMMENT ON TABLE history.article_duplicate IS 'Earlier versions of the rows of article_duplicate.';
COMMENT ON COLUMN history.article_duplicate.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.article_duplicate.copy_id IS 'The article that looks like a copy.';
COMMENT ON COLUMN history.article_duplicate.original_id IS 'The article it looks like a copy of: the one of an agency, else the earlier one.';
COMMENT ON COLUMN history.article_duplicate.score IS 'Share of the sampled runs of words of the shorter text that the longer one has too, when it was proposed.';
COMMENT ON COLUMN history.article_duplicate.state IS 'Whether somebody decided, and how; the changeset of the row says who and when.';
COMMENT ON COLUMN history.article_duplicate.reason IS 'Why it was decided so.';
COMMENT ON COLUMN history.article_duplicate.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.article_duplicate.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.actor (
    id bigint NOT NULL,
    slug text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    merged_into_id bigint,
    citation text,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_actor PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_actor_ended ON history.actor (ended_changeset_id);

COMMENT ON TABLE history.actor IS 'Earlier versions of the rows of actor.';
COMMENT ON COLUMN history.actor.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.actor.slug IS 'The handle that people type; it keeps working after a merge.';
COMMENT ON COLUMN history.actor.kind IS 'What it is. State, government, office and person are different actors.';
COMMENT ON COLUMN history.actor.name IS 'The name that tables show.';
COMMENT ON COLUMN history.actor.merged_into_id IS 'The actor it was found to be the same as.';
COMMENT ON COLUMN history.actor.citation IS 'Where what is said of the actor can be checked.';
COMMENT ON COLUMN history.actor.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.actor.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.actor_name (
    id bigint NOT NULL,
    actor_id bigint NOT NULL,
    name text NOT NULL,
    language text NOT NULL,
    kind text NOT NULL,
    used daterange NOT NULL,
    used_from date,
    used_to date,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_actor_name PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_actor_name_ended ON history.actor_name (ended_changeset_id);

COMMENT ON TABLE history.actor_name IS 'Earlier versions of the rows of actor_name.';
COMMENT ON COLUMN history.actor_name.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.actor_name.actor_id IS 'Whose name it is.';
COMMENT ON COLUMN history.actor_name.name IS 'The name as written in its language.';
COMMENT ON COLUMN history.actor_name.language IS 'BCP 47 tag of the language of the name.';
COMMENT ON COLUMN history.actor_name.kind IS 'What the name is to the actor.';
COMMENT ON COLUMN history.actor_name.used IS 'When the name was used.';
COMMENT ON COLUMN history.actor_name.used_from IS 'First possible day of used.';
COMMENT ON COLUMN history.actor_name.used_to IS 'First day after used (half-open); null while it lasts.';
COMMENT ON COLUMN history.actor_name.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.actor_name.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.actor_identifier (
    id bigint NOT NULL,
    actor_id bigint NOT NULL,
    scheme text NOT NULL,
    value text NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_actor_identifier PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_actor_identifier_ended ON history.actor_identifier (ended_changeset_id);

COMMENT ON TABLE history.actor_identifier IS 'Earlier versions of the rows of actor_identifier.';
COMMENT ON COLUMN history.actor_identifier.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.actor_identifier.actor_id IS 'Whom it identifies.';
COMMENT ON COLUMN history.actor_identifier.scheme IS 'The system.';
COMMENT ON COLUMN history.actor_identifier.value IS 'The identifier, as text, leading zeros kept.';
COMMENT ON COLUMN history.actor_identifier.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.actor_identifier.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.actor_relation (
    id bigint NOT NULL,
    subject_id bigint NOT NULL,
    relation text NOT NULL,
    object_id bigint NOT NULL,
    during_edtf text,
    during daterange NOT NULL,
    during_from date,
    during_to date,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_actor_relation PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_actor_relation_ended ON history.actor_relation (ended_changeset_id);

COMMENT ON TABLE history.actor_relation IS 'Earlier versions of the rows of actor_relation.';
COMMENT ON COLUMN history.actor_relation.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.actor_relation.subject_id IS 'Of whom the relation is said.';
COMMENT ON COLUMN history.actor_relation.relation IS 'Which relation.';
COMMENT ON COLUMN history.actor_relation.object_id IS 'To whom it points.';
COMMENT ON COLUMN history.actor_relation.during_edtf IS 'The period as an EDTF string.';
COMMENT ON COLUMN history.actor_relation.during IS 'The period, half-open.';
COMMENT ON COLUMN history.actor_relation.during_from IS 'First possible day of during.';
COMMENT ON COLUMN history.actor_relation.during_to IS 'First day after during (half-open); null while it lasts.';
COMMENT ON COLUMN history.actor_relation.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.actor_relation.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.tenure (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    office_id bigint NOT NULL,
    seat bigint NOT NULL,
    held_edtf text NOT NULL,
    held daterange NOT NULL,
    held_from date,
    held_to date,
    is_acting boolean NOT NULL,
    citation text,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_tenure PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_tenure_ended ON history.tenure (ended_changeset_id);

COMMENT ON TABLE history.tenure IS 'Earlier versions of the rows of tenure.';
COMMENT ON COLUMN history.tenure.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.tenure.person_id IS 'Who holds the office.';
COMMENT ON COLUMN history.tenure.office_id IS 'The office held.';
COMMENT ON COLUMN history.tenure.seat IS 'Which seat, where an office has several.';
COMMENT ON COLUMN history.tenure.held_edtf IS 'The period as an EDTF string.';
COMMENT ON COLUMN history.tenure.held IS 'The period, half-open.';
COMMENT ON COLUMN history.tenure.held_from IS 'First possible day of held.';
COMMENT ON COLUMN history.tenure.held_to IS 'First day after held (half-open); null while it lasts.';
COMMENT ON COLUMN history.tenure.is_acting IS 'Whether the person acted for another.';
COMMENT ON COLUMN history.tenure.citation IS 'Where the period can be checked.';
COMMENT ON COLUMN history.tenure.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.tenure.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.codebook_version (
    id bigint NOT NULL,
    label text NOT NULL,
    issued_on date NOT NULL,
    notes text,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_codebook_version PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_codebook_version_ended ON history.codebook_version (ended_changeset_id);

COMMENT ON TABLE history.codebook_version IS 'Earlier versions of the rows of codebook_version.';
COMMENT ON COLUMN history.codebook_version.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.codebook_version.label IS 'The handle that people type, such as taiwan-1.0.';
COMMENT ON COLUMN history.codebook_version.issued_on IS 'The day it was issued.';
COMMENT ON COLUMN history.codebook_version.notes IS 'What changed against the version before.';
COMMENT ON COLUMN history.codebook_version.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.codebook_version.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.issue (
    id bigint NOT NULL,
    slug text NOT NULL,
    question text NOT NULL,
    scope text,
    parent_id bigint,
    status text NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    merged_into_id bigint,
    CONSTRAINT pk_issue PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_issue_ended ON history.issue (ended_changeset_id);

COMMENT ON TABLE history.issue IS 'Earlier versions of the rows of issue.';
COMMENT ON COLUMN history.issue.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.issue.slug IS 'The handle that people type.';
COMMENT ON COLUMN history.issue.question IS 'The one question that the positions answer.';
COMMENT ON COLUMN history.issue.scope IS 'What belongs to the issue and what does not.';
COMMENT ON COLUMN history.issue.parent_id IS 'The wider issue it belongs to.';
COMMENT ON COLUMN history.issue.status IS 'Whether it is coded now.';
COMMENT ON COLUMN history.issue.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.issue.ended_changeset_id IS 'The changeset that replaced or removed this version.';
COMMENT ON COLUMN history.issue.merged_into_id IS 'The issue that its codings count for; null means itself.';

CREATE TABLE history.issue_code (
    id bigint NOT NULL,
    issue_id bigint NOT NULL,
    scheme text NOT NULL,
    code text NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_issue_code PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_issue_code_ended ON history.issue_code (ended_changeset_id);

COMMENT ON TABLE history.issue_code IS 'Earlier versions of the rows of issue_code.';
COMMENT ON COLUMN history.issue_code.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.issue_code.issue_id IS 'What the code stands for.';
COMMENT ON COLUMN history.issue_code.scheme IS 'The scheme, such as cap or iptc.';
COMMENT ON COLUMN history.issue_code.code IS 'The code there, as text.';
COMMENT ON COLUMN history.issue_code.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.issue_code.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.position (
    id bigint NOT NULL,
    issue_id bigint NOT NULL,
    slug text NOT NULL,
    label text NOT NULL,
    definition text NOT NULL,
    kind text NOT NULL,
    rank smallint,
    score double precision,
    include text[] NOT NULL,
    exclude text[] NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    status text NOT NULL,
    merged_into_id bigint,
    CONSTRAINT pk_position PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_position_ended ON history."position" (ended_changeset_id);

COMMENT ON TABLE history.position IS 'Earlier versions of the rows of position.';
COMMENT ON COLUMN history.position.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.position.issue_id IS 'The issue whose question it answers.';
COMMENT ON COLUMN history.position.slug IS 'The handle that people type, unique within the issue.';
COMMENT ON COLUMN history.position.label IS 'The words that tables and pictures show.';
COMMENT ON COLUMN history.position.definition IS 'What the position says.';
COMMENT ON COLUMN history.position.kind IS 'Whether it answers, deliberately leaves open, or takes no position.';
COMMENT ON COLUMN history.position.rank IS 'Place on the ordered scale of the issue; null where there is none.';
COMMENT ON COLUMN history.position.score IS 'Number for means, from -1 to 1, for substantive positions alone.';
COMMENT ON COLUMN history.position.include IS 'Examples of what is to be coded so.';
COMMENT ON COLUMN history.position.exclude IS 'Examples of what is not.';
COMMENT ON COLUMN history.position.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.position.ended_changeset_id IS 'The changeset that replaced or removed this version.';
COMMENT ON COLUMN history.position.status IS 'Whether new codings may take it: active or retired.';
COMMENT ON COLUMN history.position.merged_into_id IS 'The position that its codings count for; null means itself.';

CREATE TABLE history.event (
    id bigint NOT NULL,
    slug text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    during_edtf text NOT NULL,
    during daterange NOT NULL,
    during_from date,
    during_to date,
    zone text,
    status text NOT NULL,
    citation text,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_event PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_event_ended ON history.event (ended_changeset_id);

COMMENT ON TABLE history.event IS 'Earlier versions of the rows of event.';
COMMENT ON COLUMN history.event.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.event.slug IS 'The handle that people type.';
COMMENT ON COLUMN history.event.kind IS 'What kind of event it is.';
COMMENT ON COLUMN history.event.title IS 'What tables show.';
COMMENT ON COLUMN history.event.during_edtf IS 'The period as an EDTF string.';
COMMENT ON COLUMN history.event.during IS 'The period, half-open.';
COMMENT ON COLUMN history.event.during_from IS 'First possible day of during.';
COMMENT ON COLUMN history.event.during_to IS 'First day after during (half-open); null while it lasts.';
COMMENT ON COLUMN history.event.zone IS 'IANA time zone in which the days are counted.';
COMMENT ON COLUMN history.event.status IS 'Whether it took place.';
COMMENT ON COLUMN history.event.citation IS 'Where the fact can be checked.';
COMMENT ON COLUMN history.event.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.event.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.event_participant (
    id bigint NOT NULL,
    event_id bigint NOT NULL,
    actor_id bigint NOT NULL,
    role text NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_event_participant PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_event_participant_ended ON history.event_participant (ended_changeset_id);

COMMENT ON TABLE history.event_participant IS 'Earlier versions of the rows of event_participant.';
COMMENT ON COLUMN history.event_participant.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.event_participant.event_id IS 'What was taken part in.';
COMMENT ON COLUMN history.event_participant.actor_id IS 'Who took part.';
COMMENT ON COLUMN history.event_participant.role IS 'What the actor is to the event.';
COMMENT ON COLUMN history.event_participant.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.event_participant.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.indicator (
    id bigint NOT NULL,
    slug text NOT NULL,
    question text NOT NULL,
    counts_if text NOT NULL,
    issue_id bigint,
    due_edtf text,
    due daterange,
    due_from date,
    due_to date,
    status text NOT NULL,
    citation text,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_indicator PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_indicator_ended ON history.indicator (ended_changeset_id);

COMMENT ON TABLE history.indicator IS 'Earlier versions of the rows of indicator.';
COMMENT ON COLUMN history.indicator.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.indicator.slug IS 'The handle that people type.';
COMMENT ON COLUMN history.indicator.question IS 'What is being watched.';
COMMENT ON COLUMN history.indicator.counts_if IS 'What would count as yes.';
COMMENT ON COLUMN history.indicator.issue_id IS 'The issue it bears on.';
COMMENT ON COLUMN history.indicator.due_edtf IS 'When an answer is due, as an EDTF string.';
COMMENT ON COLUMN history.indicator.due IS 'When an answer is due, half-open.';
COMMENT ON COLUMN history.indicator.due_from IS 'First possible day of due.';
COMMENT ON COLUMN history.indicator.due_to IS 'First day after due (half-open); null while it lasts.';
COMMENT ON COLUMN history.indicator.status IS 'Whether it is still open.';
COMMENT ON COLUMN history.indicator.citation IS 'Who named it as something to watch.';
COMMENT ON COLUMN history.indicator.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.indicator.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.indicator_observation (
    id bigint NOT NULL,
    indicator_id bigint NOT NULL,
    observed_on date NOT NULL,
    is_seen boolean NOT NULL,
    note text,
    article_version_id bigint,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_indicator_observation PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_indicator_observation_ended ON history.indicator_observation (ended_changeset_id);

COMMENT ON TABLE history.indicator_observation IS 'Earlier versions of the rows of indicator_observation.';
COMMENT ON COLUMN history.indicator_observation.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.indicator_observation.indicator_id IS 'What was looked for.';
COMMENT ON COLUMN history.indicator_observation.observed_on IS 'The day.';
COMMENT ON COLUMN history.indicator_observation.is_seen IS 'Whether what would count as yes was seen by then.';
COMMENT ON COLUMN history.indicator_observation.note IS 'What was seen, or where was looked.';
COMMENT ON COLUMN history.indicator_observation.article_version_id IS 'The source.';
COMMENT ON COLUMN history.indicator_observation.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.indicator_observation.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.statement (
    id bigint NOT NULL,
    slug text NOT NULL,
    speaker_id bigint NOT NULL,
    tenure_id bigint,
    on_behalf_of_id bigint,
    capacity text,
    authority smallint NOT NULL,
    act text NOT NULL,
    said_phrase text,
    said_edtf text NOT NULL,
    said daterange NOT NULL,
    said_from date,
    said_to date,
    said_at timestamp with time zone,
    zone text,
    place text,
    event_id bigint,
    summary text,
    verification text NOT NULL,
    self_declared text NOT NULL,
    merged_into_id bigint,
    retracted_on date,
    retracted_reason text,
    citation text,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    ends boolean NOT NULL,
    CONSTRAINT pk_statement PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_statement_ended ON history.statement (ended_changeset_id);

COMMENT ON TABLE history.statement IS 'Earlier versions of the rows of statement.';
COMMENT ON COLUMN history.statement.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.statement.slug IS 'The handle that people type.';
COMMENT ON COLUMN history.statement.speaker_id IS 'Who spoke, or which body issued it.';
COMMENT ON COLUMN history.statement.tenure_id IS 'The office the speaker held when it was said.';
COMMENT ON COLUMN history.statement.on_behalf_of_id IS 'In whose name; null means the speaker''s own.';
COMMENT ON COLUMN history.statement.capacity IS 'In what capacity the speaker spoke.';
COMMENT ON COLUMN history.statement.authority IS '6 law, treaty, cabinet decision; 5 written official answer, joint statement; 4 prepared remarks; 3 ad-lib remarks; 2 spokesperson aside, social post; 1 anonymous or attributed.';
COMMENT ON COLUMN history.statement.act IS 'What the statement does.';
COMMENT ON COLUMN history.statement.said_phrase IS 'The date as printed.';
COMMENT ON COLUMN history.statement.said_edtf IS 'The date as an EDTF string, local to the speaker''s place.';
COMMENT ON COLUMN history.statement.said IS 'The days that said_edtf means, half-open.';
COMMENT ON COLUMN history.statement.said_from IS 'First possible day of said.';
COMMENT ON COLUMN history.statement.said_to IS 'First day after said (half-open); null while it lasts.';
COMMENT ON COLUMN history.statement.said_at IS 'The instant, if known.';
COMMENT ON COLUMN history.statement.zone IS 'IANA time zone of the speaker''s place.';
COMMENT ON COLUMN history.statement.place IS 'Where it was said.';
COMMENT ON COLUMN history.statement.event_id IS 'The event in the course of which it was said.';
COMMENT ON COLUMN history.statement.summary IS 'What was said, in the coder''s words.';
COMMENT ON COLUMN history.statement.verification IS 'How sure it is that it was said.';
COMMENT ON COLUMN history.statement.self_declared IS 'What the speaker says about change of the position.';
COMMENT ON COLUMN history.statement.merged_into_id IS 'The statement it was found to be the same as.';
COMMENT ON COLUMN history.statement.retracted_on IS 'The day the record was withdrawn here, because it was wrong.';
COMMENT ON COLUMN history.statement.retracted_reason IS 'Why the record was withdrawn.';
COMMENT ON COLUMN history.statement.citation IS 'Where the fact can be checked, beside the quoted article.';
COMMENT ON COLUMN history.statement.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.statement.ended_changeset_id IS 'The changeset that replaced or removed this version.';
COMMENT ON COLUMN history.statement.ends IS 'Whether nothing is known after its last day; of a lasting statement with a last day.';

CREATE TABLE history.statement_addressee (
    id bigint NOT NULL,
    statement_id bigint NOT NULL,
    actor_id bigint NOT NULL,
    role text NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_statement_addressee PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_statement_addressee_ended ON history.statement_addressee (ended_changeset_id);

COMMENT ON TABLE history.statement_addressee IS 'Earlier versions of the rows of statement_addressee.';
COMMENT ON COLUMN history.statement_addressee.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.statement_addressee.statement_id IS 'What was said.';
COMMENT ON COLUMN history.statement_addressee.actor_id IS 'Who is addressed, or spoken of.';
COMMENT ON COLUMN history.statement_addressee.role IS 'What the actor is to the statement.';
COMMENT ON COLUMN history.statement_addressee.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.statement_addressee.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.statement_link (
    id bigint NOT NULL,
    statement_id bigint NOT NULL,
    kind text NOT NULL,
    target_id bigint NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_statement_link PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_statement_link_ended ON history.statement_link (ended_changeset_id);

COMMENT ON TABLE history.statement_link IS 'Earlier versions of the rows of statement_link.';
COMMENT ON COLUMN history.statement_link.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.statement_link.statement_id IS 'The later statement.';
COMMENT ON COLUMN history.statement_link.kind IS 'What it does to the other.';
COMMENT ON COLUMN history.statement_link.target_id IS 'The earlier statement.';
COMMENT ON COLUMN history.statement_link.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.statement_link.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.mention (
    id bigint NOT NULL,
    statement_id bigint NOT NULL,
    article_version_id bigint NOT NULL,
    char_start integer NOT NULL,
    char_end integer NOT NULL,
    quote text NOT NULL,
    prefix text NOT NULL,
    suffix text NOT NULL,
    rendering text NOT NULL,
    asserts text NOT NULL,
    attribution text,
    rank text NOT NULL,
    deprecated_reason text,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_mention PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_mention_ended ON history.mention (ended_changeset_id);

COMMENT ON TABLE history.mention IS 'Earlier versions of the rows of mention.';
COMMENT ON COLUMN history.mention.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.mention.statement_id IS 'The statement printed there.';
COMMENT ON COLUMN history.mention.article_version_id IS 'The frozen text it is printed in.';
COMMENT ON COLUMN history.mention.char_start IS 'First code point of the quote in the body, from 0.';
COMMENT ON COLUMN history.mention.char_end IS 'Code point after the quote.';
COMMENT ON COLUMN history.mention.quote IS 'The article''s own characters between the two.';
COMMENT ON COLUMN history.mention.prefix IS 'The characters before the quote, up to 32.';
COMMENT ON COLUMN history.mention.suffix IS 'The characters after the quote, up to 32.';
COMMENT ON COLUMN history.mention.rendering IS 'How the outlet prints the statement.';
COMMENT ON COLUMN history.mention.asserts IS 'Whether the outlet says that the statement was made.';
COMMENT ON COLUMN history.mention.attribution IS 'Name and title of the speaker as printed.';
COMMENT ON COLUMN history.mention.rank IS 'Which mention to show first.';
COMMENT ON COLUMN history.mention.deprecated_reason IS 'Why the mention is not to be relied on.';
COMMENT ON COLUMN history.mention.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.mention.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.causal_link (
    id bigint NOT NULL,
    from_statement_id bigint,
    from_event_id bigint,
    kind text NOT NULL,
    to_statement_id bigint,
    to_event_id bigint,
    asserted_by_id bigint NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_causal_link PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_causal_link_ended ON history.causal_link (ended_changeset_id);

COMMENT ON TABLE history.causal_link IS 'Earlier versions of the rows of causal_link.';
COMMENT ON COLUMN history.causal_link.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.causal_link.from_statement_id IS 'The later thing, if a statement.';
COMMENT ON COLUMN history.causal_link.from_event_id IS 'The later thing, if an event.';
COMMENT ON COLUMN history.causal_link.kind IS 'How it is said to follow.';
COMMENT ON COLUMN history.causal_link.to_statement_id IS 'The earlier thing, if a statement.';
COMMENT ON COLUMN history.causal_link.to_event_id IS 'The earlier thing, if an event.';
COMMENT ON COLUMN history.causal_link.asserted_by_id IS 'Who says so.';
COMMENT ON COLUMN history.causal_link.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.causal_link.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.coding (
    id bigint NOT NULL,
    statement_id bigint NOT NULL,
    holder_id bigint NOT NULL,
    issue_id bigint NOT NULL,
    position_id bigint,
    coder_id bigint NOT NULL,
    codebook_version_id bigint NOT NULL,
    basis text NOT NULL,
    explicitness text NOT NULL,
    condition text,
    vagueness text NOT NULL,
    confidence text NOT NULL,
    rationale text,
    status text NOT NULL,
    is_final boolean NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    carried_from_id bigint,
    CONSTRAINT pk_coding PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_coding_ended ON history.coding (ended_changeset_id);

COMMENT ON TABLE history.coding IS 'Earlier versions of the rows of coding.';
COMMENT ON COLUMN history.coding.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.coding.statement_id IS 'The statement judged.';
COMMENT ON COLUMN history.coding.holder_id IS 'Whose position it is; not always the speaker''s.';
COMMENT ON COLUMN history.coding.issue_id IS 'The question on which the statement is judged.';
COMMENT ON COLUMN history.coding.position_id IS 'The position; null means the statement addresses the issue and takes no codable position.';
COMMENT ON COLUMN history.coding.coder_id IS 'Who judged.';
COMMENT ON COLUMN history.coding.codebook_version_id IS 'Under which version of the rules.';
COMMENT ON COLUMN history.coding.basis IS 'On what ground the position is ascribed to the holder.';
COMMENT ON COLUMN history.coding.explicitness IS 'How openly the statement takes the position.';
COMMENT ON COLUMN history.coding.condition IS 'The condition under which it is said to hold; null if none.';
COMMENT ON COLUMN history.coding.vagueness IS 'Whether the wording commits the holder.';
COMMENT ON COLUMN history.coding.confidence IS 'How sure the coder is.';
COMMENT ON COLUMN history.coding.rationale IS 'Why, in the coder''s words.';
COMMENT ON COLUMN history.coding.status IS 'Where the coding stands in review.';
COMMENT ON COLUMN history.coding.is_final IS 'Whether this is the judgement that counts; one for a statement, holder and issue.';
COMMENT ON COLUMN history.coding.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.coding.ended_changeset_id IS 'The changeset that replaced or removed this version.';
COMMENT ON COLUMN history.coding.carried_from_id IS 'The coding under an earlier codebook version that this one repeats; null if it was judged anew.';

CREATE TABLE history.coding_review (
    id bigint NOT NULL,
    coding_id bigint NOT NULL,
    old_status text NOT NULL,
    new_status text NOT NULL,
    reviewer_id bigint NOT NULL,
    reviewed_at timestamp with time zone NOT NULL,
    note text,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_coding_review PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_coding_review_ended ON history.coding_review (ended_changeset_id);

COMMENT ON TABLE history.coding_review IS 'Earlier versions of the rows of coding_review.';
COMMENT ON COLUMN history.coding_review.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.coding_review.coding_id IS 'The coding decided on.';
COMMENT ON COLUMN history.coding_review.old_status IS 'Its status before.';
COMMENT ON COLUMN history.coding_review.new_status IS 'Its status after.';
COMMENT ON COLUMN history.coding_review.reviewer_id IS 'Who decided.';
COMMENT ON COLUMN history.coding_review.reviewed_at IS 'When.';
COMMENT ON COLUMN history.coding_review.note IS 'Why.';
COMMENT ON COLUMN history.coding_review.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.coding_review.ended_changeset_id IS 'The changeset that replaced or removed this version.';

CREATE TABLE history.derivation_rule (
    id bigint NOT NULL,
    slug text NOT NULL,
    label text NOT NULL,
    definition text NOT NULL,
    min_authority smallint NOT NULL,
    bases text[] NOT NULL,
    sustain_days bigint,
    retraction_effect text NOT NULL,
    tenure_effect text NOT NULL,
    expiry_days bigint,
    is_default boolean NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    same_day text NOT NULL,
    CONSTRAINT pk_derivation_rule PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_derivation_rule_ended ON history.derivation_rule (ended_changeset_id);

COMMENT ON TABLE history.derivation_rule IS 'Earlier versions of the rows of derivation_rule.';
COMMENT ON COLUMN history.derivation_rule.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.derivation_rule.slug IS 'The handle that people type.';
COMMENT ON COLUMN history.derivation_rule.label IS 'The words that tables and pictures show.';
COMMENT ON COLUMN history.derivation_rule.definition IS 'What the rule does, in a sentence.';
COMMENT ON COLUMN history.derivation_rule.min_authority IS 'Statements below this authority do not count.';
COMMENT ON COLUMN history.derivation_rule.bases IS 'The bases of coding that count.';
COMMENT ON COLUMN history.derivation_rule.sustain_days IS 'A position counts once two statements on different dates carry it, or it stood uncontradicted for so many days; null means at once.';
COMMENT ON COLUMN history.derivation_rule.retraction_effect IS 'Whether the stance before returns after a retraction.';
COMMENT ON COLUMN history.derivation_rule.tenure_effect IS 'Whether the stance of an office ends when its holder changes.';
COMMENT ON COLUMN history.derivation_rule.expiry_days IS 'Days after its last evidence at which a stance lapses.';
COMMENT ON COLUMN history.derivation_rule.is_default IS 'Whether it answers when no rule is named.';
COMMENT ON COLUMN history.derivation_rule.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.derivation_rule.ended_changeset_id IS 'The changeset that replaced or removed this version.';
COMMENT ON COLUMN history.derivation_rule.same_day IS 'What a day with several positions of equal authority gives: that of the last word, or of most statements.';

CREATE TABLE history.release (
    id bigint NOT NULL,
    label text NOT NULL,
    changeset_number bigint NOT NULL,
    rules text[] NOT NULL,
    codebook_versions text[] NOT NULL,
    author text NOT NULL,
    reason text NOT NULL,
    released_on date NOT NULL,
    layout smallint NOT NULL,
    derivation_sha256 text NOT NULL,
    manifest_sha256 text NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    license_name text,
    CONSTRAINT pk_release PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_release_ended ON history.release (ended_changeset_id);

COMMENT ON TABLE history.release IS 'Earlier versions of the rows of release.';
COMMENT ON COLUMN history.release.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.release.label IS 'The handle that people type and cite.';
COMMENT ON COLUMN history.release.changeset_number IS 'The changeset as of which everything in it is known.';
COMMENT ON COLUMN history.release.rules IS 'The rules that its stances are derived under.';
COMMENT ON COLUMN history.release.codebook_versions IS 'The versions of the codebook known then, by label.';
COMMENT ON COLUMN history.release.author IS 'Who made it; the citation names them.';
COMMENT ON COLUMN history.release.reason IS 'Why it was made, in the words of the author.';
COMMENT ON COLUMN history.release.released_on IS 'The day it was made, in UTC.';
COMMENT ON COLUMN history.release.layout IS 'Number of the layout of the files; a later layout is a new number.';
COMMENT ON COLUMN history.release.derivation_sha256 IS 'Checksum of the definition of stances in force then.';
COMMENT ON COLUMN history.release.manifest_sha256 IS 'Checksum of the list of checksums: one digest of all files.';
COMMENT ON COLUMN history.release.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.release.ended_changeset_id IS 'The changeset that replaced or removed this version.';
COMMENT ON COLUMN history.release.license_name IS 'The licence under which the data may be used, by its SPDX identifier; null where none is granted.';

CREATE TABLE history.release_file (
    id bigint NOT NULL,
    release_id bigint NOT NULL,
    name text NOT NULL,
    content_sha256 text NOT NULL,
    row_count bigint,
    byte_count bigint NOT NULL,
    changeset_id bigint NOT NULL,
    ended_changeset_id bigint NOT NULL,
    CONSTRAINT pk_release_file PRIMARY KEY (id, changeset_id)
);
CREATE INDEX ix_release_file_ended ON history.release_file (ended_changeset_id);

COMMENT ON TABLE history.release_file IS 'Earlier versions of the rows of release_file.';
COMMENT ON COLUMN history.release_file.id IS 'Inner key, never shown; people use slugs.';
COMMENT ON COLUMN history.release_file.release_id IS 'The release it belongs to.';
COMMENT ON COLUMN history.release_file.name IS 'Name of the file in the package.';
COMMENT ON COLUMN history.release_file.content_sha256 IS 'SHA-256 of its bytes.';
COMMENT ON COLUMN history.release_file.row_count IS 'Rows under the heading; null where it is no table.';
COMMENT ON COLUMN history.release_file.byte_count IS 'How long it is.';
COMMENT ON COLUMN history.release_file.changeset_id IS 'The changeset that wrote this version of the row; the database sets it.';
COMMENT ON COLUMN history.release_file.ended_changeset_id IS 'The changeset that replaced or removed this version.';
