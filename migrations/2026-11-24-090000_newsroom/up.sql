-- Everything, every version: what editors' tools write. Readers never see this schema.

CREATE SCHEMA newsroom;
REVOKE ALL ON SCHEMA newsroom FROM PUBLIC;

CREATE TABLE newsroom.site (
    id               boolean        PRIMARY KEY DEFAULT true CONSTRAINT site_is_one_row CHECK (id),
    version          integer        NOT NULL DEFAULT 1,
    title            text           NOT NULL,
    tagline          text,
    public_url       text           NOT NULL,
    paths            json           NOT NULL,
    default_language text           NOT NULL,
    time_zone        text           NOT NULL,
    about            json,
    logo             json,
    social_links     json           NOT NULL,
    copyright        text,
    licence          text,
    public_text      text           NOT NULL CHECK (public_text IN ('full', 'excerpt', 'none')),
    modified_at      timestamptz(3) NOT NULL
);

CREATE TABLE newsroom.slugs (
    kind         text           NOT NULL CHECK (kind IN ('section', 'author', 'entity', 'article')),
    slug         text           NOT NULL CONSTRAINT slug_form CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 120),
    owner_id     uuid           NOT NULL,
    public_since timestamptz(3),
    CONSTRAINT slugs_pkey PRIMARY KEY (kind, slug)
);
CREATE INDEX slugs_owner ON newsroom.slugs (owner_id);

CREATE TABLE newsroom.sections (
    id          uuid           PRIMARY KEY,
    version     integer        NOT NULL DEFAULT 1,
    slug        text           NOT NULL UNIQUE,
    name        text           NOT NULL,
    description text,
    position    integer        NOT NULL DEFAULT 0,
    created_at  timestamptz(3) NOT NULL,
    modified_at timestamptz(3) NOT NULL
);

CREATE TABLE newsroom.authors (
    id          uuid           PRIMARY KEY,
    version     integer        NOT NULL DEFAULT 1,
    slug        text           NOT NULL UNIQUE,
    name        text           NOT NULL,
    biography   json,
    image       json,
    links       json           NOT NULL,
    created_at  timestamptz(3) NOT NULL,
    modified_at timestamptz(3) NOT NULL
);

CREATE TABLE newsroom.entities (
    id          uuid           PRIMARY KEY,
    version     integer        NOT NULL DEFAULT 1,
    kind        text           NOT NULL CHECK (kind IN ('person', 'organisation', 'place', 'topic', 'event', 'work')),
    slug        text           NOT NULL UNIQUE,
    name        text           NOT NULL,
    aliases     text[]         NOT NULL,
    description text,
    same_as     text[]         NOT NULL,
    image       json,
    created_at  timestamptz(3) NOT NULL,
    modified_at timestamptz(3) NOT NULL
);
CREATE INDEX entities_kind_name ON newsroom.entities (kind, lower(name));

CREATE TABLE newsroom.donation_links (
    id                uuid           PRIMARY KEY,
    version           integer        NOT NULL DEFAULT 1,
    provider          text           NOT NULL CHECK (provider IN ('paypal', 'stripe', 'mollie', 'ko_fi', 'patreon', 'buy_me_a_coffee',
                                                                  'open_collective', 'liberapay', 'github_sponsors', 'bank_transfer', 'other')),
    url               text,
    bank              json,
    call_to_action    json           NOT NULL,
    thank_you         json           NOT NULL,
    currency          text,
    suggested_amounts bigint[]       NOT NULL,
    placement         text           NOT NULL,
    created_at        timestamptz(3) NOT NULL,
    modified_at       timestamptz(3) NOT NULL,
    CONSTRAINT donation_link_target CHECK ((provider = 'bank_transfer') = (bank IS NOT NULL) AND (bank IS NULL) = (url IS NOT NULL))
);

-- Attached to the site (owner_id all zeros) or to a section; an article's own links stand in its versions.
CREATE TABLE newsroom.donation_attachments (
    owner_kind text    NOT NULL CHECK (owner_kind IN ('site', 'section')),
    owner_id   uuid    NOT NULL,
    position   integer NOT NULL,
    link_id    uuid    NOT NULL CONSTRAINT donation_attachments_link REFERENCES newsroom.donation_links (id),
    PRIMARY KEY (owner_kind, owner_id, position)
);
CREATE INDEX donation_attachments_link ON newsroom.donation_attachments (link_id);

