//! Reading articles, their working copies and the names in them.

use chrono::DateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::translations::{ManagedTranslation, group};
use crate::articles::model::{Article, Content, DonationMode, EntityLink};
use crate::articles::parameters::{ArticleQuery, ArticleStatus};
use crate::authors::queries::newsroom::{Byline, bylines};
use crate::db::schema::newsroom::{
    article_version_authors, article_version_donation_links, article_version_entities,
    article_versions, articles, entities, sections,
};
use crate::db::{NewsroomConn, Stored};
use crate::entities::model::Relation;
use crate::error::Result;
use crate::http::cursor::{Position, SortKey};
use crate::http::search::containing;
use crate::publishing::Tx;
use crate::related::model::Pick;
use crate::related::queries::newsroom::{ManagedPick, of_version};
use crate::updates::queries::newsroom::{article as find, gone};
use crate::values::{Flag, Reference, RichText};

/// An article in the editors' list: its own row, and of its working copy slug, type, headline, language and section.
#[derive(Debug, Queryable)]
pub struct Summary {
    /// Its own row.
    pub article: Article,
    /// The slug of its working copy.
    pub slug: String,
    /// `article` or `page`.
    pub article_type: String,
    /// The headline of its working copy.
    pub headline: String,
    /// The language of its working copy.
    pub language: String,
    /// The section of its working copy: id, slug and name.
    pub section: Option<(Uuid, String, String)>,
}

/// A page and one more, the last saved first; index: `articles_saved`.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut NewsroomConn,
    asked: &ArticleQuery,
    after: Option<Position>,
) -> Result<Vec<Summary>> {
    let working = article_versions::article_id
        .eq(articles::id)
        .and(article_versions::number.eq(articles::version));
    let mut query = articles::table
        .inner_join(article_versions::table.on(working))
        .left_join(sections::table.on(article_versions::section_id.eq(sections::id.nullable())))
        .select((
            Article::as_select(),
            article_versions::slug,
            article_versions::article_type,
            article_versions::headline,
            article_versions::language,
            (sections::id, sections::slug, sections::name).nullable(),
        ))
        .into_boxed();
    if let Some(status) = &asked.status {
        let names = status.0.iter().map(|status| match status {
            ArticleStatus::Draft => "draft",
            ArticleStatus::Published => "published",
            ArticleStatus::Withdrawn => "withdrawn",
        });
        query = query.filter(articles::status.eq_any(names.collect::<Vec<_>>()));
    }
    if let Some(Flag(scheduled)) = asked.scheduled {
        let due = articles::publish_at
            .is_not_null()
            .or(articles::withdraw_at.is_not_null());
        query = query.filter(due.eq(scheduled));
    }
    if asked.q.is_some() {
        query = query.filter(article_versions::headline.ilike(containing(asked.q.as_ref())));
    }
    if let Some(Position {
        key: SortKey::Number(at),
        id,
    }) = after
    {
        let at = DateTime::from_timestamp_millis(at).unwrap_or_default();
        query = query.filter(
            articles::saved_at
                .lt(at)
                .or(articles::saved_at.eq(at).and(articles::id.lt(id))),
        );
    }
    let order = (articles::saved_at.desc(), articles::id.desc());
    Ok(query
        .order(order)
        .limit(asked.limit.probe())
        .load(&mut **conn)
        .await?)
}

/// One article's own row.
///
/// # Errors
/// 404; 410 when it was purged; the database.
pub async fn get(conn: &mut NewsroomConn, which: &Reference) -> Result<Article> {
    let id = find(conn, which).await?;
    Ok(articles::table
        .find(id)
        .select(Article::as_select())
        .first(&mut **conn)
        .await?)
}

/// One article's own row, locked to the end of the transaction. Others may go on picking it as related: two articles that pick each other
/// at once would otherwise wait for each other.
///
/// # Errors
/// 404; 410 when it was purged; the database.
pub async fn lock(tx: &mut Tx, which: &Reference) -> Result<Article> {
    let id = find(tx, which).await?;
    let locked = articles::table
        .find(id)
        .filter(articles::purged_at.is_null())
        .select(Article::as_select())
        .for_no_key_update()
        .first(&mut ***tx)
        .await;
    let Some(article) = locked.optional()? else {
        return Err(gone(tx, id).await);
    };
    tx.take_time().await?;
    Ok(article)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = article_versions, check_for_backend(diesel::pg::Pg))]
struct VersionRow {
    id: Uuid,
    slug: String,
    article_type: String,
    headline: String,
    standfirst: Option<Stored<RichText>>,
    body: Option<Stored<RichText>>,
    language: String,
    section_id: Option<Uuid>,
    image: Option<serde_json::Value>,
    seo: Option<serde_json::Value>,
    canonical_url: Option<String>,
    translation_of: Option<Uuid>,
    donation_mode: String,
}

