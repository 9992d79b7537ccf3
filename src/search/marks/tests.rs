use proptest::prelude::*;

use super::{Candidate, Sought, marked, snippets};

fn sought(words: &[&str]) -> Sought {
    let mut sought = Sought::default();
    for word in words {
        sought.add(Candidate {
            stemming: "dutch".to_owned(),
            word: (*word).to_owned(),
            accented: None,
        });
    }
    sought
}

#[test]
fn words_are_marked_as_they_stand() {
    let sought = sought(&["haven", "cafe"]);
    assert_eq!(
        marked("De Haven & het café", "dutch", &sought).unwrap(),
        "De <mark>Haven</mark> &amp; het <mark>café</mark>"
    );
    assert_eq!(marked("De kade", "dutch", &sought), None);
    assert_eq!(marked("De haven", "english", &sought), None);
}

#[test]
fn no_markup_of_a_text_comes_out() {
    let sought = sought(&["script", "mark", "alert"]);
    let text = "<script>alert('x')</script><mark onclick=\"y\">&lt;mark&gt;";
    let found = marked(text, "dutch", &sought).unwrap();
    assert_eq!(
        found,
        "&lt;<mark>script</mark>&gt;<mark>alert</mark>(&#39;x&#39;)&lt;/<mark>script</mark>&gt;&lt;<mark>mark</mark> onclick=&quot;y&quot;&gt;&amp;lt;<mark>mark</mark>&amp;gt;"
    );
}

#[test]
fn a_snippet_stands_around_what_was_found_and_tells_that_there_is_more() {
    let text = format!(
        "{} de haven, zei zij. {}",
        "woord ".repeat(40),
        "nog een ".repeat(40)
    );
    let found = snippets(&text, "dutch", &sought(&["haven"]), 3);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("… woord woord"), "{found:?}");
    assert!(
        found[0].contains("de <mark>haven</mark>, zei zij. nog een"),
        "{found:?}"
    );
    assert!(found[0].ends_with(" …"), "{found:?}");
    assert_eq!(
        snippets("De haven.", "dutch", &sought(&["haven"]), 3),
        ["De <mark>haven</mark>."]
    );
}

#[test]
fn the_places_with_the_most_come_first_and_stand_in_order() {
    let far = "woord ".repeat(60);
    let text = format!("haven {far} haven haven haven {far} haven {far} haven haven");
    let found = snippets(&text, "dutch", &sought(&["haven"]), 2);
    assert_eq!(
        found
            .iter()
            .map(|found| found.matches("<mark>").count())
            .collect::<Vec<_>>(),
        [3, 2]
    );
}

#[test]
fn no_text_makes_a_snippet_long() {
    let long = format!("{} haven {}", "x".repeat(100_000), "y".repeat(100_000));
    for found in snippets(&long, "dutch", &sought(&["haven", &"x".repeat(100)]), 3) {
        assert!(found.len() < 2_000, "{}", found.len());
    }
    assert!(snippets(&long, "dutch", &sought(&["haven"]), 3)[0].contains("<mark>haven</mark>"));
}

proptest! {
    #[test]
    fn whatever_the_text_only_marks_come_out(text in "[a-c<>&\"'/ =é\n]{0,200}") {
        let sought = sought(&["a", "b", "e"]);
        let all = snippets(&text, "dutch", &sought, 3).into_iter().chain(marked(&text, "dutch", &sought));
        for found in all {
            let bare = found.replace("<mark>", "").replace("</mark>", "");
            prop_assert!(!bare.contains(['<', '>', '"', '\'', '\n']), "{found}");
            prop_assert_eq!(found.matches("<mark>").count(), found.matches("</mark>").count());
        }
    }
}
