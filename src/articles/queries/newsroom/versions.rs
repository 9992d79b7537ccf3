//! Versions of an article: who wrote which, what each says, and one made the working copy again.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::content::resolve;
use super::read::content_of;
use crate::articles::model::{Content, DonationMode};
use crate::db::NewsroomConn;
use crate::db::schema::newsroom::{article_versions, articles, donation_links};
use crate::error::{Faults, Result};
use crate::http::cursor::Position;
use crate::publishing::Tx;
use crate::rich_text::RENDERER_VERSION;
use crate::values::{Draft, RichText};
use crate::versions::model::{Heading, missing, refused};
use crate::versions::parameters::{VersionQuery, below};
use crate::versions::queries::newsroom::{HeadingRow, signed};

/// A version in a list.
#[derive(Debug)]
pub struct Listed {
    /// Which, and who wrote it.
    pub heading: Heading,
    /// Its headline.
    pub headline: String,
}

/// A version whole.
#[derive(Debug)]
pub struct Version {
    /// Which, and who wrote it.
    pub heading: Heading,
    /// Its own id, which never leaves the newsroom.
    pub id: Uuid,
    /// What it holds.
    pub content: Content,
}

type Columns = (
    article_versions::number,
    article_versions::created_at,
    article_versions::key_id,
    article_versions::actor,
);

const HEADING: Columns = (
    article_versions::number,
    article_versions::created_at,
    article_versions::key_id,
    article_versions::actor,
);

/// A page and one more, the newest first; index: `article_versions_number`.
///
/// # Errors
/// The database.
pub async fn versions(
    conn: &mut NewsroomConn,
    article: Uuid,
    asked: &VersionQuery,
    after: Option<Position>,
) -> Result<Vec<Listed>> {
    let rows: Vec<(HeadingRow, String)> = article_versions::table
        .filter(article_versions::article_id.eq(article))
        .filter(article_versions::number.lt(below(after.as_ref())))
        .order(article_versions::number.desc())
        .limit(asked.limit.probe())
        .select((HEADING, article_versions::headline))
        .load(&mut **conn)
        .await?;
    let (headings, headlines): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let headings = signed(conn, headings).await?;
    let listed = |(heading, headline)| Listed { heading, headline };
    Ok(headings.into_iter().zip(headlines).map(listed).collect())
}

/// One version.
///
/// # Errors
/// 404; the database.
pub async fn version(conn: &mut NewsroomConn, article: Uuid, number: i32) -> Result<Version> {
    let row: Option<HeadingRow> = article_versions::table
        .filter(article_versions::article_id.eq(article))
        .filter(article_versions::number.eq(number))
        .select(HEADING)
        .first(&mut **conn)
        .await
        .optional()?;
    let headings = signed(conn, row.into_iter().collect()).await?;
    let heading = headings.into_iter().next();
    let heading = heading.ok_or_else(|| missing(number))?;
    let (id, content) = content_of(conn, article, number).await?;
    Ok(Version {
        heading,
        id,
        content,
    })
}

/// The content of a version as it can be saved again: what it refers to is looked up as for any save. Texts that the working copy has are left as they are
/// there, so that restoring what is there already changes nothing.
///
/// # Errors
/// 409 when what was right then no longer is; the database.
pub async fn again(tx: &mut Tx, host: Uuid, version: Version, old: &Content) -> Result<Content> {
    let Version {
        heading, content, ..
    } = version;
    let draft = Draft::read(content.input(), Faults::default());
    let known = Content {
        standfirst: rendered(&old.standfirst, &content.standfirst),
        body: rendered(&old.body, &content.body),
        ..content
    };
    resolve(tx, host, draft, Some(&known))
        .await
        .map_err(|error| refused(heading.number, error))
}

/// A text that need not be rendered: that of the working copy if it has the same source, or one that today's renderer made.
fn rendered(old: &Option<RichText>, version: &Option<RichText>) -> Option<RichText> {
    let version = version.as_ref()?;
    let old = old.as_ref().filter(|old| old.input() == version.input());
    let current = Some(version).filter(|text| text.renderer_version == RENDERER_VERSION);
    old.or(current).cloned()
}

/// What a person calls some of what a version refers to by id.
#[derive(Debug, Default)]
pub struct Mentioned {
    /// Its own donation links, in order: id and provider.
    pub donation_links: Vec<(Uuid, String)>,
    /// Slug and headline of the original that it is a translation of, unless that was purged.
    pub original: Option<(String, String)>,
}

/// What a person calls the donation links and the original of a version.
///
/// # Errors
/// The database.
pub async fn mentioned(conn: &mut NewsroomConn, content: &Content) -> Result<Mentioned> {
    let mut mentioned = Mentioned::default();
    if let DonationMode::Own(ids) = &content.donation {
        let rows = donation_links::table.filter(donation_links::id.eq_any(ids));
        let rows: Vec<(Uuid, String)> = rows
            .select((donation_links::id, donation_links::provider))
            .load(&mut **conn)
            .await?;
        let row = |id: &Uuid| rows.iter().find(|row| row.0 == *id).cloned();
        mentioned.donation_links = ids.iter().filter_map(row).collect();
    }
    if let Some(id) = content.translation_of {
        let working = article_versions::article_id
            .eq(articles::id)
            .and(article_versions::number.eq(articles::version));
        mentioned.original = articles::table
            .inner_join(article_versions::table.on(working))
            .filter(articles::id.eq(id))
            .select((article_versions::slug, article_versions::headline))
            .first(&mut **conn)
            .await
            .optional()?;
    }
    Ok(mentioned)
}
