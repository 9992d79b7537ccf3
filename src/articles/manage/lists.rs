//! The lists under an article, each replaced whole. They are part of its working copy and use its version.

use actix_web::{HttpResponse, put};

use super::save;
use crate::articles::model::{Content, DonationChoice, EntityLinkInput, check_length};
use crate::articles::queries::newsroom as queries;
use crate::articles::view::ManagedArticle;
use crate::auth::ContentWrite;
use crate::error::{Error, Faults, Result};
use crate::http::{IfMatch, JsonBody, NoParameters, Path, Query, Writer};
use crate::openapi::IfMatchHeader;
use crate::related::model::RelatedInput;
use crate::related::queries::newsroom as related;
use crate::values::Reference;

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
    body: JsonBody<Vec<EntityLinkInput>>,
) -> Result<HttpResponse> {
    writer
        .write("set_article_entities", async move |tx| {
            let mut faults = Faults::default();
            check_length(Some(&body.0), 200, "", &mut faults);
            whole(faults)?;
            let before = queries::lock(tx, &path.0).await?;
            if_match.require(&before.version())?;
            let (_, old) = queries::content(tx, &before).await?;
            let new = Content {
                entities: queries::entity_links(tx, body.0, "").await?,
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
    body: JsonBody<Vec<RelatedInput>>,
) -> Result<HttpResponse> {
    writer
        .write("set_article_related", async move |tx| {
            let before = queries::lock(tx, &path.0).await?;
            if_match.require(&before.version())?;
            let (_, old) = queries::content(tx, &before).await?;
            let mut faults = Faults::default();
            check_length(Some(&body.0), 100, "", &mut faults);
            let picks = related::find_all(tx, &body.0, before.id, "", &mut faults).await?;
            whole(faults)?;
            save(
                tx,
                before,
                &old,
                &Content {
                    related: picks,
                    ..old.clone()
                },
            )
            .await
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
    body: JsonBody<DonationChoice>,
) -> Result<HttpResponse> {
    writer
        .write("set_article_donation_links", async move |tx| {
            let before = queries::lock(tx, &path.0).await?;
            if_match.require(&before.version())?;
            let (_, old) = queries::content(tx, &before).await?;
            let new = Content {
                donation: queries::own_links(tx, &body.0, "").await?,
                ..old.clone()
            };
            save(tx, before, &old, &new).await
        })
        .await
}

fn whole(faults: Faults) -> Result<()> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::body(faults))
    }
}
