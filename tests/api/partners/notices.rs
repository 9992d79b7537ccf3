//! Notices: whom they reach, whom not, and that nobody else hears of them.

use serde_json::{Value, json};

use super::{Partner, publication, written_down};
use crate::app::{Answer, App};
use crate::clock::{node, put_minutes};
use crate::leaks::addresses;
use crate::schedule::{acted, let_pass};
use crate::shorthand::markdown;

const WORD: &str = "bronbescherming";

/// What partners are told with a withdrawal.
fn told() -> Value {
    json!({"reason": "Intern.", "notice_to_partners": format!("Verwijder dit: {WORD}.")})
}

/// Kinds and texts of the notices that a partner has, the newest first.
async fn notices(app: &App, partner: &Partner) -> Vec<(String, Value)> {
    let list = partner.get(app, "/notices").await.expect(200);
    let items = list.json["data"].as_array().unwrap().iter();
    items
        .map(|it| (it["kind"].as_str().unwrap().to_owned(), it["text"].clone()))
        .collect()
}

async fn withdraw(app: &App, slug: &str, body: Value) -> Answer {
    let seen = app.manage("GET", &format!("/articles/{slug}")).send().await;
    app.act(&seen, "withdraw", body).await.expect(200)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_reaches_who_is_covered_and_who_has_read_and_nobody_else() {
    let app = App::start().await;
    publication(&app).await;
    let water = Partner::new(&app, json!({"sections": ["water"]})).await;
    let politics = Partner::new(&app, json!({"sections": ["politiek"]})).await;
    let english = Partner::new(&app, json!({"languages": ["en"]})).await;
    let dike = Partner::new(&app, json!({"entities": ["dijk"]})).await;
    let once = Partner::new(&app, json!({"sections": ["water"]})).await;
    // They have it under a contract that covers it no longer.
    once.get(&app, "/articles/haven").await.expect(200);
    once.change(&app, json!({"sections": ["politiek"]})).await;
    let never = Partner::new(&app, json!({"sections": ["water"]})).await;
    never.change(&app, json!({"sections": ["politiek"]})).await;
    written_down(&app).await;

    withdraw(&app, "haven", told()).await;
    let text = format!("Verwijder dit: {WORD}.");
    for partner in [&water, &once] {
        let kill = ("kill".to_owned(), json!(text));
        assert_eq!(notices(&app, partner).await, [kill]);
    }
    let notice = water.get(&app, "/notices").await.json["data"][0]["id"].clone();
    let acknowledge = format!(
        "/v1/syndication/notices/{}/acknowledge",
        notice.as_str().unwrap()
    );
    // Whom it does not concern: by section, by language, by entity; and who might have read it, and has not.
    for partner in [&politics, &english, &dike, &never] {
        assert_eq!(notices(&app, partner).await, []);
        let call = app.call("POST", &acknowledge).key(&partner.key);
        call.json(&json!({})).send().await.expect(404);
    }
    // Nor who comes later, or to whom it would be open by now.
    let late = Partner::new(&app, json!({})).await;
    politics.change(&app, json!({"sections": null})).await;
    for partner in [&late, &politics] {
        assert_eq!(notices(&app, partner).await, []);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_held_back_is_told_only_to_who_could_have_it() {
    let app = node().await;
    publication(&app).await;
    let held = Partner::new(&app, json!({"embargo_seconds": 600})).await;
    let free = Partner::new(&app, json!({})).await;
    put_minutes(&app, 20).await;
    app.publish(json!({"headline": "Nieuw"})).await;
    withdraw(&app, "nieuw", told()).await;
    assert_eq!(notices(&app, &free).await.len(), 1);
    assert_eq!(notices(&app, &held).await, []);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_notice_is_public() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({})).await;
    let body = json!({"kind": "correction", "body": markdown("Het peil was lager.")});
    app.make("/articles/raad/updates", body).await;
    withdraw(&app, "haven", told()).await;
    assert_eq!(notices(&app, &partner).await.len(), 2);
    let mut all = addresses("haven");
    all.extend(addresses("raad"));
    all.extend([
        "/v1/changes?limit=100".to_owned(),
        "/openapi.json".to_owned(),
    ]);
    let begun = app.get("/v1/changes?limit=1").await;
    let cursor = begun.json["page"]["next_cursor"].as_str().unwrap();
    all.push(format!("/v1/changes?limit=100&cursor={cursor}"));
    for path in all {
        let answer = app.get(&path).await;
        assert!(!answer.text.contains(WORD), "{path}");
        assert!(!answer.text.contains("\"notice\":{"), "{path}");
    }
    app.get("/v1/syndication/notices").await.expect(401);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delete_and_a_canceled_item_carry_the_notice() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({})).await;
    let next = async |path: &str, cursor: &str| {
        let path = format!("{path}?limit=100&cursor={cursor}");
        let page = partner.get(&app, &path).await.expect(200).json;
        let next = page["page"]["next_cursor"].as_str().unwrap().to_owned();
        (page["data"].clone(), next)
    };
    let (_, changes) = next("/changes", "").await;
    let (_, items) = next("/items", "").await;
    let gone = withdraw(&app, "haven", told()).await;
    let (changed, _) = next("/changes", &changes).await;
    let deleted = changed.as_array().unwrap().iter();
    let deleted: Vec<&Value> = deleted.filter(|it| it["op"] == "delete").collect();
    let listed = partner.get(&app, "/notices").await.json["data"][0].clone();
    let text = format!("Verwijder dit: {WORD}.");
    let notice = json!({"id": listed["id"], "kind": "kill", "update_number": null, "text": text, "at": listed["at"]});
    assert_eq!((deleted.len(), &deleted[0]["notice"]), (1, &notice));
    assert_eq!(listed["article"], json!(gone.id()));
    let (canceled, _) = next("/items", &items).await;
    let canceled = canceled.as_array().unwrap().iter();
    let notes: Vec<_> = canceled
        .filter(|it| it["pubStatus"] == "canceled")
        .map(|it| it["edNote"].clone())
        .collect();
    assert_eq!(notes, [json!(text)]);
    let one = partner.get(&app, &format!("/items/{}", gone.id())).await;
    assert_eq!(one.json["edNote"], json!(text));
    // Under a contract that begins after it there is no word of it.
    let late = Partner::new(&app, json!({})).await;
    let one = late.get(&app, &format!("/items/{}", gone.id())).await;
    assert_eq!(one.json["edNote"], Value::Null);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn corrections_and_retractions_are_told_when_they_are_shown() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({"text": "excerpt"})).await;
    let update = |kind: &str, draft: bool| json!({"kind": kind, "draft": draft, "body": markdown(&format!("{WORD} {kind}"))});
    let path = "/articles/raad/updates";
    app.make(path, update("update", false)).await;
    let later = app.make(path, update("correction", true)).await;
    assert_eq!(notices(&app, &partner).await, []);
    let show = app.manage("POST", &format!("{path}/{}/show", later.id()));
    show.send().await.expect(200);
    app.make(path, update("correction", false)).await;
    // What was said in passing, and is called a correction by now.
    let first = app.manage("GET", &format!("{path}/1")).send().await;
    app.patch(&format!("{path}/1"), &first, json!({"kind": "correction"}))
        .await
        .expect(200);
    let third = app.manage("GET", &format!("{path}/3")).send().await;
    let retract = app.manage("POST", &format!("{path}/3/retract"));
    let retract = retract.if_match(&third.etag());
    let reason = json!({"reason": "Toch niet."});
    retract.json(&reason).send().await.expect(200);
    let list = partner.get(&app, "/notices").await.expect(200);
    let items = list.json["data"].as_array().unwrap().iter();
    let told: Vec<_> = items
        .map(|it| {
            (
                it["kind"].clone(),
                it["update_number"].clone(),
                it["text"].clone(),
            )
        })
        .collect();
    let wanted = [
        (json!("retraction"), json!(3), json!("Toch niet.")),
        (json!("correction"), json!(1), Value::Null),
        (json!("correction"), json!(3), Value::Null),
        (json!("correction"), json!(2), Value::Null),
    ];
    assert_eq!(told, wanted);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_waits_with_the_withdrawal_that_is_scheduled() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({})).await;
    let seen = app.manage("GET", "/articles/haven").send().await;
    let mut body = told();
    body["at"] = json!("2931-05-04T12:30:00Z");
    let scheduled = app.act(&seen, "withdraw", body.clone()).await.expect(200);
    assert_eq!(notices(&app, &partner).await, []);
    // Called off, it is forgotten.
    let off = app
        .act(&scheduled, "unschedule", json!({}))
        .await
        .expect(200);
    let left = "SELECT count(*) FROM newsroom.articles WHERE withdraw_notice IS NOT NULL";
    let row = app.sql().await.query_one(left, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 0);
    app.act(&off, "withdraw", body).await.expect(200);
    let_pass(&app, "withdraw_at", 1, &[&seen]).await;
    acted(&app, 1).await;
    let kill = ("kill".to_owned(), json!(format!("Verwijder dit: {WORD}.")));
    assert_eq!(notices(&app, &partner).await, [kill]);
    let row = app.sql().await.query_one(left, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_purge_is_told_and_erases_what_was_told() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({})).await;
    let gone = withdraw(&app, "haven", told()).await;
    let back = app.act(&gone, "publish", json!({})).await.expect(200);
    let purge = json!({"reason": "Gerechtelijk bevel."});
    app.act(&back, "purge", purge).await.expect(204);
    let kill = ("kill".to_owned(), Value::Null);
    assert_eq!(notices(&app, &partner).await, [kill.clone(), kill]);
    let left = "SELECT count(*) FROM newsroom.notices WHERE text IS NOT NULL";
    let row = app.sql().await.query_one(left, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_partners_and_of_what_nobody_saw_there_are_none() {
    let app = App::start().await;
    publication(&app).await;
    withdraw(&app, "haven", told()).await;
    let partner = Partner::new(&app, json!({})).await;
    let operation = |path: &str, body: Value| json!({"method": "POST", "path": format!("/v1/manage/articles{path}"), "body": body, "if_match": "*"});
    let made = json!({"headline": "Even", "slug": "even"});
    let mut create = operation("", made);
    create.as_object_mut().unwrap().remove("if_match");
    let all = json!({"all_or_nothing": true, "operations": [create, operation("/even/publish", json!({})), operation("/even/withdraw", told())]});
    app.manage("POST", "/bulk")
        .json(&all)
        .send()
        .await
        .expect(200);
    assert_eq!(notices(&app, &partner).await, []);
    let count = "SELECT count(*) FROM newsroom.notices";
    let row = app.sql().await.query_one(count, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 0);
    app.stop().await;
}
