use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::{FoundUpdate, UpdateKind, split};
use crate::exchange::html::text;

fn at(date: &str) -> Option<DateTime<Utc>> {
    Some(date.parse().unwrap())
}

fn only(html: &str) -> FoundUpdate {
    let mut split = split(html);
    assert_eq!(split.updates.len(), 1, "{html}\n{split:#?}");
    split.updates.remove(0)
}

#[test]
fn an_update_reaches_to_the_next_heading() {
    let html = "<p>Een.</p>\n<p>UPDATE: Twee.</p>\n<p>Drie.</p>\n<h2>Verder</h2>\n<p>Vier.</p>";
    let split = split(html);
    assert_eq!(split.body, "<p>Een.</p>\n<h2>Verder</h2>\n<p>Vier.</p>");
    assert_eq!(split.updates.len(), 1);
    assert_eq!(split.updates[0].html, "<p>Twee.</p>\n<p>Drie.</p>");
    assert_eq!(split.updates[0].at, None);
    assert_eq!(split.updates[0].headline, None);
}

#[test]
fn an_update_reaches_to_the_next_update() {
    let html = "<p>Een.</p><p><strong>UPDATE 1 (12 maart 2024):</strong> Twee.</p><ul><li>Drie</li></ul><p><b>UPDATE 2 13-03-2024 14:30 uur</b> Vier.</p>";
    let split = split(html);
    assert_eq!(split.body, "<p>Een.</p>");
    let found: Vec<_> = split
        .updates
        .iter()
        .map(|update| (update.html.as_str(), update.at))
        .collect();
    assert_eq!(
        found,
        [
            (
                "<p>Twee.</p><ul><li>Drie</li></ul>",
                at("2024-03-12T00:00:00Z")
            ),
            ("<p>Vier.</p>", at("2024-03-13T14:30:00Z")),
        ]
    );
}

#[test]
fn markers_in_all_their_forms_are_found() {
    for lead in [
        "UPDATE",
        "UPDATE:",
        "Update:",
        "update :",
        "UPDATE 2:",
        "Update 2:",
        "Update #2 –",
        "UPDATE nr. 3 -",
        "Update – ",
        "[UPDATE]",
        "[Update]",
        "(update)",
        "*** UPDATE ***",
        ">> UPDATE:",
        "<strong>UPDATE</strong>",
        "<strong>Update</strong>",
        "<strong>Update:</strong>",
        "<strong>Update</strong>:",
        "<em><strong>Update 3.</strong></em>",
        "<b><u>UPDATE</u>:</b>",
        "<span class=\"x\"><b>UPDATE&nbsp;:</b></span>",
        "UPDATE<br>",
        "Update<br />\n",
        "<strong>UPDATE:</strong><br>",
        "UPDATE&nbsp;2&#58;",
    ] {
        let update = only(&format!("<p>Voor.</p><p>{lead} De brug is open.</p>"));
        assert_eq!(text(&update.html), "De brug is open.", "{lead}");
        assert!(update.html.starts_with("<p>"), "{lead}: {}", update.html);
        assert_eq!(update.kind, UpdateKind::Update, "{lead}");
        assert_eq!(update.at, None, "{lead}");
    }
}

#[test]
fn corrections_are_told_from_updates() {
    for lead in [
        "CORRECTION:",
        "Correctie:",
        "RECTIFICATIE:",
        "<strong>Rectification</strong>",
        "[correctie]",
    ] {
        let update = only(&format!("<p>{lead} Het was dinsdag.</p>"));
        assert_eq!(update.kind, UpdateKind::Correction, "{lead}");
        assert_eq!(text(&update.html), "Het was dinsdag.");
    }
}

#[test]
fn dates_are_read_in_dutch_and_english() {
    let midnight = "2024-03-12T00:00:00Z";
    let afternoon = "2024-03-12T14:30:00Z";
    for (lead, date) in [
        ("UPDATE 12 maart 2024:", midnight),
        ("Update 12 mrt. 2024:", midnight),
        ("UPDATE (12 maart 2024):", midnight),
        ("[UPDATE 12 maart 2024]", midnight),
        ("[UPDATE, 12 maart 2024, 14:30 uur]", afternoon),
        ("UPDATE dinsdag 12 maart 2024 om 14.30 uur:", afternoon),
        ("Update op 12 maart 2024, 14:30:", afternoon),
        ("UPDATE March 12, 2024:", midnight),
        ("Update, Tuesday March 12th, 2024 at 2:30 pm:", afternoon),
        ("UPDATE 12th of March 2024 –", midnight),
        ("Update 2024-03-12:", midnight),
        ("Update 2024-03-12T14:30:", afternoon),
        ("UPDATE 12-03-2024 14:30 |", afternoon),
        ("Update 12.3.2024:", midnight),
        ("Update 13/12/2023:", "2023-12-13T00:00:00Z"),
        ("UPDATE 2 (12 maart 2024):", midnight),
        ("UPDATE: 12 maart 2024 –", midnight),
        ("<strong>UPDATE: 12 maart 2024</strong>", midnight),
        ("<strong>Update 12 maart 2024</strong>", midnight),
        ("<strong>UPDATE</strong> 12 maart 2024:", midnight),
        ("UPDATE 12&nbsp;maart&nbsp;2024:", midnight),
        ("UPDATE 12 maart 2024", midnight),
    ] {
        let update = only(&format!("<p>{lead} De brug is open.</p>"));
        assert_eq!(update.at, at(date), "{lead}");
        assert_eq!(text(&update.html), "De brug is open.", "{lead}");
    }
}

