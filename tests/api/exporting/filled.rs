//! What an import leaves in delivery: what every other write would have left there, though it is made in another way.

use kroniek::exchange::kroniek as exchange;
use serde_json::json;

use super::publication::{Dice, export, import, kept, publication};
use crate::app::App;
use crate::history::{expect_equal, snapshot};
use crate::shorthand::{append, markdown};

/// Every index of delivery, as the database tells that it is.
async fn indexes(app: &App) -> Vec<String> {
    let sql = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'delivery' ORDER BY indexname";
    let rows = app.sql().await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_fills_delivery_as_all_the_writes_did_and_leaves_every_index() {
    let app = publication().await;
    let file = kept("filled.jsonl", &export(&app).await);
    let other = App::start().await;
    let made = indexes(&other).await;
    exchange::import(&other.store.pools, &file, true, |_, _| ())
        .await
        .unwrap();
    assert_eq!(indexes(&other).await, made, "a dry run leaves them too");

    import(&other, &file).await.unwrap();

    let before = snapshot(&app).await;
    assert!(before["article_search"].len() > 10 && before["words"].len() > 100);
    expect_equal(&before, &snapshot(&other).await, "after an import");
    assert_eq!(indexes(&other).await, made);
    for app in [app, other] {
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_in_delivery_already_is_in_the_way_of_nothing() {
    let app = App::start().await;
    app.publish(json!({"headline": "De haven", "body": markdown("Alles over de haven."), "entities": [{"kind": "topic", "name": "Zand"}]}))
        .await;
    let file = kept("beside.jsonl", &export(&app).await);
    let other = App::start().await;
    let left = "INSERT INTO delivery.old_paths (path, kind, id) VALUES ('/over', 'article', gen_random_uuid())";
    other.sql().await.batch_execute(left).await.unwrap();

    import(&other, &file).await.unwrap();

    let left = "DELETE FROM delivery.old_paths WHERE path = '/over'";
    other.sql().await.batch_execute(left).await.unwrap();
    let before = snapshot(&app).await;
    expect_equal(&before, &snapshot(&other).await, "beside what was left");
    for app in [app, other] {
        app.stop().await;
    }
}

/// Words on which stemming, folding and the database's parser may differ.
const WORDS: &[&str] = &[
    "de",
    "the",
    "het",
    "und",
    "les",
    "não",
    "что",
    "havens",
    "running",
    "Häuser",
    "Été",
    "été",
    "d'Or",
    "d’or",
    "Straße",
    "Ĳsland",
    "naïeve",
    "coördinatie",
    "co-operatie",
    "over-de-dag",
    "24/7",
    "3.14",
    "-5",
    "1e5",
    "10th",
    "1234567890123",
    "987654321",
    "v2.0",
    "www.example.org/pad",
    "https://example.org/a?b=c",
    "iemand@example.org",
    "AT&T",
    "C++",
    "x'y",
    "=dutch",
    "^kop",
    "a\\b",
    "/usr/bin",
    "Москва",
    "города",
    "Αθήνα",
    "在深圳",
    "東京タワー",
    "हिन्दी",
    "תל",
    "العربية",
    "한국어",
    "cafe\u{301}s",
    "Ⅻ",
    "½",
    "ﬁets",
    "İstanbul",
    "ŉ",
    "eleição",
    "nação",
    "perché",
    "niño",
    "€5",
    "50%",
    "\u{1f600}",
    "a",
    "I",
    "ſ",
    "ᾳ",
    "Ǆ",
    "m²",
    "№",
    "l·l",
    "Պետք",
    "zeer\u{ad}lang",
    "_laag_",
    "<b>",
    "&amp;",
    "{x}",
    "’s",
    "2026-11-24",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn articles_are_searched_by_the_same_whatever_their_words() {
    let app = App::start().await;
    let mut dice = Dice(1_124);
    let mut some = |count: usize| {
        let words = (0..count).map(|_| WORDS[dice.below(WORDS.len())]);
        words.collect::<Vec<_>>().join(" ")
    };
    for language in [
        "nl", "en-GB", "de", "fr", "es", "pt-BR", "it", "ru", "ja", "tr",
    ] {
        for _ in 0..2 {
            let article = app
                .publish(json!({"headline": format!("Kop {}", some(9)), "language": language, "standfirst": markdown(&some(20)),
                                "body": markdown(&format!("{}\n\n{}", some(150), some(150)))}))
                .await;
            let update =
                json!({"kind": "update", "headline": some(3), "body": markdown(&some(30))});
            append(&app, &article, update).await;
        }
    }
    // Of these Postgres does not keep every place.
    let rare: String = (0..17_000).map(|number| format!("w{number:x} ")).collect();
    for body in [rare, "havens ".repeat(400), "x".repeat(3_000)] {
        let body = format!("{body} {}", some(100));
        app.publish(json!({"headline": some(5), "body": markdown(&body)}))
            .await;
    }
    let file = kept("words.jsonl", &export(&app).await);
    let other = App::start().await;

    import(&other, &file).await.unwrap();

    let before = snapshot(&app).await;
    assert_eq!(before["article_search"].len(), 23);
    expect_equal(&before, &snapshot(&other).await, "after an import");
    for app in [app, other] {
        app.stop().await;
    }
}
