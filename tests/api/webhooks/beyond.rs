//! Webhooks of partners, of what they have read: whatever their contract covers by now, and when it has ended.

use serde_json::{Value, json};

use super::{Receiver, hook, node, start};
use crate::app::App;
use crate::partners::{Partner, publication, written_down};
use crate::shorthand::markdown;

async fn withdraw(app: &App, slug: &str) {
    let seen = app.manage("GET", &format!("/articles/{slug}")).send().await;
    let words = json!({"notice_to_partners": format!("Verwijder {slug}.")});
    app.act(&seen, "withdraw", words).await.expect(200);
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
async fn a_kill_that_is_known_to_concern_a_partner_only_later_comes_then() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    publication(&app).await;
    let partner = Partner::new(&app, json!({"sections": ["water"]})).await;
    let made = hook(&app, &receiver, json!({"partner_id": partner.shown.id()})).await;
    let other = node(&app.database_url).await;
    partner.get(&other, "/articles/haven").await.expect(200);
    partner
        .change(&app, json!({"ends_at": "2026-01-01T00:00:00Z"}))
        .await;
    withdraw(&app, "haven").await;
    let head = format!("1-{}", crate::watch::head(&app).await);
    made.becomes(&app, |shown| shown["cursor"] == json!(head))
        .await;
    assert_eq!(receiver.so_far().len(), 0);
    written_down(&other).await;
    let got = receiver.got(1).await;
    assert_eq!(got[0].json["data"]["notice"]["text"], "Verwijder haven.");
    made.becomes(&app, |shown| shown["pending"] == 0).await;
    assert_eq!(receiver.so_far().len(), 1);
    other.stop().await;
    app.stop().await;
}
