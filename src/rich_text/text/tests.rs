use super::*;

#[test]
fn words_hold_a_letter_or_a_digit() {
    for (text, words) in [
        ("", 0),
        ("— … !", 0),
        ("one two\nthree\tfour", 4),
        ("don't e-mail 3.5%", 3),
        ("één über", 2),
        ("a\u{a0}b", 2),
        ("中国人民", 4),
        ("中国 in 2024", 4),
        ("日本のカメラ", 6),
        ("한국 사람", 2),
        ("привет мир", 2),
    ] {
        assert_eq!(count_words(text), words, "{text}");
    }
}

#[test]
fn begun_minutes_count() {
    for (words, minutes) in [
        (-1, 0),
        (0, 0),
        (1, 1),
        (230, 1),
        (231, 2),
        (i32::MAX, 9_336_886),
    ] {
        assert_eq!(reading_minutes(words), minutes, "{words}");
    }
}

#[test]
fn one_line_has_single_spaces_and_no_controls() {
    assert_eq!(on_one_line("  a \u{b} b\n\tc\u{0}\u{fffe} "), "a b c");
}

#[test]
fn blank_is_what_does_not_show() {
    assert!(is_blank(" \u{a0}\u{200b}\u{feff}\n"));
    assert!(!is_blank(" . "));
}
