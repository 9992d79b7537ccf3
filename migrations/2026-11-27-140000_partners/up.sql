-- Partners and their contracts; how much of a day's quota is used; and up to when articles that are held back are released.

SET LOCAL lock_timeout = '5s';

CREATE TABLE newsroom.partners (
    id              uuid           PRIMARY KEY,
    version         integer        NOT NULL DEFAULT 1,
    terms           integer        NOT NULL DEFAULT 1,
    name            text           NOT NULL,
    sections        uuid[],
    languages       text[],
    entities        uuid[],
    text            text           NOT NULL CONSTRAINT partners_text CHECK (text IN ('full', 'excerpt')),
    media           boolean        NOT NULL,
    embargo_seconds integer        NOT NULL CONSTRAINT partners_embargo CHECK (embargo_seconds >= 0),
    licence         text,
    quota_per_day   integer        CONSTRAINT partners_quota CHECK (quota_per_day > 0),
    networks        text[],
    begins_at       timestamptz(3),
    ends_at         timestamptz(3),
    created_at      timestamptz(3) NOT NULL,
    modified_at     timestamptz(3) NOT NULL,
    CONSTRAINT partners_period CHECK (begins_at < ends_at)
);
CREATE INDEX partners_newest ON newsroom.partners (created_at DESC, id);

COMMENT ON TABLE  newsroom.partners IS 'Who reads under a contract, and what it covers: where several columns ask something of an article all must hold, within a list any; null asks nothing.';
COMMENT ON COLUMN newsroom.partners.id IS 'Its id.';
COMMENT ON COLUMN newsroom.partners.version IS 'How often it was written.';
COMMENT ON COLUMN newsroom.partners.name IS 'Who it is.';
COMMENT ON COLUMN newsroom.partners.sections IS 'Only articles in these sections.';
COMMENT ON COLUMN newsroom.partners.languages IS 'Only articles in these languages, or a variety of one.';
COMMENT ON COLUMN newsroom.partners.entities IS 'Only articles with one of these entities; one that was merged since counts as what it now is.';
COMMENT ON COLUMN newsroom.partners.text IS 'How much of each text: full or excerpt.';
COMMENT ON COLUMN newsroom.partners.media IS 'Whether pictures come along.';
COMMENT ON COLUMN newsroom.partners.licence IS 'What may be done with what is read.';
COMMENT ON COLUMN newsroom.partners.quota_per_day IS 'How many requests a day (UTC); null for as many as they like.';
COMMENT ON COLUMN newsroom.partners.begins_at IS 'When the contract begins; null for at once.';
COMMENT ON COLUMN newsroom.partners.ends_at IS 'When it ends; null for never.';
COMMENT ON COLUMN newsroom.partners.created_at IS 'When it was made.';
COMMENT ON COLUMN newsroom.partners.modified_at IS 'When it was last written.';
COMMENT ON COLUMN newsroom.partners.terms IS 'Counts the changes of what is covered, of text, media, embargo and licence: cursors of before no longer hold.';
COMMENT ON COLUMN newsroom.partners.embargo_seconds IS 'How long after its first publication an article is held back.';
COMMENT ON COLUMN newsroom.partners.networks IS 'Addresses and networks that requests may come from.';

CREATE TABLE newsroom.partner_days (
    partner_id uuid    NOT NULL REFERENCES newsroom.partners (id) ON DELETE CASCADE,
    day        date    NOT NULL,
    used       integer NOT NULL,
    PRIMARY KEY (partner_id, day)
);
COMMENT ON TABLE newsroom.partner_days IS 'How many requests a partner made on a day (UTC). Days of before are forgotten with the first request of a new one.';

COMMENT ON COLUMN newsroom.partner_days.partner_id IS 'The partner.';
COMMENT ON COLUMN newsroom.partner_days.day IS 'The day (UTC).';
COMMENT ON COLUMN newsroom.partner_days.used IS 'How many requests.';

CREATE TABLE newsroom.embargoes (
    id             uuid           PRIMARY KEY,
    seconds        integer        NOT NULL CONSTRAINT embargoes_seconds UNIQUE,
    released_until timestamptz(3) NOT NULL
);
COMMENT ON TABLE newsroom.embargoes IS 'For each length of embargo the first publication up to which articles are released. It is moved by the schedule, one change at a time; readers compare with it, never with a clock.';

COMMENT ON COLUMN newsroom.embargoes.id IS 'Its id; another once it is begun anew after nobody has read under it.';
COMMENT ON COLUMN newsroom.embargoes.seconds IS 'How long articles are held back after their first publication.';
COMMENT ON COLUMN newsroom.embargoes.released_until IS 'What was first published by then is released.';

CREATE TABLE delivery.embargoes (
    seconds        integer        PRIMARY KEY,
    id             uuid           NOT NULL,
    released_until timestamptz(3) NOT NULL
);
COMMENT ON TABLE delivery.embargoes IS 'The same, for readers.';

COMMENT ON COLUMN delivery.embargoes.seconds IS 'How long articles are held back after their first publication.';
COMMENT ON COLUMN delivery.embargoes.id IS 'Its id; another once it was begun anew.';
COMMENT ON COLUMN delivery.embargoes.released_until IS 'What was first published by then is released.';

CREATE TABLE delivery.releases (
    seconds    integer NOT NULL,
    seq        bigint  NOT NULL,
    article_id uuid    NOT NULL,
    PRIMARY KEY (seconds, seq, article_id)
);
COMMENT ON TABLE delivery.releases IS 'Which article was released from which embargo by which change.';

COMMENT ON COLUMN delivery.releases.seconds IS 'The length of the embargo.';
COMMENT ON COLUMN delivery.releases.seq IS 'The number of the change.';
COMMENT ON COLUMN delivery.releases.article_id IS 'The article.';

CREATE INDEX IF NOT EXISTS articles_first_published ON newsroom.articles (published_at) WHERE status = 'published';

-- Last: requests with a key wait for it.
ALTER TABLE newsroom.api_keys ADD COLUMN partner_id uuid REFERENCES newsroom.partners (id) ON DELETE SET NULL;
COMMENT ON COLUMN newsroom.api_keys.partner_id IS 'The partner whose contract it reads under.';
CREATE INDEX api_keys_partner ON newsroom.api_keys (partner_id) WHERE partner_id IS NOT NULL;
