use super::*;

const STRONG: u16 = 1;

fn marks(simple: u16) -> Marks {
    Marks {
        simple,
        ..Marks::default()
    }
}

fn read(pieces: &[(&str, u16)]) -> Vec<Paragraph> {
    let mut inline = Inline::default();
    for (text, simple) in pieces {
        match *text {
            "<br>" => inline.push_break(),
            text => inline.push_text(text, &marks(*simple)),
        }
    }
    inline.finish()
}

fn text(text: &str, simple: u16) -> Piece {
    Piece::Text {
        text: text.to_owned(),
        marks: marks(simple),
    }
}

#[test]
fn white_space_shows_as_a_browser_shows_it() {
    assert_eq!(
        read(&[(" a\n\t b ", 0), (" c ", 0)]),
        [[[text("a b c", 0)]]]
    );
    assert_eq!(read(&[("a", 0), ("b", 0)]), [[[text("ab", 0)]]]);
    assert_eq!(
        read(&[("a ", 0), ("<br>", 0), (" b", 0)]),
        [[[text("a", 0)], [text("b", 0)]]]
    );
}

#[test]
fn a_space_belongs_to_what_both_sides_share() {
    let expected = [[[text("a", STRONG), text(" b", 0)]]];
    assert_eq!(read(&[("a ", STRONG), ("b", 0)]), expected);
    assert_eq!(read(&[("a", STRONG), (" b", 0)]), expected);
    assert_eq!(
        read(&[("a", STRONG), (" ", 0), ("b", STRONG)]),
        [[[text("a b", STRONG)]]]
    );
}

#[test]
fn a_blank_line_ends_a_paragraph() {
    let two = [vec![vec![text("a", 0)]], vec![vec![text("b", 0)]]];
    assert_eq!(
        read(&[
            ("a", 0),
            ("<br>", 0),
            ("<br>", 0),
            ("<br>", 0),
            ("b", 0),
            ("<br>", 0)
        ]),
        two
    );
    assert_eq!(
        read(&[
            ("a", 0),
            ("<br>", 0),
            ("\u{a0}", STRONG),
            ("<br>", 0),
            ("b", 0)
        ]),
        two
    );
    assert!(read(&[("<br>", 0), (" ", 0), ("\u{a0}", 0)]).is_empty());
}

#[test]
fn forbidden_characters_are_gone() {
    assert_eq!(
        read(&[("a\u{b}\u{0}b \u{1f} c\u{ffff}", 0)]),
        [[[text("ab c", 0)]]]
    );
}
