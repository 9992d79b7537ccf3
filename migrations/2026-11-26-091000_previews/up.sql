-- Links by which somebody without a key sees a draft.

CREATE TABLE newsroom.previews (
    id         uuid           PRIMARY KEY,
    article_id uuid           NOT NULL REFERENCES newsroom.articles (id) ON DELETE CASCADE,
    version    integer,
    update_id  uuid           REFERENCES newsroom.updates (id) ON DELETE CASCADE,
    created_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    revoked_at timestamptz(3),
    key_id     uuid,
    actor      text,
    CONSTRAINT preview_of_one CHECK (version IS NULL OR update_id IS NULL)
);
CREATE INDEX previews_article ON newsroom.previews (article_id, created_at, id);
CREATE INDEX previews_update ON newsroom.previews (update_id) WHERE update_id IS NOT NULL;
CREATE INDEX previews_expiry ON newsroom.previews (expires_at);

COMMENT ON TABLE  newsroom.previews IS 'Preview links: what each shows, and until when. The link itself is signed and not kept.';
COMMENT ON COLUMN newsroom.previews.id IS 'Its id; the link is this and its signature.';
COMMENT ON COLUMN newsroom.previews.article_id IS 'The article that it shows.';
COMMENT ON COLUMN newsroom.previews.version IS 'The version that it shows; null for the working copy as it stands when looked at.';
COMMENT ON COLUMN newsroom.previews.update_id IS 'The drafted update that it shows along; null for none.';
COMMENT ON COLUMN newsroom.previews.created_at IS 'When it was made.';
COMMENT ON COLUMN newsroom.previews.expires_at IS 'When it ends by itself.';
COMMENT ON COLUMN newsroom.previews.revoked_at IS 'When it was revoked; null while it was not.';
COMMENT ON COLUMN newsroom.previews.key_id IS 'The API key that made it.';
COMMENT ON COLUMN newsroom.previews.actor IS 'The person that the key wrote for.';
