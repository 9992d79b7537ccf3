use super::{Stemming, without_accents, words};

fn folded(text: &str) -> Vec<String> {
    words(text).map(|word| word.folded).collect()
}

#[test]
fn words_are_folded_and_keep_their_place() {
    let text = "De “Été”, d'Or: Straße—Æther 24/7 Ĳsland";
    assert_eq!(
        folded(text),
        [
            "de", "ete", "d", "or", "strasse", "aether", "24", "7", "ijsland"
        ]
    );
    for word in words(text) {
        assert!(!text[word.start..word.end].contains(' '), "{word:?}");
    }
    assert_eq!(&text[words(text).nth(1).unwrap().start..][..5], "Été");
}

#[test]
fn an_accent_beside_its_letter_belongs_to_it() {
    let text = "cafe\u{301}s dicht";
    assert_eq!(folded(text), ["cafes", "dicht"]);
    assert_eq!(words(text).next().unwrap().end, "cafe\u{301}s".len());
}

#[test]
fn words_with_accents_are_known_with_them_too() {
    let accented = |text| words(text).map(|word| word.accented).collect::<Vec<_>>();
    assert_eq!(
        accented("L'ÉTAT dit"),
        [None, Some("état".to_owned()), None]
    );
    assert_eq!(without_accents("'eleiçã':3C 'x&y'"), "'eleica':3C 'x&y'");
}

#[test]
fn scripts_without_spaces_give_a_word_a_character() {
    assert_eq!(folded("在深圳 2024年"), ["在", "深", "圳", "2024", "年"]);
    assert_eq!(folded("Москва и 서울"), ["moskva", "i", "서울"]);
}

#[test]
fn nothing_else_is_a_word() {
    for text in ["", "((((", "%%%%", "— … ‘’", "\u{301}\u{301}", "½", "💥"] {
        let found = folded(text);
        assert!(
            found
                .iter()
                .all(|word| word.chars().all(char::is_alphanumeric)),
            "{text}: {found:?}"
        );
    }
    assert_eq!(folded(&"a".repeat(5000))[0].len(), 100);
}

#[test]
fn the_stemming_is_that_of_the_language_whatever_its_region() {
    assert_eq!(Stemming::of("nl-BE"), Stemming::Dutch);
    assert_eq!(Stemming::of("pt-BR"), Stemming::Portuguese);
    assert_eq!(Stemming::of("pl"), Stemming::Simple);
    assert_eq!(Stemming::of("nds"), Stemming::Simple);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_it(text in "\\PC{0,80}") {
        let mut last = 0;
        for word in words(&text) {
            proptest::prop_assert!(word.start >= last && word.end > word.start && text.get(word.start..word.end).is_some());
            proptest::prop_assert!(!word.folded.is_empty() && !word.folded.contains(['\'', '\\', ' ', '=', '^']));
            last = word.end;
        }
    }
}
