//! The texts of an item.

use quick_xml::escape::escape;
use serde::Serialize;
use serde_json::value::RawValue;
use url::Url;
use utoipa::ToSchema;

use crate::articles::model::PublicArticle;
use crate::http::addresses;
use crate::rich_text;
use crate::updates::model::{PublicUpdate, Update, UpdateKind};
use crate::values::frontend::{ArticleAddress, Frontend};

/// A text of an item.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NinjsText)]
pub struct Text {
    /// What it is to the item.
    #[schema(example = "main")]
    role: &'static str,
    /// `text/plain`, or `text/html` that is safe to show as it stands.
    #[schema(example = "text/html")]
    content_type: &'static str,
    /// The text.
    #[schema(example = "<p>De haven slibt dicht.</p>")]
    value: String,
}

impl Text {
    /// A text without markup.
    pub fn plain(role: &'static str, value: String) -> Self {
        Self {
            role,
            content_type: "text/plain",
            value,
        }
    }

    fn html(role: &'static str, value: String) -> Self {
        Self {
            role,
            content_type: "text/html",
            value,
        }
    }
}

/// A text that delivery holds as JSON, or null.
fn read(json: Option<&RawValue>) -> Option<String> {
    let text: Option<String> = serde_json::from_str(json?.get()).ok()?;
    text.filter(|text| !text.is_empty())
}

/// A text without markup, if there is one.
pub(super) fn plain(role: &'static str, json: Option<&RawValue>) -> Vec<Text> {
    let text = read(json).map(|text| Text::plain(role, text));
    text.into_iter().collect()
}

/// The address of an article's page.
pub(super) fn page(article: &PublicArticle, frontend: &Frontend) -> String {
    frontend.article_url(&ArticleAddress {
        id: article.id,
        slug: &article.slug,
        section: article
            .section
            .as_ref()
            .map(|section| section.slug.as_str()),
        language: &article.language,
        published_at: article.published_at,
    })
}

/// A text whose addresses are whole, wherever it is shown.
fn whole(html: String, page: &str, base: &str) -> String {
    let bytes = addresses::whole(html.into_bytes(), base);
    let html = String::from_utf8(bytes).unwrap_or_default();
    match Url::parse(page) {
        Ok(page) => rich_text::absolute(html, &page),
        Err(_) => html,
    }
}

/// The text, and what was appended to it, each by what it is.
pub(super) fn bodies(article: &PublicArticle, frontend: &Frontend, base: &str) -> Vec<Text> {
    let page = page(article, frontend);
    let main = read(article.body_html.as_deref());
    let main = main.map(|html| Text::html("main", whole(html, &page, base)));
    let updates = article.updates.iter();
    let updates = updates.filter_map(|update| body(update, &page, base));
    main.into_iter().chain(updates).collect()
}

/// An update under its headline and date; of one that was retracted, why.
fn body(update: &PublicUpdate, page: &str, base: &str) -> Option<Text> {
    if update.retracted_at.is_some() {
        let reason = escape(update.retraction_reason.as_deref().unwrap_or_default());
        let anchor = Update::anchor(update.id);
        let told = format!(
            "<p>{reason} <a href=\"{page}#{anchor}\">{}</a></p>",
            update.number
        );
        return Some(Text::html("retraction", told));
    }
    let at = escape(&update.published_at);
    let headline = update.headline.as_ref();
    let headline = headline.map(|text| format!("<h2>{}</h2>", escape(text)));
    let text = read(update.html.as_deref()).map(|html| whole(html, page, base));
    let html = format!(
        "{}<p><time datetime=\"{at}\">{at}</time></p>{}",
        headline.unwrap_or_default(),
        text.unwrap_or_default()
    );
    Some(Text::html(update.kind.as_str(), html))
}

/// What was corrected or retracted, for the editor who takes it over; the newest first.
pub(super) fn note(article: &PublicArticle) -> Option<String> {
    let told = article.updates.iter().rev().filter_map(|update| {
        let what = match (&update.retracted_at, update.kind) {
            (Some(_), _) => "Retracted",
            (None, UpdateKind::Correction) => "Correction",
            _ => return None,
        };
        let at = update.retracted_at.as_ref().unwrap_or(&update.published_at);
        let said = match &update.retracted_at {
            Some(_) => update.retraction_reason.clone(),
            None => update
                .headline
                .clone()
                .or_else(|| read(update.text.as_deref())),
        };
        Some(format!(
            "{what} {}, {at}: {}",
            update.number,
            said.unwrap_or_default()
        ))
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join("\n"))
}
