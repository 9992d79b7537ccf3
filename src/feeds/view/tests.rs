//! Whatever stands in a feed, it is well-formed, and readers get it back.

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use uuid::Uuid;

use super::write;
use crate::feeds::model::{Category, Entry, Feed, File, Living, Person, Picture, Told};
use crate::updates::model::UpdateKind;
use crate::values::FeedFormat;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

/// An entry in which this stands wherever a text may.
fn entry(text: &str, number: u128) -> Entry {
    let id = Uuid::from_u128(number);
    Entry {
        guid: id.to_string(),
        iri: id.urn().to_string(),
        title: text.to_owned(),
        url: "https://example.org/een?a=1&b=2".to_owned(),
        original: Some("https://elsewhere.example/?a=1&b=2".to_owned()),
        language: "nl".to_owned(),
        published: at(0),
        updated: at(60),
        authors: vec![Person {
            name: text.to_owned(),
            url: "https://example.org/auteurs/fenna".to_owned(),
        }],
        categories: vec![Category {
            term: "haven".to_owned(),
            label: text.to_owned(),
            url: "https://example.org/dossiers/haven".to_owned(),
        }],
        summary: Some(text.to_owned()),
        content: Some(format!("<p>{text}</p>")),
        picture: Some(Picture {
            url: "https://example.org/a.jpg?x=1&y=2".to_owned(),
            alt: Some(text.to_owned()),
            credit: Some(text.to_owned()),
            width: Some(16),
            height: Some(9),
            file: Some(File {
                url: "https://example.org/original.jpg".to_owned(),
                media_type: "image/jpeg".to_owned(),
                bytes: 1234,
                width: Some(32),
                height: Some(18),
            }),
        }),
        living: Living::Article(vec![Told {
            id,
            number: 1,
            kind: UpdateKind::Correction,
            url: "https://example.org/een#u1".to_owned(),
            published: "2026-11-27T10:00:00.000Z".to_owned(),
        }]),
    }
}

fn feed(text: &str) -> Feed {
    Feed {
        id: "urn:uuid:00000000-0000-4000-8000-000000000001".to_owned(),
        title: text.to_owned(),
        site: text.to_owned(),
        description: text.to_owned(),
        home: "https://example.org/".to_owned(),
        this: "https://api.example.org/feeds/atom.xml?q=a&limit=2".to_owned(),
        first: "https://api.example.org/feeds/atom.xml?q=a&limit=2".to_owned(),
        hub: Some("https://api.example.org/websub".to_owned()),
        next: Some("https://api.example.org/feeds/atom.xml?q=a&limit=2&cursor=x".to_owned()),
        language: "nl".to_owned(),
        rights: Some(text.to_owned()),
        mark: Some("https://example.org/merk.png".to_owned()),
        updated: Some(at(60)),
        entries: vec![entry(text, 1), entry(text, 2)],
    }
}

/// Reads all of it, as strictly as XML asks for, and gives the text of each element.
fn texts(xml: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(xml).unwrap();
    let allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(allowed), "{text:?}");
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let (mut texts, mut open, mut last) = (Vec::new(), 0, String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                for attribute in start.attributes() {
                    attribute
                        .unwrap()
                        .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                        .unwrap();
                }
                open += 1;
                last.clear();
            }
            Event::Empty(start) => {
                for attribute in start.attributes() {
                    attribute.unwrap();
                }
            }
            Event::Text(text) => last.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                let known = quick_xml::escape::resolve_predefined_entity(&name);
                match known {
                    Some(known) => last.push_str(known),
                    None => last.extend(reference.resolve_char_ref().unwrap()),
                }
            }
            Event::End(_) => {
                open -= 1;
                texts.push(std::mem::take(&mut last));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, 0);
    texts
}

/// Texts with all that can go wrong in XML and JSON.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("]]>".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("&amp;".to_owned()),
        Just("&".to_owned()),
        Just("<!--".to_owned()),
        Just("<?xml?>".to_owned()),
        Just("\u{b}".to_owned()),
        Just("\u{0}".to_owned()),
        Just("\u{fffe}".to_owned()),
        Just("\"'".to_owned()),
        Just("\r\n".to_owned()),
        Just("</item></channel></rss>".to_owned()),
        "\\PC{0,8}",
        any::<char>().prop_map(String::from),
    ];
    // Titles, names and captions are never empty (`values::Line`).
    proptest::collection::vec(pieces, 0..8).prop_map(|pieces| format!("x{}", pieces.concat()))
}

/// As a text comes out: XML has no way to write some characters.
fn read(text: &str) -> String {
    let kept = |character: &char| !matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().filter(kept).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn xml_is_well_formed_and_comes_back_as_it_was(text in hostile()) {
        for format in [FeedFormat::Rss, FeedFormat::Atom] {
            let written = write(format, &feed(&text)).unwrap();
            let found = texts(&written);
            let wanted = read(&text);
            prop_assert!(found.contains(&wanted), "{format:?}: {wanted:?} in {found:?}");
            let content = format!("<p>{wanted}</p>");
            prop_assert!(found.contains(&content));
        }
    }

    #[test]
    fn json_comes_back_as_it_was(text in hostile()) {
        let written = write(FeedFormat::Json, &feed(&text)).unwrap();
        let told: serde_json::Value = serde_json::from_slice(&written).unwrap();
        prop_assert_eq!(told["items"][1]["title"].as_str(), Some(text.as_str()));
        let content = format!("<p>{text}</p>");
        prop_assert_eq!(told["items"][0]["content_html"].as_str(), Some(content.as_str()));
    }

    #[test]
    fn a_reader_of_feeds_gets_each_entry_with_its_texts_and_times(text in hostile()) {
        for format in FeedFormat::ALL {
            let written = write(format, &feed(&text)).unwrap();
            let parsed = feed_rs::parser::parse(written.as_slice());
            let parsed = parsed.map_err(|error| TestCaseError::fail(format!("{format:?}: {error}")))?;
            prop_assert_eq!(parsed.entries.len(), 2);
            let first = &parsed.entries[0];
            prop_assert_eq!(first.published, Some(at(0)), "{:?}", format);
            prop_assert_eq!(first.links[0].href.as_str(), "https://example.org/een?a=1&b=2");
            let wanted = if format == FeedFormat::Json { text.clone() } else { read(&text) };
            if let Some(content) = first.content.as_ref().and_then(|content| content.body.as_ref()) {
                let same = |text: &str| text.split_whitespace().collect::<String>();
                prop_assert_eq!(same(content), same(&format!("<p>{wanted}</p>")), "{:?}", format);
            } else {
                prop_assert!(false, "{format:?} has no content");
            }
        }
    }
}
