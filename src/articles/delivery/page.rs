//! `/v1/articles/{article}`: the whole page in one request.

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::articles::model::PublicArticle;
use crate::articles::parameters::GetArticle;
use crate::articles::queries::delivery as queries;
use crate::articles::selection::Selection;
use crate::articles::view::ArticleView;
use crate::auth::Visitor;
use crate::changes::{Keys, Seq};
use crate::db::DeliveryConn;
use crate::error::{Code, Error, Result};
use crate::http::answer::{Moved, moved};
use crate::http::{Answer, Path, Query, State};
use crate::partners::model::Audience;
use crate::publishing::Kind;
use crate::resolve::{Found, frontend, locate, withdrawn};
use crate::values::Reference;
use crate::values::frontend::Frontend;

/// A published article as one statement saw it.
pub struct Reading {
    /// The article.
    pub article: PublicArticle,
    /// What makes addresses.
    pub frontend: Frontend,
    /// When that was.
    pub seq: Seq,
    /// What it was made of.
    pub keys: Keys,
}

/// A published article, or where its slug of before leads.
pub enum Read {
    /// The article.
    Here(Box<Reading>),
    /// The slug it has now.
    Moved(Moved),
}

/// Reads a published article as far as it was asked for.
///
/// # Errors
/// 404 for what was never public, 410 for what is no longer; 503.
pub async fn read(state: &State, which: &Reference, selection: &Selection) -> Result<Read> {
    let mut conn = state.delivery().await?;
    let found = queries::get(&mut conn, which, selection).await?;
    let frontend = frontend(found.site.as_deref())?;
    if let Some(article) = found.rows.into_iter().next() {
        return Ok(here(which, article, frontend, found.seq));
    }
    let found = locate(&mut conn, Kind::Article, which).await;
    if selection.audience().contract().is_some() {
        return under_contract(&mut conn, (found, which), selection).await;
    }
    match found? {
        Found::Moved(to) => Ok(Read::Moved(to)),
        Found::Here(id) => {
            let again = queries::get(&mut conn, &Reference::Id(id), selection).await?;
            let article = again.rows.into_iter().next().ok_or_else(withdrawn)?;
            Ok(here(which, article, frontend, again.seq))
        }
    }
}

/// Where a name leads that is not that of an article which the contract covers: to one that it covers, or nowhere. What it does not cover answers
/// like what never was, also where that was public once.
async fn under_contract(
    conn: &mut DeliveryConn,
    (found, which): (Result<Found>, &Reference),
    selection: &Selection,
) -> Result<Read> {
    let gone = |error: &Error| matches!(error.code(), Code::NotFound | Code::Withdrawn);
    let to = match found {
        Err(error) if !gone(&error) => return Err(error),
        Err(_) => None,
        Ok(Found::Moved(to)) => Reference::parse(&to.slug).ok().map(|name| (name, to)),
        Ok(Found::Here(_)) => None,
    };
    // As many statements whatever the name is of, so that time tells nothing either.
    let name = to.as_ref().map_or(which, |(name, _)| name);
    let covered = queries::get(conn, name, selection).await?;
    match to {
        Some((_, to)) if !covered.rows.is_empty() => Ok(Read::Moved(to)),
        _ => Err(Error::not_found()),
    }
}

fn here(which: &Reference, article: PublicArticle, frontend: Frontend, seq: Seq) -> Read {
    let mut keys = Keys::with_addresses();
    keys.name(Kind::Article, which);
    keys.thing(Kind::Article, article.id);
    article.tell_keys(&mut keys);
    Read::Here(Box::new(Reading {
        article,
        frontend,
        seq,
        keys,
    }))
}

/// Read an article
///
/// The whole page in one request: text, section, authors, updates, entities, related articles, donation links. A slug that it had before answers with a redirect, a withdrawn article with 410.
#[utoipa::path(
    tag = "Articles",
    params(("article" = Reference, Path, description = "Its slug or id."), GetArticle),
    responses((status = 200, description = "The article.", body = ArticleView)),
)]
#[get("/v1/articles/{article}")]
pub async fn get_article(
    _: Visitor,
    path: Path<Reference>,
    query: Query<GetArticle>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked = &query.parameters;
    let selection = Selection::of_page(
        &Audience::Public,
        asked.fields.as_ref(),
        asked.include.as_ref(),
        asked.body.as_ref(),
    );
    match read(&state, &path.0, &selection).await? {
        Read::Moved(to) => Ok(moved(&request, &state, to, |slug| {
            format!("/v1/articles/{slug}")
        })),
        Read::Here(read) => {
            let article = read.article;
            let (language, modified_at) = (article.language.clone(), article.modified_at);
            let view = ArticleView::new(article, &read.frontend, &selection);
            Ok(Answer::json(read.seq, &view)?
                .language(&language)
                .modified_at(modified_at)
                .made_of(read.keys)
                .respond(&state))
        }
    }
}
