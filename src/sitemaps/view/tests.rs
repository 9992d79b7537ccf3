//! Sitemaps are well-formed whatever stands in them, and hold what the protocol asks for.

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use uuid::Uuid;

use super::{UrlSet, news, news_language};
use crate::sitemaps::model::{ArticlePlace, ListedArticle, News, NewsArticle};
use crate::values::PublicText;
use crate::values::frontend::{Frontend, FrontendPaths};

fn frontend() -> Frontend {
    Frontend {
        public_url: "https://example.org".to_owned(),
        paths: FrontendPaths {
            article: "/{section}/{slug}".to_owned(),
            section: "/{slug}".to_owned(),
            author: "/auteurs/{slug}".to_owned(),
            entity: "/dossiers/{slug}".to_owned(),
        },
        default_language: "nl".to_owned(),
        public_text: PublicText::Full,
    }
}

fn place(slug: &str, language: &str) -> ArticlePlace {
    ArticlePlace {
        id: Uuid::nil(),
        slug: slug.to_owned(),
        section: None,
        language: language.to_owned(),
        published_at: DateTime::<Utc>::UNIX_EPOCH,
        canonical_url: None,
    }
}

fn listed(place: ArticlePlace, others: Vec<ArticlePlace>) -> ListedArticle {
    ListedArticle {
        place,
        moved_at: DateTime::<Utc>::UNIX_EPOCH,
        others,
    }
}

/// The texts of the elements of this name.
fn texts(xml: &[u8], name: &str) -> Vec<String> {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().check_end_names = true;
    let (mut inside, mut all) = (false, Vec::new());
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) => {
                inside = start.name().as_ref() == name;
                if inside {
                    all.push(String::new());
                }
            }
            Event::End(_) => inside = false,
            Event::Text(text) if inside => {
                let last = all.last_mut().expect("an element");
                last.push_str(text.as_ref());
            }
            Event::GeneralRef(name) if inside => {
                let last = all.last_mut().expect("an element");
                match name.resolve_char_ref().expect("a reference") {
                    Some(character) => last.push(character),
                    None => {
                        let known = quick_xml::escape::resolve_predefined_entity(name.as_ref());
                        last.push_str(known.expect("an entity of XML"));
                    }
                }
            }
            Event::Eof => return all,
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn news_is_well_formed_whatever_it_tells(name in any::<String>(), headline in any::<String>()) {
        let told = News {
            name: name.clone(),
            right_for: None,
            articles: vec![NewsArticle { place: place("een", "nl-BE"), headline: headline.clone() }],
        };
        let xml = news(&told, &frontend()).unwrap();
        let kept = |text: &str| text.chars().filter(|one| !matches!(one, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')).collect::<String>();
        // A reader of XML takes any line end for one of its own (section 2.11).
        let ends = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
        prop_assert_eq!(ends(&texts(&xml, "news:title")[0]), ends(&kept(&headline)));
        prop_assert_eq!(ends(&texts(&xml, "news:name")[0]), ends(&kept(&name)));
        prop_assert_eq!(&texts(&xml, "news:language"), &["nl".to_owned()]);
    }
}

#[test]
fn each_of_a_group_names_all_of_it_and_one_alone_names_nobody() {
    let frontend = frontend();
    let mut set = UrlSet::new().unwrap();
    set.article(&listed(place("alleen", "nl"), vec![]), &frontend)
        .unwrap();
    let others = vec![place("one", "en"), place("un", "fr")];
    set.article(&listed(place("een", "nl"), others), &frontend)
        .unwrap();
    assert_eq!(set.addresses(), 2);
    let xml = String::from_utf8(set.finish().unwrap()).unwrap();
    let links: Vec<&str> = xml.split("<xhtml:link ").skip(1).collect();
    let link = |language: &str, slug: &str| {
        format!("rel=\"alternate\" hreflang=\"{language}\" href=\"https://example.org/{slug}\"/>")
    };
    assert_eq!(links.len(), 3, "{xml}");
    assert!(links[0].starts_with(&link("en", "one")), "{xml}");
    assert!(links[1].starts_with(&link("fr", "un")), "{xml}");
    assert!(links[2].starts_with(&link("nl", "een")), "{xml}");
}

#[test]
fn what_has_its_original_elsewhere_is_left_out_and_names_nobody_in_other_languages() {
    let frontend = frontend();
    let elsewhere = |slug, language| ArticlePlace {
        canonical_url: Some("https://elsewhere.example/x".to_owned()),
        ..place(slug, language)
    };
    let own = ArticlePlace {
        canonical_url: Some("https://example.org/een".to_owned()),
        ..place("een", "nl")
    };
    let mut set = UrlSet::new().unwrap();
    set.article(&listed(elsewhere("twee", "nl"), vec![]), &frontend)
        .unwrap();
    assert_eq!(set.addresses(), 0);
    set.article(&listed(own, vec![elsewhere("one", "en")]), &frontend)
        .unwrap();
    let xml = set.finish().unwrap();
    assert_eq!(texts(&xml, "loc"), ["https://example.org/een"]);
    assert!(!String::from_utf8(xml).unwrap().contains("<xhtml:link"));
}

#[test]
fn an_address_that_is_too_long_is_left_out() {
    let mut set = UrlSet::new().unwrap();
    set.url(&format!("https://example.org/{}", "a".repeat(2_028)))
        .unwrap();
    assert_eq!(set.addresses(), 0);
    set.url(&format!("https://example.org/{}", "a".repeat(2_027)))
        .unwrap();
    assert_eq!(set.addresses(), 1);
}

#[test]
fn languages_are_as_google_news_wants_them() {
    for (tag, told) in [
        ("nl", "nl"),
        ("nl-BE", "nl"),
        ("gsw", "gsw"),
        ("zh", "zh-cn"),
        ("zh-Hans", "zh-cn"),
        ("zh-Hant-HK", "zh-tw"),
        ("zh-TW", "zh-tw"),
        ("zh-Hans-HK", "zh-cn"),
    ] {
        assert_eq!(news_language(tag), told, "{tag}");
    }
}
