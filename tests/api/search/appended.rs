//! The words of an update come behind those that stand there, which are not read again; and a moment later into their index.

use std::time::Duration;

use serde_json::json;

use super::{found, publish};
use crate::app::{Answer, App};
use crate::history::rebuilt;
use crate::shorthand::{append, markdown};
use crate::watch::Hand;

/// A word that no text has: it stays where the words that stand there are not read again.
const MARKED: &str = "UPDATE delivery.article_search SET vector = vector || '''spook'':1'";

async fn vector(app: &App) -> String {
    let sql = app.sql().await;
    let row = sql
        .query_one("SELECT vector::text FROM delivery.article_words", &[])
        .await;
    row.unwrap().get(0)
}

async fn say(app: &App, article: &Answer, text: &str) {
    append(app, article, json!({"body": markdown(text)})).await;
}

async fn publication(app: &App) -> Answer {
    let entities = json!([
        {"kind": "person", "name": "Ada Brug", "relation": "about"},
        {"kind": "place", "name": "Kade"},
    ]);
    let article = app
        .make(
            "/articles",
            json!({"headline": "De haven", "language": "nl", "body": markdown("Het water van de."), "entities": entities}),
        )
        .await;
    app.act(&article, "publish", json!({})).await.expect(200);
    article
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_leaves_the_words_that_stand_there_and_comes_out_as_the_whole_does() {
    let app = App::start().await;
    let article = publication(&app).await;
    say(&app, &article, "De één en de.").await;
    assert_eq!(rebuilt(&app).await.changed, 0, "after the first");
    app.sql().await.batch_execute(MARKED).await.unwrap();
    say(&app, &article, "De steiger van de haven.").await;
    let appended = vector(&app).await;
    assert!(appended.contains("'spook'"), "{appended}");
    assert_eq!(appended.matches("'=e").count(), 2, "{appended}");
    assert_eq!(found(&app, "steiger water").await, ["de-haven"]);
    assert_eq!(rebuilt(&app).await.changed, 1, "of the mark");
    let whole = vector(&app).await;
    assert!(!whole.contains("'spook'"), "{whole}");
    say(&app, &article, "En de brug.").await;
    assert_eq!(rebuilt(&app).await.changed, 0, "after the last");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_words_of_another_state_stand_the_whole_is_read() {
    let app = App::start().await;
    let article = publication(&app).await;
    for wrong in [
        "UPDATE delivery.article_search SET room = NULL",
        "UPDATE delivery.article_search SET room = 899999",
        "UPDATE delivery.article_search SET room_of = room_of - 1",
        "UPDATE delivery.article_search SET update_count = update_count + 1",
        "DELETE FROM delivery.article_search",
    ] {
        let sql = app.sql().await;
        sql.batch_execute(MARKED).await.unwrap();
        sql.batch_execute(wrong).await.unwrap();
        say(&app, &article, "De steiger.").await;
        let words = vector(&app).await;
        assert!(!words.contains("'spook'"), "{wrong}: {words}");
        assert_eq!(rebuilt(&app).await.changed, 0, "{wrong}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_updates_at_once_no_word_is_lost() {
    let app = App::start().await;
    let article = publication(&app).await;
    let hand = Hand::on_counter(&app).await;
    let release = async {
        crate::watch::waiting(&app, 2).await;
        hand.let_go().await;
    };
    tokio::join!(
        say(&app, &article, "De steiger."),
        say(&app, &article, "De sluis."),
        release
    );
    assert_eq!(found(&app, "steiger sluis").await, ["de-haven"]);
    assert_eq!(rebuilt(&app).await.changed, 0);
    app.stop().await;
}

/// Of a stem Postgres keeps 255 places, and where its last is left out, what follows stands elsewhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_word_that_stands_everywhere_the_last_places_come_out_alike() {
    let app = App::start().await;
    let article = publication(&app).await;
    // With accents and without, each alone is within what is kept, and both together are not.
    for (number, often) in [(1, 100), (2, 60), (3, 20), (4, 5), (5, 5), (6, 5)] {
        let text = "Oekraïne gaat weer heel ".repeat(often);
        say(
            &app,
            &article,
            &format!("Bericht {number}: {text} Oekraïne"),
        )
        .await;
        assert_eq!(rebuilt(&app).await.changed, 0, "after {number}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_brings_words_into_their_index_soon_after_a_change() {
    const LEFT: &str = "SELECT gin_clean_pending_list('delivery.article_search_vector')";
    const TURN: &str = "(hashtextextended('words beside their indexes', 0))";
    let app = App::start().await;
    let sql = app.sql().await;
    let left = async || sql.query_one(LEFT, &[]).await.unwrap().get::<_, i64>(0);
    let take = format!("SELECT pg_advisory_lock{TURN}");
    sql.batch_execute(&take).await.unwrap();
    publish(&app, "Een", "De brug.").await;
    assert!(left().await > 0, "what is written stands beside it first");
    let give_back = format!("SELECT pg_advisory_unlock{TURN}");
    sql.batch_execute(&give_back).await.unwrap();
    let mut tries = 0;
    loop {
        tries += 1;
        publish(&app, &format!("Kade {tries}"), "De kade.").await;
        tokio::time::sleep(Duration::from_secs(6)).await;
        if left().await == 0 {
            break;
        }
        assert!(tries < 5, "nobody does it");
    }
    assert!(!found(&app, "kade").await.is_empty());
    app.stop().await;
}
