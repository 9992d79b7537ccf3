DROP TABLE newsroom.webhook_attempts;
DROP TABLE newsroom.webhook_deliveries;
DROP TABLE newsroom.webhooks;
COMMENT ON COLUMN newsroom.audit.subject_kind IS 'What was written: site, section, author, entity, donation_link, article, update, media, preview, key or log.';
