use proptest::prelude::*;

use super::frontend::name_in;
use super::*;

#[test]
fn a_slug_is_lower_case_words_joined_by_single_dashes() {
    for right in ["a", "de-haven-slibt-dicht", "2026", "a1-b2"] {
        assert!(Slug::parse(right).is_ok(), "{right}");
    }
    let long = "a".repeat(121);
    for wrong in [
        "",
        "-a",
        "a-",
        "a--b",
        "A",
        "é",
        "a b",
        "a/b",
        "a\0",
        "7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11",
        &long,
    ] {
        assert!(Slug::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_slug_is_made_of_the_headline_in_any_script() {
    let made = |words| Slug::from_words(words).map(|slug| slug.to_string());
    assert_eq!(
        made("De haven slibt dicht!").as_deref(),
        Some("de-haven-slibt-dicht")
    );
    assert_eq!(
        made("’s Nachts, in 't café").as_deref(),
        Some("s-nachts-in-t-cafe")
    );
    assert_eq!(made("北京").as_deref(), Some("bei-jing"));
    assert_eq!(made("… !?").as_deref(), None);
}

#[test]
fn a_time_is_rfc_3339_in_milliseconds() {
    let shown = |text| Timestamp::parse(text).map(|time| time.to_string()).ok();
    assert_eq!(
        shown("2026-05-04T14:30:00.1239+02:00").as_deref(),
        Some("2026-05-04T12:30:00.123Z")
    );
    for wrong in [
        "",
        "2026-05-04",
        "2026-05-04T24:00:00Z",
        "2026-06-30T23:59:60Z",
        "infinity",
        "+294277-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-05-04T12:30:00 02:00",
    ] {
        assert_eq!(shown(wrong), None, "{wrong}");
    }
}

#[test]
fn an_iban_has_right_check_digits() {
    assert_eq!(
        Iban::parse("nl91 ABNA 0417 1643 00").unwrap().to_string(),
        "NL91ABNA0417164300"
    );
    assert!(Iban::parse("NL92ABNA0417164300").is_err());
    assert!(Iban::parse("NL91").is_err());
}

#[test]
fn an_address_on_the_web_is_http_without_a_user() {
    assert!(WebUrl::parse("https://example.org/a?b#c").is_ok());
    for wrong in [
        "javascript:alert(1)",
        "//example.org",
        "https://user:word@example.org",
        "ftp://example.org",
        "https://exa mple.org",
        "java\tscript:x",
    ] {
        assert!(WebUrl::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_text_falls_back_from_variety_to_language_to_the_first() {
    let text = LocalizedText(
        [("en", "Give"), ("nl", "Geef")]
            .map(|(tag, text)| (tag.into(), text.into()))
            .into(),
    );
    assert_eq!(text.pick(&["nl-BE", "en"]), Some("Geef"));
    assert_eq!(text.pick(&["fr", "de"]), Some("Give"));
    assert_eq!(LocalizedText::default().pick(&["nl"]), None);
}

#[test]
fn a_pattern_names_the_thing_and_a_path_of_its_form_gives_the_name_back() {
    assert!(PathPattern::parse("/{section}/{slug}").is_ok());
    for wrong in [
        "",
        "slug",
        "/{section}",
        "/{slug",
        "/{other}/{slug}",
        "/a b/{slug}",
        "//{slug}",
    ] {
        assert!(PathPattern::parse(wrong).is_err(), "{wrong}");
    }
    assert_eq!(name_in("/{section}/{slug}", "/water/zout"), Some("zout"));
    assert_eq!(name_in("/{section}/{slug}", "/zout"), Some("zout"));
    assert_eq!(name_in("/dossiers/{slug}", "/water/zout"), None);
}

proptest! {
    #[test]
    fn whatever_the_words_the_slug_is_one(words in ".{0,200}") {
        if let Some(slug) = Slug::from_words(&words) {
            prop_assert!(Slug::parse(slug.as_str()).is_ok());
            prop_assert!(Slug::parse(slug.numbered(99).as_str()).is_ok());
        }
    }

    #[test]
    fn reading_never_panics(text in ".{0,60}") {
        let _ = (Slug::parse(&text), Reference::parse(&text), LanguageTag::parse(&text), Timestamp::parse(&text));
        let _ = (WebUrl::parse(&text), PathPattern::parse(&text), Iban::parse(&text), Bic::parse(&text), Line::<20>::parse(&text));
    }

    #[test]
    fn a_time_shown_is_read_back_as_the_same_time(millis in -62_135_596_800_000_i64..253_402_300_799_999) {
        let time = chrono::DateTime::from_timestamp_millis(millis).unwrap();
        prop_assert_eq!(Timestamp::parse(&to_rfc3339(&time)).unwrap().time(), time);
    }
}
