use super::Question;

/// Terms as `-"a b"`; an open one ends in `*`.
fn read(text: &str) -> Vec<String> {
    let shown = |term: &super::Term| {
        let words = term.words.join(" ");
        let words = if term.quoted {
            format!("\"{words}\"")
        } else {
            words
        };
        format!(
            "{}{words}{}",
            if term.excluded { "-" } else { "" },
            if term.open { "*" } else { "" }
        )
    };
    Question::parse(text)
        .unwrap()
        .terms
        .iter()
        .map(shown)
        .collect()
}

#[test]
fn words_phrases_and_exclusions_are_told_apart() {
    assert_eq!(read("De Haven"), ["de", "haven*"]);
    assert_eq!(read("\"de haven\" slib"), ["\"de haven\"", "slib*"]);
    assert_eq!(read("slib -haven"), ["slib", "-haven"]);
    assert_eq!(
        read("slib -\"de haven\" kade"),
        ["slib", "-\"de haven\"", "kade*"]
    );
    assert_eq!(
        read("„de haven” «le port»"),
        ["\"de haven\"", "\"le port\""]
    );
    assert_eq!(read("haven\"de kade"), ["haven", "\"de kade\""]);
    assert_eq!(read("haven-bedrijf"), ["haven bedrijf"]);
    assert_eq!(read("深圳"), ["深 圳"]);
    assert_eq!(read("- haven --kade"), ["haven", "-kade"]);
}

#[test]
fn what_is_no_word_is_nothing() {
    for text in [
        "((((",
        "%%%%",
        "\"",
        "-",
        "-\"",
        "'; DROP TABLE",
        ":*",
        "!!|&<->",
    ] {
        let terms = read(text);
        assert!(terms.len() <= 2, "{text}: {terms:?}");
    }
    assert_eq!(read("((((").len(), 0);
}

#[test]
fn it_has_limits() {
    assert!(Question::parse(" ").is_err());
    assert!(Question::parse("a\nb").is_err());
    assert!(Question::parse(&"a ".repeat(32)).is_ok());
    assert!(Question::parse(&"a ".repeat(33)).is_err());
    assert!(Question::parse(&"a".repeat(200)).is_ok());
    assert!(Question::parse(&"a".repeat(201)).is_err());
}

#[test]
fn a_term_is_replaced_where_it_stands() {
    let question = Question::parse("de hvaen -\"de kade\" slip").unwrap();
    let with = question.with(&[(1, "haven".to_owned()), (3, "slib".to_owned())]);
    assert_eq!(with, "de haven -\"de kade\" slib");
}

proptest::proptest! {
    #[test]
    fn no_question_breaks_it(text in "[a-zé\"“” \\-(%'\\\\:*!&|<>0-9深]{0,60}") {
        if let Ok(question) = Question::parse(&text) {
            for term in &question.terms {
                proptest::prop_assert!(question.text.get(term.start..term.end).is_some());
            }
            let all: Vec<_> = (0..question.terms.len()).map(|at| (at, "x".to_owned())).collect();
            question.with(&all);
        }
    }
}