#[test]
fn what_is_not_an_exact_date_stays_in_the_text() {
    for (lead, rest) in [
        ("UPDATE 12 maart: open.", "12 maart: open."),
        ("Update 14:30 uur: open.", "14:30 uur: open."),
        ("UPDATE 03/04/2024: open.", "03/04/2024: open."),
        ("UPDATE 31 februari 2024: open.", "31 februari 2024: open."),
        (
            "UPDATE: 12 maart 2024 was een lange dag.",
            "12 maart 2024 was een lange dag.",
        ),
        ("UPDATE: 3 bruggen zijn dicht.", "3 bruggen zijn dicht."),
    ] {
        let update = only(&format!("<p>{lead}</p>"));
        assert_eq!(
            (update.at, text(&update.html).as_str()),
            (None, rest),
            "{lead}"
        );
    }
}

#[test]
fn ordinary_sentences_are_left_alone() {
    for sentence in [
        "Update your browser before you go on.",
        "Updates are coming.",
        "UPDATES volgen later.",
        "Updaten duurt lang.",
        "Update-server down.",
        "UPDATE-server down.",
        "update.exe is een virus.",
        "Update 2 van het spel is uit.",
        "UPDATE YOUR BROWSER NOW",
        "<strong>Update your browser</strong> before you go on.",
        "<strong>Update your browser now</strong>",
        "Correctie van de koers volgde.",
        "Corrections: see below.",
        "De UPDATE: staat hieronder.",
        "<img src=\"a.png\" alt=\"UPDATE\"> UPDATE: staat op de foto.",
    ] {
        let html = format!("<p>Voor.</p><p>{sentence}</p>");
        let split = split(&html);
        assert_eq!(split.updates, [], "{sentence}");
        assert_eq!(split.body, html);
    }
}

#[test]
fn markers_inside_other_elements_are_left_alone() {
    for html in [
        "<p>Een.</p><blockquote><p>UPDATE: twee.</p></blockquote>",
        "<p>Een.</p><ul><li>UPDATE: twee.</li></ul>",
        "<p>Een.</p><pre>UPDATE: twee.</pre>",
        "<p>Een.</p><!-- <p>UPDATE: twee.</p> -->",
        "<p>Een. <br>UPDATE: twee.</p>",
    ] {
        assert_eq!(split(html).updates, [], "{html}");
        assert_eq!(split(html).body, html);
    }
}

#[test]
fn a_heading_begins_an_update_and_names_it() {
    let html = "<p>Een.</p><h3>UPDATE</h3><p>Twee.</p><h3 id=\"x\">Update 12 maart 2024: De <em>brug</em> &amp; de kade</h3><p>Drie.</p><h2>Update your browser</h2>";
    let split = split(html);
    assert_eq!(split.body, "<p>Een.</p><h2>Update your browser</h2>");
    assert_eq!(split.updates[0].headline, None);
    assert_eq!(split.updates[0].html, "<p>Twee.</p>");
    assert_eq!(
        split.updates[1].headline.as_deref(),
        Some("De brug & de kade")
    );
    assert_eq!(split.updates[1].html, "<p>Drie.</p>");
    assert_eq!(split.updates[1].at, at("2024-03-12T00:00:00Z"));
}

#[test]
fn a_bold_line_is_a_headline_when_text_follows() {
    let update =
        only("<p>Een.</p><p><strong>UPDATE: De brug is open</strong></p><p>Sinds twaalf uur.</p>");
    assert_eq!(update.headline.as_deref(), Some("De brug is open"));
    assert_eq!(update.html, "<p>Sinds twaalf uur.</p>");

    let update = only("<p>Een.</p><p><strong>UPDATE: De brug &amp; kade zijn open</strong></p>");
    assert_eq!(update.headline, None);
    assert_eq!(update.html, "<p>De brug &amp; kade zijn open</p>");

    let update = only("<p><strong>UPDATE: De brug is open.</strong></p><p>Meer.</p>");
    assert_eq!(update.headline, None);
    assert_eq!(
        update.html,
        "<p><strong>De brug is open.</strong></p><p>Meer.</p>"
    );

    let update = only("<p><strong>UPDATE: <a href=\"/x\">De brug</a></strong></p><p>Meer.</p>");
    assert_eq!(
        update.html,
        "<p><strong><a href=\"/x\">De brug</a></strong></p><p>Meer.</p>"
    );
}

