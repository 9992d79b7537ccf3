DROP INDEX newsroom.donation_links_due;
ALTER TABLE newsroom.donation_links
    DROP CONSTRAINT donation_link_phase_has_time,
    DROP CONSTRAINT donation_link_period,
    DROP COLUMN due_at,
    DROP COLUMN phase,
    DROP COLUMN active_until,
    DROP COLUMN active_from;
