//! Notices of what a partner has read, when the contract tells them of the article no more; and what is left of a partner who is gone.

use kroniek::notices::reads::{forget_gone, see_to_a_day};
use serde_json::{Value, json};

use super::streaming::{back as reopen, open};
use super::{Partner, had_read, publication, written_down};
use crate::app::{Answer, App};
use crate::shorthand::markdown;

async fn withdraw(app: &App, slug: &str) -> Answer {
    let seen = app.manage("GET", &format!("/articles/{slug}")).send().await;
    let words = json!({"notice_to_partners": format!("Verwijder {slug}.")});
    app.act(&seen, "withdraw", words).await.expect(200)
}

/// One who has read `haven` under another contract than they have now.
async fn once(app: &App) -> Partner {
    let partner = Partner::new(app, json!({"sections": ["water"]})).await;
    partner.get(app, "/articles/haven").await.expect(200);
    partner.change(app, json!({"sections": ["politiek"]})).await;
    partner
}

async fn texts(app: &App, partner: &Partner) -> Vec<Value> {
    let list = partner.get(app, "/notices").await.expect(200);
    let items = list.json["data"].as_array().unwrap().iter();
    items.map(|it| it["text"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_read_under_another_contract_is_told_on_the_stream_by_its_notice_alone() {
    let app = App::start().await;
    let other = App::on(&app.database_url).await;
    publication(&app).await;
    let partner = once(&app).await;
    let never = Partner::new(&app, json!({"sections": ["politiek"]})).await;
    written_down(&app).await;
    let mut client = open(&other, &partner, "").await;
    let mut stranger = open(&other, &never, "").await;
    let correction =
        json!({"kind": "correction", "headline": "Geheim", "body": markdown("Geheim.")});
    app.make("/articles/haven/updates", correction).await;
    let plain = json!({"headline": "Geheim", "body": markdown("Geheim.")});
    app.make("/articles/haven/updates", plain).await;
    let gone = withdraw(&app, "haven").await;
    withdraw(&app, "raad").await;
    for (name, text) in [
        ("update.appended", Value::Null),
        ("article.withdrawn", json!("Verwijder haven.")),
        ("article.withdrawn", json!("Verwijder raad.")),
    ] {
        let event = client.next().await;
        assert_eq!(event.name, name);
        let data = &event.data["data"];
        assert_eq!(data["notice"]["text"], text);
        let of_haven = data["article"]["id"] == json!(gone.id());
        assert_eq!(of_haven, text != "Verwijder raad.");
        for property in ["slug", "url", "headline"] {
            assert_eq!(data["article"][property], Value::Null);
        }
        assert_eq!(data["update"], Value::Null);
    }
    assert!(!client.raw.contains("eheim"), "{}", client.raw);
    // Who has not read it hears of what their contract covers, and of nothing else.
    let event = stranger.next().await;
    assert_eq!(event.data["data"]["notice"]["text"], "Verwijder raad.");
    assert!(!stranger.raw.contains(&gone.id()), "{}", stranger.raw);
    other.stop().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_read_a_moment_before_is_told_once_that_is_known() {
    let app = App::start().await;
    let other = App::on(&app.database_url).await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({"sections": ["politiek"]})).await;
    let [covered, ended] = [
        Partner::new(&app, json!({"sections": ["water"]})).await,
        Partner::new(&app, json!({"sections": ["water"]})).await,
    ];
    let late = Partner::new(&app, json!({"sections": ["politiek"]})).await;
    let mut client = open(&app, &partner, "").await;
    let read_at = crate::watch::head(&app).await;
    let gone = withdraw(&app, "haven").await;
    assert_eq!(texts(&app, &partner).await, [] as [Value; 0]);
    for partner in [&covered, &ended] {
        assert_eq!(texts(&app, partner).await, ["Verwijder haven."]);
    }
    let told_at = crate::watch::head(&app).await;
    had_read(&other, &partner, (&gone.id(), read_at)).await;
    assert_eq!(texts(&app, &partner).await, ["Verwijder haven."]);
    let event = client.next().await;
    assert_eq!(event.name, "article.withdrawn");
    assert_eq!(event.data["data"]["notice"]["text"], "Verwijder haven.");
    assert_eq!(event.data["seq"], json!(told_at + 1));
    // Written down once more, it is not told again; nor to who was told of it by the contract.
    had_read(&app, &partner, (&gone.id(), read_at)).await;
    had_read(&app, &covered, (&gone.id(), read_at)).await;
    // Nor to who read it after it had happened.
    had_read(&app, &late, (&gone.id(), told_at)).await;
    assert_eq!(texts(&app, &late).await, [] as [Value; 0]);
    assert_eq!(crate::watch::head(&app).await, told_at + 1);
    // Whose contract has ended since may not have been told.
    ended
        .change(&app, json!({"ends_at": "2026-01-01T00:00:00Z"}))
        .await;
    assert_eq!(texts(&app, &ended).await, [] as [Value; 0]);
    had_read(&app, &ended, (&gone.id(), read_at)).await;
    assert_eq!(texts(&app, &ended).await, ["Verwijder haven."]);
    assert_eq!(crate::watch::head(&app).await, told_at + 2);
    // To the public these changes say nothing.
    let public = app.get("/v1/changes?limit=100").await.expect(200);
    assert!(!public.text.contains("Verwijder"), "{}", public.text);
    other.stop().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_node_wrote_down_and_no_more_is_seen_to_by_the_hour() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({"sections": ["politiek"]})).await;
    let gone = withdraw(&app, "haven").await;
    let read = format!(
        "INSERT INTO newsroom.partner_reads (partner_id, article_id, first_epoch, first_seq, epoch, seq, first_at, last_at)
         VALUES ('{}', '{}', 1, 1, 1, 1, now(), now())",
        partner.shown.id(),
        gone.id()
    );
    app.sql().await.batch_execute(&read).await.unwrap();
    assert_eq!(texts(&app, &partner).await, [] as [Value; 0]);
    see_to_a_day(app.state()).await.unwrap();
    assert_eq!(texts(&app, &partner).await, ["Verwijder haven."]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_just_after_a_change_of_contract_is_told_with_the_reset() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({"sections": ["water"]})).await;
    partner.get(&app, "/articles/haven").await.expect(200);
    written_down(&app).await;
    let mut listening = open(&app, &partner, "").await;
    let left = open(&app, &partner, "").await;
    partner
        .change(&app, json!({"sections": ["politiek"]}))
        .await;
    withdraw(&app, "haven").await;
    let mut back = reopen(&app, &partner, &left.id).await;
    // A bare number tells no terms, and is of before these.
    let bare = left.id.rsplit_once('-').unwrap().0;
    let mut by_number = reopen(&app, &partner, bare).await;
    for client in [&mut listening, &mut back, &mut by_number] {
        assert_eq!(client.next().await.name, "reset");
        let event = client.next().await;
        assert_eq!(event.data["data"]["notice"]["text"], "Verwijder haven.");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_client_did_not_ask_for_it_has_not_read() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({"sections": ["water"]})).await;
    let mut client = open(&app, &partner, "?article=tide").await;
    for slug in ["haven", "tide"] {
        let body = json!({"headline": "Nieuw", "body": markdown("Nieuw.")});
        app.make(&format!("/articles/{slug}/updates"), body).await;
    }
    assert_eq!(client.next().await.headline(), "tide");
    written_down(&app).await;
    partner
        .change(&app, json!({"sections": ["politiek"]}))
        .await;
    withdraw(&app, "haven").await;
    withdraw(&app, "tide").await;
    assert_eq!(texts(&app, &partner).await, ["Verwijder tide."]);
    // Nor has who asks whether it is there.
    let other = Partner::new(&app, json!({})).await;
    for path in ["/articles/raad", "/items", "/feeds/atom.xml", "/changes"] {
        let path = format!("/v1/syndication{path}");
        let asked = app.call("HEAD", &path).key(&other.key);
        asked.send().await.expect(200);
    }
    written_down(&app).await;
    let row = "SELECT count(*) FROM newsroom.partner_reads WHERE partner_id::text = $1";
    let counted = app.sql().await.query_one(row, &[&other.shown.id()]).await;
    assert_eq!(counted.unwrap().get::<_, i64>(0), 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_asked_for_by_its_slug_is_followed_until_it_goes() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({"sections": ["water"]})).await;
    let mut client = open(&app, &partner, "?article=tide,later").await;
    let mut told = async || {
        let event = client.next().await;
        (event.name, event.data["data"]["notice"]["text"].clone())
    };
    withdraw(&app, "tide").await;
    let first = told().await;
    let later = json!({"headline": "Later", "section": "water"});
    app.publish(later).await;
    let second = told().await;
    // Nobody asked for this one.
    withdraw(&app, "haven").await;
    withdraw(&app, "later").await;
    let told = [first, second, told().await];
    let kill = |slug: &str| {
        let text = json!(format!("Verwijder {slug}."));
        ("article.withdrawn".to_owned(), text)
    };
    let published = ("article.published".to_owned(), Value::Null);
    assert_eq!(told, [kill("tide"), published, kill("later")]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_back_is_not_told_to_be_taken_down() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({"sections": ["politiek"]})).await;
    let read_at = crate::watch::head(&app).await;
    let gone = withdraw(&app, "haven").await;
    app.act(&gone, "publish", json!({})).await.expect(200);
    let head = crate::watch::head(&app).await;
    had_read(&app, &partner, (&gone.id(), read_at)).await;
    assert_eq!(crate::watch::head(&app).await, head);
    assert_eq!(texts(&app, &partner).await, ["Verwijder haven."]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_partner_who_is_gone_nothing_stays_by_the_hour() {
    let app = App::start().await;
    publication(&app).await;
    let [gone, stays] = [
        Partner::new(&app, json!({})).await,
        Partner::new(&app, json!({})).await,
    ];
    for partner in [&gone, &stays] {
        partner.get(&app, "/articles").await.expect(200);
    }
    written_down(&app).await;
    withdraw(&app, "haven").await;
    for partner in [&gone, &stays] {
        let list = partner.get(&app, "/notices").await.expect(200);
        let id = list.json["data"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/syndication/notices/{id}/acknowledge");
        let call = app.call("POST", &path).key(&partner.key);
        call.json(&json!({})).send().await.expect(200);
    }
    let counts = "SELECT (SELECT count(*) FROM newsroom.partner_reads), (SELECT count(*) FROM newsroom.notice_partners),
        (SELECT count(*) FROM newsroom.acknowledgements)";
    let counted = async || {
        let row = app.sql().await.query_one(counts, &[]).await.unwrap();
        [0, 1, 2].map(|at| row.get::<_, i64>(at))
    };
    forget_gone(app.state()).await.unwrap();
    assert_eq!(counted().await, [6, 2, 2]);
    let path = format!("/partners/{}", gone.shown.id());
    let removal = app.manage("DELETE", &path).if_match("*");
    removal.send().await.expect(204);
    forget_gone(app.state()).await.unwrap();
    assert_eq!(counted().await, [3, 1, 1]);
    assert_eq!(texts(&app, &stays).await, ["Verwijder haven."]);
    app.stop().await;
}
