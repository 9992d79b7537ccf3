-- What readers may see, shaped for reading. Written by the door alone; nothing here refers to newsroom.

CREATE SCHEMA delivery;
REVOKE ALL ON SCHEMA delivery FROM PUBLIC;

CREATE TABLE delivery.head (
    id    boolean PRIMARY KEY DEFAULT true CONSTRAINT head_is_one_row CHECK (id),
    epoch integer NOT NULL,
    seq   bigint  NOT NULL
);
INSERT INTO delivery.head (epoch, seq) VALUES (1, 0);

CREATE TABLE delivery.changes (
    seq           bigint         PRIMARY KEY,
    committed_at  timestamptz(3) NOT NULL,
    kind          text           NOT NULL,
    id            uuid,
    event         text           NOT NULL,
    update_number integer,
    quiet         boolean        NOT NULL DEFAULT false,
    keys          text[]         NOT NULL
);

CREATE TABLE delivery.tombstones (
    kind       text           NOT NULL,
    id         uuid           NOT NULL,
    seq        bigint         NOT NULL,
    withdrawn  boolean        NOT NULL,
    deleted_at timestamptz(3) NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX tombstones_seq ON delivery.tombstones (seq);

CREATE TABLE delivery.site (
    id               boolean PRIMARY KEY DEFAULT true CONSTRAINT delivery_site_is_one_row CHECK (id),
    seq              bigint  NOT NULL,
    title            text    NOT NULL,
    tagline          text,
    public_url       text    NOT NULL,
    paths            json    NOT NULL,
    default_language text    NOT NULL,
    time_zone        text    NOT NULL,
    about_html       text,
    about_blocks     json,
    about_text       text,
    logo             json,
    social_links     json    NOT NULL,
    copyright        text,
    licence          text,
    public_text      text    NOT NULL
);

CREATE TABLE delivery.sections (
    id          uuid    PRIMARY KEY,
    seq         bigint  NOT NULL,
    slug        text    NOT NULL UNIQUE,
    name        text    NOT NULL,
    description text,
    position    integer NOT NULL
);

CREATE TABLE delivery.authors (
    id               uuid   PRIMARY KEY,
    seq              bigint NOT NULL,
    slug             text   NOT NULL UNIQUE,
    name             text   NOT NULL,
    biography_html   text,
    biography_blocks json,
    biography_text   text,
    image            json,
    links            json   NOT NULL
);
CREATE INDEX authors_order ON delivery.authors (name, id);

CREATE TABLE delivery.entities (
    id          uuid   PRIMARY KEY,
    seq         bigint NOT NULL,
    kind        text   NOT NULL,
    slug        text   NOT NULL UNIQUE,
    name        text   NOT NULL,
    aliases     text[] NOT NULL,
    description text,
    same_as     text[] NOT NULL,
    image       json
);
CREATE INDEX entities_order ON delivery.entities (name, id);
CREATE INDEX entities_kind_order ON delivery.entities (kind, name, id);

CREATE TABLE delivery.donation_links (
    id                uuid     PRIMARY KEY,
    seq               bigint   NOT NULL,
    provider          text     NOT NULL,
    url               text,
    bank              json,
    call_to_action    json     NOT NULL,
    thank_you         json     NOT NULL,
    currency          text,
    suggested_amounts bigint[] NOT NULL,
    placement         text     NOT NULL
);

-- scope: 1 an article's own, 2 its section's, 3 the site's (owner_id all zeros). The lowest scope that has links is the one in effect.
CREATE TABLE delivery.donation_attachments (
    scope    smallint NOT NULL CHECK (scope IN (1, 2, 3)),
    owner_id uuid     NOT NULL,
    position integer  NOT NULL,
    link_id  uuid     NOT NULL,
    PRIMARY KEY (scope, owner_id, position)
);
CREATE INDEX delivery_donation_attachments_link ON delivery.donation_attachments (link_id);

CREATE TABLE delivery.articles (
    id                uuid           PRIMARY KEY,
    seq               bigint         NOT NULL,
    slug              text           NOT NULL UNIQUE,
    type              text           NOT NULL,
    language          text           NOT NULL,
    section_id        uuid,
    headline          text           NOT NULL,
    standfirst_html   text,
    standfirst_blocks json,
    standfirst_text   text,
    body_html         text,
    body_blocks       json,
    body_text         text,
    outline           json           NOT NULL,
    word_count        integer        NOT NULL,
    reading_minutes   integer        NOT NULL,
    renderer_version  integer        NOT NULL,
    image             json,
    seo               json,
    canonical_url     text,
    guid              text,
    donation_mode     text           NOT NULL,
    published_at      timestamptz(3) NOT NULL,
    last_update_at    timestamptz(3),
    fresh_at          timestamptz(3) NOT NULL,
    modified_at       timestamptz(3) NOT NULL,
    update_count      integer        NOT NULL,
    updates           json           NOT NULL
);
CREATE INDEX articles_published ON delivery.articles (type, published_at, id);
CREATE INDEX articles_fresh ON delivery.articles (type, fresh_at, id);
CREATE INDEX articles_modified ON delivery.articles (type, modified_at, id);
CREATE INDEX articles_section_published ON delivery.articles (section_id, published_at, id);
CREATE INDEX articles_language_published ON delivery.articles (language, published_at, id);

CREATE TABLE delivery.article_authors (
    article_id   uuid           NOT NULL REFERENCES delivery.articles (id) ON DELETE CASCADE,
    position     integer        NOT NULL,
    author_id    uuid           NOT NULL,
    PRIMARY KEY (article_id, position)
);
CREATE INDEX article_authors_author ON delivery.article_authors (author_id, article_id);

CREATE TABLE delivery.article_entities (
    article_id   uuid           NOT NULL REFERENCES delivery.articles (id) ON DELETE CASCADE,
    position     integer        NOT NULL,
    entity_id    uuid           NOT NULL,
    relation     text           NOT NULL,
    PRIMARY KEY (article_id, position)
);
CREATE INDEX article_entities_entity ON delivery.article_entities (entity_id, article_id);

CREATE TABLE delivery.article_related (
    article_id uuid    NOT NULL REFERENCES delivery.articles (id) ON DELETE CASCADE,
    position   integer NOT NULL,
    target_id  uuid,
    url        text,
    title      text,
    PRIMARY KEY (article_id, position)
);
CREATE INDEX article_related_target ON delivery.article_related (target_id);

-- Every slug that was ever public, and whose it is. One with current = false answers with a redirect.
CREATE TABLE delivery.slugs (
    kind       text    NOT NULL,
    slug       text    NOT NULL,
    id         uuid    NOT NULL,
    current    boolean NOT NULL,
    PRIMARY KEY (kind, slug)
);
CREATE INDEX delivery_slugs_id ON delivery.slugs (id);

CREATE TABLE delivery.old_paths (
    path text PRIMARY KEY,
    kind text NOT NULL,
    id   uuid NOT NULL
);
CREATE INDEX delivery_old_paths_id ON delivery.old_paths (id);

INSERT INTO delivery.site (seq, title, public_url, paths, default_language, time_zone, social_links, public_text)
SELECT 0, title, public_url, paths, default_language, time_zone, social_links, public_text FROM newsroom.site;
