DROP TABLE newsroom.websub_messages;
DROP TABLE newsroom.websub_subscriptions;
