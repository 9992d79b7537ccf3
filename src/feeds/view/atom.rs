//! Atom (RFC 4287), in pages (RFC 5005, section 3).

use chrono::{DateTime, SecondsFormat, Utc};

use super::media::media;
use crate::error::Result;
use crate::feeds::model::{Entry, Feed, Person, Picture};
use crate::http::xml::Xml;
use crate::values::FeedFormat;

pub(super) fn write(feed: &Feed) -> Result<Vec<u8>> {
    let mut xml = Xml::new()?;
    let attributes = [
        ("xmlns", "http://www.w3.org/2005/Atom"),
        ("xmlns:media", "http://search.yahoo.com/mrss/"),
        ("xml:lang", feed.language.as_str()),
    ];
    xml.open("feed", &attributes)?;
    xml.text("id", &feed.id)?;
    xml.text("title", &feed.title)?;
    xml.text("subtitle", &feed.description)?;
    // A feed in which nothing is yet has never changed.
    xml.text("updated", &time(feed.updated.unwrap_or_default()))?;
    let media = FeedFormat::Atom.media_type();
    let mut links = vec![("self", &feed.this), ("first", &feed.first)];
    links.extend(feed.next.as_ref().map(|next| ("next", next)));
    for (rel, href) in links {
        xml.empty("link", &[("rel", rel), ("href", href), ("type", media)])?;
    }
    if let Some(hub) = &feed.hub {
        xml.empty("link", &[("rel", "hub"), ("href", hub)])?;
    }
    xml.empty(
        "link",
        &[
            ("rel", "alternate"),
            ("href", &feed.home),
            ("type", "text/html"),
        ],
    )?;
    if let Some(rights) = &feed.rights {
        xml.text("rights", rights)?;
    }
    if let Some(mark) = &feed.mark {
        xml.text("logo", mark)?;
    }
    xml.text_with(
        "generator",
        &[("version", env!("CARGO_PKG_VERSION"))],
        "Kroniek",
    )?;
    for entry in &feed.entries {
        write_entry(&mut xml, entry, &feed.site)?;
    }
    xml.close("feed")?;
    Ok(xml.finish())
}

fn write_entry(xml: &mut Xml, entry: &Entry, site: &str) -> Result<()> {
    xml.open("entry", &[("xml:lang", &entry.language)])?;
    xml.text("id", &entry.iri)?;
    xml.text("title", &entry.title)?;
    xml.text("published", &time(entry.published))?;
    xml.text("updated", &time(entry.updated))?;
    xml.empty(
        "link",
        &[
            ("rel", "alternate"),
            ("href", &entry.url),
            ("type", "text/html"),
        ],
    )?;
    if let Some(original) = &entry.original {
        xml.empty("link", &[("rel", "canonical"), ("href", original)])?;
    }
    for author in &entry.authors {
        person(xml, author)?;
    }
    // Each entry needs an author (section 4.1.2): where nobody signed, the publication did.
    if entry.authors.is_empty() {
        xml.open("author", &[])?;
        xml.text("name", site)?;
        xml.close("author")?;
    }
    for category in &entry.categories {
        let told = [("term", category.term.as_str()), ("label", &category.label)];
        xml.empty("category", &told)?;
    }
    if let Some(summary) = &entry.summary {
        xml.text("summary", summary)?;
    }
    if let Some(content) = &entry.content {
        xml.text_with("content", &[("type", "html")], content)?;
    }
    if let Some(picture) = &entry.picture {
        pictured(xml, picture)?;
    }
    xml.close("entry")
}

fn person(xml: &mut Xml, person: &Person) -> Result<()> {
    xml.open("author", &[])?;
    xml.text("name", &person.name)?;
    xml.text("uri", &person.url)?;
    xml.close("author")
}

fn pictured(xml: &mut Xml, picture: &Picture) -> Result<()> {
    if let Some(file) = &picture.file {
        let bytes = file.bytes.to_string();
        let told = [
            ("rel", "enclosure"),
            ("href", file.url.as_str()),
            ("type", &file.media_type),
            ("length", &bytes),
        ];
        xml.empty("link", &told)?;
    }
    media(xml, picture)
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}
