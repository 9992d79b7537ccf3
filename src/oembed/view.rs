//! An embed as other sites read it.

use chrono::{DateTime, Utc};
use quick_xml::escape::escape;
use serde::Serialize;
use utoipa::ToSchema;

use crate::feeds::compose::excerpt;
use crate::feeds::wording::Wording;
use crate::oembed::model::{Bounds, Embedded, Fitting, Newest};
use crate::updates::model::Update;
use crate::values::frontend::Frontend;
use crate::values::to_rfc3339;

/// How wide an embed is where nothing is asked, in pixels.
const WIDTH: u32 = 600;

/// How high it is, about.
const HEIGHT: u32 = 300;

/// An embed (oEmbed 1.0, section 2.3.4.4).
#[derive(Debug, Serialize, ToSchema)]
pub struct OembedView {
    /// `rich`: HTML.
    #[serde(rename = "type")]
    #[schema(example = "rich")]
    kind: &'static str,
    /// Of oEmbed.
    #[schema(example = "1.0")]
    version: &'static str,
    /// The article's headline.
    #[schema(example = "De haven slibt dicht")]
    title: String,
    /// Who wrote it; not there when nobody signed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Fenna Loman")]
    author_name: Option<String>,
    /// The author's page, when there is one author.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://example.org/auteurs/fenna-loman")]
    author_url: Option<String>,
    /// The site's title.
    #[schema(example = "De Peilschaal")]
    provider_name: String,
    /// The site's front page.
    #[schema(example = "https://example.org/")]
    provider_url: String,
    /// The article's picture in the largest size that may be; not there when it has none of a known size.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<String>,
    /// Its width in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 640)]
    thumbnail_width: Option<u32>,
    /// Its height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 360)]
    thumbnail_height: Option<u32>,
    /// A quotation that leads to the article, with its introduction and its newest update: no script, no style, no frame.
    #[schema(
        example = "<blockquote class=\"kroniek-embed\" lang=\"nl\" cite=\"https://example.org/water/de-haven-slibt-dicht\">…</blockquote>"
    )]
    html: String,
    /// How wide it is at most, in pixels; it takes what room there is.
    #[schema(example = 600)]
    width: u32,
    /// How high it is, about.
    #[schema(example = 300)]
    height: u32,
}

impl OembedView {
    /// Shapes an embed within these bounds; `base` is where clients reach this API.
    pub fn new(article: &Embedded, frontend: &Frontend, (bounds, base): (Bounds, &str)) -> Self {
        let names: Vec<&str> = article
            .authors
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        let names = names.join(", ");
        let thumbnail = article
            .image
            .as_ref()
            .and_then(|image| image.within(bounds));
        let author_url = match article.authors.as_slice() {
            [author] => Some(frontend.author_url(author.id, &author.slug)),
            _ => None,
        };
        Self {
            kind: "rich",
            version: "1.0",
            html: html(article, frontend, &names),
            title: article.headline.clone(),
            author_name: Some(names).filter(|names| !names.is_empty()),
            author_url,
            provider_name: article.provider.clone(),
            provider_url: frontend.absolute("/"),
            thumbnail_url: thumbnail.map(|Fitting { url, .. }| match url.starts_with('/') {
                true => format!("{base}{url}"),
                false => url.to_owned(),
            }),
            thumbnail_width: thumbnail.map(|thumbnail| thumbnail.width),
            thumbnail_height: thumbnail.map(|thumbnail| thumbnail.height),
            width: bounds.width.unwrap_or(WIDTH).min(WIDTH),
            height: bounds.height.unwrap_or(HEIGHT).min(HEIGHT),
        }
    }
}

/// Everything that stands in it is escaped.
fn html(article: &Embedded, frontend: &Frontend, names: &str) -> String {
    let url = article.url(frontend);
    let (url, language) = (escape(&url), escape(&article.language));
    let headline = escape(&article.headline);
    let mut html = format!(
        "<blockquote class=\"kroniek-embed\" lang=\"{language}\" cite=\"{url}\"><p><a href=\"{url}\">{headline}</a></p>"
    );
    let standfirst = article.standfirst.as_deref().map(excerpt);
    if let Some(standfirst) = standfirst.filter(|text| !text.is_empty()) {
        html.push_str(&format!("<p>{}</p>", escape(&standfirst)));
    }
    if let Some(newest) = &article.newest {
        html.push_str(&updated(newest, &article.language, &url));
    }
    let signed = match names {
        "" => String::new(),
        names => format!("{}, ", escape(names)),
    };
    let provider = escape(&article.provider);
    let date = day(article.published_at);
    html.push_str(&format!(
        "<footer>{signed}{provider}, {date}</footer></blockquote>"
    ));
    html
}

/// That there is an update; the address is escaped already.
fn updated(newest: &Newest, language: &str, url: &str) -> String {
    let kind = Wording::of(language).kind(newest.kind);
    let anchor = Update::anchor(newest.id);
    let date = day(newest.published_at);
    let headline = newest.headline.as_deref().map(escape);
    let told = headline.map_or(String::new(), |headline| format!(": {headline}"));
    format!("<p><a href=\"{url}#{anchor}\">{kind}, {date}{told}</a></p>")
}

fn day(time: DateTime<Utc>) -> String {
    let told = to_rfc3339(&time);
    format!(
        "<time datetime=\"{told}\">{}</time>",
        time.format("%Y-%m-%d")
    )
}

#[cfg(test)]
mod tests;
