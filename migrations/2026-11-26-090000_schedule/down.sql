DROP INDEX newsroom.articles_due;
ALTER TABLE newsroom.articles
    DROP CONSTRAINT article_schedule,
    DROP COLUMN publish_at,
    DROP COLUMN withdraw_at,
    DROP COLUMN withdraw_reason,
    DROP COLUMN schedule_failure;
