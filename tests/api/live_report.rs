//! A live report has an update every minute. One more is put behind those that stand there, which are not read again.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::history::rebuilt;
use crate::shorthand::{append, markdown, read, republish, retract, texts};
use crate::watch::{Hand, waiting};

async fn reported() -> (App, Answer) {
    let app = App::start().await;
    for name in ["Een", "Twee", "Drie"] {
        app.make("/authors", json!({"name": name})).await;
    }
    let article = app
        .publish(json!({"headline": "Vuur", "authors": ["een"]}))
        .await;
    for (kind, authors) in [
        ("update", json!(["een"])),
        ("correction", json!(["twee", "een"])),
        ("update", json!([])),
    ] {
        let text = markdown("Er is *meer* [zoals] `]` nieuws: \"één\".");
        append(
            &app,
            &article,
            json!({"kind": kind, "body": text, "authors": authors}),
        )
        .await;
    }
    (app, article)
}

/// What stands of its updates.
async fn stands(app: &App) -> (String, i32, i32) {
    let query = "SELECT updates::text, update_count, correction_count FROM delivery.articles";
    let row = app.sql().await.query_one(query, &[]).await.unwrap();
    (row.get(0), row.get(1), row.get(2))
}

async fn signed(app: &App) -> Vec<String> {
    let updates: Value = read(app, "/v1/articles/vuur?body=text").await["updates"].clone();
    let all = updates.as_array().unwrap().iter();
    all.map(|update| texts(&update["authors"], "name").join(" "))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn updates_that_came_one_by_one_stand_as_if_all_were_written_at_once() {
    let (app, article) = reported().await;
    let one_by_one = stands(&app).await;
    assert_eq!((one_by_one.1, one_by_one.2), (3, 1));
    assert_eq!(rebuilt(&app).await.changed, 0);
    republish(&app, &article, json!({"headline": "Vuur!"})).await;
    assert_eq!(stands(&app).await, one_by_one);
    assert_eq!(signed(&app).await, ["Een", "Twee Een", ""]);

    retract(&app, &article, 2).await;
    append(
        &app,
        &article,
        json!({"body": markdown("Gedoofd."), "authors": ["drie"]}),
    )
    .await;
    let one_by_one = stands(&app).await;
    assert_eq!((one_by_one.1, one_by_one.2), (4, 0));
    republish(&app, &article, json!({"headline": "Vuur?"})).await;
    assert_eq!(stands(&app).await, one_by_one);
    assert_eq!(rebuilt(&app).await.changed, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_there_is_not_read_again_but_where_it_is_of_another_state() {
    let (app, article) = reported().await;
    let say = async |text: &str| append(&app, &article, json!({"body": markdown(text)})).await;
    let spoil =
        "UPDATE delivery.articles SET updates = replace(updates::text, 'meer', 'spook')::json";
    let sql = app.sql().await;
    sql.batch_execute(spoil).await.unwrap();
    say("Vier.").await;
    assert!(stands(&app).await.0.contains("spook"));
    for wrong in [
        "UPDATE delivery.articles SET update_count = update_count - 1",
        "UPDATE delivery.articles SET update_count = update_count + 1",
        "UPDATE delivery.articles SET update_count = 2; DELETE FROM delivery.authors WHERE slug = 'twee'",
        "UPDATE delivery.article_search SET room = NULL",
    ] {
        sql.batch_execute(spoil).await.unwrap();
        sql.batch_execute(wrong).await.unwrap();
        say("Meer.").await;
        assert!(!stands(&app).await.0.contains("spook"), "{wrong}");
        assert_eq!(rebuilt(&app).await.changed, 0, "{wrong}");
    }
    app.stop().await;
}

/// Appends an update that has to wait for the counter, while its holder gives the author another name.
async fn append_after(app: &App, article: &Answer, name: &str) {
    let hand = app.sql().await;
    let hold = "BEGIN; SELECT seq FROM delivery.head FOR UPDATE";
    hand.batch_execute(hold).await.unwrap();
    let say = append(app, article, json!({"body": markdown("Meer.")}));
    let rename = async {
        waiting(app, 1).await;
        let rename = format!(
            "UPDATE delivery.article_cards c SET card = replace(c.card::text, p.name, '{name}')::json FROM delivery.authors p WHERE p.slug = 'een';
             UPDATE delivery.authors SET name = '{name}' WHERE slug = 'een'"
        );
        hand.batch_execute(&rename).await.unwrap();
        hand.batch_execute("COMMIT").await.unwrap();
    };
    tokio::join!(say, rename);
    let listed = read(app, "/v1/articles").await;
    let names = texts(&listed["data"][0]["authors"], "name");
    assert_eq!(names, [name]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_that_waited_for_its_turn_shows_what_was_committed_before() {
    let (app, article) = reported().await;
    let sql = app.sql().await;
    for name in ["Nu", "Straks", "Later"] {
        append_after(&app, &article, name).await;
        // On connections that know none of the statements yet.
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND application_name = 'kroniek' AND query NOT LIKE '%LATERAL (SELECT seq, keys%'";
        sql.batch_execute(end).await.unwrap();
        append_after(&app, &article, &format!("{name} weer")).await;
    }
    let seqs = "SELECT count(*) FROM delivery.changes c WHERE c.seq = 1 + (SELECT count(*) FROM delivery.changes o WHERE o.seq < c.seq)
                UNION ALL SELECT count(*) FROM delivery.changes UNION ALL SELECT seq FROM delivery.head";
    let rows = sql.query(seqs, &[]).await.unwrap();
    let told: Vec<i64> = rows.iter().map(|row| row.get(0)).collect();
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:?}");
    app.stop().await;
}

/// The commit is sent behind all else that an update is, before anything of it is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_something_goes_while_an_update_waits_for_its_turn_nothing_of_it_is_written() {
    let (app, article) = reported().await;
    let sql = app.sql().await;
    let all = "SELECT (SELECT count(*) FROM newsroom.updates) + (SELECT count(*) FROM newsroom.audit) + (SELECT seq FROM delivery.head)";
    let count = async || sql.query_one(all, &[]).await.unwrap().get::<_, i64>(0);
    for gone in [
        "DELETE FROM delivery.article_cards",
        "UPDATE delivery.articles SET update_count = 2",
        "UPDATE delivery.article_search SET update_count = 2",
    ] {
        let before = count().await;
        let hand = Hand::on_counter(&app).await;
        let path = format!("/articles/{}/updates", article.id());
        let body = json!({"body": markdown("Meer.")});
        let say = app.manage("POST", &path).if_match("*").json(&body).send();
        let spoil = async {
            waiting(&app, 1).await;
            hand.run(gone).await;
            hand.let_go().await;
        };
        let (answer, ()) = tokio::join!(say, spoil);
        assert_eq!(answer.status, 503, "{gone}");
        assert_eq!(count().await, before, "{gone}");
        assert_eq!(rebuilt(&app).await.changed, 1, "{gone}");
        append(&app, &article, body).await;
        assert_eq!(rebuilt(&app).await.changed, 0, "{gone}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_connection_breaks_at_the_commit_nobody_says_that_nothing_was_written() {
    let (app, article) = reported().await;
    let sql = app.sql().await;
    let hand = Hand::on_counter(&app).await;
    let path = format!("/articles/{}/updates", article.id());
    let body = json!({"body": markdown("Meer.")});
    let say = app.manage("POST", &path).if_match("*").json(&body).send();
    let sever = async {
        waiting(&app, 1).await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        sql.query(end, &[]).await.unwrap();
    };
    let (answer, ()) = tokio::join!(say, sever);
    assert_eq!(answer.status, 503);
    assert!(answer.text.contains("not known"), "{}", answer.text);
    hand.let_go().await;
    append(&app, &article, body).await;
    assert_eq!(rebuilt(&app).await.changed, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_alone_is_told_of_as_one_among_other_writes_is() {
    let (app, article) = reported().await;
    let body = json!({"body": markdown("Meer.")});
    append(&app, &article, body.clone()).await;
    let path = format!("/v1/manage/articles/{}/updates", article.id());
    let write = json!({"method": "POST", "path": path, "if_match": "*", "body": body});
    let writes = json!({"all_or_nothing": true, "operations": [write]});
    let bulk = app.manage("POST", "/bulk").json(&writes).send();
    bulk.await.expect(200);
    let query = "SELECT to_jsonb(c.keys)::text FROM delivery.changes c ORDER BY seq DESC LIMIT 2";
    let rows = app.sql().await.query(query, &[]).await.unwrap();
    let [alone, among]: [String; 2] = [rows[1].get(0), rows[0].get(0)];
    assert_eq!(alone, among);
    assert!(alone.contains(&article.id()), "{alone}");
    app.stop().await;
}