CREATE TABLE newsroom.articles (
    id                uuid           PRIMARY KEY,
    status            text           NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'withdrawn')),
    version           integer        NOT NULL,
    revision          integer        NOT NULL DEFAULT 1,
    published_version integer,
    published_at      timestamptz(3),
    modified_at       timestamptz(3),
    withdrawn_at      timestamptz(3),
    withdrawal_reason text,
    guid              text,
    created_at        timestamptz(3) NOT NULL,
    saved_at          timestamptz(3) NOT NULL,
    CONSTRAINT article_dates CHECK ((status = 'draft') = (published_version IS NULL) AND (published_version IS NULL) = (published_at IS NULL))
);
CREATE INDEX articles_saved ON newsroom.articles (saved_at, id);

CREATE TABLE newsroom.article_versions (
    id            uuid           PRIMARY KEY,
    article_id    uuid           NOT NULL REFERENCES newsroom.articles (id) ON DELETE CASCADE,
    number        integer        NOT NULL CHECK (number > 0),
    slug          text           NOT NULL,
    type          text           NOT NULL CHECK (type IN ('article', 'page')),
    headline      text           NOT NULL,
    standfirst    json,
    body          json,
    language      text           NOT NULL,
    section_id    uuid           CONSTRAINT article_versions_section REFERENCES newsroom.sections (id),
    image         json,
    seo           json,
    canonical_url text,
    donation_mode text           NOT NULL CHECK (donation_mode IN ('inherit', 'none', 'own')),
    created_at    timestamptz(3) NOT NULL,
    key_id        uuid,
    actor         text,
    CONSTRAINT article_versions_number UNIQUE (article_id, number)
);
CREATE INDEX article_versions_section ON newsroom.article_versions (section_id);

CREATE TABLE newsroom.article_version_authors (
    version_id uuid    NOT NULL REFERENCES newsroom.article_versions (id) ON DELETE CASCADE,
    position   integer NOT NULL,
    author_id  uuid    NOT NULL CONSTRAINT article_version_authors_author REFERENCES newsroom.authors (id),
    PRIMARY KEY (version_id, position),
    CONSTRAINT article_version_authors_once UNIQUE (version_id, author_id)
);
CREATE INDEX article_version_authors_author ON newsroom.article_version_authors (author_id);

CREATE TABLE newsroom.article_version_entities (
    version_id uuid    NOT NULL REFERENCES newsroom.article_versions (id) ON DELETE CASCADE,
    position   integer NOT NULL,
    entity_id  uuid    NOT NULL CONSTRAINT article_version_entities_entity REFERENCES newsroom.entities (id),
    relation   text    NOT NULL CHECK (relation IN ('about', 'mentions')),
    PRIMARY KEY (version_id, position),
    CONSTRAINT article_version_entities_once UNIQUE (version_id, entity_id)
);
CREATE INDEX article_version_entities_entity ON newsroom.article_version_entities (entity_id);

CREATE TABLE newsroom.article_version_related (
    version_id uuid    NOT NULL REFERENCES newsroom.article_versions (id) ON DELETE CASCADE,
    position   integer NOT NULL,
    article_id uuid    CONSTRAINT article_version_related_article REFERENCES newsroom.articles (id),
    url        text,
    title      text,
    PRIMARY KEY (version_id, position),
    CONSTRAINT related_target CHECK ((article_id IS NULL) = (url IS NOT NULL) AND (url IS NULL) = (title IS NULL))
);
CREATE INDEX article_version_related_article ON newsroom.article_version_related (article_id);

CREATE TABLE newsroom.article_version_donation_links (
    version_id uuid    NOT NULL REFERENCES newsroom.article_versions (id) ON DELETE CASCADE,
    position   integer NOT NULL,
    link_id    uuid    NOT NULL CONSTRAINT article_version_donation_links_link REFERENCES newsroom.donation_links (id),
    PRIMARY KEY (version_id, position)
);
CREATE INDEX article_version_donation_links_link ON newsroom.article_version_donation_links (link_id);

CREATE TABLE newsroom.updates (
    id                uuid           PRIMARY KEY,
    article_id        uuid           NOT NULL REFERENCES newsroom.articles (id) ON DELETE CASCADE,
    version           integer        NOT NULL DEFAULT 1,
    revision          integer        NOT NULL DEFAULT 1,
    number            integer        CHECK (number > 0),
    state             text           NOT NULL CHECK (state IN ('draft', 'shown', 'retracted')),
    published_at      timestamptz(3),
    revised_at        timestamptz(3),
    retracted_at      timestamptz(3),
    retraction_reason text,
    created_at        timestamptz(3) NOT NULL,
    CONSTRAINT updates_number UNIQUE (article_id, number),
    CONSTRAINT update_state CHECK ((state = 'draft') = (number IS NULL) AND (number IS NULL OR published_at IS NOT NULL)
                                   AND (state = 'retracted') = (retracted_at IS NOT NULL))
);

