//! The lists under an article, each replaced whole. They are part of its working copy and use its version.

use actix_web::{HttpResponse, put};

use super::{require, save};
use crate::articles::model::{Content, DonationChoice, EntityLinkInput};
use crate::articles::queries::newsroom as queries;
use crate::articles::view::ManagedArticle;
use crate::auth::ContentWrite;
use crate::donation_links::queries::newsroom as donation_links;
use crate::error::{Faults, Result};
use crate::http::{DraftBody, IfMatch, NoParameters, Path, Query, Writer};
use crate::openapi::IfMatchHeader;
use crate::related::model::RelatedInput;
use crate::related::queries::newsroom as related;
use crate::values::{Reference, UpTo};

/// Replace the entities of an article
///
/// The whole ordered list. An entity named by kind and name is found by them or made in the same call. Readers see it once the article is published.
#[utoipa::path(
    tag = "Articles", request_body = Vec<EntityLinkInput>, security(("api_key" = ["content:write"])),
    params(("article" = Reference, Path, description = "The article's slug or id."), IfMatchHeader),
    responses((status = 200, description = "The article as it now is.", body = ManagedArticle), (status = 409, description = "What the list names was just removed.")),
)]
#[put("/v1/manage/articles/{article}/entities")]
pub async fn set_article_entities(
    writer: Writer<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: DraftBody<UpTo<EntityLinkInput, 200>>,
) -> Result<HttpResponse> {
    writer
        .write("set_article_entities", async move |tx| {
            let before = queries::lock(tx, &path.0).await?;
            require(tx, &if_match, &before).await?;
            let (_, old) = queries::content(tx, &before).await?;
            let mut faults = Faults::default();
            let entities = queries::entity_links(tx, body.0.named(), "", &mut faults).await?;
            body.0.finish(faults)?;
            let new = Content {
                entities,
                ..old.clone()
            };
            save(tx, before, &old, &new).await
        })
        .await
}

/// Replace the related articles of an article
///
/// The whole ordered list of articles and pages elsewhere. Readers see it once the article is published.
#[utoipa::path(
    tag = "Articles", request_body = Vec<RelatedInput>, security(("api_key" = ["content:write"])),
    params(("article" = Reference, Path, description = "The article's slug or id."), IfMatchHeader),
    responses((status = 200, description = "The article as it now is.", body = ManagedArticle), (status = 409, description = "What the list names was just removed.")),
)]
#[put("/v1/manage/articles/{article}/related")]
pub async fn set_article_related(
    writer: Writer<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: DraftBody<UpTo<RelatedInput, 100>>,
) -> Result<HttpResponse> {
    writer
        .write("set_article_related", async move |tx| {
            let before = queries::lock(tx, &path.0).await?;
            require(tx, &if_match, &before).await?;
            let (_, old) = queries::content(tx, &before).await?;
            let mut faults = Faults::default();
            let named = body.0.named();
            let related = related::find_all(tx, named, before.id, "", &mut faults).await?;
            body.0.finish(faults)?;
            let new = Content {
                related,
                ..old.clone()
            };
            save(tx, before, &old, &new).await
        })
        .await
}

/// Choose the donation links of an article
///
/// `"inherit"`, `"none"`, or the whole ordered list of its own. Readers see it once the article is published.
#[utoipa::path(
    tag = "Donation links", request_body = DonationChoice, security(("api_key" = ["content:write"])),
    params(("article" = Reference, Path, description = "The article's slug or id."), IfMatchHeader),
    responses((status = 200, description = "The article as it now is.", body = ManagedArticle), (status = 409, description = "What the list names was just removed.")),
)]
#[put("/v1/manage/articles/{article}/donation-links")]
pub async fn set_article_donation_links(
    writer: Writer<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: DraftBody<DonationChoice>,
) -> Result<HttpResponse> {
    writer
        .write("set_article_donation_links", async move |tx| {
            let before = queries::lock(tx, &path.0).await?;
            require(tx, &if_match, &before).await?;
            let (_, old) = queries::content(tx, &before).await?;
            let mut faults = Faults::default();
            let named = body.0.named();
            let own = donation_links::check_exist(tx, named, "", &mut faults).await?;
            let donation = body.0.finish(faults)?.mode(own);
            let new = Content {
                donation,
                ..old.clone()
            };
            save(tx, before, &old, &new).await
        })
        .await
}
