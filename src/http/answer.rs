//! Answers of the two surfaces.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::conditional::weak_etag;
use super::query::{Json, JsonLd, Media, Svg};
use super::{State, addresses};
use crate::cache::Made;
use crate::changes::{Keys, Seq};
use crate::error::{Error, Result};

/// An answer of delivery, or 304 when the client has it.
pub struct Answer {
    body: Vec<u8>,
    media: &'static str,
    seq: Seq,
    language: Option<String>,
    modified_at: Option<DateTime<Utc>>,
    next: Option<String>,
    hub: Option<Hub>,
    embed: Option<String>,
    keys: Keys,
    fleeting: Option<u32>,
}

/// Who tells others when a feed changes, and what it is called there (WebSub, section 4).
#[derive(Debug, Clone)]
pub struct Hub {
    /// The address of the hub.
    pub hub: String,
    /// The address of the feed.
    pub topic: String,
}

impl Hub {
    /// Both as the value of a `Link` header.
    pub fn links(&self) -> String {
        format!(
            "<{}>; rel=\"hub\", <{}>; rel=\"self\"",
            self.hub, self.topic
        )
    }
}

impl Answer {
    /// The view as JSON, read at `seq`.
    ///
    /// # Errors
    /// None in practice: views are plain data.
    pub fn json(seq: Seq, view: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_vec(view).map_err(Error::internal)?;
        Ok(Self::new(seq, Json::TYPE, body))
    }

    /// An image, made of what was read at `seq`.
    pub fn svg(seq: Seq, image: String) -> Self {
        Self::new(seq, Svg::TYPE, image.into_bytes())
    }

    /// A feed of this media type, made of what was read at `seq`. Its addresses are whole.
    pub fn feed(seq: Seq, media: &'static str, body: Vec<u8>) -> Self {
        Self::new(seq, media, body)
    }

    /// A sitemap, made of what was read at `seq`. Its addresses are whole.
    pub fn sitemap(seq: Seq, body: Vec<u8>) -> Self {
        Self::new(seq, "application/xml; charset=utf-8", body)
    }

    /// Plain text, made of what was read at `seq`.
    pub fn plain(seq: Seq, text: String) -> Self {
        Self::new(seq, "text/plain; charset=utf-8", text.into_bytes())
    }

    /// The view as JSON-LD, read at `seq`. A page may take it into a `<script>` as it stands: it has no `<` that could end one or open
    /// a comment in it (HTML, section 4.12.1.3), since `<` stands in JSON only within strings and may be escaped there.
    ///
    /// # Errors
    /// None in practice: views are plain data.
    pub fn json_ld(seq: Seq, view: &impl Serialize) -> Result<Self> {
        let text = serde_json::to_string(view).map_err(Error::internal)?;
        let body = text.replace('<', "\\u003c").into_bytes();
        Ok(Self::new(seq, JsonLd::TYPE, body))
    }

    fn new(seq: Seq, media: &'static str, body: Vec<u8>) -> Self {
        Self {
            body,
            media,
            seq,
            language: None,
            modified_at: None,
            next: None,
            hub: None,
            embed: None,
            keys: Keys::default(),
            fleeting: None,
        }
    }

    /// Tells the language of the content (RFC 9110, section 8.5).
    #[must_use]
    pub fn language(mut self, language: &str) -> Self {
        self.language = Some(language.to_owned());
        self
    }

    /// Tells when the content last changed (RFC 9110, section 8.8.2).
    #[must_use]
    pub fn modified_at(mut self, time: DateTime<Utc>) -> Self {
        self.modified_at = Some(time);
        self
    }

    /// Links the next page (RFC 8288).
    #[must_use]
    pub fn next(mut self, path: Option<String>) -> Self {
        self.next = path;
        self
    }

    /// Links the hub, if the answer is a topic of one.
    #[must_use]
    pub fn hub(mut self, hub: Option<Hub>) -> Self {
        self.hub = hub;
        self
    }

    /// Links what other sites show of the article that the frontend has at this address (oEmbed 1.0, section 4).
    #[must_use]
    pub fn embed(mut self, url: &str) -> Self {
        let asked: String = form_urlencoded::byte_serialize(url.as_bytes()).collect();
        self.embed = Some(format!("/v1/oembed?url={asked}"));
        self
    }

