-- Kill and correction notices for partners, who has acknowledged them, and which partner has read what.

SET LOCAL lock_timeout = '5s';

CREATE TABLE newsroom.notices (
    id            uuid           PRIMARY KEY,
    article_id    uuid           NOT NULL,
    kind          text           NOT NULL CONSTRAINT notices_kind CHECK (kind IN ('kill', 'correction', 'retraction')),
    update_number integer,
    text          text,
    at            timestamptz(3) NOT NULL,
    epoch         integer,
    seq           bigint,
    section_id    uuid,
    language      text,
    entity_ids    uuid[],
    held          integer[]
);
CREATE INDEX notices_article ON newsroom.notices (article_id, at);
CREATE INDEX notices_newest ON newsroom.notices (at);
CREATE INDEX notices_untold ON newsroom.notices (article_id) WHERE seq IS NULL;

COMMENT ON TABLE  newsroom.notices IS 'What partners are told of an article that was withdrawn or corrected. Written before the door and completed by it, within one transaction; only where there is any partner.';
COMMENT ON COLUMN newsroom.notices.id IS 'Its id.';
COMMENT ON COLUMN newsroom.notices.article_id IS 'The article. No reference: a notice outlives what it is about.';
COMMENT ON COLUMN newsroom.notices.kind IS 'kill: the article was withdrawn; correction: an update that corrects was shown; retraction: a shown update was retracted.';
COMMENT ON COLUMN newsroom.notices.update_number IS 'The number of the update, of corrections and retractions.';
COMMENT ON COLUMN newsroom.notices.text IS 'What partners are told, where that was written; erased when the article is purged.';
COMMENT ON COLUMN newsroom.notices.at IS 'When it happened.';
COMMENT ON COLUMN newsroom.notices.epoch IS 'The epoch of the change by which it happened.';
COMMENT ON COLUMN newsroom.notices.seq IS 'The number of that change; null only within the transaction that makes it.';
COMMENT ON COLUMN newsroom.notices.section_id IS 'The section that the article stood in until that change.';
COMMENT ON COLUMN newsroom.notices.language IS 'The language that it was in.';
COMMENT ON COLUMN newsroom.notices.entity_ids IS 'The entities that it named.';
COMMENT ON COLUMN newsroom.notices.held IS 'The embargoes, by their lengths in seconds, that still held it back.';

CREATE TABLE newsroom.notice_partners (
    partner_id   uuid           NOT NULL,
    notice_id    uuid           NOT NULL REFERENCES newsroom.notices (id) ON DELETE CASCADE,
    seq          bigint         NOT NULL,
    at           timestamptz(3) NOT NULL,
    has_read     boolean        NOT NULL,
    acknowledged boolean        NOT NULL DEFAULT false,
    PRIMARY KEY (partner_id, notice_id)
);
CREATE INDEX notice_partners_notice ON newsroom.notice_partners (notice_id);
CREATE INDEX notice_partners_newest ON newsroom.notice_partners (partner_id, at DESC, notice_id);
CREATE INDEX notice_partners_acknowledged ON newsroom.notice_partners (partner_id, acknowledged, at DESC, notice_id);
CREATE INDEX notice_partners_seq ON newsroom.notice_partners (partner_id, seq);

COMMENT ON TABLE  newsroom.notice_partners IS 'Whom a notice concerns: who had read the article, and whose contract, as it was when it happened, covered it.';
COMMENT ON COLUMN newsroom.notice_partners.partner_id IS 'The partner. No reference: the door would wait for who removes one; rows of those who are gone are removed by the hour.';
COMMENT ON COLUMN newsroom.notice_partners.notice_id IS 'The notice.';
COMMENT ON COLUMN newsroom.notice_partners.seq IS 'By which change they are told: that by which it happened, or a later one where only then it was known that they had read it.';
COMMENT ON COLUMN newsroom.notice_partners.at IS 'When it happened.';
COMMENT ON COLUMN newsroom.notice_partners.has_read IS 'Whether they had read the article before it: it concerns them then whatever becomes of their contract.';
COMMENT ON COLUMN newsroom.notice_partners.acknowledged IS 'Whether they have acknowledged it.';

CREATE TABLE newsroom.acknowledgements (
    notice_id  uuid           NOT NULL REFERENCES newsroom.notices (id) ON DELETE CASCADE,
    partner_id uuid           NOT NULL,
    at         timestamptz(3) NOT NULL,
    key_id     uuid,
    note       text,
    PRIMARY KEY (notice_id, partner_id)
);
CREATE INDEX acknowledgements_partner ON newsroom.acknowledgements (partner_id);

COMMENT ON TABLE  newsroom.acknowledgements IS 'Which partner has acknowledged which notice: the first time stays.';
COMMENT ON COLUMN newsroom.acknowledgements.notice_id IS 'The notice.';
COMMENT ON COLUMN newsroom.acknowledgements.partner_id IS 'The partner. No reference: rows of those who are gone are removed by the hour.';
COMMENT ON COLUMN newsroom.acknowledgements.at IS 'When.';
COMMENT ON COLUMN newsroom.acknowledgements.key_id IS 'The key that it was done with.';
COMMENT ON COLUMN newsroom.acknowledgements.note IS 'What the partner had to say to it.';

