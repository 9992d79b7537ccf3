//! What the editors share: the way to the node, what there is to write on, and the ledger of what they were answered.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::app::Answer;
use crate::contract;
use crate::shorthand::markdown;

/// How many articles all editors write on.
pub const SHARED: usize = 6;

/// How many entities they describe.
const ENTITIES: usize = 4;

/// A request, which may be sent more than once.
pub struct Request<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// What the database's audit will know it by.
    pub id: String,
    /// The names and values of its own headers.
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<Value>,
}

/// What came of something that an editor set about to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It was answered that it is done, as this version of this thing.
    Acknowledged { thing: String, version: String },
    /// It was not answered, and then found to be there.
    Found,
    /// It was answered that it is not done, since it was based on another version.
    Refused,
    /// Likewise, since the state did not allow it. It was based on no version.
    OutOfPlace,
    /// It was not answered, and the editor went home.
    Unknown,
}

/// Something that an editor set about to write.
#[derive(Debug, Clone)]
pub struct Deed {
    /// Its name: the line that it adds, and the beginning of the ids of its requests.
    pub name: String,
    pub act: &'static str,
    pub fate: Fate,
    /// The fingerprint of the whole text that was sent, where one was.
    pub text: Option<u64>,
    /// How many requests it took.
    pub attempts: usize,
}

/// Where an article stands for readers, as far as answers have told.
#[derive(Debug, Default, Clone, Copy)]
pub struct Standing {
    /// The newest version that was acknowledged to be what readers see.
    pub floor: i32,
    /// It was withdrawn, and nobody has set about to publish it since.
    pub hidden: bool,
    /// How often somebody set about to publish it.
    pub begun: u64,
}

/// What readers got: of each text of each thing the newest version that was acknowledged when somebody who got it asked.
pub type Seen = HashMap<(String, u64), i32>;

/// What all share.
pub struct Desk {
    http: reqwest::Client,
    base: watch::Receiver<String>,
    key: String,
    over: AtomicBool,
    /// The ids of the articles on which all write.
    pub shared: Vec<String>,
    /// Those of the entities.
    pub entities: Vec<String>,
    /// The paths of updates.
    pub updates: Mutex<Vec<String>>,
    pub ledger: Mutex<Vec<Deed>>,
    pub standings: Mutex<BTreeMap<String, Standing>>,
    pub seen: Mutex<Seen>,
    /// Answers of 412.
    pub mismatches: AtomicUsize,
    /// Requests that got no answer, or 503.
    pub broken: AtomicUsize,
    /// Answers that readers got.
    pub readings: AtomicUsize,
}

/// What two texts that are the same have in common.
pub fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The lines that editors have added to a text, whatever its form.
pub fn lines(text: &str) -> Vec<&str> {
    text.split_whitespace()
        .filter(|word| word.starts_with('r') && word.contains('-'))
        .collect()
}

impl Desk {
    /// Opens a newsroom with a few published articles.
    pub async fn open(base: watch::Receiver<String>, key: String) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(30))
            .build()
            .unwrap();
        let mut desk = Self {
            http,
            base,
            key,
            over: AtomicBool::new(false),
            shared: Vec::new(),
            entities: Vec::new(),
            updates: Mutex::default(),
            ledger: Mutex::default(),
            standings: Mutex::default(),
            seen: Mutex::default(),
            mismatches: AtomicUsize::new(0),
            broken: AtomicUsize::new(0),
            readings: AtomicUsize::new(0),
        };
        for number in 0..ENTITIES {
            let body =
                json!({"kind": "topic", "name": format!("Onderwerp {number}"), "description": "0"});
            let made = desk.make("/v1/manage/entities", body).await;
            desk.entities.push(made.id());
        }
        for number in 0..SHARED {
            let named: Vec<Value> = desk
                .entities
                .iter()
                .map(|id| json!({"entity": id}))
                .collect();
            let body = json!({"headline": format!("Samen {number}"), "body": markdown("Begin.\n"), "entities": named});
            let made = desk.make("/v1/manage/articles", body).await;
            let path = format!("/v1/manage/articles/{}/publish", made.id());
            let published = desk.make_based(&path, &made.etag()).await;
            desk.acknowledge(&published.id(), 1);
            desk.shared.push(published.id());
        }
        desk
    }

    async fn make(&self, path: &str, body: Value) -> Answer {
        let request = Request {
            method: "POST",
            path,
            id: "begin".to_owned(),
            headers: Vec::new(),
            body: Some(body),
        };
        self.send(request).await.unwrap().expect(201)
    }

    async fn make_based(&self, path: &str, etag: &str) -> Answer {
        let request = Request {
            method: "POST",
            path,
            id: "begin".to_owned(),
            headers: vec![("if-match", etag.to_owned())],
            body: Some(json!({})),
        };
        self.send(request).await.unwrap().expect(200)
    }

    /// Sends a request to the node as it now is; nothing when the connection breaks before the answer is whole.
    pub async fn send(&self, request: Request<'_>) -> Option<Answer> {
        let url = format!("{}{}", *self.base.borrow(), request.path);
        let method = Method::from_bytes(request.method.as_bytes()).unwrap();
        let mut call = self.http.request(method, url);
        if request.path.starts_with("/v1/manage/") {
            call = call
                .header("authorization", format!("Bearer {}", self.key))
                .header("x-request-id", request.id);
        }
        for (name, value) in request.headers {
            call = call.header(name, value);
        }
        if let Some(body) = request.body {
            call = call
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let answer = Answer::read(call.send().await.ok()?).await.ok()?;
        contract::check(request.method, request.path, &answer);
        Some(answer)
    }

    pub fn goes_on(&self) -> bool {
        !self.over.load(Ordering::Relaxed)
    }

    /// Tells all to come to an end.
    pub fn close(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    pub fn standing(&self, id: &str) -> Standing {
        let standings = self.standings.lock().unwrap();
        standings.get(id).copied().unwrap_or_default()
    }

    /// Readers see this version of it, or a newer one.
    pub fn acknowledge(&self, id: &str, version: i32) {
        let mut standings = self.standings.lock().unwrap();
        let standing = standings.entry(id.to_owned()).or_default();
        standing.floor = standing.floor.max(version);
    }

    /// Somebody sets about to publish it.
    pub fn publishing(&self, id: &str) {
        let mut standings = self.standings.lock().unwrap();
        let standing = standings.entry(id.to_owned()).or_default();
        standing.begun += 1;
        standing.hidden = false;
    }

    /// It was withdrawn by a request before which somebody had set about to publish it so often.
    pub fn withdrawn(&self, id: &str, begun: u64) {
        let mut standings = self.standings.lock().unwrap();
        let standing = standings.entry(id.to_owned()).or_default();
        standing.hidden = standing.begun == begun;
    }
}
