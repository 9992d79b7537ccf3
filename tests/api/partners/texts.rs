//! What counts as having an article as it is: its text and its updates, and not that somebody has heard of it.

use serde_json::{Value, json};

use super::holding::{report, standing, standings};
use super::{Partner, publication, written_down};
use crate::app::App;
use crate::shorthand::markdown;

async fn set(app: &App, slug: &str, change: Value) {
    let path = format!("/articles/{slug}");
    let seen = app.manage("GET", &path).send().await;
    let changed = app.patch(&path, &seen, change).await.expect(200);
    app.act(&changed, "publish", json!({})).await.expect(200);
}

async fn append(app: &App, slug: &str, kind: &str) {
    let body = json!({"kind": kind, "body": markdown("Een tekst.")});
    app.make(&format!("/articles/{slug}/updates"), body).await;
}

/// How a partner's copy of an article stands.
async fn holding(app: &App, partner: &Partner, slug: &str) -> Value {
    written_down(app).await;
    let path = format!("partner={}&article={slug}", partner.shown.id());
    report(app, &path).await[0]["holding"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_read_of_a_change_in_a_list_does_not_have_its_text() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({})).await;
    partner.get(&app, "/articles/haven").await.expect(200);
    set(&app, "haven", json!({"body": markdown("Wat er nu staat.")})).await;
    for path in [
        "/articles",
        "/articles?fields=headline",
        "/articles/haven?fields=headline",
        "/articles/haven/updates",
        "/changes?limit=100&fields=headline",
    ] {
        partner.get(&app, path).await.expect(200);
        assert_eq!(holding(&app, &partner, "haven").await, "outdated", "{path}");
    }
    for path in [
        "/articles/haven",
        "/articles?fields=body",
        "/changes?limit=100",
        "/items",
        "/feeds/atom.xml",
    ] {
        set(&app, "haven", json!({"body": markdown(path)})).await;
        assert_eq!(holding(&app, &partner, "haven").await, "outdated", "{path}");
        partner.get(&app, path).await.expect(200);
        assert_eq!(holding(&app, &partner, "haven").await, "current", "{path}");
    }
    // Of a feed of summaries nobody has the text.
    let site = app.manage("GET", "/site").send().await;
    let short = json!({"feeds": {"text": "summary"}});
    app.patch("/site", &site, short).await.expect(200);
    set(&app, "haven", json!({"body": markdown("Nog iets.")})).await;
    partner.get(&app, "/feeds/atom.xml").await.expect(200);
    assert_eq!(holding(&app, &partner, "haven").await, "outdated");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_anew_and_says_the_same_is_not_outdated() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({})).await;
    partner.get(&app, "/items").await.expect(200);
    // What it refers to is called otherwise, goes, or becomes another; and all is written anew.
    set(&app, "tide", json!({"headline": "Tide, again"})).await;
    let raad = app.manage("GET", "/articles/raad").send().await;
    app.act(&raad, "withdraw", json!({})).await.expect(200);
    let slib = app.manage("GET", "/entities/slib").send().await;
    app.patch("/entities/slib", &slib, json!({"name": "Modder"}))
        .await
        .expect(200);
    let slib = app.manage("GET", "/entities/slib").send().await;
    let merge = app.manage("POST", &format!("/entities/{}/merge", slib.id()));
    merge
        .json(&json!({"into": "dijk"}))
        .if_match(&slib.etag())
        .send()
        .await
        .expect(200);
    let section = app.manage("GET", "/sections/water").send().await;
    app.patch("/sections/water", &section, json!({"name": "Nat"}))
        .await
        .expect(200);
    written_down(&app).await;
    let wanted = [
        standing("De Streekbode", "haven", "current"),
        standing("De Streekbode", "raad", "withdrawn"),
        standing("De Streekbode", "tide", "outdated"),
    ];
    assert_eq!(standings(&report(&app, "").await), wanted);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_is_had_by_who_has_read_updates_and_by_nobody_else() {
    let app = App::start().await;
    publication(&app).await;
    let [all, texts, lists] = [
        "/articles/haven",
        "/articles/haven?fields=body",
        "/articles",
    ];
    let mut partners = Vec::new();
    for path in [all, texts, lists, all] {
        let partner = Partner::new(&app, json!({})).await;
        partner.get(&app, path).await.expect(200);
        partners.push((path, partner));
    }
    written_down(&app).await;
    append(&app, "haven", "correction").await;
    for (path, partner) in &partners {
        assert_eq!(
            holding(&app, partner, "haven").await,
            "uncorrected",
            "{path}"
        );
    }
    let again = ["/articles/haven/updates", texts, lists, all];
    let become_ = ["current", "uncorrected", "current", "current"];
    for (((_, partner), path), wanted) in partners.iter().zip(again).zip(become_) {
        partner.get(&app, path).await.expect(200);
        assert_eq!(holding(&app, partner, "haven").await, wanted, "{path}");
    }
    append(&app, "haven", "update").await;
    let (_, first) = &partners[0];
    assert_eq!(holding(&app, first, "haven").await, "outdated");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_some_of_the_updates_does_not_have_all() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({})).await;
    partner.get(&app, "/articles/haven").await.expect(200);
    append(&app, "haven", "correction").await;
    append(&app, "haven", "update").await;
    for path in ["?limit=1", "?kind=update"] {
        let path = format!("/articles/haven/updates{path}");
        partner.get(&app, &path).await.expect(200);
        assert_eq!(
            holding(&app, &partner, "haven").await,
            "uncorrected",
            "{path}"
        );
    }
    partner.get(&app, "/items").await.expect(200);
    assert_eq!(holding(&app, &partner, "haven").await, "current");
    for _ in 0..99 {
        append(&app, "haven", "update").await;
    }
    append(&app, "haven", "correction").await;
    for path in ["/articles/haven", "/items", "/feeds/rss.xml"] {
        partner.get(&app, path).await.expect(200);
        assert_eq!(
            holding(&app, &partner, "haven").await,
            "uncorrected",
            "{path}"
        );
    }
    // A copy has all of them.
    partner.get(&app, "/changes?limit=100").await.expect(200);
    assert_eq!(holding(&app, &partner, "haven").await, "current");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changed_while_it_was_away_is_not_had_by_who_reads_its_text_again() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({})).await;
    append(&app, "haven", "update").await;
    partner.get(&app, "/articles/haven").await.expect(200);
    let seen = app.manage("GET", "/articles/haven").send().await;
    let gone = app.act(&seen, "withdraw", json!({})).await.expect(200);
    let retract = app.manage("POST", "/articles/haven/updates/1/retract");
    let reason = json!({"reason": "Onjuist."});
    let retract = retract.if_match("*").json(&reason);
    retract.send().await.expect(200);
    app.act(&gone, "publish", json!({})).await.expect(200);
    partner
        .get(&app, "/articles/haven?fields=body")
        .await
        .expect(200);
    assert_eq!(holding(&app, &partner, "haven").await, "outdated");
    partner.get(&app, "/articles/haven").await.expect(200);
    assert_eq!(holding(&app, &partner, "haven").await, "current");
    app.stop().await;
}
