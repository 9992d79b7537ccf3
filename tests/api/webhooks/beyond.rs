//! Webhooks of partners, of what they have read: whatever their contract covers by now, and when it has ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::{DUE, Receiver, hook, sql, start, tried};
use crate::app::{Answer, App};
use crate::partners::{Partner, had_read, publication, written_down};
use crate::shorthand::markdown;

async fn withdraw(app: &App, slug: &str) -> Answer {
    let seen = app.manage("GET", &format!("/articles/{slug}")).send().await;
    let words = json!({"notice_to_partners": format!("Verwijder {slug}.")});
    app.act(&seen, "withdraw", words).await.expect(200)
}

async fn append(app: &App, slug: &str, kind: &str) {
    let body = json!({"kind": kind, "headline": "Geheim", "body": markdown("Geheim.")});
    app.make(&format!("/articles/{slug}/updates"), body).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_of_what_was_read_comes_whatever_has_become_of_the_contract() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    publication(&app).await;
    let partner = Partner::new(&app, json!({"sections": ["water"]})).await;
    partner.get(&app, "/articles/haven").await.expect(200);
    partner.get(&app, "/articles/tide").await.expect(200);
    written_down(&app).await;
    let made = hook(&app, &receiver, json!({"partner_id": partner.shown.id()})).await;
    partner
        .change(&app, json!({"sections": ["politiek"]}))
        .await;
    append(&app, "haven", "update").await;
    append(&app, "haven", "correction").await;
    let got = receiver.got(1).await;
    assert_eq!(got[0].told().0, "update.appended");
    assert_eq!(got[0].json["data"]["notice"]["kind"], "correction");
    made.becomes(&app, |shown| shown["pending"] == 0).await;
    // It ends: of all else there is no word.
    partner
        .change(&app, json!({"ends_at": "2026-01-01T00:00:00Z"}))
        .await;
    append(&app, "raad", "update").await;
    append(&app, "raad", "correction").await;
    withdraw(&app, "raad").await;
    withdraw(&app, "haven").await;
    let got = receiver.got(2).await;
    assert_eq!(got[1].told().0, "article.withdrawn");
    assert_eq!(got[1].json["data"]["notice"]["text"], "Verwijder haven.");
    made.becomes(&app, |shown| shown["pending"] == 0).await;
    let got = receiver.so_far();
    assert_eq!(got.len(), 2, "{got:#?}");
    for one in &got {
        assert!(one.is_signed_by(&made.secret));
        let article = &one.json["data"]["article"];
        for property in ["slug", "url", "headline"] {
            assert_eq!(article[property], Value::Null, "{property}");
        }
        assert!(!one.body.contains("eheim"), "{}", one.body);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_to_be_sent_while_a_contract_ran_says_no_more_than_a_notice_when_it_has_ended() {
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
    partner.get(&app, "/articles/haven").await.expect(200);
    written_down(&app).await;
    let made = hook(&app, &receiver, json!({"partner_id": partner.shown.id()})).await;
    append(&app, "haven", "correction").await;
    receiver.got(1).await;
    tried(&app, 1).await;
    partner
        .change(&app, json!({"ends_at": "2026-01-01T00:00:00Z"}))
        .await;
    works.store(true, Ordering::SeqCst);
    sql(&app, DUE).await;
    made.settles(&app, "delivered", 1).await;
    let got = receiver.so_far();
    assert!(got[0].body.contains("Geheim"), "{}", got[0].body);
    let last = &got[got.len() - 1];
    assert_eq!(last.json["data"]["notice"]["kind"], "correction");
    assert!(!last.body.contains("Geheim") && !last.body.contains("haven"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_notices_of_one_change_come_as_one_event_that_tells_the_gravest() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    publication(&app).await;
    append(&app, "haven", "update").await;
    let partner = Partner::new(&app, json!({"sections": ["water"]})).await;
    partner.get(&app, "/articles/haven").await.expect(200);
    written_down(&app).await;
    hook(&app, &receiver, json!({"partner_id": partner.shown.id()})).await;
    let operation = |method: &str, path: &str, body: Value| {
        let path = format!("/v1/manage/articles/haven{path}");
        json!({"method": method, "path": path, "body": body, "if_match": "*"})
    };
    let mut correct = operation(
        "POST",
        "/updates",
        json!({"kind": "correction", "body": markdown("Beter.")}),
    );
    correct.as_object_mut().unwrap().remove("if_match");
    let retract = operation("POST", "/updates/1/retract", json!({"reason": "Onjuist."}));
    let moved = operation("PATCH", "", json!({"section": "politiek"}));
    let shown = operation("POST", "/publish", json!({}));
    let all = json!({"all_or_nothing": true, "operations": [correct, retract, moved, shown]});
    let done = app.manage("POST", "/bulk").json(&all).send().await;
    done.expect(200);
    let got = receiver.got(1).await;
    assert_eq!(got[0].told().0, "article.withdrawn");
    assert_eq!(got[0].json["data"]["notice"]["text"], "Onjuist.");
    let listed = partner.get(&app, "/notices").await.expect(200);
    assert_eq!(listed.json["data"].as_array().unwrap().len(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_that_is_known_to_concern_a_partner_only_later_comes_then() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    publication(&app).await;
    let partner = Partner::new(&app, json!({"sections": ["politiek"]})).await;
    let made = hook(&app, &receiver, json!({"partner_id": partner.shown.id()})).await;
    partner
        .change(&app, json!({"ends_at": "2026-01-01T00:00:00Z"}))
        .await;
    let read_at = crate::watch::head(&app).await;
    let gone = withdraw(&app, "haven").await;
    let head = format!("1-{}", crate::watch::head(&app).await);
    made.becomes(&app, |shown| shown["cursor"] == json!(head))
        .await;
    assert_eq!(receiver.so_far().len(), 0);
    had_read(&app, &partner, (&gone.id(), read_at)).await;
    let got = receiver.got(1).await;
    assert_eq!(got[0].json["data"]["notice"]["text"], "Verwijder haven.");
    made.becomes(&app, |shown| shown["pending"] == 0).await;
    assert_eq!(receiver.so_far().len(), 1);
    app.stop().await;
}
