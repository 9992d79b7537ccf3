//! `/v1/articles/{article}/…`: one relation of an article at a time.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::page::{Read, Reading, read};
use crate::articles::parameters::{ListRelated, ListUpdates};
use crate::articles::selection::{Include, Selection};
use crate::auth::{Extent, Visitor};
use crate::donation_links::view::DonationLinkView;
use crate::error::Result;
use crate::http::answer::moved;
use crate::http::page::Cut;
use crate::http::{Answer, NoParameters, Page, Path, Query, State};
use crate::notices::reads::note;
use crate::partners::model::Audience;
use crate::partners::view::answer;
use crate::related::view::RelatedView;
use crate::updates::model::PublicUpdate;
use crate::updates::view::UpdateView;
use crate::values::Reference;

/// Answers with a page of the updates of an article, for these readers, below this path.
pub(super) async fn updates(
    which: &Reference,
    query: &Query<ListUpdates>,
    audience: &Audience,
    (request, below): (&HttpRequest, &'static str),
    state: &State,
) -> Result<HttpResponse> {
    let asked = &query.parameters;
    let terms = audience.terms();
    let past = query.position_under(terms, asked.cursor.as_ref(), state.signer())?;
    let mut selection = Selection::only(audience, &[Include::Updates], asked.body.as_ref());
    selection.updates = asked.window(past.as_ref());
    match read(state, which, &selection).await? {
        Read::Moved(to) => Ok(moved(request, state, to, |slug| {
            format!("{below}/{slug}/updates")
        })),
        Read::Here(read) => {
            let Reading {
                article, seq, keys, ..
            } = *read;
            let id = article.id;
            let (names, forms) = (&article.update_authors, selection.forms);
            let cut = Cut::of(query, state.signer()).under(terms);
            let page = Page::cut(article.updates, asked.limit, cut, PublicUpdate::position)?;
            let next = page.next_path(query);
            let window = &selection.updates;
            let extent = Extent {
                text: false,
                updates: window.after_number == 0 && window.kinds.is_none() && next.is_none(),
            };
            note(state, audience, seq, [(id, extent)]);
            let page = page.map(|update| UpdateView::new(update, names, forms));
            Ok(answer(seq, page, audience)?
                .next(next)
                .language(&article.language)
                .made_of(keys)
                .respond(state))
        }
    }
}

/// List the updates of an article
///
/// A page of the updates in their order. A retracted one keeps its place, date and reason; its text is gone.
#[utoipa::path(
    tag = "Updates",
    params(("article" = Reference, Path, description = "The article's slug or id."), ListUpdates),
    responses((status = 200, description = "The updates.", body = Page<UpdateView>)),
)]
#[get("/v1/articles/{article}/updates")]
pub async fn list_updates(
    _: Visitor,
    path: Path<Reference>,
    query: Query<ListUpdates>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let place = (&request, "/v1/articles");
    updates(&path.0, &query, &Audience::Public, place, &state).await
}

/// List the related articles of an article
///
/// What editors picked, in their order, then suggestions up to `limit`: articles in its language that share its entities, those that few others share before all, then the newest of its section. Only what is published.
#[utoipa::path(
    tag = "Articles",
    params(("article" = Reference, Path, description = "The article's slug or id."), ListRelated),
    responses((status = 200, description = "The related articles.", body = Page<RelatedView>)),
)]
#[get("/v1/articles/{article}/related")]
pub async fn list_related(
    _: Visitor,
    path: Path<Reference>,
    query: Query<ListRelated>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let size = query.parameters.limit.items();
    let selection = Selection::related(&Audience::Public, size.try_into().unwrap_or_default());
    match read(&state, &path.0, &selection).await? {
        Read::Moved(to) => Ok(moved(&request, &state, to, |slug| {
            format!("/v1/articles/{slug}/related")
        })),
        Read::Here(read) => {
            let Reading {
                article,
                frontend,
                seq,
                mut keys,
            } = *read;
            // What is suggested depends on all that could be.
            keys.articles();
            let picks = article.related.into_iter();
            let picks = picks.map(|pick| RelatedView::new(pick, &frontend));
            let suggested = article.suggested.into_iter();
            let suggested = suggested.map(|article| RelatedView::suggested(article, &frontend));
            let page = Page::whole(picks.chain(suggested).take(size).collect());
            Ok(Answer::json(seq, &page)?.made_of(keys).respond(&state))
        }
    }
}

/// List the donation links of an article
///
/// The links in effect: its own, else its section's, else the site's; none when it has switched them off.
#[utoipa::path(
    tag = "Donation links",
    params(("article" = Reference, Path, description = "The article's slug or id.")),
    responses((status = 200, description = "The links.", body = Page<DonationLinkView>)),
)]
#[get("/v1/articles/{article}/donation-links")]
pub async fn list_donation_links(
    _: Visitor,
    path: Path<Reference>,
    _: Query<NoParameters>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let selection = Selection::only(&Audience::Public, &[Include::DonationLinks], None);
    match read(&state, &path.0, &selection).await? {
        Read::Moved(to) => Ok(moved(&request, &state, to, |slug| {
            format!("/v1/articles/{slug}/donation-links")
        })),
        Read::Here(read) => {
            let Reading {
                article,
                frontend,
                seq,
                keys,
            } = *read;
            let (own, site) = (
                article.language.as_str(),
                frontend.default_language.as_str(),
            );
            let views = article.donation_links.into_iter();
            let views = views.map(|link| DonationLinkView::new(link, &[own, site]));
            let page = Page::whole(views.collect());
            Ok(Answer::json(seq, &page)?
                .language(&article.language)
                .made_of(keys)
                .respond(&state))
        }
    }
}
