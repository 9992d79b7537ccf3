use super::*;
use crate::rich_text::inline::{Marks, Piece};

fn heading(text: &str, id: Option<&str>) -> Part {
    let piece = Piece::Text {
        text: text.to_owned(),
        marks: Marks::default(),
    };
    Part::Heading {
        level: 2,
        line: vec![piece],
        id: id.map(str::to_owned),
    }
}

fn anchors(texts: &[&str]) -> Vec<String> {
    let body: Vec<Part> = texts.iter().map(|text| heading(text, None)).collect();
    Anchors::of(&body, "").anchors
}

#[test]
fn made_from_the_text() {
    assert_eq!(
        anchors(&["Één, twee & DRIE!", "it's", "—", "", "a  b"]),
        ["een-twee-drie", "its", "section", "section-2", "a-b"]
    );
    assert_eq!(anchors(&["中国"]), ["zhong-guo"]);
    assert_eq!(
        anchors(&["fn 1", "fnref-1"]),
        ["section-fn-1", "section-fnref-1"]
    );
    let long = anchors(&[&"word ".repeat(50), &"x".repeat(500)]);
    assert!(
        long.iter()
            .all(|anchor| anchor.len() <= MAX_LENGTH && !anchor.ends_with('-')),
        "{long:?}"
    );
}

#[test]
fn unique_whatever_else_is_called_so() {
    assert_eq!(
        anchors(&["a", "a", "a-2", "a", "a 2"]),
        ["a", "a-2", "a-2-2", "a-3", "a-2-3"]
    );
}

#[test]
fn links_find_them_by_what_they_were_called() {
    let body = [heading("A", Some("b")), heading("B", None)];
    let anchors = Anchors::of(&body, "u1-");
    assert_eq!(anchors.meant_by("b"), Some("u1-a"));
    assert_eq!(anchors.meant_by("a"), Some("u1-a"));
    assert_eq!(anchors.meant_by("c"), None);
    assert_eq!(anchors.get(1), Some("u1-b"));
}
