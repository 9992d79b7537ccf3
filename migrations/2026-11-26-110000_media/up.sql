-- Pictures that the newsroom has uploaded: what is told of them, and what uses them. The files are not in the database.

SET LOCAL lock_timeout = '5s';

CREATE TABLE newsroom.media (
    id          uuid           PRIMARY KEY,
    version     integer        NOT NULL DEFAULT 1,
    mime        text           NOT NULL CHECK (mime IN ('image/jpeg', 'image/png', 'image/webp', 'image/gif')),
    width       integer        NOT NULL CHECK (width > 0),
    height      integer        NOT NULL CHECK (height > 0),
    bytes       bigint         NOT NULL,
    digest      text           NOT NULL,
    source_digest text         NOT NULL CONSTRAINT media_source UNIQUE,
    animated    boolean        NOT NULL,
    widths      integer[]      NOT NULL,
    file_name   text,
    source_url  text,
    alt         text,
    caption     text,
    credit      text,
    focal_x     smallint       CHECK (focal_x BETWEEN 0 AND 1000),
    focal_y     smallint       CHECK (focal_y BETWEEN 0 AND 1000),
    created_at  timestamptz(3) NOT NULL,
    modified_at timestamptz(3) NOT NULL,
    CONSTRAINT media_focal_point_is_whole CHECK ((focal_x IS NULL) = (focal_y IS NULL))
);
CREATE INDEX media_newest ON newsroom.media (created_at DESC, id DESC);

-- What refers to a picture, of every version. Triggers keep it, so that nothing that is written can use a picture unnoticed.
CREATE TABLE newsroom.media_uses (
    kind     text NOT NULL CHECK (kind IN ('site', 'author', 'entity', 'article_version', 'update_version')),
    owner_id uuid NOT NULL,
    media_id uuid NOT NULL CONSTRAINT media_uses_media REFERENCES newsroom.media (id),
    PRIMARY KEY (kind, owner_id, media_id)
);
CREATE INDEX media_uses_media ON newsroom.media_uses (media_id);

-- Pictures whose files are to go: noted where the picture is removed, done by a node after that.
CREATE TABLE newsroom.media_removals (
    media_id uuid           PRIMARY KEY,
    noted_at timestamptz(3) NOT NULL
);

-- The pictures that these name: the picture of a thing, and those in the HTML of its texts. An id that is no picture of ours is another's.
CREATE FUNCTION newsroom.media_named(image json, html text) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT m.id FROM newsroom.media m
    WHERE m.id IN (
        SELECT (image ->> 'media')::uuid
        UNION
        SELECT (f.found)[1]::uuid
        FROM regexp_matches(html, '/v1/media/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/', 'g') AS f (found))
$$;

CREATE FUNCTION newsroom.keep_media_uses() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    what text := TG_ARGV[0];
    owner uuid := '00000000-0000-0000-0000-000000000000';
    picture json;
    html text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        IF what <> 'site' THEN
            owner := OLD.id;
        END IF;
        DELETE FROM newsroom.media_uses u WHERE u.kind = what AND u.owner_id = owner;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN NULL;
    END IF;
    IF what = 'site' THEN
        picture := NEW.logo;
        html := NEW.about ->> 'html';
    ELSIF what = 'update_version' THEN
        html := NEW.body ->> 'html';
    ELSIF what = 'author' THEN
        picture := NEW.image;
        html := NEW.biography ->> 'html';
    ELSIF what = 'entity' THEN
        picture := NEW.image;
    ELSE
        picture := NEW.image;
        html := concat(NEW.standfirst ->> 'html', ' ', NEW.body ->> 'html');
    END IF;
    IF what <> 'site' THEN
        owner := NEW.id;
    END IF;
    INSERT INTO newsroom.media_uses (kind, owner_id, media_id)
    SELECT what, owner, n FROM newsroom.media_named(picture, html) AS n
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

-- Most texts have no picture of ours: those are not looked at twice.
CREATE TRIGGER media_comes AFTER INSERT ON newsroom.article_versions FOR EACH ROW
    WHEN (NEW.image ->> 'media' IS NOT NULL OR strpos(NEW.body::text, '/v1/media/') > 0 OR strpos(NEW.standfirst::text, '/v1/media/') > 0)
    EXECUTE FUNCTION newsroom.keep_media_uses('article_version');
CREATE TRIGGER media_changes AFTER UPDATE OR DELETE ON newsroom.article_versions FOR EACH ROW
    EXECUTE FUNCTION newsroom.keep_media_uses('article_version');
CREATE TRIGGER media_comes AFTER INSERT ON newsroom.update_versions FOR EACH ROW
    WHEN (strpos(NEW.body::text, '/v1/media/') > 0)
    EXECUTE FUNCTION newsroom.keep_media_uses('update_version');
CREATE TRIGGER media_changes AFTER UPDATE OR DELETE ON newsroom.update_versions FOR EACH ROW
    EXECUTE FUNCTION newsroom.keep_media_uses('update_version');
