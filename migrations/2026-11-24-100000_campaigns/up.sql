-- Campaigns: donation links with a begin, an end, or both.

SET LOCAL lock_timeout = '5s';

ALTER TABLE newsroom.donation_links
    ADD COLUMN active_from  timestamptz(3),
    ADD COLUMN active_until timestamptz(3),
    ADD COLUMN phase        text NOT NULL DEFAULT 'running' CONSTRAINT donation_link_phase CHECK (phase IN ('ahead', 'running', 'over')),
    ADD COLUMN due_at       timestamptz(3) GENERATED ALWAYS AS (CASE phase WHEN 'ahead' THEN active_from WHEN 'running' THEN active_until END) STORED,
    ADD CONSTRAINT donation_link_period CHECK (active_until > active_from),
    ADD CONSTRAINT donation_link_phase_has_time CHECK ((phase <> 'ahead' OR active_from IS NOT NULL) AND (phase <> 'over' OR active_until IS NOT NULL));

CREATE INDEX donation_links_due ON newsroom.donation_links (due_at) WHERE due_at IS NOT NULL;

COMMENT ON COLUMN newsroom.donation_links.active_from IS 'When its campaign begins; none for one that always ran. Readers never learn it.';
COMMENT ON COLUMN newsroom.donation_links.active_until IS 'When its campaign ends: the first moment at which it is no longer shown; none for one without end. Readers never learn it.';
COMMENT ON COLUMN newsroom.donation_links.phase IS 'ahead, running or over: where its campaign is, as delivery shows it. Written by management, and by the scheduler when due_at has come.';
COMMENT ON COLUMN newsroom.donation_links.due_at IS 'When the scheduler has to write phase next, made from phase and the period; none when never.';

-- Until now a link stayed in delivery when it was taken off everything. From now on what hangs nowhere is not there.
DELETE FROM delivery.donation_links l
WHERE NOT EXISTS (SELECT FROM delivery.donation_attachments d WHERE d.link_id = l.id);

COMMENT ON TABLE delivery.donation_links IS 'Donation links whose campaign is running, or that have none, and that hang on something public.';
COMMENT ON TABLE delivery.donation_attachments IS 'What the links of delivery.donation_links hang on. Of those an article can show, the lowest scope that has any is in effect.';
COMMENT ON COLUMN delivery.tombstones.withdrawn IS 'Whether it was withdrawn and may come back, as a donation link may whose campaign is over or that hangs nowhere; else it was removed for good.';
