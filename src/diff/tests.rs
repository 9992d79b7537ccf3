//! What a difference must always be: right, whatever is compared and however little time there is.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::blocks::blocks;
use super::words::words;
use super::{BlockChange, Diff, Effort, Op, Side, WordChange, compare};
use crate::rich_text::{Block, Format, render};
use crate::values::{RichTextInput, SourceFormat};

fn long() -> Effort {
    Effort::until(Instant::now() + Duration::from_secs(60))
}

fn none_left() -> Effort {
    Effort::until(Instant::now())
}

/// One of the two texts that words were told of.
fn side(words: &[WordChange], op: Op) -> String {
    let of_it = words
        .iter()
        .filter(|change| [Op::Same, op].contains(&change.op));
    of_it.map(|change| change.text.as_str()).collect()
}

/// The words as a reader would mark them: `[-gone-]`, `{+new+}`.
fn marked(words: &[WordChange]) -> String {
    words
        .iter()
        .map(|change| match change.op {
            Op::Removed => format!("[-{}-]", change.text),
            Op::Added => format!("{{+{}+}}", change.text),
            Op::Same | Op::Changed => change.text.clone(),
        })
        .collect()
}

fn markdown(source: &str) -> Vec<Block> {
    render(Format::Markdown, source, "").blocks
}

/// The blocks after, made of those before and of what was told.
fn applied(before: &[Block], after: &[Block], changes: &[BlockChange]) -> Vec<Block> {
    let (mut made, mut at) = (Vec::new(), 0);
    for change in changes {
        if change.op != Op::Added {
            assert_eq!(
                change.before,
                Some(at),
                "every block before is told once, in order"
            );
            at += change.count;
        }
        if let Some(to) = change.after {
            assert_eq!(to, made.len(), "every block after is told once, in order");
            let source = match change.op {
                Op::Same => &before[change.before.unwrap()..][..change.count],
                _ => &after[to..][..change.count],
            };
            made.extend_from_slice(source);
        }
    }
    assert_eq!(at, before.len());
    made
}

#[test]
fn words_are_told_as_an_editor_sees_them() {
    for (before, after, wanted) in [
        (
            "De haven slibt dicht",
            "De haven slibt niet dicht",
            "De haven slibt {+niet +}dicht",
        ),
        (
            "elk jaar een meter",
            "elk jaar twee meter",
            "elk jaar [-een-]{+twee+} meter",
        ),
        (
            "oude tekst hier",
            "nieuwe woorden hier",
            "[-oude tekst-]{+nieuwe woorden+} hier",
        ),
        ("", "Nieuw.", "{+Nieuw.+}"),
        ("Weg.", "", "[-Weg.-]"),
        ("港口正在淤塞", "港口没有淤塞", "港口[-正在-]{+没有+}淤塞"),
        ("gelijk", "gelijk", "gelijk"),
    ] {
        assert_eq!(marked(&words(before, after, &mut long())), wanted);
    }
}

#[test]
fn a_body_is_told_block_by_block() {
    let before =
        markdown("# Kop\n\nEen *rustig* begin.\n\nHet midden van het stuk.\n\nHet einde.\n");
    let after = markdown(
        "# Kop\n\nEen rustig begin.\n\nIets heel anders.\n\nHet midden van dat lange stuk.\n\nHet einde.\n",
    );
    let told = blocks(&before, &after, &mut long());
    let short = |change: &BlockChange| {
        let words = change.words.as_deref().map(marked).unwrap_or_default();
        (change.op, change.before, change.after, words)
    };
    let told: Vec<_> = told.iter().map(short).collect();
    assert_eq!(
        told,
        [
            (Op::Same, Some(0), Some(0), String::new()),
            (
                Op::Changed,
                Some(1),
                Some(1),
                "Een rustig begin.".to_owned()
            ),
            (Op::Added, None, Some(2), "{+Iets heel anders.+}".to_owned()),
            (
                Op::Changed,
                Some(2),
                Some(3),
                "Het midden van [-het-]{+dat lange+} stuk.".to_owned()
            ),
            (Op::Same, Some(3), Some(4), String::new()),
        ]
    );
    assert!(blocks(&before, &after, &mut long())[1].formatting);
}

fn article(fields: Value, source: Option<&str>) -> Side {
    let text = source.map(|source| {
        let (format, source) = (SourceFormat::Markdown, source.to_owned());
        RichTextInput { format, source }.render("")
    });
    Side {
        number: 1,
        fields: fields.as_object().unwrap().clone(),
        texts: vec![("body", text)],
        anchors: String::new(),
    }
}

