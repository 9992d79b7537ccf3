//! `/v1/changes`.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::following::waiting;
use super::model::{Changed, Rank};
use super::parameters::{CopyField, ListChanges};
use super::queries::delivery::Copied;
use super::view::{ChangeView, ChangesPage, ChangesPageInfo};
use crate::auth::{Authorized, Extent, SyndicationRead, Visitor};
use crate::changes::{Keys, Seq};
use crate::error::Result;
use crate::http::{Query, State};
use crate::notices::reads::note;
use crate::notices::telling::told;
use crate::notices::view::NoticeView;
use crate::partners::admission::{admit, readmit};
use crate::partners::model::Audience;
use crate::partners::view::{self, Licensed};

/// Keep a copy
///
/// Everything that readers may see, and then what changes: site, sections, authors, entities, donation links, articles. Without a cursor, all of it comes in pages, then what has changed meanwhile; `next_cursor` is always there, and whoever follows it holds exactly what delivery shows. Each thing comes in its latest state, however often it changed; what is no more comes as `delete`, without what it was. Things refer to each other by id, and addresses are made of the site's `paths`. Filters are part of the cursor: an article that changes and is not of those asked for comes as `delete`. With `wait`, an answer without changes is held back until there is one.
///
/// After a restore or a failover of the database a cursor answers 410 (`epoch-over`), and so it does when the site's `public_text` has changed (`terms-changed`): throw the copy away, and begin again without a cursor.
#[utoipa::path(
    tag = "Changes", params(ListChanges),
    responses(
        (status = 200, description = "What has changed.", body = ChangesPage),
        (status = 410, description = "The log has begun anew since the cursor, or what may be read has changed: begin again without one."),
    ),
)]
#[get("/v1/changes")]
pub async fn list_changes(
    _: Visitor,
    query: Query<ListChanges>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    answer(&query, &Audience::Public, &state).await
}

/// Keep a copy under a contract
///
/// As `/v1/changes`, of what the contract covers: an article that it no longer covers, or that was withdrawn, comes as `delete`, with the notice that there is of its withdrawal, and one that it never covered not at all. What is released from an embargo comes then. A change of what the contract lets you read answers 410 (`terms-changed`): throw the copy away, and begin again without a cursor. Which articles a copy's `related` and `translations` name is as of the article's own last change.
#[utoipa::path(
    tag = "Syndication", params(ListChanges), security(("api_key" = ["syndication:read"])),
    responses(
        (status = 200, description = "What has changed.", body = Licensed<ChangesPage>),
        (status = 410, description = "The log has begun anew since the cursor, or the contract has changed: begin again without one."),
    ),
)]
#[get("/v1/syndication/changes")]
pub async fn list_syndicated_changes(
    caller: Authorized<SyndicationRead>,
    query: Query<ListChanges>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let admitted = admit(&caller, &request, &state).await?;
    let answer = answer(&query, &admitted.audience(), &state).await?;
    if query.parameters.wait.is_some() {
        readmit(&admitted, &caller, (&request, &state)).await?;
    }
    Ok(answer)
}

/// Answers with what has changed for these readers.
async fn answer(
    query: &Query<ListChanges>,
    audience: &Audience,
    state: &State,
) -> Result<HttpResponse> {
    let asked = &query.parameters;
    let (copied, cursor) = (copied(asked, audience), asked.cursor.as_ref());
    let which = (query.binding(), cursor);
    let followed = waiting(state, which, (&copied, asked.limit), asked.wait).await?;
    let next = followed
        .has_more
        .then(|| query.with_cursor(&followed.next_cursor));
    let as_of = (followed.seq, extent(&copied));
    let data = views(followed.changed, as_of, audience, state).await?;
    let page = ChangesPageInfo {
        next_cursor: followed.next_cursor,
        has_more: followed.has_more,
    };
    let page = ChangesPage { data, page };
    // What was waited for must not be had again without waiting.
    let keys = match asked.wait {
        Some(_) => Keys::default(),
        None => Keys::of_every_change(),
    };
    let answer = view::answer(followed.seq, page, audience)?;
    Ok(answer.next(next).made_of(keys).respond(state))
}

/// What has changed as it is sent: of articles that are gone with the notice to who may have them, of those that are there noted who has them.
async fn views(
    changed: Vec<Changed>,
    (seq, extent): (Seq, Extent),
    audience: &Audience,
    state: &State,
) -> Result<Vec<ChangeView>> {
    let articles = changed.iter().filter(|it| it.rank == Rank::Article);
    let (here, gone): (Vec<_>, Vec<_>) = articles.partition(|it| it.resource.is_some());
    note(state, audience, seq, here.iter().map(|it| (it.id, extent)));
    let gone = gone.iter().map(|it| (it.seq, it.id));
    let told = told(state, audience, gone).await?;
    let pictures = audience.contract().is_none_or(|contract| contract.media);
    let views = changed.into_iter().map(|changed| {
        let notice = told.get(&(changed.seq, changed.id)).map(NoticeView::from);
        ChangeView::new(changed, pictures).map(|view| view.with(notice))
    });
    views.collect()
}

/// How much of an article a copy has: of updates all or none.
fn extent(copied: &Copied) -> Extent {
    Extent {
        text: copied.fields.contains(&CopyField::Body),
        updates: copied.fields.contains(&CopyField::Updates),
    }
}

fn copied(asked: &ListChanges, audience: &Audience) -> Copied {
    Copied {
        only_articles: false,
        audience: audience.clone(),
        fields: match &asked.fields {
            Some(fields) => fields.0.clone(),
            None => CopyField::ALL.to_vec(),
        },
        forms: asked.body.as_ref().into(),
        sections: asked.section.as_ref().map(|sections| sections.0.clone()),
        language: asked.language.as_ref().map(ToString::to_string),
    }
}
