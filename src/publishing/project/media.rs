//! Pictures: public while something public uses them, and not a moment longer. What uses them is told by the newsroom's own record of uses; a
//! picture's row comes with the first and goes with the last.

use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{IdRow, Projection};
use crate::db::fixed;
use crate::error::Result;

/// Who uses pictures, as delivery tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum User {
    /// The site.
    Site,
    /// Authors whom readers know.
    Author,
    /// Entities that readers know.
    Entity,
    /// Published articles, with their shown updates.
    Article,
}

/// Writes which pictures those of a kind (`$2`) among the ids (`$1`) use: those that go, and those that come.
macro_rules! written {
    ($wanted:literal) => {
        concat!(
            "WITH wanted AS MATERIALIZED (",
            $wanted,
            "), gone AS (
                 DELETE FROM delivery.media_uses d
                 WHERE d.kind = $2 AND d.owner_id = ANY($1)
                   AND NOT EXISTS (SELECT FROM wanted w WHERE w.owner_id = d.owner_id AND w.media_id = d.media_id)
                 RETURNING d.media_id
             ), come AS (
                 INSERT INTO delivery.media_uses (kind, owner_id, media_id)
                 SELECT $2, w.owner_id, w.media_id FROM wanted w
                 ON CONFLICT DO NOTHING
                 RETURNING media_id
             ) "
        )
    };
}

/// The pictures of which that has changed.
macro_rules! changed {
    () => {
        "SELECT media_id AS id FROM gone UNION SELECT media_id FROM come"
    };
}
pub(super) use changed;

/// Both.
macro_rules! uses {
    ($wanted:literal) => {
        concat!(written!($wanted), changed!())
    };
}

macro_rules! of_articles {
    ($all:ident) => {
        $all!(
            "SELECT a.id AS owner_id, u.media_id
             FROM newsroom.articles a
             JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
             JOIN newsroom.media_uses u ON u.kind = 'article_version' AND u.owner_id = v.id
             WHERE a.id = ANY($1) AND a.status = 'published'
             UNION
             SELECT a.id, u.media_id
             FROM newsroom.articles a
             JOIN newsroom.updates n ON n.article_id = a.id AND n.state = 'shown'
             JOIN newsroom.update_versions t ON t.update_id = n.id AND t.number = n.version
             JOIN newsroom.media_uses u ON u.kind = 'update_version' AND u.owner_id = t.id
             WHERE a.id = ANY($1) AND a.status = 'published'"
        )
    };
}

/// Writes which pictures articles use, for a statement that asks for more with it.
pub(super) const OF_ARTICLES: &str = of_articles!(written);

impl User {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Author => "author",
            Self::Entity => "entity",
            Self::Article => "article",
        }
    }

    /// Public things are looked for where the door has just written them.
    pub(super) fn uses(self) -> &'static str {
        match self {
            Self::Site => uses!(
                "SELECT u.owner_id, u.media_id FROM newsroom.media_uses u WHERE u.kind = 'site' AND u.owner_id = ANY($1)"
            ),
            Self::Author => uses!(
                "SELECT u.owner_id, u.media_id FROM newsroom.media_uses u JOIN delivery.authors d ON d.id = u.owner_id
                 WHERE u.kind = 'author' AND u.owner_id = ANY($1)"
            ),
            Self::Entity => uses!(
                "SELECT u.owner_id, u.media_id FROM newsroom.media_uses u JOIN delivery.entities d ON d.id = u.owner_id
                 WHERE u.kind = 'entity' AND u.owner_id = ANY($1)"
            ),
            Self::Article => of_articles!(uses),
        }
    }
}

const GONE: &str = "
    DELETE FROM delivery.media d
    WHERE d.id = ANY($1) AND $2 > 0
      AND NOT (EXISTS (SELECT FROM delivery.media_uses u WHERE u.media_id = d.id) AND EXISTS (SELECT FROM newsroom.media m WHERE m.id = d.id))";

