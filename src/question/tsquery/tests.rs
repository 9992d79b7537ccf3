use uuid::Uuid;

use super::{Queries, queries, runs};
use crate::question::model::{Meaning, Question, StemmedQuestion, StemmedTerm};

fn term(query: &str, stems: &[&str]) -> StemmedTerm {
    StemmedTerm {
        excluded: false,
        query: query.to_owned(),
        stems: stems.iter().map(ToString::to_string).collect(),
        also: Vec::new(),
        accented: Vec::new(),
        wide: Vec::new(),
    }
}

fn meaning(terms: Vec<StemmedTerm>, entities: Vec<Vec<Uuid>>) -> Meaning {
    let stemmed = StemmedQuestion {
        stemming: "dutch".to_owned(),
        terms,
    };
    Meaning {
        small: true,
        public_text: crate::values::PublicText::Full,
        entities,
        stemmings: vec![stemmed],
    }
}

fn asked(text: &str, meaning: &Meaning) -> Queries {
    queries(&Question::parse(text).unwrap(), meaning, true).unwrap()
}

#[test]
fn names_are_looked_for_in_runs_of_words() {
    let question = Question::parse("Jan d'Arc kade \"de haven\" -Rotterdam").unwrap();
    let keys: Vec<_> = runs(&question).into_iter().map(|run| run.key).collect();
    assert_eq!(
        keys,
        [
            "jan",
            "jan darc",
            "jan darc kade",
            "darc",
            "darc kade",
            "kade",
            "de haven",
            "rotterdam"
        ]
    );
    let open: Vec<_> = runs(&Question::parse("mark rut").unwrap())
        .into_iter()
        .filter(|run| run.open)
        .collect();
    assert_eq!(open.len(), 2);
}

#[test]
fn a_term_is_there_as_a_word_or_as_an_entity_that_is_named() {
    let id = Uuid::nil();
    let two = vec![term("'mark'", &["mark"]), term("'rutt'", &["rutt"])];
    let found = asked("mark rutte", &meaning(two, vec![vec![], vec![id], vec![]]));
    let mark = format!("'=e{}'", id.simple());
    assert_eq!(
        found.loose,
        format!("((('mark') | {mark}) & (('rutt') | {mark}))")
    );
    assert_eq!(found.strict, None);
    assert_eq!(
        found.headline,
        format!("((('^mark') | {mark}) & (('^rutt') | {mark}))")
    );
}

#[test]
fn a_phrase_is_looked_for_by_its_words_and_then_as_it_stands() {
    let phrase = vec![term("'hav' <-> 'slib'", &["hav", "slib"])];
    let found = asked("\"haven slib\"", &meaning(phrase, vec![vec![]]));
    assert_eq!(found.loose, "((('hav' & 'slib')))");
    assert_eq!(found.strict.unwrap(), "((('hav' <-> 'slib')))");
    let without = vec![
        term("'kad'", &["kad"]),
        term("'hav' <-> 'slib'", &["hav", "slib"]),
    ];
    let found = asked(
        "kade -\"haven slib\"",
        &meaning(without, vec![vec![], vec![]]),
    );
    assert_eq!(found.loose, "((('kad')))");
    assert_eq!(found.strict.unwrap(), "((('kad')) & !(('hav' <-> 'slib')))");
    assert_eq!(found.any, "'hav' | 'kad' | 'slib'");
}

#[test]
fn words_that_say_too_little_are_passed_over_and_only_exclusions_find_nothing() {
    let found = asked(
        "de kade",
        &meaning(
            vec![term("", &[]), term("'kad'", &["kad"])],
            vec![vec![], vec![], vec![]],
        ),
    );
    assert_eq!(found.loose, "((('kad')))");
    let nothing = |text: &str, terms| {
        queries(
            &Question::parse(text).unwrap(),
            &meaning(terms, vec![]),
            true,
        )
    };
    assert_eq!(nothing("-kade", vec![term("'kad'", &["kad"])]), None);
    assert_eq!(nothing("de het", vec![term("", &[]), term("", &[])]), None);
    assert_eq!(nothing("((((", vec![]), None);
}

#[test]
fn words_are_quoted() {
    let found = asked("x", &meaning(vec![term("'x'", &["o'x\\"])], vec![vec![]]));
    assert_eq!(found.loose, "((('o''x\\\\')))");
    assert_eq!(found.any, "'o''x\\\\' | 'x'");
}

#[test]
fn any_word_is_one_that_is_asked_for_or_excluded_whatever_its_weight() {
    let two = || {
        vec![
            term("'kad'", &["kad"]),
            term("'hav' <-> 'slib'", &["hav", "slib"]),
        ]
    };
    for whole in [true, false] {
        let question = Question::parse("kade -\"haven slib\"").unwrap();
        let found = queries(&question, &meaning(two(), vec![vec![], vec![]]), whole).unwrap();
        assert_eq!(found.any, "'hav' | 'kad' | 'slib'", "{whole}");
    }
    let named = asked("de", &meaning(vec![term("", &[])], vec![vec![Uuid::nil()]]));
    assert_eq!(named.any, "'='", "marks are no words");
    assert_eq!(Queries::nothing().any, "'='");
}
