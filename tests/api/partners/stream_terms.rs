//! How streams under a contract begin and end: with its terms, its key, its network, and tickets; and the notices that come with their events.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::copying::around;
use super::streaming::{article, back, mark, open, set};
use super::{Partner, publication};
use crate::app::App;
use crate::clock::{node, put_minutes};
use crate::shorthand::markdown;
use crate::stream::append;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_terms_are_a_reset_for_who_listens_and_for_who_comes_back() {
    let app = App::start().await;
    around(&app).await;
    let partner = Partner::new(&app, json!({"sections": ["water"]})).await;
    let mut client = open(&app, &partner, "").await;
    mark(&app, "een").await;
    let before = client.next().await;
    partner.change(&app, json!({"text": "excerpt"})).await;
    // A quota is no matter of what may be read.
    partner.change(&app, json!({"quota_per_day": 1000})).await;
    mark(&app, "twee").await;
    let reset = client.next().await;
    assert_eq!(reset.name, "reset");
    assert!(reset.id.ends_with("-2"), "{}", reset.id);
    // It goes on from where it was: what was read may have been taken back.
    let next = client.next().await;
    assert_eq!(next.headline(), "twee");
    mark(&app, "drie").await;
    assert_eq!(client.next().await.headline(), "drie");
    assert_eq!(
        back(&app, &partner, &before.id).await.next().await.name,
        "reset"
    );
    let mut late = back(&app, &partner, &reset.id).await;
    assert_eq!(late.next().await.headline(), "twee");
    // The number of an answer tells no terms: it must be of what was read under these.
    let seq = |id: &str| id.rsplit_once('-').unwrap().0.to_owned();
    let mut bare = back(&app, &partner, &seq(&next.id)).await;
    assert_eq!(bare.next().await.headline(), "drie");
    for early in ["1-0".to_owned(), seq(&before.id)] {
        let mut bare = back(&app, &partner, &early).await;
        assert_eq!(bare.next().await.name, "reset", "{early}");
    }
    // A place of anyone's is none of a partner's, and an epoch that is over neither.
    for id in ["1-1-0", "0-1-2", "nonsense"] {
        let mut client = back(&app, &partner, id).await;
        assert_eq!(client.next().await.name, "reset", "{id}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_with_its_contract_its_key_or_its_network() {
    let app = App::start().await;
    around(&app).await;
    let soon = |seconds| chrono::Utc::now() + chrono::TimeDelta::seconds(seconds);
    let partner = Partner::new(&app, json!({"ends_at": soon(3).to_rfc3339()})).await;
    let mut client = open(&app, &partner, "").await;
    let begun = Instant::now();
    assert_eq!(client.rest().await.len(), 0);
    assert!(begun.elapsed() < Duration::from_secs(9));
    let refused = partner.get(&app, "/stream").await.expect(403);
    assert_eq!(refused.problem(), "contract-not-running");

    let partner = Partner::new(&app, json!({})).await;
    let mut client = open(&app, &partner, "").await;
    partner
        .change(&app, json!({"networks": ["192.0.2.0/24"]}))
        .await;
    mark(&app, "een").await;
    assert_eq!(client.rest().await.len(), 0);
    assert!(!client.raw.contains("een"), "{}", client.raw);

    let partner = Partner::new(&app, json!({})).await;
    let mut client = open(&app, &partner, "").await;
    let keys = app.manage("GET", "/keys").send().await.expect(200);
    let hint = &partner.key[..12];
    let key = keys.json["data"].as_array().unwrap().iter();
    let key = key
        .clone()
        .find(|key| key["hint"].as_str().is_some_and(|it| it.starts_with(hint)));
    let path = format!("/keys/{}/revoke", key.unwrap()["id"].as_str().unwrap());
    app.manage("POST", &path)
        .if_match("*")
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    assert_eq!(client.rest().await.len(), 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_opens_the_stream_for_a_minute_and_for_its_key_alone() {
    let app = node().await;
    around(&app).await;
    let partner = Partner::new(&app, json!({"sections": ["water"], "quota_per_day": 2})).await;
    let ticket = async || {
        let made = app
            .call("POST", "/v1/syndication/stream/tickets")
            .key(&partner.key);
        let made = made.send().await.expect(201);
        assert_eq!(
            made.header("cache-control"),
            "private, no-store, no-transform"
        );
        made.json["ticket"].as_str().unwrap().to_owned()
    };
    let at = |ticket: &str| format!("/v1/syndication/stream?ticket={ticket}");
    let good = ticket().await;
    assert!(!good.contains(&partner.key));
    let response = reqwest::get(format!("{}{}", app.base, at(&good)))
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let forged = format!(
        "{}{}",
        &good[..good.len() - 1],
        if good.ends_with('A') { "B" } else { "A" }
    );
    for bad in [forged.as_str(), "", "x", "%20", &"A".repeat(400)] {
        let answer = app.call("GET", &at(bad)).send().await.expect(401);
        assert!(
            ["invalid-key", "missing-key"].contains(&answer.problem()),
            "{bad}"
        );
    }
    app.call("GET", "/v1/syndication/stream")
        .send()
        .await
        .expect(401);
    // Opening counts; tickets do not.
    let used = partner.get(&app, "/contract").await.expect(200);
    assert_eq!(used.json["used_today"], 1);
    let second = reqwest::get(format!("{}{}", app.base, at(&good)))
        .await
        .unwrap();
    assert_eq!(second.status(), 200);
    assert_eq!(
        app.call("GET", &at(&good))
            .send()
            .await
            .expect(429)
            .problem(),
        "quota-used"
    );
    put_minutes(&app, 2).await;
    assert_eq!(
        app.call("GET", &at(&good))
            .send()
            .await
            .expect(401)
            .problem(),
        "invalid-key"
    );
    // A key of another kind gets none.
    let none = app.manage("POST", "/keys");
    let other = none
        .json(&json!({"name": "x", "scopes": ["content:read"]}))
        .send()
        .await
        .expect(201);
    let other = app
        .call("POST", "/v1/syndication/stream/tickets")
        .key(other.json["key"].as_str().unwrap());
    assert_eq!(other.send().await.expect(403).problem(), "missing-scope");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_terms_are_told_though_nothing_else_happens() {
    let app = App::start().await;
    around(&app).await;
    let partner = Partner::new(&app, json!({"sections": ["water"]})).await;
    let mut client = open(&app, &partner, "").await;
    // It must have been looked at once.
    tokio::time::sleep(Duration::from_secs(3)).await;
    partner
        .change(&app, json!({"sections": ["politiek"]}))
        .await;
    let reset = client.next().await;
    assert_eq!(reset.name, "reset");
    assert!(reset.id.ends_with("-2"), "{}", reset.id);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_and_a_correction_come_with_their_notices_to_partners_alone() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({"sections": ["water"]})).await;
    let mut client = open(&app, &partner, "").await;
    let mut public = crate::stream::Client::now(&app, "").await;
    let correction =
        json!({"kind": "correction", "headline": "Hersteld", "body": markdown("Het was anders.")});
    app.make("/articles/haven/updates", correction).await;
    append(&app, "haven", "Gewoon.").await;
    let mut kinds = Vec::new();
    for number in 0..3 {
        // Once it is gone that alone is told.
        if number == 2 {
            let seen = app.manage("GET", "/articles/haven").send().await;
            let words = json!({"notice_to_partners": "Verwijder dit overal."});
            app.act(&seen, "withdraw", words).await.expect(200);
        }
        let event = client.next().await;
        kinds.push(event.data["data"]["notice"]["kind"].clone());
        if event.name == "article.withdrawn" {
            assert_eq!(
                event.data["data"]["notice"]["text"],
                "Verwijder dit overal."
            );
            assert_eq!(article(&event)["headline"], Value::Null);
        }
        let same = public.next().await;
        assert_eq!(
            (same.name, &same.data["data"]["notice"]),
            (event.name, &Value::Null)
        );
    }
    assert_eq!(kinds, [json!("correction"), Value::Null, json!("kill")]);
    assert!(!public.raw.contains("notice") && !public.raw.contains("Verwijder"));
    // Who was told of it by the stream holds it, as the report tells.
    set(&app, "tide", json!({"headline": "Tij"})).await;
    client.next().await;
    let begun = Instant::now();
    loop {
        let report = app
            .manage("GET", "/partners/report")
            .send()
            .await
            .expect(200);
        let held = report.json["data"].as_array().unwrap().clone();
        if held.iter().any(|row| row["holding"] == "withdrawn") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{}", report.text);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_of_when_an_article_was_anothers_is_not_told_with_it() {
    let app = App::start().await;
    publication(&app).await;
    let theirs = Partner::new(&app, json!({"sections": ["politiek"]})).await;
    let partner = Partner::new(&app, json!({"sections": ["water"]})).await;
    let begun = open(&app, &partner, "").await.id;
    let seen = app.manage("GET", "/articles/raad").send().await;
    let words = json!({"notice_to_partners": "Voor een ander bestemd."});
    let gone = app.act(&seen, "withdraw", words).await.expect(200);
    let path = "/articles/raad";
    let moved = app.patch(path, &gone, json!({"section": "water"})).await;
    app.act(&moved.expect(200), "publish", json!({}))
        .await
        .expect(200);
    app.publish(json!({"headline": "einde", "section": "water"}))
        .await;
    let mut client = back(&app, &partner, &begun).await;
    loop {
        let event = client.next().await;
        if event.headline() == "einde" {
            break;
        }
        assert_eq!(article(&event)["slug"], "raad");
    }
    assert!(!client.raw.contains("bestemd"), "{}", client.raw);
    assert_eq!(partner.get(&app, "/notices").await.json["data"], json!([]));
    let told = theirs.get(&app, "/notices").await;
    assert!(told.text.contains("bestemd"), "{}", told.text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_stays_whose_it_was_whatever_becomes_of_contracts() {
    let app = App::start().await;
    publication(&app).await;
    let theirs = Partner::new(&app, json!({"sections": ["water"]})).await;
    let other = Partner::new(&app, json!({"sections": ["politiek"]})).await;
    let ahead = json!({"sections": ["water"], "begins_at": "2126-05-04T12:30:00Z"});
    let ahead = Partner::new(&app, ahead).await;
    let seen = app.manage("GET", "/articles/haven").send().await;
    let words = json!({"notice_to_partners": "Weg ermee."});
    app.act(&seen, "withdraw", words).await.expect(200);
    theirs
        .change(
            &app,
            json!({"licence": "Anders.", "sections": ["politiek"]}),
        )
        .await;
    other.change(&app, json!({"sections": ["water"]})).await;
    ahead.change(&app, json!({"begins_at": null})).await;
    let later = Partner::new(&app, json!({})).await;
    let told = theirs.get(&app, "/notices").await.expect(200);
    assert_eq!(told.json["data"][0]["text"], "Weg ermee.");
    let id = seen.id();
    for partner in [&other, &ahead, &later] {
        let none = partner.get(&app, "/notices").await.expect(200);
        assert_eq!(none.json["data"], json!([]));
        let item = partner.get(&app, &format!("/items/{id}")).await;
        assert!(!item.text.contains("ermee"), "{}", item.text);
    }
    app.stop().await;
}