CREATE TABLE newsroom.update_versions (
    id         uuid           PRIMARY KEY,
    update_id  uuid           NOT NULL REFERENCES newsroom.updates (id) ON DELETE CASCADE,
    number     integer        NOT NULL CHECK (number > 0),
    kind       text           NOT NULL CHECK (kind IN ('update', 'correction', 'clarification')),
    headline   text,
    body       json           NOT NULL,
    created_at timestamptz(3) NOT NULL,
    key_id     uuid,
    actor      text,
    CONSTRAINT update_versions_number UNIQUE (update_id, number)
);

CREATE TABLE newsroom.update_version_authors (
    version_id uuid    NOT NULL REFERENCES newsroom.update_versions (id) ON DELETE CASCADE,
    position   integer NOT NULL,
    author_id  uuid    NOT NULL CONSTRAINT update_version_authors_author REFERENCES newsroom.authors (id),
    PRIMARY KEY (version_id, position),
    CONSTRAINT update_version_authors_once UNIQUE (version_id, author_id)
);
CREATE INDEX update_version_authors_author ON newsroom.update_version_authors (author_id);

-- A version, once written, is what was written. Only its rendering may be made anew from the same source.
CREATE FUNCTION newsroom.refuse_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - 'body' - 'standfirst') IS DISTINCT FROM (to_jsonb(OLD) - 'body' - 'standfirst')
       OR to_jsonb(NEW) #> '{body,source}' IS DISTINCT FROM to_jsonb(OLD) #> '{body,source}'
       OR to_jsonb(NEW) #> '{body,format}' IS DISTINCT FROM to_jsonb(OLD) #> '{body,format}'
       OR to_jsonb(NEW) #> '{standfirst,source}' IS DISTINCT FROM to_jsonb(OLD) #> '{standfirst,source}'
       OR to_jsonb(NEW) #> '{standfirst,format}' IS DISTINCT FROM to_jsonb(OLD) #> '{standfirst,format}' THEN
        RAISE EXCEPTION 'version % of % is immutable', OLD.number, TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER immutable BEFORE UPDATE ON newsroom.article_versions FOR EACH ROW EXECUTE FUNCTION newsroom.refuse_version_change();
CREATE TRIGGER immutable BEFORE UPDATE ON newsroom.update_versions FOR EACH ROW EXECUTE FUNCTION newsroom.refuse_version_change();

CREATE TABLE newsroom.api_keys (
    id         uuid           PRIMARY KEY,
    name       text           NOT NULL,
    role       text           NOT NULL,
    scopes     text[]         NOT NULL,
    hash       bytea          NOT NULL CONSTRAINT api_keys_hash UNIQUE,
    hint       text           NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3),
    revoked_at timestamptz(3)
);

CREATE TABLE newsroom.audit (
    id           uuid           PRIMARY KEY,
    at           timestamptz(3) NOT NULL,
    key_id       uuid,
    key_name     text           NOT NULL,
    actor        text,
    request_id   text           NOT NULL,
    action       text           NOT NULL,
    subject_kind text           NOT NULL,
    subject_id   uuid,
    version_from text,
    version_to   text
);
CREATE INDEX audit_subject ON newsroom.audit (subject_id, id);

CREATE TABLE newsroom.idempotency (
    key_id     uuid           NOT NULL,
    route      text           NOT NULL,
    key        text           NOT NULL,
    body_hash  bytea          NOT NULL,
    status     smallint,
    headers    json,
    body       text,
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT idempotency_pkey PRIMARY KEY (key_id, route, key)
);
CREATE INDEX idempotency_age ON newsroom.idempotency (created_at);

-- Addresses that things had on the site they were imported from.
CREATE TABLE newsroom.old_paths (
    path     text PRIMARY KEY,
    kind     text NOT NULL CHECK (kind IN ('section', 'author', 'entity', 'article')),
    owner_id uuid NOT NULL
);
CREATE INDEX old_paths_owner ON newsroom.old_paths (owner_id);

-- What an import made of each of its source's records, so that a second run changes nothing.
CREATE TABLE newsroom.imported (
    source      text           NOT NULL,
    source_kind text           NOT NULL,
    source_id   text           NOT NULL,
    owner_id    uuid           NOT NULL,
    fingerprint bytea          NOT NULL,
    revision    integer        NOT NULL,
    imported_at timestamptz(3) NOT NULL,
    PRIMARY KEY (source, source_kind, source_id)
);
CREATE INDEX imported_owner ON newsroom.imported (owner_id);

INSERT INTO newsroom.site (title, public_url, paths, default_language, time_zone, social_links, public_text, modified_at)
VALUES ('Untitled', 'http://localhost:3000',
        '{"article": "/{section}/{slug}", "section": "/{slug}", "author": "/authors/{slug}", "entity": "/topics/{slug}"}',
        'en', 'UTC', '[]', 'full', now());
