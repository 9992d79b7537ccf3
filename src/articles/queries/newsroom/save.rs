//! Saving: each save is a new version, whole, and never changed again.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::articles::model::{Article, Content, DonationMode};
use crate::db::Stored;
use crate::db::schema::newsroom::{
    article_version_authors, article_version_donation_links, article_version_entities,
    article_versions, articles,
};
use crate::error::{Error, Result};
use crate::publishing::{Kind, Tx, slugs};
use crate::related::queries::newsroom as related;
use crate::values::Slug;

/// Makes a draft with its first version.
///
/// # Errors
/// 409 when the slug is taken; the database.
pub async fn create(
    tx: &mut Tx,
    id: Uuid,
    content: &Content,
    guid: Option<&str>,
) -> Result<Article> {
    let article = diesel::insert_into(articles::table)
        .values((
            articles::id.eq(id),
            articles::version.eq(1),
            articles::guid.eq(guid),
            articles::created_at.eq(tx.now),
            articles::saved_at.eq(tx.now),
        ))
        .returning(Article::as_returning())
        .get_result(&mut ***tx)
        .await?;
    insert_version(tx, id, 1, content).await?;
    Ok(article)
}

/// Saves a new version of a locked article. Readers go on seeing the published one.
///
/// # Errors
/// 409 when the slug is taken; the database.
pub async fn save(tx: &mut Tx, article: &Article, content: &Content) -> Result<Article> {
    let number = article.version + 1;
    let slug = insert_version(tx, article.id, number, content).await?;
    slugs::release_unused(tx, article.id, slug.as_str()).await?;
    let saved = diesel::update(articles::table.find(article.id))
        .set((
            articles::version.eq(number),
            articles::revision.eq(article.revision + 1),
            articles::saved_at.eq(tx.now),
        ))
        .returning(Article::as_returning());
    Ok(saved.get_result(&mut ***tx).await?)
}

async fn insert_version(
    tx: &mut Tx,
    article: Uuid,
    number: i32,
    content: &Content,
) -> Result<Slug> {
    let wanted = match &content.slug {
        Some(slug) => {
            Some(Slug::parse(slug).map_err(|fault| Error::internal(fault.detail().to_owned()))?)
        }
        None => None,
    };
    let wanted = wanted.as_ref().map_or(
        slugs::Wanted::Like(&content.headline),
        slugs::Wanted::Exactly,
    );
    let slug = slugs::claim(tx, Kind::Article, article, wanted).await?;
    let (version, by) = (Uuid::now_v7(), tx.by.clone());
    diesel::insert_into(article_versions::table)
        .values((
            article_versions::id.eq(version),
            article_versions::article_id.eq(article),
            article_versions::number.eq(number),
            article_versions::slug.eq(slug.as_str()),
            article_versions::article_type.eq(&content.article_type),
            article_versions::headline.eq(&content.headline),
            article_versions::standfirst.eq(content.standfirst.clone().map(Stored)),
            article_versions::body.eq(content.body.clone().map(Stored)),
            article_versions::language.eq(&content.language),
            article_versions::section_id.eq(content.section_id),
            article_versions::image.eq(&content.image),
            article_versions::seo.eq(&content.seo),
            article_versions::canonical_url.eq(&content.canonical_url),
            article_versions::translation_of.eq(content.translation_of),
            article_versions::donation_mode.eq(content.donation.as_str()),
            article_versions::created_at.eq(tx.now),
            article_versions::key_id.eq(by.key_id),
            article_versions::actor.eq(by.actor),
        ))
        .execute(&mut ***tx)
        .await?;
    insert_lists(tx, version, content).await?;
    Ok(slug)
}

async fn insert_lists(tx: &mut Tx, version: Uuid, content: &Content) -> Result<()> {
    let authors: Vec<_> = (0..)
        .zip(&content.authors)
        .map(|(position, author)| {
            (
                article_version_authors::version_id.eq(version),
                article_version_authors::position.eq(position),
                article_version_authors::author_id.eq(*author),
            )
        })
        .collect();
    diesel::insert_into(article_version_authors::table)
        .values(authors)
        .execute(&mut ***tx)
        .await?;
    let entities: Vec<_> = (0..)
        .zip(&content.entities)
        .map(|(position, link)| {
            (
                article_version_entities::version_id.eq(version),
                article_version_entities::position.eq(position),
                article_version_entities::entity_id.eq(link.entity_id),
                article_version_entities::relation.eq(link.relation.as_str()),
            )
        })
        .collect();
    diesel::insert_into(article_version_entities::table)
        .values(entities)
        .execute(&mut ***tx)
        .await?;
    if let DonationMode::Own(links) = &content.donation {
        let links: Vec<_> = (0..)
            .zip(links)
            .map(|(position, link)| {
                (
                    article_version_donation_links::version_id.eq(version),
                    article_version_donation_links::position.eq(position),
                    article_version_donation_links::link_id.eq(*link),
                )
            })
            .collect();
        diesel::insert_into(article_version_donation_links::table)
            .values(links)
            .execute(&mut ***tx)
            .await?;
    }
    related::insert(tx, version, &content.related).await
}
