//! The stream: what it begins with, what it tells, and of what.

mod asking;
mod bounds;
mod hidden;
mod resuming;
mod slow;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::app::{Answer, App};
use crate::contract::expect_valid;
use crate::postgres::{database, settings};
use crate::shorthand::markdown;
use crate::watch::head;

/// How long anything may take that is to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// An event as a client sees it.
#[derive(Debug, Clone)]
pub struct Event {
    /// The id that a client now has.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its data.
    pub data: Value,
}

impl Event {
    /// The number of its change.
    pub fn seq(&self) -> i64 {
        self.data["seq"].as_i64().unwrap()
    }

    /// The headline of its article.
    pub fn headline(&self) -> &str {
        self.data["data"]["article"]["headline"]
            .as_str()
            .unwrap_or("null")
    }
}

/// A client of the stream.
pub struct Client {
    response: reqwest::Response,
    unread: String,
    /// All that has come, as it came.
    pub raw: String,
    /// The last id that it has seen.
    pub id: String,
}

impl Client {
    /// Opens a stream with this query, from an id on if it has one.
    pub async fn open(app: &App, query: &str, id: Option<&str>) -> Self {
        Self::at(&app.base, query, id).await
    }

    /// The same of a node at this address.
    pub async fn at(base: &str, query: &str, id: Option<&str>) -> Self {
        let mut request = reqwest::Client::new().get(format!("{base}/v1/stream{query}"));
        if let Some(id) = id {
            request = request.header("last-event-id", id);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self::of(response)
    }

    /// Opens a stream under a contract, from an id on if it has one.
    pub async fn under(app: &App, key: &str, (query, id): (&str, Option<&str>)) -> Self {
        let path = format!("{}/v1/syndication/stream{query}", app.base);
        let mut request = reqwest::Client::new().get(path).bearer_auth(key);
        if let Some(id) = id {
            request = request.header("last-event-id", id);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()["cache-control"],
            "private, no-store, no-transform"
        );
        Self::of(response)
    }

    /// Waits until it has an id.
    pub async fn begun(mut self) -> Self {
        while self.id.is_empty() {
            self.frame().await.unwrap();
        }
        self
    }

    fn of(response: reqwest::Response) -> Self {
        Self {
            response,
            unread: String::new(),
            raw: String::new(),
            id: String::new(),
        }
    }

    /// Opens a stream from now on, and waits until it has begun.
    pub async fn now(app: &App, query: &str) -> Self {
        Self::open(app, query, None).await.begun().await
    }

    /// The lines up to the next empty one; none when the stream has ended.
    async fn frame(&mut self) -> Option<Vec<String>> {
        loop {
            if let Some((frame, rest)) = self.unread.split_once("\n\n") {
                let lines: Vec<String> = frame.lines().map(str::to_owned).collect();
                self.unread = rest.to_owned();
                for line in &lines {
                    if let Some(id) = line.strip_prefix("id: ") {
                        self.id = id.to_owned();
                    }
                }
                return Some(lines);
            }
            let chunk = timeout(PATIENCE, self.response.chunk()).await;
            let chunk = chunk.expect("nothing comes").ok().flatten()?;
            let text = std::str::from_utf8(&chunk).unwrap();
            self.unread.push_str(text);
            self.raw.push_str(text);
        }
    }

    /// The next event; none when the stream has ended.
    pub async fn event(&mut self) -> Option<Event> {
        loop {
            let lines = self.frame().await?;
            let field = |name: &str| {
                let mut found = lines.iter().filter_map(|line| line.strip_prefix(name));
                let first = found.next().map(str::to_owned);
                assert!(found.next().is_none(), "{name} stands twice: {lines:?}");
                first
            };
            let Some(data) = field("data: ") else {
                continue;
            };
            let data: Value = serde_json::from_str(&data).unwrap();
            let name = field("event: ").unwrap();
            assert_eq!(data["type"], name.as_str());
            let schema = match name.as_str() {
                "reset" => "ResetView",
                _ if data.get("contract_licence").is_some() => "Licensed_EventView",
                _ => "EventView",
            };
            expect_valid(schema, &data);
            return Some(Event {
                id: field("id: ").unwrap(),
                name,
                data,
            });
        }
    }

    /// The next event, which there must be.
    pub async fn next(&mut self) -> Event {
        self.event().await.expect("the stream has ended")
    }

    /// Waits for the end of the stream, and gives the events before it.
    pub async fn rest(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = self.event().await {
            events.push(event);
        }
        events
    }
}

/// Two nodes on one database.
pub async fn two_nodes() -> (App, App) {
    let first = App::start().await;
    let second = App::on(&first.database_url).await;
    (first, second)
}

/// A node with these flags.
pub async fn node(flags: &[&str]) -> App {
    let url = database().await;
    let flags: Vec<&str> = ["--workers=1"].iter().chain(flags).copied().collect();
    App::serving(&url, &settings(&url), &flags).await
}

/// Appends an update to an article, by slug or id.
pub async fn append(app: &App, article: &str, text: &str) -> Answer {
    let body = json!({"body": markdown(text)});
    app.make(&format!("/articles/{article}/updates"), body)
        .await
}

/// Revises an update's text, or retracts it.
pub async fn turn(app: &App, article: &str, update: &Answer, to: Option<&str>) -> Answer {
    let path = format!("/articles/{article}/updates/{}", update.id());
    let call = match to {
        Some(text) => app
            .manage("PATCH", &path)
            .json(&json!({"body": markdown(text)})),
        None => app
            .manage("POST", &format!("{path}/retract"))
            .json(&json!({"reason": "Een vergissing."})),
    };
    call.if_match(&update.etag()).send().await.expect(200)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_tells_at_once_that_it_has_begun_and_is_kept_by_nobody() {
    let app = App::start().await;
    app.publish(json!({"headline": "Eerst"})).await;
    let request = reqwest::Client::new()
        .get(format!("{}/v1/stream", app.base))
        .header("accept", "text/event-stream")
        .header("accept-encoding", "gzip, br, zstd");
    let response = request.send().await.unwrap();
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map(|value| value.to_str().unwrap().to_owned())
    };
    for (name, value) in [
        ("content-type", Some("text/event-stream")),
        ("cache-control", Some("no-store, no-transform")),
        ("x-accel-buffering", Some("no")),
        ("access-control-allow-origin", Some("*")),
        ("content-encoding", None),
        ("etag", None),
        ("cache-status", None),
    ] {
        assert_eq!(header(name).as_deref(), value, "{name}");
    }
    let mut client = Client::of(response);
    let first = client.frame().await.unwrap();
    assert_eq!(first[0], "retry: 2000");
    assert!(first[1].starts_with(':'));
    assert_eq!(client.frame().await.unwrap(), ["id: 1-1-0"]);

    app.publish(json!({"headline": "Daarna"})).await;
    let event = client.next().await;
    assert_eq!(
        (event.id.as_str(), event.headline()),
        ("1-2-0", "Daarna"),
        "what was before is not told"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_act_is_told_once_to_who_listens_at_another_node() {
    let (app, other) = two_nodes().await;
    let mut client = Client::now(&other, "").await;
    let section = json!({"name": "Water"});
    app.make("/sections", section).await;
    let article = app
        .publish(json!({"headline": "De haven", "section": "water"}))
        .await;
    let published = client.next().await;
    assert_eq!(published.name, "article.published");
    assert_eq!(published.data["data"]["update"], Value::Null);
    let shown = &published.data["data"]["article"];
    assert_eq!(shown["id"], article.id());
    assert_eq!(shown["slug"], "de-haven");
    assert!(shown["url"].as_str().unwrap().ends_with("/water/de-haven"));

    let path = format!("/articles/{}", article.id());
    let changed = app
        .patch(&path, &article, json!({"headline": "De haven slibt"}))
        .await
        .expect(200);
    let changed = app.act(&changed, "publish", json!({})).await.expect(200);
    let event = client.next().await;
    assert_eq!(
        (event.name.as_str(), event.headline()),
        ("article.changed", "De haven slibt")
    );

    let update = append(&app, "de-haven", "Baggeren.").await;
    let event = client.next().await;
    assert_eq!(event.name, "update.appended");
    assert_eq!(
        event.data["data"]["update"]["body"]["html"],
        "<p>Baggeren.</p>"
    );
    let update = turn(&app, "de-haven", &update, Some("Veel baggeren.")).await;
    let event = client.next().await;
    assert_eq!(event.name, "update.revised");
    assert_eq!(
        event.data["data"]["update"]["body"]["html"],
        "<p>Veel baggeren.</p>"
    );
    turn(&app, "de-haven", &update, None).await;
    let event = client.next().await;
    assert_eq!(event.name, "update.retracted");
    assert_eq!(event.data["data"]["update"]["body"], Value::Null);
    assert_eq!(
        event.data["data"]["update"]["retraction_reason"],
        "Een vergissing."
    );

    app.act(&changed, "withdraw", json!({})).await.expect(200);
    let event = client.next().await;
    assert_eq!(event.name, "article.withdrawn");
    assert_eq!(event.headline(), "null");
    assert_eq!(event.id, format!("1-{}-0", head(&app).await));
    for app in [app, other] {
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_tells_what_a_stream_would_begin_with_and_ends() {
    let app = App::start().await;
    let told = |headers: &[(String, String)]| {
        let mut headers = headers.to_vec();
        headers.retain(|(name, _)| name != "date" && name != "x-request-id");
        headers.sort();
        headers
    };
    let head = app.call("HEAD", "/v1/stream").send().await.expect(200);
    let response = reqwest::get(format!("{}/v1/stream", app.base)).await;
    let response = response.unwrap();
    let get: Vec<(String, String)> = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    assert_eq!(told(&head.headers), told(&get));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_heartbeat_moves_a_client_on_that_nothing_is_told() {
    let app = App::start().await;
    let mut client = Client::now(&app, "?article=nergens").await;
    assert_eq!(client.id, "1-0-0");
    app.publish(json!({"headline": "Een"})).await;
    let beat = loop {
        let frame = client.frame().await.unwrap();
        if frame.len() > 1 {
            break frame;
        }
    };
    assert_eq!(beat, [":", "id: 1-1-0"]);
    app.stop().await;
}
