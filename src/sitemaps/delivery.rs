//! `/sitemap.xml` and `/sitemaps/…`.

use actix_web::{HttpResponse, get, web};

use super::model::{Listed, Prefix, Sitemap};
use super::queries::delivery::{self as queries, Stretch};
use super::view::{self, UrlSet};
use crate::auth::Visitor;
use crate::changes::Keys;
use crate::db::DeliveryConn;
use crate::error::{Error, Result};
use crate::http::query::Sitemap as Media;
use crate::http::{Answer, NoParameters, Path, Query, State};
use crate::resolve::frontend;

/// Read the index of the sitemap
///
/// For search engines: the files that name every public address of the frontend. Which articles stand in a file is told by how their ids begin, so that they stay where they are. `/sitemaps/news.xml` is always among them.
#[utoipa::path(
    tag = "Sitemaps",
    responses((status = 200, description = "The index.", body = String, content_type = "application/xml")),
)]
#[get("/sitemap.xml")]
pub async fn get_sitemap_index(
    _: Visitor,
    _: Query<NoParameters, Media>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.delivery().await?;
    let mut keys = Keys::default();
    let (mut seq, mut files) = (None, Vec::new());
    for kind in Listed::ALL {
        let found = queries::files(&mut conn, kind).await?;
        // The oldest snapshot is what the answer is as of.
        seq.get_or_insert(found.seq);
        keys.extend(kind.keys());
        let found = found.rows.into_iter();
        files.extend(found.map(|prefix| Sitemap::Of(kind, prefix)));
    }
    drop(conn);
    // The front page is always there.
    let front = Sitemap::Of(Listed::Sections, Prefix::default());
    if !files.contains(&front) {
        files.push(front);
    }
    files.push(Sitemap::News);
    let body = view::index(&state.base_url(), &files)?;
    let seq = seq.ok_or_else(|| Error::internal("there is no kind of thing"))?;
    Ok(Answer::sitemap(seq, body).made_of(keys).respond(&state))
}

/// Read a file of the sitemap
///
/// Addresses of the frontend, of articles with their last change and their translations. `news.xml` has the articles of the last two days, at most 1,000, as Google News reads them. What asks not to be indexed is left out, and what has its original elsewhere.
#[utoipa::path(
    tag = "Sitemaps",
    params(("sitemap" = String, Path, description = "The file's name, as the index has it.", example = "articles.xml")),
    responses((status = 200, description = "The file.", body = String, content_type = "application/xml")),
)]
#[get("/sitemaps/{sitemap}")]
pub async fn get_sitemap(
    _: Visitor,
    path: Path<Sitemap>,
    _: Query<NoParameters, Media>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    match path.0 {
        Sitemap::News => news(&state).await,
        Sitemap::Of(kind, prefix) => file(&state, kind, prefix).await,
    }
}

async fn news(state: &State) -> Result<HttpResponse> {
    let found = queries::news(&mut state.delivery().await?).await?;
    let frontend = frontend(found.site.as_deref())?;
    let body = view::news(&found.rows, &frontend)?;
    let right_for = found.rows.right_for.map_or(u32::MAX, |seconds| {
        u32::try_from(seconds.max(0)).unwrap_or(u32::MAX)
    });
    Ok(Answer::sitemap(found.seq, body)
        .made_of(Listed::Articles.keys())
        .right_for(right_for)
        .respond(state))
}

async fn file(state: &State, kind: Listed, prefix: Prefix) -> Result<HttpResponse> {
    let mut conn = state.delivery().await?;
    // The oldest snapshot is what the answer is as of.
    let counted = queries::is_file(&mut conn, kind, prefix).await?;
    let mut set = UrlSet::new()?;
    let (first, last) = prefix.bounds();
    let mut rest = counted.rows.then_some(Stretch { first, last });
    while let Some(stretch) = rest {
        rest = page(&mut conn, kind, stretch, &mut set).await?;
    }
    drop(conn);
    if set.addresses() == 0 {
        return Err(Error::not_found().made_of(kind.keys()));
    }
    Ok(Answer::sitemap(counted.seq, set.finish()?)
        .made_of(kind.keys())
        .respond(state))
}

/// Writes what stands first in a stretch, and gives what is left of that.
async fn page(
    conn: &mut DeliveryConn,
    kind: Listed,
    stretch: Stretch,
    set: &mut UrlSet,
) -> Result<Option<Stretch>> {
    if kind == Listed::Articles {
        let found = queries::articles(conn, stretch).await?;
        let frontend = frontend(found.site.as_deref())?;
        for article in &found.rows {
            set.article(article, &frontend)?;
        }
        let last = found.rows.last().map(|article| article.place.id);
        return Ok(stretch.after(found.rows.len(), last));
    }
    let found = queries::things(conn, kind, stretch).await?;
    let frontend = frontend(found.site.as_deref())?;
    if kind == Listed::Sections && stretch.first.is_nil() {
        set.url(&frontend.absolute("/"))?;
    }
    for thing in &found.rows {
        set.url(&thing.url(kind, &frontend))?;
    }
    let last = found.rows.last().map(|thing| thing.id);
    Ok(stretch.after(found.rows.len(), last))
}
