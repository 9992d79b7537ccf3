//! Campaigns: donation links that begin and end. Time passes here by moving a campaign's times in the database, and waiting for the log.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::donation_links::{bank, hang};
use crate::leaks::{WORD, direct, everything, publication, told};
use crate::shorthand::{managed, put, read, republish, texts};
use crate::watch::{Away, Hand, expect_gapless, head, heard, holding, last_change, waiting};

const AHEAD: &str = "2931-05-04T12:30:00.000Z";
const FAR: &str = "2932-05-04T12:30:00.000Z";
const PAST: &str = "2021-05-04T12:30:00.000Z";

fn campaign(from: Option<&str>, until: Option<&str>) -> Value {
    json!({
        "provider": "bank_transfer", "bank": bank(), "call_to_action": {"nl": WORD}, "from": from, "until": until
    })
}

async fn make(app: &App, from: Option<&str>, until: Option<&str>) -> Answer {
    app.make("/donation-links", campaign(from, until)).await
}

/// Lets this time of these campaigns be a second ago.
pub async fn let_pass(app: &App, time: &str, links: &[&Answer]) {
    let ids: Vec<String> = links.iter().map(|link| link.id()).collect();
    let moved = format!(
        "UPDATE newsroom.donation_links SET {time} = clock_timestamp() - interval '1 second' WHERE id::text = ANY($1)"
    );
    let moved = app.sql().await.execute(&moved, &[&ids]).await.unwrap();
    assert_eq!(usize::try_from(moved), Ok(links.len()));
}

/// Waits until the log has reached this number.
pub async fn reached(app: &App, seq: i64) {
    let begun = Instant::now();
    while head(app).await < seq {
        let waited = begun.elapsed();
        assert!(waited < Duration::from_secs(20), "the log did not move");
    }
    heard(app).await;
}

async fn shown(app: &App, slug: &str) -> Vec<String> {
    let links = read(app, &format!("/v1/articles/{slug}/donation-links")).await;
    texts(&links["data"], "id")
}

