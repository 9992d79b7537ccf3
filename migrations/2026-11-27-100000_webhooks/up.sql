-- Webhooks: who is told of what happens to articles, what each is to be told, and what came of it.

CREATE TABLE newsroom.webhooks (
    id              uuid           PRIMARY KEY,
    version         integer        NOT NULL DEFAULT 1,
    url             text           NOT NULL,
    description     text,
    events          text[]         NOT NULL,
    sections        uuid[],
    enabled         boolean        NOT NULL,
    disabled_reason text           CONSTRAINT webhooks_disabled_reason CHECK (disabled_reason IN ('asked', 'gone', 'failing')),
    disabled_at     timestamptz(3),
    secret          bytea          NOT NULL,
    previous_secret bytea,
    previous_until  timestamptz(3),
    cursor_epoch    integer        NOT NULL,
    cursor_seq      bigint         NOT NULL,
    round           integer        NOT NULL DEFAULT 0,
    missed_after    text,
    missed_until    text,
    missed_at       timestamptz(3),
    failing_since   timestamptz(3),
    last_success_at timestamptz(3),
    created_at      timestamptz(3) NOT NULL,
    modified_at     timestamptz(3) NOT NULL,
    CONSTRAINT webhooks_disabled CHECK (enabled = (disabled_reason IS NULL) AND enabled = (disabled_at IS NULL)),
    CONSTRAINT webhooks_previous CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
    CONSTRAINT webhooks_missed CHECK ((missed_at IS NULL) = (missed_after IS NULL) AND (missed_at IS NULL) = (missed_until IS NULL))
);
CREATE INDEX webhooks_newest ON newsroom.webhooks (created_at DESC, id);

