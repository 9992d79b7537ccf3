//! Webhooks under a contract: what it covers is told, that something left is told, and of the rest there is no word.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::{DUE, Receiver, hook, sql, start, tried};
use crate::app::App;
use crate::clock::{node, put_minutes};
use crate::partners::{Partner, publication};
use crate::shorthand::markdown;

async fn set(app: &App, slug: &str, change: Value) {
    let path = format!("/articles/{slug}");
    let seen = app.manage("GET", &path).send().await;
    let changed = app.patch(&path, &seen, change).await.expect(200);
    app.act(&changed, "publish", json!({})).await.expect(200);
}

async fn append(app: &App, slug: &str, headline: &str) {
    let update = json!({"headline": headline, "body": markdown("Een tekst.")});
    app.make(&format!("/articles/{slug}/updates"), update).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partner_gets_what_the_contract_covers_and_that_it_left() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    publication(&app).await;
    let contract = json!({"sections": ["water"], "licence": "Met bron."});
    let partner = Partner::new(&app, contract).await;
    let made = hook(&app, &receiver, json!({"partner_id": partner.shown.id()})).await;
    assert_eq!(
        made.shown(&app).await.json["partner_id"],
        partner.shown.id()
    );
    append(&app, "raad", "Niet voor hen").await;
    append(&app, "haven", "Wel voor hen").await;
    // Once it has left they hear that alone.
    receiver.got(1).await;
    set(
        &app,
        "haven",
        json!({"section": "politiek", "headline": "Geheim", "slug": "geheim"}),
    )
    .await;
    append(&app, "geheim", "Ook niet").await;
    set(&app, "tide", json!({"headline": "Tij"})).await;
    let got = receiver.got(3).await;
    let told: Vec<_> = got.iter().map(|one| one.told().0).collect();
    // Of different articles there is no order.
    let told: BTreeSet<_> = told.iter().map(String::as_str).collect();
    let wanted = ["article.changed", "article.withdrawn", "update.appended"];
    assert_eq!(told, BTreeSet::from(wanted));
    for one in &got {
        assert!(one.is_signed_by(&made.secret));
        assert_eq!(one.json["contract_licence"], "Met bron.");
        for word in ["Niet voor hen", "Ook niet", "eheim", "raad", "politiek"] {
            assert!(!one.body.contains(word), "{word}: {}", one.body);
        }
    }
    let gone = got.iter().find(|one| one.told().0 == "article.withdrawn");
    let shown = &gone.unwrap().json["data"]["article"];
    for property in ["slug", "url", "headline"] {
        assert_eq!(shown[property], Value::Null, "{property}");
    }
    made.becomes(&app, |shown| shown["pending"] == 0).await;
    // A change of the contract holds from the next event on.
    partner
        .change(&app, json!({"sections": ["politiek"]}))
        .await;
    append(&app, "tide", "Te laat").await;
    append(&app, "raad", "Nu wel").await;
    let got = receiver.got(4).await;
    assert!(got[3].body.contains("Nu wel"), "{}", got[3].body);
    made.becomes(&app, |shown| shown["pending"] == 0).await;
    assert_eq!(receiver.so_far().len(), 4);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_left_before_it_could_be_sent_is_told_without_a_word_of_it() {
    let app = start().await;
    publication(&app).await;
    let works = Arc::new(AtomicBool::new(false));
    let switch = works.clone();
    let receiver = Receiver::new(move |_, _| match switch.load(Ordering::SeqCst) {
        true => HttpResponse::NoContent().finish(),
        false => HttpResponse::ServiceUnavailable().finish(),
    })
    .await;
    let partner = Partner::new(&app, json!({"sections": ["water"]})).await;
    let fields = json!({"partner_id": partner.shown.id()});
    let made = hook(&app, &receiver, fields).await;
    append(&app, "haven", "Eerst").await;
    receiver.got(1).await;
    tried(&app, 1).await;
    append(&app, "haven", "Verborgen").await;
    made.becomes(&app, |shown| shown["pending"] == 2).await;
    set(
        &app,
        "haven",
        json!({"section": "politiek", "headline": "Geheim"}),
    )
    .await;
    made.becomes(&app, |shown| shown["pending"] == 3).await;
    works.store(true, Ordering::SeqCst);
    sql(&app, DUE).await;
    made.settles(&app, "delivered", 3).await;
    let got = receiver.so_far();
    let after: Vec<_> = got[1..].iter().map(|one| one.told().0).collect();
    assert_eq!(
        after,
        ["update.appended", "update.appended", "article.withdrawn"]
    );
    assert_eq!(
        got[0].body, got[1].body,
        "what was sent once stays what it was"
    );
    for one in &got[2..] {
        assert_eq!(one.json["data"]["article"]["headline"], Value::Null);
        assert!(
            !one.body.contains("Verborgen") && !one.body.contains("Geheim"),
            "{}",
            one.body
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_held_back_is_sent_when_it_is_released_each_article_once() {
    let (app, receiver) = (node().await, Receiver::taking().await);
    let free = Receiver::taking().await;
    let held = Partner::new(&app, json!({"embargo_seconds": 600})).await;
    let made = hook(&app, &receiver, json!({"partner_id": held.shown.id()})).await;
    hook(&app, &free, json!({})).await;
    for number in 0..5 {
        app.publish(json!({"headline": format!("Stuk {number}")}))
            .await;
    }
    let gone = app.publish(json!({"headline": "Kort"})).await;
    app.act(&gone, "withdraw", json!({})).await.expect(200);
    free.got(7).await;
    made.becomes(&app, |shown| shown["cursor"] == "1-8").await;
    assert_eq!(receiver.so_far().len(), 0);
    put_minutes(&app, 11).await;
    let got = receiver.got(5).await;
    let slugs: BTreeSet<_> = got
        .iter()
        .map(|one| one.json["data"]["article"]["slug"].to_string())
        .collect();
    assert_eq!(slugs.len(), 5);
    assert!(got.iter().all(|one| one.told().0 == "article.published"));
    made.becomes(&app, |shown| shown["pending"] == 0).await;
    // All of it again, but nothing of it that the contract no longer covers.
    let elsewhere = json!({"name": "Elders"});
    app.make("/sections", elsewhere).await;
    let one = app.manage("GET", "/articles/stuk-1").send().await;
    let one = app
        .patch("/articles/stuk-1", &one, json!({"section": "elders"}))
        .await
        .expect(200);
    app.act(&one, "publish", json!({})).await.expect(200);
    receiver.got(6).await;
    made.becomes(&app, |shown| shown["pending"] == 0).await;
    held.change(&app, json!({"sections": ["elders"]})).await;
    let replay = app.manage("POST", &format!("{}/replay", made.path));
    replay
        .json(&json!({"since": "1-0"}))
        .send()
        .await
        .expect(200);
    let got = receiver.got(8).await;
    for one in &got[6..] {
        assert_eq!(
            one.json["data"]["article"]["slug"], "stuk-1",
            "{}",
            one.body
        );
    }
    made.becomes(&app, |shown| shown["pending"] == 0).await;
    assert_eq!((receiver.so_far().len(), free.so_far().len()), (8, 8));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_goes_out_under_a_contract_that_has_ended_nor_to_a_partner_who_is_gone() {
    let app = start().await;
    publication(&app).await;
    let receiver = Receiver::new(|got, _| match got.told().0 == "webhook.test" {
        true => HttpResponse::NoContent().finish(),
        false => HttpResponse::ServiceUnavailable().finish(),
    })
    .await;
    let partner = Partner::new(&app, json!({})).await;
    let made = hook(&app, &receiver, json!({"partner_id": partner.shown.id()})).await;
    append(&app, "haven", "Eerst").await;
    receiver.got(1).await;
    tried(&app, 1).await;
    partner
        .change(&app, json!({"ends_at": "2026-01-01T00:00:00Z"}))
        .await;
    sql(&app, DUE).await;
    let cancelled = made.settles(&app, "cancelled", 1).await;
    let shown = made
        .delivery(&app, cancelled[0]["id"].as_str().unwrap())
        .await;
    assert_eq!(shown["reason"], "the contract is not running");
    append(&app, "haven", "Later").await;
    let head = format!("1-{}", crate::watch::head(&app).await);
    made.becomes(&app, |shown| shown["cursor"] == json!(head))
        .await;
    app.make(&format!("{}/test", made.path), json!({})).await;
    let got = receiver.got(2).await;
    assert_eq!(got[1].told().0, "webhook.test");
    let seen = app
        .manage("GET", &format!("/partners/{}", partner.shown.id()))
        .send()
        .await;
    let gone = app.manage("DELETE", &format!("/partners/{}", partner.shown.id()));
    gone.if_match(&seen.etag()).send().await.expect(204);
    app.manage("GET", &made.path).send().await.expect(404);
    append(&app, "haven", "Nog later").await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(receiver.so_far().len(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_stays_whose_it_is() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let partner = Partner::new(&app, json!({})).await;
    let other = Partner::new(&app, json!({})).await;
    let nobody = "7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11";
    for (bad, code) in [
        (json!(nobody), "unknown_reference"),
        (json!("x"), "invalid_value"),
    ] {
        let body = json!({"url": receiver.url, "partner_id": bad});
        let refused = app
            .manage("POST", "/webhooks")
            .json(&body)
            .send()
            .await
            .expect(422);
        assert_eq!(refused.faults(), [format!("{code} at /partner_id")]);
    }
    let theirs = hook(&app, &receiver, json!({"partner_id": partner.shown.id()})).await;
    let own = hook(&app, &receiver, json!({})).await;
    for (hook, to) in [
        (&theirs, json!(null)),
        (&theirs, json!(other.shown.id())),
        (&own, json!(other.shown.id())),
    ] {
        let refused = hook
            .change(&app, json!({"partner_id": to}))
            .await
            .expect(422);
        assert_eq!(refused.faults(), ["invalid_value at /partner_id"]);
    }
    theirs
        .change(&app, json!({"description": "Hun webhook"}))
        .await
        .expect(200);
    app.stop().await;
}
