use proptest::prelude::*;

use super::frontend::names_in;
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
fn an_iban_has_the_length_of_its_country_and_right_check_digits() {
    assert_eq!(
        Iban::parse("nl91 ABNA 0417 1643 00").unwrap().to_string(),
        "NL91ABNA0417164300"
    );
    for right in [
        "NO9386011117947",
        "BE68539007547034",
        "DE89370400440532013000",
        "FR1420041010050500013M02606",
        "MT84MALT011000012345MTLCAST001S",
        "LC55HEMM000100010012001200023015",
        "RU0304452522540817810538091310419",
    ] {
        assert!(Iban::parse(right).is_ok(), "{right}");
        for (place, letter) in right.char_indices() {
            let other = match letter {
                '0' => "1",
                'A' => "B",
                _ if letter.is_ascii_digit() => "0",
                _ => "A",
            };
            let mut mistyped = right.to_owned();
            mistyped.replace_range(place..=place, other);
            assert!(Iban::parse(&mistyped).is_err(), "{mistyped}");
        }
        assert!(Iban::parse(&right[..right.len() - 1]).is_err());
        assert!(Iban::parse(&format!("{right}0")).is_err());
    }
    for wrong in [
        "",
        "N",
        "NL",
        "NL9",
        "NL91",
        "NL92ABNA0417164300",
        "91NLABNA0417164300",
        "NL91ABNA041716430\u{660}",
        "NL91\tABNA0417164300",
        "NL91-ABNA-0417-1643-00",
        "éé91ABNA0417164300",
        "XX91ABNA0417164300",
    ] {
        assert!(Iban::parse(wrong).is_err(), "{wrong:?}");
    }
    assert!(Iban::parse(&format!("NL91{}ABNA0417164300", " ".repeat(100))).is_err());
}

#[test]
fn check_digits_that_are_never_given_out_are_wrong_though_they_leave_the_right_remainder() {
    // The same account with 02 to 98 in place of 00, 01 and 99 has the same remainder modulo 97.
    let account = |check: u32| format!("NL{check:02}ABNA0417164300");
    let right: Vec<u32> = (0..100)
        .filter(|check| Iban::parse(&account(*check)).is_ok())
        .collect();
    assert_eq!(right, [91]);
    for (given_out, never) in [("97", "00"), ("98", "01"), ("02", "99")] {
        let found = (0..100_000).find_map(|number| {
            let iban = format!("BE{given_out}0000000{number:05}");
            Iban::parse(&iban).is_ok().then_some(iban)
        });
        let iban = found.unwrap();
        let never = iban.replacen(given_out, never, 1);
        assert!(Iban::parse(&never).is_err(), "{never} for {iban}");
    }
}

#[test]
fn an_account_is_in_sepa_or_not() {
    let of = |iban| Iban::parse(iban).unwrap().sepa();
    assert_eq!(of("NL91ABNA0417164300"), Sepa::Inside);
    assert_eq!(of("GB82WEST12345698765432"), Sepa::WithBic);
    assert_eq!(of("TR330006100519786457841326"), Sepa::Outside);
}

#[test]
fn a_bic_has_8_or_11_letters_and_digits_and_a_country() {
    for right in ["ABNANL2A", "abnanl2axxx", "DEUTDEFF500", "1234NL2A"] {
        assert!(Bic::parse(right).is_ok(), "{right}");
    }
    for wrong in [
        "",
        "ABNANL2",
        "ABNANL2AX",
        "ABNANL2AXX",
        "ABNA12AA",
        "ABNANL2A ",
        "ABNANL2\u{e9}",
        "ABNANL2AXXXX",
    ] {
        assert!(Bic::parse(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn an_amount_in_euro_cents_is_told_in_euro() {
    let told = |text| EuroCents::parse(text).map(|cents| cents.to_string()).ok();
    for (text, euro) in [
        ("1", "0.01"),
        ("250", "2.50"),
        ("100000", "1000.00"),
        ("99999999999", "999999999.99"),
    ] {
        assert_eq!(told(text).as_deref(), Some(euro));
    }
    for wrong in [
        "",
        "0",
        "01",
        "-1",
        "+1",
        "2.50",
        "1e3",
        "100000000000",
        " 1",
        "٣",
    ] {
        assert_eq!(told(wrong), None, "{wrong}");
    }
}

#[test]
fn a_currency_has_a_minor_unit() {
    for right in ["EUR", "JPY", "KWD", "CLF"] {
        assert!(Money::parse(right).is_ok(), "{right}");
    }
    for wrong in ["eur", "XAU", "XXX", "ZZZ", ""] {
        assert!(Money::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_public_host_has_a_name() {
    let public = |text| WebUrl::parse(text).unwrap().is_public_name();
    for right in [
        "https://example.org/x",
        "https://EXAMPLE.org.",
        "https://münchen.example.org:8443",
    ] {
        assert!(public(right), "{right}");
    }
    for wrong in [
        "https://127.0.0.1",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost",
        "https://geef.localhost",
        "https://nas.local",
        "https://intranet/",
        "https://x.internal./",
    ] {
        assert!(!public(wrong), "{wrong}");
    }
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
        "/./{slug}",
        "/a/../{slug}",
    ] {
        assert!(PathPattern::parse(wrong).is_err(), "{wrong}");
    }
    assert_eq!(names_in("/{section}/{slug}", "/water/zout"), ["zout"]);
    assert_eq!(names_in("/{section}/{slug}", "/zout"), ["zout"]);
    assert_eq!(names_in("/{slug}/n/{id}", "/zout/n/7"), ["7", "zout"]);
    assert!(names_in("/dossiers/{slug}", "/water/zout").is_empty());
    assert!(names_in("/{section}/{slug}", "//zout").is_empty());
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