const MEDIA: &str = "
    INSERT INTO delivery.media (id, seq, mime, width, height, bytes, digest, animated, widths, focal_x, focal_y)
    SELECT m.id, $2, m.mime, m.width, m.height, m.bytes, m.digest, m.animated, m.widths, m.focal_x, m.focal_y
    FROM newsroom.media m
    WHERE m.id = ANY($1) AND EXISTS (SELECT FROM delivery.media_uses u WHERE u.media_id = m.id)
    ON CONFLICT (id) DO UPDATE SET
        seq = EXCLUDED.seq, mime = EXCLUDED.mime, width = EXCLUDED.width, height = EXCLUDED.height, bytes = EXCLUDED.bytes,
        digest = EXCLUDED.digest, animated = EXCLUDED.animated, widths = EXCLUDED.widths, focal_x = EXCLUDED.focal_x, focal_y = EXCLUDED.focal_y";

const PUBLIC: &str = "SELECT id FROM delivery.media WHERE id = ANY($1)";

/// Articles, authors and entities that show one of the pictures (`$1`) as their own.
const ARTICLES: &str = "
    SELECT DISTINCT d.id
    FROM delivery.media_uses u JOIN delivery.articles d ON d.id = u.owner_id
    WHERE u.kind = 'article' AND u.media_id = ANY($1) AND (d.image ->> 'media')::uuid = u.media_id";
const AUTHORS: &str = "
    SELECT DISTINCT d.id
    FROM delivery.media_uses u JOIN delivery.authors d ON d.id = u.owner_id
    WHERE u.kind = 'author' AND u.media_id = ANY($1) AND (d.image ->> 'media')::uuid = u.media_id";
const ENTITIES: &str = "
    SELECT DISTINCT d.id
    FROM delivery.media_uses u JOIN delivery.entities d ON d.id = u.owner_id
    WHERE u.kind = 'entity' AND u.media_id = ANY($1) AND (d.image ->> 'media')::uuid = u.media_id";
const SITE: &str = "SELECT DISTINCT u.owner_id AS id FROM delivery.media_uses u WHERE u.kind = 'site' AND u.media_id = ANY($1)";

/// What an article shows of its picture, without writing its texts anew.
const ARTICLE_IMAGES: &str = "
    UPDATE delivery.articles d SET seq = $2, image = newsroom.public_image(v.image)
    FROM newsroom.articles a
    JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
    WHERE a.id = d.id AND d.id = ANY($1)";

impl Projection<'_> {
    /// Writes which pictures these use, and lets pictures come and go by that.
    pub(super) async fn using(&mut self, user: User, ids: &[Uuid]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let rows: Vec<IdRow> = fixed(user.uses())
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<Text, _>(user.as_str())
            .load(self.conn)
            .await?;
        let changed: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
        self.media(&changed).await
    }

    /// Writes the rows of these pictures: none of one that nothing public uses.
    pub(super) async fn media(&mut self, ids: &[Uuid]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        self.keys.extend(ids.iter().map(|id| format!("media:{id}")));
        self.execute(GONE, ids).await?;
        self.execute(MEDIA, ids).await
    }

    /// After what is told of pictures changed: they, and what shows them. Tells whether readers see any of it.
    pub(super) async fn retold(&mut self, ids: &[Uuid]) -> Result<bool> {
        if ids.is_empty() {
            return Ok(false);
        }
        let public = self.ids(PUBLIC, ids).await?;
        if public.is_empty() {
            return Ok(false);
        }
        self.media(&public).await?;
        let articles = self.ids(ARTICLES, &public).await?;
        if !articles.is_empty() {
            self.pictures_of(&articles).await?;
        }
        let authors = self.ids(AUTHORS, &public).await?;
        self.authors(&authors).await?;
        let entities = self.ids(ENTITIES, &public).await?;
        self.entities(&entities).await?;
        if !self.ids(SITE, &public).await?.is_empty() {
            self.site().await?;
        }
        Ok(true)
    }

    async fn pictures_of(&mut self, articles: &[Uuid]) -> Result<()> {
        let since = self.keys.len();
        self.keys.push("articles:any".to_owned());
        self.collect_keys(super::articles::KEYS, articles).await?;
        fixed(ARTICLE_IMAGES)
            .bind::<Array<SqlUuid>, _>(articles)
            .bind::<BigInt, _>(self.seq)
            .execute(self.conn)
            .await?;
        self.card_keys(since);
        Ok(())
    }
}
