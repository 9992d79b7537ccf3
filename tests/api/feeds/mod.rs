//! Feeds: what is new, in every format, and what moves it.

mod following;
mod of_things;
mod shown;

use std::collections::BTreeMap;

use feed_rs::model::{Entry, Feed};
use feed_rs::parser;

use crate::app::{Answer, App, serve_settings};
use crate::postgres::{database, settings};

/// Every format, by its file and media type.
pub const FORMATS: [(&str, &str); 3] = [
    ("rss.xml", "application/rss+xml; charset=utf-8"),
    ("atom.xml", "application/atom+xml; charset=utf-8"),
    ("feed.json", "application/feed+json"),
];

/// Where the API of the tests is reached.
pub const API: &str = "https://api.example.org";

/// An app that knows where it is reached.
pub async fn app() -> App {
    let database = database().await;
    let flags = ["--workers=1", "--api-url=https://api.example.org/"];
    App::as_told(&database, &settings(&database), serve_settings(&flags)).await
}

/// A feed as a reader of feeds understands it.
pub fn parsed(answer: &Answer) -> Feed {
    parser::parse(answer.bytes.as_slice())
        .unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

/// A feed, which must be there.
pub async fn feed(app: &App, path: &str) -> Feed {
    parsed(&app.get(path).await.expect(200))
}

/// The titles of the entries, in their order.
pub fn titles(feed: &Feed) -> Vec<String> {
    let titles = feed
        .entries
        .iter()
        .map(|entry| entry.title.clone().unwrap().content);
    titles.collect()
}

/// What an entry says.
pub fn content(entry: &Entry) -> String {
    entry.content.clone().unwrap().body.unwrap()
}

/// The feed of the site in each format.
pub async fn each(app: &App, query: &str) -> BTreeMap<&'static str, Feed> {
    let mut feeds = BTreeMap::new();
    for (file, _) in FORMATS {
        feeds.insert(file, feed(app, &format!("/feeds/{file}{query}")).await);
    }
    feeds
}
