//! What search knows is kept true: by every write, by a rebuild, by an import, and for what was published before it was kept.

use serde_json::json;
use std::time::{Duration, Instant};

use super::{ask, found, publish, publish_in};
use crate::app::App;
use crate::history::{expect_equal, rebuilt, snapshot};
use crate::shorthand::{append, managed, markdown, republish};
use crate::watch::{Hand, head, last_change};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_changed_or_appended_is_found_at_once() {
    let app = App::start().await;
    let made = publish(&app, "Een", "De brug.").await;
    assert_eq!(found(&app, "brug").await, ["een"]);
    append(
        &app,
        &made,
        json!({"headline": "Later", "body": markdown("De steiger.")}),
    )
    .await;
    assert_eq!(found(&app, "steiger").await, ["een"]);
    assert_eq!(found(&app, "later").await, ["een"]);
    republish(&app, &made, json!({"body": markdown("De kade.")})).await;
    assert_eq!(found(&app, "brug").await, [""; 0]);
    assert_eq!(found(&app, "kade steiger").await, ["een"]);
    republish(&app, &made, json!({"language": "en"})).await;
    assert_eq!(ask(&app, "kade", "&language=nl").await["data"], json!([]));
    assert_eq!(found(&app, "kade").await, ["een"]);
    let answer = app.get("/v1/search?q=kade").await;
    assert!(
        answer
            .header("kroniek-seq")
            .ends_with(&format!("-{}", head(&app).await))
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_puts_right_what_search_knows_and_touches_nothing_else() {
    let app = App::start().await;
    publish(&app, "Een", "De brug over het water.").await;
    publish_in(&app, "en", "Two", "The bridge.").await;
    let before = snapshot(&app).await;
    for (wrong, things) in [
        ("DELETE FROM delivery.article_search", 2),
        (
            "UPDATE delivery.article_search SET vector = '''mis''' WHERE slug = 'een'",
            1,
        ),
        (
            "UPDATE delivery.article_search SET language = 'fr' WHERE slug = 'een'",
            1,
        ),
        (
            "UPDATE delivery.article_search SET published_at = '2000-01-01'",
            2,
        ),
        ("DELETE FROM delivery.words WHERE word = 'brug'", 1),
        ("DELETE FROM delivery.words", 2),
        (
            "INSERT INTO delivery.words SELECT 'dutch', 'spook', id FROM delivery.articles WHERE slug = 'een'",
            1,
        ),
        (
            "INSERT INTO delivery.words SELECT 'dutch', 'spook', gen_random_uuid()",
            1,
        ),
    ] {
        app.sql().await.batch_execute(wrong).await.unwrap();
        let outcome = rebuilt(&app).await;
        expect_equal(&before, &snapshot(&app).await, wrong);
        assert_eq!(outcome.changed, things, "{wrong}");
        assert_eq!(rebuilt(&app).await.changed, 0, "{wrong}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_published_before_is_made_findable_by_the_next_start() {
    let url = crate::postgres::database().await;
    let app = App::on(&url).await;
    for number in 0..60 {
        publish(&app, &format!("Artikel {number}"), "De brug.").await;
    }
    let before = snapshot(&app).await;
    let sql = app.sql().await;
    for down in [
        include_str!("../../../migrations/2026-11-28-090000_words_together_less_often/down.sql"),
        include_str!("../../../migrations/2026-11-28-060000_appended_apart/down.sql"),
        include_str!("../../../migrations/2026-11-28-020000_words_beside/down.sql"),
        include_str!("../../../migrations/2026-11-27-220000_appended_words/down.sql"),
        include_str!("../../../migrations/2026-11-24-110000_search/down.sql"),
        "DELETE FROM __diesel_schema_migrations WHERE version IN ('20261124110000', '20261127220000', '20261128020000', '20261128060000', '20261128090000')",
    ] {
        sql.batch_execute(down).await.unwrap();
    }
    app.stop().await;

    let app = App::on(&url).await;
    let begun = Instant::now();
    while ask(&app, "brug", "&count=true").await["page"]["total"] != 60 {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "it is not completed"
        );
    }
    expect_equal(&before, &snapshot(&app).await, "completed");
    let (_, event, keys) = last_change(&app).await;
    assert_eq!(event, "changed");
    assert!(
        keys.iter().any(|key| key == "articles:language:nl"),
        "caches of searches are told: {keys:?}"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_are_stemmed_before_the_counter_is_locked() {
    let app = App::start().await;
    let made = app
        .make(
            "/articles",
            json!({"headline": "Een", "language": "nl", "body": markdown("De brug.")}),
        )
        .await;
    let sql = app.sql().await;
    let hand = Hand::on_counter(&app).await;
    let publishing = app.act(&made, "publish", json!({}));
    let waiting = async {
        crate::watch::waiting(&app, 1).await;
        let query = "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let waits: String = sql.query_one(query, &[]).await.unwrap().get(0);
        assert!(
            waits.contains("FOR UPDATE") || waits.contains("head"),
            "{waits}"
        );
        // From here on no text can be analysed: words would be missing.
        sql.batch_execute(
            "ALTER TEXT SEARCH CONFIGURATION pg_catalog.dutch DROP MAPPING FOR asciiword",
        )
        .await
        .unwrap();
        hand.let_go().await;
    };
    let (published, ()) = tokio::join!(publishing, waiting);
    published.expect(200);
    let words: String = sql
        .query_one("SELECT vector::text FROM delivery.article_search", &[])
        .await
        .unwrap()
        .get(0);
    assert!(words.contains("'brug'"), "{words}");
    app.stop().await;
}

/// Which articles words stand for, after an edit that takes "brug" out of the first has waited for the counter, knowing what was to become of it.
async fn meanwhile(app: &App, others: &[&str], sql: &str) -> Vec<(String, String)> {
    publish(app, "Een", "De brug.").await;
    for other in others {
        publish(app, other, "Een brug.").await;
    }
    let seen = managed(app, "/articles/een").await;
    let change = json!({"body": markdown("De kade.")});
    let draft = app.patch("/articles/een", &seen, change).await.expect(200);
    let hand = Hand::on_counter(app).await;
    let publishing = app.act(&draft, "publish", json!({}));
    let waiting = async {
        crate::watch::waiting(app, 1).await;
        app.sql().await.batch_execute(sql).await.unwrap();
        hand.let_go().await;
    };
    let (published, ()) = tokio::join!(publishing, waiting);
    published.expect(200);
    let query = "SELECT w.word, coalesce(a.slug, '') FROM delivery.words w LEFT JOIN delivery.articles a ON a.id = w.article_id";
    let rows = app.sql().await.query(query, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn stands(word: &str, slug: &str) -> (String, String) {
    (word.to_owned(), slug.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_goes_to_an_article_that_has_it_still() {
    let app = App::start().await;
    let words = meanwhile(&app, &["Twee"], "SELECT").await;
    assert!(words.contains(&stands("brug", "twee")), "{words:?}");
    assert!(words.contains(&stands("kad", "een")), "{words:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_that_its_next_article_loses_meanwhile_goes_to_another_or_away() {
    for (losers, keeper) in [
        ("'twee', 'drie'", None),
        ("'twee'", Some("drie")),
        ("'drie'", Some("twee")),
    ] {
        let app = App::start().await;
        let sql = format!(
            "UPDATE delivery.article_search SET vector = ts_delete(vector, 'brug') WHERE slug IN ({losers})"
        );
        let words = meanwhile(&app, &["Twee", "Drie"], &sql).await;
        let homes: Vec<&str> = words
            .iter()
            .filter(|(word, _)| word == "brug")
            .map(|(_, slug)| slug.as_str())
            .collect();
        assert_eq!(homes, Vec::from_iter(keeper), "{losers}");
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_that_comes_to_stand_for_an_article_which_loses_it_goes_on() {
    let app = App::start().await;
    let sql = "INSERT INTO delivery.words SELECT 'dutch', 'spook', id FROM delivery.articles WHERE slug = 'een'";
    let words = meanwhile(&app, &["Twee"], sql).await;
    assert!(!words.iter().any(|(word, _)| word == "spook"), "{words:?}");
    assert!(words.contains(&stands("brug", "twee")), "{words:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_that_somebody_comes_to_have_while_the_last_loses_it_stays() {
    let app = App::start().await;
    publish(&app, "Vier", "De kade.").await;
    let sql =
        "UPDATE delivery.article_search SET vector = vector || '''brug'':1' WHERE slug = 'vier'";
    let words = meanwhile(&app, &[], sql).await;
    assert!(words.contains(&stands("brug", "vier")), "{words:?}");
    app.stop().await;
}