CREATE TABLE newsroom.partner_reads (
    partner_id    uuid           NOT NULL,
    article_id    uuid           NOT NULL,
    first_epoch   integer        NOT NULL,
    first_seq     bigint         NOT NULL,
    epoch         integer        NOT NULL,
    seq           bigint         NOT NULL,
    text_epoch    integer,
    text_seq      bigint,
    updates_epoch integer,
    updates_seq   bigint,
    first_at      timestamptz(3) NOT NULL,
    last_at       timestamptz(3) NOT NULL,
    PRIMARY KEY (partner_id, article_id)
) WITH (fillfactor = 80);
CREATE INDEX partner_reads_article ON newsroom.partner_reads (article_id, partner_id);

COMMENT ON TABLE  newsroom.partner_reads IS 'Which partner has read which article. Noted in memory while requests run and written in batches beside them.';
COMMENT ON COLUMN newsroom.partner_reads.partner_id IS 'The partner. No reference: there may be a million of them; rows of those who are gone are removed by the hour.';
COMMENT ON COLUMN newsroom.partner_reads.article_id IS 'The article. No reference: what was read may be gone.';
COMMENT ON COLUMN newsroom.partner_reads.first_epoch IS 'The epoch of the first reading.';
COMMENT ON COLUMN newsroom.partner_reads.first_seq IS 'As of which change it was first read, in whatever form.';
COMMENT ON COLUMN newsroom.partner_reads.epoch IS 'The epoch of the last reading.';
COMMENT ON COLUMN newsroom.partner_reads.seq IS 'As of which change it was last read, in whatever form.';
COMMENT ON COLUMN newsroom.partner_reads.text_epoch IS 'The epoch of the last reading of its text.';
COMMENT ON COLUMN newsroom.partner_reads.text_seq IS 'As of which change its text was last read, as far as the contract gives it; null where only lists were.';
COMMENT ON COLUMN newsroom.partner_reads.updates_epoch IS 'The epoch of the last reading of its updates.';
COMMENT ON COLUMN newsroom.partner_reads.updates_seq IS 'As of which change the texts of its updates were last read, likewise.';
COMMENT ON COLUMN newsroom.partner_reads.first_at IS 'When it was first read.';
COMMENT ON COLUMN newsroom.partner_reads.last_at IS 'When it was last read.';

CREATE TABLE newsroom.texts_since (
    article_id    uuid    PRIMARY KEY,
    text_epoch    integer,
    text_seq      bigint,
    updates_epoch integer,
    updates_seq   bigint
);

COMMENT ON TABLE  newsroom.texts_since IS 'Since which change readers have had an article as it is, kept from the first partner on: what its row in delivery was last written by may have changed nothing of it.';
COMMENT ON COLUMN newsroom.texts_since.article_id IS 'The article. No reference: it is written under the lock of the counter.';
COMMENT ON COLUMN newsroom.texts_since.text_epoch IS 'The epoch of that change.';
COMMENT ON COLUMN newsroom.texts_since.text_seq IS 'The change that last wrote the article itself; null for before there was any partner.';
COMMENT ON COLUMN newsroom.texts_since.updates_epoch IS 'The epoch of that change.';
COMMENT ON COLUMN newsroom.texts_since.updates_seq IS 'The change that last wrote its updates; null likewise.';

-- Last: requests of partners and of editors wait for it.
ALTER TABLE newsroom.partners ADD COLUMN terms_since timestamptz(3);
COMMENT ON COLUMN newsroom.partners.terms_since IS 'Since when the contract lets them read what it does; null for since it was made.';
ALTER TABLE newsroom.articles ADD COLUMN withdraw_notice text;
COMMENT ON COLUMN newsroom.articles.withdraw_notice IS 'What partners are to be told with the withdrawal that is scheduled.';

-- The twin of the condition that delivery asks of departures, for notices: there is no other. An entity that was merged is in contracts what it now is.
CREATE FUNCTION newsroom.covers(p newsroom.partners, n newsroom.notices) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT (p.begins_at IS NULL OR p.begins_at <= n.at)
       AND (p.ends_at IS NULL OR n.at < p.ends_at)
       AND (p.sections IS NULL OR n.section_id = ANY(p.sections))
       AND (p.languages IS NULL OR n.language ~ ('^(' || array_to_string(p.languages, '|') || ')(-|$)'))
       AND (p.entities IS NULL OR n.entity_ids && p.entities)
       AND (p.embargo_seconds = 0 OR p.embargo_seconds <> ALL(n.held))
$$;
COMMENT ON FUNCTION newsroom.covers(newsroom.partners, newsroom.notices) IS
    'Whether a contract, as it is, covers what an article was when something happened to it: asked when it happens.';