/// What the working copy of an article holds, and the version's id.
///
/// # Errors
/// The database.
pub async fn content(conn: &mut NewsroomConn, article: &Article) -> Result<(Uuid, Content)> {
    content_of(conn, article.id, article.version).await
}

/// What a version of an article holds, and the version's id.
///
/// # Errors
/// 404; the database.
pub(super) async fn content_of(
    conn: &mut NewsroomConn,
    article: Uuid,
    number: i32,
) -> Result<(Uuid, Content)> {
    let row: VersionRow = article_versions::table
        .filter(article_versions::article_id.eq(article))
        .filter(article_versions::number.eq(number))
        .select(VersionRow::as_select())
        .first(&mut **conn)
        .await?;
    let donation = match row.donation_mode.as_str() {
        "none" => DonationMode::None,
        "own" => DonationMode::Own(own_links(conn, row.id).await?),
        _ => DonationMode::Inherit,
    };
    let related = of_version(conn, row.id)
        .await?
        .into_iter()
        .filter_map(pick)
        .collect();
    let content = Content {
        authors: authors_of(conn, row.id).await?,
        entities: entities_of(conn, row.id).await?,
        related,
        donation,
        slug: Some(row.slug),
        article_type: row.article_type,
        headline: row.headline,
        standfirst: row.standfirst.map(|text| text.0),
        body: row.body.map(|text| text.0),
        language: row.language,
        section_id: row.section_id,
        image: row.image,
        seo: row.seo,
        canonical_url: row.canonical_url,
        translation_of: row.translation_of,
    };
    Ok((row.id, content))
}

fn pick(pick: ManagedPick) -> Option<Pick> {
    match (pick.article_id, pick.url, pick.title) {
        (Some(id), _, _) => Some(Pick::Article(id)),
        (None, Some(url), Some(title)) => Some(Pick::Outside { url, title }),
        _ => None,
    }
}

async fn own_links(conn: &mut NewsroomConn, version: Uuid) -> Result<Vec<Uuid>> {
    let query = article_version_donation_links::table
        .filter(article_version_donation_links::version_id.eq(version));
    let query = query
        .order(article_version_donation_links::position)
        .select(article_version_donation_links::link_id);
    Ok(query.load(&mut **conn).await?)
}

async fn authors_of(conn: &mut NewsroomConn, version: Uuid) -> Result<Vec<Uuid>> {
    let query =
        article_version_authors::table.filter(article_version_authors::version_id.eq(version));
    Ok(query
        .order(article_version_authors::position)
        .select(article_version_authors::author_id)
        .load(&mut **conn)
        .await?)
}

async fn entities_of(conn: &mut NewsroomConn, version: Uuid) -> Result<Vec<EntityLink>> {
    let query =
        article_version_entities::table.filter(article_version_entities::version_id.eq(version));
    let query = query.order(article_version_entities::position);
    let rows: Vec<(Uuid, String)> = query
        .select((
            article_version_entities::entity_id,
            article_version_entities::relation,
        ))
        .load(&mut **conn)
        .await?;
    let link = |(entity_id, relation): (Uuid, String)| EntityLink {
        entity_id,
        relation: if relation == "about" {
            Relation::About
        } else {
            Relation::Mentions
        },
    };
    Ok(rows.into_iter().map(link).collect())
}

/// The names of what a version refers to.
#[derive(Debug)]
pub struct Names {
    /// Its section: id, slug and name.
    pub section: Option<(Uuid, String, String)>,
    /// Its authors, in order.
    pub authors: Vec<Byline>,
    /// Its entities, in order: id, slug, name and kind.
    pub entities: Vec<(Uuid, String, String, String)>,
    /// Its picks, in order.
    pub related: Vec<ManagedPick>,
    /// The others of its group of translations.
    pub translations: Vec<ManagedTranslation>,
}

/// The names of what a version refers to, one query a kind.
///
/// # Errors
/// The database.
pub async fn names(
    conn: &mut NewsroomConn,
    article: Uuid,
    version: Uuid,
    content: &Content,
) -> Result<Names> {
    let section = match content.section_id {
        Some(id) => {
            let section =
                sections::table
                    .find(id)
                    .select((sections::id, sections::slug, sections::name));
            Some(section.first(&mut **conn).await?)
        }
        None => None,
    };
    let ids: Vec<Uuid> = content.entities.iter().map(|link| link.entity_id).collect();
    let rows: Vec<(Uuid, String, String, String)> = entities::table
        .filter(entities::id.eq_any(&ids))
        .select((entities::id, entities::slug, entities::name, entities::kind))
        .load(&mut **conn)
        .await?;
    let entities = ids
        .iter()
        .filter_map(|id| rows.iter().find(|row| row.0 == *id).cloned())
        .collect();
    let related = of_version(conn, version).await?;
    Ok(Names {
        section,
        authors: bylines(conn, &content.authors).await?,
        entities,
        related,
        translations: group(conn, content.translation_of.unwrap_or(article), article).await?,
    })
}
