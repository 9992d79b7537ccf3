-- Articles that are published or withdrawn when their time comes.

SET LOCAL lock_timeout = '5s';

ALTER TABLE newsroom.articles
    ADD COLUMN publish_at timestamptz(3),
    ADD COLUMN withdraw_at timestamptz(3),
    ADD COLUMN withdraw_reason text,
    ADD COLUMN schedule_failure text,
    ADD CONSTRAINT article_schedule CHECK (publish_at <> withdraw_at AND (withdraw_reason IS NULL OR withdraw_at IS NOT NULL));

-- Not a column of the least of both: that would write every row of the table anew.
CREATE INDEX articles_due ON newsroom.articles (least(publish_at, withdraw_at), id) WHERE publish_at IS NOT NULL OR withdraw_at IS NOT NULL;

COMMENT ON COLUMN newsroom.articles.publish_at IS 'When the working copy, as it then stands, is to be published; null when that is not scheduled.';
COMMENT ON COLUMN newsroom.articles.withdraw_at IS 'When the article is to be withdrawn; null when that is not scheduled.';
COMMENT ON COLUMN newsroom.articles.withdraw_reason IS 'The reason of the scheduled withdrawal. Becomes withdrawal_reason.';
COMMENT ON COLUMN newsroom.articles.schedule_failure IS 'Why what was last scheduled was not done, for its editors; null when it was.';