#[test]
fn fields_are_told_with_words_items_and_members() {
    let before = article(
        json!({"headline": "De haven slibt dicht", "slug": "haven", "seo": {"title": "Een", "noindex": false}, "section": {"id": 1, "name": "Water"},
               "authors": [{"id": 1, "name": "Fenna"}, {"id": 2, "name": "Joost"}], "canonical_url": null}),
        Some("Tekst."),
    );
    let after = article(
        json!({"headline": "De haven slibt niet dicht", "slug": "de-haven", "seo": {"title": "Twee", "noindex": false}, "section": {"id": 2, "name": "Land"},
               "authors": [{"id": 2, "name": "Joost"}, {"id": 3, "name": "Anna"}], "canonical_url": null}),
        Some("Tekst.\n"),
    );
    let diff = compare(Some(&before), &after, &mut long());
    let names: Vec<&str> = diff
        .fields
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(
        names,
        ["authors", "headline", "section", "seo.title", "slug"]
    );
    assert_eq!(
        marked(diff.fields[1].words.as_deref().unwrap()),
        "De haven slibt {+niet +}dicht"
    );
    assert_eq!(diff.fields[2].before["name"], "Water");
    assert!(diff.fields[4].words.is_none());
    let ops: Vec<Op> = diff.fields[0]
        .items
        .as_ref()
        .unwrap()
        .iter()
        .map(|item| item.op)
        .collect();
    assert_eq!(ops, [Op::Removed, Op::Same, Op::Added]);
    // Only its source was written otherwise.
    assert_eq!(
        diff.texts[0]
            .blocks
            .iter()
            .map(|block| block.op)
            .collect::<Vec<_>>(),
        [Op::Same]
    );

    let first = compare(None, &before, &mut long());
    assert_eq!(first.from, None);
    assert!(
        first
            .fields
            .iter()
            .all(|field| field.before.is_null() && field.field != "canonical_url")
    );
    assert_eq!(first.texts[0].blocks[0].op, Op::Added);
    let none = compare(Some(&after), &after, &mut long());
    assert_eq!(
        none,
        Diff {
            from: Some(1),
            to: 1,
            ..Diff::default()
        }
    );
}

/// A text of so many words, none of which stands twice in it or in another.
fn distinct(words: usize, salt: &str) -> String {
    let words: Vec<String> = (0..words).map(|number| format!("{salt}{number}")).collect();
    words.join(" ")
}

#[test]
fn two_bodies_of_a_megabyte_of_distinct_words_are_compared_in_bounded_time_and_size() {
    let (one, other) = (distinct(140_000, "a"), distinct(140_000, "b"));
    let every_other = |salt: &str| -> String {
        let words = (0..150_000).map(|number| {
            if number % 2 == 0 {
                format!("w{number}")
            } else {
                format!("{salt}{number}")
            }
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let paragraphs = |salt: &str| distinct(120_000, salt).replace(' ', "\n\n");
    for (before, after) in [
        (one, other),
        (every_other("a"), every_other("b")),
        (paragraphs("a"), paragraphs("b")),
        (
            every_other("a").replace(' ', "\n\n"),
            every_other("b").replace(' ', "\n\n"),
        ),
    ] {
        let (old, new) = (
            article(json!({}), Some(&before)),
            article(json!({}), Some(&after)),
        );
        let begun = Instant::now();
        let mut effort = Effort::until(begun + Duration::from_millis(100));
        let diff = compare(Some(&old), &new, &mut effort);
        // A debug build on a busy machine; the point is that it is no matter of minutes.
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{:?}",
            begun.elapsed()
        );
        let size = serde_json::to_string(&diff).unwrap().len();
        assert!(size < 5 << 20, "{size}");
        let (old, new) = (
            &old.texts[0].1.as_ref().unwrap().blocks,
            &new.texts[0].1.as_ref().unwrap().blocks,
        );
        assert!(&applied(old, new, &diff.texts[0].blocks) == new);
    }
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("een"),
        Just("twee"),
        Just("drie"),
        Just(" "),
        Just("  "),
        Just("\n"),
        Just(","),
        Just("淤"),
        Just("é")
    ]
    .prop_map(str::to_owned)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::collection::vec(word(), 0..40).prop_map(|words| words.concat()),
        ".{0,60}",
    ]
}

fn paragraphs() -> impl Strategy<Value = Vec<Block>> {
    let one = prop_oneof![
        "(een|twee|drie)( een| twee| drie){0,5}".prop_map(|text| Block::Paragraph {
            html: text.clone(),
            text
        }),
        "(een|twee)".prop_map(|text| Block::Paragraph {
            html: format!("<em>{text}</em>"),
            text
        }),
        "(een|twee)".prop_map(|text| Block::Heading {
            level: 2,
            anchor: text.clone(),
            html: text.clone(),
            text
        }),
        Just(Block::Divider {}),
    ];
    proptest::collection::vec(one, 0..12)
}

proptest! {
    #[test]
    fn words_that_stay_and_go_are_the_first_text_and_those_that_stay_and_come_the_second(
        (before, after) in (text(), text()), hurried in any::<bool>(), most in 0_usize..6,
    ) {
        let mut effort = if hurried { none_left() } else { long() };
        if most < 5 {
            effort.words = most;
        }
        let told = words(&before, &after, &mut effort);
        prop_assert_eq!(side(&told, Op::Removed), before.clone());
        prop_assert_eq!(side(&told, Op::Added), after.clone());
        prop_assert!(told.iter().all(|change| !change.text.is_empty() && change.op != Op::Changed));
        prop_assert_eq!(before == after, told.iter().all(|change| change.op == Op::Same));
    }

    #[test]
    fn blocks_applied_to_the_first_text_give_the_second(
        (before, after) in (paragraphs(), paragraphs()), hurried in any::<bool>(), most in 0_usize..6,
    ) {
        let mut effort = if hurried { none_left() } else { long() };
        if most < 5 {
            effort.blocks = most;
        }
        let told = blocks(&before, &after, &mut effort);
        prop_assert_eq!(applied(&before, &after, &told), after.clone());
        prop_assert_eq!(before == after, told.iter().all(|change| change.op == Op::Same));
        for change in told.iter().filter(|change| change.count == 1 && change.op == Op::Changed) {
            prop_assert!(change.words.is_some() && change.block_type.is_some());
        }
    }
}