#[test]
fn a_marker_alone_is_no_update() {
    for html in [
        "<p>Een.</p><p>UPDATE</p>",
        "<p>Een.</p><h2>Update</h2><h2>Verder</h2><p>Twee.</p>",
    ] {
        assert_eq!(split(html).updates, []);
        assert_eq!(split(html).body, html);
    }
    let update = only("<p>UPDATE</p><figure><img src=\"a.jpg\"></figure>");
    assert_eq!(update.html, "<figure><img src=\"a.jpg\"></figure>");
}

#[test]
fn markup_around_the_marker_survives_the_cut() {
    let update = only(
        "<p class=\"k\"><em><strong>UPDATE:</strong> De <a href=\"/b\">brug</a></em> is open.</p>",
    );
    assert_eq!(
        update.html,
        "<p class=\"k\"><em>De <a href=\"/b\">brug</a></em> is open.</p>"
    );
}

#[test]
fn a_box_around_the_article_is_opened() {
    let split = split("<div class=\"entry\"><p>Een.</p>\n<div><b>UPDATE</b> Twee.</div></div>");
    assert_eq!(split.body, "<p>Een.</p>");
    assert_eq!(split.updates[0].html, "<div>Twee.</div>");
}

#[test]
fn hostile_depth_takes_no_time() {
    let deep = format!("<p>UPDATE: x</p>{}", "<div>".repeat(200_000));
    assert_eq!(split(&deep).updates.len(), 1);
    for filler in ["<div>", "<div><p>", "<p>", "<p>UPDATE ", "<h2>UPDATE: x"] {
        split(&format!("{}update", filler.repeat(60_000)));
    }
    let unclosed = format!("update{}", "</b>".repeat(200_000));
    assert_eq!(split(&unclosed).updates.len(), 0);
}

fn block() -> impl Strategy<Value = String> {
    let word = "w[a-v]{6}[0-9]{4}";
    let lead = prop::sample::select(vec![
        "",
        "",
        "UPDATE: ",
        "UPDATE ",
        "<strong>Update 12 maart 2024:</strong> ",
        "[UPDATE] ",
        "Correctie: ",
        "<b>UPDATE</b><br>",
        "<em>UPDATE: ",
    ]);
    let element = prop::sample::select(vec![
        "p",
        "p",
        "p",
        "h2",
        "div",
        "blockquote",
        "ul",
        "span",
        "",
    ]);
    let tail = prop::sample::select(vec![
        "",
        "</em>",
        "<br>",
        " &amp; ",
        "<b>",
        "</div>",
        "<img src=x>",
        "<hr>",
        "<!-- c -->",
        "\n",
    ]);
    (element, lead, word, tail, word, any::<bool>()).prop_map(
        |(element, lead, one, tail, two, closed)| {
            let inside = format!("{lead}{one} {tail} {two}");
            match element {
                "" => inside,
                name if closed => format!("<{name}>{inside}</{name}>"),
                name => format!("<{name}>{inside}"),
            }
        },
    )
}

proptest! {
    #[test]
    fn no_word_is_lost_or_doubled(blocks in prop::collection::vec(block(), 0..12)) {
        let html = blocks.concat();
        let split = split(&html);
        let mut after = text(&split.body);
        for update in &split.updates {
            after.push(' ');
            after.push_str(update.headline.as_deref().unwrap_or_default());
            after.push(' ');
            after.push_str(&text(&update.html));
        }
        // Text of two blocks may touch once the tags are gone, so words are known by the digits at their end.
        let words = |text: &str| {
            let mut words: Vec<String> = text
                .match_indices('w')
                .filter_map(|(start, _)| text.get(start..start + 11))
                .filter(|word| word.chars().skip(7).all(|letter| letter.is_ascii_digit()))
                .map(str::to_owned)
                .collect();
            words.sort();
            words
        };
        prop_assert_eq!(words(&text(&html)), words(&after), "{}", html);
    }

    #[test]
    fn anything_can_be_split(html in "(UPDATE|update:|<p>|</p>|<b>|<div|>|&[a-z]{0,4};?|[ \n\"'/=é-]|1[0-9]|maart|2024|\\PC){0,40}") {
        let split = split(&html);
        if split.updates.is_empty() {
            prop_assert_eq!(split.body, html);
        }
    }
}
