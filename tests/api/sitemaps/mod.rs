//! Sitemaps: what they hold, what they leave out, and when they are made anew. Each that a test reads is held to the rules of the protocol.

mod files;
mod news;
mod shown;
mod xml;

use chrono::{DateTime, Utc};
use serde_json::json;

use self::xml::Element;
use crate::app::{Answer, App};
use crate::feeds::{self, API};
use crate::shorthand::managed;

const SITEMAPS: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const MEDIA: &str = "application/xml; charset=utf-8";

/// An app whose frontend is at `https://example.org`.
async fn app() -> App {
    let app = feeds::app().await;
    let site = managed(&app, "/site").await;
    let frontend = json!({
        "public_url": "https://example.org",
        "paths": {"article": "/{section}/{slug}", "section": "/{slug}", "author": "/auteurs/{slug}", "entity": "/dossiers/{slug}"},
    });
    app.patch("/site", &site, frontend).await.expect(200);
    app
}

/// A document of this root, as its answer has it.
fn document(answer: &Answer, root: &str) -> Element {
    assert_eq!(answer.header("content-type"), MEDIA);
    assert!(answer.bytes.len() < 50 * 1024 * 1024);
    let document = xml::parsed(&answer.text);
    assert_eq!(document.name, root);
    assert_eq!(document.attribute("xmlns"), Some(SITEMAPS));
    document
}

/// An address as the protocol wants it (siteindex.xsd, sitemap.xsd: `tLoc`).
fn loc(of: &Element) -> String {
    let first = &of.children[0];
    assert_eq!(first.name, "loc");
    assert!((12..2048).contains(&first.text.len()), "{}", first.text);
    url::Url::parse(&first.text).unwrap();
    first.text.clone()
}

/// The files that the index names, by the last segments of their addresses.
async fn index(app: &App) -> Vec<String> {
    let answer = app.get("/sitemap.xml").await.expect(200);
    let document = document(&answer, "sitemapindex");
    let files = document.children.iter().map(|one| {
        assert_eq!((one.name.as_str(), one.children.len()), ("sitemap", 1));
        let url = loc(one);
        let begin = format!("{API}/sitemaps/");
        url.strip_prefix(&begin).expect("of the API").to_owned()
    });
    files.collect()
}

/// What a file tells of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    url: String,
    changed: Option<DateTime<Utc>>,
    /// Languages and addresses.
    others: Vec<(String, String)>,
}

/// What stands in a file, which must be there.
async fn file(app: &App, name: &str) -> Vec<Told> {
    let answer = app.get(&format!("/sitemaps/{name}")).await.expect(200);
    let document = document(&answer, "urlset");
    assert!((1..=50_000).contains(&document.children.len()));
    let mut told: Vec<Told> = document.children.iter().map(told).collect();
    told.sort_by_key(|told| told.url.clone());
    assert!(
        told.windows(2).all(|two| two[0].url != two[1].url),
        "each once"
    );
    told
}

/// The addresses in a file.
async fn urls(app: &App, name: &str) -> Vec<String> {
    let told = file(app, name).await.into_iter();
    told.map(|told| told.url).collect()
}

fn told(url: &Element) -> Told {
    assert_eq!(url.name, "url");
    let (mut changed, mut others) = (None, Vec::new());
    for child in &url.children[1..] {
        match child.name.as_str() {
            "lastmod" => {
                assert!(others.is_empty(), "before what is of other namespaces");
                assert!(changed.replace(child.text.parse().unwrap()).is_none());
            }
            "xhtml:link" => {
                assert_eq!(child.attribute("rel"), Some("alternate"));
                let told = ["hreflang", "href"].map(|name| child.attribute(name).unwrap());
                others.push((told[0].to_owned(), told[1].to_owned()));
            }
            other => panic!("{other}"),
        }
    }
    Told {
        url: loc(url),
        changed,
        others,
    }
}

/// What is not there, like everything that is not.
async fn nothing(app: &App, name: &str) {
    app.get(&format!("/sitemaps/{name}")).await.expect(404);
}
