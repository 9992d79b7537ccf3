use serde_json::json;

use super::*;
use crate::changes::Log;
use crate::values::frontend::Frontend;

fn at(number: i64) -> Seq {
    Seq { epoch: 1, number }
}

/// An event whose update has a text of so many bytes.
fn event(number: i64, text: usize) -> Arc<Entry> {
    let id = "7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11";
    let update = json!({
        "id": id, "number": 1, "kind": "update", "headline": null, "blocks": null, "text": null, "concerns": null, "published_at": "2026-05-04T12:30:00.000Z", "revised_at": null,
        "retracted_at": null, "retraction_reason": null, "author_ids": [], "html": "x".repeat(text),
    });
    let shown = json!({
        "seq": number, "at": "2026-05-04T12:30:00.000Z", "event": "update.appended", "article_id": id, "slug": "de-haven", "keys": [],
        "article": {"headline": "De haven", "language": "nl", "section": null, "published_at": "2026-05-04T12:30:00.000Z", "update": update, "update_authors": []},
    });
    let frontend = json!({
        "public_url": "https://example.org", "default_language": "nl",
        "paths": {"article": "/{slug}", "section": "/{slug}", "author": "/{slug}", "entity": "/{slug}"},
    });
    let frontend: Arc<Frontend> = Arc::new(serde_json::from_value(frontend).unwrap());
    let mut mark = Log::default().mark();
    mark.applied = at(number);
    let shown = serde_json::from_str(&shown.to_string()).unwrap();
    Arc::new(Entry::new(shown, &frontend, (mark, &[])))
}

/// A window that begins at this number, in the first life of the log.
fn begun(number: i64) -> Window {
    let window = Window::default();
    window.begin_anew(at(number));
    window
}

fn push(window: &Window, numbers: &[i64], upto: i64) {
    let entries: Vec<Arc<Entry>> = numbers.iter().map(|number| event(*number, 0)).collect();
    window.push(&entries, at(upto));
}

/// What follows on a place, in short.
fn next(window: &Window, number: i64) -> String {
    match window.next(at(number), 1) {
        Next::Entry(entry) => entry.seq.number.to_string(),
        Next::Level(upto) => format!("level at {}", upto.number),
        Next::Before => "before".to_owned(),
        Next::Anew => "anew".to_owned(),
    }
}

#[test]
fn before_the_log_was_heard_of_there_is_no_head() {
    let window = Window::default();
    assert_eq!(window.head(), None);
    window.begin_anew(at(5));
    assert_eq!(
        window.head(),
        Some(Head {
            seq: at(5),
            life: 1
        })
    );
}

#[test]
fn from_every_place_within_all_that_follows_is_found() {
    let window = begun(5);
    assert_eq!(next(&window, 5), "level at 5");
    // 8 is of something else than an article, and so is all after 9.
    push(&window, &[6, 7, 9], 11);
    let found = [5, 6, 7, 8, 9, 10, 11].map(|place| next(&window, place));
    assert_eq!(
        found,
        [
            "6",
            "7",
            "9",
            "9",
            "level at 11",
            "level at 11",
            "level at 11"
        ]
    );
    assert_eq!(next(&window, 4), "before", "it can't know of 5");
    assert_eq!(
        next(&window, 12),
        "level at 12",
        "another node was further on"
    );
    assert_eq!(
        (window.has_more(at(8)), window.has_more(at(9))),
        (true, false)
    );
    push(&window, &[12], 12);
    assert_eq!(next(&window, 10), "12");
}

#[test]
fn what_is_too_many_leaves_its_place_behind_and_no_other() {
    let window = begun(0);
    // Every second change is an event.
    let numbers: Vec<i64> = (1..=260).map(|number| 2 * number).collect();
    for some in numbers.chunks(32) {
        push(&window, some, some[some.len() - 1]);
    }
    // Of 260 events the last 256 are held: 8 is the last that is not.
    let found = [0, 7, 8, 9, 10].map(|place| next(&window, place));
    assert_eq!(found, ["before", "before", "10", "10", "12"]);
    assert_eq!(next(&window, 519), "520");
    assert_eq!(next(&window, 520), "level at 520");
}

#[test]
fn what_is_too_large_goes_too_but_never_the_last() {
    let window = begun(0);
    for number in 1..=4 {
        window.push(&[event(number, 1_000_000)], at(number));
    }
    let found = [0, 1, 2].map(|place| next(&window, place));
    assert_eq!(found, ["before", "2", "3"], "five times a text is counted");
    window.push(&[event(5, 4_000_000)], at(5));
    assert_eq!([3, 4].map(|place| next(&window, place)), ["before", "5"]);
}

#[test]
fn what_does_not_follow_is_passed_over_and_nothing_is_held_twice() {
    let window = begun(5);
    push(&window, &[6, 7], 7);
    push(&window, &[6, 7], 7);
    push(&window, &[7, 8], 8);
    let other = Seq {
        epoch: 2,
        number: 9,
    };
    window.push(&[event(9, 0)], other);
    let found = [5, 6, 7, 8].map(|place| next(&window, place));
    assert_eq!(found, ["6", "7", "8", "level at 8"]);
}

#[test]
fn who_is_skipped_over_must_read_and_who_is_of_another_life_begins_anew() {
    let window = begun(5);
    push(&window, &[6], 6);
    window.skip_to(at(9));
    let found = [5, 6, 8, 9].map(|place| next(&window, place));
    assert_eq!(found, ["before", "before", "before", "level at 9"]);
    let elsewhere = Seq {
        epoch: 2,
        number: 9,
    };
    assert!(matches!(window.next(elsewhere, 1), Next::Anew));
    assert!(!window.has_more(elsewhere));
    window.begin_anew(at(9));
    assert_eq!(next(&window, 9), "anew");
    assert!(matches!(window.next(at(9), 2), Next::Level(_)));
}
