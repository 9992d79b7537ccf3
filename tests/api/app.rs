//! The test app: a server of its own on a database of its own, and a small client that reads like the documentation. Every answer is checked
//! against the OpenAPI document.

use clap::Parser;
use kroniek::auth::Role;
use kroniek::config::{ServeConfig, StoreConfig};
use kroniek::db::store::{Access, Store};
use kroniek::keys::model::NewKey;
use kroniek::keys::queries::newsroom::insert;
use kroniek::media::cleanup;
use kroniek::media::library::Library;
use kroniek::publishing::{Attribution, Record, write};
use kroniek::server::{self, Running};
use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::{contract, postgres};

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    serve: ServeConfig,
}

/// The settings of `serve` with these flags.
pub fn serve_settings(flags: &[&str]) -> ServeConfig {
    let listen = ["test", "--listen=127.0.0.1:0", "--shutdown-timeout=5"];
    let limited = flags.iter().any(|flag| flag.starts_with("--rate-limit"));
    let unlimited = (!limited).then_some(&"--rate-limit=off");
    let mut serve = Settings::parse_from(listen.iter().chain(flags).chain(unlimited)).serve;
    // For NOWHERE.
    let nobody = "127.0.0.9".parse();
    serve.allowed_networks.push(nobody.unwrap());
    serve
}

/// An address that webhooks of tests may have, and at which nobody listens.
pub const NOWHERE: &str = "http://127.0.0.9:9/hook";

/// A running server.
pub struct App {
    /// Where it listens, without a trailing slash.
    pub base: String,
    /// The owner's address of its database.
    pub database_url: String,
    /// The open store.
    pub store: Store,
    /// A key with every scope of management.
    pub admin: String,
    http: reqwest::Client,
    running: Option<Running>,
    serve: ServeConfig,
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub bytes: Vec<u8>,
    /// The same as text.
    pub text: String,
    /// The body as JSON; null when it is not.
    pub json: Value,
}

/// The body; of a stream, which has no end, what it begins with.
async fn body(mut response: reqwest::Response) -> reqwest::Result<Vec<u8>> {
    let media = response.headers().get("content-type");
    if media.is_none_or(|media| media != "text/event-stream") {
        return Ok(response.bytes().await?.to_vec());
    }
    let mut text = String::new();
    while let Some(chunk) = response.chunk().await? {
        text.push_str(&String::from_utf8_lossy(&chunk));
        if let Some((opening, _)) = text.split_once("\n\n") {
            return Ok(opening.into());
        }
    }
    Ok(text.into())
}

impl Answer {
    /// Reads an answer to its end.
    pub async fn read(response: reqwest::Response) -> reqwest::Result<Self> {
        let status = response.status().as_u16();
        let header =
            |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            };
        let headers = response.headers().iter().map(header).collect();
        let bytes = body(response).await?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Self {
            status,
            headers,
            bytes,
            text,
            json,
        })
    }

    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// The ETag.
    pub fn etag(&self) -> String {
        self.header("etag").to_owned()
    }

    /// The id of the resource in the body.
    pub fn id(&self) -> String {
        self.json["id"]
            .as_str()
            .unwrap_or_else(|| panic!("no id in {}", self.text))
            .to_owned()
    }

    /// Goes on only with this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The codes and places of the faults, as `code at place`, in order.
    pub fn faults(&self) -> Vec<String> {
        let fault = |fault: &Value| {
            let place = fault["pointer"]
                .as_str()
                .or(fault["parameter"].as_str())
                .unwrap_or_default();
            format!("{} at {place}", fault["code"].as_str().unwrap_or_default())
        };
        self.json["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(fault)
            .collect()
    }

    /// The last part of the problem's type.
    pub fn problem(&self) -> &str {
        self.json["type"]
            .as_str()
            .and_then(|path| path.rsplit('/').next())
            .unwrap_or_default()
    }
}

/// A request under construction.
pub struct Call<'a> {
    app: &'a App,
    method: Method,
    path: String,
    request: RequestBuilder,
}

impl App {
    /// Starts a server on a new database.
    pub async fn start() -> Self {
        Self::on(&postgres::database().await).await
    }

    /// Starts a server on this database.
    pub async fn on(database_url: &str) -> Self {
        Self::with(database_url, &postgres::settings(database_url)).await
    }

    /// Starts a server on this database with settings of its own.
    pub async fn with(database_url: &str, settings: &StoreConfig) -> Self {
        Self::serving(database_url, settings, &["--workers=1"]).await
    }

    /// Starts a server on this database with settings and flags of `serve` of its own.
    pub async fn serving(database_url: &str, settings: &StoreConfig, flags: &[&str]) -> Self {
        Self::as_told(database_url, settings, serve_settings(flags)).await
    }

