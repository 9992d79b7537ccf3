//! Search: what is found, in which order, and what never is.

mod apart;
mod appended;
mod facets;
mod found;
mod hidden;
mod highlights;
mod huge;
mod kept;
mod limits;
mod meant;
mod stems;
mod words;

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::{markdown, slugs};

/// What is found, the best first.
pub async fn found(app: &App, q: &str) -> Vec<String> {
    slugs(app, &path(q, "")).await
}

/// What is found among some, the best first.
pub async fn found_among(app: &App, q: &str, filters: &str) -> Vec<String> {
    slugs(app, &path(q, filters)).await
}

/// The path of a search.
pub fn path(q: &str, more: &str) -> String {
    let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
    format!("/v1/search?q={q}{more}")
}

/// The answer to a search.
pub async fn ask(app: &App, q: &str, more: &str) -> Value {
    app.get(&path(q, more)).await.expect(200).json
}

/// Publishes a Dutch article with this headline and body.
pub async fn publish(app: &App, headline: &str, body: &str) -> Answer {
    publish_in(app, "nl", headline, body).await
}

/// Publishes an article in a language.
pub async fn publish_in(app: &App, language: &str, headline: &str, body: &str) -> Answer {
    app.publish(json!({"headline": headline, "language": language, "body": markdown(body)}))
        .await
}