    /// Tells what it was made of. Without, it is never kept.
    #[must_use]
    pub fn made_of(mut self, keys: Keys) -> Self {
        self.keys = keys.bounded();
        self
    }

    /// Tells for how many seconds it is right if nothing changes, since it tells what is new as of now. It is never kept here.
    #[must_use]
    pub fn right_for(mut self, seconds: u32) -> Self {
        self.fleeting = Some(seconds);
        self
    }

    /// 200 with the body. The cache turns it into a 304 for who has it, and into the coding that the client likes.
    pub fn respond(mut self, state: &State) -> HttpResponse {
        if let Some(base) = state.api_url() {
            self.body = addresses::whole(self.body, base);
        }
        let etag = weak_etag(&self.body);
        let mut response = HttpResponse::Ok();
        response.insert_header((header::ETAG, etag));
        let lasting = self.fleeting.map(|most| state.cache_control_within(most));
        let control = lasting.as_deref().unwrap_or(state.cache_control());
        response.insert_header((header::CACHE_CONTROL, control));
        response.insert_header((header::VARY, header::ACCEPT_ENCODING.as_str()));
        response.insert_header(("surrogate-key", self.keys.to_string()));
        if let Some(language) = self
            .language
            .and_then(|language| HeaderValue::try_from(language).ok())
        {
            response.insert_header((header::CONTENT_LANGUAGE, language));
        }
        if let Some(time) = self.modified_at {
            response.insert_header((
                header::LAST_MODIFIED,
                time.format("%a, %d %b %Y %H:%M:%S GMT").to_string(),
            ));
        }
        let next = self
            .next
            .map(|next| format!("<{}>; rel=\"next\"", state.link(&next)));
        let embed = self.embed.map(|path| {
            let rel = "rel=\"alternate\"; type=\"application/json+oembed\"";
            format!("<{}>; {rel}", state.link(&path))
        });
        let links: Vec<String> = next
            .into_iter()
            .chain(embed)
            .chain(self.hub.map(|hub| hub.links()))
            .collect();
        if !links.is_empty() {
            response.insert_header((header::LINK, links.join(", ")));
        }
        let mut response = response.content_type(self.media).body(self.body);
        response.extensions_mut().insert(Made {
            seq: Some(self.seq),
            keys: match self.fleeting {
                Some(_) => Keys::default(),
                None => self.keys,
            },
        });
        response
    }
}

/// Where a name of before leads.
#[derive(Debug)]
pub struct Moved {
    /// The slug that the thing has now.
    pub slug: String,
    /// What tells that it leads there.
    pub keys: Keys,
}

/// A permanent redirect from an old slug to the current address, query kept (RFC 9110, section 15.4.9).
pub fn moved(
    request: &HttpRequest,
    state: &State,
    to: Moved,
    path: impl FnOnce(&str) -> String,
) -> HttpResponse {
    let (path, keys) = (path(&to.slug), to.keys);
    let query = request.query_string();
    let target = if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    };
    let mut response = HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, state.link(&target)))
        .insert_header((header::CACHE_CONTROL, "public, max-age=60"))
        .insert_header(("surrogate-key", keys.to_string()))
        .finish();
    response.extensions_mut().insert(Made { seq: None, keys });
    response
}

/// An answer of management: never stored, never changed on its way.
///
/// # Errors
/// None in practice: views are plain data.
pub fn managed(
    status: StatusCode,
    etag: Option<&str>,
    view: &impl Serialize,
) -> Result<HttpResponse> {
    let mut response = HttpResponse::build(status);
    private(&mut response);
    if let Some(etag) = etag {
        response.insert_header((header::ETAG, etag));
    }
    let body = serde_json::to_vec(view).map_err(Error::internal)?;
    Ok(response.content_type("application/json").body(body))
}

/// Keeps a management answer out of every cache.
pub fn private(response: &mut actix_web::HttpResponseBuilder) {
    response.insert_header((header::CACHE_CONTROL, "no-store, no-transform"));
}
