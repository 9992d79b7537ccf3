use super::says_nothing;

#[test]
fn a_headline_says_nothing_without_a_letter_or_as_tools_make_it() {
    for empty in [
        "…",
        "???",
        "— !",
        "Untitled",
        "(Untitled)",
        "Untitled 7f3f2a52",
        "untitled 12",
        "(zonder titel)",
        "Auto Draft",
    ] {
        assert!(says_nothing(empty), "{empty}");
    }
    for headline in [
        "1984",
        "7",
        "De haven",
        "港",
        "Untitled, de nieuwe roman",
        "Geen titel voor Ajax",
        "Zonder titel 12 maanden",
    ] {
        assert!(!says_nothing(headline), "{headline}");
    }
}