async fn count(app: &App, sql: &str) -> i64 {
    app.sql().await.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_its_time_a_campaign_is_in_no_answer() {
    let (app, article) = publication().await;
    let standing = shown(&app, "openbaar").await;
    let link = make(&app, Some(AHEAD), Some(FAR)).await;
    let site = managed(&app, "/site").await;
    let both = json!([site.json["donation_links"][0], link.id()]);
    put(&app, "/site/donation-links", &site, both)
        .await
        .expect(200);
    hang(&app, "/sections/water", &[&link]).await.expect(200);
    republish(&app, &article, json!({"donation_links": [link.id()]})).await;
    let path = format!("/donation-links/{}", link.id());
    let seen = app
        .patch(&path, &link, json!({"placement": WORD}))
        .await
        .expect(200);
    assert_eq!(seen.json["active"], false);

    assert_eq!(shown(&app, "openbaar").await, standing);
    for hidden in [WORD, &link.id(), "2931", "2932"] {
        assert_eq!(
            holding(&app, hidden).await,
            Vec::<String>::new(),
            "{hidden}"
        );
        for (address, [get, _]) in everything(&app, WORD).await {
            let about = format!("{:?}{}", get.1, get.2);
            let named = address.contains(hidden);
            assert!(
                named || !about.contains(hidden),
                "{hidden} in {address}: {about}"
            );
        }
    }
    let unknown = uuid::Uuid::new_v4().to_string();
    let pairs = direct(&link.id()).into_iter().zip(direct(&unknown));
    for (hidden, unknown) in pairs {
        let (hidden, unknown) = (app.get(&hidden).await, app.get(&unknown).await);
        assert_eq!(told(&hidden), told(&unknown));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_campaign_begins_and_ends_where_it_hangs_and_the_next_in_line_shows_before_and_after() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    let site = make(&app, None, None).await;
    let section = make(&app, Some(AHEAD), Some(FAR)).await;
    let own = make(&app, Some(AHEAD), Some(FAR)).await;
    let article = json!({"headline": "A", "section": "water", "donation_links": [own.id()]});
    let article = app.publish(article).await;
    hang(&app, "/sections/water", &[&section]).await.expect(200);
    hang(&app, "/site", &[&site, &section]).await.expect(200);
    let before = head(&app).await;
    assert_eq!(shown(&app, "a").await, [site.id()]);

    let_pass(&app, "active_from", &[&section]).await;
    reached(&app, before + 1).await;
    assert_eq!(shown(&app, "a").await, [section.id()]);
    let whole = read(&app, "/v1/site").await;
    assert_eq!(
        texts(&whole["donation_links"], "id"),
        [site.id(), section.id()]
    );
    assert_eq!(
        texts(&whole["sections"][0]["donation_links"], "id"),
        [section.id()]
    );
    let (_, event, keys) = last_change(&app).await;
    let water = whole["sections"][0]["id"].as_str().unwrap();
    for key in [
        "site",
        "section:any",
        &format!("section:{water}"),
        &format!("donation_link:{}", section.id()),
    ] {
        assert!(keys.contains(&key.to_owned()), "{key} in {keys:?}");
    }
    assert_eq!(event, "changed");

    let_pass(&app, "active_from", &[&own]).await;
    reached(&app, before + 2).await;
    assert_eq!(shown(&app, "a").await, [own.id()]);
    let own_key = format!("article:{}", article.id());
    assert!(last_change(&app).await.2.contains(&own_key));
    let code = format!("/v1/donation-links/{}/qr.svg", own.id());
    app.get(&code).await.expect(200);

    let_pass(&app, "active_until", &[&own]).await;
    reached(&app, before + 3).await;
    assert_eq!(shown(&app, "a").await, [section.id()]);
    assert!(last_change(&app).await.2.contains(&own_key));
    app.get(&code).await.expect(404);
    let mut left = holding(&app, &own.id()).await;
    left.sort();
    assert_eq!(left, ["changes", "tombstones"]);
    let_pass(&app, "active_until", &[&section]).await;
    reached(&app, before + 4).await;
    assert_eq!(shown(&app, "a").await, [site.id()]);
    expect_gapless(&app).await;

    // Who did it, and that no editor's form is out of date by it.
    let path = format!("/donation-links/{}", own.id());
    let now = managed(&app, &path).await;
    assert_eq!(
        (now.etag(), &now.json["active"]),
        (own.etag(), &json!(false))
    );
    let sql = "SELECT string_agg(action, ' ' ORDER BY at, id) FROM newsroom.audit WHERE key_name = 'kroniek schedule'";
    let done: String = app.sql().await.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(
        done,
        "begin_campaign begin_campaign end_campaign end_campaign"
    );
    let again = app
        .patch(&path, &own, json!({"until": null}))
        .await
        .expect(200);
    assert_eq!(again.json["active"], true);
    assert_eq!(shown(&app, "a").await, [own.id()]);
    assert_eq!(
        count(
            &app,
            "SELECT count(*) FROM delivery.tombstones WHERE kind = 'donation_link'"
        )
        .await,
        1
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_time_in_the_past_takes_effect_in_the_write_itself() {
    let app = App::start().await;
    let over = make(&app, None, Some(PAST)).await;
    let running = make(&app, Some(PAST), Some(FAR)).await;
    assert_eq!(
        (&over.json["active"], &over.json["until"]),
        (&json!(false), &json!(PAST))
    );
    assert_eq!(
        (&running.json["active"], &running.json["from"]),
        (&json!(true), &json!(PAST))
    );
    hang(&app, "/site", &[&over, &running]).await.expect(200);
    let on_site = async || texts(&read(&app, "/v1/site").await["donation_links"], "id");
    assert_eq!(on_site().await, [running.id()]);
    let before = head(&app).await;

    let path = format!("/donation-links/{}", running.id());
    let change =
        async |seen: &Answer, patch: Value| app.patch(&path, seen, patch).await.expect(200);
    let ended = change(&running, json!({"until": "2022-05-04T12:30:00Z"})).await;
    assert_eq!(on_site().await, Vec::<String>::new());
    let ahead = change(&ended, json!({"from": AHEAD, "until": null})).await;
    assert_eq!(on_site().await, Vec::<String>::new());
    let begun = change(&ahead, json!({"from": PAST})).await;
    assert_eq!(on_site().await, [running.id()]);
    let back = change(&begun, json!({"from": AHEAD})).await;
    assert_eq!(on_site().await, Vec::<String>::new());
    change(&back, json!({"from": null})).await;
    assert_eq!(on_site().await, [running.id()]);

    assert_eq!(
        head(&app).await,
        before + 4,
        "hidden changes take no number"
    );
    let wrong = app.patch(&path, &back, json!({"until": PAST})).await;
    wrong.expect(412);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_campaign_that_was_over_before_anyone_saw_it_begin_is_never_shown() {
    let app = App::start().await;
    let link = make(&app, Some(AHEAD), Some(FAR)).await;
    let other = make(&app, Some(AHEAD), None).await;
    hang(&app, "/site", &[&link, &other]).await.expect(200);
    let before = head(&app).await;
    let sql = app.sql().await;
    sql.batch_execute("UPDATE newsroom.donation_links SET active_from = '2021-01-01', active_until = '2022-01-01' WHERE active_until IS NOT NULL").await.unwrap();
    let_pass(&app, "active_from", &[&other]).await;
    reached(&app, before + 1).await;
    while count(
        &app,
        "SELECT count(*) FROM newsroom.donation_links WHERE phase = 'over'",
    )
    .await
        < 1
    {}
    assert_eq!(holding(&app, &link.id()).await, Vec::<String>::new());
    assert_eq!(head(&app).await, before + 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_make_one_change_of_each_begin() {
    let one = App::start().await;
    let other = App::on(&one.database_url).await;
    let mut links = Vec::new();
    for _ in 0..12 {
        links.push(make(&one, Some(AHEAD), None).await);
    }
    let all: Vec<&Answer> = links.iter().collect();
    hang(&one, "/site", &all).await.expect(200);
    let before = head(&one).await;

    // Both are at it at once: neither gets past the counter before the other has chosen what to do.
    let hand = Hand::on_counter(&one).await;
    let_pass(&one, "active_from", &all).await;
    waiting(&one, 2).await;
    hand.let_go().await;
    reached(&other, before + 12).await;

    assert_eq!(
        read(&other, "/v1/site").await["donation_links"]
            .as_array()
            .map(Vec::len),
        Some(12)
    );
    let sql = one.sql().await;
    one.stop().await;
    other.stop().await;
    for query in [
        "SELECT count(*) FROM newsroom.audit WHERE action = 'begin_campaign'",
        "SELECT count(DISTINCT id) FROM delivery.changes WHERE kind = 'donation_link'",
        "SELECT count(*) FROM delivery.changes WHERE kind = 'donation_link'",
    ] {
        assert_eq!(
            sql.query_one(query, &[]).await.unwrap().get::<_, i64>(0),
            12,
            "{query}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_due_while_no_node_ran_or_no_database_was_there_is_done_afterwards() {
    let app = App::start().await;
    let link = make(&app, Some(AHEAD), Some(FAR)).await;
    hang(&app, "/site", &[&link]).await.expect(200);
    let before = head(&app).await;
    let (url, sql) = (app.database_url.clone(), app.sql().await);
    app.stop().await;
    sql.batch_execute("UPDATE newsroom.donation_links SET active_from = '2021-01-01'")
        .await
        .unwrap();

    let app = App::on(&url).await;
    reached(&app, before + 1).await;

    sql.batch_execute("UPDATE newsroom.donation_links SET active_until = clock_timestamp() + interval '200 milliseconds'").await.unwrap();
    let away = Away::take(&app).await;
    // What was read before is shown on, so that this asks for what was not. It is away for longer than the node goes without looking.
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(1200) {
        app.get("/v1/authors").await.expect(503);
    }
    away.back().await;
    reached(&app, before + 2).await;
    let sql = "SELECT c.committed_at >= l.active_until FROM delivery.changes c JOIN newsroom.donation_links l ON l.id = c.id ORDER BY seq DESC LIMIT 1";
    assert!(
        app.sql()
            .await
            .query_one(sql, &[])
            .await
            .unwrap()
            .get::<_, bool>(0),
        "not before its time"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_fails_keeps_the_others_from_nothing_and_is_done_when_it_can_be() {
    let app = App::start().await;
    let (broken, sound) = (
        make(&app, Some(AHEAD), None).await,
        make(&app, Some(AHEAD), None).await,
    );
    hang(&app, "/site", &[&broken, &sound]).await.expect(200);
    let before = head(&app).await;
    let sql = app.sql().await;
    sql.batch_execute(&format!(
        "CREATE FUNCTION newsroom.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$;
         CREATE TRIGGER refuse BEFORE UPDATE OF phase ON newsroom.donation_links FOR EACH ROW WHEN (OLD.id = '{}') EXECUTE FUNCTION newsroom.refuse()",
        broken.id()
    ))
    .await
    .unwrap();
    let_pass(&app, "active_from", &[&broken]).await;
    let_pass(&app, "active_from", &[&sound]).await;
    reached(&app, before + 1).await;
    assert_eq!(
        texts(&read(&app, "/v1/site").await["donation_links"], "id"),
        [sound.id()]
    );

    sql.batch_execute("DROP TRIGGER refuse ON newsroom.donation_links")
        .await
        .unwrap();
    reached(&app, before + 2).await;
    assert_eq!(
        texts(&read(&app, "/v1/site").await["donation_links"], "id"),
        [broken.id(), sound.id()]
    );
    app.stop().await;
}
