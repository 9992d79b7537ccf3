use super::*;

#[test]
fn only_known_schemes_and_what_is_relative() {
    for (raw, written) in [
        ("https://x.nl", Some("https://x.nl/")),
        (" HTTP://X.nl/a b ", Some("http://x.nl/a%20b")),
        ("//x.nl/a", Some("https://x.nl/a")),
        ("/a?b=c&d#e", Some("/a?b=c&d#e")),
        ("a\"b<c>\\d", Some("a%22b%3Cc%3E%5Cd")),
        ("é%C3%A9", Some("%C3%A9%C3%A9")),
        ("#é", Some("#%C3%A9")),
        ("mailto:a@b.nl", Some("mailto:a@b.nl")),
        ("tel:+31", Some("tel:+31")),
        ("java\nscript:x", None),
        ("\u{1}javascript:x", None),
        ("data:text/html,x", None),
        ("http://", None),
        ("", None),
        ("  ", None),
    ] {
        assert_eq!(link(raw).as_deref(), written, "{raw}");
        assert_eq!(written.and_then(link).as_deref(), written, "{raw}");
    }
    assert_eq!(resource("mailto:a@b.nl"), None);
    assert_eq!(resource("#a"), None);
}

#[test]
fn pictures_by_their_names() {
    assert!(is_picture("/a.JPG?x=1"));
    assert!(!is_picture("/jpg") && !is_picture("/a.html#b.jpg"));
}
