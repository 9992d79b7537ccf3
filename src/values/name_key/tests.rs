use proptest::prelude::*;

use super::NameKey;

fn key(name: &str) -> String {
    NameKey::of(name).as_str().to_owned()
}

#[test]
fn case_accents_and_punctuation_make_no_difference() {
    for (name, wanted) in [
        ("Café  de l’Été", "cafe de lete"),
        ("CAFE\u{301} DE L'ÉTÉ", "cafe de lete"),
        ("Straße", "strasse"),
        ("Ærø, Łódź & Đà Nẵng", "aero lodz da nang"),
        ("Αθήνα", "athena"),
        ("ДОНЕЦК", "donetsk"),
        ("Jean-Luc (Picard)", "jean luc picard"),
        ("'s-Gravenhage", "s gravenhage"),
        ("ＮＡＴＯ", "nato"),
        ("北京", "北京"),
        ("  Wendemond\u{a0}Noord ", "wendemond noord"),
        ("🎉", "🎉"),
        ("C++", "c"),
    ] {
        assert_eq!(key(name), wanted, "{name}");
    }
}

#[test]
fn names_of_other_scripts_that_only_sound_alike_are_two() {
    assert_ne!(key("王伟"), key("汪伟"));
    assert_ne!(key("की"), key("का"));
}

#[test]
fn a_name_is_found_from_each_of_its_words() {
    let all: Vec<_> = NameKey::all("Havenbedrijf van Wendemond").collect();
    assert_eq!(
        all,
        [
            ("havenbedrijf van wendemond".to_owned(), true),
            ("van wendemond".to_owned(), false),
            ("wendemond".to_owned(), false),
        ]
    );
    assert!(NameKey::all(&"a ".repeat(100)).count() <= super::WORDS);
}

proptest! {
    #[test]
    fn a_key_is_its_own_key_in_one_case_and_never_empty(name in "\\PC{1,60}") {
        prop_assume!(!name.trim().is_empty());
        let once = key(&name);
        prop_assert_eq!(&key(&once), &once);
        prop_assert!(!once.is_empty());
    }

    #[test]
    fn what_a_key_begins_stands_before_the_text_after_it(name in "\\PC{1,30}", rest in "\\PC{0,10}") {
        let begun = NameKey::of(&name);
        let whole = format!("{}{}", begun.as_str(), rest);
        prop_assert!(whole.as_bytes() >= begun.as_str().as_bytes());
        if !rest.starts_with('\u{10FFFF}') {
            prop_assert!(whole < begun.after());
        }
    }
}
