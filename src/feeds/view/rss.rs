//! RSS 2.0, by its Best Practices Profile.

use chrono::{DateTime, Utc};

use super::media::media;
use crate::error::Result;
use crate::feeds::model::{Entry, Feed, Picture};
use crate::http::xml::Xml;
use crate::values::FeedFormat;

const NAMESPACES: &[(&str, &str)] = &[
    ("version", "2.0"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:dcterms", "http://purl.org/dc/terms/"),
    ("xmlns:media", "http://search.yahoo.com/mrss/"),
];

pub(super) fn write(feed: &Feed) -> Result<Vec<u8>> {
    let mut xml = Xml::new()?;
    xml.open("rss", NAMESPACES)?;
    xml.open("channel", &[])?;
    xml.text("title", &feed.title)?;
    xml.text("link", &feed.home)?;
    xml.text("description", &feed.description)?;
    link(&mut xml, "self", &feed.this)?;
    link(&mut xml, "first", &feed.first)?;
    if let Some(next) = &feed.next {
        link(&mut xml, "next", next)?;
    }
    if let Some(hub) = &feed.hub {
        xml.empty("atom:link", &[("href", hub), ("rel", "hub")])?;
    }
    xml.text("language", &feed.language)?;
    if let Some(rights) = &feed.rights {
        xml.text("copyright", rights)?;
    }
    if let Some(updated) = feed.updated {
        xml.text("lastBuildDate", &date(updated))?;
    }
    xml.text("generator", "Kroniek")?;
    if let Some(mark) = &feed.mark {
        xml.open("image", &[])?;
        xml.text("url", mark)?;
        xml.text("title", &feed.title)?;
        xml.text("link", &feed.home)?;
        xml.close("image")?;
    }
    for entry in &feed.entries {
        item(&mut xml, entry)?;
    }
    xml.close("channel")?;
    xml.close("rss")?;
    Ok(xml.finish())
}

fn link(xml: &mut Xml, rel: &str, href: &str) -> Result<()> {
    let media = FeedFormat::Rss.media_type();
    xml.empty(
        "atom:link",
        &[("href", href), ("rel", rel), ("type", media)],
    )
}

fn item(xml: &mut Xml, entry: &Entry) -> Result<()> {
    xml.open("item", &[])?;
    xml.text("title", &entry.title)?;
    xml.text("link", &entry.url)?;
    xml.text_with("guid", &[("isPermaLink", "false")], &entry.guid)?;
    xml.text("pubDate", &date(entry.published))?;
    xml.text("dcterms:modified", &entry.updated.to_rfc3339())?;
    for author in &entry.authors {
        xml.text("dc:creator", &author.name)?;
    }
    xml.text("dc:language", &entry.language)?;
    for category in &entry.categories {
        xml.text_with("category", &[("domain", &category.url)], &category.label)?;
    }
    if let Some(summary) = &entry.summary {
        xml.text("description", summary)?;
    }
    if let Some(content) = &entry.content {
        xml.text("content:encoded", content)?;
    }
    if let Some(picture) = &entry.picture {
        pictured(xml, picture)?;
    }
    xml.close("item")
}

/// A picture: as `enclosure` too where its length is certain.
fn pictured(xml: &mut Xml, picture: &Picture) -> Result<()> {
    if let Some(file) = &picture.file {
        let bytes = file.bytes.to_string();
        let told = [
            ("url", file.url.as_str()),
            ("length", &bytes),
            ("type", &file.media_type),
        ];
        xml.empty("enclosure", &told)?;
    }
    media(xml, picture)
}

/// As RFC 822 writes times, with the year in four digits.
fn date(time: DateTime<Utc>) -> String {
    time.format("%a, %d %b %Y %H:%M:%S +0000").to_string()
}
