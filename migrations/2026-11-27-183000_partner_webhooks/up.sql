-- Webhooks under a contract: a partner is told of what it covers.

SET LOCAL lock_timeout = '5s';

-- One change can tell a partner of several articles, as a release from an embargo does.
CREATE UNIQUE INDEX IF NOT EXISTS webhook_deliveries_once_each ON newsroom.webhook_deliveries (webhook_id, epoch, seq, article_id, round)
    WHERE seq IS NOT NULL AND replay_of IS NULL;
DROP INDEX IF EXISTS newsroom.webhook_deliveries_once;

ALTER TABLE newsroom.webhooks ADD COLUMN partner_id uuid REFERENCES newsroom.partners (id) ON DELETE CASCADE;
COMMENT ON COLUMN newsroom.webhooks.partner_id IS 'The partner whose contract it is told under; null for one of the publisher.';
CREATE INDEX webhooks_partner ON newsroom.webhooks (partner_id) WHERE partner_id IS NOT NULL;