CREATE TRIGGER media AFTER INSERT OR UPDATE OR DELETE ON newsroom.authors FOR EACH ROW EXECUTE FUNCTION newsroom.keep_media_uses('author');
CREATE TRIGGER media_comes AFTER INSERT ON newsroom.entities FOR EACH ROW
    WHEN (NEW.image ->> 'media' IS NOT NULL) EXECUTE FUNCTION newsroom.keep_media_uses('entity');
CREATE TRIGGER media_changes AFTER UPDATE OF image OR DELETE ON newsroom.entities FOR EACH ROW
    EXECUTE FUNCTION newsroom.keep_media_uses('entity');
CREATE TRIGGER media AFTER INSERT OR UPDATE ON newsroom.site FOR EACH ROW EXECUTE FUNCTION newsroom.keep_media_uses('site');

-- The height that a picture has at a width.
CREATE FUNCTION newsroom.media_height(width integer, height integer, at_width integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT greatest(1, (2::bigint * height * at_width + width) / (2::bigint * width))::integer
$$;

-- A picture as readers get it: one of the web as it was given, one of ours with its addresses. Paths; an answer makes them whole.
CREATE FUNCTION newsroom.public_image(image json) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN image ->> 'media' IS NULL THEN image ELSE (
        SELECT json_build_object(
            'url', f.folder || CASE WHEN f.usual IS NULL THEN f.original ELSE 'w' || f.usual || '.webp' END,
            'alt', coalesce(image ->> 'alt', m.alt),
            'caption', coalesce(image ->> 'caption', m.caption),
            'credit', coalesce(image ->> 'credit', m.credit),
            'width', coalesce(f.usual, m.width),
            'height', CASE WHEN f.usual IS NULL THEN m.height ELSE newsroom.media_height(m.width, m.height, f.usual) END,
            'media', m.id,
            'srcset', (SELECT string_agg(f.folder || 'w' || w || '.webp ' || w || 'w', ', ' ORDER BY w) FROM unnest(f.widths) AS w),
            'renditions', (
                SELECT json_agg(r.rendition ORDER BY r.place)
                FROM (
                    SELECT w AS place, json_build_object('url', f.folder || 'w' || w || '.webp', 'width', w,
                        'height', newsroom.media_height(m.width, m.height, w), 'type', 'image/webp') AS rendition
                    FROM unnest(f.widths) AS w
                    UNION ALL
                    SELECT 2147483647, json_build_object('url', f.folder || f.original, 'width', m.width, 'height', m.height, 'type', m.mime)
                ) r),
            'crop_template', f.folder || 'w{width}-{ratio}-c' || coalesce(m.focal_x, 500) || 'x' || coalesce(m.focal_y, 500) || '.{format}',
            'focal_point', CASE WHEN m.focal_x IS NOT NULL
                THEN json_build_object('x', m.focal_x / 1000.0::double precision, 'y', m.focal_y / 1000.0::double precision) END)
        FROM newsroom.media m
        CROSS JOIN LATERAL (SELECT CASE WHEN m.animated THEN '{}' ELSE m.widths END AS widths) s
        CROSS JOIN LATERAL (
            SELECT '/v1/media/' || m.id || '/' AS folder,
                   'original.' || CASE m.mime WHEN 'image/jpeg' THEN 'jpg' ELSE split_part(m.mime, '/', 2) END AS original,
                   s.widths,
                   (SELECT max(w) FROM unnest(s.widths) AS w WHERE w <= 1280) AS usual
        ) f
        WHERE m.id = (image ->> 'media')::uuid)
    END
$$;

-- The pictures that readers may see: those that something public uses at this moment. Written by the door alone.
CREATE TABLE delivery.media (
    id       uuid      PRIMARY KEY,
    seq      bigint    NOT NULL,
    mime     text      NOT NULL,
    width    integer   NOT NULL,
    height   integer   NOT NULL,
    bytes    bigint    NOT NULL,
    digest   text      NOT NULL,
    animated boolean   NOT NULL,
    widths   integer[] NOT NULL,
    focal_x  smallint,
    focal_y  smallint
);

CREATE TABLE delivery.media_uses (
    kind     text NOT NULL,
    owner_id uuid NOT NULL,
    media_id uuid NOT NULL,
    PRIMARY KEY (kind, owner_id, media_id)
);
CREATE INDEX media_uses_media ON delivery.media_uses (media_id);

COMMENT ON TABLE  newsroom.media IS 'Pictures that were uploaded. Their files stand in the store for media, below the id; they never change.';
COMMENT ON COLUMN newsroom.media.id IS 'Its id, in addresses and in the store.';
COMMENT ON COLUMN newsroom.media.version IS 'How often it was written; its ETag names it.';
COMMENT ON COLUMN newsroom.media.mime IS 'The media type of the file that is kept, told by its content.';
COMMENT ON COLUMN newsroom.media.width IS 'Pixels, turned upright.';
COMMENT ON COLUMN newsroom.media.height IS 'Pixels, turned upright.';
COMMENT ON COLUMN newsroom.media.bytes IS 'The size of the file that is kept, in bytes.';
COMMENT ON COLUMN newsroom.media.digest IS 'SHA-256 of the file that is kept, in hexadecimal digits.';
COMMENT ON COLUMN newsroom.media.source_digest IS 'SHA-256 of the file as it was uploaded: the same file is kept once.';
COMMENT ON COLUMN newsroom.media.animated IS 'Whether it moves. Renditions show its first frame.';
COMMENT ON COLUMN newsroom.media.widths IS 'The widths that it is offered in, in pixels, none above its own: those of the setting when it was uploaded.';
COMMENT ON COLUMN newsroom.media.file_name IS 'What the file was called by who uploaded it.';
COMMENT ON COLUMN newsroom.media.source_url IS 'Where it was fetched from, if it was.';
COMMENT ON COLUMN newsroom.media.alt IS 'What it shows, where its use does not say otherwise.';
COMMENT ON COLUMN newsroom.media.caption IS 'Its caption, where its use does not say otherwise.';
COMMENT ON COLUMN newsroom.media.credit IS 'Who made it, where its use does not say otherwise; from the file''s own metadata when nobody told.';
COMMENT ON COLUMN newsroom.media.focal_x IS 'What crops keep: thousandths of the width from the left. Null for the middle.';
COMMENT ON COLUMN newsroom.media.focal_y IS 'Thousandths of the height from the top.';
COMMENT ON COLUMN newsroom.media.created_at IS 'When it was uploaded.';
COMMENT ON COLUMN newsroom.media.modified_at IS 'When what is told of it was last written.';
COMMENT ON TABLE  newsroom.media_uses IS 'What refers to a picture: versions of articles and updates, authors, entities and the site. Kept by triggers.';
COMMENT ON COLUMN newsroom.media_uses.kind IS 'site, author, entity, article_version or update_version.';
COMMENT ON COLUMN newsroom.media_uses.owner_id IS 'Which; of the site, zeros.';
COMMENT ON COLUMN newsroom.media_uses.media_id IS 'The picture.';
COMMENT ON TABLE  newsroom.media_removals IS 'Pictures that were removed or purged and whose files a node has yet to delete.';
COMMENT ON COLUMN newsroom.media_removals.media_id IS 'The picture.';
COMMENT ON COLUMN newsroom.media_removals.noted_at IS 'When it was removed.';
COMMENT ON FUNCTION newsroom.media_named(json, text) IS 'The pictures that a thing names by its image and in the HTML of its texts.';
COMMENT ON FUNCTION newsroom.keep_media_uses() IS 'Keeps media_uses as the row that was written has them.';
COMMENT ON FUNCTION newsroom.media_height(integer, integer, integer) IS 'The height of a picture of these sides at another width, in pixels.';
COMMENT ON FUNCTION newsroom.public_image(json) IS 'An image as delivery has it: of one of ours its addresses, sizes and what is told of it. The door calls it.';
COMMENT ON TABLE  delivery.media IS 'Pictures that something public uses now, for the serving of their files. Written by the door.';
COMMENT ON COLUMN delivery.media.id IS 'Its id.';
COMMENT ON COLUMN delivery.media.seq IS 'The change that last wrote it.';
COMMENT ON COLUMN delivery.media.mime IS 'The media type of its file.';
COMMENT ON COLUMN delivery.media.width IS 'Pixels.';
COMMENT ON COLUMN delivery.media.height IS 'Pixels.';
COMMENT ON COLUMN delivery.media.bytes IS 'The size of its file, in bytes.';
COMMENT ON COLUMN delivery.media.digest IS 'SHA-256 of its file, in hexadecimal digits.';
COMMENT ON COLUMN delivery.media.animated IS 'Whether it moves.';
COMMENT ON COLUMN delivery.media.widths IS 'The widths that it is offered in, in pixels.';
COMMENT ON COLUMN delivery.media.focal_x IS 'What crops keep: thousandths of the width from the left. Null for the middle.';
COMMENT ON COLUMN delivery.media.focal_y IS 'Thousandths of the height from the top.';
COMMENT ON TABLE  delivery.media_uses IS 'Which public thing uses which picture. When the last row of a picture goes, so does the picture. Written by the door.';
COMMENT ON COLUMN delivery.media_uses.kind IS 'site, author, entity or article.';
COMMENT ON COLUMN delivery.media_uses.owner_id IS 'Which; of the site, zeros.';
COMMENT ON COLUMN delivery.media_uses.media_id IS 'The picture.';
COMMENT ON COLUMN newsroom.audit.subject_kind IS 'What was written: site, section, author, entity, donation_link, article, update, media, key or log.';
