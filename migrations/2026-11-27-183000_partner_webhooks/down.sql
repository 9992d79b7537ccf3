DELETE FROM newsroom.webhooks WHERE partner_id IS NOT NULL;
ALTER TABLE newsroom.webhooks DROP COLUMN partner_id;
CREATE UNIQUE INDEX webhook_deliveries_once ON newsroom.webhook_deliveries (webhook_id, epoch, seq, round) WHERE seq IS NOT NULL AND replay_of IS NULL;
DROP INDEX newsroom.webhook_deliveries_once_each;
