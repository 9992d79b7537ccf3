//! Who holds what, who has acknowledged what, and that what was read is written down.

use kroniek::notices::reads::write_down;
use serde_json::{Value, json};

use super::{Partner, publication, written_down};
use crate::app::{Answer, App};
use crate::shorthand::markdown;

pub async fn report(app: &App, query: &str) -> Vec<Value> {
    let path = format!("/partners/report?limit=100&{query}");
    let report = app.manage("GET", &path).send().await.expect(200);
    report.json["data"].as_array().unwrap().clone()
}

/// Partner, slug and standing of each row.
pub fn standings(rows: &[Value]) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut all: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                text(&row["partner"]["name"]),
                text(&row["article"]["slug"]),
                text(&row["holding"]),
            )
        })
        .collect();
    all.sort();
    all
}

pub fn standing(partner: &str, slug: &str, holding: &str) -> (String, String, String) {
    (partner.to_owned(), slug.to_owned(), holding.to_owned())
}

async fn acknowledge(app: &App, partner: &Partner, notice: &Value, body: Value) -> Answer {
    let path = format!(
        "/v1/syndication/notices/{}/acknowledge",
        notice.as_str().unwrap()
    );
    let call = app.call("POST", &path).key(&partner.key);
    call.json(&body).send().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_tells_who_holds_what_before_and_after_it_is_acknowledged_over_two_nodes() {
    let app = App::start().await;
    let other = App::on(&app.database_url).await;
    publication(&app).await;
    let one = Partner::new(&app, json!({"name": "Een"})).await;
    let two = Partner::new(&app, json!({"name": "Twee", "sections": ["water"]})).await;
    one.get(&app, "/articles/haven").await.expect(200);
    one.get(&other, "/articles?language=en").await.expect(200);
    two.get(&other, "/feeds/atom.xml").await.expect(200);
    for node in [&app, &other] {
        written_down(node).await;
    }
    let all = report(&app, "").await;
    let wanted = [
        standing("Een", "haven", "current"),
        standing("Een", "tide", "current"),
        standing("Twee", "haven", "current"),
        standing("Twee", "tide", "current"),
    ];
    assert_eq!(standings(&all), wanted);

    let tide = app.manage("GET", "/articles/tide").send().await;
    let changed = app.patch("/articles/tide", &tide, json!({"headline": "Tide, again"}));
    app.act(&changed.await.expect(200), "publish", json!({}))
        .await
        .expect(200);
    let haven = app.manage("GET", "/articles/haven").send().await;
    let body = json!({"kind": "correction", "body": markdown("Het peil was lager.")});
    app.make("/articles/haven/updates", body).await;
    // One of them has it corrected.
    two.get(&app, "/items").await.expect(200);
    written_down(&app).await;
    let wanted = [
        standing("Een", "haven", "uncorrected"),
        standing("Een", "tide", "outdated"),
        standing("Twee", "haven", "current"),
        standing("Twee", "tide", "current"),
    ];
    assert_eq!(standings(&report(&other, "").await), wanted);

    let haven = app
        .manage("GET", &format!("/articles/{}", haven.id()))
        .send()
        .await;
    let gone = app.act(&haven, "withdraw", json!({})).await.expect(200);
    let held = report(&app, "holding=withdrawn").await;
    let wanted = [
        standing("Een", "haven", "withdrawn"),
        standing("Twee", "haven", "withdrawn"),
    ];
    assert_eq!(standings(&held), wanted);
    let mine = format!("holding=withdrawn&partner={}&article=haven", one.shown.id());
    let held = report(&app, &mine).await;
    let kill = held[0]["notices"][0].clone();
    assert_eq!((held.len(), &kill["kind"]), (1, &json!("kill")));
    assert_eq!(kill["acknowledged_at"], Value::Null);
    assert_eq!(held[0]["article_seq"], Value::Null);

    let done = acknowledge(&other, &one, &kill["id"], json!({"note": "Weg."})).await;
    let at = done.expect(200).json["acknowledged_at"].clone();
    let again = acknowledge(&app, &one, &kill["id"], json!({"note": "Nog eens."})).await;
    assert_eq!(again.expect(200).json["acknowledged_at"], at);
    let held = report(&app, &mine).await;
    let kill = &held[0]["notices"][0];
    assert_eq!(
        (&kill["acknowledged_at"], &kill["note"]),
        (&at, &json!("Weg."))
    );
    let others = report(
        &app,
        &format!("holding=withdrawn&partner={}", two.shown.id()),
    )
    .await;
    assert_eq!(others[0]["notices"][0]["acknowledged_at"], Value::Null);
    for (asked, many) in [("true", 1), ("false", 1)] {
        let path = format!("/notices?acknowledged={asked}");
        let list = one.get(&app, &path).await.expect(200);
        assert_eq!(list.json["data"].as_array().unwrap().len(), many, "{asked}");
    }
    let sql = "SELECT count(*) FROM newsroom.audit WHERE action = 'acknowledge_notice' AND subject_kind = 'notice'";
    let row = app.sql().await.query_one(sql, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 1);

    // Published again, it is to be had: what they have is only old.
    app.act(&gone, "publish", json!({})).await.expect(200);
    assert_eq!(report(&app, "holding=withdrawn").await, [] as [Value; 0]);
    let held = report(&app, &format!("partner={}&article=haven", two.shown.id())).await;
    assert_eq!(held[0]["holding"], "outdated");
    other.stop().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_is_read_under_a_contract_is_noted_and_nothing_else() {
    let app = App::start().await;
    publication(&app).await;
    for path in [
        "/articles",
        "/articles/haven",
        "/articles/haven/updates",
        "/feeds/rss.xml",
        "/changes?limit=100",
        "/items",
    ] {
        let partner = Partner::new(&app, json!({"sections": ["water"], "languages": ["nl"]})).await;
        app.get("/v1/articles").await;
        partner.get(&app, "/articles/raad").await.expect(404);
        partner.get(&app, "/contract").await.expect(200);
        written_down(&app).await;
        let mine = format!("partner={}", partner.shown.id());
        assert_eq!(report(&app, &mine).await, [] as [Value; 0], "{path}");
        partner.get(&app, path).await.expect(200);
        written_down(&app).await;
        let wanted = [standing("De Streekbode", "haven", "current")];
        assert_eq!(standings(&report(&app, &mine).await), wanted, "{path}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_read_survives_a_database_that_fails_for_a_moment_and_a_stop() {
    let app = App::start().await;
    let other = App::on(&app.database_url).await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({})).await;
    let gone = Partner::new(&app, json!({"name": "Voorbij"})).await;
    partner.get(&other, "/articles/haven").await.expect(200);
    gone.get(&other, "/articles/haven").await.expect(200);
    let sql = app.sql().await;
    let away = "ALTER TABLE newsroom.partner_reads RENAME TO away";
    sql.batch_execute(away).await.unwrap();
    assert!(write_down(other.state()).await.is_err());
    let back = "ALTER TABLE newsroom.away RENAME TO partner_reads";
    sql.batch_execute(back).await.unwrap();
    // They go meanwhile, and take nobody else's along.
    let path = format!("/partners/{}", gone.shown.id());
    let removal = app.manage("DELETE", &path).if_match("*");
    removal.send().await.expect(204);
    partner.get(&other, "/articles/raad").await.expect(200);
    other.stop().await;
    let wanted = [
        standing("De Streekbode", "haven", "current"),
        standing("De Streekbode", "raad", "current"),
    ];
    assert_eq!(standings(&report(&app, "").await), wanted);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contract_that_has_ended_still_hears_of_what_was_read_and_counts_nothing() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({"quota_per_day": 2})).await;
    partner.get(&app, "/articles/haven").await.expect(200);
    partner.get(&app, "/articles/haven").await.expect(200);
    partner.get(&app, "/articles/haven").await.expect(429);
    written_down(&app).await;
    let ended = json!({"begins_at": "2020-05-04T12:30:00Z", "ends_at": "2020-05-05T12:30:00Z"});
    partner.change(&app, ended).await;
    for slug in ["haven", "raad"] {
        let seen = app.manage("GET", &format!("/articles/{slug}")).send().await;
        app.act(&seen, "withdraw", json!({})).await.expect(200);
    }
    assert_eq!(
        partner.get(&app, "/items").await.problem(),
        "contract-not-running"
    );
    let list = partner.get(&app, "/notices").await.expect(200);
    let list = list.json["data"].as_array().unwrap();
    assert_eq!(list.len(), 1);
    acknowledge(&app, &partner, &list[0]["id"], json!({}))
        .await
        .expect(200);
    partner
        .change(&app, json!({"networks": ["192.0.2.0/24"]}))
        .await;
    let refused = partner.get(&app, "/notices").await;
    assert_eq!(refused.problem(), "network-not-allowed");
    let refused = acknowledge(&app, &partner, &list[0]["id"], json!({})).await;
    assert_eq!(refused.problem(), "network-not-allowed");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_goes_on_past_many_that_are_not_asked_for() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({})).await;
    let fill = "INSERT INTO newsroom.partner_reads (partner_id, article_id, first_epoch, first_seq, epoch, seq, first_at, last_at)
        SELECT p.id, a.id, 1, 1, 1, 1000000, now(), now() FROM newsroom.partners p, newsroom.articles a
        UNION ALL SELECT p.id, gen_random_uuid(), 1, 1, 1, 1, now(), now() FROM newsroom.partners p, generate_series(1, 2500)";
    app.sql().await.batch_execute(fill).await.unwrap();
    let (mut cursor, mut found, mut pages) = (String::new(), Vec::new(), 0);
    loop {
        let path = format!("/partners/report?limit=2&holding=current&cursor={cursor}");
        let page = app.manage("GET", &path).send().await.expect(200).json;
        found.extend(page["data"].as_array().unwrap().clone());
        pages += 1;
        match page["page"]["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    let names: Vec<_> = standings(&found).into_iter().map(|row| row.1).collect();
    assert_eq!(names, ["haven", "raad", "tide"]);
    assert!((2..=5).contains(&pages), "{pages}");
    let path = format!("/partners/report?limit=100&partner={}", partner.shown.id());
    let page = app.manage("GET", &path).send().await.expect(200);
    assert_eq!(page.json["data"].as_array().unwrap().len(), 100);
    app.stop().await;
}
