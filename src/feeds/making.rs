//! A page of a feed, made from what delivery holds: for who asks for it, and for the hub that sends it to who does not have to.

use actix_web::web;
use uuid::Uuid;

use super::compose::{Composer, Place};
use super::model::Scope;
use super::parameters::GetFeed;
use super::queries::delivery as queries;
use super::topic::{HUB, Topic};
use super::view::write;
use crate::articles::keys::list_keys;
use crate::articles::queries::delivery as articles;
use crate::articles::selection::Selection;
use crate::auth::{Extent, Signer};
use crate::changes::{Keys, Seq};
use crate::db::DeliveryConn;
use crate::error::{Error, Result};
use crate::http::Page;
use crate::http::Query;
use crate::http::answer::Hub;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::query::Feed;
use crate::partners::model::Audience;
use crate::publishing::Kind;
use crate::site::model::FeedText;
use crate::values::frontend::Frontend;
use crate::values::{FeedFormat, Reference};

/// Where this API is, as far as feeds tell it.
#[derive(Clone, Copy)]
pub struct Here<'a> {
    /// What signs the cursors of further pages.
    pub signer: &'a Signer,
    /// Where clients reach the API.
    pub base: &'a str,
    /// Whether it is a hub (WebSub), which it is only where a setting tells where clients reach it.
    pub is_hub: bool,
}

/// A page of a feed.
#[derive(Debug)]
pub struct Made {
    /// The change that it is as of.
    pub seq: Seq,
    /// Its language.
    pub language: String,
    /// The path of the next page.
    pub next: Option<String>,
    /// The hub, if this is the first page of what is one of its topics.
    pub hub: Option<Hub>,
    /// What it was made of.
    pub keys: Keys,
    /// The articles on it, with how much of them it shows.
    pub articles: Vec<(Uuid, Extent)>,
    /// It, written down.
    pub body: Vec<u8>,
}

/// Makes a page of a feed for who may read it; nothing when what it is of has just gone.
///
/// # Errors
/// 400 for a cursor that is none of this feed, 410 for one of other terms; the database.
pub async fn make<W>(
    mut conn: DeliveryConn,
    (query, format): (&Query<GetFeed<W>, Feed>, FeedFormat),
    (audience, within): (&Audience, Option<(Kind, Uuid, &Reference)>),
    here: Here<'_>,
) -> Result<Option<Made>> {
    let (list, terms) = (&query.parameters.list, audience.terms());
    let after = query.position_under(terms, list.cursor.as_ref(), here.signer)?;
    let scope = within.map_or(Scope::Site, |(kind, id, _)| Scope::Of(kind, id));
    let within_one = within.map(|(kind, id, _)| (kind, id));
    let filters = list.filters_within(audience, within_one);
    // The older of the two snapshots is what the page is as of.
    let source = queries::source(&mut conn, scope).await?;
    if within.is_some() && source.rows.of.is_none() {
        return Ok(None);
    }
    let is_full = source.rows.feeds.text == FeedText::Full;
    let selection = Selection::of_feed(audience, is_full);
    let which = (filters, list.q.as_ref());
    let found = articles::list(&mut conn, which, &list.window(after), &selection).await?;
    drop(conn);
    let keys = list_keys(list, within, (&found.rows, &selection));
    let cut = Cut::of(query, here.signer).under(terms);
    let page = Page::cut(found.rows, list.limit, cut, |row| Position {
        key: SortKey::Number(row.fresh_at.timestamp_millis()),
        id: row.id,
    })?;
    let next = page.next_path(query);
    let composer = Composer {
        frontend: frontend(source.site.as_deref())?,
        source: source.rows.under(audience.contract()),
        place: place(query, here, next.clone()),
        entries: query.parameters.entries,
    };
    // In a summary of updates there is no text of theirs.
    let extent = |article| match is_full {
        true => selection.extent(article),
        false => Extent::default(),
    };
    let articles = page.data.iter();
    let articles = articles.map(|article| (article.id, extent(article)));
    let articles = articles.collect();
    let (language, hub) = (composer.language().to_owned(), composer.place.hub.clone());
    // Texts may be long: other requests of this worker are not to wait for them.
    let written = web::block(move || write(format, &composer.feed(scope, &page.data)));
    let body = written.await.map_err(Error::internal)??;
    Ok(Some(Made {
        seq: source.seq,
        language,
        next,
        hub,
        keys,
        articles,
        body,
    }))
}

fn frontend(site: Option<&str>) -> Result<Frontend> {
    let site = site.ok_or_else(|| Error::internal("there is no site"))?;
    serde_json::from_str(site).map_err(Error::internal)
}

fn place<W>(query: &Query<GetFeed<W>, Feed>, here: Here<'_>, next: Option<String>) -> Place {
    let language = query.parameters.list.language.as_ref();
    let this = query.path();
    let is_topic = here.is_hub && Topic::parse(&this).is_some();
    let base = here.base;
    Place {
        hub: is_topic.then(|| Hub {
            hub: format!("{base}{HUB}"),
            topic: format!("{base}{this}"),
        }),
        base: base.to_owned(),
        this,
        first: query.first_path(),
        next,
        filters: query.filters(),
        language: language.map(ToString::to_string),
    }
}