    /// Starts a server on this database with settings of its own for everything.
    pub async fn as_told(database_url: &str, settings: &StoreConfig, serve: ServeConfig) -> Self {
        let store = Store::open(settings, Access::Alone).await.unwrap();
        let running = server::start(&store, &serve).await.unwrap();
        let base = format!("http://{}", running.address);
        // The client comes without a TLS provider of its own, and wants one even where only http is spoken.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let mut app = Self {
            base,
            database_url: database_url.to_owned(),
            store,
            admin: String::new(),
            http,
            running: Some(running),
            serve,
        };
        app.admin = app.key(Role::Admin).await;
        app
    }

    /// A new key of this role.
    pub async fn key(&self, role: Role) -> String {
        let new = NewKey::of_role("test", role, None);
        let made = write(
            &self.store.pools,
            Attribution::command("test"),
            async move |tx| Ok((insert(tx, &new).await?.1, Record::default())),
        );
        made.await.unwrap().expose_secret().to_owned()
    }

    /// Stops the server as a signal would.
    pub async fn stop(mut self) {
        self.running().stop().await;
    }

    /// Where metrics are told without a key, if they are.
    pub fn metrics_address(&self) -> Option<std::net::SocketAddr> {
        self.running.as_ref()?.metrics_address
    }

    /// The server itself, for a test that watches it stop.
    pub fn running(&mut self) -> Running {
        self.running.take().unwrap()
    }

    /// A request without a key.
    pub fn call(&self, method: &str, path: &str) -> Call<'_> {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = self
            .http
            .request(method.clone(), format!("{}{path}", self.base));
        Call {
            app: self,
            method,
            path: path.to_owned(),
            request,
        }
    }

    /// Reads as anyone may.
    pub async fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send().await
    }

    /// Reads as anyone may, and with the admin key what is a partner's: see [`App::bind`].
    pub async fn read(&self, path: &str) -> Answer {
        if path.starts_with("/v1/syndication/") {
            return self.call("GET", path).key(&self.admin).send().await;
        }
        self.get(path).await
    }

    /// Lets all keys of this role read under a contract that covers everything.
    pub async fn bind(&self, role: &str) {
        let partner = self.make("/partners", serde_json::json!({"name": role}));
        let partner = partner.await.id();
        let sql = "UPDATE newsroom.api_keys SET partner_id = $1::text::uuid, scopes = array_remove(scopes, 'syndication:read') || '{syndication:read}'
                   WHERE role = $2";
        let bound = self.sql().await.execute(sql, &[&partner, &role]).await;
        assert!(bound.unwrap() > 0);
    }

    /// A request with the admin key.
    pub fn manage(&self, method: &str, path: &str) -> Call<'_> {
        let key = self.admin.clone();
        self.call(method, &format!("/v1/manage{path}")).key(&key)
    }

    /// Makes something with the admin key; it must succeed.
    pub async fn make(&self, path: &str, body: Value) -> Answer {
        self.manage("POST", path)
            .json(&body)
            .send()
            .await
            .expect(201)
    }

    /// Makes and publishes an article; gives the answer to the publication.
    pub async fn publish(&self, body: Value) -> Answer {
        let made = self.make("/articles", body).await;
        self.act(&made, "publish", serde_json::json!({}))
            .await
            .expect(200)
    }

    /// An act on an article, based on the version that an earlier answer showed.
    pub async fn act(&self, article: &Answer, act: &str, body: Value) -> Answer {
        self.manage("POST", &format!("/articles/{}/{act}", article.id()))
            .if_match(&article.etag())
            .json(&body)
            .send()
            .await
    }

    /// Changes a resource of this path, based on the version that an earlier answer showed.
    pub async fn patch(&self, path: &str, seen: &Answer, body: Value) -> Answer {
        self.manage("PATCH", path)
            .if_match(&seen.etag())
            .json(&body)
            .send()
            .await
    }

    /// Deletes files of media that belong to nothing, as a node does now and then.
    pub async fn clean_up(&self) {
        let library = Library::open(&self.serve, &self.store.data_dir).unwrap();
        cleanup::removed(&self.store.pools, &library).await.unwrap();
        cleanup::left_over(&self.store.pools, &library)
            .await
            .unwrap();
    }

    /// What the server's handlers share.
    pub fn state(&self) -> &kroniek::http::State {
        self.running.as_ref().unwrap().state()
    }

    /// A plain connection to the database as its owner.
    pub async fn sql(&self) -> tokio_postgres::Client {
        postgres::connect(&self.database_url).await
    }
}

impl Call<'_> {
    /// With this key.
    pub fn key(self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    /// With this header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Based on this version.
    pub fn if_match(self, etag: &str) -> Self {
        self.header("if-match", etag)
    }

    /// With this JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With this body.
    pub fn body(mut self, content_type: &str, body: impl Into<reqwest::Body>) -> Self {
        self.request = self.request.header("content-type", content_type).body(body);
        self
    }

    /// Sends it, and checks the answer against the OpenAPI document.
    pub async fn send(self) -> Answer {
        let response = self
            .request
            .send()
            .await
            .unwrap_or_else(|error| panic!("{} {}: {error:?}", self.method, self.path));
        let answer = Answer::read(response).await.unwrap();
        contract::check(self.method.as_str(), &self.path, &answer);
        let _ = &self.app.base;
        answer
    }
}
