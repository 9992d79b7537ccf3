-- WebSub: who is sent feeds when they change, and what is on its way to them.

CREATE TABLE newsroom.websub_subscriptions (
    id            uuid           PRIMARY KEY,
    line          uuid           NOT NULL,
    callback      text           NOT NULL,
    host          text           NOT NULL,
    topic         text           NOT NULL,
    scope_id      uuid,
    secret        bytea,
    lease_until   timestamptz(3) NOT NULL,
    looked_epoch  integer        NOT NULL,
    looked_seq    bigint         NOT NULL,
    sent_digest   bytea          NOT NULL,
    sent_at       timestamptz(3),
    failing_since timestamptz(3),
    created_at    timestamptz(3) NOT NULL,
    verified_at   timestamptz(3) NOT NULL
);

CREATE TABLE newsroom.websub_messages (
    id            uuid           PRIMARY KEY,
    subscription  uuid           NOT NULL,
    line          uuid           NOT NULL,
    kind          text           NOT NULL
                                 CONSTRAINT websub_messages_kind CHECK (kind IN ('subscribe', 'unsubscribe', 'denied', 'content')),
    callback      text           NOT NULL,
    host          text           NOT NULL,
    topic         text           NOT NULL,
    scope_id      uuid,
    secret        bytea,
    lease_seconds integer,
    reason        text,
    state         text           NOT NULL DEFAULT 'pending'
                                 CONSTRAINT websub_messages_state CHECK (state IN ('pending', 'delivered', 'dead', 'cancelled')),
    attempts      integer        NOT NULL DEFAULT 0,
    first_at      timestamptz(3),
    next_at       timestamptz(3) NOT NULL,
    lease         uuid,
    status        integer,
    failure       text,
    created_at    timestamptz(3) NOT NULL,
    finished_at   timestamptz(3),
    CONSTRAINT websub_messages_finished CHECK ((state = 'pending') = (finished_at IS NULL)),
    CONSTRAINT websub_messages_lease CHECK ((kind = 'subscribe') = (lease_seconds IS NOT NULL))
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX websub_messages_content ON newsroom.websub_messages (subscription) WHERE state = 'pending' AND kind = 'content';
CREATE UNIQUE INDEX websub_messages_request ON newsroom.websub_messages (subscription) WHERE state = 'pending' AND kind <> 'content';
CREATE INDEX websub_messages_due ON newsroom.websub_messages (line, next_at) WHERE state = 'pending';
CREATE INDEX websub_messages_finish ON newsroom.websub_messages (finished_at) WHERE finished_at IS NOT NULL;

COMMENT ON TABLE  newsroom.websub_subscriptions IS 'Who is sent feeds when they change, as they asked and confirmed (WebSub). Written by the nodes; they go when their lease is over.';
COMMENT ON COLUMN newsroom.websub_subscriptions.id IS 'Made of the callback and the topic, which are a subscription together.';
COMMENT ON COLUMN newsroom.websub_subscriptions.line IS 'Made of the callback: a node has one worker for all that goes there.';
COMMENT ON COLUMN newsroom.websub_subscriptions.callback IS 'Where the feed is sent. May hold what only the subscriber is to know.';
COMMENT ON COLUMN newsroom.websub_subscriptions.host IS 'The host of the callback.';
COMMENT ON COLUMN newsroom.websub_subscriptions.topic IS 'The address of the feed.';
COMMENT ON COLUMN newsroom.websub_subscriptions.scope_id IS 'The section, author or entity that the feed is of; null for the site.';
COMMENT ON COLUMN newsroom.websub_subscriptions.secret IS 'What signs, encrypted (ChaCha20-Poly1305) under a key derived from KRONIEK_SECRET; bound to the id. Null when nothing is signed.';
COMMENT ON COLUMN newsroom.websub_subscriptions.lease_until IS 'When it ends unless it is renewed.';
COMMENT ON COLUMN newsroom.websub_subscriptions.looked_epoch IS 'The epoch of the change up to which it is known whether the feed differs from what was sent.';
COMMENT ON COLUMN newsroom.websub_subscriptions.looked_seq IS 'The number of that change.';
COMMENT ON COLUMN newsroom.websub_subscriptions.sent_digest IS 'SHA-256 of the feed as it was last taken, or as it was when this was confirmed.';
COMMENT ON COLUMN newsroom.websub_subscriptions.sent_at IS 'When it was last sent.';
COMMENT ON COLUMN newsroom.websub_subscriptions.failing_since IS 'The first failure since the last success.';
COMMENT ON COLUMN newsroom.websub_subscriptions.created_at IS 'When it was first confirmed.';
COMMENT ON COLUMN newsroom.websub_subscriptions.verified_at IS 'When it was last confirmed.';

COMMENT ON TABLE  newsroom.websub_messages IS 'What is on its way to subscribers: questions whether they mean what was asked for, denials, and feeds. Written by the nodes; those that are over go after KRONIEK_WEBHOOK_LOG_DAYS.';
COMMENT ON COLUMN newsroom.websub_messages.id IS 'Its id (UUIDv7).';
COMMENT ON COLUMN newsroom.websub_messages.subscription IS 'The subscription that it is about, by the id that this has or would have. No reference: it may not be there yet, or any more.';
COMMENT ON COLUMN newsroom.websub_messages.line IS 'Made of the callback.';
COMMENT ON COLUMN newsroom.websub_messages.kind IS 'subscribe and unsubscribe: whether that is meant; denied: that there is no subscription; content: the feed.';
COMMENT ON COLUMN newsroom.websub_messages.callback IS 'Where it goes.';
COMMENT ON COLUMN newsroom.websub_messages.host IS 'The host of the callback.';
COMMENT ON COLUMN newsroom.websub_messages.topic IS 'The address of the feed.';
COMMENT ON COLUMN newsroom.websub_messages.scope_id IS 'The section, author or entity that the feed is of; null for the site.';
COMMENT ON COLUMN newsroom.websub_messages.secret IS 'What is to sign once it is confirmed, encrypted as in websub_subscriptions. Erased when it is over.';
COMMENT ON COLUMN newsroom.websub_messages.lease_seconds IS 'For how long, of subscribe.';
COMMENT ON COLUMN newsroom.websub_messages.reason IS 'Why, of denied.';
COMMENT ON COLUMN newsroom.websub_messages.state IS 'pending; delivered, also when there was nothing new to send; dead, when it came to nothing; or cancelled.';
COMMENT ON COLUMN newsroom.websub_messages.attempts IS 'How often it was begun to be sent.';
COMMENT ON COLUMN newsroom.websub_messages.first_at IS 'When it was first begun; what it is retried by counts from then.';
COMMENT ON COLUMN newsroom.websub_messages.next_at IS 'When it is due; while a node has it, when another may take it.';
COMMENT ON COLUMN newsroom.websub_messages.lease IS 'The worker that has it; null when none has.';
COMMENT ON COLUMN newsroom.websub_messages.status IS 'The status of the last answer; null when there was none.';
COMMENT ON COLUMN newsroom.websub_messages.failure IS 'What went wrong at last, in words.';
COMMENT ON COLUMN newsroom.websub_messages.created_at IS 'When it was made.';
COMMENT ON COLUMN newsroom.websub_messages.finished_at IS 'When it was no longer pending.';