CREATE TABLE newsroom.webhook_deliveries (
    id          uuid           PRIMARY KEY,
    position    bigint         NOT NULL GENERATED ALWAYS AS IDENTITY,
    webhook_id  uuid           NOT NULL REFERENCES newsroom.webhooks (id) ON DELETE CASCADE,
    round       integer        NOT NULL,
    epoch       integer,
    seq         bigint,
    event       text           NOT NULL,
    article_id  uuid,
    replay_of   uuid,
    state       text           NOT NULL DEFAULT 'pending'
                               CONSTRAINT webhook_deliveries_state CHECK (state IN ('pending', 'delivered', 'dead', 'cancelled')),
    waits       boolean        NOT NULL,
    attempts    integer        NOT NULL DEFAULT 0,
    first_at    timestamptz(3),
    next_at     timestamptz(3) NOT NULL,
    lease       uuid,
    body        text,
    note        text,
    created_at  timestamptz(3) NOT NULL,
    finished_at timestamptz(3),
    CONSTRAINT webhook_deliveries_finished CHECK ((state = 'pending') = (finished_at IS NULL)),
    CONSTRAINT webhook_deliveries_change CHECK ((epoch IS NULL) = (seq IS NULL) AND (seq IS NULL) = (article_id IS NULL))
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX webhook_deliveries_once ON newsroom.webhook_deliveries (webhook_id, epoch, seq, round) WHERE seq IS NOT NULL AND replay_of IS NULL;
CREATE UNIQUE INDEX webhook_deliveries_log ON newsroom.webhook_deliveries (webhook_id, position);
CREATE INDEX webhook_deliveries_article ON newsroom.webhook_deliveries (article_id, webhook_id, position) WHERE article_id IS NOT NULL;
CREATE INDEX webhook_deliveries_queue ON newsroom.webhook_deliveries (webhook_id, article_id, position) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_due ON newsroom.webhook_deliveries (webhook_id, next_at, position) WHERE state = 'pending' AND NOT waits;
CREATE INDEX webhook_deliveries_finish ON newsroom.webhook_deliveries (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE newsroom.webhook_attempts (
    delivery_id uuid           NOT NULL REFERENCES newsroom.webhook_deliveries (id) ON DELETE CASCADE,
    number      integer        NOT NULL,
    at          timestamptz(3) NOT NULL,
    duration_ms integer        NOT NULL,
    status      integer,
    headers     json           NOT NULL,
    answer      text,
    failure     text,
    PRIMARY KEY (delivery_id, number)
);

COMMENT ON TABLE  newsroom.webhooks IS 'Addresses that are told of what happens to articles. Written by management; cursor, failures and successes by the nodes.';
COMMENT ON COLUMN newsroom.webhooks.id IS 'Its id.';
COMMENT ON COLUMN newsroom.webhooks.version IS 'How often it was written, from 1; its ETag. Deliveries do not count.';
COMMENT ON COLUMN newsroom.webhooks.url IS 'Where events are sent.';
COMMENT ON COLUMN newsroom.webhooks.description IS 'For whom or what it is.';
COMMENT ON COLUMN newsroom.webhooks.events IS 'The events that it gets: types, article.*, update.* or *.';
COMMENT ON COLUMN newsroom.webhooks.sections IS 'The sections whose articles it is told of, by id; null for all. One that was removed matches nothing.';
COMMENT ON COLUMN newsroom.webhooks.enabled IS 'Whether anything is sent.';
COMMENT ON COLUMN newsroom.webhooks.disabled_reason IS 'Why nothing is: asked by an editor, gone (it answered 410), failing (nothing else for three days).';
COMMENT ON COLUMN newsroom.webhooks.disabled_at IS 'Since when nothing is.';
COMMENT ON COLUMN newsroom.webhooks.secret IS 'What signs, encrypted (ChaCha20-Poly1305) under a key derived from KRONIEK_SECRET; bound to the id.';
COMMENT ON COLUMN newsroom.webhooks.previous_secret IS 'The secret before the last rotation, encrypted likewise, while it signs too.';
COMMENT ON COLUMN newsroom.webhooks.previous_until IS 'Until when that one signs.';
COMMENT ON COLUMN newsroom.webhooks.cursor_epoch IS 'The epoch of the change up to which deliveries were made.';
COMMENT ON COLUMN newsroom.webhooks.cursor_seq IS 'The number of the change up to which deliveries were made.';
COMMENT ON COLUMN newsroom.webhooks.round IS 'How often the log was replayed to it: within a round each change makes one delivery.';
COMMENT ON COLUMN newsroom.webhooks.missed_after IS 'The last time that the log was kept no longer: the change after which it was missed, as epoch-seq.';
COMMENT ON COLUMN newsroom.webhooks.missed_until IS 'The change up to which it was missed.';
COMMENT ON COLUMN newsroom.webhooks.missed_at IS 'When that was seen.';
COMMENT ON COLUMN newsroom.webhooks.failing_since IS 'The first failure since the last success, or since it was enabled.';
COMMENT ON COLUMN newsroom.webhooks.last_success_at IS 'When it last took a delivery.';
COMMENT ON COLUMN newsroom.webhooks.created_at IS 'When it was made.';
COMMENT ON COLUMN newsroom.webhooks.modified_at IS 'When it was last written.';

COMMENT ON TABLE  newsroom.webhook_deliveries IS 'What webhooks are told: one row an event and webhook, and one more for each replay. Written by the nodes; those that are over go after KRONIEK_WEBHOOK_LOG_DAYS.';
COMMENT ON COLUMN newsroom.webhook_deliveries.id IS 'Its id (UUIDv7); with msg_ before it the webhook-id of every attempt.';
COMMENT ON COLUMN newsroom.webhook_deliveries.position IS 'The order in which they were made; of one article they are sent in this order.';
COMMENT ON COLUMN newsroom.webhook_deliveries.webhook_id IS 'The webhook.';
COMMENT ON COLUMN newsroom.webhook_deliveries.round IS 'The webhook''s round that made it.';
COMMENT ON COLUMN newsroom.webhook_deliveries.epoch IS 'The epoch of the change; null for a test.';
COMMENT ON COLUMN newsroom.webhook_deliveries.seq IS 'The number of the change; null for a test.';
COMMENT ON COLUMN newsroom.webhook_deliveries.event IS 'What happened: the type of the event, or webhook.test.';
COMMENT ON COLUMN newsroom.webhook_deliveries.article_id IS 'The article; null for a test. No reference: it may be gone.';
COMMENT ON COLUMN newsroom.webhook_deliveries.replay_of IS 'The delivery that it repeats; null when it was made from the log.';
COMMENT ON COLUMN newsroom.webhook_deliveries.state IS 'pending; delivered; dead, when it was tried for three days; or cancelled.';
COMMENT ON COLUMN newsroom.webhook_deliveries.waits IS 'Whether an earlier one of the same webhook and article is pending.';
COMMENT ON COLUMN newsroom.webhook_deliveries.attempts IS 'How often it was begun to be sent.';
COMMENT ON COLUMN newsroom.webhook_deliveries.first_at IS 'When it was first begun; what it is retried by counts from then.';
COMMENT ON COLUMN newsroom.webhook_deliveries.next_at IS 'When it is due; while a node has it, when another may take it.';
COMMENT ON COLUMN newsroom.webhook_deliveries.lease IS 'The worker that has it; null when none has.';
COMMENT ON COLUMN newsroom.webhook_deliveries.body IS 'What is sent, as it was made for the first attempt. Erased when the article is purged.';
COMMENT ON COLUMN newsroom.webhook_deliveries.note IS 'Why it was cancelled.';
COMMENT ON COLUMN newsroom.webhook_deliveries.created_at IS 'When it was made.';
COMMENT ON COLUMN newsroom.webhook_deliveries.finished_at IS 'When it was no longer pending.';

COMMENT ON TABLE  newsroom.webhook_attempts IS 'Each attempt to send a delivery that came to an end, written by the node that made it. They go with their delivery.';
COMMENT ON COLUMN newsroom.webhook_attempts.delivery_id IS 'The delivery.';
COMMENT ON COLUMN newsroom.webhook_attempts.number IS 'Which attempt it was, from 1. One is missing where a node ended in the midst of it.';
COMMENT ON COLUMN newsroom.webhook_attempts.at IS 'When it was made; its webhook-timestamp is the same in seconds.';
COMMENT ON COLUMN newsroom.webhook_attempts.duration_ms IS 'How long it took, in milliseconds.';
COMMENT ON COLUMN newsroom.webhook_attempts.status IS 'The status of the answer; null when there was none.';
COMMENT ON COLUMN newsroom.webhook_attempts.headers IS 'Some headers of the answer, by name.';
COMMENT ON COLUMN newsroom.webhook_attempts.answer IS 'The first 2 KB of the answer''s body. Erased when the article is purged.';
COMMENT ON COLUMN newsroom.webhook_attempts.failure IS 'What went wrong, in words; null when it was taken.';
COMMENT ON COLUMN newsroom.audit.subject_kind IS 'What was written: site, section, author, entity, donation_link, article, update, media, preview, key, webhook or log.';
